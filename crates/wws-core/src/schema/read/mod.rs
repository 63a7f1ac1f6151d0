//! Values read from XML into memory, as their types say (WWSAPI I).
//!
//! A walk over the type and the document at the same time. Each step of the reader is one call, so that what can run
//! code of the program happens between two of them.

mod any;
mod attributes;
mod fields;
mod list;
mod scalar;

use super::{
    MAX_NESTING, ReadSteps, check,
    description::{QualifiedName, Schema, Struct},
    layout, load,
    memory::{Host, TypeMapping},
    types::{StructId, Type},
};
use crate::{
    Error, Result,
    typed::{Name, XSI, support},
    xml::Reader,
};

/// What the caller's storage is, and whether there may be no value, with the numbers of `WS_READ_OPTION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[allow(missing_docs)]
pub enum ReadOption {
    RequiredValue = 1,
    RequiredPointer = 2,
    OptionalPointer = 3,
    NillablePointer = 4,
    NillableValue = 5,
}

impl ReadOption {
    /// The option with this number in `WS_READ_OPTION`.
    pub fn from_number(number: i32) -> Option<Self> {
        use ReadOption::*;
        const ALL: [ReadOption; 5] =
            [RequiredValue, RequiredPointer, OptionalPointer, NillablePointer, NillableValue];
        ALL.into_iter().find(|option| *option as i32 == number)
    }

    /// Whether the storage gets a pointer to the value.
    pub const fn is_pointer(self) -> bool {
        !matches!(self, ReadOption::RequiredValue | ReadOption::NillableValue)
    }

    const fn is_nillable(self) -> bool {
        matches!(self, ReadOption::NillablePointer | ReadOption::NillableValue)
    }
}

/// Reads values of the types of a schema.
#[derive(Debug)]
pub struct ValueReader<'s, R, H> {
    schema: &'s Schema,
    reader: R,
    host: H,
    depth: u32,
}

impl<'s, R: ReadSteps, H: Host> ValueReader<'s, R, H> {
    /// Reads from `reader` into the memory of `host`.
    pub fn new(schema: &'s Schema, reader: R, host: H) -> Self {
        ValueReader { schema, reader, host, depth: 0 }
    }

    /// The host.
    pub fn into_host(self) -> H {
        self.host
    }

    /// Reads a value of the type: `WsReadType`. With [`TypeMapping::Element`] and [`TypeMapping::AnyElement`] the
    /// reader stands before an element or on its start tag, and then behind its end tag.
    ///
    /// `to` has `size` bytes: those of the value, or of a pointer.
    ///
    /// # Errors
    /// `InvalidArgument` if the option, the size or the mapping does not go with the type; `InvalidFormat` and
    /// `QuotaExceeded` for the document, after which the reader has failed.
    pub fn read_type(
        &mut self,
        mapping: TypeMapping,
        ty: &Type,
        option: ReadOption,
        to: H::Address,
        size: usize,
    ) -> Result<()> {
        if !matches!(option, ReadOption::RequiredValue | ReadOption::RequiredPointer) {
            return Err(Error::argument("only a value that is required can be read without its name"));
        }
        check::mapping(self.schema, ty, mapping)?;
        self.check_storage(ty, option, size)?;
        let result = self.mapped(mapping, ty, option.is_pointer() && !ty.is_pointer(), to);
        self.settle(result)
    }

    /// Reads an element of this name, or of any, with its value: `WsReadElement`.
    ///
    /// # Errors
    /// As [`read_type`](Self::read_type); `InvalidFormat` if another element comes and the option does not allow
    /// that.
    pub fn read_element(
        &mut self,
        name: Option<Name<'_>>,
        ty: &Type,
        option: ReadOption,
        to: H::Address,
        size: usize,
    ) -> Result<()> {
        check::mapping(self.schema, ty, TypeMapping::Element)?;
        self.check_storage(ty, option, size)?;
        let result = self.named_element(name, ty, option, to);
        self.settle(result)
    }

