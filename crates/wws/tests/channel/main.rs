//! Channels and listeners: messages over every transport.

#![allow(clippy::unwrap_used)]

mod addressed;
#[path = "../tls/authority.rs"]
mod authority;
mod custom;
mod echo;
mod exchanges;
mod faults;
mod https;
mod in_kind;
mod links;
mod one_way;
#[path = "../../src/orders.rs"]
mod orders;
mod parts;
mod refusals;
mod replay;
mod service;
mod states;
mod streamed;
mod wireshark;
