//! The vector files: blocks of bytes and what Microsoft's reader saw in them.

use std::{fmt::Write as _, fs, path::PathBuf};

/// One block: bytes and what they mean.
pub(crate) struct Block {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Strings of the session dictionary.
    pub(crate) session: Vec<String>,
    pub(crate) expected: Vec<Seen>,
    /// What Microsoft's reader said, if it failed.
    pub(crate) error: Option<String>,
    /// The writer stopped in the middle: what was written is not a document.
    unfinished: bool,
}

/// One thing that was seen, the same whatever the reader. Adjacent text is one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    Element { depth: usize, prefix: String, local: String, ns: String },
    Attribute { prefix: String, local: String, ns: String, value: Value },
    EndElement { depth: usize },
    Text { depth: usize, value: Value },
    CData { depth: usize, text: String },
    Comment { depth: usize, text: String },
}

/// Text with its type. Microsoft's reader forgets the type of most, so a plain string is compared by its form.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) kind: String,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        let typed = self.kind != "String" && other.kind != "String";
        (same_form(&self.text, &other.text)
            || abridged(&self.text, &other.text)
            || abridged(&other.text, &self.text))
            && (!typed || self.kind == other.kind)
    }
}

/// Whether `a` is `b` with long pieces cut short: `the start...(1336 chars)`.
fn abridged(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a, b);
    while let Some((start, rest)) = a.split_once("...(") {
        let Some((length, rest)) = rest.split_once(" chars)") else { return false };
        // What is so long is ASCII in all vectors.
        let Some(after) = length.parse().ok().and_then(|n: usize| b.get(n..)) else { return false };
        if !b.starts_with(start) {
            return false;
        }
        (a, b) = (rest, after);
    }
    a == b
}

/// Equal, or the same instant or span in another form: WCF writes spans as XML Schema durations.
fn same_form(a: &str, b: &str) -> bool {
    use wws_core::value::{DateTime, Duration, TimeSpan};
    let span = |s: &str| s.parse::<TimeSpan>().or_else(|_| TimeSpan::try_from(s.parse::<Duration>()?)).ok();
    let date = |s: &str| s.parse::<DateTime>().ok().map(|d| d.ticks);
    a == b || (date(a).is_some() && date(a) == date(b)) || (span(a).is_some() && span(a) == span(b))
}

/// Where the vectors of the project lie, beside the repository or above it.
pub(crate) fn directory() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("WWS_NO_VECTORS").is_some() {
        return None;
    }
    here.ancestors().map(|a| a.join("shared/vectors")).find(|d| d.is_dir())
}

