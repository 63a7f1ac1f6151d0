//! Byte streams under the framing and under HTTP: sockets, and what wraps them.

use crate::Result;
use std::{fmt, future::Future, pin::Pin};
use tokio::io::{AsyncRead, AsyncWrite};

/// A byte stream both ways. Implemented by everything that reads, writes, and may move between threads.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + ?Sized> Stream for S {}

/// Any byte stream.
pub type BoxStream = Box<dyn Stream>;

/// Wraps a stream once both ends have agreed to: TLS, for instance (MC-NMF 2.2.3.5).
pub trait StreamUpgrade: Send + Sync {
    /// The name in the upgrade request, such as `application/ssl-tls`.
    fn protocol(&self) -> &str;

    /// Wraps the stream of the side that connects to `host`.
    fn initiate<'a>(
        &'a self,
        stream: BoxStream,
        host: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Upgraded>> + Send + 'a>>;

    /// Wraps the stream of the side that accepts.
    fn accept(&self, stream: BoxStream) -> Pin<Box<dyn Future<Output = Result<Upgraded>> + Send + '_>>;
}

/// A wrapped stream, and what the handshake told about the peer.
pub struct Upgraded {
    /// What to speak through from now on.
    pub stream: BoxStream,
    /// The certificates that the peer showed, its own first, in DER. Empty if it showed none.
    pub peer_certificates: Vec<Vec<u8>>,
}

impl fmt::Debug for Upgraded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgraded")
            .field("peer_certificates", &self.peer_certificates.len())
            .finish_non_exhaustive()
    }
}
