//! The stream of control messages: pieces with their length in front, cut anywhere.
//!
//! A read of `/dev/cdc-wdm*` returns at most one response but may return only a part of it; a socket returns any run of bytes. Both
//! are parsed as a stream.

use bytes::{Buf, Bytes, BytesMut};

use super::{HEADER_LEN, Header, Malformed, Problem};

/// Cuts a stream of bytes into pieces, each with its header and exactly as long as the header says.
///
/// ```
/// use wws_mbn::wire::{Message, framing::Framer};
///
/// let mut framer = Framer::new(4096);
/// let close = Message::Close.encode(1);
/// framer.feed(&close[..5]);
/// assert_eq!(framer.next_piece()?, None);
/// framer.feed(&close[5..]);
/// assert_eq!(framer.next_piece()?, Some(close));
/// # Ok::<(), wws_mbn::Error>(())
/// ```
#[derive(Debug)]
pub struct Framer {
    limit: usize,
    buffer: BytesMut,
}

impl Framer {
    /// A framer that takes pieces of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, buffer: BytesMut::new() }
    }

    /// Adds bytes that were received.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The buffer behind what was received so far, to read into without a copy. Take pieces out after each read: then it never holds
    /// more than one piece and one read.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// The next whole piece, or `None` if more bytes are needed.
    ///
    /// # Errors
    /// The length in a header is smaller than a header or larger than the limit. Nothing after it can be understood: call
    /// [`reset`](Self::reset) or drop the connection. Until then the error stays.
    pub fn next_piece(&mut self) -> Result<Option<Bytes>, Malformed> {
        let piece = self.peek_piece()?;
        if let Some(piece) = &piece {
            self.buffer.advance(piece.len());
        }
        Ok(piece)
    }

    /// The next whole piece, which stays the next.
    ///
    /// # Errors
    /// As [`next_piece`](Self::next_piece).
    pub fn peek_piece(&self) -> Result<Option<Bytes>, Malformed> {
        let Ok(header) = Header::decode(&self.buffer) else { return Ok(None) };
        let length = header.length as usize;
        if !(HEADER_LEN..=self.limit).contains(&length) {
            let problem = Problem::Length { said: header.length, found: self.buffer.len() };
            return Err(Malformed { structure: "Header", field: "MessageLength", problem });
        }
        // A copy, so that a small message that is kept does not keep a large read buffer alive.
        Ok(self.buffer.get(..length).map(Bytes::copy_from_slice))
    }

    /// Drops what was received and not taken.
    pub fn reset(&mut self) {
        self.buffer.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Message, Open};

    #[test]
    fn a_length_that_cannot_be_is_an_error_until_reset() {
        for length in [0u32, 11, 65, u32::MAX] {
            let mut framer = Framer::new(64);
            framer.feed(&[2, 0, 0, 0]);
            framer.feed(&length.to_le_bytes());
            assert_eq!(framer.next_piece(), Ok(None));
            framer.feed(&[0; 4]);
            assert!(framer.next_piece().is_err(), "{length}");
            assert!(framer.next_piece().is_err(), "{length}");
            framer.reset();
            framer.feed(&Message::Close.encode(1));
            assert!(framer.next_piece().unwrap().is_some());
        }
    }

    proptest! {
        #[test]
        fn any_cut_of_the_stream_gives_the_same_pieces(cuts in prop::collection::vec(1usize..40, 1..40)) {
            let messages: Vec<Bytes> = (0..10)
                .map(|id| if id % 2 == 0 { Message::Close.encode(id) } else { Message::Open(Open { max_control_transfer: id }).encode(id) })
                .collect();
            let stream = messages.concat();
            let mut framer = Framer::new(64);
            let (mut at, mut pieces) = (0, Vec::new());
            for cut in cuts.iter().cycle() {
                let end = stream.len().min(at + cut);
                framer.feed(&stream[at..end]);
                while let Some(piece) = framer.next_piece().unwrap() {
                    pieces.push(piece);
                }
                at = end;
                if at == stream.len() { break }
            }
            prop_assert_eq!(pieces, messages);
        }
    }
}
