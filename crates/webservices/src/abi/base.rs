//! What all parts use: handles, counted strings, values, asynchronous calls (`webservices/base.h`).

use crate::{
    failure::WS_ERROR,
    handle::Target,
    hresult::HRESULT,
    param::{Kind, Param},
    ptr::{Ptr, Void},
};
use wws::Result;

/// A truth value of C.
pub type BOOL = i32;

/// `TRUE`.
pub const TRUE: BOOL = 1;
/// `FALSE`.
pub const FALSE: BOOL = 0;

/// 16 bytes in the mixed order of Windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
#[allow(missing_docs)]
pub struct GUID {
    pub Data1: u32,
    pub Data2: u16,
    pub Data3: u16,
    pub Data4: [u8; 8],
}

/// The OLE decimal: `Hi32:Lo64` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
#[allow(missing_docs)]
pub struct DECIMAL {
    pub wReserved: u16,
    pub scale: u8,
    /// 0, or 0x80 for a negative number.
    pub sign: u8,
    pub Hi32: u32,
    pub Lo64: u64,
}

/// 100 ns ticks since 1601-01-01, in two halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
#[allow(missing_docs)]
pub struct FILETIME {
    pub dwLowDateTime: u32,
    pub dwHighDateTime: u32,
}

impl Target for FILETIME {}

