/* Custom channels and listeners that carry messages through memory: synchronous and asynchronous calls, states, failures in
 * each step, a callback that aborts its own channel. */
#define _DEFAULT_SOURCE
#include "customs.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
/* Instances that are not freed yet. */
static int channels_alive, listeners_alive;
/* Contexts that callbacks got, and that completed later. */
static int contexts;

/* The step that is to fail. */
typedef enum {
    NOTHING, CREATE, RESET, OPEN, CLOSE, WRITE_START, WRITE_END, READ_START, READ_END, ABANDON, SHUT_DOWN, GET, SET
} STEP;
static STEP failing;
#define REFUSED ((HRESULT)0x80070005)
#define FAIL_IF(step) \
    do { \
        if (failing == (step)) \
            return REFUSED; \
    } while (0)

/* ---- Through memory ------------------------------------------------------------------------------------- */

/* One direction: messages in a row. Two channels hold it. */
typedef struct {
    BLOCK messages[8];
    int count, is_ended, holders;
} PIPE;

typedef struct {
    PIPE *in, *out;
    WS_XML_READER* reader;
    WS_XML_WRITER* writer;
    BLOCK message;
    int is_aborted, is_open, aborts_itself;
    WS_CHANNEL* own;
} MEMORY;

typedef struct {
    int is_open, is_aborted;
} MEMORY_LISTENER;

/* Clients that nobody has accepted: their pipes. */
static PIPE* waiting[8][2];
static int waiting_count;

static void release(PIPE** pipe)
{
    if (*pipe != NULL) {
        (*pipe)->is_ended = 1;
        if (--(*pipe)->holders == 0) {
            for (int i = 0; i < (*pipe)->count; i++)
                block_free(&(*pipe)->messages[i]);
            free(*pipe);
        }
    }
    *pipe = NULL;
}

static HRESULT CALLBACK memory_create(WS_CHANNEL_TYPE type, const void* parameters, ULONG size, void** instance,
    WS_ERROR* error)
{
    CHECK(type == WS_CHANNEL_TYPE_DUPLEX_SESSION);
    CHECK(size == sizeof(int) && *(const int*)parameters == 42);
    FAIL_IF(CREATE);
    MEMORY* memory = calloc(1, sizeof *memory);
    CHECK(memory != NULL);
    OK_BY(error, WsCreateReader(NULL, 0, &memory->reader, error));
    OK_BY(error, WsCreateWriter(NULL, 0, &memory->writer, error));
    channels_alive++;
    *instance = memory;
    return S_OK;
}

static void CALLBACK memory_free(void* instance)
{
    MEMORY* memory = instance;
    CHECK(memory->in == NULL && memory->out == NULL && !memory->is_open);
    block_free(&memory->message);
    WsFreeReader(memory->reader);
    WsFreeWriter(memory->writer);
    free(memory);
    channels_alive--;
}

static HRESULT CALLBACK memory_reset(void* instance, WS_ERROR* error)
{
    MEMORY* memory = instance;
    (void)error;
    FAIL_IF(RESET);
    CHECK(!memory->is_open);
    memory->is_aborted = 0;
    return S_OK;
}

static HRESULT CALLBACK memory_open(void* instance, const WS_ENDPOINT_ADDRESS* address, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    MEMORY* memory = instance;
    (void)context, (void)error;
    CHECK(address->url.length > 6);
    FAIL_IF(OPEN);
    memory->in = calloc(1, sizeof *memory->in);
    memory->out = calloc(1, sizeof *memory->out);
    CHECK(memory->in != NULL && memory->out != NULL && waiting_count < 8);
    memory->in->holders = memory->out->holders = 2;
    pthread_mutex_lock(&lock);
    waiting[waiting_count][0] = memory->out;
    waiting[waiting_count][1] = memory->in;
    waiting_count++;
    memory->is_open = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return S_OK;
}

static HRESULT CALLBACK memory_close(void* instance, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    MEMORY* memory = instance;
    (void)context, (void)error;
    pthread_mutex_lock(&lock);
    CHECK(memory->is_open);
    memory->is_open = 0;
    release(&memory->in);
    release(&memory->out);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    FAIL_IF(CLOSE);
    return S_OK;
}

