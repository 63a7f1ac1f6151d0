/* Custom channels and listeners that are a layer over those of the library: over net.tcp with a session, over HTTP. */
#define _DEFAULT_SOURCE
#include "customs.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

typedef struct {
    WS_CHANNEL* below;
} LAYER;

typedef struct {
    WS_LISTENER* below;
} LAYER_LISTENER;

/* Messages that went through. */
static int layered_out, layered_in;

static HRESULT CALLBACK layer_create(WS_CHANNEL_TYPE type, const void* parameters, ULONG size, void** instance,
    WS_ERROR* error)
{
    CHECK(size == sizeof(WS_CHANNEL_BINDING));
    LAYER* layer = calloc(1, sizeof *layer);
    CHECK(layer != NULL);
    OK_BY(error, WsCreateChannel(
        type, *(const WS_CHANNEL_BINDING*)parameters, NULL, 0, NULL, &layer->below, error));
    *instance = layer;
    return S_OK;
}

static void CALLBACK layer_free(void* instance)
{
    WsFreeChannel(((LAYER*)instance)->below);
    free(instance);
}

static HRESULT CALLBACK layer_reset(void* instance, WS_ERROR* error)
{
    return WsResetChannel(((LAYER*)instance)->below, error);
}

static HRESULT CALLBACK layer_open(void* instance, const WS_ENDPOINT_ADDRESS* address, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    return WsOpenChannel(((LAYER*)instance)->below, address, context, error);
}

static HRESULT CALLBACK layer_close(void* instance, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    return WsCloseChannel(((LAYER*)instance)->below, context, error);
}

static HRESULT CALLBACK layer_abort(void* instance, WS_ERROR* error)
{
    return WsAbortChannel(((LAYER*)instance)->below, error);
}

static HRESULT CALLBACK layer_get(void* instance, WS_CHANNEL_PROPERTY_ID id, void* value, ULONG size, WS_ERROR* error)
{
    return WsGetChannelProperty(((LAYER*)instance)->below, id, value, size, error);
}

static HRESULT CALLBACK layer_set(void* instance, WS_CHANNEL_PROPERTY_ID id, const void* value, ULONG size,
    WS_ERROR* error)
{
    return WsSetChannelProperty(((LAYER*)instance)->below, id, value, size, error);
}

static HRESULT CALLBACK layer_write_start(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    return WsWriteMessageStart(((LAYER*)instance)->below, message, context, error);
}

static HRESULT CALLBACK layer_write_end(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    pthread_mutex_lock(&lock);
    layered_out++;
    pthread_mutex_unlock(&lock);
    return WsWriteMessageEnd(((LAYER*)instance)->below, message, context, error);
}

static HRESULT CALLBACK layer_read_start(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    return WsReadMessageStart(((LAYER*)instance)->below, message, context, error);
}

static HRESULT CALLBACK layer_read_end(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    pthread_mutex_lock(&lock);
    layered_in++;
    pthread_mutex_unlock(&lock);
    return WsReadMessageEnd(((LAYER*)instance)->below, message, context, error);
}

static HRESULT CALLBACK layer_abandon(void* instance, WS_MESSAGE* message, WS_ERROR* error)
{
    return WsAbandonMessage(((LAYER*)instance)->below, message, error);
}

static HRESULT CALLBACK layer_shut_down(void* instance, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    return WsShutdownSessionChannel(((LAYER*)instance)->below, context, error);
}

static const WS_CUSTOM_CHANNEL_CALLBACKS layer_channel = {layer_create, layer_free, layer_reset, layer_open, layer_close,
    layer_abort, layer_get, layer_set, layer_write_start, layer_write_end, layer_read_start, layer_read_end,
    layer_abandon, layer_shut_down};

