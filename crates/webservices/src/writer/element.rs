//! Elements, attributes, namespace declarations (WWSAPI F.2).

use super::object::WS_XML_WRITER;
use crate::{
    abi::{BOOL, WS_XML_STRING},
    hresult::Status,
    param::Out,
    ptr::Ptr,
    text,
};
use wws::{Error, Result};

exports! {
    fn WsWriteStartElement(writer: &WS_XML_WRITER, prefix: Option<&WS_XML_STRING>, localName: &WS_XML_STRING,
        ns: &WS_XML_STRING; error) => start_element;
    fn WsWriteEndStartElement(writer: &WS_XML_WRITER; error) => end_start_element;
    fn WsWriteEndElement(writer: &WS_XML_WRITER; error) => end_element;
    fn WsWriteStartAttribute(writer: &WS_XML_WRITER, prefix: Option<&WS_XML_STRING>, localName: &WS_XML_STRING,
        ns: &WS_XML_STRING, singleQuote: BOOL; error) => start_attribute;
    fn WsWriteEndAttribute(writer: &WS_XML_WRITER; error) => end_attribute;
    fn WsWriteXmlnsAttribute(writer: &WS_XML_WRITER, prefix: Option<&WS_XML_STRING>, ns: &WS_XML_STRING,
        singleQuote: BOOL; error) => xmlns_attribute;
    fn WsGetPrefixFromNamespace(writer: &WS_XML_WRITER, ns: &WS_XML_STRING, required: BOOL,
        prefix: Out<Ptr<WS_XML_STRING>>; error) => prefix_from_namespace;
}

fn start_element(
    writer: &WS_XML_WRITER,
    prefix: Option<&WS_XML_STRING>,
    local: &WS_XML_STRING,
    ns: &WS_XML_STRING,
) -> Result<()> {
    let (local, ns) = (writer.name(local, "localName")?, writer.name(ns, "ns")?);
    match prefix {
        None => writer.with(|w| w.start_element(local, ns)),
        Some(prefix) => {
            let prefix = text::xml(prefix, "prefix")?;
            writer.with(|w| w.start_element_with_prefix(prefix, local, ns))
        }
    }
}

fn end_start_element(writer: &WS_XML_WRITER) -> Result<()> {
    writer.with(|w| w.end_start_element())
}

fn end_element(writer: &WS_XML_WRITER) -> Result<()> {
    writer.with(|w| w.end_element())
}

fn start_attribute(
    writer: &WS_XML_WRITER,
    prefix: Option<&WS_XML_STRING>,
    local: &WS_XML_STRING,
    ns: &WS_XML_STRING,
    single_quote: BOOL,
) -> Result<()> {
    let (local, ns) = (writer.name(local, "localName")?, writer.name(ns, "ns")?);
    match prefix {
        None => writer.with(|w| w.start_attribute(local, ns, single_quote != 0)),
        Some(prefix) => {
            let prefix = text::xml(prefix, "prefix")?;
            writer.with(|w| w.start_attribute_with_prefix(prefix, local, ns, single_quote != 0))
        }
    }
}

fn end_attribute(writer: &WS_XML_WRITER) -> Result<()> {
    writer.with(|w| w.end_attribute())
}

fn xmlns_attribute(
    writer: &WS_XML_WRITER,
    prefix: Option<&WS_XML_STRING>,
    ns: &WS_XML_STRING,
    single_quote: BOOL,
) -> Result<()> {
    let ns = writer.name(ns, "ns")?;
    match prefix {
        None => writer.with(|w| w.xmlns_attribute_without_prefix(ns, single_quote != 0)),
        Some(prefix) => {
            let prefix = text::xml(prefix, "prefix")?;
            writer.with(|w| w.xmlns_attribute(prefix, ns, single_quote != 0))
        }
    }
}

fn prefix_from_namespace(
    writer: &WS_XML_WRITER,
    ns: &WS_XML_STRING,
    required: BOOL,
    prefix: Out<Ptr<WS_XML_STRING>>,
) -> Result<Status> {
    let ns = text::xml(ns, "ns")?;
    let state = writer.lock()?;
    match state.core.prefix_from_namespace(ns) {
        Some(found) => {
            // The last prefix that was asked for stays until the next one is.
            state.results.reset();
            let bytes = state.results.copy(found.as_bytes())?;
            let string = WS_XML_STRING { bytes, ..text::to_xml(found) };
            prefix.set(state.results.store(string)?);
            Ok(Status::Done)
        }
        None if required != 0 => {
            Err(Error::format(format!("no prefix in scope is bound to the namespace \"{ns}\"")))
        }
        None => {
            prefix.set(Ptr::NULL);
            Ok(Status::No)
        }
    }
}
