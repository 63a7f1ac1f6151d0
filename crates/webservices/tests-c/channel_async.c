/* Asynchronous calls over net.tcp: requests with replies, failures; an abort ends what waits. */
#define _DEFAULT_SOURCE
#include "channels.h"
#include "wait.h"

static WS_HEAP* heap;

static void requests(void)
{
    LINK link = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp"};
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    link_start(&link);
    WS_CHANNEL* channel = NULL;
    OK(WsCreateChannel(link.client_type, link.binding, NULL, 0, NULL, &channel, g_error));
    {
        /* Address and context are used during the call only. */
        WS_ENDPOINT_ADDRESS address = {.url = link.url.string};
        WS_ASYNC_CONTEXT own = context;
        EXPECT(WS_S_ASYNC, WsOpenChannel(channel, &address, &own, g_error));
        memset(&address, 0xFF, sizeof address);
        memset(&own, 0xFF, sizeof own);
        EXPECT(S_OK, await(&wait));
    }
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_OPEN);
    for (int i = 0; i < 20; i++) {
        WS_MESSAGE *request = NULL, *reply = NULL;
        int number = i, answer = 0;
        OK(WsCreateMessageForChannel(channel, NULL, 0, &request, g_error));
        OK(WsCreateMessageForChannel(channel, NULL, 0, &reply, g_error));
        ASYNC(WsRequestReply(channel, request, &add_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, reply,
            &added_description, WS_READ_REQUIRED_VALUE, heap, &answer, sizeof answer, &context, g_error));
        CHECK(answer == i + 1);
        WsFreeMessage(request);
        WsFreeMessage(reply);
    }
    /* A failure comes by the callback, too, with its text. */
    WS_MESSAGE *request = NULL, *reply = NULL;
    int number = -5, answer = 0;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &request, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &reply, g_error));
    EXPECT(WS_S_ASYNC, WsRequestReply(channel, request, &add_description, WS_WRITE_REQUIRED_VALUE, &number,
        sizeof number, reply, &added_description, WS_READ_REQUIRED_VALUE, heap, &answer, sizeof answer, &context,
        g_error));
    EXPECT(WS_E_ENDPOINT_FAULT_RECEIVED, await(&wait));
    CHECK(error_says(g_error, "WsRequestReply failed"));
    OK(WsResetError(g_error));
    WsFreeMessage(request);
    WsFreeMessage(reply);
    ASYNC(WsShutdownSessionChannel(channel, &context, g_error));
    ASYNC(WsCloseChannel(channel, &context, g_error));
    WsFreeChannel(channel);
    link_stop(&link);
}

/* One call that waits, ended from this thread. */
static void aborts(void)
{
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    LINK link = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp"};
    link_listen(&link);
    /* Accepting: the channel is as it was before. */
    EXPECT(WS_S_ASYNC, WsAcceptChannel(link.listener, link.server_channel, &context, g_error));
    CHECK(channel_state(link.server_channel) == WS_CHANNEL_STATE_ACCEPTING);
    EXPECT(WS_E_INVALID_OPERATION, WsAcceptChannel(link.listener, link.server_channel, &context, NULL));
    OK(WsAbortChannel(link.server_channel, g_error));
    EXPECT(WS_E_OPERATION_ABORTED, await(&wait));
    CHECK(channel_state(link.server_channel) == WS_CHANNEL_STATE_CREATED);

    /* Receiving: the channel is faulted. */
    EXPECT(WS_S_ASYNC, WsAcceptChannel(link.listener, link.server_channel, &context, g_error));
    WS_CHANNEL* channel = link_connect(&link);
    EXPECT(S_OK, await(&wait));
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    EXPECT(WS_S_ASYNC, WsReadMessageStart(channel, message, &context, g_error));
    OK(WsAbortChannel(channel, g_error));
    EXPECT(WS_E_OPERATION_ABORTED, await(&wait));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_FAULTED);
    EXPECT(WS_E_OBJECT_FAULTED, WsReadMessageStart(channel, message, NULL, NULL));
    OK(WsAbortChannel(channel, g_error));
    WsFreeMessage(message);
    OK(WsCloseChannel(channel, NULL, g_error));
    WsFreeChannel(channel);
    OK(WsAbortChannel(link.server_channel, g_error));
    OK(WsCloseChannel(link.server_channel, NULL, g_error));
    OK(WsResetChannel(link.server_channel, g_error));

    /* The listener ends who waits on it. */
    EXPECT(WS_S_ASYNC, WsAcceptChannel(link.listener, link.server_channel, &context, g_error));
    OK(WsAbortListener(link.listener, g_error));
    EXPECT(WS_E_OPERATION_ABORTED, await(&wait));
    EXPECT(WS_E_OBJECT_FAULTED, WsAcceptChannel(link.listener, link.server_channel, NULL, NULL));
    link_close(&link);
}

