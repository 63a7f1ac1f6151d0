//! What a node of a buffer holds, and how it is looked at from outside.

use std::sync::Arc;

use super::{
    names::{NameId, Names},
    text::OwnedText,
};
use crate::xml::{NodeType, Text, XmlStr};

/// A node as it stands in the arena. Nodes form one list in document order; a container knows its end.
#[derive(Debug)]
pub(super) enum Node {
    /// The slot is free; its `next` is the next free slot.
    Free,
    Bof {
        end: u32,
    },
    Eof,
    Element {
        end: u32,
        element: Element,
    },
    /// Its parent is the start of the element.
    EndElement,
    Text(OwnedText),
    Comment(Arc<str>),
    CData {
        end: u32,
    },
    /// Its parent is the start of the section.
    EndCData,
}

impl Node {
    pub(super) fn node_type(&self) -> Option<NodeType> {
        Some(match self {
            Node::Free => return None,
            Node::Bof { .. } => NodeType::Bof,
            Node::Eof => NodeType::Eof,
            Node::Element { .. } => NodeType::Element,
            Node::EndElement => NodeType::EndElement,
            Node::Text(_) => NodeType::Text,
            Node::Comment(_) => NodeType::Comment,
            Node::CData { .. } => NodeType::CData,
            Node::EndCData => NodeType::EndCData,
        })
    }

    /// The slot of the node's end, if it is a container.
    pub(super) fn end(&self) -> Option<u32> {
        match *self {
            Node::Bof { end } | Node::Element { end, .. } | Node::CData { end } => Some(end),
            _ => None,
        }
    }

    /// Bytes on the heap that this node alone accounts for, besides its slot.
    pub(super) fn heap_size(&self) -> usize {
        match self {
            Node::Element { element, .. } => {
                element.attributes.iter().map(|a| size_of::<Attribute>() + a.value.heap_size()).sum()
            }
            Node::Text(text) => text.heap_size(),
            Node::Comment(text) => text.len(),
            _ => 0,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) prefix: NameId,
    pub(super) local: NameId,
    pub(super) ns: NameId,
    pub(super) attributes: Box<[Attribute]>,
    /// The element was, or is to be, written as an empty-element tag; no effect once it has content.
    pub(super) is_empty: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) prefix: NameId,
    pub(super) local: NameId,
    pub(super) ns: NameId,
    pub(super) value: OwnedText,
    pub(super) single_quote: bool,
    pub(super) is_xmlns: bool,
}

/// A node of an [`XmlBuffer`](super::XmlBuffer), as [`XmlBuffer::node`](super::XmlBuffer::node) shows it.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum BufferNode<'a> {
    /// Before the first node; the parent of the top-level nodes.
    Bof,
    /// After the last node.
    Eof,
    Element(ElementRef<'a>),
    EndElement,
    Text(&'a OwnedText),
    Comment(&'a Arc<str>),
    CData,
    EndCData,
}

/// An element of a buffer: `WS_XML_ELEMENT_NODE`.
#[derive(Clone, Copy, Debug)]
pub struct ElementRef<'a> {
    pub(super) names: &'a Names,
    pub(super) element: &'a Element,
    pub(super) is_empty: bool,
}

impl<'a> ElementRef<'a> {
    /// The prefix; empty without one.
    pub fn prefix(&self) -> XmlStr<'a> {
        self.names.get(self.element.prefix)
    }

    /// The name without its prefix.
    pub fn local_name(&self) -> XmlStr<'a> {
        self.names.get(self.element.local)
    }

    /// The namespace; empty without one.
    pub fn namespace(&self) -> XmlStr<'a> {
        self.names.get(self.element.ns)
    }

    /// Whether the element has no content and was written as an empty-element tag.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The attributes and namespace declarations, in the order in which they were written.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = AttributeRef<'a>> + use<'a> {
        let names = self.names;
        self.element.attributes.iter().map(move |attribute| AttributeRef { names, attribute })
    }
}

