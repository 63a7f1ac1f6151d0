/* Listeners: channels that peers open. */
#ifndef WS_LISTENER_H_INCLUDED
#define WS_LISTENER_H_INCLUDED

/* ---- Properties ---------------------------------------------------------------------------------------- */

/* Which parts of an address a message must match. */
#define WS_MATCH_URL_DNS_HOST 0x1
#define WS_MATCH_URL_DNS_FULLY_QUALIFIED_HOST 0x2
#define WS_MATCH_URL_NETBIOS_HOST 0x4
#define WS_MATCH_URL_LOCAL_HOST 0x8
#define WS_MATCH_URL_HOST_ADDRESSES 0x10
#define WS_MATCH_URL_THIS_HOST 0x1F
#define WS_MATCH_URL_PORT 0x20
#define WS_MATCH_URL_EXACT_PATH 0x40
#define WS_MATCH_URL_PREFIX_PATH 0x80
#define WS_MATCH_URL_NO_QUERY 0x100

typedef enum {
    WS_LISTENER_STATE_CREATED = 0,
    WS_LISTENER_STATE_OPENING = 1,
    WS_LISTENER_STATE_OPEN = 2,
    WS_LISTENER_STATE_FAULTED = 3,
    WS_LISTENER_STATE_CLOSING = 4,
    WS_LISTENER_STATE_CLOSED = 5
} WS_LISTENER_STATE;

typedef struct _WS_DISALLOWED_USER_AGENT_SUBSTRINGS {
    ULONG subStringCount;
    WS_STRING** subStrings;
} WS_DISALLOWED_USER_AGENT_SUBSTRINGS;

typedef enum {
    WS_LISTENER_PROPERTY_LISTEN_BACKLOG = 0,               /* ULONG */
    WS_LISTENER_PROPERTY_IP_VERSION = 1,                   /* WS_IP_VERSION, default AUTO */
    WS_LISTENER_PROPERTY_STATE = 2,                        /* WS_LISTENER_STATE, read only */
    WS_LISTENER_PROPERTY_ASYNC_CALLBACK_MODEL = 3,         /* WS_CALLBACK_MODEL, default LONG */
    WS_LISTENER_PROPERTY_CHANNEL_TYPE = 4,                 /* WS_CHANNEL_TYPE, read only */
    WS_LISTENER_PROPERTY_CHANNEL_BINDING = 5,              /* WS_CHANNEL_BINDING, read only */
    WS_LISTENER_PROPERTY_CONNECT_TIMEOUT = 6,              /* ULONG ms, default 15000 */
    WS_LISTENER_PROPERTY_IS_MULTICAST = 7,                 /* BOOL, default FALSE */
    WS_LISTENER_PROPERTY_MULTICAST_INTERFACES = 8,         /* ULONG[]: numbers of interfaces */
    WS_LISTENER_PROPERTY_MULTICAST_LOOPBACK = 9,           /* BOOL, default TRUE */
    WS_LISTENER_PROPERTY_CLOSE_TIMEOUT = 10,               /* ULONG ms, default 5000 */
    WS_LISTENER_PROPERTY_TO_HEADER_MATCHING_OPTIONS = 11,  /* ULONG, WS_MATCH_URL_* */
    WS_LISTENER_PROPERTY_TRANSPORT_URL_MATCHING_OPTIONS = 12, /* ULONG, WS_MATCH_URL_* */
    WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS = 13,   /* WS_CUSTOM_LISTENER_CALLBACKS */
    WS_LISTENER_PROPERTY_CUSTOM_LISTENER_PARAMETERS = 14,  /* any bytes */
    WS_LISTENER_PROPERTY_CUSTOM_LISTENER_INSTANCE = 15,    /* void*, read only */
    WS_LISTENER_PROPERTY_DISALLOWED_USER_AGENT = 16        /* WS_DISALLOWED_USER_AGENT_SUBSTRINGS, default "Mozilla" */
} WS_LISTENER_PROPERTY_ID;

