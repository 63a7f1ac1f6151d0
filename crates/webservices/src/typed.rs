//! Typed texts: `WS_XML_TEXT` as [`Text`], and back.

use crate::{
    abi::*,
    heap::WS_HEAP,
    ptr::{Ptr, Void},
    text,
    value::FromC,
};
use std::mem::MaybeUninit;
use wws::{
    Error, Result,
    xml::{Array, Text},
};

/// Calls `f` with the text that C describes.
///
/// # Errors
/// `E_INVALIDARG` if it is no text of a known type, or lacks what it needs; `WS_E_INVALID_FORMAT` if its characters
/// are not UTF-8 or UTF-16; those of `f`.
pub fn with_text<R>(from: &WS_XML_TEXT, f: impl FnOnce(Text<'_>) -> Result<R>) -> Result<R> {
    match from.textType {
        WS_XML_TEXT_TYPE_UTF16 => {
            let text: &WS_XML_UTF16_TEXT = whole(from)?;
            f(Text::Utf8(&utf16(text)?))
        }
        WS_XML_TEXT_TYPE_LIST => {
            let list: &WS_XML_LIST_TEXT = whole(from)?;
            let items = list.items.slice(list.itemCount as usize, "items")?;
            let owned: Vec<Option<String>> =
                items.iter().map(|item| utf16_item(*item)).collect::<Result<_>>()?;
            let mut texts = Vec::with_capacity(items.len());
            for (item, owned) in items.iter().zip(&owned) {
                texts.push(match owned {
                    Some(text) => Text::Utf8(text),
                    None => plain(item.need("items")?)?,
                });
            }
            f(Text::List(&texts))
        }
        _ => f(plain(from)?),
    }
}

/// A UTF-16 item of a list.
fn utf16_item(item: Ptr<WS_XML_TEXT>) -> Result<Option<String>> {
    let item = item.need("items")?;
    (item.textType == WS_XML_TEXT_TYPE_UTF16).then(|| utf16(whole(item)?)).transpose()
}

fn utf16(text: &WS_XML_UTF16_TEXT) -> Result<String> {
    if !text.byteCount.is_multiple_of(2) {
        return Err(Error::argument(format!("{} bytes are no whole number of UTF-16 units", text.byteCount)));
    }
    let units: Vec<u16> = text
        .bytes
        .slice(text.byteCount as usize, "bytes")?
        .chunks_exact(2)
        .map(|pair| u16::from_ne_bytes([pair[0], pair[1]]))
        .collect();
    text::from_utf16(&units, "bytes")
}

/// A text that is neither UTF-16 nor a list.
fn plain<'a>(from: &'a WS_XML_TEXT) -> Result<Text<'a>> {
    macro_rules! value {
        ($kind:ty) => {
            whole::<$kind>(from)?.value
        };
    }
    Ok(match from.textType {
        WS_XML_TEXT_TYPE_UTF8 => Text::Utf8(text::xml(&whole::<WS_XML_UTF8_TEXT>(from)?.value, "value")?),
        WS_XML_TEXT_TYPE_BASE64 => {
            let bytes: &WS_XML_BASE64_TEXT = whole(from)?;
            Text::Bytes(bytes.bytes.slice(bytes.length as usize, "bytes")?)
        }
        WS_XML_TEXT_TYPE_BOOL => Text::Bool(value!(WS_XML_BOOL_TEXT) != 0),
        WS_XML_TEXT_TYPE_INT32 => Text::Int32(value!(WS_XML_INT32_TEXT)),
        WS_XML_TEXT_TYPE_INT64 => Text::Int64(value!(WS_XML_INT64_TEXT)),
        WS_XML_TEXT_TYPE_UINT64 => Text::UInt64(value!(WS_XML_UINT64_TEXT)),
        WS_XML_TEXT_TYPE_FLOAT => Text::Float(value!(WS_XML_FLOAT_TEXT)),
        WS_XML_TEXT_TYPE_DOUBLE => Text::Double(value!(WS_XML_DOUBLE_TEXT)),
        WS_XML_TEXT_TYPE_DECIMAL => Text::Decimal(value!(WS_XML_DECIMAL_TEXT).to_rust()?),
        WS_XML_TEXT_TYPE_GUID => Text::Guid(value!(WS_XML_GUID_TEXT).to_rust()?),
        WS_XML_TEXT_TYPE_UNIQUE_ID => Text::UniqueId(value!(WS_XML_UNIQUE_ID_TEXT).to_rust()?),
        WS_XML_TEXT_TYPE_DATETIME => Text::DateTime(value!(WS_XML_DATETIME_TEXT).to_rust()?),
        WS_XML_TEXT_TYPE_TIMESPAN => Text::TimeSpan(value!(WS_XML_TIMESPAN_TEXT).to_rust()?),
        WS_XML_TEXT_TYPE_QNAME => {
            let name: &WS_XML_QNAME_TEXT = whole(from)?;
            let part = |p: Ptr<WS_XML_STRING>, what| p.get().map_or(Ok(""), |s| text::xml(s, what));
            let (prefix, ns) = (part(name.prefix, "prefix")?, part(name.ns, "ns")?);
            Text::QName { prefix, local: text::xml(name.localName.need("localName")?, "localName")?, ns }
        }
        WS_XML_TEXT_TYPE_LIST => return Err(Error::argument("a list cannot stand in a list")),
        WS_XML_TEXT_TYPE(other) => return Err(Error::argument(format!("{other} is no WS_XML_TEXT_TYPE"))),
    })
}

