//! Text records, MC-NBFX 2.2.3.

use super::{
    BinaryDecoder, Cursor, MAX_TEXT, cursor, record, strings::dictionary_string, tables::Tables, unknown,
};
use crate::{
    value::{DateTime, DateTimeFormat, Decimal, Guid, TimeSpan},
    xml::{
        Text,
        decode::{Bad, Chars, Core, Span, Stop, Strings, Value, char_boundary, scope},
    },
};
use std::ops::Range;

/// What a text record holds.
pub(super) enum Found {
    Value(Value),
    /// Characters of the input.
    Utf8(Range<usize>),
    /// Bytes of the input.
    Bytes(Range<usize>),
    /// More characters or bytes than were fed; they follow.
    Long(Long),
}

/// A record of a stream that comes in pieces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Long {
    kind: Kind,
    /// Bytes to come.
    left: usize,
    /// The record ends its element, too.
    ends: bool,
}

impl Long {
    pub(super) fn ending(self, ends: bool) -> Self {
        Long { ends, ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Utf8,
    Utf16,
    Bytes,
}

/// Reads the text record `kind`, without the bit that ends an element; its first byte was read. If `piece` bytes
/// are there, content need not be complete.
#[inline(always)]
pub(super) fn text(
    kind: u8,
    at: &mut Cursor<'_>,
    core: &mut Core,
    tables: &Tables,
    piece: usize,
) -> Result<Found, Stop> {
    let (kind, length) = match kind {
        record::CHARS8_TEXT => (Kind::Utf8, at.byte()?.into()),
        record::CHARS16_TEXT => (Kind::Utf8, u16::from_le_bytes(at.array()?).into()),
        record::CHARS32_TEXT => (Kind::Utf8, at.length32()?),
        record::BYTES8_TEXT => (Kind::Bytes, at.byte()?.into()),
        record::BYTES16_TEXT => (Kind::Bytes, u16::from_le_bytes(at.array()?).into()),
        record::BYTES32_TEXT => (Kind::Bytes, at.length32()?),
        record::UNICODE_CHARS8_TEXT => (Kind::Utf16, at.byte()?.into()),
        record::UNICODE_CHARS16_TEXT => (Kind::Utf16, u16::from_le_bytes(at.array()?).into()),
        record::UNICODE_CHARS32_TEXT => (Kind::Utf16, at.length32()?),
        record::START_LIST_TEXT => return Ok(Found::Value(list(at, core, tables)?)),
        _ => return Ok(Found::Value(typed(kind, at, tables)?)),
    };
    let start = at.at();
    if kind == Kind::Utf16 && length % 2 != 0 {
        return Err(Bad::new(start, "UTF-16 text has an odd number of bytes").into());
    }
    let is_short = at.rest().len() < length && at.rest().len() >= piece;
    if is_short || (length > MAX_TEXT && piece <= MAX_TEXT) {
        return Ok(Found::Long(Long { kind, left: length, ends: false }));
    }
    let content = at.take(length)?;
    let range = start..start + length;
    Ok(match kind {
        Kind::Utf8 => Found::Utf8(range),
        Kind::Bytes => Found::Bytes(range),
        Kind::Utf16 => {
            let from = core.next.scratch.len();
            utf16(content, start, &mut core.next.scratch)?;
            Found::Value(Value::Chars(Chars::scratch(from, core.next.scratch.len())))
        }
    })
}

/// The content of a text record, unless it must be put together or looked up in the scope; and where it ends.
#[inline]
pub(super) fn simple<'s>(kind: u8, mut at: Cursor<'s>, tables: &'s Tables) -> Option<(Text<'s>, usize)> {
    let length = match kind {
        record::CHARS8_TEXT | record::BYTES8_TEXT => at.byte().ok()?.into(),
        record::CHARS16_TEXT | record::BYTES16_TEXT => u16::from_le_bytes(at.array().ok()?).into(),
        record::QNAME_DICTIONARY_TEXT => return None,
        _ => {
            let text = match typed(kind, &mut at, tables).ok()? {
                Value::Chars(Chars::EMPTY) => Text::Utf8(""),
                Value::Chars(chars) => Text::Utf8(tables.text_of(chars)),
                value => Strings::default().view(value, |_| ""),
            };
            return Some((text, at.at()));
        }
    };
    let start = at.at();
    let content = at.take(length).ok()?;
    let text = match kind {
        record::CHARS8_TEXT | record::CHARS16_TEXT => Text::Utf8(cursor::utf8(content, start).ok()?),
        _ => Text::Bytes(content),
    };
    Some((text, at.at()))
}

/// Reads a text record as [`text`] does, with its content copied to the scratch of the node.
#[inline(never)]
pub(super) fn whole(kind: u8, at: &mut Cursor<'_>, core: &mut Core, tables: &Tables) -> Result<Value, Stop> {
    let bytes = *at;
    Ok(match text(kind, at, core, tables, usize::MAX)? {
        Found::Value(value) => value,
        Found::Utf8(range) => {
            let from = core.next.scratch.len();
            core.next.scratch.push_str(cursor::utf8(bytes.slice(range.clone()), range.start)?);
            Value::Chars(Chars::scratch(from, core.next.scratch.len()))
        }
        Found::Bytes(range) => {
            let from = core.next.bytes.len();
            core.next.bytes.extend_from_slice(bytes.slice(range));
            Value::ScratchBytes(Span::new(from, core.next.bytes.len()))
        }
        Found::Long(_) => return Err(Stop::MORE),
    })
}

/// Values of a fixed size, and strings of a dictionary.
#[inline(always)]
fn typed(kind: u8, at: &mut Cursor<'_>, tables: &Tables) -> Result<Value, Stop> {
    let start = at.at();
    Ok(match kind {
        record::ZERO_TEXT => Value::Int32(0),
        record::ONE_TEXT => Value::Int32(1),
        record::FALSE_TEXT => Value::Bool(false),
        record::TRUE_TEXT => Value::Bool(true),
        record::INT8_TEXT => Value::Int32(i8::from_le_bytes(at.array()?).into()),
        record::INT16_TEXT => Value::Int32(i16::from_le_bytes(at.array()?).into()),
        record::INT32_TEXT => Value::Int32(i32::from_le_bytes(at.array()?)),
        record::INT64_TEXT => Value::Int64(i64::from_le_bytes(at.array()?)),
        record::UINT64_TEXT => Value::UInt64(u64::from_le_bytes(at.array()?)),
        record::FLOAT_TEXT => Value::Float(f32::from_le_bytes(at.array()?)),
        record::DOUBLE_TEXT => Value::Double(f64::from_le_bytes(at.array()?)),
        record::DECIMAL_TEXT => Value::Decimal(decimal(at.array()?, start)?),
        record::DATE_TIME_TEXT => Value::DateTime(date_time(at.array()?, start)?),
        record::TIME_SPAN_TEXT => Value::TimeSpan(TimeSpan(i64::from_le_bytes(at.array()?))),
        record::UUID_TEXT => Value::Guid(Guid::from_bytes_le(at.array()?)),
        record::UNIQUE_ID_TEXT => Value::UniqueId(Guid::from_bytes_le(at.array()?)),
        // Microsoft's reader takes every value but 0 as true.
        record::BOOL_TEXT => Value::Bool(at.byte()? != 0),
        record::EMPTY_TEXT => Value::EMPTY,
        record::DICTIONARY_TEXT => Value::Chars(dictionary_string(at, tables)?),
        record::QNAME_DICTIONARY_TEXT => {
            let letter = at.byte()?;
            if letter >= 26 {
                return Err(Bad::new(start, format!("the prefix number {letter} is not below 26")).into());
            }
            let local = dictionary_string(at, tables)?;
            Value::QName { prefix: scope::letter(letter), local, ns: scope::NONE }
        }
        _ => return Err(Bad::new(start - 1, unknown(kind)).into()),
    })
}

/// The 16 bytes of an OLE `DECIMAL`, MC-NBFX 2.2.3.11: reserved, scale, sign, high, low, middle.
pub(super) fn decimal(bytes: [u8; 16], start: usize) -> Result<Decimal, Bad> {
    let [_, _, scale, sign, rest @ ..] = bytes;
    let part = |i: usize| u32::from_le_bytes([rest[i], rest[i + 1], rest[i + 2], rest[i + 3]]);
    if scale > 28 {
        return Err(Bad::new(start + 2, format!("a decimal has a scale of {scale}, more than 28")));
    }
    if sign & 0x7F != 0 {
        return Err(Bad::new(start + 3, format!("the sign of a decimal is 0x00 or 0x80, not 0x{sign:02X}")));
    }
    Ok(Decimal::from_parts(part(4), part(8), part(0), sign == 0x80, scale.into()))
}

/// Ticks in 62 bits and a kind of time zone in two, MC-NBFX 2.2.3.12.
pub(super) fn date_time(bytes: [u8; 8], start: usize) -> Result<DateTime, Bad> {
    let bits = u64::from_le_bytes(bytes);
    let ticks = bits & (u64::MAX >> 2);
    let format = match bits >> 62 {
        0 => DateTimeFormat::None,
        1 => DateTimeFormat::Utc,
        // 3 is what .NET has for a local time in the hour that daylight saving repeats.
        _ => DateTimeFormat::Local,
    };
    if ticks > DateTime::MAX_TICKS {
        return Err(Bad::new(start, format!("a date of {ticks} ticks is after the year 9999")));
    }
    Ok(DateTime { ticks, format })
}

/// The values of a list, MC-NBFX 2.2.3.21, with a blank between: that is their text form.
fn list(at: &mut Cursor<'_>, core: &mut Core, tables: &Tables) -> Result<Value, Stop> {
    let from = core.next.scratch.len();
    let mut form = Vec::new();
    loop {
        let start = at.at();
        let kind = at.byte()?;
        match kind {
            record::END_LIST_TEXT => break,
            record::START_LIST_TEXT => return Err(Bad::new(start, "a list cannot stand in a list").into()),
            _ if !(record::ZERO_TEXT..=0xBD).contains(&kind) || kind & super::WITH_END_ELEMENT != 0 => {
                return Err(Bad::new(start, format!("in a list, {}", unknown(kind))).into());
            }
            _ => {}
        }
        if core.next.scratch.len() > from {
            core.next.scratch.push(' ');
        }
        // The item is put behind the list and replaced by its text form.
        let item = core.next.scratch.len();
        let value = whole(kind, at, core, tables)?;
        let strings = Strings {
            scratch: &core.next.scratch,
            scratch_bytes: &core.next.bytes,
            scope: scope::HEAD,
            dictionaries: tables.dictionaries(),
            ..Strings::default()
        };
        form.clear();
        strings.view(value, |_| "").append_to(&mut form);
        core.next.scratch.truncate(item);
        core.next.scratch.push_str(&String::from_utf8_lossy(&form));
    }
    Ok(Value::Chars(Chars::scratch(from, core.next.scratch.len())))
}

/// Appends UTF-16, low byte first.
fn utf16(bytes: &[u8], start: usize, out: &mut String) -> Result<(), Bad> {
    let units = bytes.chunks_exact(2).map(|u| u16::from_le_bytes([u[0], u[1]]));
    let mut at = start;
    for c in char::decode_utf16(units) {
        match c {
            Ok(c) => {
                at += 2 * c.len_utf16();
                out.push(c);
            }
            Err(_) => return Err(Bad::new(at, "half of a surrogate pair: not UTF-16")),
        }
    }
    Ok(())
}

impl BinaryDecoder<'_> {
    /// Delivers a piece of a record that comes in pieces.
    pub(super) fn long_text(&mut self, core: &mut Core) -> Result<(), Stop> {
        let Some(long) = self.long else { return Err(Stop::MORE) };
        let token = self.input.pos;
        let there = &self.input.bytes()[token..];
        let enough = match self.input.is_complete() {
            true => 1,
            false => core.options.stream_buffer_size.max(4) as usize,
        };
        if there.len() < long.left.min(enough) {
            return Err(Stop::MORE);
        }
        let there = &there[..there.len().min(long.left).min(MAX_TEXT)];
        core.begin();
        let (value, used) = match long.kind {
            Kind::Bytes => (Value::Bytes(Span::new(0, there.len())), there.len()),
            Kind::Utf8 => {
                let whole =
                    if there.len() == long.left { there.len() } else { char_boundary(there, there.len()) };
                core.next.scratch.push_str(cursor::utf8(&there[..whole], token)?);
                (Value::Chars(Chars::scratch(0, core.next.scratch.len())), whole)
            }
            Kind::Utf16 => {
                let mut whole = there.len() & !1;
                let high = there[..whole].last().is_some_and(|b| (0xD8..0xDC).contains(b));
                if high && whole < long.left {
                    whole -= 2;
                }
                utf16(&there[..whole], token, &mut core.next.scratch)?;
                (Value::Chars(Chars::scratch(0, core.next.scratch.len())), whole)
            }
        };
        if used == 0 && long.left > 0 {
            return Err(Stop::MORE);
        }
        let strings = Strings { bytes: there, ..Strings::default() };
        core.commit_text(token, &strings, value)?;
        self.long = (used < long.left).then_some(Long { left: long.left - used, ..long });
        self.end_pending = self.long.is_none() && long.ends;
        self.advance(token, token + used);
        Ok(())
    }
}
