//! What derived code, and the traits themselves, read and write with; and the errors they give.

use super::{Field, FromText, FromXml, Name, ToXml, XSI};
use crate::{
    Error, Result,
    value::quote,
    xml::{
        NodeType, Reader, Text, Writer,
        reader::{Node, QName, ReadValue},
    },
};
use std::borrow::Cow;

/// Writes an element of this name.
///
/// # Errors
/// Those of the writer, with the name of the element.
#[inline]
pub fn write_named<T: ToXml + ?Sized>(value: &T, writer: &mut Writer, name: Name<'_>) -> Result<()> {
    value.write_named(writer, name)
}

/// Writes an element of this name, attributes and content by the function.
///
/// # Errors
/// Those of the writer, with the name of the element.
#[inline]
pub fn write_with(
    writer: &mut Writer,
    name: Name<'_>,
    write: impl FnOnce(&mut Writer) -> Result<()>,
) -> Result<()> {
    writer.start_element(name.local, name.ns)?;
    in_element(write(writer), name)?;
    writer.end_element()
}

/// Moves to the element of this name and reads it.
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): another element comes; those of the value, with the name of
/// the element.
#[inline]
pub fn read_named<'a, T: FromXml<'a>>(reader: &mut Reader<'a>, name: Name<'_>) -> Result<T> {
    reader.read_to_start_element(name.local, name.ns)?;
    in_element(T::read_xml(reader), name)
}

/// Reads an element by functions: for each attribute, when all attributes are read, and for the content.
///
/// # Errors
/// Those of the functions; [`InvalidFormat`](crate::ErrorCode::InvalidFormat) for attributes and elements that they
/// do not know, unless `ignore` is set.
#[inline]
pub fn read_with<'a, A: Default, T>(
    reader: &mut Reader<'a>,
    ignore: bool,
    mut attribute: impl FnMut(&mut A, &mut Reader<'a>, usize) -> Result<bool>,
    check: impl FnOnce(&A, &mut Reader<'a>) -> Result<()>,
    content: impl FnOnce(A, &mut Reader<'a>) -> Result<T>,
) -> Result<T> {
    let mut attributes = A::default();
    read_attributes(reader, ignore, |reader, index| attribute(&mut attributes, reader, index))?;
    check(&attributes, reader)?;
    reader.read_start_element()?;
    let value = content(attributes, reader)?;
    if ignore {
        skip_to_end(reader)?
    } else {
        read_end(reader)?
    }
    Ok(value)
}

/// Reads an element that holds nothing but a text.
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the text is no value of the type, or the element has
/// attributes or child elements.
#[inline]
pub fn read_text_element<'a, T: FromText<'a>>(reader: &mut Reader<'a>) -> Result<T> {
    no_attributes(reader)?;
    reader.read_start_element()?;
    let value = T::read_text(reader)?;
    read_end(reader)?;
    Ok(value)
}

/// [`read_text_element`] for a type that the reader can read: in one go, if the text is plain.
///
/// # Errors
/// As [`read_text_element`].
#[inline]
pub(super) fn read_value_element<'a, T: FromText<'a> + ReadValue>(reader: &mut Reader<'a>) -> Result<T> {
    no_attributes(reader)?;
    reader.plain_element_value().unwrap_or_else(|| read_text_element(reader))
}

/// Fails if the start tag has attributes other than namespace declarations and those of XML Schema, such as
/// `xsi:type`; also if it says that the element is nil.
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat), with the name of the attribute.
#[inline]
pub fn no_attributes(reader: &mut Reader<'_>) -> Result<()> {
    if reader.element().is_some_and(|e| !e.attributes().is_empty()) {
        return read_attributes(reader, false, |_, _| Ok(false));
    }
    Ok(())
}

/// Goes through the attributes of the start tag but namespace declarations. `read` gets the number of each, and says
/// whether it knew the attribute.
///
/// # Errors
/// Those of `read`; [`InvalidFormat`](crate::ErrorCode::InvalidFormat) for an unknown attribute, unless `ignore` is
/// set or it belongs to XML Schema (`xsi:type`, `xsi:nil="false"`).
#[inline]
pub fn read_attributes<'a>(
    reader: &mut Reader<'a>,
    ignore: bool,
    mut read: impl FnMut(&mut Reader<'a>, usize) -> Result<bool>,
) -> Result<()> {
    let mut index = 0;
    while let Some(is_xmlns) = reader.element().and_then(|e| e.attributes().get(index)).map(|a| a.is_xmlns())
    {
        if !is_xmlns && !read(reader, index)? {
            other_attribute(reader, index, ignore)?;
        }
        index += 1;
    }
    Ok(())
}

/// An attribute that the type does not know.
#[cold]
fn other_attribute(reader: &mut Reader<'_>, index: usize, ignore: bool) -> Result<()> {
    let Some(attribute) = reader.element().and_then(|e| e.attributes().get(index)) else { return Ok(()) };
    let name = attribute.local_name().as_str();
    let text = match attribute.namespace().as_str() {
        // XML Schema Part 1 2.6: these may stand everywhere.
        XSI if name == "nil" && matches!(attribute.value().to_text().trim(), "true" | "1") => {
            "the element is nil (xsi:nil), where a value is expected".to_owned()
        }
        XSI => return Ok(()),
        _ if ignore => return Ok(()),
        "" => format!("the attribute '{name}' is not expected here"),
        ns => format!("the attribute '{name}' of the namespace '{ns}' is not expected here"),
    };
    Err(reader.fail(Error::format(text)))
}

/// Whether the attribute with this number has this name.
#[inline]
pub fn is_attribute(reader: &Reader<'_>, index: usize, name: Name<'_>) -> bool {
    let attribute = reader.element().and_then(|e| e.attributes().get(index));
    attribute.is_some_and(|a| a.local_name() == name.local && a.namespace() == name.ns)
}

/// Reads the value of the attribute with this number.
///
/// # Errors
/// Those of the value, with the name of the attribute.
#[inline]
pub fn read_attribute<'a, T: FromText<'a>>(
    reader: &mut Reader<'a>,
    index: usize,
    name: Name<'_>,
) -> Result<T> {
    reader.read_start_attribute(index)?;
    match T::read_text(reader) {
        Ok(value) => {
            reader.read_end_attribute()?;
            Ok(value)
        }
        Err(error) => Err(error.context(format!("in the attribute '{}'", name.local.as_str()))),
    }
}

/// Reads the end tag of an element whose content was read.
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): more content comes; the text says what.
#[inline]
pub fn read_end(reader: &mut Reader<'_>) -> Result<()> {
    if reader.node_type() != NodeType::EndElement {
        reader.read_to_any_start_element()?;
        if reader.node_type() != NodeType::EndElement {
            return Err(reader.expected("the end of the element"));
        }
    }
    reader.read_end_element()
}

