//! Recorded connections between .NET's client and CoreWCF: our server in place of theirs, our client in place of
//! theirs, the other side played from the recording.

use crate::link::unlimited;
use std::io::Read;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wws::transport::{
    Abort, BoxStream, StreamUpgrade, Upgraded,
    framed::{Connection, Mode, Options, Session, Target, initiate, receive},
};

macro_rules! recorded {
    ($name:literal) => {{
        let packed = &include_bytes!(concat!("../../../wws-core/tests/wire/", $name, ".bin.gz"))[..];
        let mut octets = Vec::new();
        flate2::read::GzDecoder::new(packed).read_to_end(&mut octets).unwrap();
        octets
    }};
}

/// The recorded TLS connection is decrypted: the upgrade changes nothing.
struct Decrypted;

type Future<'a> = std::pin::Pin<Box<dyn std::future::Future<Output = wws::Result<Upgraded>> + Send + 'a>>;

impl StreamUpgrade for Decrypted {
    fn protocol(&self) -> &str {
        "application/ssl-tls"
    }
    fn initiate<'a>(&'a self, stream: BoxStream, _: &'a str) -> Future<'a> {
        self.accept(stream)
    }
    fn accept(&self, stream: BoxStream) -> Future<'_> {
        Box::pin(async { Ok(Upgraded { stream, peer_certificates: Vec::new() }) })
    }
}

fn options(tls: bool) -> Options {
    let upgrade = tls.then(|| std::sync::Arc::new(Decrypted) as std::sync::Arc<dyn StreamUpgrade>);
    Options { upgrade, ..unlimited() }
}

/// Plays one side: writes `says`, and waits after `pause` octets of it for the octet that ends the other side's turn in
/// an upgrade. Reads until the other side closes.
async fn play(
    mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    says: &[u8],
    (pause, turn): (usize, u8),
) -> Vec<u8> {
    let mut heard = Vec::new();
    stream.write_all(&says[..pause]).await.unwrap();
    while pause < says.len() && heard.last() != Some(&turn) {
        heard.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(&says[pause..]).await.unwrap();
    stream.shutdown().await.unwrap();
    stream.read_to_end(&mut heard).await.unwrap();
    heard
}

async fn echo(session: &mut Session, replies: &mut impl Iterator<Item = Vec<u8>>) -> usize {
    let mut count = 0;
    while session.receiver.message().await.unwrap().is_some() {
        count += 1;
        if let Some(reply) = replies.next() {
            session.sender.send(&[reply[..].into()]).await.unwrap();
        }
    }
    count
}

/// Our server takes the recorded client; its answers, read by our client side, are the ones that were given.
async fn serve(wire: Vec<u8>, tls: bool, sessions: usize) -> usize {
    let (near, far) = tokio::io::duplex(4096);
    let end_of_request =
        if tls { wire.windows(11).position(|w| w == b"ion/ssl-tls").unwrap() + 11 } else { wire.len() };
    let client = play(near, &wire, (end_of_request, 0x0A));
    let server = async {
        let (options, abort) = (options(tls), Abort::new());
        let mut connection = Connection::new(far);
        let mut count = 0;
        for _ in 0..sessions {
            let mut session = receive(connection, &options, &|_| Ok(()), &abort).await.unwrap().unwrap();
            count += echo(&mut session, &mut std::iter::empty()).await;
            match session.close().await.unwrap() {
                Some(next) => connection = next,
                None => return count,
            }
        }
        let after = receive(connection, &options, &|_| Ok(()), &abort).await.unwrap();
        assert!(after.is_none(), "the client has closed the connection");
        count
    };
    let (heard, count) = tokio::join!(client, server);
    let mut expected = Vec::new();
    for _ in 0..sessions {
        expected.extend_from_slice(if tls { &[0x0A, 0x0B, 0x07] } else { &[0x0B, 0x07] });
    }
    assert_eq!(heard, expected);
    count
}

#[tokio::test(start_paused = true)]
async fn our_server_takes_the_recorded_clients() {
    assert_eq!(serve(recorded!("tcp-c2s"), false, 1).await, 14);
    assert_eq!(serve(recorded!("tcp_duplex-c2s"), false, 1).await, 4);
    assert_eq!(serve(recorded!("tcp_stream-c2s"), false, 3).await, 3);
    assert_eq!(serve(recorded!("tcp_tls-c2s"), true, 1).await, 13);
}

/// Our client is answered by the recorded server.
async fn call(wire: Vec<u8>, mode: Mode, tls: bool, sessions: usize) -> usize {
    let (near, far) = tokio::io::duplex(1 << 20);
    let pause = if tls { 1 } else { wire.len() };
    let server = play(far, &wire, (pause, 0x0C));
    let client = async {
        let (options, abort) = (options(tls), Abort::new());
        let mut connection = Connection::new(near);
        let mut count = 0;
        for _ in 0..sessions {
            let target = Target::new(mode, "net.tcp://localhost/x", "application/soap+msbin1");
            let mut session = initiate(connection, target, &options, &abort).await.unwrap();
            count += echo(&mut session, &mut std::iter::empty()).await;
            match session.close().await.unwrap() {
                Some(next) => connection = next,
                None => return count,
            }
        }
        count
    };
    tokio::join!(client, server).0
}

#[tokio::test(start_paused = true)]
async fn our_client_takes_the_recorded_servers() {
    assert_eq!(call(recorded!("tcp-s2c"), Mode::DUPLEX, false, 1).await, 13);
    assert_eq!(call(recorded!("tcp_duplex-s2c"), Mode::DUPLEX, false, 1).await, 5);
    assert_eq!(call(recorded!("tcp_stream-s2c"), Mode::SINGLETON_UNSIZED, false, 3).await, 3);
    assert_eq!(call(recorded!("tcp_tls-s2c"), Mode::DUPLEX, true, 1).await, 12);
}
