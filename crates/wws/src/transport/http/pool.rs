//! Connections that wait for their next request, and how many there may be.

use super::body::SendRequest;
use crate::{
    Error, Result,
    url::{Scheme, Url},
};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
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
}

struct Idle {
    sender: SendRequest,
    since: Instant,
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
            let mut sender = self.pop()?;
            // Just after a response the connection may not know yet that it is ready.
            if sender.sender.ready().await.is_ok() {
                return Some(sender);
            }
        }
    }

    fn pop(&self) -> Option<SendRequest> {
        let mut idle = lock(&self.idle);
        idle.retain(|idle| idle.is_usable(self.idle_time));
        idle.pop().map(|idle| idle.sender)
    }

    fn has_idle(&self) -> bool {
        lock(&self.idle).iter().any(|idle| idle.is_usable(self.idle_time))
    }
}

impl Idle {
    fn is_usable(&self, idle_time: Duration) -> bool {
        !self.sender.sender.is_closed() && self.since.elapsed() < idle_time
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").field("since", &self.since).finish_non_exhaustive()
    }
}

/// A connection in use. Dropping it closes the connection.
pub(super) struct Lease {
    pub(super) sender: SendRequest,
    /// It carried a request before.
    pub(super) reused: bool,
    pub(super) place: Arc<Place>,
    pub(super) permit: OwnedSemaphorePermit,
}

impl Lease {
    /// Puts the connection back for the next request.
    pub(super) fn give_back(self) {
        let Lease { sender, place, permit, .. } = self;
        if !sender.sender.is_closed() {
            lock(&place.idle).push(Idle { sender, since: Instant::now() });
        }
        // Only now, so that whoever waits for it finds the connection.
        drop(permit);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
