//! The USB device without I/O: transfers in, transfers out.

use std::{collections::VecDeque, time::Instant};

use bytes::Bytes;

use super::{
    descriptors::{self, BULK_IN, BULK_OUT, CONTROL, DATA, NOTIFY, NTB_SIZE},
    protocol::{Request, Response, Submit},
};
use crate::{
    sim::Modem,
    wire::{
        Message,
        ntb::{self, Stream},
    },
};

/// How many transfers the host may have waiting for data.
const MAX_WAITING: usize = 1024;
/// A stalled endpoint: EPIPE.
const STALL: i32 = -32;
/// A transfer that was given up: ECONNRESET.
const GIVEN_UP: i32 = -104;
/// RESPONSE_AVAILABLE for the control interface. CDC 1.2 6.3; MBIM 6.2.
const RESPONSE_AVAILABLE: [u8; 8] = [0xA1, 0x01, 0, 0, CONTROL, 0, 0, 0];

/// A simulated modem as a USB device.
#[derive(Debug)]
pub struct UsbModem {
    configuration: u8,
    /// The alternate setting of the data interface: 1 carries data.
    alternate: u8,
    /// Responses that the host has not fetched.
    responses: VecDeque<Bytes>,
    /// Notifications that the host has not been given.
    notifications: usize,
    /// Transfers that wait for something to transfer: number and size.
    notify: VecDeque<(u32, usize)>,
    bulk_in: VecDeque<(u32, usize)>,
    sequence: u16,
    output: VecDeque<Response>,
}

impl Default for UsbModem {
    fn default() -> Self {
        Self::new()
    }
}

impl UsbModem {
    /// A device that was just plugged in.
    pub fn new() -> Self {
        Self {
            configuration: 0,
            alternate: 0,
            responses: VecDeque::new(),
            notifications: 0,
            notify: VecDeque::new(),
            bulk_in: VecDeque::new(),
            sequence: 0,
            output: VecDeque::new(),
        }
    }

    /// Takes a request of the host.
    pub fn handle(&mut self, request: Request, modem: &mut Modem, now: Instant) {
        match request {
            Request::Unlink { sequence, victim } => {
                let waiting = self.notify.len() + self.bulk_in.len();
                self.notify.retain(|(number, _)| *number != victim);
                self.bulk_in.retain(|(number, _)| *number != victim);
                let given_up = self.notify.len() + self.bulk_in.len() < waiting;
                self.output
                    .push_back(Response::Unlink { sequence, status: if given_up { GIVEN_UP } else { 0 } });
            }
            Request::Submit(submit) => self.submit(submit, modem, now),
        }
        self.advance(modem);
    }

    /// Moves what the modem has to say to the transfers that wait for it.
    pub fn advance(&mut self, modem: &mut Modem) {
        while let Some(piece) = modem.poll_control() {
            self.responses.push_back(piece);
            self.notifications += 1;
        }
        while self.notifications > 0
            && let Some((sequence, _)) = self.notify.pop_front()
        {
            self.notifications -= 1;
            self.done(sequence, Bytes::from_static(&RESPONSE_AVAILABLE));
        }
        while self.alternate == 1
            && !self.bulk_in.is_empty()
            && let Some((session, data)) = modem.poll_data(|_| true)
            && let Some((sequence, _)) = self.bulk_in.pop_front()
        {
            self.sequence = self.sequence.wrapping_add(1);
            let block = ntb::encode(self.sequence, Stream::Dss(session), &[data]);
            self.done(sequence, block);
        }
    }

    /// The next answer for the host.
    pub fn poll_response(&mut self) -> Option<Response> {
        self.output.pop_front()
    }

    fn submit(&mut self, submit: Submit, modem: &mut Modem, now: Instant) {
        let Submit { sequence, length, .. } = submit;
        let room = self.notify.len() + self.bulk_in.len() < MAX_WAITING;
        match (submit.endpoint, submit.is_in) {
            (0, _) => self.control(submit, modem, now),
            (NOTIFY, true) if room => self.notify.push_back((sequence, length)),
            (BULK_IN, true) if room => self.bulk_in.push_back((sequence, length)),
            (BULK_OUT, false) => {
                // What is not an NTB is dropped, as a modem drops it.
                for (stream, data) in ntb::decode(&submit.data).unwrap_or_default() {
                    if let Stream::Dss(session) = stream {
                        modem.handle_data(session, data, now);
                    }
                }
                self.output.push_back(Response::Submit { sequence, status: 0, length, data: Bytes::new() });
            }
            _ => self.stall(sequence),
        }
    }

