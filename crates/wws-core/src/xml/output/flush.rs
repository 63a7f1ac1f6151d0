//! One flush, detached from its writer: what to do next, until nothing is left.

use super::{Cut, Destination, Framed, Framing, Item, Source};
use crate::{Error, Result};
use bytes::Bytes;
use std::io::IoSlice;

/// What a writer has ready, on its way to a destination; [`Writer::flush`](crate::xml::Writer::flush) makes one.
///
/// Do what [`want`](Flush::want) says, call [`advance`](Flush::advance), until it says [`Want::Done`]; then give it
/// back with [`Writer::flushed`](crate::xml::Writer::flushed). [`run`](Flush::run) is that loop.
#[derive(Default)]
pub struct Flush {
    buffer: Vec<u8>,
    cuts: Vec<Cut>,
    /// The place in the buffer that is reached, and the first cut that is not.
    at: usize,
    cut: usize,
}

/// What a driver has to do next.
pub enum Want<'a> {
    /// Hand all of these slices to the destination, in one vectored write if it can.
    Send(Slices<'a>),
    /// Ask the source for its bytes and hand each piece on, framed.
    Supply(&'a mut Supply),
    /// Nothing: give the flush back to its writer.
    Done,
}

impl Flush {
    pub(super) fn new(buffer: Vec<u8>, cuts: Vec<Cut>) -> Self {
        Flush { buffer, cuts, at: 0, cut: 0 }
    }

    /// Converts the buffer.
    pub(crate) fn map_buffer(mut self, convert: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let buffer = super::convert_between(&self.buffer, &mut self.cuts, convert);
        Flush::new(buffer, self.cuts)
    }

    /// What to do now. Asking twice gives the same answer.
    pub fn want(&mut self) -> Want<'_> {
        let (cut, at) = self.next_source();
        if cut > self.cut || at > self.at {
            let cuts = self.cuts.get(self.cut..cut).unwrap_or_default();
            return Want::Send(Slices::new(self.buffer.get(self.at..at).unwrap_or_default(), self.at, cuts));
        }
        match self.cuts.get_mut(self.cut) {
            Some(Cut { item: Item::Source(supply), .. }) => Want::Supply(supply),
            _ => Want::Done,
        }
    }

    /// Says that what [`want`](Flush::want) asked for is done.
    pub fn advance(&mut self) {
        let (cut, at) = self.next_source();
        if cut > self.cut || at > self.at {
            // Chunks that were sent are released now, not when the flush ends.
            for sent in &mut self.cuts[self.cut..cut] {
                sent.item = Item::Shared(Bytes::new());
            }
            (self.cut, self.at) = (cut, at);
        } else if self.cut < self.cuts.len() {
            self.cut += 1;
        }
    }

    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.cut == self.cuts.len() && self.at == self.buffer.len()
    }

    /// Whether any of its bytes come from sources, so that nobody knows yet how many there are.
    pub fn has_sources(&self) -> bool {
        self.cuts.get(self.cut..).unwrap_or_default().iter().any(|cut| matches!(cut.item, Item::Source(_)))
    }

    /// Takes everything up to the next source out, as chunks with a reference count: shared ones as they are, and the
    /// writer's own memory, which it does not get back then unless it was little.
    pub fn take_chunks(&mut self) -> Vec<Bytes> {
        /// Up to here a copy is cheaper than new memory for the next document.
        const LITTLE: usize = 8 << 10;
        let (end_cut, end) = self.next_source();
        let own = match end - self.at {
            size if size <= LITTLE => {
                Bytes::copy_from_slice(self.buffer.get(self.at..end).unwrap_or_default())
            }
            _ => {
                let rest = self.buffer.split_off(end);
                let taken = Bytes::from(std::mem::replace(&mut self.buffer, rest));
                for cut in self.cuts.get_mut(end_cut..).unwrap_or_default() {
                    cut.at -= end;
                }
                let own = taken.slice(self.at..);
                return self.chunks_between(own, end_cut, 0);
            }
        };
        self.chunks_between(own, end_cut, end)
    }

    /// The octets of `own`, which began at the present place, with the chunks of the cuts between. Goes on at `next`.
    fn chunks_between(&mut self, own: Bytes, end_cut: usize, next: usize) -> Vec<Bytes> {
        let (base, mut start, mut chunks) = (self.at, 0, Vec::new());
        for cut in self.cuts.get_mut(self.cut..end_cut).unwrap_or_default() {
            let at = cut.at - base;
            if at > start {
                chunks.push(own.slice(start..at));
                start = at;
            }
            if let Item::Shared(chunk) = &mut cut.item {
                chunks.push(std::mem::take(chunk));
            }
        }
        if start < own.len() {
            chunks.push(own.slice(start..));
        }
        (self.cut, self.at) = (end_cut, next);
        chunks
    }

    /// Carries the whole flush out: a loop over [`want`](Flush::want).
    ///
    /// # Errors
    /// Those of the destination and of the sources; [`InvalidOperation`](crate::ErrorCode::InvalidOperation) if a
    /// source is a [`Source::Token`], which only its driver understands.
    pub fn run(&mut self, destination: &mut dyn Destination) -> Result<()> {
        loop {
            match self.want() {
                Want::Send(slices) => destination.write_all(&slices.to_io_slices())?,
                Want::Supply(supply) => supply.run(destination)?,
                Want::Done => return Ok(()),
            }
            self.advance();
        }
    }

    pub(crate) fn into_memory(self) -> Vec<u8> {
        self.buffer
    }

    /// The next source that was not reached: its cut and its place; or the end.
    fn next_source(&self) -> (usize, usize) {
        let rest = self.cuts.get(self.cut..).unwrap_or_default();
        match rest.iter().position(|cut| matches!(cut.item, Item::Source(_))) {
            Some(i) => (self.cut + i, rest[i].at),
            None => (self.cuts.len(), self.buffer.len()),
        }
    }
}

