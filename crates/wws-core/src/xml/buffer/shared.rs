//! A buffer that readers and writers hold together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::XmlBuffer;

/// A handle to an [`XmlBuffer`] that readers, writers and the program hold at the same time. Clones are
/// handles to the same buffer.
///
/// A reader or writer locks the buffer for the length of one step, during which no code of the program runs.
///
/// ```
/// use wws_core::xml::{Text, buffer::SharedBuffer};
/// let shared = SharedBuffer::default();
/// let other = shared.clone();
/// let mut buffer = shared.lock();
/// let eof = buffer.eof();
/// buffer.insert_text(eof, Text::Int32(1))?;
/// drop(buffer);
/// assert!(!other.lock().is_empty());
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SharedBuffer(Arc<Mutex<XmlBuffer>>);

impl SharedBuffer {
    /// Shares a buffer.
    pub fn new(buffer: XmlBuffer) -> Self {
        SharedBuffer(Arc::new(Mutex::new(buffer)))
    }

    /// The buffer, locked until the guard is dropped. Reading from a reader or writing to a writer of the
    /// same buffer meanwhile waits for that forever.
    pub fn lock(&self) -> MutexGuard<'_, XmlBuffer> {
        // A panic elsewhere cannot leave a buffer half changed that matters here: its lists are whole
        // between steps.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The buffer itself if this is the last handle.
    pub(crate) fn into_unique(self) -> Option<XmlBuffer> {
        Arc::into_inner(self.0).map(|buffer| buffer.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// The buffer itself if this is the last handle, else a copy.
    ///
    /// # Errors
    /// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): there is no room for the copy.
    pub fn into_inner(self) -> crate::Result<XmlBuffer> {
        match Arc::try_unwrap(self.0) {
            Ok(buffer) => Ok(buffer.into_inner().unwrap_or_else(PoisonError::into_inner)),
            Err(shared) => {
                let source = SharedBuffer(shared);
                let source = source.lock();
                let mut copy = XmlBuffer::with_max_size(source.max_size());
                copy.copy_from(copy.eof(), &source, source.bof())?;
                Ok(copy)
            }
        }
    }
}

impl From<XmlBuffer> for SharedBuffer {
    fn from(buffer: XmlBuffer) -> Self {
        SharedBuffer::new(buffer)
    }
}
