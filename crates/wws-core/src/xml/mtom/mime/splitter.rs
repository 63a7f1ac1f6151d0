//! Splits a `multipart` body at its boundaries, in input of any pieces, without holding or copying a part.

use memchr::memmem;

use super::{HeaderBlock, Headers, at, malformed, related::check_received_boundary};
use crate::{Error, Result};

/// What a sender may make large in the framing of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one group of headers, its empty line included: `STREAM_MAX_MIME_HEADERS_SIZE`, 256 by default for
    /// streams (WWSAPI P.1 #11).
    pub max_headers_size: usize,
    /// Parts of a message, the root part included: `MAX_MIME_PARTS`, 4096 by default (WWSAPI P.1 #12).
    pub max_parts: u32,
}

impl Limits {
    /// Bytes of one group of headers in a document that is in memory already, where the property does not apply.
    pub const MAX_HEADERS_SIZE_IN_MEMORY: usize = 0x1_0000;
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_headers_size: 256, max_parts: 4096 }
    }
}

/// What stands next in a multipart body.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A part begins.
    PartStart(Headers),
    /// More bytes of the part, a slice of the caller's input. Never empty.
    Body(&'a [u8]),
    /// The part ends.
    PartEnd,
    /// The message ends; what follows is epilogue and means nothing.
    End,
}

/// One step of a [`Splitter`].
#[derive(Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Bytes at the start of the input that are dealt with. [`Event::Body`] is a slice of these.
    pub consumed: usize,
    /// What they were, or `None`: more input is needed.
    pub event: Option<Event<'a>>,
}

/// Splits a multipart body. Feed it, drop what it consumed, feed it again.
///
/// It asks to see again only what could be the beginning of a boundary (about 200 bytes), or a group of headers up to
/// its quota. A body goes at the speed of a substring search.
///
/// A boundary counts when it fills its line, but for white space (RFC 2046 5.1.1 `transport-padding`): a line that only
/// starts like the boundary is data. If the first boundary line ends with a lone LF, so do all others, and a CR before
/// one is data; otherwise all end with CRLF, and a lone LF is data.
///
/// ```
/// use wws_core::xml::mtom::mime::{Event, Limits, Splitter};
/// let mut input = &b"--b\r\nContent-ID: <1>\r\n\r\nhello\r\n--b--\r\n"[..];
/// let mut splitter = Splitter::new("b", Limits::default())?;
/// let mut body = Vec::new();
/// loop {
///     let step = splitter.step(input, true)?;
///     input = &input[step.consumed..];
///     match step.event {
///         Some(Event::PartStart(headers)) => assert_eq!(headers.field("Content-ID"), Some("<1>")),
///         Some(Event::Body(bytes)) => body.extend_from_slice(bytes),
///         Some(Event::PartEnd) | None => {}
///         Some(Event::End) => break,
///     }
/// }
/// assert_eq!(body, b"hello");
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Splitter {
    /// Finds CR LF `--` boundary. With lone LFs one byte shorter.
    finder: memmem::Finder<'static>,
    has_lone_lf: bool,
    limits: Limits,
    parts: u32,
    offset: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Before the first boundary.
    Preamble {
        is_line_start: bool,
    },
    Headers(HeaderBlock),
    /// Right after the empty line: a boundary here means an empty part (RFC 2046 5.1.1, `[CRLF *OCTET]` is optional).
    BodyStart,
    Body,
    Epilogue {
        is_reported: bool,
    },
    Failed(Error),
}

/// What a line that starts with `--` and the boundary is.
enum Line {
    /// A delimiter of that many bytes, line end included; the flag says whether its line end is a lone LF.
    Delimiter(usize, bool),
    /// The closing delimiter.
    Close(usize),
    /// Data that looks alike.
    Data,
    /// More input decides.
    Undecided,
}

impl Splitter {
    /// White space after a boundary that is looked through; more makes the line data. RFC 2046 names no limit.
    const MAX_PADDING: usize = 128;

