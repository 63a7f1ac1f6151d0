//! Message framing (MC-NMF) as it passes by: the records of both directions, and the envelopes.

use super::{Contents, Direction, Event, MAX_DECODED, Message};
use bytes::Bytes;
use wws::{
    Error, Result,
    framing::{Inbound, Initiator, InitiatorEvent, Limits, Preamble, Receiver, ReceiverEvent},
};

/// Sessions on one connection.
pub(super) struct Framed {
    client: Half<Receiver>,
    server: Half<Initiator>,
    /// What the server reads its answers by: the preamble of each session, and the upgrade that was asked for.
    asked: std::collections::VecDeque<(Preamble, Option<String>)>,
    /// The preamble of the session that the client is opening.
    preamble: Option<(Preamble, Option<String>)>,
}

struct Half<H> {
    state: State<H>,
    input: Bytes,
    content_type: String,
    body: Vec<u8>,
    size: u64,
    contents: Contents,
    shorten: Option<usize>,
}

enum State<H> {
    /// Of the next session on the connection nothing was seen; octets taken so far.
    Idle(u64),
    Handshake(H),
    Session(Inbound),
    /// Wrapped by an upgrade, or broken.
    Opaque,
}

/// A TLS or NegotiateStream handshake begins with this octet (RFC 8446 5.1, MS-NNS 2.2.1).
const HANDSHAKE_IN_PROGRESS: u8 = 0x16;

fn limits() -> Limits {
    Limits::default().with_max_envelope_size(u64::MAX)
}

impl Framed {
    pub(super) fn new(shorten: Option<usize>) -> Self {
        Framed {
            client: Half::new(shorten),
            server: Half::new(shorten),
            asked: Default::default(),
            preamble: None,
        }
    }

    pub(super) fn feed(&mut self, direction: Direction, octets: Bytes, events: &mut Vec<Event>) {
        let input = match direction {
            Direction::Request => &mut self.client.input,
            Direction::Reply => &mut self.server.input,
        };
        *input = if input.is_empty() { octets } else { [&input[..], &octets[..]].concat().into() };
        let done = match direction {
            Direction::Request => self.client_said(events),
            Direction::Reply => self.server_said(events),
        };
        if let Err(error) = done {
            events.push(Event::Broken(error.to_string()));
            match direction {
                Direction::Request => self.client.state = State::Opaque,
                Direction::Reply => self.server.state = State::Opaque,
            }
        }
    }

    pub(super) fn end(&mut self, direction: Direction, events: &mut Vec<Event>) {
        match direction {
            Direction::Request => self.client.end(events),
            Direction::Reply => self.server.end(events),
        }
    }

    fn client_said(&mut self, events: &mut Vec<Event>) -> Result<()> {
        loop {
            match &mut self.client.state {
                State::Opaque => return Ok(()),
                State::Idle(offset) => {
                    if self.client.input.is_empty() {
                        return Ok(());
                    }
                    self.client.state = State::Handshake(Receiver::at_offset(limits(), *offset));
                }
                State::Session(_) => {
                    if !self.client.envelopes(events)? {
                        return Ok(());
                    }
                }
                State::Handshake(receiver) => match receiver.receive(&mut self.client.input)? {
                    None => return Ok(()),
                    Some(ReceiverEvent::Preamble(preamble)) => {
                        record(events, "Version", "1.0");
                        record(events, "Mode", preamble.mode);
                        record(events, "Via", &preamble.via);
                        record(events, "Encoding", preamble.encoding.content_type());
                        self.client.content_type = preamble.encoding.content_type().to_owned();
                        if receiver.is_established() {
                            self.established(preamble, None)?;
                        } else {
                            self.preamble = Some((preamble, None));
                        }
                    }
                    Some(ReceiverEvent::Upgrade(protocol)) => {
                        record(events, "Upgrade Request", &protocol);
                        receiver.accept_upgrade()?;
                        if let Some((preamble, upgrade)) = &mut self.preamble {
                            *upgrade = Some(protocol);
                            self.asked.push_back((preamble.clone(), upgrade.clone()));
                        }
                        if self.client.input.first() == Some(&HANDSHAKE_IN_PROGRESS) {
                            self.client.state = State::Opaque;
                        }
                    }
                    Some(ReceiverEvent::Complete) => {
                        record(events, "Preamble End", "");
                        receiver.acknowledge()?;
                        if let Some((preamble, upgrade)) = self.preamble.take() {
                            self.established(preamble, upgrade)?;
                        }
                    }
                },
            }
            // The first octet inside a wrapping tells whether it can be read.
            if let State::Handshake(receiver) = &self.client.state
                && self.preamble.as_ref().is_some_and(|(_, upgrade)| upgrade.is_some())
                && !receiver.is_established()
                && self.client.input.first() == Some(&HANDSHAKE_IN_PROGRESS)
            {
                self.client.state = State::Opaque;
                return Ok(());
            }
        }
    }

