//! Characters that cannot stand for themselves in a text document.

use crate::{Error, Result, xml::name::is_xml_char};

/// For each byte: 0 it stands for itself, otherwise what to do with it.
type Table = [u8; 256];

const PLAIN: u8 = 0;
/// Written as an entity or a character reference.
const ESCAPE: u8 = 1;
/// Not allowed at all, XML 1.0 2.2.
const INVALID: u8 = 2;
/// The first byte of U+F000 to U+FFFF, of which U+FFFE and U+FFFF are not allowed.
const LAST_PLANE: u8 = 3;

const fn table(escaped: &[u8]) -> Table {
    let mut table = [PLAIN; 256];
    let mut i = 0;
    while i < 0x20 {
        if i != 9 && i != 10 && i != 13 {
            table[i] = INVALID;
        }
        i += 1;
    }
    table[0xEF] = LAST_PLANE;
    i = 0;
    while i < escaped.len() {
        table[escaped[i] as usize] = ESCAPE;
        i += 1;
    }
    table
}

/// Content of an element. A carriage return would come back as a line feed, XML 1.0 2.11.
static CONTENT: Table = table(b"<>&\r");
/// Content of an attribute in double quotes. White space would come back as spaces, XML 1.0 3.3.3.
static DOUBLE_QUOTED: Table = table(b"<>&\"\t\n\r");
static SINGLE_QUOTED: Table = table(b"<>&'\t\n\r");
/// Comments and CDATA sections, where nothing can be escaped.
static VERBATIM: Table = table(b"");

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    Content,
    DoubleQuoted,
    SingleQuoted,
    Verbatim,
}

impl Context {
    #[inline]
    fn table(self) -> &'static Table {
        match self {
            Context::Content => &CONTENT,
            Context::DoubleQuoted => &DOUBLE_QUOTED,
            Context::SingleQuoted => &SINGLE_QUOTED,
            Context::Verbatim => &VERBATIM,
        }
    }
}

/// Appends text so that a reader gets back the same characters.
///
/// `allow_invalid` writes a character reference for a character that XML 1.0 forbids
/// (`WS_XML_WRITER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES`); without it that is an error.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, text: &str, context: Context, allow_invalid: bool) -> Result<()> {
    let table = context.table();
    let bytes = text.as_bytes();
    let plain = plain_prefix(bytes, table);
    if plain == bytes.len() {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    append_slow(out, text, plain, context, allow_invalid)
}

fn append_slow(
    out: &mut Vec<u8>,
    text: &str,
    mut at: usize,
    context: Context,
    allow_invalid: bool,
) -> Result<()> {
    let table = context.table();
    let bytes = text.as_bytes();
    let mut copied = 0;
    while let Some(&byte) = bytes.get(at) {
        let reference = match table[usize::from(byte)] {
            ESCAPE => Some(byte),
            INVALID => Some(invalid(char::from(byte), context, allow_invalid)?),
            LAST_PLANE if is_noncharacter(&bytes[at..]) => {
                let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                invalid(c, context, allow_invalid)?;
                out.extend_from_slice(&bytes[copied..at]);
                out.extend_from_slice(format!("&#x{:X};", u32::from(c)).as_bytes());
                at += 3;
                copied = at;
                at += plain_prefix(&bytes[at..], table);
                continue;
            }
            _ => None,
        };
        if let Some(byte) = reference {
            out.extend_from_slice(&bytes[copied..at]);
            copied = at + 1;
            append_reference(out, byte);
        }
        at += 1;
        at += plain_prefix(&bytes[at..], table);
    }
    out.extend_from_slice(&bytes[copied..]);
    Ok(())
}

fn append_reference(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(match byte {
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'&' => b"&amp;",
        b'"' => b"&quot;",
        b'\'' => b"&apos;",
        _ => return out.extend_from_slice(format!("&#x{byte:X};").as_bytes()),
    });
}

/// Fails if the text has a character that XML 1.0 2.2 forbids.
#[inline]
pub(crate) fn check(text: &str) -> Result<()> {
    // Without a branch, so that the compiler uses vectors.
    let suspicious =
        text.as_bytes().iter().fold(0, |found, &b| found | u8::from(b < 0x20) | u8::from(b == 0xEF));
    if suspicious == 0 { Ok(()) } else { check_slowly(text) }
}

fn check_slowly(text: &str) -> Result<()> {
    match text.chars().find(|&c| !is_xml_char(c)) {
        None => Ok(()),
        Some(c) => Err(forbidden(c)),
    }
}

