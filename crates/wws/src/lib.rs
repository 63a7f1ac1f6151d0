//! Windows Web Services for every OS: the runtime over [`wws_core`].
#![forbid(unsafe_code)]

pub use wws_core::*;
