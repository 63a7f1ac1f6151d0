//! Data sessions on a network interface: a veth pair in a namespace of our own stands for the interface of `cdc_mbim`.
//!
//! The simulated modem's control channel is a stream; its datagrams are frames on the other end of the pair, with the tags that the kernel's
//! driver would put there.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use std::{collections::BTreeMap, future::poll_fn, process::Command, task::Poll, time::Duration};

use wws_mbn::{
    Code, DataSession, Modem, Transport,
    host::{Answer, HostConfig},
    sim::{
        self, Handle, Profile, digest_of_pattern, pattern,
        service::{ECHO, STORE},
    },
    transport::linux::PacketSocket,
};

const VETH: &[&str] = &["ip", "link", "add", "wwan0", "type", "veth", "peer", "name", "modem0"];

fn inside(test: &str) -> bool {
    let inside = common::inside(test, VETH);
    if inside {
        run(VETH);
        run(&["ip", "link", "set", "modem0", "up"]);
    }
    inside
}

fn run(command: &[&str]) {
    assert!(Command::new(command[0]).args(&command[1..]).status().unwrap().success(), "{command:?}");
}

/// Opens the simulated modem, with its data sessions on the pair.
async fn open() -> (Handle, Modem) {
    let handle = Handle::new(sim::Modem::new(Profile::default()));
    let (host, device) = tokio::io::duplex(64 << 10);
    tokio::spawn(sim::serve(handle.clone(), device));
    tokio::spawn(carry(handle.clone()));
    let transport = Transport::stream_and_network(host, "wwan0", HostConfig::default()).unwrap();
    (handle, Modem::connect(transport).await.unwrap())
}

/// The modem's end of the pair: a socket per open session.
async fn carry(handle: Handle) {
    let mut sockets: BTreeMap<u8, PacketSocket> = BTreeMap::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let open: Vec<u8> = handle.with(|modem| modem.sessions().map(|(session, _)| session).collect());
        sockets.retain(|session, _| open.contains(session));
        for session in open {
            sockets.entry(session).or_insert_with(|| PacketSocket::open("modem0", session).unwrap());
        }
        for (&session, socket) in &sockets {
            let received = poll_fn(|cx| Poll::Ready(socket.poll_receive(cx, &mut buffer))).await;
            if let Poll::Ready(Ok(data)) = received {
                handle.with(|modem| modem.handle_data(session, data, std::time::Instant::now()));
            }
        }
        while let Some((session, data)) =
            handle.with(|modem| modem.poll_data(|session| sockets.contains_key(&session)))
        {
            poll_fn(|cx| sockets[&session].poll_send(cx, &data)).await.unwrap();
        }
        tokio::time::sleep(Duration::from_micros(50)).await;
    }
}

/// Opens a session and waits until the modem's end has its socket.
async fn session(modem: &Modem, service: uuid::Uuid) -> DataSession {
    let session = modem.device_service(service).unwrap().data_session().await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    session
}

async fn read(session: &mut DataSession) -> bytes::Bytes {
    tokio::time::timeout(Duration::from_secs(10), session.read_data())
        .await
        .expect("a datagram")
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn datagrams_keep_their_boundaries_and_sizes() {
    if inside("datagrams_keep_their_boundaries_and_sizes") {
        let (_, modem) = open().await;
        assert_eq!(modem.max_data_size(), 1500, "the MTU");
        let mut echo = session(&modem, ECHO).await;
        // One byte works with the modem's driver, but the pair drops it: its tag is taken off by other code, which wants two.
        for size in [2, 3, 45, 46, 47, 100, 1499, 1500] {
            let data = pattern(size as u64, size);
            assert_eq!(echo.write_data(data.clone()).await.unwrap().await, Ok(Answer::Done));
            assert_eq!(read(&mut echo).await, data, "{size} bytes");
        }
        assert_eq!(echo.write_data(pattern(0, 1501)).await.unwrap_err().code(), Code::BufferOverflow);
    }
}

#[tokio::test]
async fn the_interface_is_raised_without_a_word_of_ipv6() {
    if inside("the_interface_is_raised_without_a_word_of_ipv6") {
        let (_, modem) = open().await;
        session(&modem, ECHO).await;
        let said = || {
            String::from_utf8(
                Command::new("ip").args(["-s", "link", "show", "wwan0"]).output().unwrap().stdout,
            )
            .unwrap()
        };
        assert!(said().contains(",UP"), "{}", said());
        if let Ok(disabled) = std::fs::read_to_string("/proc/sys/net/ipv6/conf/wwan0/disable_ipv6") {
            assert_eq!(disabled.trim(), "1");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let sent: Vec<String> =
            said().lines().last().unwrap().split_whitespace().map(str::to_owned).collect();
        assert_eq!(sent[..2], ["0", "0"], "bytes and packets that we did not send");
    }
}

#[tokio::test]
async fn two_sessions_and_other_frames_are_told_apart() {
    if inside("two_sessions_and_other_frames_are_told_apart") {
        let (_, modem) = open().await;
        let (mut echo, store) = (session(&modem, ECHO).await, session(&modem, STORE).await);
        // A session that nobody opened, and our own frames, which a packet socket would see too.
        let stray = PacketSocket::open("modem0", 77).unwrap();
        poll_fn(|cx| stray.poll_send(cx, b"stray")).await.unwrap();
        for number in 0u32..50 {
            store.write_data(number.to_le_bytes().to_vec()).await.unwrap().await.unwrap();
            echo.write_data(number.to_be_bytes().to_vec()).await.unwrap().await.unwrap();
            assert_eq!(read(&mut echo).await, &number.to_be_bytes()[..]);
        }
        let digest = modem.request(&sim::DigestQuery { direction: 0 }).await.unwrap();
        assert_eq!((digest.length, digest.datagrams), (200, 50));
    }
}

#[tokio::test]
async fn bulk_data_arrives_whole() {
    if inside("bulk_data_arrives_whole") {
        const LENGTH: u64 = 1 << 20;
        let (_, modem) = open().await;
        let mut store = session(&modem, STORE).await;
        let mut at = 0;
        while at < LENGTH {
            // The pair has no flow control, and its other end is a test: give it time.
            for _ in 0..32 {
                let data = pattern(at, 1400.min((LENGTH - at) as usize));
                if data.is_empty() {
                    break;
                }
                at += data.len() as u64;
                let _completes = store.write_data(data).await.unwrap();
            }
            store.flush().await;
            loop {
                let digest = modem.request(&sim::DigestQuery { direction: 0 }).await.unwrap();
                if digest.length == at {
                    break;
                }
            }
        }
        let digest = modem.request(&sim::DigestQuery { direction: 0 }).await.unwrap();
        assert_eq!(digest.sha256, digest_of_pattern(LENGTH));
        modem.request(&sim::Send { length: 100_000 }).await.unwrap();
        let mut got = 0;
        while got < 100_000 {
            let data = read(&mut store).await;
            assert_eq!(data, pattern(got, data.len()));
            got += data.len() as u64;
        }
    }
}

#[tokio::test]
async fn an_interface_that_vanishes_fails_the_writes() {
    if inside("an_interface_that_vanishes_fails_the_writes") {
        let (_, modem) = open().await;
        let echo = session(&modem, ECHO).await;
        run(&["ip", "link", "delete", "wwan0"]);
        let result = match echo.write_data(pattern(0, 10)).await {
            Ok(request) => request.await.map(drop),
            Err(error) => Err(error),
        };
        assert_eq!(result.unwrap_err().code(), Code::DeviceRemoved);
    }
}
