//! Characters by where they lie, so that a node costs no allocation.

use super::{Name, scope::HEAD};
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
}

/// Where characters lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
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

/// A string by where it lies, in the bits of one number so that it travels in a register: the start in 32 bits,
/// the length in 29, the store in 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chars(u64);

/// No string is longer; decoders cut text and refuse tokens before that.
pub(crate) const MAX_CHARS: usize = (1 << 29) - 1;

impl Chars {
    pub(crate) const EMPTY: Chars = Chars::new(Store::Scope, Span { start: 0, len: 0 });

    /// `span` is not longer than [`MAX_CHARS`].
    #[inline(always)]
    pub(crate) const fn new(store: Store, span: Span) -> Self {
        debug_assert!(span.len as usize <= MAX_CHARS);
        Chars((store as u64) << 61 | (span.len as u64) << 32 | span.start as u64)
    }

    #[inline(always)]
    pub(crate) fn window(start: usize, end: usize) -> Self {
        Self::new(Store::Window, Span::new(start, end))
    }

    #[inline(always)]
    pub(crate) fn scratch(start: usize, end: usize) -> Self {
        Self::new(Store::Scratch, Span::new(start, end))
    }

    #[inline(always)]
    pub(crate) fn scope(start: usize, end: usize) -> Self {
        Self::new(Store::Scope, Span::new(start, end))
    }

    #[inline(always)]
    pub(crate) fn store(self) -> Store {
        match self.0 >> 61 {
            0 => Store::Window,
            1 => Store::Scratch,
            2 => Store::Scope,
            3 => Store::Static,
            _ => Store::Dynamic,
        }
    }

    /// The start, or the id in a dictionary.
    #[inline(always)]
    pub(crate) fn start(self) -> u32 {
        self.0 as u32
    }

    #[inline(always)]
    pub(crate) fn len(self) -> u32 {
        (self.0 >> 32) as u32 & MAX_CHARS as u32
    }

    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start() as usize..self.start() as usize + self.len() as usize
    }

    /// The same start with another length.
    pub(crate) fn with_len(self, len: u32) -> Self {
        Self::new(self.store(), Span { start: self.start(), len })
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

/// Where the characters of a token being read are found.
pub(crate) trait Lookup {
    /// The characters; `scratch` is the scratch string of the node being read.
    fn text<'s>(&'s self, scratch: &'s str, chars: Chars) -> &'s str;

    /// Bytes that begin with the name as it stands in text, if it is in no dictionary, and its length.
    #[inline(always)]
    fn name<'s>(&'s self, scratch: &'s str, name: Name) -> (&'s [u8], usize) {
        (self.text(scratch, name.local).as_bytes(), name.local.len() as usize)
    }
}

/// A token of a text document.
#[derive(Clone, Copy)]
pub(crate) struct Token<'s> {
    /// The window from the start of the token.
    pub(crate) window: &'s str,
}

impl Lookup for Token<'_> {
    #[inline(always)]
    fn text<'s>(&'s self, scratch: &'s str, chars: Chars) -> &'s str {
        if chars.store() == Store::Window { &self.window[chars.range()] } else { outside(scratch, chars) }
    }

    /// In the window prefix and local name stand together, with the colon between.
    #[inline(always)]
    fn name<'s>(&'s self, _: &'s str, name: Name) -> (&'s [u8], usize) {
        let start = if name.prefix.is_empty() { name.local.start() } else { name.prefix.start() };
        let len = name.local.start() - start + name.local.len();
        (&self.window.as_bytes()[start as usize..], len as usize)
    }
}

/// Characters that lie neither in the window nor in a dictionary.
#[inline]
pub(crate) fn outside(scratch: &str, chars: Chars) -> &str {
    if chars.store() == Store::Scratch { &scratch[chars.range()] } else { &HEAD[chars.range()] }
}

impl Lookup for Strings<'_> {
    #[inline]
    fn text<'s>(&'s self, scratch: &'s str, chars: Chars) -> &'s str {
        match chars.store() {
            Store::Window => &self.window[chars.range()],
            Store::Scratch | Store::Scope => outside(scratch, chars),
            Store::Static => entry(self.dictionaries.fixed, chars.start()).as_str(),
            Store::Dynamic => entry(self.dictionaries.dynamic, chars.start()).as_str(),
        }
    }
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
        match chars.store() {
            Store::Static => entry(self.dictionaries.fixed, chars.start()),
            Store::Dynamic => entry(self.dictionaries.dynamic, chars.start()),
            _ => XmlStr::plain(self.text(chars)),
        }
    }

    #[inline]
    pub(crate) fn text(&self, chars: Chars) -> &'s str {
        let range = chars.range();
        match chars.store() {
            Store::Window => &self.window[range],
            Store::Scratch => &self.scratch[range],
            Store::Scope => &self.scope[range],
            Store::Static => entry(self.dictionaries.fixed, chars.start()).as_str(),
            Store::Dynamic => entry(self.dictionaries.dynamic, chars.start()).as_str(),
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
