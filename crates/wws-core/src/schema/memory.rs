//! The memory in which values stand, and what else a host does for the walk.
//!
//! The walk knows nothing of pointers: it loads, stores and allocates through [`Memory`]. The C interface implements
//! that over raw structs and a heap; the tests over bytes whose bounds are checked.

use super::{
    description::SchemaString,
    layout,
    types::{CustomId, StructId},
};
use crate::{
    Error, Result,
    value::Duration,
    xml::{
        Text, XmlStr,
        buffer::{SharedBuffer, XmlBuffer},
    },
};

/// Memory: addresses, and bytes there. Numbers stand in it in the order of the machine's bytes.
pub trait Memory {
    /// A place. It is never null.
    type Address: Copy;

    /// The place so many bytes further on.
    fn offset(&self, at: Self::Address, bytes: usize) -> Self::Address;

    /// Bytes that stand there.
    ///
    /// # Errors
    /// Where memory is checked: there is none at this place.
    fn load<const N: usize>(&self, at: Self::Address) -> Result<[u8; N]>;

    /// Puts bytes there.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn store<const N: usize>(&mut self, at: Self::Address, bytes: [u8; N]) -> Result<()>;

    /// The pointer that stands there; `None` if it is null.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn load_pointer(&self, at: Self::Address) -> Result<Option<Self::Address>>;

    /// Puts a pointer there.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn store_pointer(&mut self, at: Self::Address, to: Option<Self::Address>) -> Result<()>;

    /// So many bytes.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn bytes(&self, at: Self::Address, count: usize) -> Result<&[u8]>;

    /// Puts bytes there.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn store_bytes(&mut self, at: Self::Address, bytes: &[u8]) -> Result<()>;

    /// Puts zeros there.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn clear(&mut self, at: Self::Address, count: usize) -> Result<()>;

    /// Copies bytes to a place that does not overlap with theirs.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn copy(&mut self, from: Self::Address, to: Self::Address, count: usize) -> Result<()>;

    /// New memory for a value that is read; aligned for any type. A place even for 0 bytes.
    ///
    /// # Errors
    /// `QuotaExceeded` if there is no [`room`](Self::room), `InvalidArgument` if there is no heap at all.
    fn allocate(&mut self, size: usize) -> Result<Self::Address>;

    /// Bytes that can still be allocated.
    fn room(&self) -> usize;

    /// New memory that is needed while a list is read. It does not count as allocated.
    ///
    /// # Errors
    /// `OutOfMemory`.
    fn scratch(&mut self, size: usize) -> Result<Self::Address>;

    /// How much scratch memory there is, for [`release`](Self::release).
    fn mark(&self) -> usize;

    /// Gives back scratch memory that is younger than the mark.
    fn release(&mut self, mark: usize);

    /// UTF-16 units before the first zero.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn units_before_zero(&self, at: Self::Address) -> Result<usize> {
        let mut count = 0;
        while self.load::<2>(self.offset(at, 2 * count))? != [0, 0] {
            count += 1;
        }
        Ok(count)
    }
}

/// Memory, and what else the walk asks for: callbacks of the program, buffers, dictionaries.
///
/// Those that can call the program ([`read_custom`](Self::read_custom), [`write_custom`](Self::write_custom),
/// [`is_default`](Self::is_default), [`compare_durations`](Self::compare_durations)) are called between two steps of
/// the reader or writer, never within one.
pub trait Host: Memory {
    /// Where a default value stands.
    ///
    /// # Errors
    /// `InvalidArgument` if there is none of this number.
    fn default_value(&self, id: u32) -> Result<Self::Address>;

    /// The pointer that stands for a struct type in a value (`WS_DESCRIPTION_TYPE`).
    ///
    /// # Errors
    /// `InvalidArgument` if there is none of this number.
    fn type_pointer(&self, id: StructId) -> Result<Self::Address>;

