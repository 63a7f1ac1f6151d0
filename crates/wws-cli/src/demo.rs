//! `wws demo`: one SOAP message with an attachment through every encoding and over every transport, and what each costs.

#[cfg(target_os = "linux")]
mod line;
mod transports;

use crate::{
    MEMORY, convert,
    input::{self, Input},
    message::summary,
    table::{self, BAD, FAINT, GOOD, HEAD},
};
use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use wws::{
    Error, Result,
    soap::{Encoding, EnvelopeVersion, Message, Version},
    value::{DateTime, Decimal, Guid},
    xml::{
        Charset, NodeType, Writer, WriterEncoding, WriterOptions,
        binary::BinaryEncoding,
        output::{FromRead, ToWrite},
    },
};
use xxhash_rust::xxh3::Xxh3;

/// Arguments of `wws demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The attachment; without one 32 MiB are made up
    file: Option<PathBuf>,
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

const NS: &str = "urn:wws:demo";
const ACTION: &str = "urn:wws:demo/send";
const ID: u128 = 0x6f70_e5ab_1c4d_4d0b_9a52_3d2b_8a9c_0c11;
const MADE_UP: u64 = 32 << 20;
const BLOCK: usize = 1 << 16;

/// What one encoding cost.
struct Row {
    name: &'static str,
    bytes: u64,
    write: Duration,
    read: Duration,
    peak: u64,
    is_same: bool,
}

/// Runs the demonstration. It fails if any encoding changed a byte.
pub(crate) fn run(args: &Args) -> Result<()> {
    let attachment = Attachment::new(args.file.as_deref())?;
    if !args.json {
        anstream::println!(
            "{HEAD}wws demo{HEAD:#}: a SOAP message with typed values and {} ({}) as byte content,\n\
             written in every encoding, read back and compared.\n",
            attachment.name,
            table::size(attachment.size)
        );
    }
    let mut rows = Vec::new();
    for (name, encoding) in encodings() {
        let row = once(name, encoding?, &attachment).map_err(|e| e.context(name))?;
        if args.json {
            println!("{}", row.to_json(attachment.size));
        }
        rows.push(row);
    }
    let all_same = rows.iter().all(|row| row.is_same);
    if !args.json {
        show(&rows, attachment.size);
    }
    let all_same = transports::run(&attachment, args.json)? && all_same;
    if all_same {
        Ok(())
    } else {
        Err(Error::format("an encoding or a transport gave other bytes than it was given"))
    }
}

/// Every encoding and charset.
fn encodings() -> [(&'static str, Result<WriterEncoding>); 6] {
    [
        ("text, UTF-8", Ok(Charset::Utf8.into())),
        ("text, UTF-16LE", Ok(Charset::Utf16Le.into())),
        ("text, UTF-16BE", Ok(Charset::Utf16Be.into())),
        (".NET binary", Ok(BinaryEncoding::soap().into())),
        ("MTOM, UTF-8", mtom(Charset::Utf8)),
        ("MTOM, UTF-16LE", mtom(Charset::Utf16Le)),
    ]
}

fn mtom(charset: Charset) -> Result<WriterEncoding> {
    let frame = Encoding::Mtom(charset).frame(EnvelopeVersion::Soap12, &convert::boundary())?;
    Ok(convert::mtom_with(frame, charset))
}

fn show(rows: &[Row], payload: u64) {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let overhead = 100.0 * (r.bytes as f64 - payload as f64) / payload.max(1) as f64;
            vec![
                r.name.to_owned(),
                table::size(r.bytes),
                format!("{overhead:+.2} %"),
                format!("{:.0} MB/s", rate(payload, r.write)),
                format!("{:.0} MB/s", rate(payload, r.read)),
                table::size(r.peak),
                (if r.is_same { "same" } else { "DIFFERENT" }).to_owned(),
            ]
        })
        .collect();
    table::print(&["encoding", "bytes", "overhead", "write", "read", "peak memory", "digest"], &cells);
    if rows.iter().all(|r| r.is_same) {
        anstream::println!("\n{GOOD}Every encoding gave the same bytes back.{GOOD:#}");
    } else {
        anstream::println!("\n{BAD}An encoding changed the bytes.{BAD:#}");
    }
    anstream::println!(
        "{FAINT}Speeds are bytes of attachment a second, through a temporary file, digest included.{FAINT:#}"
    );
}

/// Megabytes a second.
fn rate(bytes: u64, time: Duration) -> f64 {
    bytes as f64 / time.as_secs_f64().max(1e-9) / 1e6
}

/// Writes the document to a temporary file and reads it back.
fn once(name: &'static str, encoding: WriterEncoding, attachment: &Attachment) -> Result<Row> {
    let mut file = tempfile::tempfile()?;
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();

    let start = Instant::now();
    write(encoding, attachment, &mut file)?;
    let write = start.elapsed();
    let bytes = file.stream_position()?;

    file.rewind()?;
    let start = Instant::now();
    let digest = read(Box::new(file))?;
    let read = start.elapsed();
    let peak = MEMORY.peak_usage().saturating_sub(before) as u64;
    Ok(Row { name, bytes, write, read, peak, is_same: digest == (attachment.digest, attachment.size) })
}

