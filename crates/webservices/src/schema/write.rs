//! Values written by description (WWSAPI I.1, I.3).

use super::{
    cache,
    compile::Described,
    host::{CHost, LockedWriter, name, place},
};
use crate::{
    abi::*,
    failure::WS_ERROR,
    ptr::{Ptr, Void},
    writer::object::WS_XML_WRITER,
};
use wws::{
    Error, Result,
    schema::{TypeMapping, ValueWriter, WriteOption},
};

exports! {
    fn WsWriteType(writer: &WS_XML_WRITER, typeMapping: WS_TYPE_MAPPING, r#type: WS_TYPE, typeDescription: Void,
        writeOption: WS_WRITE_OPTION, value: Void, valueSize: u32; error) => write_type, error;
    fn WsWriteElement(writer: &WS_XML_WRITER, elementDescription: &WS_ELEMENT_DESCRIPTION,
        writeOption: WS_WRITE_OPTION, value: Void, valueSize: u32; error) => write_element, error;
    fn WsWriteAttribute(writer: &WS_XML_WRITER, attributeDescription: &WS_ATTRIBUTE_DESCRIPTION,
        writeOption: WS_WRITE_OPTION, value: Void, valueSize: u32; error) => write_attribute, error;
}

/// `WsWriteType`, also for other modules. No object is borrowed while callbacks of the type run.
///
/// # Errors
/// `E_INVALIDARG` for what the caller got wrong, in the description or in the value; those of the writer.
#[expect(clippy::too_many_arguments, reason = "those of WsWriteType")]
pub fn write_type(
    writer: &WS_XML_WRITER,
    mapping: WS_TYPE_MAPPING,
    kind: WS_TYPE,
    description: Void,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let mapping = TypeMapping::from_number(mapping.0)
        .ok_or_else(|| Error::argument(format!("{} is no WS_TYPE_MAPPING", mapping.0)))?;
    let (option, from) = (self::option(option)?, place(value)?);
    let described = cache::describe(kind, description)?;
    walk(&described, writer, error)?.write_type(mapping, &described.ty, option, from, size as usize)
}

/// `WsWriteElement`, also for other modules: bodies, headers and details are elements by description.
///
/// # Errors
/// As [`write_type`].
pub fn write_element(
    writer: &WS_XML_WRITER,
    description: &WS_ELEMENT_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let (option, from) = (self::option(option)?, place(value)?);
    let described = cache::describe(description.r#type, description.typeDescription)?;
    let mut walk = walk(&described, writer, error)?;
    let name = name(description.elementLocalName, description.elementNs, |s, what| writer.name(s, what))?;
    walk.write_element(name, &described.ty, option, from, size as usize)
}

fn write_attribute(
    writer: &WS_XML_WRITER,
    description: &WS_ATTRIBUTE_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let (option, from) = (self::option(option)?, place(value)?);
    let described = cache::describe(description.r#type, description.typeDescription)?;
    let mut walk = walk(&described, writer, error)?;
    let name = name(description.attributeLocalName, description.attributeNs, |s, what| writer.name(s, what))?;
    walk.write_attribute(name, &described.ty, option, from, size as usize)
}

fn walk<'a>(
    described: &'a Described,
    writer: &'a WS_XML_WRITER,
    error: Ptr<WS_ERROR>,
) -> Result<ValueWriter<'a, LockedWriter<'a>, CHost<'a>>> {
    let host = CHost::of_writer(described, writer, error)?;
    Ok(ValueWriter::new(&described.schema, LockedWriter(writer), host))
}

fn option(option: WS_WRITE_OPTION) -> Result<WriteOption> {
    WriteOption::from_number(option.0)
        .ok_or_else(|| Error::argument(format!("{} is no WS_WRITE_OPTION", option.0)))
}
