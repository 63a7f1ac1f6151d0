//! The headers of control messages. MBIM 9.1 (message header), 9.2 (fragment header).
//!
//! ```text
//!  0        4        8        12       16       20
//!  | type   | length | transaction | total | current | …   (total and current only in COMMAND, COMMAND_DONE, INDICATE_STATUS)
//! ```

use super::{Malformed, Problem};

/// Bytes of the message header.
pub const HEADER_LEN: usize = 12;
/// Bytes of the fragment header, which follows the message header of those messages that may be fragmented.
pub const FRAGMENT_HEADER_LEN: usize = 8;

numbers! {
    /// The type of a control message.
    pub struct MessageType(u32);
    /// Host: open the device.
    OPEN = 0x1,
    /// Host: close the device.
    CLOSE = 0x2,
    /// Host: a query or a set.
    COMMAND = 0x3,
    /// Host: a protocol error.
    HOST_ERROR = 0x4,
    /// Device: the answer to OPEN.
    OPEN_DONE = 0x8000_0001,
    /// Device: the answer to CLOSE.
    CLOSE_DONE = 0x8000_0002,
    /// Device: the answer to COMMAND.
    COMMAND_DONE = 0x8000_0003,
    /// Device: a protocol error.
    FUNCTION_ERROR = 0x8000_0004,
    /// Device: an event.
    INDICATE_STATUS = 0x8000_0007,
}

impl MessageType {
    /// True for the three types that carry a fragment header.
    pub const fn is_fragmented(self) -> bool {
        matches!(self, Self::COMMAND | Self::COMMAND_DONE | Self::INDICATE_STATUS)
    }
}

/// The first twelve bytes of every control message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The type.
    pub message_type: MessageType,
    /// The length of this message or fragment in bytes, headers included.
    pub length: u32,
    /// What pairs a question and its answer; 0 in events.
    pub transaction_id: u32,
}

impl Header {
    /// Reads the header at the start of `bytes`.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let Some(&[t0, t1, t2, t3, l0, l1, l2, l3, i0, i1, i2, i3]) = bytes.first_chunk::<HEADER_LEN>()
        else {
            return Err(truncated("Header", HEADER_LEN, bytes.len()));
        };
        Ok(Self {
            message_type: MessageType(u32::from_le_bytes([t0, t1, t2, t3])),
            length: u32::from_le_bytes([l0, l1, l2, l3]),
            transaction_id: u32::from_le_bytes([i0, i1, i2, i3]),
        })
    }

    /// The header as bytes.
    pub fn encode(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let numbers = [self.message_type.0, self.length, self.transaction_id];
        for (place, number) in bytes.chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }
}

/// Which fragment of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentHeader {
    /// How many fragments the message has, at least 1.
    pub total: u32,
    /// Which one this is, from 0.
    pub current: u32,
}

impl FragmentHeader {
    /// The header of a message in one piece.
    pub const WHOLE: Self = Self { total: 1, current: 0 };

    /// Reads the fragment header that follows the message header in `bytes`.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let rest = bytes.get(HEADER_LEN..).unwrap_or_default();
        let Some(&[t0, t1, t2, t3, c0, c1, c2, c3]) = rest.first_chunk::<FRAGMENT_HEADER_LEN>() else {
            return Err(truncated("FragmentHeader", FRAGMENT_HEADER_LEN, rest.len()));
        };
        Ok(Self {
            total: u32::from_le_bytes([t0, t1, t2, t3]),
            current: u32::from_le_bytes([c0, c1, c2, c3]),
        })
    }

    /// The fragment header as bytes.
    pub fn encode(self) -> [u8; FRAGMENT_HEADER_LEN] {
        let ([t0, t1, t2, t3], [c0, c1, c2, c3]) = (self.total.to_le_bytes(), self.current.to_le_bytes());
        [t0, t1, t2, t3, c0, c1, c2, c3]
    }
}

fn truncated(structure: &'static str, need: usize, left: usize) -> Malformed {
    Malformed { structure, field: "bytes", problem: Problem::Truncated { need, left } }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAND: [u8; 20] = [
        0x03, 0x00, 0x00, 0x00, // COMMAND
        0x30, 0x00, 0x00, 0x00, // 48 bytes
        0x07, 0x00, 0x00, 0x00, // transaction 7
        0x02, 0x00, 0x00, 0x00, // of 2 fragments
        0x01, 0x00, 0x00, 0x00, // the second
    ];

    #[test]
    fn headers_decode_and_encode() {
        let header = Header::decode(&COMMAND).unwrap();
        assert_eq!(header, Header { message_type: MessageType::COMMAND, length: 48, transaction_id: 7 });
        let fragment = FragmentHeader::decode(&COMMAND).unwrap();
        assert_eq!(fragment, FragmentHeader { total: 2, current: 1 });
        assert_eq!([&header.encode()[..], &fragment.encode()].concat(), COMMAND);
    }

    #[test]
    fn a_cut_header_says_how_much_is_missing() {
        let error = Header::decode(&COMMAND[..11]).unwrap_err();
        assert_eq!(error.to_string(), "Header.bytes: needs 12 bytes, but 11 are left");
        assert!(FragmentHeader::decode(&COMMAND[..19]).is_err());
    }
}
