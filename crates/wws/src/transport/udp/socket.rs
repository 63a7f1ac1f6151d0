//! Sockets that send and receive messages as datagrams.

use super::{Duplicates, Recent, Repeat};
use crate::{
    Error, ErrorCode, Result,
    transport::{
        Abort, Chunk, Timeouts,
        error::{connection_error, listen_error},
        listener_url::{ListenerUrl, endpoint},
        tcp::{IpVersion, bind_addresses, resolve},
    },
    url::{Scheme, Url},
};
use bytes::{Bytes, BytesMut};
use socket2::{Domain, InterfaceIndexOrAddress, Protocol, SockAddr, SockRef, Socket as RawSocket, Type};
use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::BuildHasher,
    io::{self, IoSlice},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};
use tokio::{io::Interest, net::UdpSocket};

/// The most octets of a message: what a datagram over IPv4 holds. (`MAX_BUFFERED_MESSAGE_SIZE` is fixed at 65,536 for
/// UDP, which no datagram can hold.)
pub const MAX_DATAGRAM_SIZE: usize = 65_507;

/// Room for any datagram.
const ROOM: usize = 65_536;

/// What a socket is to do.
#[derive(Clone)]
pub struct UdpOptions {
    /// Which version of IP to use.
    pub ip_version: IpVersion,
    /// Whether a listener takes part in the group that its URL names: `IS_MULTICAST` (WWSAPI P.6 #7).
    pub is_multicast: bool,
    /// The interfaces on which a listener joins, by index: `MULTICAST_INTERFACES` (P.6 #8). None leaves the choice to
    /// the system.
    pub multicast_interfaces: Vec<u32>,
    /// Whether what we send to a group reaches listeners on this host: `MULTICAST_LOOPBACK` (P.6 #9); true.
    pub multicast_loopback: bool,
    /// The interface that we send to a group on, by index: `MULTICAST_INTERFACE` (P.5 #19). 0 leaves the choice to the
    /// system.
    pub multicast_interface: u32,
    /// Routers that what we send to a group may pass, and this network: `MULTICAST_HOPS` (P.5 #20); 1.
    pub multicast_hops: u32,
    /// When datagrams are sent again.
    pub repeat: Repeat,
    /// Which datagrams to drop as seen before; the last 1,024 by default, `None` for none.
    pub duplicates: Option<Arc<dyn Duplicates>>,
    /// Ends whatever waits on the socket.
    pub abort: Abort,
    /// Sees every datagram; none by default.
    pub observer: Option<DatagramObserver>,
}

/// Sees the datagrams of sockets.
///
/// ```
/// use wws::transport::udp::{DatagramObserver, UdpOptions};
/// let observer = DatagramObserver::new(|passing, peer, octets| eprintln!("{passing:?} {peer}: {} octets", octets.len()));
/// let options = UdpOptions { observer: Some(observer), ..UdpOptions::default() };
/// ```
#[derive(Clone)]
pub struct DatagramObserver(Arc<Observe>);

type Observe = dyn Fn(Passing, SocketAddr, &[u8]) + Send + Sync;

/// What happens to a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Passing {
    /// It was sent for the first time.
    Sent,
    /// It was sent once more, because datagrams get lost (SOAP-over-UDP 1.1 appendix I).
    SentAgain,
    /// It arrived.
    Received,
    /// It arrived once more, and is dropped.
    Duplicate,
}

impl DatagramObserver {
    /// An observer that a function is. It gets the peer and the datagram, and must not block.
    pub fn new(observe: impl Fn(Passing, SocketAddr, &[u8]) + Send + Sync + 'static) -> Self {
        DatagramObserver(Arc::new(observe))
    }
}

impl fmt::Debug for DatagramObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatagramObserver")
    }
}

impl UdpOptions {
    fn observe(&self, passing: Passing, peer: SocketAddr, octets: &[u8]) {
        if let Some(DatagramObserver(observe)) = &self.observer {
            observe(passing, peer, octets);
        }
    }
}

