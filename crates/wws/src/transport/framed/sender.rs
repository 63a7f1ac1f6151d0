//! The sending half of a session.

use super::session::{Info, Shared};
use crate::{
    Error, ErrorCode, Result,
    encoder::EncoderChain,
    transport::{BoxStream, Chunk, error::connection_error, io::write_all, timeouts::Step},
};
use bytes::Bytes;
use std::{fmt, future::poll_fn, io::IoSlice, sync::Arc};
use tokio::io::WriteHalf;
use wws_core::framing::{Fault, Header, Mode, Outbound};

/// Sends the messages of a session: whole ones with [`send`](Self::send), or piece by piece with
/// [`begin`](Self::begin), [`write`](Self::write) and [`finish`](Self::finish).
///
/// # Cancelling
/// If the future of a sending call is dropped before it is done, part of a record may be on the wire. All later calls
/// fail with [`ObjectFaulted`](ErrorCode::ObjectFaulted) then.
pub struct Sender {
    pub(super) io: WriteHalf<BoxStream>,
    pub(super) shared: Arc<Shared>,
    outbound: Outbound,
    encoders: EncoderChain,
    health: Health,
    message: Sending,
    /// Framing octets that go out with the next payload.
    prefix: Option<Header>,
}

enum Health {
    Good,
    /// A write is under way; if its future is dropped, this stays.
    Writing,
    Failed(Error),
}

/// How the message under way goes out.
enum Sending {
    Nothing,
    /// As it comes.
    Direct,
    /// Through the encoders, as they put it out.
    Encoded,
    /// Collected until its size is known.
    Collected(Vec<Bytes>, u64),
}

impl Sender {
    pub(super) fn new(
        io: WriteHalf<BoxStream>,
        outbound: Outbound,
        encoders: EncoderChain,
        shared: Arc<Shared>,
    ) -> Self {
        Sender {
            io,
            shared,
            outbound,
            encoders,
            health: Health::Good,
            message: Sending::Nothing,
            prefix: None,
        }
    }

    /// What is known about the session.
    pub fn info(&self) -> &Info {
        &self.shared.info
    }

    /// Whether a message of unknown size goes out as it is written. If not, it is collected first.
    pub fn is_streaming(&self) -> bool {
        !self.outbound.is_sized()
    }

