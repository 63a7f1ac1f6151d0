//! The open elements and the namespaces in scope.

use super::{Bad, Chars, Lookup, Name, ReaderOptions, Span, Store, Strings};
use crate::Error;

/// The namespace of the prefix `xml`, Namespaces in XML 1.0 3.
pub(crate) const XML_NS: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of the prefix `xmlns`, Namespaces in XML 1.0 3.
pub(crate) const XMLNS_NS: &str = "http://www.w3.org/2000/xmlns/";

/// The binding of `xml`, which no one declares.
pub(crate) const XML: u32 = 0;
/// The binding of `xmlns`, which no one may declare.
pub(crate) const XMLNS: u32 = 1;
/// No namespace.
pub(crate) const NONE: u32 = 2;
const BUILT_IN: usize = 3;

/// One prefix bound to one namespace.
#[derive(Clone, Copy, Debug)]
struct Binding {
    prefix: Span,
    uri: Chars,
}

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Where its name starts in `names`.
    name: u32,
    /// Its local name, if it comes from a dictionary.
    id: Chars,
    mark: Mark,
}

/// The scope in front of an element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    bindings: u32,
    inherited: u32,
    default: u32,
    arena: u32,
}

/// Open elements, their names, and the namespaces in scope.
#[derive(Debug)]
pub(crate) struct Scope {
    /// What bindings and inherited attributes point into.
    arena: String,
    /// The names of the open elements as they stand in text, one after another.
    names: Vec<u8>,
    frames: Vec<Frame>,
    bindings: Vec<Binding>,
    /// The binding of the empty prefix.
    default: u32,
    /// `xml:lang` and `xml:space` of the open elements.
    inherited: Vec<Inherited>,
}

/// An attribute that holds for everything in its element.
#[derive(Clone, Copy, Debug)]
struct Inherited {
    local: Chars,
    value: Chars,
}

/// What is in every arena: the names that need no declaration, and the prefixes that a binary record names by a
/// number. A decoder may point here before its node is committed.
pub(crate) const HEAD: &str = concat!(
    "abcdefghijklmnopqrstuvwxyz",
    "xml",
    "xmlns",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2000/xmlns/"
);

/// The prefix `a` plus `number`, which is below 26.
pub(crate) fn letter(number: u8) -> Chars {
    Chars::scope(number.into(), usize::from(number) + 1)
}

impl Scope {
    pub(crate) fn new() -> Self {
        let mut arena = String::with_capacity(256);
        arena.push_str(HEAD);
        let after = |start: usize, len: usize| Chars::scope(start, start + len);
        let bindings = vec![
            Binding { prefix: Span::new(26, 29), uri: after(34, XML_NS.len()) },
            Binding { prefix: Span::new(29, 34), uri: after(34 + XML_NS.len(), XMLNS_NS.len()) },
            Binding { prefix: Span::default(), uri: Chars::EMPTY },
        ];
        Scope {
            arena,
            names: Vec::with_capacity(256),
            frames: Vec::with_capacity(16),
            bindings,
            default: NONE,
            inherited: Vec::new(),
        }
    }

    /// Back to no open element.
    pub(crate) fn clear(&mut self) {
        self.frames.clear();
        self.names.clear();
        self.inherited.clear();
        self.bindings.truncate(BUILT_IN);
        self.default = NONE;
        self.arena.truncate(HEAD.len());
    }

    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    pub(crate) fn arena(&self) -> &str {
        &self.arena
    }

    /// The name of the element at `depth` as it stands in text; empty if it comes from a dictionary.
    #[inline]
    pub(crate) fn name_at(&self, depth: usize) -> Option<&[u8]> {
        let start = self.frames.get(depth.checked_sub(1)?)?.name as usize;
        let end = self.frames.get(depth).map_or(self.names.len(), |f| f.name as usize);
        self.names.get(start..end)
    }

