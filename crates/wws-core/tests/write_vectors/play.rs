//! Carries the operations of a case out on our writer.

use crate::vector::{Case, bytes_of_hex};
use std::io::IoSlice;
use wws_core::{
    Result,
    value::{DateTime, DateTimeFormat, Guid, TimeSpan, UniqueId},
    xml::{
        Array, Dictionary, DictionaryKey, Text, Writer, WriterEncoding, WriterOptions, XmlStr,
        output::Destination,
    },
};

/// What came out.
pub(crate) struct Played {
    pub(crate) bytes: Vec<u8>,
    pub(crate) session: Vec<String>,
}

pub(crate) fn play(case: &Case, encoding: WriterEncoding) -> Result<Played> {
    let is = |words: &[&str]| case.ops.iter().any(|op| op[..words.len().min(op.len())] == *words);
    let options = WriterOptions {
        write_declaration: is(&["startdoc"]) || is(&["pi", "xml"]),
        // Microsoft's writers always write such references, and local times where the clock was universal.
        allow_invalid_character_references: true,
        local_offset: Some(0),
        ..WriterOptions::default()
    };
    // The strings of the caller, in order of appearance.
    let strings = case.ops.iter().flatten().filter_map(|word| word.strip_prefix("s:"));
    let mut own: Vec<&str> = Vec::new();
    strings.for_each(|s| {
        if !own.contains(&s) {
            own.push(s)
        }
    });
    let own = Dictionary::new(own);
    let is_session = is(&["opt", "session"]) && matches!(encoding, WriterEncoding::Binary(_));
    let is_mtom = matches!(encoding, WriterEncoding::Mtom(_));
    let mut w = Writer::new(encoding, options);
    for op in &case.ops {
        let words: Vec<&str> = op.iter().map(String::as_str).collect();
        match *words {
            // What streams becomes a part, however short: Microsoft's writer pulls it, ours lets it be pushed.
            ["stream", count] if is_mtom => {
                let bytes = pattern(count);
                w.push_bytes(move |to: &mut dyn Destination| to.write_all(&[IoSlice::new(&bytes)]))?;
            }
            _ => step(&mut w, &own, &words)?,
        }
    }
    let mut buffers = w.output_buffers()?;
    let mut session = Vec::new();
    if is_session {
        session = table(buffers.remove(0));
    }
    Ok(Played { bytes: buffers.concat(), session })
}

/// The strings of a table, MC-NBFSE 2.1; all sizes in the vectors are below 128.
fn table(bytes: &[u8]) -> Vec<String> {
    let mut rest = &bytes[1..];
    assert_eq!(usize::from(bytes[0]), rest.len());
    let mut strings = Vec::new();
    while let Some((&length, after)) = rest.split_first() {
        let (text, after) = after.split_at(length.into());
        strings.push(String::from_utf8(text.to_vec()).unwrap());
        rest = after;
    }
    strings
}

/// A string that says which dictionary it is from.
fn string<'a>(word: &'a str, own: &'a Dictionary) -> XmlStr<'a> {
    let (dictionary, text) = match word.split_once(':') {
        Some(("d", text)) => (Dictionary::nbfs(), text),
        Some(("s", text)) => (own, text),
        _ => return word.into(),
    };
    dictionary
        .find(text)
        .and_then(|id| dictionary.get(id))
        .unwrap_or_else(|| panic!("{text} is in no dictionary"))
}

/// The prefix of an operation, which has no dictionary.
fn plain(word: &str) -> &str {
    word.strip_prefix("d:").unwrap_or(word)
}

/// The bytes of `base64n` and `stream`.
fn pattern(count: &str) -> Vec<u8> {
    (0..count.parse::<usize>().unwrap()).map(|i| (i * 7 + 1) as u8).collect()
}