/// An attribute or namespace declaration of an element of a buffer: `WS_XML_ATTRIBUTE`.
#[derive(Clone, Copy, Debug)]
pub struct AttributeRef<'a> {
    names: &'a Names,
    attribute: &'a Attribute,
}

impl<'a> AttributeRef<'a> {
    /// Whether this is a namespace declaration: it binds [`prefix`](Self::prefix) to
    /// [`namespace`](Self::namespace), and has neither local name nor value.
    pub fn is_xmlns(&self) -> bool {
        self.attribute.is_xmlns
    }

    /// The prefix; of a declaration, the prefix that it declares (empty: the default namespace).
    pub fn prefix(&self) -> XmlStr<'a> {
        self.names.get(self.attribute.prefix)
    }

    /// The name without its prefix; empty for a declaration.
    pub fn local_name(&self) -> XmlStr<'a> {
        self.names.get(self.attribute.local)
    }

    /// The namespace of the name; of a declaration, the namespace that it declares.
    pub fn namespace(&self) -> XmlStr<'a> {
        self.names.get(self.attribute.ns)
    }

    /// The value; empty for a declaration.
    pub fn value(&self) -> &'a OwnedText {
        &self.attribute.value
    }

    /// Whether the value was, or is to be, written in single quotes.
    pub fn single_quote(&self) -> bool {
        self.attribute.single_quote
    }
}

/// An element to be inserted, with all its attributes.
#[derive(Clone, Copy, Debug)]
pub struct NewElement<'a> {
    /// The prefix; empty for none.
    pub prefix: XmlStr<'a>,
    /// The name without its prefix.
    pub local_name: XmlStr<'a>,
    /// The namespace; empty for none.
    pub namespace: XmlStr<'a>,
    /// Attributes and namespace declarations, in order.
    pub attributes: &'a [NewAttribute<'a>],
    /// To be written as an empty-element tag, as long as it has no content.
    pub is_empty: bool,
}

impl<'a> NewElement<'a> {
    /// An element without prefix and attributes.
    pub fn new(local_name: impl Into<XmlStr<'a>>, namespace: impl Into<XmlStr<'a>>) -> Self {
        NewElement {
            prefix: XmlStr::plain(""),
            local_name: local_name.into(),
            namespace: namespace.into(),
            attributes: &[],
            is_empty: false,
        }
    }
}

/// An attribute or namespace declaration to be inserted with its element.
#[derive(Clone, Copy, Debug)]
pub struct NewAttribute<'a> {
    /// The prefix of the name, or the prefix to declare.
    pub prefix: XmlStr<'a>,
    /// The name without its prefix; empty for a declaration.
    pub local_name: XmlStr<'a>,
    /// The namespace of the name, or the namespace to declare.
    pub namespace: XmlStr<'a>,
    /// The value; unused for a declaration.
    pub value: Text<'a>,
    /// To be written in single quotes.
    pub single_quote: bool,
    /// A namespace declaration.
    pub is_xmlns: bool,
}

impl<'a> NewAttribute<'a> {
    /// An attribute in no namespace.
    pub fn new(local_name: impl Into<XmlStr<'a>>, value: Text<'a>) -> Self {
        NewAttribute {
            prefix: XmlStr::plain(""),
            local_name: local_name.into(),
            namespace: XmlStr::plain(""),
            value,
            single_quote: false,
            is_xmlns: false,
        }
    }

    /// A declaration `xmlns:prefix="namespace"`, or of the default namespace if the prefix is empty.
    pub fn xmlns(prefix: impl Into<XmlStr<'a>>, namespace: impl Into<XmlStr<'a>>) -> Self {
        NewAttribute {
            prefix: prefix.into(),
            local_name: XmlStr::plain(""),
            namespace: namespace.into(),
            value: Text::Utf8(""),
            single_quote: false,
            is_xmlns: true,
        }
    }
}
