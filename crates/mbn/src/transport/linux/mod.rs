//! Linux: character devices, proxies, network interfaces for data sessions.

mod device_node;
mod holders;
mod local_socket;
pub(crate) mod netlink;
mod network;
mod packet;
mod proxy_client;
pub mod sysfs;

use std::{
    io,
    os::{
        fd::{AsFd, AsRawFd},
        unix::fs::FileTypeExt,
    },
    path::{Path, PathBuf},
    time::Duration,
};

pub(crate) use device_node::DeviceNode;
pub use holders::{Holder, holders};
pub(crate) use local_socket::LocalSocket;
pub(crate) use packet::PacketPlane;
pub use packet::{PacketSocket, frame_head};

use tokio::io::{AsyncRead, AsyncWrite, Interest, unix::AsyncFd};

use super::{Control, DataPlane, Stream, Transport};
use crate::{
    Code, Error, Result,
    host::{HostConfig, LinkConfig},
};

/// How long to wait for a lock on a device: a handle that was just dropped is still closing it.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The address of mbim-proxy: a name in the abstract namespace, without padding.
pub const MBIM_PROXY: &str = "mbim-proxy";

/// How to reach a modem.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// Through which proxy, if any.
    pub proxy: Proxy,
    /// Open the device even if another program holds it. Both then get each other's answers.
    pub force: bool,
    /// The network interface for data sessions, if it is not the one that the system says.
    pub network_interface: Option<String>,
}

/// Which proxy to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// mbim-proxy if it holds the device, none otherwise.
    #[default]
    Auto,
    /// None: the device is ours alone.
    Never,
    /// The one with this name in the abstract namespace.
    Abstract(String),
    /// The one that listens on this path.
    Path(PathBuf),
}

impl Transport {
    /// Opens a modem: a character device such as `/dev/cdc-wdm0`, a terminal that a simulator made, or the socket of a simulator or of
    /// this crate's proxy.
    ///
    /// # Errors
    /// `E_ACCESSDENIED` without the permission, `ERROR_SHARING_VIOLATION` if another program holds the device, `ERROR_NOT_FOUND`.
    pub async fn open(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Self> {
        let path = path.as_ref();
        let file_type = std::fs::metadata(path).map_err(|error| explain(path, error))?.file_type();
        if file_type.is_socket() {
            return proxy_client::connect_path(path, None).await;
        }
        match &options.proxy {
            Proxy::Abstract(name) => return proxy_client::connect_abstract(name, path, options).await,
            Proxy::Path(socket) => return proxy_client::connect_path(socket, Some((path, options))).await,
            Proxy::Auto | Proxy::Never => {}
        }
        if !file_type.is_char_device() {
            return Err(Error::new(
                Code::InvalidArgument,
                format!("{} is neither a device nor a socket", path.display()),
            ));
        }
        let others = holders(path);
        if let Some(holder) = others.first() {
            if options.proxy == Proxy::Auto && holder.name == MBIM_PROXY {
                return proxy_client::connect_abstract(MBIM_PROXY, path, options).await;
            }
            if !options.force {
                return Err(in_use(path, holder));
            }
        }
        open_device(path, options).await
    }
}

impl Transport {
    /// A stream that carries control messages, and a network interface that carries data sessions as those of `cdc_mbim` do.
    ///
    /// # Errors
    /// There is no such interface.
    pub fn stream_and_network(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        network: &str,
        mut config: HostConfig,
    ) -> Result<Self> {
        config.max_data_size = Some(packet::max_payload(network)?);
        let data = DataPlane::Packet(PacketPlane::new(network.to_owned()));
        let description = format!("a stream (data sessions on {network})");
        Ok(Self { control: Control::Stream(Stream::new(stream)), data, config, description })
    }
}

/// Lets the runtime watch a file or socket both ways.
pub(crate) fn watch<T: AsFd + AsRawFd>(io: T) -> io::Result<AsyncFd<T>> {
    watch_for(io, Interest::READABLE | Interest::WRITABLE)
}

/// Lets the runtime watch a file or socket for some of what may happen.
fn watch_for<T: AsFd + AsRawFd>(io: T, interest: Interest) -> io::Result<AsyncFd<T>> {
    // `AsyncFd::with_interest` is deprecated because a type may give out a descriptor that it does not own. Files, sockets and `OwnedFd`, which are
    // all that comes here and all that `AsFd` lets through, own theirs; the replacement is an unsafe function for every type.
    #[allow(deprecated)]
    AsyncFd::with_interest(io, interest)
}

/// Opens a character device for ourselves alone.
async fn open_device(path: &Path, options: &OpenOptions) -> Result<Transport> {
    let mut opened = DeviceNode::open(path, options.force);
    for _ in 0..LOCK_TRIES {
        match &opened {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            _ => break,
        }
        tokio::time::sleep(LOCK_PAUSE).await;
        opened = DeviceNode::open(path, options.force);
    }
    let node = opened.map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => Error::new(
            Code::SharingViolation,
            format!(
                "{} is locked by another program of this library; use its proxy, or end it",
                path.display()
            ),
        ),
        _ => explain(path, error),
    })?;
    let found = sysfs::describe(path);
    let max_control_transfer =
        found.as_ref().and_then(|interface| interface.max_control_message).unwrap_or(4096);
    let link = LinkConfig { max_control_transfer, ..LinkConfig::default() };
    let mut config = HostConfig { link, max_command_size: max_control_transfer, ..HostConfig::default() };
    let (data, how) = packet_plane(found.as_ref(), options, &mut config)?;
    let description = format!("{} ({how})", path.display());
    Ok(Transport { control: Control::Device(node), data, config, description })
}

/// The data plane of a modem whose network interface carries data sessions.
fn packet_plane(
    found: Option<&sysfs::Interface>,
    options: &OpenOptions,
    config: &mut HostConfig,
) -> Result<(DataPlane, String)> {
    let network = options
        .network_interface
        .clone()
        .or_else(|| found.and_then(sysfs::Interface::dss_network).map(str::to_owned));
    let Some(network) = network else {
        return Ok((DataPlane::None, "without data sessions".into()));
    };
    config.max_data_size = Some(packet::max_payload(&network)?);
    let how = format!("data sessions on {network}");
    Ok((DataPlane::Packet(PacketPlane::new(network)), how))
}

fn in_use(path: &Path, holder: &Holder) -> Error {
    let advice = match holder.name.as_str() {
        "ModemManager" => {
            "stop it (systemctl stop ModemManager), or let it use mbim-proxy and go through that"
        }
        MBIM_PROXY => "go through it: give no proxy option, or --proxy",
        _ => "end it, or go through a proxy",
    };
    Error::new(
        Code::SharingViolation,
        format!("{} is held by {} (process {}): {advice}", path.display(), holder.name, holder.pid),
    )
}

/// An error of opening `path`, with what to do about it.
fn explain(path: &Path, error: io::Error) -> Error {
    let advice = match error.kind() {
        io::ErrorKind::PermissionDenied => match holders::group_of(path) {
            Some(group) if group != "root" => {
                format!(": join the group {group} (usermod -aG {group} $USER), or run as root")
            }
            _ => ": run as root, or add a udev rule that gives the device to a group of yours".into(),
        },
        io::ErrorKind::NotFound => ": is the modem plugged in?".into(),
        _ => String::new(),
    };
    Error::from(error).context(format!("cannot open {}{advice}", path.display()))
}
