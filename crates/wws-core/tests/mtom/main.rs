//! MTOM messages: read from memory and from streams of every split, and written.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

mod copy;
mod drive;
mod malformed;
mod order;
mod read;
mod wire;
#[path = "../support/wire.rs"]
#[allow(dead_code)]
mod wire_support;
mod write;
