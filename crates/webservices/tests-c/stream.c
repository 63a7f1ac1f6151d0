/* The writer into a stream: flush, push, pull, dynamic strings; synchronous, asynchronous, and from within. */
#include "check.h"
#include <pthread.h>

#define X(text) (&(const WS_XML_STRING)WS_XML_STRING_VALUE(text))
static const WS_XML_STRING none = WS_XML_STRING_NULL;

/* What the write callback got: all bytes, and the address and size of each buffer. */
typedef struct {
    BLOCK all;
    struct {
        const void* address;
        ULONG length;
    } seen[256];
    ULONG buffers, calls, largest_call;
    HRESULT result;
    WS_XML_WRITER* writer; /* written to from within, if set */
    int later;             /* complete on another thread */
    pthread_t thread;
    int threads;
} SINK;

typedef struct {
    WS_ASYNC_CONTEXT context;
    HRESULT result;
} LATER;

static void* complete_later(void* argument)
{
    LATER* later = argument;
    later->context.callback(later->result, WS_LONG_CALLBACK, later->context.callbackState);
    free(later);
    return NULL;
}

static HRESULT CALLBACK take(void* state, const WS_BYTES* buffers, ULONG count, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    SINK* sink = state;
    sink->calls++;
    if (count > sink->largest_call)
        sink->largest_call = count;
    for (ULONG i = 0; i < count; i++) {
        CHECK(sink->buffers < 256);
        sink->seen[sink->buffers].address = buffers[i].bytes;
        sink->seen[sink->buffers++].length = buffers[i].length;
        block_append(&sink->all, buffers[i].bytes, buffers[i].length);
    }
    if (sink->writer != NULL) {
        WS_XML_WRITER* writer = sink->writer;
        sink->writer = NULL;
        OK(WsWriteCharsUtf8(writer, (const BYTE*)"[from within]", 13, error));
        EXPECT(WS_E_INVALID_OPERATION, WsFlushWriter(writer, 0, NULL, NULL));
        WsFreeWriter(NULL);
    }
    if (sink->later) {
        CHECK(context != NULL);
        LATER* later = malloc(sizeof *later);
        later->context = *context;
        later->result = sink->result;
        if (sink->threads++ > 0)
            CHECK(pthread_detach(sink->thread) == 0);
        CHECK(pthread_create(&sink->thread, NULL, complete_later, later) == 0);
        return WS_S_ASYNC;
    }
    return sink->result;
}

static void begin(WS_XML_WRITER* w, const WS_XML_WRITER_ENCODING* encoding, SINK* sink)
{
    WS_XML_WRITER_STREAM_OUTPUT output = {{WS_XML_WRITER_OUTPUT_TYPE_STREAM}, take, sink};
    block_free(&sink->all);
    memset(sink, 0, sizeof *sink);
    OK(WsSetOutput(w, encoding, &output.output, NULL, 0, g_error));
}

static WS_XML_WRITER_TEXT_ENCODING text = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
static WS_XML_WRITER_BINARY_ENCODING binary = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, NULL, NULL, NULL};
static WS_XML_WRITER_RAW_ENCODING raw = {{WS_XML_WRITER_ENCODING_TYPE_RAW}};

