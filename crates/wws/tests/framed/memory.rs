//! What idle sessions cost.

use crate::link::BINARY;
use wws::transport::{
    framed::{ListenerOptions, Mode, Options},
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
