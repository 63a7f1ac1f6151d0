//! Random documents with namespaces, as a tree, as text and as an `XmlBuffer`.

use std::fmt::Write;

use proptest::prelude::*;
use wws_core::{
    value::{Guid, TimeSpan},
    xml::{
        Text, XmlStr,
        buffer::{NewAttribute, NewElement, NodePosition, OwnedText, XmlBuffer},
    },
};

pub(crate) const XML_NS: &str = "http://www.w3.org/XML/1998/namespace";

/// A document: comments, one element, comments.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) before: Vec<String>,
    pub(crate) root: Element,
    pub(crate) after: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) prefix: &'static str,
    pub(crate) local: &'static str,
    pub(crate) ns: &'static str,
    /// Prefix and namespace.
    pub(crate) declarations: Vec<(&'static str, &'static str)>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Node>,
}

#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) prefix: &'static str,
    pub(crate) local: &'static str,
    pub(crate) ns: &'static str,
    pub(crate) value: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
    CData(String),
    Comment(String),
    /// Text that has a type; no two that are bytes stand side by side, or with text without characters between.
    Value(OwnedText),
}

/// Names of namespaces, the empty one for none.
pub(crate) const NAMESPACES: &[&str] = &["", "urn:a", "urn:b", "urn:%C3%A9", "http://example.org/?x=1&y='2'"];

pub(crate) fn document() -> impl Strategy<Value = Document> {
    document_with(NAMESPACES)
}

/// A document with no namespace but some of these.
pub(crate) fn document_with(namespaces: &'static [&'static str]) -> impl Strategy<Value = Document> {
    let comments = || prop::collection::vec(comment(), 0..3);
    (comments(), element(namespaces), comments()).prop_map(|(before, mut root, after)| {
        make_valid(&mut root, &[("", ""), ("xml", XML_NS)]);
        Document { before, root, after }
    })
}

fn element(namespaces: &'static [&'static str]) -> impl Strategy<Value = Element> {
    let leaf = prop_oneof![
        characters().prop_map(Node::Text),
        "[a-c<>&\"' é𝄞\n]{0,8}".prop_map(Node::CData),
        comment().prop_map(Node::Comment),
        value().prop_map(Node::Value),
    ];
    let node = leaf.prop_recursive(5, 40, 5, move |node| {
        tag(namespaces, prop::collection::vec(node, 0..5)).prop_map(Node::Element)
    });
    tag(namespaces, prop::collection::vec(node, 0..6))
}

fn value() -> impl Strategy<Value = OwnedText> {
    prop_oneof![
        any::<bool>().prop_map(OwnedText::Bool),
        any::<i32>().prop_map(OwnedText::Int32),
        any::<u64>().prop_map(OwnedText::UInt64),
        any::<f64>().prop_map(OwnedText::Double),
        any::<u128>().prop_map(|n| OwnedText::Guid(Guid::from_u128(n))),
        any::<u128>().prop_map(|n| OwnedText::UniqueId(Guid::from_u128(n))),
        any::<i64>().prop_map(|n| OwnedText::TimeSpan(TimeSpan(n))),
        prop::collection::vec(any::<u8>(), 1..20).prop_map(|b| OwnedText::Bytes(b.into())),
        (any::<i32>(), any::<bool>()).prop_map(|(n, b)| {
            OwnedText::try_from(Text::List(&[Text::Int32(n), Text::Bool(b)])).expect("no list in it")
        }),
    ]
}

fn tag(
    namespaces: &'static [&'static str],
    children: impl Strategy<Value = Vec<Node>>,
) -> impl Strategy<Value = Element> {
    let declaration = (prefix(), prop::sample::select(namespaces));
    let attribute = (prop_oneof![3 => prefix(), 1 => Just("xml")], local(), characters())
        .prop_map(|(prefix, local, value)| Attribute { prefix, local, ns: "", value });
    (
        prefix(),
        local(),
        prop::collection::vec(declaration, 0..4),
        prop::collection::vec(attribute, 0..4),
        children,
    )
        .prop_map(|(prefix, local, declarations, attributes, children)| Element {
            prefix,
            local,
            ns: "",
            declarations,
            attributes,
            children,
        })
}

fn prefix() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "a", "b", "ä", "z"])
}

fn local() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "a-b", "é", "Signature"])
}

fn characters() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c<>&\"'\t\n\r é𝄞\\]]{0,12}", "[a-z ]{0,100}",]
}

/// No `--`, no `-` at the end, no carriage return, which a reader would turn into a line feed.
fn comment() -> impl Strategy<Value = String> {
    "([a-c<>&\" é𝄞\n]|-[a-c])(-?[a-c<>&\" é\n]){0,6}".prop_map(|c| c)
}

