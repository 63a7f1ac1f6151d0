//! The task that moves bytes between a transport and a core without I/O.
//!
//! One hand-written future per modem, in the manner of quinn: it takes what the core has to send, writes, reads, tells the time. Users of the
//! core lock it for a moment, and wake the driver when they gave it something to do. No lock is held while anything waits.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Instant,
};

use bytes::Bytes;
use tokio::time::Sleep;

use super::{Control, DataPlane, Transport};
use crate::{
    Error, Result,
    host::{DataAction, RequestId},
    wire::{data_message::DataMessage, framing::Framer},
};

/// How many chunks may be queued for writing before the core is asked for more.
const QUEUE: usize = 64;
/// How many rounds the driver makes before it lets other tasks run.
const ROUNDS: usize = 16;

/// What the driver drives: the host of a modem, or a proxy.
pub(crate) trait Core: Send + 'static {
    fn handle_piece(&mut self, piece: &Bytes, now: Instant);
    fn handle_timeout(&mut self, now: Instant);
    fn next_timeout(&self) -> Option<Instant>;
    fn poll_transmit(&mut self) -> Option<Bytes>;
    fn poll_data_action(&mut self) -> Option<DataAction>;
    fn handle_attached(&mut self, session: u8, result: Result<()>, now: Instant);
    fn handle_written(&mut self, request: RequestId, result: Result<()>);
    fn handle_data(&mut self, session: u8, data: Bytes);
    /// How many more datagrams of a session may be read: what whoever takes them has room for.
    fn data_room(&self, session: u8) -> u32;
    /// The transport is gone.
    fn lost(&mut self, error: Error, now: Instant);
    /// Passes on what happened. Called after every round.
    fn settle(&mut self);
    /// True if the driver has nothing more to do, ever.
    fn is_finished(&self) -> bool;
}

/// A core that its driver and its users share.
pub(crate) struct Shared<C> {
    inner: Mutex<Inner<C>>,
}

struct Inner<C> {
    core: C,
    driver: Option<Waker>,
    /// The core was used since the driver last looked.
    used: bool,
}

impl<C> std::fmt::Debug for Shared<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

impl<C: Core> Shared<C> {
    /// Lets `use_core` work on the core, passes on what happened, and wakes the driver.
    pub(crate) fn with<T>(&self, use_core: impl FnOnce(&mut C) -> T) -> T {
        let mut inner = self.lock();
        let value = use_core(&mut inner.core);
        inner.core.settle();
        inner.used = true;
        let driver = inner.driver.take();
        drop(inner);
        if let Some(driver) = driver {
            driver.wake();
        }
        value
    }

    /// Lets `use_core` work on the core where that gives the driver nothing to do.
    pub(crate) fn with_quietly<T>(&self, use_core: impl FnOnce(&mut C) -> T) -> T {
        use_core(&mut self.lock().core)
    }

    /// Lets `look` look at the core, without waking anyone.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&C) -> T) -> T {
        look(&self.lock().core)
    }

    fn lock(&self) -> MutexGuard<'_, Inner<C>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time, as tokio's clock has it: tests turn it.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Starts the driver of `core` over `transport`. The task ends when the core is finished.
pub(crate) fn spawn<C: Core>(core: C, transport: Transport) -> (Arc<Shared<C>>, tokio::task::JoinHandle<()>) {
    let limit = transport.config.link.limits.message.max(transport.config.link.max_control_transfer);
    let shared = Arc::new(Shared { inner: Mutex::new(Inner { core, driver: None, used: false }) });
    let driver = Driver {
        shared: shared.clone(),
        control: transport.control,
        data: transport.data,
        framer: Framer::new(limit.max(64 << 10) + 1024),
        queue: VecDeque::new(),
        timer: Box::pin(tokio::time::sleep_until(now().into())),
        timer_at: None,
    };
    (shared, tokio::spawn(driver))
}

struct Driver<C> {
    shared: Arc<Shared<C>>,
    control: Control,
    data: DataPlane,
    framer: Framer,
    queue: VecDeque<Bytes>,
    timer: Pin<Box<Sleep>>,
    timer_at: Option<Instant>,
}

