//! What a reader is given (`webservices/reader.h`).

use super::base::{BOOL, WS_CHARSET, WS_READ_CALLBACK, WS_STRING, WS_XML_DICTIONARY};
use crate::ptr::{Ptr, Void};

c_structs! {
    /// A property of a reader.
    struct WS_XML_READER_PROPERTY { id: WS_XML_READER_PROPERTY_ID, value: Void, valueSize: u32, }
    /// What every encoding begins with.
    struct WS_XML_READER_ENCODING { encodingType: WS_XML_READER_ENCODING_TYPE, }
    /// Text.
    struct WS_XML_READER_TEXT_ENCODING { encoding: WS_XML_READER_ENCODING, charSet: WS_CHARSET, }
    /// Binary.
    struct WS_XML_READER_BINARY_ENCODING { encoding: WS_XML_READER_ENCODING, staticDictionary: Ptr<WS_XML_DICTIONARY>, dynamicDictionary: Ptr<WS_XML_DICTIONARY>, }
    /// MTOM.
    struct WS_XML_READER_MTOM_ENCODING { encoding: WS_XML_READER_ENCODING, textEncoding: Ptr<WS_XML_READER_ENCODING>, readMimeHeader: BOOL, startInfo: WS_STRING, boundary: WS_STRING, startUri: WS_STRING, }
    /// What every input begins with.
    struct WS_XML_READER_INPUT { inputType: WS_XML_READER_INPUT_TYPE, }
    /// Bytes in memory.
    struct WS_XML_READER_BUFFER_INPUT { input: WS_XML_READER_INPUT, encodedData: Void, encodedDataSize: u32, }
    /// A stream.
    struct WS_XML_READER_STREAM_INPUT { input: WS_XML_READER_INPUT, readCallback: WS_READ_CALLBACK, readCallbackState: Void, }
}

c_enums! {
    /// Properties of a reader.
    enum WS_XML_READER_PROPERTY_ID {
        WS_XML_READER_PROPERTY_MAX_DEPTH = 0,
        WS_XML_READER_PROPERTY_ALLOW_FRAGMENT = 1,
        WS_XML_READER_PROPERTY_MAX_ATTRIBUTES = 2,
        WS_XML_READER_PROPERTY_READ_DECLARATION = 3,
        WS_XML_READER_PROPERTY_CHARSET = 4,
        WS_XML_READER_PROPERTY_ROW = 5,
        WS_XML_READER_PROPERTY_COLUMN = 6,
        WS_XML_READER_PROPERTY_UTF8_TRIM_SIZE = 7,
        WS_XML_READER_PROPERTY_STREAM_BUFFER_SIZE = 8,
        WS_XML_READER_PROPERTY_IN_ATTRIBUTE = 9,
        WS_XML_READER_PROPERTY_STREAM_MAX_ROOT_MIME_PART_SIZE = 10,
        WS_XML_READER_PROPERTY_STREAM_MAX_MIME_HEADERS_SIZE = 11,
        WS_XML_READER_PROPERTY_MAX_MIME_PARTS = 12,
        WS_XML_READER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES = 13,
        WS_XML_READER_PROPERTY_MAX_NAMESPACES = 14,
    }
    /// Encodings.
    enum WS_XML_READER_ENCODING_TYPE {
        WS_XML_READER_ENCODING_TYPE_TEXT = 1,
        WS_XML_READER_ENCODING_TYPE_BINARY = 2,
        WS_XML_READER_ENCODING_TYPE_MTOM = 3,
        WS_XML_READER_ENCODING_TYPE_RAW = 4,
    }
    /// Inputs.
    enum WS_XML_READER_INPUT_TYPE {
        WS_XML_READER_INPUT_TYPE_BUFFER = 1,
        WS_XML_READER_INPUT_TYPE_STREAM = 2,
    }
}
