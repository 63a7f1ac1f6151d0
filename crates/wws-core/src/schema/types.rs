//! Types of values: `WS_TYPE` with what its description says (WWSAPI I.5).

use crate::value::{DateTime, Decimal, Duration, Guid, TimeSpan};
use std::fmt;

/// The least and the greatest value that is read; both are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Range<T> {
    pub min: T,
    pub max: T,
}

impl<T: PartialOrd> Range<T> {
    /// Whether the value is allowed. What cannot be compared, such as NaN, is not.
    #[inline]
    pub fn contains(&self, value: &T) -> bool {
        *value >= self.min && *value <= self.max
    }
}

impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.min, self.max)
    }
}

/// How many characters, bytes or items are read at least and at most.
pub type Lengths = Range<u32>;

/// Any length.
pub const ANY_LENGTH: Lengths = Lengths { min: 0, max: u32::MAX };

/// Lengths of the two parts of a qualified name, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct QNameLengths {
    pub local: Lengths,
    pub ns: Lengths,
}

/// Durations have no order of their own: the host compares, by the comparer with this number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct DurationRange {
    pub range: [Duration; 2],
    pub comparer: u32,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub(super) u32);
        impl $name {
            /// Its place in the schema, from 0.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
ids! {
    /// A struct of a schema.
    StructId;
    /// A union of a schema.
    UnionId;
    /// An enumeration of a schema.
    EnumId;
    /// A type of a schema that the host reads and writes.
    CustomId;
}

/// A type, with what is allowed of its values.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Type {
    /// Both values, or only this one.
    Bool(Option<bool>),
    Int8(Range<i8>),
    Int16(Range<i16>),
    Int32(Range<i32>),
    Int64(Range<i64>),
    UInt8(Range<u8>),
    UInt16(Range<u16>),
    UInt32(Range<u32>),
    UInt64(Range<u64>),
    Float(Option<Range<f32>>),
    Double(Option<Range<f64>>),
    Decimal(Option<Box<Range<Decimal>>>),
    DateTime(Option<Box<Range<DateTime>>>),
    TimeSpan(Range<TimeSpan>),
    /// Any, or only this one.
    Guid(Option<Box<Guid>>),
    Duration(Option<Box<DurationRange>>),
    /// Length in UTF-16 units of one that is a URI.
    UniqueId(Lengths),
    /// Length in UTF-16 units.
    String(Lengths),
    /// Length in UTF-16 units.
    Wsz(Lengths),
    Bytes(Lengths),
    XmlString(Lengths),
    XmlQName(Option<Box<QNameLengths>>),
    XmlBuffer,
    /// Length in UTF-16 units. Its count stands in another field.
    CharArray(Lengths),
    /// Its count stands in another field.
    Utf8Array(Lengths),
    /// Its count stands in another field.
    ByteArray(Lengths),
    /// Which struct it really is; only of a type attribute.
    Description,
    Struct(StructId),
    Union(UnionId),
    Enum(EnumId),
    /// A type that the host reads and writes: `WS_CUSTOM_TYPE`, endpoint addresses, faults.
    Custom(CustomId),
    /// So many bytes that stand for nothing in XML, or XML that is thrown away.
    Void(u32),
    AnyAttributes,
}

macro_rules! whole {
    ($($name:ident $variant:ident $number:ty;)*) => {
        impl Type {$(
            #[doc = concat!("`", stringify!($number), "`, any value.")]
            pub const $name: Type = Type::$variant(Range { min: <$number>::MIN, max: <$number>::MAX });
        )*}
    };
}
whole! {
    INT8 Int8 i8; INT16 Int16 i16; INT32 Int32 i32; INT64 Int64 i64;
    UINT8 UInt8 u8; UINT16 UInt16 u16; UINT32 UInt32 u32; UINT64 UInt64 u64;
}

