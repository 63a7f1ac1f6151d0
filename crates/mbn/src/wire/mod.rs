//! MBIM on the wire: bytes in, values out, nothing else. One format is one file.
//!
//! Bottom up: [`Malformed`] and the checked cursor ([`Decoder`], [`Encoder`]); numbers with names; the control messages; their
//! [fragments](fragment) and the [stream](framing) they come in; information buffers ([`cid`]); data-plane frames.

#[macro_use]
mod numbers;
#[macro_use]
pub(crate) mod information_buffer;

pub mod cid;
mod codec;
pub mod command;
#[allow(unreachable_pub)]
pub mod data_message;
pub mod fragment;
pub mod framing;
mod header;
mod indicate;
mod malformed;
mod message;
pub mod ntb;
mod open;
mod protocol_error;
pub mod record;
pub mod service;
mod status;

pub use codec::{Decoder, Encoder};
pub use command::{Command, CommandDone, CommandType};
pub use header::{FRAGMENT_HEADER_LEN, FragmentHeader, HEADER_LEN, Header, MessageType};
pub use indicate::IndicateStatus;
pub use information_buffer::{Empty, Field, InformationBuffer, Raw, Request};
pub use malformed::{Malformed, Problem};
pub use message::{Frame, Message};
pub use open::{CloseDone, Open, OpenDone};
pub use protocol_error::ProtocolErrorCode;
pub use status::Status;
