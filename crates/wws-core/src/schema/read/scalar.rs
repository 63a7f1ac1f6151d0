//! Values that are text: read from content or from an attribute, checked, and put into memory (WWSAPI E.3, I.5).

use super::super::{
    description::Schema,
    layout,
    memory::Host,
    types::{Lengths, QNameLengths, Range, Type},
    utf16,
};
use crate::{
    Error, Result,
    typed::support,
    value::{DateTime, DateTimeFormat, Decimal, Duration, Guid, TimeSpan, UniqueId, quote},
    xml::Reader,
};
use std::fmt::Display;

/// Reads the text that comes, or the attribute entered, and stores its value.
///
/// Arrays are read with their count by [`array`]; a duration is not yet compared with its range.
#[inline]
pub(super) fn value<H: Host>(
    r: &mut Reader<'_>,
    host: &mut H,
    schema: &Schema,
    ty: &Type,
    at: H::Address,
) -> Result<()> {
    macro_rules! number {
        ($kind:ty, $range:expr) => {{
            let value = r.read_value::<$kind>()?;
            if !$range.contains(&value) {
                return Err(out_of_range(r, &value, $range));
            }
            host.store(at, value.to_ne_bytes())
        }};
    }
    match ty {
        Type::Bool(only) => {
            let value = r.read_value::<bool>()?;
            check_only(r, &value, only.as_ref())?;
            host.store(at, i32::from(value).to_ne_bytes())
        }
        Type::Int8(range) => number!(i8, range),
        Type::Int16(range) => number!(i16, range),
        Type::Int32(range) => number!(i32, range),
        Type::Int64(range) => number!(i64, range),
        Type::UInt8(range) => number!(u8, range),
        Type::UInt16(range) => number!(u16, range),
        Type::UInt32(range) => number!(u32, range),
        Type::UInt64(range) => number!(u64, range),
        Type::Float(range) => {
            let value = r.read_value::<f32>()?;
            check_range(r, &value, range.as_ref())?;
            host.store(at, value.to_ne_bytes())
        }
        Type::Double(range) => {
            let value = r.read_value::<f64>()?;
            check_range(r, &value, range.as_ref())?;
            host.store(at, value.to_ne_bytes())
        }
        Type::TimeSpan(range) => {
            let value = r.read_value::<TimeSpan>()?;
            check_range(r, &value, Some(range))?;
            host.store(at, value.0.to_ne_bytes())
        }
        Type::DateTime(range) => {
            let value = r.read_value::<DateTime>()?;
            if let Some(range) = range
                && !(range.min.ticks..=range.max.ticks).contains(&value.ticks)
            {
                return Err(out_of_range(r, &value, range));
            }
            host.store(at, date_bytes(value))
        }
        Type::String(lengths) => {
            let (chars, count) = utf16_text(r, host, lengths, false)?;
            counted(host, at, count, Some(chars))
        }
        Type::XmlString(lengths) => {
            let text = r.read_chars_borrowed()?;
            check_length(r, text.len(), lengths, "bytes")?;
            xml_string(host, at, &text)
        }
        Type::Bytes(lengths) => {
            let (bytes, count) = bytes(r, host, lengths)?;
            counted(host, at, count, Some(bytes))
        }
        Type::Enum(id) => {
            let text = support::read_trimmed(r)?;
            let values = schema.enum_of(*id);
            match values.value(&text) {
                Some(value) => host.store(at, value.to_ne_bytes()),
                None => {
                    let names: Vec<&str> = values.values.iter().map(|(name, _)| name.as_str()).collect();
                    Err(support::no_value(r, &text, &names))
                }
            }
        }
        other => rare(r, host, other, at),
    }
}

