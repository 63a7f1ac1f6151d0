//! The binary encoder: elements, attributes, declarations and comments as records (MC-NBFX 2.2.1, 2.2.2).

use super::{
    encode_text::append_text,
    options::BinaryEncoding,
    record::*,
    strings::{Session, Strings},
};
use crate::{
    Error, Result,
    xml::{
        XmlStr,
        encode::AttributeContent,
        output::{Carry, Output},
        text::escape,
    },
};

/// Writes nodes as MC-NBFX records.
pub(crate) struct BinaryEncoder {
    pub(super) strings: Strings,
    allow_invalid: bool,
    pub(super) utf16_text: bool,
    /// The last text record and where it ends: if the end of the element follows, the record says so itself.
    pub(super) text: TextRecord,
    /// Bytes that wait to make up a multiple of three.
    pub(super) carry: Carry,
    /// The value of the attribute being written, which has to be one record.
    pub(super) value: Vec<u8>,
}

/// Where a text record stands in the buffer; none if its end is 0.
#[derive(Clone, Copy, Default)]
pub(super) struct TextRecord {
    pub(super) at: usize,
    pub(super) end: usize,
}

impl BinaryEncoder {
    pub(crate) fn new(encoding: BinaryEncoding, session: Option<Session>, allow_invalid: bool) -> Self {
        BinaryEncoder {
            utf16_text: encoding.utf16_text,
            strings: Strings::new(encoding, session),
            allow_invalid,
            text: TextRecord::default(),
            carry: Carry::default(),
            value: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn start_element(&mut self, out: &mut Output, prefix: &str, local: XmlStr<'_>) -> Result<()> {
        const ELEMENTS: Kinds = Kinds {
            short: SHORT_ELEMENT,
            long: ELEMENT,
            letter: PREFIX_ELEMENT_A,
            dictionary_short: SHORT_DICTIONARY_ELEMENT,
            dictionary_long: DICTIONARY_ELEMENT,
            dictionary_letter: PREFIX_DICTIONARY_ELEMENT_A,
        };
        self.name(out, &ELEMENTS, prefix, local)
    }

    #[inline]
    pub(crate) fn start_attribute(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
    ) -> Result<()> {
        const ATTRIBUTES: Kinds = Kinds {
            short: SHORT_ATTRIBUTE,
            long: ATTRIBUTE,
            letter: PREFIX_ATTRIBUTE_A,
            dictionary_short: SHORT_DICTIONARY_ATTRIBUTE,
            dictionary_long: DICTIONARY_ATTRIBUTE,
            dictionary_letter: PREFIX_DICTIONARY_ATTRIBUTE_A,
        };
        self.name(out, &ATTRIBUTES, prefix, local)
    }

    /// The shortest of the six records for a name.
    #[inline(always)]
    fn name(&mut self, out: &mut Output, kinds: &Kinds, prefix: &str, local: XmlStr<'_>) -> Result<()> {
        if let (Some(id), Some(letter)) = (self.strings.find_short(local), kinds.dictionary_record(prefix)) {
            out.buffer.extend_from_slice(&[letter, id]);
            return Ok(());
        }
        self.any_name(out, kinds, prefix, local)
    }

    fn any_name(&mut self, out: &mut Output, kinds: &Kinds, prefix: &str, local: XmlStr<'_>) -> Result<()> {
        let id = self.strings.find(local)?;
        let out = &mut out.buffer;
        let (short, letter, long) = match id {
            None => (kinds.short, kinds.letter, kinds.long),
            Some(_) => (kinds.dictionary_short, kinds.dictionary_letter, kinds.dictionary_long),
        };
        match prefix.as_bytes() {
            [] => out.push(short),
            [c @ b'a'..=b'z'] => out.push(letter + (c - b'a')),
            _ => {
                out.push(long);
                append_string(out, prefix)?;
            }
        }
        match id {
            None => append_string(out, local.as_str())?,
            Some(id) => append_int31(out, id),
        }
        Ok(())
    }

    /// Adds to the value of the attribute being written.
    pub(crate) fn attribute_chars(&mut self, text: &str) -> Result<()> {
        self.check_chars(text)?;
        self.value.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// Adds to the value of the attribute being written.
    pub(crate) fn attribute_bytes(&mut self, bytes: &[u8]) {
        self.value.extend_from_slice(bytes);
    }

    #[inline]
    pub(crate) fn end_attribute(&mut self, out: &mut Output, content: AttributeContent) -> Result<()> {
        match content {
            AttributeContent::Value => return Ok(()),
            AttributeContent::Nothing => out.buffer.push(EMPTY_TEXT),
            AttributeContent::Chars => append_text(&mut out.buffer, &self.value)?,
            AttributeContent::Bytes => {
                check_length(self.value.len())?;
                sized_head(&mut out.buffer, BYTES8_TEXT, self.value.len());
                out.buffer.extend_from_slice(&self.value);
            }
        }
        self.value.clear();
        Ok(())
    }

    pub(crate) fn xmlns(&mut self, out: &mut Output, prefix: &str, ns: XmlStr<'_>) -> Result<()> {
        let id = self.strings.find(ns)?;
        let out = &mut out.buffer;
        out.push(match (prefix.is_empty(), id) {
            (true, None) => SHORT_XMLNS_ATTRIBUTE,
            (true, Some(_)) => SHORT_DICTIONARY_XMLNS_ATTRIBUTE,
            (false, None) => XMLNS_ATTRIBUTE,
            (false, Some(_)) => DICTIONARY_XMLNS_ATTRIBUTE,
        });
        if !prefix.is_empty() {
            append_string(out, prefix)?;
        }
        match id {
            None => append_string(out, ns.as_str())?,
            Some(id) => append_int31(out, id),
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn end_element(&mut self, out: &mut Output) {
        let out = &mut out.buffer;
        if self.text.end == out.len()
            && let Some(record) = out.get_mut(self.text.at)
        {
            *record |= WITH_END_ELEMENT;
        } else {
            out.push(END_ELEMENT);
        }
        self.text.end = 0;
    }

    pub(crate) fn comment(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.check_chars(text)?;
        out.buffer.push(COMMENT);
        append_string(&mut out.buffer, text)
    }

    #[inline]
    pub(super) fn check_chars(&self, text: &str) -> Result<()> {
        if self.allow_invalid { Ok(()) } else { escape::check(text) }
    }

    /// Says that the buffer leaves: its last record can no longer be changed.
    pub(crate) fn forget_text(&mut self) {
        self.text.end = 0;
    }

    /// Whether the document waits for the table of its session.
    pub(crate) fn is_session(&self) -> bool {
        self.strings.is_session()
    }

    /// What stands in front of the complete document.
    pub(crate) fn take_table(&mut self) -> Option<Vec<u8>> {
        self.strings.take_table()
    }

    pub(crate) fn into_session(self) -> Option<Session> {
        self.strings.into_session()
    }
}

/// The six records for the name of an element or attribute.
struct Kinds {
    short: u8,
    long: u8,
    letter: u8,
    dictionary_short: u8,
    dictionary_long: u8,
    dictionary_letter: u8,
}

impl Kinds {
    /// The record for a name from a dictionary, if the prefix needs no string.
    #[inline(always)]
    fn dictionary_record(&self, prefix: &str) -> Option<u8> {
        match prefix.as_bytes() {
            [] => Some(self.dictionary_short),
            [c @ b'a'..=b'z'] => Some(self.dictionary_letter + (c - b'a')),
            _ => None,
        }
    }
}

/// Appends a string with its length in front: MC-NBFX 2.1.3.
#[inline]
pub(super) fn append_string(out: &mut Vec<u8>, text: &str) -> Result<()> {
    if text.len() < 0x80 {
        out.push(text.len() as u8);
    } else {
        check_length(text.len())?;
        append_int31(out, text.len() as u32);
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

#[inline]
pub(super) fn check_length(length: usize) -> Result<()> {
    if length > MAX_LENGTH {
        return Err(Error::quota(
            "a record of the binary encoding holds less than 2 GiB: write smaller pieces",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Dictionary;

    fn encoded(write: impl FnOnce(&mut BinaryEncoder, &mut Output) -> Result<()>) -> Vec<u8> {
        let mut encoder = BinaryEncoder::new(BinaryEncoding::soap(), None, false);
        let mut out = Output::default();
        write(&mut encoder, &mut out).unwrap();
        out.buffer
    }

    #[test]
    fn the_six_element_records() {
        let local = Dictionary::nbfs().get(5).unwrap(); // Action
        for (prefix, plain, dictionary) in [
            ("", &[0x40, 2, b'e', b'l'][..], &[0x42, 0x0A][..]), // ShortElement, ShortDictionaryElement
            ("a", &[0x5E, 2, b'e', b'l'], &[0x44, 0x0A]),        // PrefixElementA, PrefixDictionaryElementA
            ("z", &[0x77, 2, b'e', b'l'], &[0x5D, 0x0A]),        // PrefixElementZ, PrefixDictionaryElementZ
            ("A", &[0x41, 1, b'A', 2, b'e', b'l'], &[0x43, 1, b'A', 0x0A]), // Element, DictionaryElement
            ("xy", &[0x41, 2, b'x', b'y', 2, b'e', b'l'], &[0x43, 2, b'x', b'y', 0x0A]),
        ] {
            assert_eq!(encoded(|e, out| e.start_element(out, prefix, "el".into())), plain, "{prefix}");
            assert_eq!(encoded(|e, out| e.start_element(out, prefix, local)), dictionary, "{prefix}");
        }
    }

    #[test]
    fn the_six_attribute_records() {
        let local = Dictionary::nbfs().get(14).unwrap(); // Id
        for (prefix, plain, dictionary) in [
            ("", &[0x04, 1, b'x'][..], &[0x06, 0x1C][..]), // ShortAttribute, ShortDictionaryAttribute
            ("a", &[0x26, 1, b'x'], &[0x0C, 0x1C]),        // PrefixAttributeA, PrefixDictionaryAttributeA
            ("z", &[0x3F, 1, b'x'], &[0x25, 0x1C]),        // PrefixAttributeZ, PrefixDictionaryAttributeZ
            ("xml", &[0x05, 3, b'x', b'm', b'l', 1, b'x'], &[0x07, 3, b'x', b'm', b'l', 0x1C]), // (Dictionary)Attribute
        ] {
            assert_eq!(encoded(|e, out| e.start_attribute(out, prefix, "x".into())), plain, "{prefix}");
            assert_eq!(encoded(|e, out| e.start_attribute(out, prefix, local)), dictionary, "{prefix}");
        }
    }

    #[test]
    fn the_four_declarations() {
        let ns = Dictionary::nbfs().get(2).unwrap();
        for (prefix, plain, dictionary) in [
            ("", &[0x08, 1, b'u'][..], &[0x0A, 0x04][..]), // ShortXmlns, ShortDictionaryXmlns
            ("p", &[0x09, 1, b'p', 1, b'u'], &[0x0B, 1, b'p', 0x04]), // Xmlns, DictionaryXmlns
        ] {
            assert_eq!(encoded(|e, out| e.xmlns(out, prefix, "u".into())), plain, "{prefix}");
            assert_eq!(encoded(|e, out| e.xmlns(out, prefix, ns)), dictionary, "{prefix}");
        }
    }

    #[test]
    fn comment_and_end() {
        assert_eq!(encoded(|e, out| e.comment(out, "c<>")), [0x02, 3, b'c', b'<', b'>']);
        assert_eq!(
            encoded(|e, out| {
                e.end_element(out);
                Ok(())
            }),
            [0x01]
        );
        let long = "n".repeat(0x80);
        let record = encoded(|e, out| e.comment(out, &long));
        assert_eq!(record[..4], [0x02, 0x80, 0x01, b'n']); // MultiByteInt31
    }

    #[test]
    fn attribute_values_are_one_record() {
        let value = |content, bytes: &[u8]| {
            encoded(|e, out| {
                e.attribute_bytes(bytes);
                e.end_attribute(out, content)
            })
        };
        assert_eq!(value(AttributeContent::Nothing, b""), [0xA8]);
        assert_eq!(value(AttributeContent::Chars, b""), [0xA8]);
        assert_eq!(value(AttributeContent::Chars, b"1"), [0x82]);
        assert_eq!(value(AttributeContent::Chars, b"ab"), [0x98, 2, b'a', b'b']);
        assert_eq!(value(AttributeContent::Bytes, b"abcd"), [0x9E, 4, b'a', b'b', b'c', b'd']);
    }
}