    /// The struct type that such a pointer stands for.
    fn type_of(&self, pointer: Self::Address) -> Option<StructId>;

    /// Puts a buffer into memory; its size counts as allocated.
    ///
    /// # Errors
    /// As [`allocate`](Memory::allocate).
    fn keep_buffer(&mut self, buffer: XmlBuffer) -> Result<Self::Address>;

    /// The buffer that stands there, or a copy if the writer writes into that same buffer.
    ///
    /// # Errors
    /// `InvalidArgument` if it is none.
    fn buffer(&mut self, at: Self::Address) -> Result<SharedBuffer>;

    /// Puts a text into memory (`WS_XML_TEXT`).
    ///
    /// # Errors
    /// As [`allocate`](Memory::allocate).
    fn keep_text(&mut self, text: Text<'_>) -> Result<Self::Address>;

    /// Calls `f` with a text that stands in memory.
    ///
    /// # Errors
    /// `InvalidArgument` if it is none; those of `f`.
    fn with_text(&self, at: Self::Address, f: &mut dyn FnMut(Text<'_>) -> Result<()>) -> Result<()>;

    /// A string of the schema, as the writer takes it.
    fn string<'s>(&self, string: &'s SchemaString) -> XmlStr<'s> {
        XmlStr::plain(string.as_str())
    }

    /// A string in memory (`WS_XML_STRING`), as the writer takes it.
    ///
    /// # Errors
    /// `InvalidArgument` or `InvalidFormat` if it is none.
    fn xml_string(&self, at: Self::Address) -> Result<XmlStr<'_>> {
        let length = u32::from_ne_bytes(self.load(at)?) as usize;
        let bytes = match self.load_pointer(self.offset(at, layout::CHARS))? {
            Some(chars) => self.bytes(chars, length)?,
            None if length == 0 => &[],
            None => return Err(null("a string has a length")),
        };
        let text = std::str::from_utf8(bytes);
        text.map(XmlStr::plain).map_err(|e| Error::format("a string is not UTF-8").caused_by(e))
    }

    /// Reads a value of a type that only the host knows.
    ///
    /// # Errors
    /// Those of the type.
    fn read_custom(&mut self, ty: CustomId, mapping: TypeMapping, to: Self::Address) -> Result<()>;

    /// Writes a value of a type that only the host knows.
    ///
    /// # Errors
    /// Those of the type.
    fn write_custom(&mut self, ty: CustomId, mapping: TypeMapping, from: Self::Address) -> Result<()>;

    /// Whether a value of such a type is the default value, or zero if there is none.
    ///
    /// # Errors
    /// Those of the type.
    fn is_default(&mut self, ty: CustomId, at: Self::Address, default: Option<Self::Address>)
    -> Result<bool>;

    /// Compares durations: below 0, 0 or above 0 as the first is shorter, equal or longer.
    ///
    /// # Errors
    /// Those of the comparer.
    fn compare_durations(&mut self, comparer: u32, a: &Duration, b: &Duration) -> Result<i32>;
}

/// The error for a null pointer where a value is needed.
#[cold]
pub(super) fn null(what: &str) -> Error {
    Error::argument(format!("{what}, but its pointer is NULL"))
}

/// What of the XML a type stands for, with the numbers of `WS_TYPE_MAPPING`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum TypeMapping {
    /// The attributes and content of an element. When it is read, tags and all.
    Element = 1,
    /// The value of an attribute.
    Attribute = 2,
    /// The content of an element, or a part of it.
    ElementContent = 3,
    /// A whole element with its name.
    AnyElement = 4,
}

impl TypeMapping {
    /// The mapping with this number in `WS_TYPE_MAPPING`.
    pub fn from_number(number: i32) -> Option<Self> {
        match number {
            1 => Some(TypeMapping::Element),
            2 => Some(TypeMapping::Attribute),
            3 => Some(TypeMapping::ElementContent),
            4 => Some(TypeMapping::AnyElement),
            _ => None,
        }
    }
}
