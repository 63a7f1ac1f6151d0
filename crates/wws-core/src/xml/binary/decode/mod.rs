//! The binary decoder: the records of MC-NBFX with the dictionaries of MC-NBFS and MC-NBFSE.

mod array;
mod cursor;
mod session;
mod strings;
mod tables;
mod tag;
mod text;

use super::{
    BinaryDictionaries,
    record::{self, WITH_END_ELEMENT},
};
use crate::{
    Error,
    xml::{
        NodeType, Text,
        decode::{Bad, ByteInput, Chars, Core, MAX_CHARS, Span, Stop, Strings, Value},
    },
};
use array::Array;
use cursor::Cursor;
pub(crate) use session::Session;
use tables::Tables;
use text::{Found, Long};

/// Reads nodes from binary XML.
#[derive(Debug)]
pub(crate) struct BinaryDecoder<'a> {
    pub(crate) input: ByteInput<'a>,
    pub(crate) tables: Tables,
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
        let tables = Tables::new(dictionaries, session);
        BinaryDecoder { input, tables, end_pending: false, long: None, array: None, text: "" }
    }

    /// The strings that documents brought.
    pub(crate) fn into_session(self) -> Session {
        self.tables.session
    }

    /// What strings of the present node point into, but for scratch and scope.
    #[inline]
    pub(crate) fn strings(&self) -> Strings<'_> {
        Strings {
            window: self.text,
            bytes: self.input.bytes().get(self.input.token..).unwrap_or_default(),
            dictionaries: self.tables.dictionaries(),
            ..Strings::default()
        }
    }

    /// The characters of the present text node that lie in memory.
    #[inline]
    pub(crate) fn borrowed(&self) -> &'a str {
        self.text
    }

    /// Reads one node.
    #[inline]
    pub(crate) fn next(&mut self, core: &mut Core) -> Result<(), Stop> {
        if self.end_pending {
            self.end_pending = false;
            core.commit_end();
            return Ok(());
        }
        if self.long.is_some() || self.array.is_some() || self.tables.wait_for_strings() {
            return self.unfinished(core);
        }
        self.record(core)
    }

    /// Goes on with a record that has more than one node, or reads the strings of the session first.
    #[inline(never)]
    fn unfinished(&mut self, core: &mut Core) -> Result<(), Stop> {
        if self.long.is_some() {
            return self.long_text(core);
        }
        if self.array_node(core)? {
            return Ok(());
        }
        if self.tables.wait_for_strings() {
            let end =
                self.tables.session.read(Cursor::new(self.input.bytes(), self.input.pos), &core.options)?;
            self.input.pos = end;
        }
        self.record(core)
    }

    #[inline]
    fn record(&mut self, core: &mut Core) -> Result<(), Stop> {
        let token = self.input.pos;
        match self.input.bytes().get(token) {
            Some(&kind @ record::ZERO_TEXT..=0xBD) => self.text_record(kind, token, core),
            Some(&kind @ record::SHORT_ELEMENT..=0x77) => self.element(kind, token, core),
            Some(&record::END_ELEMENT) if core.depth() > 0 => {
                self.advance(token, token + 1);
                core.commit_end();
                Ok(())
            }
            kind => self.rare_record(kind.copied(), token, core),
        }
    }

    #[inline(never)]
    fn element(&mut self, kind: u8, token: usize, core: &mut Core) -> Result<(), Stop> {
        core.begin();
        let mut at = Cursor::new(self.input.bytes(), token + 1);
        let name = tag::element(kind, &mut at, core, &self.tables)?;
        match at.peek() {
            Some(record::SHORT_ATTRIBUTE..=0x3F) => {
                tag::attributes(&mut at, core, token, self.input.is_complete(), &self.tables)?;
            }
            // Attributes may follow.
            None if !self.input.is_complete() => return Err(Stop::MORE),
            _ => {}
        }
        let end = at.at();
        core.commit_element((token, token), &self.tables, name, false)?;
        self.advance(token, end);
        Ok(())
    }

    /// Reads what is neither the start or end of an element nor text.
    #[inline(never)]
    fn rare_record(&mut self, kind: Option<u8>, token: usize, core: &mut Core) -> Result<(), Stop> {
        match kind {
            None if self.input.is_complete() => {
                core.commit_eof(token, self.tables.dictionaries(), false)?;
                self.advance(token, token);
                Ok(())
            }
            None => Err(Stop::MORE),
            Some(record::COMMENT) => {
                core.begin();
                let mut at = Cursor::new(self.input.bytes(), token + 1);
                core.next.scratch.push_str(at.string()?);
                let value = Value::Chars(Chars::scratch(0, core.next.scratch.len()));
                self.advance(token, at.at());
                core.commit(NodeType::Comment, value);
                Ok(())
            }
            Some(record::ARRAY) => self.start_array(core),
            Some(record::END_ELEMENT) => {
                Err(Bad::new(token, "an EndElement record (0x01) without an element").into())
            }
            Some(kind) => Err(Bad::new(token, unknown(kind)).into()),
        }
    }

    #[inline(never)]
    fn text_record(&mut self, kind: u8, token: usize, core: &mut Core) -> Result<(), Stop> {
        core.begin();
        let mut at = Cursor::new(self.input.bytes(), token + 1);
        let piece = match () {
            // What stands outside of elements must be blank, which can be said of a whole only.
            () if core.depth() == 0 && !core.options.allow_fragment => usize::MAX,
            // The record goes on where the document ends: what is there is looked at.
            () if self.input.is_complete() => 0,
            () => core.options.stream_buffer_size as usize,
        };
        let found = text::text(kind & !WITH_END_ELEMENT, &mut at, core, &self.tables, piece)?;
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
        if core.depth() == 0 {
            core.check_top_text(token, &self.strings(), value)?;
        }
        let value = if matches!(value, Value::QName { .. }) { core.resolved(value) } else { value };
        core.commit(NodeType::Text, value);
        self.end_pending = ends;
        self.advance(token, end);
        Ok(())
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

    /// A text record that ends its element, if it comes next and is complete; and where it ends.
    #[inline]
    pub(crate) fn simple_content(&self) -> Option<(Text<'_>, usize)> {
        let bytes = self.input.bytes();
        let kind = *bytes.get(self.input.pos)?;
        if !(record::ZERO_TEXT..=0xBD).contains(&kind) || kind & WITH_END_ELEMENT == 0 || self.array.is_some()
        {
            return None;
        }
        text::simple(kind & !WITH_END_ELEMENT, Cursor::new(bytes, self.input.pos + 1), &self.tables)
    }

    /// The input ends within a record.
    #[cold]
    pub(crate) fn cut_short(&self, core: &Core) -> Bad {
        let (bytes, token) = (self.input.bytes(), self.input.pos);
        let what = match bytes.get(token) {
            _ if self.long.is_some() => "inside a record of text".into(),
            Some(&kind) => format!("inside a record {}", describe(kind)),
            None => "between two records".into(),
        };
        let open = match core.depth() {
            0 => String::new(),
            _ => format!("; {} not closed", core.open_elements(self.tables.dictionaries())),
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

/// Text of memory input comes whole up to this size.
const MAX_TEXT: usize = MAX_CHARS / 2;

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