fn rare<H: Host>(r: &mut Reader<'_>, host: &mut H, ty: &Type, at: H::Address) -> Result<()> {
    match ty {
        Type::Decimal(range) => {
            let value = r.read_value::<Decimal>()?;
            check_range(r, &value, range.as_deref())?;
            host.store(at, decimal_bytes(value))
        }
        Type::Guid(only) => {
            let value = r.read_value::<Guid>()?;
            check_only(r, &value, only.as_deref())?;
            host.store(at, guid_bytes(value))
        }
        Type::Duration(_) => {
            let value = r.read_value::<Duration>()?;
            host.store_bytes(at, &duration_bytes(&value))
        }
        Type::UniqueId(lengths) => {
            let (uri, guid) = match r.read_value::<UniqueId>()? {
                UniqueId::Guid(guid) => (None, guid),
                UniqueId::Uri(uri) => (Some(uri), Guid::nil()),
            };
            let (count, chars) = match uri {
                None => (0, None),
                Some(uri) => {
                    let units = utf16::length(&uri);
                    check_length(r, units, lengths, "characters")?;
                    (units as u32, Some(utf16::store(host, &uri, units, false)?))
                }
            };
            counted(host, at, count, chars)?;
            host.store(host.offset(at, layout::UNIQUE_ID_GUID), guid_bytes(guid))
        }
        Type::Wsz(lengths) => {
            let (chars, _) = utf16_text(r, host, lengths, true)?;
            host.store_pointer(at, Some(chars))
        }
        Type::XmlQName(lengths) => {
            let name = r.read_qualified_name()?;
            if let Some(QNameLengths { local, ns }) = lengths.as_deref() {
                check_length(r, name.local.len(), local, "bytes in the local name")?;
                check_length(r, name.ns.len(), ns, "bytes in the namespace")?;
            }
            xml_string(host, at, &name.local)?;
            xml_string(host, host.offset(at, layout::QNAME_NS), &name.ns)
        }
        other => Err(not_text(other)),
    }
}

/// Reads text or bytes whose count stands in another place than the pointer to them.
pub(super) fn array<H: Host>(
    r: &mut Reader<'_>,
    host: &mut H,
    ty: &Type,
    at: H::Address,
    count_at: H::Address,
) -> Result<()> {
    let (place, count) = match ty {
        Type::CharArray(lengths) => utf16_text(r, host, lengths, false)?,
        Type::ByteArray(lengths) => bytes(r, host, lengths)?,
        Type::Utf8Array(lengths) => {
            let text = r.read_chars_borrowed()?;
            check_length(r, text.len(), lengths, "bytes")?;
            (copy(host, text.as_bytes())?, text.len() as u32)
        }
        other => return Err(not_text(other)),
    };
    host.store_pointer(at, Some(place))?;
    host.store(count_at, count.to_ne_bytes())
}

fn utf16_text<H: Host>(
    r: &mut Reader<'_>,
    host: &mut H,
    lengths: &Lengths,
    zero: bool,
) -> Result<(H::Address, u32)> {
    let text = r.read_chars_borrowed()?;
    let units = utf16::length(&text);
    check_length(r, units, lengths, "characters")?;
    if zero && text.contains('\0') {
        return Err(r.fail(Error::format("a text that ends with a zero cannot have one in it")));
    }
    Ok((utf16::store(host, &text, units, zero)?, units as u32))
}

/// Reads bytes, piece by piece, so that no more memory is taken than there is room for.
fn bytes<H: Host>(r: &mut Reader<'_>, host: &mut H, lengths: &Lengths) -> Result<(H::Address, u32)> {
    let most = host.room().min(lengths.max as usize);
    let mut joined = Vec::new();
    let mut piece = [0u8; 512];
    loop {
        let count = r.read_bytes(&mut piece)?;
        if count == 0 {
            break;
        }
        if joined.len() + count > most {
            check_length(r, joined.len() + count, lengths, "bytes")?;
            // There is no room: the host says so in its own words.
            return host.allocate(joined.len() + count).map(|place| (place, 0));
        }
        joined.extend_from_slice(piece.get(..count).unwrap_or_default());
    }
    check_length(r, joined.len(), lengths, "bytes")?;
    Ok((copy(host, &joined)?, joined.len() as u32))
}

pub(super) fn copy<H: Host>(host: &mut H, bytes: &[u8]) -> Result<H::Address> {
    let place = host.allocate(bytes.len())?;
    host.store_bytes(place, bytes)?;
    Ok(place)
}

/// Stores a `WS_STRING` or `WS_BYTES`.
#[inline]
fn counted<H: Host>(host: &mut H, at: H::Address, count: u32, chars: Option<H::Address>) -> Result<()> {
    host.store(at, count.to_ne_bytes())?;
    host.store_pointer(host.offset(at, layout::CHARS), chars)
}

