//! Values that are text: in attributes, as the whole content of an element, in lists.

use super::{FromXml, Name, ToXml, support};
use crate::{
    Result,
    value::{DateTime, Decimal, Duration, Guid, Lexical, TimeSpan, UniqueId},
    xml::{Reader, Text, Writer, reader::QName},
};
use std::borrow::Cow;

/// A value that is text, and so can be the value of an attribute.
///
/// Implement it by hand for a type with a text form of its own, and [`ToXml`] by a call of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text: it cannot be an attribute or the text of an element",
    note = "derive `ToXml` on an enum without data or on a newtype with `#[xml(value)]`, or implement `ToText`"
)]
pub trait ToText {
    /// Writes the text, in the value of an attribute or in content: best with one [`Writer::value`].
    ///
    /// # Errors
    /// Those of the writer.
    fn write_text(&self, writer: &mut Writer) -> Result<()>;

    /// Writes an attribute with this value.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        writer.start_attribute(name.local, name.ns, false)?;
        self.write_text(writer)?;
        writer.end_attribute()
    }

    /// Writes an element of this name with nothing but this text.
    ///
    /// # Errors
    /// Those of the writer.
    #[inline]
    fn write_text_element(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        writer.start_element(name.local, name.ns)?;
        self.write_text(writer)?;
        writer.end_element()
    }
}

/// A value that can be read from text. See [`ToText`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text: it cannot be read from an attribute or from the text of an element",
    note = "derive `FromXml` on an enum without data or on a newtype with `#[xml(value)]`, or implement `FromText`"
)]
pub trait FromText<'a>: Sized {
    /// Reads the value of the attribute entered, or the content up to the next tag: best with one
    /// [`Reader::read_value`] or [`Reader::read_chars_borrowed`].
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the text is no value of this type.
    fn read_text(reader: &mut Reader<'a>) -> Result<Self>;

    /// Reads the element on whose start tag the reader stands, which has nothing but this text; leaves the reader
    /// behind its end tag.
    ///
    /// # Errors
    /// As [`read_text`](Self::read_text), and for attributes and elements.
    #[inline]
    fn read_text_element(reader: &mut Reader<'a>) -> Result<Self> {
        support::read_text_element(reader)
    }
}

/// Content that is nothing but text.
macro_rules! content_is_text {
    ($(($($generics:tt)*) $type:ty;)*) => {$(
        impl<$($generics)*> ToXml for $type {
            #[inline]
            fn write_xml(&self, writer: &mut Writer) -> Result<()> {
                self.write_text(writer)
            }

            #[inline]
            fn write_named(&self, writer: &mut Writer, name: $crate::typed::Name<'_>) -> Result<()> {
                support::in_element(self.write_text_element(writer, name), name)
            }
        }
    )*};
}
pub(super) use content_is_text;

/// The same for reading; the reader's lifetime is `'xml`.
macro_rules! content_from_text {
    ($(($($generics:tt)*) $type:ty;)*) => {$(
        impl<'xml, $($generics)*> FromXml<'xml> for $type {
            #[inline]
            fn read_xml(reader: &mut Reader<'xml>) -> Result<Self> {
                Self::read_text_element(reader)
            }
        }
    )*};
}
pub(super) use content_from_text;

/// Types that the reader can read.
macro_rules! from_value {
    ($($type:ty)*) => {$(
        impl FromText<'_> for $type {
            #[inline]
            fn read_text(reader: &mut Reader<'_>) -> Result<Self> {
                reader.read_value()
            }

            #[inline]
            fn read_text_element(reader: &mut Reader<'_>) -> Result<Self> {
                support::read_value_element(reader)
            }
        }
    )*};
}

