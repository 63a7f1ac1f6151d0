//! Messages on their way into a reader, piece by piece: whole ones first, streamed ones while they are read.

use super::codec::{Codec, too_large};
use crate::{
    Error, ErrorCode, Result,
    soap::Message,
    transport::{
        framed,
        http::IncomingBody,
        timeouts::{Limit, Pace},
    },
    xml::Reader,
};
use bytes::Bytes;
use std::future::Future;

/// Octets of a message, as they arrive.
pub(super) trait Body: Send {
    /// The next ones; `None` at the end. Dropping the future loses nothing.
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Bytes>>> + Send;
}

impl Body for IncomingBody {
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Bytes>>> + Send {
        IncomingBody::chunk(self)
    }
}

impl Body for framed::Receiver {
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Bytes>>> + Send {
        framed::Receiver::chunk(self)
    }
}

/// A message that is read when all of it is there. What came is in the reader and nowhere else, and is kept here if the
/// future of a call is dropped.
#[derive(Default)]
pub(super) struct Whole {
    reader: Option<Box<Reader<'static>>>,
    size: u64,
}

impl Whole {
    /// Takes what comes up to the end, but no more than `max_size` octets, where a transport lets more pass for what is
    /// streamed; others have counted already.
    pub(super) async fn receive(
        &mut self,
        codec: &Codec,
        content_type: &str,
        max_size: u64,
        body: &mut impl Body,
    ) -> Result<()> {
        while let Some(chunk) = body.chunk().await? {
            self.size += chunk.len() as u64;
            if self.size > max_size {
                return Err(too_large(self.size, max_size));
            }
            match &mut self.reader {
                Some(reader) => reader.feed(&chunk),
                None => match codec.reader(content_type, &chunk) {
                    Ok(reader) => self.reader.insert(reader).feed(&chunk),
                    Err(error) => {
                        // A connection with unread input would be reset, and the peer not see why.
                        while body.chunk().await?.is_some() {}
                        return Err(error);
                    }
                },
            }
        }
        Ok(())
    }

    /// Whether nothing came.
    pub(super) fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Reads the start of the message that was received.
    pub(super) fn read_start(
        &mut self,
        message: &mut Message,
        codec: &Codec,
        content_type: &str,
    ) -> Result<Box<Reader<'static>>> {
        let mut reader = match std::mem::take(self).reader {
            Some(reader) => reader,
            None => codec.reader(content_type, &[])?,
        };
        reader.end_of_input();
        codec.read_start(message, &mut reader)?;
        Ok(reader)
    }
}

/// A body that has to come at some pace while somebody waits for it.
struct Paced<'b, B> {
    body: &'b mut B,
    pace: Pace,
}

impl<B: Body> Body for Paced<'_, B> {
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Bytes>>> + Send {
        self.pace.run(self.body.chunk())
    }
}

/// Feeds the reader with the next octets of a body, at least one if there are any; false at its end.
async fn feed(reader: &mut Reader<'static>, body: &mut impl Body) -> Result<bool> {
    match body.chunk().await? {
        Some(chunk) => {
            reader.feed(&chunk);
            Ok(true)
        }
        None => {
            reader.end_of_input();
            Ok(false)
        }
    }
}

/// Reads a message up to its body, as it arrives. The limit of its time is the caller's.
pub(super) async fn read_start(
    message: &mut Message,
    codec: &Codec,
    content_type: &str,
    body: &mut impl Body,
    max_start_size: usize,
) -> Result<Box<Reader<'static>>> {
    let first = body.chunk().await?;
    let mut reader = codec.reader(content_type, first.as_deref().unwrap_or_default())?;
    match &first {
        Some(chunk) => reader.feed(chunk),
        None => reader.end_of_input(),
    }
    let mut fed = reader.buffered();
    loop {
        match codec.read_start(message, &mut reader) {
            Err(error) if error.needs_input() => {}
            done => return done.map(|()| reader),
        }
        // WWSAPI P.5 #2. One piece may bring more than the limit; it is in memory already.
        if fed > max_start_size {
            return Err(Error::new(
                ErrorCode::QuotaExceeded,
                format!(
                    "the headers of the message are longer than max_streamed_start_size = {max_start_size} octets \
                     (MAX_STREAMED_START_SIZE)"
                ),
            ));
        }
        let before = reader.buffered();
        if !feed(&mut reader, body).await? {
            return codec.read_start(message, &mut reader).map(|()| reader);
        }
        fed += reader.buffered().saturating_sub(before);
    }
}

/// Feeds the reader until at least `min_size` octets are there, or the end.
pub(super) async fn fill(
    reader: &mut Reader<'static>,
    body: &mut impl Body,
    min_size: usize,
    limit: Limit,
) -> Result<()> {
    let mut body = Paced { body, pace: Pace::new(limit) };
    // Somebody asks because what is there was not enough.
    let wanted = min_size.max(reader.buffered() + 1);
    while reader.buffered() < wanted {
        if !feed(reader, &mut body).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads a message to its end.
pub(super) async fn read_end(
    message: &mut Message,
    reader: &mut Reader<'static>,
    body: &mut impl Body,
    limit: Limit,
) -> Result<()> {
    let mut body = Paced { body, pace: Pace::new(limit) };
    loop {
        match message.read_end(reader) {
            Err(error) if error.needs_input() => {}
            done => {
                done?;
                // What stands behind the envelope is none of it; the connection is used again only if all is read.
                while body.chunk().await?.is_some() {}
                return Ok(());
            }
        }
        if !feed(reader, &mut body).await? {
            return message.read_end(reader);
        }
    }
}
