//! HTTP/2 as it passes by: frames, heads and bodies by stream (RFC 9113, RFC 7541).

use super::{Contents, Direction, Event, MAX_DECODED, Message};
use loona_hpack::Decoder;
use std::collections::HashMap;

/// What a client begins with (RFC 9113 3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The most octets of a frame.
const MAX_FRAME: usize = 1 << 20;
/// The most octets of a head, as it stands on the wire.
const MAX_HEAD: usize = 64 << 10;
/// The most streams that are followed at the same time.
const MAX_STREAMS: usize = 10_000;
/// The most octets of the table of names and values.
const MAX_TABLE: usize = 64 << 10;

// RFC 9113 6
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 0x1;
const ACK: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// Names of SETTINGS_… (6.5.2), from 1 on.
const SETTING_NAMES: [&str; 6] = [
    "HEADER_TABLE_SIZE",
    "ENABLE_PUSH",
    "MAX_CONCURRENT_STREAMS",
    "INITIAL_WINDOW_SIZE",
    "MAX_FRAME_SIZE",
    "MAX_HEADER_LIST_SIZE",
];

/// Names of error codes (7), from 0 on.
const ERROR_NAMES: [&str; 14] = [
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
];

/// One connection.
pub(super) struct Http2 {
    halves: [Half; 2],
    streams: HashMap<u32, [Body; 2]>,
}

struct Half {
    /// What of the preface is still to come.
    preface: usize,
    /// What of a frame is there.
    held: Vec<u8>,
    decoder: Decoder<'static>,
    /// A head that is not complete.
    head: Option<Head>,
    contents: Contents,
    /// Broken; nothing more is decoded.
    is_opaque: bool,
}

struct Head {
    stream: u32,
    ends_stream: bool,
    is_promise: bool,
    block: Vec<u8>,
}

/// One direction of a stream.
#[derive(Default)]
struct Body {
    has_head: bool,
    has_ended: bool,
    content_type: Option<String>,
    content_encoding: Option<String>,
    octets: Vec<u8>,
    size: u64,
}

struct Frame<'a> {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &'a [u8],
}

impl Http2 {
    pub(super) fn new(shorten: Option<usize>) -> Self {
        Http2 { halves: [Half::new(PREFACE.len(), shorten), Half::new(0, shorten)], streams: HashMap::new() }
    }

    pub(super) fn feed(&mut self, direction: Direction, mut octets: &[u8], events: &mut Vec<Event>) {
        let half = &mut self.halves[direction as usize];
        if half.is_opaque {
            return;
        }
        let skipped = half.preface.min(octets.len());
        half.preface -= skipped;
        octets = octets.get(skipped..).unwrap_or_default();
        half.held.extend_from_slice(octets);
        let held = std::mem::take(&mut half.held);
        let mut rest = &held[..];
        loop {
            match split(rest) {
                Ok(Some((frame, after))) => {
                    rest = after;
                    if let Err(why) = self.frame(direction, &frame, events) {
                        return self.give_up(direction, why, events);
                    }
                }
                Ok(None) => break,
                Err(why) => return self.give_up(direction, why, events),
            }
        }
        self.halves[direction as usize].held = rest.to_vec();
    }

    pub(super) fn end(&mut self, direction: Direction, events: &mut Vec<Event>) {
        let half = &mut self.halves[direction as usize];
        let is_cut = !half.held.is_empty() || half.head.is_some();
        let is_open = self.streams.values().any(|both| {
            let body = &both[direction as usize];
            body.has_head && !body.has_ended
        });
        if !std::mem::replace(&mut half.is_opaque, true) && (is_cut || is_open) {
            events.push(Event::Broken("the connection ends inside an HTTP message".to_owned()));
        }
    }

    fn give_up(&mut self, direction: Direction, why: String, events: &mut Vec<Event>) {
        self.halves[direction as usize].is_opaque = true;
        events.push(Event::Broken(why));
    }

