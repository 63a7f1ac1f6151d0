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
mod parts;
mod replay;
mod service;
mod states;
mod streamed;
mod wireshark;
