//! `wws inspect` of packet captures: one by Wireshark, and others made here from recorded connections between .NET's
//! client and CoreWCF, with segments that are split, out of order and sent twice.

#![allow(clippy::unwrap_used)]

use etherparse::PacketBuilder;
use serde_json::Value;
use std::{
    io::{Read, Write},
    process::{Command, Output},
};

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut octets).unwrap();
    octets
}

macro_rules! recorded {
    ($name:literal) => {
        [
            unpacked(include_bytes!(concat!("../../wws-core/tests/wire/", $name, "-c2s.bin.gz"))),
            unpacked(include_bytes!(concat!("../../wws-core/tests/wire/", $name, "-s2c.bin.gz"))),
        ]
    };
}

/// The lines of `wws inspect FILE --json`.
fn inspect(capture: &[u8]) -> Vec<Value> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(capture).unwrap();
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_wws"))
        .args(["inspect", "--json"])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The messages that one side sent.
fn messages<'v>(lines: &'v [Value], direction: &str) -> Vec<&'v Value> {
    let of = |line: &&Value| line["kind"] == "message" && line["direction"] == direction;
    lines.iter().filter(of).collect()
}

fn bodies(messages: &[&Value]) -> Vec<String> {
    messages.iter().map(|m| m["body"].as_str().unwrap_or("?").to_owned()).collect()
}

/// A packet capture of one TCP connection.
struct Capture {
    file: Vec<u8>,
    clock: u32,
}

impl Capture {
    /// A pcap file of bare IP packets (LINKTYPE_RAW).
    fn new() -> Self {
        let mut file = Vec::new();
        for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_536, 101] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        Capture { file, clock: 0 }
    }

    fn packet(&mut self, octets: &[u8]) {
        self.clock += 1;
        let size = octets.len() as u32;
        for word in [1_700_000_000, self.clock * 1000, size, size] {
            self.file.extend_from_slice(&word.to_le_bytes());
        }
        self.file.extend_from_slice(octets);
    }

    fn segment(&mut self, from_client: bool, sequence: u32, flags: &str, octets: &[u8]) {
        let ends = [([10, 0, 0, 1], 50_000), ([10, 0, 0, 2], 808)];
        let (from, to) = if from_client { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
        let mut tcp = PacketBuilder::ipv4(from.0, to.0, 64).tcp(from.1, to.1, sequence, 1024);
        for flag in flags.chars() {
            tcp = match flag {
                'S' => tcp.syn(),
                'A' => tcp.ack(1),
                _ => tcp.fin(),
            };
        }
        let mut packet = Vec::new();
        tcp.write(&mut packet, octets).unwrap();
        self.packet(&packet);
    }

    /// A whole connection: pairs of segments change places, and every third is sent twice.
    fn connection(mut self, [client, server]: &[Vec<u8>; 2], size: usize) -> Vec<u8> {
        // The numbers wrap around on the way.
        let starts = [u32::MAX - 700, 77];
        self.segment(true, starts[0], "S", b"");
        self.segment(false, starts[1], "SA", b"");
        for (from_client, octets, start) in [(true, client, starts[0]), (false, server, starts[1])] {
            let mut pieces: Vec<(usize, &[u8])> = octets.chunks(size).enumerate().collect();
            for pair in pieces.chunks_mut(2) {
                pair.reverse();
            }
            for (number, piece) in pieces {
                let sequence = start.wrapping_add(1 + (number * size) as u32);
                self.segment(from_client, sequence, "A", piece);
                if number % 3 == 0 {
                    self.segment(from_client, sequence, "A", piece);
                }
            }
            let end = start.wrapping_add(1 + octets.len() as u32);
            self.segment(from_client, end, "FA", b"");
        }
        self.file
    }
}

#[test]
fn soap_over_udp_captured_by_wireshark() {
    let lines = inspect(&unpacked(include_bytes!("../../wws-core/tests/wire/gsoap-udp.pcap.gz")));
    assert_eq!(bodies(&messages(&lines, "request")), ["EchoString", "Add", "Notify"]);
    let replies = messages(&lines, "reply");
    assert_eq!(bodies(&replies), ["EchoStringResponse", "AddResponse"]);
    assert_eq!(replies[1]["action"], "http://interop.test/IEcho/AddResponse");
    assert!(replies[1]["envelope"].as_str().unwrap().contains(">42<"));
}

