//! UTF-16 made of UTF-8: the last step before a document leaves.

use crate::xml::Charset;
use encoding_rs::Encoding;

/// The text in UTF-16. What is not UTF-8 becomes U+FFFD; writers only have UTF-8.
pub(crate) fn from_utf8(text: &[u8], charset: Charset) -> Vec<u8> {
    // Each order in a loop of its own, so that the conversion is part of the loop.
    match charset {
        Charset::Utf16Be => convert(text, u16::to_be_bytes),
        _ => convert(text, u16::to_le_bytes),
    }
}

fn convert(text: &[u8], to_bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    let mut units = [0; 2];
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, other) = rest.split_at(Encoding::ascii_valid_up_to(rest));
        // Into room that is there already: the loop becomes vector instructions.
        let start = out.len();
        out.resize(start + 2 * plain.len(), 0);
        for (unit, &byte) in out[start..].chunks_exact_mut(2).zip(plain) {
            unit.copy_from_slice(&to_bytes(byte.into()));
        }
        let end = other.iter().position(u8::is_ascii).unwrap_or(other.len());
        let (other, after) = other.split_at(end);
        for c in String::from_utf8_lossy(other).chars() {
            out.extend(c.encode_utf16(&mut units).iter().flat_map(|&unit| to_bytes(unit)));
        }
        rest = after;
    }
    out
}

/// The bytes that the text has in UTF-16.
pub(crate) fn length_of_utf8(text: &[u8]) -> u64 {
    // One unit for each character, two for those of four bytes.
    2 * (count_bytes(text, |b| b & 0xC0 != 0x80) + count_bytes(text, |b| b >= 0xF0))
}

/// How many bytes are of a kind.
pub(crate) fn count_bytes(bytes: &[u8], is_one: impl Fn(u8) -> bool) -> u64 {
    // In pieces whose count fits into a byte, so that the loop becomes vector instructions.
    bytes.chunks(255).map(|piece| u64::from(piece.iter().map(|&b| u8::from(is_one(b))).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders() {
        let text = "<é中😀>";
        let units: Vec<u16> = text.encode_utf16().collect();
        let le: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        assert_eq!(from_utf8(text.as_bytes(), Charset::Utf16Le), le);
        assert_eq!(from_utf8(text.as_bytes(), Charset::Utf16Be), be);
        assert_eq!(length_of_utf8(text.as_bytes()), le.len() as u64);
    }
}
