//! Where bytes go: a write callback of the program.

use crate::{abi::WS_WRITE_CALLBACK, callback, ptr::Void};
use wws::Result;

/// A write callback, with what it is passed.
#[derive(Clone, Copy, Debug)]
pub struct Sink {
    /// The function.
    pub callback: WS_WRITE_CALLBACK,
    /// What it is passed.
    pub state: Void,
}

impl Sink {
    /// Hands bytes over, which the callback has to take before it returns.
    ///
    /// # Errors
    /// What the callback returned.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        callback::write_all(self.callback, self.state, [bytes])
    }
}
