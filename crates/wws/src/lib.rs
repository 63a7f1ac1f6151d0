//! Windows Web Services for every OS: the runtime over [`wws_core`].
//!
//! [`encoder`] has the message encoders.
#![forbid(unsafe_code)]

pub mod encoder;
mod spill;

pub use spill::TempFileStore;
pub use wws_core::*;
