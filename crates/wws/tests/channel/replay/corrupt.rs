//! Recorded sessions of net.tcp with an octet changed, at every place: whatever it becomes, neither side hangs, panics,
//! or is the worse for it afterwards.

use super::{
    contract::{Request, Said, Service},
    recording::{self, Recording},
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wws::channel::{Channel, Listener};

/// Less than any time limit of ours: what waits longer waits for octets that cannot come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sessions that are short enough to be changed at every place.
fn recordings() -> Vec<Recording> {
    let is_short = |recording: &Recording| matches!(recording.name, "tcp_duplex" | "tcp_stream");
    recording::all().into_iter().filter(is_short).collect()
}

/// The first session of one side.
fn first_session(units: &[Vec<u8>]) -> Vec<u8> {
    const END: u8 = 7;
    let end = units.iter().position(|unit| unit[0] == END).unwrap();
    units[..=end].concat()
}

fn changed(octets: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    (0..octets.len()).flat_map(move |place| {
        [0x01, 0x80].map(|mask| {
            let mut changed = octets.to_vec();
            changed[place] ^= mask;
            (format!("octet {place} ^ {mask:#x}"), changed)
        })
    })
}

/// Says all at once, and listens to the end.
async fn say(mut stream: TcpStream, octets: &[u8]) -> Vec<u8> {
    // The other side may have ended already.
    let _ = stream.write_all(octets).await;
    let _ = stream.shutdown().await;
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    heard
}

#[tokio::test]
async fn our_server_survives_every_change_of_an_octet() {
    for recording in recordings() {
        let listener = Listener::open(&recording.binding, &recording.url("127.0.0.1:0")).await.unwrap();
        let address = listener.url().split('/').nth(2).unwrap().to_owned();
        let clients = async {
            let good = first_session(&recording.client);
            let expected = say(TcpStream::connect(&address).await.unwrap(), &good).await;
            assert_eq!(expected.last(), Some(&7), "{}", recording.name);
            for (what, octets) in changed(&good) {
                let said = say(TcpStream::connect(&address).await.unwrap(), &octets);
                let heard = tokio::time::timeout(PATIENCE, said).await;
                assert!(heard.is_ok(), "{}: {what}: the server hangs", recording.name);
            }
            let again = say(TcpStream::connect(&address).await.unwrap(), &good).await;
            assert_eq!(again.len(), expected.len(), "{}", recording.name);
            listener.close().await.unwrap();
        };
        let server = async {
            while let Ok(channel) = listener.accept().await {
                tokio::spawn(async move {
                    // What is wrong is for the client to hear.
                    let _ = Service::default().serve(&channel).await;
                    let _ = channel.close().await;
                });
            }
        };
        tokio::join!(clients, server);
    }
}

#[tokio::test]
async fn our_client_survives_every_change_of_an_octet() {
    for recording in recordings() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = recording.url(&listener.local_addr().unwrap().to_string());
        for (what, octets) in changed(&first_session(&recording.server)) {
            let server = async {
                let (stream, _) = listener.accept().await.unwrap();
                say(stream, &octets).await
            };
            let client = async {
                let channel = Channel::connect(&recording.binding, &url).await?;
                let asked = Request::Subscribe { name: "bob".to_owned() };
                let mut message = channel.request_message("http://interop.test/IDuplex/Subscribe")?;
                channel.send_message(&mut message, &asked).await?;
                while channel.receive::<Said>().await?.is_some() {}
                channel.close().await
            };
            let both = async { tokio::join!(server, client) };
            let ended = tokio::time::timeout(PATIENCE, both).await;
            assert!(ended.is_ok(), "{}: {what}: the client hangs", recording.name);
        }
    }
}
