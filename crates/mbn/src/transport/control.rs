//! The control channel: pieces out, pieces in, whatever it is made of.

use std::{
    collections::VecDeque,
    io,
    task::{Context, Poll},
};

use bytes::Bytes;

use super::Stream;
use crate::{Code, Error, wire::framing::Framer};

/// A control channel.
pub(crate) enum Control {
    /// A stream: writes may be cut and joined, a bad length is the end.
    Stream(Stream),
    /// A character device: each write is one piece, a bad length spoils one read.
    #[cfg(target_os = "linux")]
    Device(super::linux::DeviceNode),
}

impl Control {
    /// Writes as many of the queued chunks as the channel takes. Ready when the queue is empty.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        queue: &mut VecDeque<Bytes>,
    ) -> Poll<io::Result<()>> {
        match self {
            Self::Stream(stream) => stream.poll_write(cx, queue),
            #[cfg(target_os = "linux")]
            Self::Device(device) => device.poll_write(cx, queue),
        }
    }

    /// Reads what there is into the framer. `Ok(0)` is the end.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, framer: &mut Framer) -> Poll<io::Result<usize>> {
        match self {
            Self::Stream(stream) => stream.poll_read(cx, framer),
            #[cfg(target_os = "linux")]
            Self::Device(device) => device.poll_read(cx, framer),
        }
    }

    /// True if nothing can be understood after a bad length.
    pub(crate) fn is_stream(&self) -> bool {
        match self {
            Self::Stream(_) => true,
            #[cfg(target_os = "linux")]
            Self::Device(_) => false,
        }
    }

    /// The error for the end of the channel.
    pub(crate) fn end(&self) -> Error {
        let what = if self.is_stream() { "the peer closed the connection" } else { "the device was removed" };
        Error::new(Code::DeviceRemoved, what)
    }
}
