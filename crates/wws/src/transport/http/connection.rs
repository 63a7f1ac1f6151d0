//! A stream whose writes may not stall for ever, and a look at what it begins with.

use crate::{
    Error, ErrorCode,
    transport::{BoxStream, error::connection_error_of},
};
use bytes::{Buf, Bytes, BytesMut};
use std::{
    future::Future,
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    sync::{Notify, watch},
    time::Sleep,
};

/// What a client of HTTP/2 says first (RFC 9113 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Octets that are read to see what a connection begins with: a small request with its head.
const START: usize = 4096;

/// Fails a write that makes no progress within `limit`: a peer that does not read would hold the connection else,
/// with what is queued for it.
pub(super) struct Limited {
    stream: BoxStream,
    limit: Option<Duration>,
    stalled: Option<Pin<Box<Sleep>>>,
    /// What was read to see what it begins with.
    start: Bytes,
    /// Is told why the stream failed: over HTTP/2 the library below keeps only the words of an error.
    failure: Option<watch::Sender<Option<Error>>>,
    heard: Option<Heard>,
}

/// Counts what is read, and tells a few times that it has been looked at.
struct Heard {
    counted: Arc<AtomicU64>,
    told: Arc<Notify>,
    /// Something was read, and is looked at until the next read begins.
    is_news: bool,
    times: u8,
}

/// How often that is told: the first frame may come in pieces.
const TIMES_HEARD: u8 = 8;

/// Tells why a connection failed, if nobody has yet.
pub(super) fn tell(failure: &watch::Sender<Option<Error>>, why: impl FnOnce() -> Error) {
    failure.send_if_modified(|known| {
        let is_news = known.is_none();
        known.get_or_insert_with(why);
        is_news
    });
}

impl Limited {
    pub(super) fn new(stream: BoxStream, limit: Option<Duration>) -> Self {
        Limited { stream, limit, stalled: None, start: Bytes::new(), failure: None, heard: None }
    }

    /// The same that tells why it failed, counts what it reads, and tells when the first octets were looked at.
    pub(super) fn telling(
        self,
        failure: watch::Sender<Option<Error>>,
        counted: Arc<AtomicU64>,
        told: Arc<Notify>,
    ) -> Self {
        let heard = Heard { counted, told, is_news: false, times: TIMES_HEARD };
        Limited { failure: Some(failure), heard: Some(heard), ..self }
    }

    /// The next read begins, or has ended.
    fn hear(&mut self, is_read: bool) {
        let Some(heard) = &mut self.heard else { return };
        if is_read {
            heard.counted.fetch_add(1, Ordering::AcqRel);
            heard.is_news = heard.times > 0;
        } else if std::mem::take(&mut heard.is_news) {
            heard.told.notify_one();
            heard.times -= 1;
        }
    }

    /// Whether the peer begins with the preface of HTTP/2. What was read to see that is read again afterwards.
    pub(super) async fn begins_with_http2(&mut self) -> io::Result<bool> {
        let mut start = BytesMut::with_capacity(START);
        let is_http2 = loop {
            let count = self.stream.read_buf(&mut start).await?;
            let known = start.len().min(PREFACE.len());
            if count == 0 || start.get(..known) != PREFACE.get(..known) {
                break false;
            }
            if known == PREFACE.len() {
                break true;
            }
        };
        self.start = start.freeze();
        Ok(is_http2)
    }

    fn tell<T>(&self, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if let (Poll::Ready(Err(error)), Some(failure)) = (&done, &self.failure) {
            tell(failure, || connection_error_of(error));
        }
        done
    }

    fn watch<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let watched = self.limit(cx, written);
        self.tell(watched)
    }

    fn limit<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let (Poll::Pending, Some(limit)) = (&written, self.limit) else {
            self.stalled = None;
            return written;
        };
        let sleep = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        if sleep.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        let text = format!("the peer took nothing for {limit:?}; SEND_TIMEOUT sets this limit");
        Poll::Ready(Err(Error::new(ErrorCode::OperationTimedOut, text).into()))
    }
}

impl AsyncRead for Limited {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.start.is_empty() {
            let count = self.start.len().min(buf.remaining());
            buf.put_slice(self.start.get(..count).unwrap_or_default());
            self.start.advance(count);
            if self.start.is_empty() {
                self.start = Bytes::new();
            }
            return Poll::Ready(Ok(()));
        }
        self.hear(false);
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_ready() {
            self.hear(true);
        }
        self.tell(read)
    }
}

impl AsyncWrite for Limited {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.watch(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.watch(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(cx, shut)
    }
}