    /// Before the first byte of a multipart body (after the header of the message, if it has one).
    ///
    /// Fails with `InvalidFormat` for a boundary that is empty, longer than 256 bytes, or has control characters.
    pub fn new(boundary: &str, limits: Limits) -> Result<Self> {
        check_received_boundary(boundary)?;
        let needle = format!("\r\n--{boundary}");
        Ok(Splitter {
            finder: memmem::Finder::new(needle.as_bytes()).into_owned(),
            has_lone_lf: false,
            limits,
            parts: 0,
            offset: 0,
            state: State::Preamble { is_line_start: true },
        })
    }

    /// How many bytes were consumed so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Says that the first byte to come is byte `offset` of something larger, for the places of errors.
    pub fn with_offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// Takes what comes next. `input` begins where the last step stopped; `end` says that nothing comes after it.
    ///
    /// Fails with `InvalidFormat` when the input ends too early, has no boundary, no part, or malformed headers, and with
    /// `QuotaExceeded` beyond the [`Limits`]; then every later call fails the same way.
    pub fn step<'a>(&mut self, input: &'a [u8], end: bool) -> Result<Step<'a>> {
        let mut consumed = 0;
        loop {
            let step = self
                .advance(&input[consumed..], end)
                .inspect_err(|e| self.state = State::Failed(e.clone()))?;
            self.offset += step.consumed as u64;
            consumed += step.consumed;
            if step.event.is_some() || step.consumed == 0 {
                return Ok(Step { consumed, event: step.event });
            }
        }
    }

    fn advance<'a>(&mut self, input: &'a [u8], end: bool) -> Result<Step<'a>> {
        match &mut self.state {
            &mut State::Preamble { is_line_start } => self.preamble(input, end, is_line_start),
            State::Headers(block) => {
                let Some(length) = block.find_end(input, end, self.limits.max_headers_size, self.offset)?
                else {
                    return Ok(Step { consumed: 0, event: None });
                };
                let headers = Headers::parse(&input[..length], self.offset)?;
                self.state = State::BodyStart;
                Ok(Step { consumed: length, event: Some(Event::PartStart(headers)) })
            }
            State::BodyStart => match self.line(input, end) {
                Line::Undecided => Ok(Step { consumed: 0, event: None }),
                Line::Delimiter(length, lone_lf) if lone_lf == self.has_lone_lf => {
                    self.part_end(length, false)
                }
                Line::Close(length) => self.part_end(length, true),
                _ => {
                    self.state = State::Body;
                    self.body(input, end)
                }
            },
            State::Body => self.body(input, end),
            State::Epilogue { is_reported } => {
                let event = (!std::mem::replace(is_reported, true)).then_some(Event::End);
                Ok(Step { consumed: input.len(), event })
            }
            State::Failed(error) => Err(error.clone()),
        }
    }

    /// Drops lines until the first boundary.
    fn preamble(&mut self, input: &[u8], end: bool, mut is_line_start: bool) -> Result<Step<'static>> {
        let mut start = 0;
        loop {
            if is_line_start {
                match self.line(&input[start..], end) {
                    Line::Undecided => {
                        self.state = State::Preamble { is_line_start };
                        return Ok(Step { consumed: start, event: None });
                    }
                    Line::Delimiter(length, lone_lf) => {
                        if lone_lf {
                            self.has_lone_lf = true;
                            self.finder = memmem::Finder::new(&self.finder.needle()[1..]).into_owned();
                        }
                        self.begin_part()?;
                        return Ok(Step { consumed: start + length, event: None });
                    }
                    Line::Close(_) => {
                        return Err(malformed(
                            self.offset + start as u64,
                            "a multipart message ends before its first part",
                        ));
                    }
                    Line::Data => {}
                }
            }
            match memchr::memchr(b'\n', &input[start..]) {
                Some(newline) => start += newline + 1,
                None if end => {
                    let boundary = String::from_utf8_lossy(self.dash_boundary()).into_owned();
                    return Err(malformed(
                        self.offset + input.len() as u64,
                        format!("a multipart message ends before its first boundary line `{boundary}`"),
                    ));
                }
                None => {
                    self.state = State::Preamble { is_line_start: false };
                    return Ok(Step { consumed: input.len(), event: None });
                }
            }
            is_line_start = true;
        }
    }

    /// Hands out body bytes up to the next delimiter, or takes the delimiter if it comes next.
    fn body<'a>(&mut self, input: &'a [u8], end: bool) -> Result<Step<'a>> {
        let line_break = if self.has_lone_lf { 1 } else { 2 };
        let mut searched = 0;
        let stop = loop {
            let Some(found) = self.finder.find(&input[searched..]).map(|at| searched + at) else {
                break if end { input.len() } else { self.start_of_partial_match(input, searched) };
            };
            let (length, is_last) = match self.line(&input[found + line_break..], end) {
                Line::Delimiter(length, lone_lf) if lone_lf == self.has_lone_lf => (length, false),
                Line::Close(length) => (length, true),
                Line::Undecided => break found,
                _ => {
                    searched = found + self.finder.needle().len();
                    continue;
                }
            };
            if found == 0 {
                return self.part_end(line_break + length, is_last);
            }
            break found;
        };
        if stop == 0 && end {
            return Err(malformed(self.offset, "a multipart message ends before its closing boundary"));
        }
        let event = (stop > 0).then(|| Event::Body(&input[..stop]));
        Ok(Step { consumed: stop, event })
    }

    /// Where the longest end of `input` that could begin a boundary starts. Only its first byte is a line break.
    fn start_of_partial_match(&self, input: &[u8], searched: usize) -> usize {
        let needle = self.finder.needle();
        let tail = searched.max((input.len() + 1).saturating_sub(needle.len()));
        match needle.first().and_then(|&first| memchr::memrchr(first, &input[tail..])) {
            Some(at) if needle.starts_with(&input[tail + at..]) => tail + at,
            _ => input.len(),
        }
    }

    fn part_end(&mut self, consumed: usize, is_last: bool) -> Result<Step<'static>> {
        if is_last {
            self.state = State::Epilogue { is_reported: false };
        } else {
            self.begin_part()?;
        }
        Ok(Step { consumed, event: Some(Event::PartEnd) })
    }

    fn begin_part(&mut self) -> Result<()> {
        self.parts += 1;
        if self.parts > self.limits.max_parts {
            return Err(Error::quota(format!(
                "a multipart message has more than {} parts; raise MAX_MIME_PARTS if the sender is trusted",
                self.limits.max_parts
            ))
            .at(at(self.offset)));
        }
        self.state = State::Headers(HeaderBlock::default());
        Ok(())
    }

    /// `--` and the boundary, without the line break before it.
    fn dash_boundary(&self) -> &[u8] {
        let line_break = if self.has_lone_lf { 1 } else { 2 };
        &self.finder.needle()[line_break..]
    }

    /// Says what the line at the start of `input` is (RFC 2046 5.1.1: `dash-boundary transport-padding CRLF`).
    fn line(&self, input: &[u8], end: bool) -> Line {
        let unless_more = |line| if end { line } else { Line::Undecided };
        let dash_boundary = self.dash_boundary();
        let Some(rest) = input.strip_prefix(dash_boundary) else {
            return if dash_boundary.starts_with(input) { unless_more(Line::Data) } else { Line::Data };
        };
        let (rest, is_close) = match rest {
            [b'-', b'-', rest @ ..] => (rest, true),
            [] | [b'-'] => return unless_more(Line::Data),
            _ => (rest, false),
        };
        let padding =
            rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).take(Self::MAX_PADDING + 1).count();
        if padding > Self::MAX_PADDING {
            return Line::Data;
        }
        let line_end = match &rest[padding..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            // The message may end right after its closing boundary.
            [] | [b'\r'] => return unless_more(if is_close { Line::Close(input.len()) } else { Line::Data }),
            _ => return Line::Data,
        };
        let length = input.len() - rest.len() + padding + line_end;
        if is_close { Line::Close(length) } else { Line::Delimiter(length, line_end == 1) }
    }
}

#[cfg(test)]
mod tests;
