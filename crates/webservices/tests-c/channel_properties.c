/* The properties of channels and listeners (WWSAPI P.5, P.6): their defaults for each binding, what a program may set when it
   creates the object and later, and what it reads then. */
#include "channels.h"

#define HTTP 1
#define TCP 2
#define UDP 4
#define PIPE 8
#define ALL (HTTP | TCP | UDP | PIPE)
#define FRAMED (TCP | PIPE)

/* A number, of as many bytes as the property has. */
typedef struct {
    WS_CHANNEL_PROPERTY_ID id;
    int bindings;      /* of which this is the default */
    ULONG size;        /* of the value */
    ULONGLONG initial; /* its default */
    ULONGLONG other;   /* another one, or the same if there is none that all these bindings take */
    int later;         /* it may be set later, too */
} NUMBER;

static const NUMBER numbers[] = {
    {WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE, ALL, 4, 65536, 1, 0},
    {WS_CHANNEL_PROPERTY_MAX_STREAMED_MESSAGE_SIZE, HTTP, 8, 4194304, 1ULL << 40, 0},
    {WS_CHANNEL_PROPERTY_MAX_STREAMED_START_SIZE, HTTP, 4, 16384, 100, 0},
    {WS_CHANNEL_PROPERTY_MAX_STREAMED_FLUSH_SIZE, HTTP, 4, 65536, 1000, 0},
    {WS_CHANNEL_PROPERTY_ENCODING, HTTP | UDP, 4, WS_ENCODING_XML_UTF8, WS_ENCODING_XML_UTF8, 0},
    {WS_CHANNEL_PROPERTY_ENCODING, FRAMED, 4, WS_ENCODING_XML_BINARY_SESSION_1, WS_ENCODING_XML_MTOM_UTF8, 0},
    {WS_CHANNEL_PROPERTY_ENVELOPE_VERSION, ALL, 4, WS_ENVELOPE_VERSION_SOAP_1_2, WS_ENVELOPE_VERSION_SOAP_1_2, 0},
    {WS_CHANNEL_PROPERTY_ADDRESSING_VERSION, ALL, 4, WS_ADDRESSING_VERSION_1_0, WS_ADDRESSING_VERSION_0_9, 0},
    {WS_CHANNEL_PROPERTY_MAX_SESSION_DICTIONARY_SIZE, FRAMED, 4, 2048, 0, 0},
    {WS_CHANNEL_PROPERTY_ASYNC_CALLBACK_MODEL, ALL, 4, WS_LONG_CALLBACK, WS_SHORT_CALLBACK, 0},
    {WS_CHANNEL_PROPERTY_IP_VERSION, TCP | UDP, 4, WS_IP_VERSION_AUTO, WS_IP_VERSION_6, 0},
    {WS_CHANNEL_PROPERTY_RESOLVE_TIMEOUT, HTTP, 4, 0xFFFFFFFF, 7, 1},
    {WS_CHANNEL_PROPERTY_CONNECT_TIMEOUT, HTTP | FRAMED, 4, 30000, 0, 0},
    {WS_CHANNEL_PROPERTY_SEND_TIMEOUT, HTTP | FRAMED, 4, 30000, 1, 0},
    {WS_CHANNEL_PROPERTY_RECEIVE_RESPONSE_TIMEOUT, HTTP, 4, 30000, 0xFFFFFFFF, 0},
    {WS_CHANNEL_PROPERTY_RECEIVE_TIMEOUT, HTTP | FRAMED, 4, 30000, 99, 0},
    {WS_CHANNEL_PROPERTY_CLOSE_TIMEOUT, FRAMED, 4, 30000, 99, 0},
    {WS_CHANNEL_PROPERTY_ENABLE_TIMEOUTS, ALL, 4, TRUE, FALSE, 0},
    {WS_CHANNEL_PROPERTY_TRANSFER_MODE, HTTP, 4, WS_BUFFERED_TRANSFER_MODE, WS_STREAMED_OUTPUT_TRANSFER_MODE, 0},
    {WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE, UDP, 4, 0, 1, 1},
    {WS_CHANNEL_PROPERTY_MULTICAST_HOPS, UDP, 4, 1, 32, 0},
    /* On by default, other than in webservices.h. */
    {WS_CHANNEL_PROPERTY_NO_DELAY, TCP, 4, TRUE, FALSE, 0},
    {WS_CHANNEL_PROPERTY_SEND_KEEP_ALIVES, TCP, 4, FALSE, TRUE, 0},
    {WS_CHANNEL_PROPERTY_KEEP_ALIVE_TIME, TCP, 4, 2 * 60 * 60 * 1000, 2 * 60 * 60 * 1000, 0},
    {WS_CHANNEL_PROPERTY_KEEP_ALIVE_INTERVAL, TCP, 4, 1000, 1000, 0},
    {WS_CHANNEL_PROPERTY_MAX_HTTP_SERVER_CONNECTIONS, HTTP, 4, 0xFFFFFFFF, 3, 0},
    {WS_CHANNEL_PROPERTY_TRIM_BUFFERED_MESSAGE_SIZE, ALL, 4, 65536, 100, 0},
    {WS_CHANNEL_PROPERTY_COOKIE_MODE, HTTP, 4, WS_AUTO_COOKIE_MODE, WS_MANUAL_COOKIE_MODE, 0},
    {WS_CHANNEL_PROPERTY_HTTP_PROXY_SETTING_MODE, HTTP, 4, WS_HTTP_PROXY_SETTING_MODE_AUTO,
        WS_HTTP_PROXY_SETTING_MODE_NONE, 0},
    {WS_CHANNEL_PROPERTY_ENABLE_HTTP_REDIRECT, HTTP, 4, FALSE, TRUE, 0},
    {WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS, ALL, 4, TRUE, FALSE, 1},
    {WS_CHANNEL_PROPERTY_ALLOW_UNSECURED_FAULTS, ALL, 4, FALSE, FALSE, 0},
    {WS_CHANNEL_PROPERTY_MAX_HTTP_REQUEST_HEADERS_BUFFER_SIZE, HTTP, 4, 65536, 1000, 0},
};

