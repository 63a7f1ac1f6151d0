//! TLS under framed sessions: good certificates, and every kind of bad one.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

mod authority;
mod sessions;
