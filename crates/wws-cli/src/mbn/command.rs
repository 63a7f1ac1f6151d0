//! `wws mbn query` and `wws mbn set`: one command of any service.

use super::{reach::Reach, text};
use bytes::Bytes;
use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;
use wws_mbn::{
    Code, Error, Result,
    host::Answer,
    wire::{Command, CommandType},
};

/// Arguments of `wws mbn query` and `wws mbn set`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The service: a name such as qdu, or a UUID
    #[arg(value_parser = text::parse_service)]
    service: Uuid,
    /// The command: a number, or a name such as DEVICE_CAPS
    command: String,
    /// The information buffer, in hexadecimal
    #[arg(long, value_parser = text::parse_hex, conflicts_with = "input")]
    hex: Option<Bytes>,
    /// The information buffer from a file, or - for standard input
    #[arg(long = "in", value_name = "FILE")]
    input: Option<PathBuf>,
    /// Write the answer's information buffer to a file as it is, or - for standard output
    #[arg(long = "out", value_name = "FILE")]
    output: Option<PathBuf>,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
    /// The answer as a JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

/// Sends the command, and shows the answer.
pub(crate) async fn run(args: &Args, kind: CommandType) -> Result<()> {
    let cid = text::parse_command(args.service, &args.command)?;
    let buffer = match (&args.hex, &args.input) {
        (Some(bytes), _) => bytes.clone(),
        (None, Some(path)) => read(path)?,
        (None, None) => Bytes::new(),
    };
    let modem = args.reach.open().await?;
    let command = Command { service: args.service, cid, kind, buffer };
    let answer = modem.command(command, Some(Duration::from_secs(args.timeout)))?.await?;
    modem.close().await;
    let Answer::Whole(done) = answer else { return Err(Code::InvalidData.into()) };
    done.status.into_result()?;
    if let Some(path) = &args.output {
        return write(path, &done.buffer);
    }
    if args.json {
        println!("{}", serde_json::Value::Object(text::json(args.service, cid, &done.buffer)));
    } else if done.buffer.is_empty() {
        println!("done; the answer is empty");
    } else {
        print!("{}", text::describe(args.service, cid, &done.buffer));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Bytes> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes.into());
    }
    let bytes = fs::read(path);
    Ok(bytes.map_err(|error| Error::from(error).context(format!("cannot read {}", path.display())))?.into())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = if path == Path::new("-") { io::stdout().write_all(bytes) } else { fs::write(path, bytes) };
    written.map_err(|error| Error::from(error).context(format!("cannot write {}", path.display())))
}
