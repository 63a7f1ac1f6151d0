//! Typed data: Rust types to XML and back.
//!
//! ```
//! use wws_core::{FromXml, ToXml, typed};
//!
//! #[derive(Debug, PartialEq, ToXml, FromXml)]
//! #[xml(name = "order", ns = "urn:shop")]
//! struct Order {
//!     #[xml(attribute)]
//!     id: u32,
//!     customer: String,
//!     note: Option<String>,
//!     line: Vec<Line>,
//! }
//!
//! #[derive(Debug, PartialEq, ToXml, FromXml)]
//! #[xml(ns = "urn:shop")]
//! struct Line {
//!     #[xml(attribute)]
//!     sku: String,
//!     #[xml(text)]
//!     count: u32,
//! }
//!
//! let line = Line { sku: "A-7".into(), count: 3 };
//! let order = Order { id: 1, customer: "R&D".into(), note: None, line: vec![line] };
//! let text = typed::to_string(&order)?;
//! assert_eq!(
//!     text,
//!     r#"<order id="1" xmlns="urn:shop"><customer>R&amp;D</customer><line sku="A-7">3</line></order>"#
//! );
//! assert_eq!(typed::from_str::<Order>(&text)?, order);
//! # Ok::<(), wws_core::Error>(())
//! ```

pub mod any;
mod attributes;
mod bytes;
mod elements;
mod group;
mod name;
mod nil;
pub mod support;
mod text;
mod xml;

pub use any::{AnyAttribute, MAX_ANY_SIZE};
pub use attributes::{FromAttribute, ToAttribute};
pub use elements::{FromElements, Nillable, NillableWrapped, Plain, ToElements, Wrapped};
pub use group::{FromGroup, FromGroups, ToGroup, ToGroups, read_group, write_group};
pub use name::{Field, MAX_ITEMS, Name};
pub use text::{FromText, ToText};
pub use xml::{FromElement, FromXml, ToElement, ToXml};

use crate::{
    Error, ErrorCode, Result,
    xml::{Charset, NodeType, Reader, Writer, WriterOptions},
};

/// The namespace of `xsi:type` and `xsi:nil`, XML Schema Part 1 2.6.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

impl Writer {
    /// Writes a whole element from a value: `WsWriteElement`, `WsWriteType` with `WS_ANY_ELEMENT_TYPE_MAPPING`.
    ///
    /// # Errors
    /// Those of the calls that a program would make to write the element.
    pub fn write<T: ToElement + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.write_element(self)
    }

    /// Writes an element of this name from a value.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_as<T: ToXml + ?Sized>(&mut self, name: Name<'_>, value: &T) -> Result<()> {
        support::write_named(value, self, name)
    }
}

impl<'a> Reader<'a> {
    /// Reads a whole element into a value: `WsReadElement`. The reader stands before the element or on its start
    /// tag, and then behind its end tag.
    ///
    /// The element has to be there as a whole: in memory, or fed to the stream before. Only white space and comments
    /// before it are waited for.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): another element comes, or it does not hold what the type
    /// expects. After an error within the element the reader has failed (WWSAPI I.1).
    pub fn read<T: FromElement<'a>>(&mut self) -> Result<T> {
        self.read_to_any_start_element()?;
        let value = T::read_element(self);
        self.whole(value)
    }

    /// Reads an element of this name into a value. See [`read`](Self::read).
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_as<T: FromXml<'a>>(&mut self, name: Name<'_>) -> Result<T> {
        self.read_to_start_element(name.local, name.ns)?;
        let value = support::in_element(T::read_xml(self), name);
        self.whole(value)
    }

    /// A value is read at one go: input that is missing cannot be waited for, nor anything else be made good.
    fn whole<T>(&mut self, value: Result<T>) -> Result<T> {
        value.map_err(|error| {
            let error = match error.needs_input() {
                false => error,
                true => Error::new(
                    ErrorCode::QuotaExceeded,
                    "the input filled so far ends within the element; fill the reader until the element is there as a \
                     whole before it is read into a type",
                ),
            };
            match self.failure() {
                Some(_) => error,
                None => self.fail(error),
            }
        })
    }
}

/// The text form of a value, as a document without a declaration.
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): a string has a character that XML 1.0 forbids.
pub fn to_string<T: ToElement + ?Sized>(value: &T) -> Result<String> {
    document(|writer| writer.write(value))
}

/// The text form of a value under this name.
///
/// # Errors
/// As [`to_string`].
pub fn to_string_as<T: ToXml + ?Sized>(value: &T, name: Name<'_>) -> Result<String> {
    document(|writer| writer.write_as(name, value))
}

fn document(write: impl FnOnce(&mut Writer) -> Result<()>) -> Result<String> {
    let mut writer = Writer::new(Charset::Utf8, WriterOptions::default());
    write(&mut writer)?;
    String::from_utf8(writer.into_bytes()?)
        .map_err(|e| Error::new(ErrorCode::Other, "the document is not UTF-8").caused_by(e))
}

/// Reads a value from a whole document in text.
///
/// # Errors
/// As [`Reader::read`]; [`InvalidFormat`](crate::ErrorCode::InvalidFormat) if anything follows the element.
pub fn from_str<'a, T: FromElement<'a>>(text: &'a str) -> Result<T> {
    let mut reader = Reader::text(text.as_bytes());
    let value = reader.read()?;
    at_end(&mut reader).map(|()| value)
}

/// Reads a value from a whole document in text, whose top-level element has this name.
///
/// # Errors
/// As [`from_str`].
pub fn from_str_as<'a, T: FromXml<'a>>(text: &'a str, name: Name<'_>) -> Result<T> {
    let mut reader = Reader::text(text.as_bytes());
    let value = reader.read_as(name)?;
    at_end(&mut reader).map(|()| value)
}

fn at_end(reader: &mut Reader<'_>) -> Result<()> {
    reader.read_to_any_start_element()?;
    match reader.node_type() {
        NodeType::Eof => Ok(()),
        _ => Err(reader.expected("the end of the document")),
    }
}