    fn frame(
        &mut self,
        direction: Direction,
        frame: &Frame<'_>,
        events: &mut Vec<Event>,
    ) -> Result<(), String> {
        let half = &mut self.halves[direction as usize];
        let mut record = |name, text| events.push(Event::Record { name, text });
        match frame.kind {
            HEADERS | PUSH_PROMISE => {
                let mut block = unpadded(frame)?;
                let skipped = match frame.kind {
                    HEADERS if frame.flags & PRIORITY != 0 => 5,
                    PUSH_PROMISE => 4,
                    _ => 0,
                };
                block = block.get(skipped..).ok_or("a frame that is too short for its fields")?;
                half.head = Some(Head {
                    stream: frame.stream,
                    ends_stream: frame.kind == HEADERS && frame.flags & END_STREAM != 0,
                    is_promise: frame.kind == PUSH_PROMISE,
                    block: block.to_vec(),
                });
            }
            CONTINUATION => match &mut half.head {
                Some(head) if head.stream == frame.stream => head.block.extend_from_slice(frame.payload),
                _ => return Err("a head goes on that did not begin".to_owned()),
            },
            DATA => {
                let octets = unpadded(frame)?;
                self.data(direction, frame, octets, events);
                return Ok(());
            }
            RST_STREAM => {
                record("RST_STREAM", format!("stream {}: {}", frame.stream, error_name(frame.payload)));
                self.streams.remove(&frame.stream);
                return Ok(());
            }
            SETTINGS if frame.flags & ACK == 0 => record("SETTINGS", settings(frame.payload)),
            GOAWAY => {
                let last = number(frame.payload) & 0x7fff_ffff;
                let why = error_name(frame.payload.get(4..).unwrap_or_default());
                let debug = String::from_utf8_lossy(frame.payload.get(8..).unwrap_or_default());
                record("GOAWAY", format!("{why}, up to stream {last} {debug}").trim_end().to_owned());
            }
            // PRIORITY, PING, WINDOW_UPDATE and what is unknown (RFC 9113 4.1) say nothing of messages.
            _ => return Ok(()),
        }
        let Some(head) = &half.head else { return Ok(()) };
        if head.block.len() > MAX_HEAD {
            return Err(format!("a head of more than {MAX_HEAD} octets"));
        }
        if matches!(frame.kind, HEADERS | PUSH_PROMISE | CONTINUATION)
            && frame.flags & END_HEADERS != 0
            && let Some(head) = half.head.take()
        {
            return self.head(direction, &head, events);
        }
        Ok(())
    }

    fn head(&mut self, direction: Direction, head: &Head, events: &mut Vec<Event>) -> Result<(), String> {
        let half = &mut self.halves[direction as usize];
        let decoded = half.decoder.decode(&head.block).map_err(|e| format!("a head is broken: {e}"))?;
        let text = |octets: Vec<u8>| String::from_utf8_lossy(&octets).into_owned();
        let fields: Vec<(String, String)> = decoded.into_iter().map(|(n, v)| (text(n), text(v))).collect();
        let (pseudo, mut headers): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|(name, _)| name.starts_with(':'));
        let field = |name: &str| pseudo.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let stream = head.stream;
        if head.is_promise {
            let text = format!("stream {stream}: {}", field(":path").unwrap_or_default());
            events.push(Event::Record { name: "PUSH_PROMISE", text });
            return Ok(());
        }
        if self.streams.len() >= MAX_STREAMS && !self.streams.contains_key(&stream) {
            return Err(format!("more than {MAX_STREAMS} streams at the same time"));
        }
        let body = &mut self.streams.entry(stream).or_default()[direction as usize];
        let is_interim = field(":status").is_some_and(|status| status.starts_with('1'));
        if body.has_head {
            let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            events.push(Event::Record { name: "trailers", text: names.join(", ") });
        } else {
            let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
            body.content_type = header("content-type");
            body.content_encoding = header("content-encoding");
            body.has_head = !is_interim;
            let line = match (field(":method"), field(":status")) {
                (Some(method), _) => format!("{method} {} HTTP/2", field(":path").unwrap_or_default()),
                (None, Some(status)) => format!("HTTP/2 {status}"),
                (None, None) => return Err("a head that is none of a request nor of a response".to_owned()),
            };
            if let Some(authority) = field(":authority") {
                headers.insert(0, ("host".to_owned(), authority.to_owned()));
            }
            events.push(Event::Head { line: format!("{line} [stream {stream}]"), headers });
        }
        if head.ends_stream {
            self.finish(direction, stream, events);
        }
        Ok(())
    }

    fn data(&mut self, direction: Direction, frame: &Frame<'_>, octets: &[u8], events: &mut Vec<Event>) {
        // Of a stream that was reset, or began before anybody looked.
        let Some(both) = self.streams.get_mut(&frame.stream) else { return };
        let body = &mut both[direction as usize];
        body.size += octets.len() as u64;
        let room = MAX_DECODED.saturating_sub(body.octets.len());
        body.octets.extend_from_slice(octets.get(..room).unwrap_or(octets));
        if frame.flags & END_STREAM != 0 {
            self.finish(direction, frame.stream, events);
        }
    }

    /// A body is complete.
    fn finish(&mut self, direction: Direction, stream: u32, events: &mut Vec<Event>) {
        let Some(both) = self.streams.get_mut(&stream) else { return };
        let body = &mut both[direction as usize];
        body.has_ended = true;
        let octets = std::mem::take(&mut body.octets);
        let (size, content_encoding) = (body.size, body.content_encoding.take());
        let content_type = body.content_type.take().unwrap_or_default();
        if both.iter().all(|body| body.has_ended) {
            self.streams.remove(&stream);
        }
        if size == 0 {
            return;
        }
        let envelope = if size > octets.len() as u64 {
            Err(wws::Error::quota(format!("only messages of up to {MAX_DECODED} octets are decoded")))
        } else {
            let contents = &mut self.halves[direction as usize].contents;
            contents.decode(&content_type, content_encoding.as_deref(), &octets)
        };
        events.push(Event::Message(Message { content_type, content_encoding, size, envelope }));
    }
}

