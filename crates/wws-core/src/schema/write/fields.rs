//! Fields written as attributes and elements (WWSAPI I.6).

use super::{Prefix, ValueWriter, scalar, start_attribute};
use crate::{
    Error, Result,
    schema::{
        WriteSteps,
        description::{Field, FieldMapping, FieldOptions, QualifiedName, Struct, XML_NAMESPACE},
        layout, load,
        memory::{Host, TypeMapping, null},
        types::{Type, UnionId},
    },
    typed::{Name, support},
    xml::{Writer, XmlStr},
};

impl<W: WriteSteps, H: Host> ValueWriter<'_, W, H> {
    /// Where the value of the field, and its count, stand in the struct.
    #[inline]
    pub(super) fn places(&self, field: &Field, base: H::Address) -> (H::Address, H::Address) {
        let count = if field.count_offset == u32::MAX { 0 } else { field.count_offset };
        (self.host.offset(base, field.offset as usize), self.host.offset(base, count as usize))
    }

    /// Writes all attributes on the start tag.
    pub(super) fn attributes(&mut self, s: &Struct, base: H::Address) -> Result<()> {
        for field in &s.attributes {
            let Some(name) = &field.name else { continue };
            if matches!(field.ty, Type::Void(_)) || self.is_left_out(field, base)? {
                continue;
            }
            let (at, count_at) = self.places(field, base);
            let mut own = self.name(name);
            let prefix = match field.mapping {
                FieldMapping::XmlAttribute => {
                    own.ns = XmlStr::plain(XML_NAMESPACE);
                    Some("xml")
                }
                _ => None,
            };
            self.attribute(own, prefix, &field.ty, at, count_at)
                .map_err(|error| error.context(format!("in the attribute '{}'", name.local.as_str())))?;
        }
        s.any_attributes.as_ref().map_or(Ok(()), |field| self.any_attributes(field, base))
    }

    pub(super) fn attribute(
        &mut self,
        Name { local, ns }: Name<'_>,
        prefix: Prefix,
        ty: &Type,
        at: H::Address,
        count_at: H::Address,
    ) -> Result<()> {
        if ty.is_text() {
            let Self { schema, writer, host, text, .. } = self;
            return scalar::with_count(host, schema, ty, (at, count_at), text, |value| {
                writer.step(|w| match (value, prefix) {
                    (scalar::Value::Text(text), None) => w.attribute(local, ns, text),
                    (value, prefix) => {
                        start_attribute(w, prefix, local, ns)?;
                        scalar::content(w, value)?;
                        w.end_attribute()
                    }
                })
            });
        }
        self.writer.step(|w| start_attribute(w, prefix, local, ns))?;
        self.text(ty, TypeMapping::Attribute, at, count_at)?;
        self.writer.step(Writer::end_attribute)
    }

    /// Writes the elements of a field.
    pub(super) fn field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        // Most fields are no more than that.
        if let Some(name) = field.plain_element() {
            return self.leaf(self.name(name), &field.ty, self.host.offset(base, field.offset as usize));
        }
        self.any_field(field, base)
    }

    fn any_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        if self.is_left_out(field, base)? {
            return Ok(());
        }
        match (field.mapping, &field.ty) {
            (_, Type::Void(_)) => Ok(()),
            (FieldMapping::Element, _) => {
                let Some(name) = &field.name else { return Ok(()) };
                let (at, count_at) = self.places(field, base);
                self.present(field, name, FieldOptions::NILLABLE, at, count_at)
            }
            (FieldMapping::RepeatingElement | FieldMapping::RepeatingElementChoice, _) => {
                self.array_field(field, base)
            }
            (FieldMapping::ElementChoice, Type::Union(id)) => {
                let (at, _) = self.places(field, base);
                match self.choice(*id, at)? {
                    true => Ok(()),
                    false if field.has(FieldOptions::OPTIONAL) && self.is_none(*id, at)? => Ok(()),
                    false => self.no_choice(*id, at),
                }
            }
            (FieldMapping::AnyElement, _) => self.any_element_field(field, base),
            (FieldMapping::RepeatingAnyElement, _) => self.any_elements_field(field, base),
            (FieldMapping::AnyContent, _) => self.any_content_field(field, base),
            _ => Ok(()),
        }
    }

    /// Writes one element, which may be nil if the field has that option.
    fn present(
        &mut self,
        field: &Field,
        name: &QualifiedName,
        nillable: FieldOptions,
        at: H::Address,
        count_at: H::Address,
    ) -> Result<()> {
        let ty = &field.ty;
        if field.has(FieldOptions::POINTER) {
            return match self.host.load_pointer(at)? {
                Some(at) => self.element(self.name(name), ty, at, true),
                None if field.has(nillable) => self.nil_element(self.name(name)),
                None => Err(null(&format!("<{}> needs a value", name.local.as_str()))),
            };
        }
        if field.has(nillable) && ty.has_nil() && self.is_nil(ty, at, count_at)? {
            return self.nil_element(self.name(name));
        }
        if ty.is_array() {
            let Name { local, ns } = self.name(name);
            let Self { schema, writer, host, text, .. } = self;
            return scalar::with_count(host, schema, ty, (at, count_at), text, |value| {
                writer.step(|w| scalar::element(w, local, ns, value))
            });
        }
        self.element(self.name(name), ty, at, false)
    }

    /// Writes an array, with its wrapper if it has one.
    fn array_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let Some(wrapper) = &field.name else { return self.list(field, base) };
        let (at, count_at) = self.places(field, base);
        if field.has(FieldOptions::NILLABLE)
            && self.host.load_pointer(at)?.is_none()
            && load::number(&self.host, count_at)? == 0
        {
            return self.nil_element(self.name(wrapper));
        }
        let wrapper = self.name(wrapper);
        self.writer.step(|w| w.start_element(wrapper.local, wrapper.ns))?;
        support::in_element(self.list(field, base), wrapper)?;
        self.writer.step(Writer::end_element)
    }

    fn list(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (at, count_at) = self.places(field, base);
        let count = load::number(&self.host, count_at)? as usize;
        let Some((items, count)) = load::pointed(&self.host, at, count, "an array")? else { return Ok(()) };
        let size = match field.has(FieldOptions::POINTER) {
            true => layout::POINTER,
            false => self.schema.size_of(&field.ty),
        };
        let name = field.item_name.as_ref();
        for index in 0..count {
            let at = self.host.offset(items, index * size);
            match (name, &field.ty) {
                (Some(name), _) => self.present(field, name, FieldOptions::NILLABLE_ITEM, at, at)?,
                (None, Type::Union(id)) if !self.choice(*id, at)? => self.no_choice(*id, at)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes the choice that is set; false if the value stands for none.
    pub(super) fn choice(&mut self, id: UnionId, at: H::Address) -> Result<bool> {
        let union = self.schema.union_of(id);
        let set = self.enum_value(id, at)?;
        let Some((_, field)) = union.fields.iter().find(|(value, _)| *value == set) else { return Ok(false) };
        self.nested(|walk| walk.field(field, at))?;
        Ok(true)
    }

    fn enum_value(&self, id: UnionId, at: H::Address) -> Result<i32> {
        let place = self.host.offset(at, self.schema.union_of(id).enum_offset as usize);
        self.host.load(place).map(i32::from_ne_bytes)
    }

    fn is_none(&self, id: UnionId, at: H::Address) -> Result<bool> {
        Ok(self.enum_value(id, at)? == self.schema.union_of(id).none)
    }

    /// Fails because the value stands for no choice.
    #[cold]
    pub(super) fn no_choice(&self, id: UnionId, at: H::Address) -> Result<()> {
        let set = self.enum_value(id, at)?;
        Err(Error::argument(format!("the enumeration value {set} stands for no choice of the union")))
    }
}