/// How many bytes from the start stand for themselves.
#[inline]
fn plain_prefix(bytes: &[u8], table: &Table) -> usize {
    // Blocks overlap rather than leave a rest.
    if let Some(last) = bytes.last_chunk::<32>() {
        let (blocks, rest) = bytes.as_chunks::<32>();
        for (i, block) in blocks.iter().enumerate() {
            if is_special(block) {
                let plain = plain_by_table(block, table);
                if plain < block.len() {
                    return 32 * i + plain;
                }
            }
        }
        if is_special(last) { bytes.len() - rest.len() + plain_by_table(rest, table) } else { bytes.len() }
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        let mut both = [0; 32];
        both[..16].copy_from_slice(first);
        both[16..].copy_from_slice(last);
        if is_special(&both) { plain_by_table(bytes, table) } else { bytes.len() }
    } else {
        plain_by_table(bytes, table)
    }
}

#[inline(never)]
fn plain_by_table(bytes: &[u8], table: &Table) -> usize {
    bytes.iter().position(|&b| table[usize::from(b)] != PLAIN).unwrap_or(bytes.len())
}

/// Whether a byte of the block may be more than plain in some context. The compiler makes vectors of it, for 32 bytes
/// but not for fewer.
#[inline]
fn is_special(block: &[u8; 32]) -> bool {
    let special = block.iter().fold(0, |special, &b| {
        // `<` and `>` differ in one bit; `"`, `&` and `'` (and `#`, which does no harm) in two.
        special
            | u8::from(b < 0x20)
            | u8::from(b & 0xFD == b'<')
            | u8::from(b & 0xFA == b'"')
            | u8::from(b == 0xEF)
    });
    special != 0
}

/// Whether the bytes start with U+FFFE or U+FFFF.
fn is_noncharacter(bytes: &[u8]) -> bool {
    matches!(bytes, [0xEF, 0xBF, 0xBE..=0xBF, ..])
}

fn invalid(c: char, context: Context, allow_invalid: bool) -> Result<u8> {
    if allow_invalid && context != Context::Verbatim { Ok(c as u8) } else { Err(forbidden(c)) }
}

#[cold]
fn forbidden(c: char) -> Error {
    Error::format(format!(
        "the character U+{:04X} cannot stand in an XML 1.0 document: leave it out, write the text as bytes, or allow \
         invalid character references",
        u32::from(c)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, context: Context) -> String {
        let mut out = Vec::new();
        append(&mut out, text, context, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_context_has_its_own_rules() {
        let text = "<a>&\"'\r\n\t]]>é";
        assert_eq!(escaped(text, Context::Content), "&lt;a&gt;&amp;\"'&#xD;\n\t]]&gt;é");
        assert_eq!(escaped(text, Context::DoubleQuoted), "&lt;a&gt;&amp;&quot;'&#xD;&#xA;&#x9;]]&gt;é");
        assert_eq!(escaped(text, Context::SingleQuoted), "&lt;a&gt;&amp;\"&apos;&#xD;&#xA;&#x9;]]&gt;é");
        assert_eq!(escaped(text, Context::Verbatim), text);
    }

    #[test]
    fn forbidden_characters() {
        for text in ["\0", "a\u{1}", "\u{B}", "\u{FFFE}", "ok \u{FFFF}"] {
            let mut out = Vec::new();
            assert!(append(&mut out, text, Context::Content, false).is_err(), "{text:?}");
            assert!(check(text).is_err(), "{text:?}");
            assert!(append(&mut out, text, Context::Verbatim, true).is_err(), "{text:?}");
        }
        let mut out = Vec::new();
        append(&mut out, "a\u{1}\0\u{FFFE}\u{FFFF}\u{FFFD}b", Context::Content, true).unwrap();
        assert_eq!(out, "a&#x1;&#x0;&#xFFFE;&#xFFFF;\u{FFFD}b".as_bytes());
        assert!(check("\t\n\r \u{7f}\u{FFFD}\u{FEFF}").is_ok());
    }

    /// Every character at every place of a block gives the same as one at a time.
    #[test]
    fn blocks_change_nothing() {
        for c in ['<', '\n', '"', '\u{FF01}', '\u{FFFD}', 'é', '\r'] {
            for place in 0..70 {
                let text: String = (0..70).map(|i| if i == place { c } else { 'x' }).collect();
                let one: String =
                    text.chars().map(|c| escaped(&c.to_string(), Context::DoubleQuoted)).collect();
                assert_eq!(escaped(&text, Context::DoubleQuoted), one);
            }
        }
    }
}