/// Declares the types of functions of the program.
macro_rules! callbacks {
    ($($(#[$doc:meta])* $name:ident = fn($($argument:ty),*) $(-> $result:ty)?;)*) => {$(
        $(#[$doc])*
        pub type $name = Option<unsafe extern "C" fn($($argument),*) $(-> $result)?>;
        impl Param for $name {
            type C = $name;
            const KIND: Kind = Kind::Pointer;
            fn receive(argument: $name, _: &'static str) -> Result<Self> { Ok(argument) }
        }
    )*};
}

callbacks! {
    /// Told of completion: result, model, state.
    WS_ASYNC_CALLBACK = fn(HRESULT, WS_CALLBACK_MODEL, Void);
    /// A step of `WsAsyncExecute`: result so far, model, state, next step, context, error.
    WS_ASYNC_FUNCTION =
        fn(HRESULT, WS_CALLBACK_MODEL, Void, Ptr<WS_ASYNC_OPERATION>, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT;
    /// Gives bytes: state, buffer, its size, bytes given, context, error.
    WS_READ_CALLBACK = fn(Void, Void, u32, Ptr<u32>, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT;
    /// Takes bytes: state, buffers, their number, context, error.
    WS_WRITE_CALLBACK = fn(Void, Ptr<WS_BYTES>, u32, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT;
    /// Pushes bytes: state, where to, its state, context, error.
    WS_PUSH_BYTES_CALLBACK =
        fn(Void, WS_WRITE_CALLBACK, Void, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT;
    /// Looks a string up: state, string, found, id, error.
    WS_DYNAMIC_STRING_CALLBACK = fn(Void, Ptr<WS_XML_STRING>, Ptr<i32>, Ptr<u32>, Ptr<WS_ERROR>) -> HRESULT;
}

/// Bytes pulled have the shape of bytes read.
pub type WS_PULL_BYTES_CALLBACK = WS_READ_CALLBACK;

c_structs! {
    /// Bytes in one block.
    struct WS_BYTES { length: u32, bytes: Ptr<u8>, }
    /// Bytes in several blocks.
    struct WS_BUFFERS { bufferCount: u32, buffers: Ptr<WS_BYTES>, }
    /// UTF-16 text; the length counts code units.
    struct WS_STRING { length: u32, chars: Ptr<u16>, }
    /// Strings with numbers.
    struct WS_XML_DICTIONARY { guid: GUID, strings: Ptr<WS_XML_STRING>, stringCount: u32, isConst: BOOL, }
    /// UTF-8 text, perhaps of a dictionary; the length counts bytes.
    struct WS_XML_STRING { length: u32, bytes: Ptr<u8>, dictionary: Ptr<WS_XML_DICTIONARY>, id: u32, }
    /// A name in a namespace.
    struct WS_XML_QNAME { localName: WS_XML_STRING, ns: WS_XML_STRING, }
    /// 100 ns ticks since 0001-01-01.
    struct WS_DATETIME { ticks: u64, format: WS_DATETIME_FORMAT, }
    /// Signed 100 ns ticks.
    struct WS_TIMESPAN { ticks: i64, }
    /// An XML Schema duration.
    struct WS_DURATION { negative: BOOL, years: u32, months: u32, days: u32, hours: u32, minutes: u32, seconds: u32, milliseconds: u32, ticks: u32, }
    /// A URI or a GUID.
    struct WS_UNIQUE_ID { uri: WS_STRING, guid: GUID, }
    /// Who is told of completion.
    struct WS_ASYNC_CONTEXT { callback: WS_ASYNC_CALLBACK, callbackState: Void, }
    /// The caller's memory for `WsAsyncExecute`.
    struct WS_ASYNC_STATE { internal0: Void, internal1: Void, internal2: Void, internal3: Void, internal4: Void, }
    /// The next step of `WsAsyncExecute`.
    struct WS_ASYNC_OPERATION { function: WS_ASYNC_FUNCTION, }
    /// A place in an XML buffer.
    struct WS_XML_NODE_POSITION { buffer: Void, node: Void, }
    /// A property of a heap.
    struct WS_HEAP_PROPERTY { id: WS_HEAP_PROPERTY_ID, value: Void, valueSize: u32, }
    /// Properties of a heap.
    struct WS_HEAP_PROPERTIES { properties: Ptr<WS_HEAP_PROPERTY>, propertyCount: u32, }
    /// A property of an error.
    struct WS_ERROR_PROPERTY { id: WS_ERROR_PROPERTY_ID, value: Void, valueSize: u32, }
    /// A property of an XML buffer.
    struct WS_XML_BUFFER_PROPERTY { id: WS_XML_BUFFER_PROPERTY_ID, value: Void, valueSize: u32, }
}

c_enums! {
    /// How the zone of a date is written.
    enum WS_DATETIME_FORMAT {
        WS_DATETIME_FORMAT_UTC = 0,
        WS_DATETIME_FORMAT_LOCAL = 1,
        WS_DATETIME_FORMAT_NONE = 2,
    }
    /// Types of values.
    enum WS_VALUE_TYPE {
        WS_BOOL_VALUE_TYPE = 0,
        WS_INT8_VALUE_TYPE = 1,
        WS_INT16_VALUE_TYPE = 2,
        WS_INT32_VALUE_TYPE = 3,
        WS_INT64_VALUE_TYPE = 4,
        WS_UINT8_VALUE_TYPE = 5,
        WS_UINT16_VALUE_TYPE = 6,
        WS_UINT32_VALUE_TYPE = 7,
        WS_UINT64_VALUE_TYPE = 8,
        WS_FLOAT_VALUE_TYPE = 9,
        WS_DOUBLE_VALUE_TYPE = 10,
        WS_DECIMAL_VALUE_TYPE = 11,
        WS_DATETIME_VALUE_TYPE = 12,
        WS_TIMESPAN_VALUE_TYPE = 13,
        WS_GUID_VALUE_TYPE = 14,
        WS_DURATION_VALUE_TYPE = 15,
    }
    /// Character sets of text.
    enum WS_CHARSET {
        WS_CHARSET_AUTO = 0,
        WS_CHARSET_UTF8 = 1,
        WS_CHARSET_UTF16LE = 2,
        WS_CHARSET_UTF16BE = 3,
    }
    /// Encodings of messages.
    enum WS_ENCODING {
        WS_ENCODING_XML_BINARY_1 = 0,
        WS_ENCODING_XML_BINARY_SESSION_1 = 1,
        WS_ENCODING_XML_MTOM_UTF8 = 2,
        WS_ENCODING_XML_MTOM_UTF16BE = 3,
        WS_ENCODING_XML_MTOM_UTF16LE = 4,
        WS_ENCODING_XML_UTF8 = 5,
        WS_ENCODING_XML_UTF16BE = 6,
        WS_ENCODING_XML_UTF16LE = 7,
        WS_ENCODING_RAW = 8,
    }
    /// How long a callback may run.
    enum WS_CALLBACK_MODEL {
        WS_SHORT_CALLBACK = 0,
        WS_LONG_CALLBACK = 1,
    }
    /// Properties of a heap.
    enum WS_HEAP_PROPERTY_ID {
        WS_HEAP_PROPERTY_MAX_SIZE = 0,
        WS_HEAP_PROPERTY_TRIM_SIZE = 1,
        WS_HEAP_PROPERTY_REQUESTED_SIZE = 2,
        WS_HEAP_PROPERTY_ACTUAL_SIZE = 3,
    }
    /// Properties of an XML buffer: none is defined.
    enum WS_XML_BUFFER_PROPERTY_ID {}
    /// Properties of an error.
    enum WS_ERROR_PROPERTY_ID {
        WS_ERROR_PROPERTY_STRING_COUNT = 0,
        WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE = 1,
        WS_ERROR_PROPERTY_LANGID = 2,
    }
}
