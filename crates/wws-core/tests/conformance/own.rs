//! Cases by section: documents that must be read, and documents that must be refused at a certain byte.

use super::read;

const CASES: &str = include_str!("cases.txt");

#[test]
fn cases_by_section() {
    let (mut count, mut failures) = (0, Vec::new());
    for line in CASES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (section, rest) = line.split_once(' ').expect("a section");
        count += 1;
        let complaint = match rest.split_once(' ').expect("a verdict") {
            ("good", document) => read(&bytes(document)).err().map(|e| format!("refused: {e}")),
            ("bad", rest) => {
                let (offset, document) = rest.split_once(' ').expect("a byte");
                let offset: u64 = offset.parse().expect("a number");
                match read(&bytes(document)) {
                    Ok(()) => Some("read".into()),
                    Err(e) if e.place().is_some_and(|p| p.offset == offset) => None,
                    Err(e) => Some(format!("refused elsewhere: {e}")),
                }
            }
            other => panic!("{other:?}"),
        };
        failures.extend(complaint.map(|c| format!("{section} {rest}: {c}")));
    }
    println!("{count} cases");
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 250);
}

/// A document as it is written in the table.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        out.push(match chars.next() {
            Some('n') => b'\n',
            Some('r') => b'\r',
            Some('t') => b'\t',
            Some('\\') => b'\\',
            Some('x') => {
                let hex: String = chars.by_ref().take(2).collect();
                u8::from_str_radix(&hex, 16).expect("two hex digits")
            }
            other => panic!("\\{other:?}"),
        });
    }
    out
}
