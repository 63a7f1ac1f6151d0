//! An MTOM message that streams in: the root part as it comes, other parts when they are included.
//!
//! Microsoft's reader wants the root part first and the others in the order of their references (remarks on
//! `WS_XML_READER_MTOM_ENCODING`); in that order nothing is put aside here. Parts in any other order wait in a
//! [`Spool`].

use std::{collections::HashMap, ops::Range};

use super::{
    feed,
    part::{
        Framed, Part, Root, missing_part, missing_root, read_message_header, root_included, second_include,
        second_part,
    },
};
use crate::{
    Error, Result,
    xml::{
        decode::ReaderOptions,
        mtom::{
            mime::{self, Event, HeaderBlock, Headers, Limits, Splitter, TransferDecoder, TransferEncoding},
            store::{Extent, SharedStore, Spool},
        },
        text::input::TextInput,
    },
};

/// What a call came to, unless it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// More input is needed.
    More,
    Done,
}

/// A message of which only a window is in memory.
#[derive(Debug)]
pub(super) struct Stream {
    raw: Raw,
    framing: Framing,
    limits: Limits,
    /// The content id of the root part; empty: the first part is the root.
    start: String,
    /// The part whose bytes come next.
    open: Open,
    decoder: TransferDecoder,
    ids: HashMap<Box<str>, Known>,
    spool: Spool,
    /// What the headers of the root part say, once they were read.
    root: Option<Root>,
    /// All its bytes were handed out or are in the tail.
    is_root_ended: bool,
    /// Bytes of the root part that wait behind those that were handed out.
    root_tail: Extent,
    max_root_size: usize,
    /// Where the included bytes come from.
    source: Source,
    piece: Piece,
    scratch: Vec<u8>,
}

/// Input that is not dealt with: `buffer[start..filled]`.
#[derive(Debug, Default)]
struct Raw {
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    ended: bool,
    /// Memory that the input was in before.
    held: Vec<u8>,
}

#[derive(Debug)]
enum Framing {
    Unread,
    /// The header of the message comes first.
    Header(HeaderBlock),
    Parts(Box<Splitter>),
    /// It ended at that byte.
    Ended(u64),
}

#[derive(Debug, PartialEq, Eq)]
enum Open {
    Root,
    /// Put aside under this id; its bytes begin there in the spool.
    Waiting(Box<str>, Waiting),
    /// The part that is being included.
    Included,
    /// Nobody can ask for it.
    Dropped,
}

#[derive(Clone, Copy, Debug)]
enum Known {
    Root,
    Waiting(Waiting),
    /// Included already.
    Taken,
}

/// A part that was put aside as it came, its transfer encoding still on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiting {
    extent: Extent,
    encoding: TransferEncoding,
    /// Where its bytes start in the message.
    offset: u64,
}

#[derive(Debug)]
enum Source {
    /// The open part of the stream.
    Live,
    Spooled(Waiting, TransferDecoder),
    Ended,
}

/// Where the bytes of a piece lie.
#[derive(Clone, Debug)]
enum Piece {
    Raw(Range<usize>),
    /// In the memory that the input was in before.
    Held(Range<usize>),
    Scratch,
}

/// What came next in the stream.
enum Step {
    More,
    /// The headers of the root part were read.
    RootStart,
    /// Bytes of it, in `piece`.
    Root,
    RootEnd,
    /// The part that is wanted begins.
    Included,
    /// Bytes of it, in `piece`.
    IncludedBytes,
    IncludedEnd,
    /// The message ends.
    End,
}

impl Stream {
    pub(super) fn new(store: Option<SharedStore>) -> Self {
        Stream {
            raw: Raw::default(),
            framing: Framing::Unread,
            limits: Limits::default(),
            start: String::new(),
            open: Open::Dropped,
            decoder: TransferDecoder::default(),
            ids: HashMap::new(),
            spool: Spool::new("max_waiting_mime_parts_size", store),
            root: None,
            is_root_ended: false,
            root_tail: Extent::default(),
            max_root_size: 0,
            source: Source::Ended,
            piece: Piece::Scratch,
            scratch: Vec::new(),
        }
    }

