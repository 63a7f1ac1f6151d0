//! The records of a binary document one by one, with their offsets: what MC-NBFX calls them and what they carry.
//!
//! This walks the bytes by a table of shapes and keeps no element stack, so that it shows a broken document up to the
//! place where it breaks.

use std::io::{self, Read};
use wws::xml::Dictionary;

/// One record as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Byte offset of the record type.
    pub(crate) offset: u64,
    /// The record type.
    pub(crate) kind: u8,
    /// Its name in MC-NBFX.
    pub(crate) name: String,
    /// Elements open before this record.
    pub(crate) depth: usize,
    /// What it carries, in words.
    pub(crate) content: String,
}

/// What follows a record type.
#[derive(Clone, Copy)]
enum Shape {
    Nothing,
    /// A string.
    Name,
    /// A prefix and a string.
    PrefixName,
    /// A dictionary string.
    Dict,
    /// A prefix and a dictionary string.
    PrefixDict,
    /// A fixed number of bytes.
    Fixed(u8),
    /// A length of so many bytes, then UTF-8.
    Chars(u8),
    /// A length of so many bytes, then bytes.
    Bytes(u8),
    /// A length of so many bytes, then UTF-16LE.
    Unicode(u8),
    /// A prefix letter and a dictionary string.
    QName,
    /// A record of an element, a record type, a count and values.
    Array,
}

/// MC-NBFX 2.2: the text records by even type; the odd type after each also ends the element.
const TEXTS: &[(u8, &str, Shape)] = &[
    (0x80, "ZeroText", Shape::Nothing),
    (0x82, "OneText", Shape::Nothing),
    (0x84, "FalseText", Shape::Nothing),
    (0x86, "TrueText", Shape::Nothing),
    (0x88, "Int8Text", Shape::Fixed(1)),
    (0x8a, "Int16Text", Shape::Fixed(2)),
    (0x8c, "Int32Text", Shape::Fixed(4)),
    (0x8e, "Int64Text", Shape::Fixed(8)),
    (0x90, "FloatText", Shape::Fixed(4)),
    (0x92, "DoubleText", Shape::Fixed(8)),
    (0x94, "DecimalText", Shape::Fixed(16)),
    (0x96, "DateTimeText", Shape::Fixed(8)),
    (0x98, "Chars8Text", Shape::Chars(1)),
    (0x9a, "Chars16Text", Shape::Chars(2)),
    (0x9c, "Chars32Text", Shape::Chars(4)),
    (0x9e, "Bytes8Text", Shape::Bytes(1)),
    (0xa0, "Bytes16Text", Shape::Bytes(2)),
    (0xa2, "Bytes32Text", Shape::Bytes(4)),
    (0xa4, "StartListText", Shape::Nothing),
    (0xa6, "EndListText", Shape::Nothing),
    (0xa8, "EmptyText", Shape::Nothing),
    (0xaa, "DictionaryText", Shape::Dict),
    (0xac, "UniqueIdText", Shape::Fixed(16)),
    (0xae, "TimeSpanText", Shape::Fixed(8)),
    (0xb0, "UuidText", Shape::Fixed(16)),
    (0xb2, "UInt64Text", Shape::Fixed(8)),
    (0xb4, "BoolText", Shape::Fixed(1)),
    (0xb6, "UnicodeChars8Text", Shape::Unicode(1)),
    (0xb8, "UnicodeChars16Text", Shape::Unicode(2)),
    (0xba, "UnicodeChars32Text", Shape::Unicode(4)),
    (0xbc, "QNameDictionaryText", Shape::QName),
];

