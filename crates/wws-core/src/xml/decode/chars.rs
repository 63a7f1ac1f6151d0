//! Characters by where they lie, so that a node costs no allocation.

use crate::{
    value::{DateTime, Decimal, Guid, TimeSpan},
    xml::{
        Text,
        dictionary::{Dictionary, XmlStr},
    },
};

/// A run of characters or bytes: where it starts, how long it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Span { start: start as u32, len: (end - start) as u32 }
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// Where characters lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    /// In the decoded input, counted from the start of the present token.
    Window,
    /// In the scratch string of the node: characters that are not in the input as they should be.
    Scratch,
    /// In the arena of the open elements.
    Scope,
    /// `start` is an id of the static dictionary.
    Static,
    /// `start` is an id of the dynamic dictionary.
    Dynamic,
}

/// A string by where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chars {
    pub(crate) store: Store,
    pub(crate) span: Span,
}

impl Chars {
    pub(crate) const EMPTY: Chars = Chars { store: Store::Scope, span: Span { start: 0, len: 0 } };

    pub(crate) fn window(start: usize, end: usize) -> Self {
        Chars { store: Store::Window, span: Span::new(start, end) }
    }

    pub(crate) fn scratch(start: usize, end: usize) -> Self {
        Chars { store: Store::Scratch, span: Span::new(start, end) }
    }

    pub(crate) fn scope(start: usize, end: usize) -> Self {
        Chars { store: Store::Scope, span: Span::new(start, end) }
    }
}

/// The content of a text node or an attribute, by where it lies; [`Text`] is the view of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    Chars(Chars),
    /// Bytes of the input, counted from the start of the token.
    Bytes(Span),
    /// Bytes of the scratch bytes of the node.
    ScratchBytes(Span),
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
    QName {
        prefix: Chars,
        local: Chars,
        /// A binding of the scope.
        ns: u32,
    },
}

impl Value {
    pub(crate) const EMPTY: Value = Value::Chars(Chars::EMPTY);
}

/// Everything a [`Chars`] can point into.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strings<'s> {
    /// The decoded input from the start of the token.
    pub(crate) window: &'s str,
    /// The input from the start of the token, for bytes.
    pub(crate) bytes: &'s [u8],
    pub(crate) scratch: &'s str,
    pub(crate) scratch_bytes: &'s [u8],
    pub(crate) scope: &'s str,
    pub(crate) dictionaries: Dictionaries<'s>,
}

/// The two dictionaries of the binary encoding.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dictionaries<'s> {
    pub(crate) fixed: Option<&'s Dictionary>,
    pub(crate) dynamic: Option<&'s Dictionary>,
}

impl<'s> Strings<'s> {
    #[inline]
    pub(crate) fn get(&self, chars: Chars) -> XmlStr<'s> {
        match chars.store {
            Store::Static => entry(self.dictionaries.fixed, chars.span.start),
            Store::Dynamic => entry(self.dictionaries.dynamic, chars.span.start),
            _ => XmlStr::plain(self.text(chars)),
        }
    }

    #[inline]
    pub(crate) fn text(&self, chars: Chars) -> &'s str {
        let range = chars.span.range();
        match chars.store {
            Store::Window => &self.window[range],
            Store::Scratch => &self.scratch[range],
            Store::Scope => &self.scope[range],
            Store::Static => entry(self.dictionaries.fixed, chars.span.start).as_str(),
            Store::Dynamic => entry(self.dictionaries.dynamic, chars.span.start).as_str(),
        }
    }

    pub(crate) fn view(&self, value: Value, namespace: impl FnOnce(u32) -> &'s str) -> Text<'s> {
        match value {
            Value::Chars(c) => Text::Utf8(self.text(c)),
            Value::Bytes(span) => Text::Bytes(&self.bytes[span.range()]),
            Value::ScratchBytes(span) => Text::Bytes(&self.scratch_bytes[span.range()]),
            Value::Bool(v) => Text::Bool(v),
            Value::Int32(v) => Text::Int32(v),
            Value::Int64(v) => Text::Int64(v),
            Value::UInt64(v) => Text::UInt64(v),
            Value::Float(v) => Text::Float(v),
            Value::Double(v) => Text::Double(v),
            Value::Decimal(v) => Text::Decimal(v),
            Value::Guid(v) => Text::Guid(v),
            Value::UniqueId(v) => Text::UniqueId(v),
            Value::DateTime(v) => Text::DateTime(v),
            Value::TimeSpan(v) => Text::TimeSpan(v),
            Value::QName { prefix, local, ns } => {
                Text::QName { prefix: self.text(prefix), local: self.text(local), ns: namespace(ns) }
            }
        }
    }
}

/// A string whose id the decoder looked up when it met it.
fn entry(dictionary: Option<&Dictionary>, id: u32) -> XmlStr<'_> {
    dictionary.and_then(|d| d.get(id)).unwrap_or(XmlStr::plain(""))
}
