//! The start of a document and its XML declaration, XML 1.0 2.8, 4.3.1 and 4.3.3.

use super::{Scan, skip_space, tag::unexpected};
use crate::xml::{
    decode::{Bad, Core, Stop, shorten},
    text::{
        detect::agrees,
        input::TextInput,
        names::{SPACE, is},
    },
};

/// Reads the declaration, if there is one.
pub(super) fn start(scan: Scan<'_>, core: &Core, input: &TextInput<'_>) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    // `<?xml-stylesheet` and the like are instructions, not declarations.
    let begin = b"<?xml";
    if bytes.len() <= begin.len() && !scan.complete && begin.starts_with(bytes) {
        return Err(Stop::MORE);
    }
    let is_declaration =
        bytes.starts_with(begin) && bytes.get(begin.len()).is_none_or(|&b| is(b, SPACE) || b == b'?');
    if !is_declaration {
        if input.needs_declaration {
            let text = "UTF-16 without a byte order mark needs a declaration that says so";
            return Err(Bad::new(0, text).into()); // XML 1.0 4.3.3
        }
        return Ok(0);
    }
    if !core.options.read_declaration {
        return Err(Bad::new(0, "an XML declaration is not accepted here (read_declaration is off)").into());
    }
    let mut seen = 0;
    let mut at = begin.len();
    loop {
        let next = skip_space(bytes, at);
        match bytes.get(next) {
            Some(b'?') => {
                return match bytes.get(next + 1) {
                    Some(b'>') if seen > 0 => finish(input, seen, next + 2),
                    Some(b'>') => Err(Bad::new(next, "the XML declaration has no version").into()),
                    Some(_) => Err(unexpected(scan, next + 1, "the XML declaration ends with '?>'").into()),
                    None => Err(Stop::MORE),
                };
            }
            None => return Err(Stop::MORE),
            Some(_) if next == at => {
                return Err(
                    unexpected(scan, next, "in the XML declaration, expected white space or '?>'").into()
                );
            }
            Some(_) => at = item(scan, input, next, &mut seen)?,
        }
    }
}

/// The names in the order they must have.
const ITEMS: [&str; 3] = ["version", "encoding", "standalone"];

/// Reads `name="value"`; `seen` is one more than the place of the last item.
fn item(scan: Scan<'_>, input: &TextInput<'_>, start: usize, seen: &mut usize) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
        at += 1;
    }
    let name = &scan.window[start..at];
    at = skip_space(bytes, at);
    match bytes.get(at) {
        Some(b'=') => at = skip_space(bytes, at + 1),
        Some(_) => return Err(unexpected(scan, at, "in the XML declaration, expected '='").into()),
        None => return Err(Stop::MORE),
    }
    let quote = match bytes.get(at) {
        Some(&q @ (b'"' | b'\'')) => q,
        Some(_) => return Err(unexpected(scan, at, "in the XML declaration, values stand in quotes").into()),
        None => return Err(Stop::MORE),
    };
    let from = at + 1;
    let Some(len) = memchr::memchr(quote, &bytes[from..]) else { return Err(Stop::MORE) };
    let value = &scan.window[from..from + len];
    match ITEMS.iter().position(|&i| i == name) {
        Some(0) if *seen == 0 => check_version(from, value)?,
        Some(1) if *seen == 1 => check_encoding(input, from, value)?,
        Some(2) if *seen == 1 || *seen == 2 => check_standalone(from, value)?,
        Some(_) if *seen == 0 => {
            return Err(Bad::new(start, "the XML declaration begins with the version").into());
        }
        Some(_) => {
            return Err(Bad::new(start, "version, encoding and standalone stand in this order, once").into());
        }
        None => {
            let text = format!("the XML declaration knows no '{}'", shorten(name));
            return Err(Bad::new(start, text).into());
        }
    }
    *seen = 1 + ITEMS.iter().position(|&i| i == name).unwrap_or(0);
    Ok(from + len + 1)
}

/// XML 1.0 2.8 `VersionNum`: `1.` and digits; a processor of 1.0 reads 1.x as 1.0.
fn check_version(at: usize, value: &str) -> Result<(), Bad> {
    match value.strip_prefix("1.") {
        Some(minor) if !minor.is_empty() && minor.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        _ => Err(Bad::new(at, format!("the version of XML is 1.0, not '{}'", shorten(value)))),
    }
}

fn check_encoding(input: &TextInput<'_>, at: usize, value: &str) -> Result<(), Bad> {
    let charset = input.charset().unwrap_or_default();
    if agrees(charset, value) {
        return Ok(());
    }
    let (value, charset) = (shorten(value), charset.name());
    let text =
        format!("the declaration says the encoding is '{value}', but the document is read as {charset}");
    Err(Bad::new(at, text))
}

/// XML 1.0 2.9.
fn check_standalone(at: usize, value: &str) -> Result<(), Bad> {
    match value {
        "yes" | "no" => Ok(()),
        _ => Err(Bad::new(at, format!("standalone is 'yes' or 'no', not '{}'", shorten(value)))),
    }
}

fn finish(input: &TextInput<'_>, seen: usize, end: usize) -> Result<usize, Stop> {
    // `seen` is 2 after an encoding; with standalone behind it the encoding may be missing, so ask the text.
    let has_encoding = seen == 2 || input.window()[..end].contains("encoding");
    if input.needs_declaration && !has_encoding {
        let text = "UTF-16 without a byte order mark needs a declaration with an encoding";
        return Err(Bad::new(0, text).into()); // XML 1.0 4.3.3
    }
    Ok(end)
}
