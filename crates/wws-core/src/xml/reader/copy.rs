//! Nodes of a reader copied into a buffer.

use super::{Element, Node, Reader, ReaderEncoding, ReaderOptions, content::Partial};
use crate::{
    Error, Result,
    xml::{
        NodeType, Text,
        buffer::{NewAttribute, NewElement, NodePosition, OwnedText, XmlBuffer},
    },
};

/// A copy being made.
#[derive(Debug)]
pub(super) struct Copy {
    buffer: XmlBuffer,
    /// Where the next node goes: in front of this one.
    place: NodePosition,
    /// The depth of the element whose end is the end of it all; 0 for a document.
    depth: usize,
    /// Text that came in pieces and may go on.
    pieces: Pieces,
    /// The node that the reader stands on is copied; the step to the next one lacked input.
    has_node: bool,
}

#[derive(Debug)]
enum Pieces {
    None,
    Chars(String),
    Bytes(Vec<u8>),
}

impl Reader<'_> {
    /// Copies the document, or the element the reader stands on with all that is in it, into a buffer of at
    /// most `max_size` bytes. The reader then stands behind it. `WsReadXmlBuffer`.
    ///
    /// The copy of an element declares every namespace that is in scope, so that qualified names in its text
    /// keep their meaning.
    ///
    /// ```
    /// use wws_core::xml::Reader;
    /// let mut reader = Reader::text(b"<s:a xmlns:s='urn:s'><b type='s:t'>1</b><c/></s:a>");
    /// reader.read_to_start_element("a", "urn:s")?;
    /// reader.read_start_element()?;
    /// let buffer = reader.read_buffer(usize::MAX)?;
    /// assert_eq!(reader.element().unwrap().local_name().as_str(), "c");
    ///
    /// let mut copy = Reader::buffer(&buffer);
    /// copy.read_to_start_element("b", "")?;
    /// assert_eq!(copy.namespace_from_prefix("s").unwrap().as_str(), "urn:s");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the reader stands neither on BOF nor on an
    /// element.
    /// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): the buffer would be larger than `max_size`; or
    /// [more input is needed](Error::needs_input), in which case the call goes on when it is made again.
    /// Those of [`read_node`](Self::read_node).
    pub fn read_buffer(&mut self, max_size: usize) -> Result<XmlBuffer> {
        let mut copy = match self.resume()? {
            Partial::Copy(copy) => copy,
            _ => {
                self.ready()?;
                let depth = match self.core.kind {
                    NodeType::Bof => 0,
                    NodeType::Element => self.core.scope.depth(),
                    _ => {
                        return Err(Error::operation(
                            "only a document or an element can be copied into a buffer",
                        ));
                    }
                };
                let buffer = XmlBuffer::with_max_size(max_size);
                Box::new(Copy { place: buffer.eof(), buffer, depth, pieces: Pieces::None, has_node: false })
            }
        };
        loop {
            let at_end = match self.core.kind {
                NodeType::EndElement => self.core.scope.depth() == copy.depth,
                kind => kind == NodeType::Eof,
            };
            if !copy.has_node {
                copy.node(self).map_err(|e| self.fail(e))?;
                copy.has_node = true;
            }
            if at_end && copy.depth == 0 {
                return Ok(copy.buffer);
            }
            match self.advance() {
                Ok(_) if at_end => return Ok(copy.buffer),
                Ok(_) => copy.has_node = false,
                Err(e) => {
                    self.partial = Partial::Copy(copy);
                    return Err(e);
                }
            }
        }
    }
}

impl XmlBuffer {
    /// Reads a document in any encoding into a buffer of at most `max_size` bytes. `WsReadXmlBufferFromBytes`.
    ///
    /// ```
    /// use wws_core::xml::{ReaderEncoding, ReaderOptions, buffer::XmlBuffer};
    /// let text = b"<a>1</a>";
    /// let buffer = XmlBuffer::from_bytes(text, ReaderEncoding::text(), ReaderOptions::default(), usize::MAX)?;
    /// assert!(!buffer.is_empty());
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Reader::read_buffer`].
    pub fn from_bytes(
        bytes: &[u8],
        encoding: ReaderEncoding,
        options: ReaderOptions,
        max_size: usize,
    ) -> Result<XmlBuffer> {
        Reader::with_input(encoding, bytes.into()).with_options(options).read_buffer(max_size)
    }
}

impl Copy {
    /// Copies the node that a reader stands on.
    fn node(&mut self, reader: &Reader<'_>) -> Result<()> {
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
        let mut attributes: Vec<NewAttribute<'_>> = element
            .attributes()
            .map(|a| NewAttribute {
                prefix: a.prefix(),
                local_name: a.local_name(),
                namespace: a.namespace(),
                value: if a.is_xmlns() { Text::Utf8("") } else { a.value() },
                single_quote: a.is_single_quoted(),
                is_xmlns: a.is_xmlns(),
            })
            .collect();
        if self.buffer.is_empty() && self.depth > 0 {
            let own = attributes.len();
            for (prefix, ns) in reader.namespaces_in_scope() {
                let declared = |a: &NewAttribute<'_>| a.is_xmlns && a.prefix.as_str() == prefix;
                if !attributes.iter().take(own).any(declared) {
                    attributes.push(NewAttribute::xmlns(prefix, ns));
                }
            }
        }
        let new = NewElement {
            prefix: element.prefix(),
            local_name: element.local_name(),
            namespace: element.namespace(),
            attributes: &attributes,
            is_empty: element.is_empty(),
        };
        let start = self.buffer.insert_element(self.place, &new)?;
        self.enter(start)
    }

    /// Goes on within a container.
    fn enter(&mut self, start: NodePosition) -> Result<()> {
        self.place = self.buffer.end_of(start)?.unwrap_or(self.place);
        Ok(())
    }

    /// Goes on behind the container whose end is the place.
    fn leave(&mut self) -> Result<()> {
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
