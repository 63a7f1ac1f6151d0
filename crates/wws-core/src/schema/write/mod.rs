//! Values written from memory as XML, as their types say (WWSAPI I).

mod any;
mod default;
mod fields;
mod scalar;

use super::{
    MAX_NESTING, WriteSteps, check,
    description::{QualifiedName, Schema, Struct},
    layout, load,
    memory::{Host, TypeMapping, null},
    types::{StructId, Type},
};
use crate::{
    Error, Result,
    typed::{Name, ToXml, support},
    xml::{Writer, XmlStr},
};

/// What the caller's storage is, and whether there may be no value, with the numbers of `WS_WRITE_OPTION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[allow(missing_docs)]
pub enum WriteOption {
    RequiredValue = 1,
    RequiredPointer = 2,
    NillableValue = 3,
    NillablePointer = 4,
}

impl WriteOption {
    /// The option with this number in `WS_WRITE_OPTION`.
    pub fn from_number(number: i32) -> Option<Self> {
        use WriteOption::*;
        const ALL: [WriteOption; 4] = [RequiredValue, RequiredPointer, NillableValue, NillablePointer];
        ALL.into_iter().find(|option| *option as i32 == number)
    }

    /// Whether the storage has a pointer to the value.
    pub const fn is_pointer(self) -> bool {
        matches!(self, WriteOption::RequiredPointer | WriteOption::NillablePointer)
    }
}

/// Writes values of the types of a schema.
#[derive(Debug)]
pub struct ValueWriter<'s, W, H> {
    schema: &'s Schema,
    writer: W,
    host: H,
    depth: u32,
    /// Text that was UTF-16.
    text: String,
}

impl<'s, W: WriteSteps, H: Host> ValueWriter<'s, W, H> {
    /// Writes to `writer` from the memory of `host`.
    pub fn new(schema: &'s Schema, writer: W, host: H) -> Self {
        ValueWriter { schema, writer, host, depth: 0, text: String::new() }
    }

    /// The host.
    pub fn into_host(self) -> H {
        self.host
    }

    /// Writes a value of the type: `WsWriteType`. With [`TypeMapping::Element`] the start tag is written and still
    /// open.
    ///
    /// `from` has `size` bytes: those of the value, or of a pointer.
    ///
    /// # Errors
    /// `InvalidArgument` if the option, the size or the mapping does not go with the type, or a value is impossible;
    /// those of the writer.
    pub fn write_type(
        &mut self,
        mapping: TypeMapping,
        ty: &Type,
        option: WriteOption,
        from: H::Address,
        size: usize,
    ) -> Result<()> {
        check::mapping(self.schema, ty, mapping)?;
        let value = self.storage(ty, option, from, size)?;
        match (mapping, value) {
            (TypeMapping::Element, None) => self.writer.step(nil),
            (_, None) => Err(Error::argument("only an element can be nil")),
            (TypeMapping::Element, Some(at)) => self.body(ty, at, true),
            (TypeMapping::ElementContent, Some(at)) => {
                self.content_value(ty, TypeMapping::ElementContent, at)
            }
            (TypeMapping::Attribute, Some(at)) => self.content_value(ty, TypeMapping::Attribute, at),
            (TypeMapping::AnyElement, Some(at)) => self.any_element(ty, at),
        }
    }

    /// Writes an element of this name with its value: `WsWriteElement`.
    ///
    /// # Errors
    /// As [`write_type`](Self::write_type).
    pub fn write_element(
        &mut self,
        name: Name<'_>,
        ty: &Type,
        option: WriteOption,
        from: H::Address,
        size: usize,
    ) -> Result<()> {
        check::mapping(self.schema, ty, TypeMapping::Element)?;
        match self.storage(ty, option, from, size)? {
            Some(at) => self.element(name, ty, at, true),
            None => self.nil_element(name),
        }
    }

