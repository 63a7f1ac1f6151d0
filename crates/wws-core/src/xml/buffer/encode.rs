//! Nodes of a [`Writer`](crate::xml::Writer) into a buffer: the strategy that stands where encodings have
//! theirs.

use bytes::Bytes;

use super::{
    MoveTo, NodePosition, OwnedText, SharedBuffer,
    names::NameId,
    node::{Attribute, Element},
};
use crate::{
    Result,
    xml::{Text, XmlStr, encode::AttributeContent, text::escape},
};

/// Inserts nodes in front of a node.
#[derive(Debug)]
pub(crate) struct BufferEncoder {
    buffer: SharedBuffer,
    /// The node in front of which everything is written.
    place: NodePosition,
    allow_invalid: bool,
    /// The start tag being written, without its attributes.
    element: Option<Element>,
    attributes: Vec<Attribute>,
    /// Characters of the attribute being written.
    chars: String,
    /// Bytes of the attribute being written.
    bytes: Vec<u8>,
    /// The pieces of the run of bytes being written, each a node until the run ends.
    run: Vec<(NodePosition, Bytes)>,
}

impl BufferEncoder {
    /// Writes in front of EOF.
    pub(crate) fn new(buffer: SharedBuffer, allow_invalid: bool) -> Self {
        let place = buffer.lock().eof();
        BufferEncoder {
            buffer,
            place,
            allow_invalid,
            element: None,
            attributes: Vec::new(),
            chars: String::new(),
            bytes: Vec::new(),
            run: Vec::new(),
        }
    }

    pub(crate) fn buffer(&self) -> &SharedBuffer {
        &self.buffer
    }

    /// Whether the buffer has an element.
    pub(crate) fn has_root(&self) -> bool {
        let buffer = self.buffer.lock();
        matches!(buffer.move_to(buffer.bof(), MoveTo::RootElement), Ok(Some(_)))
    }

    /// The node in front of which the writer writes.
    pub(crate) fn place(&self) -> Result<NodePosition> {
        self.buffer.lock().node_type(self.place).map(|_| self.place)
    }

    /// Writes in front of another node, which is there.
    pub(crate) fn set_place(&mut self, place: NodePosition) {
        self.place = place;
        self.run.clear();
    }

    /// Where a move from the place leads.
    pub(crate) fn find(&self, to: MoveTo) -> Result<Option<NodePosition>> {
        self.buffer.lock().move_to(self.place, to)
    }

    pub(crate) fn start_element(&mut self, prefix: &str, local: XmlStr<'_>, ns: XmlStr<'_>) -> Result<()> {
        let mut buffer = self.buffer.lock();
        buffer.place_for_markup(self.place)?;
        self.attributes.clear();
        self.element = Some(Element {
            prefix: buffer.name(prefix.into())?,
            local: buffer.name(local)?,
            ns: buffer.name(ns)?,
            attributes: Box::default(),
            is_empty: false,
        });
        Ok(())
    }

    pub(crate) fn start_attribute(
        &mut self,
        prefix: &str,
        local: XmlStr<'_>,
        ns: XmlStr<'_>,
        single_quote: bool,
    ) -> Result<()> {
        self.chars.clear();
        self.bytes.clear();
        let [prefix, local, ns] = self.names([prefix.into(), local, ns])?;
        self.attributes.push(Attribute {
            prefix,
            local,
            ns,
            value: OwnedText::empty(),
            single_quote,
            is_xmlns: false,
        });
        Ok(())
    }

    pub(crate) fn attribute_chars(&mut self, text: &str) -> Result<()> {
        self.check(text)?;
        self.chars.push_str(text);
        Ok(())
    }

    pub(crate) fn attribute_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn attribute_value(&mut self, value: &Text<'_>) -> Result<()> {
        if let Text::Utf8(text) = value {
            return self.attribute_chars(text);
        }
        let value = OwnedText::try_from(*value)?;
        if let Some(attribute) = self.attributes.last_mut() {
            attribute.value = value;
        }
        Ok(())
    }

    pub(crate) fn end_attribute(&mut self, content: AttributeContent) {
        let Some(attribute) = self.attributes.last_mut() else { return };
        if content == AttributeContent::Bytes {
            attribute.value = OwnedText::Bytes(Bytes::copy_from_slice(&self.bytes));
        } else if !self.chars.is_empty() {
            attribute.value = self.chars.as_str().into();
        }
    }