/// The name and shape of a record type, or `None` for a type that MC-NBFX does not define.
fn lookup(kind: u8) -> Option<(String, Shape)> {
    let letter = |first: u8| char::from(b'a' + (kind - first));
    let (name, shape) = match kind {
        0x01 => ("EndElement", Shape::Nothing),
        0x02 => ("Comment", Shape::Name),
        0x03 => ("Array", Shape::Array),
        0x04 => ("ShortAttribute", Shape::Name),
        0x05 => ("Attribute", Shape::PrefixName),
        0x06 => ("ShortDictionaryAttribute", Shape::Dict),
        0x07 => ("DictionaryAttribute", Shape::PrefixDict),
        0x08 => ("ShortXmlnsAttribute", Shape::Name),
        0x09 => ("XmlnsAttribute", Shape::PrefixName),
        0x0a => ("ShortDictionaryXmlnsAttribute", Shape::Dict),
        0x0b => ("DictionaryXmlnsAttribute", Shape::PrefixDict),
        0x0c..=0x25 => {
            return Some((
                format!("PrefixDictionaryAttribute{}", letter(0x0c).to_ascii_uppercase()),
                Shape::Dict,
            ));
        }
        0x26..=0x3f => {
            return Some((format!("PrefixAttribute{}", letter(0x26).to_ascii_uppercase()), Shape::Name));
        }
        0x40 => ("ShortElement", Shape::Name),
        0x41 => ("Element", Shape::PrefixName),
        0x42 => ("ShortDictionaryElement", Shape::Dict),
        0x43 => ("DictionaryElement", Shape::PrefixDict),
        0x44..=0x5d => {
            return Some((
                format!("PrefixDictionaryElement{}", letter(0x44).to_ascii_uppercase()),
                Shape::Dict,
            ));
        }
        0x5e..=0x77 => {
            return Some((format!("PrefixElement{}", letter(0x5e).to_ascii_uppercase()), Shape::Name));
        }
        _ => {
            let (even, name, shape) = TEXTS.iter().find(|t| t.0 == kind & 0xfe)?;
            let with_end = if kind == *even { "" } else { "WithEndElement" };
            return Some((format!("{name}{with_end}"), *shape));
        }
    };
    Some((name.to_owned(), shape))
}

/// Walks a binary document from any reader; never holds more of it than one short preview.
pub(crate) struct Walk<R> {
    input: R,
    offset: u64,
    depth: usize,
    /// Strings of the session table, by order.
    pub(crate) session: Vec<String>,
}

/// How much of a long content is shown.
const PREVIEW: usize = 48;
/// The longest session table that is believed.
const MAX_TABLE: u32 = 1 << 20;

impl<R: Read> Walk<R> {
    /// Starts before the first record; with `session` the table of MC-NBFSE is read first.
    pub(crate) fn new(input: R, session: bool) -> io::Result<Self> {
        let mut walk = Walk { input, offset: 0, depth: 0, session: Vec::new() };
        if session {
            let size = walk.varint()?;
            if size > MAX_TABLE {
                return Err(bad(
                    walk.offset,
                    format!("the session table claims {size} bytes, at most {MAX_TABLE} are read"),
                ));
            }
            let end = walk.offset + u64::from(size);
            while walk.offset < end {
                let text = walk.string()?;
                walk.session.push(text);
            }
        }
        Ok(walk)
    }

