//! The second table of `wws demo`: every encoding over every transport, both ends in this process, on loopback.

use super::{Attachment, BLOCK, NS, rate};
use crate::{
    MEMORY, input,
    table::{self, BAD, FAINT, GOOD},
};
use std::{
    io::{self, IoSlice, Read},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wws::{
    Error, FromXml, Result, ToXml,
    channel::{Binding, Channel, Listener, TransferMode},
    soap::{Encoding, Message},
    transport::{BoxStream, tcp::StreamLayer},
    xml::{Charset, Reader, output::FromRead},
};
use xxhash_rust::xxh3::Xxh3;

/// How long small round trips are counted.
const COUNTING: Duration = Duration::from_millis(300);
const ACTION: &str = "urn:wws:demo/send";

/// What one encoding over one transport cost.
struct Row {
    name: String,
    /// Octets that the client wrote for the attachment, if they can be counted.
    bytes: Option<u64>,
    time: Option<Duration>,
    round_trips: f64,
    peak: u64,
    is_same: bool,
}

/// The digest that comes back.
#[derive(ToXml, FromXml)]
#[xml(name = "digest", ns = "urn:wws:demo")]
struct Digest {
    value: String,
    size: u64,
}

/// Runs them all; false if a byte was changed anywhere.
pub(super) fn run(attachment: &Attachment, json: bool) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut rows = Vec::new();
    #[cfg(target_os = "linux")]
    let line = runtime.block_on(super::line::Line::new())?;
    let combinations = combinations();
    #[cfg(target_os = "linux")]
    let combinations = combinations.into_iter().chain(line.combinations().map(large));
    for Combination { name, binding, listen, connect } in combinations {
        let row = once(&name, binding, &listen, connect, attachment);
        let row = runtime.block_on(row).map_err(|e| e.context(name))?;
        if json {
            println!("{}", row.to_json(attachment.size));
        }
        rows.push(row);
    }
    if !json {
        show(&rows, attachment.size);
    }
    Ok(rows.iter().all(|row| row.is_same))
}

/// A way for the attachment.
pub(super) struct Combination {
    pub(super) name: String,
    pub(super) binding: Binding,
    pub(super) listen: String,
    /// Where to connect, if it is not the URL that the listener has.
    pub(super) connect: Option<String>,
}

/// The same for messages of any size.
fn large(combination: Combination) -> Combination {
    let mut binding = combination.binding.with_max_message_size(u64::from(u32::MAX));
    // A block of bytes becomes more than that as text.
    binding.max_streamed_flush_size = 4 * BLOCK;
    binding.reader = input::options();
    Combination { binding, ..combination }
}

fn combinations() -> Vec<Combination> {
    let encodings = [
        ("text", Encoding::Text(Charset::Utf8)),
        ("UTF-16", Encoding::Text(Charset::Utf16Le)),
        ("MTOM", Encoding::Mtom(Charset::Utf8)),
        ("binary", Encoding::Binary),
    ];
    let (http, tcp) = ("http://127.0.0.1:0/demo".to_owned(), "net.tcp://127.0.0.1:0/demo".to_owned());
    let mut all = Vec::new();
    let mut add = |name: String, binding: Binding, listen: &str| {
        all.push(large(Combination { name, binding, listen: listen.to_owned(), connect: None }));
    };
    for (name, encoding) in encodings {
        let binding = Binding::http().with_encoding(encoding).with_transfer_mode(TransferMode::STREAMED);
        add(format!("HTTP, {name}"), binding, &http);
    }
    for (name, encoding) in encodings {
        let binding = Binding::tcp().with_encoding(encoding).with_transfer_mode(TransferMode::STREAMED);
        add(format!("net.tcp streamed, {name}"), binding, &tcp);
    }
    let sessions = [("session", Encoding::BinarySession), ("text", encodings[0].1), ("MTOM", encodings[2].1)];
    for (name, encoding) in sessions {
        add(format!("net.tcp, {name}"), Binding::tcp().with_encoding(encoding), &tcp);
    }
    #[cfg(unix)]
    for (name, encoding) in sessions {
        let url = format!("net.pipe://localhost/wws-demo-{}", std::process::id());
        add(format!("net.pipe, {name}"), Binding::named_pipe().with_encoding(encoding), &url);
    }
    let (name, listen) = ("UDP, text".to_owned(), "soap.udp://127.0.0.1:0".to_owned());
    all.push(Combination { name, binding: Binding::udp(), listen, connect: None });
    all
}

async fn once(
    name: &str,
    binding: Binding,
    url: &str,
    connect: Option<String>,
    attachment: &Attachment,
) -> Result<Row> {
    let is_udp = url.starts_with("soap.udp");
    let listener = Arc::new(Listener::open(&binding, url).await?);
    let accepting = listener.clone();
    let server = tokio::spawn(async move {
        while let Ok(channel) = accepting.accept().await {
            tokio::spawn(async move {
                // What fails here is seen on the other end.
                let _ = answer(&channel).await;
                let _ = channel.close().await;
            });
        }
    });
    let written = Arc::new(AtomicU64::new(0));
    let counted = written.clone();
    let layer = StreamLayer::new(move |inner| Box::new(Counted { inner, written: counted.clone() }));
    let url = connect.unwrap_or_else(|| listener.url());
    let channel = Channel::connect(&binding.with_layer(layer), &url).await?;
    let round_trips = round_trips(&channel).await?;
    MEMORY.reset_peak_usage();
    let (before, written_before) = (MEMORY.current_usage(), written.load(Ordering::Relaxed));
    let start = Instant::now();
    let is_same = match is_udp {
        true => true,
        false => {
            let digest = exchange(&channel, Some(attachment)).await?;
            digest.value == format!("{:032x}", attachment.digest) && digest.size == attachment.size
        }
    };
    let time = (!is_udp).then(|| start.elapsed());
    let peak = MEMORY.peak_usage().saturating_sub(before) as u64;
    let bytes = written.load(Ordering::Relaxed) - written_before;
    channel.close().await?;
    server.abort();
    listener.close().await?;
    Ok(Row { name: name.to_owned(), bytes: Some(bytes).filter(|b| *b > 0), time, round_trips, peak, is_same })
}

