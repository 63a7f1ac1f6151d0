//! Answers to requests that no program sees: a status, and a short text that says what to do.

use super::{HeaderMap, StatusCode, body::Outgoing, header, incoming::text, listener::ListenerOptions};
use bytes::Bytes;
use http::HeaderValue;

/// A request that is refused, and why.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Refusal<'r> {
    /// The status that says it.
    pub status: StatusCode,
    /// The content type of the request; empty if it has none.
    pub content_type: &'r str,
    /// What is wrong, and what to do.
    pub reason: &'r str,
}

/// What to answer instead of plain text.
#[derive(Clone, Debug)]
pub struct RefusalMessage {
    /// The status.
    pub status: StatusCode,
    /// The content type of the body.
    pub content_type: String,
    /// The body, which no encoder changes.
    pub body: Bytes,
}

/// Gives a refusal the form of a message that the client can read, if there is one.
pub type Refusals = dyn Fn(&Refusal<'_>) -> Option<RefusalMessage> + Send + Sync;

/// The answer to a request with these headers.
pub(super) fn refusal(
    options: &ListenerOptions,
    headers: &HeaderMap,
    status: StatusCode,
    reason: &str,
) -> http::Response<Outgoing> {
    let content_type = text(headers, header::CONTENT_TYPE).unwrap_or_default();
    let refusal = Refusal { status, content_type: &content_type, reason };
    let message = options.refusals.as_ref().and_then(|refusals| refusals(&refusal));
    answer(message.unwrap_or_else(|| plain(status, reason)))
}

/// A refusal in words alone.
pub(crate) fn plain(status: StatusCode, reason: &str) -> RefusalMessage {
    RefusalMessage {
        status,
        content_type: "text/plain; charset=utf-8".to_owned(),
        body: format!("{reason}\n").into(),
    }
}

pub(super) fn answer(message: RefusalMessage) -> http::Response<Outgoing> {
    let RefusalMessage { status, content_type, body } = message;
    let mut response = http::Response::new(Outgoing::whole([body]));
    *response.status_mut() = status;
    // A content type that cannot be is left out.
    if let Ok(content_type) = HeaderValue::from_str(&content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}

/// Says that messages of this content type are not taken.
pub(crate) fn unknown_content(content_type: &str) -> String {
    match content_type {
        "" => "the request has no content type, so that nobody knows how to read it".to_owned(),
        text => format!(
            "messages of type {text:?} are not read here; use the encoding and the version of the service"
        ),
    }
}
