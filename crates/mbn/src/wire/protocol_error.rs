//! HOST_ERROR and FUNCTION_ERROR: one side tells the other that it broke the protocol. MBIM 9.3.4, 9.4.4.

use crate::error::Code;

numbers! {
    /// How the protocol was broken.
    pub struct ProtocolErrorCode(u32);
    /// The next fragment did not come in time.
    TIMEOUT_FRAGMENT = 1,
    /// A fragment came out of order.
    FRAGMENT_OUT_OF_SEQUENCE = 2,
    /// A length disagrees with the bytes that came.
    LENGTH_MISMATCH = 3,
    /// The transaction id is in use.
    DUPLICATED_TID = 4,
    /// The device was not opened.
    NOT_OPENED = 5,
    /// An error that no other code names.
    UNKNOWN = 6,
    /// The host gives the transaction up.
    CANCEL = 7,
    /// The message is larger than the agreed maximum.
    MAX_TRANSFER = 8,
}

impl ProtocolErrorCode {
    /// The error code of the API that says the same.
    pub const fn code(self) -> Code {
        match self {
            Self::TIMEOUT_FRAGMENT => Code::Timeout,
            Self::NOT_OPENED => Code::NotReady,
            Self::CANCEL => Code::OperationAborted,
            Self::MAX_TRANSFER => Code::BufferOverflow,
            _ => Code::InvalidData,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::wire::Message;

    #[test]
    fn host_error_and_function_error() {
        let mut bytes = [
            0x04, 0x00, 0x00, 0x00, // HOST_ERROR
            0x10, 0x00, 0x00, 0x00, // 16 bytes
            0x09, 0x00, 0x00, 0x00, // transaction 9
            0x02, 0x00, 0x00, 0x00, // FRAGMENT_OUT_OF_SEQUENCE
        ];
        let host = Message::HostError(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE);
        assert_eq!(Message::decode(&Bytes::copy_from_slice(&bytes)).unwrap(), (9, host.clone()));
        assert_eq!(host.encode(9), bytes[..]);

        bytes[3] = 0x80; // FUNCTION_ERROR
        let function = Message::FunctionError(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE);
        assert_eq!(Message::decode(&Bytes::copy_from_slice(&bytes)).unwrap(), (9, function.clone()));
        assert_eq!(function.encode(9), bytes[..]);
    }
}
