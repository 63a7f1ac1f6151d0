/* SOAP messages. */
#ifndef WS_MESSAGE_H_INCLUDED
#define WS_MESSAGE_H_INCLUDED

/* ---- Properties ---------------------------------------------------------------------------------------- */

typedef enum {
    WS_MESSAGE_PROPERTY_STATE = 0,                         /* WS_MESSAGE_STATE */
    WS_MESSAGE_PROPERTY_HEAP = 1,                          /* WS_HEAP* */
    WS_MESSAGE_PROPERTY_ENVELOPE_VERSION = 2,              /* WS_ENVELOPE_VERSION */
    WS_MESSAGE_PROPERTY_ADDRESSING_VERSION = 3,            /* WS_ADDRESSING_VERSION */
    WS_MESSAGE_PROPERTY_HEADER_BUFFER = 4,                 /* WS_XML_BUFFER* */
    WS_MESSAGE_PROPERTY_HEADER_POSITION = 5,               /* WS_XML_NODE_POSITION */
    WS_MESSAGE_PROPERTY_BODY_READER = 6,                   /* WS_XML_READER* */
    WS_MESSAGE_PROPERTY_BODY_WRITER = 7,                   /* WS_XML_WRITER* */
    WS_MESSAGE_PROPERTY_IS_ADDRESSED = 8,                  /* BOOL */
    WS_MESSAGE_PROPERTY_HEAP_PROPERTIES = 9,               /* WS_HEAP_PROPERTIES */
    WS_MESSAGE_PROPERTY_XML_READER_PROPERTIES = 10,        /* WS_XML_READER_PROPERTIES */
    WS_MESSAGE_PROPERTY_XML_WRITER_PROPERTIES = 11,        /* WS_XML_WRITER_PROPERTIES */
    WS_MESSAGE_PROPERTY_IS_FAULT = 12,                     /* BOOL */
    WS_MESSAGE_PROPERTY_MAX_PROCESSED_HEADERS = 13,        /* ULONG, default 64 */
    WS_MESSAGE_PROPERTY_USERNAME = 14,                     /* WS_STRING */
    WS_MESSAGE_PROPERTY_ENCODED_CERT = 15,                 /* WS_BYTES */
    WS_MESSAGE_PROPERTY_TRANSPORT_SECURITY_WINDOWS_TOKEN = 16, /* HANDLE */
    WS_MESSAGE_PROPERTY_HTTP_HEADER_AUTH_WINDOWS_TOKEN = 17, /* HANDLE */
    WS_MESSAGE_PROPERTY_MESSAGE_SECURITY_WINDOWS_TOKEN = 18, /* HANDLE */
    WS_MESSAGE_PROPERTY_SAML_ASSERTION = 19,               /* WS_XML_BUFFER* */
    WS_MESSAGE_PROPERTY_SECURITY_CONTEXT = 20,             /* WS_SECURITY_CONTEXT* */
    WS_MESSAGE_PROPERTY_PROTECTION_LEVEL = 21              /* WS_PROTECTION_LEVEL */
} WS_MESSAGE_PROPERTY_ID;

