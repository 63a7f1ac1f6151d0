//! Accepts sessions in the background, so that silent or slow peers hold up nobody else.

use super::{
    Connection, Session,
    handshake::{Admit, receive},
    session::Options,
};
use crate::{Error, ErrorCode, Result, transport::Abort};
use std::{
    fmt,
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex, Semaphore, mpsc},
    task::{JoinHandle, JoinSet},
};
use wws_core::framing::{Fault, Preamble};

/// Connections beyond the limit that are told so at the same time; further ones are just closed.
const REFUSALS: usize = 64;
/// Sessions that may wait to be accepted.
const READY: usize = 16;
/// How long to wait after the system could not accept, for want of file descriptors usually.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How a listener accepts.
#[derive(Clone)]
pub struct ListenerOptions {
    /// What every session gets. `timeouts.connect` limits the handshake.
    pub session: Options,
    /// Connections at the same time, handshakes among them; 10,000. One more gets the fault
    /// [`ServerTooBusy`](Fault::ServerTooBusy).
    pub max_connections: usize,
    /// How long a connection may carry no session between two streamed ones: 2 minutes, as in WCF, whose clients keep
    /// connections for the next call. `None`: for ever.
    pub idle_timeout: Option<Duration>,
    /// Decides by the preamble whether to take a session: path, mode, encoding. Takes all by default.
    pub admit: Arc<Admit>,
}

impl Default for ListenerOptions {
    fn default() -> Self {
        let timeouts = crate::transport::Timeouts::of_listener();
        ListenerOptions {
            session: Options { timeouts, ..Options::default() },
            max_connections: 10_000,
            idle_timeout: Some(Duration::from_secs(120)),
            admit: Arc::new(|_| Ok(())),
        }
    }
}

impl fmt::Debug for ListenerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenerOptions")
            .field("session", &self.session)
            .field("max_connections", &self.max_connections)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}

/// What a listener has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Sessions that were opened.
    pub opened: u64,
    /// Handshakes that failed or were refused by `admit`.
    pub failed: u64,
    /// Connections beyond the limit.
    pub refused: u64,
    /// Connections at the moment.
    pub connections: u64,
}

/// Gives connections to a [`Listener`].
pub(crate) trait Source: Send + 'static {
    /// Waits for the next connection. Dropping the future must lose none.
    fn accept(&mut self) -> impl Future<Output = io::Result<Connection>> + Send;
}

/// Accepts sessions. Dropping it ends handshakes under way; sessions that were accepted live on (WWSAPI L).
#[derive(Debug)]
pub struct Listener {
    ready: Mutex<mpsc::Receiver<Session>>,
    recycled: mpsc::UnboundedSender<Connection>,
    state: Arc<State>,
    task: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    options: ListenerOptions,
    abort: Abort,
    permits: Arc<Semaphore>,
    opened: AtomicU64,
    failed: AtomicU64,
    refused: AtomicU64,
}

impl Listener {
    pub(crate) fn new(source: impl Source, options: ListenerOptions) -> Self {
        let (ready_in, ready) = mpsc::channel(READY);
        let (recycled, recycled_out) = mpsc::unbounded_channel();
        let permits = Arc::new(Semaphore::new(options.max_connections));
        let state = Arc::new(State {
            options,
            abort: Abort::new(),
            permits,
            opened: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let task = tokio::spawn(listen(source, state.clone(), ready_in, recycled_out));
        Listener { ready: Mutex::new(ready), recycled, state, task: Some(task) }
    }

    /// Waits for a session whose handshake is done. Several tasks may wait; dropping the future loses nothing.
    ///
    /// # Errors
    /// `OperationAborted` once the listener is aborted.
    pub async fn accept(&self) -> Result<Session> {
        let next = async {
            let session = self.ready.lock().await.recv().await;
            session.ok_or_else(|| Error::new(ErrorCode::OperationAborted, "the listener has ended"))
        };
        self.state.abort.run(next).await
    }

    /// Waits for another session on a connection that [`Session::close`] gave back.
    pub fn recycle(&self, connection: Connection) {
        // It fails only if the task has ended, and then nobody accepts any more.
        let _ = self.recycled.send(connection);
    }

    /// A handle that ends the listener.
    pub fn abort_handle(&self) -> Abort {
        self.state.abort.clone()
    }

    /// Ends the listener and waits until its socket is closed.
    pub async fn close(mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            // It was aborted, so it has no other end to tell of.
            let _ = task.await;
        }
    }

    /// What was done so far.
    pub fn counters(&self) -> Counters {
        let state = &self.state;
        let free = state.permits.available_permits();
        Counters {
            opened: state.opened.load(Ordering::Relaxed),
            failed: state.failed.load(Ordering::Relaxed),
            refused: state.refused.load(Ordering::Relaxed),
            connections: state.options.max_connections.saturating_sub(free) as u64,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn listen(
    mut source: impl Source,
    state: Arc<State>,
    ready: mpsc::Sender<Session>,
    mut recycled: mpsc::UnboundedReceiver<Connection>,
) {
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let mut handshakes = JoinSet::new();
    loop {
        let mut connection = tokio::select! {
            () = state.abort.aborted() => return,
            Some(_) = handshakes.join_next() => continue,
            Some(connection) = recycled.recv() => connection,
            accepted = source.accept() => match accepted {
                Ok(connection) => connection,
                Err(_) => {
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        if connection.permit.is_none() {
            connection.permit = state.permits.clone().try_acquire_owned().ok();
        }
        if connection.permit.is_some() {
            handshakes.spawn(open(connection, state.clone(), ready.clone()));
            continue;
        }
        state.refused.fetch_add(1, Ordering::Relaxed);
        if let Ok(turn) = refusals.clone().try_acquire_owned() {
            let options = state.options.session.clone();
            handshakes.spawn(async move {
                let _turn = turn;
                let busy = |_: &Preamble| Err(Fault::ServerTooBusy);
                let _ = receive(connection, &options, &busy, &Abort::new()).await;
            });
        }
    }
}

async fn open(mut connection: Connection, state: Arc<State>, ready: mpsc::Sender<Session>) {
    let options = &state.options;
    if connection.is_used() {
        let limit = options.idle_timeout.unwrap_or(Duration::MAX);
        // Who closes it between two sessions, or does not come back, does nothing wrong.
        if !matches!(tokio::time::timeout(limit, connection.wait()).await, Ok(Ok(true))) {
            return;
        }
    }
    match receive(connection, &options.session, &*options.admit, &Abort::new()).await {
        Ok(Some(session)) => {
            state.opened.fetch_add(1, Ordering::Relaxed);
            // It fails only if the listener is gone.
            let _ = ready.send(session).await;
        }
        Ok(None) => {}
        Err(_) => {
            state.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}
