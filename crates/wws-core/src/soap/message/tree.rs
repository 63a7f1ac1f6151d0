//! The envelope of a message as an XML buffer: what was read, and what headers of one's own are put into.

use super::{HeaderPick, Message};
use crate::{
    Error, Result,
    soap::{AddressingVersion, HeaderAttributes, Version, names},
    xml::{
        Reader, Text, Writer, WriterOptions, XmlStr,
        buffer::{
            BufferNode, ElementRef, MoveTo, NewAttribute, NewElement, NodePosition, OwnedText, SharedBuffer,
            XmlBuffer,
        },
    },
};

/// The elements Envelope, Header and Body, and all headers.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) buffer: SharedBuffer,
    pub(super) header: NodePosition,
    pub(super) body: NodePosition,
}

impl Tree {
    /// An envelope without headers.
    pub(super) fn new(version: Version, max_size: usize) -> Result<Self> {
        let mut buffer = XmlBuffer::with_max_size(max_size);
        let (s, ns) = (XmlStr::plain("s"), version.envelope.namespace());
        let declarations =
            [NewAttribute::xmlns("s", ns), NewAttribute::xmlns("a", version.addressing.namespace())];
        let count = if version.addressing == AddressingVersion::Transport { 1 } else { 2 };
        let attributes = declarations.get(..count).unwrap_or_default();
        let envelope = NewElement { prefix: s, attributes, ..NewElement::new(names::ENVELOPE, ns) };
        let envelope = buffer.insert_element(buffer.eof(), &envelope)?;
        let end = buffer.end_of(envelope)?.unwrap_or(envelope);
        let header =
            buffer.insert_element(end, &NewElement { prefix: s, ..NewElement::new(names::HEADER, ns) })?;
        let body =
            buffer.insert_element(end, &NewElement { prefix: s, ..NewElement::new(names::BODY, ns) })?;
        Ok(Tree { buffer: SharedBuffer::new(buffer), header, body })
    }

    /// A writer that adds headers at the end.
    pub(super) fn writer(&self) -> Result<Writer> {
        let mut writer = Writer::new(self.buffer.clone(), WriterOptions::default());
        let end = self.buffer.lock().end_of(self.header)?;
        writer.set_position(end.unwrap_or(self.header))?;
        Ok(writer)
    }

    /// A reader that stands on a header.
    pub(super) fn reader(&self, header: NodePosition) -> Result<Reader<'static>> {
        let mut reader = Reader::buffer(self.buffer.clone());
        reader.set_position(header)?;
        Ok(reader)
    }

    /// Adds headers, or none if that fails.
    pub(super) fn append(&self, add: impl FnOnce(&mut Writer) -> Result<()>) -> Result<()> {
        let last = {
            let buffer = self.buffer.lock();
            let end = buffer.end_of(self.header)?.unwrap_or(self.header);
            buffer.move_to(end, MoveTo::PreviousNode)?
        };
        let mut writer = self.writer()?;
        let depth = writer.depth();
        let result = add(&mut writer).and_then(|()| match writer.depth() == depth {
            true => Ok(()),
            false => Err(Error::argument("a header is a whole element; this one was not ended")),
        });
        if result.is_err() {
            let mut buffer = self.buffer.lock();
            loop {
                let end = buffer.end_of(self.header)?.unwrap_or(self.header);
                let at = buffer.move_to(end, MoveTo::PreviousNode)?;
                match at {
                    Some(at) if Some(at) != last => buffer.remove(at)?,
                    _ => break,
                }
            }
        }
        result
    }
}

/// The header elements, in their order.
pub(super) fn headers(buffer: &XmlBuffer, header: NodePosition) -> impl Iterator<Item = NodePosition> + '_ {
    let first = buffer.move_to(header, MoveTo::ChildElement).ok().flatten();
    std::iter::successors(first, |&at| buffer.move_to(at, MoveTo::NextElement).ok().flatten())
}

pub(super) fn element(buffer: &XmlBuffer, at: NodePosition) -> Result<ElementRef<'_>> {
    match buffer.node(at)? {
        BufferNode::Element(element) => Ok(element),
        _ => Err(Error::argument("the position is not that of a header element")),
    }
}

