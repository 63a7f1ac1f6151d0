//! The decoded characters of a text document: windows of valid UTF-8 over memory or a stream.
//!
//! UTF-8 in memory is looked at in place: a window is a `&str` into the caller's bytes, checked once. Streams
//! and UTF-16 are decoded into a string of our own that drops what was read. In both cases the decoder sees a
//! `&str` and a position, and asks for more when a token is not complete in it.

use super::detect;
use crate::{
    Error, Place,
    xml::{
        Charset,
        decode::{Bad, ReaderOptions, char_boundary},
    },
};
use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};
use std::sync::{Mutex, PoisonError};

/// Bytes of memory input that are checked and looked at together: they stay in the cache until they are read.
const WINDOW: usize = 64 << 10;
/// No token is longer, so that no window has more than `MAX_CHARS` bytes.
pub(crate) const MAX_TOKEN: usize = 1 << 27;

/// A text document as characters.
#[derive(Debug)]
pub(crate) struct TextInput<'a> {
    source: Source<'a>,
    window: Window<'a>,
    /// Where the present token starts in the window; positions of strings count from here.
    pub(crate) token: usize,
    /// Where the next token starts in the window.
    pub(crate) pos: usize,
    /// Bytes of the input before the window.
    offset: u64,
    /// How far lines were counted. Memory stays, so there they are counted when somebody asks.
    lines: Mutex<Lines>,
    /// `None`: find it.
    asked: Option<Charset>,
    /// Known as soon as the first bytes are there.
    charset: Option<Charset>,
    pub(crate) needs_declaration: bool,
    utf16: Option<Decoder>,
    /// The window reaches to the end of the document.
    complete: bool,
    /// The bytes after the window are not characters.
    malformed: bool,
}

#[derive(Debug)]
enum Source<'a> {
    Memory {
        bytes: &'a [u8],
        /// Where the window ends in them.
        at: usize,
    },
    Stream {
        /// Bytes not yet decoded: those from `start` to `filled`.
        staged: Vec<u8>,
        start: usize,
        filled: usize,
        ended: bool,
    },
}

#[derive(Debug)]
enum Window<'a> {
    Borrowed(&'a str),
    Owned(String),
}

/// The row and column of a byte of the input.
#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    /// Bytes of the input before it.
    offset: u64,
    row: u64,
    column: u64,
}

impl<'a> TextInput<'a> {
    pub(crate) fn memory(bytes: &'a [u8], charset: Option<Charset>) -> Self {
        Self::new(Source::Memory { bytes, at: 0 }, charset)
    }

    pub(crate) fn stream(charset: Option<Charset>) -> Self {
        Self::new(Source::Stream { staged: Vec::new(), start: 0, filled: 0, ended: false }, charset)
    }

    fn new(source: Source<'a>, asked: Option<Charset>) -> Self {
        TextInput {
            source,
            window: Window::Borrowed(""),
            token: 0,
            pos: 0,
            offset: 0,
            lines: Mutex::default(),
            asked,
            charset: None,
            needs_declaration: false,
            utf16: None,
            complete: false,
            malformed: false,
        }
    }

    #[inline(always)]
    pub(crate) fn window(&self) -> &str {
        match &self.window {
            Window::Borrowed(text) => text,
            Window::Owned(text) => text,
        }
    }

