//! The recordings in `wws-core/tests/wire`, cut into what a side says at once.

use std::io::Read;
use wws::{
    channel::{Binding, TransferMode},
    soap::{Encoding, Version},
    xml::Charset,
};

/// Both directions of a connection.
pub(crate) struct Recording {
    pub(crate) name: &'static str,
    pub(crate) binding: Binding,
    pub(crate) client: Vec<Vec<u8>>,
    pub(crate) server: Vec<Vec<u8>>,
    /// How many units the server says after each of the client's.
    pub(crate) answers: Vec<usize>,
}

/// Everything that can be replayed, with what the server says after each envelope of the client where that is not one
/// answer to each.
pub(crate) fn all() -> Vec<Recording> {
    let mtom = Binding::http().with_encoding(Encoding::Mtom(Charset::Utf8)).with_version(Version::SOAP11);
    let singleton = Binding::tcp().with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED);
    vec![
        Recording::new("basic_mtom", mtom.clone(), &[]),
        Recording::new("stream_mtom", mtom.with_transfer_mode(TransferMode::STREAMED), &[]),
        Recording::new("http_binary", Binding::http().with_encoding(Encoding::Binary), &[]),
        Recording::new("soap12_wsa10", Binding::http(), &[]),
        Recording::new("tcp", Binding::tcp(), &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1]),
        Recording::new("tcp_duplex", Binding::tcp(), &[2, 1, 1, 1]),
        Recording::new("tcp_stream", singleton, &[]),
        Recording::new("tcp_tls", Binding::tcp(), &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1]),
    ]
}

impl Recording {
    fn new(name: &'static str, binding: Binding, answers: &[usize]) -> Self {
        let binding = Binding {
            // The recorded messages are written and read in one go.
            max_streamed_flush_size: 1 << 20,
            ..binding.with_max_message_size(1 << 20)
        };
        let (client, server) = (cut(unpack(name, "c2s")), cut(unpack(name, "s2c")));
        let mut envelopes = answers.iter();
        let answers = client
            .iter()
            .map(|unit| match unit.first() {
                Some(&(VERSION | MODE | VIA | KNOWN_ENCODING | EXTENSIBLE_ENCODING)) => 0,
                Some(&(UNSIZED_ENVELOPE | SIZED_ENVELOPE)) => *envelopes.next().unwrap_or(&1),
                _ => 1,
            })
            .collect();
        Recording { name, binding, client, server, answers }
    }

    pub(crate) fn is_http(&self) -> bool {
        matches!(self.binding.transport, wws::channel::Transport::Http)
    }

    pub(crate) fn url(&self, address: &str) -> String {
        let scheme = if self.is_http() { "http" } else { "net.tcp" };
        format!("{scheme}://{address}/{}", self.name)
    }
}

fn unpack(name: &str, direction: &str) -> Vec<u8> {
    let path = format!("{}/../wws-core/tests/wire/{name}-{direction}.bin.gz", env!("CARGO_MANIFEST_DIR"));
    let packed = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut octets = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut octets).unwrap();
    octets
}

/// Units: HTTP messages, or records of MC-NMF; an envelope in chunks is one.
pub(crate) fn cut(octets: Vec<u8>) -> Vec<Vec<u8>> {
    let mut rest = &octets[..];
    let mut units = Vec::new();
    while !rest.is_empty() {
        let size = unit_size(rest).expect("a recording ends with a whole unit");
        units.push(rest[..size].to_vec());
        rest = &rest[size..];
    }
    units
}

// MC-NMF 2.2.1
const VERSION: u8 = 0x00;
const MODE: u8 = 0x01;
const VIA: u8 = 0x02;
const KNOWN_ENCODING: u8 = 0x03;
const EXTENSIBLE_ENCODING: u8 = 0x04;
const UNSIZED_ENVELOPE: u8 = 0x05;
const SIZED_ENVELOPE: u8 = 0x06;
const END: u8 = 0x07;
const FAULT: u8 = 0x08;
pub(crate) const UPGRADE_REQUEST: u8 = 0x09;
pub(crate) const UPGRADE_RESPONSE: u8 = 0x0A;
const PREAMBLE_ACK: u8 = 0x0B;
const PREAMBLE_END: u8 = 0x0C;

/// The size of the unit at the front, if it is whole.
pub(crate) fn unit_size(octets: &[u8]) -> Option<usize> {
    let size = match *octets.first()? {
        VERSION => 3,
        MODE | KNOWN_ENCODING => 2,
        END | UPGRADE_RESPONSE | PREAMBLE_ACK | PREAMBLE_END => 1,
        VIA | EXTENSIBLE_ENCODING | SIZED_ENVELOPE | FAULT | UPGRADE_REQUEST => 1 + sized(&octets[1..])?,
        UNSIZED_ENVELOPE => {
            let mut at = 1;
            while *octets.get(at)? != 0 {
                at += sized(&octets[at..])?;
            }
            at + 1
        }
        b'P' | b'H' => http_size(octets)?,
        other => panic!("{other:#x} starts nothing known"),
    };
    (octets.len() >= size).then_some(size)
}

/// The size of octets with their count in front, MC-NMF 2.2.2.
fn sized(octets: &[u8]) -> Option<usize> {
    let mut count = 0;
    for (i, octet) in octets.iter().enumerate() {
        count |= usize::from(octet & 0x7F) << (7 * i);
        if octet & 0x80 == 0 {
            return Some(i + 1 + count);
        }
    }
    None
}

/// The size of a message of HTTP, RFC 9112 6.
fn http_size(octets: &[u8]) -> Option<usize> {
    let mut at = octets.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&octets[..at]).unwrap().to_ascii_lowercase();
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if field("transfer-encoding:") != Some("chunked") {
        return Some(at + field("content-length:").map_or(0, |size| size.parse().unwrap()));
    }
    loop {
        let line = octets.get(at..)?.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&octets[at..at + line]).unwrap(), 16).unwrap();
        at += line + 2 + size + 2;
        if size == 0 {
            return Some(at);
        }
    }
}
