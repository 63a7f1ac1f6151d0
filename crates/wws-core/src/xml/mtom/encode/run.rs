//! Byte content that waits: for its length to be known, and then as a part for the end of the document.

use bytes::Bytes;

use crate::{
    Result,
    xml::{
        mtom::store::{Extent, SharedStore, Spool, read_some},
        output::{Destination, Framing, Output, PushSource, Source},
        text::encode::TextEncoder,
    },
};
use std::io::IoSlice;

/// Byte content of one element, from one call or several.
#[derive(Default)]
pub(super) struct Run {
    /// All of it, as long as it may be inline.
    small: Vec<u8>,
    /// Otherwise its pieces.
    pieces: Vec<Piece>,
    /// Bytes in both.
    len: u64,
    /// It is a part however short: it was pushed.
    is_part: bool,
    /// A piece of it is not known before the flush.
    is_deferred: bool,
}

/// A piece of a part.
pub(super) enum Piece {
    /// Copied: the caller's memory was only lent.
    Spooled(Extent),
    /// Copied, and not counted: the document itself stays in memory.
    Copied(Vec<u8>),
    Shared(Bytes),
    Source(Source),
}

/// A part that an `xop:Include` was written for.
pub(super) struct Part {
    pub(super) id: String,
    pub(super) pieces: Vec<Piece>,
}

impl Run {
    /// Whether it is to be a part, if it can be one.
    pub(super) fn is_part(&self, max_inline: u64) -> bool {
        self.is_part || self.len > max_inline
    }

    /// Whether it can be nothing but a part.
    pub(super) fn is_deferred(&self) -> bool {
        self.is_deferred
    }

    /// Makes it a part, however short it is. What is added is not counted from now on.
    pub(super) fn begin_part(&mut self) {
        self.is_part = true;
        self.keep_small();
    }

    /// Adds bytes that are only lent.
    pub(super) fn add(&mut self, bytes: &[u8], max_inline: u64, spool: &mut Spool) -> Result<()> {
        self.len += bytes.len() as u64;
        if self.is_part && !self.is_deferred {
            match self.pieces.last_mut() {
                Some(Piece::Copied(copy)) => copy.extend_from_slice(bytes),
                _ => self.pieces.push(Piece::Copied(bytes.to_vec())),
            }
            return Ok(());
        }
        if self.pieces.is_empty() && self.len <= max_inline {
            self.small.extend_from_slice(bytes);
            return Ok(());
        }
        self.spool_small(spool)?;
        self.spool(bytes, spool)
    }

    /// Adds bytes that need no copy.
    pub(super) fn add_shared(&mut self, bytes: Bytes, max_inline: u64, spool: &mut Spool) -> Result<()> {
        if self.pieces.is_empty() && self.len + bytes.len() as u64 <= max_inline {
            return self.add(&bytes, max_inline, spool);
        }
        self.spool_small(spool)?;
        self.len += bytes.len() as u64;
        self.pieces.push(Piece::Shared(bytes));
        Ok(())
    }

    /// Adds bytes that will be asked for when the writer is flushed.
    pub(super) fn add_source(&mut self, source: Source, spool: &mut Spool) -> Result<()> {
        self.spool_small(spool)?;
        self.is_part = true;
        self.is_deferred = true;
        self.pieces.push(Piece::Source(source));
        Ok(())
    }

    /// The pieces of a part.
    pub(super) fn into_pieces(mut self) -> Vec<Piece> {
        self.keep_small();
        self.pieces
    }

    /// Writes the content as base64 after all.
    pub(super) fn write_inline(
        self,
        text: &mut TextEncoder,
        out: &mut Output,
        spool: &mut Spool,
    ) -> Result<()> {
        let mut buffer = Vec::new();
        let mut spooled_from = None;
        for piece in self.into_pieces() {
            match piece {
                Piece::Copied(bytes) => text.bytes(out, &bytes),
                Piece::Shared(bytes) => text.bytes(out, &bytes),
                Piece::Source(_) => {}
                Piece::Spooled(mut extent) => {
                    spooled_from.get_or_insert(extent.start);
                    buffer.resize(CHUNK, 0);
                    while extent.len > 0 {
                        let count = spool.read(extent, &mut buffer)?;
                        text.bytes(out, &buffer[..count]);
                        extent = extent.skip(count as u64);
                    }
                }
            }
        }
        text.end_bytes(out);
        if let Some(start) = spooled_from {
            spool.rewind(start);
        }
        Ok(())
    }

    /// What is small comes first: it is only ever added to while there is no other piece.
    fn keep_small(&mut self) {
        if !self.small.is_empty() {
            self.pieces.push(Piece::Copied(std::mem::take(&mut self.small)));
        }
    }

    fn spool_small(&mut self, spool: &mut Spool) -> Result<()> {
        let small = std::mem::take(&mut self.small);
        if small.is_empty() { Ok(()) } else { self.spool(&small, spool) }
    }

    fn spool(&mut self, bytes: &[u8], spool: &mut Spool) -> Result<()> {
        let start = spool.len();
        spool.append(bytes)?;
        match self.pieces.last_mut() {
            Some(Piece::Spooled(extent)) if extent.start + extent.len == start => {
                extent.len += bytes.len() as u64
            }
            _ => self.pieces.push(Piece::Spooled(Extent { start, len: bytes.len() as u64 })),
        }
        Ok(())
    }
}

impl Part {
    /// Puts the content into the queue, uncopied where it can be: `memory` is what the spool had there.
    pub(super) fn write(self, out: &mut Output, memory: &Bytes, spilled: &Spilled) -> Result<()> {
        for piece in self.pieces {
            match piece {
                Piece::Copied(bytes) => out.push_shared(bytes.into()),
                Piece::Shared(bytes) => out.push_shared(bytes),
                Piece::Source(source) => out.push_source(source, Framing::plain()),
                Piece::Spooled(extent) => {
                    let end = memory.len() as u64;
                    let here = end.saturating_sub(extent.start).min(extent.len);
                    if here > 0 {
                        let start = extent.start as usize;
                        out.push_shared(memory.slice(start..start + here as usize));
                    }
                    let rest = extent.skip(here);
                    if rest.len > 0 {
                        spilled.write(out, Extent { start: rest.start - end, len: rest.len })?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Bytes in the caller's store, and how they get out of it.
pub(super) struct Spilled {
    pub(super) store: Option<SharedStore>,
    /// The output takes sources; otherwise all is to be in memory.
    pub(super) is_stream: bool,
}

impl Spilled {
    fn write(&self, out: &mut Output, extent: Extent) -> Result<()> {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let mut stored = Stored { store, extent };
        if self.is_stream {
            out.push_source(Source::push(stored), Framing::plain());
            return Ok(());
        }
        let mut bytes = Vec::new();
        stored.push(&mut bytes)?;
        out.push_shared(bytes.into());
        Ok(())
    }
}

/// Bytes in a store, read back when the writer is flushed.
struct Stored {
    store: SharedStore,
    extent: Extent,
}

impl PushSource for Stored {
    fn push(&mut self, to: &mut dyn Destination) -> Result<()> {
        let mut buffer = vec![0; CHUNK];
        while self.extent.len > 0 {
            let wanted = usize::try_from(self.extent.len).unwrap_or(CHUNK).min(CHUNK);
            let count = read_some(&mut self.store, self.extent.start, &mut buffer[..wanted])?;
            to.write_all(&[IoSlice::new(&buffer[..count])])?;
            self.extent = self.extent.skip(count as u64);
        }
        Ok(())
    }
}

/// Bytes that are read back at a time.
const CHUNK: usize = 64 << 10;
