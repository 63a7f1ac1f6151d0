//! The binary encoder: characters, values, bytes and arrays as text records (MC-NBFX 2.2.3).

use super::{
    encode::{BinaryEncoder, TextRecord, check_length},
    record::*,
    scalar::{Scalar, date_time, record},
};
use crate::{
    Result,
    xml::{Text, XmlStr, output::Output},
};
use bytes::Bytes;

/// The longest text, in UTF-16 units, whose record ends its element too; seen in Microsoft's writer.
const MAX_FOLDED_CHARS: usize = 169;
/// The same for bytes. Together with its head a record of this size fills 512 bytes, Microsoft's buffer.
const MAX_FOLDED_BYTES: usize = 507;
/// The most bytes in one record of a longer sequence: a multiple of three.
const MAX_BYTES: usize = MAX_LENGTH / 3 * 3;

impl BinaryEncoder {
    /// Characters of an element: none, or a record.
    #[inline]
    pub(crate) fn chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.check_chars(text)?;
        let at = out.buffer.len();
        append_text(&mut out.buffer, text.as_bytes())?;
        // No character has more units than bytes, and none more than three bytes for a unit.
        let folds = text.len() <= MAX_FOLDED_CHARS
            || (text.len() <= 3 * MAX_FOLDED_CHARS && text.encode_utf16().count() <= MAX_FOLDED_CHARS);
        self.text = TextRecord { at, end: if folds { out.buffer.len() } else { 0 } };
        Ok(())
    }

    /// Characters given in UTF-16, in the shorter of two records. `text` is the same in UTF-8.
    pub(crate) fn chars_utf16(&mut self, out: &mut Output, units: &[u16], text: &str) -> Result<()> {
        if !self.utf16_text || units.len() * 2 >= text.len() {
            return self.chars(out, text);
        }
        self.check_chars(text)?;
        check_length(units.len() * 2)?;
        let at = out.buffer.len();
        sized_head(&mut out.buffer, UNICODE_CHARS8_TEXT, units.len() * 2);
        out.buffer.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        self.text =
            TextRecord { at, end: if units.len() <= MAX_FOLDED_CHARS { out.buffer.len() } else { 0 } };
        Ok(())
    }

    /// Characters that may stand in a dictionary.
    pub(crate) fn string(&mut self, out: &mut Output, text: XmlStr<'_>) -> Result<()> {
        match self.strings.find(text)? {
            None => self.chars(out, text.as_str()),
            Some(id) => {
                self.record(out, |out| dictionary_text(out, id));
                Ok(())
            }
        }
    }

    /// The value of an attribute, characters.
    #[inline]
    pub(crate) fn attribute_text(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.check_chars(text)?;
        append_text(&mut out.buffer, text.as_bytes())
    }

    /// The value of an attribute, characters that may stand in a dictionary.
    pub(crate) fn attribute_string(&mut self, out: &mut Output, text: XmlStr<'_>) -> Result<()> {
        match self.strings.find(text)? {
            None => self.attribute_text(out, text.as_str()),
            Some(id) => {
                dictionary_text(&mut out.buffer, id);
                Ok(())
            }
        }
    }

    /// A qualified name in an element. With a dictionary the name is a reference, as Microsoft's writer has it;
    /// a longer prefix then has records of its own.
    pub(crate) fn qualified_name(&mut self, out: &mut Output, prefix: &str, local: XmlStr<'_>) -> Result<()> {
        let Some(id) = self.strings.find(local)? else {
            return match prefix {
                "" => self.chars(out, local.as_str()),
                _ => self.chars(out, &format!("{prefix}:{}", local.as_str())),
            };
        };
        match prefix.as_bytes() {
            [] => self.record(out, |out| dictionary_text(out, id)),
            [c @ b'a'..=b'z'] => self.record(out, |out| qname_text(out, c - b'a', id)),
            _ => {
                self.chars(out, prefix)?;
                self.chars(out, ":")?;
                self.record(out, |out| dictionary_text(out, id));
            }
        }
        Ok(())
    }

    /// A qualified name as the value of an attribute: one record.
    pub(crate) fn attribute_qualified_name(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
    ) -> Result<()> {
        match (prefix.as_bytes(), self.strings.find(local)?) {
            ([], Some(id)) => dictionary_text(&mut out.buffer, id),
            ([c @ b'a'..=b'z'], Some(id)) => qname_text(&mut out.buffer, c - b'a', id),
            ([], None) => append_text(&mut out.buffer, local.as_str().as_bytes())?,
            _ => append_text(&mut out.buffer, format!("{prefix}:{}", local.as_str()).as_bytes())?,
        }
        Ok(())
    }

    /// A value of fixed size in an element.
    #[inline]
    pub(crate) fn scalar(&mut self, out: &mut Output, value: impl Scalar) {
        self.record(out, |out| value.append_record(out));
    }

    /// A value of fixed size, and the end of its element.
    #[inline]
    pub(crate) fn scalar_with_end(&mut self, out: &mut Output, value: impl Scalar) {
        let at = out.buffer.len();
        value.append_record(&mut out.buffer);
        if let Some(record) = out.buffer.get_mut(at) {
            *record |= WITH_END_ELEMENT;
        }
    }

    /// A value in an element; characters, bytes and names have methods of their own.
    #[inline]
    pub(crate) fn value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        let at = out.buffer.len();
        self.attribute_value(out, value)?;
        self.text = match value {
            // The end of a list is one record only: none that ends the element too.
            Text::List(_) => TextRecord::default(),
            _ => TextRecord { at, end: out.buffer.len() },
        };
        Ok(())
    }

    /// A value as one record, or as the records of a list.
    #[inline]
    pub(crate) fn attribute_value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        let buffer = &mut out.buffer;
        match value {
            Text::Bool(value) => value.append_record(buffer),
            Text::Int32(value) => value.append_record(buffer),
            Text::Int64(value) => value.append_record(buffer),
            Text::UInt64(value) => value.append_record(buffer),
            Text::Float(value) => value.append_record(buffer),
            Text::Double(value) => value.append_record(buffer),
            Text::Decimal(value) => value.append_record(buffer),
            Text::Guid(value) => value.append_record(buffer),
            Text::TimeSpan(value) => value.append_record(buffer),
            Text::UniqueId(value) => record(buffer, UNIQUE_ID_TEXT, value.to_bytes_le()),
            Text::DateTime(value) => record(buffer, DATE_TIME_TEXT, date_time(value)),
            Text::Utf8(text) => self.attribute_text(out, text)?,
            Text::Bytes(bytes) => {
                check_length(bytes.len())?;
                sized_head(buffer, BYTES8_TEXT, bytes.len());
                buffer.extend_from_slice(bytes);
            }
            Text::QName { prefix, local, .. } => {
                self.attribute_qualified_name(out, prefix, XmlStr::plain(local))?;
            }
            Text::List(items) => {
                buffer.push(START_LIST_TEXT);
                for item in *items {
                    // The writer has refused lists within lists.
                    self.attribute_value(out, item)?;
                }
                out.buffer.push(END_LIST_TEXT);
            }
        }
        Ok(())
    }

    /// Bytes of an element: a record of a multiple of three; the rest waits.
    pub(crate) fn bytes(&mut self, out: &mut Output, bytes: &[u8]) {
        for piece in bytes.chunks(MAX_BYTES - 3) {
            let at = out.buffer.len();
            let (now, later) = piece.split_at(self.start_bytes(out, piece.len()));
            out.buffer.extend_from_slice(now);
            later.iter().for_each(|&byte| self.carry.push(byte));
            self.note_bytes(out, at);
        }
    }

    /// Bytes of an element that are referred to, not copied, but for two at most.
    pub(crate) fn shared_bytes(&mut self, out: &mut Output, bytes: Bytes) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let mut piece = rest.split_to(rest.len().min(MAX_BYTES - 3));
            let later = piece.split_off(self.start_bytes(out, piece.len()));
            if !piece.is_empty() {
                out.push_shared(piece);
            }
            later.iter().for_each(|&byte| self.carry.push(byte));
        }
        self.text.end = 0;
    }

    /// Ends a run of bytes: what waits gets a record.
    pub(crate) fn end_bytes(&mut self, out: &mut Output) {
        let last = std::mem::take(&mut self.carry);
        if !last.as_slice().is_empty() {
            let at = out.buffer.len();
            sized_head(&mut out.buffer, BYTES8_TEXT, last.as_slice().len());
            out.buffer.extend_from_slice(last.as_slice());
            self.note_bytes(out, at);
        }
    }

    /// Writes the head of a record for what waits and for the first of `count` bytes, and says how many those are.
    fn start_bytes(&mut self, out: &mut Output, count: usize) -> usize {
        let total = self.carry.as_slice().len() + count;
        if total < 3 {
            return 0;
        }
        let first = std::mem::take(&mut self.carry);
        sized_head(&mut out.buffer, BYTES8_TEXT, total - total % 3);
        out.buffer.extend_from_slice(first.as_slice());
        count - total % 3
    }

    fn note_bytes(&mut self, out: &Output, at: usize) {
        let end = out.buffer.len();
        if end > at {
            self.text = TextRecord { at, end: if end - at <= MAX_FOLDED_BYTES + 5 { end } else { 0 } };
        }
    }

    #[inline]
    fn record(&mut self, out: &mut Output, write: impl FnOnce(&mut Vec<u8>)) {
        let at = out.buffer.len();
        write(&mut out.buffer);
        self.text = TextRecord { at, end: out.buffer.len() };
    }
}