static const struct {
    int bit;
    WS_CHANNEL_BINDING binding;
    WS_CHANNEL_TYPE client, server;
} bindings[] = {
    {HTTP, WS_HTTP_CHANNEL_BINDING, WS_CHANNEL_TYPE_REQUEST, WS_CHANNEL_TYPE_REPLY},
    {TCP, WS_TCP_CHANNEL_BINDING, WS_CHANNEL_TYPE_DUPLEX_SESSION, WS_CHANNEL_TYPE_DUPLEX_SESSION},
    {UDP, WS_UDP_CHANNEL_BINDING, WS_CHANNEL_TYPE_DUPLEX, WS_CHANNEL_TYPE_DUPLEX},
    {PIPE, WS_NAMEDPIPE_CHANNEL_BINDING, WS_CHANNEL_TYPE_DUPLEX_SESSION, WS_CHANNEL_TYPE_DUPLEX_SESSION},
};

static ULONGLONG get(WS_CHANNEL* channel, WS_CHANNEL_PROPERTY_ID id, ULONG size)
{
    ULONGLONG value = 0; /* little-endian: the low bytes come first */
    OK(WsGetChannelProperty(channel, id, &value, size, g_error));
    return value;
}

/* One property with one binding. */
static void number(const NUMBER* n, int with)
{
    WS_CHANNEL* channel = NULL;
    ULONGLONG value = n->other;
    WS_CHANNEL_PROPERTY property = {n->id, &value, n->size};
    WS_CHANNEL_TYPE type = bindings[with].client;
    OK(WsCreateChannel(type, bindings[with].binding, NULL, 0, NULL, &channel, g_error));
    CHECK(get(channel, n->id, n->size) == n->initial);
    EXPECT(E_INVALIDARG, WsGetChannelProperty(channel, n->id, &value, n->size - 1, NULL));
    if (n->later) {
        OK(WsSetChannelProperty(channel, n->id, &value, n->size, g_error));
        CHECK(get(channel, n->id, n->size) == n->other);
    } else {
        EXPECT(E_INVALIDARG, WsSetChannelProperty(channel, n->id, &value, n->size, NULL));
    }
    WsFreeChannel(channel);
    OK(WsCreateChannel(type, bindings[with].binding, &property, 1, NULL, &channel, g_error));
    CHECK(get(channel, n->id, n->size) == n->other);
    WsFreeChannel(channel);
    property.valueSize--;
    EXPECT(E_INVALIDARG, WsCreateChannel(type, bindings[with].binding, &property, 1, NULL, &channel, NULL));
}

