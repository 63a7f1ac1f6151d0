/* Streaming over net.tcp with asynchronous calls, on both sides. What a callback pushes reaches the socket from where it
 * is: this program looks at what the library hands to the system. */
#define _GNU_SOURCE
#include "channels.h"
#include "wait.h"

#include <sys/syscall.h>
#include <sys/uio.h>

#define SIZE (1u << 20)
#define PIECE 60000u

/* What is pushed; and where in it the bytes were that went to a socket. */
static BYTE payload[SIZE];
static size_t uncopied;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void look(const void* bytes, size_t length, ssize_t taken)
{
    const BYTE* at = bytes;
    if (taken > 0 && at >= payload && at < payload + SIZE) {
        pthread_mutex_lock(&lock);
        uncopied += (size_t)taken < length ? (size_t)taken : length;
        pthread_mutex_unlock(&lock);
    }
}

/* The library calls this instead of the function of the C library. */
ssize_t sendmsg(int fd, const struct msghdr* message, int flags)
{
    ssize_t done = syscall(SYS_sendmsg, fd, message, flags);
    ssize_t left = done;
    for (size_t i = 0; i < message->msg_iovlen && left > 0; i++) {
        look(message->msg_iov[i].iov_base, message->msg_iov[i].iov_len, left);
        left -= (ssize_t)message->msg_iov[i].iov_len;
    }
    return done;
}

static BYTE pattern(ULONG at)
{
    return (BYTE)(at * 31 + (at >> 8) * 7 + (at >> 16));
}

static int pushed, got_context;
/* Flushes and fills through the writer and the reader of the body, and not through the message: that is the same. */
static int by_object;

static HRESULT CALLBACK push(void* state, WS_WRITE_CALLBACK write, void* write_state, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    CHECK(state == payload);
    pushed++;
    got_context += context != NULL;
    for (ULONG at = 0; at < SIZE; at += PIECE) {
        WS_BYTES piece = {at + PIECE < SIZE ? PIECE : SIZE - at, payload + at};
        HRESULT hr = write(write_state, &piece, 1, NULL, error);
        if (FAILED(hr))
            return hr;
    }
    return S_OK;
}

static HRESULT CALLBACK push_failing(void* state, WS_WRITE_CALLBACK write, void* write_state,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)state, (void)write, (void)write_state, (void)context, (void)error;
    return (HRESULT)0x80070005;
}

#define ASYNC_BY(error, call) \
    do { \
        EXPECT_BY(error, WS_S_ASYNC, call); \
        expect(__FILE__, __LINE__, #call, S_OK, await(&wait), error); \
    } while (0)

/* Reads the body piece by piece as it comes, and answers with its length. */
static void* receive(void* state)
{
    LINK* link = state;
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    WS_ERROR* error = NULL;
    WS_MESSAGE *in = NULL, *out = NULL;
    WS_XML_READER* reader = NULL;
    WS_CHANNEL* channel = link->server_channel;
    CHECK(WsCreateError(NULL, 0, &error) == S_OK);
    ASYNC_BY(error, WsAcceptChannel(link->listener, channel, &context, error));
    OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &in, error));
    OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &out, error));
    ASYNC_BY(error, WsReadMessageStart(channel, in, &context, error));
    OK_BY(error, WsGetMessageProperty(in, WS_MESSAGE_PROPERTY_BODY_READER, &reader, sizeof reader, error));
    ASYNC_BY(error, by_object ? WsFillReader(reader, 1024, &context, error) : WsFillBody(in, 1024, &context, error));
    OK_BY(error, WsReadToStartElement(reader, X("data"), X("urn:b"), NULL, error));
    OK_BY(error, WsReadStartElement(reader, error));
    ULONG total = 0;
    for (;;) {
        static BYTE bytes[16384];
        ULONG actual = 0;
        ASYNC_BY(error, by_object ? WsFillReader(reader, 32768, &context, error) : WsFillBody(in, 32768, &context, error));
        OK_BY(error, WsReadBytes(reader, bytes, sizeof bytes, &actual, error));
        if (actual == 0)
            break;
        for (ULONG i = 0; i < actual; i++)
            CHECK(bytes[i] == pattern(total + i));
        total += actual;
    }
    OK_BY(error, WsReadEndElement(reader, error));
    ASYNC_BY(error, WsReadMessageEnd(channel, in, &context, error));
    int number = (int)total;
    ASYNC_BY(error, WsSendReplyMessage(channel, out, &added_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number,
        in, &context, error));
    WsFreeMessage(in);
    WsFreeMessage(out);
    ASYNC_BY(error, WsCloseChannel(channel, &context, error));
    WsFreeError(error);
    return NULL;
}

