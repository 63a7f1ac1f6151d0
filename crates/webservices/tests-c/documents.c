/* One document through every encoding and back: written to memory and to a stream, read from both, copied node by
 * node, through an XML buffer, and in canonical form. Byte content is pushed; its addresses are recorded. */
#include "check.h"

#define X(text) (&(const WS_XML_STRING)WS_XML_STRING_VALUE(text))
static const WS_XML_STRING none = WS_XML_STRING_NULL;
static WS_HEAP* heap;
static unsigned char payload[300000];

/* ---- the encodings ---- */

static WS_XML_WRITER_TEXT_ENCODING write_text[] = {
    {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8},
    {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF16LE},
    {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF16BE},
};
static WS_XML_WRITER_BINARY_ENCODING write_binary = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, NULL, NULL, NULL};
static WS_XML_WRITER_MTOM_ENCODING write_mtom[] = {
    {{WS_XML_WRITER_ENCODING_TYPE_MTOM}, &write_text[0].encoding, TRUE, WS_STRING_VALUE(L"uuid:boundary"),
        WS_STRING_VALUE(L"text/xml"), WS_STRING_VALUE(L"http://tempuri.org/0"), 1024},
    {{WS_XML_WRITER_ENCODING_TYPE_MTOM}, &write_text[2].encoding, FALSE, WS_STRING_VALUE(L"uuid:boundary"),
        WS_STRING_VALUE(L"text/xml"), WS_STRING_VALUE(L"http://tempuri.org/0"), 0},
};
static WS_XML_READER_TEXT_ENCODING read_auto = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_AUTO};
static WS_XML_READER_TEXT_ENCODING read_little = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF16LE};
static WS_XML_READER_TEXT_ENCODING read_big = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF16BE};
static WS_XML_READER_BINARY_ENCODING read_binary = {{WS_XML_READER_ENCODING_TYPE_BINARY}, NULL, NULL};
static WS_XML_READER_MTOM_ENCODING read_mtom[] = {
    {{WS_XML_READER_ENCODING_TYPE_MTOM}, NULL, TRUE, WS_STRING_EMPTY, WS_STRING_EMPTY, WS_STRING_EMPTY},
    {{WS_XML_READER_ENCODING_TYPE_MTOM}, &read_big.encoding, FALSE, WS_STRING_VALUE(L"text/xml"),
        WS_STRING_VALUE(L"uuid:boundary"), WS_STRING_VALUE(L"http://tempuri.org/0")},
};

static const struct {
    const char* name;
    const WS_XML_WRITER_ENCODING* write;
    const WS_XML_READER_ENCODING* read;
    int uncopied; /* pushed bytes leave from where they are */
} encodings[] = {
    {"text utf-8", &write_text[0].encoding, &read_auto.encoding, 0},
    {"text utf-16le", &write_text[1].encoding, &read_little.encoding, 0},
    {"text utf-16be", &write_text[2].encoding, &read_big.encoding, 0},
    {"binary", &write_binary.encoding, &read_binary.encoding, 1},
    {"mtom", &write_mtom[0].encoding, &read_mtom[0].encoding, 1},
    {"mtom utf-16be, header elsewhere", &write_mtom[1].encoding, &read_mtom[1].encoding, 1},
};

/* ---- a sink that records, a source in pieces ---- */

typedef struct {
    BLOCK all;
    size_t uncopied;
    ULONG largest_call;
} SINK;

static HRESULT CALLBACK take(void* state, const WS_BYTES* buffers, ULONG count, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    SINK* sink = state;
    (void)context, (void)error;
    if (count > sink->largest_call)
        sink->largest_call = count;
    for (ULONG i = 0; i < count; i++) {
        if (buffers[i].bytes >= payload && buffers[i].bytes < payload + sizeof payload)
            sink->uncopied += buffers[i].length;
        block_append(&sink->all, buffers[i].bytes, buffers[i].length);
    }
    return S_OK;
}

