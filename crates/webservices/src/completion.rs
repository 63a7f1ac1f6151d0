//! The end of a function of the program that completes later. Its primitives come from `sync`, so that a test can put others
//! in their place that go through every order (`tests/loom.rs`).

use crate::{
    hresult::HRESULT,
    sync::{Condvar, Mutex},
};
use std::sync::PoisonError;

/// What one thread waits for and another brings.
#[derive(Debug, Default)]
pub struct Completion {
    result: Mutex<Option<HRESULT>>,
    changed: Condvar,
}

impl Completion {
    /// The result, once it is there.
    pub fn wait(&self) -> HRESULT {
        let mut result = self.result.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match *result {
                Some(hr) => return hr,
                None => result = self.changed.wait(result).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Brings the result.
    pub fn complete(&self, hr: HRESULT) {
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(hr);
        self.changed.notify_one();
    }
}
