//! What a writer has written and not yet handed on: a queue of bytes, shared chunks and sources.
//!
//! Encoders append to one growing buffer. Where large content stands, the queue is *cut*: a chunk that is only
//! referred to, or a source that is asked for its bytes when the queue is flushed. Nothing large is copied.
//!
//! The queue does no I/O. [`Writer::flush`](crate::xml::Writer::flush) detaches what is due as a [`Flush`], which
//! says step by step what a driver has to do; the driver does it and gives the flush back. While user code runs,
//! the writer is not borrowed.

mod destination;
mod flush;
mod framing;

pub use destination::{Destination, FromRead, PullSource, PushSource, Source, ToWrite};
pub use flush::{Flush, Slices, Supply, Want};
pub(crate) use framing::Carry;
pub use framing::{Framed, Framing, Head};

use bytes::Bytes;

/// The queue between an encoder and a destination.
#[derive(Default)]
pub(crate) struct Output {
    /// Everything written and small; encoders append here.
    pub(crate) buffer: Vec<u8>,
    /// What stands between two bytes of the buffer, in order.
    cuts: Vec<Cut>,
    /// Bytes in the chunks that the cuts refer to.
    shared: u64,
    /// Memory of an earlier flush, kept for the next.
    spare: Vec<u8>,
}

/// Content that stands before the byte `at` of the buffer.
pub(crate) struct Cut {
    pub(crate) at: usize,
    pub(crate) item: Item,
}

pub(crate) enum Item {
    Shared(Bytes),
    Source(Box<Supply>),
}

impl Output {
    /// A queue that writes into the memory of `buffer` first.
    pub(crate) fn with_buffer(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        Output { buffer, ..Output::default() }
    }

    /// Bytes in memory: those of the buffer and those referred to.
    #[inline]
    pub(crate) fn len(&self) -> u64 {
        self.buffer.len() as u64 + self.shared
    }

    /// Whether anything stands outside the buffer.
    pub(crate) fn has_cuts(&self) -> bool {
        !self.cuts.is_empty()
    }

    /// Whether a source waits for the flush.
    pub(crate) fn has_sources(&self) -> bool {
        self.cuts.iter().any(|cut| matches!(cut.item, Item::Source(_)))
    }

    /// Puts a chunk into the queue without copying it.
    pub(crate) fn push_shared(&mut self, chunk: Bytes) {
        self.shared += chunk.len() as u64;
        self.cuts.push(Cut { at: self.buffer.len(), item: Item::Shared(chunk) });
    }

    /// Puts a chunk in front of everything.
    pub(crate) fn put_in_front(&mut self, chunk: Bytes) {
        self.shared += chunk.len() as u64;
        self.cuts.insert(0, Cut { at: 0, item: Item::Shared(chunk) });
    }

    /// Puts a source into the queue; its bytes are asked for when the queue is flushed.
    pub(crate) fn push_source(&mut self, source: Source, framing: Framing) {
        let supply = Box::new(Supply::new(source, framing));
        self.cuts.push(Cut { at: self.buffer.len(), item: Item::Source(supply) });
    }

    /// Detaches the first `ready` bytes of the buffer and all cuts within. What stays moves to the front.
    pub(crate) fn detach(&mut self, ready: usize) -> Flush {
        let mut rest = std::mem::take(&mut self.spare);
        rest.clear();
        if let Some(tail) = self.buffer.get(ready..) {
            rest.extend_from_slice(tail);
            self.buffer.truncate(ready);
        }
        let buffer = std::mem::replace(&mut self.buffer, rest);
        // An uncommitted start tag holds no cuts.
        let cuts = std::mem::take(&mut self.cuts);
        self.shared = 0;
        Flush::new(buffer, cuts)
    }

    /// Takes the memory of a finished flush back, at most `keep` bytes of it.
    pub(crate) fn reclaim(&mut self, mut memory: Vec<u8>, keep: usize) {
        memory.clear();
        memory.shrink_to(keep);
        if self.buffer.is_empty() && self.buffer.capacity() < memory.capacity() {
            std::mem::swap(&mut self.buffer, &mut memory);
        }
        if memory.capacity() > self.spare.capacity() {
            self.spare = memory;
        }
    }

    /// Converts the buffer; cuts keep their place.
    pub(crate) fn map_buffer(&mut self, convert: impl Fn(&[u8]) -> Vec<u8>) {
        self.buffer = convert_between(&self.buffer, &mut self.cuts, convert);
    }

    /// Forgets everything; keeps at most `keep` bytes of memory.
    pub(crate) fn clear(&mut self, keep: usize) {
        self.buffer.clear();
        self.buffer.shrink_to(keep);
        self.spare = Vec::new();
        self.cuts.clear();
        self.shared = 0;
    }

    /// The first `ready` bytes and the chunks between them, in order. Sources give nothing.
    pub(crate) fn slices(&self, ready: usize) -> Slices<'_> {
        Slices::new(self.buffer.get(..ready).unwrap_or(&self.buffer), 0, &self.cuts)
    }
}

/// Converts a buffer. Cuts keep their place: each part between them is converted by itself.
fn convert_between(buffer: &[u8], cuts: &mut [Cut], convert: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (mut converted, mut start) = (Vec::new(), 0);
    for cut in cuts {
        converted.append(&mut convert(buffer.get(start..cut.at).unwrap_or_default()));
        start = cut.at;
        cut.at = converted.len();
    }
    converted.append(&mut convert(buffer.get(start..).unwrap_or_default()));
    converted
}
