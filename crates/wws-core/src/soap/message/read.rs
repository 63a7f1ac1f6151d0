//! Reading a message: what stands before the body, and behind it, also when the input comes in pieces.

use super::{Message, MessageState, tree::Tree};
use crate::{
    Error, Result,
    soap::{EnvelopeVersion, Fault, names},
    typed::FromElement,
    xml::{
        NodeType, Reader, Writer, WriterOptions,
        buffer::{SharedBuffer, XmlBuffer},
        reader::Node,
    },
};

/// What reading was doing when the input ended for now.
#[derive(Debug)]
pub(super) struct Progress {
    step: Step,
    /// Where the envelope goes.
    writer: Option<Writer>,
    buffer: SharedBuffer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Before the envelope.
    Envelope,
    /// On the start tag of the envelope.
    InEnvelope,
    /// Before Header or Body.
    Header,
    /// On the start tag of Header.
    InHeader,
    /// Before a header.
    NextHeader,
    /// In a header.
    CopyHeader,
    /// On the end tag of Header.
    BehindHeader,
    /// Before Body.
    Body,
    /// On the start tag of Body.
    InBody,
    /// Before the first element of the body.
    FirstElement,
    /// Before the end tag of the body.
    EndOfBody,
    /// Before the end tag of the envelope.
    EndOfEnvelope,
    /// Behind it.
    Behind,
}

impl Progress {
    fn new(max_size: usize) -> Self {
        let buffer = SharedBuffer::new(XmlBuffer::with_max_size(max_size));
        // What the reader let through in depth and number, the buffer can take.
        let options = WriterOptions {
            max_depth: u32::MAX,
            max_attributes: u32::MAX,
            max_namespaces: i32::MAX as u32,
            ..WriterOptions::default()
        };
        let writer = Writer::new(buffer.clone(), options);
        Progress { step: Step::Envelope, writer: Some(writer), buffer }
    }
}

