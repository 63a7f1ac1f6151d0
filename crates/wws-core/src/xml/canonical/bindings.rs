//! A stack of namespace bindings, and the strings of a start tag, each in one piece of memory.

/// A string in a [`Strings`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    start: usize,
    end: usize,
}

/// Strings one after another; the last ones can be dropped again.
#[derive(Debug, Default)]
pub(super) struct Strings(Vec<u8>);

impl Strings {
    pub(super) fn add(&mut self, text: &[u8]) -> Span {
        self.add_with(|bytes| bytes.extend_from_slice(text))
    }

    /// Adds what `write` appends.
    pub(super) fn add_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Span {
        let start = self.0.len();
        write(&mut self.0);
        Span { start, end: self.0.len() }
    }

    pub(super) fn get(&self, span: Span) -> &[u8] {
        self.0.get(span.start..span.end).unwrap_or_default()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Drops a string and all that were added after it.
    pub(super) fn drop_from(&mut self, span: Span) {
        self.0.truncate(span.start);
    }
}

/// Prefixes and their namespaces, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    strings: Strings,
    entries: Vec<Binding>,
}

#[derive(Clone, Copy, Debug)]
struct Binding {
    prefix: Span,
    ns: Span,
}

impl Bindings {
    /// The namespace that a prefix has now.
    pub(super) fn find(&self, prefix: &[u8]) -> Option<&[u8]> {
        let found = self.entries.iter().rev().find(|b| self.strings.get(b.prefix) == prefix);
        found.map(|b| self.strings.get(b.ns))
    }

    pub(super) fn push(&mut self, prefix: &[u8], ns: &[u8]) {
        let (prefix, ns) = (self.strings.add(prefix), self.strings.add(ns));
        self.entries.push(Binding { prefix, ns });
    }

    /// How many bindings there are, to drop later ones by [`truncate`](Self::truncate).
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops all but the first `len` bindings.
    pub(super) fn truncate(&mut self, len: usize) {
        let dropped = self.entries.get(len..).unwrap_or_default();
        // Within one element the order may have been changed by `sorted_from`.
        if let Some(first) = dropped.iter().min_by_key(|b| b.prefix.start) {
            self.strings.drop_from(first.prefix);
            self.entries.truncate(len);
        }
    }

    /// The bindings after the first `len`, in the order of their prefixes: the default namespace first (C14N
    /// 1.0 2.2, document order of the namespace axis).
    pub(super) fn sorted_from(&mut self, len: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
        let strings = &self.strings;
        let new = self.entries.get_mut(len..).unwrap_or_default();
        new.sort_unstable_by(|a, b| strings.get(a.prefix).cmp(strings.get(b.prefix)));
        new.iter().map(|b| (strings.get(b.prefix), strings.get(b.ns)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_binding_counts() {
        let mut bindings = Bindings::default();
        bindings.push(b"p", b"one");
        let outer = bindings.len();
        bindings.push(b"p", b"two");
        bindings.push(b"", b"three");
        let sorted: Vec<_> = bindings.sorted_from(outer).collect();
        assert_eq!(sorted, [(&b""[..], &b"three"[..]), (b"p", b"two")]);
        assert_eq!(bindings.find(b"p"), Some(&b"two"[..]));
        bindings.truncate(outer);
        assert_eq!(bindings.find(b"p"), Some(&b"one"[..]));
        assert_eq!(bindings.find(b""), None);
        bindings.push(b"q", b"four");
        assert_eq!(bindings.find(b"q"), Some(&b"four"[..]));
        assert_eq!(bindings.find(b"p"), Some(&b"one"[..]));
    }
}
