//! Which values can be read from text, typed or not.

use crate::{
    Result,
    value::{DateTime, Decimal, Duration, Guid, Lexical, TimeSpan, UniqueId, base64, trim},
    xml::Text,
};

/// A value that [`Reader::read_value`](super::Reader::read_value) can read.
///
/// Text follows the grammar of WWSAPI E.3; a typed text of the binary encoding is taken as it is, or by way of
/// its text form if it has another type.
pub trait ReadValue: Sized {
    /// The value that a text has. White space around it does not count, but for strings.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) if it has none.
    fn from_text(text: Text<'_>) -> Result<Self>;

    /// Whether pieces of bytes are joined as bytes, not as base64.
    #[doc(hidden)]
    const IS_BYTES: bool = false;
}

/// By way of the text form.
fn lexical<T: Lexical>(text: Text<'_>) -> Result<T> {
    match text {
        Text::Utf8(text) => T::parse(trim(text.as_bytes())),
        typed => T::parse(trim(typed.to_text().as_bytes())),
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl ReadValue for $type {
            #[inline]
            fn from_text(text: Text<'_>) -> Result<Self> {
                let exact = match text {
                    Text::Int32(v) => <$type>::try_from(v).ok(),
                    Text::Int64(v) => <$type>::try_from(v).ok(),
                    Text::UInt64(v) => <$type>::try_from(v).ok(),
                    _ => None,
                };
                match exact {
                    Some(v) => Ok(v),
                    None => lexical(text),
                }
            }
        }
    )*};
}
integers! { i8 i16 i32 i64 u8 u16 u32 u64 }

macro_rules! exact {
    ($($type:ty: $($pattern:pat => $value:expr),*;)*) => {$(
        impl ReadValue for $type {
            #[inline]
            fn from_text(text: Text<'_>) -> Result<Self> {
                match text {
                    $($pattern => Ok($value),)*
                    _ => lexical(text),
                }
            }
        }
    )*};
}
exact! {
    bool: Text::Bool(v) => v;
    f32: Text::Float(v) => v;
    f64: Text::Double(v) => v;
    Decimal: Text::Decimal(v) => v;
    DateTime: Text::DateTime(v) => v;
    TimeSpan: Text::TimeSpan(v) => v;
    Guid: Text::Guid(v) => v;
    Duration: Text::TimeSpan(v) => v.into();
    UniqueId: Text::UniqueId(v) => UniqueId::Guid(v);
}

impl ReadValue for String {
    /// The characters as they are, white space and all.
    fn from_text(text: Text<'_>) -> Result<Self> {
        Ok(text.to_text().into_owned())
    }
}

impl ReadValue for Vec<u8> {
    /// Base64, or bytes as they are.
    fn from_text(text: Text<'_>) -> Result<Self> {
        let mut bytes = Vec::new();
        match text {
            Text::Bytes(raw) => bytes.extend_from_slice(raw),
            text => base64::decode(text.to_text().as_bytes(), &mut bytes)?,
        }
        Ok(bytes)
    }

    const IS_BYTES: bool = true;
}
