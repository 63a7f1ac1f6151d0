//! `wws send`, `wws receive` and `wws proxy` against each other.

#![allow(clippy::unwrap_used)]

mod files;
mod in_kind;
#[cfg(target_os = "linux")]
mod modem;
mod programs;
mod proxy;
mod tls;
mod translate;
mod wire;
