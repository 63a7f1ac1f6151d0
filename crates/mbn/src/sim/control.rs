//! The simulator's control service: latency, faults, events and unplugging, over any transport that reaches the modem.

use std::time::Duration;

use bytes::Bytes;
use uuid::Uuid;

use super::{
    Fault,
    service::{Answer, CONTROL, Effect, Service, answer, refuse, request},
};
use crate::wire::{Command, Empty, Status, cid::DeviceService};

information_buffer! {
    /// CID 1: unplugs the modem. There is no answer.
    pub struct Unplug {}
}

information_buffer! {
    /// CID 2: the next command after this one is answered badly.
    pub struct InjectFault {
        /// Which fault; see [`Fault::from_number`].
        number: u32,
        /// Its parameter.
        parameter: u32,
    }
}

information_buffer! {
    /// CID 3: every answer takes so long from now on.
    pub struct SetLatency {
        /// Milliseconds.
        milliseconds: u32,
    }
}

information_buffer! {
    /// CID 4: reports an event.
    pub struct InjectEvent {
        /// The service.
        service: Uuid,
        /// The event.
        cid: u32,
        /// Its data.
        data: Bytes as rest,
    }
}

requests! {
    Unplug: set CONTROL, 1 -> Empty;
    InjectFault: set CONTROL, 2 -> Empty;
    SetLatency: set CONTROL, 3 -> Empty;
    InjectEvent: set CONTROL, 4 -> Empty;
}

/// The service.
#[derive(Debug)]
pub(super) struct Control;

impl Service for Control {
    fn describe(&self) -> DeviceService {
        DeviceService { service: CONTROL, cids: vec![1, 2, 3, 4], ..DeviceService::default() }
    }

    fn command(&mut self, command: &Command, effects: &mut Vec<Effect>) -> Answer {
        let effect = if let Some(fault) = request::<InjectFault>(command) {
            Fault::from_number(fault.number, fault.parameter).map(Effect::Fault)
        } else if let Some(latency) = request::<SetLatency>(command) {
            Some(Effect::Latency(Duration::from_millis(latency.milliseconds.into())))
        } else if let Some(event) = request::<InjectEvent>(command) {
            Some(Effect::Event { service: event.service, cid: event.cid, data: event.data })
        } else {
            request::<Unplug>(command).map(|_| Effect::Unplug)
        };
        match effect {
            Some(effect) => {
                effects.push(effect);
                answer(&Empty {})
            }
            None if (1..=4).contains(&command.cid) => refuse(Status::INVALID_PARAMETERS),
            None => refuse(Status::NO_DEVICE_SUPPORT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn inject_fault_and_event() {
        let bytes = &[
            0x0C, 0x00, 0x00, 0x00, // fault 12: delay
            0xF4, 0x01, 0x00, 0x00, // 500 ms
        ];
        check(bytes, &InjectFault { number: 12, parameter: 500 });
        let mut bytes = CONTROL.as_bytes().to_vec();
        bytes.extend([7, 0, 0, 0, b'x']);
        check(&bytes, &InjectEvent { service: CONTROL, cid: 7, data: Bytes::from_static(b"x") });
    }
}
