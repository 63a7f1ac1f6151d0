//! Transports: what carries messages, without knowing what a message means.
//!
//! Here a message is a content type and an envelope in chunks. Both ways are streamed, with back-pressure: a sender
//! waits while the peer does not read, a receiver takes no more from a socket than it was asked for.
//!
//! # Layers
//! ```text
//! channel::Channel, Listener     SOAP messages, addressing, correlation; the states of WWSAPI K and L
//!   │ content type + chunks
//!   ├── framed::Session         net.tcp, net.pipe: sessions of MC-NMF, both halves independent
//!   ├── http::Client, Listener  http, https: a request and its reply
//!   └── udp::Socket             soap.udp: datagrams, repeated as SOAP-over-UDP says
//!         │ the encoder's octets (crate::encoder), framed
//!         └── BoxStream         TCP, Unix socket, TLS over either, or a stream of the user's
//! ```
//! A *session* channel is to hold a [`framed::Session`], a *request* channel an HTTP client, a *reply* channel one
//! exchange of an HTTP listener, and datagram channels a UDP socket. All of them share three things:
//!
//! - [`Timeouts`]: a limit for every step, named as the properties of WWSAPI P.5;
//! - [`Abort`]: ends whatever waits, from any thread; the socket closes when its owner is dropped;
//! - [`Chunk`]: octets to send, borrowed or shared. Over framed sessions neither kind is copied: chunks go next to
//!   their frame header into one vectored write. HTTP copies borrowed ones and passes shared ones on.
//!
//! # Cancelling
//! Dropping the future of a *receiving* call loses nothing; call again. Dropping the future of a *sending* call may
//! leave half a record on the wire: the sender then refuses to go on, and its connection is to be dropped. Each
//! function that differs says so.

mod abort;
mod chunk;
mod error;
pub mod framed;
pub mod http;
mod io;
pub(crate) mod listener_url;
#[cfg(all(target_os = "linux", feature = "mbn"))]
pub mod mbn;
#[cfg(unix)]
pub mod net_pipe;
pub mod net_tcp;
mod quiet;
#[cfg(test)]
mod recording;
mod stream;
pub mod tcp;
pub(crate) mod this_host;
pub(crate) mod timeouts;
pub mod tls;
pub mod udp;

pub use abort::Abort;
pub use chunk::Chunk;
pub use stream::{BoxStream, Stream, StreamUpgrade, Upgraded};
pub use timeouts::Timeouts;
