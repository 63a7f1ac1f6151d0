//! Base64 (RFC 4648 section 4) as XML has it: written without line breaks, read with white space anywhere.
//!
//! Whole buffers go through [`encode`] and [`decode`], pieces of any size through [`Encoder`] and [`Decoder`].
//! All append straight to the output; nothing is copied in between.
//!
//! ```
//! use wws_core::value::base64;
//! let mut text = Vec::new();
//! base64::encode(b"hello", &mut text);
//! assert_eq!(text, b"aGVsbG8=");
//! let mut bytes = Vec::new();
//! base64::decode(b" aGVs\r\n bG8= ", &mut bytes)?;
//! assert_eq!(bytes, b"hello");
//! # Ok::<(), wws_core::Error>(())
//! ```

use super::lexical::is_space;
use crate::{Error, Result};
use base64_simd::{STANDARD, STANDARD_NO_PAD};

/// The number of characters that `bytes` bytes become; what a slice in memory can have never overflows.
pub const fn encoded_len(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

/// The most bytes that `characters` characters can stand for.
pub const fn max_decoded_len(characters: usize) -> usize {
    characters.div_ceil(4) * 3
}

/// Appends the base64 form of all of `bytes`, padded at the end.
pub fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    // `encode_append` would reserve exactly, which makes many small appends quadratic.
    out.reserve(encoded_len(bytes.len()));
    STANDARD.encode_append(bytes, out);
}

/// Appends the bytes that a whole base64 text stands for; [`Decoder`] has the rules.
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat); the output may have got a part of the bytes by then.
pub fn decode(text: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let mut decoder = Decoder::new();
    decoder.decode(text, out)?;
    decoder.finish()
}

/// Encodes bytes that come in pieces of any size, as if they came at once.
///
/// ```
/// use wws_core::value::base64::Encoder;
/// let (mut encoder, mut out) = (Encoder::new(), Vec::new());
/// for piece in [&[1][..], &[2, 3], &[4, 5, 6]] {
///     encoder.encode(piece, &mut out);
/// }
/// encoder.finish(&mut out);
/// assert_eq!(out, b"AQIDBAUG");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    /// Bytes that do not make up a group of three yet.
    carry: [u8; 3],
    carried: usize,
}

impl Encoder {
    /// An encoder at the start of a text.
    pub const fn new() -> Self {
        Encoder { carry: [0; 3], carried: 0 }
    }

    /// Whether bytes wait for the rest of their group: at most two do.
    pub const fn is_pending(&self) -> bool {
        self.carried != 0
    }

    /// Appends the characters of all whole groups of three bytes.
    pub fn encode(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        out.reserve(encoded_len(self.carried + bytes.len()));
        if self.carried != 0 {
            while self.carried < 3
                && let [first, rest @ ..] = bytes
            {
                self.carry[self.carried] = *first;
                self.carried += 1;
                bytes = rest;
            }
            if self.carried < 3 {
                return;
            }
            STANDARD.encode_append(self.carry, out);
        }
        let (groups, rest) = bytes.split_at(bytes.len() - bytes.len() % 3);
        STANDARD.encode_append(groups, out);
        self.carry[..rest.len()].copy_from_slice(rest);
        self.carried = rest.len();
    }

    /// Appends the last, padded group if there is one, and is ready for another text.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        encode(&self.carry[..self.carried], out);
        self.carried = 0;
    }
}

/// Decodes text that comes in pieces of any size, as if it came at once.
///
/// XML white space may stand anywhere. Otherwise the text follows XML Schema Part 2 3.2.16: groups of four
/// characters, the last one padded, no bits lost in it, nothing after the padding.
///
/// ```
/// use wws_core::value::base64::Decoder;
/// let (mut decoder, mut out) = (Decoder::new(), Vec::new());
/// for piece in ["AQ", " I\n", "DBA="] {
///     decoder.decode(piece.as_bytes(), &mut out)?;
/// }
/// decoder.decode(b"=", &mut out)?;
/// decoder.finish()?;
/// assert_eq!(out, [1, 2, 3, 4]);
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// The bits of the characters of an unfinished group, six each, the first one highest.
    group: u32,
    /// How many characters, with padding, that group has: 0 to 3.
    characters: u32,
    /// How many of them were padding: 0 or 1 in an unfinished group.
    padding: u32,
    /// The padded group is complete.
    ended: bool,
    /// Characters read before the present piece.
    offset: u64,
}

