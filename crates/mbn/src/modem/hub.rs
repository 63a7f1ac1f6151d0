//! Who listens to a modem: a queue per listener, each with limits.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll, Waker},
};

use uuid::Uuid;

use crate::host::Event;

/// How many completions a listener may leave unread before new requests are refused.
const COMPLETIONS: usize = 4096;
/// How many notifications a listener may leave unread before further ones are dropped.
const NOTIFICATIONS: usize = 4096;
/// How many datagrams a listener may leave unread before no more are read from the modem.
const DATAGRAMS: usize = 256;

/// What a listener hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Everything.
    All,
    /// What concerns one service.
    Service(Uuid),
    /// Only the datagrams of one service, and the end of the modem.
    Data(Uuid),
}

impl Filter {
    fn lets(self, event: &Event) -> bool {
        match (self, event) {
            (Self::All, _) | (_, Event::Arrival | Event::Removal(_) | Event::Reset) => true,
            (Self::Service(id), Event::Completed(completion)) => completion.service == id,
            (Self::Service(id), Event::Notification { service, .. }) => *service == id,
            (Self::Service(id) | Self::Data(id), Event::ReadData { service, .. }) => *service == id,
            (Self::Data(_), _) => false,
        }
    }
}

/// Everyone who listens to a modem.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    listeners: Vec<(Filter, Weak<Queue>)>,
}

impl Hub {
    pub(super) fn subscribe(&mut self, filter: Filter) -> Arc<Queue> {
        let queue = Arc::new(Queue::default());
        self.listeners.retain(|(_, listener)| listener.strong_count() > 0);
        self.listeners.push((filter, Arc::downgrade(&queue)));
        queue
    }

    pub(super) fn tell(&mut self, event: &Event) {
        for (filter, listener) in &self.listeners {
            if filter.lets(event)
                && let Some(queue) = listener.upgrade()
            {
                queue.push(event.clone());
            }
        }
    }

    /// True if a listener does not read its completions.
    pub(super) fn is_full(&self) -> bool {
        self.any(|state| state.completions >= COMPLETIONS)
    }

    /// True if every listener keeps up with the datagrams.
    pub(super) fn wants_data(&self) -> bool {
        !self.any(|state| state.datagrams >= DATAGRAMS)
    }

    fn any(&self, test: impl Fn(&State) -> bool) -> bool {
        self.listeners.iter().filter_map(|(_, listener)| listener.upgrade()).any(|queue| test(&queue.lock()))
    }
}

/// What a listener has not read.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    completions: usize,
    datagrams: usize,
    notifications: usize,
    dropped: u64,
    ended: bool,
    waker: Option<Waker>,
}

impl Queue {
    fn push(&self, event: Event) {
        let mut state = self.lock();
        match &event {
            Event::Completed(_) => state.completions += 1,
            Event::ReadData { .. } => state.datagrams += 1,
            Event::Notification { .. } if state.notifications >= NOTIFICATIONS => {
                state.dropped += 1;
                return;
            }
            Event::Notification { .. } => state.notifications += 1,
            Event::Removal(_) => state.ended = true,
            Event::Arrival | Event::Reset => {}
        }
        state.events.push_back(event);
        if let Some(waker) = state.waker.take() {
            drop(state);
            waker.wake();
        }
    }

    /// The next event, and whether the modem may be read again because of it.
    pub(super) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<(Event, bool)>> {
        let mut state = self.lock();
        let Some(event) = state.events.pop_front() else {
            if state.ended {
                return Poll::Ready(None);
            }
            state.waker = Some(cx.waker().clone());
            return Poll::Pending;
        };
        let mut has_room = false;
        match &event {
            Event::Completed(_) => state.completions -= 1,
            Event::Notification { .. } => state.notifications -= 1,
            Event::ReadData { .. } => {
                // Not at every datagram: the driver is woken once per half queue.
                has_room = state.datagrams == DATAGRAMS / 2
                    || (state.datagrams >= DATAGRAMS && state.events.is_empty());
                state.datagrams -= 1;
            }
            _ => {}
        }
        Poll::Ready(Some((event, has_room)))
    }

    /// How many notifications were dropped because they were not read.
    pub(super) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// How many events are not read.
    pub(super) fn unread(&self) -> usize {
        self.lock().events.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
