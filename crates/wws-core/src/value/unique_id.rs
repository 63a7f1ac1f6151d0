//! `WS_UNIQUE_ID_TYPE`: message identifiers.

use super::guid::{Guid, TEXT_LENGTH};
use super::lexical::{Lexical, display_and_from_str, invalid};
use crate::Result;

/// A unique id, `WS_UNIQUE_ID`: a GUID, or any URI.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UniqueId {
    /// Written `urn:uuid:…`, 16 bytes in binary.
    Guid(Guid),
    /// Written as it is.
    Uri(Box<str>),
}

const PREFIX: &[u8] = b"urn:uuid:";

impl Lexical for UniqueId {
    const NAME: &'static str = "a UniqueId";

    /// `urn:uuid:` and the GUID in lower case (MC-NBFX 2.2.3.22), or the URI.
    fn append_to(&self, out: &mut Vec<u8>) {
        match self {
            UniqueId::Guid(guid) => {
                out.extend_from_slice(PREFIX);
                guid.append_to(out);
            }
            UniqueId::Uri(uri) => out.extend_from_slice(uri.as_bytes()),
        }
    }

    /// Any text but the empty one.
    ///
    /// Only a GUID in the form that [`append_to`](Lexical::append_to) gives becomes [`UniqueId::Guid`]: a peer
    /// that writes its ids in upper case compares the `RelatesTo` of our answer character by character
    /// (WS-Addressing 1.0 Core 3.1), so the id has to go back as it came.
    fn parse(text: &[u8]) -> Result<Self> {
        if let Some(rest) = text.strip_prefix(PREFIX)
            && rest.len() == TEXT_LENGTH
            && !rest.iter().any(u8::is_ascii_uppercase)
            && let Ok(guid) = Guid::parse(rest)
        {
            return Ok(UniqueId::Guid(guid));
        }
        if text.is_empty() {
            return Err(invalid::<Self>(text, "a URI expected"));
        }
        match std::str::from_utf8(text) {
            Ok(uri) => Ok(UniqueId::Uri(uri.into())),
            Err(e) => Err(invalid::<Self>(text, "it is not UTF-8").caused_by(e)),
        }
    }
}

display_and_from_str!(UniqueId);

impl From<Guid> for UniqueId {
    fn from(guid: Guid) -> Self {
        UniqueId::Guid(guid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn guids_and_uris() {
        let guid = Guid::from_u128(0x00112233_4455_6677_8899_aabbccddeeff);
        let id = UniqueId::from(guid);
        assert_eq!(id.to_string(), "urn:uuid:00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!("urn:uuid:00112233-4455-6677-8899-aabbccddeeff".parse::<UniqueId>().unwrap(), id);
        for uri in [
            "urn:foo:bar",
            "urn:uuid:00112233-4455-6677-8899-AABBCCDDEEFF",
            "URN:UUID:00112233-4455-6677-8899-aabbccddeeff",
            "urn:uuid:00112233-4455-6677-8899-aabbccddeeff;1",
            "00112233-4455-6677-8899-aabbccddeeff",
            "http://example.org/é",
        ] {
            assert_eq!(uri.parse::<UniqueId>().unwrap(), UniqueId::Uri(uri.into()));
            assert_eq!(uri.parse::<UniqueId>().unwrap().to_string(), uri);
        }
        assert!(UniqueId::parse(b"").is_err());
        assert!(UniqueId::parse(b"urn:\xff").is_err());
    }

    proptest! {
        #[test]
        fn round_trip(text in "(urn:uuid:)?[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|.{1,50}") {
            prop_assert_eq!(text.parse::<UniqueId>().unwrap().to_string(), text);
        }
    }
}
