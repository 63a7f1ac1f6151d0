//! MBIM messages: a stream cut anywhere gives the same pieces; what decodes encodes to something that decodes to the same.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use wws_mbn::wire::{Frame, Message, data_message::DataMessage, framing::Framer};

/// The pieces of a stream that comes `cut` bytes at a time, and how it ended.
fn pieces(stream: &[u8], cut: usize) -> (Vec<Bytes>, Option<String>) {
    let mut framer = Framer::new(1 << 16);
    let mut all = Vec::new();
    for part in stream.chunks(cut) {
        framer.feed(part);
        loop {
            match framer.next_piece() {
                Ok(Some(piece)) => all.push(piece),
                Ok(None) => break,
                Err(malformed) => return (all, Some(malformed.structure.into())),
            }
        }
    }
    (all, None)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, stream) = (usize::from(input.0) + 1, input.1);
    let whole = pieces(stream, usize::MAX);
    assert_eq!(whole, pieces(stream, cut));
    for piece in whole.0.into_iter().chain([Bytes::copy_from_slice(stream)]) {
        let _refused = Frame::decode(&piece);
        if let Ok((transaction, message)) = Message::decode(&piece) {
            let again = message.encode(transaction);
            assert_eq!(Message::decode(&again), Ok((transaction, message)));
        }
        if let Some(Ok(message)) = DataMessage::decode(&piece) {
            let (head, data) = message.encode();
            let again = Bytes::from([head, data].concat());
            assert_eq!(DataMessage::decode(&again), Some(Ok(message)));
        }
    }
});
