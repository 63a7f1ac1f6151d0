//! Values of fixed size as text records, in the shortest form (MC-NBFX 2.2.3).

use super::record::*;
use crate::{
    value::{DateTime, DateTimeFormat, Decimal, Guid, Lexical, TimeSpan},
    xml::Text,
};

/// A value that has a text form and a record, neither of which depends on anything else.
pub(crate) trait Scalar: Lexical + Copy + Into<Text<'static>> {
    /// Appends the shortest record.
    fn append_record(self, out: &mut Vec<u8>);
}

impl Scalar for bool {
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        out.push(if self { TRUE_TEXT } else { FALSE_TEXT });
    }
}

impl Scalar for i32 {
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        if let Ok(value) = i8::try_from(self) {
            match value {
                0 => out.push(ZERO_TEXT),
                1 => out.push(ONE_TEXT),
                _ => out.extend_from_slice(&[INT8_TEXT, value as u8]),
            }
        } else if let Ok(value) = i16::try_from(self) {
            record(out, INT16_TEXT, value.to_le_bytes());
        } else {
            record(out, INT32_TEXT, self.to_le_bytes());
        }
    }
}

impl Scalar for i64 {
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        match i32::try_from(self) {
            Ok(value) => value.append_record(out),
            Err(_) => record(out, INT64_TEXT, self.to_le_bytes()),
        }
    }
}

impl Scalar for u64 {
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        match i64::try_from(self) {
            Ok(value) => value.append_record(out),
            Err(_) => record(out, UINT64_TEXT, self.to_le_bytes()),
        }
    }
}

impl Scalar for f32 {
    /// As an integer if that has the same text.
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        let int = self as i32;
        // From 10^7 on the text has an exponent; minus zero has a sign.
        if int as f32 == self && int.unsigned_abs() < 10_000_000 && !(int == 0 && self.is_sign_negative()) {
            int.append_record(out);
        } else {
            record(out, FLOAT_TEXT, self.to_le_bytes());
        }
    }
}

impl Scalar for f64 {
    /// As an integer or a float if that has the same value and the same text.
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        let int = self as i32;
        let quarters = self * 4.0;
        if f64::from(int) == self && !(int == 0 && self.is_sign_negative()) {
            int.append_record(out);
        } else if quarters.abs() < 65536.0 && f64::from(quarters as i32) == quarters && quarters != 0.0 {
            // Up to seven digits, which the shortest text of a float keeps too: 16383.75, but not 0.1.
            record(out, FLOAT_TEXT, (self as f32).to_le_bytes());
        } else {
            record(out, DOUBLE_TEXT, self.to_le_bytes());
        }
    }
}

impl Scalar for Decimal {
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        record(out, DECIMAL_TEXT, decimal(&self));
    }
}

impl Scalar for Guid {
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        record(out, UUID_TEXT, self.to_bytes_le());
    }
}

