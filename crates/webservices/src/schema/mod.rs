//! Values read and written by descriptions (WWSAPI I): `WsReadType`, `WsWriteElement` and their like.
//!
//! A description becomes a [`Schema`](wws::schema::Schema), which the walks of the core work with ([`compile`]); one that
//! is used again and has not changed is compiled once ([`cache`]). [`host`] is the memory of those walks: raw structs and
//! a `WS_HEAP`. What other modules need is [`read::read_element`], [`read::read_type`],
//! [`write::write_element`] and [`write::write_type`].

pub mod cache;
pub mod compile;
pub mod host;
pub mod memory;
pub mod read;
pub mod source;
pub mod write;
