//! Values of headers that are text: strings in three shapes, and ids (WWSAPI J.4).

use crate::{
    abi::*,
    heap::WS_HEAP,
    ptr::{Ptr, Void},
    text,
    value::FromC,
};
use wws::{
    Error, Result,
    value::{Lexical, UniqueId},
};

/// How a text is laid out in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `WS_STRING`.
    String,
    /// `WS_XML_STRING`.
    XmlString,
    /// Characters before a zero.
    Wsz,
    /// `WS_UNIQUE_ID`.
    UniqueId,
}

impl Shape {
    /// The shape of a type; ids are only for headers that have one.
    ///
    /// # Errors
    /// `E_INVALIDARG` for every other type.
    pub fn of(kind: WS_TYPE, is_id: bool) -> Result<Self> {
        Ok(match kind {
            WS_STRING_TYPE => Shape::String,
            WS_XML_STRING_TYPE => Shape::XmlString,
            WS_WSZ_TYPE => Shape::Wsz,
            WS_UNIQUE_ID_TYPE if is_id => Shape::UniqueId,
            WS_TYPE(other) => {
                return Err(Error::argument(format!("the header cannot have a value of WS_TYPE {other}")));
            }
        })
    }

    const fn size(self) -> usize {
        match self {
            Shape::String => size_of::<WS_STRING>(),
            Shape::XmlString => size_of::<WS_XML_STRING>(),
            Shape::Wsz => size_of::<Ptr<u16>>(),
            Shape::UniqueId => size_of::<WS_UNIQUE_ID>(),
        }
    }

    /// The text that C passes.
    ///
    /// # Errors
    /// `E_INVALIDARG` for a wrong size or option, or a null pointer.
    pub fn load(self, option: WS_WRITE_OPTION, value: Void, size: u32) -> Result<UniqueId> {
        let at = write_place(option, value, size, self.size(), self == Shape::Wsz)?;
        let uri = |text: &str| UniqueId::Uri(text.into());
        Ok(match self {
            Shape::String => uri(&text::string(at.cast::<WS_STRING>().need("value")?, "value")?),
            Shape::XmlString => uri(text::xml(at.cast::<WS_XML_STRING>().need("value")?, "value")?),
            Shape::Wsz => uri(&text::from_utf16(at.cast::<u16>().until_zero("value")?, "value")?),
            Shape::UniqueId => {
                let id = at.cast::<WS_UNIQUE_ID>().need("value")?;
                match id.uri.length {
                    0 => UniqueId::Guid(id.guid.to_rust()?),
                    _ => uri(&text::string(&id.uri, "uri")?),
                }
            }
        })
    }

    /// Stores a text for C; `None` if there is none.
    ///
    /// # Errors
    /// `E_INVALIDARG` for a wrong size or option; `WS_E_INVALID_FORMAT` if there should be a text, or it has a zero
    /// where it is to end with one. Those of the heap.
    pub fn store(
        self,
        option: WS_READ_OPTION,
        found: Option<&str>,
        heap: &WS_HEAP,
        value: Void,
        size: u32,
    ) -> Result<()> {
        read_check(option, value, size, self.size(), self == Shape::Wsz)?;
        let Some(found) = found else { return missing(option, value, size) };
        let place = match option {
            WS_READ_REQUIRED_VALUE => value.cast(),
            _ if self == Shape::Wsz => Ptr::NULL,
            _ => heap.alloc(self.size())?,
        };
        match self {
            Shape::String => place.cast().set(heap.text(found, false)?),
            Shape::XmlString => {
                let bytes = heap.copy(found.as_bytes())?;
                place.cast().set(WS_XML_STRING { bytes, ..text::to_xml(found) });
            }
            Shape::Wsz => {
                if found.contains('\0') {
                    return Err(Error::format("a text that is to end with a zero has one in it"));
                }
                value.cast().set(heap.text(found, true)?.chars);
                return Ok(());
            }
            Shape::UniqueId => place.cast().set(match UniqueId::parse(found.as_bytes())? {
                UniqueId::Guid(guid) => WS_UNIQUE_ID {
                    uri: WS_STRING { length: 0, chars: Ptr::NULL },
                    guid: GUID::from_rust(guid),
                },
                UniqueId::Uri(uri) => WS_UNIQUE_ID { uri: heap.text(&uri, false)?, guid: GUID::default() },
            }),
        }
        if option != WS_READ_REQUIRED_VALUE {
            value.cast().set(place);
        }
        Ok(())
    }
}

