//! The ends of connections that take requests.

use super::{
    body::Outgoing,
    client::ClientOptions,
    connection::{Limited, tell},
    failure::{End, http2_error, hyper_error},
    pool::Place,
    version::Http2Options,
};
use crate::{Error, ErrorCode, Result};
use h2::Reason;
use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};
use tokio::sync::{Notify, OwnedSemaphorePermit, watch};

/// What takes one request.
pub(super) struct SendRequest {
    pub(super) sender: Sender,
    pub(super) end: End,
}

pub(super) enum Sender {
    /// A connection of its own.
    Http1(http1::SendRequest<Outgoing>),
    /// A stream of a connection that others use, too.
    Http2(Stream),
}

pub(super) type Sent = std::result::Result<http::Response<Incoming>, TrySendError<http::Request<Outgoing>>>;

impl SendRequest {
    /// Sends a request; one that did not go out at all comes back with the error.
    pub(super) fn send(
        &mut self,
        request: http::Request<Outgoing>,
    ) -> impl Future<Output = Sent> + Send + use<> {
        match &mut self.sender {
            Sender::Http1(sender) => Either::Http1 { sending: sender.try_send_request(request) },
            Sender::Http2(stream) => Either::Http2 { sending: stream.sender.try_send_request(request) },
        }
    }

    /// How often the server was heard; `None` over HTTP/1.1.
    pub(super) fn heard(&self) -> Option<u64> {
        match &self.sender {
            Sender::Http1(_) => None,
            Sender::Http2(stream) => Some(stream.connection.counted.load(Ordering::Acquire)),
        }
    }

    /// Looks at how a step ended that began when the server was [heard](Self::heard) so often: if it took too long and
    /// nothing was heard meanwhile, the connection may be dead, and further requests get another.
    pub(super) fn note<T>(&self, heard: Option<u64>, done: &Result<T>) {
        if let (Err(error), Sender::Http2(stream)) = (done, &self.sender)
            && error.code() == ErrorCode::OperationTimedOut
            && self.heard() == heard
        {
            stream.retire();
        }
    }

    pub(super) fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }
}

pin_project_lite::pin_project! {
    #[project = Sending]
    enum Either<A, B> {
        Http1 { #[pin] sending: A },
        Http2 { #[pin] sending: B },
    }
}

impl<A: Future, B: Future<Output = A::Output>> Future for Either<A, B> {
    type Output = A::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<A::Output> {
        match self.project() {
            Sending::Http1 { sending } => sending.poll(cx),
            Sending::Http2 { sending } => sending.poll(cx),
        }
    }
}

/// A new connection of HTTP/2.
pub(super) struct Http2Connection {
    sender: http2::SendRequest<Outgoing>,
    end: End,
    failed: watch::Sender<Option<Error>>,
    connection: Arc<Mutex<Option<Driven>>>,
    /// The server was heard so often, and just now.
    counted: Arc<AtomicU64>,
    heard: Arc<Notify>,
    max_streams: usize,
}

/// hyper's part of a connection, which takes the requests.
type Driven = http2::Connection<TokioIo<Limited>, Outgoing, TokioExecutor>;

impl Http2Connection {
    pub(super) async fn new(
        stream: Limited,
        options: &ClientOptions,
        end: End,
        failed: watch::Sender<Option<Error>>,
    ) -> Result<Self> {
        let quotas = &options.http2;
        let max_streams = usize::try_from(quotas.max_concurrent_streams).unwrap_or(usize::MAX).max(1);
        let (counted, heard) = (Arc::<AtomicU64>::default(), Arc::new(Notify::new()));
        let stream = stream.telling(failed.clone(), counted.clone(), heard.clone());
        let mut builder = http2::Builder::new(TokioExecutor::new());
        if let Some(time) = quotas.keep_alive {
            builder.keep_alive_interval(time).keep_alive_timeout(time);
        }
        let (sender, connection) = builder
            .timer(TokioTimer::new())
            // Until the server has said how many it takes.
            .initial_max_send_streams(1)
            .initial_stream_window_size(quotas.stream_window())
            .initial_connection_window_size(quotas.connection_window())
            .max_send_buf_size(quotas.max_send_buffer_size)
            .max_header_list_size(Http2Options::headers(options.max_response_headers_size))
            .max_pending_accept_reset_streams(quotas.max_pending_resets)
            .max_local_error_reset_streams(quotas.max_local_resets)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| end.explain_now(error))?;
        Ok(Http2Connection {
            sender,
            end,
            failed,
            connection: Arc::new(Mutex::new(Some(connection))),
            counted,
            heard,
            max_streams,
        })
    }

    /// hyper's parts of it, for a test of what it writes.
    #[cfg(test)]
    pub(super) fn into_parts(self) -> (http2::SendRequest<Outgoing>, Driven) {
        let connection = lock(&self.connection).take();
        (self.sender, connection.expect("a new connection has it"))
    }

    /// Lets requests use it until it ends, and the place know when that is.
    pub(super) fn share(self, place: &Arc<Place>, permit: OwnedSemaphorePermit) -> Arc<Shared> {
        let Http2Connection { sender, end, failed, connection, counted, heard, max_streams } = self;
        let shared = Arc::new(Shared {
            sender,
            end,
            connection: connection.clone(),
            counted,
            max_streams,
            in_use: AtomicUsize::new(0),
            is_known: AtomicBool::new(false),
            is_retired: AtomicBool::new(false),
            _permit: permit,
        });
        let (weak, place) = (Arc::downgrade(&shared), Arc::downgrade(place));
        let listen = listen(heard, weak, place.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = drive(connection, failed, place) => {}
                // It does not end.
                () = listen => {}
            }
        });
        shared
    }
}

