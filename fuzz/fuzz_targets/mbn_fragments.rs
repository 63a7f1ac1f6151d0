//! Fragments in any order of any size: what comes out is within the limits, and what was split comes back.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, Instant};
use wws_mbn::wire::{
    Command, FragmentHeader, Frame, Header, Message, MessageType,
    fragment::{Limits, Reassembler, split},
    service,
};

/// A fragment as the fuzzer makes it up: transaction, total, current, size, and milliseconds that pass before it.
type Made = (u8, u8, u8, u16, u8);

const LIMITS: Limits =
    Limits { message: 8192, incomplete: 4, total: 16384, timeout: Duration::from_millis(1250) };

fuzz_target!(|input: (u16, u16, Vec<Made>)| {
    let (max, size, made) = input;

    let message = Message::Command(Command::set(service::QDU, 3, vec![7; usize::from(size)]));
    let mut now = Instant::now();
    let mut reassembler = Reassembler::new(Limits { message: 1 << 17, ..Limits::default() });
    let mut whole = None;
    for piece in split(&message.encode(9), max.into()) {
        assert!(whole.is_none() && piece.len() <= usize::from(max).max(24));
        let Ok(frame) = Frame::decode(&piece) else { panic!("we made a piece that is none") };
        whole = reassembler.push(frame, now).expect("pieces in order");
    }
    let whole = whole.expect("all pieces");
    assert_eq!(Message::decode_body(whole.message_type, whole.body), Ok(message));

    let mut reassembler = Reassembler::new(LIMITS);
    for (transaction, total, current, size, pause) in made {
        now += Duration::from_millis(u64::from(pause) * 16);
        while reassembler.expire(now).is_some() {}
        assert!(reassembler.next_timeout().is_none_or(|next| next > now));
        // 255 stands for a count that never ends.
        let wide = |number| if number == 255 { u32::MAX } else { u32::from(number) };
        let frame = Frame {
            header: Header {
                message_type: MessageType::COMMAND_DONE,
                length: 20 + u32::from(size),
                transaction_id: u32::from(transaction % 8),
            },
            fragment: Some(FragmentHeader { total: wide(total), current: wide(current) }),
            body: Bytes::from(vec![current; size.into()]),
        };
        if let Ok(Some(whole)) = reassembler.push(frame, now) {
            assert!(whole.body.len() <= LIMITS.message);
        }
        assert!(reassembler.held() <= LIMITS.total);
    }
    reassembler.clear();
    assert_eq!((reassembler.held(), reassembler.next_timeout()), (0, None));
});
