//! HTTP in both roles, over loopback.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

mod bare;
mod bodies;
mod connections;
mod hostile;
mod http2;
mod http2_oracles;
mod http2_peers;
mod https;
mod peers;
mod policies;
mod services;
