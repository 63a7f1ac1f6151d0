//! Input that is fed: room for bytes, bytes taken, the end (WWSAPI E.1).

use super::Reader;
use crate::Result;

impl Reader<'_> {
    /// Room for at least `min` bytes more of a stream; empty if the input is in memory. Say with
    /// [`commit`](Self::commit) how many were put there.
    ///
    /// ```
    /// use wws_core::xml::{Reader, ReaderEncoding};
    /// let mut reader = Reader::stream(ReaderEncoding::text());
    /// assert!(reader.read_node().unwrap_err().needs_input());
    /// reader.spare(16)[..4].copy_from_slice(b"<a/>");
    /// reader.commit(4);
    /// reader.read_node()?;
    /// assert_eq!(reader.element().unwrap().local_name().as_str(), "a");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    pub fn spare(&mut self, min: usize) -> &mut [u8] {
        self.decoder.spare(min)
    }

    /// `n` bytes were put into the room that [`spare`](Self::spare) gave.
    pub fn commit(&mut self, n: usize) {
        self.decoder.commit(n);
    }

    /// The stream has no more bytes.
    pub fn end_of_input(&mut self) {
        self.decoder.end();
    }

    /// Copies bytes into a stream: [`spare`](Self::spare) and [`commit`](Self::commit).
    pub fn feed(&mut self, bytes: &[u8]) {
        let room = self.spare(bytes.len());
        let n = room.len().min(bytes.len());
        room[..n].copy_from_slice(&bytes[..n]);
        self.commit(n);
    }

    /// Bytes that are there and not yet read. `WsFillReader` has nothing to do when they are enough.
    pub fn buffered(&self) -> usize {
        self.decoder.buffered()
    }

    /// Reads from `source` until at least `min` bytes are there, or its end: how many bytes were read.
    ///
    /// ```
    /// use wws_core::xml::{NodeType, Reader, ReaderEncoding};
    /// let mut source: &[u8] = b"<a>text</a>";
    /// let mut reader = Reader::stream(ReaderEncoding::text());
    /// let mut nodes = Vec::new();
    /// while nodes.last() != Some(&NodeType::Eof) {
    ///     match reader.read_node() {
    ///         Err(e) if e.needs_input() => drop(reader.fill_from(&mut source, reader.buffered() + 1)?),
    ///         node => nodes.push(node?),
    ///     }
    /// }
    /// assert_eq!(nodes, [NodeType::Element, NodeType::Text, NodeType::EndElement, NodeType::Eof]);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `source`; what it gave before is kept.
    pub fn fill_from(&mut self, source: &mut impl std::io::Read, min: usize) -> Result<usize> {
        let piece = self.core.options.stream_buffer_size.max(1) as usize;
        let mut read = 0;
        while self.buffered() < min {
            let missing = min - self.buffered();
            let room = self.spare(missing.clamp(piece, MAX_PIECE.max(piece)));
            if room.is_empty() {
                break;
            }
            match source.read(room) {
                Ok(0) => {
                    self.end_of_input();
                    break;
                }
                Ok(n) => {
                    self.commit(n);
                    read += n;
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(read)
    }
}

/// However many bytes are asked for, memory grows as they come.
const MAX_PIECE: usize = 64 << 10;