    /// Takes over the quotas, before the first byte is looked at.
    pub(super) fn set_limits(&mut self, options: &ReaderOptions) {
        self.limits = Limits {
            max_headers_size: options.stream_max_mime_headers_size as usize,
            max_parts: options.max_mime_parts,
        };
        self.spool.set_quota(options.max_waiting_mime_parts_size as usize);
        self.max_root_size = options.stream_max_root_mime_part_size as usize;
    }

    /// Room for at least `min` bytes of input.
    pub(super) fn spare(&mut self, min: usize) -> &mut [u8] {
        let raw = &mut self.raw;
        let rest = raw.start..raw.filled;
        let needed = rest.len() + min;
        if let Piece::Raw(range) = &self.piece {
            // The piece that was handed out last may still be looked at: it stays where it is, and the input goes on in
            // other memory.
            if raw.held.len() < needed {
                raw.held.resize(needed, 0);
            }
            raw.held[..rest.len()].copy_from_slice(&raw.buffer[rest.clone()]);
            std::mem::swap(&mut raw.buffer, &mut raw.held);
            self.piece = Piece::Held(range.clone());
        } else {
            if raw.start > 0 {
                raw.buffer.copy_within(rest.clone(), 0);
            }
            if raw.buffer.len() < needed {
                raw.buffer.resize(needed, 0);
            }
        }
        (raw.start, raw.filled) = (0, rest.len());
        &mut raw.buffer[raw.filled..]
    }

    /// `count` bytes of the spare room were filled.
    pub(super) fn commit(&mut self, count: usize) {
        self.raw.filled = self.raw.buffer.len().min(self.raw.filled + count);
    }

    /// The stream has no more bytes.
    pub(super) fn end(&mut self) {
        self.raw.ended = true;
    }

    /// Bytes that are there and not dealt with.
    pub(super) fn buffered(&self) -> usize {
        self.raw.filled - self.raw.start
    }

    /// How many bytes of the message were dealt with.
    fn offset(&self) -> u64 {
        match &self.framing {
            Framing::Unread | Framing::Header(_) => 0,
            Framing::Parts(splitter) => splitter.offset(),
            Framing::Ended(offset) => *offset,
        }
    }

    /// The bytes of the piece that was found last.
    pub(super) fn piece(&self) -> &[u8] {
        match &self.piece {
            Piece::Raw(range) => self.raw.buffer.get(range.clone()).unwrap_or_default(),
            Piece::Held(range) => self.raw.held.get(range.clone()).unwrap_or_default(),
            Piece::Scratch => &self.scratch,
        }
    }

    /// Reads on until the headers of the root part are there; parts before it are put aside.
    pub(super) fn find_root(&mut self, framed: &Framed) -> Result<Option<&Root>> {
        if let Framing::Unread = self.framing {
            self.framing = match framed {
                Framed::Header => Framing::Header(HeaderBlock::default()),
                Framed::Given(frame) => {
                    frame.start().clone_into(&mut self.start);
                    Framing::Parts(Box::new(Splitter::new(frame.boundary(), self.limits)?))
                }
            };
        }
        while self.root.is_none() {
            match self.advance(None)? {
                Step::More => return Ok(None),
                Step::End => return Err(missing_root(&self.start).at(mime::at(self.offset()))),
                _ => {}
            }
        }
        Ok(self.root.as_ref())
    }

    /// Gives the text more of the root part, or says that it ends.
    pub(super) fn feed_root(&mut self, text: &mut TextInput<'_>) -> Result<Progress> {
        if self.root_tail.len > 0 {
            self.scratch.resize(CHUNK, 0);
            let count = self.spool.read(self.root_tail, &mut self.scratch)?;
            feed(text, &self.scratch[..count]);
            self.root_tail = self.root_tail.skip(count as u64);
            return Ok(Progress::Done);
        }
        while !self.is_root_ended {
            match self.advance(None)? {
                Step::More => return Ok(Progress::More),
                Step::Root => {
                    feed(text, self.piece());
                    return Ok(Progress::Done);
                }
                _ => {}
            }
        }
        text.end();
        Ok(Progress::Done)
    }

