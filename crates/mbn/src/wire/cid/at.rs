//! AT commands over MBIM: four vendors, four tunnels.
//!
//! A modem in MBIM-only mode has no serial port; these services are then the only way to its AT interpreter. A modem lists at most one of
//! them. [`Tunnel::pick`] finds it.

use bytes::Bytes;
use uuid::Uuid;

use super::super::{
    Command, CommandDone, CommandType, InformationBuffer, Status,
    service::{COMPAL, FIBOCOM, INTEL_AT, QDU},
};

/// A way to the AT interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// The service.
    pub service: Uuid,
    /// The command of the service.
    pub cid: u32,
    /// Whether the command is a query or a set.
    pub kind: CommandType,
    /// The bytes travel in a [`QduCommand`].
    wrapped: bool,
}

/// Every known tunnel, in the order of preference.
pub const TUNNELS: [Tunnel; 4] = [
    Tunnel { service: FIBOCOM, cid: 1, kind: CommandType::SET, wrapped: false },
    Tunnel { service: INTEL_AT, cid: 1, kind: CommandType::SET, wrapped: false },
    Tunnel { service: COMPAL, cid: 1, kind: CommandType::QUERY, wrapped: false },
    Tunnel { service: QDU, cid: 8, kind: CommandType::SET, wrapped: true },
];

impl Tunnel {
    /// The first tunnel whose command `supports` says the modem lists.
    pub fn pick(supports: impl Fn(Uuid, u32) -> bool) -> Option<Self> {
        TUNNELS.into_iter().find(|tunnel| supports(tunnel.service, tunnel.cid))
    }

    /// The command that carries `line`, which ends with a carriage return.
    pub fn command(&self, line: &[u8]) -> Command {
        let line = Bytes::copy_from_slice(line);
        let buffer = if self.wrapped { QduCommand { command_type: 0, command: line }.encode() } else { line };
        Command { service: self.service, cid: self.cid, kind: self.kind, buffer }
    }

    /// What the interpreter answered.
    pub fn answer(&self, done: &CommandDone) -> crate::Result<Bytes> {
        if !self.wrapped {
            done.status.into_result()?;
            return Ok(done.buffer.clone());
        }
        let answer = done.parse::<QduCommandInfo>()?;
        if answer.status != 0 {
            return Err(crate::Error::from(Status::FAILURE)
                .context(format!("the tunnel gave status {}", answer.status)));
        }
        Ok(answer.response)
    }
}

information_buffer! {
    /// An AT command over QDU, CID 8.
    pub struct QduCommand {
        /// The kind of command: 0 is AT.
        command_type: u32,
        /// The line.
        command: Bytes as rest,
    }
}

information_buffer! {
    /// The answer to [`QduCommand`].
    pub struct QduCommandInfo {
        /// 0 is success.
        status: u32,
        /// What the interpreter answered.
        response: Bytes as rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn qdu_command() {
        let bytes = &[
            0x00, 0x00, 0x00, 0x00, // AT
            b'A', b'T', b'I', b'\r',
        ];
        check(bytes, &QduCommand { command_type: 0, command: Bytes::from_static(b"ATI\r") });
        check(bytes, &QduCommandInfo { status: 0, response: Bytes::from_static(b"ATI\r") });
    }

    #[test]
    fn the_tunnel_that_the_modem_lists_is_picked() {
        assert_eq!(Tunnel::pick(|_, _| false), None);
        let tunnel = Tunnel::pick(|service, cid| (service, cid) == (QDU, 8)).unwrap();
        assert_eq!(tunnel.command(b"ATI\r").buffer.len(), 8);
        let done = |buffer: &'static [u8]| CommandDone {
            service: QDU,
            cid: 8,
            status: Status::SUCCESS,
            buffer: Bytes::from_static(buffer),
        };
        assert_eq!(tunnel.answer(&done(b"\0\0\0\0OK")).unwrap(), "OK");
        assert!(tunnel.answer(&done(b"\x01\0\0\0")).is_err());
        assert!(tunnel.answer(&done(b"\0\0")).is_err());
    }
}
