//! Channels over bad links: streams that split, reset, stall and dawdle.

use crate::echo::{ECHO, Echo, bindings, serve};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wws::{
    ErrorCode,
    channel::{Binding, Channel, ChannelState, TransferMode},
    soap::{Encoding, Version},
    transport::{BoxStream, Timeouts, tcp::StreamLayer},
    xml::{Charset, output::Destination},
};

/// What a link does to the stream under it.
#[derive(Clone, Default)]
struct Link {
    /// Octets that pass in one call; 0 for all.
    most: usize,
    /// Octets written, on all streams together, after which the connection is reset.
    reset_after: Option<Arc<AtomicU64>>,
    /// Nothing that arrives is read.
    is_deaf: bool,
    /// The slices of every write: where they are and how long.
    writes: Option<Writes>,
}

type Writes = Arc<Mutex<Vec<Vec<(usize, usize)>>>>;

impl Link {
    fn layer(self) -> StreamLayer {
        StreamLayer::new(move |inner| Box::new(Bad { inner, link: self.clone() }))
    }
}

struct Bad {
    inner: BoxStream,
    link: Link,
}

impl Bad {
    fn check(&self, size: usize) -> io::Result<usize> {
        let Some(left) = &self.link.reset_after else { return Ok(size) };
        match left.load(Ordering::Relaxed) {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            some => {
                let size = size.min(some as usize);
                left.fetch_sub(size as u64, Ordering::Relaxed);
                Ok(size)
            }
        }
    }
}

impl AsyncRead for Bad {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.link.is_deaf {
            return Poll::Pending;
        }
        if self.link.most == 0 {
            return Pin::new(&mut self.inner).poll_read(cx, buf);
        }
        let mut few = vec![0; self.link.most.min(buf.remaining())];
        let mut some = ReadBuf::new(&mut few);
        let done = Pin::new(&mut self.inner).poll_read(cx, &mut some);
        buf.put_slice(some.filled());
        done
    }
}

