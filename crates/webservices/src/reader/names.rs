//! Names in scope: prefixes, namespaces, qualified names, `xml:lang` (WWSAPI E.3).

use super::object::WS_XML_READER;
use crate::{
    abi::{BOOL, WS_XML_STRING},
    heap::WS_HEAP,
    hresult::Status,
    param::Out,
    ptr::Ptr,
    text,
};
use wws::{Error, Result, xml::name::is_ncname};

exports! {
    fn WsGetNamespaceFromPrefix(reader: &WS_XML_READER, prefix: &WS_XML_STRING, required: BOOL,
        ns: Out<Ptr<WS_XML_STRING>>; error) => namespace_from_prefix;
    fn WsReadQualifiedName(reader: &WS_XML_READER, heap: &WS_HEAP, prefix: Option<Out<WS_XML_STRING>>,
        localName: Out<WS_XML_STRING>, ns: Option<Out<WS_XML_STRING>>; error) => read_qualified_name;
    fn WsGetXmlAttribute(reader: &WS_XML_READER, localName: &WS_XML_STRING, heap: &WS_HEAP,
        valueChars: Option<Out<Ptr<u16>>>, valueCharCount: Option<Out<u32>>; error) => xml_attribute;
}

fn namespace_from_prefix(
    reader: &WS_XML_READER,
    prefix: &WS_XML_STRING,
    required: BOOL,
    ns: Out<Ptr<WS_XML_STRING>>,
) -> Result<Status> {
    let prefix = text::xml(prefix, "prefix")?;
    let mut state = reader.lock()?;
    state.fresh();
    match state.core.namespace_from_prefix(prefix) {
        Some(found) => {
            ns.set(state.nodes.store(state.strings().string(found)?)?);
            Ok(Status::Done)
        }
        None if required != 0 => {
            Err(Error::format(format!("the prefix \"{prefix}\" is not declared here")).at(state.core.place()))
        }
        None => {
            ns.set(Ptr::NULL);
            Ok(Status::No)
        }
    }
}

fn read_qualified_name(
    reader: &WS_XML_READER,
    heap: &WS_HEAP,
    prefix: Option<Out<WS_XML_STRING>>,
    local: Out<WS_XML_STRING>,
    ns: Option<Out<WS_XML_STRING>>,
) -> Result<()> {
    let (own_prefix, own_local, own_ns) = if ns.is_some() {
        let name = reader.with(|r| r.read_qualified_name())?;
        (name.prefix, name.local, name.ns)
    } else {
        without_namespace(&reader.with(|r| r.read_value::<String>())?)?
    };
    let store =
        |text: &str| heap.copy(text.as_bytes()).map(|bytes| WS_XML_STRING { bytes, ..text::to_xml(text) });
    if let Some(prefix) = prefix {
        prefix.set(store(&own_prefix)?);
    }
    if let Some(ns) = ns {
        ns.set(store(&own_ns)?);
    }
    local.set(store(&own_local)?);
    Ok(())
}

/// Splits a qualified name whose prefix need not be declared, since its namespace is not asked for.
fn without_namespace(text: &str) -> Result<(String, String, String)> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let (prefix, local) = text.split_once(':').unwrap_or(("", text));
    if !is_ncname(local) || (text.contains(':') && !is_ncname(prefix)) {
        return Err(Error::format(format!("\"{}\" is no qualified name", text.escape_debug())));
    }
    Ok((prefix.into(), local.into(), String::new()))
}

fn xml_attribute(
    reader: &WS_XML_READER,
    local: &WS_XML_STRING,
    heap: &WS_HEAP,
    chars: Option<Out<Ptr<u16>>>,
    count: Option<Out<u32>>,
) -> Result<Status> {
    let local = text::xml(local, "localName")?;
    let state = reader.lock()?;
    let found = state.core.xml_attribute(local);
    let value = heap.text(found.unwrap_or_default(), false)?;
    if let Some(chars) = chars {
        chars.set(value.chars);
    }
    if let Some(count) = count {
        count.set(value.length);
    }
    Ok(if found.is_some() { Status::Done } else { Status::No })
}
