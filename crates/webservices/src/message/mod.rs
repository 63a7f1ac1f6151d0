//! Messages (WWSAPI J): the object, its properties, envelope and body, headers.

pub mod body;
pub mod custom;
pub mod extension;
pub mod header;
pub mod object;
pub mod properties;
pub mod value;
