//! An AT interpreter behind Fibocom's tunnel.

use bytes::Bytes;

use super::service::{Answer, Effect, Service, refuse};
use crate::wire::{Command, CommandType, Status, cid::DeviceService, service::FIBOCOM};

/// Knows the handful of commands that one types first.
#[derive(Debug)]
pub(super) struct At {
    pub(super) imei: String,
    pub(super) firmware: String,
}

impl At {
    fn interpret(&self, line: &str) -> String {
        let ok = |text: &str| format!("\r\n{text}\r\n\r\nOK\r\n");
        match line.trim().to_ascii_uppercase().as_str() {
            "AT" | "ATE0" | "ATE1" => "\r\nOK\r\n".into(),
            "ATI" => ok(&format!("Manufacturer: wws\r\nModel: simulated\r\nRevision: {}", self.firmware)),
            "AT+CGSN" => ok(&self.imei),
            "AT+CGMR" => ok(&self.firmware),
            "AT+CSQ" => ok("+CSQ: 20,99"),
            "AT+COPS?" => ok("+COPS: 0,0,\"Test Network\",7"),
            "AT+CPIN?" => ok("+CPIN: READY"),
            _ => "\r\nERROR\r\n".into(),
        }
    }
}

impl Service for At {
    fn describe(&self) -> DeviceService {
        DeviceService { service: FIBOCOM, cids: vec![1], ..DeviceService::default() }
    }

    fn command(&mut self, command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        if (command.cid, command.kind) != (1, CommandType::SET) {
            return refuse(Status::NO_DEVICE_SUPPORT);
        }
        match std::str::from_utf8(&command.buffer) {
            Ok(line) => (Status::SUCCESS, Bytes::from(self.interpret(line))),
            Err(_) => refuse(Status::INVALID_PARAMETERS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_answered() {
        let at = At { imei: "353490012345678".into(), firmware: "1.0".into() };
        assert_eq!(at.interpret("at\r"), "\r\nOK\r\n");
        assert_eq!(at.interpret("AT+CGSN\r"), "\r\n353490012345678\r\n\r\nOK\r\n");
        assert_eq!(at.interpret("AT+NONSENSE\r"), "\r\nERROR\r\n");
    }
}
