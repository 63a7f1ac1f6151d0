//! An MTOM message that is in memory as a whole: its parts are found once and used where they lie, in any order.

use std::{borrow::Cow, collections::HashMap};

use super::part::{
    Framed, Part, Root, missing_part, missing_root, read_message_header, root_included, second_include,
    second_part,
};
use crate::{
    Result,
    xml::mtom::mime::{self, Event, HeaderBlock, Limits, Splitter, TransferDecoder, TransferEncoding},
};

/// A message in memory, split into its parts.
#[derive(Debug)]
pub(super) struct Memory<'a> {
    root: Root,
    root_part: Body<'a>,
    parts: HashMap<Box<str>, Entry<'a>>,
    /// What is left of the part that is being included.
    rest: Body<'a>,
    decoder: TransferDecoder,
    piece: Piece<'a>,
}

/// The bytes of a part as they were sent.
#[derive(Clone, Copy, Debug, Default)]
struct Body<'a> {
    bytes: &'a [u8],
    encoding: TransferEncoding,
    /// Where they stand in the message.
    offset: u64,
}

#[derive(Debug)]
enum Entry<'a> {
    Root,
    Part(Body<'a>),
    /// Included already.
    Taken,
}

#[derive(Debug)]
enum Piece<'a> {
    Message(&'a [u8]),
    Decoded(Vec<u8>),
}

/// Encoded bytes that are decoded at a time.
const CHUNK: usize = 16 << 10;
/// Bytes of one text node, so that places in it fit in 32 bits.
const MAX_PIECE: usize = 1 << 30;

impl<'a> Memory<'a> {
    /// Finds the parts. Fails as the [`Splitter`] does, without a root part, and on two parts with one id.
    pub(super) fn new(bytes: &'a [u8], framed: &Framed, max_parts: u32) -> Result<Self> {
        let limits = Limits { max_headers_size: Limits::MAX_HEADERS_SIZE_IN_MEMORY, max_parts };
        let header;
        let (frame, mut at) = match framed {
            Framed::Given(frame) => (frame, 0),
            Framed::Header => {
                let end =
                    HeaderBlock::default().find_end(bytes, true, limits.max_headers_size, 0)?.unwrap_or(0);
                header = read_message_header(&bytes[..end])?;
                (&header, end)
            }
        };
        let mut splitter = Splitter::new(frame.boundary(), limits)?.with_offset(at as u64);
        let (mut root, mut parts) = (None, HashMap::new());
        loop {
            let step = splitter.step(&bytes[at..], true)?;
            at += step.consumed;
            let headers = match step.event {
                Some(Event::PartStart(headers)) => headers,
                Some(Event::End) | None => break,
                Some(_) => continue,
            };
            let place = mime::at(headers.offset());
            let part = Part::read(&headers).map_err(|e| e.at(place))?;
            let body_at = at;
            let step = splitter.step(&bytes[at..], true)?;
            at += step.consumed;
            let content = match step.event {
                Some(Event::Body(content)) => content,
                _ => &[],
            };
            let body = Body { bytes: content, encoding: part.encoding, offset: body_at as u64 };
            let entry = if root.is_none() && part.is_root(frame.start()) {
                root = Some((Root::read(&headers, body.offset).map_err(|e| e.at(place))?, body));
                Entry::Root
            } else {
                Entry::Part(body)
            };
            if let Some(id) = part.id
                && parts.insert(id.as_ref().into(), entry).is_some()
            {
                return Err(second_part(&id).at(place));
            }
        }
        let (root, root_part) = root.ok_or_else(|| missing_root(frame.start()).at(mime::at(at as u64)))?;
        let rest = Body::default();
        let decoder = TransferDecoder::new(rest.encoding);
        Ok(Memory { root, root_part, parts, rest, decoder, piece: Piece::Message(&[]) })
    }

    pub(super) fn root(&self) -> &Root {
        &self.root
    }

    /// The bytes of the document where they lie, or decoded if they have a transfer encoding.
    pub(super) fn root_bytes(&self) -> Result<Cow<'a, [u8]>> {
        let Body { bytes, encoding, offset } = self.root_part;
        if encoding.is_identity() {
            return Ok(bytes.into());
        }
        let (mut decoder, mut out) = (TransferDecoder::new(encoding), Vec::new());
        decoder.decode(bytes, offset, &mut out)?;
        decoder.finish(offset + bytes.len() as u64)?;
        Ok(out.into())
    }

    /// Finds the part with the content id, for [`next_piece`](Self::next_piece).
    pub(super) fn include(&mut self, id: &str) -> Result<()> {
        let entry = self.parts.get_mut(id).ok_or_else(|| missing_part(id))?;
        match entry {
            Entry::Root => Err(root_included(id)),
            Entry::Taken => Err(second_include(id)),
            &mut Entry::Part(body) => {
                *entry = Entry::Taken;
                self.rest = body;
                self.decoder = TransferDecoder::new(body.encoding);
                Ok(())
            }
        }
    }

    /// Finds the next bytes of the included part: whether there are any.
    pub(super) fn next_piece(&mut self) -> Result<bool> {
        loop {
            let Body { bytes, encoding, offset } = self.rest;
            let max = if encoding.is_identity() { MAX_PIECE } else { CHUNK };
            let (now, later) = bytes.split_at(max.min(bytes.len()));
            self.rest = Body { bytes: later, encoding, offset: offset + now.len() as u64 };
            if now.is_empty() {
                self.decoder.finish(offset)?;
                return Ok(false);
            }
            if encoding.is_identity() {
                self.piece = Piece::Message(now);
                return Ok(true);
            }
            let mut out = match std::mem::replace(&mut self.piece, Piece::Message(&[])) {
                Piece::Decoded(out) => out,
                Piece::Message(_) => Vec::new(),
            };
            out.clear();
            self.decoder.decode(now, offset, &mut out)?;
            let found = !out.is_empty();
            self.piece = Piece::Decoded(out);
            if found {
                return Ok(true);
            }
        }
    }

    /// The bytes of the piece that was found last.
    pub(super) fn piece(&self) -> &[u8] {
        match &self.piece {
            Piece::Message(bytes) => bytes,
            Piece::Decoded(bytes) => bytes,
        }
    }
}