/* Timeouts that are not given are off with ENABLE_TIMEOUTS off; time and interval count with keep-alives only. */
static void together(void)
{
    WS_CHANNEL* channel = NULL;
    BOOL off = FALSE, on = TRUE;
    ULONG limit = 5, time = 1000, interval = 200;
    WS_CHANNEL_PROPERTY timeouts[] = {
        {WS_CHANNEL_PROPERTY_SEND_TIMEOUT, &limit, sizeof limit},
        {WS_CHANNEL_PROPERTY_ENABLE_TIMEOUTS, &off, sizeof off},
    };
    OK(WsCreateChannel(
        WS_CHANNEL_TYPE_DUPLEX_SESSION, WS_TCP_CHANNEL_BINDING, timeouts, 2, NULL, &channel, g_error));
    CHECK(get(channel, WS_CHANNEL_PROPERTY_SEND_TIMEOUT, 4) == 5);
    CHECK(get(channel, WS_CHANNEL_PROPERTY_RECEIVE_TIMEOUT, 4) == 0xFFFFFFFF);
    CHECK(get(channel, WS_CHANNEL_PROPERTY_CONNECT_TIMEOUT, 4) == 0xFFFFFFFF);
    CHECK(get(channel, WS_CHANNEL_PROPERTY_CLOSE_TIMEOUT, 4) == 0xFFFFFFFF);
    WsFreeChannel(channel);
    WS_CHANNEL_PROPERTY probes[] = {
        {WS_CHANNEL_PROPERTY_KEEP_ALIVE_TIME, &time, sizeof time},
        {WS_CHANNEL_PROPERTY_KEEP_ALIVE_INTERVAL, &interval, sizeof interval},
        {WS_CHANNEL_PROPERTY_SEND_KEEP_ALIVES, &on, sizeof on},
    };
    OK(WsCreateChannel(WS_CHANNEL_TYPE_DUPLEX_SESSION, WS_TCP_CHANNEL_BINDING, probes, 3, NULL, &channel, g_error));
    CHECK(get(channel, WS_CHANNEL_PROPERTY_KEEP_ALIVE_TIME, 4) == 1000);
    CHECK(get(channel, WS_CHANNEL_PROPERTY_KEEP_ALIVE_INTERVAL, 4) == 200);
    WsFreeChannel(channel);
    /* The raw encoding has neither envelope nor addresses. */
    WS_ENCODING raw = WS_ENCODING_RAW;
    WS_CHANNEL_PROPERTY as_raw[] = {{WS_CHANNEL_PROPERTY_ENCODING, &raw, sizeof raw}};
    OK(WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_HTTP_CHANNEL_BINDING, as_raw, 1, NULL, &channel, g_error));
    CHECK(get(channel, WS_CHANNEL_PROPERTY_ENVELOPE_VERSION, 4) == WS_ENVELOPE_VERSION_NONE);
    CHECK(get(channel, WS_CHANNEL_PROPERTY_ADDRESSING_VERSION, 4) == WS_ADDRESSING_VERSION_TRANSPORT);
    WsFreeChannel(channel);
}

