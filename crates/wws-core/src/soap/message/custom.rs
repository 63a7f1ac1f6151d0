//! Headers of one's own, headers that the transport maps, and the headers as an XML buffer (WWSAPI J.5).

use super::{
    AddressingVersion, HeaderType, Message,
    tree::{self, headers, text_of, trimmed},
};
use crate::{
    Error, Result,
    soap::{HeaderAttributes, names},
    typed::{FromXml, Name, ToXml},
    xml::{
        Reader, Writer, WriterOptions, XmlStr,
        buffer::{MoveTo, NodePosition, SharedBuffer, XmlBuffer},
        reader::Node,
    },
};

/// Which of the headers with a name is meant: `WS_REPEATING_HEADER_OPTION` and index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderPick {
    /// The only one; that there are two is an error.
    Only,
    /// One of many, counted from 0.
    Repeated(usize),
}

impl Message {
    /// Adds a header at the end: `WsAddCustomHeader`.
    ///
    /// ```
    /// use wws_core::{soap::{HeaderAttributes, HeaderPick, Message, Version}, typed::Name};
    /// const PRIORITY: Name<'static> = Name::new("priority", "urn:shop");
    /// let mut message = Message::blank(Version::SOAP12);
    /// message.add_header(PRIORITY, &7, &HeaderAttributes::must_understand())?;
    /// assert_eq!(message.header::<u32>(PRIORITY, HeaderPick::Only)?, Some(7));
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is empty. Those of writing the value; the
    /// message has no such header then.
    pub fn add_header<T: ToXml + ?Sized>(
        &mut self,
        name: Name<'_>,
        value: &T,
        attributes: &HeaderAttributes,
    ) -> Result<()> {
        self.add_header_with(name, attributes, |writer| value.write_xml(writer))
    }

    /// Adds a header whose content a function writes: further attributes, text, elements.
    ///
    /// # Errors
    /// As [`add_header`](Self::add_header).
    pub fn add_header_with(
        &mut self,
        name: Name<'_>,
        attributes: &HeaderAttributes,
        write: impl FnOnce(&mut Writer) -> Result<()>,
    ) -> Result<()> {
        self.expect_headers("adding a header")?;
        let envelope = self.version.envelope;
        self.tree()?.append(|writer| {
            writer.start_element(name.local, name.ns)?;
            attributes.write(writer, envelope)?;
            write(writer)?;
            writer.end_element()
        })
    }

    /// Adds whole elements as headers.
    ///
    /// # Errors
    /// As [`add_header`](Self::add_header).
    pub fn add_headers(&mut self, elements: &XmlBuffer) -> Result<()> {
        self.expect_headers("adding headers")?;
        self.tree()?.append(|writer| writer.write_buffer(elements))
    }

    /// Adds a header that a transport such as HTTP takes out of the envelope and maps to one of its own: an element in
    /// no namespace. `WsAddMappedHeader`.
    ///
    /// # Errors
    /// As [`add_header`](Self::add_header).
    pub fn add_mapped_header(&mut self, name: &str, value: &str) -> Result<()> {
        self.expect_headers("adding a header")?;
        self.tree()?.append(|writer| writer.element(name, "", value))
    }

