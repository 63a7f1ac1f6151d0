//! The present node as C sees it (WWSAPI E.2): one place that is filled again for each node that C asks for.
//!
//! What C gets is valid until the reader moves, so nothing has to be allocated for a node, but for what is rare.

use crate::{
    abi::*,
    dictionary::{self, Known},
    heap::WS_HEAP,
    ptr::Ptr,
    text,
    typed::{self, TextRoom},
};
use wws::{
    Result,
    xml::{
        DictionaryKey, NodeType, Reader, Text, XmlStr,
        reader::{Attribute, Element, Node},
    },
};

/// Room for a node, whatever its kind is. It is in a box, so that it stays where C was told.
#[derive(Debug)]
pub struct Present {
    element: WS_XML_ELEMENT_NODE,
    names: [WS_XML_STRING; 3],
    text: WS_XML_TEXT_NODE,
    value: TextRoom,
    comment: WS_XML_COMMENT_NODE,
    /// A node that has nothing but a type.
    other: WS_XML_NODE,
    attributes: Vec<AttributeRoom>,
    list: Vec<Ptr<WS_XML_ATTRIBUTE>>,
}

/// An attribute with all that belongs to it.
#[derive(Debug)]
struct AttributeRoom {
    attribute: WS_XML_ATTRIBUTE,
    names: [WS_XML_STRING; 3],
    value: TextRoom,
}

const EMPTY: WS_XML_STRING = WS_XML_STRING { length: 0, bytes: Ptr::NULL, dictionary: Ptr::NULL, id: 0 };

impl Default for Present {
    fn default() -> Self {
        let node = WS_XML_NODE { nodeType: WS_XML_NODE_TYPE_EOF };
        Present {
            element: WS_XML_ELEMENT_NODE {
                node,
                prefix: Ptr::NULL,
                localName: Ptr::NULL,
                ns: Ptr::NULL,
                attributeCount: 0,
                attributes: Ptr::NULL,
                isEmpty: 0,
            },
            names: [EMPTY; 3],
            text: WS_XML_TEXT_NODE { node, text: Ptr::NULL },
            value: TextRoom::default(),
            comment: WS_XML_COMMENT_NODE { node, value: EMPTY },
            other: node,
            attributes: Vec::new(),
            list: Vec::new(),
        }
    }
}

impl Present {
    /// Describes the node that a reader stands on to C.
    ///
    /// # Errors
    /// Those of the heap.
    #[inline]
    pub fn fill(&mut self, reader: &Reader<'_>, strings: &Strings<'_>) -> Result<Ptr<WS_XML_NODE>> {
        self.other.nodeType = match reader.node_type() {
            NodeType::EndElement => WS_XML_NODE_TYPE_END_ELEMENT,
            NodeType::CData => WS_XML_NODE_TYPE_CDATA,
            NodeType::EndCData => WS_XML_NODE_TYPE_END_CDATA,
            NodeType::Bof => WS_XML_NODE_TYPE_BOF,
            NodeType::Eof => WS_XML_NODE_TYPE_EOF,
            NodeType::Element | NodeType::Text | NodeType::Comment => {
                return self.content(reader.node(), strings);
            }
        };
        Ok(Ptr::to(&self.other))
    }

    /// Describes a node that has more than its type.
    fn content(&mut self, node: Node<'_>, strings: &Strings<'_>) -> Result<Ptr<WS_XML_NODE>> {
        let head = |nodeType| WS_XML_NODE { nodeType };
        match node {
            Node::Element(element) => self.element(element, strings),
            Node::Text(value) => {
                let text = strings.text(value, Ptr::new(&raw mut self.value))?;
                self.text = WS_XML_TEXT_NODE { node: head(WS_XML_NODE_TYPE_TEXT), text };
                Ok(Ptr::to(&self.text).cast())
            }
            Node::Comment(value) => {
                let value = strings.string(value.into())?;
                self.comment = WS_XML_COMMENT_NODE { node: head(WS_XML_NODE_TYPE_COMMENT), value };
                Ok(Ptr::to(&self.comment).cast())
            }
            // Only those three come here.
            _ => Ok(Ptr::to(&self.other)),
        }
    }

    #[inline]
    fn element(&mut self, element: Element<'_>, strings: &Strings<'_>) -> Result<Ptr<WS_XML_NODE>> {
        let attributes = element.attributes();
        let count = attributes.len();
        let list = if count == 0 { Ptr::NULL } else { self.attributes(attributes, count, strings)? };
        self.names = [
            strings.string(element.prefix())?,
            strings.string(element.local_name())?,
            strings.string(element.namespace())?,
        ];
        self.element = WS_XML_ELEMENT_NODE {
            node: WS_XML_NODE { nodeType: WS_XML_NODE_TYPE_ELEMENT },
            prefix: Ptr::to(&self.names[0]),
            localName: Ptr::to(&self.names[1]),
            ns: Ptr::to(&self.names[2]),
            attributeCount: count as u32,
            attributes: list,
            isEmpty: element.is_empty().into(),
        };
        Ok(Ptr::to(&self.element).cast())
    }