    /// The next record, or `None` at the end of the input.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        self.record(true)
    }

    fn record(&mut self, array_allowed: bool) -> io::Result<Option<Record>> {
        let offset = self.offset;
        let mut kind = [0];
        if self.input.read(&mut kind)? == 0 {
            return Ok(None);
        }
        self.offset += 1;
        let kind = kind[0];
        let Some((name, shape)) = lookup(kind) else {
            return Err(bad(offset, format!("0x{kind:02x} is no record type of MC-NBFX")));
        };
        if kind == 0x03 && !array_allowed {
            return Err(bad(offset, "an array within the element of an array".into()));
        }
        let content = self.content(kind, shape)?;
        let depth = self.depth;
        match kind {
            0x40..=0x77 => self.depth += 1,
            0x01 => self.depth = depth.saturating_sub(1),
            0x80.. if kind & 1 == 1 => self.depth = depth.saturating_sub(1),
            _ => {}
        }
        Ok(Some(Record { offset, kind, name, depth, content }))
    }

    fn content(&mut self, kind: u8, shape: Shape) -> io::Result<String> {
        Ok(match shape {
            Shape::Nothing => String::new(),
            Shape::Name => quote(&self.string()?),
            Shape::PrefixName => format!("{} {}", quote(&self.string()?), quote(&self.string()?)),
            Shape::Dict => self.dictionary()?,
            Shape::PrefixDict => format!("{} {}", quote(&self.string()?), self.dictionary()?),
            Shape::Fixed(n) => self.fixed(kind & 0xfe, n)?,
            Shape::Chars(n) => {
                let (length, start) = self.long(n)?;
                format!("{length} bytes {}", quote(&String::from_utf8_lossy(&start)))
            }
            Shape::Unicode(n) => {
                let (length, start) = self.long(n)?;
                let units: Vec<u16> =
                    start.chunks_exact(2).map(|p| u16::from_le_bytes([p[0], p[1]])).collect();
                format!("{length} bytes {}", quote(&String::from_utf16_lossy(&units)))
            }
            Shape::Bytes(n) => {
                let (length, start) = self.long(n)?;
                format!("{length} bytes {}", hex(&start))
            }
            Shape::QName => {
                let prefix = self.bytes::<1>()?[0];
                let letter = char::from(b'a'.saturating_add(prefix.min(25)));
                format!("{letter}:{}", self.dictionary()?)
            }
            Shape::Array => self.array()?,
        })
    }

    /// MC-NBFX 2.2.3.31 (array): the element, then the type and the number of the values.
    fn array(&mut self) -> io::Result<String> {
        let at = self.offset;
        let depth = self.depth;
        let mut words = Vec::new();
        loop {
            let Some(record) = self.record(false)? else {
                return Err(bad(at, "the array ends before its element".into()));
            };
            if record.kind == 0x01 {
                break;
            }
            words.push(format!("{} {}", record.name, record.content));
        }
        self.depth = depth;
        let kind = self.bytes::<1>()?[0];
        let (name, width) = match lookup(kind) {
            Some((name, Shape::Fixed(n))) if kind & 1 == 1 => (name, n),
            _ => return Err(bad(self.offset - 1, format!("0x{kind:02x} is no type of array values"))),
        };
        let count = self.varint()?;
        self.skip(u64::from(count) * u64::from(width))?;
        Ok(format!("{} × {count} {name}", words.join(" ")))
    }

    fn fixed(&mut self, kind: u8, n: u8) -> io::Result<String> {
        Ok(match (kind, n) {
            (0x88, _) => i8::from_le_bytes(self.bytes()?).to_string(),
            (0x8a, _) => i16::from_le_bytes(self.bytes()?).to_string(),
            (0x8c, _) => i32::from_le_bytes(self.bytes()?).to_string(),
            (0x8e, _) => i64::from_le_bytes(self.bytes()?).to_string(),
            (0x90, _) => f32::from_le_bytes(self.bytes()?).to_string(),
            (0x92, _) => f64::from_le_bytes(self.bytes()?).to_string(),
            (0xb2, _) => u64::from_le_bytes(self.bytes()?).to_string(),
            (0xb4, _) => (self.bytes::<1>()?[0] != 0).to_string(),
            (_, 16) => hex(&self.bytes::<16>()?),
            _ => hex(&self.bytes::<8>()?),
        })
    }

    /// MC-NBFX 2.1.3: even ids are static, odd ones belong to the session.
    fn dictionary(&mut self) -> io::Result<String> {
        let id = self.varint()?;
        let text = if id % 2 == 0 {
            Dictionary::nbfs().get(id / 2).map(|s| s.as_str().to_owned())
        } else {
            self.session.get(id as usize / 2).cloned()
        };
        Ok(match text {
            Some(text) => format!("[{id}] {}", quote(&text)),
            None => format!("[{id}]"),
        })
    }

    fn string(&mut self) -> io::Result<String> {
        let length = self.varint()?;
        let (_, start) = self.preview(u64::from(length))?;
        let mut text = String::from_utf8_lossy(&start).into_owned();
        if length as usize > start.len() {
            text.push('…');
        }
        Ok(text)
    }

    fn long(&mut self, width: u8) -> io::Result<(u64, Vec<u8>)> {
        let length = match width {
            1 => u64::from(self.bytes::<1>()?[0]),
            2 => u64::from(u16::from_le_bytes(self.bytes()?)),
            _ => u64::from(u32::from_le_bytes(self.bytes()?)),
        };
        self.preview(length)
    }

    /// The first bytes of a content of `length` bytes; the rest is skipped.
    fn preview(&mut self, length: u64) -> io::Result<(u64, Vec<u8>)> {
        let show = length.min(512) as usize;
        let mut start = vec![0; show];
        self.input.read_exact(&mut start).map_err(|e| cut(self.offset, e))?;
        self.offset += show as u64;
        self.skip(length - show as u64)?;
        Ok((length, start))
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.input.by_ref().take(length), &mut io::sink())?;
        self.offset += skipped;
        if skipped < length {
            return Err(bad(
                self.offset,
                format!("the input ends {} bytes before the record does", length - skipped),
            ));
        }
        Ok(())
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|e| cut(self.offset, e))?;
        self.offset += N as u64;
        Ok(bytes)
    }

    /// MC-NBFX 2.1.2: MultiByteInt31.
    fn varint(&mut self) -> io::Result<u32> {
        let mut value = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.bytes::<1>()?[0];
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(bad(self.offset, "a number of more than 31 bits".into()))
    }
}

