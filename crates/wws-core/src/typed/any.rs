//! What no field knows: raw elements, raw content, attributes of any name.

use super::{FromElement, FromGroup, FromXml, ToElement, ToGroup, ToXml, XSI};
use crate::{
    Error, Result,
    xml::{NodeType, Reader, ReaderOptions, Writer, buffer::XmlBuffer, reader::Node},
};

/// How many bytes of memory an element or content may take that is kept as an [`XmlBuffer`]: 16 MiB.
pub const MAX_ANY_SIZE: usize = 16 << 20;

/// An attribute of any name: what a field `#[xml(any_attributes)]` collects in a `Vec`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AnyAttribute {
    /// The name without a prefix.
    pub local: String,
    /// The namespace; empty for none.
    pub ns: String,
    /// The value, in its text form.
    pub value: String,
}

impl AnyAttribute {
    /// An attribute in no namespace.
    pub fn new(local: impl Into<String>, value: impl Into<String>) -> Self {
        AnyAttribute { local: local.into(), ns: String::new(), value: value.into() }
    }
}

/// Writes attributes of any name; the writer chooses prefixes.
///
/// # Errors
/// Those of the writer.
pub fn write_attributes(attributes: &[AnyAttribute], writer: &mut Writer) -> Result<()> {
    attributes.iter().try_for_each(|a| writer.attribute(&a.local, &a.ns, a.value.as_str()))
}

/// Keeps the attribute with this number, unless it belongs to XML Schema.
///
/// # Errors
/// Those of the reader.
pub fn read_attribute(
    attributes: &mut Vec<AnyAttribute>,
    reader: &mut Reader<'_>,
    index: usize,
) -> Result<bool> {
    let Some(attribute) = reader.element().and_then(|e| e.attributes().get(index)) else { return Ok(false) };
    let ns = attribute.namespace().as_str();
    if ns == XSI {
        return Ok(false);
    }
    attributes.push(AnyAttribute {
        local: attribute.local_name().as_str().to_owned(),
        ns: ns.to_owned(),
        value: attribute.value().to_text().into_owned(),
    });
    Ok(true)
}

/// A whole element of any name.
impl ToElement for XmlBuffer {
    fn write_element(&self, writer: &mut Writer) -> Result<()> {
        writer.write_buffer(self)
    }
}

impl FromElement<'_> for XmlBuffer {
    fn read_element(reader: &mut Reader<'_>) -> Result<Self> {
        if !reader.read_to_any_start_element()? {
            return Err(reader.expected("an element"));
        }
        reader.read_buffer(MAX_ANY_SIZE)
    }
}

/// One element, whose name the field replaces (WWSAPI I.5).
impl ToXml for XmlBuffer {
    fn write_xml(&self, writer: &mut Writer) -> Result<()> {
        let mut reader = reader_of(self);
        if !reader.read_to_any_start_element()? {
            return Err(Error::argument("the XML buffer has no element: a field needs exactly one"));
        }
        if let Some(element) = reader.element() {
            writer.write_attribute_nodes(element, false)?;
        }
        reader.read_node()?;
        while reader.node_type() != NodeType::EndElement {
            writer.copy_node(&mut reader)?;
        }
        reader.read_node()?;
        if reader.read_to_any_start_element()? {
            return Err(Error::argument("the XML buffer has several elements: a field needs exactly one"));
        }
        Ok(())
    }
}

impl FromXml<'_> for XmlBuffer {
    fn read_xml(reader: &mut Reader<'_>) -> Result<Self> {
        reader.read_buffer(MAX_ANY_SIZE)
    }
}

/// `#[xml(flatten)]`: an element of any name.
impl ToGroup for XmlBuffer {
    fn write_attributes(&self, _: &mut Writer) -> Result<()> {
        Ok(())
    }

    fn write_content(&self, writer: &mut Writer) -> Result<()> {
        writer.write_buffer(self)
    }
}

impl<'a> FromGroup<'a> for XmlBuffer {
    type Attributes = ();

    fn read_attribute(_: &mut (), _: &mut Reader<'a>, _: usize) -> Result<bool> {
        Ok(false)
    }

    fn check_attributes(_: &(), _: &mut Reader<'a>) -> Result<()> {
        Ok(())
    }

    fn read_content(_: (), reader: &mut Reader<'a>) -> Result<Self> {
        Self::read_element(reader)
    }

    fn starts(_: &Reader<'_>) -> bool {
        true
    }
}

/// Reads all that comes before the end tag: elements, text, comments.
///
/// # Errors
/// Those of the reader; [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): more than [`MAX_ANY_SIZE`].
pub fn read_content(reader: &mut Reader<'_>) -> Result<XmlBuffer> {
    read_content_up_to(reader, MAX_ANY_SIZE)
}

/// Reads all that comes before the end tag into a buffer of at most `max_size` bytes.
///
/// # Errors
/// Those of the reader; [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): more than that.
pub fn read_content_up_to(reader: &mut Reader<'_>, max_size: usize) -> Result<XmlBuffer> {
    let mut buffer = XmlBuffer::with_max_size(max_size);
    let mut place = buffer.eof();
    loop {
        match reader.node() {
            Node::EndElement | Node::Eof => return Ok(buffer),
            Node::Element(_) => {
                let element = reader.read_buffer(max_size.saturating_sub(buffer.size()))?;
                buffer.copy_from(place, &element, element.bof())?;
                continue;
            }
            Node::Text(text) => drop(buffer.insert_text(place, text)?),
            Node::Comment(text) => drop(buffer.insert_comment(place, text)?),
            Node::CData => {
                let start = buffer.insert_cdata(place)?;
                place = buffer.end_of(start)?.unwrap_or(place);
            }
            Node::EndCData => place = buffer.eof(),
            Node::Bof => {}
        }
        reader.read_node()?;
    }
}

/// Writes all that is in a buffer.
///
/// # Errors
/// Those of the writer.
pub fn write_content(content: &XmlBuffer, writer: &mut Writer) -> Result<()> {
    writer.write_buffer(content)
}

/// Reads our own memory, so no limit is needed.
fn reader_of(buffer: &XmlBuffer) -> Reader<'_> {
    Reader::buffer(buffer).with_options(ReaderOptions {
        max_depth: u32::MAX,
        max_attributes: u32::MAX,
        max_namespaces: u32::MAX,
        allow_fragment: true,
        ..ReaderOptions::default()
    })
}