    /// Reads the value of an attribute of the start tag that the reader stands on: `WsReadAttribute`.
    ///
    /// # Errors
    /// As [`read_type`](Self::read_type); `InvalidFormat` if the attribute is missing and has to be there.
    pub fn read_attribute(
        &mut self,
        name: Name<'_>,
        ty: &Type,
        option: ReadOption,
        to: H::Address,
        size: usize,
    ) -> Result<()> {
        if option.is_nillable() {
            return Err(Error::argument("an attribute cannot be nil"));
        }
        check::mapping(self.schema, ty, TypeMapping::Attribute)?;
        self.check_storage(ty, option, size)?;
        let found = self.reader.step(|r| {
            if r.element().is_none() && r.failure().is_none() {
                r.read_to_any_start_element()?;
            }
            r.find_attribute(name.local, name.ns)
        })?;
        let result = match found {
            None if option == ReadOption::OptionalPointer => return self.host.store_pointer(to, None),
            None => self.reader.step(|r| Err(support::missing_attribute(r, name))),
            Some(index) => self.attribute_value(index, name, ty, option.is_pointer() && !ty.is_pointer(), to),
        };
        self.settle(result)
    }

    /// After an error the reader has failed (WWSAPI I.1).
    fn settle(&mut self, result: Result<()>) -> Result<()> {
        match result {
            Ok(()) => Ok(()),
            Err(error) => self.reader.step(|r| r.whole(Err(error))),
        }
    }

    fn check_storage(&self, ty: &Type, option: ReadOption, size: usize) -> Result<()> {
        match option {
            ReadOption::RequiredValue if ty.is_pointer() => {
                return Err(Error::argument(format!("{} is a pointer: read it as one", ty.name())));
            }
            ReadOption::NillableValue
                if !matches!(ty, Type::String(_) | Type::XmlString(_) | Type::Bytes(_)) =>
            {
                return Err(Error::argument(format!(
                    "a value of {} cannot be nil: read a pointer",
                    ty.name()
                )));
            }
            _ => {}
        }
        check::size(size, if option.is_pointer() { layout::POINTER } else { self.schema.size_of(ty) })
    }

    fn mapped(&mut self, mapping: TypeMapping, ty: &Type, pointer: bool, to: H::Address) -> Result<()> {
        match mapping {
            TypeMapping::Element => {
                self.reader.step(|r| match r.read_to_any_start_element()? {
                    true => Ok(()),
                    false => Err(r.expected("a start tag")),
                })?;
                self.put_element(ty, pointer, to)
            }
            TypeMapping::AnyElement => {
                self.reader.step(|r| match r.read_to_any_start_element()? {
                    true => Ok(()),
                    false => Err(r.expected("an element")),
                })?;
                self.put(ty, pointer, to, |walk, to| walk.any_element_value(ty, to))
            }
            TypeMapping::Attribute => {
                self.reader.step(|r| match r.in_attribute() {
                    true => Ok(()),
                    false => Err(Error::operation("the reader stands in no attribute")),
                })?;
                self.put(ty, pointer, to, |walk, to| walk.text(ty, TypeMapping::Attribute, to, to))
            }
            TypeMapping::ElementContent => self.put(ty, pointer, to, |walk, to| walk.content_value(ty, to)),
        }
    }

    fn named_element(
        &mut self,
        name: Option<Name<'_>>,
        ty: &Type,
        option: ReadOption,
        to: H::Address,
    ) -> Result<()> {
        let found = self.reader.step(|r| match name {
            Some(name) => is_next(r, name),
            None => r.read_to_any_start_element(),
        })?;
        if !found && option == ReadOption::NillableValue {
            return self.host.clear(to, self.schema.size_of(ty));
        }
        if !found && matches!(option, ReadOption::OptionalPointer | ReadOption::NillablePointer) {
            return self.host.store_pointer(to, None);
        }
        if !found {
            return self.reader.step(|r| match name {
                Some(name) => Err(support::missing(r, name)),
                None => Err(r.expected("an element")),
            });
        }
        let result = if option.is_nillable() && self.skip_nil()? {
            let size = if option.is_pointer() { layout::POINTER } else { self.schema.size_of(ty) };
            self.host.clear(to, size)
        } else {
            self.put_element(ty, option.is_pointer() && !ty.is_pointer(), to)
        };
        match name {
            Some(name) => support::in_element(result, name),
            None => result,
        }
    }

