//! `wws message`: SOAP messages built from options, and shown by header and body.

mod new;
mod show;
pub(crate) mod summary;

use clap::Subcommand;
use wws::Result;

/// Arguments of `wws message`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build a message: envelope, headers, and a document as its body, in any encoding
    New(Box<new::Args>),
    /// Show a message: its versions, each header, the body
    Show(show::Args),
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<()> {
    match &args.command {
        Command::New(args) => new::run(args),
        Command::Show(args) => show::run(args),
    }
}
