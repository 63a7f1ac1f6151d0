//! The side that accepts: from the first octet to an open session.

use super::{
    decoder::{Decoder, Failure, Item},
    fault::Fault,
    inbound::Inbound,
    limits::Limits,
    outbound::{Outbound, fault_record},
    record::{Mode, Preamble, RecordType},
    role::Role,
};
use crate::{Error, ErrorCode, Result};
use bytes::Bytes;

/// What the initiator wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiverEvent {
    /// Mode, Via and encoding are known. Go on reading, or [`refuse`](Receiver::refuse).
    Preamble(Preamble),
    /// The initiator wants to wrap the stream in this protocol: [`accept_upgrade`](Receiver::accept_upgrade) or
    /// [`refuse`](Receiver::refuse).
    Upgrade(String),
    /// The preamble is complete: [`acknowledge`](Receiver::acknowledge) or [`refuse`](Receiver::refuse).
    Complete,
}

#[derive(Debug)]
enum State {
    Version,
    Mode,
    Via(Mode),
    Encoding(Mode, String),
    /// The preamble is known; upgrades may come, then its end.
    Properties(Mode),
    /// An upgrade was asked for and waits for an answer.
    UpgradeAsked(Mode),
    /// The end was read and waits for an answer.
    Complete(Mode),
    Established(Mode),
    Failed(Error),
}

/// The handshake of the side that accepts (MC-NMF 3.3).
///
/// ```
/// # use wws_core::framing::*;
/// # fn main() -> wws_core::Result<()> {
/// let mut receiver = Receiver::new(Limits::default());
/// let mut input = bytes::Bytes::from_static(b"\x00\x01\x00\x01\x02\x02\x0Bnet.tcp://h\x03\x07\x0C");
/// let Some(ReceiverEvent::Preamble(preamble)) = receiver.receive(&mut input)? else { panic!() };
/// assert_eq!(preamble.via, "net.tcp://h");
/// assert_eq!(receiver.receive(&mut input)?, Some(ReceiverEvent::Complete));
/// assert_eq!(receiver.acknowledge()?[..], [0x0B]); // send this
/// let (outbound, inbound) = receiver.into_session()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Receiver {
    state: State,
    decoder: Decoder,
    fault: Option<Fault>,
}

impl Receiver {
    /// A receiver for a new session.
    pub fn new(limits: Limits) -> Self {
        Self::at_offset(limits, 0)
    }

    /// A receiver for the next session of a connection, of which `offset` octets were taken before: after a Singleton
    /// Unsized session has ended both ways, WCF starts another one on the same connection.
    pub fn at_offset(limits: Limits, offset: u64) -> Self {
        Receiver { state: State::Version, decoder: Decoder::new(limits, offset), fault: None }
    }

    /// Whether nothing of a session has arrived yet, so that a closed connection is no error.
    pub fn is_untouched(&self) -> bool {
        matches!(self.state, State::Version) && self.decoder.is_between_records()
    }

    /// Whether the session is established: after [`acknowledge`](Self::acknowledge), or directly after the preamble in
    /// Singleton Sized mode, where the message follows without a frame.
    pub fn is_established(&self) -> bool {
        matches!(self.state, State::Established(_))
    }

    /// Takes octets from the front of `input` until something has to be decided; `None` asks for more. Nothing is
    /// taken beyond an event.
    ///
    /// # Errors
    /// `InvalidFormat` or `QuotaExceeded` with the offset; [`fault_to_send`](Self::fault_to_send) then has what to
    /// tell the peer. Errors stay.
    pub fn receive(&mut self, input: &mut Bytes) -> Result<Option<ReceiverEvent>> {
        loop {
            match &self.state {
                State::Failed(error) => return Err(error.clone()),
                State::UpgradeAsked(_) | State::Complete(_) | State::Established(_) => return Ok(None),
                _ => {}
            }
            let accepted = match self.decoder.next(input) {
                Ok(None) => return Ok(None),
                Ok(Some(item)) => self.accept(item),
                Err(failure) => Err(failure),
            };
            match accepted {
                Ok(None) => {}
                Ok(event) => return Ok(event),
                Err(failure) => return Err(self.fail(failure)),
            }
        }
    }

    /// Agrees to the upgrade; send the octets, wrap the stream, and go on reading inside it.
    ///
    /// What the initiator sent behind its request must not be taken for input from inside the wrapping: if the driver
    /// has octets left over, it must refuse.
    pub fn accept_upgrade(&mut self) -> Result<Bytes> {
        match self.state {
            State::UpgradeAsked(mode) => {
                self.state = State::Properties(mode);
                Ok(Bytes::from_static(&[RecordType::UPGRADE_RESPONSE.0])) // MC-NMF 2.2.3.6
            }
            _ => Err(Error::operation("no upgrade is asked for")),
        }
    }

