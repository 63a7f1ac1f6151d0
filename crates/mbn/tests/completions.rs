//! Exactly one completion per accepted request: a million random requests to a modem that misbehaves at random, a tenth of that without
//! optimization.
//!
//! Host and modem run without I/O and with a clock of their own, so the test is the same every time: a seed that fails can be run alone.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use bytes::Bytes;
use wws_mbn::{
    Code, Error,
    host::{DataAction, Event, Host, HostConfig, HostState, LinkConfig, RequestId},
    sim::{
        Fault, FaultPlan, Modem, Profile,
        service::{CONTROL, ECHO, STORE},
    },
    wire::{Command, service::MODEM_LOG_TRANSFER},
};

/// How many requests must be accepted, and complete.
const REQUESTS: u64 = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
const OPERATIONS_PER_WORLD: u64 = 50_000;

struct World {
    host: Host,
    modem: Modem,
    now: Instant,
    random: u64,
    accepted: HashSet<RequestId>,
    completed: u64,
    refused: u64,
    notifications: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let link = LinkConfig { max_outstanding: 8, max_commands: 64, ..LinkConfig::default() };
        let config = HostConfig {
            link,
            max_data_size: Some(1500),
            max_requests: 128,
            shared: true,
            ..HostConfig::default()
        };
        let profile = Profile {
            latency: Duration::from_micros(seed % 3 * 700),
            faults: FaultPlan::Random { seed, per_thousand: 50 },
            stale: seed.is_multiple_of(2),
            max_dss_sessions: 2,
            max_control_message: 4096,
            ..Profile::default()
        };
        let mut world = Self {
            host: Host::new(config),
            modem: Modem::new(profile),
            now: Instant::now(),
            random: seed | 1,
            accepted: HashSet::new(),
            completed: 0,
            refused: 0,
            notifications: 0,
        };
        world.host.open(world.now);
        world
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 20) % limit
    }

    fn operate(&mut self) {
        let service = match self.below(64) {
            0..=15 => STORE,
            16..=31 => MODEM_LOG_TRANSFER,
            32 => CONTROL, // whose first command unplugs the modem
            _ => ECHO,
        };
        let size = self.below(if self.random.is_multiple_of(16) { 6000 } else { 40 }) as usize;
        let data = Bytes::from(vec![7; size]);
        let now = self.now;
        let accepted = match self.below(64) {
            0 => self.host.query_supported_commands(service),
            1..=4 => self.host.open_command_session(service, now),
            5 => self.host.close_command_session(service, now),
            6..=24 => self.host.query_command(ECHO, 1, data, now),
            25..=28 => self.host.set_command(service, 1, data, now),
            29..=36 => self.host.open_data_session(service),
            37 => self.host.close_data_session(service, now),
            38..=55 => self.host.write_data(service, data, now),
            56..=61 => self.host.command(Command::query(ECHO, 1, data), Duration::from_millis(50), now),
            62 => {
                let victim = self.accepted.iter().next().copied();
                victim.into_iter().for_each(|request| self.host.cancel(request, now));
                return;
            }
            _ => {
                if self.below(100) == 0 {
                    self.modem.inject(Fault::Reset);
                }
                return;
            }
        };
        match accepted {
            Ok(request) => assert!(self.accepted.insert(request), "{request} was given to two requests"),
            Err(_) => self.refused += 1,
        }
    }

    /// Moves some of what waits, in any order, and lets some of it wait.
    fn step(&mut self) {
        for _ in 0..self.below(4) {
            if let Some(piece) = self.host.poll_transmit() {
                assert_eq!(
                    self.modem.handle_control(&piece, self.now),
                    Ok(()),
                    "we send no impossible length"
                );
            }
        }
        for _ in 0..self.below(4) {
            match self.host.poll_data_action() {
                Some(DataAction::Attach(session)) => {
                    let result = if self.below(20) == 0 { Err(Error::from(Code::IoDevice)) } else { Ok(()) };
                    self.host.handle_attached(session, result, self.now);
                }
                Some(DataAction::Write { request, session, data }) => {
                    self.modem.handle_data(session, data, self.now);
                    match self.below(20) {
                        0 => self.host.handle_written(request, Err(Code::IoDevice.into())),
                        1 => {} // never answered: it must time out
                        2 => (0..2).for_each(|_| self.host.handle_written(request, Ok(()))),
                        _ => self.host.handle_written(request, Ok(())),
                    }
                }
                Some(DataAction::Detach(_)) | None => {}
            }
        }
        self.modem.handle_timeout(self.now);
        for _ in 0..self.below(8) {
            if let Some(piece) = self.modem.poll_control() {
                let _malformed = self.host.handle_bytes(&piece, self.now);
            }
            if let Some((session, data)) = self.modem.poll_data(|_| true) {
                self.host.handle_data(session, data);
            }
        }
        if self.modem.is_unplugged() {
            self.host.lost(Code::DeviceRemoved.into(), self.now); // the control service can do that
        }
        match self.below(64) {
            0 => self.now += Duration::from_secs(1),
            1..=8 => self.now += Duration::from_micros(300),
            _ => {}
        }
        self.host.handle_timeout(self.now);
        self.take_events();
    }

    fn take_events(&mut self) {
        while let Some(event) = self.host.poll_event() {
            match event {
                Event::Completed(completion) => {
                    let known = self.accepted.remove(&completion.request);
                    assert!(known, "a completion that nobody waits for: {completion:?}");
                    self.completed += 1;
                }
                _ => self.notifications += 1,
            }
        }
    }

    /// Ends the world as real ones end, and checks that nothing is left.
    fn end(&mut self, how: u64) {
        match how % 3 {
            0 => self.host.lost(Code::DeviceRemoved.into(), self.now),
            1 => self.host.close(self.now),
            _ => {
                // Only time passes: everything must end by itself.
                for _ in 0..10_000 {
                    self.step();
                    if self.host.pending() == 0 {
                        break;
                    }
                    self.now += Duration::from_millis(250);
                }
            }
        }
        self.take_events();
        assert_eq!(self.accepted.len(), 0, "requests without completion: {:?}", self.accepted);
        assert_eq!((self.host.pending(), self.host.write_bytes_pending()), (0, 0));
    }
}

#[test]
fn random_requests_complete_exactly_once() {
    let (mut completed, mut refused, mut notifications, mut seed) = (0, 0, 0, 0);
    while completed < REQUESTS {
        seed += 1;
        let mut world = World::new(seed);
        for _ in 0..OPERATIONS_PER_WORLD {
            world.operate();
            world.step();
            if matches!(world.host.state(), HostState::Gone(_)) {
                break; // unplugged, or not opened within its attempts
            }
        }
        world.end(seed);
        completed += world.completed;
        refused += world.refused;
        notifications += world.notifications;
        assert!(seed < 2000, "most requests are refused: the modem hardly ever works");
    }
    println!("{completed} completed, {refused} refused, {notifications} notifications in {seed} worlds");
    assert!(notifications > 0);
}