    /// Writes an attribute on the start tag that is being written: `WsWriteAttribute`.
    ///
    /// # Errors
    /// As [`write_type`](Self::write_type).
    pub fn write_attribute(
        &mut self,
        name: Name<'_>,
        ty: &Type,
        option: WriteOption,
        from: H::Address,
        size: usize,
    ) -> Result<()> {
        check::mapping(self.schema, ty, TypeMapping::Attribute)?;
        match self.storage(ty, option, from, size)? {
            Some(at) => self.attribute(name, None, ty, at, at),
            None => Err(Error::argument("an attribute cannot be nil")),
        }
    }

    /// Where the value stands; `None` if it is nil.
    fn storage(
        &mut self,
        ty: &Type,
        option: WriteOption,
        from: H::Address,
        size: usize,
    ) -> Result<Option<H::Address>> {
        if option.is_pointer() {
            check::size(size, layout::POINTER)?;
            let pointer = self.host.load_pointer(from)?;
            return match pointer {
                None if option == WriteOption::RequiredPointer => Err(null("a value is required")),
                None => Ok(None),
                Some(_) if ty.is_pointer() => Ok(Some(from)),
                Some(value) => Ok(Some(value)),
            };
        }
        if ty.is_pointer() {
            return Err(Error::argument(format!("{} is a pointer: write it as one", ty.name())));
        }
        let is_nillable = option == WriteOption::NillableValue;
        if is_nillable && !matches!(ty, Type::String(_) | Type::XmlString(_) | Type::Bytes(_)) {
            return Err(Error::argument(format!("a value of {} cannot be nil: write a pointer", ty.name())));
        }
        // WWSAPI I.3: the size is that of the type that the value says it has.
        let actual = match ty {
            Type::Struct(id) => self.schema.struct_of(self.actual_type(*id, from)?).size as usize,
            ty => self.schema.size_of(ty),
        };
        check::size(size, actual)?;
        Ok(if is_nillable && self.is_nil(ty, from, from)? { None } else { Some(from) })
    }

