//! `xsi:nil`: an element that is there and has no value (XML Schema Part 1 2.6.2).

use super::{Name, ToXml, XSI, support};
use crate::{
    Result,
    xml::{Reader, Writer},
};

/// Writes an element, nil without a value.
pub(super) fn write<T: ToXml>(value: Option<&T>, writer: &mut Writer, name: Name<'_>) -> Result<()> {
    match value {
        Some(value) => support::write_named(value, writer, name),
        None => write_nil(writer, name),
    }
}

/// Writes an element with `xsi:nil="true"`.
pub(super) fn write_nil(writer: &mut Writer, name: Name<'_>) -> Result<()> {
    writer.start_element(name.local, name.ns)?;
    support::start_xsi_attribute(writer, "nil")?;
    writer.value(true)?;
    writer.end_attribute()?;
    writer.end_element()
}

/// Reads the element on whose start tag the reader stands, unless it is nil.
pub(super) fn read<'a, T>(
    reader: &mut Reader<'a>,
    name: Name<'_>,
    value: impl FnOnce(&mut Reader<'a>) -> Result<T>,
) -> Result<Option<T>> {
    let read = |reader: &mut Reader<'a>| {
        if !is_nil(reader)? {
            return value(reader).map(Some);
        }
        reader.read_start_element()?;
        support::read_end(reader).map(|()| None)
    };
    support::in_element(read(reader), name)
}

/// Whether the start tag says that the element is nil.
fn is_nil(reader: &mut Reader<'_>) -> Result<bool> {
    Ok(reader.attribute_value("nil", XSI)?.unwrap_or(false))
}