static HRESULT CALLBACK memory_abort(void* instance, WS_ERROR* error)
{
    MEMORY* memory = instance;
    (void)error;
    pthread_mutex_lock(&lock);
    memory->is_aborted = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return S_OK;
}

static HRESULT CALLBACK memory_get(void* instance, WS_CHANNEL_PROPERTY_ID id, void* value, ULONG size, WS_ERROR* error)
{
    (void)instance, (void)error;
    FAIL_IF(GET);
    if (id == WS_CHANNEL_PROPERTY_ENVELOPE_VERSION && size == sizeof(WS_ENVELOPE_VERSION))
        *(WS_ENVELOPE_VERSION*)value = WS_ENVELOPE_VERSION_SOAP_1_2;
    else if (id == WS_CHANNEL_PROPERTY_ADDRESSING_VERSION && size == sizeof(WS_ADDRESSING_VERSION))
        *(WS_ADDRESSING_VERSION*)value = WS_ADDRESSING_VERSION_1_0;
    else
        return E_INVALIDARG;
    return S_OK;
}

static ULONG send_timeout;

static HRESULT CALLBACK memory_set(void* instance, WS_CHANNEL_PROPERTY_ID id, const void* value, ULONG size,
    WS_ERROR* error)
{
    (void)instance, (void)error;
    FAIL_IF(SET);
    if (id != WS_CHANNEL_PROPERTY_SEND_TIMEOUT || size != sizeof(ULONG))
        return E_INVALIDARG;
    send_timeout = *(const ULONG*)value;
    return S_OK;
}

static const WS_XML_WRITER_BUFFER_OUTPUT to_buffer = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
static const WS_XML_WRITER_TEXT_ENCODING as_text = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
static const WS_XML_READER_TEXT_ENCODING from_text = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};

static HRESULT CALLBACK memory_write_start(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    MEMORY* memory = instance;
    BOOL is_addressed = FALSE;
    (void)context;
    FAIL_IF(WRITE_START);
    OK_BY(error, WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_IS_ADDRESSED, &is_addressed, sizeof is_addressed, error));
    CHECK(is_addressed);
    HRESULT hr = WsSetOutput(memory->writer, &as_text.encoding, &to_buffer.output, NULL, 0, error);
    return FAILED(hr) ? hr : WsWriteEnvelopeStart(message, memory->writer, NULL, NULL, error);
}

static HRESULT CALLBACK memory_write_end(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    MEMORY* memory = instance;
    WS_BYTES bytes;
    (void)context;
    FAIL_IF(WRITE_END);
    if (memory->aborts_itself) {
        OK_BY(error, WsAbortChannel(memory->own, error));
        CHECK(memory->is_aborted);
        return WS_E_OPERATION_ABORTED;
    }
    OK_BY(error, WsWriteEnvelopeEnd(message, error));
    OK_BY(error, WsGetWriterProperty(memory->writer, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, error));
    pthread_mutex_lock(&lock);
    CHECK(memory->out->count < 8);
    HRESULT hr = memory->out->is_ended ? WS_E_ENDPOINT_DISCONNECTED : S_OK;
    if (hr == S_OK)
        block_append(&memory->out->messages[memory->out->count++], bytes.bytes, bytes.length);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return hr;
}

/* Waits for a message and reads its start. */
static HRESULT take_message(MEMORY* memory, WS_MESSAGE* message, WS_ERROR* error)
{
    pthread_mutex_lock(&lock);
    PIPE* in = memory->in;
    while (in->count == 0 && !in->is_ended && !memory->is_aborted)
        pthread_cond_wait(&changed, &lock);
    block_free(&memory->message);
    int is_aborted = memory->is_aborted, has_message = in->count > 0;
    if (!is_aborted && has_message) {
        memory->message = in->messages[0];
        memmove(&in->messages[0], &in->messages[1], sizeof in->messages - sizeof in->messages[0]);
        memset(&in->messages[7], 0, sizeof in->messages[7]);
        in->count--;
    }
    pthread_mutex_unlock(&lock);
    if (is_aborted)
        return WS_E_OPERATION_ABORTED;
    if (!has_message)
        return WS_S_END;
    WS_XML_READER_BUFFER_INPUT input = {
        {WS_XML_READER_INPUT_TYPE_BUFFER}, memory->message.bytes, (ULONG)memory->message.length};
    HRESULT hr = WsSetInput(memory->reader, &from_text.encoding, &input.input, NULL, 0, error);
    return FAILED(hr) ? hr : WsReadEnvelopeStart(message, memory->reader, NULL, NULL, error);
}