    /// The window, if it lies in the caller's bytes.
    #[inline(always)]
    pub(crate) fn borrowed_window(&self) -> Option<&'a str> {
        match self.window {
            Window::Borrowed(text) => Some(text),
            Window::Owned(_) => None,
        }
    }

    /// Whether the window reaches to the end of the document.
    #[inline(always)]
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether no more characters will come.
    #[inline(always)]
    pub(crate) fn is_last(&self) -> bool {
        self.complete || self.malformed
    }

    /// Whether text may come in pieces though it could be waited for.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.source, Source::Stream { .. })
    }

    /// The charset, as soon as the bytes that are there tell, though none of them was read yet.
    pub(crate) fn charset(&self) -> Option<Charset> {
        self.charset.or_else(|| self.peek().map(|found| found.charset))
    }

    /// Makes the window longer than it is after `pos`. `Ok(false)`: more bytes must be fed first.
    pub(crate) fn extend(&mut self, options: &ReaderOptions) -> Result<bool, Bad> {
        if self.malformed {
            return Err(self.malformed_bytes());
        }
        if self.charset.is_none() && !self.detect() {
            return Ok(false);
        }
        let pending = self.window().len() - self.pos;
        if pending >= MAX_TOKEN {
            return Err(Bad {
                at: self.pos,
                error: Error::quota("a tag, comment or instruction is longer than 128 MiB"),
            });
        }
        if self.is_stream() && pending > options.max_token_size as usize {
            let text = format!(
                "a tag, comment or instruction is longer than max_token_size = {} allows",
                options.max_token_size
            );
            return Err(Bad { at: self.pos, error: Error::quota(text) });
        }
        match (&self.source, &self.utf16) {
            (Source::Memory { .. }, None) => self.next_window(pending),
            (Source::Memory { .. }, Some(_)) => self.transcode_memory(),
            (Source::Stream { .. }, _) => self.decode_staged(pending),
        }
        if self.malformed && self.window().len() == self.pos {
            return Err(self.malformed_bytes());
        }
        // Memory always yields something: characters, their end, or where they are malformed. A stream may have to be fed.
        Ok(self.is_last() || self.window().len() > self.pos + pending || !self.is_stream())
    }

    /// What the first bytes tell.
    fn peek(&self) -> Option<detect::Detected> {
        let (first, is_all) = match &self.source {
            Source::Memory { bytes, .. } => (*bytes, true),
            Source::Stream { staged, start, filled, ended } => (&staged[*start..*filled], *ended),
        };
        detect::detect(first, self.asked, is_all)
    }

    fn detect(&mut self) -> bool {
        let Some(found) = self.peek() else { return false };
        self.charset = Some(found.charset);
        self.needs_declaration = found.needs_declaration;
        self.offset = found.mark as u64;
        self.lines = Mutex::new(Lines { offset: self.offset, ..Lines::default() });
        self.utf16 = match found.charset {
            Charset::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Charset::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Charset::Utf8 => None,
        };
        match &mut self.source {
            Source::Memory { at, .. } => *at = found.mark,
            Source::Stream { start, .. } => *start += found.mark,
        }
        if self.utf16.is_some() || self.is_stream() {
            self.window = Window::Owned(String::new());
        }
        true
    }

    /// UTF-8 in memory: the next window begins at `pos`, and is at least twice as long as what is left of this.
    fn next_window(&mut self, pending: usize) {
        let Source::Memory { bytes, at } = &mut self.source else { return };
        self.offset += self.pos as u64;
        let start = self.offset as usize;
        let rest = bytes.get(start..).unwrap_or_default();
        let len = rest.len().min((2 * pending).max(WINDOW));
        // A character that is cut off at the end of the input is malformed, not to be waited for.
        let piece = if len == rest.len() { rest } else { &rest[..char_boundary(rest, len)] };
        let text = valid_prefix(piece);
        *at = start + text.len();
        self.complete = text.len() == rest.len();
        self.malformed = text.len() < piece.len();
        self.window = Window::Borrowed(text);
        self.token = 0;
        self.pos = 0;
    }

    fn transcode_memory(&mut self) {
        self.drop_before(self.token);
        let (Source::Memory { bytes, at }, Window::Owned(text), Some(decoder)) =
            (&mut self.source, &mut self.window, &mut self.utf16)
        else {
            return;
        };
        let end = bytes.len().min(*at + WINDOW.max(text.len()));
        let last = end == bytes.len();
        let (read, bad) = transcode(decoder, &bytes[*at..end], text, last);
        *at += read;
        self.malformed = bad;
        self.complete = last && !bad;
    }

    /// A stream: decodes as much as a window of memory would have.
    fn decode_staged(&mut self, pending: usize) {
        self.drop_before(self.token);
        let (Source::Stream { staged, start, filled, ended }, Window::Owned(text)) =
            (&mut self.source, &mut self.window)
        else {
            return;
        };
        let rest = &staged[*start..*filled];
        let bytes = &rest[..rest.len().min(pending.max(WINDOW))];
        let last = *ended && bytes.len() == rest.len();
        let (used, bad) = match &mut self.utf16 {
            Some(decoder) => transcode(decoder, bytes, text, last),
            None => {
                let whole = char_boundary(bytes, bytes.len());
                let valid = valid_prefix(&bytes[..whole]);
                text.push_str(valid);
                let bad = valid.len() < whole || (last && whole < bytes.len());
                (valid.len(), bad)
            }
        };
        *start += used;
        self.malformed = bad;
        self.complete = last && !bad;
    }

    /// Room for at least `min` bytes of a stream.
    pub(crate) fn spare(&mut self, min: usize) -> &mut [u8] {
        self.drop_before(self.token);
        let Source::Stream { staged, start, filled, .. } = &mut self.source else { return &mut [] };
        // Moving costs no more than was decoded since the last time.
        if *start >= *filled - *start {
            staged.copy_within(*start..*filled, 0);
            *filled -= *start;
            *start = 0;
        }
        if staged.len() < *filled + min {
            staged.resize(*filled + min, 0);
        }
        &mut staged[*filled..]
    }

    /// `n` bytes of the spare room were filled.
    pub(crate) fn commit(&mut self, n: usize) {
        if let Source::Stream { staged, filled, .. } = &mut self.source {
            *filled = staged.len().min(*filled + n);
        }
    }

    /// The stream has no more bytes.
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
        let rest = match &self.source {
            Source::Memory { bytes, at } => bytes.len() - at,
            Source::Stream { start, filled, .. } => filled - start,
        };
        rest + self.window().len() - self.pos
    }

    /// Forgets the window up to `end`, but not how far it reached.
    fn drop_before(&mut self, end: usize) {
        if end == 0 {
            return;
        }
        let text = &self.window()[..end];
        let (bytes, counted) = (self.bytes_of(text), self.counted().after(text.as_bytes()));
        self.offset += bytes;
        self.lines = Mutex::new(Lines { offset: self.offset, ..counted });
        if let Window::Owned(text) = &mut self.window {
            text.drain(..end);
        }
        self.token = self.token.saturating_sub(end);
        self.pos = self.pos.saturating_sub(end);
    }

    /// How many bytes of the input some characters took.
    fn bytes_of(&self, text: &str) -> u64 {
        match self.utf16 {
            None => text.len() as u64,
            Some(_) => super::utf16::length_of_utf8(text.as_bytes()),
        }
    }

    /// The place of byte `at` of the window.
    pub(crate) fn place(&self, at: usize) -> Place {
        let window = self.window();
        let mut at = at.min(window.len());
        while !window.is_char_boundary(at) {
            at -= 1;
        }
        let text = &window[..at];
        let Lines { row, column, .. } = self.counted().after(text.as_bytes());
        Place { row, column, offset: self.offset + self.bytes_of(text), has_lines: true }
    }

    /// The place where the window starts. What was counted is kept, so that no byte is counted twice.
    fn counted(&self) -> Lines {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Source::Memory { bytes, .. } = self.source
            && let Some(passed) = bytes.get(lines.offset as usize..self.offset as usize)
            && self.utf16.is_none()
        {
            *lines = Lines { offset: self.offset, ..lines.after(passed) };
        }
        *lines
    }

    #[cold]
    fn malformed_bytes(&self) -> Bad {
        let at = self.window().len();
        let bytes = match &self.source {
            Source::Memory { bytes, .. } => {
                let offset = self.place(at).offset as usize;
                bytes.get(offset..).unwrap_or_default()
            }
            Source::Stream { staged, start, filled, .. } => &staged[*start..*filled],
        };
        let text = match self.charset {
            Some(Charset::Utf16Le | Charset::Utf16Be) => {
                "half of a surrogate pair, or an odd number of bytes: not UTF-16".into()
            }
            _ => format!("0x{:02x} is not UTF-8 here", bytes.first().unwrap_or(&0)),
        };
        Bad::new(at, text)
    }
}