/* Data leaves in a flush only, and only if there is enough. */
static void flush(WS_XML_WRITER* w)
{
    SINK sink = {0};
    begin(w, &text.encoding, &sink);
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(sink.all.length == 0); /* the start tag is not committed */
    OK(WsWriteCharsUtf8(w, (const BYTE*)"text", 4, g_error));
    CHECK(sink.calls == 0);
    OK(WsFlushWriter(w, 1000, NULL, g_error));
    CHECK(sink.calls == 0);
    OK(WsFlushWriter(w, 7, NULL, g_error));
    CHECK(block_is(&sink.all, "<a>text"));
    ULONG written = 9;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES_WRITTEN, &written, sizeof written, g_error));
    CHECK(written == 0);
    WS_BYTES bytes;
    EXPECT(WS_E_INVALID_OPERATION, WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));

    /* A callback may write to the writer that calls it. */
    OK(WsWriteCharsUtf8(w, (const BYTE*)" more ", 6, g_error));
    sink.writer = w;
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(block_is(&sink.all, "<a>text more "));
    OK(WsWriteEndElement(w, g_error));
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(block_is(&sink.all, "<a>text more [from within]</a>"));

    /* What did not arrive cannot be completed. */
    begin(w, &text.encoding, &sink);
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    OK(WsWriteEndElement(w, g_error));
    sink.result = E_ABORT;
    EXPECT(E_ABORT, WsFlushWriter(w, 0, NULL, g_error));
    CHECK(error_says(g_error, "write callback of the program returned 0x80004004"));
    CHECK(FAILED(WsFlushWriter(w, 0, NULL, NULL)));
    CHECK(FAILED(WsWriteStartElement(w, NULL, X("a"), &none, NULL)));
    block_free(&sink.all);
}

/* Pushed in pieces of these sizes. */
static unsigned char payload[100000];

static HRESULT CALLBACK push(void* state, WS_WRITE_CALLBACK write, void* write_state, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)context;
    ULONG* calls = state;
    (*calls)++;
    WS_BYTES two[] = {{1000, payload}, {50000, payload + 1000}};
    WS_BYTES one = {sizeof payload - 51000, payload + 51000}, empty = {0, NULL};
    HRESULT hr = write(write_state, two, 2, NULL, error);
    if (SUCCEEDED(hr))
        hr = write(write_state, &empty, 1, NULL, error);
    return SUCCEEDED(hr) ? write(write_state, &one, 1, NULL, error) : hr;
}

/* How many bytes of the payload came by their own address. */
static size_t uncopied(const SINK* sink)
{
    size_t bytes = 0;
    for (ULONG i = 0; i < sink->buffers; i++) {
        const unsigned char* at = sink->seen[i].address;
        if (at >= payload && at < payload + sizeof payload)
            bytes += sink->seen[i].length;
    }
    return bytes;
}

static void push_bytes(WS_XML_WRITER* w)
{
    SINK sink = {0};
    ULONG calls = 0;

    /* Text: base64, at once. */
    begin(w, &text.encoding, &sink);
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    OK(WsPushBytes(w, push, &calls, g_error));
    CHECK(calls == 1);
    OK(WsWriteEndElement(w, g_error));
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(sink.all.length == 7 + (sizeof payload + 2) / 3 * 4);
    CHECK(memcmp(sink.all.bytes, "<a>AAECAwQFBgcICQoL", 19) == 0);

    /* Binary: the bytes themselves, from where they are, when the writer is flushed. */
    begin(w, &binary.encoding, &sink);
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    OK(WsPushBytes(w, push, &calls, g_error));
    CHECK(calls == 1);
    OK(WsWriteEndElement(w, g_error));
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(calls == 2);
    CHECK(uncopied(&sink) + 2 * 3 >= sizeof payload);
    CHECK(sink.largest_call >= 2); /* a head and a piece together */

    /* Raw: nothing but the bytes. */
    begin(w, &raw.encoding, &sink);
    OK(WsPushBytes(w, push, &calls, g_error));
    CHECK(calls == 2);
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(calls == 3);
    CHECK(uncopied(&sink) == sizeof payload && sink.all.length == sizeof payload);
    CHECK(memcmp(sink.all.bytes, payload, sizeof payload) == 0);

    /* In a wrong state nothing is called. */
    begin(w, &text.encoding, &sink);
    EXPECT(WS_E_INVALID_OPERATION, WsPushBytes(w, push, &calls, g_error));
    CHECK(calls == 3);
    block_free(&sink.all);
}

static HRESULT CALLBACK push_fails(void* state, WS_WRITE_CALLBACK write, void* write_state,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)state, (void)write, (void)write_state, (void)context, (void)error;
    return E_ACCESSDENIED;
}