    fn attributes<'r>(
        &mut self,
        attributes: impl Iterator<Item = Attribute<'r>>,
        count: usize,
        strings: &Strings<'_>,
    ) -> Result<Ptr<Ptr<WS_XML_ATTRIBUTE>>> {
        if self.attributes.len() < count {
            self.attributes.resize_with(count, AttributeRoom::default);
            self.list = self.attributes.iter().map(|room| Ptr::to(&room.attribute)).collect();
        }
        for (room, attribute) in self.attributes.iter_mut().zip(attributes) {
            room.fill(attribute, strings)?;
        }
        Ok(Ptr::first(&self.list))
    }
}

impl Default for AttributeRoom {
    fn default() -> Self {
        let (name, value) = (Ptr::NULL, Ptr::NULL);
        AttributeRoom {
            attribute: WS_XML_ATTRIBUTE {
                singleQuote: 0,
                isXmlNs: 0,
                prefix: name,
                localName: name,
                ns: name,
                value,
            },
            names: [EMPTY; 3],
            value: TextRoom::default(),
        }
    }
}

impl AttributeRoom {
    fn fill(&mut self, attribute: Attribute<'_>, strings: &Strings<'_>) -> Result<()> {
        let is_xmlns = attribute.is_xmlns();
        self.names[0] = strings.string(attribute.prefix())?;
        self.names[2] = strings.string(attribute.namespace())?;
        // WWSAPI E.2: a declaration has neither a local name nor a value.
        let (local, value) = if is_xmlns {
            (Ptr::NULL, Ptr::NULL)
        } else {
            self.names[1] = strings.string(attribute.local_name())?;
            (Ptr::to(&self.names[1]), strings.text(attribute.value(), Ptr::new(&raw mut self.value))?)
        };
        self.attribute = WS_XML_ATTRIBUTE {
            singleQuote: attribute.is_single_quoted().into(),
            isXmlNs: is_xmlns.into(),
            prefix: Ptr::to(&self.names[0]),
            localName: local,
            ns: Ptr::to(&self.names[2]),
            value,
        };
        Ok(())
    }
}

/// How the strings of a reader are shown to C.
#[derive(Clone, Copy, Debug)]
pub struct Strings<'s> {
    /// They stand in memory that moves when a stream is filled.
    moves: bool,
    heap: &'s WS_HEAP,
    known: &'s [Known],
}

impl<'s> Strings<'s> {
    /// Strings in memory that `moves` when a stream is filled, or not. Copies go into `heap`; `known` are the
    /// dictionaries that the strings may come from.
    pub fn new(moves: bool, heap: &'s WS_HEAP, known: &'s [Known]) -> Self {
        Strings { moves, heap, known }
    }

    /// A string of the core as C sees it; copied, if it would move.
    ///
    /// # Errors
    /// `E_OUTOFMEMORY`.
    #[inline]
    pub fn string(&self, string: XmlStr<'_>) -> Result<WS_XML_STRING> {
        if string.dictionary() == DictionaryKey::NONE && !self.moves {
            return Ok(text::to_xml(string.as_str()));
        }
        self.any_string(string)
    }

    fn any_string(&self, string: XmlStr<'_>) -> Result<WS_XML_STRING> {
        let plain = dictionary::to_c(string, self.known);
        if self.moves {
            return Ok(WS_XML_STRING { bytes: self.heap.copy(string.as_str().as_bytes())?, ..plain });
        }
        Ok(plain)
    }

    /// Describes a text, which is copied where a string is.
    #[inline]
    fn text(&self, value: Text<'_>, room: Ptr<TextRoom>) -> Result<Ptr<WS_XML_TEXT>> {
        match (value, self.moves) {
            (Text::Utf8(s), true) => {
                let text = WS_XML_TEXT { textType: WS_XML_TEXT_TYPE_UTF8 };
                let value = WS_XML_STRING { bytes: self.heap.copy(s.as_bytes())?, ..text::to_xml(s) };
                Ok(TextRoom::put(room, WS_XML_UTF8_TEXT { text, value }))
            }
            (Text::Bytes(b), true) => {
                let text = WS_XML_TEXT { textType: WS_XML_TEXT_TYPE_BASE64 };
                let (bytes, length) = (self.heap.copy(b)?, b.len() as u32);
                Ok(TextRoom::put(room, WS_XML_BASE64_TEXT { text, bytes, length }))
            }
            (value, _) => typed::store(self.heap, room, value),
        }
    }
}
