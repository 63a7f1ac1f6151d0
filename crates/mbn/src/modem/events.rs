//! Events: `IMbnDeviceServicesEvents`.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use super::{core::ModemCore, hub::Queue};
use crate::{host::Event, transport::Shared};

/// What happens with a modem or one of its services, from the moment of the call on: `IMbnDeviceServicesEvents`.
///
/// Read it, or drop it. As long as a listener does not read, at most 4,096 completions wait for it and new requests are refused; further
/// notifications are dropped and [counted](Self::dropped); and no more datagrams are read from the modem.
pub struct Events {
    queue: Arc<Queue>,
    shared: Arc<Shared<ModemCore>>,
}

impl Events {
    pub(super) fn new(queue: Arc<Queue>, shared: Arc<Shared<ModemCore>>) -> Self {
        Self { queue, shared }
    }

    /// The next event; `None` after [`Event::Removal`], which is the last.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// [`next`](Self::next) for those who poll.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        match self.queue.poll_next(cx) {
            Poll::Ready(Some((event, has_room))) => {
                if has_room {
                    self.shared.with(|_| ());
                }
                Poll::Ready(Some(event))
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }

    /// How many notifications were dropped because they were not read.
    pub fn dropped(&self) -> u64 {
        self.queue.dropped()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        // Datagrams may have waited for this listener: it must not count any more when the driver looks.
        self.queue = Arc::default();
        self.shared.with(|_| ());
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Events({} unread)", self.queue.unread())
    }
}
