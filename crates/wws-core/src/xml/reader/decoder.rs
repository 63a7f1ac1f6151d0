//! The strategies under a reader: one decoder for each encoding, and one for buffers.

use super::{ReaderEncoding, ReaderInput};
use crate::{
    Place,
    xml::{
        Charset, Text, XmlStr,
        binary::{
            Dynamic,
            decode::{BinaryDecoder, Session},
        },
        buffer::decode::BufferDecoder,
        decode::{Bad, ByteInput, Chars, Core, Stop, Store, Strings, Value},
        mtom::decode::MtomDecoder,
        name::is_same,
        raw::RawDecoder,
        text::{decode::TextDecoder, input::TextInput},
    },
};

#[derive(Debug)]
pub(super) enum Decoder<'a> {
    /// No document: the reader stands on EOF.
    Empty,
    Text(Box<TextDecoder<'a>>),
    Binary(Box<BinaryDecoder<'a>>),
    Mtom(Box<MtomDecoder<'a>>),
    Raw(Box<RawDecoder<'a>>),
    Buffer(Box<BufferDecoder<'a>>),
}

impl<'a> Decoder<'a> {
    pub(super) fn new(encoding: ReaderEncoding, input: ReaderInput<'a>, session: Session) -> Self {
        let bytes = || match input {
            ReaderInput::Bytes(bytes) => ByteInput::memory(bytes),
            ReaderInput::Stream => ByteInput::stream(),
        };
        match encoding {
            ReaderEncoding::Text(charset) => Decoder::Text(Box::new(TextDecoder::new(match input {
                ReaderInput::Bytes(bytes) => TextInput::memory(bytes, charset),
                ReaderInput::Stream => TextInput::stream(charset),
            }))),
            ReaderEncoding::Binary(dictionaries) => {
                Decoder::Binary(Box::new(BinaryDecoder::new(bytes(), dictionaries, session)))
            }
            ReaderEncoding::Mtom(mtom) => Decoder::Mtom(Box::new(match input {
                ReaderInput::Bytes(bytes) => MtomDecoder::memory(mtom, bytes),
                ReaderInput::Stream => MtomDecoder::stream(mtom),
            })),
            ReaderEncoding::Raw => Decoder::Raw(Box::new(RawDecoder::new(bytes()))),
        }
    }

    /// The strings of a binary session that goes on with the next document, if that is `encoding`.
    pub(super) fn into_session(self, encoding: &ReaderEncoding) -> Session {
        match (self, encoding) {
            (Decoder::Binary(decoder), ReaderEncoding::Binary(next))
                if matches!(next.dynamic, Dynamic::Session) =>
            {
                decoder.into_session().next_document()
            }
            _ => Session::default(),
        }
    }

    /// Reads one node.
    #[inline]
    pub(super) fn next(&mut self, core: &mut Core) -> Result<(), Stop> {
        match self {
            Decoder::Text(decoder) => decoder.next(core),
            Decoder::Binary(decoder) => decoder.next(core),
            Decoder::Mtom(decoder) => decoder.next(core).map(drop),
            Decoder::Raw(decoder) => decoder.next(core).map(drop),
            Decoder::Buffer(decoder) => decoder.next(core).map(drop).map_err(Stop::from),
            Decoder::Empty => Ok(()),
        }
    }

    /// After [`Stop::MORE`]: `Ok(true)` is to try again, `Ok(false)` that more must be fed first.
    #[cold]
    pub(super) fn more(&mut self, core: &Core) -> Result<bool, Bad> {
        match self {
            Decoder::Text(decoder) if decoder.input.is_complete() => Err(decoder.cut_short(core)),
            Decoder::Text(decoder) => decoder.input.extend(&core.options),
            Decoder::Binary(decoder) if decoder.input.is_complete() => Err(decoder.cut_short(core)),
            Decoder::Binary(decoder) => decoder.check_token(core).map(|()| false),
            Decoder::Mtom(decoder) => decoder.more(core),
            Decoder::Raw(_) | Decoder::Buffer(_) | Decoder::Empty => Ok(false),
        }
    }

    /// The place of a byte of the window.
    #[cold]
    pub(super) fn place_of(&self, at: usize) -> Place {
        match self {
            Decoder::Text(decoder) => decoder.input.place(at),
            Decoder::Binary(decoder) => decoder.input.place(at),
            Decoder::Mtom(decoder) => decoder.place(at),
            Decoder::Raw(decoder) => decoder.input.place(at),
            Decoder::Buffer(_) | Decoder::Empty => Place::default(),
        }
    }

    /// The place of the present node.
    pub(super) fn place(&self) -> Place {
        self.place_of(match self {
            Decoder::Text(decoder) => decoder.input.token,
            Decoder::Binary(decoder) => decoder.input.token,
            Decoder::Mtom(decoder) => decoder.token(),
            Decoder::Raw(decoder) => decoder.input.token,
            Decoder::Buffer(_) | Decoder::Empty => 0,
        })
    }

    /// What strings of the present node point into.
    #[inline]
    pub(super) fn strings<'s>(&'s self, core: &'s Core) -> Strings<'s> {
        let own = match self {
            Decoder::Text(decoder) => decoder.strings(core),
            Decoder::Mtom(decoder) => decoder.strings(core),
            Decoder::Binary(decoder) => decoder.strings(),
            Decoder::Raw(decoder) => decoder.strings(),
            Decoder::Buffer(decoder) => decoder.strings(),
            Decoder::Empty => Strings::default(),
        };
        Strings { scratch: &core.scratch, scratch_bytes: &core.bytes, scope: core.scope.arena(), ..own }
    }

    /// The window of the present node's strings, if it lies in the caller's memory.
    #[inline]
    pub(super) fn borrowed(&self) -> Option<&'a str> {
        match self {
            Decoder::Text(decoder) => decoder.input.borrowed_window()?.get(decoder.input.token..),
            Decoder::Binary(decoder) => Some(decoder.borrowed()),
            Decoder::Mtom(_) | Decoder::Raw(_) | Decoder::Buffer(_) | Decoder::Empty => None,
        }
    }

    /// A string of the present node, with its place in a dictionary.
    #[inline]
    pub(super) fn get<'s>(&'s self, core: &'s Core, chars: Chars) -> XmlStr<'s> {
        match chars.store() {
            Store::Static | Store::Dynamic => self.strings(core).get(chars),
            // Most names have no prefix.
            _ if chars.is_empty() => XmlStr::plain(""),
            _ => XmlStr::plain(self.text(core, chars)),
        }
    }

    /// The characters of a string of the present node.
    #[inline(always)]
    pub(super) fn text<'s>(&'s self, core: &'s Core, chars: Chars) -> &'s str {
        match (chars.store(), self) {
            (Store::Window, Decoder::Text(decoder)) => decoder.of_token(chars),
            (Store::Scope, _) => &core.scope.arena()[chars.range()],
            (Store::Static | Store::Dynamic, Decoder::Binary(decoder)) => decoder.tables.text_of(chars),
            _ => self.rare_text(core, chars),
        }
    }

    #[inline(never)]
    fn rare_text<'s>(&'s self, core: &'s Core, chars: Chars) -> &'s str {
        match chars.store() {
            Store::Scratch => &core.scratch[chars.range()],
            _ => self.strings(core).text(chars),
        }
    }

    /// Whether a string of the present node has the characters of `other`.
    #[inline]
    pub(super) fn is(&self, core: &Core, chars: Chars, other: XmlStr<'_>) -> bool {
        chars.len() as usize == other.as_str().len() && is_same(self.text(core, chars), other.as_str())
    }

    /// The content of a node or attribute.
    #[inline]
    pub(super) fn view<'s>(&'s self, core: &'s Core, value: Value) -> Text<'s> {
        match value {
            Value::Chars(chars) => Text::Utf8(self.text(core, chars)),
            Value::Int32(v) => Text::Int32(v),
            Value::Bool(v) => Text::Bool(v),
            Value::Double(v) => Text::Double(v),
            Value::DateTime(v) => Text::DateTime(v),
            _ => self.view_rare(core, value),
        }
    }

    fn view_rare<'s>(&'s self, core: &'s Core, value: Value) -> Text<'s> {
        self.strings(core).view(value, |ns| self.get(core, core.scope.uri(ns)).as_str())
    }

    /// Whether a tag comes behind the present text, so that the text is all there is.
    #[inline]
    pub(super) fn tag_follows(&self) -> bool {
        match self {
            Decoder::Text(decoder) => decoder.tag_follows(),
            Decoder::Binary(decoder) => decoder.tag_follows(),
            Decoder::Mtom(decoder) => decoder.tag_follows(),
            Decoder::Buffer(decoder) => decoder.tag_follows(),
            Decoder::Raw(_) => false,
            Decoder::Empty => true,
        }
    }

    /// The content of the element whose start tag is the present node, if it is one plain text with the end tag
    /// behind it; and where that ends.
    #[inline]
    pub(super) fn simple_content(&self, core: &Core) -> Option<(Text<'_>, usize)> {
        match self {
            Decoder::Text(decoder) => decoder.simple_content(core),
            Decoder::Binary(decoder) => decoder.simple_content(),
            _ => None,
        }
    }

    /// Goes on behind what [`simple_content`](Self::simple_content) found.
    #[inline]
    pub(super) fn skip_to(&mut self, end: usize) {
        match self {
            Decoder::Text(decoder) => decoder.input.skip_to(end),
            Decoder::Binary(decoder) => decoder.input.skip_to(end),
            _ => {}
        }
    }

    pub(super) fn charset(&self) -> Option<Charset> {
        match self {
            Decoder::Text(decoder) => decoder.input.charset(),
            Decoder::Mtom(decoder) => decoder.charset(),
            _ => None,
        }
    }

    pub(super) fn spare(&mut self, min: usize) -> &mut [u8] {
        match self {
            Decoder::Text(decoder) => decoder.input.spare(min),
            Decoder::Binary(decoder) => decoder.input.spare(min),
            Decoder::Mtom(decoder) => decoder.spare(min),
            Decoder::Raw(decoder) => decoder.input.spare(min),
            Decoder::Buffer(_) | Decoder::Empty => &mut [],
        }
    }

    pub(super) fn commit(&mut self, n: usize) {
        match self {
            Decoder::Text(decoder) => decoder.input.commit(n),
            Decoder::Binary(decoder) => decoder.input.commit(n),
            Decoder::Mtom(decoder) => decoder.commit(n),
            Decoder::Raw(decoder) => decoder.input.commit(n),
            Decoder::Buffer(_) | Decoder::Empty => {}
        }
    }

    pub(super) fn end(&mut self) {
        match self {
            Decoder::Text(decoder) => decoder.input.end(),
            Decoder::Binary(decoder) => decoder.input.end(),
            Decoder::Mtom(decoder) => decoder.end(),
            Decoder::Raw(decoder) => decoder.input.end(),
            Decoder::Buffer(_) | Decoder::Empty => {}
        }
    }

    pub(super) fn buffered(&self) -> usize {
        match self {
            Decoder::Text(decoder) => decoder.input.buffered(),
            Decoder::Binary(decoder) => decoder.input.buffered(),
            Decoder::Mtom(decoder) => decoder.buffered(),
            Decoder::Raw(decoder) => decoder.input.buffered(),
            Decoder::Buffer(_) | Decoder::Empty => 0,
        }
    }
}
