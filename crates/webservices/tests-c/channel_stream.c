/* Streamed bodies over HTTP, flushed and filled piece by piece, larger than any buffer; messages over UDP. */
#define _DEFAULT_SOURCE
#include "channels.h"

#define PIECES 200
#define PIECE 4096

static BYTE pattern(ULONG at)
{
    return (BYTE)(at * 31 + (at >> 8));
}

/* Reads a body that came in pieces and answers with its length. */
static void* receive_stream(void* state)
{
    LINK* link = state;
    WS_ERROR* error = NULL;
    WS_MESSAGE *in = NULL, *out = NULL;
    WS_XML_READER* reader = NULL;
    WS_CHANNEL* channel = link->server_channel;
    CHECK(WsCreateError(NULL, 0, &error) == S_OK);
    OK_BY(error, WsAcceptChannel(link->listener, channel, NULL, error));
    OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &in, error));
    OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &out, error));
    OK_BY(error, WsReadMessageStart(channel, in, NULL, error));
    OK_BY(error, WsGetMessageProperty(in, WS_MESSAGE_PROPERTY_BODY_READER, &reader, sizeof reader, error));
    OK_BY(error, WsFillReader(reader, 1, NULL, error));
    OK_BY(error, WsFillBody(in, 1024, NULL, error));
    OK_BY(error, WsReadToStartElement(reader, X("data"), X("urn:b"), NULL, error));
    OK_BY(error, WsReadStartElement(reader, error));
    ULONG total = 0;
    for (;;) {
        BYTE bytes[1000];
        ULONG actual = 0;
        OK_BY(error, WsFillBody(in, 2048, NULL, error));
        OK_BY(error, WsReadBytes(reader, bytes, sizeof bytes, &actual, error));
        if (actual == 0)
            break;
        for (ULONG i = 0; i < actual; i++)
            CHECK(bytes[i] == pattern(total + i));
        total += actual;
    }
    OK_BY(error, WsReadEndElement(reader, error));
    OK_BY(error, WsReadMessageEnd(channel, in, NULL, error));
    int number = (int)total;
    OK_BY(error, WsSendReplyMessage(channel, out, &added_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, in,
        NULL, error));
    WsFreeMessage(in);
    WsFreeMessage(out);
    OK_BY(error, WsCloseChannel(channel, NULL, error));
    WsFreeError(error);
    return NULL;
}

static void stream(WS_ENCODING encoding)
{
    WS_HEAP* heap = NULL;
    WS_TRANSFER_MODE mode = WS_STREAMED_TRANSFER_MODE;
    WS_CHANNEL_PROPERTY properties[] = {
        {WS_CHANNEL_PROPERTY_TRANSFER_MODE, &mode, sizeof mode},
        {WS_CHANNEL_PROPERTY_ENCODING, &encoding, sizeof encoding},
    };
    LINK link = {.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "http", .properties = properties, .property_count = 2};
    link_listen(&link);
    CHECK(pthread_create(&link.thread, NULL, receive_stream, &link) == 0);
    WS_CHANNEL* channel = link_connect(&link);
    WS_MESSAGE *out = NULL, *in = NULL;
    WS_XML_WRITER* writer = NULL;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &out, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &in, g_error));
    OK(WsInitializeMessage(out, WS_REQUEST_MESSAGE, NULL, g_error));
    OK(WsSetHeader(out, WS_ACTION_HEADER, WS_XML_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, X("urn:data"),
        sizeof(WS_XML_STRING), g_error));
    OK(WsWriteMessageStart(channel, out, NULL, g_error));
    OK(WsGetMessageProperty(out, WS_MESSAGE_PROPERTY_BODY_WRITER, &writer, sizeof writer, g_error));
    OK(WsFlushWriter(writer, 0, NULL, g_error));
    OK(WsWriteStartElement(writer, NULL, X("data"), X("urn:b"), g_error));
    for (ULONG i = 0; i < PIECES; i++) {
        BYTE bytes[PIECE];
        for (ULONG k = 0; k < PIECE; k++)
            bytes[k] = pattern(i * PIECE + k);
        OK(WsWriteBytes(writer, bytes, PIECE, g_error));
        OK(WsFlushBody(out, 0, NULL, g_error));
    }
    OK(WsWriteEndElement(writer, g_error));
    OK(WsWriteMessageEnd(channel, out, NULL, g_error));
    int number = 0;
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&added_description};
    OK(WsReceiveMessage(channel, in, descriptions, 1, WS_RECEIVE_REQUIRED_MESSAGE, WS_READ_REQUIRED_VALUE, heap, &number,
        sizeof number, NULL, NULL, g_error));
    CHECK(number == PIECES * PIECE);
    WsFreeMessage(out);
    WsFreeMessage(in);
    WsFreeHeap(heap);
    channel_end(channel);
    CHECK(pthread_join(link.thread, NULL) == 0);
    link_close(&link);
}

