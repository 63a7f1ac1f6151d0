//! How often the element of a field stands: once, at most once, any number of times, in a wrapper, nil.

use super::{Field, FromXml, Name, ToXml, nil, support};
use crate::{
    Result,
    xml::{Reader, Writer},
};

/// As the type says: `T` is one element, `Option<T>` one or none, `Vec<T>` any number; `Vec<Option<T>>` has items
/// that can be nil, and `Vec<u8>` is bytes.
#[derive(Debug)]
pub enum Plain {}

/// `#[xml(nillable)]`: `None` is an element with `xsi:nil="true"`.
#[derive(Debug)]
pub enum Nillable {}

/// `#[xml(wrapper = …)]`: a list whose items stand in one element. `Option<Vec<T>>` tells an empty wrapper from none.
#[derive(Debug)]
pub enum Wrapped {}

/// `#[xml(wrapper = …, nillable)]`: a list whose wrapper can be nil.
#[derive(Debug)]
pub enum NillableWrapped {}

/// A field that is written as elements of its name. `As` says how, see [`Plain`], [`Nillable`], [`Wrapped`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as elements of a field ({As})",
    note = "derive `ToXml` or implement it; `nillable` needs an `Option`, `wrapper` a `Vec` or an `Option<Vec>`"
)]
pub trait ToElements<As = Plain> {
    /// Writes the elements.
    ///
    /// # Errors
    /// Those of the writer.
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()>;
}

/// A field that is read from elements of its name. `As` says how, see [`Plain`], [`Nillable`], [`Wrapped`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from elements of a field ({As})",
    note = "derive `FromXml` or implement it; `nillable` needs an `Option`, `wrapper` a `Vec` or an `Option<Vec>`"
)]
pub trait FromElements<'a, As = Plain>: Sized {
    /// What was read so far, where elements come in any order.
    type Slot: Default;

    /// Whether an element must be there.
    const REQUIRED: bool;

    /// Whether more than one element can be there.
    const IS_LIST: bool = false;

    /// Reads the elements, which come next if they are there at all.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): a required element is missing, there are too few, or one
    /// does not hold what is expected. [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): too many.
    fn read_elements(reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        let mut slot = Self::Slot::default();
        while is_next(reader, field.name)? {
            Self::read_one(&mut slot, reader, field)?;
            if !Self::IS_LIST {
                break;
            }
        }
        Self::finish(slot, reader, field)
    }

    /// Reads the one element on which the reader stands.
    ///
    /// # Errors
    /// As [`read_elements`](Self::read_elements).
    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()>;

    /// Makes the value of what was read when the end tag has come.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): a required element is missing, or there are too few.
    fn finish(slot: Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self>;
}

/// Whether the element comes next.
#[inline]
pub(super) fn is_next(reader: &mut Reader<'_>, name: Name<'_>) -> Result<bool> {
    Ok(reader.read_to_any_start_element()? && name.is_at(reader))
}

/// Reads one item more, if the quota allows.
#[inline]
pub(super) fn push<'a, T: FromXml<'a>>(
    items: &mut Vec<T>,
    reader: &mut Reader<'a>,
    field: &Field<'_>,
) -> Result<()> {
    support::check_room(items.len(), reader, field)?;
    items.push(read(reader, field)?);
    Ok(())
}

#[inline]
fn read<'a, T: FromXml<'a>>(reader: &mut Reader<'a>, field: &Field<'_>) -> Result<T> {
    support::in_element(T::read_xml(reader), field.name)
}

/// Reads into an empty slot.
#[inline]
fn set<'a, T: FromXml<'a>>(slot: &mut Option<T>, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
    if slot.is_some() {
        return Err(support::twice(reader, field.name));
    }
    *slot = Some(read(reader, field)?);
    Ok(())
}

impl<T: ToXml + ?Sized> ToElements for T {
    #[inline]
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        support::write_named(self, writer, field.name)
    }
}

impl<'a, T: FromXml<'a>> FromElements<'a> for T {
    type Slot = Option<T>;
    const REQUIRED: bool = true;

    #[inline]
    fn read_elements(reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        if !is_next(reader, field.name)? {
            return Err(support::missing(reader, field.name));
        }
        read(reader, field)
    }

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        set(slot, reader, field)
    }

    fn finish(slot: Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        slot.ok_or_else(|| support::missing(reader, field.name))
    }
}

impl<T: ToXml> ToElements for Option<T> {
    #[inline]
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| value.write_elements(writer, field))
    }
}

impl<'a, T: FromXml<'a>> FromElements<'a> for Option<T> {
    type Slot = Option<T>;
    const REQUIRED: bool = false;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        set(slot, reader, field)
    }

    fn finish(slot: Self::Slot, _: &mut Reader<'a>, _: &Field<'_>) -> Result<Self> {
        Ok(slot)
    }
}

impl<T: ToXml> ToElements for Vec<T> {
    #[inline]
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        T::write_list(self, writer, field.name)
    }
}

impl<'a, T: FromXml<'a>> FromElements<'a> for Vec<T> {
    type Slot = Option<Vec<T>>;
    const REQUIRED: bool = false;
    const IS_LIST: bool = true;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        T::read_item(slot, reader, field)
    }

    fn finish(slot: Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        let items = slot.unwrap_or_default();
        support::check_count(items.len(), reader, field)?;
        Ok(items)
    }
}

