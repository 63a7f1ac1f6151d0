//! How the document leaves the writer.

use super::{State, Writer};
use crate::{
    Error, Result,
    xml::{
        output::{Destination, Flush},
        text::utf16,
    },
};

impl Writer {
    /// Detaches what is ready to leave, if it is at least `min_size` bytes: `WsFlushWriter`.
    ///
    /// Carry the flush out (see [`Flush`]) and give it back with [`flushed`](Writer::flushed). Meanwhile the
    /// writer is free: a callback may write to it. A start tag that is being written stays. With a buffer
    /// for output ([`stream`](super::WriterOptions::stream) not set) nothing leaves.
    ///
    /// # Errors
    /// `InvalidOperation` if the flush before has not come back.
    pub fn flush(&mut self, min_size: u64) -> Result<Flush> {
        if self.state == State::Failed {
            return Err(self.not_now("a flush"));
        }
        if self.flushing {
            return Err(Error::operation("the writer is being flushed: finish that first"));
        }
        if !self.options.stream || (!self.complete()? && self.encoder.leaves_complete()) {
            return Ok(Flush::default());
        }
        if self.out.len() < min_size && !self.out.has_sources() {
            return Ok(Flush::default());
        }
        let ready = self.ready();
        self.encoder.save(&self.out, self.elements.iter_mut().map(|element| &mut element.tag));
        self.flushing = true;
        self.canonical.has_left |= self.out.len() > self.document_start;
        self.document_start = 0;
        let flush = self.out.detach(ready);
        self.tag_start = 0;
        Ok(match self.encoder.charset_to_make() {
            None => flush,
            Some(charset) => flush.map_buffer(|text| utf16::from_utf8(text, charset)),
        })
    }

    /// Takes a flush back, with its memory.
    ///
    /// # Errors
    /// `InvalidOperation` if it was not carried out to its end; the writer has failed then, because a part
    /// of the document is lost.
    pub fn flushed(&mut self, flush: Flush) -> Result<()> {
        self.flushing = false;
        if !flush.is_done() {
            let error = Error::operation("the flush was not finished: a part of the document is lost");
            if self.failure.is_none() {
                self.fail(error.clone());
            }
            return Err(error);
        }
        self.out.reclaim(flush.into_memory(), self.options.buffer_trim_size as usize);
        Ok(())
    }

    /// Sends all that is ready to a destination: [`flush`](Writer::flush), the loop over its steps, and
    /// [`flushed`](Writer::flushed).
    ///
    /// # Errors
    /// Those of the destination and of deferred sources; the writer has failed then.
    pub fn flush_to(&mut self, destination: &mut dyn Destination) -> Result<()> {
        let mut flush = self.flush(0)?;
        if let Err(error) = flush.run(destination) {
            self.flushing = false;
            self.fail(error.clone());
            return Err(error);
        }
        self.flushed(flush)
    }

    /// The document so far, in one piece (`WS_XML_WRITER_PROPERTY_BYTES`). A start tag that is being written
    /// is not in it.
    ///
    /// # Errors
    /// `InvalidOperation` if the output is a stream.
    pub fn output_bytes(&mut self) -> Result<&[u8]> {
        self.check_output()?;
        let ready = self.ready();
        if self.encoder.charset_to_make().is_none() && !self.out.has_cuts() {
            return Ok(&self.out.buffer[..ready]);
        }
        let joined = self.join(ready);
        Ok(self.joined.insert(joined))
    }

    /// The document so far, as a list of buffers of which large ones were not copied
    /// (`WS_XML_WRITER_PROPERTY_BUFFERS`).
    ///
    /// # Errors
    /// As [`output_bytes`](Writer::output_bytes).
    pub fn output_buffers(&mut self) -> Result<Vec<&[u8]>> {
        if self.encoder.charset_to_make().is_some() {
            return Ok(vec![self.output_bytes()?]);
        }
        self.check_output()?;
        Ok(self.out.slices(self.ready()).collect())
    }

    /// The whole document.
    ///
    /// # Errors
    /// As [`output_bytes`](Writer::output_bytes).
    pub fn into_bytes(mut self) -> Result<Vec<u8>> {
        self.check_output()?;
        let ready = self.ready();
        if self.encoder.charset_to_make().is_none() && !self.out.has_cuts() {
            self.out.buffer.truncate(ready);
            return Ok(self.out.buffer);
        }
        Ok(self.join(ready))
    }

    /// Bytes written, in all or with a stream since the flush before, without a start tag that is being written
    /// (`WS_XML_WRITER_PROPERTY_BYTES_WRITTEN`).
    pub fn bytes_written(&self) -> u64 {
        let ready = self.ready();
        match self.encoder.charset_to_make() {
            Some(_) => {
                let outside = self.out.len() - self.out.buffer.len() as u64;
                outside + utf16::length_of_utf8(&self.out.buffer[..ready])
            }
            None => self.out.len() - (self.out.buffer.len() - ready) as u64,
        }
    }

    /// The most bytes that ending all open elements takes (`WS_XML_WRITER_PROPERTY_BYTES_TO_CLOSE`).
    pub fn bytes_to_close(&self) -> u64 {
        self.elements.iter().map(|element| self.encoder.bytes_to_close(element.tag)).sum()
    }

    /// How much of the buffer may leave.
    fn ready(&self) -> usize {
        if matches!(self.state, State::Tag | State::Attribute) {
            self.tag_start
        } else {
            self.out.buffer.len()
        }
    }

    fn join(&self, ready: usize) -> Vec<u8> {
        match self.encoder.charset_to_make() {
            Some(charset) => utf16::from_utf8(&self.out.buffer[..ready], charset),
            None => self.out.slices(ready).collect::<Vec<_>>().concat(),
        }
    }

    /// Checks that the output is a buffer, and completes a document that can be.
    fn check_output(&mut self) -> Result<()> {
        if self.state == State::Failed {
            return Err(self.not_now("the output"));
        }
        if self.options.stream {
            return Err(Error::operation("the output is a stream, whose bytes leave when it is flushed"));
        }
        if !self.complete()? && self.encoder.has_parts() {
            return Err(Error::operation("an MTOM message can be had only when its root element has ended"));
        }
        Ok(())
    }

    /// Completes a document whose root element has ended, if its encoding adds anything then. No more can be
    /// written (WWSAPI F.1). Says whether the document is complete.
    fn complete(&mut self) -> Result<bool> {
        if self.state == State::Content && self.elements.is_empty() && self.has_root {
            let completed = self.encoder.complete(&mut self.out);
            if self.settle(completed)? {
                self.state = State::Closed;
            }
        }
        Ok(self.state == State::Closed)
    }
}
