//! Bodies that we receive, decoded and counted.

use super::{failure::hyper_error, pool::Lease};
use crate::{
    Error, Result,
    encoder::{Content, Decoded, DecoderChain},
    transport::{Abort, Timeouts, timeouts::Step},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body::Body;
use hyper::body::Incoming;
use std::{fmt, future::poll_fn, pin::Pin};

/// The body of a request or a response. Nothing is read from the connection but on request, so a reader that stops
/// asking stops the sender.
///
/// # Cancelling
/// Every call but [`collect`](Self::collect) may be dropped and called again; nothing is lost.
pub struct IncomingBody {
    body: Incoming,
    decoders: DecoderChain,
    content_type: Option<String>,
    /// Octets on the wire so far, and the most there may be.
    received: u64,
    max_size: u64,
    timeouts: Timeouts,
    abort: Abort,
    state: State,
    /// Octets that came and were not asked for yet.
    waiting: Option<Bytes>,
    /// The connection to give back to the pool once the body has ended.
    lease: Option<Lease>,
}

enum State {
    Reading,
    /// Everything has arrived; the decoders may have more.
    Decoding,
    Ended,
    Failed(Error),
}

/// What a body is to be read with.
pub(super) struct Reading {
    pub(super) decoders: DecoderChain,
    pub(super) max_size: u64,
    pub(super) timeouts: Timeouts,
    pub(super) abort: Abort,
}

impl IncomingBody {
    /// A body that announces too much, or is coded in a way that nobody undoes, has failed from the start; see
    /// [`failure`](Self::failure).
    pub(super) fn new(body: Incoming, headers: &HeaderMap, reading: Reading, lease: Option<Lease>) -> Self {
        let Reading { mut decoders, max_size, timeouts, abort } = reading;
        let announced = body.size_hint().lower();
        let mut state = State::Reading;
        let mut content_type = text(headers, header::CONTENT_TYPE);
        if announced > max_size {
            state = State::Failed(over_limit(announced, max_size));
        } else if body.is_end_stream() {
            state = State::Ended;
        } else if !decoders.is_identity() || headers.contains_key(header::CONTENT_ENCODING) {
            let content_encoding = text(headers, header::CONTENT_ENCODING);
            let content =
                Content { content_type: content_type.clone().unwrap_or_default(), content_encoding };
            match decoders.begin(&content) {
                Ok(decoded) => content_type = content_type.map(|_| decoded),
                Err(error) => state = State::Failed(error),
            }
        }
        let mut incoming = IncomingBody {
            body,
            decoders,
            content_type,
            received: 0,
            max_size,
            timeouts,
            abort,
            state,
            waiting: None,
            lease,
        };
        if incoming.is_ended() {
            incoming.give_back();
        }
        incoming
    }

    /// Why the body cannot be read: `QuotaExceeded` for an announced size over the limit, `InvalidFormat` for a content
    /// coding that nobody undoes.
    pub(super) fn failure(&self) -> Option<&Error> {
        match &self.state {
            State::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The content type, as it was before encoders changed it.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The same, taken out.
    pub(crate) fn take_content_type(&mut self) -> Option<String> {
        self.content_type.take()
    }

    /// Whether everything was read.
    pub fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// The next octets; `None` at the end.
    ///
    /// # Errors
    /// `EndpointDisconnected` if the connection ends before the body; `InvalidFormat` for broken chunks or codings;
    /// `QuotaExceeded`; `OperationTimedOut` (`RECEIVE_TIMEOUT`), `OperationAborted`. Errors stay.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if let Some(octets) = self.waiting.take() {
            return Ok(Some(octets));
        }
        let limit = self.timeouts.limit(Step::Receive);
        let abort = self.abort.clone();
        let heard = self.lease.as_ref().and_then(|lease| lease.sender.heard());
        let done = match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Ended => return Ok(None),
            _ => limit.run(&abort, self.next()).await,
        };
        if let Err(error) = &done {
            self.state = State::Failed(error.clone());
            if let Some(lease) = &self.lease {
                lease.sender.note(heard, &done);
            }
        }
        done
    }

    /// Whether there is nothing to read, which in chunks only what comes next tells. It is kept for
    /// [`chunk`](Self::chunk).
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk).
    pub(crate) async fn is_empty(&mut self) -> Result<bool> {
        if self.waiting.is_none() {
            self.waiting = self.chunk().await?;
        }
        Ok(self.waiting.is_none())
    }

    /// All octets that are left. The size limit bounds its memory, and `RECEIVE_TIMEOUT` all of its time.
    pub async fn collect(&mut self) -> Result<Vec<Bytes>> {
        let limit = self.timeouts.limit(Step::Receive);
        let abort = self.abort.clone();
        let collected = limit.run(&abort, self.collect_all()).await;
        if let Err(error) = &collected {
            self.state = State::Failed(error.clone());
        }
        collected
    }

    /// The first octets that are left, within `RECEIVE_TIMEOUT` for all of them.
    pub(crate) async fn collect_at_most(&mut self, size: usize) -> Result<Vec<u8>> {
        let limit = self.timeouts.limit(Step::Receive);
        let abort = self.abort.clone();
        let collecting = async {
            let mut octets = Vec::new();
            while let Some(chunk) = self.chunk().await? {
                octets.extend_from_slice(chunk.get(..size - octets.len()).unwrap_or(&chunk));
                if octets.len() == size {
                    break;
                }
            }
            Ok(octets)
        };
        limit.run(&abort, collecting).await
    }

    async fn collect_all(&mut self) -> Result<Vec<Bytes>> {
        let mut chunks = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            chunks.push(chunk);
        }
        Ok(chunks)
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            if !self.decoders.is_identity() {
                let decoders = &mut self.decoders;
                match poll_fn(|cx| decoders.poll_decode(cx)).await? {
                    Decoded::Data(octets) => return Ok(Some(octets)),
                    Decoded::End => {
                        self.end();
                        return Ok(None);
                    }
                    Decoded::NeedInput | Decoded::Later => {}
                }
            }
            match self.receive().await? {
                Some(octets) if self.decoders.is_identity() => return Ok(Some(octets)),
                Some(octets) => self.decoders.push(octets)?,
                None if self.decoders.is_identity() => {
                    self.end();
                    return Ok(None);
                }
                None => {
                    self.decoders.finish()?;
                    self.state = State::Decoding;
                }
            }
        }
    }

    /// The next octets on the wire.
    async fn receive(&mut self) -> Result<Option<Bytes>> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await;
            let Some(frame) = frame else { return Ok(None) };
            // Frames that are not data are trailers, which mean nothing here.
            let Ok(octets) = frame.map_err(|error| self.failed(error))?.into_data() else { continue };
            self.received = self.received.saturating_add(octets.len() as u64);
            if self.received > self.max_size {
                return Err(over_limit(self.received, self.max_size));
            }
            if !octets.is_empty() {
                return Ok(Some(octets));
            }
        }
    }

    fn failed(&self, error: hyper::Error) -> Error {
        let error = match &self.lease {
            Some(lease) => lease.sender.end.explain_now(error),
            None => hyper_error(error),
        };
        error.context("in the body of an HTTP message")
    }

    fn end(&mut self) {
        self.state = State::Ended;
        self.give_back();
    }

    fn give_back(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }
}

/// The text of a header, if it is there and is text.
pub(super) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    text_of(headers, name).map(str::to_owned)
}

/// As [`text`], where it stands.
pub(super) fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn over_limit(size: u64, limit: u64) -> Error {
    Error::quota(format!(
        "a message of at least {size} octets, but the limit is {limit}; raise max_message_size \
         (MAX_BUFFERED_MESSAGE_SIZE, MAX_STREAMED_MESSAGE_SIZE)"
    ))
}

impl fmt::Debug for IncomingBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncomingBody")
            .field("content_type", &self.content_type)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
