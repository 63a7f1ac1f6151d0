//! The receiving direction of a session after its preamble. It shares nothing with the sending one, so that one task
//! can send while another receives.

use super::{
    decoder::{Decoder, Failure, Item},
    fault::Fault,
    record::Mode,
    role::{Role, envelopes_allowed},
};
use crate::{Error, ErrorCode, Result};
use bytes::Bytes;

/// What arrived on an open session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An envelope starts. Its size is known in the modes with sized envelopes.
    Envelope {
        /// Octets of the envelope, if the peer said so.
        size: Option<u32>,
    },
    /// A piece of the envelope: a slice of the input, not a copy, never empty.
    Payload(Bytes),
    /// The envelope is complete.
    EnvelopeEnd,
    /// The peer sends no more envelopes.
    End,
}

#[derive(Debug)]
enum Receiving {
    Idle,
    InEnvelope,
    Ended,
    Failed(Error),
}

/// The receiving direction of a session: octets in, [`Event`]s out.
#[derive(Debug)]
pub struct Inbound {
    decoder: Decoder,
    mode: Mode,
    peer: Role,
    envelopes: u64,
    state: Receiving,
    fault: Option<Fault>,
}

impl Inbound {
    pub(super) fn new(mut decoder: Decoder, mode: Mode, peer: Role) -> Self {
        if mode == Mode::SINGLETON_SIZED && peer == Role::Initiator {
            decoder.rest_is_envelope();
        }
        Inbound { decoder, mode, peer, envelopes: 0, state: Receiving::Idle, fault: None }
    }

    /// Takes octets from the front of `input` until an event is complete; `None` asks for more.
    ///
    /// After [`Event::End`] nothing is taken any more: what is left belongs to the next session on the connection.
    ///
    /// # Errors
    /// `InvalidFormat` with the octet's offset if the input is no MC-NMF or a record stands where it may not,
    /// `QuotaExceeded` for an envelope over the limit, and the error of the [`Fault`] if the peer sends one. An
    /// error stays: every later call returns it again.
    pub fn receive(&mut self, input: &mut Bytes) -> Result<Option<Event>> {
        match &self.state {
            Receiving::Failed(error) => return Err(error.clone()),
            Receiving::Ended => return Ok(None),
            Receiving::Idle | Receiving::InEnvelope => {}
        }
        let item = self.decoder.next(input).and_then(|item| item.map(|i| self.accept(i)).transpose());
        item.map_err(|failure| self.fail(failure))
    }

    /// Says that the transport has no more input.
    ///
    /// # Errors
    /// `EndpointDisconnected` unless the peer ended the session before; a cut envelope never looks complete.
    pub fn end_of_input(&mut self) -> Result<Option<Event>> {
        match &self.state {
            Receiving::Failed(error) => Err(error.clone()),
            Receiving::Ended => Ok(None),
            // MC-NMF 1.5: in this mode the transport delimits the message.
            Receiving::InEnvelope if self.mode == Mode::SINGLETON_SIZED => {
                self.state = Receiving::Ended;
                Ok(Some(Event::EnvelopeEnd))
            }
            Receiving::Idle if self.decoder.is_between_records() => Err(self.cut("without an End record")),
            Receiving::Idle => Err(self.cut("inside a record")),
            Receiving::InEnvelope => Err(self.cut("inside an envelope")),
        }
    }

    /// Whether the peer has ended its side.
    pub fn is_ended(&self) -> bool {
        matches!(self.state, Receiving::Ended)
    }

    /// Whether an envelope has started and not ended.
    pub fn is_in_envelope(&self) -> bool {
        matches!(self.state, Receiving::InEnvelope)
    }

    /// After an error in what arrived: the fault that tells the peer, where one may be sent (MC-NMF 3.1.4).
    pub fn fault(&self) -> Option<Fault> {
        self.fault.filter(|_| self.mode.is_two_way())
    }

    /// Octets taken so far, counted from the start of the connection.
    pub fn offset(&self) -> u64 {
        self.decoder.offset()
    }

    fn accept(&mut self, item: Item) -> Result<Event, Failure> {
        match item {
            Item::Envelope(size) if self.may_start_envelope(size.is_some()) => {
                self.envelopes += 1;
                self.state = Receiving::InEnvelope;
                Ok(Event::Envelope { size })
            }
            Item::Payload(payload) => Ok(Event::Payload(payload)),
            Item::EnvelopeEnd => {
                self.state = Receiving::Idle;
                Ok(Event::EnvelopeEnd)
            }
            Item::End => {
                self.state = Receiving::Ended;
                Ok(Event::End)
            }
            Item::Envelope(_) if matches!(self.state, Receiving::Idle) => {
                let text = format!("mode {} does not allow this envelope from this peer", self.mode);
                Err(Failure::invalid(text))
            }
            other => Err(Failure::out_of_place(&other, "an envelope or End")),
        }
    }

    fn may_start_envelope(&self, is_sized: bool) -> bool {
        let right_form = is_sized == matches!(self.mode, Mode::DUPLEX | Mode::SIMPLEX);
        right_form && envelopes_allowed(self.mode, self.peer).is_none_or(|allowed| self.envelopes < allowed)
    }

    fn fail(&mut self, failure: Failure) -> Error {
        let failure = self.decoder.locate(failure);
        self.fault = failure.fault;
        self.state = Receiving::Failed(failure.error.clone());
        failure.error
    }

    fn cut(&mut self, place: &str) -> Error {
        let text = format!("the peer closed the connection {place}, after {} octets", self.decoder.offset());
        let error = Error::new(ErrorCode::EndpointDisconnected, text);
        self.state = Receiving::Failed(error.clone());
        error
    }
}
