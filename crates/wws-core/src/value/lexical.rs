//! The trait that all lexical conversions implement, and what their parsers and error messages share.

use crate::{Error, Result};

/// A value with a text form.
///
/// [`append_to`](Lexical::append_to) cannot fail: every value has a form. [`parse`](Lexical::parse) accepts the
/// grammar of WWSAPI E.3 and nothing else; its input has no white space at either end (see [`trim`]).
///
/// ```
/// use wws_core::value::Lexical;
/// let error = i32::parse(b"12x").unwrap_err();
/// assert_eq!(error.to_string(), r#""12x" is not an Int32: a digit or the end expected at character 3"#);
/// ```
pub trait Lexical: Sized {
    /// The type with its article, for error messages: `an Int32`.
    const NAME: &'static str;

    /// Appends the text form, which is ASCII but for a [`UniqueId`](super::UniqueId) that is an IRI.
    fn append_to(&self, out: &mut Vec<u8>);

    /// Reads the text form.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) if the text breaks the grammar or the number is out of
    /// range.
    fn parse(text: &[u8]) -> Result<Self>;

    /// The text form as a string.
    fn to_text(&self) -> String {
        let mut out = Vec::new();
        self.append_to(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// Whether a byte is XML white space: tab, line feed, carriage return or space (XML 1.0 2.3).
#[inline]
pub const fn is_space(byte: u8) -> bool {
    matches!(byte, 9 | 10 | 13 | 32)
}

/// The text without XML white space at both ends; linear, copies nothing.
#[inline]
pub fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

/// A parser's place in a short ASCII text.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    #[inline]
    pub(super) fn new(text: &'a [u8]) -> Self {
        Scan { text, at: 0 }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    pub(super) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Steps over `byte` if it is next.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Steps over a sign; true if it is a minus.
    #[inline]
    pub(super) fn sign(&mut self) -> bool {
        let negative = self.eat(b'-');
        if !negative {
            self.eat(b'+');
        }
        negative
    }

    /// Steps over a run of digits, perhaps empty.
    #[inline]
    pub(super) fn digits(&mut self) -> &'a [u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let n = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        self.at += n;
        &rest[..n]
    }

    /// Steps over exactly `count` digits and returns their number; `None` (in place) if there are fewer.
    #[inline]
    pub(super) fn fixed(&mut self, count: usize) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + count)?;
        let mut value = 0;
        for b in digits {
            if !b.is_ascii_digit() {
                return None;
            }
            value = value * 10 + u32::from(b - b'0');
        }
        self.at += count;
        Some(value)
    }

    /// Steps over `sign? digits ("." digits)?`; the error says what the first digit is expected to be.
    pub(super) fn decimal<T: Lexical>(&mut self, first: &str) -> Result<(bool, &'a [u8], &'a [u8])> {
        let negative = self.sign();
        let whole = self.digits();
        if whole.is_empty() {
            return Err(self.expected::<T>(first));
        }
        let point = self.eat(b'.');
        let fraction = self.digits();
        if point && fraction.is_empty() {
            return Err(self.expected::<T>("a digit"));
        }
        Ok((negative, whole, fraction))
    }

    /// Steps over the fraction of a second, a point with 1 to 7 digits, and returns its ticks; 0 if there is none.
    pub(super) fn fraction<T: Lexical>(&mut self) -> Result<u32> {
        if !self.eat(b'.') {
            return Ok(0);
        }
        let start = *self;
        let digits = self.digits();
        if !(1..=7).contains(&digits.len()) {
            return Err(start.expected::<T>("a fraction of 1 to 7 digits"));
        }
        Ok(fraction_ticks(digits))
    }

    /// The error for the present place.
    #[cold]
    pub(super) fn expected<T: Lexical>(&self, what: &str) -> Error {
        if self.at_end() {
            invalid::<T>(self.text, &format!("it ends where {what} is expected"))
        } else {
            invalid::<T>(self.text, &format!("{what} expected at character {}", self.at + 1))
        }
    }

    /// The error for a number that is grammatical but too large.
    #[cold]
    pub(super) fn out_of_range<T: Lexical>(&self, range: &str) -> Error {
        invalid::<T>(self.text, &format!("out of range, {range}"))
    }
}

