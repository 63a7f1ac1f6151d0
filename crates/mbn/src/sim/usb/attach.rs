//! Plugging the USB device into this machine: `vhci_hcd` takes the other end of a socket.

use std::{
    fs, io,
    os::{fd::AsRawFd, unix::net::UnixStream as StdUnixStream},
    path::Path,
};

use tokio::net::UnixStream;

use crate::{Code, Error, Result};

const CONTROLLER: &str = "/sys/devices/platform/vhci_hcd.0";

/// Plugs a USB device into this machine, and gives the end of the stream at which it is to be served.
///
/// # Errors
/// `ERROR_NOT_SUPPORTED` if the kernel has no `vhci_hcd` loaded; `E_ACCESSDENIED` if we are not root; `ERROR_BUSY` if every port is taken.
pub fn attach() -> Result<UnixStream> {
    let controller = Path::new(CONTROLLER);
    let status = fs::read_to_string(controller.join("status")).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(
            Code::NotSupported,
            "this kernel has no virtual USB controller: load it with modprobe vhci_hcd",
        ),
        _ => error.into(),
    })?;
    let port = free_port(&status).ok_or_else(|| Error::new(Code::Busy, "every port of vhci_hcd is taken"))?;
    let (ours, theirs) = StdUnixStream::pair()?;
    // Port, descriptor of the socket in our table, device id (bus 1, device 1), speed (high). The kernel keeps its own reference.
    let line = format!("{port} {} 65537 3", theirs.as_raw_fd());
    fs::write(controller.join("attach"), line)
        .map_err(|error| Error::from(error).context("cannot plug the device into vhci_hcd"))?;
    ours.set_nonblocking(true)?;
    Ok(UnixStream::from_std(ours)?)
}

/// The first free port for high speed: the lines of the table are `hub port state …`, and state 4 is free.
fn free_port(status: &str) -> Option<u32> {
    status.lines().find_map(|line| {
        let mut fields = line.split_whitespace();
        let (hub, port, state) = (fields.next()?, fields.next()?, fields.next()?);
        (hub == "hs" && state == "004").then(|| port.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_port_is_found() {
        let status = "hub port sta spd dev      sockfd local_busid\n\
                      hs  0000 006 003 00010001 000003 1-1\n\
                      hs  0001 004 000 00000000 000000 0-0\n\
                      ss  0008 004 000 00000000 000000 0-0\n";
        assert_eq!(free_port(status), Some(1));
        assert_eq!(free_port("hub port sta\nss  0008 004 000\n"), None);
    }
}