    /// The local name of the element at `depth`, if it comes from a dictionary.
    pub(crate) fn id_at(&self, depth: usize) -> Option<Chars> {
        let id = self.frames.get(depth.checked_sub(1)?)?.id;
        matches!(id.store(), Store::Static | Store::Dynamic).then_some(id)
    }

    /// Where an element begins: declarations and [`push`](Self::push) follow.
    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            bindings: self.bindings.len() as u32,
            inherited: self.inherited.len() as u32,
            default: self.default,
            arena: self.arena.len() as u32,
        }
    }

    /// Opens an element.
    #[inline]
    pub(crate) fn push(&mut self, mark: Mark, lookup: &impl Lookup, scratch: &str, name: Name) {
        let start = self.names.len();
        let id = match name.local.store() {
            Store::Static | Store::Dynamic => name.local,
            _ => {
                let (bytes, len) = lookup.name(scratch, name);
                match bytes.first_chunk::<16>() {
                    // A copy of a fixed size needs no call.
                    Some(block) if len <= 16 => {
                        self.names.extend_from_slice(block);
                        self.names.truncate(start + len);
                    }
                    _ => self.names.extend_from_slice(&bytes[..len]),
                }
                Chars::EMPTY
            }
        };
        self.frames.push(Frame { name: start as u32, id, mark });
    }

    /// Closes the innermost element.
    #[inline]
    pub(crate) fn pop(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.names.truncate(frame.name as usize);
            let mark = frame.mark;
            if (mark.bindings as usize, mark.inherited as usize)
                != (self.bindings.len(), self.inherited.len())
            {
                self.forget(mark);
            }
        }
    }

    #[cold]
    fn forget(&mut self, mark: Mark) {
        self.bindings.truncate(mark.bindings as usize);
        self.inherited.truncate(mark.inherited as usize);
        self.default = mark.default;
        self.arena.truncate(mark.arena as usize);
    }

    /// Binds a prefix for the element that is being opened, Namespaces in XML 1.0 3 and 5.
    #[inline(never)]
    pub(crate) fn declare(
        &mut self,
        options: &ReaderOptions,
        lookup: &impl Lookup,
        scratch: &str,
        at: usize,
        (prefix, uri): (Chars, Chars),
    ) -> Result<(), Bad> {
        let (prefix_text, uri_text) = (lookup.text(scratch, prefix), lookup.text(scratch, uri));
        match prefix_text {
            "xml" if uri_text == XML_NS => return Ok(()),
            "xml" => {
                return Err(Bad::new(at, format!("the prefix 'xml' belongs to the namespace '{XML_NS}'")));
            }
            "xmlns" => return Err(Bad::new(at, "the prefix 'xmlns' cannot be declared")),
            _ => {}
        }
        if uri_text == XML_NS || uri_text == XMLNS_NS {
            return Err(Bad::new(
                at,
                format!("the namespace '{uri_text}' cannot be bound to another prefix"),
            ));
        }
        if uri_text.is_empty() && !prefix_text.is_empty() {
            let text = format!(
                "the prefix '{prefix_text}' is bound to no namespace; only the default namespace can be removed"
            );
            return Err(Bad::new(at, text));
        }
        if self.bindings.len() - BUILT_IN >= options.max_namespaces as usize {
            let text = format!(
                "more namespaces are declared than max_namespaces = {} allows; raise it if the input is trusted",
                options.max_namespaces
            );
            return Err(Bad { at, error: Error::quota(text) });
        }
        let start = self.arena.len();
        self.arena.push_str(prefix_text);
        let prefix = Span::new(start, self.arena.len());
        let uri = self.keep(lookup, scratch, uri);
        let number = self.bindings.len() as u32;
        self.bindings.push(Binding { prefix, uri });
        if prefix_text.is_empty() {
            self.default = if uri_text.is_empty() { NONE } else { number };
        }
        Ok(())
    }

    /// The namespace of names without a prefix.
    #[inline]
    pub(crate) fn default_namespace(&self) -> u32 {
        self.default
    }

    /// The innermost binding of a prefix. The empty prefix is always bound, if only to no namespace.
    #[inline]
    pub(crate) fn find(&self, prefix: &str) -> Option<u32> {
        if prefix.is_empty() {
            return Some(self.default);
        }
        let bound =
            |b: &Binding| b.prefix.len as usize == prefix.len() && self.arena[b.prefix.range()] == *prefix;
        self.bindings.iter().rposition(bound).map(|i| i as u32)
    }

    /// The innermost prefix bound to a namespace and not hidden by another binding.
    pub(crate) fn find_prefix(&self, uri: &str, strings: &Strings<'_>) -> Option<&str> {
        (0..self.bindings.len() as u32).rev().find_map(|number| {
            let prefix = self.prefix(number);
            (strings.text(self.uri(number)) == uri && self.find(prefix) == Some(number)).then_some(prefix)
        })
    }

    pub(crate) fn prefix(&self, number: u32) -> &str {
        self.bindings.get(number as usize).map_or("", |b| &self.arena[b.prefix.range()])
    }

    #[inline]
    pub(crate) fn uri(&self, number: u32) -> Chars {
        self.bindings.get(number as usize).map_or(Chars::EMPTY, |b| b.uri)
    }

    /// The binding of a prefix outside of the innermost `hidden` elements (0 or 1).
    pub(crate) fn find_outside(&self, prefix: &str, hidden: usize) -> Option<u32> {
        let (bindings, default) = match self.frames.last() {
            Some(frame) if hidden > 0 => (frame.mark.bindings as usize, frame.mark.default),
            _ => (self.bindings.len(), self.default),
        };
        if prefix.is_empty() {
            return Some(default);
        }
        let bound = |b: &Binding| &self.arena[b.prefix.range()] == prefix;
        self.bindings[..bindings].iter().rposition(bound).map(|i| i as u32)
    }

    /// The prefixes in scope, outer ones first, with the namespaces they have.
    pub(crate) fn visible(&self) -> impl Iterator<Item = (&str, Chars)> {
        let numbers = BUILT_IN as u32..self.bindings.len() as u32;
        let seen = numbers.filter(|&number| self.find(self.prefix(number)) == Some(number));
        seen.map(|number| (self.prefix(number), self.uri(number)))
    }

    /// Keeps an attribute with the prefix `xml` of the innermost element.
    #[cold]
    pub(crate) fn inherit(&mut self, lookup: &impl Lookup, scratch: &str, local: Chars, value: &str) {
        let local = self.keep(lookup, scratch, local);
        let start = self.arena.len();
        self.arena.push_str(value);
        let value = Chars::scope(start, self.arena.len());
        self.inherited.push(Inherited { local, value });
    }

    /// The value of an attribute with the prefix `xml`, of the nearest element that has it.
    pub(crate) fn inherited(&self, local: &str, strings: &Strings<'_>) -> Option<Chars> {
        self.inherited.iter().rev().find(|i| strings.text(i.local) == local).map(|i| i.value)
    }

    /// Characters that stay when the node is gone.
    fn keep(&mut self, lookup: &impl Lookup, scratch: &str, chars: Chars) -> Chars {
        match chars.store() {
            Store::Scope | Store::Static | Store::Dynamic => chars,
            Store::Window | Store::Scratch => {
                let start = self.arena.len();
                self.arena.push_str(lookup.text(scratch, chars));
                Chars::scope(start, self.arena.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_bindings_point_at_their_names() {
        let scope = Scope::new();
        let strings = Strings { scope: scope.arena(), ..Strings::default() };
        for (number, prefix, uri) in [(XML, "xml", XML_NS), (XMLNS, "xmlns", XMLNS_NS), (NONE, "", "")] {
            assert_eq!((scope.prefix(number), strings.text(scope.uri(number))), (prefix, uri));
        }
        assert_eq!((strings.text(letter(0)), strings.text(letter(25))), ("a", "z"));
    }
}
