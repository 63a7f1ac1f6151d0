//! Values read by description (WWSAPI I.1, I.2).

use super::{
    cache,
    host::{CHost, LockedReader, name, place},
};
use crate::{
    abi::*,
    failure::WS_ERROR,
    heap::WS_HEAP,
    ptr::{Ptr, Void},
    reader::object::WS_XML_READER,
};
use wws::{
    Error, Result,
    schema::{ReadOption, TypeMapping, ValueReader},
};

exports! {
    fn WsReadType(reader: &WS_XML_READER, typeMapping: WS_TYPE_MAPPING, r#type: WS_TYPE, typeDescription: Void,
        readOption: WS_READ_OPTION, heap: Option<&WS_HEAP>, value: Void, valueSize: u32; error) => read_type, error;
    fn WsReadElement(reader: &WS_XML_READER, elementDescription: &WS_ELEMENT_DESCRIPTION, readOption: WS_READ_OPTION,
        heap: Option<&WS_HEAP>, value: Void, valueSize: u32; error) => read_element, error;
    fn WsReadAttribute(reader: &WS_XML_READER, attributeDescription: &WS_ATTRIBUTE_DESCRIPTION,
        readOption: WS_READ_OPTION, heap: Option<&WS_HEAP>, value: Void, valueSize: u32; error) => read_attribute, error;
}

/// `WsReadType`, also for other modules. No object is borrowed while callbacks of the type run.
///
/// # Errors
/// `E_INVALIDARG` for what the caller got wrong, which changes nothing; `WS_E_INVALID_FORMAT` and
/// `WS_E_QUOTA_EXCEEDED` for the document, after which the reader has failed.
#[expect(clippy::too_many_arguments, reason = "those of WsReadType")]
pub fn read_type(
    reader: &WS_XML_READER,
    mapping: WS_TYPE_MAPPING,
    kind: WS_TYPE,
    description: Void,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let mapping = TypeMapping::from_number(mapping.0)
        .ok_or_else(|| Error::argument(format!("{} is no WS_TYPE_MAPPING", mapping.0)))?;
    let (option, to) = (self::option(option)?, place(value)?);
    let described = cache::describe(kind, description)?;
    let host = CHost::of_reader(&described, reader, heap, error);
    let mut walk = ValueReader::new(&described.schema, LockedReader(reader), host);
    walk.read_type(mapping, &described.ty, option, to, size as usize)
}

/// `WsReadElement`, also for other modules: bodies, headers and details are elements by description.
///
/// # Errors
/// As [`read_type`].
pub fn read_element(
    reader: &WS_XML_READER,
    description: &WS_ELEMENT_DESCRIPTION,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let name = name(description.elementLocalName, description.elementNs, |s, what| reader.name(s, what))?;
    let (option, to) = (self::option(option)?, place(value)?);
    let described = cache::describe(description.r#type, description.typeDescription)?;
    let host = CHost::of_reader(&described, reader, heap, error);
    let mut walk = ValueReader::new(&described.schema, LockedReader(reader), host);
    walk.read_element(Some(name), &described.ty, option, to, size as usize)
}

fn read_attribute(
    reader: &WS_XML_READER,
    description: &WS_ATTRIBUTE_DESCRIPTION,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let name = name(description.attributeLocalName, description.attributeNs, |s, what| reader.name(s, what))?;
    let (option, to) = (self::option(option)?, place(value)?);
    let described = cache::describe(description.r#type, description.typeDescription)?;
    let host = CHost::of_reader(&described, reader, heap, error);
    let mut walk = ValueReader::new(&described.schema, LockedReader(reader), host);
    walk.read_attribute(name, &described.ty, option, to, size as usize)
}

fn option(option: WS_READ_OPTION) -> Result<ReadOption> {
    ReadOption::from_number(option.0)
        .ok_or_else(|| Error::argument(format!("{} is no WS_READ_OPTION", option.0)))
}
