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
    /// The first octets, as long as they do not say how to read the message.
    start: Start,
}

/// The first octets of a message, until they say how it is to be read. Nearly always the first piece does.
#[derive(Default)]
struct Start(Vec<u8>);

impl Start {
    /// Takes the next piece. The reader that has got it, and what came before; `None` if more is needed.
    fn take(
        &mut self,
        codec: &Codec,
        content_type: &str,
        piece: &[u8],
    ) -> Result<Option<Box<Reader<'static>>>> {
        let is_first = self.0.is_empty();
        if !is_first || codec.is_undecided(content_type, piece) {
            self.0.extend_from_slice(piece);
            if codec.is_undecided(content_type, &self.0) {
                return Ok(None);
            }
        }
        let start = if self.0.is_empty() { piece } else { &self.0 };
        let mut reader = codec.reader(content_type, start)?;
        reader.feed(start);
        Ok(Some(reader))
    }

    /// Nothing more comes.
    fn end(self, codec: &Codec, content_type: &str) -> Result<Box<Reader<'static>>> {
        let mut reader = codec.reader(content_type, &self.0)?;
        reader.feed(&self.0);
        Ok(reader)
    }
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
                None => match self.start.take(codec, content_type, &chunk) {
                    Ok(reader) => self.reader = reader,
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
        let Whole { reader, start, .. } = std::mem::take(self);
        let mut reader = match reader {
            Some(reader) => reader,
            None => start.end(codec, content_type)?,
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
    let mut start = Start::default();
    let mut reader = loop {
        let Some(piece) = body.chunk().await? else {
            let mut reader = start.end(codec, content_type)?;
            reader.end_of_input();
            break reader;
        };
        if let Some(reader) = start.take(codec, content_type, &piece)? {
            break reader;
        }
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{channel::Binding, soap::Encoding};

    struct Pieces(std::vec::IntoIter<Bytes>);

    impl Body for Pieces {
        async fn chunk(&mut self) -> Result<Option<Bytes>> {
            Ok(self.0.next())
        }
    }

    /// As WCF sends it: the MIME header is repeated, with another boundary than the content type has.
    #[tokio::test]
    async fn a_repeated_mime_header_is_found_however_it_is_cut() {
        let binding = Binding::http().with_encoding(Encoding::Mtom(Default::default()));
        let codec = Codec::new(&binding).unwrap();
        let parameters = "type=\"application/xop+xml\"; start=\"<s>\"; start-info=\"application/soap+xml\"";
        let content_type = format!("multipart/related; boundary=session; {parameters}");
        let message = format!(
            "mime-version: 1.0\r\nContent-Type: multipart/related; boundary=own; {parameters}\r\n\r\n\
             --own\r\nContent-ID: <s>\r\nContent-Type: application/xop+xml; type=\"application/soap+xml\"\r\n\r\n\
             <e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body><a/></e:Body></e:Envelope>\
             \r\n--own--\r\n"
        );
        for cut in [1, 5, 12, 13, 14, 1000] {
            let pieces: Vec<Bytes> = message.as_bytes().chunks(cut).map(Bytes::copy_from_slice).collect();
            let mut read = Message::new(binding.version);
            let mut whole = Whole::default();
            let mut body = Pieces(pieces.clone().into_iter());
            whole.receive(&codec, &content_type, u64::MAX, &mut body).await.unwrap();
            let reader = whole.read_start(&mut read, &codec, &content_type).unwrap();
            assert_eq!(reader.element().unwrap().local_name().as_str(), "a", "in pieces of {cut}");
            let mut read = Message::new(binding.version);
            let mut body = Pieces(pieces.into_iter());
            let reader = read_start(&mut read, &codec, &content_type, &mut body, 10_000).await.unwrap();
            assert_eq!(reader.element().unwrap().local_name().as_str(), "a", "streamed in pieces of {cut}");
        }
    }
}
