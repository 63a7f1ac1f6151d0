//! A request that was accepted.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::Inner;
use crate::{
    Result,
    host::{Answer, RequestId},
};

/// A request that was accepted. It has an id, which its completion event carries, and can be awaited for the same result.
///
/// Dropping it does not cancel the request: its completion is still told to every listener.
#[must_use = "await it, or keep its id for the completion event"]
pub struct Request {
    id: RequestId,
    modem: Arc<Inner>,
}

impl Request {
    pub(super) fn new(id: RequestId, modem: Arc<Inner>) -> Self {
        Self { id, modem }
    }

    /// The id.
    pub fn id(&self) -> RequestId {
        self.id
    }

    /// Gives the request up, if it is a command that is not answered. It completes with `ERROR_OPERATION_ABORTED`.
    pub fn cancel(&self) {
        self.modem.shared.with(|core| core.host.cancel(self.id, crate::transport::now()));
    }
}

impl Future for Request {
    type Output = Result<Answer>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Answer>> {
        let id = self.id;
        self.modem.shared.with_quietly(|core| core.poll_result(id, cx))
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let id = self.id;
        self.modem.shared.with_quietly(|core| core.forget(id));
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({})", self.id)
    }
}
