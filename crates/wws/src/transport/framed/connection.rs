//! A byte stream with what was read of it and not yet used.

use crate::{
    Error, ErrorCode, Result,
    transport::{BoxStream, Stream, Upgraded, error::connection_error, io::write_all},
};
use bytes::{Bytes, BytesMut};
use std::{fmt, io::IoSlice, net::SocketAddr};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    sync::OwnedSemaphorePermit,
};

/// A handshake reads this much at once; it is a few hundred octets long.
const HANDSHAKE_PIECE: usize = 1024;

/// A connection that carries no session at the moment.
pub struct Connection {
    pub(super) stream: BoxStream,
    pub(super) input: Bytes,
    /// Octets taken by the sessions before.
    pub(super) offset: u64,
    pub(super) peer: Option<SocketAddr>,
    /// Certificates the peer showed when the stream was wrapped.
    pub(super) peer_certificates: Vec<Vec<u8>>,
    /// Counts against the connection limit of the listener as long as it lives.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

impl Connection {
    /// A connection over a stream that nothing has been read from.
    pub fn new(stream: impl Stream + 'static) -> Self {
        Connection {
            stream: Box::new(stream),
            input: Bytes::new(),
            offset: 0,
            peer: None,
            peer_certificates: Vec::new(),
            permit: None,
        }
    }

    /// The same with what was read of the stream already.
    #[cfg(all(target_os = "linux", feature = "mbn"))]
    pub(crate) fn with_input(mut self, input: Bytes) -> Self {
        self.input = input;
        self
    }

    /// The same with the address of the peer.
    pub fn with_peer(mut self, peer: SocketAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    /// Whether it has carried a session.
    pub(super) fn is_used(&self) -> bool {
        self.offset > 0
    }

    /// Waits for octets; `false` at the end of the stream.
    pub(super) async fn wait(&mut self) -> Result<bool> {
        Ok(!self.input.is_empty() || self.fill().await?)
    }

    /// Reads more; `false` at the end of the stream.
    pub(super) async fn fill(&mut self) -> Result<bool> {
        let mut buffer = BytesMut::new();
        fill(&mut self.stream, &mut buffer, &mut self.input, HANDSHAKE_PIECE).await
    }

    pub(super) async fn write(&mut self, octets: &[u8]) -> Result<()> {
        write_all(&mut self.stream, &mut [IoSlice::new(octets)]).await.map_err(connection_error)
    }

    /// Takes the stream out, to wrap it.
    pub(super) fn take_stream(&mut self) -> Result<BoxStream> {
        if !self.input.is_empty() {
            let text = "octets arrived in clear where the wrapped stream should start";
            return Err(Error::new(ErrorCode::SecurityVerificationFailure, text));
        }
        Ok(std::mem::replace(&mut self.stream, Box::new(tokio::io::empty())))
    }

    /// Puts the wrapped stream in.
    pub(super) fn wrapped(&mut self, upgraded: Upgraded) {
        self.stream = upgraded.stream;
        self.peer_certificates = upgraded.peer_certificates;
    }

    /// Ends a connection that carries no session: its other end hears so, where a stream that is dropped may say nothing.
    pub(crate) async fn shutdown(mut self) -> Result<()> {
        self.stream.shutdown().await.map_err(connection_error)
    }

    /// Sends a last word and closes so that the peer can read it: a socket closed with unread input would be reset.
    pub(super) async fn dismiss(mut self, last_word: Option<Bytes>) {
        /// What a peer may still send before it reads the last word.
        const DRAIN: u64 = 64 * 1024;
        let Some(last_word) = last_word else { return };
        if self.write(&last_word).await.is_ok() && self.stream.shutdown().await.is_ok() {
            let _ = tokio::io::copy(&mut self.stream.take(DRAIN), &mut tokio::io::sink()).await;
        }
    }
}

/// Appends up to `room` octets from `io` to `input`, which must be empty; `false` at the end of the stream.
///
/// Cancel-safe: what was read is in `input`. Memory of `buffer` is used again once nobody holds octets of it.
pub(super) async fn fill(
    io: &mut (impl AsyncRead + Unpin + ?Sized),
    buffer: &mut BytesMut,
    input: &mut Bytes,
    room: usize,
) -> Result<bool> {
    debug_assert!(input.is_empty());
    // What small reads leave of a block is read into, so that a message in many small pieces holds at most twice its size.
    if buffer.capacity() - buffer.len() < room.div_ceil(2) {
        buffer.reserve(room);
    }
    let n = io.read_buf(buffer).await.map_err(connection_error)?;
    *input = buffer.split().freeze();
    Ok(n > 0)
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("peer", &self.peer)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