    /// Finds the part with the content id, for [`next_piece`](Self::next_piece). What comes before it is put aside; of the root
    /// part the text may buffer up to its quota.
    pub(super) fn include(&mut self, id: &str, text: &mut TextInput<'_>) -> Result<Progress> {
        match self.ids.get_mut(id) {
            Some(known @ &mut Known::Waiting(part)) => {
                *known = Known::Taken;
                self.source = Source::Spooled(part, TransferDecoder::new(part.encoding));
                return Ok(Progress::Done);
            }
            Some(Known::Taken) => return Err(second_include(id)),
            Some(Known::Root) => return Err(root_included(id)),
            None => {}
        }
        loop {
            match self.advance(Some(id))? {
                Step::More => return Ok(Progress::More),
                Step::Root => self.hold_root(text)?,
                Step::Included => {
                    self.source = Source::Live;
                    return Ok(Progress::Done);
                }
                Step::End => return Err(missing_part(id)),
                _ => {}
            }
        }
    }

    /// Finds the next bytes of the included part: whether there are any.
    pub(super) fn next_piece(&mut self) -> Result<(Progress, bool)> {
        let found = match &mut self.source {
            Source::Ended => false,
            Source::Spooled(part, decoder) => {
                self.piece = Piece::Scratch;
                read_waiting(part, decoder, &mut self.spool, &mut self.scratch)?
            }
            Source::Live => loop {
                match self.advance(None)? {
                    Step::More => return Ok((Progress::More, false)),
                    Step::IncludedBytes => break true,
                    Step::IncludedEnd | Step::End => break false,
                    _ => {}
                }
            },
        };
        if !found {
            self.source = Source::Ended;
        }
        Ok((Progress::Done, found))
    }

    /// The document has ended: nothing can be included any more. Reads the message to its end.
    pub(super) fn drain(&mut self) -> Result<Progress> {
        loop {
            if let Open::Waiting(..) = self.open {
                self.open = Open::Dropped;
            }
            match self.step(None, true)? {
                Some(Step::More) => return Ok(Progress::More),
                Some(Step::End) => return Ok(Progress::Done),
                _ => {}
            }
        }
    }

    /// The document goes on, but a part behind it is needed first.
    fn hold_root(&mut self, text: &mut TextInput<'_>) -> Result<()> {
        let len = self.piece().len();
        if self.root_tail.len == 0 && text.buffered() + len <= self.max_root_size {
            feed(text, self.piece());
            return Ok(());
        }
        if !self.spool.has_store() {
            return Err(Error::quota(format!(
                "the root part must be buffered up to the part that is included, and has more than \
                 stream_max_root_mime_part_size = {} bytes left; raise it or give a store to spill to",
                self.max_root_size
            )));
        }
        if self.root_tail.len == 0 {
            self.root_tail.start = self.spool.len();
        }
        self.root_tail.len += len as u64;
        let Stream { spool, raw, scratch, piece, .. } = self;
        spool.append(piece_of(piece, raw, scratch))
    }

    fn advance(&mut self, wanted: Option<&str>) -> Result<Step> {
        loop {
            if let Some(step) = self.step(wanted, false)? {
                return Ok(step);
            }
        }
    }

    /// One event of the message; `None` if it concerns only parts that wait or are dropped.
    fn step(&mut self, wanted: Option<&str>, is_last: bool) -> Result<Option<Step>> {
        let Raw { buffer, start, filled, ended, .. } = &mut self.raw;
        let window = &buffer[*start..*filled];
        let splitter = match &mut self.framing {
            Framing::Unread | Framing::Ended(_) => return Ok(Some(Step::End)),
            Framing::Header(block) => {
                let Some(length) = block.find_end(window, *ended, self.limits.max_headers_size, 0)? else {
                    return Ok(Some(Step::More));
                };
                let frame = read_message_header(&window[..length])?;
                frame.start().clone_into(&mut self.start);
                let splitter = Splitter::new(frame.boundary(), self.limits)?.with_offset(length as u64);
                *start += length;
                self.framing = Framing::Parts(Box::new(splitter));
                return Ok(None);
            }
            Framing::Parts(splitter) => splitter,
        };
        let at = splitter.offset();
        let step = splitter.step(window, *ended)?;
        *start += step.consumed;
        match step.event {
            None => Ok(Some(Step::More)),
            Some(Event::PartStart(headers)) => {
                let body = splitter.offset();
                let place = mime::at(headers.offset());
                self.part_start(&headers, body, wanted, is_last).map_err(|e| e.at(place))
            }
            Some(Event::Body(bytes)) => {
                if self.decoder.is_identity() || !self.open.is_read() {
                    self.piece = Piece::Raw(*start - bytes.len()..*start);
                } else {
                    self.scratch.clear();
                    self.decoder.decode(bytes, at, &mut self.scratch)?;
                    self.piece = Piece::Scratch;
                }
                self.part_body()
            }
            Some(Event::PartEnd) => {
                if self.open.is_read() {
                    self.decoder.finish(at)?;
                }
                Ok(self.part_end())
            }
            Some(Event::End) => {
                self.framing = Framing::Ended(splitter.offset());
                Ok(Some(Step::End))
            }
        }
    }

