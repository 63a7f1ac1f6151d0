//! `wws mbn at`: a console for the modem's AT interpreter.

use super::reach::Reach;
use crate::table::{BAD, FAINT};
use std::io::{self, IsTerminal, Write};
use tokio::io::{AsyncBufReadExt, BufReader};
use wws_mbn::{
    Code, Error, Modem, Result,
    wire::{
        cid::at::{TUNNELS, Tunnel},
        service,
    },
};

/// Arguments of `wws mbn at`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Commands to send, such as ATI. Without any, lines from standard input
    commands: Vec<String>,
    #[command(flatten)]
    reach: Reach,
}

/// Sends commands and shows what is answered.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let modem = args.reach.open().await?;
    let services = modem.all_services()?.services;
    let has = |id, cid| services.iter().any(|listed| listed.service == id && listed.cids.contains(&cid));
    let Some(tunnel) = Tunnel::pick(has) else {
        let known: Vec<String> =
            TUNNELS.iter().map(|tunnel| service::Name(tunnel.service).to_string()).collect();
        let text = format!("the modem lists none of the known AT tunnels ({})", known.join(", "));
        return Err(Error::new(Code::NotSupported, text));
    };
    for command in &args.commands {
        send(&modem, tunnel, command).await?;
    }
    if args.commands.is_empty() {
        console(&modem, tunnel).await?;
    }
    modem.close().await;
    Ok(())
}

async fn console(modem: &Modem, tunnel: Tunnel) -> Result<()> {
    let interactive = io::stdin().is_terminal();
    if interactive {
        let name = service::Name(tunnel.service);
        anstream::eprintln!("{FAINT}{} through {name}. End with Ctrl-D.{FAINT:#}", modem.description());
    }
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        if interactive {
            eprint!("> ");
        }
        let line = tokio::select! {
            line = lines.next_line() => line?,
            () = super::interrupted() => None,
        };
        let Some(line) = line else { return Ok(()) };
        if line.trim().is_empty() {
            continue;
        }
        match send(modem, tunnel, &line).await {
            Err(error) if interactive && error.code() != Code::DeviceRemoved => {
                anstream::eprintln!("{BAD}error:{BAD:#} {error}");
            }
            other => other?,
        }
    }
}

async fn send(modem: &Modem, tunnel: Tunnel, line: &str) -> Result<()> {
    let done = modem.whole_answer(tunnel.command(format!("{}\r", line.trim()).as_bytes())).await?;
    let answer = tunnel.answer(&done)?;
    // Interpreters end their lines with carriage returns; a terminal wants none.
    let text = String::from_utf8_lossy(&answer).replace('\r', "");
    let mut output = io::stdout().lock();
    writeln!(output, "{}", text.trim_matches('\n'))?;
    Ok(output.flush()?)
}