/// The struct that begins with this text.
fn whole<T>(text: &WS_XML_TEXT) -> Result<&T> {
    Ptr::to(text).cast::<T>().need("text")
}

/// Room for the struct that describes a text, whatever its type is.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct TextRoom([MaybeUninit<u8>; 48]);

impl Default for TextRoom {
    fn default() -> Self {
        TextRoom([MaybeUninit::uninit(); 48])
    }
}

impl TextRoom {
    /// Puts a text there.
    #[inline]
    pub fn put<T: Copy>(room: Ptr<Self>, text: T) -> Ptr<WS_XML_TEXT> {
        const { assert!(size_of::<T>() <= size_of::<Self>() && align_of::<T>() <= align_of::<Self>()) };
        room.cast().set(text);
        room.cast()
    }
}

/// Describes a text to C in the heap, as [`store`] does.
///
/// # Errors
/// Those of the heap.
pub fn keep(heap: &WS_HEAP, value: Text<'_>) -> Result<Ptr<WS_XML_TEXT>> {
    store(heap, heap.store(TextRoom::default())?, value)
}

/// Describes a text to C in `room`. Its strings and bytes are not copied; what the struct points to stands in the heap.
///
/// # Errors
/// Those of the heap.
pub fn store(heap: &WS_HEAP, room: Ptr<TextRoom>, value: Text<'_>) -> Result<Ptr<WS_XML_TEXT>> {
    macro_rules! put {
        ($kind:ident = $number:ident { $($fields:tt)* }) => {
            TextRoom::put(room, $kind { text: WS_XML_TEXT { textType: $number }, $($fields)* })
        };
    }
    Ok(match value {
        Text::Utf8(s) => put!(WS_XML_UTF8_TEXT = WS_XML_TEXT_TYPE_UTF8 { value: text::to_xml(s) }),
        Text::Bytes(b) => put!(
            WS_XML_BASE64_TEXT = WS_XML_TEXT_TYPE_BASE64 { bytes: Ptr::first(b), length: b.len() as u32 }
        ),
        Text::Bool(v) => put!(WS_XML_BOOL_TEXT = WS_XML_TEXT_TYPE_BOOL { value: v.into() }),
        Text::Int32(value) => put!(WS_XML_INT32_TEXT = WS_XML_TEXT_TYPE_INT32 { value }),
        Text::Int64(value) => put!(WS_XML_INT64_TEXT = WS_XML_TEXT_TYPE_INT64 { value }),
        Text::UInt64(value) => put!(WS_XML_UINT64_TEXT = WS_XML_TEXT_TYPE_UINT64 { value }),
        Text::Float(value) => put!(WS_XML_FLOAT_TEXT = WS_XML_TEXT_TYPE_FLOAT { value }),
        Text::Double(value) => put!(WS_XML_DOUBLE_TEXT = WS_XML_TEXT_TYPE_DOUBLE { value }),
        Text::Decimal(v) => {
            put!(WS_XML_DECIMAL_TEXT = WS_XML_TEXT_TYPE_DECIMAL { value: DECIMAL::from_rust(v) })
        }
        Text::Guid(v) => put!(WS_XML_GUID_TEXT = WS_XML_TEXT_TYPE_GUID { value: GUID::from_rust(v) }),
        Text::UniqueId(v) => {
            put!(WS_XML_UNIQUE_ID_TEXT = WS_XML_TEXT_TYPE_UNIQUE_ID { value: GUID::from_rust(v) })
        }
        Text::DateTime(v) => {
            put!(WS_XML_DATETIME_TEXT = WS_XML_TEXT_TYPE_DATETIME { value: WS_DATETIME::from_rust(v) })
        }
        Text::TimeSpan(v) => {
            put!(WS_XML_TIMESPAN_TEXT = WS_XML_TEXT_TYPE_TIMESPAN { value: WS_TIMESPAN::from_rust(v) })
        }
        Text::QName { prefix, local, ns } => put!(
            WS_XML_QNAME_TEXT = WS_XML_TEXT_TYPE_QNAME {
                prefix: heap.store(text::to_xml(prefix))?,
                localName: heap.store(text::to_xml(local))?,
                ns: heap.store(text::to_xml(ns))?,
            }
        ),
        Text::List(items) => {
            let place = heap.alloc(size_of_val(items).max(1))?.cast::<Ptr<WS_XML_TEXT>>();
            for (i, item) in items.iter().enumerate() {
                // Lists do not nest, so this goes one level deep.
                place.byte_add(i * size_of::<Ptr<WS_XML_TEXT>>()).set(keep(heap, *item)?);
            }
            put!(WS_XML_LIST_TEXT = WS_XML_TEXT_TYPE_LIST { itemCount: items.len() as u32, items: place })
        }
        // What later versions of the core add travels as its characters.
        other => {
            let form = other.to_text();
            let bytes = heap.copy(form.as_bytes())?;
            let value = WS_XML_STRING { bytes, ..text::to_xml(&form) };
            put!(WS_XML_UTF8_TEXT = WS_XML_TEXT_TYPE_UTF8 { value })
        }
    })
}

