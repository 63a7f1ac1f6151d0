//! Writing a message: what stands before the body, and behind it.

use super::{
    Message, MessageState,
    tree::{Tree, element, headers},
};
use crate::{
    Error, Result,
    soap::{AddressingVersion, EnvelopeVersion, Fault, Version, names},
    typed::ToElement,
    xml::{Writer, buffer::XmlBuffer},
};

impl Message {
    /// Writes what stands before the body: envelope, headers, the start tag of the body. The body follows on the same
    /// writer, in any number of calls with flushes between them, then [`write_end`](Self::write_end).
    /// `WsWriteEnvelopeStart`.
    ///
    /// Headers that the transport carries, Action and To of [`AddressingVersion::Transport`], are not written.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is not initialized. Those of the writer;
    /// the message is initialized then as before.
    pub fn write_start(&mut self, writer: &mut Writer) -> Result<()> {
        self.expect(&[MessageState::Initialized], "writing a message")?;
        if self.version.envelope != EnvelopeVersion::None {
            if self.tree.is_some() {
                let version = self.version;
                self.tree()?.write_start(writer, version)?;
            } else {
                self.write_fresh_start(writer)?;
            }
        }
        self.state = MessageState::Writing;
        Ok(())
    }

    /// Straight from static names.
    fn write_fresh_start(&self, writer: &mut Writer) -> Result<()> {
        let ns = self.version.envelope.namespace();
        writer.start_element_with_prefix("s", names::ENVELOPE, ns)?;
        if self.version.addressing != AddressingVersion::Transport && !self.fresh.is_empty() {
            writer.xmlns_attribute("a", self.version.addressing.namespace(), false)?;
            writer.start_element_with_prefix("s", names::HEADER, ns)?;
            self.fresh.write(writer, self.version)?;
            writer.end_element()?;
        }
        writer.start_element_with_prefix("s", names::BODY, ns)
    }

    /// Writes an element into the body: [`Writer::write`], but only in the right state. `WsWriteBody`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is not being written. Those of the writer.
    pub fn write_body<T: ToElement + ?Sized>(&mut self, writer: &mut Writer, value: &T) -> Result<()> {
        self.expect(&[MessageState::Writing], "writing a body")?;
        writer.write(value)
    }

    /// Writes a fault into the body.
    ///
    /// # Errors
    /// As [`write_body`](Self::write_body), and [`Fault::write`].
    pub fn write_fault(&mut self, writer: &mut Writer, fault: &Fault) -> Result<()> {
        self.expect(&[MessageState::Writing], "writing a body")?;
        fault.write(writer, self.version.envelope)
    }

    /// Writes what stands behind the body. `WsWriteEnvelopeEnd`. The last flush is still to come.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is not being written, or an element of
    /// the body is still open. Those of the writer. The message is done all the same.
    pub fn write_end(&mut self, writer: &mut Writer) -> Result<()> {
        self.expect(&[MessageState::Writing], "the end of a message")?;
        self.state = MessageState::Done;
        if self.version.envelope == EnvelopeVersion::None {
            return Ok(());
        }
        // Body, Envelope
        if writer.depth() != 2 {
            return Err(Error::operation(format!(
                "the body is not complete: {} elements are open where there should be 2, Body and Envelope",
                writer.depth()
            )));
        }
        writer.end_element()?;
        writer.end_element()
    }
}

impl Tree {
    fn write_start(&self, writer: &mut Writer, version: Version) -> Result<()> {
        let buffer = self.buffer.lock();
        let envelope = buffer.ancestors(self.header)?.next().unwrap_or(self.header);
        writer.write_buffer_range(&buffer, envelope, Some(self.header))?;
        let mut is_open = false;
        for at in headers(&buffer, self.header) {
            if is_for_transport(&buffer, at, version)? {
                continue;
            }
            if !is_open {
                writer.write_buffer_start(&buffer, self.header)?;
                is_open = true;
            }
            let end = buffer.end_of(at)?.unwrap_or(at);
            writer.write_buffer_range(&buffer, at, buffer.next(end)?)?;
        }
        if is_open {
            writer.end_element()?;
        }
        writer.write_buffer_start(&buffer, self.body)
    }
}

fn is_for_transport(
    buffer: &XmlBuffer,
    at: crate::xml::buffer::NodePosition,
    version: Version,
) -> Result<bool> {
    Ok(version.addressing == AddressingVersion::Transport
        && element(buffer, at)?.namespace() == AddressingVersion::Transport.namespace())
}
