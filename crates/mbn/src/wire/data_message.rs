//! Data sessions on a stream: this crate's own extension of the control stream, between it and its simulator or its proxy.
//!
//! A USB modem has a network interface for the data of data sessions; a socket has not. So datagrams travel between the control messages, in
//! messages of types that MBIM does not use. They are sent only to a peer that answered [`DataPlaneQuery`]; mbim-proxy does not.
//!
//! ```text
//!  0        4        8             12        16
//!  | type   | length | transaction | session | …
//! ```
//!
//! The host numbers its DATA with the transaction id, and each gets one DATA_DONE with a status: that is the completion of `WriteData`.
//! The device sends DATA only as far as the host gave CREDIT, so that neither side holds more than it wants.

use bytes::{BufMut, Bytes, BytesMut};
use uuid::{Uuid, uuid};

use super::{HEADER_LEN, Header, Malformed, MessageType, Problem, Status};

/// The service of [`DataPlaneQuery`]. Answered by the peer itself, never by a modem.
pub const DATA_PLANE: Uuid = uuid!("7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e00");

/// Bytes before the datagram.
pub const DATA_HEAD_LEN: usize = HEADER_LEN + 4;

const HOST_DATA: MessageType = MessageType(0x0000_5701);
const CREDIT: MessageType = MessageType(0x0000_5702);
const DEVICE_DATA: MessageType = MessageType(0x8000_5701);
const DATA_DONE: MessageType = MessageType(0x8000_5702);

information_buffer! {
    /// Asks whether the peer carries data sessions in the stream.
    pub struct DataPlaneQuery {}
}

information_buffer! {
    /// It does.
    pub struct DataPlane {
        /// The version of this extension: 1.
        version: u32,
        /// The largest datagram, in bytes.
        max_data_size: u32,
    }
}

requests! {
    DataPlaneQuery: query DATA_PLANE, 1 -> DataPlane;
}

/// A message of the extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataMessage {
    /// Host: a datagram. Its number comes back in [`Done`](Self::Done).
    Write {
        /// The number.
        number: u32,
        /// The data session.
        session: u8,
        /// The datagram.
        data: Bytes,
    },
    /// Host: the device may send so many more datagrams.
    Credit {
        /// The data session.
        session: u8,
        /// How many.
        datagrams: u32,
    },
    /// Device: a datagram.
    Read {
        /// The data session.
        session: u8,
        /// The datagram.
        data: Bytes,
    },
    /// Device: a datagram was taken, or not.
    Done {
        /// The number of the datagram.
        number: u32,
        /// Whether it was taken.
        status: Status,
    },
}

impl DataMessage {
    /// Decodes a piece of the stream, or returns `None` if it is not of this extension.
    pub fn decode(piece: &Bytes) -> Option<Result<Self, Malformed>> {
        let header = Header::decode(piece).ok()?;
        let is_ours = matches!(header.message_type, HOST_DATA | CREDIT | DEVICE_DATA | DATA_DONE);
        is_ours.then(|| Self::decode_body(header, piece))
    }

    /// The bytes before the datagram, and the datagram itself, which is not copied.
    pub fn encode(&self) -> (Bytes, Bytes) {
        let (message_type, transaction, number, data) = match self {
            Self::Write { number, session, data } => (HOST_DATA, *number, u32::from(*session), data.clone()),
            Self::Credit { session, datagrams } => (CREDIT, *datagrams, u32::from(*session), Bytes::new()),
            Self::Read { session, data } => (DEVICE_DATA, 0, u32::from(*session), data.clone()),
            Self::Done { number, status } => (DATA_DONE, *number, status.0, Bytes::new()),
        };
        let length = u32::try_from(DATA_HEAD_LEN + data.len()).unwrap_or(u32::MAX);
        let mut head = BytesMut::with_capacity(DATA_HEAD_LEN);
        head.put_slice(&Header { message_type, length, transaction_id: transaction }.encode());
        head.put_u32_le(number);
        (head.freeze(), data)
    }

