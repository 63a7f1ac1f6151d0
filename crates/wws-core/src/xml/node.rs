//! The node model that readers, writers and buffers share.

use crate::value::{DateTime, Decimal, Guid, TimeSpan};

/// The kinds of node, with the numbers of `WS_XML_NODE_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
#[allow(missing_docs)]
pub enum NodeType {
    Element = 1,
    Text = 2,
    EndElement = 3,
    Comment = 4,
    CData = 6,
    EndCData = 7,
    Eof = 8,
    Bof = 9,
}

/// The content of a text node or of an attribute: characters, or a value that kept its type
/// (`WS_XML_TEXT_TYPE`).
///
/// Text encodings read [`Text::Utf8`]; the binary encoding and XML buffers keep types.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum Text<'a> {
    Utf8(&'a str),
    /// Bytes whose text form is base64.
    Bytes(&'a [u8]),
    Bool(bool),
    Int32(i32),
    Int64(i64),
    UInt64(u64),
    Float(f32),
    Double(f64),
    Decimal(Decimal),
    Guid(Guid),
    /// A unique id that is a GUID: its text form is `urn:uuid:…`. (One that is a URI is [`Text::Utf8`].)
    UniqueId(Guid),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    /// A name with its prefix; the reader also knows the namespace.
    QName {
        prefix: &'a str,
        local: &'a str,
        ns: &'a str,
    },
    /// Values separated by one space.
    List(&'a [Text<'a>]),
}
