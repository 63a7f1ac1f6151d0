//! Who takes the bytes of a writer, and who gives them: the callbacks of webservices.h as traits.

use crate::{Error, ErrorCode, Result};
use std::io::{ErrorKind, IoSlice, Read, Write};

/// Takes bytes: `WS_WRITE_CALLBACK`.
///
/// A `Vec<u8>` is one; [`ToWrite`] makes one of anything that implements [`std::io::Write`].
pub trait Destination {
    /// Takes all of these buffers, one after the other, or fails (WWSAPI F.1).
    ///
    /// # Errors
    /// Whatever kept it from taking every byte; the writer has failed then.
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()>;
}

impl Destination for Vec<u8> {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        self.reserve(buffers.iter().map(|buffer| buffer.len()).sum());
        buffers.iter().for_each(|buffer| self.extend_from_slice(buffer));
        Ok(())
    }
}

impl<D: Destination + ?Sized> Destination for &mut D {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        (**self).write_all(buffers)
    }
}

/// A destination that writes to a [`std::io::Write`] with vectored writes, until all is taken.
#[derive(Debug)]
pub struct ToWrite<W>(pub W);

impl<W: Write> Destination for ToWrite<W> {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        /// What one system call takes at least (POSIX `IOV_MAX` is 1024 on every system we know).
        const AT_ONCE: usize = 64;
        for group in buffers.chunks(AT_ONCE) {
            let mut slices = [IoSlice::new(&[]); AT_ONCE];
            slices[..group.len()].copy_from_slice(group);
            let mut rest = &mut slices[..group.len()];
            IoSlice::advance_slices(&mut rest, 0); // drops empty ones
            while !rest.is_empty() {
                match self.0.write_vectored(rest) {
                    Ok(0) => return Err(Error::new(ErrorCode::Other, "the destination takes no more bytes")),
                    Ok(count) => IoSlice::advance_slices(&mut rest, count),
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) => return Err(e.into()),
                }
            }
        }
        Ok(())
    }
}

/// Gives its bytes by writing them to a destination: `WS_PUSH_BYTES_CALLBACK`.
///
/// Any `FnMut(&mut dyn Destination) -> Result<()>` is one.
pub trait PushSource {
    /// Hands all its bytes, in pieces of any size, to the destination.
    ///
    /// # Errors
    /// Its own, or those of the destination.
    fn push(&mut self, to: &mut dyn Destination) -> Result<()>;
}

impl<F: FnMut(&mut dyn Destination) -> Result<()>> PushSource for F {
    fn push(&mut self, to: &mut dyn Destination) -> Result<()> {
        self(to)
    }
}

/// Gives its bytes by filling buffers: `WS_PULL_BYTES_CALLBACK`.
///
/// Any `FnMut(&mut [u8]) -> Result<usize>` is one; [`FromRead`] makes one of a [`std::io::Read`].
pub trait PullSource {
    /// Fills a part of the buffer from its start and says how much; 0 means there is no more.
    ///
    /// # Errors
    /// Whatever kept it from reading.
    fn pull(&mut self, buffer: &mut [u8]) -> Result<usize>;
}

impl<F: FnMut(&mut [u8]) -> Result<usize>> PullSource for F {
    fn pull(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self(buffer)
    }
}

/// A source that reads from a [`std::io::Read`], 64 KiB at a time when it is pushed.
#[derive(Debug)]
pub struct FromRead<R>(pub R);

impl<R: Read> PullSource for FromRead<R> {
    fn pull(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                result => return Ok(result?),
            }
        }
    }
}

impl<R: Read> PushSource for FromRead<R> {
    fn push(&mut self, to: &mut dyn Destination) -> Result<()> {
        let mut buffer = vec![0; 0x1_0000];
        loop {
            let count = self.pull(&mut buffer)?;
            let piece = buffer.get(..count).unwrap_or(&buffer);
            if piece.is_empty() {
                return Ok(());
            }
            to.write_all(&[IoSlice::new(piece)])?;
        }
    }
}

/// Where the bytes of a deferred [`push_bytes`](crate::xml::Writer::push_bytes) come from.
#[non_exhaustive]
pub enum Source {
    /// It is called while the writer is flushed.
    Push(Box<dyn PushSource + Send>),
    /// A number by which the driver finds a source of its own: a file read asynchronously, say.
    Token(u64),
}

impl Source {
    /// A source that is called while the writer is flushed.
    pub fn push(source: impl PushSource + Send + 'static) -> Self {
        Source::Push(Box::new(source))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Push(_) => f.write_str("Push"),
            Source::Token(token) => f.debug_tuple("Token").field(token).finish(),
        }
    }
}
