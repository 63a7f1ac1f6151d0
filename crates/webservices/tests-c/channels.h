/* What the programs about channels share: a free port, URLs, threads, a service that adds 1. */
#ifndef CHANNELS_H_INCLUDED
#define CHANNELS_H_INCLUDED

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define X(text) (&(WS_XML_STRING)WS_XML_STRING_VALUE(text))

/* <go xmlns="urn:b">number</go>, there and back. */
static WS_ELEMENT_DESCRIPTION number_element = {X("go"), X("urn:b"), WS_INT32_TYPE, NULL};
static WS_MESSAGE_DESCRIPTION add_description = {X("urn:add"), &number_element};
static WS_MESSAGE_DESCRIPTION added_description = {X("urn:added"), &number_element};
static WS_MESSAGE_DESCRIPTION note_description = {X("urn:note"), &number_element};
static WS_MESSAGE_DESCRIPTION stop_description = {X("urn:stop"), NULL};

/* As EXPECT and OK, on a thread that has its own error. */
#define EXPECT_BY(error, expected, call) expect(__FILE__, __LINE__, #call, (expected), (call), (error))
#define OK_BY(error, call) EXPECT_BY(error, S_OK, call)

/* A port that nobody uses at the moment. */
static inline int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(s >= 0);
    CHECK(bind(s, (struct sockaddr*)&address, length) == 0);
    CHECK(getsockname(s, (struct sockaddr*)&address, &length) == 0);
    close(s);
    return ntohs(address.sin_port);
}

typedef struct {
    WCHAR chars[64];
    WS_STRING string;
} URL;

static inline void make_url(URL* url, const char* scheme, int port)
{
    char text[64];
    /* Pipes have names instead of ports. */
    int length = strcmp(scheme, "net.pipe") == 0
        ? snprintf(text, sizeof text, "net.pipe://localhost/wws-test-%d-%d", (int)getpid(), port)
        : snprintf(text, sizeof text, "%s://127.0.0.1:%d/test", scheme, port);
    for (int i = 0; i < length; i++)
        url->chars[i] = (WCHAR)text[i];
    url->string.length = (ULONG)length;
    url->string.chars = url->chars;
}

/* A server and its clients. */
typedef struct {
    WS_CHANNEL_BINDING binding;
    WS_CHANNEL_TYPE client_type;
    WS_CHANNEL_TYPE server_type;
    const char* scheme;
    const WS_CHANNEL_PROPERTY* properties;
    ULONG property_count;
    const WS_LISTENER_PROPERTY* listener_properties;
    ULONG listener_property_count;
    const WS_SECURITY_DESCRIPTION* client_security;
    const WS_SECURITY_DESCRIPTION* server_security;
    URL url;
    WS_LISTENER* listener;
    WS_CHANNEL* server_channel;
    pthread_t thread;
    int notes; /* what the one-way messages add up to */
    int is_rough; /* clients may break off */
} LINK;

/* Serves one channel until it has no more messages; false after the message that stops the server. */
static inline int serve_channel(LINK* link, WS_HEAP* heap, WS_ERROR* error)
{
    WS_CHANNEL* channel = link->server_channel;
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&add_description, &note_description, &stop_description};
    int go_on = 1;
    for (;;) {
        WS_MESSAGE *request = NULL, *reply = NULL;
        ULONG index = 99;
        int number = 0;
        OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &request, error));
        OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &reply, error));
        HRESULT hr = WsReceiveMessage(channel, request, descriptions, 3, WS_RECEIVE_OPTIONAL_MESSAGE,
            WS_READ_REQUIRED_VALUE, heap, &number, sizeof number, &index, NULL, error);
        if (hr == S_OK && index == 0 && number >= 0) {
            number++;
            hr = WsSendReplyMessage(channel, reply, &added_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number,
                request, NULL, error);
            if (!link->is_rough)
                OK_BY(error, hr);
        } else if (hr == S_OK && index == 0) {
            /* A negative number is refused with a fault. */
            OK_BY(error, WsSendFaultMessageForError(channel, reply, error, E_FAIL, WS_MINIMAL_FAULT_DISCLOSURE, request,
                NULL, error));
        } else if (hr == S_OK && index == 1) {
            link->notes += number;
        } else if (hr == S_OK) {
            CHECK(index == 2);
            go_on = 0;
        } else if (!link->is_rough) {
            EXPECT_BY(error, WS_S_END, hr);
        }
        WsFreeMessage(request);
        WsFreeMessage(reply);
        if (hr != S_OK)
            return go_on;
    }
}

