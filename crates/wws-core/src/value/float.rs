//! `WS_FLOAT_VALUE_TYPE` and `WS_DOUBLE_VALUE_TYPE`.

use super::lexical::{Lexical, Scan};
use crate::{Error, Result};

macro_rules! floats {
    ($($type:ty, $plain:literal, $limit:literal, $name:literal;)*) => {$(
        impl Lexical for $type {
            const NAME: &'static str = $name;

            /// The shortest digits that read back as the same number (MC-NBFX 2.2.3.9), in the layout of .NET: with
            /// an exponent (`1E+16`) below 0.0001 and from 10 to the
            #[doc = stringify!($plain)]
            /// on unless all digits before the point are significant; `-0`, `INF`, `-INF`, `NaN`.
            #[inline]
            fn append_to(&self, out: &mut Vec<u8>) {
                if (1e-4..$limit).contains(&self.abs()) {
                    // Here the printer's layout is ours but for a final `.0`.
                    let mut buffer = zmij::Buffer::new();
                    let printed = buffer.format_finite(*self);
                    out.extend_from_slice(printed.strip_suffix(".0").unwrap_or(printed).as_bytes());
                } else if self.is_finite() {
                    append_digits(out, zmij::Buffer::new().format_finite(*self), $plain);
                } else if self.is_nan() {
                    out.extend_from_slice(b"NaN");
                } else {
                    out.extend_from_slice(if *self > 0.0 { b"INF" } else { b"-INF" });
                }
            }

            /// `sign? digits ("." digits)? (("e"|"E") sign? digits)?`, `INF`, `-INF` or `NaN`. A number nearer to
            /// zero than the type can hold becomes zero; one too large is an error.
            fn parse(text: &[u8]) -> Result<Self> {
                match text {
                    b"INF" => return Ok(<$type>::INFINITY),
                    b"-INF" => return Ok(<$type>::NEG_INFINITY),
                    b"NaN" => return Ok(<$type>::NAN),
                    _ => {}
                }
                match number(text).and_then(|number| number.parse::<$type>().ok()) {
                    Some(value) if value.is_finite() => Ok(value),
                    _ => Err(error::<Self>(text)),
                }
            }
        }
    )*};
}

floats! {
    f32, 7, 1e7, "a Float";
    f64, 15, 1e15, "a Double";
}

/// Excludes what Rust reads as a number and XML does not: words other than the three, `.5` and `5.`.
#[inline]
fn number(text: &[u8]) -> Option<&str> {
    let unsigned = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    let after_point = match unsigned.iter().position(|b| *b == b'.') {
        Some(point) => unsigned.get(point + 1),
        None => unsigned.first(),
    };
    let digits = unsigned.first()?.is_ascii_digit() && after_point?.is_ascii_digit();
    if digits { std::str::from_utf8(text).ok() } else { None }
}

/// Says what is wrong with a text that is not a number of the type.
#[cold]
fn error<T: Lexical>(text: &[u8]) -> Error {
    let mut scan = Scan::new(text);
    if let Err(error) = scan.decimal::<T>("a digit, INF, -INF or NaN") {
        return error;
    }
    if scan.eat(b'e') || scan.eat(b'E') {
        scan.sign();
        if scan.digits().is_empty() {
            return scan.expected::<T>("a digit of the exponent");
        }
    }
    if !scan.at_end() {
        return scan.expected::<T>("a digit or the end");
    }
    scan.out_of_range::<T>("its magnitude is too large for the type")
}

/// Lays out a number printed in any way again: plainly if its first digit stands at most
/// max(`plain`, number of digits) places before the point and at most 4 after it, otherwise with an exponent.
fn append_digits(out: &mut Vec<u8>, printed: &str, plain: i32) {
    let mut digits = [0u8; 24];
    let mut count = 0; // significant digits so far
    let mut scale = 0; // the value is 0.digits times ten to the power of this
    let mut in_fraction = false;
    let mut bytes = printed.bytes();
    while let Some(b) = bytes.next() {
        match b {
            b'0'..=b'9' => {
                // Leading zeros are not significant, those after the point move it.
                if b != b'0' || count > 0 {
                    if let Some(slot) = digits.get_mut(count) {
                        *slot = b;
                        count += 1;
                    }
                    scale += i32::from(!in_fraction);
                } else {
                    scale -= i32::from(in_fraction);
                }
            }
            b'.' => in_fraction = true,
            b'e' => scale += exponent(bytes.by_ref()),
            _ => out.push(b), // the minus sign
        }
    }
    while count > 0 && digits[count - 1] == b'0' {
        count -= 1;
    }
    let digits = &digits[..count];
    let whole = usize::try_from(scale).unwrap_or(0);
    if digits.is_empty() {
        out.push(b'0');
    } else if scale < -3 || scale > plain.max(count as i32) {
        append_scientific(out, digits, scale - 1);
    } else if scale <= 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', scale.unsigned_abs() as usize));
        out.extend_from_slice(digits);
    } else if let Some((before, after)) = digits.split_at_checked(whole)
        && !after.is_empty()
    {
        out.extend_from_slice(before);
        out.push(b'.');
        out.extend_from_slice(after);
    } else {
        out.extend_from_slice(digits);
        out.extend(std::iter::repeat_n(b'0', whole - count));
    }
}

