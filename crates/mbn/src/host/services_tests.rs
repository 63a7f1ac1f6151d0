//! Tests of the services against the simulated modem, both without I/O and with a clock that the test turns.

use super::*;
use crate::{
    sim::{
        self, Fault, Modem, Profile,
        service::{CONTROL, ECHO, STORE},
    },
    wire::{
        CommandType, InformationBuffer,
        cid::{DeviceCaps, DeviceCapsQuery, DssConnect, DssLinkState},
        service::{BASIC_CONNECT, MODEM_LOG_TRANSFER, QMI, SMS},
    },
};

/// A host, a modem and a clock. Nothing moves unless the test says so.
pub(super) struct World {
    pub(super) host: Host,
    pub(super) modem: Modem,
    pub(super) now: Instant,
}

impl World {
    pub(super) fn new(config: HostConfig, profile: Profile) -> Self {
        Self { host: Host::new(config), modem: Modem::new(profile), now: Instant::now() }
    }

    fn open() -> Self {
        Self::open_with(Profile::default())
    }

    fn open_with(profile: Profile) -> Self {
        let mut world = Self::new(HostConfig { max_data_size: Some(1500), ..HostConfig::default() }, profile);
        world.host.open(world.now);
        world.run();
        assert_eq!(world.event(), Event::Arrival);
        world
    }

    /// Carries everything both ways until nothing moves.
    pub(super) fn run(&mut self) {
        loop {
            let mut moved = false;
            while let Some(piece) = self.host.poll_transmit() {
                self.modem.handle_control(&piece, self.now).unwrap();
                moved = true;
            }
            while let Some(action) = self.host.poll_data_action() {
                match action {
                    DataAction::Attach(session) => self.host.handle_attached(session, Ok(()), self.now),
                    DataAction::Detach(_) => {}
                    DataAction::Write { request, session, data } => {
                        self.modem.handle_data(session, data, self.now);
                        self.host.handle_written(request, Ok(()));
                    }
                }
                moved = true;
            }
            self.modem.handle_timeout(self.now);
            while let Some(piece) = self.modem.poll_control() {
                self.host.handle_bytes(&piece, self.now).unwrap();
                moved = true;
            }
            while let Some((session, data)) = self.modem.poll_data(|_| true) {
                self.host.handle_data(session, data);
                moved = true;
            }
            if self.modem.is_unplugged() && !matches!(self.host.state(), HostState::Gone(_)) {
                self.host.lost(Code::DeviceRemoved.into(), self.now);
                moved = true;
            }
            if !moved {
                return;
            }
        }
    }

    /// Turns the clock to the next time-out of either side.
    pub(super) fn wait(&mut self) -> bool {
        let next = [self.host.next_timeout(), self.modem.next_timeout()].into_iter().flatten().min();
        if let Some(next) = next {
            self.now = self.now.max(next);
            self.host.handle_timeout(self.now);
            self.run();
        }
        next.is_some()
    }

    fn event(&mut self) -> Event {
        self.host.poll_event().expect("an event")
    }

    fn completion(&mut self, request: RequestId) -> Result<Answer> {
        self.run();
        match self.event() {
            Event::Completed(completion) if completion.request == request => completion.result,
            other => panic!("another event: {other:?}"),
        }
    }

    fn open_command_session(&mut self, service: Uuid) {
        let request = self.host.open_command_session(service, self.now).unwrap();
        assert_eq!(self.completion(request), Ok(Answer::Done));
    }

    fn open_data_session(&mut self, service: Uuid) {
        let request = self.host.open_data_session(service).unwrap();
        assert_eq!(self.completion(request), Ok(Answer::Done));
    }

