//! Start tags and end tags, XML 1.0 3.1 and Namespaces in XML 1.0 4.

use super::{Scan, content, skip_space};
use crate::xml::{
    decode::{AttributeRecord, Bad, Chars, Core, Name, Stop, Value, scope, shorten},
    name,
    text::names::{NAME, NAME_START, SPACE, VALUE_STOP, is},
};

/// Reads a start tag: `<` stands at the token, and one byte more is there.
pub(super) fn start(scan: Scan<'_>, core: &mut Core) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    let (name, mut at) = qname(scan, scan.token + 1)?;
    core.begin();
    loop {
        let Some(&b) = bytes.get(at) else { return Err(Stop::MORE) };
        match b {
            b'>' => return finish(scan, core, name, at + 1, false),
            b'/' => match bytes.get(at + 1) {
                Some(b'>') => return finish(scan, core, name, at + 2, true),
                Some(_) => return Err(Bad::new(at + 1, "'/' in a start tag is followed by '>' only").into()),
                None => return Err(Stop::MORE),
            },
            _ if is(b, SPACE) => {
                at = skip_space(bytes, at + 1);
                match bytes.get(at) {
                    Some(b'>' | b'/') => {}
                    Some(_) => at = attribute(scan, core, at)?,
                    None => return Err(Stop::MORE),
                }
            }
            _ => {
                return Err(unexpected(
                    scan,
                    at,
                    "after a name or value in a start tag, expected white space, '/' or '>'",
                )
                .into());
            }
        }
    }
}

#[inline(always)]
fn finish(scan: Scan<'_>, core: &mut Core, name: Name, end: usize, is_empty: bool) -> Result<usize, Stop> {
    core.commit_element((scan.token, scan.token + 1), &scan.lookup(), name, is_empty)?;
    Ok(end)
}

/// Reads a name with at most one colon: `prefix:local`. The byte behind it is in the window.
#[inline(always)]
fn qname(scan: Scan<'_>, start: usize) -> Result<(Name, usize), Stop> {
    let bytes = scan.bytes();
    let first = ncname(scan, start)?;
    let at = |i: usize| i - scan.token;
    if bytes.get(first) != Some(&b':') {
        return Ok((Name { prefix: Chars::EMPTY, local: Chars::window(at(start), at(first)) }, first));
    }
    let second = ncname(scan, first + 1)?;
    if bytes.get(second) == Some(&b':') {
        return Err(Bad::new(second, "a name has more than one colon").into()); // Namespaces 1.0 4
    }
    let prefix = Chars::window(at(start), at(first));
    Ok((Name { prefix, local: Chars::window(at(first + 1), at(second)) }, second))
}

/// The end of the NCName that starts at `start`.
#[inline(always)]
fn ncname(scan: Scan<'_>, start: usize) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    match bytes.get(start) {
        Some(&b) if is(b, NAME_START) => {}
        Some(_) => return Err(unexpected(scan, start, "a name cannot begin so").into()),
        None => return Err(Stop::MORE),
    }
    let mut end = start;
    let mut or = 0;
    while let Some(&b) = bytes.get(end) {
        if !is(b, NAME) {
            if or >= 0x80 {
                check_unicode(scan, start, end)?;
            }
            return Ok(end);
        }
        or |= b;
        end += 1;
    }
    Err(Stop::MORE)
}

#[cold]
fn check_unicode(scan: Scan<'_>, start: usize, end: usize) -> Result<(), Bad> {
    for (i, c) in scan.window[start..end].char_indices() {
        let good = if i == 0 { name::is_name_start(c) } else { name::is_name_char(c) };
        if !good {
            let part = if i == 0 { "a name cannot begin so" } else { "not a character of a name" };
            return Err(unexpected(scan, start + i, part));
        }
    }
    Ok(())
}

/// Reads one attribute, whose name starts at `start`; returns the byte behind the closing quote.
#[inline(always)]
fn attribute(scan: Scan<'_>, core: &mut Core, start: usize) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    let (name, mut at) = qname(scan, start)?;
    if bytes.get(at) != Some(&b'=') {
        at = skip_space(bytes, at);
        match bytes.get(at) {
            Some(b'=') => {}
            Some(_) => {
                return Err(unexpected(scan, at, "after the name of an attribute, expected '='").into());
            }
            None => return Err(Stop::MORE),
        }
    }
    at += 1;
    if !matches!(bytes.get(at), Some(b'"' | b'\'')) {
        at = skip_space(bytes, at);
    }
    let quote = match bytes.get(at) {
        Some(&q @ (b'"' | b'\'')) => q,
        Some(_) => return Err(unexpected(scan, at, "the value of an attribute stands in quotes").into()),
        None => return Err(Stop::MORE),
    };
    let (value, end) = value(scan, core, at + 1, quote)?;
    let xmlns = declared_prefix(scan, name);
    let record = AttributeRecord {
        prefix: xmlns.unwrap_or(name.prefix),
        local: if xmlns.is_some() { Chars::EMPTY } else { name.local },
        ns: scope::NONE,
        value: Value::Chars(value),
        at: (start - scan.token) as u32,
        is_xmlns: xmlns.is_some(),
        single_quote: quote == b'\'',
    };
    core.add_attribute(start, record)?;
    Ok(end)
}

