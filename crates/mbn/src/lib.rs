//! Mobile Broadband device services on every OS: what mbnapi.h offers on Windows, over MBIM.
//!
//! A modem lists *device services*: vendor commands, events, and *data sessions* that carry bulk data both ways. This crate opens
//! them. It is built in layers, each usable on its own:
//!
//! * [`wire`] — every MBIM message and information buffer, no I/O: bytes in, values out.
//! * [`host`] — transactions, sessions and events of a modem; no I/O and no clock.
//! * [`sim`] — a modem in software, to try everything without hardware.
//! * [`transport`] — ways to a modem; [`Modem`], [`DeviceService`] and [`DataSession`] — what programs use; [`proxy`] — a modem for several
//!   programs.
//!
//! # Example
//! List the services, open a data session, write, and hear that it was written:
//!
//! ```
//! use wws_mbn::{host::Answer, sim};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! // A simulated modem; a real one is opened with Modem::open("/dev/cdc-wdm0").
//! let modem = sim::open(sim::Profile::default()).await?;
//! for service in modem.enumerate_device_services()? {
//!     println!("{} write: {}, read: {}", service.id, service.data_write_supported, service.data_read_supported);
//! }
//! let echo = modem.device_service(sim::service::ECHO)?;
//! let mut session = echo.data_session().await?;
//! let write = session.write_data("hello").await?;
//! println!("request {}", write.id());
//! assert_eq!(write.await?, Answer::Done); // the completion
//! assert_eq!(session.read_data().await?, Some("hello".into()));
//! session.close().await?;
//! modem.close().await;
//! # Ok::<(), wws_mbn::Error>(()) }).unwrap();
//! ```
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
mod id_map;
mod manager;
mod modem;
#[cfg(target_os = "linux")]
pub mod proxy;
pub mod sim;
pub mod transport;

pub use error::{Code, Error, Result};
#[cfg(target_os = "linux")]
pub use manager::{InterfaceEvent, InterfaceEvents, Manager};
pub use modem::{DataSession, DeviceService, DeviceServiceInfo, Events, Modem, RecordStream, Request};
pub use transport::Transport;
