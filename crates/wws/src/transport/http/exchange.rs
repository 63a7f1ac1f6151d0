//! A request that a listener has accepted, and its reply.

use super::{
    BodySender, HeaderMap, IncomingBody, Method, StatusCode, Version,
    body::{Outgoing, encode},
    client::header_value,
    header,
    refusal::{self, RefusalMessage},
};
use crate::{
    Error, ErrorCode, Result,
    encoder::{Codecs, EncoderChain},
    transport::{Abort, Chunk, Timeouts},
};
use bytes::Bytes;
use std::{fmt, net::SocketAddr};
use tokio::sync::oneshot;

/// A request, its body to read, and the way to answer. Body and answer may be streamed at the same time.
///
/// Dropping the [`Responder`] closes the connection without an answer; over HTTP/2 only its stream.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The version of HTTP.
    pub version: Version,
    /// The method.
    pub method: Method,
    /// The URL that the client asked for: `WS_CHANNEL_PROPERTY_TRANSPORT_URL` (WWSAPI P.5 #27).
    pub url: String,
    /// The headers as they came.
    pub headers: HeaderMap,
    /// The same for all requests of one connection, and unique: `WS_CHANNEL_PROPERTY_HTTP_CONNECTION_ID` (P.5 #23).
    pub connection_id: u64,
    /// The address of the client: `WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS` (P.5 #22).
    pub peer: Option<SocketAddr>,
    /// The certificates that the client showed, its own first, in DER.
    pub peer_certificates: Vec<Vec<u8>>,
    /// The body.
    pub body: IncomingBody,
    /// The way to answer.
    pub responder: Responder,
}

/// What a reply says beside its body.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status: 200, or 500 for a fault.
    pub status: StatusCode,
    /// Another text behind the status than the usual one. HTTP/2 has none.
    pub status_text: Option<String>,
    /// The content type of the message, before encoders change it.
    pub content_type: Option<String>,
    /// Further headers.
    pub headers: HeaderMap,
}

impl Reply {
    /// A message.
    pub fn ok(content_type: impl Into<String>) -> Self {
        Reply { content_type: Some(content_type.into()), ..Self::empty(StatusCode::OK) }
    }

    /// A fault, which goes out with status 500 (WWSAPI M.1).
    pub fn fault(content_type: impl Into<String>) -> Self {
        Reply { status: StatusCode::INTERNAL_SERVER_ERROR, ..Self::ok(content_type) }
    }

    /// No message, only a status.
    pub fn empty(status: StatusCode) -> Self {
        Reply { status, status_text: None, content_type: None, headers: HeaderMap::new() }
    }
}

/// Answers one request.
pub struct Responder {
    pub(super) answer: oneshot::Sender<http::Response<Outgoing>>,
    pub(super) codecs: Codecs,
    pub(super) timeouts: Timeouts,
    pub(super) abort: Abort,
}

impl Responder {
    /// Answers with a whole message. Shared chunks reach the socket uncopied if there is no encoder.
    ///
    /// It returns once the connection has taken the answer over, not when the client has it.
    ///
    /// # Errors
    /// `EndpointDisconnected` if the client is gone; those of the encoders; `InvalidArgument` for a header that
    /// cannot be.
    pub async fn reply(self, reply: Reply, chunks: &[Chunk<'_>]) -> Result<()> {
        if !self.codecs.has_encoders() {
            return self.reply_now(reply, chunks.iter().map(|chunk| chunk.clone().into_bytes()));
        }
        let mut encoders = self.codecs.encoders()?;
        let head = head(reply, &mut encoders)?;
        let body = encode(&mut encoders, chunks).await?;
        send(self.answer, head.map(|()| Outgoing::whole(body)))
    }

    /// As [`reply`](Self::reply), of a channel without encoders, which does not have to wait for any.
    pub(crate) fn reply_now(self, reply: Reply, chunks: impl IntoIterator<Item = Bytes>) -> Result<()> {
        let head = head(reply, &mut EncoderChain::new(Vec::new()))?;
        send(self.answer, head.map(|()| Outgoing::whole(chunks)))
    }

    /// Whether what is sent passes encoders.
    pub(crate) fn has_encoders(&self) -> bool {
        self.codecs.has_encoders()
    }

    /// Begins an answer whose body is written piece by piece. With a `size` it has a Content-Length, else it is sent
    /// in chunks.
    ///
    /// # Errors
    /// As [`reply`](Self::reply).
    pub fn begin(self, reply: Reply, size: Option<u64>) -> Result<BodySender> {
        let mut encoders = self.codecs.encoders()?;
        let head = head(reply, &mut encoders)?;
        let on_wire = size.filter(|_| encoders.is_identity());
        let (pieces, body) = Outgoing::streamed(on_wire);
        let sender = BodySender::new(pieces, encoders, size, self.timeouts, self.abort)?;
        send(self.answer, head.map(|()| body))?;
        Ok(sender)
    }

    /// Answers a one-way message: status 202, no content type, nothing else (WWSAPI M.1; a content type with length 0
    /// upsets WCF).
    pub async fn accept_one_way(self) -> Result<()> {
        self.reply(Reply::empty(StatusCode::ACCEPTED), &[]).await
    }

    /// Refuses the request; no encoder changes the message.
    pub(crate) fn refuse(self, message: RefusalMessage) -> Result<()> {
        send(self.answer, refusal::answer(message))
    }

    /// Whether the client has gone away.
    pub fn is_closed(&self) -> bool {
        self.answer.is_closed()
    }
}

fn head(reply: Reply, encoders: &mut EncoderChain) -> Result<http::Response<()>> {
    let mut head = http::Response::new(());
    *head.status_mut() = reply.status;
    *head.headers_mut() = reply.headers;
    if let Some(text) = reply.status_text {
        let reason = hyper::ext::ReasonPhrase::try_from(text);
        let reason =
            reason.map_err(|_| Error::argument("the status text has a character that is not allowed"))?;
        head.extensions_mut().insert(reason);
    }
    if let Some(content_type) = reply.content_type {
        let content = encoders.content_type(&content_type)?;
        head.headers_mut().insert(header::CONTENT_TYPE, header_value(&content.content_type)?);
        if let Some(coding) = content.content_encoding {
            head.headers_mut().insert(header::CONTENT_ENCODING, header_value(&coding)?);
        }
    } else {
        *encoders = EncoderChain::new(Vec::new());
    }
    Ok(head)
}

fn send(answer: oneshot::Sender<http::Response<Outgoing>>, response: http::Response<Outgoing>) -> Result<()> {
    let gone = |_| Error::new(ErrorCode::EndpointDisconnected, "the client went away before it was answered");
    answer.send(response).map_err(gone)
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder").field("is_closed", &self.is_closed()).finish_non_exhaustive()
    }
}