    /// The value of a mapped header. `WsGetMappedHeader`.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn mapped_header(&self, name: &str, pick: HeaderPick) -> Result<Option<String>> {
        let (Some(at), Some(tree)) = (self.find_custom(Name::new(name, ""), pick)?, &self.tree) else {
            return Ok(None);
        };
        text_of(&tree.buffer.lock(), at).map(|text| Some(trimmed(&text)))
    }

    /// The value of a header for the ultimate receiver, which counts as understood from then on. `None` if there is no
    /// such header. `WsGetCustomHeader`.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the only header that was asked for is there more than once,
    /// or does not hold what the type expects. As [`action`](Self::action).
    pub fn header<T: FromXml<'static>>(&mut self, name: Name<'_>, pick: HeaderPick) -> Result<Option<T>> {
        let Some(at) = self.find_custom(name, pick)? else { return Ok(None) };
        let value = self.header_reader(at)?.read_as(name)?;
        self.mark_understood(at)?;
        Ok(Some(value))
    }

    /// The position of a header for the ultimate receiver in the [buffer](Self::header_buffer).
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn find_custom(&self, name: Name<'_>, pick: HeaderPick) -> Result<Option<NodePosition>> {
        self.expect_headers("looking for a header")?;
        self.find(name.local, name.ns, pick)
    }

    /// A reader that stands on the start tag of a copy of a header: one without the attributes that say for whom it is,
    /// which are nothing to its type.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the position is not one of this message's headers.
    pub fn header_reader(&mut self, at: NodePosition) -> Result<Reader<'static>> {
        let (envelope, addressing) = (self.version.envelope.namespace(), self.version.addressing.namespace());
        let mut source = self.tree()?.reader(at)?;
        let copy = SharedBuffer::default();
        let options = WriterOptions { max_namespaces: i32::MAX as u32, ..WriterOptions::default() };
        let mut writer = Writer::new(copy.clone(), options);
        let Some(element) = source.element() else {
            return Err(Error::argument("the position is not that of a header element"));
        };
        let (prefix, local, ns) = (element.prefix(), element.local_name(), element.namespace());
        writer.start_element_with_prefix(prefix.as_str(), local, ns)?;
        // Names in text may need what is declared around the header; the innermost declaration counts.
        let mut declarations: Vec<_> = source.namespaces_in_scope().collect();
        while let Some((prefix, ns)) = declarations.pop() {
            declarations.retain(|(outer, _)| *outer != prefix);
            if prefix != "xml" && (!prefix.is_empty() || !ns.as_str().is_empty()) {
                writer.xmlns_attribute(prefix, ns, false)?;
            }
        }
        for a in element.attributes().filter(|a| !a.is_xmlns() && a.namespace() != envelope) {
            if a.local_name() != names::IS_REFERENCE_PARAMETER || a.namespace() != addressing {
                let (prefix, local) = (a.prefix().as_str(), a.local_name());
                writer.attribute_with_prefix(prefix, local, a.namespace(), a.value())?;
            }
        }
        finish_copy(&mut writer, &mut source)?;
        let mut reader = Reader::buffer(copy);
        reader.read_node()?;
        Ok(reader)
    }

    /// For whom a header is. `WsGetHeaderAttributes`, with a position instead of a reader.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the position is not that of an element of the buffer.
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): an attribute is neither true nor false.
    pub fn header_attributes(&mut self, at: NodePosition) -> Result<HeaderAttributes> {
        let envelope = self.version.envelope;
        let buffer = self.tree()?.buffer.lock();
        HeaderAttributes::of(tree::element(&buffer, at)?, envelope)
    }

    /// Takes all headers for the ultimate receiver that have this name away. `WsRemoveCustomHeader`,
    /// `WsRemoveMappedHeader`.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn remove_headers(&mut self, name: Name<'_>) -> Result<()> {
        while let Some(at) = self.find_custom(name, HeaderPick::Repeated(0))? {
            self.tree()?.buffer.lock().remove(at)?;
        }
        Ok(())
    }

    /// The elements Envelope, Header and Body with all headers, as a buffer in which they can be read and edited
    /// (`WS_MESSAGE_PROPERTY_HEADER_BUFFER`). What was set is in it; what is set later may not be, until this is
    /// called again.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is empty.
    pub fn header_buffer(&mut self) -> Result<SharedBuffer> {
        self.expect_headers("the header buffer")?;
        Ok(self.tree()?.buffer.clone())
    }

    /// The position of the element Header in the buffer (`WS_MESSAGE_PROPERTY_HEADER_POSITION`).
    ///
    /// # Errors
    /// As [`header_buffer`](Self::header_buffer).
    pub fn header_position(&mut self) -> Result<NodePosition> {
        self.expect_headers("the header position")?;
        Ok(self.tree()?.header)
    }

    /// Adds the elements that an address wants to see among the headers (WS-Addressing 1.0 SOAP Binding 3.4).
    pub(super) fn add_reference_parameters(&mut self, parameters: &XmlBuffer) -> Result<()> {
        let addressing = self.version.addressing;
        let mark = (addressing == AddressingVersion::Addressing10).then(|| addressing.namespace());
        let mut reader = Reader::buffer(parameters);
        self.tree()?.append(|writer| {
            while reader.read_to_any_start_element()? {
                copy_element(writer, &mut reader, |writer| match mark {
                    Some(ns) => writer.attribute(names::IS_REFERENCE_PARAMETER, ns, "true"),
                    None => Ok(()),
                })?;
            }
            Ok(())
        })
    }

    /// Copies the headers that are not of addressing, from a message of other versions.
    pub(super) fn copy_custom_headers(&mut self, source: &Message) -> Result<()> {
        let Some(from) = &source.tree else { return Ok(()) };
        let addressing = source.version.addressing.namespace();
        let (envelope, other) = (self.version.envelope, source.version.envelope);
        let positions: Vec<_> = headers(&from.buffer.lock(), from.header).collect();
        for at in positions {
            let attributes = {
                let buffer = from.buffer.lock();
                let element = tree::element(&buffer, at)?;
                let is_standard = element.namespace() == addressing
                    && HeaderType::ALL.iter().any(|kind| kind.local_name() == element.local_name());
                if is_standard {
                    continue;
                }
                let mut attributes = HeaderAttributes::of(element, other)?;
                if attributes.role == other.next_role() {
                    attributes.role = envelope.next_role().to_owned();
                } else if other.is_ultimate_role(&attributes.role) {
                    attributes.role.clear();
                }
                attributes
            };
            let mut reader = from.reader(at)?;
            self.tree()?.append(|writer| {
                let foreign = other.namespace();
                start_copy(writer, &reader, |ns| ns == foreign)?;
                attributes.write(writer, envelope)?;
                finish_copy(writer, &mut reader)
            })?;
        }
        Ok(())
    }
}

