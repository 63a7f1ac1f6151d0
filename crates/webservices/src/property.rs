//! Property lists: numbered values, each passed as a pointer and a size that must be that of its type.

use crate::{
    abi::{
        BOOL, WS_CHANNEL_PROPERTY, WS_ERROR_PROPERTY, WS_HEAP_PROPERTY, WS_LISTENER_PROPERTY,
        WS_MESSAGE_PROPERTY, WS_SECURITY_BINDING_PROPERTY, WS_SECURITY_PROPERTY, WS_XML_BUFFER_PROPERTY,
        WS_XML_CANONICALIZATION_PROPERTY, WS_XML_READER_PROPERTY, WS_XML_WRITER_PROPERTY,
    },
    ptr::{Ptr, Void},
};
use wws::{Error, Result};

/// One property of a list: all property structs of the header have this shape.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its number in the enumeration of its kind.
    pub id: i32,
    /// Where its value is.
    pub value: Void,
    /// Bytes of the value.
    pub size: u32,
}

macro_rules! shapes {
    ($($kind:ident)*) => {$(
        impl From<&$kind> for Property {
            fn from(p: &$kind) -> Self { Property { id: p.id.0, value: p.value, size: p.valueSize } }
        }
    )*};
}
shapes! {
    WS_HEAP_PROPERTY WS_ERROR_PROPERTY WS_XML_BUFFER_PROPERTY WS_XML_READER_PROPERTY WS_XML_WRITER_PROPERTY
    WS_XML_CANONICALIZATION_PROPERTY WS_MESSAGE_PROPERTY WS_CHANNEL_PROPERTY WS_LISTENER_PROPERTY
    WS_SECURITY_PROPERTY WS_SECURITY_BINDING_PROPERTY
}

/// The properties of a list.
///
/// # Errors
/// `E_INVALIDARG` if there should be some, but the pointer is null.
pub fn list<'a, T>(properties: Ptr<T>, count: u32) -> Result<impl Iterator<Item = Property>>
where
    T: 'a,
    Property: From<&'a T>,
{
    Ok(properties.slice(count as usize, "properties")?.iter().map(Property::from))
}

impl Property {
    /// The value, whose type is `T`. A `BOOL` is an `i32`.
    ///
    /// # Errors
    /// `E_INVALIDARG` if the size is another one, or there is no value.
    pub fn read<T: Copy>(self) -> Result<T> {
        self.check_size(size_of::<T>())?;
        self.value
            .cast::<T>()
            .read()
            .ok_or_else(|| Error::argument(format!("the value of property {} is NULL", self.id)))
    }

    /// A truth value.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn flag(self) -> Result<bool> {
        Ok(self.read::<BOOL>()? != 0)
    }

    /// Stores the value of a property that was asked for.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn store<T: Copy>(self, value: T) -> Result<()> {
        self.check_size(size_of::<T>())?;
        if self.value.is_null() {
            return Err(Error::argument(format!(
                "there is no place for the value of property {}: it is NULL",
                self.id
            )));
        }
        self.value.cast::<T>().set(value);
        Ok(())
    }

    /// Says that this property cannot be used here, and why.
    #[cold]
    pub fn refuse(self, why: &str) -> Error {
        Error::argument(format!("property {}: {why}", self.id))
    }

    /// The error for a number that no property has.
    #[cold]
    pub fn unknown(self) -> Error {
        self.refuse("there is none with this number")
    }

    fn check_size(self, size: usize) -> Result<()> {
        if self.size as usize == size {
            return Ok(());
        }
        Err(self.refuse(&format!("its value has {size} bytes, but the size passed is {}", self.size)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_must_be_exact() {
        let mut value = 7u32;
        let p = Property { id: 3, value: Ptr::new(&raw mut value).cast(), size: 4 };
        assert_eq!(p.read::<u32>().unwrap(), 7);
        assert!(p.flag().unwrap());
        p.store(9u32).unwrap();
        assert_eq!(value, 9);
        let text = Property { size: 3, ..p }.read::<u32>().unwrap_err().to_string();
        assert_eq!(text, "property 3: its value has 4 bytes, but the size passed is 3");
        assert!(Property { value: Ptr::NULL, ..p }.read::<u32>().is_err());
        assert!(Property { value: Ptr::NULL, ..p }.store(1u32).is_err());
    }

    #[test]
    fn null_is_an_empty_list_only() {
        assert_eq!(list(Ptr::<WS_HEAP_PROPERTY>::NULL, 0).unwrap().count(), 0);
        assert!(list(Ptr::<WS_HEAP_PROPERTY>::NULL, 1).is_err());
    }
}
