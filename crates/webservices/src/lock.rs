//! Locks of ours.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes a lock: nothing panics while it holds one of ours.
pub fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