static inline void* serve(void* state)
{
    LINK* link = state;
    WS_ERROR* error = NULL;
    WS_HEAP* heap = NULL;
    CHECK(WsCreateError(NULL, 0, &error) == S_OK);
    OK_BY(error, WsCreateHeap(1 << 16, 0, NULL, 0, &heap, error));
    for (int go_on = 1; go_on;) {
        OK_BY(error, WsAcceptChannel(link->listener, link->server_channel, NULL, error));
        go_on = serve_channel(link, heap, error);
        HRESULT hr = WsCloseChannel(link->server_channel, NULL, error);
        if (!link->is_rough)
            OK_BY(error, hr);
        OK_BY(error, WsResetChannel(link->server_channel, error));
    }
    WsFreeHeap(heap);
    WsFreeError(error);
    return NULL;
}

/* Opens the listener and makes its channel. */
static inline void link_listen(LINK* link)
{
    make_url(&link->url, link->scheme, free_port());
    OK(WsCreateListener(link->server_type, link->binding, link->listener_properties, link->listener_property_count,
        link->server_security, &link->listener, g_error));
    OK(WsOpenListener(link->listener, &link->url.string, NULL, g_error));
    OK(WsCreateChannelForListener(
        link->listener, link->properties, link->property_count, &link->server_channel, g_error));
}

static inline void link_start(LINK* link)
{
    link_listen(link);
    CHECK(pthread_create(&link->thread, NULL, serve, link) == 0);
}

/* A client channel that is open. */
static inline WS_CHANNEL* link_connect(LINK* link)
{
    WS_CHANNEL* channel = NULL;
    WS_ENDPOINT_ADDRESS address = {.url = link->url.string};
    OK(WsCreateChannel(link->client_type, link->binding, link->properties, link->property_count, link->client_security,
        &channel, g_error));
    OK(WsOpenChannel(channel, &address, NULL, g_error));
    return channel;
}

static inline void channel_end(WS_CHANNEL* channel)
{
    OK(WsCloseChannel(channel, NULL, g_error));
    WsFreeChannel(channel);
}

static inline void link_close(LINK* link)
{
    OK(WsCloseListener(link->listener, NULL, g_error));
    OK(WsCloseChannel(link->server_channel, NULL, g_error));
    WsFreeChannel(link->server_channel);
    WsFreeListener(link->listener);
}

/* Sends a message without a reply. */
static inline void send_one_way(WS_CHANNEL* channel, WS_MESSAGE_DESCRIPTION* description, const int* number)
{
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    OK(WsSendMessage(channel, message, description, WS_WRITE_REQUIRED_VALUE, number, number ? sizeof *number : 0, NULL,
        g_error));
    WsFreeMessage(message);
}

/* Over HTTP an exchange without a reply ends with WS_S_END. */
static inline void expect_end(WS_CHANNEL* channel)
{
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    EXPECT(WS_S_END, WsReadMessageStart(channel, message, NULL, g_error));
    WsFreeMessage(message);
}

/* Asks for number + 1. */
static inline HRESULT request(WS_CHANNEL* channel, WS_HEAP* heap, int number, int* answer)
{
    WS_MESSAGE *request = NULL, *reply = NULL;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &request, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &reply, g_error));
    HRESULT hr = WsRequestReply(channel, request, &add_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number,
        reply, &added_description, WS_READ_REQUIRED_VALUE, heap, answer, sizeof *answer, NULL, g_error);
    WsFreeMessage(request);
    WsFreeMessage(reply);
    return hr;
}

static inline WS_CHANNEL_STATE channel_state(WS_CHANNEL* channel)
{
    WS_CHANNEL_STATE state = 99;
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_STATE, &state, sizeof state, g_error));
    return state;
}

/* Tells the server to stop, and waits for that. */
static inline void link_stop(LINK* link)
{
    WS_CHANNEL* channel = link_connect(link);
    send_one_way(channel, &stop_description, NULL);
    if (link->client_type == WS_CHANNEL_TYPE_REQUEST)
        expect_end(channel);
    channel_end(channel);
    CHECK(pthread_join(link->thread, NULL) == 0);
    link_close(link);
}

#endif
