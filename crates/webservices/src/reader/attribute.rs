//! Attributes of the present element (WWSAPI E.3).

use super::object::WS_XML_READER;
use crate::{
    abi::{BOOL, WS_XML_STRING},
    hresult::Status,
    param::Out,
};
use wws::{Error, Result};

exports! {
    fn WsFindAttribute(reader: &WS_XML_READER, localName: &WS_XML_STRING, ns: &WS_XML_STRING, required: BOOL,
        attributeIndex: Out<u32>; error) => find_attribute;
    fn WsReadStartAttribute(reader: &WS_XML_READER, attributeIndex: u32; error) => read_start_attribute;
    fn WsReadEndAttribute(reader: &WS_XML_READER; error) => read_end_attribute;
}

/// The index where there is no attribute.
const NO_INDEX: u32 = u32::MAX;

fn find_attribute(
    reader: &WS_XML_READER,
    local: &WS_XML_STRING,
    ns: &WS_XML_STRING,
    required: BOOL,
    index: Out<u32>,
) -> Result<Status> {
    let (local, ns) = (reader.name(local, "localName")?, reader.name(ns, "ns")?);
    let state = reader.lock()?;
    match state.core.find_attribute(local, ns)? {
        Some(found) => {
            index.set(found as u32);
            Ok(Status::Done)
        }
        None if required != 0 => {
            let text = format!(
                "the element has no attribute \"{}\" of the namespace \"{}\"",
                local.as_str(),
                ns.as_str()
            );
            Err(Error::format(text).at(state.core.place()))
        }
        None => {
            index.set(NO_INDEX);
            Ok(Status::No)
        }
    }
}

fn read_start_attribute(reader: &WS_XML_READER, index: u32) -> Result<()> {
    reader.lock()?.core.read_start_attribute(index as usize)
}

fn read_end_attribute(reader: &WS_XML_READER) -> Result<()> {
    reader.lock()?.core.read_end_attribute()
}
