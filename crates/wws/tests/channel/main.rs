//! Channels and listeners: messages over every transport.

#![allow(clippy::unwrap_used)]

mod custom;
mod echo;
mod exchanges;
mod links;
mod parts;
mod replay;
mod states;
mod streamed;
mod wireshark;
