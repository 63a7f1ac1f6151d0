//! Mobile Broadband device services on every OS: what mbnapi.h offers on Windows, over MBIM.
//!
//! A modem lists *device services*: vendor commands, events, and *data sessions* that carry bulk data both ways. This crate opens
//! them. It is built in layers, each usable on its own:
//!
//! * [`wire`] — every MBIM message and information buffer, no I/O: bytes in, values out.
//! * [`host`] — transactions, sessions and events of a modem; no I/O and no clock.
//! * [`sim`] — a modem in software, to try everything without hardware.
//!
//! # Sources
//! Comments cite: `MBIM x` = "Universal Serial Bus Communications Class Subclass Specification for Mobile Broadband Interface Model",
//! revision 1.0 errata-1, section x; `cdc_mbim.rst` = Linux `Documentation/networking/cdc_mbim.rst`; a method name in the form
//! `IMbnDeviceService::WriteData` = that page of the reference of mbnapi.h.

#![forbid(unsafe_code)]

#[macro_use]
pub mod wire;

pub mod error;
pub mod host;
#[cfg(target_os = "linux")]
mod manager;
mod modem;
#[cfg(target_os = "linux")]
pub mod proxy;
pub mod sim;
pub mod transport;

pub use error::{Code, Error, Result};
#[cfg(target_os = "linux")]
pub use manager::{InterfaceEvent, InterfaceEvents, Manager};
pub use modem::{DataSession, DeviceService, DeviceServiceInfo, Events, Modem, Request};
pub use transport::Transport;
