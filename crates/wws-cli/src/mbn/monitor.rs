//! `wws mbn monitor`: events as they come.

use super::{reach::Reach, text};
use crate::table::{BAD, FAINT, HEAD};
use bytes::Bytes;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;
use wws_mbn::{Modem, Result, host::Event, wire::service};

/// Arguments of `wws mbn monitor`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The services: names or UUIDs. Without any, all that the modem has
    #[arg(value_parser = text::parse_service)]
    services: Vec<Uuid>,
    /// One JSON object per event
    #[arg(long)]
    json: bool,
    /// End after so many events
    #[arg(long, value_name = "EVENTS")]
    count: Option<u64>,
    #[command(flatten)]
    reach: Reach,
}

/// Shows events until interrupted.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let modem = args.reach.open().await?;
    let mut events = modem.events();
    subscribe(&modem, &args.services).await?;
    if !args.json {
        anstream::eprintln!("{FAINT}Listening to {}. Interrupt to end.{FAINT:#}", modem.description());
    }
    let mut left = args.count;
    while left != Some(0) {
        let event = tokio::select! {
            event = events.next() => event,
            () = super::interrupted() => break,
        };
        match event {
            Some(Event::Notification { service, id, data }) if wanted(&args.services, service) => {
                show(args.json, service, id, &data);
                left = left.map(|left| left - 1);
            }
            Some(Event::Reset) => {
                anstream::eprintln!("{BAD}The modem was reset.{BAD:#}");
                while !matches!(events.next().await, Some(Event::Arrival) | None) {}
                subscribe(&modem, &args.services).await?;
            }
            Some(Event::Removal(error)) => return Err(error),
            Some(_) => {}
            None => break,
        }
    }
    modem.close().await;
    Ok(())
}

fn wanted(services: &[Uuid], service: Uuid) -> bool {
    services.is_empty() || services.contains(&service)
}

/// Opens the command session of every wanted service that has one; the native services report without.
async fn subscribe(modem: &Modem, services: &[Uuid]) -> Result<()> {
    for listed in modem.all_services()?.services {
        if wanted(services, listed.service) && !service::is_native(listed.service) && !listed.cids.is_empty()
        {
            modem.device_service(listed.service)?.open_command_session()?.await?;
        }
    }
    for &missing in services.iter().filter(|id| !service::is_native(**id)) {
        modem.device_service(missing)?;
    }
    Ok(())
}

fn show(json: bool, id: Uuid, command: u32, data: &Bytes) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    if json {
        let mut object = text::json(id, command, data);
        object.insert("time".into(), now.into());
        println!("{}", serde_json::Value::Object(object));
        return;
    }
    let name = text::service_name(id).map_or_else(|| id.to_string(), str::to_owned);
    let what = service::command_name(id, command).map_or_else(|| command.to_string(), str::to_owned);
    anstream::println!("{HEAD}{name} {what}{HEAD:#} {FAINT}{now:.3}{FAINT:#}");
    print!("{}", text::describe(id, command, data));
}
