//! Bodies of HTTP requests, sized and in chunks, honest and not, through the listener into a channel's message: the same
//! outcome however the octets are cut, and the same for a size as for chunks; no claim costs memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    net::TcpStream,
    runtime::{Builder, Runtime},
};
use wws::{
    Result,
    channel::{Binding, Channel, Listener, TransferMode},
    encoder::{Codecs, Gzip},
    transport::tcp::StreamLayer,
};
use wws_fuzz::{cuts, events};

/// What a client may claim: far more than a run may use.
const LIMIT: u64 = 1 << 40;

struct Server {
    listener: Listener,
    address: SocketAddr,
    /// The stream that takes the place of the next connection.
    next: Arc<Mutex<Option<DuplexStream>>>,
}

struct World {
    runtime: Runtime,
    buffered: Server,
    streamed: Server,
}

thread_local! {
    static WORLD: World = World::new();
}

impl Server {
    async fn open(mode: TransferMode) -> Self {
        let next: Arc<Mutex<Option<DuplexStream>>> = Arc::default();
        let taken = next.clone();
        let layer = StreamLayer::new(move |socket| match taken.lock().expect("no panics").take() {
            Some(stream) => Box::new(stream),
            None => socket,
        });
        let codecs = Codecs::default().with_decoder(Gzip::default());
        let mut binding = Binding::http()
            .with_codecs(codecs)
            .with_transfer_mode(mode)
            .with_max_message_size(LIMIT)
            .with_layer(layer);
        binding.max_streamed_message_size = LIMIT;
        binding.listener.in_kind = true;
        let listener = Listener::open(&binding, "http://127.0.0.1:0/x").await.expect("a port is free");
        let address = listener.url().split('/').nth(2).and_then(|a| a.parse().ok()).expect("an address");
        Server { listener, address, next }
    }

    /// What comes of a request whose octets come in pieces.
    async fn outcome(&self, request: &[u8], cut: u8) -> String {
        let (mut near, far) = tokio::io::duplex(512);
        *self.next.lock().expect("no panics") = Some(far);
        let socket = TcpStream::connect(self.address).await.expect("it listens");
        // The socket carries nothing, and its port is free at once.
        socket.set_zero_linger().expect("a socket");
        let client = async {
            for piece in cuts(request, cut) {
                if near.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            let _ = near.shutdown().await;
            let mut answer = Vec::new();
            let _ = near.read_to_end(&mut answer).await;
            String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
        };
        tokio::pin!(client);
        tokio::select! {
            status = &mut client => format!("refused: {status}"),
            channel = self.listener.accept() => {
                let reading = async {
                    let channel = channel.expect("the listener is open");
                    let read = read(&channel).await;
                    let _ = channel.close().await;
                    read.unwrap_or_else(|error| format!("error {:?}", error.code()))
                };
                // Both go on at the same time.
                tokio::join!(reading, client).0
            }
        }
    }
}

async fn read(channel: &Channel) -> Result<String> {
    let mut message = channel.message();
    let Some(mut reader) = channel.read_message_start(&mut message).await? else {
        return Ok("nothing".to_owned());
    };
    channel.fill_body(&mut reader, usize::MAX).await?;
    let action = message.action()?;
    let events = events(&mut reader, |_| panic!("all of it is there"));
    channel.abandon_receiving(Some(reader))?;
    Ok(format!("{action:?} {events:?}"))
}

impl World {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (buffered, streamed) = runtime.block_on(async {
            (Server::open(TransferMode::BUFFERED).await, Server::open(TransferMode::STREAMED).await)
        });
        World { runtime, buffered, streamed }
    }
}

const KINDS: [&str; 5] = [
    "text/xml; charset=utf-8",
    "application/soap+xml; charset=utf-8",
    "application/soap+msbin1",
    "multipart/related; type=\"application/xop+xml\"; boundary=b; start=\"<s>\"; start-info=\"application/soap+xml\"",
    "image/png",
];

/// A body in chunks of a size.
fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    for chunk in body.chunks(size) {
        octets.extend(format!("{:x}\r\n", chunk.len()).as_bytes());
        octets.extend(chunk);
        octets.extend(b"\r\n");
    }
    octets.extend(b"0\r\n\r\n");
    octets
}

fn request(kind: u8, is_zipped: bool, framing: &str, body: &[u8]) -> Vec<u8> {
    let coding = if is_zipped { "Content-Encoding: gzip\r\n" } else { "" };
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    let head = format!("POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: {kind}\r\n{coding}{framing}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fuzz_target!(|input: (u8, u8, u8, u8, u8, u32, &[u8])| {
    let (flags, kind, cut, recut, size, claim, body) = input;
    let (is_zipped, is_streamed) = (flags & 1 != 0, flags & 2 != 0);
    const CHUNKED: &str = "Transfer-Encoding: chunked";
    let honest = request(kind, is_zipped, &format!("Content-Length: {}", body.len()), body);
    let (first, second) = match flags >> 2 & 3 {
        // The same message twice.
        0 => (honest, request(kind, is_zipped, CHUNKED, &chunked(body, usize::from(size) + 1))),
        1 => (honest.clone(), honest),
        // Whatever it is, as chunks.
        2 => {
            let hostile = request(kind, is_zipped, CHUNKED, body);
            (hostile.clone(), hostile)
        }
        // Another size than it has.
        _ => {
            let claim = u64::from(claim) * u64::from(size).max(1);
            let lie = request(kind, is_zipped, &format!("Content-Length: {claim}"), body);
            (lie.clone(), lie)
        }
    };
    WORLD.with(|world| {
        let server = if is_streamed { &world.streamed } else { &world.buffered };
        let (first, second) = world
            .runtime
            .block_on(async { (server.outcome(&first, cut).await, server.outcome(&second, recut).await) });
        // A connection that is cut and a document that is wrong before that are two errors, of which the pieces decide which comes
        // first; so are a coding's and those of what it brings.
        let is_error = |outcome: &str| outcome.starts_with("error") || outcome.starts_with("refused");
        let is_honest = flags >> 2 & 3 < 2 && !is_zipped;
        if is_honest || !(is_error(&first) && is_error(&second)) {
            assert_eq!(first, second);
        }
    });
});
