//! What the decoders of all encodings share: the present node, open elements, namespaces, quotas.
//!
//! A decoder finds one token, describes it with [`Chars`], and hands it to [`Core`], which checks what is the
//! same in every encoding. Nothing of the present node changes before the token is there as a whole: a decoder
//! collects in [`Core::next`], and only a `commit_…` function makes that the present node. So a decoder that
//! runs out of input returns [`Stop::More`] and can start over when there is more.

mod attributes;
mod bytes;
mod chars;
mod options;
pub(crate) mod scope;

pub(crate) use attributes::AttributeRecord;
pub(crate) use bytes::ByteInput;
pub(crate) use chars::{Chars, Dictionaries, Span, Store, Strings, Value};
pub use options::ReaderOptions;
pub(crate) use scope::Scope;

use crate::{
    Error,
    xml::{NodeType, text::names},
};
use std::borrow::Cow;

/// Why a decoder has no node.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The token goes on after the bytes that are there.
    More,
    Bad(Box<Bad>),
}

/// Malformed input.
#[derive(Debug)]
pub(crate) struct Bad {
    /// Bytes from the start of the window.
    pub(crate) at: usize,
    pub(crate) error: Error,
}

impl Bad {
    #[cold]
    pub(crate) fn new(at: usize, text: impl Into<Cow<'static, str>>) -> Self {
        Bad { at, error: Error::format(text) }
    }
}

impl From<Bad> for Stop {
    #[cold]
    fn from(bad: Bad) -> Self {
        Stop::Bad(Box::new(bad))
    }
}

/// What is to be done when the reader leaves the present node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    Nothing,
    /// The node is an element without content: its end comes next.
    EmptyElement,
    /// The node is the end of an element: the element goes out of scope.
    EndElement,
}

/// The node being read.
#[derive(Debug, Default)]
pub(crate) struct Next {
    pub(crate) attributes: Vec<AttributeRecord>,
    pub(crate) scratch: String,
    pub(crate) bytes: Vec<u8>,
}

/// A name as a decoder found it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    pub(crate) prefix: Chars,
    pub(crate) local: Chars,
}

/// The state of a reader that does not depend on the encoding.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) options: ReaderOptions,
    pub(crate) scope: Scope,
    pub(crate) kind: NodeType,
    pub(crate) attributes: Vec<AttributeRecord>,
    pub(crate) scratch: String,
    pub(crate) bytes: Vec<u8>,
    /// The content of a text or comment node.
    pub(crate) value: Value,
    pub(crate) next: Next,
    pub(crate) leave: Leave,
    /// A top-level element was there.
    pub(crate) root_seen: bool,
    order: Vec<u32>,
}

impl Core {
    pub(crate) fn new(options: ReaderOptions) -> Self {
        Core {
            options,
            scope: Scope::new(),
            kind: NodeType::Eof,
            attributes: Vec::new(),
            scratch: String::new(),
            bytes: Vec::new(),
            value: Value::EMPTY,
            next: Next::default(),
            leave: Leave::Nothing,
            root_seen: false,
            order: Vec::new(),
        }
    }

    /// Stands before a new document. What was allocated stays, but large strings.
    pub(crate) fn reset(&mut self) {
        self.scope.clear();
        self.kind = NodeType::Bof;
        self.attributes.clear();
        self.value = Value::EMPTY;
        self.leave = Leave::Nothing;
        self.root_seen = false;
        let keep = self.options.utf8_trim_size as usize;
        for text in [&mut self.scratch, &mut self.next.scratch] {
            text.clear();
            text.shrink_to(keep);
        }
        for bytes in [&mut self.bytes, &mut self.next.bytes] {
            bytes.clear();
            bytes.shrink_to(keep);
        }
    }

    /// The number of elements open where the next token stands.
    pub(crate) fn depth(&self) -> usize {
        self.scope.depth() - usize::from(self.leave == Leave::EndElement)
    }

    /// Forgets what was collected for a node that did not come to be.
    #[inline]
    pub(crate) fn begin(&mut self) {
        self.next.attributes.clear();
        self.next.scratch.clear();
        self.next.bytes.clear();
    }

    #[inline]
    fn leave(&mut self) {
        if self.leave == Leave::EndElement {
            self.scope.pop();
        }
        self.leave = Leave::Nothing;
    }

    /// The start tag that was read becomes the present node. `base` is where the token stands, `at` its name;
    /// `strings` has everything but the scratch string and the arena.
    #[inline]
    pub(crate) fn commit_element(
        &mut self,
        (base, at): (usize, usize),
        strings: Strings<'_>,
        name: Name,
        is_empty: bool,
        is_text: bool,
    ) -> Result<NodeType, Bad> {
        let scratch = std::mem::take(&mut self.next.scratch);
        self.open_element(
            (base, at),
            &Strings { scratch: &scratch, scope: scope::HEAD, ..strings },
            name,
            is_text,
        )?;
        self.next.scratch = std::mem::replace(&mut self.scratch, scratch);
        std::mem::swap(&mut self.attributes, &mut self.next.attributes);
        std::mem::swap(&mut self.bytes, &mut self.next.bytes);
        self.leave = if is_empty { Leave::EmptyElement } else { Leave::Nothing };
        self.kind = NodeType::Element;
        Ok(NodeType::Element)
    }

