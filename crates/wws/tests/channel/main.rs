//! Channels and listeners: messages over every transport.

#![allow(clippy::unwrap_used)]

mod echo;
mod exchanges;
mod parts;
mod states;
mod streamed;
