//! What begins with `<!` or `<?` in content: comments, CDATA sections, processing instructions, XML 1.0 2.5–2.8.

use super::{Rare, Scan, content, tag::unexpected};
use crate::xml::{
    NodeType,
    decode::{Bad, Chars, Core, Stop, Value},
    name,
    text::names::{NAME, SPACE, SUSPECT, is},
};

/// Reads what begins with `<!`.
pub(super) fn declaration(scan: Scan<'_>, core: &mut Core) -> Result<(Rare, usize), Stop> {
    let rest = &scan.bytes()[scan.token..];
    if rest.starts_with(b"<!--") {
        return comment(scan, core);
    }
    if rest.starts_with(b"<![CDATA[") {
        if core.depth() == 0 && !core.options.allow_fragment {
            return Err(Bad::new(scan.token, "a CDATA section stands outside the top-level element").into());
        }
        return Ok((Rare::CData, scan.token + 9));
    }
    if rest.starts_with(b"<!DOCTYPE") {
        return Err(Bad::new(scan.token, "document type declarations are refused, for safety").into());
    }
    let may_come = |what: &[u8]| what.starts_with(rest);
    if !scan.complete && (may_come(b"<!--") || may_come(b"<![CDATA[") || may_come(b"<!DOCTYPE")) {
        return Err(Stop::MORE);
    }
    Err(Bad::new(scan.token, "'<!' begins a comment '<!--' or a CDATA section '<![CDATA['").into())
}

fn comment(scan: Scan<'_>, core: &mut Core) -> Result<(Rare, usize), Stop> {
    core.begin();
    let start = scan.token + 4;
    let (value, end) = until(scan, core, start, b"--")?;
    match scan.bytes().get(end) {
        Some(b'>') => {
            core.commit(NodeType::Comment, Value::Chars(value));
            Ok((Rare::Node, end + 1))
        }
        Some(_) => Err(Bad::new(end - 2, "'--' cannot stand in a comment").into()), // XML 1.0 2.5
        None => Err(Stop::MORE),
    }
}

/// Checks a processing instruction, XML 1.0 2.6, and goes on behind it.
pub(super) fn instruction(scan: Scan<'_>) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    let start = scan.token + 2;
    let mut end = start;
    while bytes.get(end).is_some_and(|&b| is(b, NAME)) {
        end += 1;
    }
    let Some(&after) = bytes.get(end) else { return Err(Stop::MORE) };
    let target = &scan.window[start..end];
    if target.eq_ignore_ascii_case("xml") {
        let text = match target {
            "xml" => "an XML declaration stands only at the very start of a document",
            _ => "the target 'xml' of a processing instruction is reserved",
        };
        return Err(Bad::new(scan.token, text).into());
    }
    if !name::is_ncname(target) {
        let text = "the target of a processing instruction is a name without a colon"; // Namespaces 1.0 7
        return Err(unexpected(scan, start, text).into());
    }
    if after == b'?' {
        return match bytes.get(end + 1) {
            Some(b'>') => Ok(end + 2),
            Some(_) => {
                Err(unexpected(scan, end + 1, "after the target of an instruction, expected '?>'").into())
            }
            None => Err(Stop::MORE),
        };
    }
    if !is(after, SPACE) {
        return Err(unexpected(scan, end, "after the target of an instruction, expected white space").into());
    }
    skip_until(scan, end + 1)
}

/// Behind the next `?>`; what stands before it must be characters of XML.
fn skip_until(scan: Scan<'_>, mut at: usize) -> Result<usize, Stop> {
    let bytes = scan.bytes();
    loop {
        match bytes.get(at) {
            Some(b'?') if bytes.get(at + 1) == Some(&b'>') => return Ok(at + 2),
            Some(0xEF) => at = content::check_char(scan, at)?,
            Some(&b) if is(b, SUSPECT) => return Err(content::forbidden(scan, at).into()),
            Some(_) => at += 1,
            None => return Err(Stop::MORE),
        }
    }
}

/// Characters up to a two-byte end, with line ends as XML 1.0 2.11 wants them; and the byte behind the end.
fn until(scan: Scan<'_>, core: &mut Core, start: usize, stop: &[u8; 2]) -> Result<(Chars, usize), Stop> {
    let bytes = scan.bytes();
    let (mut at, mut run) = (start, start);
    loop {
        match bytes.get(at) {
            Some(&b) if b == stop[0] => match bytes.get(at + 1) {
                Some(&b) if b == stop[1] => break,
                Some(_) => at += 1,
                None => return Err(Stop::MORE),
            },
            Some(b'\r') => {
                core.next.scratch.push_str(&scan.window[run..at]);
                match bytes.get(at + 1) {
                    Some(b'\n') => {}
                    Some(_) => core.next.scratch.push('\n'),
                    None => return Err(Stop::MORE),
                }
                at += 1;
                run = at;
            }
            Some(0xEF) => at = content::check_char(scan, at)?,
            Some(&b) if is(b, SUSPECT) => return Err(content::forbidden(scan, at).into()),
            Some(_) => at += 1,
            None => return Err(Stop::MORE),
        }
    }
    let chars = if core.next.scratch.is_empty() {
        Chars::window(run - scan.token, at - scan.token)
    } else {
        core.next.scratch.push_str(&scan.window[run..at]);
        Chars::scratch(0, core.next.scratch.len())
    };
    Ok((chars, at + 2))
}
