//! The receiving half of a session.

use super::{
    connection::fill,
    session::{Info, Shared},
};
use crate::{
    Error, Result,
    encoder::{Content, Decoded, DecoderChain},
    transport::{BoxStream, timeouts::Step},
};
use bytes::{Bytes, BytesMut};
use std::{fmt, future::poll_fn, sync::Arc};
use tokio::io::{AsyncReadExt, ReadHalf};
use wws_core::framing::{Event, Fault, Inbound, Mode};

/// Between messages a session reads this much at once, so that an idle one holds little memory.
const IDLE_PIECE: usize = 2 * 1024;
/// Inside a message it reads this much at once.
const BUSY_PIECE: usize = 256 * 1024;

/// Receives the messages of a session: whole ones with [`message`](Self::message), or piece by piece with
/// [`next`](Self::next) and [`chunk`](Self::chunk).
///
/// Nothing is read from the connection but on request, so a receiver that stops asking stops the sender.
///
/// # Cancelling
/// Every call but [`message`](Self::message) may be dropped and called again; nothing is lost.
pub struct Receiver {
    io: ReadHalf<BoxStream>,
    shared: Arc<Shared>,
    inbound: Inbound,
    decoders: DecoderChain,
    buffer: BytesMut,
    input: Bytes,
    state: State,
    /// Octets of the envelope that are still to come, if the peer said how many.
    left: Option<u64>,
}

enum State {
    Idle,
    InMessage,
    /// The envelope has ended, its decoding has not.
    Decoding,
    Ended,
    Failed(Error),
}

/// A whole message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The content type, as it was before encoders changed it.
    pub content_type: String,
    /// The envelope in pieces.
    pub chunks: Vec<Bytes>,
}

impl Receiver {
    pub(super) fn new(
        io: ReadHalf<BoxStream>,
        input: Bytes,
        inbound: Inbound,
        decoders: DecoderChain,
        shared: Arc<Shared>,
    ) -> Self {
        Receiver {
            io,
            shared,
            inbound,
            decoders,
            buffer: BytesMut::new(),
            input,
            state: State::Idle,
            left: None,
        }
    }

    /// What is known about the session.
    pub fn info(&self) -> &Info {
        &self.shared.info
    }

    /// Waits for the next message; its content type, or `None` once the peer has ended the session (`WS_S_END`). What
    /// is left of the message before is skipped.
    ///
    /// # Errors
    /// `InvalidFormat`, `QuotaExceeded`; the error of a fault that the peer sends; `EndpointDisconnected`,
    /// `OperationTimedOut`, `OperationAborted`. Errors stay.
    pub async fn next(&mut self) -> Result<Option<String>> {
        while self.in_message() {
            self.chunk().await?;
        }
        loop {
            match &self.state {
                State::Failed(error) => return Err(error.clone()),
                State::Ended => return Ok(None),
                _ => {}
            }
            match self.event().await? {
                Event::Envelope { size } => {
                    self.left = size.map(u64::from);
                    self.state = State::InMessage;
                    let content = Content::new(&*self.shared.info.wire_content_type);
                    self.decoders.abandon();
                    return match self.decoders.begin(&content) {
                        Ok(content_type) => Ok(Some(content_type)),
                        Err(error) => Err(self.fail(error)),
                    };
                }
                Event::End => self.state = State::Ended,
                Event::Payload(_) | Event::EnvelopeEnd => {}
            }
        }
    }