fn bad(offset: u64, text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("byte {offset} (0x{offset:x}): {text}"))
}

fn cut(offset: u64, e: io::Error) -> io::Error {
    if e.kind() == io::ErrorKind::UnexpectedEof {
        return bad(offset, "the input ends within a record".into());
    }
    e
}

fn quote(text: &str) -> String {
    if text.chars().count() > PREVIEW {
        let start: String = text.chars().take(PREVIEW).collect();
        return format!("{start:?}…");
    }
    format!("{text:?}")
}

fn hex(bytes: &[u8]) -> String {
    let mut text: String = bytes.iter().take(PREVIEW / 2).map(|b| format!("{b:02x}")).collect();
    if bytes.len() > PREVIEW / 2 {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(bytes: &[u8], session: bool) -> Vec<(u64, String, String)> {
        let mut walk = Walk::new(bytes, session).unwrap();
        let mut all = Vec::new();
        while let Some(r) = walk.next().unwrap() {
            all.push((r.offset, r.name, r.content));
        }
        all
    }

    #[test]
    fn an_element_with_text() {
        let bytes = [0x40, 5, b'h', b'e', b'l', b'l', b'o', 0x99, 2, b'h', b'i'];
        let records = walk(&bytes, false);
        assert_eq!(records[0], (0, "ShortElement".into(), "\"hello\"".into()));
        assert_eq!(records[1], (7, "Chars8TextWithEndElement".into(), "2 bytes \"hi\"".into()));
    }

    #[test]
    fn dictionary_strings_of_both_kinds() {
        // Session table of 3 bytes: "hi"; then static "Envelope" (2) and session string 1.
        let bytes = [3, 2, b'h', b'i', 0x42, 2, 0x42, 1, 0x01, 0x01];
        let records = walk(&bytes, true);
        assert_eq!(records[0].2, "[2] \"Envelope\"");
        assert_eq!(records[1].2, "[1] \"hi\"");
    }

    #[test]
    fn an_array_is_one_record() {
        // <a>1</a><a>2</a> as an array of Int16.
        let bytes = [0x03, 0x40, 1, b'a', 0x01, 0x8b, 2, 1, 0, 2, 0, 0x01];
        let records = walk(&bytes, false);
        assert_eq!(records[0].2, "ShortElement \"a\" × 2 Int16TextWithEndElement");
        assert_eq!(records[1].0, 11);
    }

    #[test]
    fn arrays_do_not_nest() {
        let mut walk = Walk::new(&[0x03; 100_000][..], false).unwrap();
        assert!(walk.next().unwrap_err().to_string().contains("within the element of an array"));
    }

    #[test]
    fn a_broken_record_names_its_offset() {
        let mut walk = Walk::new(&[0x40, 1, b'a', 0x7f][..], false).unwrap();
        assert!(walk.next().is_ok());
        assert!(walk.next().unwrap_err().to_string().starts_with("byte 3 (0x3): 0x7f is no record type"));
    }

    #[test]
    fn a_claimed_length_takes_no_memory() {
        let mut walk = Walk::new(&[0x9d, 0xff, 0xff, 0xff, 0x7f, b'a'][..], false).unwrap();
        assert!(walk.next().unwrap_err().to_string().contains("ends within a record"));
    }
}
