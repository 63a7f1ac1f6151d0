//! Recorded connections between .NET's client and CoreWCF: our server takes every message of the recorded client and
//! answers; our client takes every message of the recorded server.

use std::{io::Read, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wws::{
    ToXml,
    channel::{Binding, Channel, Listener, TransferMode},
    soap::{Encoding, Version},
    xml::Charset,
};

macro_rules! recorded {
    ($name:literal) => {{
        let unpack = |packed: &[u8]| {
            let mut octets = Vec::new();
            flate2::read::GzDecoder::new(packed).read_to_end(&mut octets).unwrap();
            octets
        };
        [
            unpack(include_bytes!(concat!("../../../wws-core/tests/wire/", $name, "-c2s.bin.gz"))),
            unpack(include_bytes!(concat!("../../../wws-core/tests/wire/", $name, "-s2c.bin.gz"))),
        ]
    }};
}

#[derive(ToXml)]
#[xml(name = "answer", ns = "urn:test")]
struct Answer {
    number: u32,
}

fn large(binding: Binding) -> Binding {
    binding.with_max_message_size(1 << 20)
}

/// Receives everything there is, answers it, and tells what it was.
async fn answer_all(channel: &Channel, number: &mut u32, seen: &mut Vec<String>) -> wws::Result<()> {
    loop {
        let mut message = channel.message();
        let Some(reader) = channel.read_message_start(&mut message).await? else { return Ok(()) };
        let body = reader.element().map(|element| element.local_name().as_str().to_owned());
        seen.push(body.unwrap_or_default());
        channel.abandon_receiving(Some(reader))?;
        *number += 1;
        channel.reply(&message, "urn:test/answer", &Answer { number: *number }).await?;
    }
}

#[tokio::test]
async fn our_server_answers_the_recorded_client() {
    let streamed = Binding::tcp().with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED);
    let mtom = Binding::http().with_encoding(Encoding::Mtom(Charset::Utf8)).with_version(Version::SOAP11);
    let text = Binding::http().with_version(Version::SOAP12_ADDRESSING10);
    for (name, [octets, _], binding, url, count) in [
        ("tcp", recorded!("tcp"), Binding::tcp(), "net.tcp://127.0.0.1:0/tcp", 14),
        ("tcp_duplex", recorded!("tcp_duplex"), Binding::tcp(), "net.tcp://127.0.0.1:0/tcp_duplex", 4),
        ("tcp_stream", recorded!("tcp_stream"), streamed, "net.tcp://127.0.0.1:0/tcp_stream", 0),
        ("basic_mtom", recorded!("basic_mtom"), mtom, "http://127.0.0.1:0/basic_mtom", 0),
        ("soap12_wsa10", recorded!("soap12_wsa10"), text, "http://127.0.0.1:0/soap12_wsa10", 0),
    ] {
        let listener = Listener::open(&large(binding), url).await.unwrap();
        let address = listener.url().split('/').nth(2).unwrap().to_owned();
        let client = async {
            let (mut input, mut output) = TcpStream::connect(address).await.unwrap().into_split();
            let write = async {
                output.write_all(&octets).await.unwrap();
                output.shutdown().await.unwrap();
            };
            let mut heard = Vec::new();
            let read = async {
                // A server may reset what it has answered; what was heard counts.
                let _ = input.read_to_end(&mut heard).await;
            };
            tokio::join!(write, read);
            heard
        };
        let (mut number, mut seen) = (0, Vec::new());
        let server = async {
            // The recorded client ends by closing; nothing more comes then.
            while let Ok(Ok(channel)) =
                tokio::time::timeout(Duration::from_millis(500), listener.accept()).await
            {
                answer_all(&channel, &mut number, &mut seen).await.unwrap_or_else(|e| panic!("{name}: {e}"));
                channel.close().await.unwrap_or_else(|e| panic!("{name}: {e}"));
            }
        };
        let (heard, ()) = tokio::join!(client, server);
        assert!(seen.len() >= 3 && (count == 0 || seen.len() == count), "{name}: {seen:?}");
        assert!(seen.iter().all(|body| !body.is_empty()) || name == "basic_mtom", "{name}: {seen:?}");
        assert!(!heard.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn our_client_takes_the_answers_of_the_recorded_server() {
    for (name, [_, octets], count) in
        [("tcp", recorded!("tcp"), 13), ("tcp_duplex", recorded!("tcp_duplex"), 5)]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("net.tcp://{}/", listener.local_addr().unwrap());
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(&octets).await.unwrap();
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).await.unwrap();
            heard
        };
        let client = async {
            let channel = Channel::connect(&large(Binding::tcp()), &url).await.unwrap();
            channel.send("urn:test/ask", &Answer { number: 1 }).await.unwrap();
            let mut actions = Vec::new();
            loop {
                let mut message = channel.message();
                let Some(reader) = channel.read_message_start(&mut message).await.unwrap() else { break };
                actions.push(message.action().unwrap().unwrap());
                channel.abandon_receiving(Some(reader)).unwrap();
            }
            channel.close().await.unwrap();
            actions
        };
        let (heard, actions) = tokio::join!(server, client);
        assert_eq!(actions.len(), count, "{name}: {actions:?}");
        assert!(
            actions.iter().all(|action| action.starts_with("http://") || action.contains("fault")),
            "{actions:?}"
        );
        // Version, mode, …, one message, and End.
        assert_eq!((heard.first(), heard.last()), (Some(&0), Some(&7)), "{name}");
    }
}
