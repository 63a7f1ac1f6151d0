//! Serving HTTP/2 (RFC 9113): how long a connection may be quiet, and a stream may wait for its peer.

use super::{
    body::{Outgoing, PIECE},
    connection::Limited,
    listener::ListenerOptions,
    version::Http2Options,
};
use crate::{Error, Result, transport::Abort};
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::{body::Incoming, rt::Executor, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    cell::Cell,
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{sync::Notify, time::Sleep};

/// How often a connection is looked at in the time that it may be quiet.
const LOOKS: u32 = 4;

/// Serves a connection until it ends. `answer` makes the responses; `only_one` request is answered if the server is
/// too busy for more.
pub(super) async fn serve<F>(
    stream: Limited,
    options: &ListenerOptions,
    max_headers_size: usize,
    only_one: bool,
    closing: &Abort,
    answer: impl Fn(Request<Incoming>) -> F,
) where
    F: Future<Output = Result<Response<Outgoing>>> + Send + 'static,
{
    let streams = Streams(Arc::new(Counts { limit: options.timeouts.send, ..Counts::default() }));
    let counts = streams.0.clone();
    let service = service_fn(|request| {
        let answer = answer(request);
        async { Ok::<_, Error>(answer.await?.map(Pieces::new)) }
    });
    let quotas = &options.http2;
    let connection = http2::Builder::new(streams)
        .timer(TokioTimer::new())
        .max_concurrent_streams(quotas.max_concurrent_streams)
        .initial_stream_window_size(quotas.stream_window())
        .initial_connection_window_size(quotas.connection_window())
        .max_send_buf_size(quotas.max_send_buffer_size)
        .max_header_list_size(Http2Options::headers(max_headers_size))
        .max_pending_accept_reset_streams(quotas.max_pending_resets)
        .max_local_error_reset_streams(quotas.max_local_resets)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // What went wrong is known to the exchanges; nobody else asks.
        _ = connection.as_mut() => return,
        () = closing.aborted() => {}
        () = counts.quiet(options.idle_time) => {}
        () = counts.answered.notified(), if only_one => {}
    }
    // RFC 9113 6.8: GOAWAY. Streams that are open come to their end.
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection.as_mut() => {}
        // A peer that does not say that it has heard of it.
        () = counts.quiet(options.timeouts.close.unwrap_or(options.idle_time)) => {}
    }
}

/// Runs the streams of a connection, each a task of its own, and counts them.
#[derive(Clone)]
struct Streams(Arc<Counts>);

#[derive(Default)]
struct Counts {
    /// Streams there are now.
    open: AtomicUsize,
    /// Streams there were.
    begun: AtomicU64,
    /// The last open stream has ended.
    answered: Notify,
    /// `SEND_TIMEOUT`.
    limit: Option<Duration>,
}

impl Counts {
    /// Waits until no stream was open for this time; a quarter more at most. Nothing is asked of the streams for that but
    /// to be counted.
    async fn quiet(&self, time: Duration) {
        let mut looks = 0;
        while looks < LOOKS {
            let begun = self.begun.load(Ordering::Acquire);
            let was_open = self.open.load(Ordering::Acquire) > 0;
            tokio::time::sleep(time / LOOKS).await;
            let is_quiet = !was_open
                && self.open.load(Ordering::Acquire) == 0
                && self.begun.load(Ordering::Acquire) == begun;
            looks = if is_quiet { looks + 1 } else { 0 };
        }
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        self.0.begun.fetch_add(1, Ordering::AcqRel);
        self.0.open.fetch_add(1, Ordering::AcqRel);
        let (open, limit) = (Open(self.0.clone()), self.0.limit);
        tokio::spawn(Stream { stream, handed: Handed::default(), stalled: None, limit, _open: open });
    }
}

/// A stream that is open.
struct Open(Arc<Counts>);

impl Drop for Open {
    fn drop(&mut self) {
        if self.0.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.answered.notify_one();
        }
    }
}

tokio::task_local! {
    /// What the body of the stream that is polled has handed over.
    static HANDED: Cell<Handed>;
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Handed {
    pieces: u64,
    /// The last piece was not asked to be followed by another yet.
    is_waiting: bool,
}

pin_project_lite::pin_project! {
    /// The exchange on a stream and the sending of its response. It is reset when the peer opens no window for the next
    /// piece in time (`SEND_TIMEOUT`): unlike a socket that takes nothing, a window that stays closed is nobody's error else.
    struct Stream<F> {
        #[pin]
        stream: F,
        handed: Handed,
        #[pin]
        stalled: Option<Sleep>,
        limit: Option<Duration>,
        _open: Open,
    }
}

impl<F: Future<Output = ()>> Future for Stream<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let (done, handed) = HANDED
            .sync_scope(Cell::new(*this.handed), || (this.stream.as_mut().poll(cx), HANDED.with(Cell::get)));
        if done.is_ready() {
            return done;
        }
        let is_new = std::mem::replace(this.handed, handed) != handed;
        let Some(limit) = this.limit.filter(|_| handed.is_waiting) else {
            this.stalled.set(None);
            return Poll::Pending;
        };
        if is_new || this.stalled.is_none() {
            this.stalled.set(Some(tokio::time::sleep(limit)));
        }
        match this.stalled.as_pin_mut() {
            Some(sleep) => sleep.poll(cx),
            None => Poll::Pending,
        }
    }
}

/// A body in pieces. What waits for the window of a stream is seen to wait, but for the last piece.
struct Pieces {
    body: Outgoing,
    rest: Bytes,
}

impl Pieces {
    fn new(body: Outgoing) -> Self {
        Pieces { body, rest: Bytes::new() }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let note = |pieces, is_waiting| {
            // Outside a stream nobody counts.
            let _ = HANDED.try_with(|handed| {
                handed.set(Handed { pieces: handed.get().pieces + pieces, is_waiting });
            });
        };
        if self.rest.is_empty() {
            note(0, false);
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(octets) => self.rest = octets,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                end => return Poll::Ready(end),
            }
        }
        let size = self.rest.len().min(PIECE);
        note(1, true);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(size)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        self.body.size_hint().exact().map_or_else(SizeHint::default, |left| SizeHint::with_exact(left + rest))
    }
}