/* What can only be read, what cannot be read, what is none. */
static void others(void)
{
    static const WS_CHANNEL_PROPERTY_ID read_only[] = {WS_CHANNEL_PROPERTY_STATE, WS_CHANNEL_PROPERTY_REMOTE_ADDRESS,
        WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS, WS_CHANNEL_PROPERTY_HTTP_CONNECTION_ID,
        WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_INSTANCE, WS_CHANNEL_PROPERTY_TRANSPORT_URL,
        WS_CHANNEL_PROPERTY_IS_SESSION_SHUT_DOWN, WS_CHANNEL_PROPERTY_CHANNEL_TYPE, WS_CHANNEL_PROPERTY_PROTECTION_LEVEL,
        WS_CHANNEL_PROPERTY_HTTP_SERVER_SPN, WS_CHANNEL_PROPERTY_HTTP_PROXY_SPN};
    WS_CHANNEL* channel = NULL;
    BYTE value[256] = {0};
    for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) {
        for (ULONG size = 4; size <= 128; size *= 2) {
            WS_CHANNEL_PROPERTY property = {read_only[i], value, size};
            EXPECT(E_INVALIDARG,
                WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_HTTP_CHANNEL_BINDING, &property, 1, NULL, &channel, NULL));
        }
    }
    OK(WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_HTTP_CHANNEL_BINDING, NULL, 0, NULL, &channel, g_error));
    CHECK(get(channel, WS_CHANNEL_PROPERTY_STATE, 4) == WS_CHANNEL_STATE_CREATED);
    CHECK(get(channel, WS_CHANNEL_PROPERTY_CHANNEL_TYPE, 4) == WS_CHANNEL_TYPE_REQUEST);
    CHECK(get(channel, WS_CHANNEL_PROPERTY_PROTECTION_LEVEL, 4) == WS_PROTECTION_LEVEL_NONE);
    /* There is no peer yet. */
    EXPECT(WS_E_INVALID_OPERATION,
        WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS, value, 128, NULL));
    EXPECT(WS_E_INVALID_OPERATION,
        WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_TRANSPORT_URL, value, sizeof(WS_STRING), NULL));
    static const WS_CHANNEL_PROPERTY_ID unread[] = {WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS,
        WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS, WS_CHANNEL_PROPERTY_ENCODER, WS_CHANNEL_PROPERTY_DECODER,
        WS_CHANNEL_PROPERTY_CUSTOM_HTTP_PROXY, WS_CHANNEL_PROPERTY_HTTP_MESSAGE_MAPPING,
        WS_CHANNEL_PROPERTY_HTTP_REDIRECT_CALLBACK_CONTEXT};
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
        EXPECT(E_INVALIDARG, WsGetChannelProperty(channel, unread[i], value, sizeof value, NULL));
    WsFreeChannel(channel);
    channel = NULL;
    for (int id = 50; id < 53; id++) {
        WS_CHANNEL_PROPERTY property = {(WS_CHANNEL_PROPERTY_ID)id, value, 4};
        EXPECT(E_INVALIDARG,
            WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_HTTP_CHANNEL_BINDING, &property, 1, NULL, &channel, NULL));
    }
    CHECK(channel == NULL);
}

static ULONG get_of(WS_LISTENER* listener, WS_LISTENER_PROPERTY_ID id)
{
    ULONG value = 0;
    OK(WsGetListenerProperty(listener, id, &value, sizeof value, g_error));
    return value;
}

