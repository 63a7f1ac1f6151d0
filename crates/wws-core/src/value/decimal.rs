//! `WS_DECIMAL_VALUE_TYPE`: 96 bits and a scale of 0 to 28.

use super::lexical::{Lexical, Scan};
use crate::Result;
use rust_decimal::Decimal;

const MAX_MANTISSA: u128 = (1 << 96) - 1;
const RANGE: &str = "-79228162514264337593543950335 to 79228162514264337593543950335";

impl Lexical for Decimal {
    const NAME: &'static str = "a Decimal";

    /// All digits of the scale (`-1.50`), as Microsoft's writer has them although MC-NBFX 2.2.3.11 drops trailing
    /// zeros; zero has no sign.
    fn append_to(&self, out: &mut Vec<u8>) {
        if self.is_sign_negative() && !self.is_zero() {
            out.push(b'-');
        }
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.mantissa().unsigned_abs()).as_bytes();
        let scale = self.scale() as usize;
        match digits.len().checked_sub(scale) {
            _ if scale == 0 => out.extend_from_slice(digits),
            Some(whole) if whole > 0 => {
                let (before, after) = digits.split_at(whole);
                out.extend_from_slice(before);
                out.push(b'.');
                out.extend_from_slice(after);
            }
            _ => {
                out.extend_from_slice(b"0.");
                out.extend(std::iter::repeat_n(b'0', scale - digits.len()));
                out.extend_from_slice(digits);
            }
        }
    }

    /// `sign? digits ("." digits)?`. Digits behind the point that the type cannot hold are rounded, half to even.
    fn parse(text: &[u8]) -> Result<Self> {
        let mut scan = Scan::new(text);
        let (negative, whole, fraction) = scan.decimal::<Self>("a digit")?;
        if !scan.at_end() {
            return Err(scan.expected::<Self>("a digit or the end"));
        }

        let mut mantissa = 0;
        for digit in whole {
            mantissa = append_digit(mantissa, *digit).ok_or_else(|| scan.out_of_range::<Self>(RANGE))?;
        }
        let mut scale = 0;
        let mut rest = fraction;
        while let [digit, tail @ ..] = rest
            && scale < Decimal::MAX_SCALE
            && let Some(next) = append_digit(mantissa, *digit)
        {
            (mantissa, rest) = (next, tail);
            scale += 1;
        }
        if rounds_up(rest, mantissa) {
            mantissa += 1;
        }
        if mantissa > MAX_MANTISSA {
            // Exactly 2^96, whose last digit is a 6.
            if scale == 0 {
                return Err(scan.out_of_range::<Self>(RANGE));
            }
            mantissa = mantissa / 10 + 1;
            scale -= 1;
        }
        let word = |shift: u32| (mantissa >> shift) as u32;
        Ok(Decimal::from_parts(word(0), word(32), word(64), negative, scale))
    }
}

fn append_digit(mantissa: u128, digit: u8) -> Option<u128> {
    let next = mantissa * 10 + u128::from(digit - b'0');
    (next <= MAX_MANTISSA).then_some(next)
}

/// Whether the digits that did not fit are more than half a unit, or half a unit behind an odd digit.
fn rounds_up(rest: &[u8], mantissa: u128) -> bool {
    match rest {
        [b'5', tail @ ..] => mantissa % 2 == 1 || tail.iter().any(|d| *d != b'0'),
        [first, ..] => *first > b'5',
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAX: &str = "79228162514264337593543950335";

    fn reads_as(text: &str) -> String {
        Decimal::parse(text.as_bytes()).unwrap().to_text()
    }

    /// What Microsoft's text writer wrote.
    #[test]
    fn known_forms() {
        let texts = "0 1 1.5 -1.50 123456789.123456789 79228162514264337593543950335 \
                     -79228162514264337593543950335 0.0000000000000000000000000001 1000000";
        for text in texts.split_ascii_whitespace() {
            assert_eq!(reads_as(text), text);
        }
        assert_eq!(Decimal::MAX.to_text(), MAX);
        assert_eq!(Decimal::new(-150, 2).to_text(), "-1.50");
        assert_eq!(Decimal::new(5, 3).to_text(), "0.005");
        assert_eq!(Decimal::new(0, 2).to_text(), "0.00");
    }

    #[test]
    fn grammar() {
        assert_eq!(reads_as("+000001.10"), "1.10");
        assert_eq!(reads_as("-0"), "0");
        for bad in ["", ".5", "5.", "1e3", "-", "1,5", "NaN", "1.2.3", " 1", "0x1"] {
            assert!(Decimal::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Decimal::parse(b"79228162514264337593543950336").is_err());
        assert!(Decimal::parse("9".repeat(1000).as_bytes()).is_err());
        assert_eq!(reads_as(&"0".repeat(1000)), "0");
    }

    #[test]
    fn surplus_digits_are_rounded_half_to_even() {
        assert_eq!(reads_as("0.00000000000000000000000000005"), "0.0000000000000000000000000000");
        assert_eq!(reads_as("0.00000000000000000000000000015"), "0.0000000000000000000000000002");
        assert_eq!(reads_as("0.000000000000000000000000000050001"), "0.0000000000000000000000000001");
        assert_eq!(reads_as("7.9228162514264337593543950336"), "7.922816251426433759354395034");
        assert_eq!(reads_as(&format!("{MAX}.4")), MAX);
        assert!(Decimal::parse(format!("{MAX}.5").as_bytes()).is_err());
        assert_eq!(reads_as(&format!("0.{}", "3".repeat(1000))), format!("0.{}", "3".repeat(28)));
    }

    proptest! {
        #[test]
        fn round_trip(lo: u32, mid: u32, hi: u32, negative: bool, scale in 0u32..=28) {
            let value = Decimal::from_parts(lo, mid, hi, negative, scale);
            let text = value.to_text();
            let back = Decimal::parse(text.as_bytes()).unwrap();
            prop_assert_eq!((back, back.scale()), (value, value.scale()));
            prop_assert_eq!(text, value.to_string());
        }

        #[test]
        fn like_the_crate(text in "[+-]?[0-9]{1,14}(\\.[0-9]{1,13})?") {
            prop_assert_eq!(Decimal::parse(text.as_bytes()).unwrap(), text.parse().unwrap());
        }
    }
}
