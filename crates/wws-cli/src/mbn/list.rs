//! `wws mbn list`: the modems of this machine.

use crate::table;
use serde_json::json;
use wws_mbn::{Manager, Result, transport::linux::holders};

/// Arguments of `wws mbn list`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// One JSON object per modem
    #[arg(long)]
    json: bool,
}

/// Lists the modems.
pub(crate) fn run(args: &Args) -> Result<()> {
    let found = Manager::new().interfaces();
    let mut rows = Vec::new();
    for interface in &found {
        let held: Vec<String> = holders(&interface.path)
            .into_iter()
            .map(|holder| format!("{} ({})", holder.name, holder.pid))
            .collect();
        if args.json {
            let line = json!({
                "id": interface.id, "path": interface.path, "driver": interface.driver, "product": interface.product,
                "networks": interface.networks, "data_sessions": interface.dss_network().is_some(),
                "max_control_message": interface.max_control_message, "held_by": held,
            });
            println!("{line}");
            continue;
        }
        rows.push(vec![
            interface.id.clone(),
            interface.product.clone().unwrap_or_else(|| "-".into()),
            interface.driver.clone(),
            interface.path.display().to_string(),
            interface.dss_network().unwrap_or("none").to_owned(),
            if held.is_empty() { "nobody".into() } else { held.join(", ") },
        ]);
    }
    if args.json {
        return Ok(());
    }
    if found.is_empty() {
        println!(
            "No modem that speaks MBIM. Every command works with the built-in simulator: wws mbn services --sim"
        );
        return Ok(());
    }
    table::print(&["modem", "product", "driver", "device", "data sessions on", "held by"], &rows);
    Ok(())
}