/// The longest prefix that is UTF-8.
fn valid_prefix(bytes: &[u8]) -> &str {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default(),
        },
    }
}

/// Appends UTF-16 to `out`: the bytes used, and whether the next ones are malformed.
fn transcode(decoder: &mut Decoder, mut bytes: &[u8], out: &mut String, last: bool) -> (usize, bool) {
    let mut used = 0;
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
        out.reserve(room);
        let (result, read) = decoder.decode_to_string_without_replacement(bytes, out, last);
        used += read;
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => return (used, false),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return (used, true),
        }
    }
}

impl Lines {
    /// Row and column behind this UTF-8.
    fn after(self, bytes: &[u8]) -> Self {
        let chars = |bytes: &[u8]| super::utf16::count_bytes(bytes, |b| b & 0xC0 != 0x80);
        match memchr::memrchr(b'\n', bytes) {
            None => Lines { column: self.column + chars(bytes), ..self },
            Some(last) => {
                let row = self.row + memchr::memchr_iter(b'\n', bytes).count() as u64;
                Lines { row, column: chars(&bytes[last + 1..]), ..self }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::xml::Reader;

    /// Lines are counted late, but over all that was read.
    #[test]
    fn lines_are_counted_over_many_windows() {
        let line = "<b>å</b>\n".repeat(10);
        let text = format!("<a>{}\n  <c/>", line.repeat(5000));
        let mut reader = Reader::text(text.as_bytes());
        for name in ["b", "c"] {
            while !reader.element().is_some_and(|e| e.is(name, "")) {
                reader.read_node().expect("well-formed so far");
            }
            let place = reader.place();
            let (row, column) = if name == "b" { (0, 3) } else { (50_001, 2) };
            assert_eq!((place.row, place.column, reader.place().row), (row, column, row));
            assert_eq!(Some(place.offset as usize), text.find(&format!("<{name}")));
        }
    }

    #[test]
    fn a_character_cut_off_at_the_end_of_memory_is_an_error() {
        for bytes in [&b"\n\xe3"[..], b"<a>\xe3\x81", b"<a x='\xf0\x9f"] {
            let mut reader = Reader::text(bytes);
            let error = loop {
                if let Err(error) = reader.read_node() {
                    break error;
                }
            };
            assert!(error.to_string().contains("not UTF-8"), "{error}");
        }
    }
}
