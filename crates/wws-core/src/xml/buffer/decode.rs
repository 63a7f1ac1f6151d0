//! Nodes of a buffer for a [`Reader`](crate::xml::Reader): the strategy that stands where encodings have
//! theirs.

use std::sync::Arc;

use bytes::Bytes;

use super::{AttributeRef, BufferNode, ElementRef, MoveTo, NodePosition, OwnedText, SharedBuffer, XmlBuffer};
use crate::{
    Error, Result,
    xml::{
        Dictionary, DictionaryKey, NodeType, Text, XmlStr,
        decode::{
            AttributeRecord, Bad, Chars, Core, Dictionaries, MAX_CHARS, Name, Span, Store, Strings, Value,
            scope,
        },
    },
};

/// A buffer to be read: borrowed, or shared with writers and other readers.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum BufferSource<'a> {
    Borrowed(&'a XmlBuffer),
    Shared(SharedBuffer),
}

impl BufferSource<'_> {
    fn with<R>(&self, f: impl FnOnce(&XmlBuffer) -> R) -> R {
        match self {
            BufferSource::Borrowed(buffer) => f(buffer),
            BufferSource::Shared(shared) => f(&shared.lock()),
        }
    }
}

impl<'a> From<&'a XmlBuffer> for BufferSource<'a> {
    fn from(buffer: &'a XmlBuffer) -> Self {
        BufferSource::Borrowed(buffer)
    }
}

impl From<SharedBuffer> for BufferSource<'_> {
    fn from(buffer: SharedBuffer) -> Self {
        BufferSource::Shared(buffer)
    }
}

/// Walks a buffer in document order.
#[derive(Debug)]
pub(crate) struct BufferDecoder<'a> {
    source: BufferSource<'a>,
    /// The node the reader stands on, or the start of the element whose end it stands on.
    at: NodePosition,
    /// The characters of the present node, shared with the buffer.
    text: Arc<str>,
    /// The bytes of the present node; of an element, those of its attributes one after another.
    bytes: Bytes,
}

impl<'a> BufferDecoder<'a> {
    /// Stands on BOF.
    pub(crate) fn new(source: BufferSource<'a>) -> Self {
        let at = source.with(XmlBuffer::bof);
        BufferDecoder { source, at, text: Arc::default(), bytes: Bytes::new() }
    }

    /// What the values of the present node point into, but for scratch and scope.
    pub(crate) fn strings(&self) -> Strings<'_> {
        let dictionaries = Dictionaries { fixed: Some(Dictionary::nbfs()), dynamic: None };
        Strings { window: &self.text, bytes: &self.bytes, dictionaries, ..Strings::default() }
    }

    /// Moves to the next node in document order.
    pub(crate) fn next(&mut self, core: &mut Core) -> Result<NodeType, Bad> {
        let source = self.source.clone();
        source.with(|buffer| {
            let at = self.position_in(buffer, core).map_err(bad)?;
            match buffer.next(at).map_err(bad)? {
                Some(next) => self.load(buffer, core, next),
                None => Ok(NodeType::Eof),
            }
        })
    }

    /// Whether a tag or the end comes next, so that the present text is all there is.
    pub(crate) fn tag_follows(&self) -> bool {
        self.source.with(|buffer| {
            let next = buffer.next(self.at).ok().flatten().and_then(|next| buffer.node_type(next).ok());
            matches!(next, Some(NodeType::Element | NodeType::EndElement | NodeType::Eof))
        })
    }

    /// Where the reader stands.
    pub(crate) fn position(&self, core: &Core) -> Result<NodePosition> {
        self.source.with(|buffer| self.position_in(buffer, core))
    }

    /// The reader makes the end of an empty element by itself; the decoder still stands on the start then.
    fn position_in(&self, buffer: &XmlBuffer, core: &Core) -> Result<NodePosition> {
        let at_end = core.kind == NodeType::EndElement && buffer.node_type(self.at)? == NodeType::Element;
        match at_end {
            true => Ok(buffer.end_of(self.at)?.unwrap_or(self.at)),
            false => buffer.node_type(self.at).map(|_| self.at),
        }
    }

    /// Stands on a node, with the elements around it open. Fails before anything has changed if the node is not
    /// there.
    pub(crate) fn set_position(&mut self, core: &mut Core, to: NodePosition) -> Result<(), Bad> {
        let source = self.source.clone();
        source.with(|buffer| {
            buffer.node_type(to).map_err(bad)?;
            core.reset();
            let ancestors: Vec<NodePosition> = buffer.ancestors(to).map_err(bad)?.collect();
            for &element in ancestors.iter().rev() {
                self.load(buffer, core, element)?;
            }
            self.load(buffer, core, to).map(drop)
        })
    }

    /// Where a move from the present node leads.
    pub(crate) fn find(&self, core: &Core, to: MoveTo) -> Result<Option<NodePosition>> {
        self.source.with(|buffer| buffer.move_to(self.position_in(buffer, core)?, to))
    }

    /// Makes a node the present one.
    fn load(&mut self, buffer: &XmlBuffer, core: &mut Core, at: NodePosition) -> Result<NodeType, Bad> {
        core.begin();
        let kind = match buffer.node(at).map_err(bad)? {
            BufferNode::Bof => core.commit(NodeType::Bof, Value::EMPTY),
            BufferNode::Eof => core.commit(NodeType::Eof, Value::EMPTY),
            BufferNode::Element(element) => self.load_element(core, element)?,
            BufferNode::EndElement => core.commit_end(),
            BufferNode::Text(text) => {
                self.text = Arc::default();
                let value = match text {
                    OwnedText::Utf8(text) => {
                        self.text = text.clone();
                        Value::Chars(window(&self.text)?)
                    }
                    OwnedText::Bytes(bytes) => {
                        self.bytes = bytes.clone();
                        Value::Bytes(span(0, bytes.len())?)
                    }
                    other => typed(core, other)?,
                };
                core.commit_text(0, &self.strings(), value)?;
                NodeType::Text
            }
            BufferNode::Comment(text) => {
                self.text = text.clone();
                core.commit(NodeType::Comment, Value::Chars(window(&self.text)?))
            }
            BufferNode::CData => core.commit(NodeType::CData, Value::EMPTY),
            BufferNode::EndCData => core.commit(NodeType::EndCData, Value::EMPTY),
        };
        self.at = at;
        Ok(kind)
    }

    fn load_element(&mut self, core: &mut Core, element: ElementRef<'_>) -> Result<NodeType, Bad> {
        let name = Name { prefix: put(core, element.prefix())?, local: put(core, element.local_name())? };
        let mut bytes = Vec::new();
        for attribute in element.attributes() {
            let record = attribute_record(core, attribute, &mut bytes)?;
            core.add_attribute(0, record)?;
        }
        self.bytes = bytes.into();
        core.commit_element((0, 0), &self.strings(), name, element.is_empty())?;
        Ok(NodeType::Element)
    }
}

