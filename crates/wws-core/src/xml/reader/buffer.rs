//! Reading an [`XmlBuffer`], with positions and moves, and reading into one (WWSAPI G).

use super::{Reader, ReaderEncoding, ReaderOptions, content::Partial, copy::Copy, decoder::Decoder};
use crate::{
    Error, Result,
    xml::{
        NodeType,
        buffer::{BufferSource, MoveTo, NodePosition, XmlBuffer, decode::BufferDecoder},
        decode::Bad,
    },
};

impl<'a> Reader<'a> {
    /// Reads a buffer, from its start.
    ///
    /// ```
    /// use wws_core::xml::{NodeType, Reader, Text, buffer::{MoveTo, NewElement, XmlBuffer}};
    /// let mut buffer = XmlBuffer::new();
    /// let order = buffer.insert_element(buffer.eof(), &NewElement::new("order", ""))?;
    /// buffer.insert_text(buffer.end_of(order)?.unwrap(), Text::Int32(42))?;
    ///
    /// let mut reader = Reader::buffer(&buffer);
    /// assert_eq!(reader.read_element_value::<i32>("order", "")?, 42);
    /// assert_eq!(reader.move_to(MoveTo::RootElement)?, true);
    /// assert_eq!(reader.position()?, order);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    pub fn buffer(buffer: impl Into<BufferSource<'a>>) -> Self {
        let mut reader = Self::new(ReaderOptions::default());
        reader.set_input_to_buffer(buffer);
        reader
    }

    /// Starts with another document, which is a buffer; keeps options. `WsSetInputToBuffer`.
    pub fn set_input_to_buffer(&mut self, buffer: impl Into<BufferSource<'a>>) {
        self.forget();
        self.decoder = Decoder::Buffer(Box::new(BufferDecoder::new(buffer.into())));
    }

    /// The position of the present node. `WsGetReaderPosition`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the reader reads no buffer, or the node was
    /// removed.
    pub fn position(&self) -> Result<NodePosition> {
        self.buffer_decoder()?.position(&self.core)
    }

    /// Stands on another node of the buffer. `WsSetReaderPosition`. A reader whose node was removed reads on
    /// from there; one that failed for another reason still fails.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the reader reads no buffer, stands in an
    /// attribute, or is being canonicalized, or the node was removed.
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the position belongs to another buffer.
    /// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): the node stands deeper than
    /// [`max_depth`](ReaderOptions::max_depth).
    pub fn set_position(&mut self, to: NodePosition) -> Result<()> {
        self.ready()?;
        self.may_move()?;
        let Decoder::Buffer(decoder) = &mut self.decoder else { return Err(no_buffer()) };
        self.consumed = 0;
        match decoder.set_position(&mut self.core, to) {
            Ok(()) => Ok(()),
            Err(bad) => Err(self.bad_position(bad)),
        }
    }

    /// Goes from the present node to another; false, without going anywhere, if there is no such node.
    /// `WsMoveReader` with `found`.
    ///
    /// # Errors
    /// As [`set_position`](Self::set_position).
    pub fn move_to(&mut self, to: MoveTo) -> Result<bool> {
        self.ready()?;
        self.may_move()?;
        match self.buffer_decoder()?.find(&self.core, to)? {
            Some(position) => self.set_position(position).map(|()| true),
            None => Ok(false),
        }
    }

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
                Box::new(Copy::new(XmlBuffer::with_max_size(max_size), depth))
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

    fn buffer_decoder(&self) -> Result<&BufferDecoder<'a>> {
        match &self.decoder {
            Decoder::Buffer(decoder) => Ok(decoder),
            _ => Err(no_buffer()),
        }
    }

    /// A position that is not there changes nothing; other failures last.
    #[cold]
    fn bad_position(&mut self, bad: Bad) -> Error {
        match bad.error.is_misuse() {
            true => bad.error,
            false => self.bad(bad),
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

#[cold]
fn no_buffer() -> Error {
    Error::operation("only a reader of an XML buffer has positions; set_input_to_buffer comes first")
}