/// Small enough for the stack, large enough for SIMD.
const BLOCK: usize = 4096;

impl Decoder {
    /// A decoder at the start of a text.
    pub const fn new() -> Self {
        Decoder { group: 0, characters: 0, padding: 0, ended: false, offset: 0 }
    }

    /// Appends the bytes of all groups that are complete.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) with the offset, in bytes from the start of the text, of
    /// what is not allowed there. The decoder is then of no further use.
    pub fn decode(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<()> {
        out.reserve(max_decoded_len(text.len()));
        for block in text.chunks(BLOCK) {
            self.decode_block(block, out)?;
            self.offset += block.len() as u64;
        }
        Ok(())
    }

    /// Ends the text, and is ready for another one.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) if the last group is not complete.
    pub fn finish(&mut self) -> Result<()> {
        let characters = std::mem::take(self).characters;
        if characters == 0 {
            return Ok(());
        }
        Err(Error::format(format!(
            "the base64 text ends {characters} characters into a group of four: it is cut off or lacks its padding (=)"
        )))
    }

    /// Three attempts: the block as it is; without its white space; character by character, which is what
    /// unfinished groups, padding and errors need.
    fn decode_block(&mut self, block: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut at = 0;
        while self.characters != 0
            && let Some(character) = block.get(at)
        {
            self.step(*character, at, out)?;
            at += 1;
        }
        if !self.ended {
            let rest = block.get(at..).unwrap_or_default();
            at += groups(rest, out).unwrap_or_else(|| spaced_groups(rest, out));
        }
        for (i, character) in block.iter().enumerate().skip(at) {
            self.step(*character, i, out)?;
        }
        Ok(())
    }

    /// Takes the character at `at` in the present block.
    #[inline]
    fn step(&mut self, character: u8, at: usize, out: &mut Vec<u8>) -> Result<()> {
        if is_space(character) {
            return Ok(());
        }
        if self.ended {
            return Err(self.error(character, at, "the text ended with its padding before that"));
        }
        match sextet(character) {
            Some(bits) if self.padding == 0 => {
                self.group = self.group << 6 | bits;
                self.characters += 1;
                if self.characters == 4 {
                    let [_, a, b, c] = self.group.to_be_bytes();
                    out.extend_from_slice(&[a, b, c]);
                    (self.group, self.characters) = (0, 0);
                }
                Ok(())
            }
            Some(_) => Err(self.error(character, at, "another = expected")),
            None if character == b'=' => self.pad(at, out),
            None => Err(self.error(character, at, "A-Z, a-z, 0-9, +, / or = expected")),
        }
    }

    fn pad(&mut self, at: usize, out: &mut Vec<u8>) -> Result<()> {
        if self.characters < 2 {
            return Err(self.error(b'=', at, "at least two characters of a group come before padding"));
        }
        let lost = if self.characters - self.padding == 2 { 0xF } else { 0x3 };
        if self.group & lost != 0 {
            return Err(self.error(b'=', at, "the character before the padding has bits that would be lost"));
        }
        self.padding += 1;
        self.characters += 1;
        if self.characters == 4 {
            let [_, a, b, _] = (self.group << (6 * self.padding)).to_be_bytes();
            out.push(a);
            if self.padding == 1 {
                out.push(b);
            }
            *self = Decoder { ended: true, offset: self.offset, ..Decoder::new() };
        }
        Ok(())
    }

    #[cold]
    fn error(&self, character: u8, at: usize, why: &str) -> Error {
        let found = super::quote(&[character]);
        Error::format(format!("{found} at offset {} of the base64 text: {why}", self.offset + at as u64))
    }
}

/// Decodes the whole groups of `text`, which must be nothing but characters of the alphabet; returns their length.
fn groups(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let length = text.len() / 4 * 4;
    STANDARD_NO_PAD.decode_append(text.get(..length)?, out).ok()?;
    Some(length)
}

/// Decodes the whole groups of `text`, which may have white space, as [`groups`] does; 0 if there is anything else.
fn spaced_groups(text: &[u8], out: &mut Vec<u8>) -> usize {
    let mut dense = [0; BLOCK];
    let mut length = 0;
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        if is_space(*first) {
            rest = tail;
            continue;
        }
        // Lines end with one of these three; a tab after a character makes the attempt fail.
        let end = memchr::memchr3(b'\n', b'\r', b' ', rest).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        if let Some(slot) = dense.get_mut(length..length + line.len()) {
            slot.copy_from_slice(line);
        }
        length += line.len();
        rest = tail;
    }
    let dense = dense.get(..length).unwrap_or_default();
    match groups(dense, out) {
        Some(0) | None => 0,
        Some(decoded) => {
            let left = dense.iter().skip(decoded).filter(|byte| !is_space(**byte)).count();
            start_of_last(text, left)
        }
    }
}

