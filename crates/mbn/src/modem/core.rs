//! The core of an open modem: a host, those who listen, those who wait.

use std::{
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Instant,
};

use bytes::Bytes;
use tokio::sync::Notify;

use super::hub::Hub;
use crate::{
    Code, Error, Result,
    host::{Answer, DataAction, Event, Host, HostConfig, HostState, RequestId},
    id_map::IdMap,
    transport::Core,
};

/// See the module.
pub(crate) struct ModemCore {
    pub(super) host: Host,
    pub(super) hub: Hub,
    waiters: IdMap<RequestId, Waiter>,
    /// Something changed that somebody may wait for: the state, or room for writes.
    changed: Arc<Notify>,
}

#[derive(Default)]
struct Waiter {
    result: Option<Result<Answer>>,
    waker: Option<Waker>,
}

impl ModemCore {
    pub(super) fn new(config: HostConfig, changed: Arc<Notify>) -> Self {
        Self { host: Host::new(config), hub: Hub::default(), waiters: IdMap::default(), changed }
    }

    /// Starts a request, unless those who listen do not keep up: their unread completions are as bounded as the requests are.
    pub(super) fn start(&mut self, start: impl FnOnce(&mut Self) -> Result<RequestId>) -> Result<RequestId> {
        if self.hub.is_full() {
            return Err(Error::new(
                Code::Busy,
                "a listener has not read the completions of earlier requests",
            ));
        }
        let id = start(self)?;
        self.waiters.insert(id, Waiter::default());
        Ok(id)
    }

    /// The result of a request, if it is complete.
    pub(super) fn poll_result(&mut self, id: RequestId, cx: &mut Context<'_>) -> Poll<Result<Answer>> {
        match self.waiters.get_mut(&id) {
            Some(Waiter { result: None, waker }) => {
                *waker = Some(cx.waker().clone());
                Poll::Pending
            }
            Some(_) => {
                let result = self.waiters.remove(&id).and_then(|waiter| waiter.result);
                Poll::Ready(result.unwrap_or_else(|| Err(Code::OperationAborted.into())))
            }
            None => Poll::Ready(Err(Error::new(
                Code::InvalidArgument,
                "the result of the request was taken already",
            ))),
        }
    }

    /// Nobody waits for a request any more. It goes on, and is reported to those who listen.
    pub(super) fn forget(&mut self, id: RequestId) {
        self.waiters.remove(&id);
    }
}

impl Core for ModemCore {
    fn handle_piece(&mut self, piece: &Bytes, now: Instant) {
        self.host.handle_piece(piece, now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.host.handle_timeout(now);
    }

    fn next_timeout(&self) -> Option<Instant> {
        self.host.next_timeout()
    }

    fn poll_transmit(&mut self) -> Option<Bytes> {
        self.host.poll_transmit()
    }

    fn poll_data_action(&mut self) -> Option<DataAction> {
        self.host.poll_data_action()
    }

    fn handle_attached(&mut self, session: u8, result: Result<()>, now: Instant) {
        self.host.handle_attached(session, result, now);
    }

    fn handle_written(&mut self, request: RequestId, result: Result<()>) {
        self.host.handle_written(request, result);
    }

    fn handle_data(&mut self, session: u8, data: Bytes) {
        self.host.handle_data(session, data);
        self.settle();
    }

    fn data_room(&self, session: u8) -> u32 {
        if self.host.takes_data(session) && self.hub.wants_data() { u32::MAX } else { 0 }
    }

    fn lost(&mut self, error: Error, now: Instant) {
        self.host.lost(error, now);
    }

    fn settle(&mut self) {
        let mut changed = false;
        while let Some(event) = self.host.poll_event() {
            match &event {
                Event::Completed(completion) => {
                    if let Some(waiter) = self.waiters.get_mut(&completion.request) {
                        waiter.result = Some(completion.result.clone());
                        if let Some(waker) = waiter.waker.take() {
                            waker.wake();
                        }
                    }
                    changed = true;
                }
                Event::Arrival | Event::Removal(_) | Event::Reset => changed = true,
                Event::Notification { .. } | Event::ReadData { .. } => {}
            }
            self.hub.tell(&event);
        }
        if changed {
            self.changed.notify_waiters();
        }
    }

    fn is_finished(&self) -> bool {
        matches!(self.host.state(), HostState::Gone(_))
    }
}
