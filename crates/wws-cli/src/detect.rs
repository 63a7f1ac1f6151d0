//! Which encoding a document is in, judged by its first bytes.

use std::fmt;

/// How many bytes of the start [`detect`] wants to see.
pub(crate) const LOOK: usize = 4096;

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detected {
    /// XML text, in a charset that the reader finds out by itself.
    Text,
    /// .NET binary XML (MC-NBFX), perhaps with the static dictionary.
    Binary,
    /// .NET binary XML that begins with a table of session strings (MC-NBFSE).
    BinarySession,
    /// A MIME multipart document (MTOM).
    Mtom,
    /// Nothing at all.
    Empty,
    /// None of these.
    Unknown,
}

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Detected::Text => "text",
            Detected::Binary => "binary",
            Detected::BinarySession => "binary with a session dictionary",
            Detected::Mtom => "mtom",
            Detected::Empty => "empty",
            Detected::Unknown => "unknown",
        })
    }
}

/// Judges by the first bytes (up to [`LOOK`] of them).
pub(crate) fn detect(start: &[u8]) -> Detected {
    if start.is_empty() {
        return Detected::Empty;
    }
    // XML 1.0 appendix F: byte order marks, then `<` in one of the charsets.
    if start.starts_with(&[0xef, 0xbb, 0xbf])
        || start.starts_with(&[0xff, 0xfe])
        || start.starts_with(&[0xfe, 0xff])
    {
        return Detected::Text;
    }
    if is_mime(start) {
        return Detected::Mtom;
    }
    let skipped = start.iter().take_while(|b| matches!(b, 9 | 10 | 13 | 32 | 0)).count();
    if start.get(skipped) == Some(&b'<')
        && (skipped < 2 || !start[..skipped].contains(&0) || skipped % 2 == 1)
    {
        return Detected::Text;
    }
    if starts_with_record(start) {
        return Detected::Binary;
    }
    if has_string_table(start) {
        return Detected::BinarySession;
    }
    Detected::Unknown
}

/// MIME headers, or a boundary line straight away (headers kept by a transport).
fn is_mime(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or(start);
    let lower: Vec<u8> = line.iter().take(80).map(u8::to_ascii_lowercase).collect();
    lower.starts_with(b"mime-version:")
        || (lower.starts_with(b"content-type:") && lower.windows(9).any(|w| w == b"multipart"))
        || (lower.starts_with(b"--") && lower.len() > 3 && lower[2].is_ascii_graphic() && !is_pem(&lower))
}

/// RFC 7468 2: a certificate or a key, whose first line looks like a boundary.
fn is_pem(line: &[u8]) -> bool {
    line.starts_with(b"-----begin ")
}

/// MC-NBFX 2.2.1: element records are 0x40 to 0x77.
fn is_element_record(byte: u8) -> bool {
    (0x40..=0x77).contains(&byte)
}

/// An element or a comment of MC-NBFX. Letters are types of records, too, so where a string must follow, it is looked
/// at.
fn starts_with_record(start: &[u8]) -> bool {
    match start[0] {
        0x02 | 0x40 | 0x41 | 0x5e..=0x77 => varint(start, 1).is_some_and(|(length, at)| {
            let text = start.get(at..at + length).unwrap_or_default();
            let is_name = std::str::from_utf8(text).is_ok_and(|t| !t.chars().any(char::is_control));
            (text.len() == length && is_name) || (start.len() == LOOK && length >= LOOK)
        }),
        kind => is_element_record(kind),
    }
}

/// MC-NBFSE 2.1: the size of the table, then counted strings that fill it exactly, then an element record.
fn has_string_table(start: &[u8]) -> bool {
    let Some((size, mut at)) = varint(start, 0) else { return false };
    let end = at + size;
    while at < end {
        let Some((length, next)) = varint(start, at) else { return false };
        let Some(text) = start.get(next..next + length) else { return start.len() == LOOK };
        if std::str::from_utf8(text).is_err() {
            return false;
        }
        at = next + length;
    }
    at == end && start.get(at).is_some_and(|b| is_element_record(*b))
}

/// MC-NBFX 2.1.2: MultiByteInt31.
fn varint(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for shift in [0, 7, 14, 21, 28] {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_by_its_start() {
        let cases: &[(&[u8], Detected)] = &[
            (b"", Detected::Empty),
            (b"<a/>", Detected::Text),
            (b" \r\n<a/>", Detected::Text),
            (b"\xef\xbb\xbf<a/>", Detected::Text),
            (b"\xff\xfe<\0a\0", Detected::Text),
            (b"<\0a\0/\0>\0", Detected::Text),
            (b"\0<\0a\0/\0>", Detected::Text),
            (&[0x40, 0x01, b'r', 0x01], Detected::Binary),
            (&[0x56, 0x02, 0x0b, 0x01], Detected::Binary),
            (&[0x03, 0x02, b'h', b'i', 0x42, 0x01, 0x01], Detected::BinarySession),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Detected::Mtom),
            (b"--uuid:1\r\nContent-ID: <0>", Detected::Mtom),
            (b"content-type: Multipart/Related; boundary=x", Detected::Mtom),
            (b"------=_Part_0_1.2\r\nContent-Type: text/xml", Detected::Mtom),
            (b"-----BEGIN CERTIFICATE-----\nMIIB", Detected::Unknown),
            (b"hello", Detected::Unknown),
            (&[0xff, 0xff], Detected::Unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(detect(bytes), *expected, "{bytes:x?}");
        }
    }
}
