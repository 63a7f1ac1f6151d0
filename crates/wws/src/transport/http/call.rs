//! A request whose body is streamed, and responses.

use super::{
    BodySender, HeaderMap, IncomingBody, StatusCode, Version,
    client::{Head, Shared},
    incoming::Reading,
    pool::Lease,
    status,
};
use crate::{
    Error, ErrorCode, Result,
    transport::{Chunk, timeouts::Step},
};
use hyper::body::Incoming;
use std::{fmt, future::Future, pin::Pin, sync::Arc};

pub(super) type PendingResponse = Pin<Box<dyn Future<Output = Result<http::Response<Incoming>>> + Send>>;

/// A request under way. Dropping it gives the request up.
pub struct Call {
    shared: Arc<Shared>,
    head: Head,
    body: BodySender,
    response: PendingResponse,
    lease: Lease,
    /// A response that came before the request was complete; what is still written goes nowhere.
    early: Option<http::Response<Incoming>>,
}

impl Call {
    pub(super) fn new(
        shared: Arc<Shared>,
        head: Head,
        body: BodySender,
        response: PendingResponse,
        lease: Lease,
    ) -> Self {
        Call { shared, head, body, response, lease, early: None }
    }

    /// Sends the next octets of the body.
    ///
    /// If the server has answered and takes no more, this does nothing: the answer says why.
    ///
    /// # Errors
    /// As [`BodySender::write`].
    pub async fn write(&mut self, chunks: &[Chunk<'_>]) -> Result<()> {
        if self.early.is_some() {
            return Ok(());
        }
        let heard = self.lease.sender.heard();
        let written = self.body.write(chunks).await;
        self.lease.sender.note(heard, &written);
        self.or_answered(written).await
    }

    /// Ends the body.
    pub async fn finish(&mut self) -> Result<()> {
        if self.early.is_some() {
            return Ok(());
        }
        let finished = self.body.finish().await;
        self.or_answered(finished).await
    }

    /// Waits for the head of the response, within `RECEIVE_RESPONSE_TIMEOUT`.
    ///
    /// Dropping the future gives the request up.
    pub async fn response(mut self) -> Result<Response> {
        if !self.body.is_finished() && self.early.is_none() {
            return Err(Error::operation("the request is not finished"));
        }
        let response = self.wait().await?;
        self.shared.response(&self.head, response, self.lease)
    }

    /// Waits for the head of the response while the request may still go on; both are streamed then.
    pub async fn response_early(mut self) -> Result<(BodySender, Response)> {
        let response = self.wait().await?;
        Ok((self.body, self.shared.response(&self.head, response, self.lease)?))
    }

    async fn wait(&mut self) -> Result<http::Response<Incoming>> {
        if let Some(response) = self.early.take() {
            return Ok(response);
        }
        let limit = self.shared.options.timeouts.limit(Step::ReceiveResponse);
        let heard = self.lease.sender.heard();
        let waited = limit.run(&self.head.request.abort, self.response.as_mut()).await;
        self.lease.sender.note(heard, &waited);
        waited.map_err(|e| e.context(self.head.context()))
    }

    /// A connection that takes no more may have brought the response.
    async fn or_answered(&mut self, done: Result<()>) -> Result<()> {
        match done {
            Err(error) if error.code() == ErrorCode::EndpointDisconnected => {
                // If it failed instead, that is the better error.
                self.early = Some(self.wait().await?);
                Ok(())
            }
            done => done,
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.head.context())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// The head of a response, and its body to read.
#[derive(Debug)]
pub struct Response {
    /// The version of HTTP.
    pub version: Version,
    /// The status.
    pub status: StatusCode,
    /// The text behind the status, if the server sent one of its own.
    pub status_text: Option<String>,
    /// The headers as they came.
    pub headers: HeaderMap,
    /// The body.
    pub body: IncomingBody,
}

impl Response {
    pub(super) fn new(response: http::Response<Incoming>, reading: Reading, lease: Lease) -> Result<Self> {
        let (parts, body) = response.into_parts();
        let body = IncomingBody::new(body, &parts.headers, reading, Some(lease));
        // What a status says does not depend on what stands behind it.
        if let Some(error) = body.failure()
            && status::check(parts.status, &parts.headers, body.content_type()).is_ok()
        {
            return Err(error.clone());
        }
        let reason = parts.extensions.get::<hyper::ext::ReasonPhrase>();
        let status_text = reason.map(|reason| String::from_utf8_lossy(reason.as_bytes()).into_owned());
        Ok(Response {
            version: parts.version,
            status: parts.status,
            status_text,
            headers: parts.headers,
            body,
        })
    }

    /// The response if it carries a message, a fault among them, or is empty because the request was one-way.
    ///
    /// # Errors
    /// What the status stands for (WWSAPI M.1).
    pub fn into_message(self) -> Result<Self> {
        self.check().map(|()| self)
    }

    /// Fails as [`into_message`](Self::into_message) does.
    pub(crate) fn check(&self) -> Result<()> {
        status::check(self.status, &self.headers, self.body.content_type())
    }
}
