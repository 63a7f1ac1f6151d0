//! Where the parts of a value stand in memory: the structs of webservices.h on systems with 64-bit pointers.
//!
//! The C interface compares them with its own structs when it is compiled.

/// A pointer.
pub const POINTER: usize = 8;
/// The pointer of a counted string or of bytes (`WS_STRING`, `WS_XML_STRING`, `WS_BYTES`); its length is at 0.
pub const CHARS: usize = 8;
/// `WS_STRING` and `WS_BYTES`.
pub const STRING: usize = 16;
/// `WS_XML_STRING`.
pub const XML_STRING: usize = 32;
/// The namespace of a `WS_XML_QNAME`; its local name is at 0.
pub const QNAME_NS: usize = XML_STRING;
/// `WS_XML_QNAME`.
pub const QNAME: usize = 2 * XML_STRING;
/// The format of a `WS_DATETIME`; its ticks are at 0.
pub const DATETIME_FORMAT: usize = 8;
/// The GUID of a `WS_UNIQUE_ID`; its URI is at 0.
pub const UNIQUE_ID_GUID: usize = STRING;
/// `WS_UNIQUE_ID`.
pub const UNIQUE_ID: usize = UNIQUE_ID_GUID + 16;
/// `WS_DURATION`: nine numbers of 32 bits.
pub const DURATION: usize = 36;
/// `WS_ANY_ATTRIBUTE`: local name, namespace, pointer to a text.
pub const ANY_ATTRIBUTE: usize = 72;
/// The namespace of a `WS_ANY_ATTRIBUTE`.
pub const ANY_ATTRIBUTE_NS: usize = XML_STRING;
/// The pointer to the text of a `WS_ANY_ATTRIBUTE`.
pub const ANY_ATTRIBUTE_VALUE: usize = 2 * XML_STRING;
/// The number of attributes of a `WS_ANY_ATTRIBUTES`; the pointer to them is at 0.
pub const ANY_ATTRIBUTES_COUNT: usize = 8;
