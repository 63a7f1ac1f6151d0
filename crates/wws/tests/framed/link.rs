//! Streams in memory that split, stall, break and remember.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use wws::{
    Result,
    transport::{
        Abort,
        framed::{Connection, Mode, Options, Session, Target, initiate, receive},
    },
};

pub(crate) const BINARY: &str = "application/soap+msbin1";

pub(crate) fn target(mode: Mode) -> Target {
    Target::new(mode, "net.tcp://localhost/echo", BINARY)
}

/// Hands on at most so many octets at once, and every other time makes the caller wait a turn.
pub(crate) struct Bumpy<S> {
    inner: S,
    most: usize,
    turn: usize,
}

impl<S> Bumpy<S> {
    pub(crate) fn new(inner: S, most: usize) -> Self {
        Bumpy { inner, most, turn: 0 }
    }

    fn waits(&mut self, cx: &Context<'_>) -> bool {
        self.turn += 1;
        let waits = self.turn.is_multiple_of(2);
        if waits {
            cx.waker().wake_by_ref();
        }
        waits
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bumpy<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.waits(cx) {
            return Poll::Pending;
        }
        let mut octets = vec![0; self.most.min(buf.remaining())];
        let mut some = ReadBuf::new(&mut octets);
        let read = Pin::new(&mut self.inner).poll_read(cx, &mut some);
        buf.put_slice(some.filled());
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bumpy<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.waits(cx) {
            return Poll::Pending;
        }
        let most = self.most.min(buf.len());
        Pin::new(&mut self.inner).poll_write(cx, &buf[..most])
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Both ends of a session over a stream in memory with `room` octets of buffer, cut into pieces of `most`.
pub(crate) async fn pair(
    mode: Mode,
    options: &Options,
    room: usize,
    most: usize,
) -> Result<(Session, Session)> {
    let (near, far) = tokio::io::duplex(room);
    let (client, server) = (Bumpy::new(near, most), Bumpy::new(far, most));
    let abort = Abort::new();
    let initiated = initiate(Connection::new(client), target(mode), options, &abort);
    let received = receive(Connection::new(server), options, &|_| Ok(()), &abort);
    let (client, server) = tokio::join!(initiated, received);
    Ok((client?, server?.unwrap()))
}

/// A session of ours in front of a bare stream that has acknowledged it.
pub(crate) async fn open_to_bare(mode: Mode, options: &Options, room: usize) -> (Session, DuplexStream) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (near, mut far) = tokio::io::duplex(room);
    let bare = async {
        let mut hello = vec![0; 64];
        loop {
            let n = far.read(&mut hello).await.unwrap();
            if hello[..n].last() == Some(&0x0C) {
                break;
            }
        }
        far.write_all(&[0x0B]).await.unwrap();
        far
    };
    let abort = Abort::new();
    let initiated = initiate(Connection::new(near), target(mode), options, &abort);
    let (session, far) = tokio::join!(initiated, bare);
    (session.unwrap(), far)
}

pub(crate) fn unlimited() -> Options {
    let mut options = Options::default();
    options.limits.max_envelope_size = u64::MAX;
    options
}
