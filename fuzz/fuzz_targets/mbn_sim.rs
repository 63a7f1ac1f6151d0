//! The simulator: anything that a host sends, on the control channel, in data sessions, or as USB transfers.
#![no_main]

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, Instant};
use wws_mbn::{
    sim::{
        Modem, Profile, service,
        usb::{Request, UsbModem},
    },
    wire::{Command, CommandType, Frame, Message, Open, fragment, service::*},
};

/// What a host does, as the fuzzer makes it up.
enum Act<'a> {
    Bytes(&'a [u8]),
    Command(u8, &'a [u8]),
    Data(u8, &'a [u8]),
    Usb(&'a [u8]),
    Wait(u8),
}

/// Cuts the input into acts: a kind, a length, the bytes.
fn next<'a>(input: &mut &'a [u8]) -> Option<Act<'a>> {
    let (&[kind, which, length], rest) = input.split_first_chunk::<3>()?;
    let (bytes, rest) = rest.split_at(rest.len().min(length.into()));
    *input = rest;
    Some(match kind % 8 {
        0 => Act::Bytes(bytes),
        1..=3 => Act::Command(which, bytes),
        4 | 5 => Act::Data(which, bytes),
        6 => Act::Usb(bytes),
        _ => Act::Wait(which),
    })
}

fuzz_target!(|input: &[u8]| {
    let services = [
        BASIC_CONNECT,
        DSS,
        BASIC_CONNECT_EXTENSIONS,
        FIRMWARE_ID,
        MODEM_LOG_TRANSFER,
        FIBOCOM,
        service::ECHO,
        service::STORE,
        service::CONTROL,
        QMI,
    ];
    let mut input = input;
    let mut now = Instant::now();
    let mut modem = Modem::new(Profile::default());
    let mut usb = UsbModem::new();
    let mut usb_input = BytesMut::new();
    let open = Message::Open(Open { max_control_transfer: 4096 }).encode(1);
    modem.handle_piece(&open, now);
    let mut transaction = 1;
    while let Some(act) = next(&mut input) {
        match act {
            Act::Bytes(bytes) => drop(modem.handle_control(bytes, now)),
            Act::Command(which, buffer) => {
                transaction += 1;
                let command = Command {
                    service: services[usize::from(which >> 4) % services.len()],
                    cid: u32::from(which & 15),
                    kind: if buffer.len() % 2 == 0 { CommandType::QUERY } else { CommandType::SET },
                    buffer: Bytes::copy_from_slice(buffer),
                };
                for piece in fragment::split(&Message::Command(command).encode(transaction), 64) {
                    modem.handle_piece(&piece, now);
                }
            }
            Act::Data(session, data) => modem.handle_data(session % 4, Bytes::copy_from_slice(data), now),
            Act::Usb(bytes) => {
                usb_input.extend_from_slice(bytes);
                loop {
                    match Request::take(&mut usb_input) {
                        Ok(Some(request)) => usb.handle(request, &mut modem, now),
                        Ok(None) => break,
                        Err(_) => usb_input.clear(),
                    }
                }
                let mut output = BytesMut::new();
                while let Some(response) = usb.poll_response() {
                    response.put(&mut output);
                }
            }
            Act::Wait(time) => now += Duration::from_millis(u64::from(time) * 8),
        }
        modem.handle_timeout(now);
        assert!(modem.next_timeout().is_none_or(|next| next > now), "a time-out that was not handled");
        while let Some(piece) = modem.poll_control() {
            assert!(Frame::decode(&piece).is_ok(), "the modem sent a piece whose length is not true");
        }
        // The store sends as much as it is told to; a host takes as much as it wants.
        for _ in 0..4 {
            let Some((session, data)) = modem.poll_data(|_| true) else { break };
            assert!(data.len() <= modem.profile().max_data_size.max(256), "a datagram that is too large");
            assert!(modem.sessions().any(|(id, _)| id == session), "data of a session that is not open");
        }
    }
});
