//! Tests of the link against a device that is played by hand: every way in which a command can end.

use super::*;
use crate::wire::{CloseDone, OpenDone, Status, service};

struct World {
    link: Link,
    now: Instant,
}

impl World {
    fn new(config: LinkConfig) -> Self {
        Self { link: Link::new(config), now: Instant::now() }
    }

    fn open() -> Self {
        let mut world = Self::new(LinkConfig::default());
        world.link.open(world.now);
        let (transaction, message) = world.sent();
        assert_eq!(message, Message::Open(Open { max_control_transfer: 4096 }));
        world.answer(transaction, &Message::OpenDone(OpenDone { status: Status::SUCCESS }));
        assert_eq!(world.link.poll_event(), Some(LinkEvent::Opened));
        world
    }

    fn sent(&mut self) -> (u32, Message) {
        Message::decode(&self.link.poll_transmit().expect("something to send")).unwrap()
    }

    fn answer(&mut self, transaction: u32, message: &Message) {
        self.link.handle_bytes(&message.encode(transaction), self.now).unwrap();
    }

    fn wait(&mut self) {
        self.now = self.link.next_timeout().expect("a time-out");
        self.link.handle_timeout(self.now);
    }

    fn submit(&mut self, token: u64) {
        self.link.submit(token, command(b""), Duration::from_secs(30), self.now).unwrap();
    }

    fn done(&mut self) -> (u64, Result<CommandDone>) {
        match self.link.poll_event() {
            Some(LinkEvent::Done { token, result }) => (token, result),
            other => panic!("not done: {other:?}"),
        }
    }
}

fn command(buffer: &'static [u8]) -> Command {
    Command::query(service::QDU, 1, buffer)
}

fn success() -> CommandDone {
    CommandDone {
        service: service::QDU,
        cid: 1,
        status: Status::SUCCESS,
        buffer: Bytes::from_static(b"answer"),
    }
}

#[test]
fn a_command_is_answered() {
    let mut world = World::open();
    world.submit(7);
    let (transaction, message) = world.sent();
    assert_eq!(message, Message::Command(command(b"")));
    world.answer(transaction, &Message::CommandDone(success()));
    assert_eq!(world.done(), (7, Ok(success())));
    assert_eq!((world.link.pending(), world.link.next_timeout()), (0, None));
}

#[test]
fn commands_wait_until_the_device_is_open_and_takes_more() {
    let mut world = World::new(LinkConfig { max_outstanding: 2, ..LinkConfig::default() });
    world.link.open(world.now);
    let (open, _) = world.sent();
    (0..3).for_each(|token| world.submit(token));
    assert_eq!(world.link.poll_transmit(), None);
    world.answer(open, &Message::OpenDone(OpenDone { status: Status::SUCCESS }));
    let (first, _) = world.sent();
    world.sent();
    assert_eq!(world.link.poll_transmit(), None, "the device has two");
    world.answer(first, &Message::CommandDone(success()));
    world.sent();
}

#[test]
fn a_device_that_was_left_open_is_closed_and_opened_again() {
    for refusal in [
        Message::OpenDone(OpenDone { status: Status::FAILURE }),
        Message::FunctionError(ProtocolErrorCode::UNKNOWN),
    ] {
        let mut world = World::new(LinkConfig::default());
        world.link.open(world.now);
        let (open, _) = world.sent();
        world.answer(open, &refusal);
        let (close, message) = world.sent();
        assert_eq!(message, Message::Close);
        world.answer(close, &Message::CloseDone(CloseDone { status: Status::SUCCESS }));
        let (open, message) = world.sent();
        assert!(matches!(message, Message::Open(_)));
        world.answer(open, &Message::OpenDone(OpenDone { status: Status::SUCCESS }));
        assert_eq!(world.link.poll_event(), Some(LinkEvent::Opened));
    }
}

