//! Bodies that are streamed, both ways, larger than what anybody holds in memory.

use std::{
    io::Read,
    sync::atomic::{AtomicU64, Ordering},
};
use wws::{
    Result,
    channel::{Binding, Channel, Listener, TransferMode},
    soap::{Encoding, Message, Version},
    transport::http::HttpVersion,
    xml::{Charset, NodeType, Reader, output::FromRead},
};

const SIZE: u64 = 3 << 20;

/// Bytes that know their place.
struct Counting(u64);

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for byte in buffer.iter_mut() {
            *byte = (self.0 % 251) as u8;
            self.0 += 1;
        }
        Ok(buffer.len())
    }
}

fn bindings() -> Vec<(&'static str, Binding, &'static str)> {
    let (http, tcp) = ("http://127.0.0.1:0/s", "net.tcp://127.0.0.1:0/s");
    let mut all = Vec::new();
    for encoding in [Encoding::Mtom(Charset::Utf8), Encoding::Binary] {
        let large = |binding: Binding| {
            binding
                .with_encoding(encoding)
                .with_transfer_mode(TransferMode::STREAMED)
                .with_max_message_size(1 << 30)
        };
        let mut http2 = large(Binding::http());
        http2.http.version = HttpVersion::Http2;
        all.push(("HTTP", large(Binding::http()), http));
        all.push(("HTTP/2", http2, http));
        all.push(("net.tcp", large(Binding::tcp()), tcp));
    }
    let soap11 = Binding::http().with_version(Version::SOAP11).with_encoding(Encoding::Mtom(Charset::Utf8));
    all.push((
        "HTTP, SOAP 1.1",
        soap11.with_transfer_mode(TransferMode::STREAMED).with_max_message_size(1 << 30),
        http,
    ));
    all
}

/// Sends the bytes in the body.
async fn send(channel: &Channel, mut message: Message) -> Result<()> {
    let mut writer = channel.write_message_start(&mut message).await?;
    writer.start_element("data", "urn:test")?;
    writer.push_bytes(FromRead(Counting(0).take(SIZE)))?;
    writer.end_element()?;
    channel.flush_body(&mut writer, 0).await?;
    channel.write_message_end(&mut message, writer).await
}

/// Receives them, and checks every one.
async fn receive(channel: &Channel) -> Result<Message> {
    let mut message = channel.message();
    let mut reader = channel.read_message_start(&mut message).await?.expect("a message");
    until(channel, &mut reader, |reader| reader.read_to_start_element("data", "urn:test")).await?;
    until(channel, &mut reader, |reader| reader.read_start_element()).await?;
    let (mut at, mut buffer) = (0, vec![0; 64 << 10]);
    loop {
        let count = until(channel, &mut reader, |reader| reader.read_bytes(&mut buffer)).await?;
        if count == 0 {
            break;
        }
        assert!(buffer[..count].iter().zip(at..).all(|(byte, at)| u64::from(*byte) == at % 251));
        at += count as u64;
        SEEN.fetch_max(reader.buffered() as u64, Ordering::Relaxed);
    }
    assert_eq!(at, SIZE);
    until(channel, &mut reader, |reader| reader.read_end_element()).await?;
    assert_ne!(reader.node_type(), NodeType::Element);
    channel.read_message_end(&mut message, reader).await?;
    Ok(message)
}

/// The most that a reader held.
static SEEN: AtomicU64 = AtomicU64::new(0);

/// Repeats a call of a reader until it has all the octets it wants.
async fn until<T>(
    channel: &Channel,
    reader: &mut Reader<'static>,
    mut call: impl FnMut(&mut Reader<'static>) -> Result<T>,
) -> Result<T> {
    loop {
        match call(reader) {
            Err(error) if error.needs_input() => channel.fill_body(reader, 0).await?,
            done => return done,
        }
    }
}

#[tokio::test]
async fn large_bodies_pass_both_ways_in_little_memory() {
    for (name, binding, url) in bindings() {
        let listener = Listener::open(&binding, url).await.unwrap();
        let url = listener.url();
        let server = async {
            for _ in 0..2 {
                let channel = listener.accept().await?;
                let request = receive(&channel).await?;
                send(&channel, Message::reply(&request)?).await?;
                channel.close().await?;
            }
            Ok(())
        };
        let client = async {
            let channel = Channel::connect(&binding, &url).await?;
            for _ in 0..2 {
                send(&channel, channel.request_message("urn:test/data")?).await?;
                receive(&channel).await?;
            }
            channel.close().await
        };
        let (served, done): (Result<()>, Result<()>) = tokio::join!(server, client);
        done.unwrap_or_else(|e| panic!("{name} {:?}: {e}", binding.encoding));
        served.unwrap_or_else(|e| panic!("{name} {:?}: {e}", binding.encoding));
    }
    let seen = SEEN.load(Ordering::Relaxed);
    assert!(seen < 1 << 20, "a reader held {seen} octets");
}

#[tokio::test]
async fn a_streamed_request_that_is_given_up_never_looks_complete() {
    for (name, binding, url) in bindings() {
        let listener = Listener::open(&binding, url).await.unwrap();
        let url = listener.url();
        let (accepted, is_accepted) = tokio::sync::oneshot::channel();
        let server = async {
            let channel = listener.accept().await.unwrap();
            accepted.send(()).unwrap();
            receive(&channel).await.map(drop)
        };
        let client = async {
            let channel = Channel::connect(&binding, &url).await.unwrap();
            let mut message = channel.request_message("urn:test/data").unwrap();
            let mut writer = channel.write_message_start(&mut message).await.unwrap();
            writer.start_element("data", "urn:test").unwrap();
            writer.bytes(&[0, 1, 2, 3, 4, 5]).unwrap();
            channel.flush_body(&mut writer, 0).await.unwrap();
            is_accepted.await.unwrap();
            channel.abandon_sending(Some(writer)).unwrap();
        };
        let (served, ()) = tokio::join!(server, client);
        assert!(served.is_err(), "{name} {:?}", binding.encoding);
    }
}
