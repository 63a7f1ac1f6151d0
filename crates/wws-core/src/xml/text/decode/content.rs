//! Character data, CDATA sections and references, XML 1.0 2.4, 2.7, 2.11, 4.1 and 4.6.

use super::{Rare, Scan, skip_space};
use crate::xml::{
    NodeType,
    decode::{Bad, Chars, Core, Stop, Value, shorten},
    name,
    text::names::{TEXT_STOP, is},
};

/// Reads character data up to the next `<`.
#[inline]
pub(super) fn text(scan: Scan<'_>, core: &mut Core) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    let mut at = scan.token;
    if core.depth() == 0 && !core.options.allow_fragment {
        only_blank(scan)?;
    }
    loop {
        at = plain(bytes, at);
        match bytes.get(at) {
            Some(b'<') => break,
            Some(b'&' | b'\r') => return changed_text(scan, core, at),
            Some(b']') if is_cut(scan, at) => {
                at = piece_end(scan, at)?;
                break;
            }
            Some(b']') => at = brackets(scan, at)?,
            Some(0xEF) => at = check_char(scan, at)?,
            Some(_) => return Err(forbidden(scan, at).into()),
            None if scan.complete => break,
            None => {
                at = piece_end(scan, at)?;
                break;
            }
        }
    }
    let value = Value::Chars(Chars::window(0, at - scan.token));
    core.commit(NodeType::Text, value);
    Ok(at)
}

/// XML 1.0 2.8: outside of the top-level element there is white space only, not even a reference to it.
fn only_blank(scan: Scan<'_>) -> Result<(), Bad> {
    let end = skip_space(scan.bytes(), scan.token);
    match scan.bytes().get(end) {
        None | Some(b'<') => Ok(()),
        Some(_) => Err(Bad::new(end, "text stands outside the top-level element")),
    }
}

/// Reads character data that cannot stay as it is: with references or carriage returns.
fn changed_text(scan: Scan<'_>, core: &mut Core, mut at: usize) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    core.begin();
    let mut run = scan.token;
    let end = loop {
        at = plain(bytes, at);
        match bytes.get(at) {
            Some(b'<') => break at,
            Some(b']') if is_cut(scan, at) => break piece_end(scan, at)?,
            Some(b']') => at = brackets(scan, at)?,
            Some(0xEF) => at = check_char(scan, at)?,
            Some(b'&') => {
                core.next.scratch.push_str(&scan.window[run..at]);
                run = at;
                match reference(scan, core.options.allow_invalid_character_references, at) {
                    Ok((c, end)) => {
                        core.next.scratch.push(c);
                        (run, at) = (end, end);
                    }
                    // The reference is cut; what stands before it may be long enough to go.
                    Err(stop) if stop.is_more() && !scan.complete => break piece_end(scan, at)?,
                    Err(stop) => return Err(stop),
                }
            }
            Some(b'\r') => {
                core.next.scratch.push_str(&scan.window[run..at]);
                run = at;
                match bytes.get(at + 1) {
                    Some(b'\n') => {}
                    None if !scan.complete => break piece_end(scan, at)?,
                    _ => core.next.scratch.push('\n'),
                }
                at += 1;
                run = at;
            }
            Some(_) => return Err(forbidden(scan, at).into()),
            None if scan.complete => break at,
            None => break piece_end(scan, at)?,
        }
    };
    if run < end {
        core.next.scratch.push_str(&scan.window[run..end]);
    }
    let value = Value::Chars(Chars::scratch(0, core.next.scratch.len()));
    core.commit(NodeType::Text, value);
    Ok(end)
}

/// Reads a CDATA section's characters, or its end.
pub(super) fn cdata(scan: Scan<'_>, core: &mut Core) -> Result<(Rare, usize), Stop> {
    let bytes = scan.bytes();
    core.begin();
    if bytes[scan.token..].starts_with(b"]]>") {
        return Ok((Rare::EndCData, scan.token + 3));
    }
    let mut at = scan.token;
    let mut run = at;
    let end = loop {
        at = plain(bytes, at);
        match bytes.get(at) {
            Some(b']') => match bytes.get(at + 1..at + 3) {
                Some(b"]>") => break at,
                None if !scan.complete => break piece_end(scan, at)?,
                _ => at += 1,
            },
            Some(0xEF) => at = check_char(scan, at)?,
            Some(b'\r') => {
                core.next.scratch.push_str(&scan.window[run..at]);
                run = at;
                match bytes.get(at + 1) {
                    Some(b'\n') => {}
                    None => break piece_end(scan, at)?,
                    _ => core.next.scratch.push('\n'),
                }
                at += 1;
                run = at;
            }
            Some(b'<' | b'&') => at += 1,
            Some(_) => return Err(forbidden(scan, at).into()),
            None => break piece_end(scan, at)?,
        }
    };
    let value = if core.next.scratch.is_empty() {
        Chars::window(run - scan.token, end - scan.token)
    } else {
        core.next.scratch.push_str(&scan.window[run..end]);
        Chars::scratch(0, core.next.scratch.len())
    };
    core.commit(NodeType::Text, Value::Chars(value));
    Ok((Rare::Node, end))
}

