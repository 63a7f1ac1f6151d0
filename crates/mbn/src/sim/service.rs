//! What a service of the simulated modem does, and the ids of the simulator's own services.

use bytes::Bytes;
use uuid::{Uuid, uuid};

use crate::wire::{Command, InformationBuffer, Request, Status, cid::DeviceService};

/// Sends back what it gets: query and set of CID 1, and datagrams.
pub const ECHO: Uuid = uuid!("7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e01");
/// A sink and source of bulk data with digests; see [`DigestQuery`](super::DigestQuery).
pub const STORE: Uuid = uuid!("7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e02");
/// Controls the simulator: latency, faults, events, unplugging.
pub const CONTROL: Uuid = uuid!("7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e03");

/// A line to another simulated modem; see [`connected`](super::connected).
pub const LINE: Uuid = uuid!("7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e04");

/// The answer to a command: a status and an information buffer.
pub type Answer = (Status, Bytes);

/// What a service asks the modem to do besides answering.
#[derive(Debug)]
pub enum Effect {
    /// Report an event, if the host subscribed to it.
    Event {
        /// The service.
        service: Uuid,
        /// The event.
        cid: u32,
        /// Its data.
        data: Bytes,
    },
    /// Send a datagram over a data session.
    Data {
        /// The session.
        session: u8,
        /// The datagram.
        data: Bytes,
    },
    /// Behave badly with the next command.
    Fault(super::Fault),
    /// Answer later from now on.
    Latency(std::time::Duration),
    /// Vanish.
    Unplug,
}

/// A device service of the simulated modem.
pub trait Service: std::fmt::Debug + Send {
    /// What the modem's list says about the service.
    fn describe(&self) -> DeviceService;

    /// Answers a command.
    fn command(&mut self, command: &Command, effects: &mut Vec<Effect>) -> Answer;

    /// A data session was opened.
    fn opened(&mut self, _session: u8) {}

    /// A data session was closed, or the modem was reset.
    fn closed(&mut self, _session: u8) {}

    /// A datagram came.
    fn data(&mut self, _session: u8, _data: Bytes, _effects: &mut Vec<Effect>) {}

    /// The next datagram of bulk data, of at most `limit` bytes. Asked whenever the way to the host has room.
    fn poll_data(&mut self, _limit: usize) -> Option<(u8, Bytes)> {
        None
    }
}

/// The information buffer of a command, if it is an `R`.
pub(super) fn request<R: Request>(command: &Command) -> Option<R> {
    let matches = (command.service, command.cid, command.kind) == (R::SERVICE, R::CID, R::KIND);
    if matches { R::decode(&command.buffer).ok() } else { None }
}

/// A successful answer.
pub(super) fn answer(buffer: &impl InformationBuffer) -> Answer {
    (Status::SUCCESS, buffer.encode())
}

/// An unsuccessful answer.
pub(super) fn refuse(status: Status) -> Answer {
    (status, Bytes::new())
}