#[test]
fn a_silent_device_does_not_open_and_fails_what_waits() {
    let mut world = World::new(LinkConfig::default());
    world.link.open(world.now);
    world.submit(1);
    let deadline = world.now + Duration::from_secs(300);
    while world.now < deadline && world.link.next_timeout().is_some() {
        world.wait();
        while world.link.poll_transmit().is_some() {}
    }
    let (token, result) = world.done();
    assert_eq!((token, result.unwrap_err().code()), (1, Code::Timeout));
    assert!(
        matches!(world.link.poll_event(), Some(LinkEvent::OpenFailed(error)) if error.code() == Code::Timeout)
    );
    assert_eq!(
        world.link.submit(2, command(b""), Duration::MAX / 4, world.now).unwrap_err().code(),
        Code::NotReady
    );
}

#[test]
fn a_command_that_is_not_answered_times_out_and_a_late_answer_is_a_stray() {
    let mut world = World::open();
    world.submit(1);
    let (transaction, _) = world.sent();
    world.wait();
    let (token, result) = world.done();
    assert_eq!((token, result.unwrap_err().code()), (1, Code::Timeout));
    world.answer(transaction, &Message::CommandDone(success()));
    assert_eq!((world.link.poll_event(), world.link.oddities().strays), (None, 1));
}

#[test]
fn a_second_answer_and_an_answer_to_nobody_are_strays() {
    let mut world = World::open();
    world.submit(1);
    let (transaction, _) = world.sent();
    world.answer(transaction, &Message::CommandDone(success()));
    assert_eq!(world.done().0, 1);
    world.answer(transaction, &Message::CommandDone(success()));
    world.answer(4711, &Message::CommandDone(success()));
    world.answer(4712, &Message::FunctionError(ProtocolErrorCode::UNKNOWN));
    assert_eq!((world.link.poll_event(), world.link.oddities().strays), (None, 3));
}

#[test]
fn an_answer_to_another_command_fails_the_one_whose_transaction_it_names() {
    let mut world = World::open();
    world.submit(1);
    let (transaction, _) = world.sent();
    world.answer(transaction, &Message::CommandDone(CommandDone { cid: 2, ..success() }));
    assert_eq!(world.done().1.unwrap_err().code(), Code::InvalidData);
}

#[test]
fn a_malformed_answer_fails_its_command_only() {
    let mut world = World::open();
    (1..=2).for_each(|token| world.submit(token));
    let (first, _) = world.sent();
    let (second, _) = world.sent();
    let mut bytes = Message::CommandDone(success()).encode(first).to_vec();
    bytes[44] = 200; // the information buffer is said to be longer than the message
    world.link.handle_bytes(&bytes, world.now).unwrap();
    let (token, result) = world.done();
    assert_eq!((token, result.unwrap_err().code()), (1, Code::InvalidData));
    assert_eq!(world.sent(), (first, Message::HostError(ProtocolErrorCode::LENGTH_MISMATCH)));
    world.answer(second, &Message::CommandDone(success()));
    assert_eq!(world.done(), (2, Ok(success())));
}

#[test]
fn fragments_out_of_sequence_fail_their_command_and_the_device_is_told() {
    let mut world = World::open();
    world.submit(1);
    let (transaction, _) = world.sent();
    let answer = CommandDone { buffer: Bytes::from(vec![1; 300]), ..success() };
    let pieces: Vec<Bytes> =
        fragment::split(&Message::CommandDone(answer).encode(transaction), 128).collect();
    world.link.handle_piece(&pieces[0], world.now);
    world.link.handle_piece(&pieces[2], world.now);
    let error = world.done().1.unwrap_err();
    assert_eq!(error, Error::from(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE));
    assert_eq!(world.sent(), (transaction, Message::HostError(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE)));
}

#[test]
fn a_missing_fragment_fails_its_command_after_the_fragment_time_out() {
    let mut world = World::open();
    world.submit(1);
    let (transaction, _) = world.sent();
    let answer = CommandDone { buffer: Bytes::from(vec![1; 300]), ..success() };
    let piece = fragment::split(&Message::CommandDone(answer).encode(transaction), 128).next().unwrap();
    world.link.handle_piece(&piece, world.now);
    let before = world.now;
    world.wait();
    assert_eq!(world.now - before, fragment::FRAGMENT_TIMEOUT);
    assert_eq!(world.done().1.unwrap_err(), Error::from(ProtocolErrorCode::TIMEOUT_FRAGMENT));
}

