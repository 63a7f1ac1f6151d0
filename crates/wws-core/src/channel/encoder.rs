//! The contract of a message encoder (WWSAPI N.1, `WS_CHANNEL_ENCODER`).

use super::Content;
use crate::Result;
use bytes::Bytes;
use std::task::{Context, Poll};

/// Transforms the octets of a message and its content type on the way to the transport.
///
/// The calls come in this order, one message at a time, and may stop after any of them when something fails or is
/// aborted (WWSAPI N.1); dropping is `free`:
///
/// ```text
/// ( content_type [ start [ encode* [ end ] ] ] )*
/// ```
///
/// Whatever a step produces it puts into its [`Output`]. A step that cannot finish at once, because something outside
/// works on it, returns `Ok` and says so in [`poll_step`](Self::poll_step); the next step waits for that.
///
/// ```
/// use bytes::Bytes;
/// use wws_core::{Result, channel::{Content, Encoder, Output}};
///
/// /// Turns every octet around, and says so in the content type.
/// struct Invert;
///
/// impl Encoder for Invert {
///     fn content_type(&mut self, content_type: &str) -> Result<Content> {
///         Ok(Content::new(format!("application/x-inverted; of=\"{content_type}\"")))
///     }
///     fn encode(&mut self, buffers: &[Bytes], output: &mut Output) -> Result<()> {
///         for buffer in buffers {
///             output.push(buffer.iter().map(|octet| !octet).collect::<Vec<u8>>());
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait Encoder: Send {
    /// A message of this content type comes: what does it become? Also the place to forget what an earlier message
    /// left behind. Over net.tcp and net.pipe the answer must not vary within a session, and may have no coding.
    fn content_type(&mut self, content_type: &str) -> Result<Content>;

    /// The message starts.
    fn start(&mut self, output: &mut Output) -> Result<()> {
        let _ = output;
        Ok(())
    }

    /// Transforms the next octets of the message, which come in one or several buffers. Everything is to be taken.
    fn encode(&mut self, buffers: &[Bytes], output: &mut Output) -> Result<()>;

    /// The message is complete: put out what is left.
    fn end(&mut self, output: &mut Output) -> Result<()> {
        let _ = output;
        Ok(())
    }

    /// Finishes a step that is carried out elsewhere, on another thread for instance. Ready by default.
    fn poll_step(&mut self, cx: &mut Context<'_>, output: &mut Output) -> Poll<Result<()>> {
        let _ = (cx, output);
        Poll::Ready(Ok(()))
    }
}

/// Where an encoder puts what it made. Nothing is copied that is handed over as [`Bytes`].
#[derive(Debug, Default)]
pub struct Output {
    chunks: Vec<Bytes>,
}

impl Output {
    /// Appends octets; nothing for empty ones.
    pub fn push(&mut self, octets: impl Into<Bytes>) {
        let octets = octets.into();
        if !octets.is_empty() {
            self.chunks.push(octets);
        }
    }

    /// Appends a copy of octets.
    pub fn push_slice(&mut self, octets: &[u8]) {
        self.push(Bytes::copy_from_slice(octets));
    }

    /// Takes everything out.
    pub fn take(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.chunks)
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}
