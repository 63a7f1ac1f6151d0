//! The eight integer types, `WS_INT8_VALUE_TYPE` to `WS_UINT64_VALUE_TYPE`.

use super::lexical::{Lexical, Scan, number};
use crate::{Error, Result};

macro_rules! integers {
    ($($type:ty, $signed:literal, $name:literal;)*) => {$(
        impl Lexical for $type {
            const NAME: &'static str = $name;

            #[inline]
            fn append_to(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(itoa::Buffer::new().format(*self).as_bytes());
            }

            /// Digits, after a sign if the type has one; leading zeros are allowed.
            #[inline]
            fn parse(text: &[u8]) -> Result<Self> {
                let (negative, digits) = match text {
                    [b'-', digits @ ..] if $signed => (true, digits),
                    [b'+', digits @ ..] if $signed => (false, digits),
                    digits => (false, digits),
                };
                let value = number(digits).and_then(|value| match negative {
                    true => 0i64.checked_sub_unsigned(value)?.try_into().ok(),
                    false => value.try_into().ok(),
                });
                value.ok_or_else(|| error::<Self>(text, $signed))
            }
        }

        impl Limits for $type {
            const LIMITS: (i128, i128) = (<$type>::MIN as i128, <$type>::MAX as i128);
        }
    )*};
}

integers! {
    i8, true, "an Int8";
    i16, true, "an Int16";
    i32, true, "an Int32";
    i64, true, "an Int64";
    u8, false, "a UInt8";
    u16, false, "a UInt16";
    u32, false, "a UInt32";
    u64, false, "a UInt64";
}

trait Limits: Lexical {
    const LIMITS: (i128, i128);
}

/// Says what is wrong with a text that is not a number of the type.
#[cold]
fn error<T: Limits>(text: &[u8], signed: bool) -> Error {
    let mut scan = Scan::new(text);
    if signed {
        scan.sign();
    }
    if scan.digits().is_empty() {
        return scan.expected::<T>("a digit");
    }
    if !scan.at_end() {
        return scan.expected::<T>("a digit or the end");
    }
    let (min, max) = T::LIMITS;
    scan.out_of_range::<T>(&format!("{min} to {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What Microsoft's text writer wrote; UInt64 as the specification says, not as a double.
    #[test]
    fn known_forms() {
        let ints = [0, 1, 2, -1, 127, 128, -128, -129, 32767, 32768, -32768, -32769, i32::MAX, i32::MIN];
        let texts = "0 1 2 -1 127 128 -128 -129 32767 32768 -32768 -32769 2147483647 -2147483648";
        assert_eq!(ints.map(|i| i.to_text()).join(" "), texts);
        assert_eq!(9223372036854775808u64.to_text(), "9223372036854775808");
        assert_eq!(u64::MAX.to_text(), "18446744073709551615");
        assert_eq!(i64::MIN.to_text(), "-9223372036854775808");
    }

    #[test]
    fn grammar() {
        assert_eq!(i32::parse(b"+0012").unwrap(), 12);
        assert_eq!(i32::parse(b"-0").unwrap(), 0);
        assert_eq!(i8::parse(b"-00000000000000000000000000000128").unwrap(), -128);
        for bad in ["", "-", "+", "--1", "+-1", "1.0", "1e3", "0x10", "1 2", " 1", "1_0", "١"] {
            assert!(i64::parse(bad.as_bytes()).is_err(), "{bad}");
            assert!(u8::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        // An unsigned type has no sign at all.
        assert!(u32::parse(b"+1").is_err());
        assert!(u32::parse(b"-0").is_err());
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let text = |e: crate::Error| e.to_string();
        assert_eq!(
            text(i32::parse(b"").unwrap_err()),
            r#""" is not an Int32: it ends where a digit is expected"#
        );
        assert_eq!(
            text(u8::parse(b"-1").unwrap_err()),
            r#""-1" is not a UInt8: a digit expected at character 1"#
        );
        assert_eq!(text(u8::parse(b"256").unwrap_err()), r#""256" is not a UInt8: out of range, 0 to 255"#);
        assert_eq!(
            text(i64::parse(b"99999999999999999999").unwrap_err()),
            r#""99999999999999999999" is not an Int64: out of range, -9223372036854775808 to 9223372036854775807"#
        );
    }

    fn same_as_std<T>(value: T, text: &str)
    where
        T: Lexical + std::fmt::Display + std::str::FromStr + PartialEq + std::fmt::Debug,
    {
        assert_eq!(value.to_text(), value.to_string());
        assert_eq!(T::parse(value.to_string().as_bytes()).unwrap(), value);
        assert_eq!(T::parse(text.as_bytes()).ok(), text.parse().ok(), "{text}");
    }

    proptest! {
        #[test]
        fn like_std(i: i64, u: u64, text in "[0-9]{1,21}") {
            same_as_std(i, &text);
            same_as_std(u, &text);
            same_as_std(i as i32, &text);
            same_as_std(u as u32, &text);
            same_as_std(i as i16, &text);
            same_as_std(u as u16, &text);
            same_as_std(i as i8, &text);
            same_as_std(u as u8, &text);
        }

        #[test]
        fn signed_like_std(text in "[+-]?[0-9]{0,20}") {
            prop_assert_eq!(i64::parse(text.as_bytes()).ok(), text.parse().ok());
        }
    }
}
