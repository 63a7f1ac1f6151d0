//! The side that connects: from the preamble to an open session.

use super::{
    decoder::{Decoder, Failure, Item},
    inbound::Inbound,
    limits::Limits,
    outbound::Outbound,
    record::{Mode, Preamble, RecordType, encode_text},
    role::Role,
};
use crate::{Error, ErrorCode, Result};
use bytes::Bytes;

/// What the initiator's handshake came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiatorEvent {
    /// The receiver agrees to the upgrade. Wrap the stream, then send what [`Initiator::upgraded`] returns.
    Upgrade,
    /// The receiver takes the session; go on with [`Initiator::into_session`].
    Established,
}

#[derive(Debug)]
enum State {
    AwaitUpgrade,
    /// The driver wraps the stream.
    Upgrading,
    AwaitAck,
    Established,
    Failed(Error),
}

/// The handshake of the side that connects (MC-NMF 3.2).
///
/// ```
/// # use wws_core::framing::*;
/// # fn main() -> wws_core::Result<()> {
/// let preamble = Preamble::new(Mode::DUPLEX, "net.tcp://host/path", "application/soap+msbinsession1");
/// let (mut initiator, hello) = Initiator::new(preamble, Some("application/ssl-tls"), Limits::default())?;
/// // … send `hello`, read …
/// let mut input = bytes::Bytes::from_static(&[0x0A]);
/// assert_eq!(initiator.receive(&mut input)?, Some(InitiatorEvent::Upgrade));
/// // … the TLS handshake …
/// let end = initiator.upgraded()?;
/// assert_eq!(end[..], [0x0C]);
/// let mut input = bytes::Bytes::from_static(&[0x0B]);
/// assert_eq!(initiator.receive(&mut input)?, Some(InitiatorEvent::Established));
/// let (outbound, inbound) = initiator.into_session()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Initiator {
    state: State,
    mode: Mode,
    decoder: Decoder,
}

impl Initiator {
    /// Starts a session; the octets are the first to send. `upgrade` names the protocol that is to wrap the stream,
    /// such as `application/ssl-tls`.
    ///
    /// In the one-way modes nothing comes back: the session is established at once.
    ///
    /// # Errors
    /// `InvalidArgument` for a mode that is none, or an upgrade in a one-way mode.
    pub fn new(preamble: Preamble, upgrade: Option<&str>, limits: Limits) -> Result<(Self, Bytes)> {
        let mode = preamble.mode;
        if !mode.is_known() {
            return Err(Error::argument(format!("mode {mode} is not one of MC-NMF 2.2.3.2")));
        }
        let mut out = Vec::with_capacity(preamble.via.len() + 32);
        preamble.encode(&mut out)?;
        let state = match upgrade {
            Some(_) if !mode.is_two_way() => {
                return Err(Error::argument(format!("mode {mode} is one-way; an upgrade needs an answer")));
            }
            Some(protocol) => {
                encode_text(RecordType::UPGRADE_REQUEST, protocol, &mut out)?;
                State::AwaitUpgrade
            }
            None => {
                // MC-NMF 1.5: a Singleton Sized message follows its encoding directly.
                if mode != Mode::SINGLETON_SIZED {
                    out.push(RecordType::PREAMBLE_END.0);
                }
                if mode.is_two_way() { State::AwaitAck } else { State::Established }
            }
        };
        let decoder = Decoder::new(limits, 0);
        Ok((Initiator { state, mode, decoder }, out.into()))
    }

    /// Whether the session is established, as it is from the start in the one-way modes.
    pub fn is_established(&self) -> bool {
        matches!(self.state, State::Established)
    }

    /// Takes octets from the front of `input` until something is decided; `None` asks for more. Nothing is taken
    /// beyond an event.
    ///
    /// # Errors
    /// The error of the [`Fault`](super::Fault) with which the receiver refuses, or `InvalidFormat` for an answer
    /// that is none. Errors stay.
    pub fn receive(&mut self, input: &mut Bytes) -> Result<Option<InitiatorEvent>> {
        match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Upgrading | State::Established => return Ok(None),
            State::AwaitUpgrade | State::AwaitAck => {}
        }
        let item = match self.decoder.next(input) {
            Ok(None) => return Ok(None),
            Ok(Some(item)) => item,
            Err(failure) => return Err(self.fail(failure)),
        };
        match (&self.state, item) {
            (State::AwaitUpgrade, Item::UpgradeResponse) => {
                self.state = State::Upgrading;
                Ok(Some(InitiatorEvent::Upgrade))
            }
            (State::AwaitAck, Item::PreambleAck) => {
                self.state = State::Established;
                Ok(Some(InitiatorEvent::Established))
            }
            (State::AwaitUpgrade, item) => {
                Err(self.fail(Failure::out_of_place(&item, "Upgrade Response (0x0A)")))
            }
            (_, item) => Err(self.fail(Failure::out_of_place(&item, "Preamble Ack (0x0B)"))),
        }
    }

    /// The stream is wrapped; the octets are the next to send, inside the wrapping.
    pub fn upgraded(&mut self) -> Result<Bytes> {
        match self.state {
            State::Upgrading => {
                self.state = State::AwaitAck;
                Ok(Bytes::from_static(&[RecordType::PREAMBLE_END.0]))
            }
            _ => Err(Error::operation("an upgrade that the receiver has not agreed to")),
        }
    }

    /// Says that the transport has no more input: an error in a handshake, always.
    pub fn end_of_input(&mut self) -> Error {
        if let State::Failed(error) = &self.state {
            return error.clone();
        }
        let text = "the peer closed the connection during the framing handshake; does it speak net.tcp, and is the \
                    transport security the same on both ends?";
        let error = Error::new(ErrorCode::EndpointDisconnected, text);
        self.state = State::Failed(error.clone());
        error
    }

    /// The two directions of the established session.
    pub fn into_session(self) -> Result<(Outbound, Inbound)> {
        match self.state {
            State::Established => {
                let inbound = Inbound::new(self.decoder, self.mode, Role::Receiver);
                Ok((Outbound::new(self.mode, Role::Initiator), inbound))
            }
            State::Failed(error) => Err(error),
            _ => Err(Error::operation("the framing handshake is not complete")),
        }
    }

    fn fail(&mut self, failure: Failure) -> Error {
        let error = self.decoder.locate(failure).error.context("during the framing handshake");
        self.state = State::Failed(error.clone());
        error
    }
}
