//! Data sessions on a network interface: frames with the VLAN tag 256 + session id. `cdc_mbim.rst`, "Device Service Streams".
//!
//! ```text
//! sent:      | 6 any | 6 any | 8100 | 256 + id | 88B5 | datagram
//! received:  | 6 ours | 6 zero | 0001 | datagram          (the kernel takes the tag off and keeps it beside the frame)
//! ```
//!
//! No VLAN device is needed: a packet socket sends and receives tagged frames. One socket per session, with a filter in the kernel for its
//! tag, so that other sessions, IP traffic and frames that this machine sent never reach us.
//!
//! Frames go to the driver and not through the queueing discipline of the interface. That is CoDel with most distributions, which drops
//! what has waited for some milliseconds, without a word to the sender: right for IP, and a hole in a data session. The driver itself
//! says when it takes no more.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, IoSlice, Read, Write},
    os::fd::AsRawFd,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use nix::{
    errno::Errno,
    libc,
    sys::socket::{LinkAddr, MsgFlags, MultiHeaders, SockaddrLike, bind, sendmmsg, setsockopt, sockopt},
};
use socket2::{Domain, Protocol, SockFilter, Socket, Type};
use tokio::{io::unix::AsyncFd, time::Sleep};

use super::{super::Core, netlink, network};
use crate::{Code, Error, Result, host::RequestId};

/// The tag of data session 0.
const FIRST_TAG: u16 = 256;
/// Any type but IPv4 and IPv6, whose frames the driver drops: the one for local experiments, IEEE 802.
const ETHERTYPE: u16 = 0x88B5;
/// Bytes before the datagram in a frame that is sent.
const SENT_HEAD: usize = 18;
/// Bytes before the datagram in a frame that is received.
const RECEIVED_HEAD: usize = 14;
/// How many datagrams one call of the kernel sends.
const BATCH: usize = 32;
/// How long to wait while the driver takes no more.
const RETRY: Duration = Duration::from_millis(1);
/// The largest frame that is received: the driver's NTBs hold 64 KiB at most.
const LARGEST: usize = 1 << 16;
/// How much may wait in the socket to be read, in bytes: what overflows is lost.
const RECEIVE_BUFFER: usize = 4 << 20;

/// Frames are given to the driver, past the interface's queueing discipline.
#[derive(Clone, Copy, Debug)]
struct QdiscBypass;

nix::setsockopt_impl!(
    QdiscBypass,
    libc::SOL_PACKET,
    libc::PACKET_QDISC_BYPASS,
    bool,
    nix::sys::socket::sockopt::SetBool
);

/// A socket for one data session on a network interface.
#[derive(Debug)]
pub struct PacketSocket {
    socket: AsyncFd<Socket>,
    head: [u8; SENT_HEAD],
}

impl PacketSocket {
    /// Opens a socket for `session` on `interface`.
    ///
    /// # Errors
    /// `E_ACCESSDENIED` without CAP_NET_RAW; `ERROR_NOT_FOUND` if there is no such interface.
    pub fn open(interface: &str, session: u8) -> Result<Self> {
        let tag = FIRST_TAG + u16::from(session);
        Self::open_tag(interface, tag, frame_head(session)).map_err(|error| {
            let advice = match error.kind() {
                io::ErrorKind::PermissionDenied => {
                    ": run as root, or give the program the capability (setcap cap_net_raw,cap_net_admin+ep)"
                }
                _ => "",
            };
            Error::from(error).context(format!("cannot open data session {session} on {interface}{advice}"))
        })
    }