static HRESULT CALLBACK layer_create_listener(WS_CHANNEL_TYPE type, const void* parameters, ULONG size, void** instance,
    WS_ERROR* error)
{
    CHECK(size == sizeof(WS_CHANNEL_BINDING));
    LAYER_LISTENER* layer = calloc(1, sizeof *layer);
    CHECK(layer != NULL);
    OK_BY(error, WsCreateListener(
        type, *(const WS_CHANNEL_BINDING*)parameters, NULL, 0, NULL, &layer->below, error));
    *instance = layer;
    return S_OK;
}

static void CALLBACK layer_free_listener(void* instance)
{
    WsFreeListener(((LAYER_LISTENER*)instance)->below);
    free(instance);
}

static HRESULT CALLBACK layer_reset_listener(void* instance, WS_ERROR* error)
{
    return WsResetListener(((LAYER_LISTENER*)instance)->below, error);
}

static HRESULT CALLBACK layer_open_listener(void* instance, const WS_STRING* url, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    return WsOpenListener(((LAYER_LISTENER*)instance)->below, url, context, error);
}

static HRESULT CALLBACK layer_close_listener(void* instance, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    return WsCloseListener(((LAYER_LISTENER*)instance)->below, context, error);
}

static HRESULT CALLBACK layer_abort_listener(void* instance, WS_ERROR* error)
{
    return WsAbortListener(((LAYER_LISTENER*)instance)->below, error);
}

static HRESULT CALLBACK layer_get_listener(void* instance, WS_LISTENER_PROPERTY_ID id, void* value, ULONG size,
    WS_ERROR* error)
{
    return WsGetListenerProperty(((LAYER_LISTENER*)instance)->below, id, value, size, error);
}

static HRESULT CALLBACK layer_set_listener(void* instance, WS_LISTENER_PROPERTY_ID id, const void* value, ULONG size,
    WS_ERROR* error)
{
    return WsSetListenerProperty(((LAYER_LISTENER*)instance)->below, id, value, size, error);
}

static HRESULT CALLBACK layer_create_for(void* listener, const void* parameters, ULONG size, void** instance,
    WS_ERROR* error)
{
    (void)parameters;
    CHECK(size == sizeof(WS_CHANNEL_BINDING));
    LAYER* layer = calloc(1, sizeof *layer);
    CHECK(layer != NULL);
    OK_BY(error, WsCreateChannelForListener(((LAYER_LISTENER*)listener)->below, NULL, 0, &layer->below, error));
    *instance = layer;
    return S_OK;
}

static HRESULT CALLBACK layer_accept(void* listener, void* channel, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    return WsAcceptChannel(((LAYER_LISTENER*)listener)->below, ((LAYER*)channel)->below, context, error);
}

static const WS_CUSTOM_LISTENER_CALLBACKS layer_listener = {layer_create_listener, layer_free_listener,
    layer_reset_listener, layer_open_listener, layer_close_listener, layer_abort_listener, layer_get_listener,
    layer_set_listener, layer_create_for, layer_accept};

static WS_CHANNEL_BINDING below = WS_TCP_CHANNEL_BINDING;
static const WS_CHANNEL_PROPERTY properties[] = {
    {WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS, (void*)&layer_channel, sizeof layer_channel},
    {WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS, &below, sizeof below},
};
static const WS_LISTENER_PROPERTY listener_properties[] = {
    {WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS, (void*)&layer_listener, sizeof layer_listener},
    {WS_LISTENER_PROPERTY_CUSTOM_LISTENER_PARAMETERS, &below, sizeof below},
};

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    LINK layer = {.binding = WS_CUSTOM_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp", .properties = properties,
        .property_count = 2, .listener_properties = listener_properties, .listener_property_count = 2};
    LINK other = layer;
    exchange(&layer);
    /* 7 requests, 2 notes, the message that stops the server, 7 replies. The channel below made the fault an error. */
    CHECK(layered_out == 17 && layered_in == 16);
    aborts(&other);
    below = WS_HTTP_CHANNEL_BINDING;
    LINK http = {.binding = WS_CUSTOM_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "http", .properties = properties, .property_count = 2,
        .listener_properties = listener_properties, .listener_property_count = 2};
    exchange(&http);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