/// Where the last `count` characters of `text` that are not white space begin.
fn start_of_last(text: &[u8], count: usize) -> usize {
    let dense = text.iter().enumerate().rev().filter(|(_, byte)| !is_space(**byte)).map(|(at, _)| at);
    dense.take(count).last().unwrap_or(text.len())
}

fn sextet(character: u8) -> Option<u32> {
    let bits = match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        encode(bytes, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn decoded(text: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        decode(text, &mut out).map(|()| out)
    }

    /// RFC 4648 section 10.
    #[test]
    fn published_examples() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encoded(bytes.as_bytes()), text);
            assert_eq!(decoded(text.as_bytes()).unwrap(), bytes.as_bytes());
            assert_eq!(encoded_len(bytes.len()), text.len());
            assert!(max_decoded_len(text.len()) >= bytes.len());
        }
    }

    #[test]
    fn errors_name_the_offset() {
        let long = |tail: &str| format!("{}{tail}", "QUJD\r\n".repeat(2000));
        for (text, message) in [
            ("QU#D".to_owned(), r##""#" at offset 2 of the base64 text: A-Z, a-z, 0-9, +, / or = expected"##),
            (long("QU-D"), r#""-" at offset 12002 of the base64 text: A-Z, a-z, 0-9, +, / or = expected"#),
            (
                long("QQ==QUJD"),
                r#""Q" at offset 12004 of the base64 text: the text ended with its padding before that"#,
            ),
            ("QQ=A".into(), r#""A" at offset 3 of the base64 text: another = expected"#),
            (
                "Q===".into(),
                r#""=" at offset 1 of the base64 text: at least two characters of a group come before padding"#,
            ),
            (
                "=".into(),
                r#""=" at offset 0 of the base64 text: at least two characters of a group come before padding"#,
            ),
            (
                "QUI=====".into(),
                r#""=" at offset 4 of the base64 text: the text ended with its padding before that"#,
            ),
            (
                "QR==".into(),
                r#""=" at offset 2 of the base64 text: the character before the padding has bits that would be lost"#,
            ),
            (
                "QUJ=".into(),
                r#""=" at offset 3 of the base64 text: the character before the padding has bits that would be lost"#,
            ),
            (
                "QUJDQ".into(),
                "the base64 text ends 1 characters into a group of four: it is cut off or lacks its padding (=)",
            ),
            (
                "QQ=".into(),
                "the base64 text ends 3 characters into a group of four: it is cut off or lacks its padding (=)",
            ),
            (
                "QU\x0cJD".into(),
                r#""\u{c}" at offset 2 of the base64 text: A-Z, a-z, 0-9, +, / or = expected"#,
            ),
        ] {
            assert_eq!(decoded(text.as_bytes()).unwrap_err().to_string(), message);
        }
    }

    /// Tabs before and after a line break take different ways through the decoder.
    #[test]
    fn white_space_at_the_end() {
        for space in ["\t\t\n\t\t\t", "\t", "\n\t", " \r\n\t ", "\t\t\t\t"] {
            assert_eq!(decoded(format!("QUJD{space}").as_bytes()).unwrap(), b"ABC");
            assert_eq!(decoded(format!("QUJD{space}QQ={space}={space}").as_bytes()).unwrap(), b"ABCA");
        }
    }

    #[test]
    fn finish_begins_another_text() {
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        for text in ["QQ==", "QUI=", "QUJD"] {
            decoder.decode(text.as_bytes(), &mut out).unwrap();
            decoder.finish().unwrap();
        }
        assert_eq!(out, b"AABABC");
        let (mut encoder, mut out) = (Encoder::new(), Vec::new());
        for bytes in ["A", "AB", "ABC"] {
            encoder.encode(bytes.as_bytes(), &mut out);
            assert_eq!(encoder.is_pending(), bytes != "ABC");
            encoder.finish(&mut out);
        }
        assert_eq!(out, b"QQ==QUI=QUJD");
    }

    /// Encodes by the definition: bit by bit.
    fn oracle(bytes: &[u8]) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits: Vec<bool> = bytes.iter().flat_map(|b| (0..8).rev().map(move |i| b >> i & 1 == 1)).collect();
        let sextet = |s: &[bool]| (0..6).fold(0, |n, i| n * 2 + usize::from(s.get(i) == Some(&true)));
        let mut text: String = bits.chunks(6).map(|s| char::from(alphabet[sextet(s)])).collect();
        while !text.len().is_multiple_of(4) {
            text.push('=');
        }
        text
    }

    /// Cuts `data` into pieces of the given sizes, again and again.
    fn pieces<'a>(mut data: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if data.is_empty() {
                break;
            }
            let (piece, rest) = data.split_at((*size).min(data.len()));
            pieces.push(piece);
            data = rest;
        }
        pieces
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same(
            seed in prop::collection::vec(any::<u8>(), 0..200),
            repeat in 1usize..60,
            sizes in prop::collection::vec(1usize..5000, 1..6),
            space_every in 1usize..100,
            space in "[\t\n\r ]{1,5}",
        ) {
            let bytes = seed.repeat(repeat);
            let text = encoded(&bytes);
            prop_assert_eq!(&encoded(&seed), &oracle(&seed));
            prop_assert_eq!(text.len(), encoded_len(bytes.len()));

            let (mut encoder, mut out) = (Encoder::new(), Vec::new());
            pieces(&bytes, &sizes).into_iter().for_each(|piece| encoder.encode(piece, &mut out));
            encoder.finish(&mut out);
            prop_assert_eq!(out, text.as_bytes());

            let spaced = text.as_bytes().chunks(space_every).collect::<Vec<_>>().join(space.as_bytes());
            let ended = [text.as_bytes(), space.as_bytes()].concat();
            for text in [text.as_bytes(), &spaced, &ended] {
                let (mut decoder, mut out) = (Decoder::new(), Vec::new());
                for piece in pieces(text, &sizes) {
                    decoder.decode(piece, &mut out).unwrap();
                }
                decoder.finish().unwrap();
                prop_assert!(out == bytes);
            }
        }

        #[test]
        fn one_at_a_time_gives_the_same_result(text in "[A-D=/ ]{0,12}") {
            let (mut decoder, mut out) = (Decoder::new(), Vec::new());
            let stepwise = text.bytes().try_for_each(|b| decoder.decode(&[b], &mut out));
            let stepwise = stepwise.and_then(|()| decoder.finish()).map(|()| out);
            let whole = decoded(text.as_bytes());
            prop_assert_eq!(stepwise.map_err(|e| e.to_string()), whole.clone().map_err(|e| e.to_string()));
            // What is accepted is exactly what would be written, plus white space.
            let dense = text.replace(' ', "");
            if let Ok(bytes) = whole {
                prop_assert_eq!(encoded(&bytes), dense);
            } else {
                prop_assert!(base64_simd::STANDARD.decode_to_vec(&dense).is_err());
            }
        }
    }
}
