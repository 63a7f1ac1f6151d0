//! Several programs at once: our proxy in front of the simulated modem, on a Unix socket.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};
use wws_mbn::{
    Code, Modem, Transport,
    host::{Answer, Event},
    proxy::{Server, Target, bind},
    sim::{
        self, Fault, Handle, Profile, digest_of_pattern, pattern,
        service::{ECHO, STORE},
    },
    transport::linux::{OpenOptions, Proxy},
    wire::{
        Command, Message, ProtocolErrorCode,
        cid::{DeviceCapsQuery, DssConnect, DssLinkState},
        fragment::split,
        framing::Framer,
    },
};

struct World {
    modem: Handle,
    server: std::sync::Arc<Server>,
    socket: PathBuf,
}

impl World {
    fn new(profile: Profile) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let socket = std::env::temp_dir().join(format!("wws-mbn-proxy-{}-{number}", std::process::id()));
        let modem = Handle::new(sim::Modem::new(profile));
        let listener = bind(socket.to_str().unwrap()).unwrap();
        let server = Server::new(Target::Simulator(modem.clone()));
        tokio::spawn(server.clone().run(listener));
        Self { modem, server, socket }
    }

    async fn client(&self) -> Modem {
        Modem::open(&self.socket).await.unwrap()
    }

    async fn raw(&self) -> Raw {
        let mut raw =
            Raw { stream: UnixStream::connect(&self.socket).await.unwrap(), framer: Framer::new(1 << 20) };
        raw.send(&Message::Open(wws_mbn::wire::Open { max_control_transfer: 4096 }).encode(1)).await;
        assert!(matches!(raw.hear().await, (1, Message::OpenDone(_))));
        raw
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.socket);
    }
}

/// A client that says exactly what the test wants.
struct Raw {
    stream: UnixStream,
    framer: Framer,
}

impl Raw {
    async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    async fn hear(&mut self) -> (u32, Message) {
        loop {
            if let Some(piece) = self.framer.next_piece().unwrap() {
                return Message::decode(&piece).unwrap();
            }
            assert_ne!(self.stream.read_buf(self.framer.buffer()).await.unwrap(), 0, "the proxy left");
        }
    }
}

async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..5000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("never: {what}");
}

#[tokio::test]
async fn two_clients_use_one_modem() {
    let world = World::new(Profile::default());
    let (one, two) = (world.client().await, world.client().await);
    assert_eq!(world.server.clients().await, 2);
    let ask = |modem: &Modem, text: &'static str| modem.command(Command::query(ECHO, 1, text), None).unwrap();
    let (a, b) = (ask(&one, "one"), ask(&two, "two"));
    assert!(matches!(a.await, Ok(Answer::Whole(done)) if done.buffer == "one"));
    assert!(matches!(b.await, Ok(Answer::Whole(done)) if done.buffer == "two"));
}

#[tokio::test]
async fn fragments_of_two_clients_are_kept_apart() {
    // The fault of mbim-proxy that breaks firmware updates: a command between two fragments of another one.
    let world = World::new(Profile::default());
    let (mut one, mut two) = (world.raw().await, world.raw().await);
    let large = Command::query(ECHO, 1, vec![7; 9000]);
    let pieces: Vec<_> = split(&Message::Command(large).encode(5), 4096).collect();
    assert_eq!(pieces.len(), 3);
    for piece in &pieces {
        two.send(&Message::Command(Command::query(ECHO, 1, "between")).encode(5)).await;
        assert!(matches!(two.hear().await, (5, Message::CommandDone(done)) if done.buffer == "between"));
        one.send(piece).await;
    }
    assert!(matches!(one.hear().await, (5, Message::CommandDone(done)) if done.buffer == vec![7; 9000]));
}

#[tokio::test]
async fn what_a_client_does_wrong_is_told_to_it_alone() {
    let world = World::new(Profile::default());
    let (mut one, two) = (world.raw().await, world.client().await);
    let pieces: Vec<_> =
        split(&Message::Command(Command::query(ECHO, 1, vec![7; 9000])).encode(5), 4096).collect();
    one.send(&pieces[1]).await;
    assert_eq!(one.hear().await, (5, Message::FunctionError(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE)));
    one.send(&Message::Close.encode(6)[..8]).await;
    one.send(&[9, 0, 0, 0]).await;
    assert!(matches!(one.hear().await, (9, Message::CloseDone(_))));
    two.request(&DeviceCapsQuery {}).await.unwrap();
}

#[tokio::test]
async fn events_go_to_those_who_subscribed() {
    let world = World::new(Profile::default());
    let (one, two) = (world.client().await, world.client().await);
    let service = one.device_service(ECHO).unwrap();
    service.open_command_session().unwrap().await.unwrap();
    let (mut heard, mut other) = (service.events(), two.events());
    service.set_command(1, "news").unwrap().await.unwrap();
    loop {
        match heard.next().await {
            Some(Event::Notification { data, .. }) => break assert_eq!(data, "news"),
            Some(_) => {}
            None => panic!("no event"),
        }
    }
    two.request(&DeviceCapsQuery {}).await.unwrap();
    let not_ours = async { while !matches!(other.next().await, Some(Event::Notification { .. })) {} };
    assert!(tokio::time::timeout(Duration::from_millis(50), not_ours).await.is_err());
}

