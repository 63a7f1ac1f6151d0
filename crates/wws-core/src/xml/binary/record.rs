//! The records of the .NET Binary Format: XML Data Structure (MC-NBFX), and the heads that several places write.

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $(#[doc = concat!("The record ", stringify!($value), ".")] $(#[$doc])* pub const $name: u8 = $value;)*

        /// The name of a record in MC-NBFX 2.2, for error messages and for `wws inspect`.
        pub const fn name(record: u8) -> Option<&'static str> {
            match record { $($value => Some(stringify!($name)),)* _ => None }
        }
    };
}

records! {
    END_ELEMENT = 0x01;
    COMMENT = 0x02;
    ARRAY = 0x03;
    SHORT_ATTRIBUTE = 0x04;
    ATTRIBUTE = 0x05;
    SHORT_DICTIONARY_ATTRIBUTE = 0x06;
    DICTIONARY_ATTRIBUTE = 0x07;
    SHORT_XMLNS_ATTRIBUTE = 0x08;
    XMLNS_ATTRIBUTE = 0x09;
    SHORT_DICTIONARY_XMLNS_ATTRIBUTE = 0x0A;
    DICTIONARY_XMLNS_ATTRIBUTE = 0x0B;
    /// 26 records, one for each prefix from `a` to `z`.
    PREFIX_DICTIONARY_ATTRIBUTE_A = 0x0C;
    /// 26 records.
    PREFIX_ATTRIBUTE_A = 0x26;
    SHORT_ELEMENT = 0x40;
    ELEMENT = 0x41;
    SHORT_DICTIONARY_ELEMENT = 0x42;
    DICTIONARY_ELEMENT = 0x43;
    /// 26 records.
    PREFIX_DICTIONARY_ELEMENT_A = 0x44;
    /// 26 records.
    PREFIX_ELEMENT_A = 0x5E;
    // Text records. One more: the same with the end of the element.
    ZERO_TEXT = 0x80;
    ONE_TEXT = 0x82;
    FALSE_TEXT = 0x84;
    TRUE_TEXT = 0x86;
    INT8_TEXT = 0x88;
    INT16_TEXT = 0x8A;
    INT32_TEXT = 0x8C;
    INT64_TEXT = 0x8E;
    FLOAT_TEXT = 0x90;
    DOUBLE_TEXT = 0x92;
    DECIMAL_TEXT = 0x94;
    DATE_TIME_TEXT = 0x96;
    CHARS8_TEXT = 0x98;
    CHARS16_TEXT = 0x9A;
    CHARS32_TEXT = 0x9C;
    BYTES8_TEXT = 0x9E;
    BYTES16_TEXT = 0xA0;
    BYTES32_TEXT = 0xA2;
    START_LIST_TEXT = 0xA4;
    END_LIST_TEXT = 0xA6;
    EMPTY_TEXT = 0xA8;
    DICTIONARY_TEXT = 0xAA;
    UNIQUE_ID_TEXT = 0xAC;
    TIME_SPAN_TEXT = 0xAE;
    UUID_TEXT = 0xB0;
    UINT64_TEXT = 0xB2;
    BOOL_TEXT = 0xB4;
    UNICODE_CHARS8_TEXT = 0xB6;
    UNICODE_CHARS16_TEXT = 0xB8;
    UNICODE_CHARS32_TEXT = 0xBA;
    QNAME_DICTIONARY_TEXT = 0xBC;
}

/// The bit that makes a text record end its element too (MC-NBFX 2.2.3).
pub const WITH_END_ELEMENT: u8 = 0x01;

/// The most bytes that the content of a record may have: its length is a signed number of 32 bits or of 31.
pub const MAX_LENGTH: usize = 0x7FFF_FFFF;

/// Appends a number in 7-bit groups, low group first: MultiByteInt31, MC-NBFX 2.1.2.
#[inline]
pub(crate) fn append_int31(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends the head of a record of bytes: MC-NBFX 2.2.3.14 to 2.2.3.16. The length is at most [`MAX_LENGTH`].
#[inline]
pub(crate) fn bytes_head(out: &mut Vec<u8>, length: usize) {
    sized_head(out, BYTES8_TEXT, length);
}

/// Appends the head of a record whose three kinds, from `first` on, have a length of 8, 16 and 32 bits.
#[inline]
pub(crate) fn sized_head(out: &mut Vec<u8>, first: u8, length: usize) {
    if let Ok(length) = u8::try_from(length) {
        out.extend_from_slice(&[first, length]);
    } else if let Ok(length) = u16::try_from(length) {
        let [low, high] = length.to_le_bytes();
        out.extend_from_slice(&[first + 2, low, high]);
    } else {
        let [a, b, c, d] = (length as u32).to_le_bytes();
        out.extend_from_slice(&[first + 4, a, b, c, d]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of MC-NBFX 2.1.2.
    #[test]
    fn int31() {
        for (value, bytes) in [
            (0x08, &[0x08][..]),
            (0x7F, &[0x7F]),
            (0x80, &[0x80, 0x01]),
            (0x3FFF, &[0xFF, 0x7F]),
            (0x4000, &[0x80, 0x80, 0x01]),
            (0x7FFF_FFFF, &[0xFF, 0xFF, 0xFF, 0xFF, 0x07]),
        ] {
            let mut out = Vec::new();
            append_int31(&mut out, value);
            assert_eq!(out, bytes);
        }
    }

    #[test]
    fn heads() {
        for (length, bytes) in [
            (0xFF, &[0x9E, 0xFF][..]),
            (0x100, &[0xA0, 0x00, 0x01]),
            (0xFFFF, &[0xA0, 0xFF, 0xFF]),
            (0x1_0000, &[0xA2, 0x00, 0x00, 0x01, 0x00]),
        ] {
            let mut out = Vec::new();
            bytes_head(&mut out, length);
            assert_eq!(out, bytes);
        }
        assert_eq!(
            (name(0x03), name(0xBC), name(0xFF)),
            (Some("ARRAY"), Some("QNAME_DICTIONARY_TEXT"), None)
        );
    }
}
