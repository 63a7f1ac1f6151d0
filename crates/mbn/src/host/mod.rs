//! The host's side without I/O and without a clock: transactions ([`Link`]), and on top of them the device services of a modem with the
//! semantics of mbnapi.h ([`Host`]).
//!
//! Both are driven from outside, in the manner of `quinn-proto`: `handle_*` takes bytes and the time, `poll_*` gives bytes to send, actions
//! of the data plane and events, `next_timeout` says when to come back. The same code runs under tokio, in the proxy and in tests with a
//! clock of their own.

mod command_session;
mod data_session;
mod event;
mod link;
mod services;

pub use data_session::DataAction;
pub use event::{Answer, Completion, Event, Operation, RequestId};
pub use link::{Link, LinkConfig, LinkEvent, Oddities};
pub use services::{Host, HostConfig, HostState};