    fn open_tag(interface: &str, tag: u16, head: [u8; SENT_HEAD]) -> io::Result<Self> {
        const ETH_P_ALL: u16 = 0x0003;
        let socket =
            Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(i32::from(ETH_P_ALL.to_be()))))?;
        socket.attach_filter(&filter(tag))?;
        bind(socket.as_raw_fd(), &address(interface)?)?;
        setsockopt(&socket, QdiscBypass, &true)?;
        // Past the limit of the system if we may, up to it if not.
        if setsockopt(&socket, sockopt::RcvBufForce, &RECEIVE_BUFFER).is_err() {
            socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        }
        socket.set_nonblocking(true)?;
        // What came before the bind may be of any interface.
        let mut buffer = [0; 1];
        while (&socket).read(&mut buffer).is_ok() {}
        Ok(Self { socket: super::watch(socket)?, head })
    }

    /// Sends a datagram. `ENOBUFS` means that the driver takes no more now: wait a moment and try again.
    pub fn poll_send(&self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<()>> {
        loop {
            let slices = [IoSlice::new(&self.head), IoSlice::new(data)];
            match self.socket.get_ref().write_vectored(&slices) {
                Ok(_) => return Poll::Ready(Ok(())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let Poll::Ready(ready) = self.socket.poll_write_ready(cx) else { return Poll::Pending };
                    ready?.clear_ready();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Sends datagrams with one call of the kernel, as many as the interface takes now: at least one. An error is that of the first.
    fn poll_send_all<'d>(
        &self,
        cx: &mut Context<'_>,
        datagrams: impl Iterator<Item = &'d Bytes>,
    ) -> Poll<io::Result<usize>> {
        let frames: Vec<[IoSlice<'_>; 2]> =
            datagrams.map(|data| [IoSlice::new(&self.head), IoSlice::new(data)]).collect();
        let nowhere: Vec<Option<LinkAddr>> = vec![None; frames.len()]; // the socket is bound to the interface
        let mut headers = MultiHeaders::preallocate(frames.len(), None);
        let fd = self.socket.get_ref().as_raw_fd();
        loop {
            match sendmmsg(fd, &mut headers, &frames, &nowhere, [], MsgFlags::empty()) {
                Ok(sent) => return Poll::Ready(Ok(sent.count())),
                Err(Errno::EAGAIN) => {
                    let Poll::Ready(ready) = self.socket.poll_write_ready(cx) else { return Poll::Pending };
                    ready?.clear_ready();
                }
                Err(Errno::EINTR) => {}
                Err(error) => return Poll::Ready(Err(error.into())),
            }
        }
    }

    /// Receives a datagram into `buffer`, which must have room for 64 KiB.
    pub fn poll_receive(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<Bytes>> {
        loop {
            match self.socket.get_ref().read(buffer) {
                Ok(count) if count > RECEIVED_HEAD => {
                    let data = buffer.get(RECEIVED_HEAD..count).unwrap_or_default();
                    return Poll::Ready(Ok(Bytes::copy_from_slice(data)));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let Poll::Ready(ready) = self.socket.poll_read_ready(cx) else { return Poll::Pending };
                    ready?.clear_ready();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

/// What stands before a datagram of `session` in a frame that is sent.
pub fn frame_head(session: u8) -> [u8; SENT_HEAD] {
    let mut head = [0; SENT_HEAD];
    let tail = [0x8100, FIRST_TAG + u16::from(session), ETHERTYPE];
    for (place, number) in head.iter_mut().skip(12).zip(tail.into_iter().flat_map(u16::to_be_bytes)) {
        *place = number;
    }
    head
}

/// Lets through what came from the interface with this tag, and nothing else.
fn filter(tag: u16) -> [SockFilter; 9] {
    // Linux filter.h: opcodes, and the places of what the kernel knows about a frame.
    const LOAD: u16 = 0x20;
    const AND: u16 = 0x54;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    const AD: u32 = 0xFFFF_F000;
    const PACKET_TYPE: u32 = AD + 4;
    const VLAN_TAG: u32 = AD + 44;
    const VLAN_PRESENT: u32 = AD + 48;
    const OUTGOING: u32 = 4;
    [
        SockFilter::new(LOAD, 0, 0, PACKET_TYPE),
        SockFilter::new(JUMP_IF_EQUAL, 6, 0, OUTGOING),
        SockFilter::new(LOAD, 0, 0, VLAN_PRESENT),
        SockFilter::new(JUMP_IF_EQUAL, 4, 0, 0),
        SockFilter::new(LOAD, 0, 0, VLAN_TAG),
        SockFilter::new(AND, 0, 0, 0x0FFF),
        SockFilter::new(JUMP_IF_EQUAL, 0, 1, u32::from(tag)),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
        SockFilter::new(RETURN, 0, 0, 0),
    ]
}

/// The link-layer address of an interface.
fn address(interface: &str) -> io::Result<LinkAddr> {
    let found = nix::ifaddrs::getifaddrs()?.find_map(|entry| {
        let address = entry.address.filter(|_| entry.interface_name == interface)?;
        address
            .as_link_addr()
            .copied()
            .filter(|address| address.family() == Some(nix::sys::socket::AddressFamily::Packet))
    });
    found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such network interface"))
}

/// The largest datagram that an interface takes: its MTU.
pub(crate) fn max_payload(interface: &str) -> Result<usize> {
    Ok(netlink::link(interface)?.mtu)
}

/// A write that the interface has not taken yet.
#[derive(Debug)]
struct Pending {
    request: RequestId,
    session: u8,
    data: Bytes,
}

/// The data sessions of a modem on its network interface.
#[derive(Debug)]
pub(crate) struct PacketPlane {
    interface: String,
    sockets: BTreeMap<u8, PacketSocket>,
    /// The writes that the interface has not taken yet, at most [`BATCH`].
    pending: VecDeque<Pending>,
    /// When to try again: a driver that takes frames again wakes nobody.
    retry: Option<Pin<Box<Sleep>>>,
    buffer: Box<[u8]>,
}

impl PacketPlane {
    pub(crate) fn new(interface: String) -> Self {
        Self {
            interface,
            sockets: BTreeMap::new(),
            pending: VecDeque::with_capacity(BATCH),
            retry: None,
            buffer: vec![0; LARGEST].into(),
        }
    }

    pub(crate) fn attach(&mut self, session: u8) -> Result<()> {
        network::prepare(&self.interface)?;
        self.sockets.insert(session, PacketSocket::open(&self.interface, session)?);
        Ok(())
    }

    /// The session is over. What it has not sent was given up when it was closed.
    pub(crate) fn detach(&mut self, session: u8) {
        self.sockets.remove(&session);
        self.pending.retain(|pending| pending.session != session);
    }

    /// True if another write may come before the next [`poll_flush`](Self::poll_flush).
    pub(crate) fn has_room(&self) -> bool {
        self.pending.len() < BATCH
    }

    pub(crate) fn write(&mut self, request: RequestId, session: u8, data: Bytes) {
        self.pending.push_back(Pending { request, session, data });
    }

    /// Sends the writes that wait. False if some still wait: for the interface, or for [`RETRY`].
    pub(crate) fn poll_flush<C: Core>(&mut self, cx: &mut Context<'_>, core: &mut C) -> bool {
        if let Some(retry) = &mut self.retry
            && retry.as_mut().poll(cx).is_pending()
        {
            return false;
        }
        self.retry = None;
        while let Some(first) = self.pending.front() {
            let session = first.session;
            let run = self.pending.iter().take_while(|pending| pending.session == session);
            let result = match self.sockets.get(&session) {
                Some(socket) => match socket.poll_send_all(cx, run.map(|pending| &pending.data)) {
                    // Full, or down. If the modem is gone the control channel says so; else the interface may be raised again.
                    Poll::Ready(Err(error))
                        if matches!(error.raw_os_error(), Some(libc::ENOBUFS | libc::ENETDOWN)) =>
                    {
                        self.retry = Some(Box::pin(tokio::time::sleep(RETRY)));
                        cx.waker().wake_by_ref();
                        return false;
                    }
                    Poll::Ready(result) => result.map_err(|error| sending(error, first.data.len())),
                    Poll::Pending => return false,
                },
                None => Err(Error::new(Code::OpenFailed, "the data session is not open")),
            };
            let (count, result) = match result {
                Ok(sent) => (sent, Ok(())),
                Err(error) => (1, Err(error)),
            };
            for pending in self.pending.drain(..count.min(self.pending.len())) {
                core.handle_written(pending.request, result.clone());
            }
        }
        true
    }

    /// Receives what there is. True if anything came.
    pub(crate) fn poll_read<C: Core>(&mut self, cx: &mut Context<'_>, core: &mut C) -> Result<bool> {
        let mut moved = false;
        for (&session, socket) in &self.sockets {
            for _ in 0..64 {
                if core.data_room(session) == 0 {
                    break;
                }
                let Poll::Ready(received) = socket.poll_receive(cx, &mut self.buffer) else { break };
                match received {
                    Ok(data) => {
                        core.handle_data(session, data);
                        moved = true;
                    }
                    // The interface went down. If the modem is gone the control channel says so; else it may be raised again.
                    Err(error) if error.raw_os_error() == Some(libc::ENETDOWN) => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(moved)
    }
}

fn sending(error: io::Error, size: usize) -> Error {
    if error.raw_os_error() == Some(libc::EMSGSIZE) {
        return Error::new(
            Code::BufferOverflow,
            format!("{size} bytes are more than the network interface takes"),
        );
    }
    Error::from(error).context("the network interface did not take the datagram")
}
