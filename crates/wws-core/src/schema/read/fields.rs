//! Fields that stand for elements: one, one of several, any; and what a field is without them (WWSAPI I.4, I.6).

use super::{ValueReader, is_next, scalar};
use crate::{
    Error, Result,
    schema::{
        ReadSteps,
        description::{Field, FieldMapping, FieldOptions, Struct},
        layout,
        memory::Host,
        types::{Type, UnionId},
    },
    typed::{Name, support},
};

impl<R: ReadSteps, H: Host> ValueReader<'_, R, H> {
    /// Where the value of the field, and its count, stand in the struct.
    #[inline]
    pub(super) fn places(&self, field: &Field, base: H::Address) -> (H::Address, H::Address) {
        let count = if field.count_offset == u32::MAX { 0 } else { field.count_offset };
        (self.host.offset(base, field.offset as usize), self.host.offset(base, count as usize))
    }

    /// Reads as much content as the field takes (WWSAPI I.7: greedy).
    pub(super) fn field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        match (field.mapping, &field.ty) {
            (FieldMapping::Element, _) => self.element_field(field, base),
            (FieldMapping::RepeatingElement | FieldMapping::RepeatingElementChoice, _) => {
                self.array_field(field, base)
            }
            (FieldMapping::ElementChoice, Type::Union(id)) => {
                let (to, _) = self.places(field, base);
                if self.choice(*id, to)? {
                    return Ok(());
                }
                if !field.has(FieldOptions::OPTIONAL) {
                    return self.no_choice(*id);
                }
                let union = self.schema.union_of(*id);
                let place = self.host.offset(to, union.enum_offset as usize);
                self.host.store(place, union.none.to_ne_bytes())
            }
            (FieldMapping::AnyElement, _) => self.any_element_field(field, base),
            (FieldMapping::RepeatingAnyElement, _) => self.any_elements_field(field, base),
            (FieldMapping::AnyContent, _) => self.any_content_field(field, base),
            _ => Ok(()),
        }
    }

    fn element_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let Some(name) = field.name.as_ref().map(|name| name.plain()) else { return Ok(()) };
        let (to, count_to) = self.places(field, base);
        let is_plain = field.options.0 & (FieldOptions::POINTER | FieldOptions::NILLABLE).0 == 0;
        if is_plain && field.ty.is_text() && !field.ty.is_array() {
            // Most fields are that: all in one step.
            let Self { schema, reader, host, .. } = self;
            let found = reader.step(|r| {
                if !is_next(r, name)? {
                    return Ok(false);
                }
                let mut read = || {
                    support::no_attributes(r)?;
                    r.read_start_element()?;
                    scalar::value(r, host, schema, &field.ty, to)?;
                    support::read_end(r)
                };
                support::in_element(read(), name).map(|()| true)
            })?;
            if found {
                return support::in_element(self.check_duration(&field.ty, to), name);
            }
        } else if self.reader.step(|r| is_next(r, name))? {
            let read = self.present(field, FieldOptions::NILLABLE, to, count_to);
            return support::in_element(read, name);
        }
        self.missing(field, base, name)
    }

    /// Reads the element that the reader stands on, which may be nil if the field has that option.
    pub(super) fn present(
        &mut self,
        field: &Field,
        nillable: FieldOptions,
        to: H::Address,
        count_to: H::Address,
    ) -> Result<()> {
        let ty = &field.ty;
        if field.has(nillable) && self.skip_nil()? {
            if ty.is_array() {
                self.host.store(count_to, [0; 4])?;
            }
            let is_pointer = field.has(FieldOptions::POINTER) || ty.is_pointer() || ty.is_array();
            return match is_pointer {
                true => self.host.store_pointer(to, None),
                false => self.host.clear(to, self.schema.size_of(ty)),
            };
        }
        if ty.is_array() {
            let Self { reader, host, .. } = self;
            return reader.step(|r| {
                support::no_attributes(r)?;
                r.read_start_element()?;
                scalar::array(r, host, ty, to, count_to)?;
                support::read_end(r)
            });
        }
        self.put_element(ty, field.has(FieldOptions::POINTER), to)
    }

    /// What the field is without its element or attribute.
    pub(super) fn missing(&mut self, field: &Field, base: H::Address, name: Name<'_>) -> Result<()> {
        if field.has(FieldOptions::OPTIONAL) {
            return self.set_default(field, base);
        }
        self.reader.step(|r| {
            Err(match field.mapping {
                FieldMapping::Attribute | FieldMapping::XmlAttribute => support::missing_attribute(r, name),
                _ => support::missing(r, name),
            })
        })
    }

    /// Fields that are not in XML.
    pub(super) fn unmapped(&mut self, s: &Struct, base: H::Address) -> Result<()> {
        s.unmapped.iter().try_for_each(|field| self.set_default(field, base))
    }

    fn set_default(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (to, count_to) = self.places(field, base);
        if let Some(default) = field.default {
            let from = self.host.default_value(default.id)?;
            return self.host.copy(from, to, default.size as usize);
        }
        if field.ty.is_array() || field.mapping.is_repeating() {
            self.host.store(count_to, [0; 4])?;
            return self.host.store_pointer(to, None);
        }
        let size = match &field.ty {
            _ if field.has(FieldOptions::POINTER) => layout::POINTER,
            Type::Void(_) if field.mapping != FieldMapping::NoField => 0,
            ty => self.schema.size_of(ty),
        };
        self.host.clear(to, size)
    }

    /// Reads the choice that comes; false if none does.
    pub(super) fn choice(&mut self, id: UnionId, to: H::Address) -> Result<bool> {
        let union = self.schema.union_of(id);
        let found = self.reader.step(|r| {
            if !r.read_to_any_start_element()? {
                return Ok(None);
            }
            let is = |field: &Field| field.name.as_ref().is_some_and(|name| name.plain().is_at(r));
            Ok(union.fields.iter().position(|(_, field)| is(field)).or(union.any))
        })?;
        let Some((value, field)) = found.and_then(|index| union.fields.get(index)) else { return Ok(false) };
        self.host.store(self.host.offset(to, union.enum_offset as usize), value.to_ne_bytes())?;
        self.nested(|walk| match field.mapping {
            FieldMapping::RepeatingElement => walk.array_field(field, to),
            FieldMapping::AnyElement => walk.any_element_field(field, to),
            _ => {
                let (to, count_to) = walk.places(field, to);
                let read = walk.present(field, FieldOptions::NILLABLE, to, count_to);
                match &field.name {
                    Some(name) => support::in_element(read, name.plain()),
                    None => read,
                }
            }
        })?;
        Ok(true)
    }

    /// Fails because no choice comes.
    #[cold]
    pub(super) fn no_choice(&mut self, id: UnionId) -> Result<()> {
        let union = self.schema.union_of(id);
        let names = || union.fields.iter().filter_map(|(_, field)| field.name.as_ref());
        let names: Vec<Name<'_>> = names().map(|name| name.plain()).collect();
        self.reader.step(|r| Err(support::no_choice(r, &names)))
    }

    /// Fails because a list has too few or too many items.
    #[cold]
    pub(super) fn bad_count(&mut self, field: &Field, count: u32) -> Result<()> {
        let text = format!("{}: {} items expected; found {count}", field.label(), field.item_range);
        self.reader.step(|r| Err(r.fail(Error::format(text))))
    }
}
