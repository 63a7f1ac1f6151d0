//! Octets to send, borrowed or shared.

use bytes::Bytes;
use std::{io::IoSlice, ops::Deref};

/// A piece of a message on its way out. See [the layers](super) for which transport copies what.
#[derive(Clone, Debug)]
pub enum Chunk<'a> {
    /// Octets that the caller keeps until the call returns.
    Borrowed(&'a [u8]),
    /// Octets with a reference count.
    Shared(Bytes),
}

impl Chunk<'_> {
    /// The octets with a reference count; copies borrowed ones.
    pub fn into_bytes(self) -> Bytes {
        match self {
            Chunk::Borrowed(octets) => Bytes::copy_from_slice(octets),
            Chunk::Shared(octets) => octets,
        }
    }

    /// Octets of all chunks together.
    pub(crate) fn total(chunks: &[Chunk<'_>]) -> u64 {
        chunks.iter().map(|chunk| chunk.len() as u64).sum()
    }
}

impl Deref for Chunk<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Chunk::Borrowed(octets) => octets,
            Chunk::Shared(octets) => octets,
        }
    }
}

impl<'a> From<&'a [u8]> for Chunk<'a> {
    fn from(octets: &'a [u8]) -> Self {
        Chunk::Borrowed(octets)
    }
}

impl<'a> From<&'a str> for Chunk<'a> {
    fn from(text: &'a str) -> Self {
        Chunk::Borrowed(text.as_bytes())
    }
}

impl<'a> From<&'a IoSlice<'a>> for Chunk<'a> {
    fn from(slice: &'a IoSlice<'a>) -> Self {
        Chunk::Borrowed(slice)
    }
}

impl From<Bytes> for Chunk<'_> {
    fn from(octets: Bytes) -> Self {
        Chunk::Shared(octets)
    }
}
