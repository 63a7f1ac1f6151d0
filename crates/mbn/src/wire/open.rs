//! OPEN, OPEN_DONE and CLOSE_DONE. MBIM 9.3.1, 9.3.2, 9.4.1, 9.4.2. CLOSE is a bare header.

use super::Status;

/// Opens the device, or resets it if it is open: data sessions, subscriptions and outstanding commands are gone afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// The largest message that the host sends or takes, in bytes: larger ones are fragmented.
    pub max_control_transfer: u32,
}

/// The answer to [`Open`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenDone {
    /// Whether the device opened.
    pub status: Status,
}

/// The answer to CLOSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseDone {
    /// Whether the device closed.
    pub status: Status,
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::wire::Message;

    fn check(bytes: &'static [u8], transaction_id: u32, message: &Message) {
        assert_eq!(Message::decode(&Bytes::from_static(bytes)).unwrap(), (transaction_id, message.clone()));
        assert_eq!(message.encode(transaction_id), bytes);
    }

    #[test]
    fn open() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // OPEN
            0x10, 0x00, 0x00, 0x00, // 16 bytes
            0x01, 0x00, 0x00, 0x00, // transaction 1
            0x00, 0x10, 0x00, 0x00, // MaxControlTransfer 4096
        ];
        check(bytes, 1, &Message::Open(Open { max_control_transfer: 4096 }));
    }

    #[test]
    fn open_done() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x80, // OPEN_DONE
            0x10, 0x00, 0x00, 0x00, // 16 bytes
            0x01, 0x00, 0x00, 0x00, // transaction 1
            0x01, 0x00, 0x00, 0x00, // BUSY
        ];
        check(bytes, 1, &Message::OpenDone(OpenDone { status: Status::BUSY }));
    }

    #[test]
    fn close() {
        let bytes = &[
            0x02, 0x00, 0x00, 0x00, // CLOSE
            0x0C, 0x00, 0x00, 0x00, // 12 bytes
            0x02, 0x00, 0x00, 0x00, // transaction 2
        ];
        check(bytes, 2, &Message::Close);
    }

    #[test]
    fn close_done() {
        let bytes = &[
            0x02, 0x00, 0x00, 0x80, // CLOSE_DONE
            0x10, 0x00, 0x00, 0x00, // 16 bytes
            0x02, 0x00, 0x00, 0x00, // transaction 2
            0x00, 0x00, 0x00, 0x00, // SUCCESS
        ];
        check(bytes, 2, &Message::CloseDone(CloseDone { status: Status::SUCCESS }));
    }
}
