//! How a text document says in which charset it is written.

use crate::xml::Charset;

/// Whether a declaration `encoding="label"` may stand in a document of this charset.
pub(crate) fn agrees(charset: Charset, label: &str) -> bool {
    let is = |name: &str| label.eq_ignore_ascii_case(name);
    match charset {
        Charset::Utf8 => is("utf-8"),
        Charset::Utf16Le => is("utf-16") || is("utf-16le"),
        Charset::Utf16Be => is("utf-16") || is("utf-16be"),
    }
}

/// What the first bytes of a document tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) charset: Charset,
    /// Bytes of the byte order mark.
    pub(crate) mark: usize,
    /// There was no mark though the charset needs one: then a declaration must say so, XML 1.0 4.3.3.
    pub(crate) needs_declaration: bool,
}

/// Finds the charset from the first bytes, XML 1.0 appendix F.1. `None`: more bytes are needed.
pub(crate) fn detect(first: &[u8], asked: Option<Charset>, is_all: bool) -> Option<Detected> {
    let marks: [(Charset, &[u8]); 3] = [
        (Charset::Utf8, &[0xEF, 0xBB, 0xBF]),
        (Charset::Utf16Le, &[0xFF, 0xFE]),
        (Charset::Utf16Be, &[0xFE, 0xFF]),
    ];
    for (charset, mark) in marks {
        if asked.is_some_and(|asked| asked != charset) {
            continue;
        }
        if first.starts_with(mark) {
            return Some(Detected { charset, mark: mark.len(), needs_declaration: false });
        }
        if mark.starts_with(first) && !is_all {
            return None;
        }
    }
    let found = |charset, needs_declaration| Some(Detected { charset, mark: 0, needs_declaration });
    if let Some(asked) = asked {
        return found(asked, false);
    }
    match first {
        [0, b, ..] if *b != 0 => found(Charset::Utf16Be, true),
        [b, 0, ..] if *b != 0 => found(Charset::Utf16Le, true),
        [] | [_] if !is_all => None,
        _ => found(Charset::Utf8, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_are_found() {
        let auto =
            |bytes: &[u8]| detect(bytes, None, false).map(|d| (d.charset, d.mark, d.needs_declaration));
        assert_eq!(auto(b"<a"), Some((Charset::Utf8, 0, false)));
        assert_eq!(auto(b"\xEF\xBB\xBF<"), Some((Charset::Utf8, 3, false)));
        assert_eq!(auto(b"\xFF\xFE<\0"), Some((Charset::Utf16Le, 2, false)));
        assert_eq!(auto(b"\xFE\xFF\0<"), Some((Charset::Utf16Be, 2, false)));
        assert_eq!(auto(b"<\0?\0"), Some((Charset::Utf16Le, 0, true)));
        assert_eq!(auto(b"\0<\0?"), Some((Charset::Utf16Be, 0, true)));
    }

    #[test]
    fn too_few_bytes_say_nothing_yet() {
        for bytes in [&b""[..], b"<", b"\xEF", b"\xEF\xBB", b"\xFF", b"\xFE"] {
            assert_eq!(detect(bytes, None, false), None, "{bytes:x?}");
            assert!(detect(bytes, None, true).is_some(), "{bytes:x?}");
        }
    }

    #[test]
    fn a_given_charset_takes_only_its_own_mark() {
        let d = detect(b"\xFF\xFE<\0", Some(Charset::Utf16Be), false);
        assert_eq!(d, Some(Detected { charset: Charset::Utf16Be, mark: 0, needs_declaration: false }));
        assert_eq!(detect(b"\xEF\xBB\xBF<", Some(Charset::Utf8), false).map(|d| d.mark), Some(3));
    }
}
