//! A line from one simulated modem to another: what one host writes to a data session, the other host reads.
//!
//! Two sessions, one at each end, belong together from the moment when both are open. When one closes, the other still reads
//! what is on the way, but its own datagrams go nowhere, and it hears nothing of the session that opens next at the other end:
//! that one waits until it, too, was closed and opened anew.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use super::{
    Handle, Modem, Profile,
    service::{Answer, Effect, LINE, Service, refuse},
};
use crate::wire::{
    Command, Status,
    cid::{DeviceService, DssPayload},
};

/// Datagrams that wait on the line; further ones are lost, as in a modem whose queue is full.
const ROOM: usize = 1 << 16;

/// Two modems whose service [`LINE`] is a line between them. It takes one data session at each end; what is sent before the other end
/// opens one waits, other than with most real modems.
pub fn connected(profiles: [Profile; 2]) -> [Handle; 2] {
    let line = Arc::new(Mutex::new(Line::default()));
    let mut index = 0;
    profiles.map(|profile| {
        let mut modem = Modem::new(profile);
        modem.add_service(Box::new(EndService { line: line.clone(), index }));
        let handle = Handle::new(modem);
        {
            let mut line = lock(&line);
            let [this, _] = line.both(index);
            this.handle = Some(handle.clone());
        }
        index += 1;
        handle
    })
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Default)]
struct Line {
    ends: [End; 2],
}

#[derive(Debug, Default)]
struct End {
    /// The session that is open, and how many there were before.
    session: Option<u8>,
    number: u64,
    /// The number of the session at the other end that this one belongs to.
    partner: Option<u64>,
    /// The other session is closed.
    is_cut: bool,
    /// Datagrams passed.
    is_used: bool,
    /// Datagrams for this end, each with the number of the session that sent it.
    waiting: VecDeque<(u64, Bytes)>,
    handle: Option<Handle>,
}

impl End {
    /// A session that can get a partner.
    fn is_free(&self) -> bool {
        self.session.is_some() && self.partner.is_none() && !self.is_cut
    }
}

impl Line {
    fn opened(&mut self, index: usize, session: u8) {
        let [this, other] = self.both(index);
        let (handle, waiting) = (this.handle.take(), std::mem::take(&mut this.waiting));
        *this = End { session: Some(session), number: this.number + 1, handle, waiting, ..End::default() };
        if other.is_free() {
            (this.partner, other.partner) = (Some(other.number), Some(this.number));
        }
        // What belongs to sessions that are over.
        let alive = other.is_free() || other.partner == Some(this.number);
        let number = other.number;
        this.waiting.retain(|(from, _)| alive && *from == number);
    }

    fn closed(&mut self, index: usize) {
        let [this, other] = self.both(index);
        let was = this.partner.take();
        this.session = None;
        if was == Some(other.number) && other.partner == Some(this.number) {
            if other.is_used {
                other.is_cut = true;
            } else {
                // Nobody has said anything: it may wait for another.
                other.partner = None;
            }
        }
    }

    fn send(&mut self, index: usize, data: Bytes) {
        let [this, other] = self.both(index);
        this.is_used = true;
        if !this.is_cut && other.waiting.len() < ROOM {
            other.waiting.push_back((this.number, data));
        }
        if let Some(handle) = &other.handle {
            handle.wake();
        }
    }

    fn receive(&mut self, index: usize) -> Option<(u8, Bytes)> {
        let [this, _] = self.both(index);
        let (session, partner) = (this.session?, this.partner?);
        let (_, data) = this.waiting.pop_front_if(|(from, _)| *from == partner)?;
        this.is_used = true;
        Some((session, data))
    }

    /// This end and the other.
    fn both(&mut self, index: usize) -> [&mut End; 2] {
        let [one, two] = &mut self.ends;
        if index == 0 { [one, two] } else { [two, one] }
    }
}

/// The service at one end.
#[derive(Debug)]
struct EndService {
    line: Arc<Mutex<Line>>,
    index: usize,
}

impl Service for EndService {
    fn describe(&self) -> DeviceService {
        let dss_payload = DssPayload::HOST_TO_DEVICE | DssPayload::DEVICE_TO_HOST;
        DeviceService { service: LINE, dss_payload, max_dss_instances: 1, cids: Vec::new() }
    }

    fn command(&mut self, _command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        refuse(Status::NO_DEVICE_SUPPORT)
    }

    fn opened(&mut self, session: u8) {
        lock(&self.line).opened(self.index, session);
    }

    fn closed(&mut self, _session: u8) {
        lock(&self.line).closed(self.index);
    }

    fn data(&mut self, _session: u8, data: Bytes, _effects: &mut Vec<Effect>) {
        lock(&self.line).send(self.index, data);
    }

    fn poll_data(&mut self, _limit: usize) -> Option<(u8, Bytes)> {
        lock(&self.line).receive(self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(line: &mut Line, index: usize) -> Vec<Bytes> {
        std::iter::from_fn(|| line.receive(index)).map(|(_, data)| data).collect()
    }

    #[test]
    fn a_session_hears_its_partner_only() {
        let mut line = Line::default();
        // What is sent before the other end opens waits.
        line.opened(0, 5);
        line.send(0, "a".into());
        line.opened(1, 7);
        assert_eq!(heard(&mut line, 1), ["a"]);
        line.send(1, "b".into());
        assert_eq!(heard(&mut line, 0), ["b"]);
        // The first end closes: what is on the way arrives, what comes late does not.
        line.send(0, "last".into());
        line.closed(0);
        assert_eq!(heard(&mut line, 1), ["last"]);
        line.send(1, "late".into());
        line.opened(0, 5);
        line.send(0, "new".into());
        assert!(heard(&mut line, 0).is_empty() && heard(&mut line, 1).is_empty());
        line.closed(1);
        line.opened(1, 7);
        assert_eq!(heard(&mut line, 1), ["new"]);
        line.send(1, "fine".into());
        assert_eq!(heard(&mut line, 0), ["fine"]);
    }

    #[test]
    fn a_session_that_has_heard_nothing_waits_for_another() {
        let mut line = Line::default();
        line.opened(1, 1);
        line.opened(0, 1);
        line.closed(0);
        line.opened(0, 1);
        line.send(0, "x".into());
        assert_eq!(heard(&mut line, 1), ["x"]);
    }
}
