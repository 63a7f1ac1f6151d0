//! A hostile modem: whatever it sends, every request gets exactly one completion, and what is held stays within the limits.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};
use wws_mbn::{
    host::{DataAction, Event, Host, HostConfig, RequestId},
    sim::{Modem, Profile, service::ECHO},
    wire::Command,
};

struct World {
    host: Host,
    now: Instant,
    accepted: HashSet<RequestId>,
}

impl World {
    fn take(&mut self, modem: Option<&mut Modem>) {
        let mut modem = modem;
        loop {
            let mut moved = false;
            while let Some(piece) = self.host.poll_transmit() {
                if let Some(modem) = &mut modem {
                    modem.handle_piece(&piece, self.now);
                }
                moved = true;
            }
            while let Some(action) = self.host.poll_data_action() {
                match action {
                    DataAction::Attach(session) => self.host.handle_attached(session, Ok(()), self.now),
                    DataAction::Write { request, .. } => self.host.handle_written(request, Ok(())),
                    DataAction::Detach(_) => {}
                }
                moved = true;
            }
            if let Some(modem) = &mut modem {
                while let Some(piece) = modem.poll_control() {
                    self.host.handle_piece(&piece, self.now);
                    moved = true;
                }
            }
            while let Some(event) = self.host.poll_event() {
                if let Event::Completed(completion) = event {
                    assert!(self.accepted.remove(&completion.request), "a completion that nobody waits for");
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn ask(&mut self) {
        let query = Command::query(ECHO, 1, "abcd");
        let time = Duration::from_secs(1);
        self.accepted.extend(self.host.command(query, time, self.now));
        self.accepted.extend(self.host.query_command(ECHO, 1, Bytes::from_static(b"abcd"), self.now));
        self.accepted.extend(self.host.open_data_session(ECHO));
        self.accepted.extend(self.host.write_data(ECHO, Bytes::from_static(b"x"), self.now));
    }
}

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, sent) = (usize::from(input.0) + 1, input.1);
    let config = HostConfig { max_data_size: Some(1500), ..HostConfig::default() };
    let mut world = World { host: Host::new(config), now: Instant::now(), accepted: HashSet::new() };
    let mut modem = Modem::new(Profile::default());
    world.host.open(world.now);
    world.take(Some(&mut modem));
    world.accepted.extend(world.host.open_command_session(ECHO, world.now));
    world.take(Some(&mut modem));
    assert!(world.accepted.is_empty());
    // From here on the modem is the fuzzer. Transaction ids are small numbers, which it finds.
    for part in sent.chunks(cut) {
        world.ask();
        world.take(None);
        let _malformed = world.host.handle_bytes(part, world.now);
        world.now += Duration::from_millis(10);
        world.host.handle_timeout(world.now);
        world.take(None);
        assert_eq!(world.host.pending(), world.accepted.len());
    }
    // Silence: everything ends by itself.
    for _ in 0..1000 {
        let Some(next) = world.host.next_timeout().filter(|_| !world.accepted.is_empty()) else { break };
        world.now = world.now.max(next) + Duration::from_secs(1);
        world.host.handle_timeout(world.now);
        world.take(None);
    }
    assert_eq!((world.accepted.len(), world.host.pending(), world.host.write_bytes_pending()), (0, 0, 0));
});