static void push_that_fails(WS_XML_WRITER* w)
{
    SINK sink = {0};
    begin(w, &text.encoding, &sink);
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    EXPECT(E_ACCESSDENIED, WsPushBytes(w, push_fails, NULL, g_error));
    CHECK(FAILED(WsWriteEndElement(w, NULL)));
    begin(w, &raw.encoding, &sink);
    OK(WsPushBytes(w, push_fails, NULL, g_error));
    EXPECT(E_ACCESSDENIED, WsFlushWriter(w, 0, NULL, g_error));
    CHECK(FAILED(WsFlushWriter(w, 0, NULL, NULL)));
    block_free(&sink.all);
}

static HRESULT CALLBACK pull(void* state, void* bytes, ULONG max, ULONG* actual, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)context, (void)error;
    size_t* given = state;
    *actual = (ULONG)(sizeof payload - *given < max ? sizeof payload - *given : max);
    memcpy(bytes, payload + *given, *actual);
    *given += *actual;
    return S_OK;
}

static HRESULT CALLBACK pull_lies(void* state, void* bytes, ULONG max, ULONG* actual, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)state, (void)bytes, (void)context, (void)error;
    *actual = max + 1;
    return S_OK;
}

static void pull_bytes(WS_XML_WRITER* w)
{
    SINK sink = {0};
    size_t given = 0;
    begin(w, &raw.encoding, &sink);
    OK(WsPullBytes(w, pull, &given, g_error));
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(sink.all.length == sizeof payload && memcmp(sink.all.bytes, payload, sizeof payload) == 0);
    begin(w, &raw.encoding, &sink);
    EXPECT(WS_E_INVALID_OPERATION, WsPullBytes(w, pull_lies, NULL, g_error));
    block_free(&sink.all);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static int completions;
static HRESULT completed_with;

static void CALLBACK completed(HRESULT hr, WS_CALLBACK_MODEL model, void* state)
{
    (void)model, (void)state;
    pthread_mutex_lock(&lock);
    completed_with = hr;
    completions++;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
}

static HRESULT flush_later(WS_XML_WRITER* w)
{
    WS_ASYNC_CONTEXT context = {completed, NULL};
    int before = completions;
    HRESULT hr = WsFlushWriter(w, 0, &context, g_error);
    if (hr != WS_S_ASYNC) {
        CHECK(completions == before); /* any other result is final */
        return hr;
    }
    pthread_mutex_lock(&lock);
    while (completions == before)
        pthread_cond_wait(&done, &lock);
    pthread_mutex_unlock(&lock);
    CHECK(completions == before + 1);
    return completed_with;
}

/* Pushes once, and hands its context on to the write callback. */
static HRESULT CALLBACK push_later(void* state, WS_WRITE_CALLBACK write, void* write_state,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)state;
    WS_BYTES all = {sizeof payload, payload};
    return write(write_state, &all, 1, context, error);
}

static void asynchronous(WS_XML_WRITER* w)
{
    const WS_XML_WRITER_ENCODING* encodings[] = {&text.encoding, &binary.encoding, &raw.encoding};
    for (int i = 0; i < 3; i++) {
        SINK sink = {0}, expected = {0};
        for (int later = 0; later < 2; later++) {
            SINK* to = later ? &sink : &expected;
            begin(w, encodings[i], to);
            to->later = later;
            if (i < 2)
                OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
            OK(WsPushBytes(w, push_later, NULL, g_error));
            if (i < 2)
                OK(WsWriteEndElement(w, g_error));
            OK(later ? flush_later(w) : WsFlushWriter(w, 0, NULL, g_error));
            OK(later ? flush_later(w) : WsFlushWriter(w, 0, NULL, g_error));
        }
        CHECK(sink.all.length == expected.all.length);
        CHECK(memcmp(sink.all.bytes, expected.all.bytes, sink.all.length) == 0);
        CHECK(sink.threads >= 1);
        CHECK(pthread_join(sink.thread, NULL) == 0);
        block_free(&sink.all);
        block_free(&expected.all);
    }
    /* Asked to be asynchronous, a callback may still be synchronous; and it may fail later. */
    SINK sink = {0};
    begin(w, &raw.encoding, &sink);
    OK(WsWriteBytes(w, "x", 1, g_error));
    int before = completions;
    OK(flush_later(w));
    CHECK(completions == before);
    OK(WsWriteBytes(w, "x", 1, g_error));
    sink.later = 1;
    sink.result = E_ABORT;
    EXPECT(E_ABORT, flush_later(w));
    CHECK(pthread_join(sink.thread, NULL) == 0);
    CHECK(FAILED(WsWriteBytes(w, "x", 1, NULL)));
    block_free(&sink.all);
}