impl Default for UdpOptions {
    fn default() -> Self {
        UdpOptions {
            ip_version: IpVersion::Auto,
            is_multicast: false,
            multicast_interfaces: Vec::new(),
            multicast_loopback: true,
            multicast_interface: 0,
            multicast_hops: 1,
            repeat: Repeat::default(),
            duplicates: Some(Arc::new(Recent::default())),
            abort: Abort::new(),
            observer: None,
        }
    }
}

impl fmt::Debug for UdpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UdpOptions")
            .field("is_multicast", &self.is_multicast)
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

/// A message that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// The envelope.
    pub octets: Bytes,
    /// Who sent it.
    pub peer: SocketAddr,
}

/// A socket for datagrams. All its functions may be called at the same time.
#[derive(Debug)]
pub struct Socket {
    udp: Arc<UdpSocket>,
    options: UdpOptions,
    /// Where a client sends to.
    remote: Option<SocketAddr>,
    /// The group of a listener.
    group: Option<IpAddr>,
}

impl Socket {
    /// A socket that sends to the host or group of a `soap.udp` URL and takes answers from anybody.
    ///
    /// # Errors
    /// `InvalidEndpointUrl` without a port; `EndpointNotFound` for a name without an address.
    pub async fn open(url: &str, options: UdpOptions) -> Result<Self> {
        let parsed = endpoint(url, &[Scheme::SoapUdp])?;
        let port = port(&parsed, url)?;
        let version = options.ip_version;
        let found = resolve(parsed.host_name(), port, version, &Timeouts::NONE, &options.abort).await?;
        let remote = found.first().copied().ok_or_else(|| {
            Error::new(
                ErrorCode::EndpointNotFound,
                format!("{url} has no address of the IP version that is set"),
            )
        })?;
        let any: IpAddr =
            if remote.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let udp =
            bind(SocketAddr::new(any, 0), &options, false).map_err(|e| listen_error(e, "a free UDP port"))?;
        Ok(Socket { udp: Arc::new(udp), options, remote: Some(remote), group: None })
    }

