//! Sockets that raise no signal when the peer is gone. Rust programs set SIGPIPE aside, but those of C that this library
//! is linked into have not, and vectored writes of the standard library would end them.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

/// Slices in one system call.
const AT_ONCE: usize = 1024;

/// A socket of tokio.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin {
    /// Waits until something can be written.
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Writes what goes at once, without a signal.
    fn send(&self, slices: &[IoSlice<'_>]) -> io::Result<usize>;
}

macro_rules! sockets {
    ($($kind:ty),*) => {$(
        impl Socket for $kind {
            fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.poll_write_ready(cx)
            }

            fn send(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
                let socket = socket2::SockRef::from(self);
                self.try_io(Interest::WRITABLE, || socket.send_vectored_with_flags(slices, NO_SIGNAL))
            }
        }
    )*};
}
sockets!(tokio::net::TcpStream);
#[cfg(unix)]
sockets!(tokio::net::UnixStream);

#[cfg(all(unix, not(target_vendor = "apple")))]
const NO_SIGNAL: i32 = rustix::net::SendFlags::NOSIGNAL.bits() as i32;
/// Windows has no such signal, and on Apple's systems sockets are made without it.
#[cfg(not(all(unix, not(target_vendor = "apple"))))]
const NO_SIGNAL: i32 = 0;

/// A socket that raises no signal.
pub(crate) struct Quiet<S>(pub(crate) S);

impl<S: Socket> AsyncRead for Quiet<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: Socket> AsyncWrite for Quiet<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(octets)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let some = slices.get(..AT_ONCE).unwrap_or(slices);
        loop {
            ready!(self.0.poll_writable(cx))?;
            match self.0.send(some) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                sent => return Poll::Ready(sent),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
