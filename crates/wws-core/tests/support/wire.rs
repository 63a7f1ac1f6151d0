//! The recordings in `tests/wire`, and the HTTP messages in them.

use std::io::Read;

macro_rules! recordings {
    ($($name:literal),*) => {
        [$(($name, &include_bytes!(concat!("../wire/", $name, ".bin.gz"))[..])),*]
    };
}

/// One direction of a recorded connection over HTTP.
fn recorded(name: &str) -> Vec<u8> {
    let all = recordings![
        "basic_mtom-c2s",
        "basic_mtom-s2c",
        "stream_mtom-c2s",
        "stream_mtom-s2c",
        "http_binary-c2s",
        "http_binary-s2c",
        "soap12_wsa10-c2s",
        "soap12_wsa10-s2c"
    ];
    let packed = all.iter().find(|(n, _)| *n == name).unwrap().1;
    let mut octets = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut octets).unwrap();
    octets
}

/// An HTTP message with a body.
pub(crate) struct HttpMessage {
    pub(crate) content_type: String,
    pub(crate) soap_action: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// The HTTP messages in a recording that have a body.
pub(crate) fn http_messages(name: &str) -> Vec<HttpMessage> {
    let all = recorded(name);
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
            messages.push(HttpMessage {
                content_type: content_type.to_owned(),
                soap_action: field("SOAPAction").map(str::to_owned),
                body,
            });
        }
    }
    messages
}