    /// Reads with `read` to the place itself or, for a pointer, to new memory that it then points to.
    fn put(
        &mut self,
        ty: &Type,
        pointer: bool,
        to: H::Address,
        read: impl FnOnce(&mut Self, H::Address) -> Result<()>,
    ) -> Result<()> {
        if !pointer {
            return read(self, to);
        }
        let place = self.host.allocate(self.schema.size_of(ty))?;
        read(self, place)?;
        self.host.store_pointer(to, Some(place))
    }

    /// Reads the element on whose start tag the reader stands; a pointer may point to a derived type.
    fn put_element(&mut self, ty: &Type, pointer: bool, to: H::Address) -> Result<()> {
        let Type::Struct(id) = ty else {
            return self.put(ty, pointer, to, |walk, to| walk.element(ty, to));
        };
        let actual = self.actual_type(*id)?;
        if !pointer {
            if actual != *id {
                // WWSAPI I.7
                let text = "a derived type (xsi:type) is possible only where there is a pointer to the value";
                return self.reader.step(|r| Err(r.fail(Error::format(text))));
            }
            return self.struct_element(*id, to);
        }
        let place = self.host.allocate(self.schema.struct_of(actual).size as usize)?;
        self.struct_element(actual, place)?;
        self.host.store_pointer(to, Some(place))
    }

    /// Reads the element on whose start tag the reader stands into a value.
    #[inline]
    fn element(&mut self, ty: &Type, to: H::Address) -> Result<()> {
        if ty.is_text() {
            let Self { schema, reader, host, .. } = self;
            reader.step(|r| {
                support::no_attributes(r)?;
                r.read_start_element()?;
                scalar::value(r, host, schema, ty, to)?;
                support::read_end(r)
            })?;
            return self.check_duration(ty, to);
        }
        match ty {
            Type::Struct(_) => self.put_element(ty, false, to),
            Type::Custom(id) => self.host.read_custom(*id, TypeMapping::Element, to),
            Type::Void(_) => self.reader.step(|r| r.skip_node()),
            Type::XmlBuffer => self.buffer(to),
            Type::Union(_) => {
                self.reader.step(|r| {
                    support::no_attributes(r)?;
                    r.read_start_element()
                })?;
                self.content_value(ty, to)?;
                self.reader.step(support::read_end)
            }
            other => Err(scalar::not_text(other)),
        }
    }

    /// Reads content into a value; what follows it is not looked at.
    fn content_value(&mut self, ty: &Type, to: H::Address) -> Result<()> {
        match ty {
            Type::Union(id) => match self.choice(*id, to)? {
                true => Ok(()),
                false => self.no_choice(*id),
            },
            Type::Struct(id) => {
                let s = self.schema.struct_of(*id);
                self.nested(|walk| {
                    walk.content(s, to)?;
                    walk.unmapped(s, to)
                })
            }
            ty => self.text(ty, TypeMapping::ElementContent, to, to),
        }
    }

    /// Reads the text that comes, or the attribute entered; of an array, the count goes to a place of its own.
    fn text(&mut self, ty: &Type, mapping: TypeMapping, to: H::Address, count_to: H::Address) -> Result<()> {
        match ty {
            Type::Custom(id) => self.host.read_custom(*id, mapping, to),
            Type::Struct(id) => {
                let s = self.schema.struct_of(*id);
                self.nested(|walk| {
                    if let Some(field) = &s.text {
                        let (to, count_to) = walk.places(field, to);
                        walk.text(&field.ty, mapping, to, count_to)?;
                    }
                    walk.unmapped(s, to)
                })
            }
            ty => {
                let Self { schema, reader, host, .. } = self;
                reader.step(|r| match ty.is_array() {
                    true => scalar::array(r, host, ty, to, count_to),
                    false => scalar::value(r, host, schema, ty, to),
                })?;
                self.check_duration(ty, to)
            }
        }
    }

