//! Characters, bytes and values of the content (WWSAPI E.3).

use super::object::WS_XML_READER;
use crate::{
    abi::*,
    param::Out,
    ptr::{Ptr, Void},
    typed,
    value::FromC,
};
use wws::{
    Error, Result,
    value::{DateTime, Decimal, Duration, Guid, TimeSpan},
    xml::{Reader, reader::ReadValue},
};

exports! {
    fn WsReadChars(reader: &WS_XML_READER, chars: Ptr<u16>, maxCharCount: u32, actualCharCount: Out<u32>; error)
        => read_chars;
    fn WsReadCharsUtf8(reader: &WS_XML_READER, bytes: Ptr<u8>, maxByteCount: u32, actualByteCount: Out<u32>; error)
        => read_chars_utf8;
    fn WsReadBytes(reader: &WS_XML_READER, bytes: Void, maxByteCount: u32, actualByteCount: Out<u32>; error)
        => read_bytes;
    fn WsReadValue(reader: &WS_XML_READER, valueType: WS_VALUE_TYPE, value: Void, valueSize: u32; error)
        => read_value;
    fn WsReadArray(reader: &WS_XML_READER, localName: &WS_XML_STRING, ns: &WS_XML_STRING, valueType: WS_VALUE_TYPE,
        array: Void, arraySize: u32, itemOffset: u32, itemCount: u32, actualItemCount: Out<u32>; error)
        => read_array;
}

fn read_chars(reader: &WS_XML_READER, chars: Ptr<u16>, max: u32, actual: Out<u32>) -> Result<()> {
    let room = chars.slice_mut(max as usize, "chars")?;
    actual.set(reader.with(|r| r.read_chars_utf16(room))? as u32);
    Ok(())
}

fn read_chars_utf8(reader: &WS_XML_READER, bytes: Ptr<u8>, max: u32, actual: Out<u32>) -> Result<()> {
    let room = bytes.slice_mut(max as usize, "bytes")?;
    actual.set(reader.with(|r| r.read_chars(room))? as u32);
    Ok(())
}

fn read_bytes(reader: &WS_XML_READER, bytes: Void, max: u32, actual: Out<u32>) -> Result<()> {
    let room = bytes.cast::<u8>().slice_mut(max as usize, "bytes")?;
    actual.set(reader.with(|r| r.read_bytes(room))? as u32);
    Ok(())
}

fn read_value(reader: &WS_XML_READER, kind: WS_VALUE_TYPE, value: Void, size: u32) -> Result<()> {
    typed::check_size(size, typed::size_of_value(kind)?)?;
    if value.is_null() {
        return Err(Error::argument("`value` is NULL, but the result needs a place"));
    }
    reader.with(|r| store(r, kind, value))
}

/// Reads a value and stores it as C has it.
fn store(reader: &mut Reader<'static>, kind: WS_VALUE_TYPE, place: Void) -> Result<()> {
    fn number<T: ReadValue>(reader: &mut Reader<'static>, place: Void) -> Result<()> {
        place.cast().set(reader.read_value::<T>()?);
        Ok(())
    }
    macro_rules! converted {
        ($rust:ty, $c:ty) => {{
            place.cast().set(<$c>::from_rust(reader.read_value::<$rust>()?));
            Ok(())
        }};
    }
    match kind {
        WS_BOOL_VALUE_TYPE => {
            place.cast().set(BOOL::from(reader.read_value::<bool>()?));
            Ok(())
        }
        WS_INT8_VALUE_TYPE => number::<i8>(reader, place),
        WS_INT16_VALUE_TYPE => number::<i16>(reader, place),
        WS_INT32_VALUE_TYPE => number::<i32>(reader, place),
        WS_INT64_VALUE_TYPE => number::<i64>(reader, place),
        WS_UINT8_VALUE_TYPE => number::<u8>(reader, place),
        WS_UINT16_VALUE_TYPE => number::<u16>(reader, place),
        WS_UINT32_VALUE_TYPE => number::<u32>(reader, place),
        WS_UINT64_VALUE_TYPE => number::<u64>(reader, place),
        WS_FLOAT_VALUE_TYPE => number::<f32>(reader, place),
        WS_DOUBLE_VALUE_TYPE => number::<f64>(reader, place),
        WS_DECIMAL_VALUE_TYPE => converted!(Decimal, DECIMAL),
        WS_DATETIME_VALUE_TYPE => converted!(DateTime, WS_DATETIME),
        WS_TIMESPAN_VALUE_TYPE => converted!(TimeSpan, WS_TIMESPAN),
        WS_GUID_VALUE_TYPE => converted!(Guid, GUID),
        WS_DURATION_VALUE_TYPE => converted!(Duration, WS_DURATION),
        WS_VALUE_TYPE(other) => Err(Error::argument(format!("{other} is no WS_VALUE_TYPE"))),
    }
}

#[expect(clippy::too_many_arguments, reason = "those of WsReadArray")]
fn read_array(
    reader: &WS_XML_READER,
    local: &WS_XML_STRING,
    ns: &WS_XML_STRING,
    kind: WS_VALUE_TYPE,
    array: Void,
    size: u32,
    offset: u32,
    count: u32,
    actual: Out<u32>,
) -> Result<()> {
    let item = typed::size_of_value(kind)?;
    typed::check_array(item, size, offset, count)?;
    if count != 0 && array.is_null() {
        return Err(Error::argument("`array` is NULL, but it is to get items"));
    }
    let (local, ns) = (reader.name(local, "localName")?, reader.name(ns, "ns")?);
    let mut read = 0;
    while read < count {
        let found = reader.with(|r| {
            if !r.find_start_element(local, ns)? {
                return Ok(false);
            }
            r.read_start_element()?;
            store(r, kind, array.byte_add((offset + read) as usize * item))?;
            r.read_end_element()?;
            Ok(true)
        })?;
        if !found {
            break;
        }
        read += 1;
    }
    actual.set(read);
    Ok(())
}