/// Types that `Text` has a form for.
macro_rules! values {
    ($($type:ty)*) => {$(
        impl ToText for $type {
            #[inline]
            fn write_text(&self, writer: &mut Writer) -> Result<()> {
                writer.value(*self)
            }

            #[inline]
            fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
                writer.attribute(name.local, name.ns, *self)
            }

            #[inline]
            fn write_text_element(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
                writer.element(name.local, name.ns, *self)
            }
        }

        from_value! { $type }
        content_is_text! { () $type; }
        content_from_text! { () $type; }
    )*};
}

from_value! { u8 String UniqueId Duration }
values! { bool i8 i16 i32 i64 u16 u32 u64 f32 f64 Decimal DateTime TimeSpan Guid }

impl ToText for u8 {
    #[inline]
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.value(*self)
    }
}

impl ToText for str {
    #[inline]
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.value(self)
    }

    #[inline]
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        writer.attribute(name.local, name.ns, self)
    }

    #[inline]
    fn write_text_element(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        writer.element(name.local, name.ns, self)
    }
}

impl ToText for String {
    #[inline]
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        self.as_str().write_text(writer)
    }

    #[inline]
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        self.as_str().write_attribute(writer, name)
    }

    #[inline]
    fn write_text_element(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        self.as_str().write_text_element(writer, name)
    }
}

impl<'xml: 'a, 'a> FromText<'xml> for Cow<'a, str> {
    #[inline]
    fn read_text(reader: &mut Reader<'xml>) -> Result<Self> {
        reader.read_chars_borrowed()
    }
}

impl<'xml: 'a, 'a> FromText<'xml> for &'a str {
    /// Only what stands in the input as it is can be borrowed.
    fn read_text(reader: &mut Reader<'xml>) -> Result<Self> {
        match reader.read_chars_borrowed()? {
            Cow::Borrowed(text) => Ok(text),
            Cow::Owned(text) => Err(support::not_borrowed(reader, &text)),
        }
    }
}

impl ToText for UniqueId {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.value(self)
    }
}

impl ToText for Duration {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.value(Text::Utf8(&Lexical::to_text(self)))
    }
}

/// The writer chooses the prefix, and declares it where it must.
impl ToText for QName {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        writer.qualified_name(&self.local, &self.ns)
    }
}

impl FromText<'_> for QName {
    fn read_text(reader: &mut Reader<'_>) -> Result<Self> {
        reader.read_qualified_name()
    }
}

impl<T: ToText + ?Sized> ToText for &T {
    #[inline]
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        (**self).write_text(writer)
    }

    #[inline]
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_attribute(writer, name)
    }

    #[inline]
    fn write_text_element(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_text_element(writer, name)
    }
}

impl<T: ToText + ToOwned + ?Sized> ToText for Cow<'_, T> {
    #[inline]
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        (**self).write_text(writer)
    }

    #[inline]
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_attribute(writer, name)
    }

    #[inline]
    fn write_text_element(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_text_element(writer, name)
    }
}

impl<T: ToText + ?Sized> ToText for Box<T> {
    #[inline]
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        (**self).write_text(writer)
    }

    #[inline]
    fn write_attribute(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_attribute(writer, name)
    }

    #[inline]
    fn write_text_element(&self, writer: &mut Writer, name: Name<'_>) -> Result<()> {
        (**self).write_text_element(writer, name)
    }
}

impl<'xml, T: FromText<'xml>> FromText<'xml> for Box<T> {
    fn read_text(reader: &mut Reader<'xml>) -> Result<Self> {
        T::read_text(reader).map(Box::new)
    }
}

content_is_text! { () str; () String; () UniqueId; () Duration; () QName; }
content_from_text! { () String; () UniqueId; () Duration; () QName; }

impl<'xml: 'a, 'a> FromXml<'xml> for Cow<'a, str> {
    fn read_xml(reader: &mut Reader<'xml>) -> Result<Self> {
        support::read_text_element(reader)
    }
}

impl<'xml: 'a, 'a> FromXml<'xml> for &'a str {
    fn read_xml(reader: &mut Reader<'xml>) -> Result<Self> {
        support::read_text_element(reader)
    }
}