impl<C: Core> Future for Driver<C> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        for _ in 0..ROUNDS {
            let moved = match this.round(cx) {
                Ok(moved) => moved,
                Err(error) => {
                    this.queue.clear();
                    this.shared.with(|core| core.lost(error, now()));
                    true
                }
            };
            let mut inner = this.shared.lock();
            inner.core.settle();
            if inner.core.is_finished() && this.queue.is_empty() {
                return Poll::Ready(());
            }
            if !moved && !inner.used {
                inner.driver = Some(cx.waker().clone());
                let next = inner.core.next_timeout();
                drop(inner);
                if !this.timer_is_due(next, cx) {
                    return Poll::Pending;
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<C: Core> Driver<C> {
    /// One round of everything. True if anything moved.
    fn round(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        let mut moved = self.collect(cx);
        if !self.queue.is_empty() {
            match self.control.poll_write(cx, &mut self.queue) {
                Poll::Ready(result) => {
                    result?;
                    moved = true;
                }
                Poll::Pending => {}
            }
        }
        moved |= self.read(cx)?;
        moved |= self.read_data(cx)?;
        Ok(moved)
    }

    /// Takes from the core what is to be sent, as long as the queue is short.
    fn collect(&mut self, cx: &mut Context<'_>) -> bool {
        let mut inner = self.shared.lock();
        inner.used = false;
        let core = &mut inner.core;
        let now = now();
        let mut moved = false;
        if core.next_timeout().is_some_and(|next| next <= now) {
            core.handle_timeout(now);
            moved = true;
        }
        while self.queue.len() < QUEUE
            && let Some(piece) = core.poll_transmit()
        {
            self.queue.push_back(piece);
        }
        if let DataPlane::InBand(plane) = &mut self.data {
            plane.grant(&mut self.queue, |session| core.data_room(session));
        }
        loop {
            let has_room = match &mut self.data {
                #[cfg(target_os = "linux")]
                DataPlane::Packet(plane) => plane.has_room() || plane.poll_flush(cx, core),
                _ => self.queue.len() < QUEUE,
            };
            let Some(action) = has_room.then(|| core.poll_data_action()).flatten() else { break };
            moved = true;
            match (&mut self.data, action) {
                (DataPlane::None, DataAction::Attach(session)) => {
                    let error =
                        Error::new(crate::Code::NotSupported, "this way to the device has no data sessions");
                    core.handle_attached(session, Err(error), now);
                }
                (DataPlane::None, DataAction::Write { request, .. }) => {
                    core.handle_written(request, Err(crate::Code::NotSupported.into()));
                }
                (DataPlane::None, DataAction::Detach(_)) => {}
                (DataPlane::InBand(plane), DataAction::Attach(session)) => {
                    plane.attach(session);
                    core.handle_attached(session, Ok(()), now);
                }
                (DataPlane::InBand(plane), DataAction::Detach(session)) => plane.detach(session),
                (DataPlane::InBand(plane), DataAction::Write { request, session, data }) => {
                    plane.write(request, session, data, &mut self.queue);
                }
                #[cfg(target_os = "linux")]
                (DataPlane::Packet(plane), DataAction::Attach(session)) => {
                    let result = plane.attach(session);
                    core.handle_attached(session, result, now);
                }
                #[cfg(target_os = "linux")]
                (DataPlane::Packet(plane), DataAction::Detach(session)) => plane.detach(session),
                #[cfg(target_os = "linux")]
                (DataPlane::Packet(plane), DataAction::Write { request, session, data }) => {
                    plane.write(request, session, data)
                }
            }
        }
        #[cfg(target_os = "linux")]
        if let DataPlane::Packet(plane) = &mut self.data {
            plane.poll_flush(cx, core);
        }
        moved
    }

    fn read(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        let Poll::Ready(count) = self.control.poll_read(cx, &mut self.framer) else { return Ok(false) };
        if count? == 0 {
            return Err(self.control.end());
        }
        let mut inner = self.shared.lock();
        let now = now();
        loop {
            match self.framer.next_piece() {
                Ok(Some(piece)) => match (DataMessage::decode(&piece), &mut self.data) {
                    (None, _) => inner.core.handle_piece(&piece, now),
                    (Some(Ok(DataMessage::Read { session, data })), DataPlane::InBand(plane)) => {
                        if plane.received(session) {
                            inner.core.handle_data(session, data);
                        }
                    }
                    (Some(Ok(DataMessage::Done { number, status })), DataPlane::InBand(_)) => {
                        inner.core.handle_written(RequestId(number), status.into_result());
                    }
                    // A message of the extension that was not agreed.
                    (Some(_), _) => {}
                },
                Ok(None) => return Ok(true),
                Err(malformed) if self.control.is_stream() => {
                    return Err(Error::from(malformed).context("the stream cannot be understood any more"));
                }
                Err(_) => {
                    self.framer.reset();
                    return Ok(true);
                }
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn read_data(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        let DataPlane::Packet(plane) = &mut self.data else { return Ok(false) };
        let mut inner = self.shared.lock();
        let core = &mut inner.core;
        plane.poll_read(cx, core)
    }

    #[cfg(not(target_os = "linux"))]
    fn read_data(&mut self, _cx: &mut Context<'_>) -> Result<bool> {
        Ok(false)
    }

    /// Sets the timer. True if its time has come already.
    ///
    /// A timer that is set for an earlier time stays: it rings once for nothing, which costs less than setting it anew for each request.
    fn timer_is_due(&mut self, next: Option<Instant>, cx: &mut Context<'_>) -> bool {
        let Some(next) = next else { return false };
        if self.timer_at.is_none_or(|at| next < at) {
            self.timer.as_mut().reset(next.into());
            self.timer_at = Some(next);
        }
        if self.timer.as_mut().poll(cx).is_ready() {
            self.timer_at = None;
            return true;
        }
        false
    }
}