static void listeners(void)
{
    static const struct {
        WS_LISTENER_PROPERTY_ID id;
        ULONG initial, other;
    } all[] = {
        {WS_LISTENER_PROPERTY_IP_VERSION, WS_IP_VERSION_AUTO, WS_IP_VERSION_4},
        {WS_LISTENER_PROPERTY_ASYNC_CALLBACK_MODEL, WS_LONG_CALLBACK, WS_SHORT_CALLBACK},
        {WS_LISTENER_PROPERTY_CONNECT_TIMEOUT, 15000, 0xFFFFFFFF},
        {WS_LISTENER_PROPERTY_IS_MULTICAST, FALSE, TRUE},
        {WS_LISTENER_PROPERTY_MULTICAST_LOOPBACK, TRUE, FALSE},
        {WS_LISTENER_PROPERTY_CLOSE_TIMEOUT, 5000, 0},
    };
    for (size_t with = 0; with < sizeof bindings / sizeof *bindings; with++) {
        WS_LISTENER* listener = NULL;
        WS_CHANNEL* channel = NULL;
        WS_CHANNEL_TYPE type = bindings[with].server;
        ULONG backlog = 3;
        WS_LISTENER_PROPERTY properties[7] = {{WS_LISTENER_PROPERTY_LISTEN_BACKLOG, &backlog, sizeof backlog}};
        ULONG values[6];
        OK(WsCreateListener(type, bindings[with].binding, NULL, 0, NULL, &listener, g_error));
        CHECK(get_of(listener, WS_LISTENER_PROPERTY_STATE) == WS_LISTENER_STATE_CREATED);
        CHECK(get_of(listener, WS_LISTENER_PROPERTY_CHANNEL_TYPE) == (ULONG)type);
        CHECK(get_of(listener, WS_LISTENER_PROPERTY_CHANNEL_BINDING) == (ULONG)bindings[with].binding);
        CHECK(get_of(listener, WS_LISTENER_PROPERTY_LISTEN_BACKLOG) > 0);
        for (size_t i = 0; i < 6; i++) {
            CHECK(get_of(listener, all[i].id) == all[i].initial);
            values[i] = all[i].other;
            EXPECT(E_INVALIDARG, WsSetListenerProperty(listener, all[i].id, values + i, 4, NULL));
            properties[i + 1] = (WS_LISTENER_PROPERTY){all[i].id, values + i, 4};
        }
        WsFreeListener(listener);
        OK(WsCreateListener(type, bindings[with].binding, properties, 7, NULL, &listener, g_error));
        CHECK(get_of(listener, WS_LISTENER_PROPERTY_LISTEN_BACKLOG) == 3);
        for (size_t i = 0; i < 6; i++)
            CHECK(get_of(listener, all[i].id) == all[i].other);
        /* Interfaces may be set later. A channel has the callback model of its listener. */
        ULONG interfaces[] = {1, 2};
        OK(WsSetListenerProperty(
            listener, WS_LISTENER_PROPERTY_MULTICAST_INTERFACES, interfaces, sizeof interfaces, g_error));
        EXPECT(E_INVALIDARG,
            WsSetListenerProperty(listener, WS_LISTENER_PROPERTY_MULTICAST_INTERFACES, interfaces, 3, NULL));
        OK(WsCreateChannelForListener(listener, NULL, 0, &channel, g_error));
        CHECK(get(channel, WS_CHANNEL_PROPERTY_ASYNC_CALLBACK_MODEL, 4) == WS_SHORT_CALLBACK);
        WsFreeChannel(channel);
        static const WS_LISTENER_PROPERTY_ID unread[] = {WS_LISTENER_PROPERTY_MULTICAST_INTERFACES,
            WS_LISTENER_PROPERTY_TO_HEADER_MATCHING_OPTIONS, WS_LISTENER_PROPERTY_TRANSPORT_URL_MATCHING_OPTIONS,
            WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS, WS_LISTENER_PROPERTY_CUSTOM_LISTENER_PARAMETERS,
            WS_LISTENER_PROPERTY_CUSTOM_LISTENER_INSTANCE, WS_LISTENER_PROPERTY_DISALLOWED_USER_AGENT};
        for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
            EXPECT(E_INVALIDARG, WsGetListenerProperty(listener, unread[i], values, 4, NULL));
        WsFreeListener(listener);
        static const WS_LISTENER_PROPERTY_ID unset[] = {WS_LISTENER_PROPERTY_STATE, WS_LISTENER_PROPERTY_CHANNEL_TYPE,
            WS_LISTENER_PROPERTY_CHANNEL_BINDING, WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS,
            WS_LISTENER_PROPERTY_CUSTOM_LISTENER_INSTANCE, (WS_LISTENER_PROPERTY_ID)17};
        for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
            WS_LISTENER_PROPERTY property = {unset[i], values, 4};
            EXPECT(E_INVALIDARG, WsCreateListener(type, bindings[with].binding, &property, 1, NULL, &listener, NULL));
        }
    }
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (size_t with = 0; with < sizeof bindings / sizeof *bindings; with++)
            if (numbers[i].bindings & bindings[with].bit)
                number(numbers + i, (int)with);
    together();
    others();
    listeners();
    WsFreeError(g_error);
    return 0;
}
