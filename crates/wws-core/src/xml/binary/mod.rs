//! The .NET binary encoding: MC-NBFX records, MC-NBFS and MC-NBFSE dictionaries.

pub(crate) mod decode;
mod dictionaries;
pub(crate) mod encode;
mod encode_array;
mod encode_text;
mod options;
pub mod record;
pub(crate) mod scalar;
pub(crate) mod strings;

pub use dictionaries::{BinaryDictionaries, Dynamic};
pub use options::{BinaryEncoding, DynamicStrings, FindString};
