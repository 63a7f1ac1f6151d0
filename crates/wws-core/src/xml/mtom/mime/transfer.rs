//! `Content-Transfer-Encoding` (RFC 2045 6): how a part's bytes were made fit for old mail, and back.

use super::{at, lex::Lexer, malformed};
use crate::{Error, Result, value::base64};

/// The transfer encodings of RFC 2045 6.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransferEncoding {
    /// ASCII lines: the bytes as they are.
    #[default]
    SevenBit,
    /// Lines with any bytes but NUL: the bytes as they are.
    EightBit,
    /// Any bytes, as they are.
    Binary,
    /// Base64 in lines.
    Base64,
    /// `=` and two hexadecimal digits for what is not plain text.
    QuotedPrintable,
}

impl TransferEncoding {
    /// Reads a field value; names have no case. Fails with `InvalidFormat` for an encoding of which nothing is known.
    pub fn parse(value: &str) -> Result<Self> {
        let mut lexer = Lexer::new(value);
        let name = lexer.token()?.to_ascii_lowercase();
        match (&*name, lexer.is_done()?) {
            ("7bit", true) => Ok(Self::SevenBit),
            ("8bit", true) => Ok(Self::EightBit),
            ("binary", true) => Ok(Self::Binary),
            ("base64", true) => Ok(Self::Base64),
            ("quoted-printable", true) => Ok(Self::QuotedPrintable),
            _ => Err(Error::format(format!(
                "the Content-Transfer-Encoding must be binary, 8bit, 7bit, base64 or quoted-printable, not `{}`",
                super::content_type::clip(value)
            ))),
        }
    }

    /// Whether the bytes of the body are the bytes of the content.
    pub fn is_identity(self) -> bool {
        !matches!(self, Self::Base64 | Self::QuotedPrintable)
    }
}

/// Undoes a transfer encoding piece by piece. Memory: less than one line, whatever the size of the part.
///
/// ```
/// use wws_core::xml::mtom::mime::{TransferDecoder, TransferEncoding};
/// let mut decoder = TransferDecoder::new(TransferEncoding::Base64);
/// let mut out = Vec::new();
/// decoder.decode(b"aG\r", 0, &mut out)?;
/// decoder.decode(b"\nk=", 3, &mut out)?;
/// decoder.finish(6)?;
/// assert_eq!(out, b"hi");
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct TransferDecoder {
    kind: Kind,
    /// Where the part starts, once its first bytes are there.
    start: Option<u64>,
    /// What is wrong behind the bytes that were decoded.
    failure: Option<Error>,
}

#[derive(Debug, Default)]
enum Kind {
    #[default]
    Identity,
    /// RFC 2045 6.8. White space is skipped; any other character outside the alphabet is an error rather than ignored.
    Base64(base64::Decoder),
    Quoted(Quoted),
}

impl TransferDecoder {
    /// A decoder at the start of a part.
    pub fn new(encoding: TransferEncoding) -> Self {
        let kind = match encoding {
            TransferEncoding::Base64 => Kind::Base64(base64::Decoder::new()),
            TransferEncoding::QuotedPrintable => Kind::Quoted(Quoted::default()),
            _ => Kind::Identity,
        };
        TransferDecoder { kind, ..TransferDecoder::default() }
    }

    /// Whether `decode` would only copy, so that a caller can use the input as it is.
    pub fn is_identity(&self) -> bool {
        matches!(self.kind, Kind::Identity)
    }

    /// Appends what `input` decodes to. `offset` is the place of `input[0]`.
    ///
    /// Fails with `InvalidFormat`, but only if nothing was decoded: what stands before an error comes first, and the error
    /// with the next call, so that the pieces of the input make no difference.
    pub fn decode(&mut self, input: &[u8], offset: u64, out: &mut Vec<u8>) -> Result<()> {
        self.check()?;
        let before = out.len();
        let start = *self.start.get_or_insert(offset);
        let result = match &mut self.kind {
            Kind::Identity => {
                out.extend_from_slice(input);
                Ok(())
            }
            Kind::Base64(decoder) => decoder.decode(input, out).map_err(|e| in_part(e, start)),
            Kind::Quoted(quoted) => quoted.decode(input, offset, out),
        };
        self.failure = result.err();
        if out.len() > before { Ok(()) } else { self.check() }
    }

