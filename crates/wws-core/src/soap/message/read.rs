//! Reading a message: what stands before the body, and behind it, also when the input comes in pieces.

use super::{
    Message, MessageState,
    tree::{Tree, element},
};
use crate::{
    Error, Result,
    soap::{EnvelopeVersion, Fault, names},
    typed::FromElement,
    xml::{
        NodeType, Reader, XmlStr,
        buffer::{NewElement, NodePosition, SharedBuffer, XmlBuffer},
        reader::{Copy, Node},
    },
};

/// What reading was doing when the input ended for now.
#[derive(Debug)]
pub(super) enum Progress {
    Start(Box<Start>),
    End(End),
}

/// What was read of the start of a message.
#[derive(Debug)]
pub(super) struct Start {
    step: Step,
    copy: Copy,
    /// The elements Header and Body in the copy.
    header: Option<NodePosition>,
    body: Option<NodePosition>,
    /// The depth of the header being copied.
    depth: usize,
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
    /// On a node of a header.
    CopyNode,
    /// On a node of a header that is copied.
    BehindNode,
    /// On the end tag of Header.
    BehindHeader,
    /// Before Body.
    Body,
    /// On the start tag of Body.
    InBody,
    /// Before the first element of the body.
    FirstElement,
}

/// How far reading the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Before the end tag of the body.
    Body,
    /// Before the end tag of the envelope.
    Envelope,
    /// Behind it.
    Behind,
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
        if self.version.envelope != EnvelopeVersion::None {
            let mut start = match self.progress.take() {
                Some(Progress::Start(start)) => *start,
                _ => {
                    self.clear();
                    let copy = Copy::new(self.new_buffer(), 0);
                    Start { step: Step::Envelope, copy, header: None, body: None, depth: 0 }
                }
            };
            if let Err(error) = self.read_steps(reader, &mut start) {
                match error.needs_input() {
                    true => self.progress = Some(Progress::Start(Box::new(start))),
                    false => self.clear(),
                }
                return Err(error);
            }
            self.tree = start.into_tree();
        } else {
            self.clear();
        }
        self.is_addressed = true;
        self.state = MessageState::Reading;
        Ok(())
    }

    /// A buffer for the tree, in memory that was used before if there is some.
    fn new_buffer(&mut self) -> XmlBuffer {
        /// The nodes of an envelope with a few headers.
        const USUAL: usize = 40;
        let max_size = self.options.max_headers_size;
        match self.spare.take() {
            Some(spare) => spare.renewed(max_size),
            None => {
                let mut buffer = XmlBuffer::with_max_size(max_size);
                buffer.reserve(USUAL);
                buffer
            }
        }
    }

    fn read_steps(&mut self, reader: &mut Reader<'_>, start: &mut Start) -> Result<()> {
        let version = self.version.envelope;
        let ns = version.namespace();
        loop {
            let is = |reader: &Reader<'_>, local| reader.element().is_some_and(|e| e.is(local, ns));
            start.step = match start.step {
                Step::Envelope => {
                    reader.read_to_any_start_element()?;
                    if !is(reader, names::ENVELOPE) {
                        return Err(wrong_envelope(reader, version));
                    }
                    start.copy_node(reader)?;
                    Step::InEnvelope
                }
                Step::InEnvelope => {
                    reader.read_node()?;
                    Step::Header
                }
                Step::Header => {
                    reader.read_to_any_start_element()?;
                    if is(reader, names::HEADER) {
                        start.copy_node(reader)?;
                        start.header = Some(start.copy.container()?);
                        Step::InHeader
                    } else {
                        start.add_header(ns).map_err(|e| reader.fail(e))?;
                        Step::Body
                    }
                }
                Step::InHeader => {
                    reader.read_node()?;
                    Step::NextHeader
                }
                Step::NextHeader => {
                    if reader.read_to_any_start_element()? {
                        start.depth = reader.depth();
                        Step::CopyNode
                    } else if reader.node_type() == NodeType::EndElement {
                        start.copy_node(reader)?;
                        Step::BehindHeader
                    } else {
                        return Err(reader.expected("a header element or the end of the headers"));
                    }
                }
                Step::CopyNode => {
                    start.copy_node(reader)?;
                    Step::BehindNode
                }
                Step::BehindNode => {
                    let is_end = reader.node_type() == NodeType::EndElement && reader.depth() == start.depth;
                    reader.read_node()?;
                    if is_end { Step::NextHeader } else { Step::CopyNode }
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
                    start.copy_node(reader)?;
                    let body = start.copy.container()?;
                    // What is in it stays with the reader.
                    start.copy.buffer.set_empty_form(body, true)?;
                    start.body = Some(body);
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
        let mut end = match self.progress.take() {
            Some(Progress::End(end)) => end,
            _ if self.version.envelope == EnvelopeVersion::None => End::Behind,
            _ => End::Body,
        };
        let result = read_behind(reader, &mut end);
        match &result {
            Err(error) if error.needs_input() => self.progress = Some(Progress::End(end)),
            _ => self.state = MessageState::Done,
        }
        result
    }
}

impl Start {
    /// Copies the node that the reader stands on.
    fn copy_node(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.copy.node(reader).map_err(|e| reader.fail(e))
    }

    /// Adds the element Header to an envelope without it: there is always one in the buffer (WWSAPI J.2).
    fn add_header(&mut self, ns: XmlStr<'_>) -> Result<()> {
        let envelope = self.copy.container()?;
        let prefix = element(&self.copy.buffer, envelope)?.prefix().as_str().to_owned();
        let new = NewElement {
            prefix: XmlStr::plain(&prefix),
            is_empty: true,
            ..NewElement::new(names::HEADER, ns)
        };
        self.header = Some(self.copy.add_element(&new)?);
        Ok(())
    }

    fn into_tree(self) -> Option<Tree> {
        let (header, body) = (self.header?, self.body?);
        Some(Tree { buffer: SharedBuffer::new(self.copy.buffer), header, body })
    }
}

fn read_behind(reader: &mut Reader<'_>, end: &mut End) -> Result<()> {
    if *end == End::Body {
        reader.read_end_element()?;
        *end = End::Envelope;
    }
    if *end == End::Envelope {
        // SOAP 1.2 Part 1 5.1: nothing but white space follows the body.
        reader.read_end_element()?;
        *end = End::Behind;
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
