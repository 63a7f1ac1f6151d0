//! Values in checked memory, by descriptions made up: to XML and back.

#![allow(clippy::unwrap_used)]

mod memory;
mod model;
mod quotas;
mod round_trip;
