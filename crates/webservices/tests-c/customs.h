/* What the programs about custom channels share: an exchange, and aborts. */
#ifndef CUSTOMS_H_INCLUDED
#define CUSTOMS_H_INCLUDED

#include "channels.h"
#include "wait.h"

static WS_HEAP* heap;

/* Requests with replies, synchronous and asynchronous, a fault, messages without a reply. */
static inline void exchange(LINK* link)
{
    link_start(link);
    WS_CHANNEL* channel = link_connect(link);
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_OPEN);
    for (int i = 0; i < 3; i++) {
        int answer = 0;
        OK(request(channel, heap, i * 10, &answer));
        CHECK(answer == i * 10 + 1);
    }
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    for (int i = 0; i < 3; i++) {
        WS_MESSAGE *out = NULL, *in = NULL;
        int number = i, answer = 0;
        OK(WsCreateMessageForChannel(channel, NULL, 0, &out, g_error));
        OK(WsCreateMessageForChannel(channel, NULL, 0, &in, g_error));
        ASYNC(WsRequestReply(channel, out, &add_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, in,
            &added_description, WS_READ_REQUIRED_VALUE, heap, &answer, sizeof answer, &context, g_error));
        CHECK(answer == i + 1);
        WsFreeMessage(out);
        WsFreeMessage(in);
    }
    int answer = 77;
    EXPECT(WS_E_ENDPOINT_FAULT_RECEIVED, request(channel, heap, -1, &answer));
    CHECK(answer == 77);
    WS_FAULT* fault = NULL;
    OK(WsGetFaultErrorProperty(g_error, WS_FAULT_ERROR_PROPERTY_FAULT, &fault, sizeof fault));
    CHECK(fault != NULL && fault->reasonCount == 1);
    OK(WsResetError(g_error));
    for (int i = 1; i <= 2; i++) {
        send_one_way(channel, &note_description, &i);
        if (link->client_type == WS_CHANNEL_TYPE_REQUEST)
            expect_end(channel);
    }
    ASYNC(WsCloseChannel(channel, &context, g_error));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CLOSED);
    WsFreeChannel(channel);
    link_stop(link);
    CHECK(link->notes == 3);
}

/* What waits is ended by an abort from this thread. */
static inline void aborts(LINK* link)
{
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    link_listen(link);
    EXPECT(WS_S_ASYNC, WsAcceptChannel(link->listener, link->server_channel, &context, g_error));
    CHECK(channel_state(link->server_channel) == WS_CHANNEL_STATE_ACCEPTING);
    WS_CHANNEL* channel = link_connect(link);
    EXPECT(S_OK, await(&wait));
    CHECK(channel_state(link->server_channel) == WS_CHANNEL_STATE_OPEN);
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    EXPECT(WS_S_ASYNC, WsReadMessageStart(channel, message, &context, g_error));
    OK(WsAbortChannel(channel, g_error));
    EXPECT(WS_E_OPERATION_ABORTED, await(&wait));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_FAULTED);
    EXPECT(WS_E_OBJECT_FAULTED, WsReadMessageStart(channel, message, NULL, NULL));
    WsFreeMessage(message);
    OK(WsCloseChannel(channel, NULL, g_error));
    WsFreeChannel(channel);
    OK(WsAbortChannel(link->server_channel, g_error));
    OK(WsCloseChannel(link->server_channel, NULL, g_error));
    OK(WsResetChannel(link->server_channel, g_error));
    /* The listener ends who waits on it. */
    EXPECT(WS_S_ASYNC, WsAcceptChannel(link->listener, link->server_channel, &context, g_error));
    OK(WsAbortListener(link->listener, g_error));
    EXPECT(WS_E_OPERATION_ABORTED, await(&wait));
    CHECK(channel_state(link->server_channel) == WS_CHANNEL_STATE_CREATED);
    EXPECT(WS_E_OBJECT_FAULTED, WsAcceptChannel(link->listener, link->server_channel, NULL, NULL));
    OK(WsCloseListener(link->listener, NULL, g_error));
    OK(WsResetListener(link->listener, g_error));
    OK(WsOpenListener(link->listener, &link->url.string, NULL, g_error));
    link_close(link);
}

#endif