/* An abort right behind the call that opens. */
static void abort_opening(void)
{
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    LINK link = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp"};
    link_listen(&link);
    WS_CHANNEL* channel = NULL;
    OK(WsCreateChannel(link.client_type, link.binding, NULL, 0, NULL, &channel, g_error));
    /* Opening: at once or never, but the call completes once, and the channel is as the result says. */
    WS_ENDPOINT_ADDRESS address = {.url = link.url.string};
    EXPECT(WS_S_ASYNC, WsOpenChannel(channel, &address, &context, g_error));
    OK(WsAbortChannel(channel, g_error));
    HRESULT opened = await(&wait);
    CHECK(opened == WS_E_OPERATION_ABORTED || opened == S_OK);
    WS_CHANNEL_STATE state = channel_state(channel);
    CHECK(state == (opened == S_OK ? WS_CHANNEL_STATE_FAULTED : WS_CHANNEL_STATE_CREATED));
    OK(WsCloseChannel(channel, NULL, g_error));
    WsFreeChannel(channel);
    link_close(&link);
}

/* The properties of channels come after the listener was opened: who connected before waits, and is not cut off. */
static void early_client(LINK link)
{
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    WS_ENCODING text = WS_ENCODING_XML_UTF16LE;
    WS_ENVELOPE_VERSION envelope = WS_ENVELOPE_VERSION_SOAP_1_1;
    ULONG size = 1 << 20;
    WS_CHANNEL_PROPERTY own[] = {
        {WS_CHANNEL_PROPERTY_ENCODING, &text, sizeof text},
        {WS_CHANNEL_PROPERTY_ENVELOPE_VERSION, &envelope, sizeof envelope},
        {WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE, &size, sizeof size},
    };
    WS_CHANNEL* channel = NULL;
    WS_MESSAGE *out = NULL, *in = NULL;
    int number = 4, answer = 0;
    make_url(&link.url, link.scheme, free_port());
    WS_ENDPOINT_ADDRESS address = {.url = link.url.string};
    OK(WsCreateListener(link.server_type, link.binding, NULL, 0, NULL, &link.listener, g_error));
    OK(WsOpenListener(link.listener, &link.url.string, NULL, g_error));
    OK(WsCreateChannel(link.client_type, link.binding, own, 3, NULL, &channel, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &out, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &in, g_error));
    EXPECT(WS_S_ASYNC, WsOpenChannel(channel, &address, &context, g_error));
    int is_http = link.client_type == WS_CHANNEL_TYPE_REQUEST;
    if (is_http) {
        /* Opening does no I/O; the request waits instead. */
        EXPECT(S_OK, await(&wait));
        EXPECT(WS_S_ASYNC, WsRequestReply(channel, out, &add_description, WS_WRITE_REQUIRED_VALUE, &number,
            sizeof number, in, &added_description, WS_READ_REQUIRED_VALUE, heap, &answer, sizeof answer, &context,
            g_error));
    }
    usleep(20000); /* it is on its way, most likely; the test does not rely on it */
    OK(WsCreateChannelForListener(link.listener, own, 3, &link.server_channel, g_error));
    /* Another one has the same properties. */
    WS_CHANNEL* other = NULL;
    OK(WsCreateChannelForListener(link.listener, own, 3, &other, g_error));
    WsFreeChannel(other);
    EXPECT(E_INVALIDARG, WsCreateChannelForListener(link.listener, own, 2, &other, NULL));
    CHECK(pthread_create(&link.thread, NULL, serve, &link) == 0);
    expect(__FILE__, __LINE__, "early client", S_OK, await(&wait), g_error);
    if (!is_http)
        ASYNC(WsRequestReply(channel, out, &add_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, in,
            &added_description, WS_READ_REQUIRED_VALUE, heap, &answer, sizeof answer, &context, g_error));
    CHECK(answer == 5);
    WsFreeMessage(out);
    WsFreeMessage(in);
    channel_end(channel);
    link.properties = own;
    link.property_count = 3;
    link_stop(&link);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    requests();
    aborts();
    abort_opening();
    early_client((LINK){.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp"});
    early_client((LINK){.binding = WS_NAMEDPIPE_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.pipe"});
    early_client((LINK){.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "http"});
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
