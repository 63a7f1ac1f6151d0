//! HTTP/1.1 and HTTP/2, both roles, plain and over TLS (`WS_HTTP_CHANNEL_BINDING`; WWSAPI M). Bodies are streamed both
//! ways.
//!
//! A [`Client`] keeps connections and cookies and sends requests; a [`Listener`] accepts [`Exchange`]s under a path,
//! and several listeners share a port. What stands in the bodies is none of this module's business, but for message
//! encoders, whose content codings HTTP carries.
//!
//! ```
//! # use wws::transport::http::{Client, ClientOptions, Listener, ListenerOptions, Reply, Request};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> wws::Result<()> {
//! let listener = Listener::open("http://127.0.0.1:0/echo", ListenerOptions::default())?;
//! let url = format!("http://{}/echo", listener.local_address());
//! let server = async {
//!     let mut exchange = listener.accept().await?;
//!     let body = exchange.body.collect().await?;
//!     exchange.responder.reply(Reply::ok("text/xml"), &[body.concat()[..].into()]).await
//! };
//! let client = async {
//!     let client = Client::new(ClientOptions::default())?;
//!     let mut response = client.send(Request::post(&url, "text/xml"), &["<a/>".into()]).await?.into_message()?;
//!     assert_eq!(response.body.collect().await?.concat(), b"<a/>");
//!     wws::Result::Ok(())
//! };
//! let (server, client) = tokio::join!(server, client);
//! server.and(client)
//! # }
//! ```

mod body;
mod call;
mod client;
mod connect;
mod connection;
mod cookies;
mod exchange;
mod failure;
#[cfg(test)]
pub(crate) mod for_tests;
mod http2;
mod incoming;
mod lease;
mod listener;
mod pool;
mod port;
mod proxy;
mod redirect;
mod refusal;
mod sender;
mod status;
mod version;

pub use body::BodySender;
pub use call::{Call, Response};
pub use client::{Client, ClientOptions, CookieMode, Request};
pub use exchange::{Exchange, Reply, Responder};
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
pub use incoming::IncomingBody;
pub use listener::{Accepts, Listener, ListenerOptions};
pub use proxy::{CustomProxy, Proxy};
pub use redirect::{AgreeToRedirect, Redirects};
pub use refusal::{Refusal, RefusalMessage, Refusals};
pub(crate) use refusal::{plain as plain_refusal, unknown_content};
pub use version::{Http2Options, HttpVersion};
