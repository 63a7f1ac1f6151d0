//! Headers of the program's own, mapped headers, and what must be understood (WWSAPI J.5).

use super::{
    object::{WS_MESSAGE, reader_settings},
    value::{Shape, missing},
};
use crate::{
    abi::*,
    buffer::object::WS_XML_BUFFER,
    failure::WS_ERROR,
    heap::WS_HEAP,
    param::Out,
    ptr::{Ptr, Void},
    reader::object::WS_XML_READER,
    schema, text,
    writer::object::{Target, WS_XML_WRITER},
};
use wws::{
    Error, Result,
    soap::{HeaderAttributes, HeaderPick, MessageState},
    typed::Name,
    value::UniqueId,
    xml::{WriterOptions, buffer::SharedBuffer},
};

exports! {
    fn WsGetCustomHeader(message: &WS_MESSAGE, customHeaderDescription: &WS_ELEMENT_DESCRIPTION,
        repeatingOption: WS_REPEATING_HEADER_OPTION, headerIndex: u32, readOption: WS_READ_OPTION,
        heap: Option<&WS_HEAP>, value: Void, valueSize: u32, headerAttributes: Option<Out<u32>>; error) => get, error;
    fn WsAddCustomHeader(message: &WS_MESSAGE, headerDescription: &WS_ELEMENT_DESCRIPTION,
        writeOption: WS_WRITE_OPTION, value: Void, valueSize: u32, headerAttributes: u32; error) => add, error;
    fn WsRemoveCustomHeader(message: &WS_MESSAGE, headerName: &WS_XML_STRING, headerNs: &WS_XML_STRING; error)
        => remove;
    fn WsGetMappedHeader(message: &WS_MESSAGE, headerName: &WS_XML_STRING,
        repeatingOption: WS_REPEATING_HEADER_OPTION, headerIndex: u32, valueType: WS_TYPE, readOption: WS_READ_OPTION,
        heap: Option<&WS_HEAP>, value: Void, valueSize: u32; error) => get_mapped;
    fn WsAddMappedHeader(message: &WS_MESSAGE, headerName: &WS_XML_STRING, valueType: WS_TYPE,
        writeOption: WS_WRITE_OPTION, value: Void, valueSize: u32; error) => add_mapped;
    fn WsRemoveMappedHeader(message: &WS_MESSAGE, headerName: &WS_XML_STRING; error) => remove_mapped;
    fn WsGetHeaderAttributes(message: &WS_MESSAGE, reader: &WS_XML_READER, headerAttributes: Out<u32>; error)
        => attributes;
    fn WsMarkHeaderAsUnderstood(message: &WS_MESSAGE, headerPosition: &WS_XML_NODE_POSITION; error) => mark;
    fn WsCheckMustUnderstandHeaders(message: &WS_MESSAGE; error) => check;
}

fn pick(option: WS_REPEATING_HEADER_OPTION, index: u32) -> Result<HeaderPick> {
    match (option, index) {
        (WS_SINGLETON_HEADER, 0) => Ok(HeaderPick::Only),
        (WS_SINGLETON_HEADER, _) => Err(Error::argument("of a singleton header the index is 0")),
        (WS_REPEATING_HEADER, index) => Ok(HeaderPick::Repeated(index as usize)),
        (WS_REPEATING_HEADER_OPTION(other), _) => {
            Err(Error::argument(format!("{other} is no WS_REPEATING_HEADER_OPTION")))
        }
    }
}

fn bits(attributes: &HeaderAttributes) -> u32 {
    let must = if attributes.must_understand { WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE } else { 0 };
    let relay = if attributes.relay { WS_RELAY_HEADER_ATTRIBUTE } else { 0 };
    must | relay
}

fn name(description: &WS_ELEMENT_DESCRIPTION) -> Result<Name<'_>> {
    let local = text::xml(description.elementLocalName.need("elementLocalName")?, "elementLocalName")?;
    let ns = match description.elementNs.optional("elementNs")? {
        Some(ns) => text::xml(ns, "elementNs")?,
        None => "",
    };
    Ok(Name::new(local, ns))
}

#[expect(clippy::too_many_arguments, reason = "those of WsGetCustomHeader")]
fn get(
    message: &WS_MESSAGE,
    description: &WS_ELEMENT_DESCRIPTION,
    repeating: WS_REPEATING_HEADER_OPTION,
    index: u32,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
    attributes: Option<Out<u32>>,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let (name, pick) = (name(description)?, pick(repeating, index)?);
    let reader = WS_XML_READER::new(reader_settings());
    let found = {
        let mut state = message.lock()?;
        match state.core.find_custom(name, pick)? {
            Some(at) => {
                reader.lock()?.core = state.core.header_reader(at)?;
                Some((at, state.core.header_attributes(at)?))
            }
            None => None,
        }
    };
    let Some((at, found)) = found else { return missing(option, value, size) };
    let heap = message.heap_or(heap);
    schema::read::read_element(&reader, description, option, Some(heap), value, size, error)?;
    message.lock()?.core.mark_understood(at)?;
    if let Some(attributes) = attributes {
        attributes.set(bits(&found));
    }
    Ok(())
}