/* What another thread of the program waits for. */
typedef struct {
    MEMORY* memory;
    MEMORY_LISTENER* listener;
    WS_MESSAGE* message;
    WS_ASYNC_CONTEXT context;
    WS_ERROR* error;
} LATER;

static HRESULT take_client(MEMORY_LISTENER* listener, MEMORY* memory);

static void* do_later(void* state)
{
    LATER later = *(LATER*)state;
    free(state);
    HRESULT hr = later.listener != NULL ? take_client(later.listener, later.memory)
                                        : take_message(later.memory, later.message, later.error);
    later.context.callback(hr, WS_LONG_CALLBACK, later.context.callbackState);
    return NULL;
}

static HRESULT go_later(LATER later)
{
    pthread_t thread;
    LATER* state = malloc(sizeof *state);
    CHECK(state != NULL);
    *state = later;
    pthread_mutex_lock(&lock);
    contexts++;
    pthread_mutex_unlock(&lock);
    CHECK(pthread_create(&thread, NULL, do_later, state) == 0);
    CHECK(pthread_detach(thread) == 0);
    return WS_S_ASYNC;
}

static HRESULT CALLBACK memory_read_start(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    FAIL_IF(READ_START);
    if (context != NULL)
        return go_later((LATER){.memory = instance, .message = message, .context = *context, .error = error});
    return take_message(instance, message, error);
}

static HRESULT CALLBACK memory_read_end(void* instance, WS_MESSAGE* message, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)instance, (void)context;
    FAIL_IF(READ_END);
    return WsReadEnvelopeEnd(message, error);
}

static HRESULT CALLBACK memory_abandon(void* instance, WS_MESSAGE* message, WS_ERROR* error)
{
    (void)instance, (void)message, (void)error;
    FAIL_IF(ABANDON);
    return S_OK;
}

static HRESULT CALLBACK memory_shut_down(void* instance, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    MEMORY* memory = instance;
    (void)context, (void)error;
    FAIL_IF(SHUT_DOWN);
    pthread_mutex_lock(&lock);
    memory->out->is_ended = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return S_OK;
}

static const WS_CUSTOM_CHANNEL_CALLBACKS memory_channel = {memory_create, memory_free, memory_reset, memory_open,
    memory_close, memory_abort, memory_get, memory_set, memory_write_start, memory_write_end, memory_read_start,
    memory_read_end, memory_abandon, memory_shut_down};

static HRESULT CALLBACK memory_create_listener(WS_CHANNEL_TYPE type, const void* parameters, ULONG size, void** instance,
    WS_ERROR* error)
{
    (void)error;
    CHECK(type == WS_CHANNEL_TYPE_DUPLEX_SESSION && parameters == NULL && size == 0);
    *instance = calloc(1, sizeof(MEMORY_LISTENER));
    CHECK(*instance != NULL);
    listeners_alive++;
    return S_OK;
}

static void CALLBACK memory_free_listener(void* instance)
{
    free(instance);
    listeners_alive--;
}

static HRESULT CALLBACK memory_reset_listener(void* instance, WS_ERROR* error)
{
    (void)error;
    ((MEMORY_LISTENER*)instance)->is_aborted = 0;
    return S_OK;
}

static HRESULT CALLBACK memory_open_listener(void* instance, const WS_STRING* url, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)context, (void)error;
    CHECK(url->length > 6);
    ((MEMORY_LISTENER*)instance)->is_open = 1;
    return S_OK;
}

static HRESULT CALLBACK memory_close_listener(void* instance, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    MEMORY_LISTENER* listener = instance;
    (void)context, (void)error;
    pthread_mutex_lock(&lock);
    CHECK(listener->is_open);
    listener->is_open = 0;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return S_OK;
}

static HRESULT CALLBACK memory_abort_listener(void* instance, WS_ERROR* error)
{
    (void)error;
    pthread_mutex_lock(&lock);
    ((MEMORY_LISTENER*)instance)->is_aborted = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return S_OK;
}

static HRESULT CALLBACK memory_create_for(void* listener, const void* parameters, ULONG size, void** instance,
    WS_ERROR* error)
{
    CHECK(listener != NULL);
    return memory_create(WS_CHANNEL_TYPE_DUPLEX_SESSION, parameters, size, instance, error);
}

