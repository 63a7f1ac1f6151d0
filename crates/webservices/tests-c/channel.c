/* Channels: requests and replies, one-way messages, faults, messages in parts, over HTTP, net.tcp and net.pipe; states; addresses that a
   listener compares. */
#define _DEFAULT_SOURCE
#include "channels.h"

static WS_HEAP* heap;

/* Requests with replies, a fault, and a message in parts. */
static void exchange(LINK* link)
{
    link_start(link);
    WS_CHANNEL* channel = link_connect(link);
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_OPEN);
    for (int i = 0; i < 3; i++) {
        int answer = 0;
        OK(request(channel, heap, i * 10, &answer));
        CHECK(answer == i * 10 + 1);
    }
    /* The fault is an error, which carries it. */
    int answer = 77;
    EXPECT(WS_E_ENDPOINT_FAULT_RECEIVED, request(channel, heap, -1, &answer));
    CHECK(answer == 77);
    WS_FAULT* fault = NULL;
    OK(WsGetFaultErrorProperty(g_error, WS_FAULT_ERROR_PROPERTY_FAULT, &fault, sizeof fault));
    CHECK(fault != NULL && fault->reasonCount == 1);
    OK(WsResetError(g_error));

    /* In parts. */
    WS_MESSAGE *out = NULL, *in = NULL;
    int number = 41;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &out, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &in, g_error));
    OK(WsInitializeMessage(out, WS_REQUEST_MESSAGE, NULL, g_error));
    OK(WsSetHeader(out, WS_ACTION_HEADER, WS_XML_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, X("urn:add"),
        sizeof(WS_XML_STRING), g_error));
    EXPECT(E_INVALIDARG, WsWriteMessageEnd(channel, out, NULL, NULL));
    OK(WsWriteMessageStart(channel, out, NULL, g_error));
    OK(WsWriteBody(out, &number_element, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, g_error));
    OK(WsFlushBody(out, 0, NULL, g_error));
    EXPECT(E_INVALIDARG, WsWriteMessageEnd(channel, in, NULL, NULL));
    OK(WsWriteMessageEnd(channel, out, NULL, g_error));
    OK(WsReadMessageStart(channel, in, NULL, g_error));
    OK(WsFillBody(in, 1, NULL, g_error));
    OK(WsReadBody(in, &number_element, WS_READ_REQUIRED_VALUE, heap, &number, sizeof number, g_error));
    OK(WsReadMessageEnd(channel, in, NULL, g_error));
    CHECK(number == 42);
    EXPECT(E_INVALIDARG, WsAbandonMessage(channel, in, NULL));
    WsFreeMessage(out);
    WsFreeMessage(in);

    /* One way. */
    for (int i = 1; i <= 2; i++) {
        send_one_way(channel, &note_description, &i);
        if (link->client_type == WS_CHANNEL_TYPE_REQUEST)
            expect_end(channel);
    }
    channel_end(channel);
    link_stop(link);
    CHECK(link->notes == 3);
}

static void states(void)
{
    WS_CHANNEL* channel = NULL;
    OK(WsCreateChannel(WS_CHANNEL_TYPE_DUPLEX_SESSION, WS_TCP_CHANNEL_BINDING, NULL, 0, NULL, &channel, g_error));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CREATED);
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsReadMessageStart(channel, message, NULL, NULL));
    WsFreeMessage(message);
    OK(WsAbortChannel(channel, g_error));
    OK(WsResetChannel(channel, g_error));
    /* Nobody listens there. */
    URL url;
    make_url(&url, "net.tcp", free_port());
    WS_ENDPOINT_ADDRESS address = {.url = url.string};
    CHECK(FAILED(WsOpenChannel(channel, &address, NULL, NULL)));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CREATED);
    address.url.length = 3;
    EXPECT(WS_E_INVALID_ENDPOINT_URL, WsOpenChannel(channel, &address, NULL, NULL));
    OK(WsCloseChannel(channel, NULL, g_error));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CLOSED);
    OK(WsCloseChannel(channel, NULL, g_error));
    OK(WsResetChannel(channel, g_error));
    WsFreeChannel(channel);
    WsFreeChannel(NULL);
    EXPECT(E_INVALIDARG, WsAbortChannel(NULL, NULL));
}