/// Where a value of this size stands that is to be written (WWSAPI I.3). Headers have no nil.
///
/// # Errors
/// `E_INVALIDARG` for a wrong size or option, or a null pointer.
pub fn write_place(
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    value_size: usize,
    is_wsz: bool,
) -> Result<Ptr<u8>> {
    let expected = match option {
        WS_WRITE_REQUIRED_VALUE if !is_wsz => value_size,
        WS_WRITE_REQUIRED_POINTER => size_of::<Void>(),
        WS_WRITE_OPTION(other) => {
            return Err(Error::argument(format!("WS_WRITE_OPTION {other} is not for this value")));
        }
    };
    check_size(value, size, expected)?;
    let at: Ptr<u8> = match option {
        WS_WRITE_REQUIRED_VALUE => value.cast(),
        _ => value.cast::<Ptr<u8>>().read().unwrap_or_default(),
    };
    match at.is_null() {
        true => Err(Error::argument("the pointer that `value` points to is NULL, but a value is required")),
        false => Ok(at),
    }
}

/// Checks where a value of this size is to be stored (WWSAPI I.2).
///
/// # Errors
/// `E_INVALIDARG` for a wrong size or option, or a null pointer.
pub fn read_check(
    option: WS_READ_OPTION,
    value: Void,
    size: u32,
    value_size: usize,
    is_wsz: bool,
) -> Result<()> {
    let expected = match option {
        WS_READ_REQUIRED_VALUE if !is_wsz => value_size,
        WS_READ_REQUIRED_POINTER | WS_READ_OPTIONAL_POINTER => size_of::<Void>(),
        WS_READ_OPTION(other) => {
            return Err(Error::argument(format!("WS_READ_OPTION {other} is not for this value")));
        }
    };
    check_size(value, size, expected)
}

/// What is stored when there is no value.
///
/// # Errors
/// `WS_E_INVALID_FORMAT` if there must be one; `E_INVALIDARG` for a wrong size.
pub fn missing(option: WS_READ_OPTION, value: Void, size: u32) -> Result<()> {
    if option != WS_READ_OPTIONAL_POINTER {
        return Err(Error::format(
            "there is no such header, detail or extension; ask with WS_READ_OPTIONAL_POINTER if it may be missing",
        ));
    }
    check_size(value, size, size_of::<Void>())?;
    value.cast::<Void>().set(Void::NULL);
    Ok(())
}

/// Stores a struct as the option says.
///
/// # Errors
/// `E_INVALIDARG` for a wrong size or option; those of the heap.
pub fn store<T: Copy>(
    option: WS_READ_OPTION,
    found: T,
    heap: &WS_HEAP,
    value: Void,
    size: u32,
) -> Result<()> {
    read_check(option, value, size, size_of::<T>(), false)?;
    match option {
        WS_READ_REQUIRED_VALUE => value.cast().set(found),
        _ => value.cast().set(heap.store(found)?),
    }
    Ok(())
}

fn check_size(value: Void, size: u32, expected: usize) -> Result<()> {
    if value.is_null() {
        return Err(Error::argument("`value` is NULL, but a value needs a place"));
    }
    if size as usize != expected {
        return Err(Error::argument(format!("the value has {expected} bytes, but `valueSize` is {size}")));
    }
    Ok(())
}
