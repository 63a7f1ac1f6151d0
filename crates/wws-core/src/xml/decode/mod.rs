//! What the decoders of all encodings share: the present node, open elements, namespaces, quotas.
//!
//! A decoder finds one token, describes it with [`Chars`], and hands it to [`Core`], which checks what is the
//! same in every encoding. Nothing of the present node changes before the token is there as a whole: a decoder
//! collects in [`Core::next`], and only a `commit_…` function makes that the present node. So a decoder that
//! runs out of input returns [`Stop::MORE`] and can start over when there is more.

mod attributes;
mod bytes;
mod chars;
mod options;
pub(crate) mod scope;

pub(crate) use attributes::AttributeRecord;
pub(crate) use bytes::ByteInput;
pub(crate) use chars::{Chars, Dictionaries, Lookup, MAX_CHARS, Span, Store, Strings, Token, Value, outside};
pub use options::ReaderOptions;
pub(crate) use scope::Scope;

use crate::{
    Error,
    xml::{NodeType, text::names},
};
use std::borrow::Cow;

/// Why a decoder has no node: one pointer, so that a result travels in registers.
#[derive(Debug)]
pub(crate) struct Stop(Option<Box<Bad>>);

impl Stop {
    /// The token goes on after the bytes that are there.
    pub(crate) const MORE: Stop = Stop(None);

    pub(crate) fn is_more(&self) -> bool {
        self.0.is_none()
    }

    /// What is wrong with the input; `None` if there is only too little of it.
    pub(crate) fn into_bad(self) -> Option<Bad> {
        self.0.map(|bad| *bad)
    }
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
        Stop(Some(Box::new(bad)))
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

/// The name of an element with its namespace, a binding of the scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ElementName {
    pub(crate) prefix: Chars,
    pub(crate) local: Chars,
    pub(crate) ns: u32,
}

