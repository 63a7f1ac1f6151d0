//! Sessions of message framing (MC-NMF) over any byte stream: what net.tcp and net.pipe have in common.
//!
//! A [`Connection`] becomes a [`Session`] by [`initiate`] or [`receive`]; a session has a [`Sender`] and a
//! [`Receiver`], which may live in different tasks. [`Listener`] accepts sessions in the background.
//!
//! ```
//! # use wws::transport::{Abort, framed::*};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> wws::Result<()> {
//! let (near, far) = tokio::io::duplex(1024); // two ends of a stream in memory
//! let (options, abort) = (Options::default(), Abort::new());
//! let client = async {
//!     let target = Target::new(Mode::DUPLEX, "net.tcp://host/echo", "application/soap+msbin1");
//!     let mut session = initiate(Connection::new(near), target, &options, &abort).await?;
//!     session.sender.send(&["hello".into()]).await?;
//!     session.close().await
//! };
//! let server = async {
//!     let mut session = receive(Connection::new(far), &options, &|_| Ok(()), &abort).await?.expect("a session");
//!     while let Some(message) = session.receiver.message().await? {
//!         assert_eq!(message.content_type, "application/soap+msbin1");
//!         assert_eq!(message.chunks.concat(), b"hello");
//!     }
//!     session.close().await
//! };
//! let (client, server) = tokio::join!(client, server);
//! client.and(server).map(drop)
//! # }
//! ```

mod connection;
mod handshake;
mod listener;
mod receiver;
mod sender;
mod session;

pub use connection::Connection;
pub use handshake::{Admit, Target, initiate, receive};
pub(crate) use listener::Source;
pub use listener::{Counters, Listener, ListenerOptions};
pub use receiver::{Message, Receiver};
pub use sender::Sender;
pub use session::{Info, Options, Session};
pub use wws_core::framing::{Encoding, Fault, Limits, Mode, Preamble};
