//! TCP sockets: names, addresses, options.

use super::{
    Abort, BoxStream, Timeouts,
    error::{connect_error, listen_error},
    timeouts::Step,
};
use crate::{Error, ErrorCode, Result, url::Url};
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::net::{TcpListener, TcpStream};

/// Which version of IP to use: `WS_CHANNEL_PROPERTY_IP_VERSION` (WWSAPI P.5 #10, P.6 #1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IpVersion {
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
    /// Whatever is there.
    #[default]
    Auto,
}

impl IpVersion {
    pub(crate) fn allows(self, address: &SocketAddr) -> bool {
        match self {
            IpVersion::V4 => address.is_ipv4(),
            IpVersion::V6 => address.is_ipv6(),
            IpVersion::Auto => true,
        }
    }
}

/// Options of a TCP socket.
#[derive(Clone, Debug)]
pub struct TcpOptions {
    /// Which version of IP to use.
    pub ip_version: IpVersion,
    /// Sends small segments at once: `NO_DELAY` (P.5 #28). On by default, other than in webservices.h: a message goes
    /// out in one write here, and waiting for more only costs time.
    pub no_delay: bool,
    /// Probes idle connections: `SEND_KEEP_ALIVES` (P.5 #29). Off by default.
    pub keep_alive: Option<KeepAlive>,
    /// What stands between the socket and the protocol: an observer, for instance. Over https it stands inside TLS.
    pub layer: Option<StreamLayer>,
    /// Connections that the system holds before they are accepted: `LISTEN_BACKLOG` (P.6 #0); 1,024.
    pub backlog: u32,
}

impl Default for TcpOptions {
    fn default() -> Self {
        TcpOptions {
            ip_version: IpVersion::Auto,
            no_delay: true,
            keep_alive: None,
            layer: None,
            backlog: 1024,
        }
    }
}

/// Wraps every stream of a channel or listener.
///
/// ```
/// use wws::transport::tcp::{StreamLayer, TcpOptions};
/// let options = TcpOptions { layer: Some(StreamLayer::new(|stream| stream)), ..TcpOptions::default() };
/// ```
#[derive(Clone)]
pub struct StreamLayer(Arc<dyn Fn(BoxStream) -> BoxStream + Send + Sync>);

impl StreamLayer {
    /// A layer that a function puts around each stream.
    pub fn new(wrap: impl Fn(BoxStream) -> BoxStream + Send + Sync + 'static) -> Self {
        StreamLayer(Arc::new(wrap))
    }

    /// The stream with the layer around it, if there is one.
    pub(crate) fn around(layer: Option<&StreamLayer>, stream: BoxStream) -> BoxStream {
        match layer {
            Some(StreamLayer(wrap)) => wrap(stream),
            None => stream,
        }
    }
}

impl std::fmt::Debug for StreamLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StreamLayer")
    }
}

/// When idle connections are probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// Idle time before the first probe: `KEEP_ALIVE_TIME` (P.5 #30), 2 hours.
    pub time: Duration,
    /// Time between probes: `KEEP_ALIVE_INTERVAL` (P.5 #31), 1 s.
    pub interval: Duration,
}

impl Default for KeepAlive {
    fn default() -> Self {
        KeepAlive { time: Duration::from_secs(2 * 60 * 60), interval: Duration::from_secs(1) }
    }
}

impl TcpOptions {
    /// Puts the layer around a stream, if there is one.
    pub(crate) fn wrap(&self, stream: BoxStream) -> BoxStream {
        StreamLayer::around(self.layer.as_ref(), stream)
    }

    /// Sets the options of a connected socket.
    pub(crate) fn apply(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(self.no_delay)?;
        if let Some(KeepAlive { time, interval }) = self.keep_alive {
            let probes = TcpKeepalive::new().with_time(time).with_interval(interval);
            SockRef::from(stream).set_tcp_keepalive(&probes)?;
        }
        Ok(())
    }
}

/// Connects to `host`, trying its addresses one after the other. `CONNECT_TIMEOUT` is the caller's.
pub(crate) async fn connect(
    host: &str,
    port: u16,
    options: &TcpOptions,
    timeouts: &Timeouts,
    abort: &Abort,
) -> Result<(TcpStream, SocketAddr)> {
    let mut failed = None;
    for address in resolve(host, port, options.ip_version, timeouts, abort).await? {
        let connected =
            TcpStream::connect(address).await.and_then(|stream| options.apply(&stream).map(|()| stream));
        match connected {
            Ok(stream) => return Ok((stream, address)),
            Err(error) => failed = Some(connect_error(error, &format!("{host} at {address}"))),
        }
    }
    Err(failed.unwrap_or_else(|| {
        let text = format!("{host} has no address of the IP version that is set");
        Error::new(ErrorCode::EndpointNotFound, text)
    }))
}

/// The addresses of a name, within `RESOLVE_TIMEOUT`.
pub(crate) async fn resolve(
    host: &str,
    port: u16,
    version: IpVersion,
    timeouts: &Timeouts,
    abort: &Abort,
) -> Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let look_up = async {
        let found = tokio::net::lookup_host((host, port)).await.map_err(|error| {
            Error::new(ErrorCode::EndpointNotFound, format!("the name {host:?} has no address: {error}"))
                .caused_by(error)
        })?;
        Ok(found.filter(|address| version.allows(address)).collect())
    };
    timeouts.limit(Step::Resolve).run(abort, look_up).await
}

/// Where a listener's URL binds (WWSAPI L): `+`, `*` and names everywhere, an address there, `localhost` on loopback.
pub(crate) fn bind_addresses(url: &Url, port: u16, version: IpVersion) -> Vec<SocketAddr> {
    let literal = url.host_name().parse::<IpAddr>().ok();
    let candidates: Vec<IpAddr> = match literal {
        Some(address) => vec![address],
        None if url.host.eq_ignore_ascii_case("localhost") => {
            vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
        }
        None => vec![Ipv6Addr::UNSPECIFIED.into(), Ipv4Addr::UNSPECIFIED.into()],
    };
    candidates
        .into_iter()
        .map(|ip| SocketAddr::new(ip, port))
        .filter(|address| version.allows(address))
        .collect()
}

/// Listens at the first of `addresses` that works; `[::]` takes IPv4 too.
pub(crate) fn listen(addresses: &[SocketAddr], options: &TcpOptions) -> Result<TcpListener> {
    let mut failed = Error::argument("no address of the IP version that is set");
    for address in addresses {
        match try_listen(*address, options) {
            Ok(listener) => return Ok(listener),
            // Only an address family that is not there makes the next one worth a try.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                return Err(listen_error(error, &address.to_string()));
            }
            Err(error) => failed = listen_error(error, &address.to_string()),
        }
    }
    Err(failed)
}

fn try_listen(address: SocketAddr, options: &TcpOptions) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(options.ip_version == IpVersion::V6)?;
    }
    // A restarted service gets its port back while old connections still linger.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(options.backlog).unwrap_or(i32::MAX))?;
    TcpListener::from_std(socket.into())
}
