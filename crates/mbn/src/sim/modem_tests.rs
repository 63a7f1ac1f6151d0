//! Tests of the simulated modem by hand-made messages: what a host may do wrong, and how the modem says so.

use super::*;
use crate::{
    sim::service::{ECHO, STORE},
    wire::{CommandType, InformationBuffer, Open as OpenMessage, cid::SubscribeEntry},
};

struct World {
    modem: Modem,
    now: Instant,
    transaction: u32,
}

impl World {
    fn new(profile: Profile) -> Self {
        Self { modem: Modem::new(profile), now: Instant::now(), transaction: 0 }
    }

    fn open() -> Self {
        let mut world = Self::new(Profile::default());
        let done = world.say(&Message::Open(OpenMessage { max_control_transfer: 4096 }));
        assert_eq!(done, [Message::OpenDone(OpenDone { status: Status::SUCCESS })]);
        world
    }

    fn say(&mut self, message: &Message) -> Vec<Message> {
        self.transaction += 1;
        self.modem.handle_control(&message.encode(self.transaction), self.now).unwrap();
        self.heard()
    }

    fn heard(&mut self) -> Vec<Message> {
        std::iter::from_fn(|| self.modem.poll_control())
            .map(|piece| Message::decode(&piece).unwrap().1)
            .collect()
    }

    fn status(&mut self, command: Command) -> Status {
        match self.say(&Message::Command(command)).as_slice() {
            [Message::CommandDone(done), ..] => done.status,
            other => panic!("no answer: {other:?}"),
        }
    }

    fn connect(&mut self, service: Uuid, session_id: u32, link_state: DssLinkState) -> Status {
        self.status(Command::from(&DssConnect { service, session_id, link_state }))
    }
}

fn echo(buffer: impl Into<Bytes>) -> Message {
    Message::Command(Command::query(ECHO, 1, buffer))
}

#[test]
fn nothing_works_before_open_and_after_close() {
    let mut world = World::new(Profile::default());
    let refused = [Message::FunctionError(ProtocolErrorCode::NOT_OPENED)];
    assert_eq!(world.say(&echo("x")), refused);
    world.say(&Message::Open(OpenMessage { max_control_transfer: 4096 }));
    assert_eq!(world.say(&echo("x")).len(), 1);
    assert_eq!(world.say(&Message::Close), [Message::CloseDone(CloseDone { status: Status::SUCCESS })]);
    assert_eq!(world.say(&echo("x")), refused);
}

#[test]
fn what_a_host_does_wrong_is_a_protocol_error() {
    let mut world = World::open();
    let wrong: [(&str, Bytes, ProtocolErrorCode); 5] = [
        ("a message that is too long", echo(vec![0; 4096]).encode(9), ProtocolErrorCode::MAX_TRANSFER),
        ("a second fragment first", second_fragment(), ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE),
        ("a false length of the buffer", false_length(), ProtocolErrorCode::LENGTH_MISMATCH),
        (
            "an unknown type",
            Bytes::from_static(&[9, 0, 0, 0, 12, 0, 0, 0, 9, 0, 0, 0]),
            ProtocolErrorCode::LENGTH_MISMATCH,
        ),
        ("a device's message", Message::IndicateStatus(event()).encode(9), ProtocolErrorCode::UNKNOWN),
    ];
    for (what, bytes, error) in wrong {
        world.modem.handle_control(&bytes, world.now).unwrap();
        assert_eq!(world.heard(), [Message::FunctionError(error)], "{what}");
    }
}

fn second_fragment() -> Bytes {
    fragment::split(&echo(vec![0; 100]).encode(9), 100).nth(1).unwrap()
}

fn false_length() -> Bytes {
    let mut bytes = echo("xy").encode(9).to_vec();
    bytes[44] = 1;
    Bytes::from(bytes)
}

fn event() -> IndicateStatus {
    IndicateStatus { service: ECHO, cid: 1, buffer: Bytes::new() }
}

#[test]
fn a_transaction_in_use_is_refused() {
    let mut world = World::new(Profile { latency: Duration::from_millis(5), ..Profile::default() });
    world.say(&Message::Open(OpenMessage { max_control_transfer: 4096 }));
    let wait = |world: &mut World| {
        world.now = world.modem.next_timeout().unwrap();
        world.modem.handle_timeout(world.now);
        world.heard().len()
    };
    assert_eq!(wait(&mut world), 1);
    let message = echo("x").encode(7);
    world.modem.handle_control(&message, world.now).unwrap();
    world.modem.handle_control(&message, world.now).unwrap();
    assert_eq!(world.heard(), [Message::FunctionError(ProtocolErrorCode::DUPLICATED_TID)]);
    assert_eq!(wait(&mut world), 1);
    world.modem.handle_control(&message, world.now).unwrap();
    assert_eq!(world.heard(), [], "free again");
}

