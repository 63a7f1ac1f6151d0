//! The node model that readers, writers and buffers share.

use std::borrow::Cow;

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

impl<'a> Text<'a> {
    /// The text form, borrowed if it is characters already. See [`append_to`](Self::append_to).
    pub fn to_text(&self) -> Cow<'a, str> {
        match *self {
            Text::Utf8(text) => Cow::Borrowed(text),
            ref typed => {
                let mut form = Vec::new();
                typed.append_to(&mut form);
                // Lexical forms are UTF-8: the one that is not ASCII is made of a `str`.
                Cow::Owned(String::from_utf8(form).unwrap_or_default())
            }
        }
    }

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

macro_rules! text_from {
    ($($from:ty => $variant:ident as $to:ty;)*) => {$(
        impl From<$from> for Text<'_> {
            #[inline]
            fn from(value: $from) -> Self {
                Text::$variant(<$to>::from(value))
            }
        }
    )*};
}

text_from! {
    bool => Bool as bool;
    i8 => Int32 as i32;
    i16 => Int32 as i32;
    i32 => Int32 as i32;
    i64 => Int64 as i64;
    u8 => Int32 as i32;
    u16 => Int32 as i32;
    u32 => Int64 as i64;
    u64 => UInt64 as u64;
    f32 => Float as f32;
    f64 => Double as f64;
    Decimal => Decimal as Decimal;
    Guid => Guid as Guid;
    DateTime => DateTime as DateTime;
    TimeSpan => TimeSpan as TimeSpan;
}

impl<'a> From<&'a str> for Text<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Text::Utf8(text)
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        Text::Utf8(text)
    }
}

impl<'a> From<&'a [u8]> for Text<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Text::Bytes(bytes)
    }
}

impl<'a> From<&'a UniqueId> for Text<'a> {
    fn from(id: &'a UniqueId) -> Self {
        match id {
            UniqueId::Guid(guid) => Text::UniqueId(*guid),
            UniqueId::Uri(uri) => Text::Utf8(uri),
        }
    }
}
