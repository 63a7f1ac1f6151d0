//! Bytes: given, shared, pushed by a source or pulled from one.

use super::{State, Writer};
use crate::{
    Result,
    xml::output::{Destination, PullSource, PushSource, Source},
};
use bytes::Bytes;
use std::io::IoSlice;

impl Writer {
    /// Writes bytes: base64 in text, themselves in binary: `WsWriteBytes`. Bytes of several calls in a row are one
    /// sequence.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars).
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let result = self.begin_bytes().and_then(|in_attribute| match in_attribute {
            true => self.encoder.attribute_bytes(&mut self.out, bytes),
            false => self.encoder.bytes(&mut self.out, bytes),
        });
        self.settle(result)
    }

    /// Writes bytes that need not be copied, if the encoding has them as they are.
    ///
    /// # Errors
    /// As [`bytes`](Writer::bytes).
    pub fn shared_bytes(&mut self, bytes: Bytes) -> Result<()> {
        /// Below this a copy costs less than another slice in the vectored write.
        const WORTH_SHARING: usize = 1024;
        if bytes.len() < WORTH_SHARING || self.state == State::Attribute {
            return self.bytes(&bytes);
        }
        let result = self.begin_bytes().and_then(|_| self.encoder.shared_bytes(&mut self.out, bytes));
        self.settle(result)
    }

    /// Writes the bytes that a source pushes: `WsPushBytes`.
    ///
    /// If [`defers_bytes`](Writer::defers_bytes), the source is asked when the writer is flushed, and its bytes go to
    /// the destination uncopied. Otherwise it is asked now, as if it called [`bytes`](Writer::bytes).
    ///
    /// # Errors
    /// As [`bytes`](Writer::bytes), and those of the source.
    pub fn push_bytes(&mut self, mut source: impl PushSource + Send + 'static) -> Result<()> {
        if self.defers_bytes() {
            return self.push_source(Source::push(source));
        }
        if self.encoder.has_parts() && self.state != State::Attribute {
            self.bytes(&[])?;
            self.encoder.begin_part();
        }
        source.push(&mut BytesOf(self)).inspect_err(|error| {
            if self.failure.is_none() {
                self.fail(error.clone());
            }
        })
    }

    /// Whether [`push_source`](Writer::push_source) is possible here: the output is a stream, and the encoding has
    /// bytes as they are.
    pub fn defers_bytes(&self) -> bool {
        self.options.stream && self.state != State::Attribute && self.encoder.framing().is_some()
    }

    /// Puts a source where the writer stands; it is asked for its bytes when the writer is flushed.
    ///
    /// # Errors
    /// `InvalidOperation` unless [`defers_bytes`](Writer::defers_bytes); otherwise as [`bytes`](Writer::bytes).
    pub fn push_source(&mut self, source: Source) -> Result<()> {
        if !self.defers_bytes() {
            return Err(self.not_now("a source that is asked later, in this encoding,"));
        }
        let result = self.begin_bytes().and_then(|_| self.encoder.push_source(&mut self.out, source));
        self.state = State::Content;
        self.settle(result)
    }

    /// Writes the bytes that are pulled from a source, now: `WsPullBytes`. A short source takes little memory: the
    /// buffer it fills grows from 256 bytes to 64 KiB.
    ///
    /// # Errors
    /// As [`bytes`](Writer::bytes), and those of the source.
    pub fn pull_bytes(&mut self, mut source: impl PullSource) -> Result<()> {
        let mut buffer = vec![0; 0x100];
        loop {
            let count = match source.pull(&mut buffer) {
                Ok(count) => count,
                Err(error) => {
                    self.fail(error.clone());
                    return Err(error);
                }
            };
            if count == 0 {
                return self.bytes(&[]);
            }
            self.bytes(buffer.get(..count).unwrap_or(&buffer))?;
            if count >= buffer.len() && buffer.len() < 0x1_0000 {
                buffer = vec![0; buffer.len() * 16];
            }
        }
    }

    /// Gets ready for bytes; says whether they stand in an attribute.
    pub(super) fn begin_bytes(&mut self) -> Result<bool> {
        match self.state {
            State::Pending => self.check_surrogate()?,
            State::Attribute => {
                self.attribute_gets_bytes()?;
                return Ok(true);
            }
            _ => {
                self.begin_text(|| false)?;
                self.state = State::Pending;
            }
        }
        Ok(false)
    }
}

/// Writes what it takes as bytes of a writer.
struct BytesOf<'w>(&'w mut Writer);

impl Destination for BytesOf<'_> {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        buffers.iter().try_for_each(|buffer| self.0.bytes(buffer))
    }
}
