/* Channels: messages over a transport. */
#ifndef WS_CHANNEL_H_INCLUDED
#define WS_CHANNEL_H_INCLUDED

/* ---- Kinds and states ---------------------------------------------------------------------------------- */

typedef enum {
    WS_CHANNEL_TYPE_INPUT = 1,
    WS_CHANNEL_TYPE_OUTPUT = 2,
    WS_CHANNEL_TYPE_SESSION = 4,
    WS_CHANNEL_TYPE_INPUT_SESSION = 5,
    WS_CHANNEL_TYPE_OUTPUT_SESSION = 6,
    WS_CHANNEL_TYPE_DUPLEX = 3,
    WS_CHANNEL_TYPE_DUPLEX_SESSION = 7,
    WS_CHANNEL_TYPE_REQUEST = 8,
    WS_CHANNEL_TYPE_REPLY = 16
} WS_CHANNEL_TYPE;

typedef enum {
    WS_HTTP_CHANNEL_BINDING = 0,
    WS_TCP_CHANNEL_BINDING = 1,
    WS_UDP_CHANNEL_BINDING = 2,
    WS_CUSTOM_CHANNEL_BINDING = 3,
    WS_NAMEDPIPE_CHANNEL_BINDING = 4
} WS_CHANNEL_BINDING;

typedef enum {
    WS_CHANNEL_STATE_CREATED = 0,
    WS_CHANNEL_STATE_OPENING = 1,
    WS_CHANNEL_STATE_ACCEPTING = 2,
    WS_CHANNEL_STATE_OPEN = 3,
    WS_CHANNEL_STATE_FAULTED = 4,
    WS_CHANNEL_STATE_CLOSING = 5,
    WS_CHANNEL_STATE_CLOSED = 6
} WS_CHANNEL_STATE;

typedef enum {
    WS_STREAMED_INPUT_TRANSFER_MODE = 1,
    WS_STREAMED_OUTPUT_TRANSFER_MODE = 2,
    WS_BUFFERED_TRANSFER_MODE = 0,
    WS_STREAMED_TRANSFER_MODE = 3
} WS_TRANSFER_MODE;

typedef enum {
    WS_IP_VERSION_4 = 1,
    WS_IP_VERSION_6 = 2,
    WS_IP_VERSION_AUTO = 3
} WS_IP_VERSION;

typedef enum {
    WS_MANUAL_COOKIE_MODE = 1,
    WS_AUTO_COOKIE_MODE = 2
} WS_COOKIE_MODE;

typedef enum {
    WS_RECEIVE_REQUIRED_MESSAGE = 1,
    WS_RECEIVE_OPTIONAL_MESSAGE = 2
} WS_RECEIVE_OPTION;

/* ---- HTTP ---------------------------------------------------------------------------------------------- */

/* What becomes part of the message; and how a header with several values is split. */
#define WS_HTTP_REQUEST_MAPPING_VERB 0x2
#define WS_HTTP_RESPONSE_MAPPING_STATUS_CODE 0x1
#define WS_HTTP_RESPONSE_MAPPING_STATUS_TEXT 0x2
#define WS_HTTP_HEADER_MAPPING_COMMA_SEPARATOR 0x1
#define WS_HTTP_HEADER_MAPPING_SEMICOLON_SEPARATOR 0x2
#define WS_HTTP_HEADER_MAPPING_QUOTED_VALUE 0x4

typedef enum {
    WS_HTTP_PROXY_SETTING_MODE_AUTO = 1,
    WS_HTTP_PROXY_SETTING_MODE_NONE = 2,
    WS_HTTP_PROXY_SETTING_MODE_CUSTOM = 3
} WS_HTTP_PROXY_SETTING_MODE;

typedef struct _WS_CUSTOM_HTTP_PROXY {
    WS_STRING servers;
    WS_STRING bypass;
} WS_CUSTOM_HTTP_PROXY;

/* A header that travels between HTTP and the message. */
typedef struct _WS_HTTP_HEADER_MAPPING {
    WS_XML_STRING headerName;
    ULONG headerMappingOptions;
} WS_HTTP_HEADER_MAPPING;

typedef struct _WS_HTTP_MESSAGE_MAPPING {
    ULONG requestMappingOptions;
    ULONG responseMappingOptions;
    WS_HTTP_HEADER_MAPPING** requestHeaderMappings;
    ULONG requestHeaderMappingCount;
    WS_HTTP_HEADER_MAPPING** responseHeaderMappings;
    ULONG responseHeaderMappingCount;
} WS_HTTP_MESSAGE_MAPPING;