/// The message: a body of values of several types, then the attachment, which is pushed and not held in memory.
fn write(encoding: WriterEncoding, attachment: &Attachment, out: &mut File) -> Result<()> {
    let options =
        WriterOptions { buffer_trim_size: 1 << 18, write_declaration: true, ..WriterOptions::stream() };
    let mut w = Writer::new(encoding, options);
    let mut out = ToWrite(out);
    let mut message = Message::request(Version::SOAP12_ADDRESSING10, Guid::from_u128(ID));
    message.set_action(ACTION)?;
    message.set_to("http://localhost/demo")?;
    message.write_start(&mut w)?;
    w.start_element("attachment", NS)?;
    w.attribute("id", "", Guid::from_u128(ID))?;
    w.start_element("name", NS)?;
    w.chars(&attachment.name)?;
    w.end_element()?;
    w.start_element("size", NS)?;
    w.value(attachment.size)?;
    w.end_element()?;
    w.start_element("sent", NS)?;
    w.value(DateTime { ticks: 639_000_000_000_000_000, ..DateTime::default() })?;
    w.end_element()?;
    w.start_element("price", NS)?;
    w.value(Decimal::new(1995, 2))?;
    w.end_element()?;
    w.array("sample", NS, &[1_i32, 2, 3, 5, 8, 13][..])?;
    w.start_element("content", NS)?;
    if w.defers_bytes() {
        w.push_bytes(FromRead(attachment.open()?))?;
    } else {
        // Text is made from the bytes as they come; it leaves in between.
        let mut source = attachment.open()?;
        let mut block = vec![0; BLOCK];
        loop {
            let count = source.read(&mut block)?;
            if count == 0 {
                break;
            }
            w.bytes(&block[..count])?;
            w.flush_to(&mut out)?;
        }
    }
    w.end_element()?;
    w.end_element()?;
    message.write_end(&mut w)?;
    w.flush_to(&mut out)?;
    out.0.flush()?;
    Ok(())
}

/// The digest of the attachment in a message, and its size.
fn read(source: input::Source) -> Result<(u128, u64)> {
    let mut input = Input::new(source, input::From::Auto)?;
    let mut digest = Xxh3::new();
    let mut size = 0;
    let mut block = vec![0; BLOCK];
    let message =
        summary::read(&mut input)?.ok_or_else(|| Error::format("the document is no SOAP message"))?;
    if !message.headers.iter().any(|header| header.local == "Action" && header.value == ACTION) {
        return Err(Error::format(format!("the message has not the action {ACTION}")));
    }
    while !input.reader.element().is_some_and(|e| e.is("content", NS)) {
        if input.next()? == NodeType::Eof {
            return Err(Error::format("the message has no <content>"));
        }
    }
    input.next()?;
    loop {
        let count = match input.reader.read_bytes(&mut block) {
            Err(e) if e.needs_input() => {
                input.fill()?;
                continue;
            }
            count => count?,
        };
        if count == 0 {
            return Ok((digest.digest128(), size));
        }
        digest.update(&block[..count]);
        size += count as u64;
    }
}

/// The attachment: a file, or bytes that are made up the same way each time.
struct Attachment {
    name: String,
    size: u64,
    digest: u128,
    path: Option<PathBuf>,
}

impl Attachment {
    fn new(path: Option<&Path>) -> Result<Self> {
        let name = match path {
            Some(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            None => "noise.bin".into(),
        };
        let mut new = Attachment { name, size: 0, digest: 0, path: path.map(Into::into) };
        let mut digest = Xxh3::new();
        let mut source = new.open()?;
        let mut block = vec![0; BLOCK];
        loop {
            let count = source.read(&mut block)?;
            if count == 0 {
                break;
            }
            digest.update(&block[..count]);
            new.size += count as u64;
        }
        new.digest = digest.digest128();
        Ok(new)
    }

    fn open(&self) -> Result<Box<dyn Read + Send>> {
        match &self.path {
            Some(path) => {
                let file =
                    File::open(path).map_err(|e| Error::from(e).context(format!("{}", path.display())))?;
                Ok(Box::new(file))
            }
            None => Ok(Box::new(Noise { state: 0x9e37_79b9_7f4a_7c15 }.take(MADE_UP))),
        }
    }
}

/// Bytes without a pattern (xorshift64).
struct Noise {
    state: u64,
}

impl Read for Noise {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for chunk in buffer.chunks_mut(8) {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
            chunk.copy_from_slice(&self.state.to_le_bytes()[..chunk.len()]);
        }
        Ok(buffer.len())
    }
}

impl Row {
    fn to_json(&self, payload: u64) -> serde_json::Value {
        serde_json::json!({
            "encoding": self.name, "bytes": self.bytes, "payload": payload,
            "write_mb_s": rate(payload, self.write), "read_mb_s": rate(payload, self.read),
            "peak_memory": self.peak, "same": self.is_same,
        })
    }
}
