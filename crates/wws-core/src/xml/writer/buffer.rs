//! Writing into an [`XmlBuffer`], with positions and moves, and writing one out (WWSAPI G).

use super::{Element, State, Writer, WriterEncoding, WriterOptions, encoder::Encoder};
use crate::{
    Error, Result,
    xml::{
        Charset,
        buffer::{
            AttributeRef, BufferNode, ElementRef, MoveTo, NodePosition, OwnedText, XmlBuffer,
            encode::BufferEncoder,
        },
        encode::Tag,
    },
};

impl Writer {
    /// The position of the node in front of which the writer writes. `WsGetWriterPosition`.
    ///
    /// ```
    /// use wws_core::xml::{Writer, WriterOptions, buffer::{MoveTo, SharedBuffer}};
    /// let buffer = SharedBuffer::default();
    /// let mut w = Writer::new(buffer.clone(), WriterOptions::default());
    /// w.start_element("list", "")?;
    /// w.end_start_element()?;
    /// let end = w.position()?; // of <list>
    /// w.start_element("b", "")?;
    /// w.end_element()?;
    /// w.move_to(MoveTo::PreviousNode)?;
    /// w.start_element("a", "")?;
    /// w.end_element()?;
    /// w.set_position(end)?;
    /// w.chars("c")?;
    /// assert_eq!(buffer.lock().to_text()?, "<list><a/><b/>c</list>");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the writer writes into no buffer; a start
    /// tag is being written; or the node was removed.
    pub fn position(&self) -> Result<NodePosition> {
        if matches!(self.state, State::Tag | State::Attribute | State::Failed) {
            return Err(self.not_now("asking for the position"));
        }
        self.buffer_encoder()?.place()
    }

    /// Writes in front of another node from here on. `WsSetWriterPosition`. A start tag that is being
    /// written is ended first; elements that are open are whole in the buffer all the time.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the writer writes into no buffer, is within
    /// an attribute or is being canonicalized, or the node was removed.
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the position belongs to another buffer.
    /// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): more namespaces are in scope there than
    /// [`max_namespaces`](super::WriterOptions::max_namespaces) allows.
    pub fn set_position(&mut self, to: NodePosition) -> Result<()> {
        self.end_node("a new position")?;
        let shared = self.buffer_encoder()?.buffer().clone();
        let reopened = self.reopen(&shared.lock(), to);
        self.settle(reopened)?;
        if let Encoder::Buffer(encoder) = &mut self.encoder {
            encoder.set_place(to);
            self.has_root = encoder.has_root();
        }
        Ok(())
    }

    /// Goes from the node in front of which the writer writes to another; false, without going anywhere, if
    /// there is no such node. `WsMoveWriter` with `found`.
    ///
    /// # Errors
    /// As [`set_position`](Self::set_position).
    pub fn move_to(&mut self, to: MoveTo) -> Result<bool> {
        self.end_node("a move")?;
        match self.buffer_encoder()?.find(to)? {
            Some(position) => self.set_position(position).map(|()| true),
            None => Ok(false),
        }
    }

    /// Writes everything that is in a buffer. `WsWriteXmlBuffer`.
    ///
    /// Values keep their types, names their dictionaries, attributes their quotes. `<a></a>` stays what it
    /// is, unless [`compress_empty_elements`](super::WriterOptions::compress_empty_elements) is set.
    ///
    /// # Errors
    /// Those of the calls that write the nodes.
    pub fn write_buffer(&mut self, buffer: &XmlBuffer) -> Result<()> {
        self.write_buffer_range(buffer, buffer.bof(), None)
    }

    /// Writes the start tag of an element of a buffer, to which attributes can be added.
    pub(crate) fn write_buffer_start(&mut self, buffer: &XmlBuffer, at: NodePosition) -> Result<()> {
        match buffer.node(at)? {
            BufferNode::Element(element) => self.write_buffer_element(element),
            _ => Err(Error::argument("the node is not an element")),
        }
    }

    /// Writes the nodes from one on, in document order, up to another that is not written.
    pub(crate) fn write_buffer_range(
        &mut self,
        buffer: &XmlBuffer,
        from: NodePosition,
        until: Option<NodePosition>,
    ) -> Result<()> {
        let mut at = Some(from);
        while let Some(position) = at.filter(|_| at != until) {
            let next = buffer.next(position)?;
            match buffer.node(position)? {
                BufferNode::Bof | BufferNode::Eof => {}
                BufferNode::Element(element) => {
                    self.write_buffer_element(element)?;
                    let no_content = next == buffer.end_of(position)?;
                    if no_content && !element.is_empty() && !self.options.compress_empty_elements {
                        self.end_start_element()?;
                    }
                }
                BufferNode::EndElement => self.end_element()?,
                BufferNode::Text(OwnedText::Bytes(bytes)) if self.state != State::CData => {
                    self.shared_bytes(bytes.clone())?;
                }
                BufferNode::Text(text) => text.with(|text| self.write_text_node(text))?,
                BufferNode::Comment(text) => self.comment(text)?,
                BufferNode::CData => self.start_cdata()?,
                BufferNode::EndCData => self.end_cdata()?,
            }
            at = next;
        }
        Ok(())
    }