    /// A name as the writer takes it.
    #[inline]
    fn name<'n>(&self, name: &'n QualifiedName) -> Name<'n> {
        Name { local: self.host.string(&name.local), ns: self.host.string(&name.ns) }
    }

    /// Writes an element that has nothing but a value.
    fn leaf(&mut self, Name { local, ns }: Name<'_>, ty: &Type, at: H::Address) -> Result<()> {
        let Self { schema, writer, host, text, .. } = self;
        scalar::with(host, schema, ty, at, text, |value| {
            writer.step(|w| scalar::element(w, local, ns, value))
        })
    }

    /// Writes an element; a pointer may point to a derived type.
    fn element(&mut self, name: Name<'_>, ty: &Type, at: H::Address, pointer: bool) -> Result<()> {
        if ty.is_text() {
            return self.leaf(name, ty, at);
        }
        self.writer.step(|w| w.start_element(name.local, name.ns))?;
        support::in_element(self.body(ty, at, pointer), name)?;
        self.writer.step(Writer::end_element)
    }

    fn nil_element(&mut self, Name { local, ns }: Name<'_>) -> Result<()> {
        self.writer.step(|w| {
            w.start_element(local, ns)?;
            nil(w)?;
            w.end_element()
        })
    }

    /// Writes what is in an element: attributes and content.
    fn body(&mut self, ty: &Type, at: H::Address, pointer: bool) -> Result<()> {
        match ty {
            Type::Struct(id) => self.struct_body(*id, at, pointer),
            Type::Custom(id) => self.host.write_custom(*id, TypeMapping::Element, at),
            Type::XmlBuffer => {
                let buffer = self.buffer(at)?;
                self.writer.step(|w| buffer.lock().write_xml(w))
            }
            ty => self.content_value(ty, TypeMapping::ElementContent, at),
        }
    }

    /// Writes content, or the value of an attribute.
    fn content_value(&mut self, ty: &Type, mapping: TypeMapping, at: H::Address) -> Result<()> {
        match ty {
            Type::Union(id) => match self.choice(*id, at)? {
                true => Ok(()),
                false => self.no_choice(*id, at),
            },
            Type::Struct(id) => {
                let s = self.schema.struct_of(*id);
                self.nested(|walk| walk.content(s, at, mapping))
            }
            ty => self.text(ty, mapping, at, at),
        }
    }

    /// Writes text, where a start tag or an attribute is open.
    fn text(&mut self, ty: &Type, mapping: TypeMapping, at: H::Address, count_at: H::Address) -> Result<()> {
        match ty {
            Type::Custom(id) => self.host.write_custom(*id, mapping, at),
            Type::Struct(id) => {
                let s = self.schema.struct_of(*id);
                self.nested(|walk| walk.content(s, at, mapping))
            }
            ty => {
                let Self { schema, writer, host, text, .. } = self;
                scalar::with_count(host, schema, ty, (at, count_at), text, |value| {
                    writer.step(|w| scalar::content(w, value))
                })
            }
        }
    }

    /// Writes attributes and content of a struct, with its type where it is a derived one.
    fn struct_body(&mut self, id: StructId, at: H::Address, pointer: bool) -> Result<()> {
        let actual = self.actual_type(id, at)?;
        let s = self.schema.struct_of(actual);
        if actual != id {
            if !pointer {
                return Err(Error::argument(
                    "a derived type is possible only where there is a pointer to it",
                ));
            }
            let Some(name) = &s.type_name else {
                return Err(Error::argument("a derived type has no name for xsi:type"));
            };
            let name = self.name(name);
            self.writer.step(|w| support::write_type(w, name))?;
        }
        self.nested(|walk| {
            walk.attributes(s, at)?;
            walk.content(s, at, TypeMapping::ElementContent)
        })
    }

    fn content(&mut self, s: &Struct, at: H::Address, mapping: TypeMapping) -> Result<()> {
        if let Some(field) = &s.text {
            let (at, count_at) = self.places(field, at);
            return self.text(&field.ty, mapping, at, count_at);
        }
        s.elements.iter().try_for_each(|field| self.field(field, at))
    }

    /// The struct that the value says it is.
    fn actual_type(&self, id: StructId, at: H::Address) -> Result<StructId> {
        let s = self.schema.struct_of(id);
        let actual = match s.type_field {
            None => id,
            Some(offset) => {
                let pointer = self.host.load_pointer(self.host.offset(at, offset as usize))?;
                let pointer = pointer.ok_or_else(|| null("a struct with a type attribute needs its type"))?;
                let derived = self.host.type_of(pointer).filter(|actual| self.schema.is_derived(*actual, id));
                derived.ok_or_else(|| {
                    Error::argument("the type of a struct is neither the described one nor in its subTypes")
                })?
            }
        };
        match self.schema.struct_of(actual).is_abstract {
            true => Err(Error::argument("the type of a value cannot be abstract: set one derived from it")),
            false => Ok(actual),
        }
    }

    /// Whether a value that can be nil is nil: a null pointer, and no length (WWSAPI I.4).
    fn is_nil(&self, ty: &Type, at: H::Address, count_at: H::Address) -> Result<bool> {
        if ty.is_pointer() {
            return Ok(self.host.load_pointer(at)?.is_none());
        }
        let (length, chars) = match ty.is_array() {
            true => (count_at, at),
            false => (at, self.host.offset(at, layout::CHARS)),
        };
        Ok(load::number(&self.host, length)? == 0 && self.host.load_pointer(chars)?.is_none())
    }

    /// Goes one level deeper into types.
    fn nested<T>(&mut self, write: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_NESTING {
            return Err(check::too_deep());
        }
        self.depth += 1;
        let result = write(self);
        self.depth -= 1;
        result
    }
}

/// Says on the start tag that the element is nil: XML Schema Part 1 2.6.2.
fn nil(w: &mut Writer) -> Result<()> {
    support::start_xsi_attribute(w, "nil")?;
    w.value(true)?;
    w.end_attribute()
}

/// The prefix of an attribute, if it has a fixed one.
type Prefix = Option<&'static str>;

/// Starts an attribute.
fn start_attribute(w: &mut Writer, prefix: Prefix, local: XmlStr<'_>, ns: XmlStr<'_>) -> Result<()> {
    match prefix {
        Some(prefix) => w.start_attribute_with_prefix(prefix, local, ns, false),
        None => w.start_attribute(local, ns, false),
    }
}
