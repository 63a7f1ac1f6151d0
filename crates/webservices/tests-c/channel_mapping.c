/* Headers of HTTP that are headers of the message, too: alone, as a list, in quotes; what cannot be mapped. */
#include "channels.h"

#define S(text) ((WS_STRING){sizeof(text) / sizeof(WCHAR) - 1, (WCHAR*)(text)})

static WS_HTTP_HEADER_MAPPING alone = {WS_XML_STRING_VALUE("X-Alone"), 0};
static WS_HTTP_HEADER_MAPPING list = {
    WS_XML_STRING_VALUE("X-List"), WS_HTTP_HEADER_MAPPING_COMMA_SEPARATOR | WS_HTTP_HEADER_MAPPING_QUOTED_VALUE};
static WS_HTTP_HEADER_MAPPING other = {WS_XML_STRING_VALUE("X-Other"), WS_HTTP_HEADER_MAPPING_SEMICOLON_SEPARATOR};
static WS_HTTP_HEADER_MAPPING* of_requests[] = {&alone, &list};
static WS_HTTP_HEADER_MAPPING* of_responses[] = {&other};
static WS_HTTP_MESSAGE_MAPPING mapping = {0, 0, of_requests, 2, of_responses, 1};

static void add(WS_MESSAGE* message, const WS_XML_STRING* name, WS_STRING text, WS_ERROR* error)
{
    OK_BY(error, WsAddMappedHeader(message, name, WS_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, &text, sizeof text, error));
}

/* Whether the message has this text as the header of this number; NULL: whether it has none. */
static int has(WS_MESSAGE* message, const WS_XML_STRING* name, ULONG index, const char* text, WS_HEAP* heap, WS_ERROR* error)
{
    WS_STRING* found = NULL;
    OK_BY(error, WsGetMappedHeader(message, name, WS_REPEATING_HEADER, index, WS_STRING_TYPE, WS_READ_OPTIONAL_POINTER,
        heap, &found, sizeof found, error));
    return text == NULL ? found == NULL : found != NULL && same_text(*found, text);
}

static void* answer(void* state)
{
    LINK* link = state;
    WS_ERROR* error = NULL;
    WS_HEAP* heap = NULL;
    WS_MESSAGE *request = NULL, *reply = NULL;
    WS_CHANNEL* channel = link->server_channel;
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&add_description};
    int number = 0;
    CHECK(WsCreateError(NULL, 0, &error) == S_OK);
    OK_BY(error, WsCreateHeap(1 << 16, 0, NULL, 0, &heap, error));
    OK_BY(error, WsAcceptChannel(link->listener, channel, NULL, error));
    OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &request, error));
    OK_BY(error, WsCreateMessageForChannel(channel, NULL, 0, &reply, error));
    OK_BY(error, WsReceiveMessage(channel, request, descriptions, 1, WS_RECEIVE_REQUIRED_MESSAGE, WS_READ_REQUIRED_VALUE,
        heap, &number, sizeof number, NULL, NULL, error));
    CHECK(has(request, X("X-Alone"), 0, "a, b", heap, error) && has(request, X("X-Alone"), 1, NULL, heap, error));
    CHECK(has(request, X("X-List"), 0, "a, \"b\"", heap, error) && has(request, X("X-List"), 1, "c", heap, error));
    CHECK(has(request, X("X-List"), 2, NULL, heap, error));
    OK_BY(error, WsInitializeMessage(reply, WS_REPLY_MESSAGE, request, error));
    add(reply, X("X-Other"), S(u"one"), error);
    add(reply, X("X-Other"), S(u"two"), error);
    OK_BY(error, WsSendReplyMessage(channel, reply, &added_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number,
        request, NULL, error));
    WsFreeMessage(request);
    WsFreeMessage(reply);
    OK_BY(error, WsCloseChannel(channel, NULL, error));
    WsFreeHeap(heap);
    WsFreeError(error);
    return NULL;
}

static void headers(void)
{
    WS_CHANNEL_PROPERTY properties[] = {{WS_CHANNEL_PROPERTY_HTTP_MESSAGE_MAPPING, &mapping, sizeof mapping}};
    LINK link = {.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "http", .properties = properties, .property_count = 1};
    WS_HEAP* heap = NULL;
    WS_MESSAGE *request = NULL, *reply = NULL;
    int number = 5, found = 0;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    link_listen(&link);
    CHECK(pthread_create(&link.thread, NULL, answer, &link) == 0);
    WS_CHANNEL* channel = link_connect(&link);
    OK(WsCreateMessageForChannel(channel, NULL, 0, &request, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &reply, g_error));
    OK(WsInitializeMessage(request, WS_REQUEST_MESSAGE, NULL, g_error));
    add(request, X("X-Alone"), S(u"a, b"), g_error);
    add(request, X("X-List"), S(u"a, \"b\""), g_error);
    add(request, X("X-List"), S(u"c"), g_error);
    OK(WsRequestReply(channel, request, &add_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, reply,
        &added_description, WS_READ_REQUIRED_VALUE, heap, &found, sizeof found, NULL, g_error));
    CHECK(found == 5);
    CHECK(has(reply, X("X-Other"), 0, "one", heap, g_error) && has(reply, X("X-Other"), 1, "two", heap, g_error));
    WsFreeMessage(request);
    WsFreeMessage(reply);
    channel_end(channel);
    CHECK(pthread_join(link.thread, NULL) == 0);
    link_close(&link);
    WsFreeHeap(heap);
}

static HRESULT create(WS_HTTP_MESSAGE_MAPPING with, WS_ENCODING encoding)
{
    WS_CHANNEL* channel = NULL;
    WS_CHANNEL_PROPERTY properties[] = {
        {WS_CHANNEL_PROPERTY_HTTP_MESSAGE_MAPPING, &with, sizeof with},
        {WS_CHANNEL_PROPERTY_ENCODING, &encoding, sizeof encoding},
    };
    HRESULT hr = WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_HTTP_CHANNEL_BINDING, properties, 2, NULL, &channel, NULL);
    WsFreeChannel(channel);
    return hr;
}

static void refusals(void)
{
    WS_HTTP_HEADER_MAPPING both = {WS_XML_STRING_VALUE("X"),
        WS_HTTP_HEADER_MAPPING_COMMA_SEPARATOR | WS_HTTP_HEADER_MAPPING_SEMICOLON_SEPARATOR};
    WS_HTTP_HEADER_MAPPING unknown = {WS_XML_STRING_VALUE("X"), 8};
    WS_HTTP_HEADER_MAPPING* wrong[] = {&both, &unknown, NULL};
    for (int i = 0; i < 3; i++)
        EXPECT(E_INVALIDARG, create((WS_HTTP_MESSAGE_MAPPING){0, 0, wrong + i, 1, NULL, 0}, WS_ENCODING_XML_UTF8));
    /* Verb and status are of raw messages only. */
    WS_HTTP_MESSAGE_MAPPING verb = {WS_HTTP_REQUEST_MAPPING_VERB, WS_HTTP_RESPONSE_MAPPING_STATUS_CODE, NULL, 0, NULL, 0};
    EXPECT(E_INVALIDARG, create(verb, WS_ENCODING_XML_UTF8));
    EXPECT(S_OK, create(verb, WS_ENCODING_RAW));
    verb.requestMappingOptions = 1;
    EXPECT(E_INVALIDARG, create(verb, WS_ENCODING_RAW));
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    headers();
    refusals();
    WsFreeError(g_error);
    return 0;
}