/// The prefix that an attribute of this name declares, Namespaces 1.0 3: `xmlns` or `xmlns:p`.
#[inline(always)]
fn declared_prefix(scan: Scan<'_>, name: Name) -> Option<Chars> {
    let is_xmlns = |c: Chars| c.len() == 5 && &scan.window[scan.token..][c.range()] == "xmlns";
    if name.prefix.is_empty() {
        is_xmlns(name.local).then_some(Chars::EMPTY)
    } else {
        is_xmlns(name.prefix).then_some(name.local)
    }
}

/// Reads an attribute value that starts at `start`: normalized as XML 1.0 3.3.3 says for CDATA attributes.
#[inline(always)]
fn value(scan: Scan<'_>, core: &mut Core, start: usize, quote: u8) -> Result<(Chars, usize), Stop> {
    let bytes = scan.bytes();
    let mut at = start;
    while let Some(&b) = bytes.get(at) {
        if is(b, VALUE_STOP) {
            if b == quote {
                return Ok((Chars::window(start - scan.token, at - scan.token), at + 1));
            }
            if b != b'"' && b != b'\'' {
                return normalized(scan, core, start, at, quote);
            }
        }
        at += 1;
    }
    Err(Stop::MORE)
}

/// Reads the rest of a value that cannot stay as it is.
fn normalized(
    scan: Scan<'_>,
    core: &mut Core,
    start: usize,
    mut at: usize,
    quote: u8,
) -> Result<(Chars, usize), Stop> {
    let bytes = scan.bytes();
    let from = core.next.scratch.len();
    let mut run = start;
    loop {
        let Some(&b) = bytes.get(at) else { return Err(Stop::MORE) };
        if !is(b, VALUE_STOP) || (b != quote && matches!(b, b'"' | b'\'')) {
            at += 1;
            continue;
        }
        if b == 0xEF {
            content::check_char(scan, at)?;
            at += 1;
            continue;
        }
        core.next.scratch.push_str(&scan.window[run..at]);
        match b {
            b'\t' | b'\n' => {
                core.next.scratch.push(' ');
                at += 1;
            }
            b'\r' => {
                // XML 1.0 2.11: CR LF is one line end, so one blank.
                core.next.scratch.push(' ');
                at += 1;
                match bytes.get(at) {
                    Some(b'\n') => at += 1,
                    Some(_) => {}
                    None => return Err(Stop::MORE),
                }
            }
            b'&' => {
                let (c, end) = content::reference(scan, core.options.allow_invalid_character_references, at)?;
                core.next.scratch.push(c);
                at = end;
            }
            b'<' => return Err(Bad::new(at, "'<' in an attribute value is written '&lt;'").into()), // XML 1.0 3.1
            b if b == quote => return Ok((Chars::scratch(from, core.next.scratch.len()), at + 1)),
            _ => return Err(content::forbidden(scan, at).into()),
        }
        run = at;
    }
}

/// Reads an end tag: `</` stands at the token.
#[inline(always)]
pub(super) fn end(scan: Scan<'_>, core: &mut Core) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    let name = scan.token + 2;
    let Some(expected) = core.scope.name_at(core.depth()) else {
        return Err(Bad::new(scan.token, "an end tag without a start tag").into());
    };
    let after = name + expected.len();
    let Some(found) = bytes.get(name..after) else { return short_end(scan, core) };
    if found == expected {
        if bytes.get(after) == Some(&b'>') {
            core.commit_end();
            return Ok(after + 1);
        }
        let at = skip_space(bytes, after);
        match bytes.get(at) {
            Some(b'>') => {
                core.commit_end();
                return Ok(at + 1);
            }
            None => return Err(Stop::MORE),
            Some(_) => {}
        }
        if at > after {
            return Err(unexpected(scan, at, "after the name of an end tag, expected '>'").into());
        }
    }
    short_end(scan, core)
}

/// An end tag that does not fit, or is not complete.
#[cold]
fn short_end(scan: Scan<'_>, core: &Core) -> Result<usize, Stop> {
    let (_, end) = qname(scan, scan.token + 2)?;
    let expected = String::from_utf8_lossy(core.scope.name_at(core.depth()).unwrap_or_default());
    let found = &scan.window[scan.token + 2..end];
    if found == expected {
        return Err(unexpected(scan, end, "after the name of an end tag, expected '>'").into());
    }
    let text =
        format!("the end tag </{}> does not match the start tag <{}>", shorten(found), shorten(&expected));
    Err(Bad::new(scan.token + 2, text).into())
}

/// Says which character was met instead.
#[cold]
pub(super) fn unexpected(scan: Scan<'_>, at: usize, what: &str) -> Bad {
    let found = match scan.window[at..].chars().next() {
        Some(c) if !c.is_control() && c != ' ' => format!("'{c}'"),
        Some(c) => format!("U+{:04X}", c as u32),
        None => "the end".into(),
    };
    Bad::new(at, format!("{what}; found {found}"))
}