/* S_OK follows the redirect; anything else refuses it. */
typedef HRESULT (CALLBACK *WS_HTTP_REDIRECT_CALLBACK)(
    _In_opt_ void* state,
    _In_ const WS_STRING* originalUrl,
    _In_ const WS_STRING* newUrl);

typedef struct _WS_HTTP_REDIRECT_CALLBACK_CONTEXT {
    WS_HTTP_REDIRECT_CALLBACK callback;
    void* state;
} WS_HTTP_REDIRECT_CALLBACK_CONTEXT;

/* ---- Properties ---------------------------------------------------------------------------------------- */

typedef enum {
    WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE = 0,     /* ULONG, default 65536 */
    WS_CHANNEL_PROPERTY_MAX_STREAMED_MESSAGE_SIZE = 1,     /* ULONGLONG, default 4194304 */
    WS_CHANNEL_PROPERTY_MAX_STREAMED_START_SIZE = 2,       /* ULONG, default 16384 */
    WS_CHANNEL_PROPERTY_MAX_STREAMED_FLUSH_SIZE = 3,       /* ULONG, default 65536 */
    WS_CHANNEL_PROPERTY_ENCODING = 4,                      /* WS_ENCODING, default UTF8 (HTTP), BINARY_SESSION_1 (TCP, pipe) */
    WS_CHANNEL_PROPERTY_ENVELOPE_VERSION = 5,              /* WS_ENVELOPE_VERSION, default SOAP_1_2 */
    WS_CHANNEL_PROPERTY_ADDRESSING_VERSION = 6,            /* WS_ADDRESSING_VERSION, default 1_0 */
    WS_CHANNEL_PROPERTY_MAX_SESSION_DICTIONARY_SIZE = 7,   /* ULONG, default 2048 */
    WS_CHANNEL_PROPERTY_STATE = 8,                         /* WS_CHANNEL_STATE, read only */
    WS_CHANNEL_PROPERTY_ASYNC_CALLBACK_MODEL = 9,          /* WS_CALLBACK_MODEL, default WS_LONG_CALLBACK */
    WS_CHANNEL_PROPERTY_IP_VERSION = 10,                   /* WS_IP_VERSION, default AUTO */
    WS_CHANNEL_PROPERTY_RESOLVE_TIMEOUT = 11,              /* ULONG ms, default INFINITE */
    WS_CHANNEL_PROPERTY_CONNECT_TIMEOUT = 12,              /* ULONG ms, default 30000 */
    WS_CHANNEL_PROPERTY_SEND_TIMEOUT = 13,                 /* ULONG ms, default 30000 */
    WS_CHANNEL_PROPERTY_RECEIVE_RESPONSE_TIMEOUT = 14,     /* ULONG ms, default 30000 */
    WS_CHANNEL_PROPERTY_RECEIVE_TIMEOUT = 15,              /* ULONG ms, default 30000 */
    WS_CHANNEL_PROPERTY_CLOSE_TIMEOUT = 16,                /* ULONG ms, default 30000 */
    WS_CHANNEL_PROPERTY_ENABLE_TIMEOUTS = 17,              /* BOOL, default TRUE */
    WS_CHANNEL_PROPERTY_TRANSFER_MODE = 18,                /* WS_TRANSFER_MODE, default BUFFERED */
    WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE = 19,          /* ULONG, number of an interface, default 0 */
    WS_CHANNEL_PROPERTY_MULTICAST_HOPS = 20,               /* ULONG, default 1 */
    WS_CHANNEL_PROPERTY_REMOTE_ADDRESS = 21,               /* WS_ENDPOINT_ADDRESS, read only */
    WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS = 22,            /* SOCKADDR_STORAGE, read only */
    WS_CHANNEL_PROPERTY_HTTP_CONNECTION_ID = 23,           /* ULONGLONG, read only */
    WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS = 24,     /* WS_CUSTOM_CHANNEL_CALLBACKS */
    WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS = 25,    /* any bytes */
    WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_INSTANCE = 26,      /* void*, read only */
    WS_CHANNEL_PROPERTY_TRANSPORT_URL = 27,                /* WS_STRING, read only */
    WS_CHANNEL_PROPERTY_NO_DELAY = 28,                     /* BOOL, default FALSE */
    WS_CHANNEL_PROPERTY_SEND_KEEP_ALIVES = 29,             /* BOOL, default FALSE */
    WS_CHANNEL_PROPERTY_KEEP_ALIVE_TIME = 30,              /* ULONG ms, default 7200000 */
    WS_CHANNEL_PROPERTY_KEEP_ALIVE_INTERVAL = 31,          /* ULONG ms, default 1000 */
    WS_CHANNEL_PROPERTY_MAX_HTTP_SERVER_CONNECTIONS = 32,  /* ULONG, default INFINITE */
    WS_CHANNEL_PROPERTY_IS_SESSION_SHUT_DOWN = 33,         /* BOOL, read only */
    WS_CHANNEL_PROPERTY_CHANNEL_TYPE = 34,                 /* WS_CHANNEL_TYPE, read only */
    WS_CHANNEL_PROPERTY_TRIM_BUFFERED_MESSAGE_SIZE = 35,   /* ULONG, default 65536 */
    WS_CHANNEL_PROPERTY_ENCODER = 36,                      /* WS_CHANNEL_ENCODER */
    WS_CHANNEL_PROPERTY_DECODER = 37,                      /* WS_CHANNEL_DECODER */
    WS_CHANNEL_PROPERTY_PROTECTION_LEVEL = 38,             /* WS_PROTECTION_LEVEL, read only */
    WS_CHANNEL_PROPERTY_COOKIE_MODE = 39,                  /* WS_COOKIE_MODE, default AUTO */
    WS_CHANNEL_PROPERTY_HTTP_PROXY_SETTING_MODE = 40,      /* WS_HTTP_PROXY_SETTING_MODE, default AUTO */
    WS_CHANNEL_PROPERTY_CUSTOM_HTTP_PROXY = 41,            /* WS_CUSTOM_HTTP_PROXY */
    WS_CHANNEL_PROPERTY_HTTP_MESSAGE_MAPPING = 42,         /* WS_HTTP_MESSAGE_MAPPING, default none */
    WS_CHANNEL_PROPERTY_ENABLE_HTTP_REDIRECT = 43,         /* BOOL, default FALSE */
    WS_CHANNEL_PROPERTY_HTTP_REDIRECT_CALLBACK_CONTEXT = 44, /* WS_HTTP_REDIRECT_CALLBACK_CONTEXT */
    WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS = 45,             /* BOOL, default TRUE */
    WS_CHANNEL_PROPERTY_ALLOW_UNSECURED_FAULTS = 46,       /* BOOL, default FALSE */
    WS_CHANNEL_PROPERTY_HTTP_SERVER_SPN = 47,              /* WCHAR*, read only */
    WS_CHANNEL_PROPERTY_HTTP_PROXY_SPN = 48,               /* WCHAR*, read only */
    WS_CHANNEL_PROPERTY_MAX_HTTP_REQUEST_HEADERS_BUFFER_SIZE = 49 /* ULONG, default 65536 */
} WS_CHANNEL_PROPERTY_ID;

