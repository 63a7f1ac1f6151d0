//! The records of MC-NMF 2.2: their numbers, their fields, and how each is written.
//!
//! | record | octets |
//! |---|---|
//! | Version | `00 major minor` |
//! | Mode | `01 mode` |
//! | Via | `02 size utf-8` |
//! | Known Encoding | `03 encoding` |
//! | Extensible Encoding | `04 size utf-8` |
//! | Unsized Envelope | `05 (size payload)+ 00` |
//! | Sized Envelope | `06 size payload` |
//! | End | `07` |
//! | Fault | `08 size utf-8` |
//! | Upgrade Request | `09 size utf-8` |
//! | Upgrade Response | `0A` |
//! | Preamble Ack | `0B` |
//! | Preamble End | `0C` |

use super::size::{Header, MAX_SIZE};
use crate::{Error, Result};
use std::fmt;

/// An octet with known names that still holds any value, because a peer may send any.
macro_rules! octets {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $value:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub u8);

        impl $name {
            $($(#[$item_doc])* pub const $item: $name = $name($value);)*

            /// The name in MC-NMF, if it has one.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 { $($value => Some($text),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} (0x{:02X})", self.name().unwrap_or("unknown"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
    };
}

octets! {
    /// The first octet of every record (MC-NMF 2.2.1).
    RecordType {
        /// Version of the framing (2.2.3.1).
        VERSION = 0x00, "Version";
        /// Mode of the session (2.2.3.2).
        MODE = 0x01, "Mode";
        /// Where the messages go (2.2.3.3).
        VIA = 0x02, "Via";
        /// One of the encodings with a number (2.2.3.4.1).
        KNOWN_ENCODING = 0x03, "Known Encoding";
        /// Any other encoding, by content type (2.2.3.4.2).
        EXTENSIBLE_ENCODING = 0x04, "Extensible Encoding";
        /// An envelope in chunks (2.2.4.3).
        UNSIZED_ENVELOPE = 0x05, "Unsized Envelope";
        /// An envelope with its size in front (2.2.4.1).
        SIZED_ENVELOPE = 0x06, "Sized Envelope";
        /// No more envelopes from this side (2.2.3.9).
        END = 0x07, "End";
        /// The session failed (2.2.5).
        FAULT = 0x08, "Fault";
        /// The initiator wants to wrap the stream, in TLS for instance (2.2.3.5).
        UPGRADE_REQUEST = 0x09, "Upgrade Request";
        /// The receiver agrees to the upgrade (2.2.3.6).
        UPGRADE_RESPONSE = 0x0A, "Upgrade Response";
        /// The receiver takes the session (2.2.3.8).
        PREAMBLE_ACK = 0x0B, "Preamble Ack";
        /// The preamble is complete (2.2.3.7).
        PREAMBLE_END = 0x0C, "Preamble End";
    }
}

octets! {
    /// How many messages a session carries, and which way (MC-NMF 2.2.3.2).
    Mode {
        /// One streamed message from the initiator, at most one streamed reply. What WCF uses for streamed net.tcp.
        SINGLETON_UNSIZED = 0x01, "Singleton Unsized";
        /// Any number of sized messages both ways. What WCF uses for buffered net.tcp.
        DUPLEX = 0x02, "Duplex";
        /// Any number of sized messages from the initiator, nothing back, not even an acknowledgement.
        SIMPLEX = 0x03, "Simplex";
        /// One message from the initiator that reaches to the end of the transport, nothing back.
        SINGLETON_SIZED = 0x04, "Singleton Sized";
    }
}

impl Mode {
    /// Whether this is one of the four modes.
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether the receiver answers at all: acknowledges, upgrades, faults, replies (MC-NMF 3.1.4).
    pub const fn is_two_way(self) -> bool {
        matches!(self, Mode::SINGLETON_UNSIZED | Mode::DUPLEX)
    }
}

octets! {
    /// The encodings with a number (MC-NMF 2.2.3.4.1).
    KnownEncoding {
        /// SOAP 1.1 in UTF-8.
        SOAP11_UTF8 = 0x00, "SOAP 1.1, UTF-8";
        /// SOAP 1.1 in UTF-16, big-endian.
        SOAP11_UTF16 = 0x01, "SOAP 1.1, UTF-16";
        /// SOAP 1.1 in UTF-16, little-endian.
        SOAP11_UTF16LE = 0x02, "SOAP 1.1, Unicode little-endian";
        /// SOAP 1.2 in UTF-8.
        SOAP12_UTF8 = 0x03, "SOAP 1.2, UTF-8";
        /// SOAP 1.2 in UTF-16, big-endian.
        SOAP12_UTF16 = 0x04, "SOAP 1.2, UTF-16";
        /// SOAP 1.2 in UTF-16, little-endian.
        SOAP12_UTF16LE = 0x05, "SOAP 1.2, Unicode little-endian";
        /// SOAP 1.2 in MTOM. WCF sends the extensible form instead, because it can name the boundary.
        SOAP12_MTOM = 0x06, "SOAP 1.2, MTOM";
        /// SOAP 1.2 in .NET binary XML with the static dictionary (MC-NBFS).
        SOAP12_BINARY = 0x07, "SOAP 1.2, binary";
        /// SOAP 1.2 in .NET binary XML with a session dictionary in front of each envelope (MC-NBFSE).
        SOAP12_BINARY_SESSION = 0x08, "SOAP 1.2, binary with session dictionary";
    }
}

impl KnownEncoding {
    /// The content types by number.
    const CONTENT_TYPES: [&str; 9] = [
        "text/xml; charset=utf-8",
        "text/xml; charset=utf-16be",
        "text/xml; charset=utf-16le",
        "application/soap+xml; charset=utf-8",
        "application/soap+xml; charset=utf-16be",
        "application/soap+xml; charset=utf-16le",
        "multipart/related",
        "application/soap+msbin1",
        "application/soap+msbinsession1",
    ];

    /// The content type that says the same, or `None` if the number has no meaning.
    pub fn content_type(self) -> Option<&'static str> {
        Self::CONTENT_TYPES.get(usize::from(self.0)).copied()
    }
}