/// Moves over everything to the end tag, and past it.
///
/// # Errors
/// Those of the input.
pub fn skip_to_end(reader: &mut Reader<'_>) -> Result<()> {
    while reader.node_type() != NodeType::EndElement {
        reader.skip_node()?;
    }
    reader.read_end_element()
}

/// Moves over elements that no field knows.
///
/// # Errors
/// Those of the input.
pub fn skip_unknown<'a>(reader: &mut Reader<'a>, is_known: impl Fn(&Reader<'a>) -> bool) -> Result<()> {
    while reader.read_to_any_start_element()? && !is_known(reader) {
        reader.skip_node()?;
    }
    Ok(())
}

/// Which of these names the element has on whose start tag the reader stands.
#[inline]
pub fn find_name(reader: &Reader<'_>, names: &[Name<'_>]) -> Option<usize> {
    let element = reader.element()?;
    let (local, ns) = (element.local_name(), element.namespace());
    names.iter().position(|name| name.local == local && name.ns == ns)
}

/// Writes `xsi:type` on the start tag.
///
/// # Errors
/// Those of the writer.
pub fn write_type(writer: &mut Writer, name: Name<'_>) -> Result<()> {
    start_xsi_attribute(writer, "type")?;
    writer.qualified_name(name.local, name.ns)?;
    writer.end_attribute()
}

/// Starts an attribute of XML Schema, with the prefix that all the world uses unless there is another in scope.
pub(crate) fn start_xsi_attribute(writer: &mut Writer, local: &str) -> Result<()> {
    if writer.prefix_from_namespace(XSI).is_some() {
        writer.start_attribute(local, XSI, false)
    } else {
        writer.start_attribute_with_prefix("xsi", local, XSI, false)
    }
}

/// Which of these types the start tag names with `xsi:type`; `None` if it has no such attribute, or names `base`.
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): it is the name of another type.
pub fn read_type(
    reader: &mut Reader<'_>,
    names: &[Name<'_>],
    base: Option<Name<'_>>,
) -> Result<Option<usize>> {
    let Some(index) = reader.find_attribute("type", XSI)? else { return Ok(None) };
    reader.read_start_attribute(index)?;
    let name = reader.read_qualified_name()?;
    reader.read_end_attribute()?;
    let is = |n: &Name<'_>| n.local.as_str() == name.local && n.ns.as_str() == name.ns;
    match names.iter().position(is) {
        None if base.as_ref().is_some_and(is) => Ok(None),
        None => Err(other_type(reader, names, &name)),
        found => Ok(found),
    }
}

#[cold]
fn other_type(reader: &mut Reader<'_>, names: &[Name<'_>], found: &QName) -> Error {
    let found = type_name(&found.local, &found.ns);
    reader
        .fail(Error::format(format!("expected one of the types {}; found {found} (xsi:type)", types(names))))
}

