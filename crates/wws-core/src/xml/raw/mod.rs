//! The raw encoding: no XML, only bytes.

mod decode;
mod encode;

pub(crate) use decode::RawDecoder;
pub(crate) use encode::RawEncoder;
