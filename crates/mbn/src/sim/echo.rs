//! The echo service: what comes in goes out.

use bytes::Bytes;

use super::service::{Answer, ECHO, Effect, Service, refuse};
use crate::wire::{
    Command, Status,
    cid::{DeviceService, DssPayload},
};

/// Query and set of CID 1 are answered with their own buffer; a set is also an event; a datagram is answered with itself.
#[derive(Debug)]
pub(super) struct Echo {
    pub(super) max_dss_instances: u32,
}

impl Service for Echo {
    fn describe(&self) -> DeviceService {
        DeviceService {
            service: ECHO,
            dss_payload: DssPayload::HOST_TO_DEVICE | DssPayload::DEVICE_TO_HOST,
            max_dss_instances: self.max_dss_instances,
            cids: vec![1],
        }
    }

    fn command(&mut self, command: &Command, effects: &mut Vec<Effect>) -> Answer {
        if command.cid != 1 {
            return refuse(Status::NO_DEVICE_SUPPORT);
        }
        if command.kind == crate::wire::CommandType::SET {
            effects.push(Effect::Event { service: ECHO, cid: 1, data: command.buffer.clone() });
        }
        (Status::SUCCESS, command.buffer.clone())
    }

    fn data(&mut self, session: u8, data: Bytes, effects: &mut Vec<Effect>) {
        effects.push(Effect::Data { session, data });
    }
}