fn attribute_record(
    core: &mut Core,
    attribute: AttributeRef<'_>,
    bytes: &mut Vec<u8>,
) -> Result<AttributeRecord, Bad> {
    let value = if attribute.is_xmlns() {
        Value::Chars(put(core, attribute.namespace())?)
    } else {
        match attribute.value() {
            OwnedText::Utf8(text) => Value::Chars(put(core, XmlStr::plain(text))?),
            OwnedText::Bytes(value) => {
                let start = bytes.len();
                bytes.extend_from_slice(value);
                Value::Bytes(span(start, bytes.len())?)
            }
            other => typed(core, other)?,
        }
    };
    Ok(AttributeRecord {
        prefix: put(core, attribute.prefix())?,
        local: put(core, attribute.local_name())?,
        ns: scope::NONE,
        value,
        at: 0,
        is_xmlns: attribute.is_xmlns(),
        single_quote: attribute.single_quote(),
    })
}

/// A value that is neither characters nor bytes. Lists become characters: their items have places of their own,
/// which a reader does not keep.
fn typed(core: &mut Core, text: &OwnedText) -> Result<Value, Bad> {
    Ok(match text {
        OwnedText::Bool(v) => Value::Bool(*v),
        OwnedText::Int32(v) => Value::Int32(*v),
        OwnedText::Int64(v) => Value::Int64(*v),
        OwnedText::UInt64(v) => Value::UInt64(*v),
        OwnedText::Float(v) => Value::Float(*v),
        OwnedText::Double(v) => Value::Double(*v),
        OwnedText::Decimal(v) => Value::Decimal(*v),
        OwnedText::Guid(v) => Value::Guid(*v),
        OwnedText::UniqueId(v) => Value::UniqueId(*v),
        OwnedText::DateTime(v) => Value::DateTime(*v),
        OwnedText::TimeSpan(v) => Value::TimeSpan(*v),
        OwnedText::QName(name) => Value::QName {
            prefix: put(core, XmlStr::plain(&name.prefix))?,
            local: put(core, XmlStr::plain(&name.local))?,
            ns: scope::NONE, // the core knows what the prefix means here
        },
        other => {
            Value::Chars(put(core, XmlStr::plain(&other.with(|text: Text<'_>| text.to_text().into_owned())))?)
        }
    })
}

/// Keeps characters of the node being read; those of the static dictionary by their number.
fn put(core: &mut Core, text: XmlStr<'_>) -> Result<Chars, Bad> {
    if text.dictionary() == DictionaryKey::NBFS {
        let span = Span { start: text.id(), len: span(0, text.as_str().len())?.len };
        return Ok(Chars::new(Store::Static, span));
    }
    let scratch = &mut core.next.scratch;
    let start = scratch.len();
    scratch.push_str(text.as_str());
    chars(Store::Scratch, start, scratch.len())
}

fn window(text: &str) -> Result<Chars, Bad> {
    chars(Store::Window, 0, text.len())
}

/// Readers count within a node in 32 bits.
fn chars(store: Store, start: usize, end: usize) -> Result<Chars, Bad> {
    match end - start <= MAX_CHARS {
        true => Ok(Chars::new(store, span(start, end)?)),
        false => Err(too_long()),
    }
}

fn span(start: usize, end: usize) -> Result<Span, Bad> {
    match u32::try_from(end) {
        Ok(_) => Ok(Span::new(start, end)),
        Err(_) => Err(too_long()),
    }
}

#[cold]
fn too_long() -> Bad {
    let text = "a node of an XML buffer has more than 2^29 - 1 bytes of characters, or 2^32 - 1 of content";
    Bad { at: 0, error: Error::quota(text) }
}

fn bad(error: Error) -> Bad {
    Bad { at: 0, error }
}
