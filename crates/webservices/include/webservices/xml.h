/* Nodes of XML and the typed texts in them. */
#ifndef WS_XML_H_INCLUDED
#define WS_XML_H_INCLUDED

/* ---- Texts --------------------------------------------------------------------------------------------- */
/* A text is a struct that begins with WS_XML_TEXT; `textType` says which one. */

typedef enum {
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
    WS_XML_TEXT_TYPE_LIST = 16
} WS_XML_TEXT_TYPE;

typedef struct _WS_XML_TEXT {
    WS_XML_TEXT_TYPE textType;
} WS_XML_TEXT;

typedef struct _WS_XML_UTF8_TEXT {
    WS_XML_TEXT text;
    WS_XML_STRING value;
} WS_XML_UTF8_TEXT;

/* `byteCount` counts bytes, two for each code unit. */
typedef struct _WS_XML_UTF16_TEXT {
    WS_XML_TEXT text;
    BYTE* bytes;
    ULONG byteCount;
} WS_XML_UTF16_TEXT;

/* Bytes that the text encodings write as base64. */
typedef struct _WS_XML_BASE64_TEXT {
    WS_XML_TEXT text;
    BYTE* bytes;
    ULONG length;
} WS_XML_BASE64_TEXT;

typedef struct _WS_XML_BOOL_TEXT {
    WS_XML_TEXT text;
    BOOL value;
} WS_XML_BOOL_TEXT;

typedef struct _WS_XML_INT32_TEXT {
    WS_XML_TEXT text;
    int value;
} WS_XML_INT32_TEXT;

typedef struct _WS_XML_INT64_TEXT {
    WS_XML_TEXT text;
    LONGLONG value;
} WS_XML_INT64_TEXT;

typedef struct _WS_XML_UINT64_TEXT {
    WS_XML_TEXT text;
    ULONGLONG value;
} WS_XML_UINT64_TEXT;

typedef struct _WS_XML_FLOAT_TEXT {
    WS_XML_TEXT text;
    float value;
} WS_XML_FLOAT_TEXT;

typedef struct _WS_XML_DOUBLE_TEXT {
    WS_XML_TEXT text;
    double value;
} WS_XML_DOUBLE_TEXT;

typedef struct _WS_XML_DECIMAL_TEXT {
    WS_XML_TEXT text;
    DECIMAL value;
} WS_XML_DECIMAL_TEXT;

typedef struct _WS_XML_GUID_TEXT {
    WS_XML_TEXT text;
    GUID value;
} WS_XML_GUID_TEXT;

typedef struct _WS_XML_UNIQUE_ID_TEXT {
    WS_XML_TEXT text;
    GUID value;
} WS_XML_UNIQUE_ID_TEXT;

typedef struct _WS_XML_DATETIME_TEXT {
    WS_XML_TEXT text;
    WS_DATETIME value;
} WS_XML_DATETIME_TEXT;

typedef struct _WS_XML_TIMESPAN_TEXT {
    WS_XML_TEXT text;
    WS_TIMESPAN value;
} WS_XML_TIMESPAN_TEXT;

typedef struct _WS_XML_QNAME_TEXT {
    WS_XML_TEXT text;
    WS_XML_STRING* prefix;
    WS_XML_STRING* localName;
    WS_XML_STRING* ns;
} WS_XML_QNAME_TEXT;

/* Texts that are written with a blank between them. */
typedef struct _WS_XML_LIST_TEXT {
    WS_XML_TEXT text;
    ULONG itemCount;
    WS_XML_TEXT** items;
} WS_XML_LIST_TEXT;

/* ---- Nodes --------------------------------------------------------------------------------------------- */
/* A node is a struct that begins with WS_XML_NODE; `nodeType` says which one. CDATA, END_CDATA,
   END_ELEMENT, BOF and EOF have nothing more. */

