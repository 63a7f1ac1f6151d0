//! `wws proxy`: stands between a client and a server and shows what they say to each other.

mod tap;

use crate::wire::Printer;
use std::{fs::File, io, path::PathBuf, sync::Mutex, time::Instant};
use wws::{
    Error, Result,
    url::{Flags, Scheme, Url},
};

/// Arguments of `wws proxy`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where clients connect: http://, https:// or net.tcp://; port 0 takes any free one
    #[arg(long, value_name = "URL")]
    listen: String,
    /// The server behind
    #[arg(long, value_name = "URL")]
    to: String,
    /// Show headers, framing records and envelopes, not only one line a message
    #[arg(short, long)]
    verbose: bool,
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,
    /// Write everything, decoded, to this file as well, one JSON object a line
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Stop after this many connections
    #[arg(long, value_name = "COUNT")]
    connections: Option<u64>,
    /// Trust these certificates (PEM) instead of the system's when the server behind speaks https
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
}

/// Runs the proxy until it is interrupted.
pub(crate) fn run(args: &Args) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let listen = endpoint(&args.listen)?;
    let to = endpoint(&args.to)?;
    runtime.block_on(async {
        tokio::select! {
            done = tap::run(args, &listen, &to) => done,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}

fn endpoint(text: &str) -> Result<Url> {
    let url = Url::decode(text, Flags { allow_host_wildcards: true, ..Flags::default() })
        .map_err(|e| e.context(format!("{text:?}")))?;
    if matches!(url.scheme, Scheme::Http | Scheme::Https | Scheme::NetTcp) {
        return Ok(url);
    }
    Err(Error::argument(format!("{text:?}: the proxy speaks http, https and net.tcp")))
}

/// What is shown and what is written.
struct Output {
    start: Instant,
    printers: Mutex<Vec<Printer>>,
}

impl Output {
    fn new(args: &Args) -> Result<Self> {
        let out = anstream::AutoStream::auto(io::stdout());
        let mut printers = vec![Printer::new(out, args.json, args.verbose)];
        if let Some(path) = &args.trace {
            let file = File::create(path).map_err(|e| Error::from(e).context(path.display().to_string()))?;
            printers.push(Printer::new(file, true, true));
        }
        Ok(Output { start: Instant::now(), printers: Mutex::new(printers) })
    }

    fn each(&self, mut show: impl FnMut(&mut Printer)) {
        let mut printers = self.printers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        printers.iter_mut().for_each(&mut show);
    }
}
