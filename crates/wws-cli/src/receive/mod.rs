//! `wws receive`: writes what arrives to files, and acknowledges what is complete on disk.
//!
//! Every encoding and version that the transport can carry is taken, and answered in kind.

mod store;

use crate::{
    soap::{RECEIVED_ACTION, Side, SoapArgs, encoding_name},
    table::{self, FAINT, HEAD},
    tls::ServerTls,
};
use serde_json::json;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Instant};
use store::{Saved, Store};
use tokio::sync::mpsc;
use wws::{
    Result, ToXml,
    channel::{Channel, ChannelType, Listener},
    soap::{FaultDisclosure, Message},
};

/// Arguments of `wws receive`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen: http://, https://, net.tcp://, net.pipe://, soap.udp:// or mbn://INTERFACE/SERVICE (a modem); the
    /// host + is every address, port 0 any free one
    #[arg(long, value_name = "URL")]
    listen: String,
    /// The directory to write to; a directory of its own for each message
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    soap: SoapArgs,
    #[command(flatten)]
    tls: ServerTls,
    /// Stop after this many messages
    #[arg(long, value_name = "COUNT")]
    count: Option<u64>,
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

/// What a message is answered with.
#[derive(ToXml)]
#[xml(name = "received", ns = "urn:wws:file")]
struct Received {
    /// The directory that was made.
    name: String,
    /// Octets of all files.
    octets: u64,
}

/// Receives until it is interrupted, or has enough.
pub(crate) fn run(args: &Args) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            done = receive(args) => done,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}

async fn receive(args: &Args) -> Result<()> {
    let binding = args.soap.binding(&args.listen, Side::Server, None, false)?;
    let binding = args.tls.apply(binding, &args.listen)?;
    let store = Arc::new(Store::new(&args.out)?);
    let listener = Arc::new(Listener::open(&binding, &args.listen).await?);
    let url = listener.url();
    if args.json {
        println!("{}", json!({ "kind": "listening", "url": url }));
    } else {
        anstream::println!("listening at {HEAD}{url}{HEAD:#}, writing to {}", args.out.display());
    }
    let (done, mut finished) = mpsc::unbounded_channel();
    let accepting = {
        let (listener, json) = (listener.clone(), args.json);
        tokio::spawn(async move {
            while let Ok(channel) = listener.accept().await {
                let (store, done) = (store.clone(), done.clone());
                tokio::spawn(async move {
                    if let Err(error) = handle(&channel, &store, json, &done).await {
                        report_failure(&error, json);
                    }
                    if let Err(error) = channel.close().await {
                        report_failure(&error, json);
                    }
                    drop(done);
                });
            }
        })
    };
    let mut count = 0;
    while args.count.is_none_or(|most| count < most) && finished.recv().await.is_some() {
        count += 1;
    }
    // What is answered last is on its way still; closing waits for it.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    accepting.abort();
    listener.close().await
}

fn report_failure(error: &wws::Error, json: bool) {
    if json {
        println!("{}", json!({ "kind": "failed", "error": error.to_string() }));
    } else {
        anstream::eprintln!("{}not received:{:#} {error}", table::BAD, table::BAD);
    }
}

/// Receives the messages of one channel.
async fn handle(
    channel: &Channel,
    store: &Store,
    json: bool,
    done: &mpsc::UnboundedSender<()>,
) -> Result<()> {
    loop {
        let start = Instant::now();
        let mut message = channel.message();
        let Some(reader) = channel.read_message_start(&mut message).await? else { return Ok(()) };
        let saved = match store.save(channel, &mut message, reader).await {
            Ok(saved) => saved,
            Err(error) => {
                if wants_reply(channel, &message) {
                    // The first error is the one to report.
                    let _ = channel.reply_error(&message, &error, FaultDisclosure::Full).await;
                }
                return Err(error);
            }
        };
        report(channel, &message, &saved, start, json);
        if wants_reply(channel, &message) {
            let received = Received { name: saved.name.clone(), octets: saved.octets };
            let action = match message.version().addressing {
                wws::soap::AddressingVersion::Transport => "",
                _ => RECEIVED_ACTION,
            };
            channel.reply(&message, action, &received).await?;
        }
        // Whoever counts may have gone.
        let _ = done.send(());
    }
}

fn wants_reply(channel: &Channel, message: &Message) -> bool {
    channel.kind().has(ChannelType::REPLY) || matches!(message.message_id(), Ok(Some(_)))
}

fn report(channel: &Channel, message: &Message, saved: &Saved, start: Instant, json: bool) {
    let action = message.action().ok().flatten();
    // A socket for both versions of IP gives addresses of version 4 in the clothes of version 6.
    let plain = |peer: SocketAddr| SocketAddr::new(peer.ip().to_canonical(), peer.port()).to_string();
    let peer = channel.info().remote.map(plain);
    let (encoding, envelope) = (encoding_name(channel.binding().encoding), message.version().envelope);
    let seconds = start.elapsed().as_secs_f64();
    if json {
        let value = json!({
            "kind": "message", "name": saved.name, "files": saved.files, "octets": saved.octets,
            "action": action, "from": peer, "seconds": seconds,
            "encoding": encoding, "envelope": envelope.to_string(),
        });
        return println!("{value}");
    }
    let action = action.map(|action| format!(" {action}")).unwrap_or_default();
    let peer = peer.map(|peer| format!(" from {peer}")).unwrap_or_default();
    anstream::println!(
        "{HEAD}{}{HEAD:#}{action} {}{FAINT}, {encoding}, {envelope}{peer} in {seconds:.3} s: {}{FAINT:#}",
        saved.name,
        table::size(saved.octets),
        saved.files.join(", ")
    );
}
