//! The text decoder: XML 1.0 (fifth edition) and Namespaces in XML 1.0 without document type definitions.
//!
//! Processing instructions are checked and skipped: the node model of webservices.h has none, and XML 1.0 2.6
//! says that an application that does not know a target ignores it. Document type declarations are refused
//! (WWSAPI E.2).

mod content;
mod declaration;
mod markup;
mod pending;
mod tag;

use super::input::TextInput;
use crate::xml::{
    NodeType, Text,
    decode::{Bad, Chars, Core, Dictionaries, Stop, Strings, Token, Value},
    text::names::{SPACE, is},
};
use pending::Pending;

/// Reads nodes from a text document.
#[derive(Debug)]
pub(crate) struct TextDecoder<'a> {
    pub(crate) input: TextInput<'a>,
    mode: Mode,
    pending: Option<Pending>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// At the first character, where a declaration may stand.
    Start,
    Content,
    CData,
}

/// What a rare token came to.
enum Rare {
    Node,
    /// Nothing the node model knows: go on behind it.
    Skip,
    /// The start of a CDATA section.
    CData,
    EndCData,
}

/// One token being read: characters, and where it starts.
#[derive(Clone, Copy)]
struct Scan<'s> {
    window: &'s str,
    /// Where the token starts.
    token: usize,
    /// The window reaches to the end of the document.
    complete: bool,
    /// No more characters will come: the document ends, or what follows are none.
    last: bool,
    /// Text of this length need not be waited for to its end.
    piece: usize,
}

impl<'s> Scan<'s> {
    fn bytes(&self) -> &'s [u8] {
        self.window.as_bytes()
    }

    /// Where the strings of the token lie.
    #[inline(always)]
    fn lookup(&self) -> Token<'s> {
        Token { window: &self.window[self.token..] }
    }
}

impl<'a> TextDecoder<'a> {
    pub(crate) fn new(input: TextInput<'a>) -> Self {
        TextDecoder { input, mode: Mode::Start, pending: None }
    }

    /// Reads one node.
    #[inline]
    pub(crate) fn next(&mut self, core: &mut Core) -> Result<(), Stop> {
        if self.mode != Mode::Content || self.pending.is_some() {
            return self.rare(core);
        }
        let token = self.input.pos;
        let scan = self.scan(core);
        let result = match scan.bytes().get(token..) {
            Some([b'<', b'!' | b'?', ..] | [b'<'] | []) | None => return self.rare(core),
            Some([b'<', b'/', ..]) => tag::end(scan, core),
            Some([b'<', ..]) => tag::start(scan, core),
            Some(_) => content::text(scan, core),
        };
        match result {
            Ok(end) => {
                self.input.token = token;
                self.input.pos = end;
                Ok(())
            }
            Err(stop) => Err(self.stopped(stop)),
        }
    }

