//! The C interface of webservices.h: `libwebservices.so` and `libwebservices.a`.
//!
//! This crate is a client of the public Rust API. It owns what only C needs: handles, out-parameters, property
//! lists, heaps, `WS_ERROR`, callbacks. Each area of the interface is one module, which begins with the table of
//! its functions ([`export::exports!`](mod@export)) and goes on with what they do, in safe Rust.
//!
//! Unsafe code stands in three files only: [`ptr`] (a pointer becomes a reference), [`callback`] (a function
//! of the program is called) and [`export`] (symbols). No exported function calls another one, and no callback
//! runs while one of our objects is borrowed.
//!
//! # What differs from Windows
//!
//! - The functions named in `unimplemented.txt` return `E_NOTIMPL`.
//! - Error strings are English, whatever `WS_ERROR_PROPERTY_LANGID` says.
//! - `WS_XML_WRITER_PROPERTY_BYTES` and `_BUFFERS` are valid until the next write, not until `WsSetOutput`.
//! - `WS_XML_WRITER_PROPERTY_INITIAL_BUFFER` is checked and not used; `WS_XML_READER_PROPERTY_UTF8_TRIM_SIZE` is kept
//!   and without effect.
//! - An XML buffer counts against its heap's quota when it is created or read; its limit is the heap's room.
//! - The local time zone is not known: a date in `WS_DATETIME_FORMAT_LOCAL` is written as UTC.
//! - `WsCopyNode` in binary, with a callback for dynamic strings, writes strings that no dictionary has inline.
//! - Structs and unions that are read or written by description nest 200 levels deep at most, more being
//!   `WS_E_QUOTA_EXCEEDED`. A value of a derived type can be written if its description is among the `subTypes` of the
//!   described one.
//! - `WsReadElement` takes the nillable read options too.
//! - `WsReadArray` on a stream cannot go on in the middle of an element: fill the reader with the whole of it.
//! - Channels: the SPN properties are missing and refused, as is `WS_CHANNEL_PROPERTY_ALLOW_UNSECURED_FAULTS`, since
//!   there is no message security. A property that is for another binding, or for the other side, is taken and without
//!   effect; so are the multicast interface and hops of a listener's channels, which answer one peer.
//! - A mapped header that repeats without a separator is as many HTTP headers.
//! - Security descriptions have one binding, TLS, which is for net.tcp and net.pipe, too. `include/wws.h` says what stands
//!   for the certificate stores of Windows. A DNS identity in an endpoint address is not the name that a certificate is
//!   checked for; the host of the URL is. Revocation is not checked.
//! - The channels of a listener have the same properties, those of the first one. Who connects before it is created waits.
//! - A custom channel is asked for its property `STATE` after a callback that failed: if that is FAULTED, so is the
//!   channel. Other properties than those of custom channels in the list of its creation are set by its callback.
//! - Channels of the types request and reply over net.tcp and net.pipe are streamed, in binary unless the encoding says
//!   otherwise.
//! - `WS_CHANNEL_PROPERTY_NO_DELAY` is on by default. Connections of HTTP share the options of the first listener on a
//!   port.
//! - An asynchronous call of a channel takes a thread until it completes; at most 10,000 are under way.
//! - An encoder or decoder of the program cannot wait for a channel without a `WS_ASYNC_CONTEXT`. A decoder gets a
//!   context in synchronous calls, too: it works on a thread of the library.
//! - The callback of `WsPushBytes` may run on a thread of the library while the call that sends waits.
//! - Setting the interfaces of a multicast listener that is open adds interfaces.
#![deny(unsafe_code)]
// The names of webservices.h, unchanged.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]

/// What `completion` locks and waits with.
mod sync {
    pub(crate) use std::sync::{Condvar, Mutex};
}

#[macro_use]
pub mod export;
pub mod abi;
pub mod address;
pub mod buffer;
pub mod callback;
pub mod canonical;
pub mod chain;
pub mod channel;
pub mod completion;
pub mod dictionary;
pub mod error;
pub mod failure;
pub mod fault;
pub mod fault_error;
pub mod handle;
pub mod heap;
pub mod hresult;
pub mod later;
pub mod link;
pub mod listener;
pub mod lock;
pub mod message;
pub mod misc;
pub mod param;
pub mod property;
pub mod ptr;
pub mod reader;
pub mod runtime;
pub mod schema;
pub mod security;
pub mod sink;
pub mod text;
pub mod typed;
pub mod url;
pub mod value;
pub mod writer;

/// Every table of exported functions, one for each module that has some.
pub const TABLES: &[&[export::Export]] = &[
    buffer::bytes::EXPORTS,
    buffer::position::EXPORTS,
    buffer::tree::EXPORTS,
    chain::EXPORTS,
    channel::life::EXPORTS,
    channel::parts::EXPORTS,
    channel::properties::EXPORTS,
    channel::whole::EXPORTS,
    error::EXPORTS,
    fault_error::EXPORTS,
    heap::EXPORTS,
    misc::EXPORTS,
    later::EXPORTS,
    listener::life::EXPORTS,
    listener::properties::EXPORTS,
    message::body::EXPORTS,
    message::custom::EXPORTS,
    message::extension::EXPORTS,
    message::header::EXPORTS,
    message::properties::EXPORTS,
    reader::attribute::EXPORTS,
    reader::canonical::EXPORTS,
    reader::content::EXPORTS,
    reader::element::EXPORTS,
    reader::fill::EXPORTS,
    reader::input::EXPORTS,
    reader::names::EXPORTS,
    reader::node::EXPORTS,
    reader::options::EXPORTS,
    schema::read::EXPORTS,
    schema::write::EXPORTS,
    url::EXPORTS,
    writer::canonical::EXPORTS,
    writer::content::EXPORTS,
    writer::element::EXPORTS,
    writer::flush::EXPORTS,
    writer::options::EXPORTS,
    writer::output::EXPORTS,
    writer::push::EXPORTS,
];