/* A message that is larger than allowed is not sent. */
static void quota(void)
{
    ULONG size = 200;
    WS_CHANNEL_PROPERTY properties[] = {{WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE, &size, sizeof size}};
    LINK link = {.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST, .properties = properties,
        .property_count = 1};
    make_url(&link.url, "http", free_port());
    WS_CHANNEL* channel = link_connect(&link);
    WS_MESSAGE* message = NULL;
    int number = 1;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    EXPECT(WS_E_QUOTA_EXCEEDED, WsSendMessage(channel, message, &note_description, WS_WRITE_REQUIRED_VALUE, &number,
        sizeof number, NULL, NULL));
    WsFreeMessage(message);
    channel_end(channel);
}

static void udp(void)
{
    LINK link = {.binding = WS_UDP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX,
        .server_type = WS_CHANNEL_TYPE_DUPLEX, .scheme = "soap.udp"};
    link_listen(&link);
    WS_CHANNEL* channel = link_connect(&link);
    int number = 5;
    send_one_way(channel, &note_description, &number);
    OK(WsAcceptChannel(link.listener, link.server_channel, NULL, g_error));
    WS_MESSAGE* in = NULL;
    WS_HEAP* heap = NULL;
    ULONG index = 9;
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&add_description, &note_description};
    number = 0;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    OK(WsCreateMessageForChannel(link.server_channel, NULL, 0, &in, g_error));
    OK(WsReceiveMessage(link.server_channel, in, descriptions, 2, WS_RECEIVE_REQUIRED_MESSAGE, WS_READ_REQUIRED_VALUE,
        heap, &number, sizeof number, &index, NULL, g_error));
    CHECK(number == 5 && index == 1);
    BYTE address[128];
    OK(WsGetChannelProperty(
        link.server_channel, WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS, address, sizeof address, g_error));
    CHECK(((struct sockaddr_in*)(void*)address)->sin_family == AF_INET);
    CHECK(ntohl(((struct sockaddr_in*)(void*)address)->sin_addr.s_addr) == INADDR_LOOPBACK);
    WsFreeMessage(in);
    OK(WsCloseChannel(link.server_channel, NULL, g_error));
    OK(WsResetChannel(link.server_channel, g_error));

    /* A request and its reply: the reply goes to where the request came from. */
    WS_MESSAGE *request = NULL, *reply = NULL;
    number = 7;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &request, g_error));
    OK(WsInitializeMessage(request, WS_REQUEST_MESSAGE, NULL, g_error));
    OK(WsSendMessage(channel, request, &add_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, NULL, g_error));
    OK(WsAcceptChannel(link.listener, link.server_channel, NULL, g_error));
    OK(WsCreateMessageForChannel(link.server_channel, NULL, 0, &in, g_error));
    OK(WsCreateMessageForChannel(link.server_channel, NULL, 0, &reply, g_error));
    OK(WsReceiveMessage(link.server_channel, in, descriptions, 2, WS_RECEIVE_REQUIRED_MESSAGE, WS_READ_REQUIRED_VALUE,
        heap, &number, sizeof number, &index, NULL, g_error));
    CHECK(number == 7 && index == 0);
    number++;
    OK(WsSendReplyMessage(link.server_channel, reply, &added_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number,
        in, NULL, g_error));
    WsFreeMessage(reply);
    OK(WsCreateMessageForChannel(channel, NULL, 0, &reply, g_error));
    const WS_MESSAGE_DESCRIPTION* answers[] = {&added_description};
    number = 0;
    OK(WsReceiveMessage(channel, reply, answers, 1, WS_RECEIVE_REQUIRED_MESSAGE, WS_READ_REQUIRED_VALUE, heap, &number,
        sizeof number, NULL, NULL, g_error));
    CHECK(number == 8);
    WS_UNIQUE_ID sent, related;
    OK(WsGetHeader(request, WS_MESSAGE_ID_HEADER, WS_UNIQUE_ID_TYPE, WS_READ_REQUIRED_VALUE, heap, &sent, sizeof sent,
        g_error));
    OK(WsGetHeader(reply, WS_RELATES_TO_HEADER, WS_UNIQUE_ID_TYPE, WS_READ_REQUIRED_VALUE, heap, &related, sizeof related,
        g_error));
    CHECK(memcmp(&sent.guid, &related.guid, sizeof sent.guid) == 0);
    WsFreeMessage(request);
    WsFreeMessage(reply);
    WsFreeMessage(in);
    WsFreeHeap(heap);
    channel_end(channel);
    link_close(&link);
}

