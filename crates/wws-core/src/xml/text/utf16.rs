//! UTF-16 made of UTF-8: the last step before a document leaves.

use crate::xml::Charset;

/// The text in UTF-16. What is not UTF-8 becomes U+FFFD; writers only have UTF-8.
pub(crate) fn from_utf8(text: &[u8], charset: Charset) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    let to_bytes = if charset == Charset::Utf16Be { u16::to_be_bytes } else { u16::to_le_bytes };
    let mut units = [0; 2];
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.iter().position(|b| !b.is_ascii()).unwrap_or(rest.len());
        let (plain, other) = rest.split_at(ascii);
        out.extend(plain.iter().flat_map(|&b| to_bytes(b.into())));
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
    text.iter().map(|&b| if b & 0xC0 == 0x80 { 0 } else { 2 + 2 * u64::from(b >= 0xF0) }).sum()
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