impl AsyncWrite for Bad {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let most = if self.link.most == 0 { buf.len() } else { self.link.most.min(buf.len()) };
        match self.check(most) {
            Ok(most) => Pin::new(&mut self.inner).poll_write(cx, &buf[..most]),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(writes) = &self.link.writes {
            writes.lock().unwrap().push(slices.iter().map(|s| (s.as_ptr() as usize, s.len())).collect());
            return Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        }
        let first = slices.iter().find(|slice| !slice.is_empty()).map(|slice| &slice[..]).unwrap_or_default();
        self.poll_write(cx, first)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// The bindings over TCP, one of each kind.
fn over_tcp() -> Vec<(String, Binding, String)> {
    bindings()
        .into_iter()
        .filter(|(_, _, url)| url.starts_with("http:") || url.starts_with("net.tcp:"))
        .collect()
}

#[tokio::test]
async fn however_the_stream_is_split_the_messages_are_the_same() {
    for (name, binding, url) in over_tcp() {
        for most in [1, 3] {
            let mut split = binding.clone();
            split.tcp.layer = Some(Link { most, ..Link::default() }.layer());
            let server = serve(&split, &url).await;
            let channel =
                Channel::connect(&split, &server.url).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            for text in ["one", "two"] {
                let reply: Echo =
                    channel.request(ECHO, &Echo::new(text)).await.unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(reply, Echo::new(text), "{name}");
            }
            channel.close().await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}

#[tokio::test]
async fn a_reset_anywhere_is_an_error_and_never_a_message() {
    for (binding, url) in [
        (Binding::tcp(), "net.tcp://127.0.0.1:0/"),
        (Binding::http(), "http://127.0.0.1:0/"),
        (
            Binding::tcp().with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED),
            "net.tcp://127.0.0.1:0/",
        ),
    ] {
        let server = serve(&binding, url).await;
        for after in [1, 20, 60, 100, 200, 400, 700] {
            let mut bad = binding.clone();
            let left = Arc::new(AtomicU64::new(after));
            bad.tcp.layer = Some(Link { reset_after: Some(left.clone()), ..Link::default() }.layer());
            let done = async {
                let channel = Channel::connect(&bad, &server.url).await?;
                channel.request::<Echo>(ECHO, &Echo::new("x")).await
            };
            match done.await {
                Ok(echo) => assert_eq!(echo, Echo::new("x"), "all of it went out before octet {after}"),
                Err(error) => {
                    assert_eq!(left.load(Ordering::Relaxed), 0);
                    assert_eq!(error.code(), ErrorCode::EndpointDisconnected, "{after}: {error}");
                }
            }
        }
        // The server is none the worse for it.
        let channel = Channel::connect(&binding, &server.url).await.unwrap();
        channel.request::<Echo>(ECHO, &Echo::new("fine")).await.unwrap();
    }
}

#[tokio::test]
async fn a_peer_that_does_not_read_costs_the_time_limit_and_no_more() {
    let limit = Some(Duration::from_millis(100));
    let timeouts = Timeouts { send: limit, ..Timeouts::default() };
    let binding = Binding::tcp().with_max_message_size(64 << 20);
    let listener = wws::channel::Listener::open(&binding, "net.tcp://127.0.0.1:0/").await.unwrap();
    let client = binding.clone().with_timeouts(timeouts);
    let url = listener.url();
    let (channel, accepted) = tokio::join!(Channel::connect(&client, &url), listener.accept());
    let (channel, _deaf) = (channel.unwrap(), accepted.unwrap());
    // More than all buffers of the system between the two.
    let large = Echo { text: String::new(), data: vec![7; 32 << 20] };
    let error = channel.send(ECHO, &large).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{error}");
    assert_eq!(channel.state(), ChannelState::Faulted);
    assert_eq!(channel.send(ECHO, &large).await.unwrap_err().code(), ErrorCode::ObjectFaulted);
}

#[tokio::test]
async fn a_server_that_is_not_heard_is_a_time_out() {
    let limit = Some(Duration::from_millis(80));
    for (binding, url) in
        [(Binding::tcp(), "net.tcp://127.0.0.1:0/"), (Binding::http(), "http://127.0.0.1:0/")]
    {
        let server = serve(&binding, url).await;
        let mut deaf = binding.with_timeouts(Timeouts {
            connect: limit,
            receive: limit,
            receive_response: limit,
            ..Timeouts::default()
        });
        deaf.tcp.layer = Some(Link { is_deaf: true, ..Link::default() }.layer());
        let done = async {
            let channel = Channel::connect(&deaf, &server.url).await?;
            channel.request::<Echo>(ECHO, &Echo::new("x")).await
        };
        let error = done.await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{error}");
    }
}

#[tokio::test]
async fn a_payload_reaches_the_socket_uncopied() {
    // A multiple of three, so that the binary encoding keeps it in one record.
    let payload = bytes::Bytes::from(vec![7; 39_999]);
    let at = (payload.as_ptr() as usize, payload.len());
    for (binding, url) in [
        (Binding::tcp(), "net.tcp://127.0.0.1:0/"),
        (Binding::tcp().with_encoding(Encoding::Mtom(Charset::Utf8)), "net.tcp://127.0.0.1:0/"),
        (Binding::http().with_encoding(Encoding::Mtom(Charset::Utf8)), "http://127.0.0.1:0/"),
        (
            Binding::http()
                .with_encoding(Encoding::Mtom(Charset::Utf8))
                .with_version(Version::SOAP11)
                .with_transfer_mode(TransferMode::STREAMED),
            "http://127.0.0.1:0/",
        ),
    ] {
        let server = serve(&binding, url).await;
        let writes = Writes::default();
        let mut watched = binding.clone();
        watched.tcp.layer = Some(Link { writes: Some(writes.clone()), ..Link::default() }.layer());
        let channel = Channel::connect(&watched, &server.url).await.unwrap();
        let mut message = channel.request_message(ECHO).unwrap();
        let mut writer = channel.write_message_start(&mut message).await.unwrap();
        writer.start_element("echo", "urn:test").unwrap();
        writer.start_element("text", "urn:test").unwrap();
        writer.end_element().unwrap();
        writer.start_element("data", "urn:test").unwrap();
        writer.shared_bytes(payload.clone()).unwrap();
        writer.end_element().unwrap();
        writer.end_element().unwrap();
        channel.write_message_end(&mut message, writer).await.unwrap();
        let mut reply = channel.message();
        let reader = channel.read_message_start(&mut reply).await.unwrap().unwrap();
        channel.abandon_receiving(Some(reader)).unwrap();
        let writes = writes.lock().unwrap();
        assert!(
            writes.iter().any(|write| write.contains(&at)),
            "{:?} {:?}: {writes:?}",
            binding.transport,
            binding.encoding
        );
    }
}

#[tokio::test]
async fn what_a_source_pushes_is_written_from_where_it_is() {
    static PAYLOAD: [u8; 50_000] = [9; 50_000];
    let binding = Binding::tcp()
        .with_encoding(Encoding::Mtom(Charset::Utf8))
        .with_transfer_mode(TransferMode::STREAMED);
    let server = serve(&binding, "net.tcp://127.0.0.1:0/").await;
    let writes = Writes::default();
    let mut watched = binding.clone();
    watched.tcp.layer = Some(Link { writes: Some(writes.clone()), ..Link::default() }.layer());
    let channel = Channel::connect(&watched, &server.url).await.unwrap();
    let mut message = channel.request_message(ECHO).unwrap();
    let mut writer = channel.write_message_start(&mut message).await.unwrap();
    writer.start_element("data", "urn:test").unwrap();
    writer.push_bytes(|to: &mut dyn Destination| to.write_all(&[IoSlice::new(&PAYLOAD)])).unwrap();
    writer.end_element().unwrap();
    channel.write_message_end(&mut message, writer).await.unwrap();
    let at = (PAYLOAD.as_ptr() as usize, PAYLOAD.len());
    let writes = writes.lock().unwrap();
    assert!(writes.iter().any(|write| write.contains(&at)), "{writes:?}");
}