/// Lets requests that wait look again whenever a server that was new is heard: it begins by saying what it takes (RFC 9113
/// 3.4).
async fn listen(heard: Arc<Notify>, shared: Weak<Shared>, place: Weak<Place>) {
    loop {
        heard.notified().await;
        if let (Some(shared), Some(place)) = (shared.upgrade(), place.upgrade()) {
            shared.is_known.store(true, Ordering::Release);
            place.forget_ended();
        }
    }
}

/// Runs a connection to its end.
async fn drive(
    connection: Arc<Mutex<Option<Driven>>>,
    failed: watch::Sender<Option<Error>>,
    place: Weak<Place>,
) {
    let done = poll_fn(|cx| match lock(&connection).as_mut() {
        Some(connection) => Pin::new(connection).poll(cx),
        None => Poll::Ready(Ok(())),
    })
    .await;
    if let Err(error) = done {
        tell(&failed, || hyper_error(error));
    }
    // Requests that it has not taken come back when it is dropped.
    let ended = lock(&connection).take();
    drop(ended);
    if let Some(place) = place.upgrade() {
        place.forget_ended();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What panics while it holds the lock ends the connection.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection of HTTP/2, which many requests share. It closes when its last user and its place have let it go.
pub(super) struct Shared {
    sender: http2::SendRequest<Outgoing>,
    end: End,
    connection: Arc<Mutex<Option<Driven>>>,
    counted: Arc<AtomicU64>,
    max_streams: usize,
    in_use: AtomicUsize,
    /// The server has said what it takes.
    is_known: AtomicBool,
    is_retired: AtomicBool,
    /// Held until the connection is gone.
    _permit: OwnedSemaphorePermit,
}

impl Shared {
    /// Whether further requests can go this way.
    pub(super) fn is_open(&self) -> bool {
        !self.is_retired.load(Ordering::Acquire) && !self.sender.is_closed()
    }

    /// Whether it is not known yet how many requests can go this way.
    pub(super) fn is_new(&self) -> bool {
        !self.is_known.load(Ordering::Acquire) && self.is_open()
    }

    pub(super) fn is_unused(&self) -> bool {
        self.in_use.load(Ordering::Acquire) == 0
    }

    /// A stream for a request, if the server takes one more. The first one of a connection is always given: what the
    /// server takes is not known yet.
    pub(super) fn stream(self: &Arc<Self>, place: &Arc<Place>) -> Option<SendRequest> {
        let most = lock(&self.connection).as_ref().map(Driven::current_max_send_streams);
        let most = most.unwrap_or_default().min(self.max_streams).max(1);
        let taken = self.in_use.fetch_update(Ordering::AcqRel, Ordering::Acquire, |in_use| {
            (in_use < most).then_some(in_use + 1)
        });
        taken.ok()?;
        let (connection, sender) = (self.clone(), self.sender.clone());
        let stream = Stream { connection, sender, place: place.clone() };
        Some(SendRequest { sender: Sender::Http2(stream), end: self.end.clone() })
    }
}

/// The right to one stream.
pub(super) struct Stream {
    connection: Arc<Shared>,
    sender: http2::SendRequest<Outgoing>,
    place: Arc<Place>,
}

impl Stream {
    /// Lets no further request use the connection.
    pub(super) fn retire(&self) {
        self.connection.is_retired.store(true, Ordering::Release);
        self.place.forget(&self.connection);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.connection.in_use.fetch_sub(1, Ordering::AcqRel);
        self.place.freed();
    }
}

/// What a server says of a request that it did not process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unprocessed {
    /// The connection goes away; the request may be sent again on another (RFC 9113 6.8, 8.7).
    GoingAway,
    /// The stream is one too many; the request may be sent again (RFC 9113 8.7).
    Stream,
    /// It is to be sent over HTTP/1.1 (RFC 9113 7, `HTTP_1_1_REQUIRED`): connections that authenticate need that.
    Http11Required,
}

impl Unprocessed {
    /// What an error of a request says of that.
    pub(super) fn of(error: &hyper::Error) -> Option<Self> {
        let error = http2_error(error)?;
        match error.reason() {
            Some(Reason::HTTP_1_1_REQUIRED) if error.is_remote() => Some(Unprocessed::Http11Required),
            _ if error.is_go_away() && error.is_remote() => Some(Unprocessed::GoingAway),
            Some(Reason::REFUSED_STREAM) if error.is_remote() => Some(Unprocessed::Stream),
            _ => None,
        }
    }
}
