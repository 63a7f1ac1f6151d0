//! Ways to a modem: a character device, a proxy's or simulator's socket, anything that is a stream.
//!
//! A [`Transport`] is a control channel and what it has for data sessions. [`Modem::connect`](crate::Modem::connect) and the proxy drive it.

mod control;
mod driver;
mod in_band;
#[cfg(target_os = "linux")]
pub mod linux;
mod stream;

use std::fmt;

pub(crate) use control::Control;
pub(crate) use driver::{Core, Shared, now, spawn};
pub(crate) use in_band::{InBand, push};
pub(crate) use stream::Stream;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::host::HostConfig;

/// A way to a modem that is open but not yet spoken to.
pub struct Transport {
    pub(crate) control: Control,
    pub(crate) data: DataPlane,
    pub(crate) config: HostConfig,
    pub(crate) description: String,
}

/// How the datagrams of data sessions travel.
pub(crate) enum DataPlane {
    /// Not at all.
    None,
    /// Between the control messages.
    InBand(InBand),
    /// As frames of a network interface.
    #[cfg(target_os = "linux")]
    Packet(linux::PacketPlane),
}

impl Transport {
    /// A stream that carries control messages, such as a socket to a program that plays a modem.
    ///
    /// Data sessions are carried if `config.max_data_size` is set; the peer must then know the extension
    /// [`data_message`](crate::wire::data_message).
    pub fn stream(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, config: HostConfig) -> Self {
        let data = match config.max_data_size {
            Some(size) => DataPlane::InBand(InBand::new(size)),
            None => DataPlane::None,
        };
        let control = Control::Stream(Stream::new(stream));
        Self { control, data, config, description: "a stream".into() }
    }

    /// The same transport with another description.
    pub fn described(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    /// The configuration that the host side starts with, to change it.
    pub fn config_mut(&mut self) -> &mut HostConfig {
        &mut self.config
    }

    /// The configuration that the host side starts with.
    pub fn config(&self) -> &HostConfig {
        &self.config
    }

    /// How the modem is reached, in words.
    pub fn description(&self) -> &str {
        &self.description
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transport({})", self.description)
    }
}