static WS_MESSAGE* begin(WS_CHANNEL* channel, WS_XML_WRITER** writer)
{
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    OK(WsInitializeMessage(message, WS_REQUEST_MESSAGE, NULL, g_error));
    OK(WsSetHeader(message, WS_ACTION_HEADER, WS_XML_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, X("urn:data"),
        sizeof(WS_XML_STRING), g_error));
    OK(WsWriteMessageStart(channel, message, NULL, g_error));
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_BODY_WRITER, writer, sizeof *writer, g_error));
    OK(WsWriteStartElement(*writer, NULL, X("data"), X("urn:b"), g_error));
    return message;
}

/* A session over net.tcp that is streamed: webservices.h has it over HTTP only. */
static void stream(WS_ENCODING encoding, int is_async)
{
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    WS_TRANSFER_MODE mode = WS_STREAMED_TRANSFER_MODE;
    WS_CHANNEL_PROPERTY properties[] = {
        {WS_CHANNEL_PROPERTY_TRANSFER_MODE, &mode, sizeof mode},
        {WS_CHANNEL_PROPERTY_ENCODING, &encoding, sizeof encoding},
    };
    LINK link = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "net.tcp", .properties = properties, .property_count = 2};
    WS_HEAP* heap = NULL;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    link_listen(&link);
    CHECK(pthread_create(&link.thread, NULL, receive, &link) == 0);
    WS_CHANNEL* channel = link_connect(&link);
    WS_XML_WRITER* writer = NULL;
    WS_MESSAGE* out = begin(channel, &writer);
    pushed = got_context = 0;
    uncopied = 0;
    OK(WsPushBytes(writer, push, payload, g_error));
    CHECK(pushed == 0);
    OK(WsWriteEndElement(writer, g_error));
    if (is_async) {
        ASYNC(by_object ? WsFlushWriter(writer, 0, &context, g_error) : WsFlushBody(out, 0, &context, g_error));
        ASYNC(WsWriteMessageEnd(channel, out, &context, g_error));
    } else {
        OK(by_object ? WsFlushWriter(writer, 0, NULL, g_error) : WsFlushBody(out, 0, NULL, g_error));
        OK(WsWriteMessageEnd(channel, out, NULL, g_error));
    }
    CHECK(pushed == 1 && got_context == is_async);
    WS_MESSAGE* in = NULL;
    int number = 0;
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&added_description};
    OK(WsCreateMessageForChannel(channel, NULL, 0, &in, g_error));
    OK(WsReceiveMessage(channel, in, descriptions, 1, WS_RECEIVE_REQUIRED_MESSAGE, WS_READ_REQUIRED_VALUE, heap, &number,
        sizeof number, NULL, NULL, g_error));
    CHECK(number == (int)SIZE);
    pthread_mutex_lock(&lock);
    /* In binary the last byte stands in the record that ends the element. */
    CHECK(uncopied >= SIZE - 1);
    pthread_mutex_unlock(&lock);
    WsFreeMessage(out);
    WsFreeMessage(in);
    WsFreeHeap(heap);
    channel_end(channel);
    CHECK(pthread_join(link.thread, NULL) == 0);
    link_close(&link);
}

/* A source that fails: its code comes out of the call that sends. */
static void failure(void)
{
    WS_ENCODING encoding = WS_ENCODING_XML_BINARY_1;
    WS_TRANSFER_MODE mode = WS_STREAMED_TRANSFER_MODE;
    WS_CHANNEL_PROPERTY properties[] = {
        {WS_CHANNEL_PROPERTY_TRANSFER_MODE, &mode, sizeof mode},
        {WS_CHANNEL_PROPERTY_ENCODING, &encoding, sizeof encoding},
    };
    LINK link = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "net.tcp", .properties = properties, .property_count = 2};
    link_listen(&link);
    WS_CHANNEL* channel = link_connect(&link);
    WS_XML_WRITER* writer = NULL;
    WS_MESSAGE* out = begin(channel, &writer);
    OK(WsPushBytes(writer, push_failing, payload, g_error));
    OK(WsWriteEndElement(writer, g_error));
    EXPECT((HRESULT)0x80070005, by_object ? WsFlushWriter(writer, 0, NULL, NULL) : WsFlushBody(out, 0, NULL, NULL));
    WsFreeMessage(out);
    WsAbortChannel(channel, NULL);
    WsCloseChannel(channel, NULL, NULL);
    WsFreeChannel(channel);
    link_close(&link);
}

int main(void)
{
    for (ULONG i = 0; i < SIZE; i++)
        payload[i] = pattern(i);
    OK(WsCreateError(NULL, 0, &g_error));
    stream(WS_ENCODING_XML_BINARY_1, 1);
    stream(WS_ENCODING_XML_BINARY_1, 0);
    stream(WS_ENCODING_XML_MTOM_UTF8, 1);
    failure();
    by_object = 1;
    stream(WS_ENCODING_XML_BINARY_1, 1);
    stream(WS_ENCODING_XML_BINARY_1, 0);
    failure();
    WsFreeError(g_error);
    return 0;
}
