//! What a message, and the reader or writer of its body, ask of the channel that it goes over.

use wws::Result;

/// A channel, as its messages see it.
pub trait Link: std::fmt::Debug {
    /// Fills the body's reader: `WsFillBody`, `WsFillReader`.
    ///
    /// # Errors
    /// Those of the channel.
    fn fill(&self, min_size: u32) -> Result<()>;

    /// Sends what is written of the body: `WsFlushBody`, `WsFlushWriter`.
    ///
    /// # Errors
    /// Those of the channel.
    fn flush(&self, min_size: u32) -> Result<()>;
}