static HRESULT take_client(MEMORY_LISTENER* listener, MEMORY* memory)
{
    pthread_mutex_lock(&lock);
    while (waiting_count == 0 && listener->is_open && !listener->is_aborted && !memory->is_aborted)
        pthread_cond_wait(&changed, &lock);
    HRESULT hr = WS_E_OPERATION_ABORTED;
    if (waiting_count > 0) {
        waiting_count--;
        memory->in = waiting[waiting_count][0];
        memory->out = waiting[waiting_count][1];
        memory->is_open = 1;
        hr = S_OK;
    }
    pthread_mutex_unlock(&lock);
    return hr;
}

static HRESULT CALLBACK memory_accept(void* listener, void* channel, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)error;
    if (context != NULL)
        return go_later((LATER){.listener = listener, .memory = channel, .context = *context});
    return take_client(listener, channel);
}

static const WS_CUSTOM_LISTENER_CALLBACKS memory_listener = {memory_create_listener, memory_free_listener,
    memory_reset_listener, memory_open_listener, memory_close_listener, memory_abort_listener, NULL, NULL,
    memory_create_for, memory_accept};

/* ---- What they are used for ----------------------------------------------------------------------------- */

static int parameter = 42;

static const WS_CHANNEL_PROPERTY memory_properties[] = {
    {WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS, (void*)&memory_channel, sizeof memory_channel},
    {WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS, &parameter, sizeof parameter},
};
static const WS_LISTENER_PROPERTY memory_listener_properties[] = {
    {WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS, (void*)&memory_listener, sizeof memory_listener},
};
#define MEMORY_LINK \
    {.binding = WS_CUSTOM_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, \
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "memory", .properties = memory_properties, \
        .property_count = 2, .listener_properties = memory_listener_properties, .listener_property_count = 1}
/* A client whose peer is nobody: its pipes are taken away again. */
static WS_CHANNEL* lonely(LINK* link)
{
    make_url(&link->url, "memory", 1);
    WS_CHANNEL* channel = link_connect(link);
    waiting_count--;
    return channel;
}

static void lonely_end(WS_CHANNEL* channel)
{
    MEMORY* memory = NULL;
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_INSTANCE, &memory, sizeof memory, g_error));
    if (memory->in != NULL)
        memory->in->holders = memory->out->holders = 1;
    channel_end(channel);
}

