//! What the built-in codings have in common: naming themselves, cutting their output, leaving plain messages alone.

use super::Naming;
use crate::{Error, Result};
use bytes::Bytes;
use wws_core::channel::{Content, Decoded, Decoder, Encoder, Input, Output};

/// Compressed octets are handed on in pieces of about this size.
const PIECE: usize = 32 * 1024;

/// A compression format that works piece by piece.
pub(super) trait Compress: Send {
    /// Forgets the message before.
    fn reset(&mut self) -> Result<()>;
    /// Takes octets of `input` and fills the spare room of `out`; the number taken. There is always room.
    fn compress(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize>;
    /// Fills the spare room of `out` with what is left; `true` once everything is out.
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<bool>;
}

/// Undoes a [`Compress`].
pub(super) trait Decompress: Send {
    /// Forgets the message before.
    fn reset(&mut self) -> Result<()>;
    /// Takes octets of `input` and fills the spare room of `out`; the number taken, and whether a frame of the format
    /// is complete. There is always room.
    fn decompress(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(usize, bool)>;
}

/// The names of a coding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    /// The content coding, which is the suffix of media types too.
    pub(super) coding: &'static str,
    /// An older name that means the same.
    pub(super) alias: &'static str,
}

impl Names {
    fn mean(self, coding: &str) -> bool {
        coding.eq_ignore_ascii_case(self.coding) || coding.eq_ignore_ascii_case(self.alias)
    }

    /// `application/x; a=b` with the suffix: `application/x+gzip; a=b`.
    fn add_suffix(self, content_type: &str) -> String {
        let (media, parameters) = split_parameters(content_type);
        format!("{media}+{}{parameters}", self.coding)
    }

    /// The content type without the suffix, if it has it.
    fn strip_suffix(self, content_type: &str) -> Option<String> {
        let (media, parameters) = split_parameters(content_type);
        let (inner, suffix) = media.rsplit_once('+')?;
        self.mean(suffix).then(|| format!("{inner}{parameters}"))
    }
}

fn split_parameters(content_type: &str) -> (&str, &str) {
    let end = content_type.find(';').unwrap_or(content_type.len());
    let media = content_type.get(..end).unwrap_or_default().trim_end();
    (media, content_type.get(media.len()..).unwrap_or_default())
}

pub(super) struct CodingEncoder<C> {
    names: Names,
    naming: Naming,
    compress: C,
    out: Vec<u8>,
}

impl<C: Compress> CodingEncoder<C> {
    pub(super) fn new(names: Names, naming: Naming, compress: C) -> Self {
        CodingEncoder { names, naming, compress, out: Vec::new() }
    }

    fn hand_on(&mut self, output: &mut Output) {
        output.push(std::mem::take(&mut self.out));
    }
}

impl<C: Compress> Encoder for CodingEncoder<C> {
    fn content_type(&mut self, content_type: &str) -> Result<Content> {
        self.out.clear();
        self.compress.reset()?;
        Ok(match self.naming {
            Naming::ContentCoding => Content::new(content_type).coded(self.names.coding),
            Naming::Suffix => Content::new(self.names.add_suffix(content_type)),
        })
    }

    fn encode(&mut self, buffers: &[Bytes], output: &mut Output) -> Result<()> {
        for buffer in buffers {
            let mut rest = &buffer[..];
            while !rest.is_empty() {
                make_room(&mut self.out);
                let taken = self.compress.compress(rest, &mut self.out)?;
                rest = rest.get(taken..).unwrap_or_default();
                if self.out.len() >= PIECE {
                    self.hand_on(output);
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, output: &mut Output) -> Result<()> {
        loop {
            make_room(&mut self.out);
            let done = self.compress.finish(&mut self.out)?;
            self.hand_on(output);
            if done {
                return Ok(());
            }
        }
    }
}

fn make_room(out: &mut Vec<u8>) {
    if out.capacity() - out.len() < 64 {
        out.reserve(PIECE);
    }
}

pub(super) struct CodingDecoder<D> {
    names: Names,
    decompress: D,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The message is not coded.
    Plain,
    /// Before the first octet of a frame; the message may end here if it had one.
    BetweenFrames {
        had_one: bool,
    },
    InFrame,
}

impl<D: Decompress> CodingDecoder<D> {
    pub(super) fn new(names: Names, decompress: D) -> Self {
        CodingDecoder { names, decompress, state: State::Plain }
    }
}

impl<D: Decompress> Decoder for CodingDecoder<D> {
    fn start(&mut self) -> Result<()> {
        self.state = State::Plain;
        self.decompress.reset()
    }

    fn content_type(&mut self, content: &Content) -> Result<Content> {
        let coded = State::BetweenFrames { had_one: false };
        if content.outer_coding().is_some_and(|coding| self.names.mean(coding)) {
            self.state = coded;
            return Ok(content.without_outer_coding());
        }
        if let Some(content_type) = self.names.strip_suffix(&content.content_type) {
            self.state = coded;
            return Ok(Content { content_type, ..content.clone() });
        }
        Ok(content.clone())
    }

    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded> {
        if self.state == State::Plain {
            return Ok(match input.take(max) {
                Some(octets) => Decoded::Data(octets),
                None if input.is_finished() => Decoded::End,
                None => Decoded::NeedInput,
            });
        }
        let mut out = Vec::new();
        loop {
            if input.is_empty() && self.state != State::InFrame {
                return match self.state {
                    State::BetweenFrames { had_one: true } if input.is_finished() => Ok(Decoded::End),
                    _ => Ok(Decoded::NeedInput),
                };
            }
            out.reserve_exact(max.min(PIECE));
            let (taken, frame_done) = self
                .decompress
                .decompress(input.chunk(), &mut out)
                .map_err(|e| e.context(format!("in the {} content coding", self.names.coding)))?;
            input.advance(taken);
            self.state = if frame_done { State::BetweenFrames { had_one: true } } else { State::InFrame };
            if frame_done {
                self.decompress.reset()?;
            }
            if !out.is_empty() {
                return Ok(Decoded::Data(out.into()));
            }
            if taken == 0 && !frame_done {
                if input.is_empty() {
                    return Ok(Decoded::NeedInput);
                }
                return Err(Error::format(format!(
                    "the {} content coding makes no progress",
                    self.names.coding
                )));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_stand_before_the_parameters() {
        let names = Names { coding: "gzip", alias: "x-gzip" };
        for (plain, coded) in [
            ("application/soap+msbin1", "application/soap+msbin1+gzip"),
            ("text/xml; charset=utf-8", "text/xml+gzip; charset=utf-8"),
            ("text/xml ; a=b+c", "text/xml+gzip ; a=b+c"),
        ] {
            assert_eq!(names.add_suffix(plain), coded);
            assert_eq!(names.strip_suffix(coded).as_deref(), Some(plain));
            assert_eq!(names.strip_suffix(plain), None);
        }
    }
}
