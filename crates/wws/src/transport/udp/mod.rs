//! soap.udp: one message in each datagram (`WS_UDP_CHANNEL_BINDING`; SOAP-over-UDP 1.1), to one host or to a group.
//!
//! A datagram may get lost, so each is sent again after a while ([`Repeat`]), and the other side drops what it has seen
//! ([`Duplicates`]). The path of a URL means nothing; its port must be there.
//!
//! ```
//! # use wws::transport::udp::{Socket, UdpOptions};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> wws::Result<()> {
//! let service = Socket::listen("soap.udp://127.0.0.1:0", UdpOptions::default())?;
//! let url = format!("soap.udp://{}", service.local_address()?);
//! let client = Socket::open(&url, UdpOptions::default()).await?;
//! client.send(&["hello".into()]).await?;
//! let message = service.receive().await?;
//! assert_eq!(message.octets, "hello");
//! service.send_to(&["hello to you".into()], message.peer).await?;
//! assert_eq!(client.receive().await?.octets, "hello to you");
//! # Ok(()) }
//! ```

mod duplicates;
mod repeat;
mod socket;

pub use duplicates::{Duplicates, Recent};
pub use repeat::Repeat;
pub use socket::{Datagram, DatagramObserver, MAX_DATAGRAM_SIZE, Passing, Socket, UdpOptions};
