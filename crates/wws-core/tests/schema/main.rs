//! Values in checked memory, by descriptions made up: to XML and back.

#![allow(clippy::unwrap_used)]

mod any_bytes;
mod bytes;
mod memory;
mod model;
mod quotas;
mod round_trip;
