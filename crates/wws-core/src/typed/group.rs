//! Groups: attributes and elements that stand in an element beside others. Structs and choices are groups.

use super::{Field, support};
use crate::{
    Result,
    xml::{Reader, Writer},
};

/// Attributes and content without an element of their own: what the fields of a struct are, or one element of a
/// choice. The derive implements it; `#[xml(flatten)]` puts one group into another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened: it is not a group of attributes and elements",
    note = "derive `ToXml` on a struct with named fields or on a choice"
)]
pub trait ToGroup {
    /// Writes the attributes.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_attributes(&self, writer: &mut Writer) -> Result<()>;

    /// Writes the content.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_content(&self, writer: &mut Writer) -> Result<()>;
}

/// The other side of [`ToGroup`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened: it is not a group of attributes and elements",
    note = "derive `FromXml` on a struct with named fields or on a choice"
)]
pub trait FromGroup<'a>: Sized {
    /// The attributes that were read.
    type Attributes: Default;

    /// Whether attributes and elements that are not known are skipped: `#[xml(ignore_unknown)]`.
    const IGNORE_UNKNOWN: bool = false;

    /// Reads the attribute with this number, if it belongs to the group.
    ///
    /// # Errors
    /// Those of the value.
    fn read_attribute(
        attributes: &mut Self::Attributes,
        reader: &mut Reader<'a>,
        index: usize,
    ) -> Result<bool>;

    /// Fails if an attribute is missing. The reader still stands on the start tag.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat), with the name of the attribute.
    fn check_attributes(attributes: &Self::Attributes, reader: &mut Reader<'a>) -> Result<()>;

    /// Reads the elements or the text.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): something else comes than the group begins with or goes
    /// on with.
    fn read_content(attributes: Self::Attributes, reader: &mut Reader<'a>) -> Result<Self>;

    /// Whether the start tag on which the reader stands can begin the content.
    fn starts(reader: &Reader<'_>) -> bool;
}

/// Writes a group as all that the element holds whose start tag is being written.
///
/// # Errors
/// Those of the writer.
#[inline]
pub fn write_group<G: ToGroup + ?Sized>(group: &G, writer: &mut Writer) -> Result<()> {
    group.write_attributes(writer)?;
    group.write_content(writer)
}

/// Reads a group that is all an element holds: from its start tag past its end tag.
///
/// # Errors
/// Those of the group; [`InvalidFormat`](crate::ErrorCode::InvalidFormat) for attributes and elements that do not
/// belong to it, unless it ignores them.
#[inline]
pub fn read_group<'a, G: FromGroup<'a>>(reader: &mut Reader<'a>) -> Result<G> {
    support::read_with(reader, G::IGNORE_UNKNOWN, G::read_attribute, G::check_attributes, G::read_content)
}

/// A flattened field: a group, or an `Option` or `Vec` of one without attributes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened: it is not a group of attributes and elements",
    note = "derive `ToXml` on a struct with named fields or on a choice"
)]
pub trait ToGroups {
    /// Writes the attributes of the group.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_attributes(&self, writer: &mut Writer) -> Result<()>;

    /// Writes the content of all groups.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_content(&self, writer: &mut Writer) -> Result<()>;
}