/// Stores a `WS_XML_STRING` in no dictionary.
pub(super) fn xml_string<H: Host>(host: &mut H, at: H::Address, text: &str) -> Result<()> {
    let chars = copy(host, text.as_bytes())?;
    host.clear(at, layout::XML_STRING)?;
    counted(host, at, text.len() as u32, Some(chars))
}

fn date_bytes(date: DateTime) -> [u8; 16] {
    let format: i32 = match date.format {
        DateTimeFormat::Utc => 0,
        DateTimeFormat::Local => 1,
        DateTimeFormat::None => 2,
    };
    let mut bytes = [0; 16];
    let (ticks, rest) = bytes.split_at_mut(layout::DATETIME_FORMAT);
    ticks.copy_from_slice(&date.ticks.to_ne_bytes());
    rest.split_at_mut(4).0.copy_from_slice(&format.to_ne_bytes());
    bytes
}

/// A `DECIMAL`: reserved, scale, sign, the upper 32 bits, the lower 64.
fn decimal_bytes(value: Decimal) -> [u8; 16] {
    let parts = value.unpack();
    let low = u64::from(parts.mid) << 32 | u64::from(parts.lo);
    let sign = if parts.negative { 0x80 } else { 0 };
    let mut bytes = [0; 16];
    let (head, low_place) = bytes.split_at_mut(8);
    let (head, high_place) = head.split_at_mut(4);
    head.copy_from_slice(&[0, 0, parts.scale as u8, sign]);
    high_place.copy_from_slice(&parts.hi.to_ne_bytes());
    low_place.copy_from_slice(&low.to_ne_bytes());
    bytes
}

/// A `GUID`, whose first three parts are numbers.
fn guid_bytes(guid: Guid) -> [u8; 16] {
    let (a, b, c, d) = guid.as_fields();
    let mut bytes = [0; 16];
    let (head, tail) = bytes.split_at_mut(8);
    tail.copy_from_slice(d);
    let (first, rest) = head.split_at_mut(4);
    first.copy_from_slice(&a.to_ne_bytes());
    let (second, third) = rest.split_at_mut(2);
    second.copy_from_slice(&b.to_ne_bytes());
    third.copy_from_slice(&c.to_ne_bytes());
    bytes
}

fn duration_bytes(d: &Duration) -> [u8; layout::DURATION] {
    let parts = [
        u32::from(d.negative),
        d.years,
        d.months,
        d.days,
        d.hours,
        d.minutes,
        d.seconds,
        d.milliseconds,
        d.ticks,
    ];
    let mut bytes = [0; layout::DURATION];
    for (place, part) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(parts) {
        *place = part.to_ne_bytes();
    }
    bytes
}

fn check_range<T: PartialOrd + Display>(
    r: &mut Reader<'_>,
    value: &T,
    range: Option<&Range<T>>,
) -> Result<()> {
    match range {
        Some(range) if !range.contains(value) => Err(out_of_range(r, value, range)),
        _ => Ok(()),
    }
}

fn check_only<T: PartialEq + Display>(r: &mut Reader<'_>, value: &T, only: Option<&T>) -> Result<()> {
    match only {
        Some(only) if only != value => {
            Err(r.fail(Error::format(format!("the value {only} is expected; found {value}"))))
        }
        _ => Ok(()),
    }
}

#[inline]
fn check_length(r: &mut Reader<'_>, length: usize, lengths: &Lengths, what: &str) -> Result<()> {
    if length >= lengths.min as usize && length <= lengths.max as usize {
        return Ok(());
    }
    Err(bad_length(r, length, lengths, what))
}

#[cold]
fn bad_length(r: &mut Reader<'_>, length: usize, lengths: &Lengths, what: &str) -> Error {
    r.fail(Error::format(format!("{lengths} {what} expected; found {length}")))
}

#[cold]
fn out_of_range<T: Display>(r: &mut Reader<'_>, value: &T, range: &Range<T>) -> Error {
    let value = value.to_string();
    r.fail(Error::format(format!("a value of {range} expected; found {}", quote(value.as_bytes()))))
}

#[cold]
pub(super) fn not_text(ty: &Type) -> Error {
    Error::argument(format!("{} is not text, and cannot be used with this mapping", ty.name()))
}