#[test]
fn net_tcp_with_a_session_dictionary() {
    for size in [1, 97, 1460] {
        let lines = inspect(&Capture::new().connection(&recorded!("tcp"), size));
        let requests = messages(&lines, "request");
        assert_eq!(requests.len(), 14);
        assert!(requests.iter().all(|m| m["content_type"] == "application/soap+msbinsession1"));
        assert_eq!(requests[0]["action"], "http://interop.test/IEcho/EchoString");
        assert_eq!(messages(&lines, "reply").len(), 13);
        let names: Vec<&str> = lines.iter().filter_map(|l| l["name"].as_str()).collect();
        assert_eq!(names[..5], ["Version", "Mode", "Via", "Encoding", "Preamble End"]);
        assert!(lines.iter().all(|line| line["kind"] != "broken" && line.get("error").is_none()), "{size}");
        // The strings of a session that the first message announced are in the second by number alone.
        assert!(requests[1]["envelope"].as_str().unwrap().contains("http://interop.test/"));
    }
}

#[test]
fn net_tcp_streamed_and_upgraded() {
    let lines = inspect(&Capture::new().connection(&recorded!("tcp_stream"), 1000));
    let vias = lines.iter().filter(|line| line["name"] == "Via").count();
    assert!(vias > 1, "one session after the other on one connection");
    assert_eq!(messages(&lines, "request").len(), vias);
    assert_eq!(messages(&lines, "reply").len(), vias);

    // The recording is decrypted, so that what follows the upgrade can be read.
    let lines = inspect(&Capture::new().connection(&recorded!("tcp_tls"), 1000));
    assert!(lines.iter().any(|line| line["name"] == "Upgrade Request"));
    assert!(messages(&lines, "request").len() > 10 && messages(&lines, "reply").len() > 10);
    assert!(lines.iter().all(|line| line.get("error").is_none()));
}

#[test]
fn http_in_every_encoding() {
    for (name, connection, content_type) in [
        ("text", recorded!("soap12_wsa10"), "application/soap+xml"),
        ("binary", recorded!("http_binary"), "application/soap+msbin1"),
        ("mtom", recorded!("basic_mtom"), "multipart/related"),
        ("chunked", recorded!("stream_mtom"), "multipart/related"),
    ] {
        let lines = inspect(&Capture::new().connection(&connection, 800));
        let (requests, replies) = (messages(&lines, "request"), messages(&lines, "reply"));
        assert!(requests.len() >= 3, "{name}: {}", requests.len());
        assert!(requests[0]["content_type"].as_str().unwrap().starts_with(content_type), "{name}");
        assert_eq!(requests[0]["body"], "EchoString", "{name}");
        assert_eq!(replies[0]["body"], "EchoStringResponse", "{name}");
        let broken: Vec<&Value> =
            lines.iter().filter(|line| line["kind"] == "broken" || line.get("error").is_some()).collect();
        assert!(broken.is_empty(), "{name}: {broken:?}");
    }
}

#[test]
fn a_missing_segment_is_told_and_nothing_is_made_up() {
    let [client, server] = recorded!("tcp");
    let mut capture = Capture::new();
    capture.segment(true, 0, "S", b"");
    capture.segment(true, 1, "A", &client[..500]);
    for (number, piece) in client[600..].chunks(60_000).enumerate() {
        capture.segment(true, 601 + 60_000 * number as u32, "A", piece);
    }
    capture.segment(false, 0, "SA", b"");
    for (number, piece) in server.chunks(60_000).enumerate() {
        capture.segment(false, 1 + 60_000 * number as u32, "A", piece);
    }
    let lines = inspect(&capture.file);
    let broken = lines.iter().find(|line| line["kind"] == "broken").unwrap();
    assert_eq!(broken["text"], "100 octets are not in the capture");
    assert_eq!(messages(&lines, "request").len(), 3, "those before the gap");
    assert_eq!(messages(&lines, "reply").len(), 13, "the other direction is whole");
}

#[test]
fn what_is_not_soap_is_said_once() {
    let tls = vec![0x16, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5];
    let lines = inspect(&Capture::new().connection(&[tls.clone(), tls], 4));
    let notes: Vec<&str> = lines.iter().filter_map(|line| line["text"].as_str()).collect();
    assert_eq!(notes.iter().filter(|note| note.contains("TLS")).count(), 1, "{notes:?}");

    let http = b"GET / HTTP/1.1\r\n\r\n".to_vec();
    let reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec();
    let lines = inspect(&Capture::new().connection(&[http, reply], 7));
    assert!(lines.iter().any(|line| line["kind"] == "broken"), "{lines:?}");
}

#[test]
fn a_file_that_is_cut_shows_what_is_there() {
    let whole = Capture::new().connection(&recorded!("http_binary"), 1460);
    let lines = inspect(&whole[..whole.len() / 2]);
    assert!(!messages(&lines, "request").is_empty());
    assert!(lines.last().unwrap()["text"].as_str().unwrap().contains("ends inside a packet"));
}
