//! An attachment from memory at one end into a file at the other: by MTOM over a channel, and through a bare socket.

use crate::{
    contract::{ACTION, NS, REPLY_ACTION},
    mark,
};
use std::{
    fs::File,
    io::{IoSlice, Read, Write},
    net::{TcpListener, TcpStream},
};
use wws::{
    Error, FromXml, Result, ToXml,
    channel::{Binding, Channel, Listener},
    soap::Message,
    xml::{
        Reader, Text,
        output::{Destination, PushSource},
        reader::Node,
    },
};

/// What is written and read at once.
const PIECE: usize = 256 << 10;
/// Pieces of a MiB.
const PIECES: u32 = (1 << 20) / PIECE as u32;

/// The reply.
#[derive(ToXml, FromXml)]
#[xml(name = "stored", ns = "urn:wws:bench")]
struct Stored {
    octets: u64,
}

/// The same piece again and again.
struct Pieces(u32);

impl PushSource for Pieces {
    fn push(&mut self, to: &mut dyn Destination) -> Result<()> {
        let piece = vec![0x5A; PIECE];
        (0..self.0).try_for_each(|_| to.write_all(&[IoSlice::new(&piece)]))
    }
}

/// Writes what arrives to a file, until the program ends.
pub(crate) async fn serve(binding: &Binding, kind: &str, file: &str) -> Result<String> {
    let scheme = if kind.starts_with("file-http") { "http" } else { "net.tcp" };
    let listener = Listener::open(binding, &format!("{scheme}://127.0.0.1:0/file")).await?;
    let (url, file) = (listener.url(), file.to_owned());
    tokio::spawn(async move {
        while let Ok(channel) = listener.accept().await {
            let file = file.clone();
            tokio::spawn(async move {
                if let Err(error) = store(&channel, &file).await {
                    eprintln!("the server: {error}");
                }
            });
        }
    });
    Ok(url)
}

async fn store(channel: &Channel, file: &str) -> Result<()> {
    let mut message = channel.message();
    let Some(mut reader) = channel.read_message_start(&mut message).await? else { return Ok(()) };
    until(channel, &mut reader, |reader| reader.read_to_start_element("data", NS)).await?;
    until(channel, &mut reader, |reader| reader.read_start_element()).await?;
    let (mut file, mut octets) = (File::create(file)?, 0);
    // Bytes are written from where the reader has them.
    while let Node::Text(Text::Bytes(piece)) = reader.node() {
        file.write_all(piece)?;
        octets += piece.len() as u64;
        until(channel, &mut reader, |reader| reader.read_node().map(drop)).await?;
    }
    until(channel, &mut reader, |reader| reader.read_end_element()).await?;
    channel.read_message_end(&mut message, reader).await?;
    let mut reply = Message::reply(&message)?;
    reply.set_action(REPLY_ACTION)?;
    channel.send_message(&mut reply, &Stored { octets }).await?;
    channel.close().await
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

/// Sends so many MiB.
pub(crate) async fn call(binding: &Binding, url: &str, mib: u32) -> Result<()> {
    let channel = Channel::connect(binding, url).await?;
    mark("begin")?;
    let mut message = channel.request_message(ACTION)?;
    let mut writer = channel.write_message_start(&mut message).await?;
    writer.start_element("data", NS)?;
    writer.push_bytes(Pieces(mib * PIECES))?;
    writer.end_element()?;
    channel.write_message_end(&mut message, writer).await?;
    let mut reply = channel.message();
    let Some(mut reader) = channel.read_message_start(&mut reply).await? else {
        return Err(Error::format("there is no reply"));
    };
    channel.fill_body(&mut reader, usize::MAX).await?;
    let Stored { octets } = reader.read()?;
    channel.read_message_end(&mut reply, reader).await?;
    check(octets, mib)?;
    mark("end")?;
    channel.close().await
}

fn check(octets: u64, mib: u32) -> Result<()> {
    match octets == u64::from(mib) << 20 {
        true => Ok(()),
        false => Err(Error::format(format!("{octets} octets were stored of {mib} MiB"))),
    }
}

/// Writes what comes through a socket to a file, until standard input ends.
pub(crate) fn serve_bare(file: &str) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let file = file.to_owned();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            if let Err(error) = store_bare(stream, &file) {
                eprintln!("the server: {error}");
            }
        }
    });
    std::io::stdin().lines().count();
    Ok(())
}

fn store_bare(mut stream: TcpStream, file: &str) -> Result<()> {
    let (mut file, mut octets, mut piece) = (File::create(file)?, 0_u64, vec![0; PIECE]);
    loop {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            break;
        }
        file.write_all(&piece[..count])?;
        octets += count as u64;
    }
    Ok(stream.write_all(&octets.to_le_bytes())?)
}

/// Sends so many MiB through a socket.
pub(crate) fn call_bare(address: &str, mib: u32) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    let piece = vec![0x5A; PIECE];
    mark("begin")?;
    for _ in 0..mib * PIECES {
        stream.write_all(&piece)?;
    }
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut octets = [0; 8];
    stream.read_exact(&mut octets)?;
    check(u64::from_le_bytes(octets), mib)?;
    mark("end")
}