    /// The client may send envelopes from here on.
    fn established(&mut self, preamble: Preamble, upgrade: Option<String>) -> Result<()> {
        if upgrade.is_none() {
            self.asked.push_back((preamble, None));
        }
        if let State::Handshake(receiver) = std::mem::replace(&mut self.client.state, State::Opaque) {
            self.client.state = State::Session(receiver.into_session()?.1);
        }
        Ok(())
    }

    fn server_said(&mut self, events: &mut Vec<Event>) -> Result<()> {
        loop {
            match &mut self.server.state {
                State::Opaque => return Ok(()),
                State::Idle(_) => {
                    // Without the preamble an answer cannot be read; it waits.
                    let Some((preamble, upgrade)) = self.asked.pop_front() else { return Ok(()) };
                    self.server.content_type = preamble.encoding.content_type().to_owned();
                    let (initiator, _) = Initiator::new(preamble, upgrade.as_deref(), limits())?;
                    self.server.state = State::Handshake(initiator);
                }
                State::Session(_) => {
                    if !self.server.envelopes(events)? {
                        return Ok(());
                    }
                }
                State::Handshake(initiator) => match initiator.receive(&mut self.server.input)? {
                    Some(InitiatorEvent::Upgrade) => {
                        record(events, "Upgrade Response", "");
                        initiator.upgraded()?;
                    }
                    Some(InitiatorEvent::Established) => {
                        record(events, "Preamble Ack", "");
                        if let State::Handshake(initiator) =
                            std::mem::replace(&mut self.server.state, State::Opaque)
                        {
                            self.server.state = State::Session(initiator.into_session()?.1);
                        }
                    }
                    None if initiator.is_established() => return Ok(()),
                    None => return Ok(()),
                },
            }
            if let State::Handshake(_) = &self.server.state
                && self.server.input.first() == Some(&HANDSHAKE_IN_PROGRESS)
            {
                events.push(Event::Note("the rest is wrapped by the upgrade: not decoded".to_owned()));
                self.server.state = State::Opaque;
                return Ok(());
            }
        }
    }
}

impl<H> Half<H> {
    fn new(shorten: Option<usize>) -> Self {
        Half {
            state: State::Idle(0),
            input: Bytes::new(),
            content_type: String::new(),
            body: Vec::new(),
            size: 0,
            contents: Contents::new(shorten),
            shorten,
        }
    }

    /// Envelopes that are there; true once the session has ended and another may begin.
    fn envelopes(&mut self, events: &mut Vec<Event>) -> Result<bool> {
        use wws::framing::Event as Framing;
        while let State::Session(inbound) = &mut self.state {
            match inbound.receive(&mut self.input)? {
                None => return Ok(false),
                Some(Framing::Envelope { size }) => {
                    self.body.clear();
                    self.size = 0;
                    match size {
                        Some(size) => record(events, "Sized Envelope", format!("{size} octets")),
                        None => record(events, "Unsized Envelope", ""),
                    }
                }
                Some(Framing::Payload(octets)) => {
                    self.size += octets.len() as u64;
                    let room = MAX_DECODED.saturating_sub(self.body.len());
                    self.body.extend_from_slice(octets.get(..room).unwrap_or(&octets));
                }
                Some(Framing::EnvelopeEnd) => self.message(events),
                Some(Framing::End) => {
                    record(events, "End", "");
                    let offset = inbound.offset();
                    self.state = State::Idle(offset);
                    self.contents = Contents::new(self.shorten);
                    return Ok(true);
                }
            }
        }
        Ok(true)
    }

    fn message(&mut self, events: &mut Vec<Event>) {
        let envelope = if self.size > self.body.len() as u64 {
            Err(Error::quota(format!("only messages of up to {MAX_DECODED} octets are decoded")))
        } else {
            self.contents.decode(&self.content_type, None, &self.body)
        };
        self.body = Vec::new();
        events.push(Event::Message(Message {
            content_type: self.content_type.clone(),
            content_encoding: None,
            size: self.size,
            envelope,
        }));
    }

    fn end(&mut self, events: &mut Vec<Event>) {
        let cut = match &mut self.state {
            State::Session(inbound) => inbound.end_of_input(),
            _ => Ok(None),
        };
        match cut {
            Ok(Some(wws::framing::Event::EnvelopeEnd)) => self.message(events),
            Ok(_) => {}
            Err(error) => events.push(Event::Note(error.to_string())),
        }
        self.state = State::Opaque;
    }
}

fn record(events: &mut Vec<Event>, name: &'static str, text: impl ToString) {
    events.push(Event::Record { name, text: text.to_string() });
}