impl Type {
    /// A string of any length.
    pub const STRING: Type = Type::String(ANY_LENGTH);
    /// Bytes of any number.
    pub const BYTES: Type = Type::Bytes(ANY_LENGTH);
    /// Any length of time.
    pub const TIMESPAN: Type = Type::TimeSpan(Range { min: TimeSpan(i64::MIN), max: TimeSpan(i64::MAX) });

    /// Its name in webservices.h.
    pub const fn name(&self) -> &'static str {
        match self {
            Type::Bool(_) => "WS_BOOL_TYPE",
            Type::Int8(_) => "WS_INT8_TYPE",
            Type::Int16(_) => "WS_INT16_TYPE",
            Type::Int32(_) => "WS_INT32_TYPE",
            Type::Int64(_) => "WS_INT64_TYPE",
            Type::UInt8(_) => "WS_UINT8_TYPE",
            Type::UInt16(_) => "WS_UINT16_TYPE",
            Type::UInt32(_) => "WS_UINT32_TYPE",
            Type::UInt64(_) => "WS_UINT64_TYPE",
            Type::Float(_) => "WS_FLOAT_TYPE",
            Type::Double(_) => "WS_DOUBLE_TYPE",
            Type::Decimal(_) => "WS_DECIMAL_TYPE",
            Type::DateTime(_) => "WS_DATETIME_TYPE",
            Type::TimeSpan(_) => "WS_TIMESPAN_TYPE",
            Type::Guid(_) => "WS_GUID_TYPE",
            Type::Duration(_) => "WS_DURATION_TYPE",
            Type::UniqueId(_) => "WS_UNIQUE_ID_TYPE",
            Type::String(_) => "WS_STRING_TYPE",
            Type::Wsz(_) => "WS_WSZ_TYPE",
            Type::Bytes(_) => "WS_BYTES_TYPE",
            Type::XmlString(_) => "WS_XML_STRING_TYPE",
            Type::XmlQName(_) => "WS_XML_QNAME_TYPE",
            Type::XmlBuffer => "WS_XML_BUFFER_TYPE",
            Type::CharArray(_) => "WS_CHAR_ARRAY_TYPE",
            Type::Utf8Array(_) => "WS_UTF8_ARRAY_TYPE",
            Type::ByteArray(_) => "WS_BYTE_ARRAY_TYPE",
            Type::Description => "WS_DESCRIPTION_TYPE",
            Type::Struct(_) => "WS_STRUCT_TYPE",
            Type::Union(_) => "WS_UNION_TYPE",
            Type::Enum(_) => "WS_ENUM_TYPE",
            Type::Custom(_) => "WS_CUSTOM_TYPE",
            Type::Void(_) => "WS_VOID_TYPE",
            Type::AnyAttributes => "WS_ANY_ATTRIBUTES_TYPE",
        }
    }

    /// Whether a value is text: of an attribute, or of an element without attributes.
    #[inline]
    pub const fn is_text(&self) -> bool {
        !matches!(
            self,
            Type::XmlBuffer
                | Type::Description
                | Type::Struct(_)
                | Type::Union(_)
                | Type::Custom(_)
                | Type::Void(_)
                | Type::AnyAttributes
        )
    }

    /// Whether a value consists of a pointer and a count in two places, so that it can only be a field.
    #[inline]
    pub const fn is_array(&self) -> bool {
        matches!(self, Type::CharArray(_) | Type::Utf8Array(_) | Type::ByteArray(_))
    }

    /// Whether a value is a pointer itself.
    #[inline]
    pub const fn is_pointer(&self) -> bool {
        matches!(self, Type::Wsz(_) | Type::XmlBuffer)
    }

    /// Whether a value can say that it is nil: by a null pointer and a length of 0 (WWSAPI I.4).
    pub const fn has_nil(&self) -> bool {
        matches!(self, Type::String(_) | Type::XmlString(_) | Type::Bytes(_))
            || self.is_pointer()
            || self.is_array()
    }
}
