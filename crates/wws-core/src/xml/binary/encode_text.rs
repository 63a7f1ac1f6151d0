//! The binary encoder: characters, values, bytes and arrays as text records (MC-NBFX 2.2.3).

use super::{
    encode::{BinaryEncoder, TextRecord, check_length},
    record::*,
};
use crate::{
    Result,
    value::{DateTime, DateTimeFormat, Decimal},
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

    /// The value of an attribute, characters that may stand in a dictionary.
    pub(crate) fn attribute_string(&mut self, out: &mut Output, text: XmlStr<'_>) -> Result<()> {
        match self.strings.find(text)? {
            None => {
                self.check_chars(text.as_str())?;
                append_text(&mut out.buffer, text.as_str().as_bytes())
            }
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

    /// A value in an element; characters, bytes and names have methods of their own.
    #[inline]
    pub(crate) fn value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        let at = out.buffer.len();
        self.attribute_value(out, value)?;
        self.text = TextRecord { at, end: out.buffer.len() };
        if let Text::List(_) = value {
            self.text.at = out.buffer.len() - 1; // EndList
        }
        Ok(())
    }

    /// A value as one record, or as the records of a list.
    #[inline]
    pub(crate) fn attribute_value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        let buffer = &mut out.buffer;
        match value {
            Text::Bool(value) => buffer.push(if *value { TRUE_TEXT } else { FALSE_TEXT }),
            Text::Int32(value) => append_int(buffer, i64::from(*value)),
            Text::Int64(value) => append_int(buffer, *value),
            Text::UInt64(value) => match i64::try_from(*value) {
                Ok(value) => append_int(buffer, value),
                Err(_) => record(buffer, UINT64_TEXT, &value.to_le_bytes()),
            },
            Text::Float(value) => append_float(buffer, *value),
            Text::Double(value) => append_double(buffer, *value),
            Text::Decimal(value) => record(buffer, DECIMAL_TEXT, &decimal(value)),
            Text::Guid(value) => record(buffer, UUID_TEXT, &value.to_bytes_le()),
            Text::UniqueId(value) => record(buffer, UNIQUE_ID_TEXT, &value.to_bytes_le()),
            Text::DateTime(value) => record(buffer, DATE_TIME_TEXT, &date_time(value)),
            Text::TimeSpan(value) => record(buffer, TIME_SPAN_TEXT, &value.0.to_le_bytes()),
            Text::Utf8(text) => {
                self.check_chars(text)?;
                append_text(buffer, text.as_bytes())?;
            }
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

/// Appends an integer in the shortest record: MC-NBFX 2.2.3.1 to 2.2.3.2 and 2.2.3.5 to 2.2.3.8.
#[inline]
fn append_int(out: &mut Vec<u8>, value: i64) {
    if let Ok(value) = i8::try_from(value) {
        match value {
            0 => out.push(ZERO_TEXT),
            1 => out.push(ONE_TEXT),
            _ => out.extend_from_slice(&[INT8_TEXT, value as u8]),
        }
    } else if let Ok(value) = i16::try_from(value) {
        record(out, INT16_TEXT, &value.to_le_bytes());
    } else if let Ok(value) = i32::try_from(value) {
        record(out, INT32_TEXT, &value.to_le_bytes());
    } else {
        record(out, INT64_TEXT, &value.to_le_bytes());
    }
}

/// Appends a float, as an integer if that has the same text.
fn append_float(out: &mut Vec<u8>, value: f32) {
    let int = value as i32;
    // From 10^7 on the text has an exponent; minus zero has a sign.
    if int as f32 == value && int.unsigned_abs() < 10_000_000 && !(int == 0 && value.is_sign_negative()) {
        append_int(out, i64::from(int));
    } else {
        record(out, FLOAT_TEXT, &value.to_le_bytes());
    }
}

/// Appends a double, as an integer or a float if that has the same value and the same text.
fn append_double(out: &mut Vec<u8>, value: f64) {
    let int = value as i32;
    let quarters = value * 4.0;
    if f64::from(int) == value && !(int == 0 && value.is_sign_negative()) {
        append_int(out, i64::from(int));
    } else if quarters.abs() < 65536.0 && quarters == quarters.trunc() && quarters != 0.0 {
        // Up to seven digits, which the shortest text of a float keeps too: 16383.75, but not 0.1.
        record(out, FLOAT_TEXT, &(value as f32).to_le_bytes());
    } else {
        record(out, DOUBLE_TEXT, &value.to_le_bytes());
    }
}

/// MC-NBFX 2.2.3.10: the layout of an OLE `DECIMAL`.
pub(super) fn decimal(value: &Decimal) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[2] = value.scale() as u8;
    bytes[3] = if value.is_sign_negative() { 0x80 } else { 0 };
    let mantissa = value.mantissa().unsigned_abs().to_le_bytes();
    bytes[4..8].copy_from_slice(&mantissa[8..12]); // the high 32 bits
    bytes[8..].copy_from_slice(&mantissa[..8]);
    bytes
}

/// MC-NBFX 2.2.3.17: ticks, and in the two highest bits what they mean.
pub(super) fn date_time(value: &DateTime) -> [u8; 8] {
    let kind: u64 = match value.format {
        DateTimeFormat::None => 0,
        DateTimeFormat::Utc => 1,
        DateTimeFormat::Local => 2,
    };
    (value.ticks & (u64::MAX >> 2) | kind << 62).to_le_bytes()
}

#[inline]
fn record(out: &mut Vec<u8>, kind: u8, content: &[u8]) {
    out.push(kind);
    out.extend_from_slice(content);
}

fn dictionary_text(out: &mut Vec<u8>, id: u32) {
    out.push(DICTIONARY_TEXT);
    append_int31(out, id);
}

fn qname_text(out: &mut Vec<u8>, letter: u8, id: u32) {
    out.extend_from_slice(&[QNAME_DICTIONARY_TEXT, letter]);
    append_int31(out, id);
}
