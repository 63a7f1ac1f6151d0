//! `WS_BOOL_VALUE_TYPE`.

use super::lexical::{Lexical, invalid};
use crate::Result;

impl Lexical for bool {
    const NAME: &'static str = "a Bool";

    #[inline]
    fn append_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }

    /// `true`, `false`, `1` or `0`, in lower case.
    #[inline]
    fn parse(text: &[u8]) -> Result<Self> {
        match text {
            b"true" | b"1" => Ok(true),
            b"false" | b"0" => Ok(false),
            _ => Err(invalid::<Self>(text, "true, false, 1 or 0 expected")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_words() {
        assert_eq!([true, false].map(|b| b.to_text()), ["true", "false"]);
        for (text, value) in [("true", true), ("1", true), ("false", false), ("0", false)] {
            assert_eq!(bool::parse(text.as_bytes()).unwrap(), value);
        }
        for text in ["", "True", "TRUE", "2", "00", "true ", "yes"] {
            assert!(bool::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(
            bool::parse(b"yes").unwrap_err().to_string(),
            r#""yes" is not a Bool: true, false, 1 or 0 expected"#
        );
    }
}
