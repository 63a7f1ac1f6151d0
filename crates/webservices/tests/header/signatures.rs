//! The functions and callbacks of the header against `data/wwsapi-surface.tsv`.

use crate::compile::{data, parts};
use std::collections::BTreeMap;

/// `HRESULT WsAlloc ( WS_HEAP* , … )` of the header, without annotations, `const` and parameter names.
fn header() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (_, text) in parts() {
        for declaration in text.split(';') {
            let Some(start) = declaration.find("WINAPI Ws") else { continue };
            let (before, after) = declaration.split_at(start);
            let result = before.split_whitespace().last().expect("a result type");
            let (name, parameters) = after["WINAPI ".len()..].split_once('(').expect("parameters");
            let parameters: Vec<String> =
                split(parameters.trim_end_matches(')')).iter().map(|p| c_type(p)).collect();
            let before = found.insert(name.to_owned(), format!("({}) -> {result}", parameters.join(", ")));
            assert_eq!(before, None, "{name} is declared twice");
        }
    }
    found
}

/// Splits at commas outside parentheses.
fn split(parameters: &str) -> Vec<&str> {
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (i, c) in parameters.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                all.push(&parameters[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    all.push(&parameters[start..]);
    all
}

/// `_In_opt_ const WS_STRING* url` → `WS_STRING*`.
fn c_type(parameter: &str) -> String {
    let words: Vec<&str> =
        parameter.split_whitespace().filter(|w| !w.starts_with('_') && *w != "const").collect();
    let (_name, kind) = words.split_last().expect("a name");
    kind.join(" ")
}

/// A type of the table in the words of C.
fn table_type(kind: &str) -> String {
    let stars = kind.matches("*const ").count() + kind.matches("*mut ").count();
    let base = kind.rsplit(' ').next().unwrap_or(kind);
    let (base, extra) = match base {
        "core::ffi::c_void" => ("void", 0),
        "u8" => ("BYTE", 0),
        "u16" if stars > 0 => ("WCHAR", 0),
        "u16" => ("USHORT", 0),
        "u32" => ("ULONG", 0),
        "usize" => ("SIZE_T", 0),
        "PWSTR" | "PCWSTR" => ("WCHAR", 1),
        other => (other, 0),
    };
    format!("{base}{}", "*".repeat(stars + extra))
}

#[test]
fn functions_equal_the_reference() {
    let header = header();
    let mut count = 0;
    for line in data("wwsapi-surface.tsv").lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (name, signature) = (columns[0], columns[3]);
        let inner = signature.split_once('(').expect("parameters").1;
        let (parameters, result) = inner.rsplit_once(')').expect("parameters end");
        let parameters: Vec<String> = split(parameters)
            .iter()
            .map(|p| table_type(p.split_once(" : ").expect("name : type").1.trim()))
            .collect();
        let result = result.trim().strip_prefix("-> ").unwrap_or("void");
        assert_eq!(header.get(name), Some(&format!("({}) -> {result}", parameters.join(", "))), "{name}");
        count += 1;
    }
    assert_eq!((count, header.len()), (193, 193), "functions");
}

#[test]
fn callbacks_are_complete() {
    let count: usize = parts().iter().map(|(_, text)| text.matches("(CALLBACK *WS_").count()).sum();
    assert_eq!(count, 62, "callback types");
}