/// Small requests, one after the other: how many a second.
async fn round_trips(channel: &Channel) -> Result<f64> {
    exchange(channel, None).await?;
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < COUNTING {
        exchange(channel, None).await?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

/// Sends the attachment, or nothing, and waits for the digest.
async fn exchange(channel: &Channel, attachment: Option<&Attachment>) -> Result<Digest> {
    let mut message = channel.request_message(ACTION)?;
    let mut writer = channel.write_message_start(&mut message).await?;
    writer.start_element("content", NS)?;
    if let Some(attachment) = attachment {
        if writer.defers_bytes() {
            writer.push_bytes(FromRead(attachment.open()?))?;
        } else {
            let (mut source, mut block) = (attachment.open()?, vec![0; BLOCK]);
            loop {
                let count = source.read(&mut block)?;
                if count == 0 {
                    break;
                }
                writer.bytes(&block[..count])?;
                channel.flush_body(&mut writer, BLOCK as u64).await?;
            }
        }
    }
    writer.end_element()?;
    channel.write_message_end(&mut message, writer).await?;
    let mut reply = channel.message();
    let Some(mut reader) = channel.read_message_start(&mut reply).await? else {
        return Err(Error::format("there is no reply"));
    };
    channel.fill_body(&mut reader, usize::MAX).await?;
    let digest: Digest = reader.read()?;
    channel.read_message_end(&mut reply, reader).await?;
    Ok(digest)
}

async fn answer(channel: &Channel) -> Result<()> {
    loop {
        let mut message = channel.message();
        let Some(mut reader) = channel.read_message_start(&mut message).await? else { return Ok(()) };
        let digest = digest(channel, &mut reader).await?;
        channel.read_message_end(&mut message, reader).await?;
        let mut reply = Message::reply(&message)?;
        reply.set_action("urn:wws:demo/digest")?;
        channel.send_message(&mut reply, &digest).await?;
    }
}

async fn digest(channel: &Channel, reader: &mut Reader<'static>) -> Result<Digest> {
    until(channel, reader, |reader| reader.read_to_start_element("content", NS)).await?;
    until(channel, reader, |reader| reader.read_start_element()).await?;
    let (mut digest, mut size, mut block) = (Xxh3::new(), 0, vec![0; BLOCK]);
    loop {
        let count = until(channel, reader, |reader| reader.read_bytes(&mut block)).await?;
        if count == 0 {
            break;
        }
        digest.update(&block[..count]);
        size += count as u64;
    }
    until(channel, reader, |reader| reader.read_end_element()).await?;
    Ok(Digest { value: format!("{:032x}", digest.digest128()), size })
}

/// Repeats a call of a reader until it has all the octets it wants.
async fn until<T>(
    channel: &Channel,
    reader: &mut Reader<'static>,
    mut call: impl FnMut(&mut Reader<'static>) -> Result<T>,
) -> Result<T> {
    loop {
        match call(reader) {
            Err(error) if error.needs_input() => channel.fill_body(reader, 0).await?,
            done => return done,
        }
    }
}

fn show(rows: &[Row], payload: u64) {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let none = || "–".to_owned();
            vec![
                r.name.clone(),
                r.bytes.map_or_else(none, table::size),
                r.time.map_or_else(none, |time| format!("{:.0} MB/s", rate(payload, time))),
                format!("{:.0}/s", r.round_trips),
                if r.time.is_some() { table::size(r.peak) } else { none() },
                (if r.is_same { "same" } else { "DIFFERENT" }).to_owned(),
            ]
        })
        .collect();
    anstream::println!();
    table::print(
        &["transport, encoding", "bytes sent", "speed", "round trips", "peak memory", "digest"],
        &cells,
    );
    if rows.iter().all(|r| r.is_same) {
        anstream::println!("\n{GOOD}Every transport gave the same bytes back.{GOOD:#}");
    } else {
        anstream::println!("\n{BAD}A transport changed the bytes.{BAD:#}");
    }
    anstream::println!(
        "{FAINT}Client and server in one process on loopback; round trips are of small messages, one after the other.\n\
         Sessions send whole messages. Next: wws send, wws receive, wws proxy.{FAINT:#}"
    );
}

impl Row {
    fn to_json(&self, payload: u64) -> serde_json::Value {
        serde_json::json!({
            "transport": self.name, "bytes": self.bytes, "payload": payload,
            "mb_s": self.time.map(|time| rate(payload, time)), "round_trips_s": self.round_trips,
            "peak_memory": self.peak, "same": self.is_same,
        })
    }
}

/// Counts what is written.
struct Counted {
    inner: BoxStream,
    written: Arc<AtomicU64>,
}

impl Counted {
    fn count(&self, done: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(count)) = done {
            self.written.fetch_add(*count as u64, Ordering::Relaxed);
        }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.count(&done);
        done
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.count(&done);
        done
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