    fn part_start(
        &mut self,
        headers: &Headers,
        body: u64,
        wanted: Option<&str>,
        is_last: bool,
    ) -> Result<Option<Step>> {
        let part = Part::read(headers)?;
        self.decoder = TransferDecoder::new(part.encoding);
        if self.root.is_none() && part.is_root(&self.start) {
            self.root = Some(Root::read(headers, body)?);
            self.open = Open::Root;
            if let Some(id) = &part.id {
                self.remember(id, Known::Root)?;
            }
            return Ok(Some(Step::RootStart));
        }
        let Some(id) = part.id.as_deref() else {
            self.open = Open::Dropped;
            return Ok(None);
        };
        if wanted == Some(id) {
            self.remember(id, Known::Taken)?;
            self.open = Open::Included;
            return Ok(Some(Step::Included));
        }
        let extent = Extent { start: self.spool.len(), len: 0 };
        let waiting = Waiting { extent, encoding: part.encoding, offset: body };
        self.remember(id, Known::Waiting(waiting))?;
        self.open = if is_last { Open::Dropped } else { Open::Waiting(id.into(), waiting) };
        Ok(None)
    }

    fn part_body(&mut self) -> Result<Option<Step>> {
        match &self.open {
            Open::Root => Ok(Some(Step::Root)),
            Open::Included => Ok(Some(Step::IncludedBytes)),
            Open::Dropped => Ok(None),
            Open::Waiting(..) => {
                let Stream { spool, raw, scratch, piece, .. } = self;
                spool.append(piece_of(piece, raw, scratch))?;
                Ok(None)
            }
        }
    }

    fn part_end(&mut self) -> Option<Step> {
        match std::mem::replace(&mut self.open, Open::Dropped) {
            Open::Root => {
                self.is_root_ended = true;
                Some(Step::RootEnd)
            }
            Open::Included => Some(Step::IncludedEnd),
            Open::Dropped => None,
            Open::Waiting(id, mut waiting) => {
                waiting.extent.len = self.spool.len() - waiting.extent.start;
                self.ids.insert(id, Known::Waiting(waiting));
                None
            }
        }
    }

    fn remember(&mut self, id: &str, known: Known) -> Result<()> {
        match self.ids.insert(id.into(), known) {
            Some(_) => Err(second_part(id)),
            None => Ok(()),
        }
    }
}

impl Open {
    /// Whether somebody reads the part as it comes.
    fn is_read(&self) -> bool {
        matches!(self, Open::Root | Open::Included)
    }
}

/// Reads back the next bytes of a part that was put aside: whether there are any.
fn read_waiting(
    part: &mut Waiting,
    decoder: &mut TransferDecoder,
    spool: &mut Spool,
    out: &mut Vec<u8>,
) -> Result<bool> {
    loop {
        out.resize(CHUNK, 0);
        let count = spool.read(part.extent, out)?;
        out.truncate(count);
        if count == 0 {
            decoder.finish(part.offset)?;
            return Ok(false);
        }
        let offset = part.offset;
        part.extent = part.extent.skip(count as u64);
        part.offset += count as u64;
        if decoder.is_identity() {
            return Ok(true);
        }
        let encoded = std::mem::take(out);
        decoder.decode(&encoded, offset, out)?;
        if !out.is_empty() {
            return Ok(true);
        }
    }
}

/// Bytes that are read back at a time.
const CHUNK: usize = 16 << 10;

fn piece_of<'s>(piece: &Piece, raw: &'s Raw, scratch: &'s [u8]) -> &'s [u8] {
    match piece {
        Piece::Raw(range) => raw.buffer.get(range.clone()).unwrap_or_default(),
        Piece::Held(range) => raw.held.get(range.clone()).unwrap_or_default(),
        Piece::Scratch => scratch,
    }
}
