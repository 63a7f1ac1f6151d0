//! Windows Web Services for every OS: the runtime over [`wws_core`].
//!
//! [`encoder`] has the message encoders.
#![forbid(unsafe_code)]

pub mod encoder;

pub use wws_core::*;