    /// A request on endpoint 0. USB 2.0 9.4, CDC 1.2 6.2, NCM 1.0 6.2, MBIM 8.
    fn control(&mut self, submit: Submit, modem: &mut Modem, now: Instant) {
        let [request_type, request, v0, v1, i0, _, l0, l1] = submit.setup;
        let most = usize::from(u16::from_le_bytes([l0, l1])).min(submit.length);
        let answer: Option<Vec<u8>> = match (request_type, request) {
            (0x80, 0x06) => match v1 {
                1 => Some(descriptors::device()),
                2 if v0 == 0 => Some(descriptors::configuration(modem.profile())),
                3 => descriptors::string(v0, modem.profile()),
                _ => None,
            },
            (0x80..=0x82, 0x00) => Some(vec![0, 0]), // status: bus-powered, not halted
            (0x80, 0x08) => Some(vec![self.configuration]),
            (0x81, 0x0A) => Some(vec![if i0 == DATA { self.alternate } else { 0 }]),
            (0x00, 0x09) => {
                (self.configuration, self.alternate) = (v0, 0);
                self.restart(modem, now);
                Some(Vec::new())
            }
            (0x01, 0x0B) if i0 == DATA && v0 < 2 => {
                self.alternate = v0;
                Some(Vec::new())
            }
            (0x01, 0x0B) if i0 == CONTROL && v0 == 0 => Some(Vec::new()),
            (0x02, 0x01) => Some(Vec::new()), // CLEAR_FEATURE(halt)
            (0x21, 0x00) => {
                // SEND_ENCAPSULATED_COMMAND: one message or fragment
                if modem.handle_control(&submit.data, now).is_err() {
                    return self.stall(submit.sequence);
                }
                Some(Vec::new())
            }
            (0xA1, 0x01) => Some(self.responses.pop_front().map(Vec::from).unwrap_or_default()),
            (0x21, 0x05) => {
                self.restart(modem, now); // RESET_FUNCTION
                Some(Vec::new())
            }
            (0xA1, 0x80) => Some(descriptors::ntb_parameters()),
            (0xA1, 0x83 | 0x89) => Some(vec![0, 0]), // GET_NTB_FORMAT: 16 bits; GET_CRC_MODE: none
            (0xA1, 0x85) => Some(NTB_SIZE.to_le_bytes().to_vec()),
            (0xA1, 0x87) => Some((modem.profile().max_data_size.min(0xFFFF) as u16).to_le_bytes().to_vec()),
            (0x21, 0x84 | 0x86 | 0x88 | 0x8A) => Some(Vec::new()), // the setters of these
            _ => None,
        };
        match answer {
            Some(mut bytes) if submit.is_in => {
                bytes.truncate(most);
                self.done(submit.sequence, Bytes::from(bytes));
            }
            Some(_) => {
                let (sequence, length) = (submit.sequence, submit.data.len());
                self.output.push_back(Response::Submit { sequence, status: 0, length, data: Bytes::new() });
            }
            None => self.stall(submit.sequence),
        }
    }

    /// Forgets what was open.
    fn restart(&mut self, modem: &mut Modem, now: Instant) {
        self.responses.clear();
        self.notifications = 0;
        if modem.is_open() {
            modem.handle_piece(&Message::Close.encode(0), now);
            while modem.poll_control().is_some() {}
        }
    }

    fn done(&mut self, sequence: u32, data: Bytes) {
        self.output.push_back(Response::Submit { sequence, status: 0, length: data.len(), data });
    }

    fn stall(&mut self, sequence: u32) {
        self.output.push_back(Response::Submit { sequence, status: STALL, length: 0, data: Bytes::new() });
    }

    /// The numbers of the transfers that wait, for tests.
    #[cfg(test)]
    fn waiting(&self) -> Vec<u32> {
        self.notify.iter().chain(&self.bulk_in).map(|(number, _)| *number).collect()
    }
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
