//! Our side of `cargo xtask interop net`: the contract of `interop/net/interop.wsdl`, served and called over the wire.

pub(crate) mod certificates;
mod client;
mod contract;
mod row;
mod server;
mod stream;

pub(crate) use client::{call, cases};
pub(crate) use row::{Row, Side};
pub(crate) use server::serve;
