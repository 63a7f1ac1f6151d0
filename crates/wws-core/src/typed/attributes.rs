//! How the attribute or the text of a field stands: always, or not at all for `None`.

use super::{FromText, Name, ToText, support};
use crate::{
    Result,
    xml::{Reader, Writer},
};

/// A field that is an attribute: a value, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an attribute, or the text of an element",
    note = "only text can: numbers, strings, bytes, enums without data, what implements `ToText`, and `Option` of these"
)]
pub trait ToAttribute {
    /// Writes the attribute, if there is a value.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()>;

    /// Writes the value as the text of the element, if there is one.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_content(&self, writer: &mut Writer) -> Result<()>;
}

/// A field that is read from an attribute: a value, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an attribute, or from the text of an element",
    note = "only text can: numbers, strings, bytes, enums without data, what implements `FromText`, and `Option` of these"
)]
pub trait FromAttribute<'a>: Sized {
    /// The value.
    type Value: FromText<'a>;

    /// Whether the attribute must be there.
    const REQUIRED: bool;

    /// Makes the field of what was read; `None` if an attribute is missing that must be there.
    fn from_value(value: Option<Self::Value>) -> Option<Self>;

    /// Reads the field from the text of the element.
    ///
    /// # Errors
    /// Those of the value.
    fn read_content(reader: &mut Reader<'a>) -> Result<Self>;
}

impl<T: ToText + ?Sized> ToAttribute for T {
    #[inline]
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        ToText::write_attribute(self, writer, name)
    }

    #[inline]
    fn write_content(&self, writer: &mut Writer) -> Result<()> {
        self.write_text(writer)
    }
}

impl<T: ToText> ToAttribute for Option<T> {
    #[inline]
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| ToText::write_attribute(value, writer, name))
    }

    #[inline]
    fn write_content(&self, writer: &mut Writer) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| value.write_text(writer))
    }
}

impl<'a, T: FromText<'a>> FromAttribute<'a> for T {
    type Value = T;
    const REQUIRED: bool = true;

    #[inline]
    fn from_value(value: Option<T>) -> Option<T> {
        value
    }

    #[inline]
    fn read_content(reader: &mut Reader<'a>) -> Result<T> {
        T::read_text(reader)
    }
}

/// No text at all is `None`.
impl<'a, T: FromText<'a>> FromAttribute<'a> for Option<T> {
    type Value = T;
    const REQUIRED: bool = false;

    #[inline]
    fn from_value(value: Option<T>) -> Option<Self> {
        Some(value)
    }

    fn read_content(reader: &mut Reader<'a>) -> Result<Self> {
        if support::is_at_tag(reader) { Ok(None) } else { T::read_text(reader).map(Some) }
    }
}
