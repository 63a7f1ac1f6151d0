//! What a byte of UTF-8 can be in XML 1.0: one table for the hot loops of the text decoder.

/// White space, XML 1.0 2.3 `S`.
pub(crate) const SPACE: u8 = 0x01;
/// May stand in an NCName. Bytes from 0x80 have it too: for them [`name`](crate::xml::name) decides.
pub(crate) const NAME: u8 = 0x02;
/// May begin an NCName.
pub(crate) const NAME_START: u8 = 0x04;
/// Ends a run of plain character data: `<`, `&`, `]`, CR, what XML forbids, and 0xEF (maybe U+FFFE or U+FFFF).
pub(crate) const TEXT_STOP: u8 = 0x08;
/// Ends a run of plain characters in an attribute value: quotes, `<`, `&`, white space but the blank, what XML
/// forbids, and 0xEF.
pub(crate) const VALUE_STOP: u8 = 0x10;
/// A control character that XML forbids, XML 1.0 2.2, or 0xEF.
pub(crate) const SUSPECT: u8 = 0x20;

/// What a byte of UTF-8 can be.
pub(crate) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        let mut class = 0;
        if matches!(b, b' ' | b'\t' | b'\n' | b'\r') {
            class |= SPACE;
        } else if b < 0x20 || b == 0xEF {
            class |= SUSPECT | TEXT_STOP | VALUE_STOP;
        }
        if b.is_ascii_alphabetic() || b == b'_' || b >= 0x80 {
            class |= NAME | NAME_START;
        }
        if b.is_ascii_digit() || b == b'-' || b == b'.' {
            class |= NAME;
        }
        if matches!(b, b'<' | b'&' | b']' | b'\r') {
            class |= TEXT_STOP;
        }
        if matches!(b, b'<' | b'&' | b'"' | b'\'' | b'\t' | b'\n' | b'\r') {
            class |= VALUE_STOP;
        }
        table[i] = class;
        i += 1;
    }
    table
}

/// Whether a byte has one of the classes `which`.
#[inline(always)]
pub(crate) fn is(byte: u8, which: u8) -> bool {
    CLASS[byte as usize] & which != 0
}

/// Whether a string is nothing but white space, XML 1.0 2.3 `S`.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| is(b, SPACE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::name::{is_name_char, is_name_start, is_xml_char};

    #[test]
    fn the_table_agrees_with_the_ranges_for_ascii() {
        for b in 0..0x80u8 {
            assert_eq!(is(b, NAME), is_name_char(b as char), "{b:#x}");
            assert_eq!(is(b, NAME_START), is_name_start(b as char), "{b:#x}");
            assert_eq!(is(b, SUSPECT), !is_xml_char(b as char), "{b:#x}");
        }
    }

    #[test]
    fn every_forbidden_character_begins_with_a_suspect_byte() {
        for c in ('\0'..=char::MAX).filter(|&c| !is_xml_char(c)) {
            let mut buffer = [0; 4];
            assert!(is(c.encode_utf8(&mut buffer).as_bytes()[0], SUSPECT), "{c:?}");
        }
    }
}
