//! Texts that own what they hold.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    Error, Result,
    value::{DateTime, Decimal, Guid, TimeSpan},
    xml::Text,
};

/// A [`Text`] that owns its content: what text nodes and attributes of a buffer hold.
///
/// Cloning is cheap: characters and bytes are shared.
///
/// ```
/// use wws_core::xml::{Text, buffer::OwnedText};
/// let text = OwnedText::try_from(Text::Int32(7))?;
/// assert!(text.with(|t| t == Text::Int32(7)));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum OwnedText {
    Utf8(Arc<str>),
    /// Bytes whose text form is base64. They are shared with whoever else holds them, never copied.
    Bytes(Bytes),
    Bool(bool),
    Int32(i32),
    Int64(i64),
    UInt64(u64),
    Float(f32),
    Double(f64),
    Decimal(Decimal),
    Guid(Guid),
    UniqueId(Guid),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    /// A name with its prefix and its namespace.
    QName(Arc<OwnedQName>),
    /// Values separated by one space.
    List(OwnedList),
}

/// Values of a list, none of them a list itself. Made from a [`Text::List`].
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedList(Arc<[OwnedText]>);

/// A qualified name that owns its strings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OwnedQName {
    pub prefix: Box<str>,
    pub local: Box<str>,
    pub ns: Box<str>,
}

impl OwnedText {
    /// The empty text.
    pub fn empty() -> Self {
        OwnedText::Utf8(Arc::default())
    }

    /// Calls `f` with this text as a [`Text`] that borrows from it.
    pub fn with<R>(&self, f: impl FnOnce(Text<'_>) -> R) -> R {
        match self {
            OwnedText::List(items) => {
                let items: Vec<Text<'_>> = items.0.iter().map(OwnedText::item).collect();
                f(Text::List(&items))
            }
            single => f(single.item()),
        }
    }

    /// The characters, if this text is characters and not another value.
    pub fn as_utf8(&self) -> Option<&str> {
        match self {
            OwnedText::Utf8(s) => Some(s),
            _ => None,
        }
    }

    /// Any text but a list.
    fn item(&self) -> Text<'_> {
        match self {
            OwnedText::Utf8(s) => Text::Utf8(s),
            OwnedText::Bytes(b) => Text::Bytes(b),
            OwnedText::Bool(v) => Text::Bool(*v),
            OwnedText::Int32(v) => Text::Int32(*v),
            OwnedText::Int64(v) => Text::Int64(*v),
            OwnedText::UInt64(v) => Text::UInt64(*v),
            OwnedText::Float(v) => Text::Float(*v),
            OwnedText::Double(v) => Text::Double(*v),
            OwnedText::Decimal(v) => Text::Decimal(*v),
            OwnedText::Guid(v) => Text::Guid(*v),
            OwnedText::UniqueId(v) => Text::UniqueId(*v),
            OwnedText::DateTime(v) => Text::DateTime(*v),
            OwnedText::TimeSpan(v) => Text::TimeSpan(*v),
            OwnedText::QName(q) => Text::QName { prefix: &q.prefix, local: &q.local, ns: &q.ns },
            // Only `with` asks, and only for the items of a list, which are no lists.
            OwnedText::List(_) => Text::Utf8(""),
        }
    }

    /// Bytes on the heap that this text alone accounts for.
    pub(super) fn heap_size(&self) -> usize {
        match self {
            OwnedText::Utf8(s) => s.len(),
            OwnedText::Bytes(b) => b.len(),
            OwnedText::QName(q) => size_of::<OwnedQName>() + q.prefix.len() + q.local.len() + q.ns.len(),
            OwnedText::List(items) => items.0.iter().map(|i| size_of::<OwnedText>() + i.heap_size()).sum(),
            _ => 0,
        }
    }
}

impl From<&str> for OwnedText {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::empty() } else { OwnedText::Utf8(Arc::from(text)) }
    }
}

impl From<Bytes> for OwnedText {
    fn from(bytes: Bytes) -> Self {
        OwnedText::Bytes(bytes)
    }
}

impl TryFrom<Text<'_>> for OwnedText {
    type Error = Error;

    /// Copies a text.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument) for a list within a list, which no encoding has.
    fn try_from(text: Text<'_>) -> Result<Self> {
        match text {
            Text::List(items) => {
                Ok(OwnedText::List(OwnedList(items.iter().map(owned_item).collect::<Result<_>>()?)))
            }
            single => owned_item(&single),
        }
    }
}

fn owned_item(text: &Text<'_>) -> Result<OwnedText> {
    Ok(match *text {
        Text::Utf8(s) => s.into(),
        Text::Bytes(b) => OwnedText::Bytes(Bytes::copy_from_slice(b)),
        Text::Bool(v) => OwnedText::Bool(v),
        Text::Int32(v) => OwnedText::Int32(v),
        Text::Int64(v) => OwnedText::Int64(v),
        Text::UInt64(v) => OwnedText::UInt64(v),
        Text::Float(v) => OwnedText::Float(v),
        Text::Double(v) => OwnedText::Double(v),
        Text::Decimal(v) => OwnedText::Decimal(v),
        Text::Guid(v) => OwnedText::Guid(v),
        Text::UniqueId(v) => OwnedText::UniqueId(v),
        Text::DateTime(v) => OwnedText::DateTime(v),
        Text::TimeSpan(v) => OwnedText::TimeSpan(v),
        Text::QName { prefix, local, ns } => OwnedText::QName(Arc::new(OwnedQName {
            prefix: prefix.into(),
            local: local.into(),
            ns: ns.into(),
        })),
        // MC-NBFX StartListText: the items of a list are plain values.
        Text::List(_) => {
            return Err(Error::argument("a list of values cannot hold another list; flatten it"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_names_come_back() {
        let items = [Text::Int32(1), Text::QName { prefix: "p", local: "l", ns: "urn:n" }, Text::Utf8("x")];
        let owned = OwnedText::try_from(Text::List(&items)).unwrap();
        assert!(owned.with(|t| t == Text::List(&items)));
    }

    #[test]
    fn a_list_within_a_list_is_refused() {
        let inner = [Text::Bool(true)];
        let outer = [Text::List(&inner)];
        let error = OwnedText::try_from(Text::List(&outer)).unwrap_err();
        assert_eq!(error.code(), crate::ErrorCode::InvalidArgument);
    }

    #[test]
    fn bytes_are_shared_not_copied() {
        let payload = Bytes::from(vec![7; 100]);
        let OwnedText::Bytes(kept) = OwnedText::from(payload.clone()) else { panic!("not bytes") };
        assert_eq!(kept.as_ptr(), payload.as_ptr());
    }
}
