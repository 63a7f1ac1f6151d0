//! The binary decoder: the records of MC-NBFX with the dictionaries of MC-NBFS and MC-NBFSE.

mod array;
mod cursor;
mod session;
mod strings;
mod tag;
mod text;

use super::{
    BinaryDictionaries, Dynamic,
    record::{self, WITH_END_ELEMENT},
};
use crate::{
    Error,
    xml::{
        NodeType,
        decode::{Bad, ByteInput, Chars, Core, Dictionaries, Span, Stop, Strings, Value},
        dictionary::Dictionary,
    },
};
use array::Array;
use cursor::Cursor;
pub(crate) use session::Session;
use text::{Found, Long};

/// Reads nodes from binary XML.
#[derive(Debug)]
pub(crate) struct BinaryDecoder<'a> {
    pub(crate) input: ByteInput<'a>,
    dictionaries: BinaryDictionaries,
    session: Session,
    /// The text that was read ends its element, too.
    end_pending: bool,
    /// Text whose record is longer than what was fed.
    long: Option<Long>,
    array: Option<Array>,
    /// Characters of the present text node that lie in memory.
    text: &'a str,
}

impl<'a> BinaryDecoder<'a> {
    /// `session` has the strings of earlier documents.
    pub(crate) fn new(input: ByteInput<'a>, dictionaries: BinaryDictionaries, session: Session) -> Self {
        BinaryDecoder { input, dictionaries, session, end_pending: false, long: None, array: None, text: "" }
    }

    /// The strings that documents brought.
    pub(crate) fn into_session(self) -> Session {
        self.session
    }