typedef struct _WS_MESSAGE_PROPERTY {
    WS_MESSAGE_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_MESSAGE_PROPERTY;

typedef struct _WS_MESSAGE_PROPERTIES {
    WS_MESSAGE_PROPERTY* properties;
    ULONG propertyCount;
} WS_MESSAGE_PROPERTIES;

/* ---- Message ------------------------------------------------------------------------------------------- */

typedef enum {
    WS_MESSAGE_STATE_EMPTY = 1,
    WS_MESSAGE_STATE_INITIALIZED = 2,
    WS_MESSAGE_STATE_READING = 3,
    WS_MESSAGE_STATE_WRITING = 4,
    WS_MESSAGE_STATE_DONE = 5
} WS_MESSAGE_STATE;

typedef enum {
    WS_BLANK_MESSAGE = 0,
    WS_DUPLICATE_MESSAGE = 1,
    WS_REQUEST_MESSAGE = 2,
    WS_REPLY_MESSAGE = 3,
    WS_FAULT_MESSAGE = 4
} WS_MESSAGE_INITIALIZATION;

/* `action` NULL matches any; no element description means an empty body. */
typedef struct _WS_MESSAGE_DESCRIPTION {
    WS_XML_STRING* action;
    WS_ELEMENT_DESCRIPTION* bodyElementDescription;
} WS_MESSAGE_DESCRIPTION;

/* Runs once when the message lets go of the caller's reader or writer. */
typedef void (CALLBACK *WS_MESSAGE_DONE_CALLBACK)(_In_opt_ void* doneCallbackState);

HRESULT WINAPI WsCreateMessage(
    _In_ WS_ENVELOPE_VERSION envelopeVersion,
    _In_ WS_ADDRESSING_VERSION addressingVersion,
    _In_reads_opt_(propertyCount) const WS_MESSAGE_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_MESSAGE** message,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsCreateMessageForChannel(
    _In_ WS_CHANNEL* channel,
    _In_reads_opt_(propertyCount) const WS_MESSAGE_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_MESSAGE** message,
    _In_opt_ WS_ERROR* error);

void WINAPI WsFreeMessage(_In_ WS_MESSAGE* message);

HRESULT WINAPI WsResetMessage(_In_ WS_MESSAGE* message, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsInitializeMessage(
    _In_ WS_MESSAGE* message,
    _In_ WS_MESSAGE_INITIALIZATION initialization,
    _In_opt_ WS_MESSAGE* sourceMessage,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAddressMessage(
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ENDPOINT_ADDRESS* address,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetMessageProperty(
    _In_ WS_MESSAGE* message,
    _In_ WS_MESSAGE_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsSetMessageProperty(
    _In_ WS_MESSAGE* message,
    _In_ WS_MESSAGE_PROPERTY_ID id,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* ---- Envelope and body --------------------------------------------------------------------------------- */

HRESULT WINAPI WsReadEnvelopeStart(
    _In_ WS_MESSAGE* message,
    _In_ WS_XML_READER* reader,
    _In_opt_ WS_MESSAGE_DONE_CALLBACK doneCallback,
    _In_opt_ void* doneCallbackState,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsReadEnvelopeEnd(_In_ WS_MESSAGE* message, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteEnvelopeStart(
    _In_ WS_MESSAGE* message,
    _In_ WS_XML_WRITER* writer,
    _In_opt_ WS_MESSAGE_DONE_CALLBACK doneCallback,
    _In_opt_ void* doneCallbackState,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteEnvelopeEnd(_In_ WS_MESSAGE* message, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsReadBody(
    _In_ WS_MESSAGE* message,
    _In_ const WS_ELEMENT_DESCRIPTION* bodyDescription,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteBody(
    _In_ WS_MESSAGE* message,
    _In_ const WS_ELEMENT_DESCRIPTION* bodyDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsFillBody(
    _In_ WS_MESSAGE* message,
    _In_ ULONG minSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsFlushBody(
    _In_ WS_MESSAGE* message,
    _In_ ULONG minSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* ---- Headers ------------------------------------------------------------------------------------------- */

/* Attributes of a header. */
#define WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE 0x1
#define WS_RELAY_HEADER_ATTRIBUTE 0x2

typedef enum {
    WS_ACTION_HEADER = 1,
    WS_TO_HEADER = 2,
    WS_MESSAGE_ID_HEADER = 3,
    WS_RELATES_TO_HEADER = 4,
    WS_FROM_HEADER = 5,
    WS_REPLY_TO_HEADER = 6,
    WS_FAULT_TO_HEADER = 7
} WS_HEADER_TYPE;

typedef enum {
    WS_REPEATING_HEADER = 1,
    WS_SINGLETON_HEADER = 2
} WS_REPEATING_HEADER_OPTION;

HRESULT WINAPI WsGetHeader(
    _In_ WS_MESSAGE* message,
    _In_ WS_HEADER_TYPE headerType,
    _In_ WS_TYPE valueType,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsSetHeader(
    _In_ WS_MESSAGE* message,
    _In_ WS_HEADER_TYPE headerType,
    _In_ WS_TYPE valueType,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsRemoveHeader(
    _In_ WS_MESSAGE* message,
    _In_ WS_HEADER_TYPE headerType,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetCustomHeader(
    _In_ WS_MESSAGE* message,
    _In_ const WS_ELEMENT_DESCRIPTION* customHeaderDescription,
    _In_ WS_REPEATING_HEADER_OPTION repeatingOption,
    _In_ ULONG headerIndex,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _Out_opt_ ULONG* headerAttributes,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAddCustomHeader(
    _In_ WS_MESSAGE* message,
    _In_ const WS_ELEMENT_DESCRIPTION* headerDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_ ULONG headerAttributes,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsRemoveCustomHeader(
    _In_ WS_MESSAGE* message,
    _In_ const WS_XML_STRING* headerName,
    _In_ const WS_XML_STRING* headerNs,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetMappedHeader(
    _In_ WS_MESSAGE* message,
    _In_ const WS_XML_STRING* headerName,
    _In_ WS_REPEATING_HEADER_OPTION repeatingOption,
    _In_ ULONG headerIndex,
    _In_ WS_TYPE valueType,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAddMappedHeader(
    _In_ WS_MESSAGE* message,
    _In_ const WS_XML_STRING* headerName,
    _In_ WS_TYPE valueType,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsRemoveMappedHeader(
    _In_ WS_MESSAGE* message,
    _In_ const WS_XML_STRING* headerName,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetHeaderAttributes(
    _In_ WS_MESSAGE* message,
    _In_ WS_XML_READER* reader,
    _Out_ ULONG* headerAttributes,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsMarkHeaderAsUnderstood(
    _In_ WS_MESSAGE* message,
    _In_ const WS_XML_NODE_POSITION* headerPosition,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsCheckMustUnderstandHeaders(_In_ WS_MESSAGE* message, _In_opt_ WS_ERROR* error);

#endif
