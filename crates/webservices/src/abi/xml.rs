//! Nodes and typed texts (`webservices/xml.h`).

use super::base::{BOOL, DECIMAL, GUID, WS_DATETIME, WS_TIMESPAN, WS_XML_STRING};
use crate::ptr::{Ptr, Void};

c_structs! {
    /// What every text begins with.
    struct WS_XML_TEXT { textType: WS_XML_TEXT_TYPE, }
    /// UTF-8.
    struct WS_XML_UTF8_TEXT { text: WS_XML_TEXT, value: WS_XML_STRING, }
    /// UTF-16; the count is one of bytes.
    struct WS_XML_UTF16_TEXT { text: WS_XML_TEXT, bytes: Ptr<u8>, byteCount: u32, }
    /// Bytes.
    struct WS_XML_BASE64_TEXT { text: WS_XML_TEXT, bytes: Ptr<u8>, length: u32, }
    /// `WS_XML_BOOL_TEXT`.
    struct WS_XML_BOOL_TEXT { text: WS_XML_TEXT, value: BOOL, }
    /// `WS_XML_INT32_TEXT`.
    struct WS_XML_INT32_TEXT { text: WS_XML_TEXT, value: i32, }
    /// `WS_XML_INT64_TEXT`.
    struct WS_XML_INT64_TEXT { text: WS_XML_TEXT, value: i64, }
    /// `WS_XML_UINT64_TEXT`.
    struct WS_XML_UINT64_TEXT { text: WS_XML_TEXT, value: u64, }
    /// `WS_XML_FLOAT_TEXT`.
    struct WS_XML_FLOAT_TEXT { text: WS_XML_TEXT, value: f32, }
    /// `WS_XML_DOUBLE_TEXT`.
    struct WS_XML_DOUBLE_TEXT { text: WS_XML_TEXT, value: f64, }
    /// `WS_XML_DECIMAL_TEXT`.
    struct WS_XML_DECIMAL_TEXT { text: WS_XML_TEXT, value: DECIMAL, }
    /// `WS_XML_GUID_TEXT`.
    struct WS_XML_GUID_TEXT { text: WS_XML_TEXT, value: GUID, }
    /// `WS_XML_UNIQUE_ID_TEXT`.
    struct WS_XML_UNIQUE_ID_TEXT { text: WS_XML_TEXT, value: GUID, }
    /// `WS_XML_DATETIME_TEXT`.
    struct WS_XML_DATETIME_TEXT { text: WS_XML_TEXT, value: WS_DATETIME, }
    /// `WS_XML_TIMESPAN_TEXT`.
    struct WS_XML_TIMESPAN_TEXT { text: WS_XML_TEXT, value: WS_TIMESPAN, }
    /// `WS_XML_QNAME_TEXT`.
    struct WS_XML_QNAME_TEXT { text: WS_XML_TEXT, prefix: Ptr<WS_XML_STRING>, localName: Ptr<WS_XML_STRING>, ns: Ptr<WS_XML_STRING>, }
    /// Texts with a blank between them.
    struct WS_XML_LIST_TEXT { text: WS_XML_TEXT, itemCount: u32, items: Ptr<Ptr<WS_XML_TEXT>>, }
    /// What every node begins with.
    struct WS_XML_NODE { nodeType: WS_XML_NODE_TYPE, }
    /// An attribute or a namespace declaration.
    struct WS_XML_ATTRIBUTE { singleQuote: u8, isXmlNs: u8, prefix: Ptr<WS_XML_STRING>, localName: Ptr<WS_XML_STRING>, ns: Ptr<WS_XML_STRING>, value: Ptr<WS_XML_TEXT>, }
    /// A start tag.
    struct WS_XML_ELEMENT_NODE { node: WS_XML_NODE, prefix: Ptr<WS_XML_STRING>, localName: Ptr<WS_XML_STRING>, ns: Ptr<WS_XML_STRING>, attributeCount: u32, attributes: Ptr<Ptr<WS_XML_ATTRIBUTE>>, isEmpty: BOOL, }
    /// Text.
    struct WS_XML_TEXT_NODE { node: WS_XML_NODE, text: Ptr<WS_XML_TEXT>, }
    /// A comment.
    struct WS_XML_COMMENT_NODE { node: WS_XML_NODE, value: WS_XML_STRING, }
    /// A property of canonicalization.
    struct WS_XML_CANONICALIZATION_PROPERTY { id: WS_XML_CANONICALIZATION_PROPERTY_ID, value: Void, valueSize: u32, }
    /// Prefixes that are treated as in inclusive canonicalization.
    struct WS_XML_CANONICALIZATION_INCLUSIVE_PREFIXES { prefixCount: u32, prefixes: Ptr<WS_XML_STRING>, }
}

