//! From packets to connections, and from connections to events.

use super::{
    packets::{Content, Found, Packet, Segment},
    stream::{Progress, Stream},
};
use crate::wire::{Contents, Conversation, Direction, Event, Message, printer};
use std::{collections::HashMap, net::SocketAddr};
use wws::Result;

/// All connections of a capture.
pub(super) struct Flows {
    printer: crate::wire::Printer,
    shorten: Option<usize>,
    tcp: HashMap<(SocketAddr, SocketAddr), Connection>,
    /// Pairs between which datagrams with envelopes went, by number.
    udp: HashMap<(SocketAddr, SocketAddr), u64>,
    count: u64,
    start: Option<f64>,
    now: f64,
    messages: u64,
    broken: u64,
}

struct Connection {
    number: u64,
    client: SocketAddr,
    server: SocketAddr,
    /// Printed once something of interest came.
    is_announced: bool,
    streams: [Stream; 2],
    conversation: Conversation,
    /// Octets are missing: nothing behind them is decoded.
    is_lost: [bool; 2],
}

impl Flows {
    pub(super) fn new(printer: crate::wire::Printer, shorten: Option<usize>) -> Self {
        Flows {
            printer,
            shorten,
            tcp: HashMap::new(),
            udp: HashMap::new(),
            count: 0,
            start: None,
            now: 0.0,
            messages: 0,
            broken: 0,
        }
    }

    /// Takes a packet.
    pub(super) fn packet(&mut self, packet: Packet) -> Result<()> {
        let start = *self.start.get_or_insert(packet.time);
        self.now = packet.time - start;
        match packet.content {
            Content::Udp(octets) => self.datagram(packet.from, packet.to, &octets),
            Content::Tcp(segment) => self.segment(packet.from, packet.to, segment),
        }
        Ok(())
    }

    /// The capture has ended.
    pub(super) fn finish(mut self, found: &Found) {
        let mut left: Vec<Connection> = std::mem::take(&mut self.tcp).into_values().collect();
        left.sort_by_key(|connection| connection.number);
        for connection in left {
            self.close(connection);
        }
        let Found { packets, others, cut, is_cut } = found;
        let mut text = format!("{packets} packets, {} messages", self.messages);
        for (count, what) in [
            (*others, "packets of other kinds"),
            (*cut, "packets cut by the capture"),
            (self.broken, "directions that could not be read to their end"),
        ] {
            if count > 0 {
                text += &format!(", {count} {what}");
            }
        }
        if *is_cut {
            text += "; the file ends inside a packet";
        }
        self.printer.note(&text);
    }

    fn segment(&mut self, from: SocketAddr, to: SocketAddr, segment: Segment) {
        let key = if from < to { (from, to) } else { (to, from) };
        let is_other =
            self.tcp.get(&key).is_some_and(|c| c.streams[c.direction(from) as usize].is_other(&segment));
        if is_other && let Some(before) = self.tcp.remove(&key) {
            self.close(before);
        }
        if !self.tcp.contains_key(&key) {
            if segment.rst || (segment.octets.is_empty() && !segment.syn) {
                return;
            }
            self.count += 1;
            // RFC 9293 3.5: the answer to a SYN has ACK. Without either, whoever speaks first is the client.
            let from_server = segment.syn && segment.ack;
            let (client, server) = if from_server { (to, from) } else { (from, to) };
            self.tcp.insert(
                key,
                Connection {
                    number: self.count,
                    client,
                    server,
                    is_announced: false,
                    streams: Default::default(),
                    conversation: Conversation::new(self.shorten),
                    is_lost: [false; 2],
                },
            );
        }
        let Some(mut connection) = self.tcp.remove(&key) else { return };
        let direction = connection.direction(from);
        let reset = segment.rst;
        let progress = connection.streams[direction as usize].segment(segment);
        self.progress(&mut connection, direction, progress);
        if reset {
            return self.close(connection);
        }
        self.tcp.insert(key, connection);
    }

    fn close(&mut self, mut connection: Connection) {
        for direction in [Direction::Request, Direction::Reply] {
            let stream = &mut connection.streams[direction as usize];
            if !stream.is_untouched() {
                let progress = stream.finish();
                self.progress(&mut connection, direction, progress);
            }
        }
    }

    fn progress(&mut self, connection: &mut Connection, direction: Direction, progress: Progress) {
        let mut events = Vec::new();
        if let Some(missing) = progress.gap.filter(|_| !connection.is_lost[direction as usize]) {
            events.push(Event::Broken(format!("{missing} octets are not in the capture")));
            connection.is_lost[direction as usize] = true;
        }
        if !connection.is_lost[direction as usize] {
            if !progress.octets.is_empty() {
                events.extend(connection.conversation.feed(direction, &progress.octets));
            }
            if progress.ended {
                events.extend(connection.conversation.end(direction));
            }
        }
        self.print(connection, direction, &events);
    }

    fn print(&mut self, connection: &mut Connection, direction: Direction, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        if !std::mem::replace(&mut connection.is_announced, true) {
            let (from, to) = (connection.client.to_string(), connection.server.to_string());
            self.printer.connection(connection.number, "tcp", &from, &to);
        }
        self.show(connection.number, direction, events);
    }

    fn show(&mut self, connection: u64, direction: Direction, events: &[Event]) {
        for event in events {
            match event {
                Event::Message(_) => self.messages += 1,
                Event::Broken(_) => self.broken += 1,
                _ => {}
            }
        }
        self.printer.events(printer::At { connection, seconds: self.now, direction }, events);
    }

    /// SOAP-over-UDP: an envelope in text, in one datagram.
    fn datagram(&mut self, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        let text = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
        if text.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'<') {
            return;
        }
        // SOAP-over-UDP 1.1 3: the envelope says its version itself.
        let content_type = String::from("application/soap+xml");
        let envelope = Contents::new(self.shorten).decode(&content_type, None, octets);
        let direction =
            if self.udp.contains_key(&(to, from)) { Direction::Reply } else { Direction::Request };
        let key = if direction == Direction::Reply { (to, from) } else { (from, to) };
        let number = match self.udp.get(&key) {
            Some(number) => *number,
            None => {
                self.count += 1;
                self.udp.insert(key, self.count);
                self.printer.connection(self.count, "udp", &from.to_string(), &to.to_string());
                self.count
            }
        };
        let size = octets.len() as u64;
        let message = Message { content_type, content_encoding: None, size, envelope };
        self.show(number, direction, &[Event::Message(message)]);
    }
}

impl Connection {
    fn direction(&self, from: SocketAddr) -> Direction {
        if from == self.client { Direction::Request } else { Direction::Reply }
    }
}