    #[inline(always)]
    fn scan(&self, core: &Core) -> Scan<'_> {
        Scan {
            window: self.input.window(),
            token: self.input.pos,
            complete: self.input.is_complete(),
            last: self.input.is_last(),
            piece: if self.input.is_stream() { core.options.stream_buffer_size as usize } else { MAX_TEXT },
        }
    }

    #[cold]
    fn stopped(&mut self, stop: Stop) -> Stop {
        if stop.is_more() {
            let (window, token) = (self.input.window(), self.input.pos);
            self.pending = Some(Pending::new(&window.as_bytes()[token..], self.mode == Mode::CData));
        }
        stop
    }

    /// Reads what is neither a tag nor plain text, or goes on with a token that was not complete.
    #[inline(never)]
    fn rare(&mut self, core: &mut Core) -> Result<(), Stop> {
        loop {
            let scan = self.scan(core);
            let token = scan.token;
            if let Some(pending) = &self.pending {
                let mut pending = *pending;
                let found = pending.resume(scan);
                self.pending = if found { None } else { Some(pending) };
                if !found {
                    return Err(Stop::MORE);
                }
            }
            let scan = self.scan(core);
            let result = match self.mode {
                Mode::Start => declaration::start(scan, core, &self.input).map(|end| (Rare::Skip, end)),
                Mode::CData => content::cdata(scan, core),
                Mode::Content => rare_token(scan, core),
            };
            let (found, end) = match result {
                Ok(found) => found,
                Err(stop) => return Err(self.stopped(stop)),
            };
            self.input.pos = end;
            match found {
                Rare::Skip => {
                    self.mode = Mode::Content;
                    continue;
                }
                Rare::Node => {}
                Rare::CData => {
                    self.mode = Mode::CData;
                    core.commit(NodeType::CData, Value::EMPTY);
                }
                Rare::EndCData => {
                    self.mode = Mode::Content;
                    core.commit(NodeType::EndCData, Value::EMPTY);
                }
            }
            self.input.token = token;
            return Ok(());
        }
    }

    /// Characters of the present token.
    #[inline]
    pub(crate) fn of_token(&self, chars: Chars) -> &str {
        let start = self.input.token + chars.start() as usize;
        &self.input.window()[start..start + chars.len() as usize]
    }

    /// What the present node points into.
    #[inline]
    pub(crate) fn strings<'s>(&'s self, core: &'s Core) -> Strings<'s> {
        Strings {
            window: self.input.window().get(self.input.token..).unwrap_or_default(),
            scratch: &core.scratch,
            scope: core.scope.arena(),
            ..Strings::default()
        }
    }

    /// Whether a start or end tag comes next.
    #[inline]
    pub(crate) fn tag_follows(&self) -> bool {
        let bytes = self.input.window().as_bytes();
        let next = bytes.get(self.input.pos..self.input.pos + 2);
        self.mode == Mode::Content && next.is_some_and(|n| n[0] == b'<' && n[1] != b'!' && n[1] != b'?')
    }

    /// Plain text from here on with the end tag of the innermost element behind it, and where that ends.
    #[inline]
    pub(crate) fn simple_content(&self, core: &Core) -> Option<(Text<'_>, usize)> {
        if self.mode != Mode::Content || self.pending.is_some() {
            return None;
        }
        let (window, start) = (self.input.window(), self.input.pos);
        let end = content::plain(window.as_bytes(), start);
        let name = core.scope.name_at(core.depth())?;
        let tag = window.as_bytes().get(end..end + name.len() + 3)?;
        let fits = tag[..2] == *b"</" && tag[2..name.len() + 2] == *name && tag[name.len() + 2] == b'>';
        fits.then(|| (Text::Utf8(&window[start..end]), end + tag.len()))
    }

    /// The document ends within a token.
    #[cold]
    pub(crate) fn cut_short(&self, core: &Core) -> Bad {
        let (window, token) = (self.input.window(), self.input.pos);
        let rest = &window[token..];
        let what = match (self.mode, rest) {
            (Mode::CData, _) => "a CDATA section".into(),
            (_, r) if r.starts_with("<!--") => "a comment".into(),
            (_, r) if r.starts_with("<?") => "a processing instruction".into(),
            (_, r) if r.starts_with("</") => "an end tag".into(),
            (_, r) if r.starts_with('<') => "a start tag".into(),
            _ => "a reference".to_owned(),
        };
        let open = match core.depth() {
            0 => String::new(),
            _ => format!("; {} not closed", core.open_elements(Dictionaries::default())),
        };
        Bad::new(window.len(), format!("the document ends inside {what}{open}"))
    }
}

/// Text of memory input comes whole up to this size.
const MAX_TEXT: usize = super::input::MAX_TOKEN / 2;

fn rare_token(scan: Scan<'_>, core: &mut Core) -> Result<(Rare, usize), Stop> {
    let end = match scan.bytes().get(scan.token..).unwrap_or_default() {
        [b'<', b'!', ..] => return markup::declaration(scan, core),
        [b'<', b'?', ..] => return markup::instruction(scan).map(|end| (Rare::Skip, end)),
        [b'<', b'/', ..] => tag::end(scan, core)?,
        [b'<', _, ..] => tag::start(scan, core)?,
        [] if scan.complete => {
            core.commit_eof(scan.token, Dictionaries::default(), true)?;
            scan.token
        }
        [] | [b'<'] => return Err(Stop::MORE),
        _ => content::text(scan, core)?,
    };
    Ok((Rare::Node, end))
}

/// The first byte from `at` on that is not white space.
#[inline]
fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&b| is(b, SPACE)) {
        at += 1;
    }
    at
}
