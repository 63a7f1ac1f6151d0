//! `wws mbn sim`: be a modem.

use crate::table::FAINT;
use std::{fs::File, path::PathBuf, time::Duration};
use wws_mbn::{
    Error, Result,
    proxy::{Server, Target, bind},
    sim::{self, FaultPlan, Handle, Profile, Pty},
};

/// Arguments of `wws mbn sim`.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("where").required(true))]
pub(crate) struct Args {
    /// Serve on a Unix socket, for several clients at once, data sessions included
    #[arg(long, value_name = "PATH", group = "where")]
    socket: Option<String>,
    /// Serve under the name of mbim-proxy, for programs such as mbimcli -p
    #[arg(long, group = "where")]
    mbim_proxy: bool,
    /// Serve on a terminal with a link to it, for programs that open a device node. There are no data sessions
    #[arg(long, value_name = "PATH", group = "where")]
    pty: Option<PathBuf>,
    /// Plug it into this machine as a USB device, for which the kernel makes a real device node and network interface. Needs
    /// root and the kernel module vhci_hcd
    #[arg(long, group = "where")]
    usbip: bool,
    /// How long each answer takes, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,
    /// How many of a thousand answers are faulty: lost, doubled, cut, or worse
    #[arg(long, value_name = "PER_THOUSAND", default_value_t = 0)]
    faults: u32,
    /// Where the random faults begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many data sessions there can be at once
    #[arg(long, default_value_t = 16)]
    sessions: u32,
    /// The largest datagram, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1500)]
    datagram: usize,
    /// The largest control message, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 4096)]
    control: usize,
    /// The IMEI
    #[arg(long, default_value_t = Profile::default().device_id)]
    imei: String,
    /// Write what the store service receives to a file
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Serve a second modem on this socket. The line service of each leads to the other: what is written to a data session of
    /// one is read at the other
    #[arg(long, value_name = "PATH", requires = "socket")]
    line: Option<String>,
    /// Begin as a dead program leaves a modem: open already
    #[arg(long)]
    stale: bool,
}

/// Serves until interrupted.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let faults = match args.faults {
        0 => FaultPlan::None,
        per_thousand => FaultPlan::Random { seed: args.seed, per_thousand },
    };
    let profile = Profile {
        device_id: args.imei.clone(),
        max_control_message: args.control,
        max_data_size: args.datagram,
        max_dss_sessions: args.sessions,
        latency: Duration::from_millis(args.latency),
        faults,
        stale: args.stale,
        ..Profile::default()
    };
    if let (Some(one), Some(two)) = (&args.socket, &args.line) {
        return line(profile, one, two).await;
    }
    let mut modem = sim::Modem::new(profile);
    if let Some(path) = &args.store {
        let file = File::create(path)
            .map_err(|error| Error::from(error).context(format!("cannot create {}", path.display())))?;
        modem.store_into(Box::new(file));
    }
    let handle = Handle::new(modem);
    let until = async {
        super::interrupted().await;
        Ok(())
    };
    if let Some(path) = &args.pty {
        let pty = Pty::new(Some(path))?;
        announce(&path.display().to_string(), &format!("mbimcli -d {} --query-device-caps", path.display()));
        return tokio::select! {
            served = sim::serve(handle, pty) => Ok(served?),
            done = until => done,
        };
    }
    if args.usbip {
        let stream = sim::usb::attach()?;
        announce("USB", "wws mbn list");
        return tokio::select! {
            served = sim::usb::serve_usbip(handle, stream) => Ok(served?),
            done = until => done,
        };
    }
    let (socket, example) = match &args.socket {
        Some(path) => (path.as_str(), format!("wws mbn services --device {path}")),
        None => ("@mbim-proxy", "mbimcli -d /dev/null -p --query-device-caps".to_owned()),
    };
    let listener = bind(socket)?;
    announce(socket, &example);
    let served = tokio::select! {
        served = Server::new(Target::Simulator(handle)).run(listener) => served,
        done = until => done,
    };
    if let Some(path) = &args.socket {
        let _gone = std::fs::remove_file(path);
    }
    served
}

/// Two modems and a line between them.
async fn line(profile: Profile, one: &str, two: &str) -> Result<()> {
    let (first, second) = (bind(one)?, bind(two)?);
    let [near, far] = sim::connected([profile.clone(), profile]);
    let url =
        |path: &str| format!("mbn://{}/{}", path.replace('%', "%25").replace('/', "%2F"), sim::service::LINE);
    announce(one, &format!("wws send FILE --to {}", url(one)));
    announce(two, &format!("wws receive --listen {} --out DIR", url(two)));
    let served = tokio::select! {
        served = Server::new(Target::Simulator(near)).run(first) => served,
        served = Server::new(Target::Simulator(far)).run(second) => served,
        () = super::interrupted() => Ok(()),
    };
    for path in [one, two] {
        let _gone = std::fs::remove_file(path);
    }
    served
}

fn announce(place: &str, example: &str) {
    println!("{place}");
    anstream::eprintln!("{FAINT}A simulated modem is at {place}. Try: {example}{FAINT:#}");
}
