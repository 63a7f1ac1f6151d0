//! The present node as C sees it, and steps from node to node (WWSAPI E.2).

use super::object::{Source, State, WS_XML_READER};
use crate::{abi::*, heap::WS_HEAP, param::Out, ptr::Ptr, text, typed};
use wws::{
    Result,
    xml::{
        Text,
        reader::{Attribute, Element, Node},
    },
};

exports! {
    fn WsGetReaderNode(xmlReader: &WS_XML_READER, node: Out<Ptr<WS_XML_NODE>>; error) => present_node;
    fn WsReadNode(reader: &WS_XML_READER; error) => read_node;
    fn WsSkipNode(reader: &WS_XML_READER; error) => skip_node;
}

fn present_node(reader: &WS_XML_READER, node: Out<Ptr<WS_XML_NODE>>) -> Result<()> {
    let mut state = reader.lock()?;
    if let Some(failure) = state.core.failure() {
        return Err(failure.clone());
    }
    if state.node.is_null() {
        state.fresh();
        state.node = build(&state)?;
    }
    node.set(state.node);
    Ok(())
}

fn read_node(reader: &WS_XML_READER) -> Result<()> {
    reader.with(|r| r.read_node().map(drop))
}

fn skip_node(reader: &WS_XML_READER) -> Result<()> {
    reader.with(|r| r.skip_node())
}

/// Describes the present node to C.
fn build(state: &State) -> Result<Ptr<WS_XML_NODE>> {
    let heap = &state.nodes;
    let head = |nodeType| WS_XML_NODE { nodeType };
    match state.core.node() {
        Node::Element(element) => self::element(state, element),
        Node::Text(value) => {
            let node =
                WS_XML_TEXT_NODE { node: head(WS_XML_NODE_TYPE_TEXT), text: store_text(state, value)? };
            Ok(heap.store(node)?.cast())
        }
        Node::Comment(value) => {
            let value = state.string(value.into())?;
            Ok(heap.store(WS_XML_COMMENT_NODE { node: head(WS_XML_NODE_TYPE_COMMENT), value })?.cast())
        }
        Node::EndElement => heap.store(head(WS_XML_NODE_TYPE_END_ELEMENT)),
        Node::CData => heap.store(head(WS_XML_NODE_TYPE_CDATA)),
        Node::EndCData => heap.store(head(WS_XML_NODE_TYPE_END_CDATA)),
        Node::Bof => heap.store(head(WS_XML_NODE_TYPE_BOF)),
        Node::Eof => heap.store(head(WS_XML_NODE_TYPE_EOF)),
    }
}

fn element(state: &State, element: Element<'_>) -> Result<Ptr<WS_XML_NODE>> {
    /// Everything of an element without attributes, in one piece.
    #[derive(Clone, Copy)]
    #[repr(C)]
    struct Whole {
        node: WS_XML_ELEMENT_NODE,
        names: [WS_XML_STRING; 3],
    }
    let attributes = element.attributes();
    let count = attributes.len();
    let list = if count == 0 { Ptr::NULL } else { self::attributes(state, attributes, count)? };
    let names = [
        state.string(element.prefix())?,
        state.string(element.local_name())?,
        state.string(element.namespace())?,
    ];
    let place: Ptr<Whole> = state.nodes.alloc(size_of::<Whole>())?.cast();
    let name = |i: usize| place.field(std::mem::offset_of!(Whole, names) + i * size_of::<WS_XML_STRING>());
    let node = WS_XML_ELEMENT_NODE {
        node: WS_XML_NODE { nodeType: WS_XML_NODE_TYPE_ELEMENT },
        prefix: name(0),
        localName: name(1),
        ns: name(2),
        attributeCount: count as u32,
        attributes: list,
        isEmpty: element.is_empty().into(),
    };
    place.set(Whole { node, names });
    Ok(place.cast())
}

fn attributes<'r>(
    state: &State,
    attributes: impl Iterator<Item = Attribute<'r>>,
    count: usize,
) -> Result<Ptr<Ptr<WS_XML_ATTRIBUTE>>> {
    let heap = &state.nodes;
    let list: Ptr<Ptr<WS_XML_ATTRIBUTE>> = heap.alloc(count * size_of::<Ptr<WS_XML_ATTRIBUTE>>())?.cast();
    for (i, attribute) in attributes.enumerate().take(count) {
        let store = |string| state.string(string).and_then(|s| heap.store(s));
        let is_xmlns = attribute.is_xmlns();
        let described = WS_XML_ATTRIBUTE {
            singleQuote: attribute.is_single_quoted().into(),
            isXmlNs: is_xmlns.into(),
            prefix: store(attribute.prefix())?,
            // WWSAPI E.2: a declaration has neither a local name nor a value.
            localName: if is_xmlns { Ptr::NULL } else { store(attribute.local_name())? },
            ns: store(attribute.namespace())?,
            value: if is_xmlns { Ptr::NULL } else { store_text(state, attribute.value())? },
        };
        list.byte_add(i * size_of::<Ptr<WS_XML_ATTRIBUTE>>()).set(heap.store(described)?);
    }
    Ok(list)
}

/// Describes a text. What stands in memory that moves when a stream is filled is copied.
fn store_text(state: &State, value: Text<'_>) -> Result<Ptr<WS_XML_TEXT>> {
    let heap: &WS_HEAP = &state.nodes;
    match (value, state.source) {
        (Text::Utf8(s), Source::Stream(_)) => {
            let text = WS_XML_TEXT { textType: WS_XML_TEXT_TYPE_UTF8 };
            let value = WS_XML_STRING { bytes: heap.copy(s.as_bytes())?, ..text::to_xml(s) };
            Ok(heap.store(WS_XML_UTF8_TEXT { text, value })?.cast())
        }
        (Text::Bytes(b), Source::Stream(_)) => {
            let text = WS_XML_TEXT { textType: WS_XML_TEXT_TYPE_BASE64 };
            Ok(heap.store(WS_XML_BASE64_TEXT { text, bytes: heap.copy(b)?, length: b.len() as u32 })?.cast())
        }
        (value, _) => typed::store(heap, value),
    }
}
