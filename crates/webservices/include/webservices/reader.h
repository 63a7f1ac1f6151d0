/* The XML reader. */
#ifndef WS_READER_H_INCLUDED
#define WS_READER_H_INCLUDED

/* ---- Properties ---------------------------------------------------------------------------------------- */

typedef enum {
    WS_XML_READER_PROPERTY_MAX_DEPTH = 0,                  /* ULONG, default 32 */
    WS_XML_READER_PROPERTY_ALLOW_FRAGMENT = 1,             /* BOOL, default FALSE */
    WS_XML_READER_PROPERTY_MAX_ATTRIBUTES = 2,             /* ULONG, default 128 */
    WS_XML_READER_PROPERTY_READ_DECLARATION = 3,           /* BOOL, default TRUE */
    WS_XML_READER_PROPERTY_CHARSET = 4,                    /* WS_CHARSET, read only */
    WS_XML_READER_PROPERTY_ROW = 5,                        /* ULONGLONG, from 0, read only */
    WS_XML_READER_PROPERTY_COLUMN = 6,                     /* ULONGLONG, from 0, read only */
    WS_XML_READER_PROPERTY_UTF8_TRIM_SIZE = 7,             /* ULONG, default 4096 */
    WS_XML_READER_PROPERTY_STREAM_BUFFER_SIZE = 8,         /* ULONG, default 4096 */
    WS_XML_READER_PROPERTY_IN_ATTRIBUTE = 9,               /* BOOL, read only */
    WS_XML_READER_PROPERTY_STREAM_MAX_ROOT_MIME_PART_SIZE = 10, /* ULONG, default 65536 */
    WS_XML_READER_PROPERTY_STREAM_MAX_MIME_HEADERS_SIZE = 11, /* ULONG, default 256 */
    WS_XML_READER_PROPERTY_MAX_MIME_PARTS = 12,            /* ULONG, default 4096 */
    WS_XML_READER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES = 13, /* BOOL, default FALSE */
    WS_XML_READER_PROPERTY_MAX_NAMESPACES = 14             /* ULONG, default 32 */
} WS_XML_READER_PROPERTY_ID;

