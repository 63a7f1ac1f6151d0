//! A start tag while its attributes and declarations come in, in whatever order.

use super::{
    bindings::{Span, Strings},
    escape,
};
use crate::xml::Text;

/// The namespace of the prefix `xml`, which is bound without a declaration (Namespaces in XML 1.0 3).
pub(super) const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    prefix: Span,
    local: Span,
    ns: Span,
    /// As it is written, without its quotes.
    value: Span,
}

/// The names and values of one start tag.
#[derive(Debug, Default)]
pub(super) struct Tag {
    strings: Strings,
    /// Prefix, local name and namespace of the element; none before [`Tag::start`].
    name: Option<[Span; 3]>,
    attributes: Vec<Attribute>,
    /// Prefix and namespace.
    declarations: Vec<(Span, Span)>,
    /// The attribute whose value is coming in: prefix, local name, namespace.
    attribute: Option<[Span; 3]>,
    /// Its value as far as it is there.
    value: Vec<u8>,
    /// A value before its characters are escaped.
    form: Vec<u8>,
}

impl Tag {
    pub(super) fn start(&mut self, prefix: &str, local: &str, ns: &str) {
        self.strings.clear();
        self.attributes.clear();
        self.declarations.clear();
        self.name = Some([prefix, local, ns].map(|s| self.strings.add(s.as_bytes())));
    }

    pub(super) fn start_attribute(&mut self, prefix: &str, local: &str, ns: &str) {
        let ns = if prefix == "xml" { XML_NAMESPACE } else { ns };
        self.attribute = Some([prefix, local, ns].map(|s| self.strings.add(s.as_bytes())));
        self.value.clear();
    }

    pub(super) fn add_value(&mut self, text: &Text<'_>) {
        match text {
            Text::Utf8(text) => escape::attribute(text.as_bytes(), &mut self.value),
            other => {
                self.form.clear();
                other.append_to(&mut self.form);
                escape::attribute(&self.form, &mut self.value);
            }
        }
    }

    /// The value, for appending what needs no escaping.
    pub(super) fn value(&mut self) -> &mut Vec<u8> {
        &mut self.value
    }

    pub(super) fn end_attribute(&mut self) {
        if let Some([prefix, local, ns]) = self.attribute.take() {
            let value = self.strings.add(&self.value);
            self.attributes.push(Attribute { prefix, local, ns, value });
        }
    }

    pub(super) fn add_declaration(&mut self, prefix: &str, ns: &str) {
        let declaration = (self.strings.add(prefix.as_bytes()), self.strings.add(ns.as_bytes()));
        self.declarations.push(declaration);
    }

    /// `prefix:local` of the element.
    pub(super) fn append_name(&self, out: &mut Vec<u8>) {
        if let Some([prefix, local, _]) = self.name {
            append_qname(self.strings.get(prefix), self.strings.get(local), out);
        }
    }

    /// The declarations of this tag: prefix and namespace.
    pub(super) fn declarations(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.declarations.iter().map(|&(prefix, ns)| (self.strings.get(prefix), self.strings.get(ns)))
    }

    /// The prefixes that the tag visibly utilizes, with their namespaces: that of the element, and those of
    /// attributes that have one (Exclusive C14N 1.0 1.1).
    pub(super) fn utilized(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let element = self.name.map(|[prefix, _, ns]| (prefix, ns));
        let attributes = self.attributes.iter().map(|a| (a.prefix, a.ns));
        let with_prefix = attributes.filter(|&(prefix, _)| !self.strings.get(prefix).is_empty());
        element
            .into_iter()
            .chain(with_prefix)
            .map(|(prefix, ns)| (self.strings.get(prefix), self.strings.get(ns)))
    }

    /// Appends the attributes, by namespace and then by local name; those without a namespace come first (C14N
    /// 1.0 2.2). The order of UTF-8 bytes is that of code points.
    pub(super) fn append_attributes(&mut self, out: &mut Vec<u8>) {
        let strings = &self.strings;
        let key = |a: &Attribute| (strings.get(a.ns), strings.get(a.local));
        self.attributes.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        for a in &self.attributes {
            out.push(b' ');
            append_qname(strings.get(a.prefix), strings.get(a.local), out);
            out.extend_from_slice(b"=\"");
            out.extend_from_slice(strings.get(a.value));
            out.push(b'"');
        }
    }
}

fn append_qname(prefix: &[u8], local: &[u8], out: &mut Vec<u8>) {
    if !prefix.is_empty() {
        out.extend_from_slice(prefix);
        out.push(b':');
    }
    out.extend_from_slice(local);
}