/// Appends characters as a record: MC-NBFX 2.2.3.11 to 2.2.3.13, or one of those without content.
#[inline]
pub(super) fn append_text(out: &mut Vec<u8>, text: &[u8]) -> Result<()> {
    match text {
        b"" => out.push(EMPTY_TEXT),
        b"0" => out.push(ZERO_TEXT),
        b"1" => out.push(ONE_TEXT),
        _ => {
            check_length(text.len())?;
            sized_head(out, CHARS8_TEXT, text.len());
            out.extend_from_slice(text);
        }
    }
    Ok(())
}

fn dictionary_text(out: &mut Vec<u8>, id: u32) {
    out.push(DICTIONARY_TEXT);
    append_int31(out, id);
}

fn qname_text(out: &mut Vec<u8>, letter: u8, id: u32) {
    out.extend_from_slice(&[QNAME_DICTIONARY_TEXT, letter]);
    append_int31(out, id);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        value::{DateTime, Guid},
        xml::{Dictionary, Writer, WriterOptions, binary::BinaryEncoding},
    };

    /// The records that the calls write into an element, and the end of the element.
    fn records(write: impl FnOnce(&mut Writer) -> Result<()>) -> Vec<u8> {
        let encoding = BinaryEncoding { utf16_text: true, ..BinaryEncoding::soap() };
        let mut w = Writer::new(encoding, WriterOptions::default());
        w.start_element("r", "").and_then(|()| write(&mut w)).and_then(|()| w.end_element()).unwrap();
        w.into_bytes().unwrap().split_off(3)
    }

    fn value(value: Text<'_>) -> Vec<u8> {
        records(|w| w.value(value))
    }

    #[test]
    fn characters() {
        assert_eq!(records(|w| w.chars("")), [0x01]); // no record, EndElement
        assert_eq!(records(|w| w.chars("0")), [0x81]); // ZeroTextWithEndElement
        assert_eq!(records(|w| w.chars("1")), [0x83]); // OneTextWithEndElement
        assert_eq!(records(|w| w.chars("ab")), [0x99, 2, b'a', b'b']); // Chars8TextWithEndElement
        assert_eq!(records(|w| w.chars("a").and_then(|()| w.chars("b"))), [0x98, 1, b'a', 0x99, 1, b'b']);
        let head = |length: usize| records(|w| w.chars(&"x".repeat(length)))[..5].to_vec();
        assert_eq!(head(255), [0x98, 0xFF, b'x', b'x', b'x']); // Chars8Text
        assert_eq!(head(256), [0x9A, 0x00, 0x01, b'x', b'x']); // Chars16Text
        assert_eq!(head(65536), [0x9C, 0x00, 0x00, 0x01, 0x00]); // Chars32Text
    }

    /// Microsoft's writer counts UTF-16 units.
    #[test]
    fn long_text_does_not_end_its_element() {
        for (text, folds) in [("x", true), ("中", true), ("😀", false)] {
            let records = records(|w| w.chars(&text.repeat(169)));
            assert_eq!(records[0] & 1 == 1, folds, "{text}");
        }
        assert_eq!(records(|w| w.chars(&"中".repeat(170))).last(), Some(&0x01));
    }

    #[test]
    fn utf16_where_it_is_shorter() {
        assert_eq!(records(|w| w.chars_utf16(&[0x4E2D])), [0xB7, 2, 0x2D, 0x4E]); // UnicodeChars8TextWithEndElement
        assert_eq!(records(|w| w.chars_utf16(&[0x61])), [0x99, 1, b'a']);
        assert_eq!(records(|w| w.chars_utf16(&[0x4E2D; 128]))[..3], [0xB9, 0x00, 0x01]); // UnicodeChars16Text
        assert_eq!(records(|w| w.chars_utf16(&[0x4E2D; 32768]))[..5], [0xBA, 0x00, 0x00, 0x01, 0x00]); // …32Text
    }

    #[test]
    fn dictionary_strings_and_names() {
        let action = Dictionary::nbfs().get(5).unwrap();
        assert_eq!(records(|w| w.string(action)), [0xAB, 0x0A]); // DictionaryTextWithEndElement
        let name = |prefix: &'static str| {
            records(move |w| {
                w.xmlns_attribute(prefix, "u", false)?;
                w.end_start_element()?;
                w.qualified_name_with_prefix(prefix, action, Some("u".into()))
            })
            .split_off(4 + prefix.len())
        };
        assert_eq!(name("b"), [0xBD, 0x01, 0x0A]); // QNameDictionaryTextWithEndElement: prefix b
        assert_eq!(name("bc"), [0x98, 2, b'b', b'c', 0x98, 1, b':', 0xAB, 0x0A]);
        let plain = records(|w| w.qualified_name_with_prefix("b", "n", None));
        assert_eq!(plain, [0x99, 3, b'b', b':', b'n']);
    }

    #[test]
    fn values_of_fixed_size() {
        let guid = Guid::from_u128(1);
        let id = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(value(Text::UniqueId(guid)), [&[0xAD][..], &id].concat()); // UniqueIdTextWithEndElement
        assert_eq!(value(Text::Guid(guid)), [&[0xB1][..], &id].concat()); // UuidTextWithEndElement
        assert_eq!(value(Text::DateTime(DateTime::default())), [0x97, 0, 0, 0, 0, 0, 0, 0, 0x40]);
        assert_eq!(value(Text::Bool(false)), [0x85]); // FalseTextWithEndElement
    }

    #[test]
    fn lists() {
        let items = [Text::Int32(1), Text::Utf8(""), Text::Utf8("a"), Text::Bytes(&[7])];
        // StartList, One, Empty, Chars8, Bytes8, EndList, EndElement
        assert_eq!(value(Text::List(&items)), [0xA4, 0x82, 0xA8, 0x98, 1, b'a', 0x9E, 1, 7, 0xA6, 0x01]);
        assert_eq!(value(Text::List(&[])), [0xA4, 0xA6, 0x01]);
    }

    #[test]
    fn bytes_in_multiples_of_three() {
        assert_eq!(records(|w| w.bytes(&[])), [0x01]);
        assert_eq!(records(|w| w.bytes(&[1])), [0x9F, 1, 1]); // Bytes8TextWithEndElement
        assert_eq!(records(|w| w.bytes(&[1, 2, 3, 4])), [0x9E, 3, 1, 2, 3, 0x9F, 1, 4]);
        let pieces =
            records(|w| w.bytes(&[1]).and_then(|()| w.bytes(&[2, 3])).and_then(|()| w.bytes(&[4, 5])));
        assert_eq!(pieces, [0x9E, 3, 1, 2, 3, 0x9F, 2, 4, 5]);
        let around = records(|w| w.bytes(&[1]).and_then(|()| w.chars("x")).and_then(|()| w.bytes(&[2])));
        assert_eq!(around, [0x9E, 1, 1, 0x98, 1, b'x', 0x9F, 1, 2]);
        assert_eq!(records(|w| w.bytes(&[0; 258]))[..3], [0xA1, 0x02, 0x01]); // Bytes16TextWithEndElement
        let long = records(|w| w.bytes(&[0; 600]));
        assert_eq!((long[0], long.last()), (0xA0, Some(&0x01))); // too long to end its element
    }
}