    pub(crate) fn xmlns(&mut self, prefix: &str, ns: XmlStr<'_>, single_quote: bool) -> Result<()> {
        let [prefix, local, ns] = self.names([prefix.into(), "".into(), ns])?;
        let value = OwnedText::empty();
        self.attributes.push(Attribute { prefix, local, ns, value, single_quote, is_xmlns: true });
        Ok(())
    }

    /// Puts the element into the buffer; what comes next stands in it.
    pub(crate) fn end_start_element(&mut self) -> Result<()> {
        if let Some(start) = self.insert_element(false)? {
            let buffer = self.buffer.lock();
            self.place = buffer.end_of(start)?.unwrap_or(self.place);
        }
        Ok(())
    }

    /// Goes on behind the element around the place; `is_empty` says that its start tag was not ended.
    pub(crate) fn end_element(&mut self, is_empty: bool) -> Result<()> {
        if is_empty {
            return self.insert_element(true).map(drop);
        }
        let buffer = self.buffer.lock();
        if let Some(element) = buffer.ancestors(self.place)?.next() {
            let end = buffer.end_of(element)?.unwrap_or(element);
            self.place = buffer.next(end)?.unwrap_or(self.place);
        }
        Ok(())
    }

    pub(crate) fn chars(&mut self, text: &str) -> Result<()> {
        self.check(text)?;
        self.text(text.into())
    }

    pub(crate) fn value(&mut self, value: &Text<'_>) -> Result<()> {
        match value {
            Text::Utf8(text) => self.chars(text),
            typed => self.text((*typed).try_into()?),
        }
    }

    /// A piece of a run of bytes.
    pub(crate) fn bytes(&mut self, bytes: Bytes) -> Result<()> {
        let node = self.buffer.lock().insert_bytes(self.place, bytes.clone())?;
        self.run.push((node, bytes));
        Ok(())
    }

    /// Makes one node of a run of bytes, for the text form of bytes is that of the whole run.
    pub(crate) fn end_bytes(&mut self) -> Result<()> {
        if self.run.len() > 1 {
            let whole: Vec<u8> = self.run.iter().flat_map(|(_, piece)| piece).copied().collect();
            let mut buffer = self.buffer.lock();
            for &(node, _) in &self.run {
                buffer.remove(node)?;
            }
            buffer.insert_bytes(self.place, whole.into())?;
        }
        self.run.clear();
        Ok(())
    }

    pub(crate) fn comment(&mut self, text: &str) -> Result<()> {
        escape::check(text)?;
        self.buffer.lock().insert_comment(self.place, text).map(drop)
    }

    pub(crate) fn start_cdata(&mut self) -> Result<()> {
        let mut buffer = self.buffer.lock();
        let section = buffer.insert_cdata(self.place)?;
        self.place = buffer.end_of(section)?.unwrap_or(self.place);
        Ok(())
    }

    pub(crate) fn cdata_chars(&mut self, text: &str) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        escape::check(text)?;
        self.text(text.into())
    }

    /// Goes on behind the CDATA section around the place.
    pub(crate) fn end_cdata(&mut self) -> Result<()> {
        let buffer = self.buffer.lock();
        if let Some(end) = buffer.end_of_cdata(self.place)? {
            self.place = buffer.next(end)?.unwrap_or(self.place);
        }
        Ok(())
    }

    fn insert_element(&mut self, is_empty: bool) -> Result<Option<NodePosition>> {
        let Some(element) = self.element.take() else { return Ok(None) };
        let attributes = self.attributes.drain(..).collect();
        let element = Element { attributes, is_empty, ..element };
        self.buffer.lock().insert_new_element(self.place, element).map(Some)
    }

    fn text(&mut self, text: OwnedText) -> Result<()> {
        self.buffer.lock().insert_owned_text(self.place, text).map(drop)
    }

    fn names<const N: usize>(&self, names: [XmlStr<'_>; N]) -> Result<[NameId; N]> {
        let mut buffer = self.buffer.lock();
        let mut ids = [NameId::default(); N];
        for (id, name) in ids.iter_mut().zip(names) {
            *id = buffer.name(name)?;
        }
        Ok(ids)
    }

    /// Only characters of XML go in, so that every encoding can write the buffer.
    fn check(&self, text: &str) -> Result<()> {
        if self.allow_invalid { Ok(()) } else { escape::check(text) }
    }
}
