//! The view of the node that a reader stands on.

use super::decoder::Decoder;
use crate::xml::{
    NodeType, Text, XmlStr,
    decode::{AttributeRecord, Chars, Core, Leave, Value},
};
use std::fmt;

/// The node a [`Reader`](super::Reader) stands on, valid until it moves: `WS_XML_NODE`.
#[derive(Clone, Copy, Debug)]
pub enum Node<'r> {
    /// The place before the first node.
    Bof,
    /// A start tag.
    Element(Element<'r>),
    /// The end of an element; `<a/>` has one, too.
    EndElement,
    /// Text of an element, whole or a piece of it.
    Text(Text<'r>),
    /// A comment.
    Comment(&'r str),
    /// The start of a CDATA section; its text follows.
    CData,
    /// The end of a CDATA section.
    EndCData,
    /// The place after the last node.
    Eof,
}

impl<'r> Node<'r> {
    /// The element, if it is one.
    pub fn element(self) -> Option<Element<'r>> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(self) -> Option<Text<'r>> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What the views of a reader point into.
#[derive(Clone, Copy)]
pub(super) struct View<'r> {
    pub(super) core: &'r Core,
    pub(super) decoder: &'r Decoder<'r>,
}

impl<'r> View<'r> {
    #[inline]
    pub(super) fn node(self) -> Node<'r> {
        match self.core.kind {
            NodeType::Element => Node::Element(Element(self)),
            NodeType::Text => Node::Text(self.value(self.core.value)),
            NodeType::EndElement => Node::EndElement,
            NodeType::Comment => Node::Comment(match self.value(self.core.value) {
                Text::Utf8(text) => text,
                _ => "",
            }),
            NodeType::CData => Node::CData,
            NodeType::EndCData => Node::EndCData,
            NodeType::Bof => Node::Bof,
            NodeType::Eof => Node::Eof,
        }
    }

    #[inline]
    pub(super) fn value(self, value: Value) -> Text<'r> {
        self.decoder.view(self.core, value)
    }

    #[inline]
    pub(super) fn namespace(self, ns: u32) -> XmlStr<'r> {
        self.get(self.core.scope.uri(ns))
    }

    #[inline]
    fn is(self, chars: Chars, other: XmlStr<'_>) -> bool {
        self.decoder.is(self.core, chars, other)
    }

    #[inline]
    pub(super) fn get(self, chars: Chars) -> XmlStr<'r> {
        self.decoder.get(self.core, chars)
    }

    #[inline]
    pub(super) fn attribute(self, index: usize) -> Option<Attribute<'r>> {
        Some(Attribute { view: self, record: self.core.attributes.get(index)? })
    }
}

/// A start tag: `WS_XML_ELEMENT_NODE`.
#[derive(Clone, Copy)]
pub struct Element<'r>(View<'r>);

impl<'r> Element<'r> {
    #[inline]
    pub(super) fn of(view: View<'r>) -> Self {
        Element(view)
    }

    /// The prefix; empty without one.
    #[inline]
    pub fn prefix(&self) -> XmlStr<'r> {
        self.0.get(self.0.core.element.prefix)
    }

    /// The name without its prefix.
    #[inline]
    pub fn local_name(&self) -> XmlStr<'r> {
        self.0.get(self.0.core.element.local)
    }

    /// The namespace; empty without one.
    #[inline]
    pub fn namespace(&self) -> XmlStr<'r> {
        self.0.namespace(self.0.core.element.ns)
    }

    /// Whether the element has this name.
    #[inline]
    pub fn is<'n>(&self, local: impl Into<XmlStr<'n>>, ns: impl Into<XmlStr<'n>>) -> bool {
        let name = self.0.core.element;
        self.0.is(name.local, local.into()) && self.0.is(self.0.core.scope.uri(name.ns), ns.into())
    }

    /// Whether it is written `<a/>`. Its end element follows all the same.
    pub fn is_empty(&self) -> bool {
        self.0.core.leave == Leave::EmptyElement
    }

    /// The attributes, namespace declarations among them, in the order of the document.
    #[inline]
    pub fn attributes(&self) -> Attributes<'r> {
        Attributes { view: self.0, next: 0, end: self.0.core.attributes.len() }
    }

    /// The value of the attribute with this name.
    pub fn attribute(&self, local: &str, ns: &str) -> Option<Text<'r>> {
        self.attributes().find(|a| a.is(local, ns)).map(|a| a.value())
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Element")
            .field("prefix", &self.prefix().as_str())
            .field("local_name", &self.local_name().as_str())
            .field("namespace", &self.namespace().as_str())
            .field("is_empty", &self.is_empty())
            .field("attributes", &self.attributes().collect::<Vec<_>>())
            .finish()
    }
}

