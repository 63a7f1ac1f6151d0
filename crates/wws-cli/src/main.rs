//! The program `wws`: SOAP and .NET XML from the command line.

mod body;
mod capture;
mod convert;
mod copy;
mod demo;
mod detect;
mod hints;
mod input;
mod inspect;
#[cfg(target_os = "linux")]
mod mbn;
mod message;
mod parts;
mod progress;
mod proxy;
mod receive;
mod send;
mod soap;
mod table;
mod tls;
mod wire;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

/// SOAP and .NET XML from the command line: convert documents between text, .NET binary and MTOM, look inside them,
/// build messages, and see what each encoding costs.
#[derive(Parser)]
#[command(name = "wws", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Send a SOAP message with an attachment through every encoding and over every transport, and show what each costs
    Demo(demo::Args),
    /// Write a document in another encoding, whatever its size
    Convert(convert::Args),
    /// Show what is in a file: nodes, binary records with offsets, dictionary strings, MTOM parts; or the SOAP
    /// traffic of a packet capture
    Inspect(inspect::Args),
    /// Send a file or an envelope to a service and print the reply
    Send(send::Args),
    /// Receive messages and write them, with their attachments, to files
    Receive(receive::Args),
    /// Stand between a client and a server, show their messages, decoded, as they pass, and translate between
    /// encodings, versions and transports
    Proxy(proxy::Args),
    /// Build a SOAP message from options, or show one by header and body
    Message(message::Args),
    /// Use the device services of a modem: commands, events, data sessions
    #[cfg(target_os = "linux")]
    Mbn(mbn::Args),
    /// Print a script that completes commands in your shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let is_printed = matches!(command, Command::Convert(_) | Command::Inspect(_) | Command::Message(_));
    let done = match command {
        Command::Demo(args) => demo::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Send(args) => send::run(&args),
        Command::Receive(args) => receive::run(&args),
        Command::Proxy(args) => proxy::run(&args),
        Command::Message(args) => message::run(&args),
        #[cfg(target_os = "linux")]
        Command::Mbn(args) => return mbn::run(args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "wws", &mut std::io::stdout());
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads it has enough, as `head` has after ten lines.
        Err(e) if is_printed && is_broken_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => {
            let red = table::BAD;
            anstream::eprintln!("{red}error:{red:#} {e}");
            if let Some(hint) = hints::of(&e) {
                anstream::eprintln!("{}hint:{:#} {hint}", table::HEAD, table::HEAD);
            }
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut systems = causes.filter_map(|error| error.downcast_ref::<std::io::Error>());
    systems.any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