fn step(w: &mut Writer, own: &Dictionary, words: &[&str]) -> Result<()> {
    let s = |word| string(word, own);
    // Microsoft's method takes two strings or two dictionary strings: a plain name makes the namespace plain.
    let ns_of = |local, ns| match s(local).dictionary() {
        DictionaryKey::NONE => s(ns).as_str().into(),
        _ => s(ns),
    };
    match *words {
        ["start", "-", local, ns] => w.start_element(s(local), ns_of(local, ns)),
        ["start", prefix, local, ns] => {
            w.start_element_with_prefix(plain(prefix), s(local), ns_of(local, ns))
        }
        ["end"] => w.end_element(),
        ["attr", prefix, local, ns, value] => w.attribute_with_prefix(prefix, s(local), s(ns), value),
        ["startattr", prefix, local, ns] => w.start_attribute_with_prefix(prefix, s(local), s(ns), false),
        ["endattr"] => w.end_attribute(),
        ["xmlattr", local, value] => {
            w.attribute_with_prefix("xml", local, "http://www.w3.org/XML/1998/namespace", value)
        }
        ["xmlns", prefix, ns] => w.xmlns_attribute(prefix, s(ns), false),
        ["string", text] if text.starts_with("d:") || text.starts_with("s:") => w.string(s(text)),
        ["string", text] => w.chars(text),
        ["cdata", ""] => Ok(()), // Microsoft's writers write nothing then
        ["cdata", text] => {
            w.start_cdata()?;
            w.chars(text)?;
            w.end_cdata()
        }
        ["comment", text] => w.comment(text),
        ["charent", code] => {
            let c = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
            w.chars(c.encode_utf8(&mut [0; 4]))
        }
        ["surrent", low, high] => {
            w.chars_utf16(&[high, low].map(|unit| u16::from_str_radix(unit, 16).unwrap()))
        }
        ["raw", text] => w.chars(text),
        ["base64", hex] => w.bytes(&bytes_of_hex(hex)),
        ["base64n", count] => w.bytes(&pattern(count)),
        ["stream", count] => {
            let bytes = pattern(count);
            let mut rest = &bytes[..];
            w.pull_bytes(move |buffer: &mut [u8]| {
                let (now, later) = rest.split_at(rest.len().min(buffer.len()));
                buffer[..now.len()].copy_from_slice(now);
                rest = later;
                Ok(now.len())
            })
        }
        ["qname", local, ns] => w.qualified_name(s(local), s(ns)),
        ["array", kind, prefix, local, ns, ..] => array(w, kind, prefix, s(local), s(ns), &words[5..]),
        ["startdoc" | "enddoc" | "opt", ..] | ["pi", "xml", ..] => Ok(()),
        // No such thing in webservices.h.
        ["pi" | "entref" | "doctype", ..] => Err(wws_core::Error::operation("not in this interface")),
        [kind, value] => match value_of(kind, value) {
            Owned::Text(text) => w.value(text),
            Owned::Id(id) => w.value(&id),
        },
        _ => panic!("unknown operation {words:?}"),
    }
}

enum Owned {
    Text(Text<'static>),
    Id(UniqueId),
}

fn value_of(kind: &str, value: &str) -> Owned {
    Owned::Text(match kind {
        "bool" => Text::Bool(value.parse().unwrap()),
        "int" => Text::Int32(value.parse().unwrap()),
        "int64" => Text::Int64(value.parse().unwrap()),
        "uint64" => Text::UInt64(value.parse().unwrap()),
        "decimal" => Text::Decimal(value.parse().unwrap()),
        "datetime" => Text::DateTime(date_time(value)),
        "timespan" => Text::TimeSpan(TimeSpan(value.parse().unwrap())),
        "guid" => Text::Guid(Guid::parse_str(value).unwrap()),
        "uniqueid" => {
            return Owned::Id(match value.strip_prefix("guid:") {
                Some(guid) => UniqueId::Guid(Guid::parse_str(guid).unwrap()),
                None => UniqueId::Uri(value.into()),
            });
        }
        _ => panic!("unknown operation {kind} {value}"),
    })
}

fn date_time(value: &str) -> DateTime {
    let (ticks, kind) = value.split_once('@').unwrap();
    let format = match kind {
        "Utc" => DateTimeFormat::Utc,
        "Local" => DateTimeFormat::Local,
        _ => DateTimeFormat::None,
    };
    DateTime { ticks: ticks.parse().unwrap(), format }
}

fn array(
    w: &mut Writer,
    kind: &str,
    prefix: &str,
    local: XmlStr<'_>,
    ns: XmlStr<'_>,
    values: &[&str],
) -> Result<()> {
    fn all<T: std::str::FromStr>(values: &[&str]) -> Vec<T> {
        values.iter().map(|value| value.parse().unwrap_or_else(|_| panic!("{value}"))).collect()
    }
    let mut write = |items: Array<'_>| match prefix {
        "-" => w.array(local, ns, items),
        prefix => w.array_with_prefix(prefix, local, ns, items),
    };
    match kind {
        "bool" => write(all::<bool>(values).as_slice().into()),
        "int16" => write(all::<i16>(values).as_slice().into()),
        "int32" => write(all::<i32>(values).as_slice().into()),
        // The NaN of .NET has its sign set.
        "float" => {
            let nan = |value: f32| if value.is_nan() { f32::from_bits(0xFFC0_0000) } else { value };
            write(all::<f32>(values).into_iter().map(nan).collect::<Vec<_>>().as_slice().into())
        }
        "guid" => write(all::<Guid>(values).as_slice().into()),
        "datetime" => write(values.iter().map(|v| date_time(v)).collect::<Vec<_>>().as_slice().into()),
        _ => panic!("unknown array of {kind}"),
    }
}