/// The state of a reader that does not depend on the encoding.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) options: ReaderOptions,
    pub(crate) scope: Scope,
    pub(crate) kind: NodeType,
    /// The name of the present element.
    pub(crate) element: ElementName,
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
            element: ElementName { prefix: Chars::EMPTY, local: Chars::EMPTY, ns: scope::NONE },
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

    /// The start tag that was read becomes the present node. `base` is where the token stands, `at` its name.
    #[inline]
    pub(crate) fn commit_element(
        &mut self,
        (base, at): (usize, usize),
        lookup: &impl Lookup,
        name: Name,
        is_empty: bool,
    ) -> Result<(), Bad> {
        self.leave();
        let depth = self.scope.depth();
        if depth == 0 {
            self.check_root(at)?;
        }
        if depth >= self.options.max_depth as usize {
            return Err(self.too_deep(at));
        }
        if !self.next.attributes.is_empty() {
            self.open_with_attributes((base, at), lookup, name)?;
        } else {
            let mark = self.scope.mark();
            let ns = self.namespace_of(at, lookup, name)?;
            self.scope.push(mark, lookup, &self.next.scratch, name);
            self.element = ElementName { prefix: name.prefix, local: name.local, ns };
            self.attributes.clear();
        }
        self.take_scratch();
        self.leave = if is_empty { Leave::EmptyElement } else { Leave::Nothing };
        self.kind = NodeType::Element;
        Ok(())
    }

    #[inline(never)]
    fn open_with_attributes(
        &mut self,
        (base, at): (usize, usize),
        lookup: &impl Lookup,
        name: Name,
    ) -> Result<(), Bad> {
        let mark = self.scope.mark();
        for attribute in &self.next.attributes {
            if let (true, Value::Chars(uri)) = (attribute.is_xmlns, attribute.value) {
                let at = base + attribute.at as usize;
                let names = (attribute.prefix, uri);
                self.scope.declare(&self.options, lookup, &self.next.scratch, at, names)?;
            }
        }
        let ns = self.namespace_of(at, lookup, name)?;
        self.scope.push(mark, lookup, &self.next.scratch, name);
        self.element = ElementName { prefix: name.prefix, local: name.local, ns };
        self.resolve_attributes(base, lookup)?;
        std::mem::swap(&mut self.attributes, &mut self.next.attributes);
        if !self.next.bytes.is_empty() {
            std::mem::swap(&mut self.bytes, &mut self.next.bytes);
        }
        Ok(())
    }

    /// The namespace of an element whose declarations are in scope.
    #[inline]
    fn namespace_of(&self, at: usize, lookup: &impl Lookup, name: Name) -> Result<u32, Bad> {
        if name.prefix.is_empty() {
            return Ok(self.scope.default_namespace());
        }
        let prefix = lookup.text(&self.next.scratch, name.prefix);
        match self.scope.find(prefix) {
            // Namespaces 1.0 3: elements must not have the prefix xmlns.
            Some(scope::XMLNS) => Err(Bad::new(at, "an element cannot have the prefix 'xmlns'")),
            Some(ns) => Ok(ns),
            None => Err(attributes::unbound(at, prefix)),
        }
    }

    /// The scratch string of the next node becomes that of the present one, if it is used.
    #[inline]
    fn take_scratch(&mut self) {
        if !self.next.scratch.is_empty() {
            std::mem::swap(&mut self.scratch, &mut self.next.scratch);
        }
    }

    fn check_root(&mut self, at: usize) -> Result<(), Bad> {
        if self.root_seen && !self.options.allow_fragment {
            return Err(Bad::new(at, "a document has one top-level element; this is a second one"));
        }
        self.root_seen = true;
        Ok(())
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
        self.take_scratch();
        self.kind = kind;
        self.value = value;
        kind
    }

    /// Text becomes the present node; at top level it must be blank.
    #[inline]
    pub(crate) fn commit_text(&mut self, at: usize, lookup: &impl Lookup, value: Value) -> Result<(), Bad> {
        if self.depth() == 0 {
            self.check_top_text(at, lookup, value)?;
        }
        let value = if matches!(value, Value::QName { .. }) { self.resolved(value) } else { value };
        self.commit(NodeType::Text, value);
        Ok(())
    }

    /// Text at top level must be blank, unless the document is a fragment.
    pub(crate) fn check_top_text(&self, at: usize, lookup: &impl Lookup, value: Value) -> Result<(), Bad> {
        match value {
            _ if self.options.allow_fragment => Ok(()),
            Value::Chars(c) if names::is_blank(lookup.text(&self.next.scratch, c)) => Ok(()),
            _ => Err(Bad::new(at, "text stands outside the top-level element")),
        }
    }

    /// A value that is a qualified name, with the namespace that its prefix has here.
    pub(crate) fn resolved(&self, value: Value) -> Value {
        match value {
            Value::QName { prefix, local, .. } => {
                let hidden = usize::from(self.leave == Leave::EndElement);
                let ns = self.scope.find_outside(outside(&self.next.scratch, prefix), hidden);
                Value::QName { prefix, local, ns: ns.unwrap_or(scope::NONE) }
            }
            value => value,
        }
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
        let depth = self.depth();
        let name = |depth| self.name_of(depth, dictionaries);
        let names: Vec<String> =
            (1..=depth).rev().take(4).filter_map(name).map(|n| format!("<{}>", shorten(&n))).collect();
        let more =
            if depth > names.len() { format!(" and {} more", depth - names.len()) } else { String::new() };
        format!("{}{more} {}", names.join(", "), if depth == 1 { "is" } else { "are" })
    }

    /// The name of the open element at `depth`, from 1.
    #[cold]
    pub(crate) fn name_of<'s>(
        &'s self,
        depth: usize,
        dictionaries: Dictionaries<'s>,
    ) -> Option<Cow<'s, str>> {
        match self.scope.id_at(depth) {
            Some(id) => Some(Strings { dictionaries, ..Strings::default() }.text(id).into()),
            None => self.scope.name_at(depth).map(String::from_utf8_lossy),
        }
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
