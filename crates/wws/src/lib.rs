//! Windows Web Services for every OS: the runtime over [`wws_core`].
//!
//! [`channel`] sends and receives SOAP messages; [`transport`] carries them over net.tcp, net.pipe, UDP and HTTP;
//! [`encoder`] has the message encoders.
#![forbid(unsafe_code)]

pub mod channel;
pub mod encoder;
#[cfg(test)]
mod orders;
mod spill;
pub mod transport;

pub use spill::TempFileStore;
pub use wws_core::*;
// The traits come with `wws_core`; these macros name `wws`, so that nobody needs `wws-core` beside it.
pub use wws_derive::{WwsFromXml as FromXml, WwsToXml as ToXml};

/// The examples of the README, so that they keep working.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