/// The attributes of an element.
#[derive(Clone, Copy)]
pub struct Attributes<'r> {
    view: View<'r>,
    next: usize,
    end: usize,
}

impl<'r> Attributes<'r> {
    /// The attribute with number `index`, from 0.
    pub fn get(&self, index: usize) -> Option<Attribute<'r>> {
        self.view.attribute(index)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.next == self.end
    }
}

impl<'r> Iterator for Attributes<'r> {
    type Item = Attribute<'r>;

    #[inline]
    fn next(&mut self) -> Option<Attribute<'r>> {
        let attribute = self.view.attribute(self.next)?;
        self.next += 1;
        Some(attribute)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.next, Some(self.end - self.next))
    }
}

impl ExactSizeIterator for Attributes<'_> {}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// An attribute or a namespace declaration: `WS_XML_ATTRIBUTE`.
#[derive(Clone, Copy)]
pub struct Attribute<'r> {
    view: View<'r>,
    record: &'r AttributeRecord,
}

impl<'r> Attribute<'r> {
    /// The prefix; empty without one. Of a namespace declaration: the prefix that it declares.
    #[inline]
    pub fn prefix(&self) -> XmlStr<'r> {
        self.view.get(self.record.prefix)
    }

    /// The name without its prefix; empty for a namespace declaration.
    #[inline]
    pub fn local_name(&self) -> XmlStr<'r> {
        self.view.get(self.record.local)
    }

    /// The namespace. Of a namespace declaration: the one it declares.
    #[inline]
    pub fn namespace(&self) -> XmlStr<'r> {
        match self.record.value {
            Value::Chars(uri) if self.record.is_xmlns => self.view.get(uri),
            _ => self.view.namespace(self.record.ns),
        }
    }

    /// The value; typed in binary.
    #[inline]
    pub fn value(&self) -> Text<'r> {
        self.view.value(self.record.value)
    }

    /// Whether it is a namespace declaration.
    pub fn is_xmlns(&self) -> bool {
        self.record.is_xmlns
    }

    /// Whether its value stands in single quotes. Binary has no quotes, so there it is false.
    pub fn is_single_quoted(&self) -> bool {
        self.record.single_quote
    }

    /// Whether it is the attribute with this name, and no namespace declaration.
    #[inline]
    pub fn is<'n>(&self, local: impl Into<XmlStr<'n>>, ns: impl Into<XmlStr<'n>>) -> bool {
        !self.record.is_xmlns
            && self.view.is(self.record.local, local.into())
            && self.view.is(self.view.core.scope.uri(self.record.ns), ns.into())
    }
}

impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, local) = (self.prefix().as_str(), self.local_name().as_str());
        match (self.is_xmlns(), prefix) {
            (true, "") => write!(f, "xmlns")?,
            (true, _) => write!(f, "xmlns:{prefix}")?,
            (false, "") => write!(f, "{local}")?,
            (false, _) => write!(f, "{prefix}:{local}")?,
        }
        write!(f, "={:?}", self.value())
    }
}