/// Copies the element on which the reader stands, with more in its start tag.
fn copy_element(
    writer: &mut Writer,
    reader: &mut Reader<'_>,
    more: impl FnOnce(&mut Writer) -> Result<()>,
) -> Result<()> {
    start_copy(writer, reader, |_| false)?;
    more(writer)?;
    finish_copy(writer, reader)
}

/// Writes the start tag, without attributes of the namespaces to be left out.
fn start_copy(
    writer: &mut Writer,
    reader: &Reader<'_>,
    leave_out: impl Fn(XmlStr<'_>) -> bool,
) -> Result<()> {
    let Node::Element(element) = reader.node() else { return Ok(()) };
    writer.start_element_with_prefix(element.prefix().as_str(), element.local_name(), element.namespace())?;
    for a in element.attributes().filter(|a| a.is_xmlns() && !leave_out(a.namespace())) {
        writer.xmlns_attribute(a.prefix().as_str(), a.namespace(), a.is_single_quoted())?;
    }
    for a in element.attributes().filter(|a| !a.is_xmlns() && !leave_out(a.namespace())) {
        writer.attribute_with_prefix(a.prefix().as_str(), a.local_name(), a.namespace(), a.value())?;
    }
    Ok(())
}

/// Writes the content and the end tag; the reader stands behind it then.
fn finish_copy(writer: &mut Writer, reader: &mut Reader<'_>) -> Result<()> {
    let depth = reader.depth();
    reader.read_node()?;
    while !matches!(reader.node(), Node::EndElement) || reader.depth() != depth {
        writer.copy_node(reader)?;
    }
    reader.read_node()?;
    writer.end_element()
}

/// Where a header stands, seen from another: for callers that walk the buffer themselves.
impl Message {
    /// The position of the header behind another, or of the first one.
    ///
    /// # Errors
    /// As [`header_buffer`](Self::header_buffer).
    pub fn next_header(&mut self, after: Option<NodePosition>) -> Result<Option<NodePosition>> {
        self.expect_headers("looking for a header")?;
        let tree = self.tree()?;
        let buffer = tree.buffer.lock();
        match after {
            None => buffer.move_to(tree.header, MoveTo::ChildElement),
            Some(at) => buffer.move_to(at, MoveTo::NextElement),
        }
    }
}