/// Where text may be cut that goes on after the window: at `at`, if it is long enough.
fn piece_end(scan: Scan<'_>, at: usize) -> Result<usize, Stop> {
    let len = at - scan.token;
    if scan.complete || len == 0 || len < scan.piece { Err(Stop::MORE) } else { Ok(at) }
}

/// The first byte from `at` on that is not plain character data.
#[inline]
pub(super) fn plain(bytes: &[u8], mut at: usize) -> usize {
    // Most text is short: look at a few bytes one by one, then at 32 together.
    let soon = bytes.len().min(at + 16);
    while at < soon {
        if is(bytes[at], TEXT_STOP) {
            return at;
        }
        at += 1;
    }
    while let Some(block) = bytes.get(at..at + 32) {
        // Without branches, so that the compiler uses vectors. 0x09 and 0x0A are the only plain bytes below 0x20.
        let stop = |b: u8| {
            (b < 0x20 && b != b'\t' && b != b'\n') | (b == b'<') | (b == b'&') | (b == b']') | (b == 0xEF)
        };
        if block.iter().fold(false, |any, &b| any | stop(b)) {
            break;
        }
        at += 32;
    }
    while at < bytes.len() && !is(bytes[at], TEXT_STOP) {
        at += 1;
    }
    at
}

/// Whether a `]` could begin a `]]>` of which the window has not all.
fn is_cut(scan: Scan<'_>, at: usize) -> bool {
    !scan.complete && scan.bytes().len() < at + 3
}

/// Behind a `]` that does not begin `]]>`, XML 1.0 2.4.
fn brackets(scan: Scan<'_>, at: usize) -> Result<usize, Bad> {
    match scan.bytes().get(at + 1..at + 3) {
        Some(b"]>") => Err(Bad::new(at, "']]>' in text is written ']]&gt;'")),
        _ => Ok(at + 1),
    }
}

/// Behind a byte 0xEF, unless it begins U+FFFE or U+FFFF, XML 1.0 2.2.
pub(super) fn check_char(scan: Scan<'_>, at: usize) -> Result<usize, Bad> {
    match scan.bytes().get(at + 1..at + 3) {
        Some([0xBF, 0xBE | 0xBF]) => Err(forbidden(scan, at)),
        _ => Ok(at + 1),
    }
}

/// A character that XML 1.0 2.2 forbids.
#[cold]
pub(super) fn forbidden(scan: Scan<'_>, at: usize) -> Bad {
    let c = scan.window[at..].chars().next().unwrap_or_default();
    Bad::new(at, format!("the character U+{:04X} cannot stand in XML", c as u32))
}

/// Longer references cannot be: `&` with 10 digits that count, `#x`, `;`. Leading zeros are cut off here.
const MAX_REFERENCE: usize = 32;

/// Reads a reference, whose `&` stands at `at`: the character, and the byte behind the `;`.
pub(super) fn reference(scan: Scan<'_>, allow_invalid: bool, at: usize) -> Result<(char, usize), Stop> {
    let bytes = scan.bytes();
    let rest = &bytes[at + 1..bytes.len().min(at + 1 + MAX_REFERENCE)];
    let Some(len) = rest.iter().position(|b| matches!(b, b';' | b'<' | b'&' | b'"' | b'\'' | b' ' | b'\n'))
    else {
        if rest.len() < MAX_REFERENCE && !scan.complete {
            return Err(Stop::MORE);
        }
        return Err(Bad::new(at, "'&' begins a reference such as '&amp;' that ends with ';'").into());
    };
    if rest[len] != b';' {
        return Err(Bad::new(at, "'&' begins a reference such as '&amp;' that ends with ';'").into());
    }
    let end = at + 1 + len + 1;
    let c = match &rest[..len] {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x', digits @ ..] => number(at, digits, 16, allow_invalid)?,
        [b'#', digits @ ..] => number(at, digits, 10, allow_invalid)?,
        _ => {
            let name = shorten(scan.window.get(at + 1..end - 1).unwrap_or("?"));
            let text =
                format!("the entity '&{name};' is not declared: only lt, gt, amp, quot and apos are known");
            return Err(Bad::new(at, text).into());
        }
    };
    Ok((c, end))
}

/// The character of a character reference, XML 1.0 4.1.
fn number(at: usize, digits: &[u8], radix: u32, allow_invalid: bool) -> Result<char, Bad> {
    let mut number = 0u32;
    for &b in digits {
        let digit = (b as char).to_digit(radix);
        let Some(digit) = digit else {
            return Err(Bad::new(at, "a character reference has a digit that is none"));
        };
        number = (number * radix + digit).min(0x11_0000);
    }
    if digits.is_empty() {
        return Err(Bad::new(at, "a character reference has no number"));
    }
    match char::from_u32(number) {
        Some(c) if allow_invalid || name::is_xml_char(c) => Ok(c),
        _ => {
            let hex = if radix == 16 { "x" } else { "" };
            let digits = String::from_utf8_lossy(digits);
            Err(Bad::new(at, format!("the reference '&#{hex}{digits};' names no character of XML")))
        }
    }
}
