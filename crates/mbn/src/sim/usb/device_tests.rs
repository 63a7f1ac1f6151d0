//! Tests of the USB device by hand-made transfers, in the order in which the kernel's driver makes them.

use super::*;
use crate::{
    sim::{Profile, service::ECHO},
    wire::{
        Command, Open, OpenDone, Status,
        cid::{DssConnect, DssLinkState},
    },
};

struct World {
    usb: UsbModem,
    modem: Modem,
    now: Instant,
    sequence: u32,
}

impl World {
    fn new() -> Self {
        Self { usb: UsbModem::new(), modem: Modem::new(Profile::default()), now: Instant::now(), sequence: 0 }
    }

    fn submit(&mut self, endpoint: u32, is_in: bool, setup: [u8; 8], data: &[u8]) -> u32 {
        self.sequence += 1;
        let data = Bytes::copy_from_slice(data);
        let length = if is_in { 4096 } else { data.len() };
        let submit = Submit { sequence: self.sequence, is_in, endpoint, setup, length, data };
        self.usb.handle(Request::Submit(submit), &mut self.modem, self.now);
        self.sequence
    }

    fn answer(&mut self, number: u32) -> Result<Bytes, i32> {
        match self.usb.poll_response() {
            Some(Response::Submit { sequence, status: 0, data, .. }) if sequence == number => Ok(data),
            Some(Response::Submit { sequence, status, .. }) if sequence == number => Err(status),
            other => panic!("another answer: {other:?}"),
        }
    }

    fn control_in(&mut self, setup: [u8; 8]) -> Result<Bytes, i32> {
        let number = self.submit(0, true, setup, &[]);
        self.answer(number)
    }

    fn control_out(&mut self, setup: [u8; 8], data: &[u8]) -> Result<Bytes, i32> {
        let number = self.submit(0, false, setup, data);
        self.answer(number)
    }

    /// A message to the modem, its notification, and its answer.
    fn exchange(&mut self, message: &Message) -> Message {
        let notify = self.submit(NOTIFY, true, [0; 8], &[]);
        let bytes = message.encode(1);
        let [l0, l1] = (bytes.len() as u16).to_le_bytes();
        let sent = self.submit(0, false, [0x21, 0x00, 0, 0, 0, 0, l0, l1], &bytes);
        self.answer(sent).unwrap();
        assert_eq!(self.answer(notify).unwrap(), &RESPONSE_AVAILABLE[..]);
        let response = self.control_in([0xA1, 0x01, 0, 0, 0, 0, 0x00, 0x10]).unwrap();
        Message::decode(&response).unwrap().1
    }

    fn configured() -> Self {
        let mut world = Self::new();
        world.control_out([0x00, 0x09, 1, 0, 0, 0, 0, 0], &[]).unwrap();
        world.control_out([0x01, 0x0B, 1, 0, 1, 0, 0, 0], &[]).unwrap();
        let done = world.exchange(&Message::Open(Open { max_control_transfer: 4096 }));
        assert_eq!(done, Message::OpenDone(OpenDone { status: Status::SUCCESS }));
        world
    }
}

#[test]
fn descriptors_are_given_and_cut_to_what_was_asked() {
    let mut world = World::new();
    assert_eq!(world.control_in([0x80, 6, 0, 1, 0, 0, 18, 0]).unwrap().len(), 18);
    let head = world.control_in([0x80, 6, 0, 2, 0, 0, 9, 0]).unwrap();
    let total = u16::from_le_bytes([head[2], head[3]]);
    let [l0, l1] = total.to_le_bytes();
    assert_eq!(world.control_in([0x80, 6, 0, 2, 0, 0, l0, l1]).unwrap().len(), total.into());
    assert_eq!(world.control_in([0x80, 6, 0, 6, 0, 0, 10, 0]), Err(STALL), "there is no other speed");
    assert_eq!(world.control_in([0xA1, 0x80, 0, 0, 0, 0, 28, 0]).unwrap().len(), 28);
}

#[test]
fn messages_go_over_the_control_endpoint() {
    let mut world = World::configured();
    let answer = world.exchange(&Message::Command(Command::query(ECHO, 1, "over usb")));
    assert!(matches!(answer, Message::CommandDone(done) if done.buffer == "over usb"));
    assert!(world.control_in([0xA1, 0x01, 0, 0, 0, 0, 0x00, 0x10]).unwrap().is_empty(), "no more");
    assert_eq!(
        world.control_out([0x21, 0x00, 0, 0, 0, 0, 12, 0], &[0xFF; 12]),
        Err(STALL),
        "an impossible length"
    );
}

#[test]
fn data_sessions_go_over_the_bulk_endpoints() {
    let mut world = World::configured();
    let connect = DssConnect { service: ECHO, session_id: 5, link_state: DssLinkState::ACTIVATE };
    let done = world.exchange(&Message::Command(Command::from(&connect)));
    assert!(matches!(done, Message::CommandDone(done) if done.status.is_success()));
    let reads = world.submit(BULK_IN, true, [0; 8], &[]);
    let block = ntb::encode(1, Stream::Dss(5), &[Bytes::from_static(b"datagram")]);
    let writes = world.submit(BULK_OUT, false, [0; 8], &block);
    world.answer(writes).unwrap();
    let echoed = ntb::decode(&world.answer(reads).unwrap()).unwrap();
    assert_eq!(echoed, [(Stream::Dss(5), Bytes::from_static(b"datagram"))]);
    let nonsense = world.submit(BULK_OUT, false, [0; 8], b"not an NTB");
    assert!(world.answer(nonsense).is_ok());
}

#[test]
fn waiting_transfers_can_be_given_up() {
    let mut world = World::configured();
    let number = world.submit(BULK_IN, true, [0; 8], &[]);
    assert!(world.usb.waiting().contains(&number));
    for (sequence, status) in [(100, GIVEN_UP), (101, 0)] {
        world.usb.handle(Request::Unlink { sequence, victim: number }, &mut world.modem, world.now);
        assert_eq!(world.usb.poll_response(), Some(Response::Unlink { sequence, status }));
    }
    assert!(!world.usb.waiting().contains(&number));
}

#[test]
fn an_unknown_endpoint_or_request_stalls() {
    let mut world = World::new();
    let number = world.submit(9, true, [0; 8], &[]);
    assert_eq!(world.answer(number), Err(STALL));
    assert_eq!(world.control_in([0xC0, 0x77, 0, 0, 0, 0, 1, 0]), Err(STALL));
}
