//! Any octets, whole and cut: the same events and the same error, in both roles; no panic, no memory for what is only
//! claimed.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use wws_core::framing::{
    Event, Inbound, Initiator, Limits, Mode, Preamble, Receiver, ReceiverEvent,
};

/// Hands out `octets` in pieces of `cut`.
struct Feed<'a> {
    rest: &'a [u8],
    cut: usize,
    piece: Bytes,
}

impl Feed<'_> {
    fn more(&mut self) -> bool {
        let n = self.cut.min(self.rest.len());
        self.piece = Bytes::copy_from_slice(&self.rest[..n]);
        self.rest = &self.rest[n..];
        n > 0
    }
}

fn session(mut inbound: Inbound, feed: &mut Feed<'_>, told: &mut Vec<String>) {
    let mut payload = 0_usize;
    loop {
        match inbound.receive(&mut feed.piece) {
            Ok(Some(Event::Payload(octets))) => payload += octets.len(),
            Ok(Some(event)) => told.push(format!("{event:?} after {payload}")),
            Ok(None) if inbound.is_ended() => return,
            Ok(None) if feed.more() => {}
            Ok(None) => return told.push(format!("{:?}", inbound.end_of_input())),
            Err(error) => return told.push(error.to_string()),
        }
    }
}

fn as_receiver(octets: &[u8], cut: usize) -> Vec<String> {
    let mut feed = Feed { rest: octets, cut, piece: Bytes::new() };
    let mut told = Vec::new();
    let mut receiver = Receiver::new(Limits::default());
    while !receiver.is_established() {
        match receiver.receive(&mut feed.piece) {
            Ok(Some(event)) => {
                told.push(format!("{event:?}"));
                match event {
                    ReceiverEvent::Upgrade(_) => drop(receiver.accept_upgrade()),
                    ReceiverEvent::Complete => drop(receiver.acknowledge()),
                    ReceiverEvent::Preamble(_) => {}
                }
            }
            Ok(None) if feed.more() => {}
            Ok(None) => return told,
            Err(error) => {
                told.push(format!("{error} {:?}", receiver.fault_to_send()));
                return told;
            }
        }
    }
    if let Ok((_, inbound)) = receiver.into_session() {
        session(inbound, &mut feed, &mut told);
    }
    told
}

fn as_initiator(octets: &[u8], cut: usize, mode: Mode) -> Vec<String> {
    let mut feed = Feed { rest: octets, cut, piece: Bytes::new() };
    let mut told = Vec::new();
    let preamble = Preamble::new(mode, "net.tcp://h", "application/soap+msbin1");
    let Ok((mut initiator, _)) = Initiator::new(preamble, None, Limits::default()) else { return told };
    while !initiator.is_established() {
        match initiator.receive(&mut feed.piece) {
            Ok(Some(event)) => told.push(format!("{event:?}")),
            Ok(None) if feed.more() => {}
            Ok(None) => return told,
            Err(error) => return vec![error.to_string()],
        }
    }
    if let Ok((_, inbound)) = initiator.into_session() {
        session(inbound, &mut feed, &mut told);
    }
    told
}

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, octets) = (usize::from(input.0) + 1, input.1);
    assert_eq!(as_receiver(octets, usize::MAX), as_receiver(octets, cut));
    for mode in [Mode::DUPLEX, Mode::SINGLETON_UNSIZED] {
        assert_eq!(as_initiator(octets, usize::MAX, mode), as_initiator(octets, cut, mode));
    }
});