/// The number of a text of one or more digits; `None` if it has anything else or needs more than 64 bits.
#[inline]
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    // 19 digits always fit.
    let (head, tail) = digits.split_at_checked(19).unwrap_or((digits, &[]));
    let mut value = u64::from(digit(*head.first()?)?);
    for byte in head.iter().skip(1) {
        value = value * 10 + u64::from(digit(*byte)?);
    }
    tail.iter().try_fold(value, |n, byte| n.checked_mul(10)?.checked_add(u64::from(digit(*byte)?)))
}

#[inline]
fn digit(byte: u8) -> Option<u8> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(digit)
}

/// `"…" is not an Int32: why`.
#[cold]
pub(super) fn invalid<T: Lexical>(text: &[u8], why: &str) -> Error {
    Error::format(format!("{} is not {}: {why}", quote(text), T::NAME))
}

/// What was found, in quotes: control characters and bytes that are not UTF-8 escaped, at most 40 characters.
pub(crate) fn quote(text: &[u8]) -> String {
    const LIMIT: usize = 40;
    let mut quoted = String::from("\"");
    let mut left = LIMIT;
    'all: for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            if left == 0 {
                quoted.push('…');
                break 'all;
            }
            left -= 1;
            quoted.extend(c.escape_debug());
        }
        if left > 0 {
            quoted.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
            left -= 1;
        }
    }
    quoted.push('"');
    quoted
}

/// Appends `value` as decimal digits with leading zeros up to `width` (at most 8).
#[inline]
pub(super) fn append_padded(out: &mut Vec<u8>, mut value: u32, width: usize) {
    let mut digits = [b'0'; 8];
    for slot in digits[8 - width..].iter_mut().rev() {
        *slot += (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&digits[8 - width..]);
}

/// Appends `.f` with the 100-nanosecond ticks of a second, without trailing zeros; nothing for zero.
pub(super) fn append_fraction(out: &mut Vec<u8>, ticks: u32) {
    if ticks != 0 {
        out.push(b'.');
        append_padded(out, ticks, 7);
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

/// The ticks of the digits after a decimal point; digits past the seventh are cut off.
pub(super) fn fraction_ticks(digits: &[u8]) -> u32 {
    let seven = digits.iter().copied().chain(std::iter::repeat(b'0')).take(7);
    seven.fold(0, |n, b| n * 10 + u32::from(b - b'0'))
}

/// `Display` and `FromStr` by way of [`Lexical`].
macro_rules! display_and_from_str {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            /// The text form that XML has.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$crate::value::Lexical::to_text(self))
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::Error;

            /// Accepts what [`Lexical::parse`](crate::value::Lexical::parse) does: no white space around it.
            fn from_str(text: &str) -> $crate::Result<Self> {
                $crate::value::Lexical::parse(text.as_bytes())
            }
        }
    };
}
pub(super) use display_and_from_str;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_xml_white_space_only() {
        assert_eq!(trim(b" \t\r\n 1 2\n"), b"1 2");
        assert_eq!(trim(b" \n"), b"");
        assert_eq!(trim(b"\x0c1\xa0"), b"\x0c1\xa0");
    }

    #[test]
    fn quotes_are_short_and_printable() {
        assert_eq!(quote(b"a\n\"\xff\xc3\xa9\0"), r#""a\n\"\xffé\0""#);
        assert_eq!(quote(&[b'7'; 100]), format!("\"{}…\"", "7".repeat(40)));
        assert!(quote(&[0xff; 1000]).len() < 250);
    }

    #[test]
    fn numbers_stop_at_64_bits() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(number(b"18446744073709551616"), None);
        assert_eq!(number(b"99999999999999999999"), None);
        assert_eq!(number(b"9999999999999999999"), Some(9_999_999_999_999_999_999));
        assert_eq!(number(b"000000000000000000000000000000007"), Some(7));
        for bad in ["", " 1", "1a", "/", ":", "00000000000000000000000x"] {
            assert_eq!(number(bad.as_bytes()), None);
        }
    }
}