typedef struct _WS_LISTENER_PROPERTY {
    WS_LISTENER_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_LISTENER_PROPERTY;

typedef struct _WS_LISTENER_PROPERTIES {
    WS_LISTENER_PROPERTY* properties;
    ULONG propertyCount;
} WS_LISTENER_PROPERTIES;

/* ---- Listener ------------------------------------------------------------------------------------------ */

HRESULT WINAPI WsCreateListener(
    _In_ WS_CHANNEL_TYPE channelType,
    _In_ WS_CHANNEL_BINDING channelBinding,
    _In_reads_opt_(propertyCount) const WS_LISTENER_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _In_opt_ const WS_SECURITY_DESCRIPTION* securityDescription,
    _Outptr_ WS_LISTENER** listener,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsOpenListener(
    _In_ WS_LISTENER* listener,
    _In_ const WS_STRING* url,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAcceptChannel(
    _In_ WS_LISTENER* listener,
    _In_ WS_CHANNEL* channel,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsCloseListener(
    _In_ WS_LISTENER* listener,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsAbortListener(_In_ WS_LISTENER* listener, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsResetListener(_In_ WS_LISTENER* listener, _In_opt_ WS_ERROR* error);

void WINAPI WsFreeListener(_In_ WS_LISTENER* listener);

HRESULT WINAPI WsGetListenerProperty(
    _In_ WS_LISTENER* listener,
    _In_ WS_LISTENER_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsSetListenerProperty(
    _In_ WS_LISTENER* listener,
    _In_ WS_LISTENER_PROPERTY_ID id,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* ---- Custom listeners ---------------------------------------------------------------------------------- */

typedef HRESULT (CALLBACK *WS_CREATE_LISTENER_CALLBACK)(
    _In_ WS_CHANNEL_TYPE channelType,
    _In_reads_bytes_(listenerParametersSize) const void* listenerParameters,
    _In_ ULONG listenerParametersSize,
    _Outptr_ void** listenerInstance,
    _In_opt_ WS_ERROR* error);

typedef void (CALLBACK *WS_FREE_LISTENER_CALLBACK)(_In_ void* listenerInstance);

typedef HRESULT (CALLBACK *WS_RESET_LISTENER_CALLBACK)(_In_ void* listenerInstance, _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_OPEN_LISTENER_CALLBACK)(
    _In_ void* listenerInstance,
    _In_ const WS_STRING* url,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_CLOSE_LISTENER_CALLBACK)(
    _In_ void* listenerInstance,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_ABORT_LISTENER_CALLBACK)(_In_ void* listenerInstance, _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_GET_LISTENER_PROPERTY_CALLBACK)(
    _In_ void* listenerInstance,
    _In_ WS_LISTENER_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_SET_LISTENER_PROPERTY_CALLBACK)(
    _In_ void* listenerInstance,
    _In_ WS_LISTENER_PROPERTY_ID id,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

typedef HRESULT (CALLBACK *WS_ACCEPT_CHANNEL_CALLBACK)(
    _In_ void* listenerInstance,
    _In_ void* channelInstance,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

typedef struct _WS_CUSTOM_LISTENER_CALLBACKS {
    WS_CREATE_LISTENER_CALLBACK createListenerCallback;
    WS_FREE_LISTENER_CALLBACK freeListenerCallback;
    WS_RESET_LISTENER_CALLBACK resetListenerCallback;
    WS_OPEN_LISTENER_CALLBACK openListenerCallback;
    WS_CLOSE_LISTENER_CALLBACK closeListenerCallback;
    WS_ABORT_LISTENER_CALLBACK abortListenerCallback;
    WS_GET_LISTENER_PROPERTY_CALLBACK getListenerPropertyCallback;
    WS_SET_LISTENER_PROPERTY_CALLBACK setListenerPropertyCallback;
    WS_CREATE_CHANNEL_FOR_LISTENER_CALLBACK createChannelForListenerCallback;
    WS_ACCEPT_CHANNEL_CALLBACK acceptChannelCallback;
} WS_CUSTOM_LISTENER_CALLBACKS;

#endif
