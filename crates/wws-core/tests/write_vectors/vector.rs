//! The vector files: what was called, and the bytes that came out.

use std::{fs, path::PathBuf};

/// One case.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The words of each operation; a quoted word without its quotes.
    pub(crate) ops: Vec<Vec<String>>,
    pub(crate) bytes: Vec<u8>,
    /// Strings that were put into the session dictionary.
    pub(crate) session: Vec<String>,
    /// What Microsoft's writer said, if it failed.
    pub(crate) error: Option<String>,
}

/// The text of a vector file, or of our own cases for the encoding if the vectors are not there.
pub(crate) fn load(name: &str) -> String {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = match here.ancestors().map(|dir| dir.join("shared/vectors")).find(|dir| dir.is_dir()) {
        Some(directory) => directory.join(name),
        None => {
            eprintln!("shared/vectors is not here: replaying our own few cases instead of {name}");
            here.join("tests/write_vectors/samples").join(name)
        }
    };
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub(crate) fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("case ") {
            cases.push(Case { name: name.into(), ..Case::default() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        let (kind, rest) = line.trim_start().split_once(' ').unwrap_or((line.trim(), ""));
        match kind {
            "op" => case.ops.push(words(rest)),
            "hex" => case.bytes = bytes_of_hex(rest),
            "session" => case.session.push(words(rest)[1].clone()),
            "WRITE-ERROR" => case.error = Some(rest.into()),
            _ => {}
        }
    }
    cases
}

/// Splits at spaces; a word in quotes may have some, and escapes; `"x"*3` repeats.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(&c) = chars.peek() {
        let mut word = String::new();
        match c {
            ' ' => {
                chars.next();
                continue;
            }
            '"' => {
                chars.next();
                let mut units = Vec::new();
                while let Some(c) = chars.next().filter(|&c| c != '"') {
                    let c = if c == '\\' {
                        chars.next().unwrap()
                    } else {
                        units.extend(c.encode_utf16(&mut [0; 2]).iter());
                        continue;
                    };
                    units.push(match c {
                        'u' => u16::from_str_radix(&chars.by_ref().take(4).collect::<String>(), 16).unwrap(),
                        'n' => 10,
                        'r' => 13,
                        't' => 9,
                        c => c as u16,
                    });
                }
                word = String::from_utf16(&units).unwrap();
                let times: String = std::iter::from_fn(|| chars.next_if(|&c| c != ' ')).collect();
                if let Some(times) = times.strip_prefix('*') {
                    word = word.repeat(times.parse().unwrap());
                }
            }
            _ => word.extend(std::iter::from_fn(|| chars.next_if(|&c| c != ' '))),
        }
        words.push(word);
    }
    words
}

pub(crate) fn bytes_of_hex(hex: &str) -> Vec<u8> {
    (0..hex.trim().len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}