/* A callback that fails in each step: its code comes out of the call, and the channel is as it was. */
static void failures(LINK* link)
{
    WS_CHANNEL* channel = NULL;
    make_url(&link->url, "memory", 1);
    WS_ENDPOINT_ADDRESS address = {.url = link->url.string};
    failing = CREATE;
    EXPECT(REFUSED, WsCreateChannel(link->client_type, link->binding, link->properties, link->property_count, NULL,
        &channel, NULL));
    CHECK(channel == NULL && channels_alive == 0);
    /* What the library does not know goes to the implementation; if that refuses, there is no channel. */
    ULONG timeout = 5;
    WS_CHANNEL_PROPERTY more[3] = {memory_properties[0], memory_properties[1],
        {WS_CHANNEL_PROPERTY_SEND_TIMEOUT, &timeout, sizeof timeout}};
    failing = SET;
    EXPECT(REFUSED, WsCreateChannel(link->client_type, link->binding, more, 3, NULL, &channel, NULL));
    CHECK(channel == NULL && channels_alive == 0);
    failing = NOTHING;
    OK(WsCreateChannel(link->client_type, link->binding, more, 3, NULL, &channel, g_error));
    CHECK(send_timeout == 5);
    timeout = 6;
    OK(WsSetChannelProperty(channel, WS_CHANNEL_PROPERTY_SEND_TIMEOUT, &timeout, sizeof timeout, g_error));
    CHECK(send_timeout == 6);
    EXPECT(E_INVALIDARG, WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_SEND_TIMEOUT, &timeout, sizeof timeout, NULL));
    EXPECT(E_INVALIDARG, WsSetChannelProperty(channel, WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS,
        &memory_channel, sizeof memory_channel, NULL));
    failing = GET;
    WS_MESSAGE* message = NULL;
    EXPECT(REFUSED, WsCreateMessageForChannel(channel, NULL, 0, &message, NULL));
    failing = OPEN;
    EXPECT(REFUSED, WsOpenChannel(channel, &address, NULL, NULL));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CREATED);
    failing = NOTHING;
    WsFreeChannel(channel);

    channel = lonely(link);
    int number = 1;
    failing = NOTHING;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    failing = WRITE_START;
    EXPECT(REFUSED, WsSendMessage(channel, message, &note_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number,
        NULL, NULL));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_OPEN);
    failing = WRITE_END;
    EXPECT(REFUSED, WsSendMessage(channel, message, &note_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number,
        NULL, NULL));
    OK(WsResetMessage(message, g_error));
    failing = READ_START;
    EXPECT(REFUSED, WsReadMessageStart(channel, message, NULL, NULL));
    failing = NOTHING;
    /* What this channel sends comes back. */
    MEMORY* memory = NULL;
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_INSTANCE, &memory, sizeof memory, g_error));
    send_one_way(channel, &note_description, &number);
    memory->in->messages[memory->in->count++] = memory->out->messages[--memory->out->count];
    memset(&memory->out->messages[memory->out->count], 0, sizeof(BLOCK));
    failing = READ_END;
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&note_description};
    EXPECT(REFUSED, WsReceiveMessage(channel, message, descriptions, 1, WS_RECEIVE_REQUIRED_MESSAGE,
        WS_READ_REQUIRED_VALUE, heap, &number, sizeof number, NULL, NULL, NULL));
    OK(WsResetMessage(message, g_error));
    failing = ABANDON;
    EXPECT(E_INVALIDARG, WsAbandonMessage(channel, message, NULL));
    OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
    OK(WsSetHeader(message, WS_ACTION_HEADER, WS_XML_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, X("urn:note"),
        sizeof(WS_XML_STRING), g_error));
    OK(WsWriteMessageStart(channel, message, NULL, g_error));
    EXPECT(REFUSED, WsAbandonMessage(channel, message, NULL));
    EXPECT(E_INVALIDARG, WsWriteMessageEnd(channel, message, NULL, NULL));
    failing = SHUT_DOWN;
    EXPECT(REFUSED, WsShutdownSessionChannel(channel, NULL, NULL));
    failing = NOTHING;
    EXPECT(WS_E_INVALID_OPERATION, WsShutdownSessionChannel(channel, NULL, NULL));
    WsFreeMessage(message);
    memory->in->holders = memory->out->holders = 1;
    failing = CLOSE;
    EXPECT(REFUSED, WsCloseChannel(channel, NULL, NULL));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CLOSED);
    failing = RESET;
    EXPECT(REFUSED, WsResetChannel(channel, NULL));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CLOSED);
    failing = NOTHING;
    OK(WsResetChannel(channel, g_error));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_CREATED);
    WsFreeChannel(channel);
    CHECK(channels_alive == 0);

    EXPECT(E_INVALIDARG, WsCreateChannel(link->client_type, link->binding, NULL, 0, NULL, &channel, NULL));
    WS_LISTENER* listener = NULL;
    EXPECT(E_INVALIDARG, WsCreateListener(link->client_type, link->binding, NULL, 0, NULL, &listener, NULL));
}

/* A callback that aborts the channel that it works for. */
static void aborts_itself(LINK* link)
{
    WS_CHANNEL* channel = lonely(link);
    MEMORY* memory = NULL;
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_INSTANCE, &memory, sizeof memory, g_error));
    memory->aborts_itself = 1;
    memory->own = channel;
    WS_MESSAGE* message = NULL;
    int number = 1;
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    EXPECT(WS_E_OPERATION_ABORTED, WsSendMessage(channel, message, &note_description, WS_WRITE_REQUIRED_VALUE, &number,
        sizeof number, NULL, NULL));
    CHECK(channel_state(channel) == WS_CHANNEL_STATE_FAULTED);
    WsFreeMessage(message);
    lonely_end(channel);
    CHECK(channels_alive == 0);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    LINK memory = MEMORY_LINK;
    exchange(&memory);
    CHECK(contexts > 0);
    LINK other = MEMORY_LINK;
    aborts(&other);
    CHECK(channels_alive == 0 && listeners_alive == 0 && waiting_count == 0);
    LINK client = MEMORY_LINK;
    failures(&client);
    aborts_itself(&client);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