    fn decode_body(header: Header, piece: &Bytes) -> Result<Self, Malformed> {
        let malformed = |field, problem| Malformed { structure: "DataMessage", field, problem };
        let Some(&[n0, n1, n2, n3]) = piece.get(HEADER_LEN..).and_then(|rest| rest.first_chunk::<4>()) else {
            return Err(malformed("Session", Problem::Truncated { need: DATA_HEAD_LEN, left: piece.len() }));
        };
        let number = u32::from_le_bytes([n0, n1, n2, n3]);
        if header.message_type == DATA_DONE {
            return Ok(Self::Done { number: header.transaction_id, status: Status(number) });
        }
        let session = u8::try_from(number).map_err(|_| malformed("Session", Problem::Value(number)))?;
        let data = piece.slice(DATA_HEAD_LEN..);
        Ok(match header.message_type {
            HOST_DATA => Self::Write { number: header.transaction_id, session, data },
            CREDIT => Self::Credit { session, datagrams: header.transaction_id },
            _ => Self::Read { session, data },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    fn both(bytes: &'static [u8], message: &DataMessage) {
        assert_eq!(DataMessage::decode(&Bytes::from_static(bytes)).unwrap().as_ref(), Ok(message));
        let (head, data) = message.encode();
        assert_eq!([head, data].concat(), bytes);
    }

    #[test]
    fn write_and_done() {
        let bytes = &[
            0x01, 0x57, 0x00, 0x00, // host's DATA
            0x12, 0x00, 0x00, 0x00, // 18 bytes
            0x09, 0x00, 0x00, 0x00, // number 9
            0x05, 0x00, 0x00, 0x00, // session 5
            b'h', b'i',
        ];
        both(bytes, &DataMessage::Write { number: 9, session: 5, data: Bytes::from_static(b"hi") });
        let bytes = &[
            0x02, 0x57, 0x00, 0x80, // DATA_DONE
            0x10, 0x00, 0x00, 0x00, // 16 bytes
            0x09, 0x00, 0x00, 0x00, // number 9
            0x00, 0x00, 0x00, 0x00, // taken
        ];
        both(bytes, &DataMessage::Done { number: 9, status: Status::SUCCESS });
    }

    #[test]
    fn credit_and_read() {
        let bytes = &[
            0x02, 0x57, 0x00, 0x00, // CREDIT
            0x10, 0x00, 0x00, 0x00, // 16 bytes
            0x40, 0x00, 0x00, 0x00, // 64 datagrams
            0x05, 0x00, 0x00, 0x00, // session 5
        ];
        both(bytes, &DataMessage::Credit { session: 5, datagrams: 64 });
        let bytes = &[
            0x01, 0x57, 0x00, 0x80, // device's DATA
            0x11, 0x00, 0x00, 0x00, // 17 bytes
            0x00, 0x00, 0x00, 0x00, //
            0x05, 0x00, 0x00, 0x00, // session 5
            b'x',
        ];
        both(bytes, &DataMessage::Read { session: 5, data: Bytes::from_static(b"x") });
    }

    #[test]
    fn data_plane() {
        check(&[1, 0, 0, 0, 0xDC, 5, 0, 0], &DataPlane { version: 1, max_data_size: 1500 });
    }

    #[test]
    fn other_messages_are_not_ours_and_a_session_beyond_255_is_malformed() {
        assert_eq!(DataMessage::decode(&crate::wire::Message::Close.encode(1)), None);
        let (head, _) = DataMessage::Credit { session: 5, datagrams: 64 }.encode();
        let mut bytes = head.to_vec();
        bytes[13] = 1;
        assert!(DataMessage::decode(&Bytes::from(bytes)).unwrap().is_err());
        assert!(DataMessage::decode(&head.slice(..14)).unwrap().is_err());
    }
}
