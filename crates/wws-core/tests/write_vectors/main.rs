//! Replays what Microsoft's writers were asked to write (`shared/vectors`) through [`Writer`] and compares the bytes.
//!
//! Where XML itself or the rule book demands something else, the case stands in `known` with the reason; an entry
//! that deviates no more fails the test, so the list can only shrink. Without the vectors (they are not part of the
//! repository) a few cases of our own are replayed instead, and the test says so.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod known;
mod play;
mod vector;

use known::KNOWN;
use play::play;
use vector::{Case, load, parse};
use wws_core::xml::{
    Charset, WriterEncoding,
    binary::BinaryEncoding,
    mtom::{MtomOutput, mime::Related},
};

/// Replays all cases of a file.
fn replay(file: &str, encoding: impl Fn(&Case) -> WriterEncoding) {
    let cases = parse(&load(file));
    assert!(cases.len() > 5, "{file}: no cases");
    let mut failures = Vec::new();
    for case in &cases {
        let complaint = compare(case, encoding(case));
        let reason = KNOWN.iter().find(|known| file.starts_with(known.0) && known.1 == case.name);
        match (complaint, reason) {
            (Some(complaint), None) => failures.push(format!("{}: {complaint}", case.name)),
            (None, Some(_)) => {
                failures.push(format!("{}: deviates no more; remove it from KNOWN", case.name))
            }
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{file}: {} of {}\n{}", failures.len(), cases.len(), failures.join("\n"));
    println!("{file}: {} cases", cases.len());
}

/// What is different from what Microsoft's writer did.
fn compare(case: &Case, encoding: WriterEncoding) -> Option<String> {
    match (play(case, encoding), &case.error) {
        (Ok(played), None)
            if without_ticks(&played.bytes) == without_ticks(&case.bytes)
                && played.session == case.session =>
        {
            None
        }
        // What stands in a document that cannot be completed is nobody's business.
        (Err(_), Some(_)) => None,
        (Ok(_), Some(theirs)) => Some(format!("should fail: {theirs}")),
        (Err(error), None) => Some(format!("fails: {error}")),
        (Ok(played), None) => Some(format!(
            "writes something else\n  expected {}\n  found    {}\n  strings {:?}, expected {:?}",
            shown(&case.bytes),
            shown(&played.bytes),
            played.session,
            case.session
        )),
    }
}

/// Without the time of day that Microsoft's writer puts into the ids of parts, `http://tempuri.org/1/639307928070622530`.
fn without_ticks(bytes: &[u8]) -> Vec<u8> {
    const BASE: &[u8] = b"http://tempuri.org/";
    let (mut out, mut rest) = (Vec::new(), bytes);
    while let Some(at) = rest.windows(BASE.len()).position(|window| window == BASE) {
        let (before, after) = rest.split_at(at + BASE.len());
        out.extend_from_slice(before);
        let digits = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let number = digits(after);
        let ticks = after[number..].strip_prefix(b"/").map_or(0, |ticks| 1 + digits(ticks));
        out.extend_from_slice(&after[..number]);
        rest = &after[number + ticks..];
    }
    out.extend_from_slice(rest);
    out
}

/// Bytes in hex, or as text; long ones cut.
fn shown(bytes: &[u8]) -> String {
    let cut = &bytes[..bytes.len().min(1200)];
    match std::str::from_utf8(cut) {
        Ok(text) if text.starts_with(['<', 'M']) => text.to_owned(),
        _ => cut.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

#[test]
fn text() {
    replay("write-text.txt", |_| Charset::Utf8.into());
}

#[test]
fn text_utf16() {
    replay("write-text-utf16le.txt", |_| Charset::Utf16Le.into());
    replay("write-text-utf16be.txt", |_| Charset::Utf16Be.into());
}

#[test]
fn binary() {
    replay("write-binary.txt", |case| {
        let session = case.ops.iter().any(|op| op == &["opt", "session"]);
        if session { BinaryEncoding::soap_session() } else { BinaryEncoding::soap() }.into()
    });
}

#[test]
fn mtom() {
    replay("write-mtom.txt", |_| {
        let boundary = "uuid:00000000-1111-2222-3333-444444444444+id=1";
        let frame = Related::new(boundary, "http://tempuri.org/0", "text/xml").unwrap();
        // Microsoft's writer makes a part from 768 bytes up.
        MtomOutput::new(frame).max_inline_byte_count(767).into()
    });
}