    /// Sends a whole message: frame and chunks in one vectored write, uncopied.
    ///
    /// # Errors
    /// `QuotaExceeded` over `max_envelope_size`; `EndpointDisconnected`, `OperationTimedOut`, `OperationAborted`;
    /// `InvalidOperation` if the session allows no further message.
    pub async fn send(&mut self, chunks: &[Chunk<'_>]) -> Result<()> {
        if !self.encoders.is_identity() {
            self.begin(None).await?;
            self.write(chunks).await?;
            return self.finish().await;
        }
        self.check_health()?;
        let total = Chunk::total(chunks);
        if total == 0 {
            return Err(Error::argument("a message has at least one octet"));
        }
        self.check_size(total)?;
        self.begin_direct(Some(total))?;
        let head = self.outbound.payload(usize::try_from(total).unwrap_or(usize::MAX))?;
        let tail = self.outbound.end_envelope()?;
        let prefix = self.prefix.take();
        self.message = Sending::Nothing;
        self.put(&[prefix, head], chunks.iter().map(|c| &**c), tail).await
    }

    /// Begins a message that is written piece by piece. `size` is that of the whole message as it will be written, if
    /// known; then it goes out directly in every mode.
    pub async fn begin(&mut self, size: Option<u64>) -> Result<()> {
        self.check_health()?;
        if !matches!(self.message, Sending::Nothing) {
            return Err(Error::operation("a message is under way; finish it before the next"));
        }
        if let Some(size) = size {
            self.check_size(size)?;
        }
        let encoded = !self.encoders.is_identity();
        if encoded {
            self.begin_encoding()?;
        }
        let collect = self.outbound.is_sized() && (encoded || size.is_none());
        self.message = if collect {
            Sending::Collected(Vec::new(), 0)
        } else {
            self.begin_direct(size)?;
            if encoded { Sending::Encoded } else { Sending::Direct }
        };
        if encoded {
            self.encoders.start()?;
            self.send_encoded().await?;
        }
        Ok(())
    }

    /// Sends the next octets of the message.
    pub async fn write(&mut self, chunks: &[Chunk<'_>]) -> Result<()> {
        self.check_health()?;
        if Chunk::total(chunks) == 0 {
            return Ok(());
        }
        if !self.encoders.is_identity() && !matches!(self.message, Sending::Nothing) {
            self.encoders.encode(chunks.iter().map(|c| c.clone().into_bytes()).collect())?;
            return self.send_encoded().await;
        }
        match &mut self.message {
            Sending::Nothing => Err(Error::operation("no message is under way; begin one first")),
            Sending::Direct | Sending::Encoded => self.put_payload(chunks.iter().map(|c| &**c)).await,
            Sending::Collected(..) => self.collect(chunks.iter().map(|c| c.clone().into_bytes())),
        }
    }

    /// Ends the message.
    pub async fn finish(&mut self) -> Result<()> {
        self.check_health()?;
        if !self.encoders.is_identity() && !matches!(self.message, Sending::Nothing) {
            self.encoders.end()?;
            self.send_encoded().await?;
        }
        match &mut self.message {
            Sending::Nothing => Err(Error::operation("no message is under way; begin one first")),
            Sending::Direct | Sending::Encoded => {
                let tail = self.outbound.end_envelope()?;
                self.message = Sending::Nothing;
                self.put(&[], std::iter::empty(), tail).await
            }
            Sending::Collected(chunks, total) => {
                let (chunks, total) = (std::mem::take(chunks), *total);
                self.begin_direct(Some(total))?;
                self.message = Sending::Nothing;
                self.put_payload(chunks.iter().map(|c| &**c)).await?;
                self.outbound.end_envelope().map(drop)
            }
        }
    }

    /// Ends the message and, from this side, the session: in one write where nothing of the message waits.
    ///
    /// # Errors
    /// As [`finish`](Self::finish) and [`shut_down`](Self::shut_down).
    pub async fn finish_session(&mut self) -> Result<()> {
        if !(self.encoders.is_identity() && matches!(self.message, Sending::Direct)) {
            self.finish().await?;
            return self.shut_down().await;
        }
        self.check_health()?;
        let terminator = self.outbound.end_envelope()?;
        let end = match self.outbound.mode() {
            Mode::SINGLETON_SIZED => None,
            _ => Some(self.outbound.end()?),
        };
        self.message = Sending::Nothing;
        self.put(&[terminator], std::iter::empty(), end).await
    }

    /// Gives the message under way up: `WsAbandonMessage`. If nothing of it went out, the session goes on; else it
    /// can only be aborted.
    pub fn abandon(&mut self) {
        self.encoders.abandon();
        let message = std::mem::replace(&mut self.message, Sending::Nothing);
        if self.prefix.take().is_some() {
            // The frame waits for the first payload, so nothing went out.
            self.outbound.take_back();
            return;
        }
        if let Sending::Collected(..) | Sending::Nothing = message {
            return;
        }
        let text = "a message was abandoned after part of it was sent; only a new session helps";
        self.health = Health::Failed(Error::new(ErrorCode::ObjectFaulted, text));
    }

    /// Says that no more messages come: `WsShutdownSessionChannel`. The peer reads the end of the session.
    pub async fn shut_down(&mut self) -> Result<()> {
        self.check_health()?;
        // MC-NMF 1.5: nothing but the end of the transport ends this mode.
        if self.outbound.mode() == Mode::SINGLETON_SIZED {
            return Ok(());
        }
        let end = self.outbound.end()?;
        self.put(&[], std::iter::empty(), Some(end)).await
    }

    /// Whether no more messages can be sent: `WS_CHANNEL_PROPERTY_IS_SESSION_SHUT_DOWN` from this side.
    pub fn is_shut_down(&self) -> bool {
        self.outbound.is_ended()
    }

    /// Breaks the session off with a fault, if one can be sent still.
    pub(super) async fn fault(&mut self, fault: Fault) {
        if self.check_health().is_err() {
            return;
        }
        if let Some(record) = self.outbound.fault(fault) {
            // The session is lost anyhow; the error that led here is the one to report.
            let _ = self.put(&[], std::iter::once(&record[..]), None).await;
        }
    }

    fn begin_direct(&mut self, size: Option<u64>) -> Result<()> {
        self.prefix = match (self.outbound.mode(), size) {
            (Mode::SINGLETON_SIZED, _) => self.outbound.begin_rest().map(|()| None)?,
            (_, Some(size)) if self.outbound.is_sized() => {
                let size = u32::try_from(size)
                    .map_err(|_| Error::quota("a message of 4 GiB or more needs a streamed mode"))?;
                Some(self.outbound.sized(size)?)
            }
            _ => Some(self.outbound.begin_unsized()?),
        };
        Ok(())
    }

    fn begin_encoding(&mut self) -> Result<()> {
        self.encoders.abandon();
        let content = self.encoders.content_type(&self.shared.info.content_type)?;
        // WWSAPI N.1: within a session the content type must not vary.
        if content.content_encoding.is_some() || content.content_type != self.shared.info.wire_content_type {
            self.encoders.abandon();
            return Err(Error::operation(format!(
                "the encoder calls this message {:?}, but the session was opened for {:?}",
                content.content_type, self.shared.info.wire_content_type
            )));
        }
        Ok(())
    }

    /// Lets the encoders work and sends or collects what they put out.
    async fn send_encoded(&mut self) -> Result<()> {
        let encoders = &mut self.encoders;
        let limit = self.shared.timeouts.limit(Step::Send);
        let worked = limit.run(&self.shared.abort, poll_fn(|cx| encoders.poll(cx))).await;
        if let Err(error) = worked {
            self.abandon();
            return Err(error);
        }
        let output = self.encoders.take_output();
        match &self.message {
            Sending::Collected(..) => self.collect(output.into_iter()),
            _ if output.is_empty() => Ok(()),
            _ => self.put_payload(output.iter().map(|c| &**c)).await,
        }
    }

    fn collect(&mut self, octets: impl Iterator<Item = Bytes>) -> Result<()> {
        let Sending::Collected(chunks, total) = &mut self.message else { return Ok(()) };
        for chunk in octets {
            *total += chunk.len() as u64;
            chunks.push(chunk);
        }
        let total = *total;
        self.check_size(total)
    }

    async fn put_payload<'a>(&mut self, chunks: impl Iterator<Item = &'a [u8]> + Clone) -> Result<()> {
        let head = self.outbound.payload(chunks.clone().map(<[u8]>::len).sum())?;
        let prefix = self.prefix.take();
        self.put(&[prefix, head], chunks, None).await
    }

    /// One vectored write: frame, payload, frame.
    async fn put<'a>(
        &mut self,
        head: &[Option<Header>],
        payload: impl Iterator<Item = &'a [u8]>,
        tail: Option<Header>,
    ) -> Result<()> {
        let mut slices: Vec<IoSlice<'_>> = Vec::with_capacity(head.len() + payload.size_hint().0 + 1);
        slices.extend(head.iter().flatten().map(|header| IoSlice::new(header.as_ref())));
        for piece in payload {
            slices.push(IoSlice::new(piece));
        }
        slices.extend(tail.iter().map(|header| IoSlice::new(header.as_ref())));
        self.health = Health::Writing;
        let io = &mut self.io;
        let limit = self.shared.timeouts.limit(Step::Send);
        let write = async { write_all(io, &mut slices).await.map_err(connection_error) };
        let done = limit.run(&self.shared.abort, write).await;
        self.health = match &done {
            Ok(()) => Health::Good,
            Err(error) => Health::Failed(error.clone()),
        };
        done
    }

    fn check_health(&self) -> Result<()> {
        match &self.health {
            Health::Good => Ok(()),
            Health::Writing => {
                let text = "an earlier send was cancelled half way; only a new session helps";
                Err(Error::new(ErrorCode::ObjectFaulted, text))
            }
            Health::Failed(error) => Err(error.clone()),
        }
    }

    fn check_size(&self, size: u64) -> Result<()> {
        let limit = self.shared.max_envelope_size;
        if size <= limit {
            return Ok(());
        }
        Err(Error::quota(format!(
            "a message of {size} octets, but the limit is {limit}; raise max_envelope_size (MAX_BUFFERED_MESSAGE_SIZE)"
        )))
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("info", &self.shared.info)
            .field("outbound", &self.outbound)
            .finish_non_exhaustive()
    }
}
