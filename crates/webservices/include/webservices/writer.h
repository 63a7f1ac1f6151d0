/* The XML writer. */
#ifndef WS_WRITER_H_INCLUDED
#define WS_WRITER_H_INCLUDED

/* ---- Properties ---------------------------------------------------------------------------------------- */

typedef enum {
    WS_XML_WRITER_PROPERTY_MAX_DEPTH = 0,                  /* ULONG, default 32 */
    WS_XML_WRITER_PROPERTY_ALLOW_FRAGMENT = 1,             /* BOOL, default FALSE */
    WS_XML_WRITER_PROPERTY_MAX_ATTRIBUTES = 2,             /* ULONG, default 128 */
    WS_XML_WRITER_PROPERTY_WRITE_DECLARATION = 3,          /* BOOL, default FALSE */
    WS_XML_WRITER_PROPERTY_INDENT = 4,                     /* ULONG, default 0 */
    WS_XML_WRITER_PROPERTY_BUFFER_TRIM_SIZE = 5,           /* ULONG, default 4096 */
    WS_XML_WRITER_PROPERTY_CHARSET = 6,                    /* WS_CHARSET, read only */
    WS_XML_WRITER_PROPERTY_BUFFERS = 7,                    /* WS_BUFFERS, read only: all of the output */
    WS_XML_WRITER_PROPERTY_BUFFER_MAX_SIZE = 8,            /* ULONG: most bytes held at once */
    WS_XML_WRITER_PROPERTY_BYTES = 9,                      /* WS_BYTES, read only: all of the output */
    WS_XML_WRITER_PROPERTY_IN_ATTRIBUTE = 10,              /* BOOL, read only */
    WS_XML_WRITER_PROPERTY_MAX_MIME_PARTS_BUFFER_SIZE = 11, /* ULONG, default 65536 */
    WS_XML_WRITER_PROPERTY_INITIAL_BUFFER = 12,            /* WS_BYTES, written to first */
    WS_XML_WRITER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES = 13, /* BOOL, default FALSE */
    WS_XML_WRITER_PROPERTY_MAX_NAMESPACES = 14,            /* ULONG, default 32 */
    WS_XML_WRITER_PROPERTY_BYTES_WRITTEN = 15,             /* ULONG, read only */
    WS_XML_WRITER_PROPERTY_BYTES_TO_CLOSE = 16,            /* ULONG, read only */
    WS_XML_WRITER_PROPERTY_COMPRESS_EMPTY_ELEMENTS = 17,   /* BOOL, default FALSE */
    WS_XML_WRITER_PROPERTY_EMIT_UNCOMPRESSED_EMPTY_ELEMENTS = 18 /* BOOL, default FALSE */
} WS_XML_WRITER_PROPERTY_ID;