impl Half {
    fn new(preface: usize, shorten: Option<usize>) -> Self {
        let mut decoder = Decoder::new();
        decoder.set_max_allowed_table_size(MAX_TABLE);
        let contents = Contents::new(shorten);
        Half { preface, held: Vec::new(), decoder, head: None, contents, is_opaque: false }
    }
}

/// The first frame (RFC 9113 4.1), if all of it is there, and what follows it.
fn split(octets: &[u8]) -> Result<Option<(Frame<'_>, &[u8])>, String> {
    let Some((head, rest)) = octets.split_first_chunk::<9>() else { return Ok(None) };
    let [a, b, c, kind, flags, stream @ ..] = *head;
    let size = u32::from_be_bytes([0, a, b, c]) as usize;
    if size > MAX_FRAME {
        return Err(format!("a frame of more than {MAX_FRAME} octets"));
    }
    let Some((payload, after)) = rest.split_at_checked(size) else { return Ok(None) };
    let stream = u32::from_be_bytes(stream) & 0x7fff_ffff;
    Ok(Some((Frame { kind, flags, stream, payload }, after)))
}

/// The payload without its padding (RFC 9113 6.1, 6.2).
fn unpadded<'a>(frame: &Frame<'a>) -> Result<&'a [u8], String> {
    if frame.flags & PADDED == 0 {
        return Ok(frame.payload);
    }
    let (padding, rest) = frame.payload.split_first().ok_or("a frame without the size of its padding")?;
    let size =
        rest.len().checked_sub(usize::from(*padding)).ok_or("more padding than a frame has room for")?;
    Ok(rest.get(..size).unwrap_or_default())
}

fn number(octets: &[u8]) -> u32 {
    octets.first_chunk().map_or(0, |octets| u32::from_be_bytes(*octets))
}

fn error_name(octets: &[u8]) -> String {
    let code = number(octets);
    let name = usize::try_from(code).ok().and_then(|code| ERROR_NAMES.get(code));
    name.map_or_else(|| format!("error {code:#x}"), |name| (*name).to_owned())
}