    /// Says that the part ends at `offset`: fails with `InvalidFormat` if it ends within a group or an escape.
    pub fn finish(&mut self, offset: u64) -> Result<()> {
        self.check()?;
        match &mut self.kind {
            Kind::Identity => Ok(()),
            Kind::Base64(decoder) => decoder.finish().map_err(|e| in_part(e, offset)),
            Kind::Quoted(quoted) => quoted.finish(offset),
        }
    }

    fn check(&self) -> Result<()> {
        self.failure.clone().map_or(Ok(()), Err)
    }
}

/// RFC 2045 6.7.
#[derive(Debug, Default)]
struct Quoted {
    /// What a later byte decides about: `=` with up to one character, or white space that may end its line.
    pending: Vec<u8>,
}

impl Quoted {
    /// Rule 5 limits an encoded line to 76 characters; no more white space than that is ever held back.
    const MAX_BLANKS: usize = 76;

    fn decode(&mut self, input: &[u8], offset: u64, out: &mut Vec<u8>) -> Result<()> {
        for (at, &byte) in input.iter().enumerate() {
            self.byte(byte, offset + at as u64, out)?;
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8, offset: u64, out: &mut Vec<u8>) -> Result<()> {
        match (&self.pending[..], byte) {
            // A soft line break: `=`, white space that mail systems add, end of line.
            ([b'=', ..], b'\n') if self.pending[1..].iter().all(|b| matches!(b, b' ' | b'\t' | b'\r')) => {
                self.pending.clear();
            }
            ([b'='], b' ' | b'\t' | b'\r') => self.pending.push(byte),
            ([b'=', b' ' | b'\t', ..], b' ' | b'\t' | b'\r') if self.pending.len() < Self::MAX_BLANKS => {
                self.pending.push(byte);
            }
            ([b'='], _) if byte.is_ascii_hexdigit() => self.pending.push(byte),
            (&[b'=', high], _) if high.is_ascii_hexdigit() && byte.is_ascii_hexdigit() => {
                let digit = |d: u8| (d as char).to_digit(16).unwrap_or_default() as u8;
                out.push(digit(high) << 4 | digit(byte));
                self.pending.clear();
            }
            ([b'=', ..], _) => {
                return Err(malformed(
                    offset,
                    "a `=` in a quoted-printable part must be followed by two hexadecimal digits or the end of the line",
                ));
            }
            // Rule 3: white space at the end of a line was added on the way.
            (_, b'\n') => {
                let is_crlf = self.pending.ends_with(b"\r");
                self.pending.clear();
                out.extend_from_slice(if is_crlf { b"\r\n" } else { b"\n" });
            }
            (_, b' ' | b'\t' | b'\r') => {
                if self.pending.len() >= Self::MAX_BLANKS || self.pending.ends_with(b"\r") {
                    out.append(&mut self.pending);
                }
                self.pending.push(byte);
            }
            (_, b'=') => {
                out.append(&mut self.pending);
                self.pending.push(byte);
            }
            _ => {
                out.append(&mut self.pending);
                out.push(byte);
            }
        }
        Ok(())
    }

    fn finish(&mut self, offset: u64) -> Result<()> {
        match &self.pending[..] {
            // The CRLF of a last soft line break belongs to the boundary.
            [b'=', rest @ ..] if rest.iter().any(|b| !matches!(b, b' ' | b'\t' | b'\r')) => {
                Err(malformed(offset, "a quoted-printable part ends within an escape"))
            }
            _ => Ok(()),
        }
    }
}

#[cold]
fn in_part(error: Error, offset: u64) -> Error {
    error.context("in a MIME part with Content-Transfer-Encoding: base64").at(at(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(encoding: TransferEncoding, pieces: &[&[u8]]) -> Result<Vec<u8>> {
        let (mut decoder, mut out, mut offset) = (TransferDecoder::new(encoding), Vec::new(), 0);
        for piece in pieces {
            decoder.decode(piece, offset, &mut out)?;
            offset += piece.len() as u64;
        }
        decoder.finish(offset)?;
        Ok(out)
    }

    #[test]
    fn names_are_read_in_any_case() {
        for (name, encoding) in [
            ("BINARY", TransferEncoding::Binary),
            (" 8bit (of course)", TransferEncoding::EightBit),
            ("7Bit", TransferEncoding::SevenBit),
            ("base64", TransferEncoding::Base64),
            ("Quoted-Printable", TransferEncoding::QuotedPrintable),
        ] {
            assert_eq!(TransferEncoding::parse(name).unwrap(), encoding, "{name}");
        }
        for name in ["", "x-uuencode", "binary; a=b", "base 64"] {
            assert!(TransferEncoding::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn quoted_printable_follows_its_rules() {
        // RFC 2045 6.7: rule 1 escapes, 3 trailing white space, 4 line breaks, 5 soft line breaks.
        for (input, output) in [
            (&b"a=3Db=e9"[..], &b"a=b\xe9"[..]),
            (b"end \t\r\nnext", b"end\r\nnext"),
            (b"soft=\r\nbreak= \t\r\n!", b"softbreak!"),
            (b"lf=\nonly \n", b"lfonly\n"),
            (b"in side\ttoo ", b"in side\ttoo"),
            (b"lone \r cr\r\rx", b"lone \r cr\r\rx"),
            (b"last=", b"last"),
        ] {
            let shown = input.escape_ascii();
            assert_eq!(decode(TransferEncoding::QuotedPrintable, &[input]).unwrap(), output, "{shown}");
        }
        for input in [&b"=zz"[..], b"=4", b"=4x", b"= x", b"=\rx"] {
            assert!(decode(TransferEncoding::QuotedPrintable, &[input]).is_err(), "{}", input.escape_ascii());
        }
    }

    #[test]
    fn malformed_base64_is_refused() {
        for input in [&b"a"[..], b"aGk", b"aG*=", b"YQ==YQ==", b"Y===", b"YQ==\r\nYWJj"] {
            assert!(decode(TransferEncoding::Base64, &[input]).is_err(), "{}", input.escape_ascii());
        }
        assert!(decode(TransferEncoding::Base64, &[b"YQ==", b"YQ=="]).is_err());
        assert_eq!(decode(TransferEncoding::Base64, &[b" YQ==\r\n ", b"\r\n"]).unwrap(), b"a");
    }

    #[test]
    fn what_stands_before_an_error_comes_first() {
        for (encoding, input) in
            [(TransferEncoding::Base64, b"YWJj*"), (TransferEncoding::QuotedPrintable, b"abc=*")]
        {
            let (mut decoder, mut out) = (TransferDecoder::new(encoding), Vec::new());
            decoder.decode(input, 0, &mut out).unwrap();
            assert_eq!(out, b"abc");
            let error = decoder.decode(b"YWJj", 5, &mut out).unwrap_err();
            assert_eq!(decoder.finish(9).unwrap_err().to_string(), error.to_string());
        }
    }

    proptest! {
        #[test]
        fn base64_in_lines_round_trips(data in proptest::collection::vec(any::<u8>(), 0..300), cut in 0usize..400) {
            let mut text = Vec::new();
            base64::encode(&data, &mut text);
            let lines: Vec<u8> = text.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]);
            let (a, b) = lines.split_at(cut.min(lines.len()));
            prop_assert_eq!(decode(TransferEncoding::Base64, &[a, b]).unwrap(), data);
        }

        #[test]
        fn any_bytes_decode_alike_in_any_pieces(
            input in proptest::collection::vec(prop_oneof![Just(b'='), Just(b'\r'), Just(b'\n'), Just(b' '), Just(b'4'), Just(b'z')], 0..12),
            cut in 0usize..12,
        ) {
            for encoding in [TransferEncoding::QuotedPrintable, TransferEncoding::Base64, TransferEncoding::Binary] {
                let (a, b) = input.split_at(cut.min(input.len()));
                let (whole, pieces) = (decode(encoding, &[&input]), decode(encoding, &[a, b]));
                let text = |e: Error| e.to_string();
                prop_assert_eq!(whole.map_err(text), pieces.map_err(text));
            }
        }

        #[test]
        fn escaping_every_byte_round_trips(data in proptest::collection::vec(any::<u8>(), 0..40)) {
            let text: String = data.iter().map(|b| format!("={b:02X}")).collect();
            prop_assert_eq!(decode(TransferEncoding::QuotedPrintable, &[text.as_bytes()]).unwrap(), data);
        }
    }
}
