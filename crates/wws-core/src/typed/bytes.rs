//! Bytes: base64 in text, themselves in binary, a part of the message in MTOM.

use super::{
    FromText, FromXml, ToText, ToXml, support,
    text::{content_from_text, content_is_text},
};
use crate::{
    Error, Result,
    xml::{Reader, Writer},
};
use bytes::Bytes;
use std::borrow::Cow;

impl ToText for [u8] {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.bytes(self)
    }
}

impl<const N: usize> ToText for [u8; N] {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.bytes(self)
    }
}

impl ToText for Vec<u8> {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.bytes(self)
    }
}

/// Long content is shared with the writer, not copied.
impl ToText for Bytes {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.shared_bytes(self.clone())
    }
}

impl FromText<'_> for Vec<u8> {
    fn read_text(reader: &mut Reader<'_>) -> Result<Self> {
        reader.read_value()
    }
}

impl FromText<'_> for Bytes {
    fn read_text(reader: &mut Reader<'_>) -> Result<Self> {
        reader.read_value::<Vec<u8>>().map(Bytes::from)
    }
}

/// The number of bytes has to be right.
impl<const N: usize> FromText<'_> for [u8; N] {
    fn read_text(reader: &mut Reader<'_>) -> Result<Self> {
        let bytes: Vec<u8> = reader.read_value()?;
        bytes.try_into().map_err(|bytes: Vec<u8>| {
            reader.fail(Error::format(format!("{N} bytes expected; found {}", bytes.len())))
        })
    }
}

impl FromText<'_> for Cow<'_, [u8]> {
    fn read_text(reader: &mut Reader<'_>) -> Result<Self> {
        reader.read_value::<Vec<u8>>().map(Cow::Owned)
    }
}

content_is_text! { () [u8]; (const N: usize) [u8; N]; () Bytes; }
content_from_text! { (const N: usize) [u8; N]; () Bytes; }

impl<'xml> FromXml<'xml> for Cow<'_, [u8]> {
    fn read_xml(reader: &mut Reader<'xml>) -> Result<Self> {
        support::read_text_element(reader)
    }
}
