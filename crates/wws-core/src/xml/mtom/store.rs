//! Where parts wait that are not due yet: memory up to a quota, then a store of the caller.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{Error, Result};

/// Takes bytes in and gives them back: a file that nobody else sees, say.
///
/// The core has no files; the crate `wws` implements this with a temporary file. Bytes are only ever added at the end,
/// and read back any number of times. One store serves one document.
pub trait PartStore: Send {
    /// Adds bytes at the end.
    ///
    /// # Errors
    /// Whatever kept it from keeping every byte.
    fn append(&mut self, bytes: &[u8]) -> Result<()>;

    /// Fills a part of `buffer` with the bytes from `offset` on and says how much; 0 only if nothing stands there.
    ///
    /// # Errors
    /// Whatever kept it from reading.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize>;
}

impl PartStore for Vec<u8> {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// A [`PartStore`] that several owners share: the writer that fills it, and the flush that empties it.
#[derive(Clone)]
pub struct SharedStore(Arc<Mutex<dyn PartStore>>);

impl SharedStore {
    /// Makes a store shareable.
    pub fn new(store: impl PartStore + 'static) -> Self {
        SharedStore(Arc::new(Mutex::new(store)))
    }
}

impl PartStore for SharedStore {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).append(bytes)
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read_at(offset, buffer)
    }
}

impl fmt::Debug for SharedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedStore")
    }
}

/// A run of bytes in a [`Spool`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) start: u64,
    pub(crate) len: u64,
}

impl Extent {
    /// What is left of the run after its first `count` bytes.
    pub(crate) fn skip(self, count: u64) -> Extent {
        let count = count.min(self.len);
        Extent { start: self.start + count, len: self.len - count }
    }
}

/// Bytes one after the other: the first in memory, up to a quota, the others in the caller's store.
#[derive(Debug)]
pub(crate) struct Spool {
    memory: Vec<u8>,
    quota: usize,
    /// The property that sets the quota, for the error text.
    quota_name: &'static str,
    store: Option<SharedStore>,
    /// Bytes in the store; its first byte follows the last one in memory.
    stored: u64,
}

impl Spool {
    /// An empty spool without room in memory; `quota_name` is the property that gives it some.
    pub(crate) fn new(quota_name: &'static str, store: Option<SharedStore>) -> Self {
        Spool { memory: Vec::new(), quota: 0, quota_name, store, stored: 0 }
    }

    /// Lets so many bytes stay in memory.
    pub(crate) fn set_quota(&mut self, quota: usize) {
        self.quota = quota;
    }

    /// Whether there is room beyond the quota.
    pub(crate) fn has_store(&self) -> bool {
        self.store.is_some()
    }

    /// How many bytes were appended.
    pub(crate) fn len(&self) -> u64 {
        self.memory.len() as u64 + self.stored
    }

    /// Adds bytes at the end; the extent of what was added.
    ///
    /// Fails with `QuotaExceeded` when the memory is full and there is no store; nothing was added then.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let room = if self.stored == 0 { self.quota.saturating_sub(self.memory.len()) } else { 0 };
        let (kept, spilled) = bytes.split_at(room.min(bytes.len()));
        if !spilled.is_empty() {
            let store = self.store.as_mut().ok_or_else(|| {
                Error::quota(format!(
                    "MIME parts that have to wait need more than {} = {} bytes; raise it or give a store to spill to",
                    self.quota_name, self.quota
                ))
            })?;
            store.append(spilled).map_err(|e| e.context("while a MIME part was put aside"))?;
            self.stored += spilled.len() as u64;
        }
        self.memory.extend_from_slice(kept);
        Ok(())
    }

    /// Takes back what was added from `start` on, if it is all in memory.
    pub(crate) fn rewind(&mut self, start: u64) {
        if self.stored == 0 {
            self.memory.truncate(usize::try_from(start).unwrap_or(usize::MAX));
        }
    }

    /// What is in memory: the first bytes of the spool, which is not used any more.
    pub(crate) fn take_memory(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.memory)
    }

    /// The bytes of the extent that are in memory, from its start.
    pub(crate) fn in_memory(&self, extent: Extent) -> &[u8] {
        let start = usize::try_from(extent.start).unwrap_or(usize::MAX).min(self.memory.len());
        let len = usize::try_from(extent.len).unwrap_or(usize::MAX).min(self.memory.len() - start);
        &self.memory[start..start + len]
    }

    /// Fills a part of `buffer` from the start of the extent and says how much; 0 only if it is empty.
    pub(crate) fn read(&mut self, extent: Extent, buffer: &mut [u8]) -> Result<usize> {
        let wanted = usize::try_from(extent.len).unwrap_or(usize::MAX).min(buffer.len());
        let here = self.in_memory(extent);
        if wanted == 0 || !here.is_empty() {
            let count = here.len().min(wanted);
            buffer[..count].copy_from_slice(&here[..count]);
            return Ok(count);
        }
        let offset = extent.start - self.memory.len() as u64;
        match &mut self.store {
            Some(store) => read_some(store, offset, &mut buffer[..wanted]),
            None => Ok(0),
        }
    }
}

/// Reads at least one byte that was put into the store.
pub(crate) fn read_some(store: &mut dyn PartStore, offset: u64, buffer: &mut [u8]) -> Result<usize> {
    match store.read_at(offset, buffer) {
        Ok(0) => Err(Error::new(
            crate::ErrorCode::Other,
            "the store for MIME parts lost bytes that were put into it",
        )),
        Ok(count) => Ok(count.min(buffer.len())),
        Err(e) => Err(e.context("while a MIME part that was put aside was read back")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use proptest::prelude::*;

    #[test]
    fn memory_has_a_quota_and_a_store_has_none() {
        let mut spool = Spool::new("max_of_test", None);
        spool.set_quota(4);
        spool.append(b"abcd").unwrap();
        let error = spool.append(b"e").unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded);
        assert!(error.to_string().contains("max_of_test = 4"), "{error}");
        assert_eq!(spool.len(), 4);

        let store = SharedStore::new(Vec::new());
        let mut spool = Spool::new("max_of_test", Some(store.clone()));
        spool.set_quota(4);
        spool.append(b"abcdefgh").unwrap();
        let mut spilled = [0; 9];
        assert_eq!(store.clone().read_at(0, &mut spilled).unwrap(), 4);
        assert_eq!(&spilled[..4], b"efgh");
    }

    #[test]
    fn a_store_that_lost_bytes_is_noticed() {
        assert!(read_some(&mut Vec::new(), 7, &mut [0; 1]).unwrap_err().to_string().contains("lost bytes"));
    }

    proptest! {
        #[test]
        fn every_extent_comes_back(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..9), quota in 0usize..20) {
            let mut spool = Spool::new("max_of_test", Some(SharedStore::new(Vec::new())));
            spool.set_quota(quota);
            let mut extents = Vec::new();
            for piece in &pieces {
                extents.push(Extent { start: spool.len(), len: piece.len() as u64 });
                spool.append(piece).unwrap();
            }
            for (mut extent, piece) in extents.into_iter().zip(&pieces) {
                let mut back = Vec::new();
                loop {
                    let mut buffer = [0; 4];
                    let count = spool.read(extent, &mut buffer).unwrap();
                    if count == 0 {
                        break;
                    }
                    back.extend_from_slice(&buffer[..count]);
                    extent = extent.skip(count as u64);
                }
                prop_assert_eq!(&back, piece);
            }
        }
    }
}
