//! `wws mbn proxy`: share a modem.

use crate::table::FAINT;
use std::path::PathBuf;
use wws_mbn::{
    Result,
    proxy::{Server, Target, bind},
    transport::linux::{OpenOptions, Proxy},
};

/// Arguments of `wws mbn proxy`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen: a path, or a name in the abstract namespace (@NAME). @mbim-proxy takes the place of mbim-proxy
    #[arg(long, default_value = "@wws-mbim-proxy")]
    socket: String,
    /// The modem to share. Without it, the one that each client names
    #[arg(short, long, value_name = "DEVICE")]
    device: Option<PathBuf>,
    /// Open the device even if another program holds it
    #[arg(long)]
    force: bool,
    /// The network interface that carries data sessions, if it is not the one beside the device
    #[arg(long, value_name = "INTERFACE")]
    network: Option<String>,
}

/// Serves until interrupted; then closes the modems.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let options =
        OpenOptions { proxy: Proxy::Never, force: args.force, network_interface: args.network.clone() };
    let target = match &args.device {
        Some(device) => Target::Device(device.clone(), options),
        None => Target::Devices(options),
    };
    let listener = bind(&args.socket)?;
    println!("{}", args.socket);
    anstream::eprintln!("{FAINT}Serving at {}. Interrupt to end.{FAINT:#}", args.socket);
    let server = Server::new(target);
    let served = tokio::select! {
        served = server.clone().run(listener) => served,
        () = super::interrupted() => Ok(()),
    };
    server.close().await;
    if !args.socket.starts_with('@') {
        let _gone = std::fs::remove_file(&args.socket);
    }
    served
}
