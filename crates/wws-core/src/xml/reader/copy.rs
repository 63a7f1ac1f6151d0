//! Nodes of a reader copied into a buffer.

use super::{Element, Node, Reader};
use crate::{
    Error, Result,
    xml::{
        Text,
        buffer::{NewAttribute, NewElement, NodePosition, OwnedText, XmlBuffer},
    },
};

/// A copy being made.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) buffer: XmlBuffer,
    /// Where the next node goes: in front of this one.
    place: NodePosition,
    /// The depth of the element whose end is the end of it all; 0 for a document.
    pub(super) depth: usize,
    /// Text that came in pieces and may go on.
    pieces: Pieces,
    /// The node that the reader stands on is copied; the step to the next one lacked input.
    pub(super) has_node: bool,
}

#[derive(Debug)]
enum Pieces {
    None,
    Chars(String),
    Bytes(Vec<u8>),
}

impl Copy {
    /// A copy at the end of a buffer.
    pub(crate) fn new(buffer: XmlBuffer, depth: usize) -> Self {
        Copy { place: buffer.eof(), buffer, depth, pieces: Pieces::None, has_node: false }
    }

    /// Copies the node that a reader stands on.
    pub(crate) fn node(&mut self, reader: &Reader<'_>) -> Result<()> {
        match reader.node() {
            Node::Text(Text::Utf8(text)) => return self.chars(text, reader.decoder.tag_follows()),
            Node::Text(Text::Bytes(bytes)) => return self.bytes(bytes, reader.decoder.tag_follows()),
            _ => self.end_text()?,
        }
        match reader.node() {
            Node::Element(element) => self.element(reader, element)?,
            Node::EndElement | Node::EndCData => self.leave()?,
            Node::Text(text) => drop(self.buffer.insert_text(self.place, text)?),
            Node::Comment(text) => drop(self.buffer.insert_comment(self.place, text)?),
            Node::CData => {
                let section = self.buffer.insert_cdata(self.place)?;
                self.enter(section)?;
            }
            Node::Bof | Node::Eof => {}
        }
        Ok(())
    }

    fn element(&mut self, reader: &Reader<'_>, element: Element<'_>) -> Result<()> {
        let new = NewElement {
            prefix: element.prefix(),
            is_empty: element.is_empty(),
            ..NewElement::new(element.local_name(), element.namespace())
        };
        let attributes = element.attributes().map(|a| NewAttribute {
            prefix: a.prefix(),
            local_name: a.local_name(),
            namespace: a.namespace(),
            value: if a.is_xmlns() { Text::Utf8("") } else { a.value() },
            single_quote: a.is_single_quoted(),
            is_xmlns: a.is_xmlns(),
        });
        let start = if self.buffer.is_empty() && self.depth > 0 {
            let mut attributes: Vec<NewAttribute<'_>> = attributes.collect();
            let own = attributes.len();
            for (prefix, ns) in reader.namespaces_in_scope() {
                let declared = |a: &NewAttribute<'_>| a.is_xmlns && a.prefix.as_str() == prefix;
                if !attributes.iter().take(own).any(declared) {
                    attributes.push(NewAttribute::xmlns(prefix, ns));
                }
            }
            self.buffer.insert_element_with(self.place, &new, attributes.into_iter())?
        } else {
            self.buffer.insert_element_with(self.place, &new, attributes)?
        };
        self.enter(start)
    }

    /// Adds an element that the document does not have, in front of what comes next.
    pub(crate) fn add_element(&mut self, new: &NewElement<'_>) -> Result<NodePosition> {
        self.end_text()?;
        self.buffer.insert_element(self.place, new)
    }

    /// The element in which the next node goes.
    pub(crate) fn container(&self) -> Result<NodePosition> {
        let container = self.buffer.ancestors(self.place)?.next();
        container.ok_or_else(|| Error::operation("the copy is in no element"))
    }

    /// Goes on within a container.
    fn enter(&mut self, start: NodePosition) -> Result<()> {
        self.place = self.buffer.end_of(start)?.unwrap_or(self.place);
        Ok(())
    }

    /// Goes on behind the container whose end is the place.
    pub(crate) fn leave(&mut self) -> Result<()> {
        self.place = self.buffer.next(self.place)?.unwrap_or(self.place);
        Ok(())
    }

    fn chars(&mut self, text: &str, is_last: bool) -> Result<()> {
        match &mut self.pieces {
            Pieces::Chars(pieces) => pieces.push_str(text),
            _ => {
                self.end_text()?;
                if is_last {
                    return self.insert(text.into());
                }
                self.pieces = Pieces::Chars(text.into());
            }
        }
        self.check_size()
    }

    fn bytes(&mut self, bytes: &[u8], is_last: bool) -> Result<()> {
        match &mut self.pieces {
            Pieces::Bytes(pieces) => pieces.extend_from_slice(bytes),
            _ => {
                self.end_text()?;
                if is_last {
                    return self.insert(OwnedText::Bytes(bytes.to_vec().into()));
                }
                self.pieces = Pieces::Bytes(bytes.into());
            }
        }
        self.check_size()
    }

    /// Fails as soon as pieces outgrow the buffer, and not when all of them are there.
    fn check_size(&self) -> Result<()> {
        let len = match &self.pieces {
            Pieces::None => 0,
            Pieces::Chars(text) => text.len(),
            Pieces::Bytes(bytes) => bytes.len(),
        };
        self.buffer.check_room(len)
    }

    fn end_text(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.pieces, Pieces::None) {
            Pieces::None => Ok(()),
            Pieces::Chars(text) => self.insert(text.as_str().into()),
            Pieces::Bytes(bytes) => self.insert(OwnedText::Bytes(bytes.into())),
        }
    }

    fn insert(&mut self, text: OwnedText) -> Result<()> {
        self.buffer.insert_owned_text(self.place, text).map(drop)
    }
}
