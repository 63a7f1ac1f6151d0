//! Descriptions as the program has them, read once and remembered, so that a change is seen.

use crate::{abi::*, ptr::Ptr, text};
use std::mem::offset_of;
use wws::{Error, Result};

/// Reads what a description consists of, and keeps a copy of each byte it read.
#[derive(Debug, Default)]
pub struct Source {
    /// Where was read, and how much of `copy` it is, in the order of reading.
    places: Vec<(Ptr<u8>, usize)>,
    copy: Vec<u8>,
}

impl Source {
    /// What a pointer of a description points to.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is null or not aligned.
    pub fn need<'a, T: Parts>(&mut self, pointer: Ptr<T>, name: &str) -> Result<&'a T> {
        let target = pointer.need(name)?;
        self.remember_parts(pointer)?;
        Ok(target)
    }

    /// What a pointer of a description points to, if it is not null.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is not aligned.
    pub fn optional<'a, T: Parts>(&mut self, pointer: Ptr<T>, name: &str) -> Result<Option<&'a T>> {
        if pointer.is_null() { Ok(None) } else { self.need(pointer, name).map(Some) }
    }

    /// An array of a description.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is null and not empty, or not aligned.
    pub fn slice<'a, T: Parts>(&mut self, pointer: Ptr<T>, count: u32, name: &str) -> Result<&'a [T]> {
        let items = pointer.slice(count as usize, name)?;
        for index in 0..items.len() {
            self.remember_parts(pointer.byte_add(index * size_of::<T>()))?;
        }
        Ok(items)
    }

    /// A string of a description.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is no string in UTF-8.
    pub fn string<'a>(
        &mut self,
        pointer: Ptr<WS_XML_STRING>,
        name: &str,
    ) -> Result<(&'a WS_XML_STRING, &'a str)> {
        let string = self.need(pointer, name)?;
        let text = text::xml(string, name).map_err(|e| Error::argument(e.to_string()))?;
        self.remember(string.bytes, text.len())?;
        Ok((string, text))
    }

    fn remember_parts<T: Parts>(&mut self, pointer: Ptr<T>) -> Result<()> {
        T::PARTS.iter().try_for_each(|(offset, length)| self.remember(pointer.field(*offset), *length))
    }

    fn remember(&mut self, place: Ptr<u8>, length: usize) -> Result<()> {
        if length > 0 {
            self.copy.extend_from_slice(place.slice(length, "description")?);
            match self.places.last_mut() {
                Some((last, before)) if last.byte_add(*before) == place => *before += length,
                _ => self.places.push((place, length)),
            }
        }
        Ok(())
    }

    /// Whether everything still stands where it stood.
    ///
    /// The places are looked at in the order in which they were found. The first one is given by the caller; each
    /// other one was found by a pointer in an earlier one, which is the same as then, so the program promises now
    /// what it promised then: that something is there.
    pub fn is_unchanged(&self) -> bool {
        let mut copy = self.copy.as_slice();
        self.places.iter().all(|(place, length)| {
            let Some((own, rest)) = copy.split_at_checked(*length) else { return false };
            copy = rest;
            place.slice(*length, "description").is_ok_and(|there| there == own)
        })
    }
}

/// What a struct consists of, without the padding between its parts, which nobody sets.
pub trait Parts {
    /// Offset and length in bytes of each part.
    const PARTS: &'static [(usize, usize)];
}

impl<T> Parts for Ptr<T> {
    const PARTS: &'static [(usize, usize)] = &[(0, size_of::<Self>())];
}

impl Parts for u32 {
    const PARTS: &'static [(usize, usize)] = &[(0, size_of::<Self>())];
}

const fn size_of_part<T, P>(_: fn(&T) -> &P) -> usize {
    size_of::<P>()
}