/// The text in an element that has no other.
pub(super) fn text_of(buffer: &XmlBuffer, at: NodePosition) -> Result<OwnedText> {
    let mut found: Option<OwnedText> = None;
    let mut next = buffer.next(at)?;
    while let Some(at) = next {
        match buffer.node(at)? {
            BufferNode::Text(text) => {
                found = Some(match found {
                    None => text.clone(),
                    Some(before) => {
                        let joined =
                            before.with(|a| text.with(|b| format!("{}{}", a.to_text(), b.to_text())));
                        joined.as_str().into()
                    }
                });
            }
            BufferNode::Comment(_) | BufferNode::CData | BufferNode::EndCData => {}
            BufferNode::EndElement => break,
            _ => return Err(Error::format("a header that is text has an element in it")),
        }
        next = buffer.next(at)?;
    }
    Ok(found.unwrap_or_else(OwnedText::empty))
}

/// Characters without white space around them.
pub(super) fn trimmed(text: &OwnedText) -> String {
    text.with(|text: Text<'_>| text.to_text().trim_matches([' ', '\t', '\r', '\n']).to_owned())
}

impl Message {
    /// The tree, with all headers in it.
    pub(super) fn tree(&mut self) -> Result<&Tree> {
        if self.tree.is_none() {
            self.tree = Some(Tree::new(self.version, self.options.max_headers_size)?);
        }
        let Some(tree) = &self.tree else { return Err(Error::operation("the message has no envelope")) };
        if !self.fresh.is_empty() {
            let (fresh, version) = (&self.fresh, self.version);
            tree.append(|writer| fresh.write(writer, version))?;
            self.fresh.clear();
        }
        Ok(tree)
    }

    /// The headers for the ultimate receiver that have this name; fails when too many have to be looked at.
    pub(super) fn find(
        &self,
        local: XmlStr<'_>,
        ns: XmlStr<'_>,
        pick: HeaderPick,
    ) -> Result<Option<NodePosition>> {
        let Some(tree) = &self.tree else { return Ok(None) };
        let buffer = tree.buffer.lock();
        let max = self.options.max_processed_headers as usize;
        let (mut found, mut index) = (None, 0);
        for (i, at) in headers(&buffer, tree.header).enumerate() {
            if i >= max {
                return Err(Error::quota(format!(
                    "the message has more than {max} headers to look at; raise max_processed_headers"
                )));
            }
            let element = element(&buffer, at)?;
            if element.local_name() != local || element.namespace() != ns {
                continue;
            }
            let role = HeaderAttributes::role_of(element, self.version.envelope);
            if !self.version.envelope.is_ultimate_role(&role) {
                continue;
            }
            match pick {
                HeaderPick::Repeated(wanted) if wanted == index => return Ok(Some(at)),
                HeaderPick::Repeated(_) => {}
                HeaderPick::Only if found.is_some() => {
                    return Err(Error::format(format!(
                        "the message has the header {} more than once",
                        local.as_str()
                    )));
                }
                HeaderPick::Only => found = Some(at),
            }
            index += 1;
        }
        Ok(found)
    }
}

impl Tree {
    /// The same in another buffer.
    pub(super) fn copy(source: &Tree, max_size: usize) -> Result<Self> {
        let source = source.buffer.lock();
        let mut buffer = XmlBuffer::with_max_size(max_size);
        buffer.copy_from(buffer.eof(), &source, source.bof())?;
        Tree::of(SharedBuffer::new(buffer))
    }

    /// The tree in a buffer that has one.
    pub(super) fn of(shared: SharedBuffer) -> Result<Self> {
        let missing = || Error::format("the message has no envelope with a header and a body");
        let (header, body) = {
            let buffer = shared.lock();
            let envelope = buffer.move_to(buffer.bof(), MoveTo::RootElement)?.ok_or_else(missing)?;
            let header = buffer.move_to(envelope, MoveTo::ChildElement)?.ok_or_else(missing)?;
            (header, buffer.move_to(header, MoveTo::NextElement)?.ok_or_else(missing)?)
        };
        Ok(Tree { buffer: shared, header, body })
    }
}
