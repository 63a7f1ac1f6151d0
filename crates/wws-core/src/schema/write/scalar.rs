//! Values that are text, as the writer takes them (WWSAPI F.2, I.5).

use crate::{
    Error, Result,
    schema::{description::Schema, layout, load, memory::Host, types::Type, utf16},
    value::{Lexical, TimeSpan},
    xml::{DictionaryKey, Text, Writer, XmlStr},
};

/// What can be written.
#[derive(Clone, Copy)]
pub(super) enum Value<'v> {
    Text(Text<'v>),
    /// Characters that may stand in a dictionary.
    String(XmlStr<'v>),
    /// A name; the writer chooses its prefix.
    QName(XmlStr<'v>, XmlStr<'v>),
}

/// Writes an element that has nothing but the value.
#[inline(always)]
pub(super) fn element(w: &mut Writer, local: XmlStr<'_>, ns: XmlStr<'_>, value: Value<'_>) -> Result<()> {
    if let Value::Text(text) = value {
        return w.element(local, ns, text);
    }
    any_element(w, local, ns, value)
}

#[inline(never)]
fn any_element(w: &mut Writer, local: XmlStr<'_>, ns: XmlStr<'_>, value: Value<'_>) -> Result<()> {
    w.start_element(local, ns)?;
    content(w, value)?;
    w.end_element()
}

/// Writes the value where content is expected, or into an attribute.
pub(super) fn content(w: &mut Writer, value: Value<'_>) -> Result<()> {
    match value {
        Value::Text(text) => w.value(text),
        Value::String(string) => w.string(string),
        Value::QName(local, ns) => w.qualified_name(local, ns),
    }
}

/// Calls `f` with a value that stands in memory. `scratch` is for text that is converted.
#[inline]
pub(super) fn with<H: Host, T>(
    host: &H,
    schema: &Schema,
    ty: &Type,
    at: H::Address,
    scratch: &mut String,
    f: impl FnOnce(Value<'_>) -> Result<T>,
) -> Result<T> {
    with_count(host, schema, ty, (at, at), scratch, f)
}

/// The same for an array, whose count stands in a place of its own.
#[inline]
pub(super) fn with_count<H: Host, T>(
    host: &H,
    schema: &Schema,
    ty: &Type,
    (at, count_at): (H::Address, H::Address),
    scratch: &mut String,
    f: impl FnOnce(Value<'_>) -> Result<T>,
) -> Result<T> {
    // Each arm makes the call itself: what the value is, is known there and need not be asked again.
    macro_rules! text {
        ($text:expr) => {
            f(Value::Text($text))
        };
    }
    macro_rules! number {
        ($kind:ty) => {
            text!(Text::from(<$kind>::from_ne_bytes(host.load(at)?)))
        };
    }
    match ty {
        Type::Bool(_) => text!(Text::Bool(host.load::<4>(at)? != [0; 4])),
        Type::Int8(_) => number!(i8),
        Type::Int16(_) => number!(i16),
        Type::Int32(_) => number!(i32),
        Type::Int64(_) => number!(i64),
        Type::UInt8(_) => number!(u8),
        Type::UInt16(_) => number!(u16),
        Type::UInt32(_) => number!(u32),
        Type::UInt64(_) => number!(u64),
        Type::Float(_) => number!(f32),
        Type::Double(_) => number!(f64),
        Type::Decimal(_) => text!(Text::Decimal(load::decimal(host, at)?)),
        Type::DateTime(_) => text!(Text::DateTime(load::date(host, at)?)),
        Type::TimeSpan(_) => text!(Text::TimeSpan(TimeSpan(i64::from_ne_bytes(host.load(at)?)))),
        Type::Guid(_) => text!(Text::Guid(load::guid(host, at)?)),
        Type::String(_) => {
            let chars = load::counted(host, at, "a string")?;
            text!(utf16_text(host, chars, scratch)?)
        }
        _ => f(rare_value(host, schema, ty, (at, count_at), scratch)?),
    }
}

/// A value of one of the types that are used less.
fn rare_value<'v, H: Host>(
    host: &'v H,
    schema: &'v Schema,
    ty: &Type,
    (at, count_at): (H::Address, H::Address),
    scratch: &'v mut String,
) -> Result<Value<'v>> {
    Ok(Value::Text(match ty {
        Type::Duration(_) => {
            *scratch = Lexical::to_text(&load::duration(host, at)?);
            Text::Utf8(scratch)
        }
        Type::Wsz(_) => {
            let chars = host.load_pointer(at)?;
            let chars =
                chars.ok_or_else(|| Error::argument("a string is needed, but its pointer is NULL"))?;
            utf16_text(host, Some((chars, host.units_before_zero(chars)?)), scratch)?
        }
        Type::CharArray(_) => {
            let count = load::number(host, count_at)? as usize;
            utf16_text(host, load::pointed(host, at, count, "an array of characters")?, scratch)?
        }
        Type::Utf8Array(_) => {
            let count = load::number(host, count_at)? as usize;
            let bytes = plain_bytes(host, load::pointed(host, at, count, "an array of characters")?)?;
            let text = std::str::from_utf8(bytes);
            Text::Utf8(text.map_err(|e| Error::format("an array of characters is not UTF-8").caused_by(e))?)
        }
        Type::ByteArray(_) => {
            let count = load::number(host, count_at)? as usize;
            bytes_text(plain_bytes(host, load::pointed(host, at, count, "an array of bytes")?)?)
        }
        Type::Bytes(_) => bytes_text(plain_bytes(host, load::counted(host, at, "an array of bytes")?)?),
        Type::UniqueId(_) => match load::counted(host, at, "a URI")? {
            None => Text::UniqueId(load::guid(host, host.offset(at, layout::UNIQUE_ID_GUID))?),
            uri => utf16_text(host, uri, scratch)?,
        },
        Type::XmlString(_) => return Ok(string_value(host.xml_string(at)?)),
        Type::XmlQName(_) => {
            let ns = host.xml_string(host.offset(at, layout::QNAME_NS))?;
            return Ok(Value::QName(host.xml_string(at)?, ns));
        }
        Type::Enum(id) => {
            let value = i32::from_ne_bytes(host.load(at)?);
            let name = schema.enum_of(*id).name(value);
            let name =
                name.ok_or_else(|| Error::argument(format!("{value} is no value of the enumeration")))?;
            return Ok(string_value(host.string(name)));
        }
        other => {
            return Err(Error::argument(format!("{} cannot be used with this mapping", other.name())));
        }
    }))
}

fn string_value(string: XmlStr<'_>) -> Value<'_> {
    match string.dictionary() {
        DictionaryKey::NONE => Value::Text(Text::Utf8(string.as_str())),
        _ => Value::String(string),
    }
}

fn utf16_text<'t, H: Host>(
    host: &H,
    chars: Option<(H::Address, usize)>,
    scratch: &'t mut String,
) -> Result<Text<'t>> {
    match chars {
        Some((chars, units)) => utf16::load(host, chars, units, scratch)?,
        None => scratch.clear(),
    }
    Ok(Text::Utf8(scratch))
}

/// Bytes; none are no content, as no characters are.
fn bytes_text(bytes: &[u8]) -> Text<'_> {
    if bytes.is_empty() { Text::Utf8("") } else { Text::Bytes(bytes) }
}

fn plain_bytes<H: Host>(host: &H, bytes: Option<(H::Address, usize)>) -> Result<&[u8]> {
    bytes.map_or(Ok(&[]), |(bytes, count)| host.bytes(bytes, count))
}
