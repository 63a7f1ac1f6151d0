//! `WS_GUID_VALUE_TYPE`.

use super::lexical::{Lexical, invalid};
use crate::Result;

/// A globally unique identifier, `WS_GUID_TYPE`. On the wire and in memory it has Microsoft's layout
/// (`Uuid::to_bytes_le`).
pub type Guid = uuid::Uuid;

/// The length of the text form.
pub(super) const TEXT_LENGTH: usize = 36;

impl Lexical for Guid {
    const NAME: &'static str = "a Guid";

    /// 36 characters, in lower case.
    #[inline]
    fn append_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.hyphenated().encode_lower(&mut [0; TEXT_LENGTH]).as_bytes());
    }

    /// 8-4-4-4-12 hexadecimal digits in any case, without braces.
    #[inline]
    fn parse(text: &[u8]) -> Result<Self> {
        // Of the forms that the crate reads, only the one with hyphens has 36 characters.
        match Guid::try_parse_ascii(text) {
            Ok(guid) if text.len() == TEXT_LENGTH => Ok(guid),
            _ => Err(invalid::<Self>(
                text,
                "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx with hexadecimal digits expected",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn grammar() {
        let guid = Guid::from_u128(0x00112233_4455_6677_8899_aabbccddeeff);
        assert_eq!(guid.to_text(), "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(Guid::parse(b"00112233-4455-6677-8899-AABBccddEEFF").unwrap(), guid);
        for bad in [
            "",
            "00112233445566778899aabbccddeeff",
            "{00112233-4455-6677-8899-aabbccddeeff}",
            "urn:uuid:00112233-4455-6677-8899-aabbccddeeff",
            "00112233-4455-6677-8899-aabbccddeef",
            "00112233-4455-6677-8899-aabbccddeefg",
            "001122334-455-6677-8899-aabbccddeeff",
            "00112233-4455-6677-8899-aabbccddeeff ",
        ] {
            assert!(Guid::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(n: u128) {
            let guid = Guid::from_u128(n);
            prop_assert_eq!(Guid::parse(guid.to_text().as_bytes()).unwrap(), guid);
        }
    }
}