    #[inline]
    fn open_element(
        &mut self,
        (base, at): (usize, usize),
        strings: &Strings<'_>,
        name: Name,
        is_text: bool,
    ) -> Result<(), Bad> {
        self.leave();
        let depth = self.scope.depth();
        if depth == 0 {
            if self.root_seen && !self.options.allow_fragment {
                return Err(Bad::new(at, "a document has one top-level element; this is a second one"));
            }
            self.root_seen = true;
        }
        if depth >= self.options.max_depth as usize {
            return Err(self.too_deep(at));
        }
        self.scope.push(strings, name.prefix, name.local, is_text);
        for attribute in &self.next.attributes {
            if let (true, Value::Chars(uri)) = (attribute.is_xmlns, attribute.value) {
                let at = base + attribute.at as usize;
                self.scope.declare(&self.options, strings, at, attribute.prefix, uri)?;
            }
        }
        let prefix = strings.text(name.prefix);
        match self.scope.find(prefix) {
            // Namespaces 1.0 3: elements must not have the prefix xmlns.
            Some(scope::XMLNS) => return Err(Bad::new(at, "an element cannot have the prefix 'xmlns'")),
            Some(ns) => self.scope.set_namespace(ns),
            None => return Err(attributes::unbound(at, prefix)),
        }
        if self.next.attributes.is_empty() { Ok(()) } else { self.resolve_attributes(base, strings) }
    }

    /// The end of the innermost element becomes the present node.
    #[inline]
    pub(crate) fn commit_end(&mut self) -> NodeType {
        self.leave();
        self.leave = Leave::EndElement;
        self.kind = NodeType::EndElement;
        NodeType::EndElement
    }

    /// A node without children becomes the present one.
    #[inline]
    pub(crate) fn commit(&mut self, kind: NodeType, value: Value) -> NodeType {
        self.leave();
        std::mem::swap(&mut self.scratch, &mut self.next.scratch);
        self.kind = kind;
        self.value = value;
        kind
    }

    /// Text becomes the present node; at top level it must be blank.
    #[inline]
    pub(crate) fn commit_text(
        &mut self,
        at: usize,
        strings: Strings<'_>,
        value: Value,
    ) -> Result<NodeType, Bad> {
        if self.depth() == 0 && !self.options.allow_fragment {
            let strings = Strings { scratch: &self.next.scratch, scope: scope::HEAD, ..strings };
            let blank = matches!(value, Value::Chars(c) if names::is_blank(strings.text(c)));
            if !blank {
                return Err(Bad::new(at, "text stands outside the top-level element"));
            }
        }
        let mut value = value;
        self.leave();
        if let Value::QName { prefix, ns, .. } = &mut value {
            let strings = Strings { scope: scope::HEAD, scratch: &self.next.scratch, ..Strings::default() };
            *ns = self.scope.find(strings.text(*prefix)).unwrap_or(scope::NONE);
        }
        Ok(self.commit(NodeType::Text, value))
    }

    /// The end of the document becomes the present node, unless elements are open.
    pub(crate) fn commit_eof(
        &mut self,
        at: usize,
        dictionaries: Dictionaries<'_>,
        root_needed: bool,
    ) -> Result<NodeType, Bad> {
        if self.depth() > 0 {
            let open = self.open_elements(dictionaries);
            return Err(Bad::new(at, format!("the document ends, but {open} not closed")));
        }
        if root_needed && !self.root_seen && !self.options.allow_fragment {
            return Err(Bad::new(at, "the document has no element"));
        }
        Ok(self.commit(NodeType::Eof, Value::EMPTY))
    }

    /// The innermost open elements in words: `<a>, <b> are`.
    #[cold]
    pub(crate) fn open_elements(&self, dictionaries: Dictionaries<'_>) -> String {
        let strings = Strings { scope: self.scope.arena(), dictionaries, ..Strings::default() };
        let depth = self.depth();
        let names: Vec<String> = (1..=depth)
            .rev()
            .take(4)
            .filter_map(|d| self.scope.frame(d))
            .map(|f| format!("<{}>", shorten(strings.text(f.local))))
            .collect();
        let more =
            if depth > names.len() { format!(" and {} more", depth - names.len()) } else { String::new() };
        format!("{}{more} {}", names.join(", "), if depth == 1 { "is" } else { "are" })
    }

    #[cold]
    fn too_deep(&self, at: usize) -> Bad {
        let text = format!(
            "elements nest deeper than max_depth = {} allows; raise it if the input is trusted",
            self.options.max_depth
        );
        Bad { at, error: Error::quota(text) }
    }

    /// One attribute more, if the quota allows.
    #[inline]
    pub(crate) fn add_attribute(&mut self, at: usize, attribute: AttributeRecord) -> Result<(), Bad> {
        if self.next.attributes.len() >= self.options.max_attributes as usize {
            let text = format!(
                "an element has more attributes than max_attributes = {} allows; raise it if the input is trusted",
                self.options.max_attributes
            );
            return Err(Bad { at, error: Error::quota(text) });
        }
        self.next.attributes.push(attribute);
        Ok(())
    }
}

/// A name or value for an error text: not longer than a line.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].escape_debug())),
        None => Cow::Owned(text.escape_debug().to_string()),
    }
}

/// The longest `end <= len` such that no character of `bytes` (if it is UTF-8) is cut there.
pub(crate) fn char_boundary(bytes: &[u8], len: usize) -> usize {
    let tail = &bytes[len.saturating_sub(3)..len];
    for (back, &b) in tail.iter().rev().enumerate() {
        let needed = match b {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => return len,
        };
        return if needed > back + 1 { len - back - 1 } else { len };
    }
    len
}