/// Declares every prefix that is used, takes out what namespaces forbid, and fills the namespaces in.
fn make_valid(element: &mut Element, scope: &[(&'static str, &'static str)]) {
    let mut scope = scope.to_vec();
    let mut declarations: Vec<(&'static str, &'static str)> = Vec::new();
    for &(prefix, ns) in &element.declarations {
        // Only the default namespace can be undeclared, and nothing can be declared twice.
        if (prefix.is_empty() || !ns.is_empty()) && declarations.iter().all(|d| d.0 != prefix) {
            declarations.push((prefix, ns));
        }
    }
    scope.extend(&declarations);
    let mut find = |prefix: &'static str| match scope.iter().rev().find(|b| b.0 == prefix) {
        Some(&(_, ns)) => ns,
        None => {
            scope.push((prefix, "urn:auto"));
            declarations.push((prefix, "urn:auto"));
            "urn:auto"
        }
    };
    element.ns = find(element.prefix);
    let mut seen = Vec::new();
    element.attributes.retain_mut(|a| {
        a.ns = if a.prefix.is_empty() { "" } else { find(a.prefix) };
        let new = !seen.contains(&(a.ns, a.local));
        seen.push((a.ns, a.local));
        new
    });
    element.declarations = declarations;
    let mut after_bytes = false;
    element.children.retain(|node| match node {
        Node::Text(text) if text.is_empty() => true,
        Node::Value(OwnedText::Bytes(_)) => !std::mem::replace(&mut after_bytes, true),
        _ => {
            after_bytes = false;
            true
        }
    });
    for child in &mut element.children {
        if let Node::Element(child) = child {
            make_valid(child, &scope);
        }
    }
}

impl Document {
    /// The same document without its comments.
    pub(crate) fn without_comments(&self) -> Document {
        let mut copy = Document { before: Vec::new(), after: Vec::new(), root: self.root.clone() };
        copy.root.retain(&|node| !matches!(node, Node::Comment(_)));
        copy
    }

    /// The same document without the elements of that name; `None` if the root has it.
    pub(crate) fn without(&self, local: &str, ns: &str) -> Option<Document> {
        let omitted = |e: &Element| e.local == local && e.ns == ns;
        let mut copy = self.clone();
        copy.root.retain(&|node| !matches!(node, Node::Element(e) if omitted(e)));
        (!omitted(&self.root)).then_some(copy)
    }

    /// As text, written in an ordinary way.
    pub(crate) fn to_text(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\"?>\n");
        let comment = |out: &mut String, c: &String| out.push_str(&format!("<!--{c}-->\n"));
        self.before.iter().for_each(|c| comment(&mut out, c));
        write_element(&mut out, &self.root);
        out.push('\n');
        self.after.iter().for_each(|c| comment(&mut out, c));
        out
    }

    /// As a buffer.
    pub(crate) fn to_buffer(&self) -> XmlBuffer {
        let mut buffer = XmlBuffer::new();
        for comment in &self.before {
            buffer.insert_comment(buffer.eof(), comment).expect("room");
        }
        let eof = buffer.eof();
        insert_element(&mut buffer, eof, &self.root);
        for comment in &self.after {
            buffer.insert_comment(buffer.eof(), comment).expect("room");
        }
        buffer
    }
}

impl Element {
    fn retain(&mut self, keep: &impl Fn(&Node) -> bool) {
        self.children.retain(keep);
        for child in &mut self.children {
            if let Node::Element(e) = child {
                e.retain(keep);
            }
        }
    }
}

pub(crate) fn qname(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
}

/// Every special character as a reference, so that no reader changes any.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '"' | '\t' | '\n' | '\r' => write!(out, "&#{};", u32::from(c)).expect("memory"),
            _ => out.push(c),
        }
    }
    out
}

fn write_element(out: &mut String, element: &Element) {
    let name = qname(element.prefix, element.local);
    write!(out, "<{name}").expect("memory");
    for (prefix, ns) in &element.declarations {
        let name = if prefix.is_empty() { "xmlns".into() } else { format!("xmlns:{prefix}") };
        write!(out, " {name}=\"{}\"", escaped(ns)).expect("memory");
    }
    for a in &element.attributes {
        write!(out, " {}=\"{}\"", qname(a.prefix, a.local), escaped(&a.value)).expect("memory");
    }
    if element.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for child in &element.children {
        match child {
            Node::Element(e) => write_element(out, e),
            Node::Text(t) => out.push_str(&escaped(t)),
            Node::CData(t) => write!(out, "<![CDATA[{t}]]>").expect("memory"),
            Node::Comment(c) => write!(out, "<!--{c}-->").expect("memory"),
            Node::Value(v) => out.push_str(&v.with(|v| v.to_text().into_owned())),
        }
    }
    write!(out, "</{name}>").expect("memory");
}

fn insert_element(buffer: &mut XmlBuffer, before: NodePosition, element: &Element) {
    let declarations = element.declarations.iter().map(|&(prefix, ns)| NewAttribute::xmlns(prefix, ns));
    let attributes = element.attributes.iter().map(|a| NewAttribute {
        prefix: a.prefix.into(),
        namespace: a.ns.into(),
        ..NewAttribute::new(a.local, Text::Utf8(&a.value))
    });
    let attributes: Vec<_> = declarations.chain(attributes).collect();
    let new = NewElement {
        prefix: XmlStr::plain(element.prefix),
        attributes: &attributes,
        is_empty: element.children.is_empty(),
        ..NewElement::new(element.local, element.ns)
    };
    let start = buffer.insert_element(before, &new).expect("room");
    let end = buffer.end_of(start).expect("there").expect("an end");
    for child in &element.children {
        match child {
            Node::Element(e) => insert_element(buffer, end, e),
            Node::Text(t) => drop(buffer.insert_text(end, Text::Utf8(t)).expect("room")),
            Node::Value(v) => drop(buffer.insert_owned_text(end, v.clone()).expect("room")),
            Node::Comment(c) => drop(buffer.insert_comment(end, c).expect("room")),
            Node::CData(t) => {
                let section = buffer.insert_cdata(end).expect("room");
                let inside = buffer.end_of(section).expect("there").expect("an end");
                buffer.insert_text(inside, Text::Utf8(t)).expect("room");
            }
        }
    }
}
