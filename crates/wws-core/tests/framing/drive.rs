//! Drives the machines over recorded or generated octets and notes what they say.

use bytes::Bytes;
use std::io::Read;
use wws_core::Result;
use wws_core::framing::{
    Event, Inbound, Initiator, InitiatorEvent, Limits, Mode, Outbound, Preamble, Receiver, ReceiverEvent,
};

/// The recorded connections, by name and direction.
macro_rules! recordings {
    ($($name:literal),*) => {
        [$(($name, &include_bytes!(concat!("../wire/", $name, ".bin.gz"))[..])),*]
    };
}

/// One direction of a recorded connection.
pub(crate) fn recorded(name: &str) -> Bytes {
    let all = recordings![
        "tcp-c2s",
        "tcp-s2c",
        "tcp_duplex-c2s",
        "tcp_duplex-s2c",
        "tcp_stream-c2s",
        "tcp_stream-s2c",
        "tcp_tls-c2s",
        "tcp_tls-s2c"
    ];
    let packed = all.iter().find(|(n, _)| *n == name).unwrap().1;
    let mut octets = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut octets).unwrap();
    octets.into()
}

/// One session as one side saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) preamble: Option<Preamble>,
    pub(crate) upgrade: Option<String>,
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) ended: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) size: Option<u32>,
    /// The pieces as they came; they depend on how the input was cut.
    pub(crate) pieces: Vec<Bytes>,
}

impl Envelope {
    pub(crate) fn octets(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

impl Session {
    /// The session without the places where the input was cut.
    pub(crate) fn joined(&self) -> Session {
        let mut joined = self.clone();
        for envelope in &mut joined.envelopes {
            envelope.pieces = vec![envelope.octets().into()];
        }
        joined
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Envelope { size } => self.envelopes.push(Envelope { size, pieces: Vec::new() }),
            Event::Payload(piece) => {
                assert!(!piece.is_empty());
                self.envelopes.last_mut().unwrap().pieces.push(piece);
            }
            Event::EnvelopeEnd => {}
            Event::End => self.ended = true,
        }
    }
}

/// Hands out the input in pieces, as a socket would.
pub(crate) struct Feed<'a> {
    rest: Bytes,
    cuts: &'a [usize],
    turn: usize,
    pub(crate) piece: Bytes,
}

impl<'a> Feed<'a> {
    /// Cuts `input` into pieces of the lengths `cuts`, over and over.
    pub(crate) fn new(input: Bytes, cuts: &'a [usize]) -> Self {
        Feed { rest: input, cuts, turn: 0, piece: Bytes::new() }
    }

    /// The next piece, unless the last one is not used up; `false` at the end.
    pub(crate) fn more(&mut self) -> bool {
        if !self.piece.is_empty() {
            return true;
        }
        let n = self.cuts.get(self.turn % self.cuts.len().max(1)).copied().unwrap_or(usize::MAX);
        self.turn += 1;
        self.piece = self.rest.split_to(n.min(self.rest.len()));
        !self.piece.is_empty()
    }
}

pub(crate) fn unlimited() -> Limits {
    Limits::default().with_max_envelope_size(u64::MAX)
}

/// Reads a connection as the receiver does: session after session.
pub(crate) fn as_receiver(input: Bytes, cuts: &[usize], limits: &Limits) -> Result<Vec<Session>> {
    let mut feed = Feed::new(input, cuts);
    let mut sessions = Vec::new();
    let mut offset = 0;
    loop {
        let mut receiver = Receiver::at_offset(limits.clone(), offset);
        let mut session = Session::default();
        while !receiver.is_established() {
            match receiver.receive(&mut feed.piece)? {
                Some(ReceiverEvent::Preamble(preamble)) => session.preamble = Some(preamble),
                Some(ReceiverEvent::Upgrade(protocol)) => {
                    session.upgrade = Some(protocol);
                    assert_eq!(receiver.accept_upgrade()?[..], [0x0A]);
                }
                Some(ReceiverEvent::Complete) => {
                    receiver.acknowledge()?;
                }
                None if feed.more() => {}
                None => {
                    receiver.end_of_input()?;
                    return Ok(sessions);
                }
            }
        }
        offset = read_session(receiver.into_session()?.1, &mut feed, &mut session)?;
        sessions.push(session);
    }
}

/// Reads a connection as the initiator does: `count` sessions in `mode`.
pub(crate) fn as_initiator(
    input: Bytes,
    cuts: &[usize],
    mode: Mode,
    upgrade: Option<&str>,
    count: usize,
) -> Result<Vec<Session>> {
    let mut feed = Feed::new(input, cuts);
    let mut sessions = Vec::new();
    for _ in 0..count {
        let preamble = Preamble::new(mode, "net.tcp://h", "application/soap+msbin1");
        let (mut initiator, _) = Initiator::new(preamble, upgrade, unlimited())?;
        let mut session = Session::default();
        while !initiator.is_established() {
            match initiator.receive(&mut feed.piece)? {
                Some(InitiatorEvent::Upgrade) => {
                    session.upgrade = upgrade.map(str::to_owned);
                    initiator.upgraded()?;
                }
                Some(InitiatorEvent::Established) => {}
                None if feed.more() => {}
                None => return Err(initiator.end_of_input()),
            }
        }
        read_session(initiator.into_session()?.1, &mut feed, &mut session)?;
        sessions.push(session);
    }
    assert!(!feed.more(), "octets are left over");
    Ok(sessions)
}

fn read_session(mut inbound: Inbound, feed: &mut Feed<'_>, session: &mut Session) -> Result<u64> {
    while !inbound.is_ended() {
        match inbound.receive(&mut feed.piece)? {
            Some(event) => session.note(event),
            None if feed.more() => {}
            None => {
                inbound.end_of_input()?;
            }
        }
    }
    Ok(inbound.offset())
}

/// Writes envelopes, each in pieces, and the end of the session.
pub(crate) fn write(outbound: &mut Outbound, envelopes: &[Vec<Vec<u8>>]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for pieces in envelopes {
        match outbound.mode() {
            Mode::SINGLETON_SIZED => outbound.begin_rest()?,
            _ if outbound.is_sized() => {
                let size = pieces.iter().map(Vec::len).sum::<usize>() as u32;
                out.extend_from_slice(outbound.sized(size)?.as_ref());
            }
            _ => out.extend_from_slice(outbound.begin_unsized()?.as_ref()),
        }
        for piece in pieces {
            out.extend(outbound.payload(piece.len())?.iter().flat_map(|h| h.as_ref().to_vec()));
            out.extend_from_slice(piece);
        }
        out.extend(outbound.end_envelope()?.iter().flat_map(|h| h.as_ref().to_vec()));
    }
    if !outbound.is_ended() {
        out.extend_from_slice(outbound.end()?.as_ref());
    }
    Ok(out)
}
