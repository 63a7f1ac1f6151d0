//! Sessions of message framing over streams in memory, TCP and pipes.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

mod encoders;
mod hostile;
mod link;
mod listening;
mod memory;
#[cfg(unix)]
mod pipes;
mod replay;
mod sessions;
