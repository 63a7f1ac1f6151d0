//! Peers that send one octet a second, on a clock that the test moves: streams in memory take the place of the sockets.

use super::cases;
use crate::echo::{ECHO, Echo, REPLY};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    time::Sleep,
};
use wws::{
    ErrorCode,
    channel::{Binding, Channel, Listener},
    transport::{BoxStream, Timeouts, tcp::StreamLayer},
};

/// Puts a stream in memory in the place of the one connection between the two.
fn in_memory(client: &mut Binding, server: &mut Binding, is_slow: &Arc<AtomicBool>) {
    let other_end: Arc<Mutex<Option<DuplexStream>>> = Arc::default();
    let layer = |is_slow: Option<Arc<AtomicBool>>| {
        let other_end = other_end.clone();
        StreamLayer::new(move |socket| {
            let mut other_end = other_end.lock().unwrap();
            let stream = other_end.take().unwrap_or_else(|| {
                let (near, far) = tokio::io::duplex(1024);
                *other_end = Some(far);
                near
            });
            let is_slow = is_slow.clone().unwrap_or_default();
            Box::new(Slow { stream, is_slow, wait: None, _socket: socket })
        })
    };
    *client = client.clone().with_layer(layer(Some(is_slow.clone())));
    *server = server.clone().with_layer(layer(None));
}

/// A stream of which one octet a second arrives, while it is slow.
struct Slow {
    stream: DuplexStream,
    is_slow: Arc<AtomicBool>,
    wait: Option<Pin<Box<Sleep>>>,
    /// Stays open.
    _socket: BoxStream,
}

impl AsyncRead for Slow {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.is_slow.load(Ordering::SeqCst) {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let wait = self.wait.get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_secs(1))));
        ready!(wait.as_mut().poll(cx));
        let mut one = [0];
        let mut octet = ReadBuf::new(&mut one);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut octet))?;
        buf.put_slice(octet.filled());
        self.wait = None;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Slow {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A reply of which a part has come at once, and the rest one octet a second.
#[tokio::test]
async fn a_reply_that_comes_one_octet_a_second_is_a_time_out() {
    for mut case in cases() {
        let is_slow = Arc::new(AtomicBool::new(false));
        in_memory(&mut case.client, &mut case.server, &is_slow);
        let listener = Listener::open(&case.server, &case.url).await.unwrap();
        let url = listener.url();
        let server = tokio::spawn(async move {
            loop {
                let channel = listener.accept().await.unwrap();
                while let Ok(Some((request, echo))) = channel.receive::<Echo>().await {
                    let _ = channel.reply(&request, REPLY, &echo).await;
                }
                let _ = channel.close().await;
            }
        });
        let channel = Channel::connect(&case.client, &url).await.unwrap();
        channel.request::<Echo>(ECHO, &Echo::new("in time")).await.unwrap();
        // From here on everything is in memory, so that time passes only where somebody waits for it.
        tokio::time::pause();
        is_slow.store(true, Ordering::SeqCst);
        let error = channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_err();
        tokio::time::resume();
        assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{}: {error}", case.name);
        server.abort();
    }
}

/// A request whose body comes one octet a second, behind a start that came at once.
#[tokio::test]
async fn a_request_that_comes_one_octet_a_second_is_a_time_out() {
    for mut case in cases() {
        let is_slow = Arc::new(AtomicBool::new(false));
        // The server is the one whose octets are late.
        in_memory(&mut case.server, &mut case.client, &is_slow);
        case.client.timeouts = Timeouts::NONE;
        let listener = Listener::open(&case.server, &case.url).await.unwrap();
        let channel = Channel::connect(&case.client, &listener.url()).await.unwrap();
        let (accepted, is_accepted) = tokio::sync::oneshot::channel();
        let is_streamed = case.name.ends_with("streamed");
        let server = async {
            let channel = listener.accept().await.unwrap();
            let _ = accepted.send(());
            let mut message = channel.message();
            if is_streamed {
                let mut reader = channel.read_message_start(&mut message).await?.unwrap();
                tokio::time::pause();
                is_slow.store(true, Ordering::SeqCst);
                channel.fill_body(&mut reader, usize::MAX).await
            } else {
                tokio::time::pause();
                is_slow.store(true, Ordering::SeqCst);
                channel.read_message_start(&mut message).await.map(drop)
            }
        };
        let client = async {
            let mut message = channel.request_message(ECHO)?;
            let mut writer = channel.write_message_start(&mut message).await?;
            writer.start_element("echo", "urn:test")?;
            if is_streamed {
                writer.bytes(&[7; 6])?;
                channel.flush_body(&mut writer, 0).await?;
                while !is_slow.load(Ordering::SeqCst) {
                    tokio::task::yield_now().await;
                }
            } else if case.name.starts_with("net") {
                let _ = is_accepted.await;
                while !is_slow.load(Ordering::SeqCst) {
                    tokio::task::yield_now().await;
                }
            }
            writer.bytes(&[7; 40_000])?;
            writer.end_element()?;
            channel.write_message_end(&mut message, writer).await
        };
        let error = tokio::select! {
            received = server => received.unwrap_err(),
            Err(error) = client => panic!("{}: {error}", case.name),
        };
        tokio::time::resume();
        assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{}: {error}", case.name);
        assert!(error.to_string().contains("RECEIVE_TIMEOUT"), "{}: {error}", case.name);
    }
}
