//! Two small uses of netlink: raising a network interface, and hearing that devices come and go.
//!
//! Two fixed messages do not need a netlink library: what is sent is 32 bytes, what is read is one number or one line of text.

use std::{
    fs, io,
    os::fd::{AsRawFd, OwnedFd},
    path::Path,
};

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, send, socket,
};
use tokio::io::unix::AsyncFd;

use crate::{Error, Result};

/// Raises a network interface, without the router solicitation that IPv6 would send on the modem's IP session 0.
///
/// # Errors
/// `E_ACCESSDENIED` without CAP_NET_ADMIN.
pub(crate) fn raise(interface: &str) -> Result<()> {
    let folder = Path::new("/sys/class/net").join(interface);
    let flags = fs::read_to_string(folder.join("flags"))?;
    if u32::from_str_radix(flags.trim().trim_start_matches("0x"), 16).is_ok_and(|flags| flags & IFF_UP != 0) {
        return Ok(());
    }
    // A kernel without IPv6 has no such file, and an interface that is up is left as its owner wants it.
    let _no_ipv6 = fs::write(format!("/proc/sys/net/ipv6/conf/{interface}/disable_ipv6"), "1");
    let index: u32 = fs::read_to_string(folder.join("ifindex"))?.trim().parse().map_err(io::Error::other)?;
    set_up(index).map_err(|error| {
        let advice = format!("cannot raise {interface}: run as root or with CAP_NET_ADMIN, or do it before (ip link set {interface} up)");
        Error::from(error).context(advice)
    })
}

const IFF_UP: u32 = 1;

/// RTM_NEWLINK with IFF_UP, and the kernel's acknowledgement.
fn set_up(index: u32) -> io::Result<()> {
    const NLM_F_REQUEST_ACK: u16 = 0x0005;
    const RTM_NEWLINK: u16 = 16;
    const NLMSG_ERROR: u16 = 2;
    let socket =
        socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute)?;
    let mut message = Vec::with_capacity(32);
    message.extend(32u32.to_ne_bytes()); // length
    message.extend(RTM_NEWLINK.to_ne_bytes());
    message.extend(NLM_F_REQUEST_ACK.to_ne_bytes());
    message.extend([0; 8]); // sequence, port
    message.extend([0; 4]); // family, padding, type
    message.extend(index.to_ne_bytes());
    message.extend(IFF_UP.to_ne_bytes()); // flags
    message.extend(IFF_UP.to_ne_bytes()); // which of them change
    send(socket.as_raw_fd(), &message, MsgFlags::empty())?;
    let mut answer = [0; 256];
    let count = recv(socket.as_raw_fd(), &mut answer, MsgFlags::empty())?;
    match answer.get(..count) {
        Some([_, _, _, _, t0, t1, _, _, _, _, _, _, _, _, _, _, e0, e1, e2, e3, ..])
            if u16::from_ne_bytes([*t0, *t1]) == NLMSG_ERROR =>
        {
            match i32::from_ne_bytes([*e0, *e1, *e2, *e3]) {
                0 => Ok(()),
                error => Err(io::Error::from_raw_os_error(-error)),
            }
        }
        _ => Err(io::Error::other("netlink answered with something else than an acknowledgement")),
    }
}

/// The kernel's messages that devices come and go.
#[derive(Debug)]
pub(crate) struct Uevents {
    socket: AsyncFd<OwnedFd>,
}

impl Uevents {
    /// Begins to listen. Needs no permission.
    pub(crate) fn new() -> Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let protocol = SockProtocol::NetlinkKObjectUEvent;
        let socket =
            socket(AddressFamily::Netlink, SockType::Datagram, flags, protocol).map_err(io::Error::from)?;
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, 1)).map_err(io::Error::from)?;
        Ok(Self { socket: super::watch(socket)? })
    }

    /// The next message: `ACTION@path`, such as `add@/devices/…`. Those that overflowed the kernel's buffer are told as `overflow@`.
    pub(crate) async fn next(&self) -> Result<String> {
        loop {
            let mut ready = self.socket.readable().await?;
            let mut message = [0; 8192];
            let received =
                ready.try_io(|socket| Ok(recv(socket.as_raw_fd(), &mut message, MsgFlags::empty())?));
            match received {
                Ok(Ok(count)) => {
                    let line = message.get(..count).unwrap_or_default().split(|&byte| byte == 0).next();
                    return Ok(String::from_utf8_lossy(line.unwrap_or_default()).into_owned());
                }
                Ok(Err(error)) if error.raw_os_error() == Some(nix::libc::ENOBUFS) => {
                    return Ok("overflow@".into());
                }
                Ok(Err(error)) => return Err(error.into()),
                Err(_would_block) => {}
            }
        }
    }
}
