//! `wws proxy`: stands between a client and a server and shows what they say to each other.
//!
//! Where both sides are of one kind, octets pass unchanged (`tap`); where they are not, or another encoding is asked for,
//! messages are received on one side and sent on the other (`relay`, `translate`).

mod relay;
mod tap;
mod translate;

use crate::{
    soap::SoapArgs,
    tls::{self, ServerTls},
    wire::Printer,
};
use std::{
    fs::File,
    io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Instant,
};
use wws::{
    Error, ErrorCode, Result,
    transport::tls::TlsClient,
    url::{Flags, Scheme, Url},
};

/// Arguments of `wws proxy`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where clients connect: http://, https://, net.tcp://, net.pipe://, soap.udp:// or mbn://; port 0 takes any free one
    #[arg(long, value_name = "URL")]
    listen: String,
    /// The server behind, of the same kind or any other. Octets pass unchanged between two of a kind, http and https being
    /// one; else, or if encoding, version or stream are set, messages are translated, and clients are answered in kind
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
    /// Stop after this many connections; translating, after this many exchanges over HTTP
    #[arg(long, value_name = "COUNT")]
    connections: Option<u64>,
    #[command(flatten, next_help_heading = "What the server is sent, if messages are translated")]
    soap: SoapArgs,
    #[command(flatten, next_help_heading = "TLS towards clients")]
    tls: ServerTls,
    #[command(flatten, next_help_heading = "TLS towards the server")]
    server: ServerSide,
}

/// TLS towards the server.
#[derive(clap::Args)]
struct ServerSide {
    /// Trust these certificates (PEM) instead of the system's
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Our own certificate with its chain (PEM), if the server asks who we are
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The private key of --client-cert (PEM)
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
}

impl ServerSide {
    fn is_given(&self) -> bool {
        self.cacert.is_some() || self.client_cert.is_some()
    }

    fn client(&self, is_needed: bool) -> Result<Option<TlsClient>> {
        let paths = (self.cacert.as_deref(), self.client_cert.as_deref(), self.client_key.as_deref());
        tls::client(paths, is_needed)
    }
}

/// Runs the proxy until it is interrupted.
pub(crate) fn run(args: &Args) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ends = (endpoint(&args.listen)?, endpoint(&args.to)?);
    let proxy = async {
        match &ends {
            (Some(listen), Some(to)) if passes_unchanged(args, listen, to) => {
                tap::run(args, listen, to).await
            }
            _ => relay::run(args).await,
        }
    };
    runtime.block_on(async {
        tokio::select! {
            done = proxy => done,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}

/// A URL, if it is one; `mbn` has a form of its own.
fn endpoint(text: &str) -> Result<Option<Url>> {
    if text.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mbn://")) {
        return Ok(None);
    }
    let flags = Flags { allow_host_wildcards: true, ..Flags::default() };
    let no_endpoint = |e: Error| Error::new(ErrorCode::InvalidEndpointUrl, e.to_string());
    Url::decode(text, flags).map(Some).map_err(no_endpoint)
}

fn passes_unchanged(args: &Args, listen: &Url, to: &Url) -> bool {
    let is_http = |url: &Url| matches!(url.scheme, Scheme::Http | Scheme::Https);
    // In a net.tcp session, TLS begins behind the first records: to end it means to speak the framing.
    let is_tcp = |url: &Url| url.scheme == Scheme::NetTcp && !args.tls.is_given() && !args.server.is_given();
    let same = (is_http(listen) && is_http(to)) || (is_tcp(listen) && is_tcp(to));
    same && !args.soap.says_anything()
}

fn printers(args: &Args) -> Result<Vec<Printer>> {
    let out = anstream::AutoStream::auto(io::stdout());
    let mut printers = vec![Printer::new(out, args.json, args.verbose)];
    if let Some(path) = &args.trace {
        let file = File::create(path).map_err(|e| Error::from(e).context(path.display().to_string()))?;
        printers.push(Printer::new(file, true, true));
    }
    Ok(printers)
}

/// What is shown and what is written.
struct Output {
    start: Instant,
    printers: Mutex<Vec<Printer>>,
}

impl Output {
    fn new(args: &Args) -> Result<Self> {
        Ok(Output { start: Instant::now(), printers: Mutex::new(printers(args)?) })
    }

    fn each(&self, mut show: impl FnMut(&mut Printer)) {
        let mut printers = self.printers.lock().unwrap_or_else(PoisonError::into_inner);
        printers.iter_mut().for_each(&mut show);
    }
}