/// The error for an element without `xsi:type` where only derived types are possible.
#[cold]
pub fn no_type(reader: &mut Reader<'_>, names: &[Name<'_>]) -> Error {
    let text = format!("expected one of the types {}; found none (no xsi:type)", types(names));
    reader.fail(Error::format(text))
}

fn types(names: &[Name<'_>]) -> String {
    let names: Vec<String> = names.iter().map(|n| type_name(n.local.as_str(), n.ns.as_str())).collect();
    names.join(", ")
}

fn type_name(local: &str, ns: &str) -> String {
    if ns.is_empty() { format!("'{local}'") } else { format!("'{local}' of the namespace '{ns}'") }
}

/// Adds the name of the element to an error.
#[inline]
pub fn in_element<T>(result: Result<T>, name: Name<'_>) -> Result<T> {
    result.map_err(|error| with_name(error, name))
}

#[cold]
fn with_name(error: Error, name: Name<'_>) -> Error {
    error.context(format!("in <{}>", name.local.as_str()))
}

/// The error for an element that is not there.
#[cold]
pub fn missing(reader: &mut Reader<'_>, name: Name<'_>) -> Error {
    reader.expected(&format!("the element {name}"))
}

/// The error for an attribute that is not there.
#[cold]
pub fn missing_attribute(reader: &mut Reader<'_>, name: Name<'_>) -> Error {
    let text = match name.ns.as_str() {
        "" => format!("the attribute '{}' is missing", name.local.as_str()),
        ns => format!("the attribute '{}' of the namespace '{ns}' is missing", name.local.as_str()),
    };
    reader.fail(Error::format(text))
}

/// The error for an element that may stand once and stands twice.
#[cold]
pub fn twice(reader: &mut Reader<'_>, name: Name<'_>) -> Error {
    reader.fail(Error::format(format!("the element {name} stands here a second time")))
}

/// The error for a choice none of whose elements comes.
#[cold]
pub fn no_choice(reader: &mut Reader<'_>, names: &[Name<'_>]) -> Error {
    let names: Vec<String> = names.iter().map(Name::to_string).collect();
    reader.expected(&format!("one of {}", names.join(", ")))
}

/// The error for a text that is none of the values of an enum.
#[cold]
pub fn no_value(reader: &mut Reader<'_>, text: &str, values: &[&str]) -> Error {
    let text =
        format!("{} is not a known value: one of {} expected", quote(text.as_bytes()), values.join(", "));
    reader.fail(Error::format(text))
}

/// The error for a text that cannot be borrowed.
#[cold]
pub(super) fn not_borrowed(reader: &mut Reader<'_>, text: &str) -> Error {
    reader.fail(Error::format(format!(
        "{} does not stand in the input as it is, so it cannot be borrowed: use String or Cow<str> instead of &str",
        quote(text.as_bytes())
    )))
}

/// Fails if a list has as many items as it may.
#[inline]
pub(super) fn check_room(count: usize, reader: &mut Reader<'_>, field: &Field<'_>) -> Result<()> {
    if count >= field.max {
        let text = format!("more than {} elements {}: raise max of the field", field.max, field.name);
        return Err(reader.fail(Error::quota(text)));
    }
    Ok(())
}

/// Fails if a list has too few items.
#[inline]
pub(super) fn check_count(count: usize, reader: &mut Reader<'_>, field: &Field<'_>) -> Result<()> {
    if count < field.min {
        let text = format!("at least {} elements {} expected; found {count}", field.min, field.name);
        return Err(reader.fail(Error::format(text)));
    }
    Ok(())
}

/// Reads the text of an element value without the white space around it.
///
/// # Errors
/// Those of the input.
pub fn read_trimmed<'a>(reader: &mut Reader<'a>) -> Result<Cow<'a, str>> {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    Ok(match reader.read_chars_borrowed()? {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(blank)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(blank).to_owned()),
    })
}

/// Whether the content that comes has no text: the next node is a tag.
pub fn is_at_tag(reader: &Reader<'_>) -> bool {
    match reader.node() {
        Node::Text(Text::Utf8(text)) => text.is_empty(),
        Node::EndElement | Node::Element(_) => true,
        _ => false,
    }
}
