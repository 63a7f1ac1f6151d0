//! `wws mbn`: device services of modems, over MBIM.

mod at;
mod command;
mod list;
mod monitor;
mod proxy;
mod qmi;
mod reach;
mod services;
mod session;
mod sim;
mod text;

use crate::table;
use std::process::ExitCode;

/// Arguments of `wws mbn`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// List the modems of this machine: how they are reached, and which program holds them
    List(list::Args),
    /// List the device services of a modem: names, directions, limits, commands
    Services(services::Args),
    /// Ask a service: send a query and show the answer
    Query(command::Args),
    /// Tell a service: send a set and show the answer
    Set(command::Args),
    /// Show the events of services as they come
    Monitor(monitor::Args),
    /// Open a data session and move bulk data: files, a pipe, or a terminal
    Session(session::Args),
    /// Talk to the modem's AT interpreter, through whichever tunnel the modem has
    At(at::Args),
    /// Pipe QMI messages: frames from standard input to the modem, its frames to standard output
    Qmi(qmi::Args),
    /// Be a modem: a simulator on a socket, a terminal, or as mbim-proxy
    Sim(sim::Args),
    /// Share a modem between programs: speaks mbim-proxy's protocol
    Proxy(proxy::Args),
}

/// Runs a command of `wws mbn`, and says what went wrong.
pub(crate) fn run(args: Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = runtime.block_on(async {
        match args.command {
            Command::List(args) => list::run(&args),
            Command::Services(args) => services::run(&args).await,
            Command::Query(args) => command::run(&args, wws_mbn::wire::CommandType::QUERY).await,
            Command::Set(args) => command::run(&args, wws_mbn::wire::CommandType::SET).await,
            Command::Monitor(args) => monitor::run(&args).await,
            Command::Session(args) => session::run(&args).await,
            Command::At(args) => at::run(&args).await,
            Command::Qmi(args) => qmi::run(&args).await,
            Command::Sim(args) => sim::run(&args).await,
            Command::Proxy(args) => proxy::run(&args).await,
        }
    });
    // A thread that still reads standard input must not keep the program.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &wws_mbn::Error) -> ExitCode {
    let red = table::BAD;
    anstream::eprintln!("{red}error:{red:#} {error}");
    ExitCode::FAILURE
}

/// Waits until the user or the system wants the program to end.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