typedef enum {
    WS_XML_NODE_TYPE_ELEMENT = 1,
    WS_XML_NODE_TYPE_TEXT = 2,
    WS_XML_NODE_TYPE_END_ELEMENT = 3,
    WS_XML_NODE_TYPE_COMMENT = 4,
    WS_XML_NODE_TYPE_CDATA = 6,
    WS_XML_NODE_TYPE_END_CDATA = 7,
    WS_XML_NODE_TYPE_EOF = 8,
    WS_XML_NODE_TYPE_BOF = 9
} WS_XML_NODE_TYPE;

typedef struct _WS_XML_NODE {
    WS_XML_NODE_TYPE nodeType;
} WS_XML_NODE;

/* Where `isXmlNs` is set, `localName` is NULL and `ns` is the namespace that `prefix` is bound to. */
typedef struct _WS_XML_ATTRIBUTE {
    BYTE singleQuote;
    BYTE isXmlNs;
    WS_XML_STRING* prefix;
    WS_XML_STRING* localName;
    WS_XML_STRING* ns;
    WS_XML_TEXT* value;
} WS_XML_ATTRIBUTE;

typedef struct _WS_XML_ELEMENT_NODE {
    WS_XML_NODE node;
    WS_XML_STRING* prefix;
    WS_XML_STRING* localName;
    WS_XML_STRING* ns;
    ULONG attributeCount;
    WS_XML_ATTRIBUTE** attributes;
    BOOL isEmpty;
} WS_XML_ELEMENT_NODE;

typedef struct _WS_XML_TEXT_NODE {
    WS_XML_NODE node;
    WS_XML_TEXT* text;
} WS_XML_TEXT_NODE;

typedef struct _WS_XML_COMMENT_NODE {
    WS_XML_NODE node;
    WS_XML_STRING value;
} WS_XML_COMMENT_NODE;

/* A place in an XML buffer; valid with that buffer only. */
typedef struct _WS_XML_NODE_POSITION {
    WS_XML_BUFFER* buffer;
    void* node;
} WS_XML_NODE_POSITION;

/* Where to go in an XML buffer. */
typedef enum {
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
    WS_MOVE_TO_CHILD_NODE = 11
} WS_MOVE_TO;

/* ---- Canonical XML ------------------------------------------------------------------------------------- */

typedef enum {
    WS_EXCLUSIVE_XML_CANONICALIZATION_ALGORITHM = 0,
    WS_EXCLUSIVE_WITH_COMMENTS_XML_CANONICALIZATION_ALGORITHM = 1,
    WS_INCLUSIVE_XML_CANONICALIZATION_ALGORITHM = 2,
    WS_INCLUSIVE_WITH_COMMENTS_XML_CANONICALIZATION_ALGORITHM = 3
} WS_XML_CANONICALIZATION_ALGORITHM;

typedef enum {
    WS_XML_CANONICALIZATION_PROPERTY_ALGORITHM = 0,        /* WS_XML_CANONICALIZATION_ALGORITHM, default EXCLUSIVE */
    WS_XML_CANONICALIZATION_PROPERTY_INCLUSIVE_PREFIXES = 1, /* WS_XML_CANONICALIZATION_INCLUSIVE_PREFIXES */
    WS_XML_CANONICALIZATION_PROPERTY_OMITTED_ELEMENT = 2,  /* WS_XML_QNAME */
    WS_XML_CANONICALIZATION_PROPERTY_OUTPUT_BUFFER_SIZE = 3 /* ULONG, default 1024 */
} WS_XML_CANONICALIZATION_PROPERTY_ID;

typedef struct _WS_XML_CANONICALIZATION_PROPERTY {
    WS_XML_CANONICALIZATION_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_XML_CANONICALIZATION_PROPERTY;

typedef struct _WS_XML_CANONICALIZATION_INCLUSIVE_PREFIXES {
    ULONG prefixCount;
    WS_XML_STRING* prefixes;
} WS_XML_CANONICALIZATION_INCLUSIVE_PREFIXES;

#endif
