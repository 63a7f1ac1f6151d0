//! Typed data: Rust types to XML and back.
//!
//! A derived type goes out in any encoding and comes back. This one has an attachment, which with MTOM travels as a
//! part of its own and is not copied on its way from the file to the destination:
//!
//! ```
//! use wws_core::{
//!     FromXml, Result, ToXml,
//!     typed::Attachment,
//!     xml::{
//!         Reader, ReaderEncoding, Writer, WriterOptions,
//!         mtom::{MtomInput, MtomOutput, mime::Related},
//!     },
//! };
//!
//! #[derive(ToXml, FromXml)]
//! #[xml(name = "order", ns = "urn:shop")]
//! struct Order {
//!     #[xml(attribute)]
//!     id: u32,
//!     customer: String,
//!     note: Option<String>,
//!     #[xml(name = "line")]
//!     lines: Vec<Line>,
//!     contract: Attachment,
//! }
//!
//! #[derive(ToXml, FromXml)]
//! #[xml(ns = "urn:shop")]
//! struct Line {
//!     #[xml(attribute)]
//!     sku: String,
//!     #[xml(text)]
//!     count: u32,
//! }
//!
//! fn main() -> Result<()> {
//!     let order = Order {
//!         id: 7,
//!         customer: "R&D".into(),
//!         note: None,
//!         lines: vec![Line { sku: "A-1".into(), count: 3 }],
//!         // std::fs::File::open("contract.pdf"), as often as the order is sent
//!         contract: Attachment::from_read(|| Ok(std::io::repeat(7).take(100_000))),
//!     };
//!     let frame = Related::new("uuid:1", "http://shop.example/0", "text/xml")?;
//!     let mut writer = Writer::new(MtomOutput::new(frame), WriterOptions::stream());
//!     writer.write(&order)?;
//!     let mut message = Vec::new(); // or a socket: the attachment is read now, piece by piece
//!     writer.flush_to(&mut message)?;
//!     assert_eq!(message.windows(9).filter(|text| text == b"--uuid:1\r").count(), 2); // two parts
//!
//!     let encoding = ReaderEncoding::Mtom(MtomInput::with_header());
//!     let back: Order = Reader::with_input(encoding, message.as_slice().into()).read()?;
//!     assert_eq!((back.customer.as_str(), back.lines[0].count), ("R&D", 3));
//!     assert_eq!(back.contract.bytes().map(|bytes| bytes.len()), Some(100_000));
//!     Ok(())
//! }
//! # use std::io::Read;
//! ```
//!
//! # What a type is in XML
//! | Rust | XML |
//! |---|---|
//! | a struct | attributes and elements in the order of the fields; another order, a missing or an unknown element is an error |
//! | numbers, `bool`, strings, [`Decimal`], [`DateTime`], [`TimeSpan`], [`Duration`], [`Guid`], [`UniqueId`], [`QName`] | text |
//! | `Vec<u8>`, [`Bytes`](::bytes::Bytes), `[u8; N]`, [`Attachment`] | bytes: base64 in text, a part in MTOM |
//! | `Option<T>`, `Vec<T>` | at most one, any number |
//! | `Vec<Option<T>>` | items that can be nil |
//! | `&'a str`, `Cow<'a, str>` | text that is borrowed from the input (a `&str` must stand there as it is) |
//! | an enum without data | text: the names of the variants |
//! | an enum with data | a choice: the element of one variant |
//! | a struct of one unnamed field | what the field is |
//! | [`XmlBuffer`], [`AnyAttribute`] | what nobody knows in advance |
//!
//! # Attributes of a type, in `#[xml(…)]`
//! | | |
//! |---|---|
//! | `name = "…"` | the element that a whole value is, for [`Writer::write`] and [`Reader::read`]; otherwise the name of the type |
//! | `ns = "…"` or a constant | the namespace of that element and of the elements of the fields |
//! | `rename_all = "camelCase"` | changes the names of fields or variants: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE` |
//! | `any_order` | the elements come in any order |
//! | `ignore_unknown` | attributes and elements that are not known are skipped |
//! | `xmlns(p = "…")` | declares a prefix; without it the writer finds one |
//! | `value` | a newtype or an enum is text |
//! | `choice` | an enum without data is a choice of empty elements |
//! | `xsi_type` | an enum of derived types, told apart by `xsi:type`; `#[xml(base)]` stands on the variant without it |
//! | `crate = path` | where this module's crate is, if it has another name |
//!
//! # Attributes of a field
//! | | |
//! |---|---|
//! | `name`, `ns` | of the element or attribute; `name = "xml:lang"` is possible. Attributes are in no namespace by default |
//! | `attribute` | an attribute |
//! | `text` | the text of the element, which has no elements then |
//! | `flatten` | the attributes and elements of a struct, a choice (also in an `Option` or a `Vec`), or an element of any name as an [`XmlBuffer`], without an element around them |
//! | `nillable` | `None` is written as `xsi:nil="true"`; read are both nil and nothing |
//! | `wrapper = "…"`, `wrapper_ns` | a list whose items, called `name`, stand in one element |
//! | `default`, `default = expression` | the value when the attribute or element is missing |
//! | `omit_default` | and nothing is written when it has that value |
//! | `min = n`, `max = n` | of items in a list; [`MAX_ITEMS`] at most by default |
//! | `any_attributes` | a `Vec<AnyAttribute>` of all others |
//! | `any_content` | an [`XmlBuffer`] of all content, text and elements |
//! | `with = Type` | read and written by implementations of `FromElements<'_, Type>` and `ToElements<Type>` for the field's type, which may come from another crate |
//! | `skip` | not in XML; the default value when read |
//!
//! Variants of an enum take `name` and `ns`, and `#[xml(other)]` on `Other(String)` keeps every other text.
//!
//! # By hand
//! [`ToXml`] and [`FromXml`] are what an element holds, [`ToText`] and [`FromText`] what an attribute can be,
//! [`ToElement`] and [`FromElement`] whole elements; each has one function to write. The derived code calls
//! [`Writer`] and [`Reader`] as a program would by hand, and costs the same.
//!
//! # Bad input
//! An error says in which elements it is, what was expected, what was found and where. Lists have a quota; how deep a
//! type that contains itself can go, the reader's [`max_depth`](crate::xml::ReaderOptions::max_depth) says.
//!
//! [`Decimal`]: crate::value::Decimal
//! [`DateTime`]: crate::value::DateTime
//! [`TimeSpan`]: crate::value::TimeSpan
//! [`Duration`]: crate::value::Duration
//! [`Guid`]: crate::value::Guid
//! [`UniqueId`]: crate::value::UniqueId
//! [`QName`]: crate::xml::reader::QName
//! [`XmlBuffer`]: crate::xml::buffer::XmlBuffer

pub mod any;
mod attachment;
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
pub use attachment::Attachment;
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
    pub(crate) fn whole<T>(&mut self, value: Result<T>) -> Result<T> {
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
