//! Two small uses of netlink: raising a network interface, and hearing that devices come and go.
//!
//! Two fixed messages do not need a netlink library: what is sent is 32 bytes, what is read is one number or one line of text.

use std::{
    fs, io,
    os::fd::{AsRawFd, OwnedFd},
};

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, send, socket,
};
use tokio::io::unix::AsyncFd;

use crate::{Code, Error, Result};

/// A network interface, as the kernel describes it. `/sys` would say the same, but in a container perhaps of another namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The number of the interface.
    pub(crate) index: u32,
    /// It is raised.
    pub(crate) is_up: bool,
    /// The largest payload of a frame, in bytes.
    pub(crate) mtu: usize,
}

/// Asks for a network interface.
///
/// # Errors
/// `ERROR_NOT_FOUND` if there is none of this name.
pub(crate) fn link(interface: &str) -> Result<Link> {
    let context = |error: io::Error| match error.raw_os_error() {
        Some(nix::libc::ENODEV) => {
            Error::new(Code::NotFound, format!("there is no network interface {interface}"))
        }
        _ => Error::from(error).context(format!("cannot ask for the network interface {interface}")),
    };
    let index = nix::net::if_::if_nametoindex(interface).map_err(|error| context(error.into()))?;
    let answer = converse(RTM_GETLINK, index, [0, 0]).map_err(context)?;
    let flags = number(&answer, NLMSG_HEADER + 8).unwrap_or(0);
    let mtu = attribute(&answer, IFLA_MTU)
        .ok_or_else(|| context(io::Error::other("the kernel did not say its MTU")))?;
    Ok(Link { index, is_up: flags & IFF_UP != 0, mtu: mtu as usize })
}

/// Raises a network interface, without the router solicitation that IPv6 would send on the modem's IP session 0.
///
/// # Errors
/// `E_ACCESSDENIED` without CAP_NET_ADMIN.
pub(crate) fn raise(interface: &str) -> Result<()> {
    let link = link(interface)?;
    if link.is_up {
        return Ok(()); // left as its owner wants it
    }
    // A kernel without IPv6 has no such file.
    let _no_ipv6 = fs::write(format!("/proc/sys/net/ipv6/conf/{interface}/disable_ipv6"), "1");
    converse(RTM_NEWLINK, link.index, [IFF_UP, IFF_UP]).map(drop).map_err(|error| {
        let advice = format!(
            "cannot raise {interface}: run as root or with CAP_NET_ADMIN, or do it before (ip link set {interface} up)"
        );
        Error::from(error).context(advice)
    })
}

const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const NLMSG_ERROR: u16 = 2;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_ACK: u16 = 0x4;
/// Bytes of the header of a message, and of what describes a link in it.
const NLMSG_HEADER: usize = 16;
const IFINFOMSG: usize = 16;
const IFLA_MTU: u16 = 4;
const IFF_UP: u32 = 1;

/// Sends a message about a link, with flags and which of them are to change, and receives the answer.
fn converse(message_type: u16, index: u32, flags_and_mask: [u32; 2]) -> io::Result<Vec<u8>> {
    let socket =
        socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute)?;
    let acknowledge = if message_type == RTM_NEWLINK { NLM_F_ACK } else { 0 };
    let mut message = Vec::with_capacity(NLMSG_HEADER + IFINFOMSG);
    message.extend(32u32.to_ne_bytes()); // length
    message.extend(message_type.to_ne_bytes());
    message.extend((NLM_F_REQUEST | acknowledge).to_ne_bytes());
    message.extend([0; 8]); // sequence, port
    message.extend([0; 4]); // family, padding, type
    message.extend(index.to_ne_bytes());
    message.extend(flags_and_mask.into_iter().flat_map(u32::to_ne_bytes));
    send(socket.as_raw_fd(), &message, MsgFlags::empty())?;
    let mut answer = vec![0; 16 << 10];
    let count = recv(socket.as_raw_fd(), &mut answer, MsgFlags::empty())?;
    answer.truncate(count);
    let kind = number(&answer, 4).map(|kind| kind as u16);
    match (kind, number(&answer, NLMSG_HEADER).map(u32::cast_signed)) {
        (Some(NLMSG_ERROR), Some(0)) => Ok(answer),
        (Some(NLMSG_ERROR), Some(error)) => Err(io::Error::from_raw_os_error(error.wrapping_neg())),
        (Some(RTM_NEWLINK), _) => Ok(answer),
        _ => Err(io::Error::other("netlink answered with something unknown")),
    }
}

/// The number at `at` of a message.
fn number(message: &[u8], at: usize) -> Option<u32> {
    message.get(at..)?.first_chunk::<4>().map(|bytes| u32::from_ne_bytes(*bytes))
}

/// The number in the attribute `wanted` of a message about a link.
fn attribute(message: &[u8], wanted: u16) -> Option<u32> {
    let mut rest = message.get(NLMSG_HEADER + IFINFOMSG..)?;
    while let Some(&[l0, l1, t0, t1]) = rest.first_chunk::<4>() {
        let length = usize::from(u16::from_ne_bytes([l0, l1]));
        if u16::from_ne_bytes([t0, t1]) == wanted {
            return number(rest, 4);
        }
        rest = rest.get(length.max(4).next_multiple_of(4)..)?;
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_interface_is_described_and_another_is_not_found() {
        let loopback = link("lo").unwrap();
        assert!(loopback.index > 0 && loopback.mtu >= 1500, "{loopback:?}");
        assert_eq!(link("no-such-link").unwrap_err().code(), Code::NotFound);
    }

    #[test]
    fn a_cut_message_has_no_attributes() {
        let mut message = vec![0; NLMSG_HEADER + IFINFOMSG];
        assert_eq!(attribute(&message, IFLA_MTU), None);
        message.extend([8, 0, 3, 0, 1, 1, 1, 1, 8, 0, 4, 0, 0xDC, 5, 0, 0]);
        assert_eq!(attribute(&message, IFLA_MTU), Some(u32::from_ne_bytes([0xDC, 5, 0, 0])));
        assert_eq!(attribute(&message[..44], IFLA_MTU), None);
        assert_eq!(attribute(&[0; 34], IFLA_MTU), None);
    }
}
