//! HTTP/1.1 as it passes by: heads, and bodies by length, in chunks, or to the end of the connection (RFC 9112).

use super::{Contents, Direction, Event, MAX_DECODED, Message};

/// The most octets of a head.
const MAX_HEAD: usize = 64 << 10;
/// The most headers of a message.
const MAX_HEADERS: usize = 200;

/// One connection.
pub(super) struct Http {
    halves: [Half; 2],
    /// Requests whose response has no body whatever it says (HEAD), in order.
    bodiless: std::collections::VecDeque<bool>,
}

struct Half {
    state: State,
    /// What of a head, a chunk size or a line is there.
    held: Vec<u8>,
    /// Of the message whose body is being read.
    content_type: Option<String>,
    content_encoding: Option<String>,
    body: Vec<u8>,
    size: u64,
    contents: Contents,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Length(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers,
    ToEnd,
    /// Broken, or not HTTP any more.
    Opaque,
}

impl Http {
    pub(super) fn new(shorten: Option<usize>) -> Self {
        Http { halves: [Half::new(shorten), Half::new(shorten)], bodiless: Default::default() }
    }

    pub(super) fn feed(&mut self, direction: Direction, mut octets: &[u8], events: &mut Vec<Event>) {
        while !octets.is_empty() {
            let half = &mut self.halves[direction as usize];
            let taken = match half.state {
                State::Opaque => return,
                State::Head => self.head(direction, octets, events),
                State::Length(left) => half.body_piece(octets, left, State::Length, State::Head, events),
                State::Chunk(left) => half.body_piece(octets, left, State::Chunk, State::ChunkEnd, events),
                State::ToEnd => {
                    half.keep(octets);
                    octets.len()
                }
                State::ChunkSize | State::ChunkEnd | State::Trailers => half.line(octets, events),
            };
            octets = octets.get(taken..).unwrap_or_default();
        }
    }

    pub(super) fn end(&mut self, direction: Direction, events: &mut Vec<Event>) {
        let half = &mut self.halves[direction as usize];
        match std::mem::replace(&mut half.state, State::Opaque) {
            State::ToEnd => half.finish(events),
            State::Head if half.held.is_empty() => {}
            State::Opaque => {}
            _ => events.push(Event::Broken("the connection ends inside an HTTP message".to_owned())),
        }
    }

    /// Collects a head; says how many octets it took.
    fn head(&mut self, direction: Direction, octets: &[u8], events: &mut Vec<Event>) -> usize {
        let half = &mut self.halves[direction as usize];
        let before = half.held.len();
        half.held.extend_from_slice(octets);
        // RFC 9112 2.2: empty lines in front of a request are skipped.
        let blank = half.held.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let rest = half.held.get(blank..).unwrap_or_default();
        if rest.is_empty() {
            half.held.clear();
            return octets.len();
        }
        let parsed = match direction {
            Direction::Request => parse_request(rest),
            Direction::Reply => parse_response(rest),
        };
        match parsed {
            Ok(Some(head)) => {
                let taken = (blank + head.size).saturating_sub(before);
                half.held.clear();
                self.begin(direction, head, events);
                taken
            }
            Ok(None) if half.held.len() <= MAX_HEAD => octets.len(),
            Ok(None) => self.give_up(direction, format!("a head of more than {MAX_HEAD} octets"), events),
            Err(why) => self.give_up(direction, format!("this is no HTTP/1.1: {why}"), events),
        }
    }

    fn give_up(&mut self, direction: Direction, why: String, events: &mut Vec<Event>) -> usize {
        self.halves[direction as usize].state = State::Opaque;
        events.push(Event::Broken(why));
        0
    }

    fn begin(&mut self, direction: Direction, head: Head, events: &mut Vec<Event>) {
        let bodiless = match direction {
            Direction::Request => {
                self.bodiless.push_back(head.is_head_method);
                false
            }
            // RFC 9112 6.3
            Direction::Reply if (100..200).contains(&head.status) => true,
            Direction::Reply => {
                let of_request = self.bodiless.pop_front().unwrap_or(false);
                of_request || matches!(head.status, 204 | 304)
            }
        };
        let half = &mut self.halves[direction as usize];
        half.content_type = head.header("content-type");
        half.content_encoding = head.header("content-encoding");
        half.body.clear();
        half.size = 0;
        let chunked = head
            .header("transfer-encoding")
            .is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
        let length = head.header("content-length").and_then(|length| length.trim().parse::<u64>().ok());
        half.state = match (bodiless, chunked, length) {
            (true, ..) => State::Head,
            (_, true, _) => State::ChunkSize,
            (_, _, Some(0)) => State::Head,
            (_, _, Some(length)) => State::Length(length),
            (_, _, None) if direction == Direction::Request => State::Head,
            (_, _, None) => State::ToEnd,
        };
        if head.status == 101 {
            self.halves.iter_mut().for_each(|half| half.state = State::Opaque);
        }
        events.push(Event::Head { line: head.line, headers: head.headers });
    }
}

impl Half {
    fn new(shorten: Option<usize>) -> Self {
        Half {
            state: State::Head,
            held: Vec::new(),
            content_type: None,
            content_encoding: None,
            body: Vec::new(),
            size: 0,
            contents: Contents::new(shorten),
        }
    }

