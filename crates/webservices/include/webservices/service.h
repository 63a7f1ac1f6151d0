/* Service proxies and service hosts. */
#ifndef WS_SERVICE_H_INCLUDED
#define WS_SERVICE_H_INCLUDED

/* ---- Contracts ----------------------------------------------------------------------------------------- */

/* Option of a message: its element may be nil. */
#define WS_SERVICE_OPERATION_MESSAGE_NILLABLE_ELEMENT 0x1
/* wsutil generates these. */

typedef enum {
    WS_NON_RPC_LITERAL_OPERATION = 0,
    WS_RPC_LITERAL_OPERATION = 1
} WS_OPERATION_STYLE;

typedef enum {
    WS_PARAMETER_TYPE_NORMAL = 0,
    WS_PARAMETER_TYPE_ARRAY = 1,
    WS_PARAMETER_TYPE_ARRAY_COUNT = 2,
    WS_PARAMETER_TYPE_MESSAGES = 3
} WS_PARAMETER_TYPE;

/* Field numbers in the input and output structs; 0xFFFF where there is none. */
typedef struct _WS_PARAMETER_DESCRIPTION {
    WS_PARAMETER_TYPE parameterType;
    USHORT inputMessageIndex;
    USHORT outputMessageIndex;
} WS_PARAMETER_DESCRIPTION;

