//! A control channel over any stream.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::wire::framing::Framer;

/// How many chunks one write gathers.
const GATHER: usize = 32;
/// How much one read asks for.
const READ: usize = 64 << 10;

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A stream and a buffer to read into.
pub(crate) struct Stream {
    io: Box<dyn Duplex>,
    buffer: Box<[u8]>,
    /// What was read before the driver began.
    early: Bytes,
}

impl Stream {
    pub(crate) fn new(io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self { io: Box::new(io), buffer: vec![0; READ].into(), early: Bytes::new() }
    }

    /// The same stream, of which `early` was read already.
    pub(crate) fn after(self, early: Bytes) -> Self {
        Self { early, ..self }
    }

    /// Writes chunks, several at once and without copying them together.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        queue: &mut VecDeque<Bytes>,
    ) -> Poll<io::Result<()>> {
        while !queue.is_empty() {
            let mut slices = [IoSlice::new(&[]); GATHER];
            let mut count = 0;
            for (slice, chunk) in slices.iter_mut().zip(queue.iter()) {
                *slice = IoSlice::new(chunk);
                count += 1;
            }
            let slices = slices.get(..count).unwrap_or_default();
            let mut written = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, slices))?;
            if written == 0 && slices.iter().any(|slice| !slice.is_empty()) {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            while let Some(chunk) = queue.front_mut() {
                if written < chunk.len() {
                    chunk.advance(written);
                    break;
                }
                written -= chunk.len();
                queue.pop_front();
            }
        }
        // Streams that buffer, such as a TLS one, need the push.
        Pin::new(&mut self.io).poll_flush(cx)
    }

    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, framer: &mut Framer) -> Poll<io::Result<usize>> {
        if !self.early.is_empty() {
            let early = std::mem::take(&mut self.early);
            framer.feed(&early);
            return Poll::Ready(Ok(early.len()));
        }
        let mut buffer = ReadBuf::new(&mut self.buffer);
        ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer))?;
        framer.feed(buffer.filled());
        Poll::Ready(Ok(buffer.filled().len()))
    }
}