typedef struct _WS_XML_WRITER_PROPERTY {
    WS_XML_WRITER_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_XML_WRITER_PROPERTY;

typedef struct _WS_XML_WRITER_PROPERTIES {
    WS_XML_WRITER_PROPERTY* properties;
    ULONG propertyCount;
} WS_XML_WRITER_PROPERTIES;

/* ---- Encoding and output ------------------------------------------------------------------------------- */
/* Both are structs that begin with the common part; pass the address of that part. */

typedef enum {
    WS_XML_WRITER_ENCODING_TYPE_TEXT = 1,
    WS_XML_WRITER_ENCODING_TYPE_BINARY = 2,
    WS_XML_WRITER_ENCODING_TYPE_MTOM = 3,
    WS_XML_WRITER_ENCODING_TYPE_RAW = 4
} WS_XML_WRITER_ENCODING_TYPE;

typedef struct _WS_XML_WRITER_ENCODING {
    WS_XML_WRITER_ENCODING_TYPE encodingType;
} WS_XML_WRITER_ENCODING;

typedef struct _WS_XML_WRITER_TEXT_ENCODING {
    WS_XML_WRITER_ENCODING encoding;
    WS_CHARSET charSet;
} WS_XML_WRITER_TEXT_ENCODING;

typedef struct _WS_XML_WRITER_BINARY_ENCODING {
    WS_XML_WRITER_ENCODING encoding;
    WS_XML_DICTIONARY* staticDictionary;
    WS_DYNAMIC_STRING_CALLBACK dynamicStringCallback;
    void* dynamicStringCallbackState;
} WS_XML_WRITER_BINARY_ENCODING;

/* Byte content longer than `maxInlineByteCount` becomes a MIME part of its own. */
typedef struct _WS_XML_WRITER_MTOM_ENCODING {
    WS_XML_WRITER_ENCODING encoding;
    WS_XML_WRITER_ENCODING* textEncoding;
    BOOL writeMimeHeader;
    WS_STRING boundary;
    WS_STRING startInfo;
    WS_STRING startUri;
    ULONG maxInlineByteCount;
} WS_XML_WRITER_MTOM_ENCODING;

/* The bytes written as base64 go out as they are. */
typedef struct _WS_XML_WRITER_RAW_ENCODING {
    WS_XML_WRITER_ENCODING encoding;
} WS_XML_WRITER_RAW_ENCODING;

typedef enum {
    WS_XML_WRITER_OUTPUT_TYPE_BUFFER = 1,
    WS_XML_WRITER_OUTPUT_TYPE_STREAM = 2
} WS_XML_WRITER_OUTPUT_TYPE;

typedef struct _WS_XML_WRITER_OUTPUT {
    WS_XML_WRITER_OUTPUT_TYPE outputType;
} WS_XML_WRITER_OUTPUT;

/* Collected; WS_XML_WRITER_PROPERTY_BYTES or _BUFFERS gives it. */
typedef struct _WS_XML_WRITER_BUFFER_OUTPUT {
    WS_XML_WRITER_OUTPUT output;
} WS_XML_WRITER_BUFFER_OUTPUT;

/* Written by WsFlushWriter only, several buffers at once. */
typedef struct _WS_XML_WRITER_STREAM_OUTPUT {
    WS_XML_WRITER_OUTPUT output;
    WS_WRITE_CALLBACK writeCallback;
    void* writeCallbackState;
} WS_XML_WRITER_STREAM_OUTPUT;

/* ---- Writer -------------------------------------------------------------------------------------------- */

HRESULT WINAPI WsCreateWriter(
    _In_reads_opt_(propertyCount) const WS_XML_WRITER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_XML_WRITER** writer,
    _In_opt_ WS_ERROR* error);

void WINAPI WsFreeWriter(_In_ WS_XML_WRITER* writer);

/* Starts a document. */
HRESULT WINAPI WsSetOutput(
    _In_ WS_XML_WRITER* writer,
    _In_opt_ const WS_XML_WRITER_ENCODING* encoding,
    _In_opt_ const WS_XML_WRITER_OUTPUT* output,
    _In_reads_opt_(propertyCount) const WS_XML_WRITER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ WS_ERROR* error);

/* Writes at the end of an XML buffer. */
HRESULT WINAPI WsSetOutputToBuffer(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_XML_BUFFER* buffer,
    _In_reads_opt_(propertyCount) const WS_XML_WRITER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetWriterProperty(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_XML_WRITER_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* Writes out what is pending if that is `minSize` bytes or more. */
HRESULT WINAPI WsFlushWriter(
    _In_ WS_XML_WRITER* writer,
    _In_ ULONG minSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* ---- Elements and attributes --------------------------------------------------------------------------- */

/* `prefix` NULL: one is chosen. Attributes may follow until content or a child comes. */
HRESULT WINAPI WsWriteStartElement(
    _In_ WS_XML_WRITER* writer,
    _In_opt_ const WS_XML_STRING* prefix,
    _In_ const WS_XML_STRING* localName,
    _In_ const WS_XML_STRING* ns,
    _In_opt_ WS_ERROR* error);

/* Closes the start tag now. */
HRESULT WINAPI WsWriteEndStartElement(_In_ WS_XML_WRITER* writer, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteEndElement(_In_ WS_XML_WRITER* writer, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteStartAttribute(
    _In_ WS_XML_WRITER* writer,
    _In_opt_ const WS_XML_STRING* prefix,
    _In_ const WS_XML_STRING* localName,
    _In_ const WS_XML_STRING* ns,
    _In_ BOOL singleQuote,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteEndAttribute(_In_ WS_XML_WRITER* writer, _In_opt_ WS_ERROR* error);

/* Binds a prefix. A redundant binding is not written. */
HRESULT WINAPI WsWriteXmlnsAttribute(
    _In_ WS_XML_WRITER* writer,
    _In_opt_ const WS_XML_STRING* prefix,
    _In_ const WS_XML_STRING* ns,
    _In_ BOOL singleQuote,
    _In_opt_ WS_ERROR* error);

/* S_FALSE and NULL if unbound and not required. */
HRESULT WINAPI WsGetPrefixFromNamespace(
    _In_ WS_XML_WRITER* writer,
    _In_ const WS_XML_STRING* ns,
    _In_ BOOL required,
    _Outptr_ const WS_XML_STRING** prefix,
    _In_opt_ WS_ERROR* error);

/* ---- Content ------------------------------------------------------------------------------------------- */

/* UTF-16. */
HRESULT WINAPI WsWriteChars(
    _In_ WS_XML_WRITER* writer,
    _In_reads_(charCount) const WCHAR* chars,
    _In_ ULONG charCount,
    _In_opt_ WS_ERROR* error);

/* UTF-8. */
HRESULT WINAPI WsWriteCharsUtf8(
    _In_ WS_XML_WRITER* writer,
    _In_reads_(byteCount) const BYTE* bytes,
    _In_ ULONG byteCount,
    _In_opt_ WS_ERROR* error);

/* As base64, or as the encoding carries bytes. */
HRESULT WINAPI WsWriteBytes(
    _In_ WS_XML_WRITER* writer,
    _In_reads_bytes_(byteCount) const void* bytes,
    _In_ ULONG byteCount,
    _In_opt_ WS_ERROR* error);

/* The callback hands over its bytes while they are written; with MTOM they are never copied. */
HRESULT WINAPI WsPushBytes(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_PUSH_BYTES_CALLBACK callback,
    _In_opt_ void* callbackState,
    _In_opt_ WS_ERROR* error);

/* The callback fills the writer's buffer until it has no more. */
HRESULT WINAPI WsPullBytes(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_PULL_BYTES_CALLBACK callback,
    _In_opt_ void* callbackState,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteValue(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_VALUE_TYPE valueType,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteText(
    _In_ WS_XML_WRITER* writer,
    _In_ const WS_XML_TEXT* text,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteQualifiedName(
    _In_ WS_XML_WRITER* writer,
    _In_opt_ const WS_XML_STRING* prefix,
    _In_ const WS_XML_STRING* localName,
    _In_opt_ const WS_XML_STRING* ns,
    _In_opt_ WS_ERROR* error);

/* One element for each item; binary may use an array record. */
HRESULT WINAPI WsWriteArray(
    _In_ WS_XML_WRITER* writer,
    _In_ const WS_XML_STRING* localName,
    _In_ const WS_XML_STRING* ns,
    _In_ WS_VALUE_TYPE valueType,
    _In_reads_bytes_opt_(arraySize) const void* array,
    _In_ ULONG arraySize,
    _In_ ULONG itemOffset,
    _In_ ULONG itemCount,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteStartCData(_In_ WS_XML_WRITER* writer, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteEndCData(_In_ WS_XML_WRITER* writer, _In_opt_ WS_ERROR* error);

/* One node. An element node must be ended later. */
HRESULT WINAPI WsWriteNode(
    _In_ WS_XML_WRITER* writer,
    _In_ const WS_XML_NODE* node,
    _In_opt_ WS_ERROR* error);

/* The reader's node, with all of its subtree; the reader ends up after it. */
HRESULT WINAPI WsCopyNode(_In_ WS_XML_WRITER* writer, _In_ WS_XML_READER* reader, _In_opt_ WS_ERROR* error);

/* ---- Typed data ---------------------------------------------------------------------------------------- */

/* Where the value is, and how a missing one is written. */
typedef enum {
    WS_WRITE_REQUIRED_VALUE = 1,
    WS_WRITE_REQUIRED_POINTER = 2,
    WS_WRITE_NILLABLE_VALUE = 3,
    WS_WRITE_NILLABLE_POINTER = 4
} WS_WRITE_OPTION;

HRESULT WINAPI WsWriteType(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_TYPE_MAPPING typeMapping,
    _In_ WS_TYPE type,
    _In_opt_ const void* typeDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_opt_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteElement(
    _In_ WS_XML_WRITER* writer,
    _In_ const WS_ELEMENT_DESCRIPTION* elementDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_opt_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteAttribute(
    _In_ WS_XML_WRITER* writer,
    _In_ const WS_ATTRIBUTE_DESCRIPTION* attributeDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_opt_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* ---- Position in an XML buffer ------------------------------------------------------------------------- */

/* What is written goes before the node the writer stands on. */
HRESULT WINAPI WsMoveWriter(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_MOVE_TO moveTo,
    _Out_opt_ BOOL* found,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetWriterPosition(
    _In_ WS_XML_WRITER* writer,
    _Out_ WS_XML_NODE_POSITION* nodePosition,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsSetWriterPosition(
    _In_ WS_XML_WRITER* writer,
    _In_ const WS_XML_NODE_POSITION* nodePosition,
    _In_opt_ WS_ERROR* error);

/* ---- Canonical form of what is written ----------------------------------------------------------------- */

/* From here on, the canonical form goes to `writeCallback`. */
HRESULT WINAPI WsStartWriterCanonicalization(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_WRITE_CALLBACK writeCallback,
    _In_opt_ void* writeCallbackState,
    _In_reads_opt_(propertyCount) const WS_XML_CANONICALIZATION_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ WS_ERROR* error);

/* At the depth where it began. */
HRESULT WINAPI WsEndWriterCanonicalization(_In_ WS_XML_WRITER* writer, _In_opt_ WS_ERROR* error);

#endif