#[tokio::test]
async fn a_dead_client_leaves_nothing_behind() {
    let world = World::new(Profile::default());
    let mut one = world.raw().await;
    let connect = DssConnect { service: ECHO, session_id: 9, link_state: DssLinkState::ACTIVATE };
    one.send(&Message::Command(Command::from(&connect)).encode(2)).await;
    assert!(matches!(one.hear().await, (2, Message::CommandDone(done)) if done.status.is_success()));
    assert_eq!(world.modem.with(|modem| modem.sessions().count()), 1);
    drop(one);
    eventually("the session is closed", || world.modem.with(|modem| modem.sessions().count()) == 0).await;
    // mbim-proxy would refuse the same id now.
    let mut two = world.raw().await;
    two.send(&Message::Command(Command::from(&connect)).encode(2)).await;
    assert!(matches!(two.hear().await, (2, Message::CommandDone(done)) if done.status.is_success()));
}

#[tokio::test]
async fn a_session_belongs_to_the_client_that_opened_it() {
    let world = World::new(Profile::default());
    let (mut one, mut two) = (world.raw().await, world.raw().await);
    for (link_state, first, second) in
        [(DssLinkState::ACTIVATE, true, false), (DssLinkState::DEACTIVATE, true, false)]
    {
        let connect = Command::from(&DssConnect { service: ECHO, session_id: 9, link_state });
        if link_state == DssLinkState::DEACTIVATE {
            two.send(&Message::Command(connect.clone()).encode(3)).await;
            assert!(
                matches!(two.hear().await, (3, Message::CommandDone(done)) if done.status.is_success() == second)
            );
        }
        one.send(&Message::Command(connect.clone()).encode(2)).await;
        assert!(
            matches!(one.hear().await, (2, Message::CommandDone(done)) if done.status.is_success() == first)
        );
        if link_state == DssLinkState::ACTIVATE {
            two.send(&Message::Command(connect).encode(2)).await;
            assert!(
                matches!(two.hear().await, (2, Message::CommandDone(done)) if done.status.is_success() == second)
            );
        }
    }
}

#[tokio::test]
async fn bulk_data_goes_through_the_proxy_both_ways() {
    const LENGTH: u64 = 2 << 20;
    let world = World::new(Profile::default());
    let (one, two) = (world.client().await, world.client().await);
    let mut session = one.device_service(STORE).unwrap().data_session().await.unwrap();
    let mut at = 0;
    while at < LENGTH {
        let data = pattern(at, 1500.min((LENGTH - at) as usize));
        at += data.len() as u64;
        let _completes = session.write_data(data).await.unwrap();
    }
    session.flush().await;
    let digest = two.request(&sim::DigestQuery { direction: 0 }).await.unwrap();
    assert_eq!((digest.length, digest.sha256), (LENGTH, digest_of_pattern(LENGTH)));
    two.request(&sim::Send { length: LENGTH }).await.unwrap();
    let mut got = 0;
    while got < LENGTH {
        let data = session.read_data().await.unwrap().unwrap();
        assert_eq!(data, pattern(got, data.len()), "at {got}");
        got += data.len() as u64;
    }
}

#[tokio::test]
async fn a_client_names_its_device_as_with_mbim_proxy() {
    let world = World::new(Profile::default());
    let options = OpenOptions { proxy: Proxy::Path(world.socket.clone()), ..OpenOptions::default() };
    let transport = Transport::open("/dev/null", &options).await.unwrap();
    let modem = Modem::connect(transport).await.unwrap();
    assert_eq!(modem.max_data_size(), 1500);
    modem.request(&DeviceCapsQuery {}).await.unwrap();
}

#[tokio::test]
async fn an_unplugged_modem_ends_every_client() {
    let world = World::new(Profile::default());
    let (one, two) = (world.client().await, world.client().await);
    world.modem.with(|modem| modem.inject(Fault::Unplug));
    assert_eq!(one.request(&DeviceCapsQuery {}).await.unwrap_err().code(), Code::DeviceRemoved);
    let mut events = two.events();
    eventually("the end is told", || two.all_services().is_err()).await;
    drop(events.next());
}

#[tokio::test]
async fn a_reset_modem_is_opened_again_for_its_clients() {
    let world = World::new(Profile::default());
    let one = world.client().await;
    let mut events = one.events();
    world.modem.with(|modem| modem.inject(Fault::Reset));
    assert!(one.request(&DeviceCapsQuery {}).await.is_err());
    assert_eq!(events.next().await.map(|event| matches!(event, Event::Completed(_))), Some(true));
    while events.next().await != Some(Event::Arrival) {}
    one.request(&DeviceCapsQuery {}).await.unwrap();
}
