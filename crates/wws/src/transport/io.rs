//! Reading and writing sockets: vectored writes, and errors of the system as errors of ours.

use crate::{Error, ErrorCode};
use std::{
    future::poll_fn,
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
};
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// Slices in one system call; Linux takes up to 1,024.
const AT_ONCE: usize = 64;

/// Writes all of `slices`, vectored, and flushes.
pub(crate) async fn write_all(
    io: &mut (impl AsyncWrite + Unpin + ?Sized),
    slices: &mut [IoSlice<'_>],
) -> io::Result<()> {
    let mut rest = slices;
    IoSlice::advance_slices(&mut rest, 0); // drops empty ones in front
    while !rest.is_empty() {
        let some = rest.get(..AT_ONCE).unwrap_or(rest);
        match poll_fn(|cx| Pin::new(&mut *io).poll_write_vectored(cx, some)).await? {
            0 => return Err(ErrorKind::WriteZero.into()),
            n => IoSlice::advance_slices(&mut rest, n),
        }
    }
    io.flush().await
}

/// The error of a connection that exists.
pub(crate) fn connection_error(error: io::Error) -> Error {
    // An error of ours that travelled through a stream comes out whole.
    if error.get_ref().is_some_and(|inner| inner.is::<Error>()) {
        return Error::from(error);
    }
    let code = match error.kind() {
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof
        | ErrorKind::WriteZero => ErrorCode::EndpointDisconnected,
        ErrorKind::TimedOut | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            ErrorCode::EndpointUnreachable
        }
        ErrorKind::OutOfMemory => ErrorCode::OutOfMemory,
        _ => ErrorCode::Other,
    };
    Error::new(code, format!("the connection failed: {error}")).caused_by(error)
}

/// The error of a connection that could not be made.
pub(crate) fn connect_error(error: io::Error, to: &str) -> Error {
    let code = match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::NotFound => ErrorCode::EndpointNotFound,
        ErrorKind::PermissionDenied => ErrorCode::EndpointAccessDenied,
        ErrorKind::AddrNotAvailable => ErrorCode::AddressNotAvailable,
        _ => ErrorCode::EndpointUnreachable,
    };
    Error::new(code, format!("no connection with {to}: {error}")).caused_by(error)
}

/// The error of an address that cannot be listened at.
pub(crate) fn listen_error(error: io::Error, at: &str) -> Error {
    let code = match error.kind() {
        ErrorKind::AddrInUse => ErrorCode::AddressInUse,
        ErrorKind::AddrNotAvailable | ErrorKind::NotFound => ErrorCode::AddressNotAvailable,
        ErrorKind::PermissionDenied => ErrorCode::EndpointAccessDenied,
        _ => ErrorCode::Other,
    };
    Error::new(code, format!("cannot listen at {at}: {error}")).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_errors_come_through() {
        let own = io::Error::from(Error::quota("x"));
        assert_eq!(connection_error(own).code(), ErrorCode::QuotaExceeded);
        let reset = io::Error::from(ErrorKind::ConnectionReset);
        assert_eq!(connection_error(reset).code(), ErrorCode::EndpointDisconnected);
    }

    #[tokio::test]
    async fn many_slices_are_all_written() {
        let octets: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let mut slices: Vec<IoSlice<'_>> = octets.chunks(3).map(IoSlice::new).collect();
        slices.insert(5, IoSlice::new(&[]));
        let mut out = Vec::new();
        write_all(&mut out, &mut slices).await.unwrap();
        assert_eq!(out, octets);
    }
}