/// Reads a value of a [`WS_VALUE_TYPE`] from memory and calls `f` with it.
///
/// # Errors
/// `E_INVALIDARG` for an unknown type or another size; those of the value and of `f`.
pub fn with_value<R>(
    kind: WS_VALUE_TYPE,
    value: Void,
    size: u32,
    f: impl FnOnce(Text<'_>) -> Result<R>,
) -> Result<R> {
    macro_rules! number {
        ($kind:ty) => {
            f(read::<$kind>(value, size)?.into())
        };
    }
    match kind {
        WS_BOOL_VALUE_TYPE => f(Text::Bool(read::<BOOL>(value, size)? != 0)),
        WS_INT8_VALUE_TYPE => number!(i8),
        WS_INT16_VALUE_TYPE => number!(i16),
        WS_INT32_VALUE_TYPE => number!(i32),
        WS_INT64_VALUE_TYPE => number!(i64),
        WS_UINT8_VALUE_TYPE => number!(u8),
        WS_UINT16_VALUE_TYPE => number!(u16),
        WS_UINT32_VALUE_TYPE => number!(u32),
        WS_UINT64_VALUE_TYPE => number!(u64),
        WS_FLOAT_VALUE_TYPE => number!(f32),
        WS_DOUBLE_VALUE_TYPE => number!(f64),
        WS_DECIMAL_VALUE_TYPE => f(Text::Decimal(read::<DECIMAL>(value, size)?.to_rust()?)),
        WS_DATETIME_VALUE_TYPE => f(Text::DateTime(read::<WS_DATETIME>(value, size)?.to_rust()?)),
        WS_TIMESPAN_VALUE_TYPE => f(Text::TimeSpan(read::<WS_TIMESPAN>(value, size)?.to_rust()?)),
        WS_GUID_VALUE_TYPE => f(Text::Guid(read::<GUID>(value, size)?.to_rust()?)),
        // A duration has no type of its own in any encoding.
        WS_DURATION_VALUE_TYPE => f(Text::Utf8(&read::<WS_DURATION>(value, size)?.to_rust()?.to_string())),
        WS_VALUE_TYPE(other) => Err(Error::argument(format!("{other} is no WS_VALUE_TYPE"))),
    }
}

fn read<T: Copy>(value: Void, size: u32) -> Result<T> {
    check_size(size, size_of::<T>())?;
    value.cast::<T>().read().ok_or_else(|| Error::argument("`value` is NULL, but a value is needed"))
}

/// Bytes of a value of a type.
///
/// # Errors
/// `E_INVALIDARG` for an unknown type.
pub fn size_of_value(kind: WS_VALUE_TYPE) -> Result<usize> {
    Ok(match kind {
        WS_INT8_VALUE_TYPE | WS_UINT8_VALUE_TYPE => 1,
        WS_INT16_VALUE_TYPE | WS_UINT16_VALUE_TYPE => 2,
        WS_BOOL_VALUE_TYPE | WS_INT32_VALUE_TYPE | WS_UINT32_VALUE_TYPE | WS_FLOAT_VALUE_TYPE => 4,
        WS_INT64_VALUE_TYPE | WS_UINT64_VALUE_TYPE | WS_DOUBLE_VALUE_TYPE | WS_TIMESPAN_VALUE_TYPE => 8,
        WS_DECIMAL_VALUE_TYPE | WS_DATETIME_VALUE_TYPE | WS_GUID_VALUE_TYPE => 16,
        WS_DURATION_VALUE_TYPE => size_of::<WS_DURATION>(),
        WS_VALUE_TYPE(other) => return Err(Error::argument(format!("{other} is no WS_VALUE_TYPE"))),
    })
}

/// Checks the size that C passed for a value.
///
/// # Errors
/// `E_INVALIDARG` if it is another one.
pub fn check_size(passed: u32, size: usize) -> Result<()> {
    if passed as usize == size {
        return Ok(());
    }
    Err(Error::argument(format!("a value of this type has {size} bytes, but the size passed is {passed}")))
}

/// Bytes of an array of `count` values of `item` bytes that begins `offset` values into memory of `size` bytes.
///
/// # Errors
/// `E_INVALIDARG` if it goes past the end.
pub fn check_array(item: usize, size: u32, offset: u32, count: u32) -> Result<()> {
    let end = (u64::from(offset) + u64::from(count)).saturating_mul(item as u64);
    if end <= u64::from(size) {
        return Ok(());
    }
    Err(Error::argument(format!(
        "{count} items from item {offset} on need {end} bytes, but the array has {size}"
    )))
}

/// Calls `f` with the values of an array, if the core has arrays of their type; else gives `None`.
///
/// # Errors
/// `E_INVALIDARG` if the memory is not aligned; those of the values and of `f`.
pub fn with_array<R>(
    kind: WS_VALUE_TYPE,
    items: Void,
    count: usize,
    f: impl FnOnce(Array<'_>) -> Result<R>,
) -> Result<Option<R>> {
    macro_rules! numbers {
        ($number:ty) => {
            f(items.cast::<$number>().slice(count, "array")?.into())
        };
    }
    macro_rules! converted {
        ($value:ty) => {{
            let values = items.cast::<$value>().slice(count, "array")?;
            f((&*values.iter().map(FromC::to_rust).collect::<Result<Vec<_>>>()?).into())
        }};
    }
    let result = match kind {
        WS_BOOL_VALUE_TYPE => {
            let values = items.cast::<BOOL>().slice(count, "array")?;
            f((&*values.iter().map(|v| *v != 0).collect::<Vec<bool>>()).into())
        }
        WS_INT8_VALUE_TYPE => numbers!(i8),
        WS_INT16_VALUE_TYPE => numbers!(i16),
        WS_INT32_VALUE_TYPE => numbers!(i32),
        WS_INT64_VALUE_TYPE => numbers!(i64),
        WS_UINT8_VALUE_TYPE => numbers!(u8),
        WS_UINT16_VALUE_TYPE => numbers!(u16),
        WS_UINT32_VALUE_TYPE => numbers!(u32),
        WS_UINT64_VALUE_TYPE => numbers!(u64),
        WS_FLOAT_VALUE_TYPE => numbers!(f32),
        WS_DOUBLE_VALUE_TYPE => numbers!(f64),
        WS_DECIMAL_VALUE_TYPE => converted!(DECIMAL),
        WS_DATETIME_VALUE_TYPE => converted!(WS_DATETIME),
        WS_TIMESPAN_VALUE_TYPE => converted!(WS_TIMESPAN),
        WS_GUID_VALUE_TYPE => converted!(GUID),
        _ => return Ok(None),
    };
    result.map(Some)
}
