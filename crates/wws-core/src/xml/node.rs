//! The node model that readers, writers and buffers share.

use crate::value::{DateTime, Decimal, Guid, Lexical, TimeSpan, UniqueId, base64};

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

impl Text<'_> {
    /// Appends the text form: characters as they are, without any escaping, and values in their lexical form.
    ///
    /// ```
    /// use wws_core::xml::Text;
    /// let mut out = Vec::new();
    /// Text::List(&[Text::Int32(-1), Text::Bool(true), Text::Bytes(b"abc")]).append_to(&mut out);
    /// assert_eq!(out, b"-1 true YWJj");
    /// ```
    pub fn append_to(&self, out: &mut Vec<u8>) {
        match *self {
            Text::Utf8(s) => out.extend_from_slice(s.as_bytes()),
            Text::Bytes(bytes) => base64::encode(bytes, out),
            Text::Bool(v) => v.append_to(out),
            Text::Int32(v) => v.append_to(out),
            Text::Int64(v) => v.append_to(out),
            Text::UInt64(v) => v.append_to(out),
            Text::Float(v) => v.append_to(out),
            Text::Double(v) => v.append_to(out),
            Text::Decimal(v) => v.append_to(out),
            Text::Guid(v) => v.append_to(out),
            Text::UniqueId(v) => UniqueId::Guid(v).append_to(out),
            Text::DateTime(v) => v.append_to(out),
            Text::TimeSpan(v) => v.append_to(out),
            Text::QName { prefix, local, .. } => {
                if !prefix.is_empty() {
                    out.extend_from_slice(prefix.as_bytes());
                    out.push(b':');
                }
                out.extend_from_slice(local.as_bytes());
            }
            // No decoder gives a list within a list, so the depth is the caller's own.
            Text::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(b' ');
                    }
                    item.append_to(out);
                }
            }
        }
    }
}
