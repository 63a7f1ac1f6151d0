//! net.tcp: sessions of message framing over TCP (`WS_TCP_CHANNEL_BINDING`).
//!
//! ```
//! # use wws::transport::{framed::{ListenerOptions, Mode, Options}, net_tcp, tcp::TcpOptions};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> wws::Result<()> {
//! let listener = net_tcp::listen("net.tcp://127.0.0.1:0/echo", ListenerOptions::default(), &TcpOptions::default())?;
//! let url = format!("net.tcp://{}/echo", listener.local_address());
//! let client = async {
//!     let tcp = TcpOptions::default();
//!     let mut session =
//!         net_tcp::connect(&url, Mode::DUPLEX, "application/soap+msbin1", &Options::default(), &tcp).await?;
//!     session.sender.send(&["hello".into()]).await?;
//!     session.close().await
//! };
//! let server = async {
//!     let mut session = listener.accept().await?;
//!     assert_eq!(session.receiver.message().await?.unwrap().chunks.concat(), b"hello");
//!     session.close().await
//! };
//! let (client, server) = tokio::join!(client, server);
//! client.and(server).map(drop)
//! # }
//! ```

use super::{
    Abort,
    framed::{Admit, Connection, Fault, Listener, ListenerOptions, Mode, Options, Session, Target, initiate},
    listener_url::{ListenerUrl, Route},
    quiet::Quiet,
    tcp::{self, TcpOptions},
    timeouts::Step,
};
use crate::{
    Error, Result,
    url::{Scheme, Url},
};
use std::{io, net::SocketAddr, ops::Deref, sync::Arc};
use tokio::net::TcpListener;

/// Connects to a `net.tcp` URL and opens a session, within `CONNECT_TIMEOUT`.
///
/// # Errors
/// `InvalidEndpointUrl`; `EndpointNotFound`, `EndpointUnreachable`; `OperationTimedOut`; those of
/// [`initiate`].
pub async fn connect(
    url: &str,
    mode: Mode,
    content_type: &str,
    options: &Options,
    tcp: &TcpOptions,
) -> Result<Session> {
    connect_abortable(url, mode, content_type, options, tcp, &Abort::new()).await
}

/// [`connect`], ended by `abort`, as is the session.
pub async fn connect_abortable(
    url: &str,
    mode: Mode,
    content_type: &str,
    options: &Options,
    tcp: &TcpOptions,
    abort: &Abort,
) -> Result<Session> {
    let target = Target::new(mode, url, content_type);
    let connect = async {
        let connection = connect_stream(url, options, tcp, abort).await?;
        initiate(connection, target, options, abort).await
    };
    let done = options.timeouts.limit(Step::Connect).run(abort, connect).await;
    done.map_err(|e| e.context(format!("while a session with {url} was opened")))
}

/// Connects to the host of a `net.tcp` URL without opening a session, for one that is to use
/// [`initiate`] several times.
pub async fn connect_stream(
    url: &str,
    options: &Options,
    tcp: &TcpOptions,
    abort: &Abort,
) -> Result<Connection> {
    let url = super::listener_url::endpoint(url, &[Scheme::NetTcp])?;
    let port = url.port.unwrap_or(808);
    let (stream, peer) = tcp::connect(url.host_name(), port, tcp, &options.timeouts, abort).await?;
    Ok(Connection::new(tcp.wrap(Box::new(Quiet(stream)))).with_peer(peer))
}

/// Listens at a `net.tcp` URL (WWSAPI L): the host says where to bind, and the path must begin the Via of a session.
/// Port 0 takes any free one.
///
/// # Errors
/// `InvalidEndpointUrl`; `AddressInUse`, `AddressNotAvailable`.
pub fn listen(url: &str, options: ListenerOptions, tcp: &TcpOptions) -> Result<NetTcpListener> {
    Ok(bind(url, tcp)?.listen(options, tcp))
}

/// Binds to a `net.tcp` URL, as [`listen`] does; who connects waits until sessions are accepted.
///
/// # Errors
/// As [`listen`].
pub fn bind(url: &str, tcp: &TcpOptions) -> Result<BoundNetTcp> {
    let route = ListenerUrl::parse(url, &[Scheme::NetTcp])?;
    let addresses = tcp::bind_addresses(&route.url, route.url.port.unwrap_or(808), tcp.ip_version);
    let listener = tcp::listen(&addresses, tcp)?;
    let local_address = listener.local_addr().map_err(Error::from)?;
    Ok(BoundNetTcp { listener, route: route.route(), local_address })
}

/// A socket that connections wait at.
pub struct BoundNetTcp {
    listener: TcpListener,
    route: Route,
    local_address: SocketAddr,
}

impl BoundNetTcp {
    /// Where it listens.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Begins to accept sessions over connections with these options. To be called inside a tokio runtime.
    pub fn listen(self, mut options: ListenerOptions, tcp: &TcpOptions) -> NetTcpListener {
        options.admit = admit_path(self.route, options.admit);
        let source = Source { listener: self.listener, options: tcp.clone() };
        NetTcpListener { listener: Listener::new(source, options), local_address: self.local_address }
    }
}

impl std::fmt::Debug for BoundNetTcp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundNetTcp").field("local_address", &self.local_address).finish_non_exhaustive()
    }
}

/// Accepts net.tcp sessions; see [`Listener`].
#[derive(Debug)]
pub struct NetTcpListener {
    listener: Listener,
    local_address: SocketAddr,
}

impl NetTcpListener {
    /// Where it listens.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Ends the listener and waits until its socket is closed.
    pub async fn close(self) {
        self.listener.close().await;
    }
}

impl Deref for NetTcpListener {
    type Target = Listener;

    fn deref(&self) -> &Listener {
        &self.listener
    }
}

/// Refuses sessions whose Via is not under the listener's path, then asks `next`.
pub(super) fn admit_path(route: Route, next: Arc<Admit>) -> Arc<Admit> {
    Arc::new(move |preamble| {
        let via: Url = preamble.via.parse().map_err(|_| Fault::EndpointNotFound)?;
        if !route.matches(&via.path) {
            return Err(Fault::EndpointNotFound);
        }
        next(preamble)
    })
}

struct Source {
    listener: TcpListener,
    options: TcpOptions,
}

impl super::framed::Source for Source {
    async fn accept(&mut self) -> io::Result<Connection> {
        let (stream, peer) = self.listener.accept().await?;
        self.options.apply(&stream)?;
        Ok(Connection::new(self.options.wrap(Box::new(Quiet(stream)))).with_peer(peer))
    }
}