impl Message {
    /// Reads what stands before the body: envelope, headers, the start tag of the body. The body follows on the same
    /// reader, then [`read_end`](Self::read_end). `WsReadEnvelopeStart`.
    ///
    /// ```
    /// use wws_core::{soap::{Message, Version}, xml::{Reader, ReaderEncoding}};
    /// let mut source: &[u8] = b"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><go/></e:Body></e:Envelope>";
    /// let mut message = Message::new(Version::SOAP11);
    /// let mut reader = Reader::stream(ReaderEncoding::text());
    /// while let Err(error) = message.read_start(&mut reader) {
    ///     assert!(error.needs_input());
    ///     reader.fill_from(&mut source, reader.buffered() + 1)?; // or from a socket
    /// }
    /// assert!(reader.element().is_some_and(|element| element.is("go", "")));
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is not empty.
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): this is no message of the version. An error that
    /// [needs input](Error::needs_input): fill the reader and make the call again. After any other error the message
    /// is empty as before.
    pub fn read_start(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.expect(&[MessageState::Empty], "reading a message")?;
        let mut progress = match self.progress.take() {
            Some(progress) => progress,
            None => {
                self.clear();
                Box::new(Progress::new(self.options.max_headers_size))
            }
        };
        if self.version.envelope != EnvelopeVersion::None
            && let Err(error) = self.read_steps(reader, &mut progress)
        {
            if error.needs_input() {
                self.progress = Some(progress);
            } else {
                self.clear();
            }
            return Err(error);
        }
        if self.version.envelope != EnvelopeVersion::None {
            progress.writer = None;
            self.tree = Some(Tree::of(progress.buffer)?);
        }
        self.is_addressed = true;
        self.state = MessageState::Reading;
        Ok(())
    }

    fn read_steps(&mut self, reader: &mut Reader<'_>, progress: &mut Progress) -> Result<()> {
        let version = self.version.envelope;
        let ns = version.namespace();
        let Some(writer) = &mut progress.writer else { return Ok(()) };
        loop {
            let is = |reader: &Reader<'_>, local| reader.element().is_some_and(|e| e.is(local, ns));
            progress.step = match progress.step {
                Step::Envelope => {
                    reader.read_to_any_start_element()?;
                    if !is(reader, names::ENVELOPE) {
                        return Err(wrong_envelope(reader, version));
                    }
                    writer.write_node(reader.node())?;
                    Step::InEnvelope
                }
                Step::InEnvelope => {
                    reader.read_node()?;
                    Step::Header
                }
                Step::Header => {
                    reader.read_to_any_start_element()?;
                    if is(reader, names::HEADER) {
                        writer.write_node(reader.node())?;
                        writer.end_start_element()?;
                        Step::InHeader
                    } else {
                        // There is always one in the buffer (WWSAPI J.2).
                        writer.start_element(names::HEADER, ns)?;
                        writer.end_element()?;
                        Step::Body
                    }
                }
                Step::InHeader => {
                    reader.read_node()?;
                    Step::NextHeader
                }
                Step::NextHeader => {
                    if reader.read_to_any_start_element()? {
                        Step::CopyHeader
                    } else if reader.node_type() == NodeType::EndElement {
                        writer.end_element()?;
                        Step::BehindHeader
                    } else {
                        return Err(reader.expected("a header element or the end of the headers"));
                    }
                }
                Step::CopyHeader => {
                    writer.copy_node(reader).map_err(|e| reader.fail(e))?;
                    Step::NextHeader
                }
                Step::BehindHeader => {
                    reader.read_node()?;
                    Step::Body
                }
                Step::Body => {
                    reader.read_to_any_start_element()?;
                    if !is(reader, names::BODY) {
                        return Err(reader.expected("the body of the message"));
                    }
                    writer.write_node(reader.node())?;
                    writer.end_element()?;
                    writer.end_element()?;
                    Step::InBody
                }
                Step::InBody => {
                    reader.read_node()?;
                    Step::FirstElement
                }
                Step::FirstElement => {
                    reader.read_to_any_start_element()?;
                    self.is_fault = is(reader, names::FAULT);
                    return Ok(());
                }
                step => step,
            };
        }
    }

    /// Reads the next element of the body: [`Reader::read`], but only in the right state. `WsReadBody`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is not being read. Those of the reader.
    pub fn read_body<'a, T: FromElement<'a>>(&mut self, reader: &mut Reader<'a>) -> Result<T> {
        self.expect(&[MessageState::Reading], "reading a body")?;
        reader.read()
    }

    /// Reads the fault in the body.
    ///
    /// # Errors
    /// As [`read_body`](Self::read_body), and [`Fault::read`].
    pub fn read_fault(&mut self, reader: &mut Reader<'_>) -> Result<Fault> {
        self.expect(&[MessageState::Reading], "reading a body")?;
        let version = self.version.envelope;
        reader.read_to_start_element(names::FAULT, version.namespace())?;
        Fault::read(reader, version)
    }

    /// Reads what stands behind the body, to the end of the document. `WsReadEnvelopeEnd`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is not being read.
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the body was not read to its end, or something follows it.
    /// An error that [needs input](Error::needs_input): fill the reader and make the call again. After any other
    /// error the message is done.
    pub fn read_end(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.expect(&[MessageState::Reading], "the end of a message")?;
        let mut step = self.progress.take().map_or(Step::EndOfBody, |progress| progress.step);
        if self.version.envelope == EnvelopeVersion::None {
            step = Step::Behind;
        }
        let result = read_behind(reader, &mut step);
        match &result {
            Err(error) if error.needs_input() => {
                let buffer = SharedBuffer::default();
                self.progress = Some(Box::new(Progress { step, writer: None, buffer }));
            }
            _ => self.state = MessageState::Done,
        }
        result
    }
}

fn read_behind(reader: &mut Reader<'_>, step: &mut Step) -> Result<()> {
    if *step == Step::EndOfBody {
        reader.read_end_element()?;
        *step = Step::EndOfEnvelope;
    }
    if *step == Step::EndOfEnvelope {
        // SOAP 1.2 Part 1 5.1: nothing but white space follows the body.
        reader.read_end_element()?;
        *step = Step::Behind;
    }
    reader.read_to_any_start_element()?;
    match reader.node_type() {
        NodeType::Eof => Ok(()),
        _ => Err(reader.expected("the end of the message")),
    }
}

/// Not the envelope of the version; perhaps of another.
#[cold]
fn wrong_envelope(reader: &mut Reader<'_>, version: EnvelopeVersion) -> Error {
    let other = match reader.node() {
        Node::Element(e) if e.local_name() == names::ENVELOPE => {
            EnvelopeVersion::from_namespace(e.namespace().as_str())
        }
        _ => None,
    };
    match other {
        Some(other) => reader.fail(Error::format(format!(
            "the message has the envelope of {other}; {version} was expected: create the message with the version that \
             the peer sends"
        ))),
        None => reader.expected(&format!("the envelope of {version}")),
    }
}