/* Calls a function of the method table with the parameters in `frame`. */
typedef HRESULT (CALLBACK *WS_SERVICE_STUB_CALLBACK)(
    _In_ const WS_OPERATION_CONTEXT* context,
    _In_ void* frame,
    _In_ const void* callback,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef struct _WS_OPERATION_DESCRIPTION {
    ULONG versionInfo;
    WS_MESSAGE_DESCRIPTION* inputMessageDescription;
    WS_MESSAGE_DESCRIPTION* outputMessageDescription;
    ULONG inputMessageOptions;
    ULONG outputMessageOptions;
    USHORT parameterCount;
    WS_PARAMETER_DESCRIPTION* parameterDescription;
    WS_SERVICE_STUB_CALLBACK stubCallback;
    WS_OPERATION_STYLE style;
} WS_OPERATION_DESCRIPTION;

typedef struct _WS_CONTRACT_DESCRIPTION {
    ULONG operationCount;
    WS_OPERATION_DESCRIPTION** operations;
} WS_CONTRACT_DESCRIPTION;

/* ---- Proxy --------------------------------------------------------------------------------------------- */

typedef enum {
    WS_SERVICE_PROXY_STATE_CREATED = 0,
    WS_SERVICE_PROXY_STATE_OPENING = 1,
    WS_SERVICE_PROXY_STATE_OPEN = 2,
    WS_SERVICE_PROXY_STATE_CLOSING = 3,
    WS_SERVICE_PROXY_STATE_CLOSED = 4,
    WS_SERVICE_PROXY_STATE_FAULTED = 5
} WS_SERVICE_PROXY_STATE;

typedef enum {
    WS_PROXY_PROPERTY_CALL_TIMEOUT = 0,                    /* ULONG ms, default 30000 */
    WS_PROXY_PROPERTY_MESSAGE_PROPERTIES = 1,              /* WS_MESSAGE_PROPERTIES */
    WS_PROXY_PROPERTY_MAX_CALL_POOL_SIZE = 2,              /* USHORT, default 5 */
    WS_PROXY_PROPERTY_STATE = 3,                           /* WS_SERVICE_PROXY_STATE, read only */
    WS_PROXY_PROPERTY_MAX_PENDING_CALLS = 4,               /* ULONG, default 100 */
    WS_PROXY_PROPERTY_MAX_CLOSE_TIMEOUT = 5,               /* ULONG ms, default 5000 */
    WS_PROXY_FAULT_LANG_ID = 6                             /* LANGID */
} WS_PROXY_PROPERTY_ID;

typedef struct _WS_PROXY_PROPERTY {
    WS_PROXY_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_PROXY_PROPERTY;

typedef enum {
    WS_CALL_PROPERTY_CHECK_MUST_UNDERSTAND = 0,            /* BOOL, default TRUE */
    WS_CALL_PROPERTY_SEND_MESSAGE_CONTEXT = 1,             /* WS_PROXY_MESSAGE_CALLBACK_CONTEXT */
    WS_CALL_PROPERTY_RECEIVE_MESSAGE_CONTEXT = 2,          /* WS_PROXY_MESSAGE_CALLBACK_CONTEXT */
    WS_CALL_PROPERTY_CALL_ID = 3                           /* ULONG, for WsAbandonCall */
} WS_CALL_PROPERTY_ID;

typedef struct _WS_CALL_PROPERTY {
    WS_CALL_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_CALL_PROPERTY;

/* Runs before the headers of a request are written, or after those of a reply were read. */
typedef HRESULT (CALLBACK *WS_PROXY_MESSAGE_CALLBACK)(
    _In_ WS_MESSAGE* message,
    _In_ WS_HEAP* heap,
    _In_ void* state,
    _In_opt_ WS_ERROR* error);

typedef struct _WS_PROXY_MESSAGE_CALLBACK_CONTEXT {
    WS_PROXY_MESSAGE_CALLBACK callback;
    void* state;
} WS_PROXY_MESSAGE_CALLBACK_CONTEXT;

HRESULT WINAPI WsCreateServiceProxy(
    _In_ WS_CHANNEL_TYPE channelType,
    _In_ WS_CHANNEL_BINDING channelBinding,
    _In_opt_ const WS_SECURITY_DESCRIPTION* securityDescription,
    _In_reads_opt_(propertyCount) const WS_PROXY_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_reads_opt_(channelPropertyCount) const WS_CHANNEL_PROPERTY* channelProperties,
    _In_ ULONG channelPropertyCount,
    _Outptr_ WS_SERVICE_PROXY** serviceProxy,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsOpenServiceProxy(
    _In_ WS_SERVICE_PROXY* serviceProxy,
    _In_ const WS_ENDPOINT_ADDRESS* address,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Called by what wsutil generates. */
HRESULT WINAPI WsCall(
    _In_ WS_SERVICE_PROXY* serviceProxy,
    _In_ const WS_OPERATION_DESCRIPTION* operation,
    _In_opt_ const void** arguments,
    _In_ WS_HEAP* heap,
    _In_reads_opt_(callPropertyCount) const WS_CALL_PROPERTY* callProperties,
    _In_ ULONG callPropertyCount,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAbandonCall(
    _In_ WS_SERVICE_PROXY* serviceProxy,
    _In_ ULONG callId,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsCloseServiceProxy(
    _In_ WS_SERVICE_PROXY* serviceProxy,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAbortServiceProxy(_In_ WS_SERVICE_PROXY* serviceProxy, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsResetServiceProxy(_In_ WS_SERVICE_PROXY* serviceProxy, _In_opt_ WS_ERROR* error);

void WINAPI WsFreeServiceProxy(_In_ WS_SERVICE_PROXY* serviceProxy);

HRESULT WINAPI WsGetServiceProxyProperty(
    _In_ WS_SERVICE_PROXY* serviceProxy,
    _In_ WS_PROXY_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* ---- Operations ---------------------------------------------------------------------------------------- */

typedef enum {
    WS_SERVICE_HOST_ABORT = 0,
    WS_SERVICE_CHANNEL_FAULTED = 1
} WS_SERVICE_CANCEL_REASON;

typedef void (CALLBACK *WS_OPERATION_CANCEL_CALLBACK)(
    _In_ WS_SERVICE_CANCEL_REASON reason,
    _In_opt_ void* state);

typedef void (CALLBACK *WS_OPERATION_FREE_STATE_CALLBACK)(_In_opt_ void* state);

typedef enum {
    WS_OPERATION_CONTEXT_PROPERTY_CHANNEL = 0,             /* WS_CHANNEL* */
    WS_OPERATION_CONTEXT_PROPERTY_CONTRACT_DESCRIPTION = 1, /* WS_CONTRACT_DESCRIPTION* */
    WS_OPERATION_CONTEXT_PROPERTY_HOST_USER_STATE = 2,     /* void* */
    WS_OPERATION_CONTEXT_PROPERTY_CHANNEL_USER_STATE = 3,  /* void* */
    WS_OPERATION_CONTEXT_PROPERTY_INPUT_MESSAGE = 4,       /* WS_MESSAGE* */
    WS_OPERATION_CONTEXT_PROPERTY_OUTPUT_MESSAGE = 5,      /* WS_MESSAGE*, in operations only */
    WS_OPERATION_CONTEXT_PROPERTY_HEAP = 6,                /* WS_HEAP*, in operations only */
    WS_OPERATION_CONTEXT_PROPERTY_LISTENER = 7,            /* WS_LISTENER* */
    WS_OPERATION_CONTEXT_PROPERTY_ENDPOINT_ADDRESS = 8     /* WS_ENDPOINT_ADDRESS* */
} WS_OPERATION_CONTEXT_PROPERTY_ID;

HRESULT WINAPI WsGetOperationContextProperty(
    _In_ const WS_OPERATION_CONTEXT* context,
    _In_ WS_OPERATION_CONTEXT_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsRegisterOperationForCancel(
    _In_ const WS_OPERATION_CONTEXT* context,
    _In_ WS_OPERATION_CANCEL_CALLBACK cancelCallback,
    _In_opt_ WS_OPERATION_FREE_STATE_CALLBACK freestateCallback,
    _In_opt_ void* userState,
    _In_opt_ WS_ERROR* error);

/* ---- Endpoints ----------------------------------------------------------------------------------------- */

typedef HRESULT (CALLBACK *WS_SERVICE_MESSAGE_RECEIVE_CALLBACK)(
    _In_ const WS_OPERATION_CONTEXT* context,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Says whether the sender of a message is allowed in. */
typedef HRESULT (CALLBACK *WS_SERVICE_SECURITY_CALLBACK)(
    _In_ const WS_OPERATION_CONTEXT* context,
    _Out_ BOOL* authorized,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_SERVICE_ACCEPT_CHANNEL_CALLBACK)(
    _In_ const WS_OPERATION_CONTEXT* context,
    _Outptr_ void** channelState,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Always runs, even where the accept callback failed. */
typedef HRESULT (CALLBACK *WS_SERVICE_CLOSE_CHANNEL_CALLBACK)(
    _In_ const WS_OPERATION_CONTEXT* context,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext);

typedef struct _WS_SERVICE_PROPERTY_ACCEPT_CALLBACK {
    WS_SERVICE_ACCEPT_CHANNEL_CALLBACK callback;
} WS_SERVICE_PROPERTY_ACCEPT_CALLBACK;

typedef struct _WS_SERVICE_PROPERTY_CLOSE_CALLBACK {
    WS_SERVICE_CLOSE_CHANNEL_CALLBACK callback;
} WS_SERVICE_PROPERTY_CLOSE_CALLBACK;

typedef struct _WS_SERVICE_CONTRACT {
    const WS_CONTRACT_DESCRIPTION* contractDescription;
    WS_SERVICE_MESSAGE_RECEIVE_CALLBACK defaultMessageHandlerCallback;
    const void* methodTable;
} WS_SERVICE_CONTRACT;

typedef enum {
    WS_METADATA_EXCHANGE_TYPE_NONE = 0,
    WS_METADATA_EXCHANGE_TYPE_MEX = 1,
    WS_METADATA_EXCHANGE_TYPE_HTTP_GET = 2
} WS_METADATA_EXCHANGE_TYPE;

typedef struct _WS_SERVICE_METADATA_DOCUMENT {
    WS_XML_STRING* content;
    WS_STRING* name;
} WS_SERVICE_METADATA_DOCUMENT;

typedef struct _WS_SERVICE_METADATA {
    ULONG documentCount;
    WS_SERVICE_METADATA_DOCUMENT** documents;
    WS_XML_STRING* serviceName;
    WS_XML_STRING* serviceNs;
} WS_SERVICE_METADATA;

typedef struct _WS_SERVICE_ENDPOINT_METADATA {
    WS_XML_STRING* portName;
    WS_XML_STRING* bindingName;
    WS_XML_STRING* bindingNs;
} WS_SERVICE_ENDPOINT_METADATA;

typedef enum {
    WS_SERVICE_ENDPOINT_PROPERTY_ACCEPT_CHANNEL_CALLBACK = 0, /* WS_SERVICE_PROPERTY_ACCEPT_CALLBACK */
    WS_SERVICE_ENDPOINT_PROPERTY_CLOSE_CHANNEL_CALLBACK = 1, /* WS_SERVICE_PROPERTY_CLOSE_CALLBACK */
    WS_SERVICE_ENDPOINT_PROPERTY_MAX_ACCEPTING_CHANNELS = 2, /* ULONG, default 1 */
    WS_SERVICE_ENDPOINT_PROPERTY_MAX_CONCURRENCY = 3,      /* ULONG, default 1 */
    WS_SERVICE_ENDPOINT_PROPERTY_BODY_HEAP_MAX_SIZE = 4,   /* SIZE_T, default 65535 */
    WS_SERVICE_ENDPOINT_PROPERTY_BODY_HEAP_TRIM_SIZE = 5,  /* SIZE_T, default 4096 */
    WS_SERVICE_ENDPOINT_PROPERTY_MESSAGE_PROPERTIES = 6,   /* WS_MESSAGE_PROPERTIES */
    WS_SERVICE_ENDPOINT_PROPERTY_MAX_CALL_POOL_SIZE = 7,   /* ULONG, default 100 */
    WS_SERVICE_ENDPOINT_PROPERTY_MAX_CHANNEL_POOL_SIZE = 8, /* ULONG, default 100 */
    WS_SERVICE_ENDPOINT_PROPERTY_LISTENER_PROPERTIES = 9,  /* WS_LISTENER_PROPERTIES */
    WS_SERVICE_ENDPOINT_PROPERTY_CHECK_MUST_UNDERSTAND = 10, /* BOOL, default TRUE */
    WS_SERVICE_ENDPOINT_PROPERTY_METADATA_EXCHANGE_TYPE = 11, /* WS_METADATA_EXCHANGE_TYPE, default NONE */
    WS_SERVICE_ENDPOINT_PROPERTY_METADATA = 12,            /* WS_SERVICE_ENDPOINT_METADATA */
    WS_SERVICE_ENDPOINT_PROPERTY_METADATA_EXCHANGE_URL_SUFFIX = 13, /* WS_STRING */
    WS_SERVICE_ENDPOINT_PROPERTY_MAX_CHANNELS = 14         /* ULONG, default 100 */
} WS_SERVICE_ENDPOINT_PROPERTY_ID;

typedef struct _WS_SERVICE_ENDPOINT_PROPERTY {
    WS_SERVICE_ENDPOINT_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_SERVICE_ENDPOINT_PROPERTY;

typedef struct _WS_SERVICE_ENDPOINT {
    WS_ENDPOINT_ADDRESS address;
    WS_CHANNEL_BINDING channelBinding;
    WS_CHANNEL_TYPE channelType;
    const WS_SECURITY_DESCRIPTION* securityDescription;
    const WS_SERVICE_CONTRACT* contract;
    WS_SERVICE_SECURITY_CALLBACK authorizationCallback;
    const WS_SERVICE_ENDPOINT_PROPERTY* properties;
    ULONG propertyCount;
    WS_CHANNEL_PROPERTIES channelProperties;
} WS_SERVICE_ENDPOINT;

/* ---- Host ---------------------------------------------------------------------------------------------- */

typedef enum {
    WS_SERVICE_HOST_STATE_CREATED = 0,
    WS_SERVICE_HOST_STATE_OPENING = 1,
    WS_SERVICE_HOST_STATE_OPEN = 2,
    WS_SERVICE_HOST_STATE_CLOSING = 3,
    WS_SERVICE_HOST_STATE_CLOSED = 4,
    WS_SERVICE_HOST_STATE_FAULTED = 5
} WS_SERVICE_HOST_STATE;

typedef enum {
    WS_SERVICE_PROPERTY_HOST_USER_STATE = 0,               /* void* */
    WS_SERVICE_PROPERTY_FAULT_DISCLOSURE = 1,              /* WS_FAULT_DISCLOSURE, default MINIMAL */
    WS_SERVICE_PROPERTY_FAULT_LANGID = 2,                  /* LANGID */
    WS_SERVICE_PROPERTY_HOST_STATE = 3,                    /* WS_SERVICE_HOST_STATE, read only */
    WS_SERVICE_PROPERTY_METADATA = 4,                      /* WS_SERVICE_METADATA */
    WS_SERVICE_PROPERTY_CLOSE_TIMEOUT = 5                  /* ULONG ms, default 5000 */
} WS_SERVICE_PROPERTY_ID;

typedef struct _WS_SERVICE_PROPERTY {
    WS_SERVICE_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_SERVICE_PROPERTY;

HRESULT WINAPI WsCreateServiceHost(
    _In_reads_opt_(endpointCount) const WS_SERVICE_ENDPOINT** endpoints,
    _In_ USHORT endpointCount,
    _In_reads_opt_(servicePropertyCount) const WS_SERVICE_PROPERTY* serviceProperties,
    _In_ ULONG servicePropertyCount,
    _Outptr_ WS_SERVICE_HOST** serviceHost,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsOpenServiceHost(
    _In_ WS_SERVICE_HOST* serviceHost,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsCloseServiceHost(
    _In_ WS_SERVICE_HOST* serviceHost,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAbortServiceHost(_In_ WS_SERVICE_HOST* serviceHost, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsResetServiceHost(_In_ WS_SERVICE_HOST* serviceHost, _In_opt_ WS_ERROR* error);

void WINAPI WsFreeServiceHost(_In_ WS_SERVICE_HOST* serviceHost);

HRESULT WINAPI WsGetServiceHostProperty(
    _In_ WS_SERVICE_HOST* serviceHost,
    _In_ WS_SERVICE_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

#endif
