//! XML 1.0 as text: UTF-8 and UTF-16.

pub(crate) mod decode;
pub(crate) mod detect;
pub(crate) mod encode;
pub(crate) mod escape;
pub(crate) mod input;
pub(crate) mod names;
pub(crate) mod utf16;