    /// Reads a struct from the element on whose start tag the reader stands.
    fn struct_element(&mut self, id: StructId, to: H::Address) -> Result<()> {
        let s = self.schema.struct_of(id);
        self.nested(|walk| {
            if let Some(offset) = s.type_field {
                let pointer = walk.host.type_pointer(id)?;
                walk.host.store_pointer(walk.host.offset(to, offset as usize), Some(pointer))?;
            }
            walk.attributes(s, to)?;
            walk.reader.step(|r| r.read_start_element())?;
            walk.content(s, to)?;
            walk.reader.step(if s.ignore_trailing { support::skip_to_end } else { support::read_end })?;
            walk.unmapped(s, to)
        })
    }

    fn content(&mut self, s: &Struct, to: H::Address) -> Result<()> {
        if let Some(field) = &s.text {
            let (to, count_to) = self.places(field, to);
            return self.text(&field.ty, TypeMapping::ElementContent, to, count_to);
        }
        s.elements.iter().try_for_each(|field| self.field(field, to))
    }

    /// The struct that the start tag says it is, with `xsi:type` or without.
    fn actual_type(&mut self, id: StructId) -> Result<StructId> {
        let s = self.schema.struct_of(id);
        let named = match s.type_field {
            None => None,
            Some(_) => self.reader.step(|r| {
                let Some(index) = r.find_attribute("type", XSI)? else { return Ok(None) };
                r.read_start_attribute(index)?;
                let name = r.read_qualified_name()?;
                r.read_end_attribute()?;
                Ok(Some(name))
            })?,
        };
        let actual = match &named {
            None => Some(id),
            Some(found) => self.schema.find_type(id, |_, s| {
                let is = |n: &QualifiedName| n.local.as_str() == found.local && n.ns.as_str() == found.ns;
                s.type_name.as_ref().is_some_and(is)
            }),
        };
        match actual {
            Some(actual) if !self.schema.struct_of(actual).is_abstract => Ok(actual),
            Some(_) => self.format(
                "the type of the element is abstract: xsi:type has to name one derived from it".into(),
            ),
            None => {
                let name = named.unwrap_or_default();
                let expected = s.type_name.as_ref().map_or("?", |n| n.local.as_str());
                self.format(format!(
                    "xsi:type is '{}' of the namespace '{}', which is neither '{expected}' nor derived from it",
                    name.local, name.ns
                ))
            }
        }
    }

    /// Whether the element that the reader stands on is nil; then it is read.
    fn skip_nil(&mut self) -> Result<bool> {
        self.reader.step(|r| {
            let has_attributes = r.element().is_some_and(|e| !e.attributes().is_empty());
            if !has_attributes || !r.attribute_value("nil", XSI)?.unwrap_or(false) {
                return Ok(false);
            }
            r.read_start_element()?;
            support::read_end(r).map(|()| true)
        })
    }

    /// Compares a duration with its range, by a function of the program.
    fn check_duration(&mut self, ty: &Type, at: H::Address) -> Result<()> {
        let Type::Duration(Some(range)) = ty else { return Ok(()) };
        let value = load::duration(&self.host, at)?;
        let [min, max] = range.range;
        let below = self.host.compare_durations(range.comparer, &value, &min)? < 0;
        if below || self.host.compare_durations(range.comparer, &value, &max)? > 0 {
            return self.format(format!("a value of {min} to {max} expected; found {value}"));
        }
        Ok(())
    }

    /// Goes one level deeper into types.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_NESTING {
            return Err(check::too_deep());
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Fails because of the document.
    #[cold]
    fn format<T>(&mut self, text: String) -> Result<T> {
        self.reader.step(|r| Err(r.fail(Error::format(text))))
    }
}

/// Whether the element comes next; the reader then stands on it.
#[inline]
fn is_next(r: &mut Reader<'_>, name: Name<'_>) -> Result<bool> {
    Ok(r.read_to_any_start_element()? && name.is_at(r))
}