/* One way, between channels that can do nothing else. */
static void udp_one_way(void)
{
    LINK link = {.binding = WS_UDP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_OUTPUT,
        .server_type = WS_CHANNEL_TYPE_INPUT, .scheme = "soap.udp"};
    link_listen(&link);
    WS_CHANNEL* channel = link_connect(&link);
    WS_HEAP* heap = NULL;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    for (int i = 1; i <= 2; i++) {
        WS_MESSAGE* in = NULL;
        int number = 0;
        const WS_MESSAGE_DESCRIPTION* descriptions[] = {&note_description};
        send_one_way(channel, &note_description, &i);
        OK(WsAcceptChannel(link.listener, link.server_channel, NULL, g_error));
        OK(WsCreateMessageForChannel(link.server_channel, NULL, 0, &in, g_error));
        OK(WsReceiveMessage(link.server_channel, in, descriptions, 1, WS_RECEIVE_REQUIRED_MESSAGE,
            WS_READ_REQUIRED_VALUE, heap, &number, sizeof number, NULL, NULL, g_error));
        CHECK(number == i);
        EXPECT(WS_E_INVALID_OPERATION, WsWriteMessageStart(link.server_channel, in, NULL, NULL));
        EXPECT(WS_E_INVALID_OPERATION, WsReadMessageStart(channel, in, NULL, NULL));
        WsFreeMessage(in);
        OK(WsCloseChannel(link.server_channel, NULL, g_error));
        OK(WsResetChannel(link.server_channel, g_error));
    }
    WsFreeHeap(heap);
    channel_end(channel);
    link_close(&link);
}

/* To a group, over interfaces that are chosen when both sides are open. */
static void multicast(void)
{
    BOOL is_multicast = TRUE;
    ULONG loopback = 1, nowhere = 99999;
    WS_LISTENER_PROPERTY properties[] = {{WS_LISTENER_PROPERTY_IS_MULTICAST, &is_multicast, sizeof is_multicast}};
    URL group = {.chars = {0}};
    char text[64];
    int length = snprintf(text, sizeof text, "soap.udp://239.255.77.%d:%d", 1 + (int)getpid() % 250, free_port());
    for (int i = 0; i < length; i++)
        group.chars[i] = (WCHAR)text[i];
    group.string = (WS_STRING){(ULONG)length, group.chars};
    WS_LISTENER* listener = NULL;
    WS_CHANNEL *server = NULL, *channel = NULL;
    WS_HEAP* heap = NULL;
    WS_MESSAGE* in = NULL;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    OK(WsCreateListener(
        WS_CHANNEL_TYPE_DUPLEX, WS_UDP_CHANNEL_BINDING, properties, 1, NULL, &listener, g_error));
    OK(WsOpenListener(listener, &group.string, NULL, g_error));
    OK(WsCreateChannelForListener(listener, NULL, 0, &server, g_error));
    EXPECT(WS_E_ADDRESS_NOT_AVAILABLE,
        WsSetListenerProperty(listener, WS_LISTENER_PROPERTY_MULTICAST_INTERFACES, &nowhere, sizeof nowhere, NULL));
    for (int i = 0; i < 2; i++)
        OK(WsSetListenerProperty(
            listener, WS_LISTENER_PROPERTY_MULTICAST_INTERFACES, &loopback, sizeof loopback, g_error));
    WS_ENDPOINT_ADDRESS address = {.url = group.string};
    OK(WsCreateChannel(WS_CHANNEL_TYPE_DUPLEX, WS_UDP_CHANNEL_BINDING, NULL, 0, NULL, &channel, g_error));
    OK(WsOpenChannel(channel, &address, NULL, g_error));
    EXPECT(WS_E_ADDRESS_NOT_AVAILABLE,
        WsSetChannelProperty(channel, WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE, &nowhere, sizeof nowhere, NULL));
    OK(WsSetChannelProperty(channel, WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE, &loopback, sizeof loopback, g_error));
    int number = 5;
    send_one_way(channel, &note_description, &number);
    OK(WsAcceptChannel(listener, server, NULL, g_error));
    OK(WsCreateMessageForChannel(server, NULL, 0, &in, g_error));
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&note_description};
    number = 0;
    OK(WsReceiveMessage(server, in, descriptions, 1, WS_RECEIVE_REQUIRED_MESSAGE, WS_READ_REQUIRED_VALUE, heap, &number,
        sizeof number, NULL, NULL, g_error));
    CHECK(number == 5);
    EXPECT(WS_E_INVALID_OPERATION,
        WsSetChannelProperty(server, WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE, &loopback, sizeof loopback, NULL));
    WsFreeMessage(in);
    WsFreeHeap(heap);
    channel_end(channel);
    OK(WsCloseListener(listener, NULL, g_error));
    OK(WsCloseChannel(server, NULL, g_error));
    WsFreeChannel(server);
    WsFreeListener(listener);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    stream(WS_ENCODING_XML_UTF8);
    stream(WS_ENCODING_XML_BINARY_1);
    quota();
    udp();
    udp_one_way();
    multicast();
    WsFreeError(g_error);
    return 0;
}