    fn keep(&mut self, octets: &[u8]) {
        self.size += octets.len() as u64;
        let room = MAX_DECODED.saturating_sub(self.body.len());
        self.body.extend_from_slice(octets.get(..room).unwrap_or(octets));
    }

    /// Takes octets of a body or a chunk of which `left` are missing.
    fn body_piece(
        &mut self,
        octets: &[u8],
        left: u64,
        more: fn(u64) -> State,
        done: State,
        events: &mut Vec<Event>,
    ) -> usize {
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(octets.len());
        self.keep(octets.get(..taken).unwrap_or(octets));
        let left = left - taken as u64;
        self.state = if left > 0 { more(left) } else { done };
        if left == 0 && done == State::Head {
            self.finish(events);
        }
        taken
    }

    /// Collects a line of the chunked coding (RFC 9112 7.1).
    fn line(&mut self, octets: &[u8], events: &mut Vec<Event>) -> usize {
        let end = octets.iter().position(|b| *b == b'\n');
        let taken = end.map_or(octets.len(), |end| end + 1);
        self.held.extend_from_slice(octets.get(..taken).unwrap_or(octets));
        if end.is_none() {
            if self.held.len() > MAX_HEAD {
                self.state = State::Opaque;
                events.push(Event::Broken("a line of the chunked coding that does not end".to_owned()));
            }
            return taken;
        }
        let line = std::mem::take(&mut self.held);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        self.state = match self.state {
            State::ChunkSize => {
                let digits = line.split(';').next().unwrap_or_default().trim();
                match u64::from_str_radix(digits, 16) {
                    Ok(0) => State::Trailers,
                    Ok(size) => State::Chunk(size),
                    Err(_) => {
                        events.push(Event::Broken(format!("{digits:?} is no size of a chunk")));
                        State::Opaque
                    }
                }
            }
            State::ChunkEnd if line.is_empty() => State::ChunkSize,
            State::ChunkEnd => {
                events.push(Event::Broken("a chunk is longer than its size".to_owned()));
                State::Opaque
            }
            State::Trailers if line.is_empty() => {
                self.finish(events);
                State::Head
            }
            other => other,
        };
        taken
    }

    /// The body is complete.
    fn finish(&mut self, events: &mut Vec<Event>) {
        let body = std::mem::take(&mut self.body);
        if self.size == 0 {
            return;
        }
        let content_type = self.content_type.take().unwrap_or_default();
        let content_encoding = self.content_encoding.take();
        let envelope = if self.size > body.len() as u64 {
            Err(wws::Error::quota(format!("only messages of up to {MAX_DECODED} octets are decoded")))
        } else {
            self.contents.decode(&content_type, content_encoding.as_deref(), &body)
        };
        events.push(Event::Message(Message { content_type, content_encoding, size: self.size, envelope }));
    }
}

struct Head {
    line: String,
    headers: Vec<(String, String)>,
    size: usize,
    status: u16,
    is_head_method: bool,
}

impl Head {
    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }
}

fn parse_request(octets: &[u8]) -> Result<Option<Head>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(size) = request.parse(octets)? else { return Ok(None) };
    let method = request.method.unwrap_or_default();
    Ok(Some(Head {
        line: format!(
            "{method} {} HTTP/1.{}",
            request.path.unwrap_or_default(),
            request.version.unwrap_or(1)
        ),
        is_head_method: method == "HEAD",
        headers: owned(request.headers),
        size,
        status: 0,
    }))
}

fn parse_response(octets: &[u8]) -> Result<Option<Head>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(size) = response.parse(octets)? else { return Ok(None) };
    let status = response.code.unwrap_or_default();
    let line =
        format!("HTTP/1.{} {status} {}", response.version.unwrap_or(1), response.reason.unwrap_or_default());
    Ok(Some(Head { line, headers: owned(response.headers), size, status, is_head_method: false }))
}

fn owned(headers: &[httparse::Header<'_>]) -> Vec<(String, String)> {
    headers.iter().map(|h| (h.name.to_owned(), String::from_utf8_lossy(h.value).into_owned())).collect()
}