typedef struct _WS_XML_READER_PROPERTY {
    WS_XML_READER_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_XML_READER_PROPERTY;

typedef struct _WS_XML_READER_PROPERTIES {
    WS_XML_READER_PROPERTY* properties;
    ULONG propertyCount;
} WS_XML_READER_PROPERTIES;

/* ---- Encoding and input -------------------------------------------------------------------------------- */
/* Both are structs that begin with the common part; pass the address of that part. */

typedef enum {
    WS_XML_READER_ENCODING_TYPE_TEXT = 1,
    WS_XML_READER_ENCODING_TYPE_BINARY = 2,
    WS_XML_READER_ENCODING_TYPE_MTOM = 3,
    WS_XML_READER_ENCODING_TYPE_RAW = 4
} WS_XML_READER_ENCODING_TYPE;

typedef struct _WS_XML_READER_ENCODING {
    WS_XML_READER_ENCODING_TYPE encodingType;
} WS_XML_READER_ENCODING;

typedef struct _WS_XML_READER_TEXT_ENCODING {
    WS_XML_READER_ENCODING encoding;
    WS_CHARSET charSet;
} WS_XML_READER_TEXT_ENCODING;

typedef struct _WS_XML_READER_BINARY_ENCODING {
    WS_XML_READER_ENCODING encoding;
    WS_XML_DICTIONARY* staticDictionary;
    WS_XML_DICTIONARY* dynamicDictionary;
} WS_XML_READER_BINARY_ENCODING;

/* `readMimeHeader` FALSE: a transport carried the header; then the three strings are needed. */
typedef struct _WS_XML_READER_MTOM_ENCODING {
    WS_XML_READER_ENCODING encoding;
    WS_XML_READER_ENCODING* textEncoding;
    BOOL readMimeHeader;
    WS_STRING startInfo;
    WS_STRING boundary;
    WS_STRING startUri;
} WS_XML_READER_MTOM_ENCODING;

/* The bytes become the base64 content of one element without a name. */
typedef struct _WS_XML_READER_RAW_ENCODING {
    WS_XML_READER_ENCODING encoding;
} WS_XML_READER_RAW_ENCODING;

typedef enum {
    WS_XML_READER_INPUT_TYPE_BUFFER = 1,
    WS_XML_READER_INPUT_TYPE_STREAM = 2
} WS_XML_READER_INPUT_TYPE;

typedef struct _WS_XML_READER_INPUT {
    WS_XML_READER_INPUT_TYPE inputType;
} WS_XML_READER_INPUT;

/* The bytes must stay until the reader gets another input. */
typedef struct _WS_XML_READER_BUFFER_INPUT {
    WS_XML_READER_INPUT input;
    void* encodedData;
    ULONG encodedDataSize;
} WS_XML_READER_BUFFER_INPUT;

/* Read by WsFillReader only. */
typedef struct _WS_XML_READER_STREAM_INPUT {
    WS_XML_READER_INPUT input;
    WS_READ_CALLBACK readCallback;
    void* readCallbackState;
} WS_XML_READER_STREAM_INPUT;

/* ---- Reader -------------------------------------------------------------------------------------------- */

HRESULT WINAPI WsCreateReader(
    _In_reads_opt_(propertyCount) const WS_XML_READER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_XML_READER** reader,
    _In_opt_ WS_ERROR* error);

void WINAPI WsFreeReader(_In_ WS_XML_READER* reader);

/* Starts a document. Without `encoding` and `input` the reader stands at the end of an empty one. */
HRESULT WINAPI WsSetInput(
    _In_ WS_XML_READER* reader,
    _In_opt_ const WS_XML_READER_ENCODING* encoding,
    _In_opt_ const WS_XML_READER_INPUT* input,
    _In_reads_opt_(propertyCount) const WS_XML_READER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ WS_ERROR* error);

/* Starts at the beginning of an XML buffer. */
HRESULT WINAPI WsSetInputToBuffer(
    _In_ WS_XML_READER* reader,
    _In_ WS_XML_BUFFER* buffer,
    _In_reads_opt_(propertyCount) const WS_XML_READER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetReaderProperty(
    _In_ WS_XML_READER* reader,
    _In_ WS_XML_READER_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* Makes sure `minSize` bytes are there, if need be by the read callback. The other functions never do
   input. */
HRESULT WINAPI WsFillReader(
    _In_ WS_XML_READER* reader,
    _In_ ULONG minSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* ---- Node by node -------------------------------------------------------------------------------------- */

/* The node the reader stands on; valid until the reader moves. */
HRESULT WINAPI WsGetReaderNode(
    _In_ WS_XML_READER* xmlReader,
    _Outptr_ const WS_XML_NODE** node,
    _In_opt_ WS_ERROR* error);

/* One node on. */
HRESULT WINAPI WsReadNode(_In_ WS_XML_READER* reader, _In_opt_ WS_ERROR* error);

/* Past the node; past the whole element, if it is one. */
HRESULT WINAPI WsSkipNode(_In_ WS_XML_READER* reader, _In_opt_ WS_ERROR* error);

/* Past blanks and comments to a start element. With `found`, a mismatch is no error. */
HRESULT WINAPI WsReadToStartElement(
    _In_ WS_XML_READER* reader,
    _In_opt_ const WS_XML_STRING* localName,
    _In_opt_ const WS_XML_STRING* ns,
    _Out_opt_ BOOL* found,
    _In_opt_ WS_ERROR* error);

/* Past blanks and comments, into the element. */
HRESULT WINAPI WsReadStartElement(_In_ WS_XML_READER* reader, _In_opt_ WS_ERROR* error);

/* Past blanks and comments, out of the element. */
HRESULT WINAPI WsReadEndElement(_In_ WS_XML_READER* reader, _In_opt_ WS_ERROR* error);

/* S_FALSE if there is none and it is not required. */
HRESULT WINAPI WsFindAttribute(
    _In_ WS_XML_READER* reader,
    _In_ const WS_XML_STRING* localName,
    _In_ const WS_XML_STRING* ns,
    _In_ BOOL required,
    _Out_ ULONG* attributeIndex,
    _In_opt_ WS_ERROR* error);

/* Into the value of an attribute. */
HRESULT WINAPI WsReadStartAttribute(
    _In_ WS_XML_READER* reader,
    _In_ ULONG attributeIndex,
    _In_opt_ WS_ERROR* error);

/* Back to the element. */
HRESULT WINAPI WsReadEndAttribute(_In_ WS_XML_READER* reader, _In_opt_ WS_ERROR* error);

/* S_FALSE if unbound and not required. */
HRESULT WINAPI WsGetNamespaceFromPrefix(
    _In_ WS_XML_READER* reader,
    _In_ const WS_XML_STRING* prefix,
    _In_ BOOL required,
    _Outptr_ const WS_XML_STRING** ns,
    _In_opt_ WS_ERROR* error);

/* The nearest xml:lang, xml:space, ...; S_FALSE if there is none. */
HRESULT WINAPI WsGetXmlAttribute(
    _In_ WS_XML_READER* reader,
    _In_ const WS_XML_STRING* localName,
    _In_ WS_HEAP* heap,
    _Outptr_opt_ WCHAR** valueChars,
    _Out_ ULONG* valueCharCount,
    _In_opt_ WS_ERROR* error);

/* XML buffer only. Without `found`, an impossible move is an error. */
HRESULT WINAPI WsMoveReader(
    _In_ WS_XML_READER* reader,
    _In_ WS_MOVE_TO moveTo,
    _Out_opt_ BOOL* found,
    _In_opt_ WS_ERROR* error);

/* XML buffer only. */
HRESULT WINAPI WsGetReaderPosition(
    _In_ WS_XML_READER* reader,
    _Out_ WS_XML_NODE_POSITION* nodePosition,
    _In_opt_ WS_ERROR* error);

/* XML buffer only. */
HRESULT WINAPI WsSetReaderPosition(
    _In_ WS_XML_READER* reader,
    _In_ const WS_XML_NODE_POSITION* nodePosition,
    _In_opt_ WS_ERROR* error);

/* ---- Content ------------------------------------------------------------------------------------------- */

/* UTF-16. Fewer than asked may come; 0 means the end. */
HRESULT WINAPI WsReadChars(
    _In_ WS_XML_READER* reader,
    _Out_writes_(maxCharCount) WCHAR* chars,
    _In_ ULONG maxCharCount,
    _Out_ ULONG* actualCharCount,
    _In_opt_ WS_ERROR* error);

/* UTF-8. Fewer than asked may come; 0 means the end. */
HRESULT WINAPI WsReadCharsUtf8(
    _In_ WS_XML_READER* reader,
    _Out_writes_(maxByteCount) BYTE* bytes,
    _In_ ULONG maxByteCount,
    _Out_ ULONG* actualByteCount,
    _In_opt_ WS_ERROR* error);

/* Decodes base64. Fewer than asked may come; 0 means the end. */
HRESULT WINAPI WsReadBytes(
    _In_ WS_XML_READER* reader,
    _Out_writes_bytes_(maxByteCount) void* bytes,
    _In_ ULONG maxByteCount,
    _Out_ ULONG* actualByteCount,
    _In_opt_ WS_ERROR* error);

/* Parses the text up to the next tag, and leaves that tag. */
HRESULT WINAPI WsReadValue(
    _In_ WS_XML_READER* reader,
    _In_ WS_VALUE_TYPE valueType,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* Reads elements of one name into an array; 0 items mean there are no more. */
HRESULT WINAPI WsReadArray(
    _In_ WS_XML_READER* reader,
    _In_ const WS_XML_STRING* localName,
    _In_ const WS_XML_STRING* ns,
    _In_ WS_VALUE_TYPE valueType,
    _Out_writes_bytes_opt_(arraySize) void* array,
    _In_ ULONG arraySize,
    _In_ ULONG itemOffset,
    _In_ ULONG itemCount,
    _Out_ ULONG* actualItemCount,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsReadQualifiedName(
    _In_ WS_XML_READER* reader,
    _In_ WS_HEAP* heap,
    _Out_opt_ WS_XML_STRING* prefix,
    _Out_ WS_XML_STRING* localName,
    _Out_opt_ WS_XML_STRING* ns,
    _In_opt_ WS_ERROR* error);

/* ---- Typed data ---------------------------------------------------------------------------------------- */

/* Where the value goes, and whether it may be missing. */
typedef enum {
    WS_READ_REQUIRED_VALUE = 1,
    WS_READ_REQUIRED_POINTER = 2,
    WS_READ_OPTIONAL_POINTER = 3,
    WS_READ_NILLABLE_POINTER = 4,
    WS_READ_NILLABLE_VALUE = 5
} WS_READ_OPTION;

HRESULT WINAPI WsReadType(
    _In_ WS_XML_READER* reader,
    _In_ WS_TYPE_MAPPING typeMapping,
    _In_ WS_TYPE type,
    _In_opt_ const void* typeDescription,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

typedef struct _WS_ELEMENT_DESCRIPTION WS_ELEMENT_DESCRIPTION;
HRESULT WINAPI WsReadElement(
    _In_ WS_XML_READER* reader,
    _In_ const WS_ELEMENT_DESCRIPTION* elementDescription,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

typedef struct _WS_ATTRIBUTE_DESCRIPTION WS_ATTRIBUTE_DESCRIPTION;
HRESULT WINAPI WsReadAttribute(
    _In_ WS_XML_READER* reader,
    _In_ const WS_ATTRIBUTE_DESCRIPTION* attributeDescription,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* ---- Canonical form of what is read -------------------------------------------------------------------- */

/* From here on, the canonical form goes to `writeCallback`. */
HRESULT WINAPI WsStartReaderCanonicalization(
    _In_ WS_XML_READER* reader,
    _In_ WS_WRITE_CALLBACK writeCallback,
    _In_opt_ void* writeCallbackState,
    _In_reads_opt_(propertyCount) const WS_XML_CANONICALIZATION_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ WS_ERROR* error);

/* At the depth where it began. */
HRESULT WINAPI WsEndReaderCanonicalization(_In_ WS_XML_READER* reader, _In_opt_ WS_ERROR* error);

#endif
