/* XML trees in memory. */
#ifndef WS_XMLBUFFER_H_INCLUDED
#define WS_XMLBUFFER_H_INCLUDED

/* ---- Properties ---------------------------------------------------------------------------------------- */
/* None is defined yet. */

typedef enum {
    WS_XML_BUFFER_PROPERTY_ID_NONE_DEFINED = 0
} WS_XML_BUFFER_PROPERTY_ID;

typedef struct _WS_XML_BUFFER_PROPERTY {
    WS_XML_BUFFER_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_XML_BUFFER_PROPERTY;

/* ---- Buffer -------------------------------------------------------------------------------------------- */
/* A buffer lives in a heap, until that is reset or freed. */

HRESULT WINAPI WsCreateXmlBuffer(
    _In_ WS_HEAP* heap,
    _In_reads_opt_(propertyCount) const WS_XML_BUFFER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_XML_BUFFER** buffer,
    _In_opt_ WS_ERROR* error);

/* Copies the document, or the element, the reader stands on. */
HRESULT WINAPI WsReadXmlBuffer(
    _In_ WS_XML_READER* reader,
    _In_ WS_HEAP* heap,
    _Outptr_ WS_XML_BUFFER** xmlBuffer,
    _In_opt_ WS_ERROR* error);

/* Copies the whole buffer to where the writer stands. */
HRESULT WINAPI WsWriteXmlBuffer(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_XML_BUFFER* xmlBuffer,
    _In_opt_ WS_ERROR* error);

/* `encoding` NULL: text, character set detected. */
HRESULT WINAPI WsReadXmlBufferFromBytes(
    _In_ WS_XML_READER* reader,
    _In_opt_ const WS_XML_READER_ENCODING* encoding,
    _In_reads_opt_(propertyCount) const WS_XML_READER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_reads_bytes_(byteCount) const void* bytes,
    _In_ ULONG byteCount,
    _In_ WS_HEAP* heap,
    _Outptr_ WS_XML_BUFFER** xmlBuffer,
    _In_opt_ WS_ERROR* error);

/* `encoding` NULL: text in UTF-8. */
HRESULT WINAPI WsWriteXmlBufferToBytes(
    _In_ WS_XML_WRITER* writer,
    _In_ WS_XML_BUFFER* xmlBuffer,
    _In_opt_ const WS_XML_WRITER_ENCODING* encoding,
    _In_reads_opt_(propertyCount) const WS_XML_WRITER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_ WS_HEAP* heap,
    _Outptr_ void** bytes,
    _Out_ ULONG* byteCount,
    _In_opt_ WS_ERROR* error);

/* An element goes with all of its subtree. */
HRESULT WINAPI WsRemoveNode(_In_ const WS_XML_NODE_POSITION* nodePosition, _In_opt_ WS_ERROR* error);

#endif
