//! Counted strings of C as Rust strings.

use crate::{
    abi::{WS_STRING, WS_XML_STRING},
    ptr::{self, Ptr},
};
use std::str::Utf8Error;
use wws::{Error, Result};

/// The code units of a counted string.
///
/// # Errors
/// `E_INVALIDARG` if it has a length but no characters.
pub fn units<'a>(string: &WS_STRING, name: &str) -> Result<&'a [u16]> {
    string.chars.slice(string.length as usize, name)
}

/// The text of a counted string.
///
/// # Errors
/// `E_INVALIDARG` if it has a length but no characters, `WS_E_INVALID_FORMAT` if it is not UTF-16.
pub fn string(string: &WS_STRING, name: &str) -> Result<String> {
    from_utf16(units(string, name)?, name)
}

/// Text from code units.
///
/// # Errors
/// `WS_E_INVALID_FORMAT` if a surrogate stands alone.
pub fn from_utf16(units: &[u16], name: &str) -> Result<String> {
    String::from_utf16(units).map_err(|_| {
        let at = char::decode_utf16(units.iter().copied())
            .take_while(Result::is_ok)
            .flatten()
            .map(char::len_utf16)
            .sum::<usize>();
        Error::format(format!("`{name}` is not UTF-16: half of a surrogate pair stands alone at unit {at}"))
    })
}

/// The bytes of a string that XML uses.
///
/// # Errors
/// `E_INVALIDARG` if it has a length but no bytes.
#[inline]
pub fn bytes<'a>(string: &WS_XML_STRING, name: &str) -> Result<&'a [u8]> {
    string.bytes.slice(string.length as usize, name)
}

/// The text of a string that XML uses.
///
/// # Errors
/// As [`bytes()`], and `WS_E_INVALID_FORMAT` if it is not UTF-8.
#[inline(always)]
pub fn xml<'a>(string: &WS_XML_STRING, name: &str) -> Result<&'a str> {
    utf8(bytes(string, name)?, name)
}

/// Checked UTF-8.
///
/// # Errors
/// `WS_E_INVALID_FORMAT` if it is something else.
#[inline(always)]
pub fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str> {
    match ptr::ascii(bytes) {
        Some(text) => Ok(text),
        None => std::str::from_utf8(bytes).map_err(|e| not_utf8(e, name)),
    }
}

#[cold]
fn not_utf8(error: Utf8Error, name: &str) -> Error {
    Error::format(format!("`{name}` is not UTF-8 at byte {}", error.valid_up_to()))
}

/// A Rust string as C sees it; it must outlive the result.
#[inline]
pub fn to_xml(text: &str) -> WS_XML_STRING {
    WS_XML_STRING {
        length: text.len() as u32,
        bytes: Ptr::first(text.as_bytes()),
        dictionary: Ptr::NULL,
        id: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_found() {
        let text: Vec<u16> = "aé😀".encode_utf16().chain([0xD800]).collect();
        assert_eq!(from_utf16(&text[..4], "x").unwrap(), "aé😀");
        let message = from_utf16(&text, "x").unwrap_err().to_string();
        assert_eq!(message, "`x` is not UTF-16: half of a surrogate pair stands alone at unit 4");
    }

    #[test]
    fn a_length_needs_bytes() {
        assert!(
            xml(&WS_XML_STRING { length: 1, bytes: Ptr::NULL, dictionary: Ptr::NULL, id: 0 }, "x").is_err()
        );
        assert_eq!(xml(&to_xml("é"), "x").unwrap(), "é");
    }
}