/// What the envelopes of a session are encoded in (MC-NMF 2.2.3.4).
///
/// ```
/// use wws_core::framing::{Encoding, KnownEncoding};
/// let binary = Encoding::from_content_type("application/soap+msbinsession1");
/// assert_eq!(binary, Encoding::Known(KnownEncoding::SOAP12_BINARY_SESSION));
/// assert_eq!(Encoding::from_content_type("application/x").content_type(), "application/x");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// An encoding with a number.
    Known(KnownEncoding),
    /// Any content type.
    Extensible(String),
}

impl Encoding {
    /// The shortest form of a content type. Names compare without case; other parameters make it extensible.
    pub fn from_content_type(content_type: &str) -> Self {
        KnownEncoding::CONTENT_TYPES
            .iter()
            // `multipart/related` without its parameters would lose the boundary.
            .position(|known| {
                *known != "multipart/related" && known.eq_ignore_ascii_case(content_type.trim())
            })
            .map_or_else(
                || Encoding::Extensible(content_type.to_owned()),
                |number| Encoding::Known(KnownEncoding(number as u8)),
            )
    }

    /// The content type.
    pub fn content_type(&self) -> &str {
        match self {
            Encoding::Known(known) => known.content_type().unwrap_or_default(),
            Encoding::Extensible(content_type) => content_type,
        }
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            // MC-NMF 2.2.3.4.1
            Encoding::Known(known) => {
                out.extend([RecordType::KNOWN_ENCODING.0, known.0]);
                Ok(())
            }
            // MC-NMF 2.2.3.4.2
            Encoding::Extensible(content_type) => {
                encode_text(RecordType::EXTENSIBLE_ENCODING, content_type, out)
            }
        }
    }
}

/// Everything an initiator says before the first envelope (MC-NMF 2.2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preamble {
    /// How many messages, and which way.
    pub mode: Mode,
    /// The URL the messages go to, such as `net.tcp://host:808/path`.
    pub via: String,
    /// What the envelopes are encoded in.
    pub encoding: Encoding,
}

impl Preamble {
    /// A preamble for envelopes of `content_type`.
    pub fn new(mode: Mode, via: impl Into<String>, content_type: &str) -> Self {
        Preamble { mode, via: via.into(), encoding: Encoding::from_content_type(content_type) }
    }

    /// Writes Version, Mode, Via and Encoding; what follows depends on upgrades.
    pub(super) fn encode(&self, out: &mut Vec<u8>) -> Result<()> {
        out.extend([RecordType::VERSION.0, 0x01, 0x00]); // MC-NMF 2.2.3.1: 1.0
        out.extend([RecordType::MODE.0, self.mode.0]); // MC-NMF 2.2.3.2
        encode_text(RecordType::VIA, &self.via, out)?; // MC-NMF 2.2.3.3
        self.encoding.encode(out)
    }
}

/// Writes a record that is a type, a size and UTF-8.
pub(super) fn encode_text(record: RecordType, text: &str, out: &mut Vec<u8>) -> Result<()> {
    let size = u32::try_from(text.len()).ok().filter(|size| *size <= MAX_SIZE);
    let size = size.ok_or_else(|| Error::argument(format!("the text of a {record} record is over 2 GiB")))?;
    out.extend_from_slice(Header::sized(record.0, size).as_ref());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preamble_as_wcf_writes_it() {
        let mut out = Vec::new();
        Preamble::new(Mode::DUPLEX, "net.tcp://h/p", "application/soap+msbinsession1")
            .encode(&mut out)
            .unwrap();
        #[rustfmt::skip]
        let expected = [
            0x00, 0x01, 0x00,                                           // Version 1.0
            0x01, 0x02,                                                 // Mode: duplex
            0x02, 0x0D, b'n', b'e', b't', b'.', b't', b'c', b'p',       // Via, 13 octets
            b':', b'/', b'/', b'h', b'/', b'p',
            0x03, 0x08,                                                 // Known Encoding: binary with session dictionary
        ];
        assert_eq!(out, expected);
    }

    #[test]
    fn an_extensible_encoding_is_its_content_type() {
        let mut out = Vec::new();
        Encoding::from_content_type("a/b; c=d").encode(&mut out).unwrap();
        assert_eq!(out, b"\x04\x08a/b; c=d");
    }

    #[test]
    fn content_types_find_their_numbers() {
        for number in 0..=8 {
            let known = KnownEncoding(number);
            let found = Encoding::from_content_type(known.content_type().unwrap());
            if known == KnownEncoding::SOAP12_MTOM {
                assert_eq!(found, Encoding::Extensible("multipart/related".into()));
            } else {
                assert_eq!(found, Encoding::Known(known));
            }
        }
        assert_eq!(KnownEncoding(9).content_type(), None);
    }

    #[test]
    fn numbers_print_with_their_names() {
        assert_eq!(Mode::DUPLEX.to_string(), "Duplex (0x02)");
        assert_eq!(RecordType(0x42).to_string(), "unknown (0x42)");
    }
}
