//! The binary encoder: arrays (MC-NBFX 2.2.1.3).

use super::{
    encode::{BinaryEncoder, check_length},
    record::*,
    scalar::{date_time, decimal},
};
use crate::{
    Result,
    xml::{array::Array, output::Output},
};

impl BinaryEncoder {
    /// Whether there is a record for the type of the values.
    pub(crate) fn has_array(items: &Array<'_>) -> bool {
        item_record(items).is_some()
    }

    /// Starts an array; the start of the element follows.
    pub(crate) fn start_array(&mut self, out: &mut Output) {
        out.buffer.push(ARRAY);
    }

    /// Ends the element, and adds the values.
    pub(crate) fn end_array(&mut self, out: &mut Output, items: &Array<'_>) -> Result<()> {
        check_length(items.len())?;
        let out = &mut out.buffer;
        out.push(END_ELEMENT);
        out.push(item_record(items).unwrap_or(INT32_TEXT) | WITH_END_ELEMENT);
        append_int31(out, items.len() as u32);
        match items {
            Array::Bool(items) => out.extend(items.iter().map(|&item| u8::from(item))),
            Array::Int16(items) => out.extend(items.iter().flat_map(|item| item.to_le_bytes())),
            Array::Int32(items) => out.extend(items.iter().flat_map(|item| item.to_le_bytes())),
            Array::Int64(items) => out.extend(items.iter().flat_map(|item| item.to_le_bytes())),
            Array::Float(items) => out.extend(items.iter().flat_map(|item| item.to_le_bytes())),
            Array::Double(items) => out.extend(items.iter().flat_map(|item| item.to_le_bytes())),
            Array::Decimal(items) => out.extend(items.iter().flat_map(decimal)),
            Array::DateTime(items) => out.extend(items.iter().flat_map(date_time)),
            Array::TimeSpan(items) => out.extend(items.iter().flat_map(|item| item.0.to_le_bytes())),
            Array::Guid(items) => out.extend(items.iter().flat_map(|item| item.to_bytes_le())),
            // No record: the writer writes elements.
            Array::Int8(_) | Array::UInt8(_) | Array::UInt16(_) | Array::UInt32(_) | Array::UInt64(_) => {}
        }
        self.forget_text();
        Ok(())
    }
}

fn item_record(items: &Array<'_>) -> Option<u8> {
    Some(match items {
        Array::Bool(_) => BOOL_TEXT,
        Array::Int16(_) => INT16_TEXT,
        Array::Int32(_) => INT32_TEXT,
        Array::Int64(_) => INT64_TEXT,
        Array::Float(_) => FLOAT_TEXT,
        Array::Double(_) => DOUBLE_TEXT,
        Array::Decimal(_) => DECIMAL_TEXT,
        Array::DateTime(_) => DATE_TIME_TEXT,
        Array::TimeSpan(_) => TIME_SPAN_TEXT,
        Array::Guid(_) => UUID_TEXT,
        Array::Int8(_) | Array::UInt8(_) | Array::UInt16(_) | Array::UInt32(_) | Array::UInt64(_) => {
            return None;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        value::{DateTime, Decimal, Guid, TimeSpan},
        xml::{Writer, WriterOptions, binary::BinaryEncoding},
    };

    fn array<'a>(items: impl Into<Array<'a>>) -> Vec<u8> {
        let mut w = Writer::new(BinaryEncoding::default(), WriterOptions::default());
        w.start_element("r", "").unwrap();
        w.array("i", "", items).unwrap();
        w.end_element().unwrap();
        let bytes = w.into_bytes().unwrap();
        bytes[3..bytes.len() - 1].to_vec()
    }

    /// Array, ShortElement "i", EndElement, then the type with its end, the count, the items.
    #[test]
    fn the_ten_types() {
        let with = |tail: &[u8]| [&[0x03, 0x40, 1, b'i', 0x01], tail].concat();
        assert_eq!(array(&[true, false]), with(&[0xB5, 2, 1, 0]));
        assert_eq!(array(&[-1i16]), with(&[0x8B, 1, 0xFF, 0xFF]));
        assert_eq!(array(&[1i32]), with(&[0x8D, 1, 1, 0, 0, 0]));
        assert_eq!(array(&[1i64]), with(&[0x8F, 1, 1, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(array(&[1.5f32]), with(&[0x91, 1, 0, 0, 0xC0, 0x3F]));
        assert_eq!(array(&[1.5f64]), with(&[0x93, 1, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]));
        assert_eq!(
            array(&[Decimal::new(-15, 1)]),
            with(&[0x95, 1, 0, 0, 1, 0x80, 0, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0])
        );
        assert_eq!(array(&[DateTime::default()]), with(&[0x97, 1, 0, 0, 0, 0, 0, 0, 0, 0x40]));
        assert_eq!(array(&[TimeSpan(1)]), with(&[0xAF, 1, 1, 0, 0, 0, 0, 0, 0, 0]));
        let guid = Guid::from_u128(0x00112233_4455_6677_8899_AABBCCDDEEFF);
        assert_eq!(
            array(&[guid]),
            with(&[
                0xB1, 1, 0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD,
                0xEE, 0xFF
            ])
        );
    }

    #[test]
    fn other_types_are_elements() {
        assert_eq!(array(&[0u8, 7]), [0x40, 1, b'i', 0x81, 0x40, 1, b'i', 0x89, 7]);
        assert_eq!(array(&[0i32; 0]), []);
    }
}
