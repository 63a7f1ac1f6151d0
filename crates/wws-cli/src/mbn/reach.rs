//! Which modem, and how to reach it: the options that every command has.

use crate::table::FAINT;
use std::path::PathBuf;
use wws_mbn::{
    Code, Error, Manager, Modem, Result, Transport, sim,
    transport::linux::{MBIM_PROXY, OpenOptions, Proxy, sysfs::Interface},
};

/// Which modem, and how to reach it.
#[derive(clap::Args)]
pub(crate) struct Reach {
    /// The modem: a name such as cdc-wdm0, a device node, or the socket of a simulator or proxy. Without it, the only one
    /// there is; if there is none, the built-in simulator
    #[arg(short, long, value_name = "DEVICE")]
    device: Option<String>,
    /// Go through a proxy: mbim-proxy, or the one at this path or abstract name (@NAME)
    #[arg(short, long, value_name = "SOCKET", num_args = 0..=1, require_equals = true, conflicts_with = "exclusive")]
    proxy: Option<Option<String>>,
    /// Never go through a proxy
    #[arg(long)]
    exclusive: bool,
    /// Open the device even if another program holds it
    #[arg(long)]
    force: bool,
    /// The network interface that carries data sessions, if it is not the one beside the device
    #[arg(long, value_name = "INTERFACE")]
    network: Option<String>,
    /// Use the built-in simulator
    #[arg(long, conflicts_with_all = ["device", "proxy"])]
    sim: bool,
}

impl Reach {
    /// Opens the modem.
    pub(crate) async fn open(&self) -> Result<Modem> {
        if self.sim {
            return sim::open(sim::Profile::default()).await;
        }
        let found = Manager::new().interfaces();
        let path = match (&self.device, found.as_slice()) {
            (Some(device), _) => path_of(device, &found)?,
            (None, [only]) => only.path.clone(),
            (None, []) if self.proxy.is_some() => "/dev/null".into(), // a proxy may serve one modem, whatever it is called
            (None, []) => {
                anstream::eprintln!(
                    "{FAINT}There is no modem here: this is the built-in simulator. Choose another with --device.{FAINT:#}"
                );
                return sim::open(sim::Profile::default()).await;
            }
            (None, several) => {
                let names: Vec<&str> = several.iter().map(|interface| interface.id.as_str()).collect();
                let text =
                    format!("there are several modems: choose one with --device: {}", names.join(", "));
                return Err(Error::new(Code::InvalidArgument, text));
            }
        };
        Modem::connect(Transport::open(&path, &self.options()).await?).await
    }

    fn options(&self) -> OpenOptions {
        let proxy = match &self.proxy {
            Some(None) => Proxy::Abstract(MBIM_PROXY.into()),
            Some(Some(name)) => match name.strip_prefix('@') {
                Some(name) => Proxy::Abstract(name.into()),
                None => Proxy::Path(name.into()),
            },
            None if self.exclusive => Proxy::Never,
            None => Proxy::Auto,
        };
        OpenOptions { proxy, force: self.force, network_interface: self.network.clone() }
    }
}

fn path_of(device: &str, found: &[Interface]) -> Result<PathBuf> {
    if let Some(interface) = found.iter().find(|interface| interface.id == device) {
        return Ok(interface.path.clone());
    }
    if device.contains('/') {
        return Ok(device.into());
    }
    Err(Error::new(Code::NotFound, format!("there is no modem {device}; wws mbn list shows which there are")))
}