/// `d.dddE±xx`: the exponent has a sign and at least two digits.
fn append_scientific(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    let (first, rest) = digits.split_at(1);
    out.extend_from_slice(first);
    if !rest.is_empty() {
        out.push(b'.');
        out.extend_from_slice(rest);
    }
    out.extend_from_slice(if exponent < 0 { b"E-" } else { b"E+" });
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    exponent.abs().append_to(out);
}

fn exponent(bytes: impl Iterator<Item = u8>) -> i32 {
    let mut negative = false;
    let mut value = 0;
    for b in bytes {
        match b {
            b'-' => negative = true,
            b'0'..=b'9' => value = value * 10 + i32::from(b - b'0'),
            _ => {}
        }
    }
    if negative { -value } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What .NET writes.
    #[test]
    fn doubles() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00001, "1E-05"),
            (0.000012345, "1.2345E-05"),
            (123456.789, "123456.789"),
            (100000000000000.0, "100000000000000"),
            (999999999999999.0, "999999999999999"),
            (1e15, "1E+15"),
            (1234567890123456.0, "1234567890123456"),
            (12345678901234567.0, "12345678901234568"),
            (120000000000000000.0, "1.2E+17"),
            (9223372036854775808.0, "9.223372036854776E+18"),
            (18446744073709551615.0, "1.8446744073709552E+19"),
            (f64::MAX, "1.7976931348623157E+308"),
            (f64::from_bits(1), "5E-324"),
            (1e100, "1E+100"),
            (f64::INFINITY, "INF"),
            (f64::NEG_INFINITY, "-INF"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(value.to_text(), text);
        }
    }

    #[test]
    fn floats() {
        for (value, text) in [
            (1f32, "1"),
            (1.5, "1.5"),
            (0.1, "0.1"),
            (1234567.0, "1234567"),
            (1000000.0, "1000000"),
            (1e7, "1E+07"),
            (16777216.0, "16777216"),
            (f32::MAX, "3.4028235E+38"),
            (f32::from_bits(1), "1E-45"),
            (f32::NAN, "NaN"),
        ] {
            assert_eq!(value.to_text(), text);
        }
    }

    #[test]
    fn grammar() {
        for (text, value) in [
            ("1", 1.0),
            ("+1.50", 1.5),
            ("-0", -0.0),
            ("1e3", 1000.0),
            ("1E+3", 1000.0),
            ("1.25e-2", 0.0125),
            ("1e-999", 0.0),
            ("INF", f64::INFINITY),
            ("-INF", f64::NEG_INFINITY),
        ] {
            assert_eq!(f64::parse(text.as_bytes()).unwrap(), value, "{text}");
        }
        assert!(f64::parse(b"NaN").unwrap().is_nan());
        assert!(f64::parse(b"-0").unwrap().is_sign_negative());
        let bad = "|.5|5.|+INF|inf|Infinity|nan|-NaN|1e|1e+|1.e3|0x1p3|1,5|1f|1 |e3|- 1|1e400|-1e400|1_0";
        for text in bad.split('|') {
            assert!(f64::parse(text.as_bytes()).is_err(), "{text}");
            assert!(f32::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(f32::parse(b"1e39").is_err());
        assert_eq!(
            f64::parse(b"1e+x").unwrap_err().to_string(),
            r#""1e+x" is not a Double: a digit of the exponent expected at character 4"#
        );
    }

    proptest! {
        #[test]
        fn round_trip(bits: u64) {
            let value = f64::from_bits(bits);
            let back = f64::parse(value.to_text().as_bytes()).unwrap();
            prop_assert!(back.to_bits() == bits || (value.is_nan() && back.is_nan()));
            let value = f32::from_bits(bits as u32);
            let back = f32::parse(value.to_text().as_bytes()).unwrap();
            prop_assert!(back.to_bits() == value.to_bits() || (value.is_nan() && back.is_nan()));
        }

        #[test]
        fn the_short_cut_changes_nothing(mantissa in -99_999_999i64..100_000_000, power in -30i32..30) {
            let value: f64 = format!("{mantissa}e{power}").parse().unwrap();
            let mut long = Vec::new();
            append_digits(&mut long, zmij::Buffer::new().format(value), 15);
            prop_assert_eq!(value.to_text().into_bytes(), long);
            let (value, mut long) = (value as f32, Vec::new());
            append_digits(&mut long, zmij::Buffer::new().format(value), 7);
            prop_assert_eq!(value.to_text().into_bytes(), long);
        }

        #[test]
        fn grammar_as_specified(text in "[+-]?([0-9]{0,2}\\.?[0-9]{0,2}([eE][+-]?[0-9]{0,2})?|inf|INF|NaN|nan)") {
            // WsReadValue, by the letter.
            let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
            let unsigned = |t: &str| digits(t.strip_prefix(['+', '-']).unwrap_or(t));
            let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
            let valid = unsigned(whole) && digits(fraction) && unsigned(exponent);
            let valid = valid || ["INF", "-INF", "NaN"].contains(&text.as_str());
            prop_assert_eq!(f64::parse(text.as_bytes()).is_ok(), valid);
        }

        #[test]
        fn as_many_digits_as_std(mantissa in -999_999_999i64..1_000_000_000, power in -30i32..30) {
            // An independent printer of shortest digits; only the layout differs.
            let value: f64 = format!("{mantissa}e{power}").parse().unwrap();
            let digits = |text: &str| {
                let mantissa = text.split(['e', 'E']).next().unwrap_or_default().replace(['.', '-'], "");
                mantissa.trim_matches('0').to_owned()
            };
            prop_assert_eq!(digits(&value.to_text()), digits(&format!("{value:e}")));
        }
    }
}
