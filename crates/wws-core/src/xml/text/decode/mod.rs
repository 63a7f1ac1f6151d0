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
    NodeType,
    decode::{Bad, Core, Dictionaries, Stop, Strings, Value},
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

/// What a token came to.
enum Token {
    Node(NodeType),
    /// Nothing the node model knows: go on behind it.
    Skip,
    /// The declaration at the start.
    Declaration,
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
    /// Text of this length need not be waited for to its end.
    piece: usize,
}

impl<'s> Scan<'s> {
    fn bytes(&self) -> &'s [u8] {
        self.window.as_bytes()
    }

    /// What strings of the node being read point into.
    fn strings(&self) -> Strings<'s> {
        Strings { window: &self.window[self.token..], ..Strings::default() }
    }
}

impl<'a> TextDecoder<'a> {
    pub(crate) fn new(input: TextInput<'a>) -> Self {
        TextDecoder { input, mode: Mode::Start, pending: None }
    }

    /// Reads one node.
    #[inline]
    pub(crate) fn next(&mut self, core: &mut Core) -> Result<NodeType, Stop> {
        loop {
            let (token, complete) = (self.input.pos, self.input.is_complete());
            let piece =
                if self.input.is_stream() { core.options.stream_buffer_size as usize } else { MAX_TEXT };
            let scan = Scan { window: self.input.window(), token, complete, piece };
            if let Some(pending) = &mut self.pending {
                pending.resume(scan)?;
                self.pending = None;
            }
            let (found, end) = match self.mode {
                Mode::Content => content_token(scan, core),
                Mode::CData => content::cdata(scan, core),
                Mode::Start => declaration::start(scan, core, &self.input),
            }
            .inspect_err(|stop| {
                if matches!(stop, Stop::More) {
                    self.pending = Some(Pending::new(scan, self.mode == Mode::CData));
                }
            })?;
            self.input.pos = end;
            match found {
                Token::Node(kind) => {
                    self.input.token = token;
                    return Ok(kind);
                }
                Token::Skip => {}
                Token::Declaration => self.mode = Mode::Content,
                Token::CData => {
                    self.input.token = token;
                    self.mode = Mode::CData;
                    return Ok(core.commit(NodeType::CData, Value::EMPTY));
                }
                Token::EndCData => {
                    self.input.token = token;
                    self.mode = Mode::Content;
                    return Ok(core.commit(NodeType::EndCData, Value::EMPTY));
                }
            }
        }
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

#[inline]
fn content_token(scan: Scan<'_>, core: &mut Core) -> Result<(Token, usize), Stop> {
    let bytes = scan.bytes();
    match bytes.get(scan.token) {
        Some(b'<') => match bytes.get(scan.token + 1) {
            Some(b'/') => tag::end(scan, core),
            Some(b'!') => markup::declaration(scan, core),
            Some(b'?') => markup::instruction(scan, core),
            Some(_) => tag::start(scan, core),
            None => Err(Stop::More),
        },
        Some(_) => content::text(scan, core),
        None if scan.complete => {
            let kind = core.commit_eof(scan.token, Dictionaries::default(), true)?;
            Ok((Token::Node(kind), scan.token))
        }
        None => Err(Stop::More),
    }
}

/// The first byte from `at` on that is not white space.
#[inline]
fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&b| is(b, SPACE)) {
        at += 1;
    }
    at
}
