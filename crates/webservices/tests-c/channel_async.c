/* Asynchronous calls over net.tcp: requests with replies, failures; an abort ends what waits. */
#define _DEFAULT_SOURCE
#include "channels.h"

static WS_HEAP* heap;

/* A call that completes later. */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t thread; /* the one that called back */
    HRESULT result;
    int calls;
} WAIT;

#define WAIT_INIT {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER}

static void CALLBACK completed(HRESULT result, WS_CALLBACK_MODEL model, void* state)
{
    WAIT* wait = state;
    CHECK(model == WS_LONG_CALLBACK);
    pthread_mutex_lock(&wait->mutex);
    wait->result = result;
    wait->thread = pthread_self();
    wait->calls++;
    pthread_cond_signal(&wait->changed);
    pthread_mutex_unlock(&wait->mutex);
}

static HRESULT await(WAIT* wait)
{
    pthread_mutex_lock(&wait->mutex);
    while (wait->calls == 0)
        pthread_cond_wait(&wait->changed, &wait->mutex);
    CHECK(wait->calls == 1);
    wait->calls = 0;
    HRESULT result = wait->result;
    CHECK(!pthread_equal(wait->thread, pthread_self()));
    pthread_mutex_unlock(&wait->mutex);
    return result;
}

#define ASYNC(call) \
    do { \
        EXPECT(WS_S_ASYNC, call); \
        expect(__FILE__, __LINE__, #call, S_OK, await(&wait), g_error); \
    } while (0)

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

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    requests();
    aborts();
    abort_opening();
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
