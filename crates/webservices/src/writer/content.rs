//! Characters, values, bytes, CDATA sections, whole nodes (WWSAPI F.2).

use super::object::WS_XML_WRITER;
use crate::{
    abi::*,
    ptr::{Ptr, Void},
    text, typed,
};
use wws::{
    Error, Result,
    xml::{Text, Writer},
};

exports! {
    fn WsWriteChars(writer: &WS_XML_WRITER, chars: Ptr<u16>, charCount: u32; error) => write_chars;
    fn WsWriteCharsUtf8(writer: &WS_XML_WRITER, bytes: Ptr<u8>, byteCount: u32; error) => write_chars_utf8;
    fn WsWriteBytes(writer: &WS_XML_WRITER, bytes: Void, byteCount: u32; error) => write_bytes;
    fn WsWriteValue(writer: &WS_XML_WRITER, valueType: WS_VALUE_TYPE, value: Void, valueSize: u32; error) => write_value;
    fn WsWriteText(writer: &WS_XML_WRITER, text: &WS_XML_TEXT; error) => write_text;
    fn WsWriteQualifiedName(writer: &WS_XML_WRITER, prefix: Option<&WS_XML_STRING>, localName: &WS_XML_STRING,
        ns: Option<&WS_XML_STRING>; error) => qualified_name;
    fn WsWriteArray(writer: &WS_XML_WRITER, localName: &WS_XML_STRING, ns: &WS_XML_STRING,
        valueType: WS_VALUE_TYPE, array: Void, arraySize: u32, itemOffset: u32, itemCount: u32; error) => write_array;
    fn WsWriteStartCData(writer: &WS_XML_WRITER; error) => start_cdata;
    fn WsWriteEndCData(writer: &WS_XML_WRITER; error) => end_cdata;
    fn WsWriteNode(writer: &WS_XML_WRITER, node: &WS_XML_NODE; error) => write_node;
}

fn write_chars(writer: &WS_XML_WRITER, chars: Ptr<u16>, count: u32) -> Result<()> {
    let units = chars.slice(count as usize, "chars")?;
    writer.with(|w| w.chars_utf16(units))
}

fn write_chars_utf8(writer: &WS_XML_WRITER, bytes: Ptr<u8>, count: u32) -> Result<()> {
    let bytes = bytes.slice(count as usize, "bytes")?;
    writer.with(|w| w.chars_utf8(bytes))
}

fn write_bytes(writer: &WS_XML_WRITER, bytes: Void, count: u32) -> Result<()> {
    let bytes = bytes.cast::<u8>().slice(count as usize, "bytes")?;
    writer.with(|w| w.bytes(bytes))
}

fn write_value(writer: &WS_XML_WRITER, kind: WS_VALUE_TYPE, value: Void, size: u32) -> Result<()> {
    typed::with_value(kind, value, size, |value| writer.with(|w| w.value(value)))
}

fn write_text(writer: &WS_XML_WRITER, text: &WS_XML_TEXT) -> Result<()> {
    if text.textType == WS_XML_TEXT_TYPE_UTF8 {
        let text: &WS_XML_UTF8_TEXT = Ptr::to(text).cast().need("text")?;
        // A string of a dictionary may travel as its number. Plain characters may also stand in a CDATA section.
        let string = writer.name(&text.value, "value")?;
        let is_plain = text.value.dictionary.is_null();
        return writer.with(|w| if is_plain { w.chars(string.as_str()) } else { w.string(string) });
    }
    typed::with_text(text, |text| {
        writer.with(|w| match text {
            Text::Utf8(chars) => w.chars(chars),
            typed => w.value(typed),
        })
    })
}

fn qualified_name(
    writer: &WS_XML_WRITER,
    prefix: Option<&WS_XML_STRING>,
    local: &WS_XML_STRING,
    ns: Option<&WS_XML_STRING>,
) -> Result<()> {
    let local = writer.name(local, "localName")?;
    let ns = ns.map(|ns| writer.name(ns, "ns")).transpose()?;
    match (prefix, ns) {
        (Some(prefix), ns) => {
            let prefix = text::xml(prefix, "prefix")?;
            writer.with(|w| w.qualified_name_with_prefix(prefix, local, ns))
        }
        (None, Some(ns)) => writer.with(|w| w.qualified_name(local, ns)),
        (None, None) => Err(Error::argument("`prefix` and `ns` are NULL: pass one of them")),
    }
}