    /// What strings of the present node point into, but for scratch and scope.
    #[inline]
    pub(crate) fn strings(&self) -> Strings<'_> {
        Strings {
            window: self.text,
            bytes: self.input.bytes().get(self.input.token..).unwrap_or_default(),
            dictionaries: self.dictionaries(),
            ..Strings::default()
        }
    }

    /// The characters of the present text node that lie in memory.
    #[inline]
    pub(crate) fn borrowed(&self) -> &'a str {
        self.text
    }

    #[inline]
    pub(crate) fn dictionaries(&self) -> Dictionaries<'_> {
        Dictionaries { fixed: self.dictionaries.fixed.as_deref(), dynamic: self.dynamic() }
    }

    #[inline]
    fn dynamic(&self) -> Option<&Dictionary> {
        match &self.dictionaries.dynamic {
            Dynamic::None => None,
            Dynamic::Table(table) => Some(table),
            Dynamic::Session => Some(self.session.dictionary()),
        }
    }

    /// Reads one node.
    #[inline]
    pub(crate) fn next(&mut self, core: &mut Core) -> Result<NodeType, Stop> {
        if self.end_pending {
            self.end_pending = false;
            return Ok(core.commit_end());
        }
        if self.long.is_some() {
            return self.long_text(core);
        }
        if self.array.is_some()
            && let Some(kind) = self.array_node(core)?
        {
            return Ok(kind);
        }
        if matches!(self.dictionaries.dynamic, Dynamic::Session) && !self.session.is_read() {
            let end = self.session.read(Cursor::new(self.input.bytes(), self.input.pos), &core.options)?;
            self.input.pos = end;
        }
        self.record(core)
    }

    fn record(&mut self, core: &mut Core) -> Result<NodeType, Stop> {
        let token = self.input.pos;
        let mut at = Cursor::new(self.input.bytes(), token);
        if at.is_at_end() && self.input.is_complete() {
            return Ok(core.commit_eof(token, self.dictionaries(), false)?);
        }
        let kind = at.byte()?;
        match kind {
            record::END_ELEMENT => {
                if core.depth() == 0 {
                    return Err(Bad::new(token, "an EndElement record (0x01) without an element").into());
                }
                self.advance(token, at.at());
                Ok(core.commit_end())
            }
            record::SHORT_ELEMENT..=0x77 => {
                core.begin();
                let name = tag::element(kind, &mut at, core, self.dictionaries())?;
                let complete = self.input.is_complete();
                let strings = Strings { dictionaries: self.dictionaries(), ..Strings::default() };
                tag::attributes(&mut at, core, token, complete, self.dictionaries())?;
                let end = at.at();
                let kind = core.commit_element((token, token), strings, name, false, false)?;
                self.advance(token, end);
                Ok(kind)
            }
            record::ZERO_TEXT..=0xBD => self.text_record(kind, token, core),
            record::COMMENT => {
                core.begin();
                let text = at.string()?;
                core.next.scratch.push_str(text);
                let value = Value::Chars(Chars::scratch(0, core.next.scratch.len()));
                self.advance(token, at.at());
                Ok(core.commit(NodeType::Comment, value))
            }
            record::ARRAY => self.start_array(core),
            _ => Err(Bad::new(token, unknown(kind)).into()),
        }
    }

    fn text_record(&mut self, kind: u8, token: usize, core: &mut Core) -> Result<NodeType, Stop> {
        core.begin();
        let mut at = Cursor::new(self.input.bytes(), token + 1);
        let piece =
            if self.input.is_stream() { core.options.stream_buffer_size as usize } else { usize::MAX };
        let found = text::text(kind & !WITH_END_ELEMENT, &mut at, core, self.dictionaries(), piece)?;
        if kind == record::END_LIST_TEXT | WITH_END_ELEMENT
            || kind == record::START_LIST_TEXT | WITH_END_ELEMENT
        {
            return Err(Bad::new(token, unknown(kind)).into());
        }
        let ends = kind & WITH_END_ELEMENT != 0;
        if ends && core.depth() == 0 {
            return Err(Bad::new(token, "a text record ends an element, but none is open").into());
        }
        let end = at.at();
        let value = match found {
            Found::Value(value) => value,
            Found::Utf8(range) => match self.input.as_memory() {
                Some(bytes) => {
                    self.text = cursor::utf8(&bytes[range.clone()], range.start)?;
                    Value::Chars(Chars::window(0, self.text.len()))
                }
                None => {
                    let text = cursor::utf8(&self.input.bytes()[range.clone()], range.start)?;
                    core.next.scratch.push_str(text);
                    Value::Chars(Chars::scratch(0, text.len()))
                }
            },
            Found::Bytes(range) => Value::Bytes(Span::new(range.start - token, range.end - token)),
            Found::Long(long) => {
                // What was fed of it comes as a first piece.
                self.long = Some(long.ending(ends));
                self.input.pos = end;
                return self.long_text(core);
            }
        };
        let strings = Strings { window: self.text, dictionaries: self.dictionaries(), ..Strings::default() };
        let kind = core.commit_text(token, strings, value)?;
        self.end_pending = ends;
        self.advance(token, end);
        Ok(kind)
    }

    fn advance(&mut self, token: usize, end: usize) {
        self.input.token = token;
        self.input.pos = end;
    }

    /// Whether a start or end tag comes next.
    #[inline]
    pub(crate) fn tag_follows(&self) -> bool {
        if self.end_pending {
            return true;
        }
        let next = self.input.bytes().get(self.input.pos);
        self.long.is_none()
            && self.array.is_none()
            && next.is_some_and(|&b| matches!(b, record::END_ELEMENT | record::ARRAY..=0x77))
    }

    /// The input ends within a record.
    #[cold]
    pub(crate) fn cut_short(&self, core: &Core) -> Bad {
        let (bytes, token) = (self.input.bytes(), self.input.pos);
        let what = match bytes.get(token) {
            Some(&kind) => format!("inside a record {}", describe(kind)),
            None => "between two records".into(),
        };
        let open = match core.depth() {
            0 => String::new(),
            _ => format!("; {} not closed", core.open_elements(self.dictionaries())),
        };
        Bad::new(bytes.len(), format!("the document ends {what}{open}"))
    }

    /// Whether a record that is not complete may become longer.
    pub(crate) fn check_token(&self, core: &Core) -> Result<(), Bad> {
        let limit = core.options.max_token_size as usize;
        if self.input.buffered() <= limit {
            return Ok(());
        }
        let text = format!("a record is longer than max_token_size = {limit} allows");
        Err(Bad { at: self.input.pos, error: Error::quota(text) })
    }
}

/// A record by its name and number: `CHARS8_TEXT (0x99)`.
fn describe(kind: u8) -> String {
    let base = if kind >= record::ZERO_TEXT { kind & !WITH_END_ELEMENT } else { kind };
    match record::name(base) {
        Some(name) => format!("{name} (0x{kind:02X})"),
        None => format!("0x{kind:02X}"),
    }
}

fn unknown(kind: u8) -> String {
    match record::name(kind) {
        Some(name) => format!("a record {name} (0x{kind:02X}) cannot stand here"),
        None => format!("0x{kind:02X} is no record"),
    }
}
