//! A proxy of our own: several programs use one modem at once.
//!
//! It speaks mbim-proxy's protocol, so that `mbimcli` and ModemManager work through it unchanged, and does better where mbim-proxy fails:
//!
//! * The fragments of a command stay together: each client's are put together here before the modem sees any.
//! * A client that dies leaves nothing behind: its data sessions are closed, its subscriptions end, its commands are given up.
//! * Data sessions go through it too, with [`data_message`](crate::wire::data_message).

mod client;
mod core;
mod server;
mod subscriptions;

pub use server::{Server, Target, bind};
