//! Any control message, and one piece of one as it travels.

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    CloseDone, Command, CommandDone, Decoder, FRAGMENT_HEADER_LEN, FragmentHeader, HEADER_LEN, Header,
    IndicateStatus, Malformed, MessageType, Open, OpenDone, Problem, ProtocolErrorCode, status,
};

/// A whole control message, without its transaction id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Host: open the device.
    Open(Open),
    /// Host: close the device.
    Close,
    /// Host: a query or set.
    Command(Command),
    /// Host: a protocol error.
    HostError(ProtocolErrorCode),
    /// Device: the answer to open.
    OpenDone(OpenDone),
    /// Device: the answer to close.
    CloseDone(CloseDone),
    /// Device: the answer to a command.
    CommandDone(CommandDone),
    /// Device: a protocol error.
    FunctionError(ProtocolErrorCode),
    /// Device: an event.
    IndicateStatus(IndicateStatus),
}

impl Message {
    /// The type on the wire.
    pub fn message_type(&self) -> MessageType {
        match self {
            Message::Open(_) => MessageType::OPEN,
            Message::Close => MessageType::CLOSE,
            Message::Command(_) => MessageType::COMMAND,
            Message::HostError(_) => MessageType::HOST_ERROR,
            Message::OpenDone(_) => MessageType::OPEN_DONE,
            Message::CloseDone(_) => MessageType::CLOSE_DONE,
            Message::CommandDone(_) => MessageType::COMMAND_DONE,
            Message::FunctionError(_) => MessageType::FUNCTION_ERROR,
            Message::IndicateStatus(_) => MessageType::INDICATE_STATUS,
        }
    }

    /// Decodes a message in one piece; returns its transaction id too. A fragment is an error here: see
    /// [`Reassembler`](super::fragment::Reassembler).
    pub fn decode(bytes: &Bytes) -> Result<(u32, Message), Malformed> {
        let frame = Frame::decode(bytes)?;
        match frame.fragment {
            Some(fragment) if fragment != FragmentHeader::WHOLE => {
                let problem = Problem::Value(fragment.total);
                Err(Malformed { structure: "Message", field: "TotalFragments", problem })
            }
            _ => Ok((
                frame.header.transaction_id,
                Message::decode_body(frame.header.message_type, frame.body)?,
            )),
        }
    }

    /// Decodes the body of a message of type `message_type`: everything after the headers, put together from all its fragments.
    pub fn decode_body(message_type: MessageType, body: Bytes) -> Result<Message, Malformed> {
        let mut decoder = Decoder::new("Message", body.clone());
        Ok(match message_type {
            MessageType::OPEN => {
                Message::Open(Open { max_control_transfer: decoder.u32("MaxControlTransfer")? })
            }
            MessageType::CLOSE => Message::Close,
            MessageType::COMMAND => Message::Command(Command::decode_body(body)?),
            MessageType::HOST_ERROR => Message::HostError(ProtocolErrorCode(decoder.u32("ErrorStatusCode")?)),
            MessageType::OPEN_DONE => {
                Message::OpenDone(OpenDone { status: status::decode(&mut decoder, "Status")? })
            }
            MessageType::CLOSE_DONE => {
                Message::CloseDone(CloseDone { status: status::decode(&mut decoder, "Status")? })
            }
            MessageType::COMMAND_DONE => Message::CommandDone(CommandDone::decode_body(body)?),
            MessageType::FUNCTION_ERROR => {
                Message::FunctionError(ProtocolErrorCode(decoder.u32("ErrorStatusCode")?))
            }
            MessageType::INDICATE_STATUS => Message::IndicateStatus(IndicateStatus::decode_body(body)?),
            MessageType(other) => return Err(decoder.malformed("MessageType", Problem::Value(other))),
        })
    }

    /// The whole message in one piece, whatever its size.
    pub fn encode(&self, transaction_id: u32) -> Bytes {
        let message_type = self.message_type();
        let mut bytes = BytesMut::with_capacity(self.size_hint());
        bytes.put_bytes(0, HEADER_LEN);
        if message_type.is_fragmented() {
            bytes.put_slice(&FragmentHeader::WHOLE.encode());
        }
        match self {
            Message::Open(open) => bytes.put_u32_le(open.max_control_transfer),
            Message::Close => {}
            Message::Command(command) => command.encode_body(&mut bytes),
            Message::HostError(error) | Message::FunctionError(error) => bytes.put_u32_le(error.0),
            Message::OpenDone(OpenDone { status }) | Message::CloseDone(CloseDone { status }) => {
                bytes.put_u32_le(status.0)
            }
            Message::CommandDone(done) => done.encode_body(&mut bytes),
            Message::IndicateStatus(event) => event.encode_body(&mut bytes),
        }
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let header = Header { message_type, length, transaction_id }.encode();
        bytes.iter_mut().zip(header).for_each(|(place, byte)| *place = byte);
        bytes.freeze()
    }

    fn size_hint(&self) -> usize {
        Command::HEAD_LEN
            + match self {
                Message::Command(command) => command.buffer.len(),
                Message::CommandDone(done) => done.buffer.len(),
                Message::IndicateStatus(event) => event.buffer.len(),
                _ => 0,
            }
    }
}

/// One piece as it travels: a message in one piece, or a fragment of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The message header.
    pub header: Header,
    /// The fragment header, for those types that have one.
    pub fragment: Option<FragmentHeader>,
    /// What follows the headers.
    pub body: Bytes,
}

impl Frame {
    /// Splits a piece into headers and body. The length in the header must be the length of `bytes`.
    pub fn decode(bytes: &Bytes) -> Result<Self, Malformed> {
        let header = Header::decode(bytes)?;
        if header.length as usize != bytes.len() {
            let problem = Problem::Length { said: header.length, found: bytes.len() };
            return Err(Malformed { structure: "Header", field: "MessageLength", problem });
        }
        if header.message_type.is_fragmented() {
            let fragment = FragmentHeader::decode(bytes)?;
            Ok(Self {
                header,
                fragment: Some(fragment),
                body: bytes.slice(HEADER_LEN + FRAGMENT_HEADER_LEN..),
            })
        } else {
            Ok(Self { header, fragment: None, body: bytes.slice(HEADER_LEN..) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_messages() {
        let header = |message_type: u32, length: u8| {
            let mut bytes = message_type.to_le_bytes().to_vec();
            bytes.extend([length, 0, 0, 0, 1, 0, 0, 0]);
            bytes
        };
        let cases: &[(&str, Vec<u8>)] = &[
            ("nothing", vec![]),
            ("half a header", header(1, 16)[..8].to_vec()),
            ("OPEN without its field", header(1, 12)),
            ("a length that is too long", header(2, 13)),
            ("a length that is too short", [header(2, 12), vec![0]].concat()),
            ("an unknown type", header(0x55, 12)),
            ("COMMAND without a fragment header", header(3, 12)),
            ("COMMAND without a service", [header(3, 20), vec![1, 0, 0, 0, 0, 0, 0, 0]].concat()),
            ("a fragment", [header(3, 20), vec![2, 0, 0, 0, 0, 0, 0, 0]].concat()),
            ("OPEN_DONE without a status", header(0x8000_0001, 12)),
        ];
        for (what, bytes) in cases {
            assert!(Message::decode(&Bytes::copy_from_slice(bytes)).is_err(), "{what} decodes");
        }
    }
}