macro_rules! parts {
    ($($name:ident { $($($part:ident).+),* $(,)? })*) => {$(
        impl Parts for $name {
            const PARTS: &'static [(usize, usize)] = &[
                $((offset_of!($name, $($part).+), size_of_part(|whole: &$name| &whole.$($part).+)),)*
            ];
        }
    )*};
}
parts! {
    WS_XML_STRING { length, bytes, dictionary, id }
    WS_ITEM_RANGE { minItemCount, maxItemCount }
    WS_DEFAULT_VALUE { value, valueSize }
    WS_BOOL_DESCRIPTION { value }
    WS_INT8_DESCRIPTION { minValue, maxValue }
    WS_INT16_DESCRIPTION { minValue, maxValue }
    WS_INT32_DESCRIPTION { minValue, maxValue }
    WS_INT64_DESCRIPTION { minValue, maxValue }
    WS_UINT8_DESCRIPTION { minValue, maxValue }
    WS_UINT16_DESCRIPTION { minValue, maxValue }
    WS_UINT32_DESCRIPTION { minValue, maxValue }
    WS_UINT64_DESCRIPTION { minValue, maxValue }
    WS_FLOAT_DESCRIPTION { minValue, maxValue }
    WS_DOUBLE_DESCRIPTION { minValue, maxValue }
    WS_DECIMAL_DESCRIPTION {
        minValue.scale, minValue.sign, minValue.Hi32, minValue.Lo64, maxValue.scale, maxValue.sign, maxValue.Hi32,
        maxValue.Lo64,
    }
    WS_GUID_DESCRIPTION { value }
    WS_DATETIME_DESCRIPTION { minValue.ticks, minValue.format, maxValue.ticks, maxValue.format }
    WS_TIMESPAN_DESCRIPTION { minValue, maxValue }
    WS_DURATION_DESCRIPTION { minValue, maxValue, comparer }
    WS_UNIQUE_ID_DESCRIPTION { minCharCount, maxCharCount }
    WS_STRING_DESCRIPTION { minCharCount, maxCharCount }
    WS_WSZ_DESCRIPTION { minCharCount, maxCharCount }
    WS_XML_STRING_DESCRIPTION { minByteCount, maxByteCount }
    WS_XML_QNAME_DESCRIPTION { minLocalNameByteCount, maxLocalNameByteCount, minNsByteCount, maxNsByteCount }
    WS_CHAR_ARRAY_DESCRIPTION { minCharCount, maxCharCount }
    WS_UTF8_ARRAY_DESCRIPTION { minByteCount, maxByteCount }
    WS_BYTE_ARRAY_DESCRIPTION { minByteCount, maxByteCount }
    WS_BYTES_DESCRIPTION { minByteCount, maxByteCount }
    WS_VOID_DESCRIPTION { size }
    WS_ENDPOINT_ADDRESS_DESCRIPTION { addressingVersion }
    WS_FAULT_DESCRIPTION { envelopeVersion }
    WS_FIELD_DESCRIPTION {
        mapping, localName, ns, r#type, typeDescription, offset, options, defaultValue, countOffset, itemLocalName,
        itemNs, itemRange,
    }
    WS_STRUCT_DESCRIPTION {
        size, alignment, fields, fieldCount, typeLocalName, typeNs, parentType, subTypes, subTypeCount, structOptions,
    }
    WS_UNION_FIELD_DESCRIPTION {
        value, field.mapping, field.localName, field.ns, field.r#type, field.typeDescription, field.offset,
        field.options, field.defaultValue, field.countOffset, field.itemLocalName, field.itemNs, field.itemRange,
    }
    WS_UNION_DESCRIPTION { size, alignment, fields, fieldCount, enumOffset, noneEnumValue, valueIndices }
    WS_ENUM_VALUE { value, name }
    WS_ENUM_DESCRIPTION { values, valueCount, maxByteCount, nameIndices }
    WS_CUSTOM_TYPE_DESCRIPTION {
        size, alignment, readCallback, writeCallback, descriptionData, isDefaultValueCallback,
    }
}