static HRESULT CALLBACK push(void* state, WS_WRITE_CALLBACK write, void* write_state, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)state, (void)context;
    WS_BYTES pieces[] = {{3, payload}, {100000, payload + 3}, {sizeof payload - 100003, payload + 100003}};
    return write(write_state, pieces, 3, NULL, error);
}

typedef struct {
    const BLOCK* block;
    size_t at, piece;
} SOURCE;

static HRESULT CALLBACK give(void* state, void* bytes, ULONG max, ULONG* actual, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    SOURCE* s = state;
    (void)context, (void)error;
    size_t n = s->block->length - s->at;
    if (n > s->piece)
        n = s->piece;
    if (n > max)
        n = max;
    memcpy(bytes, s->block->bytes + s->at, n);
    s->at += n;
    *actual = (ULONG)n;
    return S_OK;
}

/* ---- the document ---- */

static void write_document(WS_XML_WRITER* w)
{
    LONG numbers[] = {1, -2, 3};
    WS_DATETIME date = {633000000000000000ull, WS_DATETIME_FORMAT_UTC};
    GUID guid = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
    OK(WsWriteStartElement(w, X("p"), X("photo"), X("urn:album"), g_error));
    OK(WsWriteStartAttribute(w, NULL, X("id"), &none, FALSE, g_error));
    OK(WsWriteValue(w, WS_INT32_VALUE_TYPE, &numbers[1], sizeof numbers[1], g_error));
    OK(WsWriteEndAttribute(w, g_error));
    OK(WsWriteStartElement(w, NULL, X("title"), X("urn:album"), g_error));
    OK(WsWriteChars(w, L"Fish & Chips < 3 \xD83D\xDE00", 19, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteStartElement(w, NULL, X("date"), X("urn:album"), g_error));
    OK(WsWriteValue(w, WS_DATETIME_VALUE_TYPE, &date, sizeof date, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteStartElement(w, NULL, X("guid"), X("urn:album"), g_error));
    OK(WsWriteValue(w, WS_GUID_VALUE_TYPE, &guid, sizeof guid, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteArray(w, X("n"), X("urn:album"), WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 0, 3, g_error));
    OK(WsWriteStartElement(w, NULL, X("small"), X("urn:album"), g_error));
    OK(WsWriteBytes(w, payload, 10, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteStartElement(w, NULL, X("data"), X("urn:album"), g_error));
    OK(WsPushBytes(w, push, NULL, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteEndElement(w, g_error));
}

/* Reads everything, filling when a stream needs it. */
#define FILLED(call) \
    do { \
        HRESULT hr_; \
        while ((hr_ = (call)) == WS_E_QUOTA_EXCEEDED && source != NULL) { \
            size_t before_ = source->at; \
            OK(WsFillReader(r, wanted++ * 1000, NULL, g_error)); \
            CHECK(source->at > before_ || wanted < 10000); \
        } \
        EXPECT(S_OK, hr_); \
    } while (0)

static void read_document(WS_XML_READER* r, SOURCE* source)
{
    ULONG wanted = 1, index, count;
    BOOL found;
    LONG numbers[3] = {0};
    WS_DATETIME date;
    GUID guid;
    static const char* names[] = {"title", "date", "guid"};
    FILLED(WsReadToStartElement(r, X("photo"), X("urn:album"), NULL, g_error));
    OK(WsFindAttribute(r, X("id"), &none, TRUE, &index, g_error));
    OK(WsReadStartAttribute(r, index, g_error));
    OK(WsReadValue(r, WS_INT32_VALUE_TYPE, &numbers[0], sizeof numbers[0], g_error));
    CHECK(numbers[0] == -2);
    OK(WsReadEndAttribute(r, g_error));
    FILLED(WsReadStartElement(r, g_error));
    for (int i = 0; i < 3; i++) {
        WS_XML_STRING name = {(ULONG)strlen(names[i]), (BYTE*)names[i], NULL, 0};
        FILLED(WsReadToStartElement(r, &name, X("urn:album"), NULL, g_error));
        FILLED(WsReadStartElement(r, g_error));
        if (i == 0) {
            WCHAR title[32];
            ULONG length = 0;
            do {
                FILLED(WsReadChars(r, title + length, 32 - length, &count, g_error));
                length += count;
            } while (count != 0);
            CHECK(length == 19 && title[5] == '&' && title[17] == 0xD83D);
        } else if (i == 1) {
            FILLED(WsReadValue(r, WS_DATETIME_VALUE_TYPE, &date, sizeof date, g_error));
            CHECK(date.ticks == 633000000000000000ull);
        } else {
            FILLED(WsReadValue(r, WS_GUID_VALUE_TYPE, &guid, sizeof guid, g_error));
            CHECK(guid.Data1 == 1 && guid.Data4[7] == 11);
        }
        FILLED(WsReadEndElement(r, g_error));
    }
    if (source != NULL)
        OK(WsFillReader(r, 4000, NULL, g_error));
    OK(WsReadArray(r, X("n"), X("urn:album"), WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 0, 3, &count, g_error));
    CHECK(count == 3 && numbers[0] == 1 && numbers[1] == -2 && numbers[2] == 3);
    for (int i = 0; i < 2; i++) {
        static unsigned char got[sizeof payload + 1];
        size_t length = 0, expected = i == 0 ? 10 : sizeof payload;
        FILLED(WsReadToStartElement(r, NULL, NULL, &found, g_error));
        CHECK(found);
        FILLED(WsReadStartElement(r, g_error));
        do {
            FILLED(WsReadBytes(r, got + length, (ULONG)(sizeof got - length), &count, g_error));
            length += count;
        } while (count != 0);
        CHECK(length == expected && memcmp(got, payload, length) == 0);
        FILLED(WsReadEndElement(r, g_error));
    }
    FILLED(WsReadEndElement(r, g_error));
}

static void set_input(WS_XML_READER* r, const WS_XML_READER_ENCODING* encoding, const void* bytes, size_t length)
{
    WS_XML_READER_BUFFER_INPUT input = {{WS_XML_READER_INPUT_TYPE_BUFFER}, (void*)bytes, (ULONG)length};
    OK(WsSetInput(r, encoding, &input.input, NULL, 0, g_error));
}

/* The canonical form of what is read. */
static void canonical_form(WS_XML_READER* r, SINK* sink)
{
    memset(sink, 0, sizeof *sink);
    OK(WsStartReaderCanonicalization(r, take, sink, NULL, 0, g_error));
    OK(WsReadToStartElement(r, NULL, NULL, NULL, g_error));
    OK(WsSkipNode(r, g_error));
    OK(WsEndReaderCanonicalization(r, g_error));
}

int main(void)
{
    WS_XML_WRITER *w = NULL, *other = NULL;
    WS_XML_READER* r = NULL;
    BLOCK canonical = {0};
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (unsigned char)(i * 7);
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(16000000, 0, NULL, 0, &heap, g_error));
    OK(WsCreateWriter(NULL, 0, &w, g_error));
    OK(WsCreateWriter(NULL, 0, &other, g_error));
    OK(WsCreateReader(NULL, 0, &r, g_error));
    WS_XML_WRITER_BUFFER_OUTPUT memory = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    ULONG megabyte = 1 << 20;
    WS_XML_WRITER_PROPERTY parts = {WS_XML_WRITER_PROPERTY_MAX_MIME_PARTS_BUFFER_SIZE, &megabyte, sizeof megabyte};

    for (size_t i = 0; i < WsCountOf(encodings); i++) {
        /* To memory, and back. */
        WS_BYTES bytes;
        OK(WsSetOutput(w, encodings[i].write, &memory.output, &parts, 1, g_error));
        write_document(w);
        OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
        set_input(r, encodings[i].read, bytes.bytes, bytes.length);
        read_document(r, NULL);

        /* To a stream: the same bytes; those pushed come from where they are. */
        SINK sink = {0};
        WS_XML_WRITER_STREAM_OUTPUT stream = {{WS_XML_WRITER_OUTPUT_TYPE_STREAM}, take, &sink};
        OK(WsSetOutput(other, encodings[i].write, &stream.output, &parts, 1, g_error));
        write_document(other);
        OK(WsFlushWriter(other, 0, NULL, g_error));
        CHECK(sink.largest_call >= 1 + (ULONG)encodings[i].uncopied);
        if (encodings[i].uncopied)
            CHECK(sink.uncopied + 6 >= sizeof payload);
        if (i >= 4) {
            CHECK(sink.uncopied == sizeof payload);
            CHECK(WsWriteStartElement(other, NULL, X("more"), &none, NULL) == WS_E_INVALID_OPERATION);
        }

        /* From a stream, in pieces. */
        SOURCE source = {&sink.all, 0, 777};
        WS_XML_READER_STREAM_INPUT input = {{WS_XML_READER_INPUT_TYPE_STREAM}, give, &source};
        OK(WsSetInput(r, encodings[i].read, &input.input, NULL, 0, g_error));
        read_document(r, &source);
        block_free(&sink.all);

        /* Every encoding has the same canonical form. */
        set_input(r, encodings[i].read, bytes.bytes, bytes.length);
        canonical_form(r, &sink);
        if (i == 0)
            block_append(&canonical, sink.all.bytes, sink.all.length);
        CHECK(sink.all.length == canonical.length);
        CHECK(memcmp(sink.all.bytes, canonical.bytes, canonical.length) == 0);
        block_free(&sink.all);

        /* Copied to every other encoding, directly and by way of a buffer in memory. */
        for (size_t k = 0; k < WsCountOf(encodings); k++) {
            WS_BYTES copy;
            set_input(r, encodings[i].read, bytes.bytes, bytes.length);
            OK(WsSetOutput(other, encodings[k].write, &memory.output, &parts, 1, g_error));
            OK(WsCopyNode(other, r, g_error));
            OK(WsGetWriterProperty(other, WS_XML_WRITER_PROPERTY_BYTES, &copy, sizeof copy, g_error));
            set_input(r, encodings[k].read, copy.bytes, copy.length);
            read_document(r, NULL);

            WS_XML_BUFFER* buffer = NULL;
            void* written = NULL;
            ULONG length = 0;
            OK(WsReadXmlBufferFromBytes(r, encodings[i].read, NULL, 0, bytes.bytes, bytes.length, heap, &buffer, g_error));
            OK(WsWriteXmlBufferToBytes(other, buffer, encodings[k].write, &parts, 1, heap, &written, &length, g_error));
            set_input(r, encodings[k].read, written, length);
            read_document(r, NULL);
            OK(WsResetHeap(heap, g_error));
        }
    }

    /* The canonical form of what is written is that of what is read. */
    SINK sink = {0};
    OK(WsSetOutput(w, encodings[0].write, &memory.output, NULL, 0, g_error));
    OK(WsStartWriterCanonicalization(w, take, &sink, NULL, 0, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsStartWriterCanonicalization(w, take, &sink, NULL, 0, g_error));
    write_document(w);
    OK(WsEndWriterCanonicalization(w, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsEndWriterCanonicalization(w, g_error));
    CHECK(sink.all.length == canonical.length && memcmp(sink.all.bytes, canonical.bytes, canonical.length) == 0);
    block_free(&sink.all);

    /* What the descriptions of MTOM cannot be. */
    WS_XML_WRITER_MTOM_ENCODING odd = write_mtom[0];
    BOOL yes = TRUE;
    WS_XML_WRITER_PROPERTY fragment = {WS_XML_WRITER_PROPERTY_ALLOW_FRAGMENT, &yes, sizeof yes};
    EXPECT(E_INVALIDARG, WsSetOutput(w, &odd.encoding, &memory.output, &fragment, 1, g_error));
    odd.boundary.length = 0;
    EXPECT(E_INVALIDARG, WsSetOutput(w, &odd.encoding, &memory.output, NULL, 0, g_error));
    odd.boundary.length = 5;
    odd.textEncoding = &write_binary.encoding;
    EXPECT(E_INVALIDARG, WsSetOutput(w, &odd.encoding, &memory.output, NULL, 0, g_error));

    block_free(&canonical);
    WsFreeReader(r);
    WsFreeWriter(other);
    WsFreeWriter(w);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
