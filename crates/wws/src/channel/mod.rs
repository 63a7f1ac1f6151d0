//! Channels and listeners: SOAP messages over every transport (WWSAPI K, L).
//!
//! A [`Binding`] says what carries the messages and how they look; a [`Channel`] sends and receives them, a [`Listener`]
//! accepts channels. With typed bodies a message is one call: [`Channel::request`], [`Channel::send`],
//! [`Channel::receive`], [`Channel::reply`].
//!
//! | URL | client | server |
//! |---|---|---|
//! | `http://`, `https://` | request | reply: one channel for each request |
//! | `net.tcp://`, `net.pipe://` | duplex session | duplex session |
//! | `mbn://`: a service of a modem | duplex session | duplex session |
//! | these three, streamed | request | reply |
//! | `soap.udp://` | duplex | duplex: one channel for each message |
//!
//! # One part at a time
//! As in webservices.h, a message can be written and read in steps: [`Channel::write_message_start`] gives the
//! [`Writer`](crate::xml::Writer) of the body, [`Channel::flush_body`] sends what is there, if bodies are streamed, and
//! [`Channel::write_message_end`] takes the writer again; [`Channel::read_message_start`], [`Channel::fill_body`] and
//! [`Channel::read_message_end`] are the same for a reader. These calls can be made from a thread without tokio, with
//! `Handle::block_on` of a runtime.
//!
//! # In kind
//! A listener whose [`in_kind`](ListenerProperties::in_kind) is set takes messages of every encoding and version that its transport
//! can carry, buffered or streamed, and each channel that it accepts writes as its peer does.
//!
//! # Uncopied
//! Octets that a writer [shares](crate::xml::Writer::shared_bytes) reach the socket from where they are, in one vectored
//! write, if no encoder stands between. What a source [pushes](crate::xml::Writer::push_bytes) does so, too, over streamed
//! net.tcp; where the size of a message stands in front of it, it must be collected first.

mod addressed;
mod binding;
#[allow(clippy::module_inception)]
mod channel;
mod channel_type;
mod codec;
mod correlation;
mod custom;
mod datagram;
mod exchange;
mod http_head;
mod http_mapping;
mod http_reply;
mod http_request;
mod in_kind;
mod listener;
mod refusal;
mod service;
mod session;
mod singleton;
mod state;
mod streaming;

use addressed::Addressed;
pub use binding::{Binding, HttpProperties, ListenerProperties, Spill, TransferMode, Transport};
pub use channel::Channel;
pub use channel_type::ChannelType;
pub use custom::{ChannelInfo, CustomBinding, CustomChannel, CustomListener, Pending};
pub use http_mapping::{HeaderMapping, HttpMapping, Separator};
pub use listener::{Listener, ListenerState};
pub use service::{ServiceReply, ServiceRequest, serve};
pub use state::{ChannelMachine, ChannelState, Step, Way};
