//! Bytes of memory or of a stream that is fed, for the encodings that are not text.

use crate::Place;

/// Bytes, and how far they were read.
#[derive(Debug)]
pub(crate) struct ByteInput<'a> {
    source: Source<'a>,
    /// Where the present token starts.
    pub(crate) token: usize,
    /// Where the next token starts.
    pub(crate) pos: usize,
    /// Bytes of the input before the first one that is held.
    before: u64,
}

#[derive(Debug)]
enum Source<'a> {
    Memory(&'a [u8]),
    Stream {
        /// A buffer that is used to `filled`.
        buffer: Vec<u8>,
        filled: usize,
        ended: bool,
    },
}

impl<'a> ByteInput<'a> {
    pub(crate) fn memory(bytes: &'a [u8]) -> Self {
        ByteInput { source: Source::Memory(bytes), token: 0, pos: 0, before: 0 }
    }

    pub(crate) fn stream() -> Self {
        let source = Source::Stream { buffer: Vec::new(), filled: 0, ended: false };
        ByteInput { source, token: 0, pos: 0, before: 0 }
    }

    /// The bytes that are there.
    #[inline(always)]
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.source {
            Source::Memory(bytes) => bytes,
            Source::Stream { buffer, filled, .. } => &buffer[..*filled],
        }
    }

    /// The bytes, if they are in memory and stay there.
    #[inline]
    pub(crate) fn as_memory(&self) -> Option<&'a [u8]> {
        match self.source {
            Source::Memory(bytes) => Some(bytes),
            Source::Stream { .. } => None,
        }
    }

    /// Whether no more bytes will come.
    #[inline]
    pub(crate) fn is_complete(&self) -> bool {
        match self.source {
            Source::Memory(_) => true,
            Source::Stream { ended, .. } => ended,
        }
    }

    /// Room for at least `min` bytes; what was read makes room.
    pub(crate) fn spare(&mut self, min: usize) -> &mut [u8] {
        let Source::Stream { buffer, filled, .. } = &mut self.source else { return &mut [] };
        let read = self.token.min(*filled);
        // Moving costs no more than was read since the last time.
        if read > 0 && read >= *filled - read {
            buffer.copy_within(read..*filled, 0);
            *filled -= read;
            self.token -= read;
            self.pos -= read;
            self.before += read as u64;
        }
        if buffer.len() < *filled + min {
            buffer.resize(*filled + min, 0);
        }
        &mut buffer[*filled..]
    }

    pub(crate) fn commit(&mut self, n: usize) {
        if let Source::Stream { buffer, filled, .. } = &mut self.source {
            *filled = buffer.len().min(*filled + n);
        }
    }

    pub(crate) fn end(&mut self) {
        if let Source::Stream { ended, .. } = &mut self.source {
            *ended = true;
        }
    }

    /// Goes on at `end`, as if the tokens before it had been read.
    #[inline]
    pub(crate) fn skip_to(&mut self, end: usize) {
        self.token = self.pos;
        self.pos = end;
    }

    /// Bytes that are there and not read.
    pub(crate) fn buffered(&self) -> usize {
        self.bytes().len() - self.pos
    }

    /// The place of a byte that is held.
    pub(crate) fn place(&self, at: usize) -> Place {
        Place { offset: self.before + at as u64, ..Place::default() }
    }
}
