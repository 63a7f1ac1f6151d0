//! Elements found, entered and left (WWSAPI E.3).

use super::object::WS_XML_READER;
use crate::{
    abi::{BOOL, FALSE, TRUE, WS_XML_STRING},
    param::Out,
};
use wws::{Result, xml::Reader};

exports! {
    fn WsReadToStartElement(reader: &WS_XML_READER, localName: Option<&WS_XML_STRING>, ns: Option<&WS_XML_STRING>,
        found: Option<Out<BOOL>>; error) => read_to_start_element;
    fn WsReadStartElement(reader: &WS_XML_READER; error) => read_start_element;
    fn WsReadEndElement(reader: &WS_XML_READER; error) => read_end_element;
}

fn read_to_start_element(
    reader: &WS_XML_READER,
    local: Option<&WS_XML_STRING>,
    ns: Option<&WS_XML_STRING>,
    found: Option<Out<BOOL>>,
) -> Result<()> {
    let local = local.map(|s| reader.name(s, "localName")).transpose()?;
    let ns = ns.map(|s| reader.name(s, "ns")).transpose()?;
    let is_there = reader.with(|r| {
        if !r.read_to_any_start_element()? {
            return Ok(false);
        }
        let element = r.element();
        let same = |e: &wws::xml::reader::Element<'_>| {
            local.is_none_or(|l| e.local_name() == l) && ns.is_none_or(|n| e.namespace() == n)
        };
        Ok(element.is_some_and(|e| same(&e)))
    })?;
    match found {
        Some(found) => found.set(if is_there { TRUE } else { FALSE }),
        None if is_there => {}
        None => {
            // Without `found` a mismatch is an error, after which the reader reads no more.
            let (local, ns) = (local.map_or("*", |l| l.as_str()), ns.map_or("", |n| n.as_str()));
            return reader.with(|r| mismatch(r, local, ns));
        }
    }
    Ok(())
}

/// Fails because the start tag that was asked for is not there.
fn mismatch(reader: &mut Reader<'static>, local: &str, ns: &str) -> Result<()> {
    // A part that was not asked for is taken from what is there, so that the other one differs.
    let own = |e: wws::xml::reader::Element<'_>| {
        (e.local_name().as_str().to_owned(), e.namespace().as_str().to_owned())
    };
    let there = reader.element().map(own).unwrap_or_default();
    match (local, ns) {
        ("*", ns) if !there.0.is_empty() => reader.read_to_start_element(&there.0, ns),
        (local, "") if there.0 != local => reader.read_to_start_element(local, &there.1),
        (local, ns) => reader.read_to_start_element(local, ns),
    }
}

fn read_start_element(reader: &WS_XML_READER) -> Result<()> {
    reader.with(|r| r.read_start_element())
}

fn read_end_element(reader: &WS_XML_READER) -> Result<()> {
    reader.with(|r| r.read_end_element())
}