    fn write_buffer_element(&mut self, element: ElementRef<'_>) -> Result<()> {
        let prefix = element.prefix().as_str();
        self.start_element_with_prefix(prefix, element.local_name(), element.namespace())?;
        // Declarations first: an attribute may use one that stands behind it.
        for a in element.attributes().filter(AttributeRef::is_xmlns) {
            self.xmlns_attribute(a.prefix().as_str(), a.namespace(), a.single_quote())?;
        }
        for a in element.attributes().filter(|a| !a.is_xmlns()) {
            let prefix = a.prefix().as_str();
            self.start_attribute_with_prefix(prefix, a.local_name(), a.namespace(), a.single_quote())?;
            a.value().with(|value| self.write_text_node(value))?;
            self.end_attribute()?;
        }
        Ok(())
    }

    fn buffer_encoder(&self) -> Result<&BufferEncoder> {
        match &self.encoder {
            Encoder::Buffer(encoder) => Ok(encoder),
            Encoder::Tee(_) => Err(Error::operation("the writer cannot be moved while it is canonicalized")),
            _ => Err(Error::operation("only a writer into an XML buffer has positions")),
        }
    }

    /// Ends what was begun, unless it is an attribute.
    fn end_node(&mut self, call: &str) -> Result<()> {
        self.buffer_encoder()?;
        if self.state == State::CData {
            return Ok(()); // text of a section is whole all the time
        }
        let ended = self.begin_content(call);
        self.settle(ended)
    }

    /// Makes the elements around a position the open ones.
    fn reopen(&mut self, buffer: &XmlBuffer, to: NodePosition) -> Result<()> {
        let ancestors: Vec<NodePosition> = buffer.ancestors(to)?.collect();
        self.elements.clear();
        self.scopes.reset(self.options.max_namespaces);
        for &ancestor in ancestors.iter().rev() {
            let BufferNode::Element(element) = buffer.node(ancestor)? else { continue };
            let first_binding = self.scopes.len() as u32;
            let declarations = element.attributes().filter(|a| a.is_xmlns());
            let declarations = declarations.map(|a| (a.prefix().as_str(), a.namespace(), a.single_quote()));
            let binding = self.scopes.reopen(declarations, element.prefix().as_str(), element.namespace())?;
            let tag = Tag::default();
            self.elements.push(Element { tag, binding, first_binding, has_text: true, has_children: true });
        }
        self.state = if buffer.end_of_cdata(to)?.is_some() { State::CData } else { State::Content };
        self.surrogate = None;
        Ok(())
    }
}

impl XmlBuffer {
    /// The document in an encoding. `WsWriteXmlBufferToBytes`.
    ///
    /// ```
    /// use wws_core::xml::{
    ///     ReaderEncoding, ReaderOptions, WriterEncoding, WriterOptions, binary::BinaryEncoding, buffer::XmlBuffer,
    /// };
    /// let text = b"<a b='x'>c</a>";
    /// let buffer = XmlBuffer::from_bytes(text, ReaderEncoding::text(), ReaderOptions::default(), usize::MAX)?;
    /// let binary = WriterEncoding::Binary(BinaryEncoding::soap());
    /// let bytes = buffer.to_bytes(binary, WriterOptions::default())?;
    /// assert_eq!(bytes, b"\x40\x01a\x04\x01b\x98\x01x\x99\x01c");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Writer::write_buffer`]; what is not a document needs
    /// [`allow_fragment`](WriterOptions::allow_fragment).
    pub fn to_bytes(&self, encoding: impl Into<WriterEncoding>, options: WriterOptions) -> Result<Vec<u8>> {
        let mut writer = Writer::new(encoding, options);
        writer.write_buffer(self)?;
        writer.into_bytes()
    }

    /// The document or fragment as text in UTF-8, however large and deep it is.
    ///
    /// # Errors
    /// As [`Writer::write_buffer`].
    pub fn to_text(&self) -> Result<String> {
        let options = WriterOptions {
            max_depth: u32::MAX,
            max_attributes: u32::MAX,
            max_namespaces: i32::MAX as u32,
            allow_fragment: true,
            ..WriterOptions::default()
        };
        let bytes = self.to_bytes(Charset::Utf8, options)?;
        String::from_utf8(bytes).map_err(|e| Error::format("the text is not UTF-8").caused_by(e))
    }
}