c_enums! {
    /// Types of texts.
    enum WS_XML_TEXT_TYPE {
        WS_XML_TEXT_TYPE_UTF8 = 1,
        WS_XML_TEXT_TYPE_UTF16 = 2,
        WS_XML_TEXT_TYPE_BASE64 = 3,
        WS_XML_TEXT_TYPE_BOOL = 4,
        WS_XML_TEXT_TYPE_INT32 = 5,
        WS_XML_TEXT_TYPE_INT64 = 6,
        WS_XML_TEXT_TYPE_UINT64 = 7,
        WS_XML_TEXT_TYPE_FLOAT = 8,
        WS_XML_TEXT_TYPE_DOUBLE = 9,
        WS_XML_TEXT_TYPE_DECIMAL = 10,
        WS_XML_TEXT_TYPE_GUID = 11,
        WS_XML_TEXT_TYPE_UNIQUE_ID = 12,
        WS_XML_TEXT_TYPE_DATETIME = 13,
        WS_XML_TEXT_TYPE_TIMESPAN = 14,
        WS_XML_TEXT_TYPE_QNAME = 15,
        WS_XML_TEXT_TYPE_LIST = 16,
    }
    /// Types of nodes.
    enum WS_XML_NODE_TYPE {
        WS_XML_NODE_TYPE_ELEMENT = 1,
        WS_XML_NODE_TYPE_TEXT = 2,
        WS_XML_NODE_TYPE_END_ELEMENT = 3,
        WS_XML_NODE_TYPE_COMMENT = 4,
        WS_XML_NODE_TYPE_CDATA = 6,
        WS_XML_NODE_TYPE_END_CDATA = 7,
        WS_XML_NODE_TYPE_EOF = 8,
        WS_XML_NODE_TYPE_BOF = 9,
    }
    /// Moves in an XML buffer.
    enum WS_MOVE_TO {
        WS_MOVE_TO_ROOT_ELEMENT = 0,
        WS_MOVE_TO_NEXT_ELEMENT = 1,
        WS_MOVE_TO_PREVIOUS_ELEMENT = 2,
        WS_MOVE_TO_CHILD_ELEMENT = 3,
        WS_MOVE_TO_END_ELEMENT = 4,
        WS_MOVE_TO_PARENT_ELEMENT = 5,
        WS_MOVE_TO_NEXT_NODE = 6,
        WS_MOVE_TO_PREVIOUS_NODE = 7,
        WS_MOVE_TO_FIRST_NODE = 8,
        WS_MOVE_TO_BOF = 9,
        WS_MOVE_TO_EOF = 10,
        WS_MOVE_TO_CHILD_NODE = 11,
    }
    /// Algorithms of canonicalization.
    enum WS_XML_CANONICALIZATION_ALGORITHM {
        WS_EXCLUSIVE_XML_CANONICALIZATION_ALGORITHM = 0,
        WS_EXCLUSIVE_WITH_COMMENTS_XML_CANONICALIZATION_ALGORITHM = 1,
        WS_INCLUSIVE_XML_CANONICALIZATION_ALGORITHM = 2,
        WS_INCLUSIVE_WITH_COMMENTS_XML_CANONICALIZATION_ALGORITHM = 3,
    }
    /// Properties of canonicalization.
    enum WS_XML_CANONICALIZATION_PROPERTY_ID {
        WS_XML_CANONICALIZATION_PROPERTY_ALGORITHM = 0,
        WS_XML_CANONICALIZATION_PROPERTY_INCLUSIVE_PREFIXES = 1,
        WS_XML_CANONICALIZATION_PROPERTY_OMITTED_ELEMENT = 2,
        WS_XML_CANONICALIZATION_PROPERTY_OUTPUT_BUFFER_SIZE = 3,
    }
}