/// `None` is no element, so the list that is read is never empty.
impl<T: ToXml> ToElements for Option<Vec<T>> {
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        self.as_ref().map_or(Ok(()), |items| T::write_list(items, writer, field.name))
    }
}

impl<'a, T: FromXml<'a>> FromElements<'a> for Option<Vec<T>> {
    type Slot = Option<Vec<T>>;
    const REQUIRED: bool = false;
    const IS_LIST: bool = true;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        T::read_item(slot, reader, field)
    }

    fn finish(slot: Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        if let Some(items) = &slot {
            support::check_count(items.len(), reader, field)?;
        }
        Ok(slot)
    }
}

/// Items that can be nil.
impl<T: ToXml> ToElements for Vec<Option<T>> {
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        self.iter().try_for_each(|item| nil::write(item.as_ref(), writer, field.name))
    }
}

impl<'a, T: FromXml<'a>> FromElements<'a> for Vec<Option<T>> {
    type Slot = Vec<Option<T>>;
    const REQUIRED: bool = false;
    const IS_LIST: bool = true;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        support::check_room(slot.len(), reader, field)?;
        slot.push(nil::read(reader, field.name, T::read_xml)?);
        Ok(())
    }

    fn finish(slot: Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        support::check_count(slot.len(), reader, field)?;
        Ok(slot)
    }
}

impl<T: ToXml> ToElements<Nillable> for Option<T> {
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        nil::write(self.as_ref(), writer, field.name)
    }
}

/// An element that is not there reads as nil, too.
impl<'a, T: FromXml<'a>> FromElements<'a, Nillable> for Option<T> {
    type Slot = Option<Option<T>>;
    const REQUIRED: bool = false;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        if slot.is_some() {
            return Err(support::twice(reader, field.name));
        }
        *slot = Some(nil::read(reader, field.name, T::read_xml)?);
        Ok(())
    }

    fn finish(slot: Self::Slot, _: &mut Reader<'a>, _: &Field<'_>) -> Result<Self> {
        Ok(slot.flatten())
    }
}

impl<C> ToElements<Wrapped> for Vec<C>
where
    Vec<C>: ToElements,
{
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        writer.start_element(field.name.local, field.name.ns)?;
        support::in_element(self.write_elements(writer, &field.items()), field.name)?;
        writer.end_element()
    }
}

impl<C> ToElements<Wrapped> for Option<Vec<C>>
where
    Vec<C>: ToElements<Wrapped>,
{
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        self.as_ref().map_or(Ok(()), |items| items.write_elements(writer, field))
    }
}

impl<C> ToElements<NillableWrapped> for Option<Vec<C>>
where
    Vec<C>: ToElements<Wrapped>,
{
    fn write_elements(&self, writer: &mut Writer, field: &Field<'_>) -> Result<()> {
        match self {
            Some(items) => items.write_elements(writer, field),
            None => nil::write_nil(writer, field.name),
        }
    }
}

/// Reads a wrapper with its items.
fn read_wrapper<'a, F: FromElements<'a>>(reader: &mut Reader<'a>, field: &Field<'_>) -> Result<F> {
    let read = |reader: &mut Reader<'a>| {
        support::no_attributes(reader)?;
        reader.read_start_element()?;
        let items = F::read_elements(reader, &field.items())?;
        support::read_end(reader)?;
        Ok(items)
    };
    support::in_element(read(reader), field.name)
}

/// The wrapper may be missing if there may be no items.
impl<'a, C> FromElements<'a, Wrapped> for Vec<C>
where
    Vec<C>: FromElements<'a>,
{
    type Slot = Option<Vec<C>>;
    const REQUIRED: bool = false;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        <Option<Vec<C>> as FromElements<'a, Wrapped>>::read_one(slot, reader, field)
    }

    fn finish(slot: Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<Self> {
        match slot {
            None if field.min > 0 => Err(support::missing(reader, field.name)),
            slot => Ok(slot.unwrap_or_default()),
        }
    }
}

impl<'a, C> FromElements<'a, Wrapped> for Option<Vec<C>>
where
    Vec<C>: FromElements<'a>,
{
    type Slot = Option<Vec<C>>;
    const REQUIRED: bool = false;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        if slot.is_some() {
            return Err(support::twice(reader, field.name));
        }
        *slot = Some(read_wrapper(reader, field)?);
        Ok(())
    }

    fn finish(slot: Self::Slot, _: &mut Reader<'a>, _: &Field<'_>) -> Result<Self> {
        Ok(slot)
    }
}

impl<'a, C> FromElements<'a, NillableWrapped> for Option<Vec<C>>
where
    Vec<C>: FromElements<'a>,
{
    type Slot = Option<Option<Vec<C>>>;
    const REQUIRED: bool = false;

    fn read_one(slot: &mut Self::Slot, reader: &mut Reader<'a>, field: &Field<'_>) -> Result<()> {
        if slot.is_some() {
            return Err(support::twice(reader, field.name));
        }
        *slot = Some(nil::read(reader, field.name, |reader| read_wrapper(reader, field))?);
        Ok(())
    }

    fn finish(slot: Self::Slot, _: &mut Reader<'a>, _: &Field<'_>) -> Result<Self> {
        Ok(slot.flatten())
    }
}
