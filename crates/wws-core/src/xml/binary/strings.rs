//! From strings to their numbers: the static dictionary, a session, or a callback.

use super::{
    options::{BinaryEncoding, DynamicStrings},
    record::append_int31,
};
use crate::{
    Error, Result,
    xml::{DictionaryKey, XmlStr, dictionary::DictionaryRef},
};
use std::collections::HashMap;

/// The numbers of strings on the wire: even ones are static, odd ones dynamic (MC-NBFS 2.1, MC-NBFSE 2.1).
#[derive(Default)]
pub(crate) struct Strings {
    fixed: Option<DictionaryRef>,
    /// The key of the static dictionary, or [`DictionaryKey::NONE`].
    fixed_key: DictionaryKey,
    find_plain: bool,
    dynamic: Dynamic,
}

#[derive(Default)]
enum Dynamic {
    #[default]
    None,
    Session(Session),
    Table(DictionaryRef),
    Callback {
        callback: Box<dyn super::options::FindString + Send>,
        answers: HashMap<(DictionaryKey, u32), Option<u32>>,
    },
}

/// The strings of a session that this side has announced, or is about to.
#[derive(Default)]
pub(crate) struct Session {
    numbers: HashMap<Box<str>, u32>,
    /// The short cut to a number: which string it is in its own dictionary.
    known: HashMap<(DictionaryKey, u32), u32>,
    size: usize,
    max_size: usize,
    /// The table of the document being written: each string with its length in front.
    table: Vec<u8>,
}

impl Strings {
    /// The strings of a new document; those of a session go on.
    pub(crate) fn new(encoding: BinaryEncoding, session: Option<Session>) -> Self {
        let dynamic = match encoding.dynamic {
            DynamicStrings::None => Dynamic::None,
            DynamicStrings::Session { max_size } => {
                let session = session.unwrap_or_default();
                // Strings of a document that was given up before its table was taken are announced with the next one.
                Dynamic::Session(Session { max_size: max_size as usize, ..session })
            }
            DynamicStrings::Table(table) => Dynamic::Table(table),
            DynamicStrings::Callback(callback) => Dynamic::Callback { callback, answers: HashMap::new() },
        };
        let fixed_key = encoding.fixed.as_ref().map_or(DictionaryKey::NONE, |dictionary| dictionary.key());
        Strings { fixed: encoding.fixed, fixed_key, find_plain: encoding.find_plain_strings, dynamic }
    }

    /// The number of the string on the wire, if it is a static one of a single byte; quick, and most names are.
    #[inline(always)]
    pub(crate) fn find_short(&self, string: XmlStr<'_>) -> Option<u8> {
        (string.is_same_entry(self.fixed_key, string.id()) && string.id() < 0x40)
            .then_some((string.id() << 1) as u8)
    }

    /// The number of the string on the wire, if it has one.
    #[inline]
    pub(crate) fn find(&mut self, string: XmlStr<'_>) -> Result<Option<u32>> {
        let key = string.dictionary();
        if key == DictionaryKey::NONE && !self.find_plain {
            return Ok(None);
        }
        if key == self.fixed_key && key != DictionaryKey::NONE {
            return even(string.id());
        }
        self.find_slowly(string)
    }

    fn find_slowly(&mut self, string: XmlStr<'_>) -> Result<Option<u32>> {
        if self.find_plain
            && let Some(id) = self.fixed.as_ref().and_then(|fixed| fixed.find(string.as_str()))
        {
            return even(id);
        }
        let is_plain = string.dictionary() == DictionaryKey::NONE;
        let id = match &mut self.dynamic {
            Dynamic::Table(table) if string.dictionary() == table.key() => Some(string.id()),
            Dynamic::Table(table) if self.find_plain => table.find(string.as_str()),
            _ if is_plain => None,
            Dynamic::None | Dynamic::Table(_) => None,
            Dynamic::Session(session) => session.find(string),
            Dynamic::Callback { callback, answers } => {
                match answers.entry((string.dictionary(), string.id())) {
                    std::collections::hash_map::Entry::Occupied(answer) => *answer.get(),
                    std::collections::hash_map::Entry::Vacant(place) => *place.insert(callback.find(string)?),
                }
            }
        };
        id.map(odd).transpose()
    }

    /// Whether the document waits for its table.
    pub(crate) fn is_session(&self) -> bool {
        matches!(self.dynamic, Dynamic::Session(_))
    }