#[test]
fn a_late_fragment_is_reported() {
    let mut world = World::open();
    let first = fragment::split(&echo(vec![0; 100]).encode(9), 100).next().unwrap();
    world.modem.handle_control(&first, world.now).unwrap();
    world.now = world.modem.next_timeout().unwrap();
    world.modem.handle_timeout(world.now);
    assert_eq!(world.heard(), [Message::FunctionError(ProtocolErrorCode::TIMEOUT_FRAGMENT)]);
}

#[test]
fn data_sessions_follow_the_rules_of_dss_connect() {
    let mut world = World::open();
    let (on, off) = (DssLinkState::ACTIVATE, DssLinkState::DEACTIVATE);
    assert_eq!(world.connect(ECHO, 5, on), Status::SUCCESS);
    assert_eq!(world.connect(STORE, 5, on), Status::FAILURE, "the id is taken");
    assert_eq!(world.connect(ECHO, 6, on), Status::DSS_INSTANCE_LIMIT, "one per service");
    assert_eq!(world.connect(ECHO, 256, on), Status::INVALID_PARAMETERS);
    assert_eq!(world.connect(Uuid::nil(), 7, on), Status::NO_DEVICE_SUPPORT);
    assert_eq!(world.connect(crate::sim::service::CONTROL, 7, on), Status::INVALID_DEVICE_SERVICE_OPERATION);
    assert_eq!(world.connect(STORE, 5, off), Status::INVALID_DEVICE_SERVICE_OPERATION, "another service's");
    assert_eq!(world.connect(ECHO, 5, DssLinkState(2)), Status::INVALID_PARAMETERS);
    assert_eq!(world.connect(ECHO, 5, off), Status::SUCCESS);
    assert_eq!(world.connect(ECHO, 5, off), Status::INVALID_DEVICE_SERVICE_OPERATION);
}

#[test]
fn open_forgets_sessions_and_subscriptions() {
    let mut world = World::open();
    assert_eq!(world.connect(ECHO, 5, DssLinkState::ACTIVATE), Status::SUCCESS);
    let list = SubscribeList { entries: vec![SubscribeEntry { service: ECHO, cids: vec![] }] };
    assert_eq!(world.status(Command::from(&list)), Status::SUCCESS);
    let set = Message::Command(Command { kind: CommandType::SET, ..Command::query(ECHO, 1, "x") });
    assert_eq!(world.say(&set).len(), 2, "an answer and an event");
    world.say(&Message::Open(OpenMessage { max_control_transfer: 4096 }));
    assert_eq!((world.modem.sessions().count(), world.say(&set).len()), (0, 1));
}

#[test]
fn the_store_counts_what_came_and_sends_what_is_asked() {
    let mut world = World::open();
    assert_eq!(
        world.status(Command::from(&crate::sim::Send { length: 9 })),
        Status::INVALID_DEVICE_SERVICE_OPERATION
    );
    assert_eq!(world.connect(STORE, 1, DssLinkState::ACTIVATE), Status::SUCCESS);
    world.modem.handle_data(1, crate::sim::pattern(0, 1000), world.now);
    world.modem.handle_data(2, crate::sim::pattern(0, 1000), world.now); // nobody's
    let answers = world.say(&Message::Command(Command::from(&crate::sim::DigestQuery { direction: 0 })));
    let [Message::CommandDone(done)] = answers.as_slice() else { panic!("no answer") };
    let digest = crate::sim::Digest::decode(&done.buffer).unwrap();
    assert_eq!((digest.length, digest.datagrams), (1000, 1));
    assert_eq!(digest.sha256, crate::sim::digest_of_pattern(1000));

    assert_eq!(world.status(Command::from(&crate::sim::Send { length: 4000 })), Status::SUCCESS);
    let sent: Vec<(u8, Bytes)> = std::iter::from_fn(|| world.modem.poll_data(|_| true)).collect();
    assert_eq!(sent.iter().map(|(_, data)| data.len()).collect::<Vec<_>>(), [1500, 1500, 1000]);
    assert_eq!(
        sent.iter().flat_map(|(_, data)| data.to_vec()).collect::<Vec<_>>(),
        crate::sim::pattern(0, 4000)
    );
}
