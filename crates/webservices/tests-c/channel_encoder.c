/* Message encoders and decoders of the program, on both ends: they change content type and bytes, in the order of their
 * contract. They complete later in asynchronous calls. They fail in each step, and abort their own channel. */
#define _DEFAULT_SOURCE
#include "channels.h"
#include "wait.h"

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

/* ---- Later ---------------------------------------------------------------------------------------------- */

/* A step that another thread does. */
typedef struct {
    WS_ENCODER_ENCODE_CALLBACK encode;
    WS_DECODER_DECODE_CALLBACK decode;
    void* codec;
    const WS_BYTES* buffers;
    ULONG buffer_count;
    void* buffer;
    ULONG* length;
    WS_ASYNC_CONTEXT context;
    WS_ERROR* error;
} LATER;

static int later, at_once;

static void* do_later(void* state)
{
    LATER* step = state;
    HRESULT hr = step->encode != NULL
        ? step->encode(step->codec, step->buffers, step->buffer_count, NULL, step->error)
        : step->decode(step->codec, step->buffer, step->buffer_count, step->length, NULL, step->error);
    step->context.callback(hr, WS_LONG_CALLBACK, step->context.callbackState);
    free(step);
    return NULL;
}

static HRESULT go_later(LATER step)
{
    pthread_t thread;
    LATER* copy = malloc(sizeof *copy);
    CHECK(copy != NULL);
    *copy = step;
    count(&later, 1);
    CHECK(pthread_create(&thread, NULL, do_later, copy) == 0);
    CHECK(pthread_detach(thread) == 0);
    return WS_S_ASYNC;
}

static HRESULT CALLBACK encode_later(void* encoder, const WS_BYTES* buffers, ULONG buffer_count,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    if (context != NULL)
        return go_later((LATER){.encode = encode, .codec = encoder, .buffers = buffers, .buffer_count = buffer_count,
            .context = *context, .error = error});
    count(&at_once, 1);
    return encode(encoder, buffers, buffer_count, NULL, error);
}

static HRESULT CALLBACK decode_later(void* decoder, void* buffer, ULONG max, ULONG* length,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    if (context != NULL)
        return go_later((LATER){.decode = decode, .codec = decoder, .buffer = buffer, .buffer_count = max,
            .length = length, .context = *context, .error = error});
    return decode(decoder, buffer, max, length, NULL, error);
}

/* In an asynchronous call the encoder gets a context and may complete later, in a synchronous one it gets none. */
static void asynchronous(LINK link)
{
    WS_HEAP* heap = NULL;
    WAIT wait = WAIT_INIT;
    WS_ASYNC_CONTEXT context = {completed, &wait};
    WS_CHANNEL_ENCODER own_encoder = encoder;
    WS_CHANNEL_DECODER own_decoder = decoder;
    own_encoder.encoderEncodeCallback = encode_later;
    own_decoder.decoderDecodeCallback = decode_later;
    WS_CHANNEL_PROPERTY properties[] = {
        {WS_CHANNEL_PROPERTY_ENCODER, &own_encoder, sizeof own_encoder},
        {WS_CHANNEL_PROPERTY_DECODER, &own_decoder, sizeof own_decoder},
    };
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    link_start(&link);
    link.properties = properties;
    WS_CHANNEL* channel = link_connect(&link);
    for (int i = 0; i < 3; i++) {
        WS_MESSAGE *out = NULL, *in = NULL;
        int number = i, answer = 0;
        int before = count(&later, 0);
        OK(WsCreateMessageForChannel(channel, NULL, 0, &out, g_error));
        OK(WsCreateMessageForChannel(channel, NULL, 0, &in, g_error));
        ASYNC(WsRequestReply(channel, out, &add_description, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, in,
            &added_description, WS_READ_REQUIRED_VALUE, heap, &answer, sizeof answer, &context, g_error));
        CHECK(answer == i + 1);
        /* One step of the encoder at least. */
        CHECK(count(&later, 0) > before && count(&at_once, 0) == 0);
        WsFreeMessage(out);
        WsFreeMessage(in);
    }
    int answer = 0;
    OK(request(channel, heap, 5, &answer));
    CHECK(answer == 6 && count(&at_once, 0) > 0);
    channel_end(channel);
    link_stop(&link);
    at_once = 0;
    WsFreeHeap(heap);
}

/* ---- Failures ------------------------------------------------------------------------------------------- */

#define REFUSED ((HRESULT)0x80070005)

static HRESULT CALLBACK refuse_create(void* create_context, WS_WRITE_CALLBACK write, void* context, void** result,
    WS_ERROR* error)
{
    (void)create_context, (void)write, (void)context, (void)result, (void)error;
    return REFUSED;
}

static HRESULT CALLBACK refuse_create_decoder(void* create_context, WS_READ_CALLBACK read, void* context, void** result,
    WS_ERROR* error)
{
    (void)create_context, (void)read, (void)context, (void)result, (void)error;
    return REFUSED;
}

