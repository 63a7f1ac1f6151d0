//! What idle sessions cost, and messages that come in small pieces.

use crate::link::BINARY;
use wws::transport::{
    Abort,
    framed::{Connection, ListenerOptions, Mode, Options, Target, initiate, receive},
    net_tcp,
    tcp::TcpOptions,
};

/// Octets of memory that this process has in use, on Linux.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// A session that waits for its next message holds no buffer to speak of: 16 KiB at most, its task with it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn idle_sessions_are_small() {
    const SESSIONS: usize = 400;
    let options = TcpOptions::default();
    let listener = net_tcp::listen("net.tcp://127.0.0.1:0/", ListenerOptions::default(), &options).unwrap();
    let url = format!("net.tcp://{}/", listener.local_address());
    let mut clients = Vec::new();
    let mut before = 0;
    for i in 0..SESSIONS {
        if i == SESSIONS / 10 {
            // What the process needs once is there by now.
            before = resident();
        }
        let session_options = Options::default();
        let (client, server) = tokio::join!(
            net_tcp::connect(&url, Mode::DUPLEX, BINARY, &session_options, &options),
            listener.accept()
        );
        let (mut client, mut server) = (client.unwrap(), server.unwrap());
        // Each has carried a message of 60,000 octets.
        client.sender.send(&[vec![1; 60_000][..].into()]).await.unwrap();
        server.receiver.message().await.unwrap().unwrap();
        tokio::spawn(async move {
            let _ = server.receiver.message().await;
        });
        clients.push(client);
    }
    tokio::task::yield_now().await;
    let each = (resident() - before) / (SESSIONS - SESSIONS / 10);
    eprintln!("{each} octets for both ends of a session");
    assert!(each <= 2 * 16 * 1024, "{each} octets for both ends of a session");
    drop(clients);
}

/// A peer that sends a few octets at a time does not make us take a block of memory for each.
#[tokio::test]
async fn a_message_in_small_pieces_is_held_in_few_blocks() {
    let (near, far) = tokio::io::duplex(1000);
    let (options, abort) = (Options::default().with_max_envelope_size(1 << 20), Abort::new());
    let target = Target::new(Mode::DUPLEX, "net.tcp://localhost/x", BINARY);
    let (client, server) = tokio::join!(
        initiate(Connection::new(near), target, &options, &abort),
        receive(Connection::new(far), &options, &|_| Ok(()), &abort),
    );
    let (mut client, mut server) = (client.unwrap(), server.unwrap().unwrap());
    let data = vec![7; 1 << 20];
    let chunks = [data[..].into()];
    let (sent, message) = tokio::join!(client.sender.send(&chunks), server.receiver.message());
    sent.unwrap();
    let chunks = message.unwrap().unwrap().chunks;
    assert!(chunks.len() > 500 && chunks.concat() == data);
    let breaks = chunks.windows(2).filter(|pair| pair[0].as_ptr_range().end != pair[1].as_ptr()).count();
    assert!(breaks < 20, "{} pieces in {breaks} blocks", chunks.len());
}
