//! `wws mbn services`: the device services of a modem.

use super::{reach::Reach, text};
use crate::table::{self, FAINT};
use serde_json::json;
use wws_mbn::{
    Result,
    wire::{
        cid::{DeviceService, DssPayload},
        service,
    },
};

/// Arguments of `wws mbn services`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    reach: Reach,
    /// Show the native services too, which the operating system uses itself
    #[arg(long)]
    all: bool,
    /// One JSON object per service
    #[arg(long)]
    json: bool,
}

/// Lists the services.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let modem = args.reach.open().await?;
    let list = modem.all_services()?;
    let shown = |listed: &&DeviceService| args.all || !service::is_native(listed.service);
    let mut rows = Vec::new();
    for listed in list.services.iter().filter(shown) {
        let (name, commands) = (text::service_name(listed.service), commands(listed));
        if args.json {
            let line = json!({
                "id": listed.service.to_string(), "name": name, "write": writes(listed), "read": reads(listed),
                "max_data_sessions": listed.max_dss_instances, "commands": listed.cids, "native": service::is_native(listed.service),
            });
            println!("{line}");
            continue;
        }
        let data = match (writes(listed), reads(listed)) {
            (true, true) => "both ways",
            (true, false) => "to the modem",
            (false, true) => "from the modem",
            (false, false) => "-",
        };
        let sessions = if data == "-" { "-".into() } else { listed.max_dss_instances.to_string() };
        rows.push(vec![
            listed.service.to_string(),
            name.unwrap_or("-").into(),
            data.into(),
            sessions,
            commands,
        ]);
    }
    if !args.json {
        table::print(&["service", "name", "data", "sessions", "commands"], &rows);
        let (command, data) = (modem.max_command_size(), modem.max_data_size());
        let data = if data == 0 { "none this way".to_owned() } else { format!("{data} bytes at once") };
        anstream::println!(
            "{FAINT}{}: commands of at most {command} bytes, data sessions: {data}, at most {} in all{FAINT:#}",
            modem.description(),
            list.max_dss_sessions
        );
    }
    modem.close().await;
    Ok(())
}

fn writes(listed: &DeviceService) -> bool {
    listed.dss_payload.contains(DssPayload::HOST_TO_DEVICE)
}

fn reads(listed: &DeviceService) -> bool {
    listed.dss_payload.contains(DssPayload::DEVICE_TO_HOST)
}

fn commands(listed: &DeviceService) -> String {
    let name = |&cid: &u32| match service::command_name(listed.service, cid) {
        Some(name) => format!("{cid} {name}"),
        None => cid.to_string(),
    };
    const SHOWN: usize = 4;
    let mut names: Vec<String> = listed.cids.iter().take(SHOWN).map(name).collect();
    if listed.cids.len() > SHOWN {
        names.push(format!("{} more", listed.cids.len() - SHOWN));
    }
    if names.is_empty() { "-".into() } else { names.join(", ") }
}
