/* A body in pieces: flushed while it is written, filled while it is read, in bounded memory. */
#include "messages.h"

#define PIECES 200

static WS_ELEMENT_DESCRIPTION piece = {X("piece"), X("urn:p"), WS_BYTES_TYPE, NULL};

static HRESULT CALLBACK take(void* state, const WS_BYTES* buffers, ULONG count, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)context, (void)error;
    for (ULONG i = 0; i < count; i++)
        block_append(state, buffers[i].bytes, buffers[i].length);
    return S_OK;
}

typedef struct {
    BLOCK* block;
    size_t at;
    ULONG largest;
} SOURCE;

static HRESULT CALLBACK give(void* state, void* bytes, ULONG max, ULONG* actual, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)context, (void)error;
    SOURCE* source = state;
    size_t rest = source->block->length - source->at;
    *actual = (ULONG)(rest < max ? rest : max);
    if (*actual > source->largest)
        source->largest = *actual;
    memcpy(bytes, source->block->bytes + source->at, *actual);
    source->at += *actual;
    return S_OK;
}

static void in_pieces(const WS_XML_WRITER_ENCODING* writing, const WS_XML_READER_ENCODING* reading)
{
    static BYTE payload[1000];
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (BYTE)(i * 7 + 1);
    WS_BYTES bytes = {sizeof payload, payload};
    BLOCK all = {NULL, 0};

    WS_XML_WRITER_STREAM_OUTPUT to = {{WS_XML_WRITER_OUTPUT_TYPE_STREAM}, take, &all};
    ULONG limit = 5000;
    WS_XML_WRITER_PROPERTY max = {WS_XML_WRITER_PROPERTY_BUFFER_MAX_SIZE, &limit, sizeof limit};
    OK(WsSetOutput(w, writing, &to.output, &max, 1, g_error));
    WS_MESSAGE* message = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0);
    OK(WsInitializeMessage(message, WS_REQUEST_MESSAGE, NULL, g_error));
    OK(WsWriteEnvelopeStart(message, w, NULL, NULL, g_error));
    size_t before = 0;
    for (int i = 0; i < PIECES; i++) {
        OK(WsWriteBody(message, &piece, WS_WRITE_REQUIRED_VALUE, &bytes, sizeof bytes, g_error));
        OK(WsFlushBody(message, 1000, NULL, g_error));
        CHECK(all.length > before);
        before = all.length;
    }
    OK(WsWriteEnvelopeEnd(message, g_error));
    OK(WsFlushWriter(w, 0, NULL, g_error));
    OK(WsResetMessage(message, g_error));

    SOURCE source = {&all, 0, 0};
    WS_XML_READER_STREAM_INPUT from = {{WS_XML_READER_INPUT_TYPE_STREAM}, give, &source};
    OK(WsSetInput(r, reading, &from.input, NULL, 0, g_error));
    /* Nothing is there yet: more has to be filled, and nothing is lost. */
    EXPECT(WS_E_QUOTA_EXCEEDED, WsReadEnvelopeStart(message, r, NULL, NULL, NULL));
    CHECK(state(message) == WS_MESSAGE_STATE_EMPTY);
    OK(WsFillReader(r, 3000, NULL, g_error));
    OK(WsReadEnvelopeStart(message, r, NULL, NULL, g_error));
    WS_HEAP* own = NULL;
    OK(WsCreateHeap(20000, 20000, NULL, 0, &own, g_error));
    for (int i = 0; i < PIECES; i++) {
        OK(WsFillBody(message, 3000, NULL, g_error));
        OK(WsResetHeap(own, g_error));
        WS_BYTES back;
        OK(WsReadBody(message, &piece, WS_READ_REQUIRED_VALUE, own, &back, sizeof back, g_error));
        CHECK(back.length == sizeof payload && memcmp(back.bytes, payload, sizeof payload) == 0);
    }
    OK(WsFillBody(message, 3000, NULL, g_error));
    OK(WsReadEnvelopeEnd(message, g_error));
    CHECK(state(message) == WS_MESSAGE_STATE_DONE && source.largest < 10000);
    WsFreeHeap(own);
    WsFreeMessage(message);
    block_free(&all);
}

int main(void)
{
    messages_start();
    static const WS_XML_WRITER_TEXT_ENCODING text = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
    static const WS_XML_READER_TEXT_ENCODING from_text = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_AUTO};
    in_pieces(&text.encoding, &from_text.encoding);
    WS_XML_DICTIONARY* soap = NULL;
    OK(WsGetDictionary(WS_ENCODING_XML_BINARY_1, &soap, g_error));
    WS_XML_WRITER_BINARY_ENCODING binary = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, soap, NULL, NULL};
    WS_XML_READER_BINARY_ENCODING from_binary = {{WS_XML_READER_ENCODING_TYPE_BINARY}, soap, NULL};
    in_pieces(&binary.encoding, &from_binary.encoding);
    messages_end();
    return 0;
}