    /// A socket that receives at a `soap.udp` URL (WWSAPI L): at the host's address, or, with `is_multicast`, what is
    /// sent to the group. Port 0 takes any free one.
    ///
    /// # Errors
    /// `InvalidEndpointUrl`; `InvalidArgument` if `is_multicast` and the host disagree; `AddressInUse`,
    /// `AddressNotAvailable`.
    pub fn listen(url: &str, options: UdpOptions) -> Result<Self> {
        let parsed = ListenerUrl::parse(url, &[Scheme::SoapUdp])?.url;
        let port = port(&parsed, url)?;
        let group = parsed.host_name().parse::<IpAddr>().ok().filter(IpAddr::is_multicast);
        if group.is_some() != options.is_multicast {
            return Err(Error::argument(
                "is_multicast is to be set if, and only if, the host is a group's address",
            ));
        }
        let addresses = match group {
            Some(IpAddr::V4(_)) => vec![SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port)],
            Some(IpAddr::V6(_)) => vec![SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port)],
            None => bind_addresses(&parsed, port, options.ip_version),
        };
        let mut failed = Error::argument("the host has no address of the IP version that is set");
        for address in addresses {
            match bind(address, &options, group.is_some()) {
                Ok(udp) => {
                    let interfaces = options.multicast_interfaces.clone();
                    let socket = Socket { udp: Arc::new(udp), options, remote: None, group };
                    socket.join_all(&interfaces)?;
                    return Ok(socket);
                }
                Err(error) => failed = listen_error(error, &address.to_string()),
            }
        }
        Err(failed)
    }

    /// Takes part in the listener's group on another interface: `MULTICAST_INTERFACES` set after the listener is open.
    /// 0 leaves the choice to the system.
    ///
    /// # Errors
    /// `InvalidOperation` if the socket has no group; `AddressNotAvailable` for an interface that cannot.
    pub fn join(&self, interface: u32) -> Result<()> {
        let socket = SockRef::from(&*self.udp);
        let joined = match self.group {
            None => return Err(Error::operation("the socket listens to no group")),
            Some(IpAddr::V4(group)) => {
                socket.join_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(interface))
            }
            Some(IpAddr::V6(group)) => socket.join_multicast_v6(&group, interface),
        };
        // The group may have been joined there before.
        joined
            .or_else(|error| if error.kind() == io::ErrorKind::AddrInUse { Ok(()) } else { Err(error) })
            .map_err(|error| {
                let text = format!("the group cannot be joined on interface {interface}: {error}");
                Error::new(ErrorCode::AddressNotAvailable, text).caused_by(error)
            })
    }

    /// Sends to groups over another interface from now on: `MULTICAST_INTERFACE` set on an open channel (P.5 #19). 0
    /// leaves the choice to the system.
    ///
    /// # Errors
    /// `AddressNotAvailable` for an interface that is not there.
    pub fn set_multicast_interface(&self, interface: u32) -> Result<()> {
        let socket = SockRef::from(&*self.udp);
        let set = match self.local_address()? {
            SocketAddr::V4(_) => set_interface_v4(&socket, interface),
            SocketAddr::V6(_) => socket.set_multicast_if_v6(interface),
        };
        set.map_err(|error| {
            let text = format!("nothing can be sent to groups over interface {interface}: {error}");
            Error::new(ErrorCode::AddressNotAvailable, text).caused_by(error)
        })
    }

    /// The socket's own address.
    pub fn local_address(&self) -> Result<SocketAddr> {
        self.udp.local_addr().map_err(connection_error)
    }

    /// Where [`send`](Self::send) sends to: `WS_CHANNEL_PROPERTY_REMOTE_ADDRESS` (P.5 #21).
    pub fn remote_address(&self) -> Option<SocketAddr> {
        self.remote
    }

    /// Sends a message to the address that the socket was opened for; it is sent again in the background.
    ///
    /// # Errors
    /// `QuotaExceeded` over [`MAX_DATAGRAM_SIZE`]; `InvalidOperation` on a listener; `OperationAborted`.
    pub async fn send(&self, chunks: &[Chunk<'_>]) -> Result<()> {
        match self.remote {
            Some(remote) => self.send_to(chunks, remote).await,
            None => Err(Error::operation("a listener has nobody to send to; name the peer")),
        }
    }

    /// Sends a message to an address; it is sent again in the background, until the socket is aborted.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_to(&self, chunks: &[Chunk<'_>], to: SocketAddr) -> Result<()> {
        let size = Chunk::total(chunks);
        if size > MAX_DATAGRAM_SIZE as u64 {
            let text = format!(
                "a message of {size} octets, but a datagram holds {MAX_DATAGRAM_SIZE}; use TCP or HTTP"
            );
            return Err(Error::quota(text));
        }
        let slices: Vec<IoSlice<'_>> = chunks.iter().map(|chunk| IoSlice::new(chunk)).collect();
        let abort = &self.options.abort;
        abort.run(async { send_vectored(&self.udp, &slices, to).await.map_err(connection_error) }).await?;
        if self.options.observer.is_some() {
            let octets: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.iter().copied()).collect();
            self.options.observe(Passing::Sent, to, &octets);
        }
        let mut delays = self.options.repeat.delays(to.ip().is_multicast(), random()).peekable();
        if delays.peek().is_some() {
            let octets = chunks.iter().flat_map(|chunk| chunk.iter().copied()).collect::<Bytes>();
            let (udp, abort, options) = (self.udp.clone(), abort.clone(), self.options.clone());
            tokio::spawn(async move {
                for delay in delays {
                    let again = async {
                        tokio::time::sleep(delay).await;
                        udp.send_to(&octets, to).await.map(drop).map_err(connection_error)
                    };
                    if abort.run(again).await.is_err() {
                        return;
                    }
                    options.observe(Passing::SentAgain, to, &octets);
                }
            });
        }
        Ok(())
    }

    /// Waits for the next message that is new. Dropping the future loses nothing.
    ///
    /// # Errors
    /// `OperationAborted`.
    pub async fn receive(&self) -> Result<Datagram> {
        let duplicates = self.options.duplicates.as_deref();
        let mut buffer = BytesMut::with_capacity(ROOM);
        loop {
            let received = async { Ok(self.udp.recv_buf_from(&mut buffer).await) };
            match self.options.abort.run(received).await? {
                Ok((_, peer)) if duplicates.is_none_or(|duplicates| duplicates.is_new(&buffer, peer)) => {
                    self.options.observe(Passing::Received, peer, &buffer);
                    // A copy, so that a small message does not hold the room of a large one.
                    return Ok(Datagram { octets: Bytes::copy_from_slice(&buffer), peer });
                }
                Ok((_, peer)) => self.options.observe(Passing::Duplicate, peer, &buffer),
                // Linux reports that an earlier datagram reached nobody; that says nothing about the next.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(connection_error(error)),
            }
            buffer.clear();
        }
    }

    /// A handle that ends whatever waits on the socket.
    pub fn abort_handle(&self) -> Abort {
        self.options.abort.clone()
    }

    fn join_all(&self, interfaces: &[u32]) -> Result<()> {
        match (self.group, interfaces) {
            (None, _) => Ok(()),
            (Some(_), []) => self.join(0),
            (Some(_), some) => some.iter().try_for_each(|interface| self.join(*interface)),
        }
    }
}

