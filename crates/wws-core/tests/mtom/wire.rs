//! What WCF's client and CoreWCF sent each other over HTTP: `basic_mtom` (buffered) and `stream_mtom` (chunked).

use crate::{
    drive::{Message, Seen},
    wire_support::http_messages,
};
use wws_core::xml::mtom::MtomInput;

/// The sizes of all byte contents in a recording, with a check of their bytes.
fn byte_contents(name: &str) -> (usize, Vec<usize>) {
    let messages = http_messages(name);
    let mut sizes = Vec::new();
    for message in &messages {
        let body = &message.body[..];
        let with_type =
            Message::with_input(body, MtomInput::with_content_type(&message.content_type).unwrap());
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
