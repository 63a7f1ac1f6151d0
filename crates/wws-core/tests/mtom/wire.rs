//! What WCF's client and CoreWCF sent each other over HTTP: `basic_mtom` (buffered) and `stream_mtom` (chunked).

use std::io::Read;

use crate::drive::{Message, Seen};
use wws_core::xml::mtom::MtomInput;

/// The content type and the body of each HTTP message in a recording.
fn http_messages(name: &str) -> Vec<(String, Vec<u8>)> {
    let recording = match name {
        "basic_mtom-c2s" => &include_bytes!("../wire/basic_mtom-c2s.bin.gz")[..],
        "basic_mtom-s2c" => include_bytes!("../wire/basic_mtom-s2c.bin.gz"),
        "stream_mtom-c2s" => include_bytes!("../wire/stream_mtom-c2s.bin.gz"),
        _ => include_bytes!("../wire/stream_mtom-s2c.bin.gz"),
    };
    let mut all = Vec::new();
    flate2::read::GzDecoder::new(recording).read_to_end(&mut all).unwrap();
    let mut rest = &all[..];
    let mut messages = Vec::new();
    while !rest.is_empty() {
        let end = rest.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        let head = std::str::from_utf8(&rest[..end]).unwrap().to_owned();
        rest = &rest[end..];
        let field = |name: &str| {
            head.lines()
                .filter_map(|l| l.split_once(": "))
                .find(|(n, _)| n.eq_ignore_ascii_case(name))
                .map(|(_, v)| v)
        };
        let mut body = Vec::new();
        if field("Transfer-Encoding") == Some("chunked") {
            loop {
                let line = rest.windows(2).position(|w| w == b"\r\n").unwrap();
                let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
                body.extend_from_slice(&rest[line + 2..line + 2 + size]);
                rest = &rest[line + 2 + size + 2..];
                if size == 0 {
                    break;
                }
            }
        } else {
            let size = field("Content-Length").map_or(0, |v| v.parse().unwrap());
            body.extend_from_slice(&rest[..size]);
            rest = &rest[size..];
        }
        if let Some(content_type) = field("Content-Type").filter(|_| !body.is_empty()) {
            messages.push((content_type.to_owned(), body));
        }
    }
    messages
}

/// The sizes of all byte contents in a recording, with a check of their bytes.
fn byte_contents(name: &str) -> (usize, Vec<usize>) {
    let messages = http_messages(name);
    let mut sizes = Vec::new();
    for (content_type, body) in &messages {
        let with_type = Message::with_input(body, MtomInput::with_content_type(content_type).unwrap());
        let seen = with_type.anyhow().unwrap();
        // WCF puts the header into the body, too.
        assert_eq!(Message::new(body).anyhow().unwrap(), seen);
        assert!(matches!(&seen[0], Seen::Start(name, _) if name == "s:Envelope"));
        for node in seen {
            if let Seen::Bytes(bytes) = node {
                assert!(bytes.iter().enumerate().all(|(i, &b)| b == (i * 7 + 1) as u8), "{name}");
                sizes.push(bytes.len());
            }
        }
    }
    (messages.len(), sizes)
}

#[test]
fn recorded_messages_are_read() {
    for (name, messages, sizes) in [
        ("basic_mtom-c2s", 13, &[100_000, 1000][..]),
        ("basic_mtom-s2c", 12, &[100_000, 1000]),
        ("stream_mtom-c2s", 3, &[300_000]),
        ("stream_mtom-s2c", 3, &[300_000]),
    ] {
        assert_eq!(byte_contents(name), (messages, sizes.to_vec()), "{name}");
    }
}