/// The other side of [`ToGroups`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened: it is not a group of attributes and elements",
    note = "derive `FromXml` on a struct with named fields or on a choice; `Option` and `Vec` are for groups without \
            attributes"
)]
pub trait FromGroups<'a>: Sized {
    /// The attributes that were read.
    type Attributes: Default;

    /// Whether content must be there.
    const REQUIRED: bool;

    /// Reads the attribute with this number, if it belongs to the group.
    ///
    /// # Errors
    /// Those of the value.
    fn read_attribute(
        attributes: &mut Self::Attributes,
        reader: &mut Reader<'a>,
        index: usize,
    ) -> Result<bool>;

    /// Fails if an attribute is missing.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat), with the name of the attribute.
    fn check_attributes(attributes: &Self::Attributes, reader: &mut Reader<'a>) -> Result<()>;

    /// Reads the content of the groups that come. The field tells how many there may be.
    ///
    /// # Errors
    /// Those of the group; [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): too many.
    fn read_content(attributes: Self::Attributes, reader: &mut Reader<'a>, field: &Field<'_>)
    -> Result<Self>;

    /// Whether the start tag on which the reader stands can begin the content.
    fn starts(reader: &Reader<'_>) -> bool;
}

impl<G: ToGroup + ?Sized> ToGroups for G {
    #[inline]
    fn write_attributes(&self, writer: &mut Writer) -> Result<()> {
        ToGroup::write_attributes(self, writer)
    }

    #[inline]
    fn write_content(&self, writer: &mut Writer) -> Result<()> {
        ToGroup::write_content(self, writer)
    }
}

impl<'a, G: FromGroup<'a>> FromGroups<'a> for G {
    type Attributes = G::Attributes;
    const REQUIRED: bool = true;

    #[inline]
    fn read_attribute(a: &mut Self::Attributes, reader: &mut Reader<'a>, index: usize) -> Result<bool> {
        <G as FromGroup<'a>>::read_attribute(a, reader, index)
    }

    #[inline]
    fn check_attributes(a: &Self::Attributes, reader: &mut Reader<'a>) -> Result<()> {
        <G as FromGroup<'a>>::check_attributes(a, reader)
    }

    #[inline]
    fn read_content(a: Self::Attributes, reader: &mut Reader<'a>, _: &Field<'_>) -> Result<Self> {
        <G as FromGroup<'a>>::read_content(a, reader)
    }

    #[inline]
    fn starts(reader: &Reader<'_>) -> bool {
        <G as FromGroup<'a>>::starts(reader)
    }
}

macro_rules! several {
    ($($container:ident)*) => {$(
        impl<G: ToGroup> ToGroups for $container<G> {
            fn write_attributes(&self, _: &mut Writer) -> Result<()> {
                Ok(())
            }

            fn write_content(&self, writer: &mut Writer) -> Result<()> {
                self.iter().try_for_each(|group| group.write_content(writer))
            }
        }
    )*};
}
several! { Option Vec }

impl<'a, G: FromGroup<'a, Attributes = ()>> FromGroups<'a> for Option<G> {
    type Attributes = ();
    const REQUIRED: bool = false;

    fn read_attribute(_: &mut (), _: &mut Reader<'a>, _: usize) -> Result<bool> {
        Ok(false)
    }

    fn check_attributes(_: &(), _: &mut Reader<'a>) -> Result<()> {
        Ok(())
    }

    fn read_content(_: (), reader: &mut Reader<'a>, _: &Field<'_>) -> Result<Self> {
        if reader.read_to_any_start_element()? && G::starts(reader) {
            G::read_content((), reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn starts(reader: &Reader<'_>) -> bool {
        G::starts(reader)
    }
}

impl<'a, G: FromGroup<'a, Attributes = ()>> FromGroups<'a> for Vec<G> {
    type Attributes = ();
    const REQUIRED: bool = false;

    fn read_attribute(_: &mut (), _: &mut Reader<'a>, _: usize) -> Result<bool> {
        Ok(false)
    }

    fn check_attributes(_: &(), _: &mut Reader<'a>) -> Result<()> {
        Ok(())
    }

    fn read_content(_: (), reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        let mut groups = Vec::new();
        while reader.read_to_any_start_element()? && G::starts(reader) {
            support::check_room(groups.len(), reader, field)?;
            groups.push(G::read_content((), reader)?);
        }
        support::check_count(groups.len(), reader, field)?;
        Ok(groups)
    }

    fn starts(reader: &Reader<'_>) -> bool {
        G::starts(reader)
    }
}