    /// The next octets of the message; `None` at its end. Without a decoder they are a slice of what was read.
    ///
    /// # Errors
    /// As [`next`](Self::next); `EndpointDisconnected` if the connection ends inside the message.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        while self.in_message() {
            if let Some(octets) = self.decoded().await? {
                return Ok(Some(octets));
            }
            if !self.in_message() {
                break;
            }
            match self.event().await? {
                Event::Payload(octets) => {
                    self.left = self.left.map(|left| left.saturating_sub(octets.len() as u64));
                    if self.decoders.is_identity() {
                        return Ok(Some(octets));
                    }
                    self.decoders.push(octets)?;
                }
                Event::EnvelopeEnd if self.decoders.is_identity() => self.state = State::Idle,
                Event::EnvelopeEnd => {
                    self.decoders.finish()?;
                    self.state = State::Decoding;
                }
                Event::Envelope { .. } | Event::End => {}
            }
        }
        Ok(None)
    }

    /// The next message, whole; `None` once the peer has ended the session. The limit `max_envelope_size` bounds its
    /// memory, and `RECEIVE_TIMEOUT` all of its time.
    ///
    /// Cancelling this loses the part that was received.
    pub async fn message(&mut self) -> Result<Option<Message>> {
        let limit = self.shared.timeouts.limit(Step::Receive);
        let abort = self.shared.abort.clone();
        let received = limit.run(&abort, self.whole()).await;
        received.map_err(|error| self.fail(error))
    }

    async fn whole(&mut self) -> Result<Option<Message>> {
        let Some(content_type) = self.next().await? else { return Ok(None) };
        let mut chunks = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            chunks.push(chunk);
        }
        Ok(Some(Message { content_type, chunks }))
    }

    /// Octets of the current message that are still to come on the wire, if the peer said how many.
    pub fn octets_left(&self) -> Option<u64> {
        self.left
    }

    /// Whether the peer has ended the session.
    pub fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// After an error in what arrived: the fault that tells the peer.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.inbound.fault()
    }

    /// Whether the mode has no octets in this direction, so that there is no End to wait for.
    pub(super) fn expects_nothing(&self) -> bool {
        matches!(self.shared.info.mode, Mode::SIMPLEX | Mode::SINGLETON_SIZED)
    }

    /// Skips a message; `false` once the peer has ended the session.
    pub(super) async fn skip_message(&mut self) -> Result<bool> {
        if !self.in_message() && self.next().await?.is_none() {
            return Ok(false);
        }
        while self.chunk().await?.is_some() {}
        Ok(true)
    }

    /// Reads and forgets up to so many octets.
    pub(super) async fn drain(&mut self, most: usize) {
        let mut left = most;
        while left > 0 {
            self.buffer.clear();
            self.buffer.reserve(BUSY_PIECE.min(left));
            match self.io.read_buf(&mut self.buffer).await {
                Ok(count) if count > 0 => left = left.saturating_sub(count),
                _ => return,
            }
        }
    }

    pub(super) fn into_parts(self) -> (ReadHalf<BoxStream>, Bytes, u64) {
        (self.io, self.input, self.inbound.offset())
    }

    fn in_message(&self) -> bool {
        matches!(self.state, State::InMessage | State::Decoding)
    }

    /// What the decoders have ready; `None` if they want more input, or the message is over.
    async fn decoded(&mut self) -> Result<Option<Bytes>> {
        if self.decoders.is_identity() {
            return Ok(None);
        }
        let decoders = &mut self.decoders;
        let limit = self.shared.timeouts.limit(Step::Receive);
        match limit.run(&self.shared.abort, poll_fn(|cx| decoders.poll_decode(cx))).await {
            Ok(Decoded::Data(octets)) => Ok(Some(octets)),
            Ok(Decoded::End) => {
                self.state = State::Idle;
                Ok(None)
            }
            Ok(Decoded::NeedInput | Decoded::Later) => Ok(None),
            Err(error) => Err(self.fail(error)),
        }
    }

    /// The next event, read from the connection if need be.
    async fn event(&mut self) -> Result<Event> {
        loop {
            match self.inbound.receive(&mut self.input) {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                Err(error) => return Err(self.fail(error)),
            }
            if self.fill().await? {
                continue;
            }
            match self.inbound.end_of_input() {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => return Ok(Event::End),
                Err(error) => return Err(self.fail(error)),
            }
        }
    }

    async fn fill(&mut self) -> Result<bool> {
        let room = match self.left {
            _ if !self.in_message() => {
                // An idle session holds no buffer of a large message.
                self.buffer = BytesMut::new();
                IDLE_PIECE
            }
            Some(left) => usize::try_from(left).unwrap_or(BUSY_PIECE).clamp(IDLE_PIECE, BUSY_PIECE),
            None => BUSY_PIECE,
        };
        let limit = self.shared.timeouts.limit(Step::Receive);
        let read = fill(&mut self.io, &mut self.buffer, &mut self.input, room);
        match limit.run(&self.shared.abort, read).await {
            Ok(more) => Ok(more),
            Err(error) => Err(self.fail(error)),
        }
    }

    fn fail(&mut self, error: Error) -> Error {
        self.state = State::Failed(error.clone());
        error
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("info", &self.shared.info)
            .field("inbound", &self.inbound)
            .finish_non_exhaustive()
    }
}
