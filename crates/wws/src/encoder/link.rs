//! What the thread of a decoder that pulls shares with the task that has the octets. Its primitives come from `sync`, so
//! that a test can put others in their place that go through every order (`tests/loom.rs`).

use super::sync::{Condvar, Mutex, MutexGuard};
use crate::{Error, ErrorCode, Result};
use bytes::Bytes;
use std::{
    sync::PoisonError,
    task::{Context, Poll, Waker},
};
use wws_core::channel::Input;

/// Between the thread that decodes and the one that has the octets.
#[derive(Default)]
pub(super) struct Link {
    state: Mutex<LinkState>,
    changed: Condvar,
}

#[derive(Default)]
struct LinkState {
    /// The thread waits for octets.
    is_waiting: bool,
    /// What it is to get: octets, or nothing more.
    supplied: Option<Option<Bytes>>,
    is_cancelled: bool,
    waker: Option<Waker>,
}

impl Link {
    /// On the decoder's thread: the next octets, none at the end.
    pub(super) fn wait(&self) -> Result<Bytes> {
        let mut state = self.lock();
        state.is_waiting = true;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
        loop {
            if state.is_cancelled {
                return Err(Error::new(ErrorCode::OperationAborted, "the message was given up"));
            }
            if let Some(supplied) = state.supplied.take() {
                return Ok(supplied.unwrap_or_default());
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Gives the thread what it waits for; `false` if there is nothing yet.
    pub(super) fn supply(&self, input: &mut Input) -> bool {
        let mut state = self.lock();
        if !state.is_waiting {
            return true;
        }
        let octets = input.take(usize::MAX);
        if octets.is_none() && !input.is_finished() {
            return false;
        }
        state.is_waiting = false;
        state.supplied = Some(octets);
        self.changed.notify_one();
        true
    }

    /// Ready while the thread waits for octets.
    pub(super) fn poll_waiting(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_waiting {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    pub(super) fn cancel(&self) {
        self.lock().is_cancelled = true;
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, LinkState> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
