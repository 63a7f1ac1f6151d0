//! Reading an [`XmlBuffer`](crate::xml::buffer::XmlBuffer): positions and moves (WWSAPI G).

use super::{Reader, ReaderOptions, decoder::Decoder};
use crate::{
    Error, Result,
    xml::{
        buffer::{BufferSource, MoveTo, NodePosition, decode::BufferDecoder},
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

#[cold]
fn no_buffer() -> Error {
    Error::operation("only a reader of an XML buffer has positions; set_input_to_buffer comes first")
}