/// The text of a vector file, or of the few blocks of it that are committed.
pub(crate) fn load(name: &str) -> String {
    let committed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/read_vectors/samples").join(name);
    let path = match directory() {
        Some(directory) => directory.join(name),
        None => {
            println!("NOTE: shared/vectors is not there; only the committed samples of {name} are replayed");
            committed
        }
    };
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub(crate) fn parse(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("input ").or_else(|| line.strip_prefix("case ")) {
            blocks.push(Block {
                name: name.to_owned(),
                bytes: Vec::new(),
                session: Vec::new(),
                expected: Vec::new(),
                error: None,
                unfinished: false,
            });
            continue;
        }
        let Some(block) = blocks.last_mut() else { continue };
        let (word, rest) = line.trim_start().split_once(' ').unwrap_or((line.trim_start(), ""));
        match word {
            "hex" if rest != "-" => block.bytes = unhex(rest),
            "session" => block.session.push(Fields(rest.split_once(' ').unwrap().1).string()),
            "node" => node(rest, &mut block.expected),
            "attr" => block.expected.push(attribute(rest)),
            "READ-ERROR" | "CREATE-ERROR" => block.error = Some(rest.to_owned()),
            "WRITE-ERROR" => block.unfinished = true,
            _ => {}
        }
    }
    blocks.retain(|b| !b.unfinished);
    for block in &mut blocks {
        block.expected = in_order(std::mem::take(&mut block.expected));
    }
    blocks
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn node(rest: &str, seen: &mut Vec<Seen>) {
    let (depth, rest) = rest.split_once(' ').unwrap();
    let depth = depth.parse().unwrap();
    let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut fields = Fields(rest);
    match kind {
        "Element" => {
            seen.push(Seen::Element {
                depth,
                prefix: fields.named("prefix"),
                local: fields.named("local"),
                ns: fields.named("ns"),
            });
            if rest.ends_with(" empty") {
                seen.push(Seen::EndElement { depth });
            }
        }
        "EndElement" => seen.push(Seen::EndElement { depth }),
        "Comment" => seen.push(Seen::Comment { depth, text: fields.named("value") }),
        "CDATA" => seen.push(Seen::CData { depth, text: fields.named("value") }),
        "Text" | "Whitespace" | "SignificantWhitespace" => push_text(seen, depth, fields.value()),
        "XmlDeclaration" => {}
        other => panic!("unknown node {other}"),
    }
}

/// Appends text to the text before it, if there is some.
pub(crate) fn push_text(seen: &mut Vec<Seen>, depth: usize, value: Value) {
    match seen.last_mut() {
        Some(Seen::Text { value: before, .. }) => {
            before.text.push_str(&value.text);
            if before.kind != value.kind {
                before.kind = "String".into();
            }
        }
        _ => seen.push(Seen::Text { depth, value }),
    }
}

/// The attributes of an empty element come after its line, but before its end.
fn attribute(rest: &str) -> Seen {
    let mut fields = Fields(rest);
    Seen::Attribute {
        prefix: fields.named("prefix"),
        local: fields.named("local"),
        ns: fields.named("ns"),
        value: fields.value(),
    }
}

/// Moves the end of an empty element behind its attributes.
fn in_order(seen: Vec<Seen>) -> Vec<Seen> {
    let mut out: Vec<Seen> = Vec::new();
    for s in seen {
        match (&s, out.last()) {
            (Seen::Attribute { .. }, Some(Seen::EndElement { .. })) => out.insert(out.len() - 1, s),
            _ => out.push(s),
        }
    }
    out
}

struct Fields<'a>(&'a str);

impl Fields<'_> {
    fn named(&mut self, name: &str) -> String {
        let rest = self.0.strip_prefix(name).and_then(|r| r.strip_prefix('='));
        self.0 = rest.unwrap_or_else(|| panic!("no {name} in {}", self.0));
        self.string()
    }

    fn value(&mut self) -> Value {
        let text = self.named("value");
        let kind = self.0.strip_prefix("type=").unwrap_or("String").to_owned();
        Value { text, kind }
    }

    /// A string in quotes with `\"`, `\\`, `\n`, `\r`, `\t` and `\uXXXX`.
    fn string(&mut self) -> String {
        let mut units: Vec<u16> = Vec::new();
        let mut chars = self.0.strip_prefix('"').unwrap_or_else(|| panic!("no string: {}", self.0)).chars();
        loop {
            let c = chars.next().expect("the string ends");
            let unit = match c {
                '"' => break,
                '\\' => match chars.next().expect("an escape") {
                    'u' => u16::from_str_radix(&chars.by_ref().take(4).collect::<String>(), 16).unwrap(),
                    'n' => 10,
                    'r' => 13,
                    't' => 9,
                    c => c as u16,
                },
                c => {
                    units.extend(c.encode_utf16(&mut [0; 2]).iter());
                    continue;
                }
            };
            units.push(unit);
        }
        self.0 = chars.as_str().trim_start();
        String::from_utf16(&units).expect("no half surrogates")
    }
}

/// Both lists side by side, for a failed test.
pub(crate) fn diff(expected: &[Seen], found: &[Seen]) -> String {
    let mut out = String::new();
    for i in 0..expected.len().max(found.len()) {
        let (e, f) = (expected.get(i), found.get(i));
        let mark = if e == f { ' ' } else { '!' };
        let _ = writeln!(out, "  {mark} expected {e:?}\n  {mark} found    {f:?}");
    }
    out
}
