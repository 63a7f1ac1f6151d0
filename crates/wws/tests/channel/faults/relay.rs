//! A relay between a client and a server that spoils what passes: it splits, delays and changes octets, stops reading, ends one
//! half, or resets. It works on the wire, so that TLS and its handshakes are spoilt too.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use wws::{
    Result,
    channel::{Binding, Channel},
    transport::BoxStream,
};

/// What happens to the octets of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// They pass one by one.
    Split,
    /// Each piece waits some turns of the scheduler.
    Delay,
    /// Behind so many octets the connection is reset.
    Reset(u64),
    /// Behind so many octets this direction ends; the other goes on.
    HalfClose(u64),
    /// The octet at this place is changed. Behind as many octets as a good exchange has this direction ends, so that
    /// nobody waits for what cannot come.
    Change { place: u64, mask: u8, end: u64 },
}

/// Which way a fault is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Server,
    Client,
}

/// How many octets passed to the server and to the client over the last connection.
type Passed = Arc<[AtomicU64; 2]>;

pub(crate) struct Relay {
    url: String,
    /// Where its pipe is.
    directory: Option<tempfile::TempDir>,
    passed: Passed,
    is_deaf: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

/// What is known of all connections, and what becomes of them.
#[derive(Clone)]
struct Spoil {
    to: To,
    fault: Fault,
    passed: Passed,
    /// Nothing more is read from the client.
    is_deaf: Arc<AtomicBool>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// Stands in front of the server at `url`.
    pub(crate) async fn open(url: &str, to: To, fault: Fault) -> Self {
        let spoil = Spoil { to, fault, passed: Passed::default(), is_deaf: Arc::default() };
        #[cfg(unix)]
        if url.starts_with("net.pipe:") {
            return Self::pipe(url, spoil);
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = url.split('/').nth(2).unwrap().to_owned();
        let spoils = spoil.clone();
        let url = url.replacen(&server, &address, 1);
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                    if let Fault::Reset(_) = fault {
                        stream.set_zero_linger().unwrap();
                    }
                }
                tokio::spawn(relay(Box::new(client), Box::new(server), spoils.clone()));
            }
        });
        let Spoil { passed, is_deaf, .. } = spoil;
        Relay { url, directory: None, passed, is_deaf, task }
    }

    #[cfg(unix)]
    fn pipe(url: &str, spoil: Spoil) -> Self {
        use tokio::net::{UnixListener, UnixStream};
        use wws::{
            transport::net_pipe::{PipeOptions, socket_path},
            url::{Flags, Url},
        };
        let directory = tempfile::tempdir().unwrap();
        let path = |options| socket_path(&Url::decode(url, Flags::default()).unwrap(), &options).unwrap();
        let server = path(PipeOptions::default());
        let here = PipeOptions { directory: Some(directory.path().into()), ..PipeOptions::default() };
        let listener = UnixListener::bind(path(here)).unwrap();
        let spoils = spoil.clone();
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let Ok(server) = UnixStream::connect(&server).await else { continue };
                tokio::spawn(relay(Box::new(client), Box::new(server), spoils.clone()));
            }
        });
        let Spoil { passed, is_deaf, .. } = spoil;
        Relay { url: url.to_owned(), directory: Some(directory), passed, is_deaf, task }
    }

    /// A channel to the server through the relay.
    pub(crate) async fn connect(&self, binding: &Binding) -> Result<Channel> {
        let mut binding = binding.clone();
        #[cfg(unix)]
        {
            binding.pipe.directory = self.directory.as_ref().map(|directory| directory.path().into());
        }
        Channel::connect(&binding, &self.url).await
    }

    /// Nothing more is read from clients, but what is being read already.
    pub(crate) fn stop_reading(&self) {
        self.is_deaf.store(true, Ordering::SeqCst);
    }

    /// Octets that passed over the last connection.
    pub(crate) fn passed(&self, to: To) -> u64 {
        self.passed[to as usize].load(Ordering::SeqCst)
    }
}

async fn relay(client: BoxStream, server: BoxStream, spoil: Spoil) {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let of = |direction| if direction == spoil.to { spoil.fault } else { Fault::None };
    let passed = &spoil.passed;
    passed.iter().for_each(|count| count.store(0, Ordering::SeqCst));
    let never = AtomicBool::new(false);
    let up = pump(from_client, to_server, &passed[To::Server as usize], of(To::Server), &spoil.is_deaf);
    let down = pump(from_server, to_client, &passed[To::Client as usize], of(To::Client), &never);
    tokio::pin!(up, down);
    // A direction that ends lets the other go on; one that is broken takes it along.
    tokio::select! {
        end = &mut up => if end == End::InOrder { down.await; },
        end = &mut down => if end == End::InOrder { up.await; },
    }
}

#[derive(PartialEq, Eq)]
enum End {
    InOrder,
    Broken,
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    passed: &AtomicU64,
    fault: Fault,
    is_deaf: &AtomicBool,
) -> End {
    let mut buffer = vec![0; 65_536];
    loop {
        if is_deaf.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let octets = match from.read(&mut buffer).await {
            Ok(0) => break,
            Ok(count) => &mut buffer[..count],
            Err(_) => return End::Broken,
        };
        let before = passed.load(Ordering::SeqCst);
        let (most, end) = match fault {
            Fault::Reset(most) => (most, Some(End::Broken)),
            Fault::HalfClose(most) => (most, Some(End::InOrder)),
            Fault::Change { end, .. } => (end, Some(End::InOrder)),
            _ => (u64::MAX, None),
        };
        if let Fault::Change { place, mask, .. } = fault
            && let Some(octet) =
                place.checked_sub(before).and_then(|at| octets.get_mut(usize::try_from(at).ok()?))
        {
            *octet ^= mask;
        }
        let count = octets.len().min(usize::try_from(most - before).unwrap_or(usize::MAX));
        let size = if fault == Fault::Split { 1 } else { 65_536 };
        for piece in octets[..count].chunks(size) {
            for _ in 0..if fault == Fault::Delay { 20 } else { 0 } {
                tokio::task::yield_now().await;
            }
            if to.write_all(piece).await.is_err() {
                return End::Broken;
            }
            passed.fetch_add(piece.len() as u64, Ordering::SeqCst);
            if size == 1 {
                tokio::task::yield_now().await;
            }
        }
        if before + count as u64 == most {
            if end == Some(End::Broken) {
                return End::Broken;
            }
            // The peer may be gone.
            let _ = to.shutdown().await;
            while from.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
            return End::InOrder;
        }
    }
    let _ = to.shutdown().await;
    End::InOrder
}
