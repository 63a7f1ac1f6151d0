//! The protocols of Windows Web Services, without I/O.
//!
//! Nothing in this crate opens a file or a socket, reads a clock or starts a thread: a writer hands out chunks
//! when it is flushed, a reader asks to be filled. The crate `wws` drives it over real transports.
//!
//! Bottom to top: [`error`] · [`value`] (typed values and every lexical conversion) · [`xml`] (names,
//! dictionaries, nodes, the encodings, [`xml::Reader`] and [`xml::Writer`]) · [`url`] · [`framing`] (MC-NMF) ·
//! [`typed`] (Rust types to XML and back) · [`schema`] (values in memory, by descriptions of their types) ·
//! [`soap`] (messages).
#![forbid(unsafe_code)]

pub mod channel;
pub mod error;
pub mod framing;
pub mod schema;
pub mod soap;
pub mod typed;
pub mod url;
pub mod value;
pub mod xml;

pub use error::{Error, ErrorCode, Place, Result};
pub use typed::{FromXml, ToXml};
pub use wws_derive::{FromXml, ToXml};
