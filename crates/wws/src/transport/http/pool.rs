//! Connections that wait for their next request, those that requests share, and how many there may be.

use super::{
    body::Outgoing,
    failure::End,
    sender::{SendRequest, Sender, Shared},
};
use crate::{
    Error, Result,
    url::{Scheme, Url},
};
use hyper::client::conn::http1;
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, futures::Notified},
    time::Instant,
};

/// A server, as far as connections are concerned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    scheme: Scheme,
    host: String,
    port: Option<u16>,
}

/// All connections of a client.
#[derive(Debug)]
pub(super) struct Pool {
    places: Mutex<HashMap<Key, Arc<Place>>>,
    max_connections: usize,
    idle_time: Duration,
}

/// The connections to one server.
#[derive(Debug)]
pub(super) struct Place {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Idle>>,
    idle_time: Duration,
    /// The server chose HTTP/1.1, or asked for it.
    is_http1: AtomicBool,
    /// Those of HTTP/2.
    shared: Mutex<Vec<Kept>>,
    /// Held by the request that connects, for the others to share what it gets.
    connecting: tokio::sync::Mutex<()>,
    /// A stream is free, or a connection is there.
    freed: Notify,
}

struct Idle {
    sender: http1::SendRequest<Outgoing>,
    end: End,
    since: Instant,
}

struct Kept {
    connection: Arc<Shared>,
    used: Instant,
}

impl Pool {
    pub(super) fn new(max_connections: Option<usize>, idle_time: Duration) -> Self {
        let max_connections = max_connections.unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Pool { places: Mutex::default(), max_connections, idle_time }
    }

    /// The connections to the server of `url`.
    pub(super) fn place(&self, url: &Url) -> Arc<Place> {
        let key = Key { scheme: url.scheme, host: url.host.to_ascii_lowercase(), port: url.port };
        let mut places = lock(&self.places);
        if let Some(place) = places.get(&key) {
            return place.clone();
        }
        // A new server is the occasion to forget those that nothing is left of.
        places.retain(|_, place| Arc::strong_count(place) > 1 || place.has_idle());
        let place = Arc::new(Place {
            permits: Arc::new(Semaphore::new(self.max_connections)),
            idle: Mutex::default(),
            idle_time: self.idle_time,
            is_http1: AtomicBool::new(false),
            shared: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            freed: Notify::new(),
        });
        places.insert(key, place.clone());
        place
    }
}

impl Place {
    /// Waits until another connection is allowed.
    pub(super) async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        // Nobody closes the semaphore.
        self.permits.clone().acquire_owned().await.map_err(|_| Error::operation("the client is closed"))
    }

    /// A connection that is open and ready, the one that was used last.
    pub(super) async fn idle(&self) -> Option<SendRequest> {
        loop {
            let Idle { mut sender, end, .. } = self.pop()?;
            // Just after a response the connection may not know yet that it is ready.
            if sender.ready().await.is_ok() {
                return Some(SendRequest { sender: Sender::Http1(sender), end });
            }
        }
    }

    fn pop(&self) -> Option<Idle> {
        let mut idle = lock(&self.idle);
        idle.retain(|idle| idle.is_usable(self.idle_time));
        idle.pop()
    }

    fn has_idle(&self) -> bool {
        lock(&self.idle).iter().any(|idle| idle.is_usable(self.idle_time))
            || lock(&self.shared).iter().any(|kept| kept.is_usable(self.idle_time))
    }

    /// Whether the server is known to speak HTTP/1.1 only.
    pub(super) fn is_http1(&self) -> bool {
        self.is_http1.load(Ordering::Acquire)
    }

    /// Remembers that.
    pub(super) fn set_http1(&self) {
        self.is_http1.store(true, Ordering::Release);
    }

    /// A stream of a connection of HTTP/2, if one is free.
    pub(super) fn stream(self: &Arc<Self>) -> Option<SendRequest> {
        let mut shared = lock(&self.shared);
        shared.retain(|kept| kept.is_usable(self.idle_time));
        shared.iter_mut().find_map(|kept| {
            let stream = kept.connection.stream(self)?;
            kept.used = Instant::now();
            Some(stream)
        })
    }

    /// Whether there is a connection of HTTP/2 that may take requests soon.
    pub(super) fn has_new(&self) -> bool {
        lock(&self.shared).iter().any(|kept| kept.connection.is_new())
    }

    /// Keeps a connection of HTTP/2 for all requests to share.
    pub(super) fn share(&self, connection: Arc<Shared>) {
        lock(&self.shared).push(Kept { connection, used: Instant::now() });
        self.freed.notify_waiters();
    }

    /// Keeps this connection, or those that have ended, no longer.
    pub(super) fn forget(&self, connection: &Arc<Shared>) {
        lock(&self.shared).retain(|kept| !Arc::ptr_eq(&kept.connection, connection));
    }

    /// The same of all that have ended; whoever waits looks again.
    pub(super) fn forget_ended(&self) {
        lock(&self.shared).retain(|kept| kept.connection.is_open());
        self.freed.notify_waiters();
    }

    /// The turn to connect.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.connecting.lock().await
    }

    /// Somebody else may go on.
    pub(super) fn freed(&self) {
        self.freed.notify_one();
    }

    /// Waits until it is worth to look again.
    pub(super) fn when_freed(&self) -> Notified<'_> {
        self.freed.notified()
    }
}

impl Idle {
    fn is_usable(&self, idle_time: Duration) -> bool {
        !self.sender.is_closed() && self.since.elapsed() < idle_time
    }
}

impl Kept {
    fn is_usable(&self, idle_time: Duration) -> bool {
        self.connection.is_open() && !(self.connection.is_unused() && self.used.elapsed() >= idle_time)
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").field("since", &self.since).finish_non_exhaustive()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("used", &self.used).finish_non_exhaustive()
    }
}

/// A connection in use, or a stream of one. Dropping it closes the connection of HTTP/1.1.
pub(super) struct Lease {
    pub(super) sender: SendRequest,
    /// The connection was there before.
    pub(super) reused: bool,
    pub(super) place: Arc<Place>,
    /// A connection of HTTP/2 has it itself.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

impl Lease {
    /// A stream of a connection of HTTP/2, if one is free.
    pub(super) fn of_stream(place: &Arc<Place>) -> Option<Self> {
        let sender = place.stream()?;
        Some(Lease { sender, reused: true, place: place.clone(), permit: None })
    }

    /// Puts the connection back for the next request.
    pub(super) fn give_back(self) {
        let Lease { sender: SendRequest { sender, end }, place, permit, .. } = self;
        if let Sender::Http1(sender) = sender
            && !sender.is_closed()
        {
            lock(&place.idle).push(Idle { sender, end, since: Instant::now() });
        }
        // Only now, so that whoever waits for it finds the connection.
        drop(permit);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