impl Scalar for TimeSpan {
    #[inline]
    fn append_record(self, out: &mut Vec<u8>) {
        record(out, TIME_SPAN_TEXT, self.0.to_le_bytes());
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

/// Appends a record of a fixed size, in one piece.
#[inline]
pub(super) fn record<const N: usize>(out: &mut Vec<u8>, kind: u8, content: [u8; N]) {
    out.reserve(N + 1);
    out.push(kind);
    out.extend_from_slice(&content);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record_of(value: impl Scalar) -> Vec<u8> {
        let mut out = Vec::new();
        value.append_record(&mut out);
        out
    }

    #[test]
    fn integers() {
        assert_eq!(record_of(0), [0x80]); // ZeroText
        assert_eq!(record_of(1), [0x82]); // OneText
        assert_eq!(record_of(-1), [0x88, 0xFF]); // Int8Text
        assert_eq!(record_of(-128), [0x88, 0x80]);
        assert_eq!(record_of(128), [0x8A, 0x80, 0x00]); // Int16Text
        assert_eq!(record_of(-32768), [0x8A, 0x00, 0x80]);
        assert_eq!(record_of(32768), [0x8C, 0x00, 0x80, 0x00, 0x00]); // Int32Text
        assert_eq!(record_of(i32::MIN), [0x8C, 0x00, 0x00, 0x00, 0x80]);
        assert_eq!(record_of(1i64 << 31), [0x8E, 0, 0, 0, 0x80, 0, 0, 0, 0]); // Int64Text
        assert_eq!(record_of(7i64), [0x88, 7]);
        assert_eq!(record_of(1u64 << 63), [0xB2, 0, 0, 0, 0, 0, 0, 0, 0x80]); // UInt64Text
        assert_eq!(record_of(u64::MAX >> 1), [0x8E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
    }

    #[test]
    fn truth() {
        assert_eq!([record_of(true), record_of(false)], [[0x86], [0x84]]);
    }

    #[test]
    fn floats() {
        assert_eq!(record_of(1.5f32), [0x90, 0x00, 0x00, 0xC0, 0x3F]); // FloatText
        assert_eq!(record_of(-2f32), [0x88, 0xFE]);
        assert_eq!(record_of(1e7f32), [0x90, 0x80, 0x96, 0x18, 0x4B]); // its text is 1E+07
        assert_eq!(record_of(-0f32), [0x90, 0x00, 0x00, 0x00, 0x80]);
        assert_eq!(record_of(f32::NAN)[0], 0x90);
        assert_eq!(record_of(0.1f64), [0x92, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F]); // DoubleText
        assert_eq!(record_of(1.5f64), [0x90, 0x00, 0x00, 0xC0, 0x3F]);
        assert_eq!(record_of(300f64), [0x8A, 0x2C, 0x01]);
        assert_eq!(record_of(-0f64), [0x92, 0, 0, 0, 0, 0, 0, 0, 0x80]);
        assert_eq!(record_of(f64::INFINITY)[0], 0x92);
        assert_eq!(record_of(16384.25f64)[0], 0x92);
    }

    /// The shorter record has the same text: whoever reads it as characters sees the same.
    #[test]
    fn shorter_records_have_the_same_text() {
        for quarters in -70_000..70_000 {
            let value = f64::from(quarters) / 4.0;
            let float = record_of(value)[0] == FLOAT_TEXT;
            assert!(!float || (value as f32).to_text() == value.to_text(), "{value}");
        }
        for value in [9_999_999f32, -9_999_999.0, 123_456.0] {
            assert_eq!((value as i32).to_text(), value.to_text());
        }
        for value in [f64::from(i32::MAX), f64::from(i32::MIN)] {
            assert_eq!((value as i32).to_text(), value.to_text());
        }
    }

    #[test]
    fn fixed_sizes() {
        // -1.50: reserved, scale, sign, high 32 bits, low 64 bits
        assert_eq!(
            record_of(Decimal::new(-150, 2)),
            [0x94, 0, 0, 2, 0x80, 0, 0, 0, 0, 0x96, 0, 0, 0, 0, 0, 0, 0]
        );
        let large = Decimal::from_parts(1, 2, 3, false, 0);
        assert_eq!(record_of(large), [0x94, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
        let guid = Guid::from_u128(0x00112233_4455_6677_8899_AABBCCDDEEFF);
        let bytes =
            [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF];
        assert_eq!(record_of(guid), [&[0xB0][..], &bytes].concat()); // UuidText
        assert_eq!(record_of(TimeSpan(-2)), [0xAE, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]); // TimeSpanText
        let date = |format| date_time(&DateTime { ticks: 5, format });
        assert_eq!(date(DateTimeFormat::None), [5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(date(DateTimeFormat::Utc), [5, 0, 0, 0, 0, 0, 0, 0x40]);
        assert_eq!(date(DateTimeFormat::Local), [5, 0, 0, 0, 0, 0, 0, 0x80]);
    }
}
