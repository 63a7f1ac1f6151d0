//! Windows Web Services for every OS: the runtime over [`wws_core`].
//!
//! [`transport`] carries messages over net.tcp, net.pipe, UDP and HTTP; [`encoder`] has the message encoders.
#![forbid(unsafe_code)]

pub mod encoder;
mod spill;
pub mod transport;

pub use spill::TempFileStore;
pub use wws_core::*;