static HRESULT CALLBACK refuse_type(void* context, const WS_STRING* type, WS_STRING* new_type, WS_STRING* coding,
    WS_ERROR* error)
{
    (void)context, (void)type, (void)new_type, (void)coding, (void)error;
    return REFUSED;
}

static HRESULT CALLBACK refuse_step(void* context, const WS_ASYNC_CONTEXT* async_context, WS_ERROR* error)
{
    (void)context, (void)async_context, (void)error;
    return REFUSED;
}

static HRESULT CALLBACK refuse(void* context, const WS_BYTES* buffers, ULONG buffer_count,
    const WS_ASYNC_CONTEXT* async_context, WS_ERROR* error)
{
    (void)context, (void)buffers, (void)buffer_count, (void)async_context, (void)error;
    return REFUSED;
}

static HRESULT CALLBACK refuse_decoded_type(void* context, const WS_STRING* type, const WS_STRING* coding,
    WS_STRING* new_type, WS_ERROR* error)
{
    (void)context, (void)type, (void)coding, (void)new_type, (void)error;
    return REFUSED;
}

static HRESULT CALLBACK refuse_decode(void* context, void* buffer, ULONG max, ULONG* length,
    const WS_ASYNC_CONTEXT* async_context, WS_ERROR* error)
{
    (void)context, (void)buffer, (void)max, (void)length, (void)async_context, (void)error;
    return REFUSED;
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
static void failure(LINK* link, WS_CHANNEL_ENCODER failing, WS_CHANNEL_DECODER undo, HRESULT expected)
{
    WS_CHANNEL_PROPERTY properties[] = {
        {WS_CHANNEL_PROPERTY_ENCODER, &failing, sizeof failing},
        {WS_CHANNEL_PROPERTY_DECODER, &undo, sizeof undo},
    };
    WS_CHANNEL* channel = NULL;
    WS_HEAP* heap = NULL;
    WS_ENDPOINT_ADDRESS address = {.url = link->url.string};
    int answer = 0;
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    OK(WsCreateChannel(link->client_type, link->binding, properties, 2, NULL, &channel, g_error));
    /* A session needs its encoder and its decoder from the start. */
    HRESULT hr = WsOpenChannel(channel, &address, NULL, g_error);
    if (hr == S_OK) {
        victim = channel;
        hr = request(channel, heap, 1, &answer);
    }
    EXPECT(expected, hr);
    OK(WsResetError(g_error));
    WsAbortChannel(channel, NULL);
    WsCloseChannel(channel, NULL, NULL);
    WsFreeChannel(channel);
    WsFreeHeap(heap);
}

static void failures(LINK link)
{
    link.is_rough = 1;
    link_start(&link);
    WS_CHANNEL_ENCODER e = encoder;
    WS_CHANNEL_DECODER d = decoder;
    failure(&link, e, d, S_OK);
    e.createEncoderCallback = refuse_create;
    failure(&link, e, d, REFUSED);
    e = encoder;
    e.encoderGetContentTypeCallback = refuse_type;
    failure(&link, e, d, REFUSED);
    e = encoder;
    e.encoderStartCallback = refuse_step;
    failure(&link, e, d, REFUSED);
    e = encoder;
    e.encoderEncodeCallback = refuse;
    failure(&link, e, d, REFUSED);
    e = encoder;
    e.encoderEndCallback = refuse_step;
    failure(&link, e, d, REFUSED);
    e = encoder;
    e.encoderEncodeCallback = abort_own;
    failure(&link, e, d, WS_E_OPERATION_ABORTED);
    e = encoder;
    d.createDecoderCallback = refuse_create_decoder;
    failure(&link, e, d, REFUSED);
    d = decoder;
    d.decoderStartCallback = refuse_step;
    failure(&link, e, d, REFUSED);
    d = decoder;
    d.decoderGetContentTypeCallback = refuse_decoded_type;
    failure(&link, e, d, REFUSED);
    d = decoder;
    d.decoderDecodeCallback = refuse_decode;
    failure(&link, e, d, REFUSED);
    d = decoder;
    d.decoderEndCallback = refuse_step;
    failure(&link, e, d, REFUSED);
    link_stop(&link);
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
    LINK pipe = tcp;
    pipe.binding = WS_NAMEDPIPE_CHANNEL_BINDING;
    pipe.scheme = "net.pipe";
    LINK streamed = tcp;
    streamed.client_type = WS_CHANNEL_TYPE_REQUEST;
    streamed.server_type = WS_CHANNEL_TYPE_REPLY;
    exchange(&tcp);
    exchange(&pipe);
    exchange(&streamed);
    asynchronous(http);
    asynchronous(tcp);
    failures(http);
    failures(tcp);
    /* Connections end in their own time. */
    for (int i = 0; i < 10000 && count(&encoders, 0) + count(&decoders, 0) != 0; i++)
        usleep(1000);
    CHECK(count(&encoders, 0) == 0 && count(&decoders, 0) == 0);
    WsFreeError(g_error);
    return 0;
}