#[test]
fn a_large_command_goes_in_fragments_or_whole() {
    for (whole_messages, pieces) in [(false, 3), (true, 1)] {
        let config = LinkConfig { max_control_transfer: 64, whole_messages, ..LinkConfig::default() };
        let mut world = World::new(config);
        world.link.open(world.now);
        let (open, _) = world.sent();
        world.answer(open, &Message::OpenDone(OpenDone { status: Status::SUCCESS }));
        world.link.submit(1, command(&[7; 70]), Duration::from_secs(1), world.now).unwrap();
        world.submit(2);
        let mut count = 0;
        while let Some(piece) = world.link.poll_transmit() {
            let header = Header::decode(&piece).unwrap();
            count += usize::from(header.transaction_id == 2);
        }
        assert_eq!(count, pieces);
    }
}

#[test]
fn a_reset_device_fails_everything_once() {
    let mut world = World::open();
    (1..=2).for_each(|token| world.submit(token));
    let (transaction, _) = world.sent();
    world.answer(transaction, &Message::FunctionError(ProtocolErrorCode::NOT_OPENED));
    assert_eq!(world.done().1.unwrap_err().code(), Code::NotReady);
    assert_eq!(world.done().0, 2);
    assert_eq!(world.link.poll_event(), Some(LinkEvent::Reset));
    world.link.open(world.now);
    assert!(matches!(world.sent().1, Message::Open(_)));
}

#[test]
fn closing_and_losing_give_up_what_is_not_done() {
    let mut world = World::open();
    (1..=2).for_each(|token| world.submit(token));
    world.sent();
    world.link.close(world.now);
    assert_eq!((world.done().0, world.done().0), (1, 2));
    let (close, message) = world.sent();
    assert_eq!(message, Message::Close);
    world.answer(close, &Message::CloseDone(CloseDone { status: Status::SUCCESS }));
    assert_eq!(world.link.poll_event(), Some(LinkEvent::Closed));

    let mut world = World::open();
    world.submit(1);
    world.link.lost(Code::DeviceRemoved.into());
    assert_eq!(world.done().1.unwrap_err().code(), Code::DeviceRemoved);
    assert!(matches!(world.link.poll_event(), Some(LinkEvent::Lost(_))));
    assert_eq!(
        world.link.submit(2, command(b""), Duration::ZERO, world.now).unwrap_err().code(),
        Code::DeviceRemoved
    );
    assert_eq!(world.link.poll_transmit(), None);
}

#[test]
fn cancelling_tells_the_device_if_it_has_the_command() {
    let mut world = World::open();
    (1..=2).for_each(|token| world.submit(token));
    let (transaction, _) = world.sent();
    world.link.cancel(2);
    world.link.cancel(1);
    world.link.cancel(1);
    assert_eq!((world.done().0, world.done().0), (2, 1));
    assert_eq!(world.sent(), (transaction, Message::HostError(ProtocolErrorCode::CANCEL)));
    assert_eq!((world.link.poll_transmit(), world.link.poll_event()), (None, None));
}

#[test]
fn too_many_commands_are_refused() {
    let mut world = World::new(LinkConfig { max_commands: 2, ..LinkConfig::default() });
    world.link.open(world.now);
    (1..=2).for_each(|token| world.submit(token));
    let error = world.link.submit(3, command(b""), Duration::from_secs(1), world.now).unwrap_err();
    assert_eq!(error.code(), Code::Busy);
}

#[test]
fn a_length_that_cannot_be_is_told_and_the_link_goes_on() {
    let mut world = World::open();
    assert!(
        world.link.handle_bytes(&[7, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], world.now).is_err()
    );
    world.submit(1);
    let (transaction, _) = world.sent();
    world.answer(transaction, &Message::CommandDone(success()));
    assert_eq!(world.done(), (1, Ok(success())));
}

#[test]
fn a_device_cannot_play_the_host() {
    let mut world = World::open();
    world.answer(9, &Message::Command(command(b"")));
    world.answer(9, &Message::Close);
    assert_eq!((world.link.poll_event(), world.link.oddities().malformed), (None, 2));
}
