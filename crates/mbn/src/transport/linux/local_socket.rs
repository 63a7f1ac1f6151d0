//! A Unix socket that is watched for room only while there is none.
//!
//! The kernel tells everyone who watches a Unix socket for room each time the peer reads a message. Whoever asks questions one after another
//! would be woken twice for each: when the question was read, and when the answer is there.

use std::{
    io::{self, IoSlice, Read, Write},
    net::Shutdown,
    os::unix::net::UnixStream as StdUnixStream,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf, unix::AsyncFd},
    net::UnixStream,
};

use super::watch_for;

/// See the module.
pub(crate) struct LocalSocket {
    socket: AsyncFd<StdUnixStream>,
    /// The same socket once more, while it has no room.
    full: Option<AsyncFd<StdUnixStream>>,
}

impl LocalSocket {
    /// Watches a socket that the runtime watched both ways until now.
    pub(crate) fn new(stream: UnixStream) -> io::Result<Self> {
        Ok(Self { socket: watch_for(stream.into_std()?, Interest::READABLE)?, full: None })
    }

    fn poll_with(
        &mut self,
        cx: &mut Context<'_>,
        mut write: impl FnMut(&StdUnixStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            let written = match &self.full {
                None => write(self.socket.get_ref()),
                Some(full) => match ready!(full.poll_write_ready(cx))?.try_io(|full| write(full.get_ref())) {
                    Ok(written) => written,
                    Err(_would_block) => continue,
                },
            };
            match written {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.full = Some(watch_for(self.socket.get_ref().try_clone()?, Interest::WRITABLE)?);
                }
                written => {
                    self.full = None;
                    return Poll::Ready(written);
                }
            }
        }
    }
}

impl AsyncRead for LocalSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let asked = buffer.remaining();
        loop {
            let mut ready = ready!(self.socket.poll_read_ready(cx))?;
            match ready.try_io(|socket| socket.get_ref().read(buffer.initialize_unfilled())) {
                Ok(Ok(count)) => {
                    // Less than was asked for is all there was: the kernel tells when there is more.
                    if 0 < count && count < asked {
                        ready.clear_ready();
                    }
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_would_block) => {}
            }
        }
    }
}

impl AsyncWrite for LocalSocket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().poll_with(cx, |mut socket| socket.write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_with(cx, |mut socket| socket.write_vectored(slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.socket.get_ref().shutdown(Shutdown::Write))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// More than a socket holds goes through while the peer reads slowly, both ways, and the end is seen.
    #[tokio::test]
    async fn a_full_socket_waits_and_goes_on() {
        let (a, b) = UnixStream::pair().unwrap();
        let (mut a, mut b) = (LocalSocket::new(a).unwrap(), LocalSocket::new(b).unwrap());
        let sent: Vec<u8> = (0..4_000_000_u32).map(|i| (i % 251) as u8).collect();
        let expected = sent.clone();
        let sender = tokio::spawn(async move {
            a.write_all(&sent).await.unwrap();
            assert!(a.full.is_none(), "nothing is watched any more");
            a.shutdown().await.unwrap();
            let mut answer = Vec::new();
            a.read_to_end(&mut answer).await.unwrap();
            answer
        });
        let mut received = Vec::new();
        b.read_to_end(&mut received).await.unwrap();
        assert!(received == expected, "what was sent");
        b.write_all(b"yes").await.unwrap();
        drop(b);
        assert_eq!(sender.await.unwrap(), b"yes");
    }

    /// Writing to a socket whose peer left is an error, also for whoever waits for room.
    #[tokio::test]
    async fn a_peer_that_leaves_is_an_error() {
        let (a, b) = UnixStream::pair().unwrap();
        let mut a = LocalSocket::new(a).unwrap();
        let writer = tokio::spawn(async move {
            loop {
                if let Err(error) = a.write_all(&[0; 1 << 16]).await {
                    return error.kind();
                }
            }
        });
        tokio::task::yield_now().await;
        drop(b);
        assert_eq!(writer.await.unwrap(), io::ErrorKind::BrokenPipe);
    }
}
