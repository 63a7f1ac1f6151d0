//! `echoStream` in steps: bytes that are sent while they are read, and read while they arrive.

use super::contract::{ECHO_STREAM, NS, byte};
use std::io::Read;
use wws::{
    Result,
    channel::Channel,
    soap::Message,
    xml::{Reader, output::FromRead},
};

/// Octets that are written or read at a time.
const PIECE: usize = 64 << 10;

/// Bytes that know their place.
pub(super) struct Counting(u64);

impl Counting {
    /// As many bytes as are to be sent.
    pub(super) fn of(length: u64) -> impl Read + Send + 'static {
        Counting(0).take(length)
    }
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for place in buffer.iter_mut() {
            *place = byte(self.0);
            self.0 += 1;
        }
        Ok(buffer.len())
    }
}

/// Sends `<echoStream><data>…</data></echoStream>`, or the reply.
pub(super) async fn send(
    channel: &Channel,
    message: &mut Message,
    is_reply: bool,
    mut bytes: impl Read + Send + 'static,
) -> Result<()> {
    let reply = format!("{ECHO_STREAM}Response");
    let (element, field) = if is_reply { (&*reply, "result") } else { (ECHO_STREAM, "data") };
    let mut writer = channel.write_message_start(message).await?;
    writer.start_element(element, NS)?;
    writer.start_element(field, NS)?;
    if writer.defers_bytes() {
        writer.push_bytes(FromRead(bytes))?;
    } else {
        // As text they are written now, so they have to come in pieces.
        let mut buffer = vec![0; PIECE];
        while let count @ 1.. = bytes.read(&mut buffer)? {
            writer.bytes(buffer.get(..count).unwrap_or_default())?;
            channel.flush_body(&mut writer, PIECE as u64).await?;
        }
    }
    writer.end_element()?;
    writer.end_element()?;
    channel.flush_body(&mut writer, 0).await?;
    channel.write_message_end(message, writer).await
}

/// Reads such a body, and gives each piece of its bytes to `take`.
pub(super) async fn receive(
    channel: &Channel,
    reader: &mut Reader<'static>,
    is_reply: bool,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let reply = format!("{ECHO_STREAM}Response");
    let (element, field) = if is_reply { (&*reply, "result") } else { (ECHO_STREAM, "data") };
    for name in [element, field] {
        until(channel, reader, |reader| reader.read_to_start_element(name, NS)).await?;
        until(channel, reader, Reader::read_start_element).await?;
    }
    let mut buffer = vec![0; PIECE];
    loop {
        match until(channel, reader, |reader| reader.read_bytes(&mut buffer)).await? {
            0 => break,
            count => take(buffer.get(..count).unwrap_or_default())?,
        }
    }
    until(channel, reader, Reader::read_end_element).await?;
    until(channel, reader, Reader::read_end_element).await
}

/// Repeats a call of a reader until all is there that it needs.
pub(super) async fn until<T>(
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
