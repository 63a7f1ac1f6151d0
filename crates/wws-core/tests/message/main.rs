//! Messages as a whole: what .NET sent is read and written again, and random ones survive every encoding.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

#[path = "../framing/drive.rs"]
#[allow(dead_code)]
mod framing;
mod headers;
mod wire;
#[path = "../support/wire.rs"]
mod wire_support;