/* Strings of a dictionary travel as numbers. */
static int asked;

static HRESULT CALLBACK find_string(void* state, const WS_XML_STRING* string, BOOL* found, ULONG* id, WS_ERROR* error)
{
    (void)error;
    CHECK(state == &asked);
    asked++;
    *found = string->id == 1;
    *id = 5;
    return string->id == 2 ? E_ABORT : S_OK;
}

static void dictionaries(WS_XML_WRITER* w)
{
    SINK sink = {0};
    WS_XML_DICTIONARY* nbfs = NULL;
    OK(WsGetDictionary(WS_ENCODING_XML_BINARY_1, &nbfs, g_error));
    static WS_XML_STRING strings[3];
    static WS_XML_DICTIONARY own = {{7, 7, 7, {7}}, strings, 3, TRUE};
    strings[0] = (WS_XML_STRING)WS_XML_STRING_DICTIONARY_VALUE("inline", &own, 0);
    strings[1] = (WS_XML_STRING)WS_XML_STRING_DICTIONARY_VALUE("number", &own, 1);
    strings[2] = (WS_XML_STRING)WS_XML_STRING_DICTIONARY_VALUE("fails", &own, 2);
    WS_XML_WRITER_BINARY_ENCODING both = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, nbfs, find_string, &asked};
    begin(w, &both.encoding, &sink);
    OK(WsWriteStartElement(w, NULL, &nbfs->strings[1], &none, g_error));
    for (int i = 0; i < 2; i++) {
        OK(WsWriteStartElement(w, NULL, &strings[0], &none, g_error));
        OK(WsWriteStartElement(w, NULL, &strings[1], &none, g_error));
        OK(WsWriteEndElement(w, g_error));
        OK(WsWriteEndElement(w, g_error));
    }
    CHECK(asked == 2); /* once for each string */
    OK(WsFlushWriter(w, 0, NULL, g_error));
    /* MC-NBFX: dictionary element, id 2; short element "inline"; dictionary element, id 11; ends. */
    static const unsigned char expected[] = {0x42, 0x02, 0x40, 6, 'i', 'n', 'l', 'i', 'n', 'e', 0x42, 11, 0x01, 0x01,
        0x40, 6, 'i', 'n', 'l', 'i', 'n', 'e', 0x42, 11, 0x01, 0x01};
    CHECK(sink.all.length == sizeof expected && memcmp(sink.all.bytes, expected, sizeof expected) == 0);
    EXPECT(E_ABORT, WsWriteStartElement(w, NULL, &strings[2], &none, g_error));
    CHECK(FAILED(WsWriteEndElement(w, NULL)));

    /* A dictionary of one's own as the static one. */
    WS_XML_WRITER_BINARY_ENCODING only = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, &own, NULL, NULL};
    begin(w, &only.encoding, &sink);
    OK(WsWriteStartElement(w, NULL, &strings[1], &none, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsFlushWriter(w, 0, NULL, g_error));
    CHECK(sink.all.length == 3 && sink.all.bytes[0] == 0x42 && sink.all.bytes[1] == 2);
    block_free(&sink.all);
}

int main(void)
{
    WS_XML_WRITER* w = NULL;
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (unsigned char)i;
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateWriter(NULL, 0, &w, g_error));
    flush(w);
    push_bytes(w);
    push_that_fails(w);
    pull_bytes(w);
    asynchronous(w);
    dictionaries(w);
    WsFreeWriter(w);
    WsFreeError(g_error);
    return 0;
}
