//! Writes of a data session over a veth pair, against a bare packet socket that sends the same frames.

use std::{
    collections::VecDeque,
    io::{ErrorKind, Write},
    os::fd::AsRawFd,
    process::Command,
    time::Instant,
};

use nix::{
    libc,
    net::if_::if_nametoindex,
    sys::socket::{AddressFamily, SockaddrLike, bind},
};
use socket2::{Domain, Socket, Type};
use tokio::runtime::Builder;
use wws_mbn::{
    Modem, Transport,
    host::HostConfig,
    sim::{self, Handle, Profile, pattern, service::STORE},
    transport::linux::frame_head,
};

use super::{ROUNDS, line};

/// Datagrams per round, and their size.
const DATAGRAMS: u32 = 200_000;
const SIZE: usize = 1400;
/// How many writes may be under way, as in `wws mbn session`.
const WINDOW: usize = 64;

fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status();
    assert!(status.is_ok_and(|status| status.success()), "ip {arguments}");
}

/// MB/s of our data session.
async fn ours() -> f64 {
    let handle = Handle::new(sim::Modem::new(Profile::default()));
    let (host, device) = tokio::io::duplex(64 << 10);
    tokio::spawn(sim::serve(handle, device));
    let transport = Transport::stream_and_network(host, "wwan0", HostConfig::default()).expect("the pair");
    let modem = Modem::connect(transport).await.expect("the simulator opens");
    let session = modem.device_service(STORE).expect("listed").data_session().await.expect("opened");
    let data = pattern(0, SIZE);
    let mut under_way = VecDeque::with_capacity(WINDOW);
    let began = Instant::now();
    for _ in 0..DATAGRAMS {
        if under_way.len() == WINDOW
            && let Some(first) = under_way.pop_front()
        {
            let first: wws_mbn::Request = first;
            first.await.expect("written");
        }
        under_way.push_back(session.service().write_data(data.clone()).expect("accepted"));
    }
    for request in under_way {
        request.await.expect("written");
    }
    let speed = speed(began);
    session.close().await.expect("closed");
    modem.close().await;
    speed
}

/// MB/s of a packet socket without anything around it.
fn bare() -> f64 {
    let socket = Socket::new(Domain::PACKET, Type::RAW, None).expect("a packet socket");
    let index = if_nametoindex("wwan0").expect("the pair");
    bind(socket.as_raw_fd(), &address(index)).expect("bound");
    let mut frame = frame_head(1).to_vec();
    frame.extend(pattern(0, SIZE));
    let began = Instant::now();
    for _ in 0..DATAGRAMS {
        loop {
            match (&socket).write(&frame) {
                Ok(_) => break,
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => std::thread::yield_now(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
    speed(began)
}

/// The link-layer address of the interface with `index`.
fn address(index: u32) -> nix::sys::socket::LinkAddr {
    let found = nix::ifaddrs::getifaddrs().expect("interfaces").find_map(|entry| {
        let address = entry.address?.as_link_addr().copied()?;
        (address.family() == Some(AddressFamily::Packet) && address.ifindex() == index as usize)
            .then_some(address)
    });
    found.expect("the pair has addresses")
}

fn speed(began: Instant) -> f64 {
    f64::from(DATAGRAMS) * SIZE as f64 / 1e6 / began.elapsed().as_secs_f64()
}

pub(super) fn run() -> bool {
    ip("link add wwan0 type veth peer name modem0");
    ip("link set modem0 up");
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        // Ours first: it raises the interface.
        rounds.push((runtime.block_on(ours()), bare()));
    }
    line("data session write over veth, against a bare packet socket", "MB/s", &rounds, "≥ 0.85", |ratio| {
        ratio >= 0.85
    })
}