    /// Takes the session; send the octets (none in a one-way mode).
    pub fn acknowledge(&mut self) -> Result<Bytes> {
        match self.state {
            State::Complete(mode) => {
                self.state = State::Established(mode);
                // MC-NMF 2.2.3.8
                let ack: &[u8] = if mode.is_two_way() { &[RecordType::PREAMBLE_ACK.0] } else { &[] };
                Ok(Bytes::from_static(ack))
            }
            _ => Err(Error::operation("the preamble is not complete")),
        }
    }

    /// Refuses the session; send the octets, if the mode has an answer, and close the connection.
    pub fn refuse(&mut self, fault: Fault) -> Option<Bytes> {
        let answers = self.may_answer();
        self.state = State::Failed(Error::operation("the session was refused"));
        answers.then(|| fault_record(fault))
    }

    /// After an error in what arrived: the octets that tell the peer, if the mode has an answer.
    pub fn fault_to_send(&mut self) -> Option<Bytes> {
        self.fault.take().map(fault_record)
    }

    /// Says that the transport has no more input: an error in a handshake, unless nothing has arrived at all.
    pub fn end_of_input(&mut self) -> Result<()> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        if self.is_untouched() {
            return Ok(());
        }
        let text = "the peer closed the connection during the framing handshake";
        let error = Error::new(ErrorCode::EndpointDisconnected, text);
        self.state = State::Failed(error.clone());
        Err(error)
    }

    /// The two directions of the established session.
    pub fn into_session(self) -> Result<(Outbound, Inbound)> {
        match self.state {
            State::Established(mode) => {
                Ok((Outbound::new(mode, Role::Receiver), Inbound::new(self.decoder, mode, Role::Initiator)))
            }
            State::Failed(error) => Err(error),
            _ => Err(Error::operation("the framing handshake is not complete")),
        }
    }

    fn accept(&mut self, item: Item) -> Result<Option<ReceiverEvent>, Failure> {
        let (next, event) = match (&self.state, item) {
            (State::Version, Item::Version { major: 1, .. }) => (State::Mode, None),
            (State::Version, Item::Version { major, minor }) => {
                let error = Error::format(format!("framing version {major}.{minor}, but only 1.0 exists"));
                return Err(Failure::new(error, Fault::UnsupportedVersion));
            }
            (State::Mode, Item::Mode(mode)) if mode.is_known() => (State::Via(mode), None),
            (State::Mode, Item::Mode(mode)) => {
                let error = Error::format(format!("mode {mode} is not one of MC-NMF 2.2.3.2"));
                return Err(Failure::new(error, Fault::UnsupportedMode));
            }
            (State::Via(mode), Item::Via(via)) => (State::Encoding(*mode, via), None),
            (State::Encoding(mode, via), Item::Encoding(encoding)) => {
                let (mode, via) = (*mode, via.clone());
                (after_encoding(mode), Some(ReceiverEvent::Preamble(Preamble { mode, via, encoding })))
            }
            (State::Properties(mode), Item::UpgradeRequest(protocol)) if mode.is_two_way() => {
                (State::UpgradeAsked(*mode), Some(ReceiverEvent::Upgrade(protocol)))
            }
            (State::Properties(mode), Item::PreambleEnd) => {
                (State::Complete(*mode), Some(ReceiverEvent::Complete))
            }
            (state, item) => return Err(Failure::out_of_place(&item, state.expects())),
        };
        self.state = next;
        Ok(event)
    }

    fn may_answer(&self) -> bool {
        match self.state {
            // Before the mode is known, an answer is the only way to say what is wrong.
            State::Version | State::Mode => true,
            State::Via(mode) | State::Encoding(mode, _) | State::Properties(mode) => mode.is_two_way(),
            State::UpgradeAsked(mode) | State::Complete(mode) | State::Established(mode) => mode.is_two_way(),
            State::Failed(_) => false,
        }
    }

    fn fail(&mut self, failure: Failure) -> Error {
        let failure = self.decoder.locate(failure);
        self.fault = failure.fault.filter(|_| self.may_answer());
        let error = failure.error.context("during the framing handshake");
        self.state = State::Failed(error.clone());
        error
    }
}

/// What follows the encoding: in Singleton Sized mode the message itself (MC-NMF 1.5), else upgrades or the end.
fn after_encoding(mode: Mode) -> State {
    if mode == Mode::SINGLETON_SIZED { State::Established(mode) } else { State::Properties(mode) }
}

impl State {
    fn expects(&self) -> &'static str {
        match self {
            State::Version => "Version (0x00)",
            State::Mode => "Mode (0x01)",
            State::Via(_) => "Via (0x02)",
            State::Encoding(..) => "an encoding (0x03, 0x04)",
            _ => "Upgrade Request (0x09) or Preamble End (0x0C)",
        }
    }
}
