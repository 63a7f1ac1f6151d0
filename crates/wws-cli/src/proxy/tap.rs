//! Octets pass unchanged, whatever they are; what is known is decoded on the side.

use super::{Args, Output};
use crate::wire::{Conversation, Direction, printer::At};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wws::{
    Error, ErrorCode, Result,
    transport::{
        BoxStream,
        tls::{TlsClient, TlsServer},
    },
    url::{Scheme, Url},
};

/// Octets that are passed on at once.
const PIECE: usize = 64 << 10;
/// How long a client may take for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(30);
/// Characters of a text that are shown.
const SHORTEN: usize = 160;

/// Accepts connections and passes each on to the server.
pub(super) async fn run(args: &Args, listen: &Url, to: &Url) -> Result<()> {
    // What is TLS in a net.tcp session passes as it is.
    let front = match listen.scheme {
        Scheme::Https => args.tls.server(&args.listen)?,
        _ => None,
    };
    let output = Arc::new(Output::new(args)?);
    let host = if matches!(&*listen.host, "+" | "*") { "0.0.0.0" } else { listen.host_name() };
    let listener = TcpListener::bind((host, port(listen))).await.map_err(|e| {
        let code = if e.kind() == std::io::ErrorKind::AddrInUse {
            ErrorCode::AddressInUse
        } else {
            ErrorCode::Other
        };
        Error::new(code, format!("cannot listen at {}: {e}", args.listen))
    })?;
    let address = listener.local_addr()?;
    output.each(|p| p.note(&format!("listening at {address}, passing on to {}", args.to)));
    let tls = match to.scheme {
        Scheme::Https => args.server.client(true)?,
        _ => None,
    };
    let target = Arc::new(Target { to: to.clone(), tls, front });
    let mut tasks = tokio::task::JoinSet::new();
    let mut number = 0;
    while args.connections.is_none_or(|most| number < most) {
        let (client, peer) = listener.accept().await?;
        number += 1;
        output.each(|p| p.connection(number, "tcp", &peer.to_string(), &args.to));
        let (output, target) = (output.clone(), target.clone());
        tasks.spawn(async move {
            let tap =
                Arc::new(Tap { number, output, conversation: Mutex::new(Conversation::new(Some(SHORTEN))) });
            if let Err(error) = pass(client, &target, tap.clone()).await {
                tap.output.each(|p| p.note(&format!("#{number}: {error}")));
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    Ok(())
}

/// The server behind, and the TLS on both sides.
struct Target {
    to: Url,
    tls: Option<TlsClient>,
    front: Option<TlsServer>,
}

fn port(url: &Url) -> u16 {
    url.port.unwrap_or(match url.scheme {
        Scheme::Https => 443,
        Scheme::NetTcp => 808,
        _ => 80,
    })
}

/// Watches one connection.
struct Tap {
    number: u64,
    output: Arc<Output>,
    conversation: Mutex<Conversation>,
}

impl Tap {
    fn show(&self, direction: Direction, octets: Option<&[u8]>) {
        // Held while it is printed, so that the lines of one connection stay in order.
        let mut conversation = self.conversation.lock().unwrap_or_else(PoisonError::into_inner);
        let events = match octets {
            Some(octets) => conversation.feed(direction, octets),
            None => conversation.end(direction),
        };
        let seconds = self.output.start.elapsed().as_secs_f64();
        let at = At { connection: self.number, seconds, direction };
        self.output.each(|p| p.events(at, &events));
    }
}

async fn pass(client: TcpStream, target: &Target, tap: Arc<Tap>) -> Result<()> {
    let Target { to, tls, front } = target;
    client.set_nodelay(true)?;
    let client: BoxStream = match front {
        None => Box::new(client),
        Some(tls) => {
            tokio::time::timeout(HANDSHAKE, tls.accept_stream(Box::new(client)))
                .await
                .map_err(|_| {
                    Error::new(ErrorCode::OperationTimedOut, "the client did not finish the TLS handshake")
                })??
                .stream
        }
    };
    let server = TcpStream::connect((to.host_name(), port(to))).await.map_err(|e| {
        Error::new(ErrorCode::EndpointNotFound, format!("no connection with {}: {e}", to.host))
    })?;
    server.set_nodelay(true)?;
    let server: BoxStream = match tls {
        None => Box::new(server),
        Some(tls) => tls.connect(Box::new(server), to.host_name()).await?.stream,
    };
    let (client_in, client_out) = tokio::io::split(client);
    let (server_in, server_out) = tokio::io::split(server);
    let there = copy(client_in, server_out, Direction::Request, &tap);
    let back = copy(server_in, client_out, Direction::Reply, &tap);
    let (there, back) = tokio::join!(there, back);
    there.and(back)
}

/// Passes one direction on until it ends.
async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    direction: Direction,
    tap: &Tap,
) -> Result<()> {
    let mut buffer = vec![0; PIECE];
    let done = loop {
        let count = match from.read(&mut buffer).await {
            Ok(0) => break Ok(()),
            Ok(count) => count,
            Err(error) => break Err(error),
        };
        let piece = buffer.get(..count).unwrap_or_default();
        if let Err(error) = to.write_all(piece).await {
            break Err(error);
        }
        tap.show(direction, Some(piece));
    };
    tap.show(direction, None);
    // The other side may be gone already.
    let _ = to.shutdown().await;
    done.map_err(Error::from)
}
