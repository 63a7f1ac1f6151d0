//! Writing to sockets: vectored, and all of it.

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

#[cfg(test)]
mod tests {
    use super::*;

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
