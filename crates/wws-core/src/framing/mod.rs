//! .NET Message Framing (MC-NMF): how SOAP envelopes travel over net.tcp and net.pipe, without I/O.
//!
//! ```text
//! initiator                                                receiver
//!   Version Mode Via Encoding [Upgrade Request] ──────────►  Receiver::receive → Preamble, Upgrade
//!   ◄──────────────────────────────── [Upgrade Response]     accept_upgrade   (TLS starts here)
//!   Preamble End ─────────────────────────────────────────►  Complete
//!   ◄──────────────────────────────────── Preamble Ack       acknowledge
//!   Outbound ──── envelopes, End ─────────────────────────►  Inbound
//!   Inbound  ◄──────────────────────────── envelopes, End    Outbound
//! ```
//!
//! [`Initiator`] and [`Receiver`] do the handshake and then become an [`Outbound`] and an [`Inbound`], one for each
//! direction. Input is [`Bytes`](bytes::Bytes) in pieces of any size, and payloads come out as slices of it; what is
//! sent is a [`Header`] next to a payload that the caller keeps. A session dictionary (MC-NBFSE) belongs to the
//! encoding of the envelopes and is not known here.
//!
//! One file each: [`size`](self) numbers, records, faults, the decoder, the directions, the roles.

mod decoder;
mod fault;
mod inbound;
mod initiator;
mod limits;
mod outbound;
mod receiver;
mod record;
mod role;
mod size;

pub use fault::Fault;
pub use inbound::{Event, Inbound};
pub use initiator::{Initiator, InitiatorEvent};
pub use limits::Limits;
pub use outbound::Outbound;
pub use receiver::{Receiver, ReceiverEvent};
pub use record::{Encoding, KnownEncoding, Mode, Preamble, RecordType};
pub use role::Role;
pub use size::{Header, MAX_SIZE};