fn add(
    message: &WS_MESSAGE,
    description: &WS_ELEMENT_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    attributes: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    if attributes & !(WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE | WS_RELAY_HEADER_ATTRIBUTE) != 0 {
        return Err(Error::argument(format!("{attributes:#x} are no attributes of a header")));
    }
    let (name, version) = (name(description)?, expect_headers(message)?);
    let attributes = HeaderAttributes {
        must_understand: attributes & WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE != 0,
        relay: attributes & WS_RELAY_HEADER_ATTRIBUTE != 0,
        ..HeaderAttributes::default()
    };
    // The value is written with nothing borrowed, since its type may have code of the program.
    let (buffer, writer) = (SharedBuffer::default(), WS_XML_WRITER::new(WriterOptions::default()));
    writer.lock()?.begin(buffer.clone().into(), WriterOptions::default(), Target::Memory);
    writer.with(|w| {
        w.start_element(name.local, name.ns)?;
        if attributes != HeaderAttributes::default() {
            w.xmlns_attribute("s", version.namespace(), false)?; // left out where it is in scope
        }
        attributes.write(w, version)
    })?;
    let (kind, of) = (description.r#type, description.typeDescription);
    schema::write::write_type(&writer, WS_ELEMENT_TYPE_MAPPING, kind, of, option, value, size, error)?;
    writer.with(|w| w.end_element())?;
    drop(writer);
    let element = buffer.into_inner()?;
    message.with(|m| m.add_headers(&element))
}

/// The version of the envelope of a message that has headers.
fn expect_headers(message: &WS_MESSAGE) -> Result<wws::soap::EnvelopeVersion> {
    let state = message.lock()?;
    match state.core.state() {
        MessageState::Empty => {
            Err(Error::operation("an empty message has no headers: initialize or read it first"))
        }
        _ => Ok(state.core.version().envelope),
    }
}

fn remove(message: &WS_MESSAGE, local: &WS_XML_STRING, ns: &WS_XML_STRING) -> Result<()> {
    let name = Name::new(text::xml(local, "headerName")?, text::xml(ns, "headerNs")?);
    message.with(|m| m.remove_headers(name))
}

#[expect(clippy::too_many_arguments, reason = "those of WsGetMappedHeader")]
fn get_mapped(
    message: &WS_MESSAGE,
    header: &WS_XML_STRING,
    repeating: WS_REPEATING_HEADER_OPTION,
    index: u32,
    value_type: WS_TYPE,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
) -> Result<()> {
    let (name, pick) = (text::xml(header, "headerName")?, pick(repeating, index)?);
    let shape = Shape::of(value_type, false)?;
    let found = message.with(|m| m.mapped_header(name, pick))?;
    shape.store(option, found.as_deref(), message.heap_or(heap), value, size)
}

fn add_mapped(
    message: &WS_MESSAGE,
    header: &WS_XML_STRING,
    value_type: WS_TYPE,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
) -> Result<()> {
    let name = text::xml(header, "headerName")?;
    let new = Shape::of(value_type, false)?.load(option, value, size)?;
    let UniqueId::Uri(new) = new else { return Err(Error::argument("the value of a mapped header is text")) };
    message.with(|m| m.add_mapped_header(name, &new))
}

fn remove_mapped(message: &WS_MESSAGE, header: &WS_XML_STRING) -> Result<()> {
    let name = Name::new(text::xml(header, "headerName")?, "");
    message.with(|m| m.remove_headers(name))
}

fn attributes(message: &WS_MESSAGE, reader: &WS_XML_READER, attributes: Out<u32>) -> Result<()> {
    let envelope = expect_headers(message)?;
    let state = reader.lock()?;
    let element = state
        .core
        .element()
        .ok_or_else(|| Error::operation("the reader does not stand on the start tag of a header"))?;
    attributes.set(bits(&HeaderAttributes::of_element(element, envelope)?));
    Ok(())
}

fn mark(message: &WS_MESSAGE, position: &WS_XML_NODE_POSITION) -> Result<()> {
    let (buffer, at) = WS_XML_BUFFER::position_of(position)?;
    let mut state = message.lock()?;
    if state.core.state() != MessageState::Reading {
        return Err(Error::operation("headers are marked while the message is being read"));
    }
    if state.buffer != Ptr::to(buffer) {
        return Err(Error::argument("the position is not one of the header buffer of this message"));
    }
    state.core.mark_understood(at)
}

fn check(message: &WS_MESSAGE) -> Result<()> {
    message.with(|m| m.check_must_understand())
}