impl std::fmt::Debug for Flush {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let left = (self.buffer.len() - self.at, self.cuts.len() - self.cut);
        f.debug_struct("Flush").field("bytes and cuts left", &left).finish()
    }
}

/// Bytes in several pieces that follow each other.
#[derive(Clone)]
pub struct Slices<'a> {
    buffer: &'a [u8],
    /// The place of the first byte of `buffer`, in the count of the cuts.
    base: usize,
    cuts: &'a [Cut],
    /// The chunk of the cut whose bytes come next, if its turn has come.
    chunk: &'a [u8],
}

impl<'a> Slices<'a> {
    pub(super) fn new(buffer: &'a [u8], base: usize, cuts: &'a [Cut]) -> Self {
        Slices { buffer, base, cuts, chunk: &[] }
    }

    /// All pieces, as a vectored write takes them.
    pub fn to_io_slices(&self) -> Vec<IoSlice<'a>> {
        self.clone().map(IoSlice::new).collect()
    }

    /// How many bytes they are together.
    pub fn byte_count(&self) -> u64 {
        self.clone().map(|slice| slice.len() as u64).sum()
    }
}

impl<'a> Iterator for Slices<'a> {
    type Item = &'a [u8];

    /// The next piece that is not empty.
    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let chunk = std::mem::take(&mut self.chunk);
            if !chunk.is_empty() {
                return Some(chunk);
            }
            let Some((cut, cuts)) = self.cuts.split_first() else {
                let rest = std::mem::take(&mut self.buffer);
                return (!rest.is_empty()).then_some(rest);
            };
            self.cuts = cuts;
            let (before, after) =
                self.buffer.split_at_checked(cut.at - self.base).unwrap_or((self.buffer, &[]));
            (self.buffer, self.base) = (after, cut.at);
            if let Item::Shared(chunk) = &cut.item {
                self.chunk = chunk;
            }
            if !before.is_empty() {
                return Some(before);
            }
        }
    }
}

/// A source whose turn has come, and how its bytes are framed.
#[derive(Debug)]
pub struct Supply {
    /// Who gives the bytes.
    pub source: Source,
    /// What stands around each piece. Call [`Framing::finish`] after the last one.
    pub framing: Framing,
}

impl Supply {
    pub(super) fn new(source: Source, framing: Framing) -> Self {
        Supply { source, framing }
    }

    /// Asks the source and hands its pieces on, uncopied.
    ///
    /// # Errors
    /// Those of the source and of the destination; `InvalidOperation` for a [`Source::Token`].
    pub fn run(&mut self, destination: &mut dyn Destination) -> Result<()> {
        let mut framed = Framed::new(&mut self.framing, destination);
        match &mut self.source {
            Source::Push(source) => source.push(&mut framed)?,
            Source::Token(token) => {
                let text =
                    format!("source {token} belongs to another driver: flush with the one that made it");
                return Err(Error::operation(text));
            }
        }
        framed.finish()
    }
}