#[expect(clippy::too_many_arguments, reason = "those of WsWriteArray")]
fn write_array(
    writer: &WS_XML_WRITER,
    local: &WS_XML_STRING,
    ns: &WS_XML_STRING,
    kind: WS_VALUE_TYPE,
    array: Void,
    size: u32,
    offset: u32,
    count: u32,
) -> Result<()> {
    let item = typed::size_of_value(kind)?;
    typed::check_array(item, size, offset, count)?;
    if count != 0 && array.is_null() {
        return Err(Error::argument("`array` is NULL, but it has items"));
    }
    let (local, ns) = (writer.name(local, "localName")?, writer.name(ns, "ns")?);
    let place = |i: usize| array.byte_add((offset as usize + i) * item);
    let whole = typed::with_array(kind, place(0), count as usize, |items| {
        writer.with(|w| w.array(local, ns, items))
    })?;
    if whole.is_some() {
        return Ok(());
    }
    for i in 0..count as usize {
        typed::with_value(kind, place(i), item as u32, |value| {
            writer.with(|w| {
                w.start_element(local, ns)?;
                w.value(value)?;
                w.end_element()
            })
        })?;
    }
    Ok(())
}

fn start_cdata(writer: &WS_XML_WRITER) -> Result<()> {
    writer.with(|w| w.start_cdata())
}

fn end_cdata(writer: &WS_XML_WRITER) -> Result<()> {
    writer.with(|w| w.end_cdata())
}

fn write_node(writer: &WS_XML_WRITER, node: &WS_XML_NODE) -> Result<()> {
    match node.nodeType {
        WS_XML_NODE_TYPE_ELEMENT => element(writer, Ptr::to(node).cast().need("node")?),
        WS_XML_NODE_TYPE_TEXT => {
            let text: &WS_XML_TEXT_NODE = Ptr::to(node).cast().need("node")?;
            write_text(writer, text.text.need("text")?)
        }
        WS_XML_NODE_TYPE_COMMENT => {
            let comment: &WS_XML_COMMENT_NODE = Ptr::to(node).cast().need("node")?;
            let text = text::xml(&comment.value, "value")?;
            writer.with(|w| w.comment(text))
        }
        WS_XML_NODE_TYPE_END_ELEMENT => writer.with(|w| w.end_element()),
        WS_XML_NODE_TYPE_CDATA => writer.with(|w| w.start_cdata()),
        WS_XML_NODE_TYPE_END_CDATA => writer.with(|w| w.end_cdata()),
        WS_XML_NODE_TYPE_BOF | WS_XML_NODE_TYPE_EOF => writer.with(|_| Ok(())),
        WS_XML_NODE_TYPE(other) => Err(Error::argument(format!("{other} is no WS_XML_NODE_TYPE"))),
    }
}

fn element(writer: &WS_XML_WRITER, element: &WS_XML_ELEMENT_NODE) -> Result<()> {
    let string = |p: Ptr<WS_XML_STRING>, what| p.need(what).and_then(|s| writer.name(s, what));
    let prefix = prefix(element.prefix)?;
    let (local, ns) = (string(element.localName, "localName")?, string(element.ns, "ns")?);
    writer.with(|w| w.start_element_with_prefix(prefix, local, ns))?;
    for attribute in element.attributes.slice(element.attributeCount as usize, "attributes")? {
        let attribute = attribute.need("attributes")?;
        let (prefix, quote) = (self::prefix(attribute.prefix)?, attribute.singleQuote != 0);
        let ns = string(attribute.ns, "ns")?;
        if attribute.isXmlNs != 0 {
            writer.with(|w| w.xmlns_attribute(prefix, ns, quote))?;
            continue;
        }
        let local = string(attribute.localName, "localName")?;
        typed::with_text(attribute.value.need("value")?, |value| {
            writer.with(|w| attribute_with_value(w, (prefix, local, ns), quote, value))
        })?;
    }
    Ok(())
}

fn attribute_with_value(
    w: &mut Writer,
    (prefix, local, ns): (&str, wws::xml::XmlStr<'_>, wws::xml::XmlStr<'_>),
    single_quote: bool,
    value: Text<'_>,
) -> Result<()> {
    w.start_attribute_with_prefix(prefix, local, ns, single_quote)?;
    w.value(value)?;
    w.end_attribute()
}

/// A prefix; none is the empty one.
fn prefix<'a>(prefix: Ptr<WS_XML_STRING>) -> Result<&'a str> {
    prefix.get().map_or(Ok(""), |p| text::xml(p, "prefix"))
}