static void properties(void)
{
    WS_CHANNEL* channel = NULL;
    WS_ENCODING encoding = WS_ENCODING_XML_UTF16LE;
    WS_ENVELOPE_VERSION envelope = WS_ENVELOPE_VERSION_SOAP_1_1;
    ULONG size = 1000, timeout = 5000;
    BOOL off = FALSE;
    WS_CHANNEL_PROPERTY all[] = {
        {WS_CHANNEL_PROPERTY_ENCODING, &encoding, sizeof encoding},
        {WS_CHANNEL_PROPERTY_ENVELOPE_VERSION, &envelope, sizeof envelope},
        {WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE, &size, sizeof size},
        {WS_CHANNEL_PROPERTY_SEND_TIMEOUT, &timeout, sizeof timeout},
        {WS_CHANNEL_PROPERTY_ENABLE_TIMEOUTS, &off, sizeof off},
    };
    OK(WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_HTTP_CHANNEL_BINDING, all, 5, NULL, &channel, g_error));
    encoding = 0;
    envelope = 0;
    size = timeout = 0;
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_ENCODING, &encoding, sizeof encoding, g_error));
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_ENVELOPE_VERSION, &envelope, sizeof envelope, g_error));
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE, &size, sizeof size, g_error));
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_SEND_TIMEOUT, &timeout, sizeof timeout, g_error));
    CHECK(encoding == WS_ENCODING_XML_UTF16LE && envelope == WS_ENVELOPE_VERSION_SOAP_1_1 && size == 1000);
    CHECK(timeout == 5000);
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_RECEIVE_TIMEOUT, &timeout, sizeof timeout, g_error));
    CHECK(timeout == 0xFFFFFFFF);
    OK(WsSetChannelProperty(channel, WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS, &off, sizeof off, g_error));
    BOOL faults = TRUE;
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS, &faults, sizeof faults, g_error));
    CHECK(faults == FALSE);
    EXPECT(E_INVALIDARG, WsSetChannelProperty(channel, WS_CHANNEL_PROPERTY_ENCODING, &encoding, sizeof encoding, NULL));
    EXPECT(E_INVALIDARG, WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_ENCODING, &encoding, 1, NULL));
    EXPECT(E_INVALIDARG, WsGetChannelProperty(channel, 50, &encoding, sizeof encoding, NULL));
    WsFreeChannel(channel);
    channel = NULL;
    EXPECT(E_INVALIDARG, WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_UDP_CHANNEL_BINDING, NULL, 0, NULL, &channel, NULL));
    EXPECT(E_INVALIDARG, WsCreateChannel(WS_CHANNEL_TYPE_REPLY, WS_HTTP_CHANNEL_BINDING, NULL, 0, NULL, &channel, NULL));
    CHECK(channel == NULL);
}

/* What is addressed to another path is refused, unless the listener says that prefixes will do. */
static void addresses(LINK link)
{
    ULONG options = WS_MATCH_URL_PREFIX_PATH, wrong[] = {WS_MATCH_URL_PREFIX_PATH | WS_MATCH_URL_EXACT_PATH, 512};
    WS_LISTENER_PROPERTY both[] = {
        {WS_LISTENER_PROPERTY_TO_HEADER_MATCHING_OPTIONS, &options, sizeof options},
        {WS_LISTENER_PROPERTY_TRANSPORT_URL_MATCHING_OPTIONS, &options, sizeof options},
    };
    for (int i = 0; i < 2; i++) {
        WS_LISTENER* listener = NULL;
        WS_LISTENER_PROPERTY property = {both[i].id, &wrong[i], sizeof wrong[i]};
        EXPECT(E_INVALIDARG, WsCreateListener(link.server_type, link.binding, &property, 1, NULL, &listener, NULL));
    }
    for (int lets = 0; lets < 2; lets++) {
        LINK one = link;
        one.listener_properties = both;
        one.listener_property_count = lets ? 2 : 0;
        one.is_rough = 1;
        link_start(&one);
        int answer = 0;
        ULONG length = one.url.string.length;
        one.url.chars[length] = '/';
        one.url.chars[length + 1] = 'x';
        one.url.string.length = length + 2;
        WS_CHANNEL* channel = link_connect(&one);
        if (lets) {
            OK(request(channel, heap, 4, &answer));
            CHECK(answer == 5);
        } else {
            EXPECT(WS_E_ENDPOINT_NOT_FOUND, request(channel, heap, 4, &answer));
            OK(WsResetError(g_error));
        }
        WsAbortChannel(channel, NULL);
        channel_end(channel);
        one.url.string.length = length;
        link_stop(&one);
    }
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    states();
    properties();
    LINK http = {.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "http"};
    LINK fresh = http;
    exchange(&http);
    addresses(fresh);
    LINK tcp = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp"};
    exchange(&tcp);
    /* Other properties than the defaults, which server and client share. */
    WS_ENCODING text = WS_ENCODING_XML_UTF8;
    WS_CHANNEL_PROPERTY own[] = {{WS_CHANNEL_PROPERTY_ENCODING, &text, sizeof text}};
    LINK text_tcp = tcp;
    text_tcp.notes = 0;
    text_tcp.properties = own;
    text_tcp.property_count = 1;
    exchange(&text_tcp);
    LINK pipe = tcp;
    pipe.notes = 0;
    pipe.binding = WS_NAMEDPIPE_CHANNEL_BINDING;
    pipe.scheme = "net.pipe";
    exchange(&pipe);
    /* Without a session: one request each, streamed. */
    LINK streamed = tcp;
    streamed.notes = 0;
    streamed.client_type = WS_CHANNEL_TYPE_REQUEST;
    streamed.server_type = WS_CHANNEL_TYPE_REPLY;
    LINK streamed_pipe = streamed;
    streamed_pipe.binding = WS_NAMEDPIPE_CHANNEL_BINDING;
    streamed_pipe.scheme = "net.pipe";
    exchange(&streamed);
    exchange(&streamed_pipe);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