fn settings(payload: &[u8]) -> String {
    let one = |entry: &[u8; 6]| {
        let [a, b, value @ ..] = *entry;
        let (id, value) = (usize::from(u16::from_be_bytes([a, b])), u32::from_be_bytes(value));
        match id.checked_sub(1).and_then(|index| SETTING_NAMES.get(index)) {
            Some(name) => format!("{name} {value}"),
            None => format!("{id:#x} {value}"),
        }
    };
    payload.as_chunks::<6>().0.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{super::Conversation, *};
    use loona_hpack::Encoder;

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let stream = stream.to_be_bytes();
        [&size[1..], &[kind, flags], &stream, payload].concat()
    }

    fn head(encoder: &mut Encoder<'_>, fields: &[(&str, &str)]) -> Vec<u8> {
        encoder.encode(fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())))
    }

    /// Two exchanges, one within the other; heads in two frames, padding, trailers, frames that say nothing.
    fn exchange() -> [Vec<u8>; 2] {
        let (mut asks, mut answers) = (Encoder::new(), Encoder::new());
        let ask = |path| {
            [(":method", "POST"), (":path", path), (":authority", "h:1"), ("content-type", "text/xml")]
        };
        let first = head(&mut asks, &ask("/a"));
        let (start, rest) = first.split_at(3);
        let request = [
            PREFACE.to_vec(),
            frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 100]),
            frame(HEADERS, 0, 1, start),
            frame(CONTINUATION, END_HEADERS, 1, rest),
            frame(DATA, 0, 1, b"<a"),
            frame(HEADERS, END_HEADERS | PRIORITY, 3, &[&[0; 5][..], &head(&mut asks, &ask("/b"))].concat()),
            frame(8, 0, 0, &[0, 0, 1, 0]),
            frame(DATA, END_STREAM | PADDED, 3, b"\x02<b/>??"),
            frame(DATA, END_STREAM, 1, b"/>"),
            frame(RST_STREAM, 0, 5, &8_u32.to_be_bytes()),
        ];
        let answer = [
            frame(SETTINGS, 0, 0, &[]),
            frame(HEADERS, END_HEADERS, 1, &head(&mut answers, &[(":status", "100")])),
            frame(
                HEADERS,
                END_HEADERS,
                1,
                &head(&mut answers, &[(":status", "200"), ("content-type", "text/xml")]),
            ),
            frame(DATA, 0, 1, b"<c/>"),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &head(&mut answers, &[("x-checked", "yes")])),
            frame(HEADERS, END_HEADERS | END_STREAM, 3, &head(&mut answers, &[(":status", "202")])),
            frame(GOAWAY, 0, 0, &[&3_u32.to_be_bytes()[..], &11_u32.to_be_bytes(), b"enough"].concat()),
        ];
        [request.concat(), answer.concat()]
    }

    fn said(event: &Event) -> String {
        match event {
            Event::Head { line, headers } => format!("{line} {headers:?}"),
            Event::Record { name, text } => format!("{name} {text}"),
            Event::Message(message) => match &message.envelope {
                Ok(envelope) => format!("message {}", envelope.text.trim()),
                Err(error) => format!("message {error}"),
            },
            Event::Note(text) => format!("note {text}"),
            Event::Broken(text) => format!("broken {text}"),
        }
    }

    fn events(size: usize) -> Vec<String> {
        let [request, answer] = exchange();
        let mut conversation = Conversation::new(None);
        let mut events = Vec::new();
        for (direction, octets) in [(Direction::Request, request), (Direction::Reply, answer)] {
            for piece in octets.chunks(size) {
                events.extend(conversation.feed(direction, piece));
            }
        }
        events.extend(conversation.end(Direction::Request));
        events.extend(conversation.end(Direction::Reply));
        events.iter().map(said).collect()
    }

    #[test]
    fn exchanges_in_any_pieces() {
        let whole = events(usize::MAX);
        let headers = r#"[("host", "h:1"), ("content-type", "text/xml")]"#;
        assert_eq!(
            whole,
            [
                "SETTINGS MAX_CONCURRENT_STREAMS 100",
                &format!("POST /a HTTP/2 [stream 1] {headers}"),
                &format!("POST /b HTTP/2 [stream 3] {headers}"),
                "message <b/>",
                "message <a/>",
                "RST_STREAM stream 5: CANCEL",
                "SETTINGS ",
                "HTTP/2 100 [stream 1] []",
                r#"HTTP/2 200 [stream 1] [("content-type", "text/xml")]"#,
                "trailers x-checked",
                "message <c/>",
                "HTTP/2 202 [stream 3] []",
                "GOAWAY ENHANCE_YOUR_CALM, up to stream 3 enough",
            ]
        );
        for size in 1..40 {
            assert_eq!(events(size), whole, "{size}");
        }
    }

    #[test]
    fn what_is_broken_is_said_once_and_harms_nobody() {
        let [request, _] = exchange();
        // A fixed sequence of numbers.
        let mut random = 1_u64;
        for at in PREFACE.len()..request.len() {
            let mut broken = request.clone();
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            broken[at] ^= (random >> 56) as u8 | 1;
            let mut conversation = Conversation::new(None);
            let mut events = conversation.feed(Direction::Request, &broken);
            events.extend(conversation.end(Direction::Request));
            let broken = events.iter().filter(|event| matches!(event, Event::Broken(_))).count();
            assert!(broken <= 1, "{at}");
        }
        let mut conversation = Conversation::new(None);
        let head = frame(HEADERS, END_HEADERS, 1, b"\xff\xff\xff");
        let events = conversation.feed(Direction::Request, &[PREFACE, &head].concat());
        assert!(matches!(&events[..], [Event::Broken(why)] if why.contains("head")), "{events:?}");
    }
}
