//! The raw encoding: a document that is nothing but bytes, read as text at top level.

use crate::xml::{
    NodeType,
    decode::{ByteInput, Core, Span, Stop, Strings, Value},
};

/// Reads bytes as they are (`WS_XML_READER_RAW_ENCODING`): in pieces, as they are fed.
#[derive(Debug)]
pub(crate) struct RawDecoder<'a> {
    pub(crate) input: ByteInput<'a>,
}

/// A piece is no longer, so that its length fits.
const PIECE: usize = 1 << 30;

impl<'a> RawDecoder<'a> {
    pub(crate) fn new(input: ByteInput<'a>) -> Self {
        RawDecoder { input }
    }

    pub(crate) fn next(&mut self, core: &mut Core) -> Result<NodeType, Stop> {
        let len = self.input.buffered().min(PIECE);
        if len == 0 && !self.input.is_complete() {
            return Err(Stop::MORE);
        }
        self.input.token = self.input.pos;
        self.input.pos += len;
        Ok(match len {
            0 => core.commit(NodeType::Eof, Value::EMPTY),
            _ => core.commit(NodeType::Text, Value::Bytes(Span::new(0, len))),
        })
    }

    pub(crate) fn strings(&self) -> Strings<'_> {
        Strings { bytes: &self.input.bytes()[self.input.token..], ..Strings::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::xml::{NodeType, Reader, ReaderEncoding, Text};

    #[test]
    fn bytes_come_as_they_are() {
        let mut reader = Reader::with_input(ReaderEncoding::Raw, b"<\0\xFF"[..].into());
        reader.read_node().unwrap();
        assert_eq!(reader.node().text(), Some(Text::Bytes(b"<\0\xFF")));
        assert_eq!(reader.read_node().unwrap(), NodeType::Eof);
    }

    #[test]
    fn a_stream_is_read_as_it_is_fed() {
        let mut reader = Reader::stream(ReaderEncoding::Raw);
        let mut out = [0; 8];
        assert!(reader.read_bytes(&mut out).unwrap_err().needs_input());
        reader.feed(b"abc");
        assert_eq!(reader.read_bytes(&mut out[..2]).unwrap(), 2);
        assert_eq!(reader.read_bytes(&mut out[2..]).unwrap(), 1);
        reader.end_of_input();
        assert_eq!(reader.read_bytes(&mut out[3..]).unwrap(), 0);
        assert_eq!(&out[..3], b"abc");
    }
}
