/* Message encoders and decoders of the program, on both ends: they change content type and bytes, in the order of their
 * contract. They fail, and abort their own channel. */
#define _DEFAULT_SOURCE
#include "channels.h"

#define KEY 0x5A

/* What both sides have in common; several threads count. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int encoders, decoders, encoded, decoded;

static int count(int* counter, int by)
{
    pthread_mutex_lock(&lock);
    int sum = *counter += by;
    pthread_mutex_unlock(&lock);
    return sum;
}

/* Where a message stands: the order of the calls. */
typedef enum { IDLE, TYPED, STARTED, ENDED } STEP;

typedef struct {
    WS_WRITE_CALLBACK write;
    WS_READ_CALLBACK read;
    void* context;
    STEP step;
    WCHAR type[256];
} CODEC;

static CODEC* make(void* create_context)
{
    CHECK(create_context == &lock);
    CODEC* codec = calloc(1, sizeof *codec);
    CHECK(codec != NULL);
    return codec;
}

static HRESULT CALLBACK create_encoder(void* create_context, WS_WRITE_CALLBACK write, void* context, void** encoder,
    WS_ERROR* error)
{
    (void)error;
    CODEC* codec = make(create_context);
    codec->write = write;
    codec->context = context;
    *encoder = codec;
    count(&encoders, 1);
    return S_OK;
}

static const char prefix[] = "application/x-masked; of=";

/* application/x-masked; of="what it was", in which quotes become apostrophes. */
static HRESULT CALLBACK encoded_type(void* encoder, const WS_STRING* type, WS_STRING* new_type, WS_STRING* coding,
    WS_ERROR* error)
{
    (void)error;
    CODEC* codec = encoder;
    ULONG n = 0;
    codec->step = TYPED;
    for (const char* p = prefix; *p; p++)
        codec->type[n++] = (WCHAR)*p;
    codec->type[n++] = '"';
    CHECK(n + type->length + 1 < sizeof codec->type / sizeof *codec->type);
    for (ULONG i = 0; i < type->length; i++)
        codec->type[n++] = type->chars[i] == '"' ? '\'' : type->chars[i];
    codec->type[n++] = '"';
    new_type->length = n;
    new_type->chars = codec->type;
    coding->length = 0;
    coding->chars = NULL;
    return S_OK;
}

static HRESULT CALLBACK start_encoder(void* encoder, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    CODEC* codec = encoder;
    CHECK(codec->step == TYPED);
    codec->step = STARTED;
    WS_BYTES head = {4, (BYTE*)"MASK"};
    return codec->write(codec->context, &head, 1, context, error);
}

static HRESULT CALLBACK encode(void* encoder, const WS_BYTES* buffers, ULONG buffer_count,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    CODEC* codec = encoder;
    CHECK(codec->step == STARTED);
    for (ULONG i = 0; i < buffer_count; i++) {
        BYTE* masked = malloc(buffers[i].length + 1);
        CHECK(masked != NULL);
        for (ULONG k = 0; k < buffers[i].length; k++)
            masked[k] = buffers[i].bytes[k] ^ KEY;
        WS_BYTES bytes = {buffers[i].length, masked};
        HRESULT hr = codec->write(codec->context, &bytes, 1, context, error);
        free(masked);
        if (hr != S_OK)
            return hr;
    }
    return S_OK;
}

static HRESULT CALLBACK end_encoder(void* encoder, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    CODEC* codec = encoder;
    CHECK(codec->step == STARTED);
    codec->step = ENDED;
    count(&encoded, 1);
    WS_BYTES tail = {1, (BYTE*)"!"};
    return codec->write(codec->context, &tail, 1, context, error);
}

static void CALLBACK free_encoder(void* encoder)
{
    count(&encoders, -1);
    free(encoder);
}

/* The decoder takes its bytes one by one, since the last one is not of the message. */
typedef struct {
    CODEC base;
    BYTE head[4];
    ULONG head_length;
    BYTE held;
    int holds;
} DECODER;

static HRESULT CALLBACK create_decoder(void* create_context, WS_READ_CALLBACK read, void* context, void** decoder,
    WS_ERROR* error)
{
    (void)error;
    CHECK(create_context == &lock);
    DECODER* d = calloc(1, sizeof *d);
    CHECK(d != NULL);
    d->base.read = read;
    d->base.context = context;
    *decoder = d;
    count(&decoders, 1);
    return S_OK;
}

static HRESULT CALLBACK start_decoder(void* decoder, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)context;
    (void)error;
    DECODER* d = decoder;
    d->base.step = STARTED;
    d->head_length = 0;
    d->holds = 0;
    return S_OK;
}

static HRESULT CALLBACK decoded_type(void* decoder, const WS_STRING* type, const WS_STRING* coding, WS_STRING* new_type,
    WS_ERROR* error)
{
    (void)error;
    DECODER* d = decoder;
    /* A decoder starts before it learns the content type. */
    CHECK(d->base.step == STARTED && coding == NULL);
    d->base.step = TYPED;
    ULONG skip = sizeof prefix - 1 + 1;
    CHECK(type->length > skip + 1);
    ULONG n = 0;
    for (ULONG i = skip; i < type->length - 1; i++)
        d->base.type[n++] = type->chars[i] == '\'' ? '"' : type->chars[i];
    new_type->length = n;
    new_type->chars = d->base.type;
    return S_OK;
}