typedef struct _WS_CHANNEL_PROPERTY {
    WS_CHANNEL_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_CHANNEL_PROPERTY;

typedef struct _WS_CHANNEL_PROPERTIES {
    WS_CHANNEL_PROPERTY* properties;
    ULONG propertyCount;
} WS_CHANNEL_PROPERTIES;

/* ---- Channel ------------------------------------------------------------------------------------------- */

typedef struct _WS_SECURITY_DESCRIPTION WS_SECURITY_DESCRIPTION;
HRESULT WINAPI WsCreateChannel(
    _In_ WS_CHANNEL_TYPE channelType,
    _In_ WS_CHANNEL_BINDING channelBinding,
    _In_reads_opt_(propertyCount) const WS_CHANNEL_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ const WS_SECURITY_DESCRIPTION* securityDescription,
    _Outptr_ WS_CHANNEL** channel,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsCreateChannelForListener(
    _In_ WS_LISTENER* listener,
    _In_reads_opt_(propertyCount) const WS_CHANNEL_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_CHANNEL** channel,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsOpenChannel(
    _In_ WS_CHANNEL* channel,
    _In_ const WS_ENDPOINT_ADDRESS* endpointAddress,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsShutdownSessionChannel(
    _In_ WS_CHANNEL* channel,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsCloseChannel(
    _In_ WS_CHANNEL* channel,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAbortChannel(_In_ WS_CHANNEL* channel, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsResetChannel(_In_ WS_CHANNEL* channel, _In_opt_ WS_ERROR* error);

void WINAPI WsFreeChannel(_In_ WS_CHANNEL* channel);

HRESULT WINAPI WsGetChannelProperty(
    _In_ WS_CHANNEL* channel,
    _In_ WS_CHANNEL_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsSetChannelProperty(
    _In_ WS_CHANNEL* channel,
    _In_ WS_CHANNEL_PROPERTY_ID id,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* ---- Messages over it ---------------------------------------------------------------------------------- */

HRESULT WINAPI WsSendMessage(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* message,
    _In_ const WS_MESSAGE_DESCRIPTION* messageDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_opt_(bodyValueSize) const void* bodyValue,
    _In_ ULONG bodyValueSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsReceiveMessage(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* message,
    _In_reads_(messageDescriptionCount) const WS_MESSAGE_DESCRIPTION** messageDescriptions,
    _In_ ULONG messageDescriptionCount,
    _In_ WS_RECEIVE_OPTION receiveOption,
    _In_ WS_READ_OPTION readBodyOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _Out_opt_ ULONG* index,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsRequestReply(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* requestMessage,
    _In_ const WS_MESSAGE_DESCRIPTION* requestMessageDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_opt_(requestBodyValueSize) const void* requestBodyValue,
    _In_ ULONG requestBodyValueSize,
    _In_ WS_MESSAGE* replyMessage,
    _In_ const WS_MESSAGE_DESCRIPTION* replyMessageDescription,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_opt_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsSendReplyMessage(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* replyMessage,
    _In_ const WS_MESSAGE_DESCRIPTION* replyMessageDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_opt_(replyBodyValueSize) const void* replyBodyValue,
    _In_ ULONG replyBodyValueSize,
    _In_ WS_MESSAGE* requestMessage,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsSendFaultMessageForError(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* replyMessage,
    _In_ WS_ERROR* faultError,
    _In_ HRESULT faultErrorCode,
    _In_ WS_FAULT_DISCLOSURE faultDisclosure,
    _In_ WS_MESSAGE* requestMessage,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteMessageStart(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsWriteMessageEnd(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsReadMessageStart(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsReadMessageEnd(
    _In_ WS_CHANNEL* channel,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAbandonMessage(_In_ WS_CHANNEL* channel, _In_ WS_MESSAGE* message, _In_opt_ WS_ERROR* error);

/* ---- Encoders: what changes the bytes of messages on their way ----------------------------------------- */

typedef HRESULT (CALLBACK *WS_CREATE_ENCODER_CALLBACK)(
    _In_ void* createContext,
    _In_ WS_WRITE_CALLBACK writeCallback,
    _In_ void* writeContext,
    _Outptr_ void** encoderContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_ENCODER_GET_CONTENT_TYPE_CALLBACK)(
    _In_ void* encoderContext,
    _In_ const WS_STRING* contentType,
    _Out_ WS_STRING* newContentType,
    _Out_ WS_STRING* contentEncoding,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_ENCODER_START_CALLBACK)(
    _In_ void* encoderContext,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Hands the changed bytes to the write callback of its creation. */
typedef HRESULT (CALLBACK *WS_ENCODER_ENCODE_CALLBACK)(
    _In_ void* encoderContext,
    _In_reads_(count) const WS_BYTES* buffers,
    _In_ ULONG count,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_ENCODER_END_CALLBACK)(
    _In_ void* encoderContext,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef void (CALLBACK *WS_FREE_ENCODER_CALLBACK)(_In_ void* encoderContext);

typedef struct _WS_CHANNEL_ENCODER {
    void* createContext;
    WS_CREATE_ENCODER_CALLBACK createEncoderCallback;
    WS_ENCODER_GET_CONTENT_TYPE_CALLBACK encoderGetContentTypeCallback;
    WS_ENCODER_START_CALLBACK encoderStartCallback;
    WS_ENCODER_ENCODE_CALLBACK encoderEncodeCallback;
    WS_ENCODER_END_CALLBACK encoderEndCallback;
    WS_FREE_ENCODER_CALLBACK freeEncoderCallback;
} WS_CHANNEL_ENCODER;

typedef HRESULT (CALLBACK *WS_CREATE_DECODER_CALLBACK)(
    _In_ void* createContext,
    _In_ WS_READ_CALLBACK readCallback,
    _In_ void* readContext,
    _Outptr_ void** decoderContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_DECODER_GET_CONTENT_TYPE_CALLBACK)(
    _In_ void* decoderContext,
    _In_ const WS_STRING* contentType,
    _In_opt_ const WS_STRING* contentEncoding,
    _Out_ WS_STRING* newContentType,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_DECODER_START_CALLBACK)(
    _In_ void* encoderContext,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Gives up to `maxLength` bytes; 0 mean the end. */
typedef HRESULT (CALLBACK *WS_DECODER_DECODE_CALLBACK)(
    _In_ void* encoderContext,
    _Out_writes_bytes_(maxLength) void* buffer,
    _In_ ULONG maxLength,
    _Out_ ULONG* length,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_DECODER_END_CALLBACK)(
    _In_ void* encoderContext,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef void (CALLBACK *WS_FREE_DECODER_CALLBACK)(_In_ void* decoderContext);

typedef struct _WS_CHANNEL_DECODER {
    void* createContext;
    WS_CREATE_DECODER_CALLBACK createDecoderCallback;
    WS_DECODER_GET_CONTENT_TYPE_CALLBACK decoderGetContentTypeCallback;
    WS_DECODER_START_CALLBACK decoderStartCallback;
    WS_DECODER_DECODE_CALLBACK decoderDecodeCallback;
    WS_DECODER_END_CALLBACK decoderEndCallback;
    WS_FREE_DECODER_CALLBACK freeDecoderCallback;
} WS_CHANNEL_DECODER;

/* ---- Custom channels ----------------------------------------------------------------------------------- */

typedef HRESULT (CALLBACK *WS_CREATE_CHANNEL_CALLBACK)(
    _In_ WS_CHANNEL_TYPE channelType,
    _In_reads_bytes_(channelParametersSize) const void* channelParameters,
    _In_ ULONG channelParametersSize,
    _Outptr_ void** channelInstance,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_CREATE_CHANNEL_FOR_LISTENER_CALLBACK)(
    _In_ void* listenerInstance,
    _In_reads_bytes_(channelParametersSize) const void* channelParameters,
    _In_ ULONG channelParametersSize,
    _Outptr_ void** channelInstance,
    _In_opt_ WS_ERROR* error);

typedef void (CALLBACK *WS_FREE_CHANNEL_CALLBACK)(_In_ void* channelInstance);

typedef HRESULT (CALLBACK *WS_RESET_CHANNEL_CALLBACK)(_In_ void* channelInstance, _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_OPEN_CHANNEL_CALLBACK)(
    _In_ void* channelInstance,
    _In_ const WS_ENDPOINT_ADDRESS* endpointAddress,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_CLOSE_CHANNEL_CALLBACK)(
    _In_ void* channelInstance,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_ABORT_CHANNEL_CALLBACK)(_In_ void* channelInstance, _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_GET_CHANNEL_PROPERTY_CALLBACK)(
    _In_ void* channelInstance,
    _In_ WS_CHANNEL_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_SET_CHANNEL_PROPERTY_CALLBACK)(
    _In_ void* channelInstance,
    _In_ WS_CHANNEL_PROPERTY_ID id,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_WRITE_MESSAGE_START_CALLBACK)(
    _In_ void* channelInstance,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_WRITE_MESSAGE_END_CALLBACK)(
    _In_ void* channelInstance,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_READ_MESSAGE_START_CALLBACK)(
    _In_ void* channelInstance,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_READ_MESSAGE_END_CALLBACK)(
    _In_ void* channelInstance,
    _In_ WS_MESSAGE* message,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_ABANDON_MESSAGE_CALLBACK)(
    _In_ void* channelInstance,
    _In_ WS_MESSAGE* message,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_SHUTDOWN_SESSION_CHANNEL_CALLBACK)(
    _In_ void* channelInstance,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef struct _WS_CUSTOM_CHANNEL_CALLBACKS {
    WS_CREATE_CHANNEL_CALLBACK createChannelCallback;
    WS_FREE_CHANNEL_CALLBACK freeChannelCallback;
    WS_RESET_CHANNEL_CALLBACK resetChannelCallback;
    WS_OPEN_CHANNEL_CALLBACK openChannelCallback;
    WS_CLOSE_CHANNEL_CALLBACK closeChannelCallback;
    WS_ABORT_CHANNEL_CALLBACK abortChannelCallback;
    WS_GET_CHANNEL_PROPERTY_CALLBACK getChannelPropertyCallback;
    WS_SET_CHANNEL_PROPERTY_CALLBACK setChannelPropertyCallback;
    WS_WRITE_MESSAGE_START_CALLBACK writeMessageStartCallback;
    WS_WRITE_MESSAGE_END_CALLBACK writeMessageEndCallback;
    WS_READ_MESSAGE_START_CALLBACK readMessageStartCallback;
    WS_READ_MESSAGE_END_CALLBACK readMessageEndCallback;
    WS_ABANDON_MESSAGE_CALLBACK abandonMessageCallback;
    WS_SHUTDOWN_SESSION_CHANNEL_CALLBACK shutdownSessionChannelCallback;
} WS_CUSTOM_CHANNEL_CALLBACKS;

#endif