    fn control(&mut self, command: Command) {
        let request = self.host.command(command, Duration::from_secs(1), self.now).unwrap();
        assert!(self.completion(request).is_ok());
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn services_are_pending_until_the_modem_is_probed() {
    let mut world = World::new(HostConfig::default(), Profile::default());
    assert_eq!(code(world.host.services()), Code::NotReady);
    world.host.open(world.now);
    assert_eq!(code(world.host.services()), Code::Pending);
    world.run();
    assert_eq!(world.event(), Event::Arrival);
    assert_eq!(world.host.service(ECHO).unwrap().cids, [1]);
    assert_eq!(code(world.host.service(QMI)), Code::NotFound);
}

#[test]
fn a_modem_without_device_services_says_so() {
    let mut world = World::new(HostConfig::default(), Profile::default());
    world.modem.inject(Fault::Status(Status::NO_DEVICE_SUPPORT));
    world.host.open(world.now);
    world.run();
    assert_eq!(code(world.host.services()), Code::NotSupported);
    let query = Command::from(&DeviceCapsQuery {});
    let request = world.host.command(query, Duration::from_secs(1), world.now).unwrap();
    assert_eq!(world.event(), Event::Arrival);
    let Ok(Answer::Whole(done)) = world.completion(request) else { panic!("no answer") };
    assert_eq!(DeviceCaps::decode(&done.buffer).unwrap().device_id, "353490012345678");
}

#[test]
fn supported_commands_come_from_the_list_without_a_word_to_the_modem() {
    let mut world = World::open();
    let request = world.host.query_supported_commands(STORE).unwrap();
    assert_eq!(world.host.poll_transmit(), None);
    assert_eq!(world.completion(request), Ok(Answer::Commands(vec![1, 2, 3])));
}

#[test]
fn a_command_session_is_shared_and_needed_for_commands() {
    let mut world = World::open();
    let data = Bytes::from_static(b"hello");
    assert_eq!(code(world.host.query_command(ECHO, 1, data.clone(), world.now)), Code::OpenFailed);
    let first = world.host.open_command_session(ECHO, world.now).unwrap();
    let second = world.host.open_command_session(ECHO, world.now).unwrap();
    assert!(!world.host.is_command_session_open(ECHO));
    world.run();
    let ended: Vec<Event> = std::iter::from_fn(|| world.host.poll_event()).collect();
    assert_eq!(ended.len(), 2);
    assert!(
        ended
            .iter()
            .zip([first, second])
            .all(|(event, id)| matches!(event, Event::Completed(c) if c.request == id && c.result.is_ok()))
    );
    assert!(world.host.is_command_session_open(ECHO));

    let request = world.host.query_command(ECHO, 1, data.clone(), world.now).unwrap();
    assert_eq!(world.completion(request), Ok(Answer::Response { id: 1, data }));
    let request = world.host.query_command(ECHO, 9, Bytes::new(), world.now).unwrap();
    assert_eq!(code(world.completion(request)), Code::NotSupported);

    let request = world.host.close_command_session(ECHO, world.now).unwrap();
    assert_eq!(code(world.host.open_command_session(ECHO, world.now)), Code::Busy);
    assert_eq!(world.completion(request), Ok(Answer::Done));
    assert_eq!(code(world.host.close_command_session(ECHO, world.now)), Code::OpenFailed);
}

#[test]
fn events_come_only_while_the_command_session_is_open() {
    let mut world = World::open();
    let say =
        || Command::set(CONTROL, 4, sim::InjectEvent { service: ECHO, cid: 1, data: "x".into() }.encode());
    world.control(say());
    world.open_command_session(ECHO);
    let request = world.host.command(say(), Duration::from_secs(1), world.now).unwrap();
    assert!(world.completion(request).is_ok());
    assert_eq!(world.event(), Event::Notification { service: ECHO, id: 1, data: "x".into() });
    let request = world.host.close_command_session(ECHO, world.now).unwrap();
    assert!(world.completion(request).is_ok());
    world.control(say());
    assert_eq!(world.host.poll_event(), None);
}

#[test]
fn native_services_have_no_sessions() {
    let mut world = World::open();
    assert_eq!(code(world.host.open_command_session(BASIC_CONNECT, world.now)), Code::InvalidArgument);
    assert_eq!(code(world.host.open_data_session(BASIC_CONNECT)), Code::InvalidArgument);
    assert_eq!(code(world.host.open_data_session(SMS)), Code::NotFound);
}

#[test]
fn a_command_beyond_the_maximum_is_refused_and_one_at_it_is_fragmented() {
    let mut world = World::open();
    world.open_command_session(ECHO);
    assert_eq!(
        code(world.host.set_command(ECHO, 1, Bytes::from(vec![0; 4097]), world.now)),
        Code::BufferOverflow
    );
    let data = Bytes::from(vec![7; 4096]);
    let request = world.host.query_command(ECHO, 1, data.clone(), world.now).unwrap();
    assert_eq!(world.completion(request), Ok(Answer::Response { id: 1, data }));
}

#[test]
fn data_goes_both_ways_over_a_data_session() {
    let mut world = World::open();
    assert_eq!(code(world.host.write_data(ECHO, "x".into(), world.now)), Code::OpenFailed);
    world.open_data_session(ECHO);
    assert!(world.host.is_data_session_open(ECHO));
    assert_eq!(world.modem.sessions().collect::<Vec<_>>(), [(1, ECHO)]);
    let request = world.host.write_data(ECHO, "ping".into(), world.now).unwrap();
    assert_eq!(world.completion(request), Ok(Answer::Done));
    assert_eq!(world.event(), Event::ReadData { service: ECHO, data: "ping".into() });

    assert_eq!(code(world.host.write_data(ECHO, Bytes::new(), world.now)), Code::InvalidArgument);
    assert_eq!(
        code(world.host.write_data(ECHO, Bytes::from(vec![0; 1501]), world.now)),
        Code::BufferOverflow
    );
    let request = world.host.close_data_session(ECHO, world.now).unwrap();
    assert_eq!(world.completion(request), Ok(Answer::Done));
    assert_eq!(world.modem.sessions().count(), 0);
    assert_eq!(code(world.host.close_data_session(ECHO, world.now)), Code::OpenFailed);
}

#[test]
fn a_service_that_only_reads_refuses_writes() {
    let mut world = World::open();
    let request = world.host.open_data_session(MODEM_LOG_TRANSFER).unwrap();
    assert_eq!(world.completion(request), Ok(Answer::Done));
    let lines = std::iter::from_fn(|| world.host.poll_event())
        .filter(|event| matches!(event, Event::ReadData { .. }))
        .count();
    assert_eq!(lines, 100);
    assert_eq!(code(world.host.write_data(MODEM_LOG_TRANSFER, "x".into(), world.now)), Code::NotSupported);
}

#[test]
fn a_transport_without_data_sessions_says_so() {
    let mut world = World::new(HostConfig::default(), Profile::default());
    world.host.open(world.now);
    world.run();
    assert_eq!(code(world.host.open_data_session(ECHO)), Code::NotSupported);
    assert_eq!(code(world.host.open_data_session(CONTROL)), Code::NotSupported);
}

#[test]
fn too_many_sessions_by_the_list_and_by_the_modem() {
    let mut world = World::open_with(Profile { max_dss_sessions: 1, ..Profile::default() });
    world.open_data_session(ECHO);
    assert_eq!(code(world.host.open_data_session(STORE)), Code::TooManySessions);

    let mut world = World::open_with(Profile { max_dss_instances: 0, ..Profile::default() });
    let request = world.host.open_data_session(ECHO).unwrap();
    let error = world.completion(request).unwrap_err();
    assert_eq!((error.code(), error.status()), (Code::TooManySessions, Some(Status::DSS_INSTANCE_LIMIT)));
    assert!(!world.host.is_data_session_open(ECHO));
}

#[test]
fn on_a_shared_modem_another_session_id_is_tried() {
    for (shared, expected) in [(true, None), (false, Some(Code::Failure))] {
        let config = HostConfig { max_data_size: Some(1500), shared, ..HostConfig::default() };
        let mut world = World::new(config, Profile::default());
        world.host.open(world.now);
        world.run();
        world.host.poll_event();
        // What a dead client of mbim-proxy leaves behind: session 1 is taken.
        world.control(Command::from(&DssConnect {
            service: STORE,
            session_id: 1,
            link_state: DssLinkState::ACTIVATE,
        }));
        let request = world.host.open_data_session(ECHO).unwrap();
        assert_eq!(world.completion(request).err().map(|error| error.code()), expected);
    }
}

#[test]
fn a_write_that_the_data_plane_does_not_take_times_out() {
    let mut world = World::open();
    world.open_data_session(ECHO);
    let request = world.host.write_data(ECHO, "x".into(), world.now).unwrap();
    assert!(matches!(world.host.poll_data_action(), Some(DataAction::Write { .. })));
    world.now = world.host.next_timeout().unwrap();
    world.host.handle_timeout(world.now);
    assert_eq!(code(world.completion(request)), Code::Timeout);
    world.host.handle_written(request, Ok(()));
    assert_eq!(world.host.poll_event(), None);
    assert_eq!(world.host.write_bytes_pending(), 0);
}

#[test]
fn writes_are_bounded_and_closing_gives_them_up() {
    let config = HostConfig { max_data_size: Some(1500), max_write_bytes: 3000, ..HostConfig::default() };
    let mut world = World::new(config, Profile::default());
    world.host.open(world.now);
    world.run();
    world.host.poll_event();
    world.open_data_session(ECHO);
    let data = Bytes::from(vec![1; 1500]);
    let first = world.host.write_data(ECHO, data.clone(), world.now).unwrap();
    let second = world.host.write_data(ECHO, data.clone(), world.now).unwrap();
    assert_eq!(code(world.host.write_data(ECHO, data, world.now)), Code::Busy);
    let close = world.host.close_data_session(ECHO, world.now).unwrap();
    assert_eq!(world.host.poll_data_action(), None, "what was given up is not sent");
    for (request, expected) in
        [(first, Some(Code::OperationAborted)), (second, Some(Code::OperationAborted)), (close, None)]
    {
        assert_eq!(world.completion(request).err().map(|error| error.code()), expected);
    }
}

#[test]
fn unplugging_completes_everything_once() {
    let mut world = World::open();
    world.open_command_session(ECHO);
    world.open_data_session(STORE);
    world.modem.inject(Fault::Unplug);
    let query = world.host.query_command(ECHO, 1, Bytes::new(), world.now).unwrap();
    world.run();
    let write = world.host.write_data(STORE, "x".into(), world.now);
    assert_eq!(code(write), Code::OpenFailed);
    assert_eq!(code(world.completion(query)), Code::DeviceRemoved);
    assert!(matches!(world.event(), Event::Removal(error) if error.code() == Code::DeviceRemoved));
    assert_eq!(code(world.host.open_command_session(ECHO, world.now)), Code::DeviceRemoved);
    assert_eq!((world.host.poll_event(), world.host.pending()), (None, 0));
}

#[test]
fn a_reset_modem_is_opened_again_with_its_sessions_closed() {
    let mut world = World::open();
    world.open_command_session(ECHO);
    world.open_data_session(STORE);
    world.modem.inject(Fault::Reset);
    let query = world.host.query_command(ECHO, 1, Bytes::new(), world.now).unwrap();
    assert_eq!(code(world.completion(query)), Code::NotReady);
    assert_eq!((world.event(), world.event()), (Event::Reset, Event::Arrival));
    assert!(!world.host.is_command_session_open(ECHO) && !world.host.is_data_session_open(STORE));
    world.open_command_session(ECHO);
}

#[test]
fn a_modem_that_a_dead_program_left_open_is_recovered() {
    World::open_with(Profile { stale: true, ..Profile::default() });
}

#[test]
fn every_fault_ends_in_one_completion_and_the_next_command_works() {
    for number in 0..14 {
        let fault = Fault::from_number(number, 2).unwrap();
        let mut world = World::open();
        world.open_command_session(ECHO);
        world.modem.inject(fault);
        let request = world.host.query_command(ECHO, 1, "abc".into(), world.now).unwrap();
        world.run();
        while world.host.pending() > 0 {
            assert!(world.wait(), "{fault:?}: nothing happens any more");
        }
        let ended: Vec<Event> = std::iter::from_fn(|| world.host.poll_event()).collect();
        let ours =
            ended.iter().filter(|event| matches!(event, Event::Completed(c) if c.request == request)).count();
        assert_eq!(ours, 1, "{fault:?}: {ended:?}");
        let query = Command { service: ECHO, cid: 1, kind: CommandType::QUERY, buffer: "next".into() };
        let request = world.host.command(query, Duration::from_secs(5), world.now).unwrap();
        assert!(
            matches!(world.completion(request), Ok(Answer::Whole(done)) if done.buffer == "next"),
            "{fault:?}"
        );
    }
}

#[test]
fn closing_completes_everything_and_ends() {
    let mut world = World::open();
    world.open_command_session(ECHO);
    let query = world.host.query_command(ECHO, 1, Bytes::new(), world.now).unwrap();
    world.host.close(world.now);
    assert_eq!(code(world.completion(query)), Code::OperationAborted);
    assert!(matches!(world.event(), Event::Removal(error) if error.code() == Code::OperationAborted));
    assert!(!world.modem.is_open());
}

#[test]
fn datagrams_are_wanted_from_the_answer_to_dss_connect_on() {
    let mut world = World::open();
    let request = world.host.open_data_session(ECHO).unwrap();
    assert_eq!(world.host.poll_data_action(), Some(DataAction::Attach(1)));
    assert!(!world.host.takes_data(1));
    world.host.handle_attached(1, Ok(()), world.now);
    assert!(!world.host.takes_data(1), "the modem has not answered");
    assert_eq!(world.completion(request), Ok(Answer::Done));
    assert!(world.host.takes_data(1) && !world.host.takes_data(2));
    world.host.close_data_session(ECHO, world.now).unwrap();
    assert!(!world.host.takes_data(1));
}

#[test]
fn on_a_shared_modem_closing_ends_our_sessions_first() {
    for (shared, expected) in [(true, 2), (false, 1)] {
        let config = HostConfig { max_data_size: Some(1500), shared, ..HostConfig::default() };
        let mut world = World::new(config, Profile::default());
        world.host.open(world.now);
        world.run();
        world.host.poll_event();
        world.open_data_session(ECHO);
        world.host.close(world.now);
        let first = world.host.poll_transmit().unwrap();
        let sent: Vec<Bytes> =
            std::iter::once(first).chain(std::iter::from_fn(|| world.host.poll_transmit())).collect();
        assert_eq!(sent.len(), expected);
        // A proxy keeps CLOSE to itself: the modem hears only what comes before it.
        sent[..expected - 1].iter().for_each(|piece| world.modem.handle_piece(piece, world.now));
        assert_eq!(world.modem.sessions().count(), usize::from(!shared));
    }
}
