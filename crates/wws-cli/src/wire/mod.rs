//! What two peers say to each other, decoded as it passes: HTTP/1.1, HTTP/2 or message framing, and the envelopes within.
//!
//! A [`Conversation`] is fed with the octets of both directions, in any pieces, and gives [`Event`]s. It serves
//! captures, the proxy and `wws send -v`.

mod content;
mod framed;
mod http;
mod http2;
mod observer;
pub(crate) mod printer;

pub(crate) use content::{Contents, Envelope};
pub(crate) use observer::{End, Observer};
pub(crate) use printer::Printer;

use bytes::Bytes;
use wws::Result;

/// Which way octets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the side that connected.
    Request,
    /// From the side that accepted.
    Reply,
}

impl Direction {
    /// An arrow for people.
    pub(crate) fn arrow(self) -> &'static str {
        match self {
            Direction::Request => "→",
            Direction::Reply => "←",
        }
    }

    /// A word for programs.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Direction::Request => "request",
            Direction::Reply => "reply",
        }
    }
}

/// What was found on the wire.
#[derive(Debug)]
pub(crate) enum Event {
    /// The first line of an HTTP message and its headers.
    Head {
        /// The request line or the status line.
        line: String,
        /// Names and values as they came.
        headers: Vec<(String, String)>,
    },
    /// A record of message framing (MC-NMF 2.2.3), in words.
    Record {
        /// What it is.
        name: &'static str,
        /// What it says.
        text: String,
    },
    /// A message, whole.
    Message(Message),
    /// Something to say about the connection.
    Note(String),
    /// What cannot be read; nothing more of this direction is decoded.
    Broken(String),
}

/// A message as it stood on the wire, and its envelope if it could be decoded.
#[derive(Debug)]
pub(crate) struct Message {
    /// The content type on the wire.
    pub(crate) content_type: String,
    /// The content coding on the wire.
    pub(crate) content_encoding: Option<String>,
    /// Octets on the wire.
    pub(crate) size: u64,
    /// What is in it, or why that cannot be said.
    pub(crate) envelope: Result<Envelope>,
}

/// The most octets of one message that are kept to be decoded; the rest is counted.
pub(crate) const MAX_DECODED: usize = 16 << 20;

/// One connection.
pub(crate) struct Conversation {
    protocol: Protocol,
    /// Octets that came before it was known what is spoken.
    waiting: [Vec<u8>; 2],
    shorten: Option<usize>,
}

enum Protocol {
    Unknown,
    Http(Box<http::Http>),
    Http2(Box<http2::Http2>),
    Framed(Box<framed::Framed>),
    /// Said already; nothing more to decode.
    Opaque,
}

impl Conversation {
    /// A connection of which nothing was seen. Text longer than `shorten` is cut in the envelopes.
    pub(crate) fn new(shorten: Option<usize>) -> Self {
        Conversation { protocol: Protocol::Unknown, waiting: Default::default(), shorten }
    }

    /// The next octets of one direction.
    pub(crate) fn feed(&mut self, direction: Direction, octets: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        if let Protocol::Unknown = self.protocol {
            self.waiting[direction as usize].extend_from_slice(octets);
            match self.recognize(direction) {
                Some(protocol) => self.protocol = protocol,
                None => return events,
            }
            if let Protocol::Opaque = self.protocol {
                let what = if self.waiting.iter().any(|w| w.first() == Some(&0x16)) {
                    "TLS"
                } else {
                    "another protocol"
                };
                events.push(Event::Note(format!("{what}: not decoded")));
            }
            for direction in [Direction::Request, Direction::Reply] {
                let waiting = std::mem::take(&mut self.waiting[direction as usize]);
                self.pass(direction, waiting.into(), &mut events);
            }
            return events;
        }
        self.pass(direction, Bytes::copy_from_slice(octets), &mut events);
        events
    }

    /// One direction has ended, in order or cut.
    pub(crate) fn end(&mut self, direction: Direction) -> Vec<Event> {
        let mut events = Vec::new();
        match &mut self.protocol {
            Protocol::Http(http) => http.end(direction, &mut events),
            Protocol::Http2(http2) => http2.end(direction, &mut events),
            Protocol::Framed(framed) => framed.end(direction, &mut events),
            Protocol::Unknown | Protocol::Opaque => {}
        }
        events
    }

    fn pass(&mut self, direction: Direction, octets: Bytes, events: &mut Vec<Event>) {
        match &mut self.protocol {
            _ if octets.is_empty() => {}
            Protocol::Http(http) => http.feed(direction, &octets, events),
            Protocol::Http2(http2) => http2.feed(direction, &octets, events),
            Protocol::Framed(framed) => framed.feed(direction, octets, events),
            Protocol::Unknown | Protocol::Opaque => {}
        }
    }

    /// What is spoken, by the first octets of the side that just spoke.
    fn recognize(&self, direction: Direction) -> Option<Protocol> {
        let start = &self.waiting[direction as usize][..];
        let first = *start.first()?;
        if direction == Direction::Reply {
            // A server that speaks first, or a capture that began in the middle.
            return match start {
                _ if start.starts_with(b"HTTP/1.") => {
                    Some(Protocol::Http(Box::new(http::Http::new(self.shorten))))
                }
                _ if b"HTTP/1.".starts_with(start) => None,
                _ if matches!(first, 0x0a | 0x0b | 0x08) => None,
                // RFC 9113 3.4: SETTINGS, which a server may send before it has heard of the client.
                [0, 0, _, 4, 0, ..] => None,
                [0] | [0, 0] | [0, 0, _] | [0, 0, _, 4] => None,
                _ => Some(Protocol::Opaque),
            };
        }
        // MC-NMF 2.2.3.1: a Version record, 1.0, then a Mode record.
        const PREAMBLE: [u8; 4] = [0x00, 0x01, 0x00, 0x01];
        if PREAMBLE.starts_with(start) || start.starts_with(&PREAMBLE) {
            let known = start.len() >= PREAMBLE.len();
            return known.then(|| Protocol::Framed(Box::new(framed::Framed::new(self.shorten))));
        }
        if http2::PREFACE.starts_with(start) || start.starts_with(http2::PREFACE) {
            let known = start.len() >= http2::PREFACE.len();
            return known.then(|| Protocol::Http2(Box::new(http2::Http2::new(self.shorten))));
        }
        let method = start.iter().take_while(|b| b.is_ascii_uppercase()).count();
        if (2..20).contains(&method) && start.get(method) == Some(&b' ') {
            return Some(Protocol::Http(Box::new(http::Http::new(self.shorten))));
        }
        if method == start.len() && method < 20 {
            return None;
        }
        Some(Protocol::Opaque)
    }
}