static HRESULT CALLBACK decode(void* decoder, void* buffer, ULONG max, ULONG* length, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    DECODER* d = decoder;
    BYTE* out = buffer;
    CHECK(d->base.step == TYPED);
    *length = 0;
    while (*length < max) {
        BYTE byte;
        ULONG actual = 0;
        HRESULT hr = d->base.read(d->base.context, &byte, 1, &actual, context, error);
        if (hr != S_OK)
            return hr;
        if (actual == 0) {
            CHECK(d->holds && d->held == '!');
            return S_OK;
        }
        if (d->head_length < 4) {
            CHECK(byte == (BYTE)"MASK"[d->head_length]);
            d->head_length++;
            continue;
        }
        if (d->holds)
            out[(*length)++] = d->held ^ KEY;
        d->held = byte;
        d->holds = 1;
    }
    return S_OK;
}

static HRESULT CALLBACK end_decoder(void* decoder, const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)context;
    (void)error;
    DECODER* d = decoder;
    CHECK(d->base.step == TYPED);
    d->base.step = ENDED;
    count(&decoded, 1);
    return S_OK;
}

static void CALLBACK free_decoder(void* decoder)
{
    count(&decoders, -1);
    free(decoder);
}

static WS_CHANNEL_ENCODER encoder = {
    &lock, create_encoder, encoded_type, start_encoder, encode, end_encoder, free_encoder};
static WS_CHANNEL_DECODER decoder = {
    &lock, create_decoder, decoded_type, start_decoder, decode, end_decoder, free_decoder};

static void exchange(LINK* link)
{
    WS_HEAP* heap = NULL;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    encoded = decoded = 0;
    link_start(link);
    WS_CHANNEL* channel = link_connect(link);
    for (int i = 0; i < 3; i++) {
        int answer = 0;
        OK(request(channel, heap, i, &answer));
        CHECK(answer == i + 1);
    }
    /* Three requests and their replies. */
    CHECK(encoded == 6 && decoded == 6);
    channel_end(channel);
    link_stop(link);
    CHECK(encoded >= 7 && decoded >= 7);
    WsFreeHeap(heap);
}

static HRESULT CALLBACK refuse(void* context, const WS_BYTES* buffers, ULONG buffer_count,
    const WS_ASYNC_CONTEXT* async_context, WS_ERROR* error)
{
    (void)context, (void)buffers, (void)buffer_count, (void)async_context, (void)error;
    return (HRESULT)0x80070005;
}

static WS_CHANNEL* victim;

static HRESULT CALLBACK abort_own(void* context, const WS_BYTES* buffers, ULONG buffer_count,
    const WS_ASYNC_CONTEXT* async_context, WS_ERROR* error)
{
    /* The message is in use, and what waits for the channel would wait for itself. */
    EXPECT_BY(NULL, WS_E_INVALID_OPERATION, WsCloseChannel(victim, NULL, NULL));
    OK_BY(NULL, WsAbortChannel(victim, NULL));
    return encode(context, buffers, buffer_count, async_context, error);
}

/* A callback that fails: its code comes out of the call. One that aborts its own channel: the call is aborted. */
static void failure(LINK* link, WS_ENCODER_ENCODE_CALLBACK callback, HRESULT expected)
{
    static WS_CHANNEL_ENCODER failing;
    failing = encoder;
    failing.encoderEncodeCallback = callback;
    WS_CHANNEL_PROPERTY properties[] = {{WS_CHANNEL_PROPERTY_ENCODER, &failing, sizeof failing}};
    WS_CHANNEL* channel = NULL;
    WS_ENDPOINT_ADDRESS address = {.url = link->url.string};
    int number = 1;
    WS_MESSAGE* message = NULL;
    OK(WsCreateChannel(link->client_type, link->binding, properties, 1, NULL, &channel, g_error));
    OK(WsOpenChannel(channel, &address, NULL, g_error));
    OK(WsCreateMessageForChannel(channel, NULL, 0, &message, g_error));
    victim = channel;
    EXPECT(expected, WsSendMessage(channel, message, &note_description, WS_WRITE_REQUIRED_VALUE, &number,
        sizeof number, NULL, NULL));
    WsFreeMessage(message);
    WsAbortChannel(channel, NULL);
    WsCloseChannel(channel, NULL, NULL);
    WsFreeChannel(channel);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    WS_CHANNEL_PROPERTY properties[] = {
        {WS_CHANNEL_PROPERTY_ENCODER, &encoder, sizeof encoder},
        {WS_CHANNEL_PROPERTY_DECODER, &decoder, sizeof decoder},
    };
    LINK http = {.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "http", .properties = properties, .property_count = 2};
    exchange(&http);
    LINK tcp = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp", .properties = properties,
        .property_count = 2};
    exchange(&tcp);
    LINK plain = {.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "http"};
    link_start(&plain);
    failure(&plain, refuse, (HRESULT)0x80070005);
    failure(&plain, abort_own, WS_E_OPERATION_ABORTED);
    link_stop(&plain);
    /* Connections end in their own time. */
    for (int i = 0; i < 10000 && count(&encoders, 0) + count(&decoders, 0) != 0; i++)
        usleep(1000);
    CHECK(count(&encoders, 0) == 0 && count(&decoders, 0) == 0);
    WsFreeError(g_error);
    return 0;
}
