//! A modem that anyone can run: the device's side of MBIM in software.
//!
//! [`Modem`] is the modem itself, without I/O and without a clock. It answers as a real one does, and on demand it misbehaves: see
//! [`Fault`]. Its services:
//!
//! * *basic connect* and *device service stream*, as far as device services, `mbimcli` and ModemManager need them;
//! * [`ECHO`](service::ECHO), which sends back what it gets, in commands and over data sessions;
//! * [`STORE`](service::STORE), a sink and source of bulk data with digests;
//! * [`LINE`](service::LINE), in two modems that are [`connected`]: what goes in at one comes out at the other;
//! * an AT interpreter behind Fibocom's tunnel, a firmware id, a modem log (a data session that only reads);
//! * [`CONTROL`](service::CONTROL), which changes latency, injects faults and events, and unplugs the modem.

mod at;
#[allow(unreachable_pub)] // its buffers are made by the macro, which makes them public
mod basic_connect;
mod control;
mod echo;
mod fault;
mod line;
mod log;
mod modem;
mod profile;
#[cfg(target_os = "linux")]
mod pty;
mod serve;
pub mod service;
mod store;
#[cfg(target_os = "linux")]
pub mod usb;

pub use control::{InjectEvent, InjectFault, SetLatency, Unplug};
pub use fault::{Fault, FaultPlan};
pub use line::connected;
pub use modem::Modem;
pub use profile::Profile;
#[cfg(target_os = "linux")]
pub use pty::Pty;
pub(crate) use serve::is_data_plane_query;
pub use serve::{Handle, open, serve};
pub use store::{Clear, Digest, DigestQuery, Send, digest_of_pattern, pattern};