    /// The table that stands in front of the document: its size, then the strings (MC-NBFSE 2.1).
    pub(crate) fn take_table(&mut self) -> Option<Vec<u8>> {
        let Dynamic::Session(session) = &mut self.dynamic else { return None };
        let strings = std::mem::take(&mut session.table);
        let mut table = Vec::with_capacity(strings.len() + 5);
        append_int31(&mut table, strings.len() as u32);
        table.extend_from_slice(&strings);
        Some(table)
    }

    pub(crate) fn into_session(self) -> Option<Session> {
        match self.dynamic {
            Dynamic::Session(session) => Some(session),
            _ => None,
        }
    }
}

impl Session {
    fn find(&mut self, string: XmlStr<'_>) -> Option<u32> {
        let place = (string.dictionary(), string.id());
        if let Some(number) = self.known.get(&place) {
            return Some(*number);
        }
        let text = string.as_str();
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None if self.size + text.len() > self.max_size => return None,
            None => {
                let number = self.numbers.len() as u32;
                self.numbers.insert(text.into(), number);
                self.size += text.len();
                append_int31(&mut self.table, text.len() as u32);
                self.table.extend_from_slice(text.as_bytes());
                number
            }
        };
        self.known.insert(place, number);
        Some(number)
    }
}

#[inline]
fn even(id: u32) -> Result<Option<u32>> {
    if id < 1 << 30 { Ok(Some(id << 1)) } else { Err(too_large(id)) }
}

fn odd(id: u32) -> Result<u32> {
    if id < 1 << 30 { Ok(id << 1 | 1) } else { Err(too_large(id)) }
}

#[cold]
fn too_large(id: u32) -> Error {
    Error::argument(format!("{id} cannot be the number of a string: it has to be below 2^30"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Dictionary;

    #[test]
    fn even_and_odd() {
        let own = Dictionary::new(["a", "b"]);
        let mut strings = Strings::new(BinaryEncoding::soap_session(), None);
        assert_eq!(strings.find(Dictionary::nbfs().get(3).unwrap()).unwrap(), Some(6));
        assert_eq!(strings.find(own.get(1).unwrap()).unwrap(), Some(1));
        assert_eq!(strings.find(own.get(0).unwrap()).unwrap(), Some(3));
        assert_eq!(strings.find(own.get(1).unwrap()).unwrap(), Some(1));
        assert_eq!(strings.find("b".into()).unwrap(), None);
        assert_eq!(strings.take_table().unwrap(), [4, 1, b'b', 1, b'a']);
        // The next document of the session announces nothing twice.
        let mut next = Strings::new(BinaryEncoding::soap_session(), strings.into_session());
        assert_eq!(next.find(own.get(0).unwrap()).unwrap(), Some(3));
        let other = Dictionary::new(["a"]);
        assert_eq!(next.find(other.get(0).unwrap()).unwrap(), Some(3));
        assert_eq!(next.take_table().unwrap(), [0]);
    }

    #[test]
    fn a_full_session_takes_no_more() {
        let encoding =
            BinaryEncoding { dynamic: DynamicStrings::Session { max_size: 3 }, ..BinaryEncoding::default() };
        let own = Dictionary::new(["ab", "cd", "e"]);
        let mut strings = Strings::new(encoding, None);
        let numbers = [0, 1, 2].map(|id| strings.find(own.get(id).unwrap()).unwrap());
        assert_eq!(numbers, [Some(1), None, Some(3)]);
    }

    #[test]
    fn a_callback_is_asked_once() {
        let mut asked = 0;
        let callback = move |string: XmlStr<'_>| {
            asked += 1;
            Ok((string.as_str() == "b").then_some(asked))
        };
        let dynamic = DynamicStrings::Callback(Box::new(callback));
        let mut strings = Strings::new(BinaryEncoding { dynamic, ..BinaryEncoding::default() }, None);
        let own = Dictionary::new(["a", "b"]);
        for _ in 0..2 {
            assert_eq!(strings.find(own.get(0).unwrap()).unwrap(), None);
            assert_eq!(strings.find(own.get(1).unwrap()).unwrap(), Some(5));
        }
        assert!(strings.find(XmlStr::in_dictionary("x", DictionaryKey::unique(), 0)).unwrap().is_none());
    }

    #[test]
    fn plain_strings_on_request() {
        let encoding = BinaryEncoding { find_plain_strings: true, ..BinaryEncoding::soap() };
        let mut strings = Strings::new(encoding, None);
        assert_eq!(strings.find("Envelope".into()).unwrap(), Some(2));
        assert_eq!(strings.find("no such string".into()).unwrap(), None);
    }
}
