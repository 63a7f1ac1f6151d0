//! The traits of types that elements hold, and of types that are whole elements.

use super::{Field, Name, ToElements, ToText, elements, support};
use crate::{
    Result,
    xml::{Reader, Writer},
};
use std::{borrow::Cow, rc::Rc, sync::Arc};

/// What an element holds: its attributes and its content. Whoever has the value knows the name of the element.
///
/// Derive it, or write it by hand:
///
/// ```
/// use wws_core::{Result, typed::{self, Name, ToXml}, xml::Writer};
/// struct Point { x: i32, y: i32 }
///
/// impl ToXml for Point {
///     fn write_xml(&self, writer: &mut Writer) -> Result<()> {
///         writer.attribute("x", "", self.x)?; // attributes first
///         writer.attribute("y", "", self.y)
///     }
/// }
/// let point = Point { x: 3, y: 4 };
/// assert_eq!(typed::to_string_as(&point, Name::new("corner", "urn:p"))?, r#"<corner x="3" y="4" xmlns="urn:p"/>"#);
/// # Ok::<(), wws_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as the content of an element",
    note = "derive `ToXml` or implement it; a field can also be `Option` or `Vec` of a type that has it"
)]
pub trait ToXml {
    /// Writes attributes and content. The start tag has just been started; the caller ends the element.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_xml(&self, writer: &mut Writer) -> Result<()>;

    /// Writes an element of this name. What is nothing but text does it in one go.
    ///
    /// # Errors
    /// Those of the writer, with the name of the element.
    #[inline]
    fn write_named(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        support::write_with(writer, name, |writer| self.write_xml(writer))
    }

    /// Writes an element of this name for each item. Bytes are one element.
    #[doc(hidden)]
    #[inline]
    fn write_list(items: &[Self], writer: &mut Writer, name: Name<'_>) -> Result<()>
    where
        Self: Sized,
    {
        items.iter().try_for_each(|item| item.write_elements(writer, &Field::new(name)))
    }
}

/// What can be read from an element: attributes and content. The other side of [`ToXml`].
///
/// ```
/// use wws_core::{Error, Result, typed::{self, FromXml}, xml::Reader};
/// struct Point { x: i32, y: i32 }
///
/// impl FromXml<'_> for Point {
///     fn read_xml(reader: &mut Reader<'_>) -> Result<Self> {
///         let x = reader.attribute_value("x", "")?.ok_or_else(|| Error::format("x is missing"))?;
///         let y = reader.attribute_value("y", "")?.ok_or_else(|| Error::format("y is missing"))?;
///         reader.read_start_element()?;
///         reader.read_end_element()?;
///         Ok(Point { x, y })
///     }
/// }
/// let point: Point = typed::from_str_as(r#"<corner x="3" y="4"/>"#, typed::Name::new("corner", ""))?;
/// assert_eq!((point.x, point.y), (3, 4));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the content of an element",
    note = "derive `FromXml` or implement it; a field can also be `Option` or `Vec` of a type that has it"
)]
pub trait FromXml<'a>: Sized {
    /// Reads the element on whose start tag the reader stands; leaves the reader behind its end tag.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the element does not hold what this type expects. Errors
    /// say where; the reader has failed then.
    fn read_xml(reader: &mut Reader<'a>) -> Result<Self>;

    /// Reads one element more of the field.
    #[doc(hidden)]
    fn read_item(items: &mut Option<Vec<Self>>, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        elements::push(items.get_or_insert_default(), reader, field)
    }
}

/// A whole element, name and all: the top of a document, the body of a message.
///
/// The derive implements it for structs, whose name is in the attribute `#[xml(name = …, ns = …)]`, and for choices,
/// where each variant has its name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a whole element: it has no name of its own",
    note = "derive `ToXml` on a struct or a choice, or give the name with `write_as`"
)]
pub trait ToElement {
    /// Writes the element.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_element(&self, writer: &mut Writer) -> Result<()>;
}

/// A whole element that can be read. See [`ToElement`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a whole element: it has no name of its own",
    note = "derive `FromXml` on a struct or a choice, or give the name with `read_as`"
)]
pub trait FromElement<'a>: Sized {
    /// Moves over white space and comments to the element, reads it and leaves the reader behind its end tag.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): another element comes, or it does not hold what this type
    /// expects.
    fn read_element(reader: &mut Reader<'a>) -> Result<Self>;
}

impl ToXml for u8 {
    #[inline]
    fn write_xml(&self, writer: &mut Writer) -> Result<()> {
        self.write_text(writer)
    }

    #[inline]
    fn write_named(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        support::in_element(writer.element(name.local, name.ns, *self), name)
    }

    /// One element with base64, or the bytes as they are.
    fn write_list(items: &[u8], writer: &mut Writer, name: Name<'_>) -> Result<()> {
        items.write_elements(writer, &Field::new(name))
    }
}

impl FromXml<'_> for u8 {
    #[inline]
    fn read_xml(reader: &mut Reader<'_>) -> Result<Self> {
        support::read_text_element(reader)
    }

    fn read_item(items: &mut Option<Vec<u8>>, reader: &mut Reader<'_>, field: &Field<'_>) -> Result<()> {
        if items.is_some() {
            return Err(support::twice(reader, field.name));
        }
        *items = Some(support::in_element(support::read_text_element(reader), field.name)?);
        Ok(())
    }
}

/// Nothing: an empty element.
impl ToXml for () {
    fn write_xml(&self, _: &mut Writer) -> Result<()> {
        Ok(())
    }
}

impl FromXml<'_> for () {
    fn read_xml(reader: &mut Reader<'_>) -> Result<Self> {
        support::no_attributes(reader)?;
        reader.read_start_element()?;
        support::read_end(reader)
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: ToXml + ?Sized> ToXml for $pointer<T> {
            #[inline]
            fn write_xml(&self, writer: &mut Writer) -> Result<()> {
                (**self).write_xml(writer)
            }

            #[inline]
            fn write_named(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
                (**self).write_named(writer, name)
            }
        }

        impl<'a, T: FromXml<'a>> FromXml<'a> for $pointer<T> {
            fn read_xml(reader: &mut Reader<'a>) -> Result<Self> {
                T::read_xml(reader).map($pointer::new)
            }
        }
    )*};
}
pointers! { Box Rc Arc }

impl<T: ToXml + ?Sized> ToXml for &T {
    #[inline]
    fn write_xml(&self, writer: &mut Writer) -> Result<()> {
        (**self).write_xml(writer)
    }

    #[inline]
    fn write_named(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_named(writer, name)
    }
}

impl<T: ToXml + ToOwned + ?Sized> ToXml for Cow<'_, T> {
    #[inline]
    fn write_xml(&self, writer: &mut Writer) -> Result<()> {
        (**self).write_xml(writer)
    }

    #[inline]
    fn write_named(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_named(writer, name)
    }
}

impl<T: ToElement + ?Sized> ToElement for &T {
    fn write_element(&self, writer: &mut Writer) -> Result<()> {
        (**self).write_element(writer)
    }
}

impl<T: ToElement + ?Sized> ToElement for Box<T> {
    fn write_element(&self, writer: &mut Writer) -> Result<()> {
        (**self).write_element(writer)
    }
}

impl<'a, T: FromElement<'a>> FromElement<'a> for Box<T> {
    fn read_element(reader: &mut Reader<'a>) -> Result<Self> {
        T::read_element(reader).map(Box::new)
    }
}
