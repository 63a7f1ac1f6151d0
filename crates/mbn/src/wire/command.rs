//! COMMAND and COMMAND_DONE: a query or set of a service, and its answer. MBIM 9.3.3, 9.4.3.
//!
//! ```text
//!  0                    20             36    40     44       48
//!  | header | fragment  | service UUID | CID | kind | length | information buffer      COMMAND
//!  | header | fragment  | service UUID | CID | stat | length | information buffer      COMMAND_DONE
//! ```

use bytes::{BufMut, Bytes, BytesMut};
use uuid::Uuid;

use super::{Decoder, InformationBuffer, Malformed, Problem, Request, Status, status};

numbers! {
    /// Whether a command asks or changes.
    pub struct CommandType(u32);
    /// Asks for information.
    QUERY = 0,
    /// Changes something.
    SET = 1,
}

/// A query or a set of one command of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The device service.
    pub service: Uuid,
    /// The command of the service.
    pub cid: u32,
    /// Query or set.
    pub kind: CommandType,
    /// The information buffer.
    pub buffer: Bytes,
}

impl Command {
    /// Bytes before the information buffer, headers included.
    pub const HEAD_LEN: usize = 48;

    /// A query with an information buffer as it is.
    pub fn query(service: Uuid, cid: u32, buffer: impl Into<Bytes>) -> Self {
        Self { service, cid, kind: CommandType::QUERY, buffer: buffer.into() }
    }

    /// A set with an information buffer as it is.
    pub fn set(service: Uuid, cid: u32, buffer: impl Into<Bytes>) -> Self {
        Self { service, cid, kind: CommandType::SET, buffer: buffer.into() }
    }

    pub(super) fn decode_body(body: Bytes) -> Result<Self, Malformed> {
        let mut decoder = Decoder::new("Command", body);
        let (service, cid) = (decoder.uuid("DeviceServiceId")?, decoder.u32("CID")?);
        let kind = CommandType(decoder.u32("CommandType")?);
        Ok(Self { service, cid, kind, buffer: information_buffer(&mut decoder)? })
    }

    pub(super) fn encode_body(&self, body: &mut BytesMut) {
        put_body(body, self.service, self.cid, Some(self.kind.0), &self.buffer);
    }
}

impl<R: Request> From<&R> for Command {
    fn from(request: &R) -> Self {
        Self { service: R::SERVICE, cid: R::CID, kind: R::KIND, buffer: request.encode() }
    }
}

/// The answer to a [`Command`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandDone {
    /// The device service of the command.
    pub service: Uuid,
    /// The command.
    pub cid: u32,
    /// Whether the command succeeded. The buffer means something only if it did.
    pub status: Status,
    /// The information buffer.
    pub buffer: Bytes,
}

impl CommandDone {
    /// The information buffer as an `R`, or the status as an error.
    pub fn parse<R: InformationBuffer>(&self) -> crate::Result<R> {
        self.status.into_result()?;
        Ok(R::decode(&self.buffer)?)
    }

    pub(super) fn decode_body(body: Bytes) -> Result<Self, Malformed> {
        let mut decoder = Decoder::new("CommandDone", body);
        let (service, cid) = (decoder.uuid("DeviceServiceId")?, decoder.u32("CID")?);
        let status = status::decode(&mut decoder, "Status")?;
        Ok(Self { service, cid, status, buffer: information_buffer(&mut decoder)? })
    }

    pub(super) fn encode_body(&self, body: &mut BytesMut) {
        put_body(body, self.service, self.cid, Some(self.status.0), &self.buffer);
    }
}

/// Reads the length of the information buffer and the buffer. More bytes than the length says are an error too: the whole message
/// length counts them, so one of the two is wrong.
pub(super) fn information_buffer(decoder: &mut Decoder) -> Result<Bytes, Malformed> {
    let said = decoder.u32("InformationBufferLength")?;
    let buffer = decoder.rest();
    if buffer.len() == said as usize {
        Ok(buffer)
    } else {
        Err(decoder.malformed("InformationBufferLength", Problem::Length { said, found: buffer.len() }))
    }
}

/// Writes what COMMAND, COMMAND_DONE and INDICATE_STATUS have in common; `extra` is the kind or status between.
pub(super) fn put_body(body: &mut BytesMut, service: Uuid, cid: u32, extra: Option<u32>, buffer: &[u8]) {
    body.put_slice(service.as_bytes());
    body.put_u32_le(cid);
    extra.into_iter().for_each(|extra| body.put_u32_le(extra));
    body.put_u32_le(u32::try_from(buffer.len()).unwrap_or(u32::MAX));
    body.put_slice(buffer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Message, service};

    const QUERY: &[u8] = &[
        0x03, 0x00, 0x00, 0x00, // COMMAND
        0x32, 0x00, 0x00, 0x00, // 50 bytes
        0x05, 0x00, 0x00, 0x00, // transaction 5
        0x01, 0x00, 0x00, 0x00, // of 1 fragment
        0x00, 0x00, 0x00, 0x00, // the first
        0xA2, 0x89, 0xCC, 0x33, 0xBC, 0xBB, 0x8B, 0x4F, // basic connect, in text order
        0xB6, 0xB0, 0x13, 0x3E, 0xC2, 0xAA, 0xE6, 0xDF, //
        0x10, 0x00, 0x00, 0x00, // CID 16
        0x00, 0x00, 0x00, 0x00, // query
        0x02, 0x00, 0x00, 0x00, // 2 bytes
        0x68, 0x69, // "hi"
    ];

    #[test]
    fn command() {
        let command = Message::Command(Command::query(service::BASIC_CONNECT, 16, &b"hi"[..]));
        assert_eq!(Message::decode(&Bytes::from_static(QUERY)).unwrap(), (5, command.clone()));
        assert_eq!(command.encode(5), QUERY);
    }

    #[test]
    fn command_done() {
        let mut bytes = QUERY.to_vec();
        bytes[3] = 0x80; // COMMAND_DONE
        bytes[40] = 9; // where the kind was: NO_DEVICE_SUPPORT
        let done = CommandDone {
            service: service::BASIC_CONNECT,
            cid: 16,
            status: Status::NO_DEVICE_SUPPORT,
            buffer: Bytes::from_static(b"hi"),
        };
        let message = Message::CommandDone(done);
        assert_eq!(Message::decode(&Bytes::copy_from_slice(&bytes)).unwrap(), (5, message.clone()));
        assert_eq!(message.encode(5), bytes);
    }

    #[test]
    fn a_length_of_the_buffer_that_is_not_true_is_an_error() {
        for said in [0u8, 1, 3, 255] {
            let mut bytes = QUERY.to_vec();
            bytes[44] = said;
            let error = Message::decode(&Bytes::from(bytes)).unwrap_err();
            assert_eq!(error.problem, Problem::Length { said: u32::from(said), found: 2 }, "{said}");
        }
    }
}