fn port(url: &Url, text: &str) -> Result<u16> {
    url.port.ok_or_else(|| {
        Error::new(
            ErrorCode::InvalidEndpointUrl,
            format!("{text:?} names no port; soap.udp has none of its own"),
        )
    })
}

fn bind(address: SocketAddr, options: &UdpOptions, shared: bool) -> io::Result<UdpSocket> {
    let socket = RawSocket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if shared {
        // Several listeners of a group share its port (WWSAPI P.6 #7).
        socket.set_reuse_address(true)?;
    }
    if address.is_ipv4() {
        socket.set_multicast_ttl_v4(options.multicast_hops)?;
        socket.set_multicast_loop_v4(options.multicast_loopback)?;
        set_interface_v4(&socket, options.multicast_interface)?;
        // Only the groups that this socket has joined.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        socket.set_multicast_all_v4(false)?;
    } else {
        socket.set_only_v6(shared || options.ip_version == IpVersion::V6)?;
        socket.set_multicast_hops_v6(options.multicast_hops)?;
        socket.set_multicast_loop_v6(options.multicast_loopback)?;
        socket.set_multicast_if_v6(options.multicast_interface)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        socket.set_multicast_all_v6(false)?;
    }
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn set_interface_v4(socket: &RawSocket, interface: u32) -> io::Result<()> {
    let any = Ipv4Addr::UNSPECIFIED;
    rustix::net::sockopt::set_ip_multicast_if_with_ifindex(socket, &any, &any, interface)
        .map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn set_interface_v4(socket: &RawSocket, interface: u32) -> io::Result<()> {
    // An address 0.0.0.n stands for interface n (RFC 1724 3.3; Windows and the BSDs).
    socket.set_multicast_if_v4(&Ipv4Addr::from(interface))
}

async fn send_vectored(udp: &UdpSocket, slices: &[IoSlice<'_>], to: SocketAddr) -> io::Result<()> {
    let to = SockAddr::from(to);
    udp.async_io(Interest::WRITABLE, || SockRef::from(udp).send_to_vectored(slices, &to)).await.map(drop)
}

/// A number that differs from call to call; nothing depends on its quality.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}
