/* The reader: everything that can be read, from memory and from streams, synchronous and not; and what cannot. */
#include "check.h"
#include <pthread.h>

#define X(text) (&(const WS_XML_STRING)WS_XML_STRING_VALUE(text))
static const WS_XML_STRING none = WS_XML_STRING_NULL;
static WS_XML_READER* r;
static WS_HEAP* heap;

static HRESULT try_text(const void* bytes, size_t length, WS_CHARSET charset)
{
    WS_XML_READER_TEXT_ENCODING encoding = {{WS_XML_READER_ENCODING_TYPE_TEXT}, charset};
    WS_XML_READER_BUFFER_INPUT input = {{WS_XML_READER_INPUT_TYPE_BUFFER}, (void*)bytes, (ULONG)length};
    return WsSetInput(r, &encoding.encoding, &input.input, NULL, 0, g_error);
}

static void read_text(const char* text)
{
    OK(try_text(text, strlen(text), WS_CHARSET_AUTO));
}

static int is(const WS_XML_STRING* string, const char* text)
{
    return string->length == strlen(text) && memcmp(string->bytes, text, string->length) == 0;
}

static const WS_XML_NODE* node(WS_XML_NODE_TYPE type)
{
    const WS_XML_NODE *first = NULL, *second = NULL;
    OK(WsGetReaderNode(r, &first, g_error));
    OK(WsGetReaderNode(r, &second, g_error));
    CHECK(first == second); /* the same until the reader moves */
    if (first->nodeType != type) {
        fprintf(stderr, "node %d, not %d\n", first->nodeType, type);
        exit(1);
    }
    return first;
}

static const WS_XML_NODE* next(WS_XML_NODE_TYPE type)
{
    OK(WsReadNode(r, g_error));
    return node(type);
}

static void nodes(void)
{
    read_text("<?xml version='1.0'?><p:a xmlns:p='urn:a' p:x='1' y=\"2&amp;\"><!-- c --><b/>text<![CDATA[<]]></p:a>");
    node(WS_XML_NODE_TYPE_BOF);
    const WS_XML_ELEMENT_NODE* a = (const WS_XML_ELEMENT_NODE*)next(WS_XML_NODE_TYPE_ELEMENT);
    CHECK(is(a->prefix, "p") && is(a->localName, "a") && is(a->ns, "urn:a") && !a->isEmpty);
    CHECK(a->attributeCount == 3);
    int seen = 0;
    for (ULONG i = 0; i < a->attributeCount; i++) {
        const WS_XML_ATTRIBUTE* attribute = a->attributes[i];
        if (attribute->isXmlNs) {
            CHECK(attribute->localName == NULL && is(attribute->prefix, "p") && is(attribute->ns, "urn:a"));
            CHECK(attribute->singleQuote);
            seen |= 1;
        } else if (is(attribute->localName, "x")) {
            CHECK(is(attribute->prefix, "p") && is(attribute->ns, "urn:a") && attribute->singleQuote);
            seen |= 2;
        } else {
            CHECK(is(attribute->localName, "y") && attribute->ns->length == 0 && !attribute->singleQuote);
            CHECK(attribute->value->textType == WS_XML_TEXT_TYPE_UTF8);
            CHECK(is(&((const WS_XML_UTF8_TEXT*)attribute->value)->value, "2&"));
            seen |= 4;
        }
    }
    CHECK(seen == 7);
    const WS_XML_STRING* ns = NULL;
    OK(WsGetNamespaceFromPrefix(r, X("p"), TRUE, &ns, g_error));
    CHECK(is(ns, "urn:a"));
    CHECK(is(a->localName, "a")); /* still there */
    EXPECT(S_FALSE, WsGetNamespaceFromPrefix(r, X("q"), FALSE, &ns, g_error));
    CHECK(ns == NULL);
    EXPECT(WS_E_INVALID_FORMAT, WsGetNamespaceFromPrefix(r, X("q"), TRUE, &ns, g_error));
    CHECK(is(&((const WS_XML_COMMENT_NODE*)next(WS_XML_NODE_TYPE_COMMENT))->value, " c "));
    CHECK(((const WS_XML_ELEMENT_NODE*)next(WS_XML_NODE_TYPE_ELEMENT))->isEmpty);
    next(WS_XML_NODE_TYPE_END_ELEMENT);
    const WS_XML_TEXT_NODE* text = (const WS_XML_TEXT_NODE*)next(WS_XML_NODE_TYPE_TEXT);
    CHECK(text->text->textType == WS_XML_TEXT_TYPE_UTF8 && is(&((WS_XML_UTF8_TEXT*)text->text)->value, "text"));
    ULONGLONG row = 9, column = 9;
    OK(WsGetReaderProperty(r, WS_XML_READER_PROPERTY_ROW, &row, sizeof row, g_error));
    OK(WsGetReaderProperty(r, WS_XML_READER_PROPERTY_COLUMN, &column, sizeof column, g_error));
    CHECK(row == 0 && column == 75);
    next(WS_XML_NODE_TYPE_CDATA);
    next(WS_XML_NODE_TYPE_TEXT);
    next(WS_XML_NODE_TYPE_END_CDATA);
    next(WS_XML_NODE_TYPE_END_ELEMENT);
    next(WS_XML_NODE_TYPE_EOF);
    next(WS_XML_NODE_TYPE_EOF);

    OK(WsSetInput(r, NULL, NULL, NULL, 0, g_error));
    node(WS_XML_NODE_TYPE_EOF);
}

static void attributes(void)
{
    read_text("<a xml:lang='de' n=' 42 ' p:q='x:y' xmlns:p='urn:p' xmlns:x='urn:x'><b>p:c</b><b>z:c</b></a>");
    ULONG index = 7;
    EXPECT(WS_E_INVALID_OPERATION, WsFindAttribute(r, X("n"), &none, TRUE, &index, g_error));
    OK(WsReadToStartElement(r, X("a"), &none, NULL, g_error));
    EXPECT(S_FALSE, WsFindAttribute(r, X("m"), &none, FALSE, &index, g_error));
    OK(WsFindAttribute(r, X("n"), &none, TRUE, &index, g_error));
    OK(WsReadStartAttribute(r, index, g_error));
    BOOL inside = FALSE;
    OK(WsGetReaderProperty(r, WS_XML_READER_PROPERTY_IN_ATTRIBUTE, &inside, sizeof inside, g_error));
    CHECK(inside);
    EXPECT(WS_E_INVALID_OPERATION, WsReadNode(r, g_error));
    LONG number = 0;
    OK(WsReadValue(r, WS_INT32_VALUE_TYPE, &number, sizeof number, g_error));
    CHECK(number == 42);
    OK(WsReadEndAttribute(r, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsReadEndAttribute(r, g_error));
    EXPECT(E_INVALIDARG, WsReadStartAttribute(r, 77, g_error));

    OK(WsFindAttribute(r, X("q"), X("urn:p"), TRUE, &index, g_error));
    OK(WsReadStartAttribute(r, index, g_error));
    WS_XML_STRING prefix, local, ns;
    OK(WsReadQualifiedName(r, heap, &prefix, &local, &ns, g_error));
    CHECK(is(&prefix, "x") && is(&local, "y") && is(&ns, "urn:x"));
    OK(WsReadEndAttribute(r, g_error));

    WCHAR* value = NULL;
    ULONG length = 0;
    OK(WsReadStartElement(r, g_error));
    OK(WsGetXmlAttribute(r, X("lang"), heap, &value, &length, g_error));
    WS_STRING lang = {length, value};
    CHECK(same_text(lang, "de"));
    EXPECT(S_FALSE, WsGetXmlAttribute(r, X("space"), heap, &value, &length, g_error));
    CHECK(length == 0);

    OK(WsReadStartElement(r, g_error));
    OK(WsReadQualifiedName(r, heap, &prefix, &local, &ns, g_error));
    CHECK(is(&local, "c") && is(&ns, "urn:p"));
    OK(WsReadEndElement(r, g_error));
    OK(WsReadStartElement(r, g_error));
    OK(WsReadQualifiedName(r, heap, &prefix, &local, NULL, g_error)); /* unbound, but nobody asks */
    CHECK(is(&prefix, "z") && is(&local, "c"));
    OK(WsReadEndElement(r, g_error));
    OK(WsReadEndElement(r, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsReadEndElement(r, g_error));
}

static void values(void)
{
    read_text("<v> <a>true</a><a>-8</a><a> -16 </a><a>-32</a><a>-64</a><a>8</a><a>16</a><a>32</a>"
              "<a>18446744073709551615</a><a>0.5</a><a>-INF</a><a>-123.45</a><a>2006-11-24T21:20:00Z</a>"
              "<a>-00:00:01.5</a><a>00112233-4455-6677-8899-AABBCCDDEEFF</a><a>-P1Y2M3DT4H5M6.007S</a>"
              "<i>1</i> <i>2</i><i>3</i></v>");
    union {
        BOOL yes;
        signed char i8;
        SHORT i16;
        LONG i32;
        LONGLONG i64;
        BYTE u8;
        USHORT u16;
        ULONG u32;
        ULONGLONG u64;
        float f;
        double d;
        DECIMAL decimal;
        WS_DATETIME date;
        WS_TIMESPAN span;
        GUID guid;
        WS_DURATION duration;
    } v[16];
    static const ULONG sizes[] = {4, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 16, 16, 8, 16, 36};
    OK(WsReadStartElement(r, g_error));
    for (int type = 0; type < 16; type++) {
        memset(&v[type], 0xEE, sizeof v[type]);
        OK(WsReadToStartElement(r, X("a"), NULL, NULL, g_error));
        OK(WsReadStartElement(r, g_error));
        EXPECT(E_INVALIDARG, WsReadValue(r, (WS_VALUE_TYPE)type, &v[type], sizes[type] - 1, g_error));
        EXPECT(E_INVALIDARG, WsReadValue(r, (WS_VALUE_TYPE)type, NULL, sizes[type], g_error));
        OK(WsReadValue(r, (WS_VALUE_TYPE)type, &v[type], sizes[type], g_error));
        OK(WsReadEndElement(r, g_error));
        if (sizes[type] < sizeof v[type])
            CHECK(((unsigned char*)&v[type])[sizes[type]] == 0xEE); /* nothing behind it is touched */
    }
    static const GUID guid = {0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}};
    CHECK(v[0].yes == TRUE && v[1].i8 == -8 && v[2].i16 == -16 && v[3].i32 == -32 && v[4].i64 == -64);
    CHECK(v[5].u8 == 8 && v[6].u16 == 16 && v[7].u32 == 32 && v[8].u64 == ~0ull && v[9].f == 0.5f && v[10].d < -1e308);
    CHECK(v[11].decimal.scale == 2 && v[11].decimal.sign == DECIMAL_NEG && v[11].decimal.Lo64 == 12345);
    CHECK(v[11].decimal.Hi32 == 0);
    CHECK(v[12].date.ticks == 633000000000000000ull && v[12].date.format == WS_DATETIME_FORMAT_UTC);
    CHECK(v[13].span.ticks == -15000000 && memcmp(&v[14].guid, &guid, sizeof guid) == 0);
    CHECK(v[15].duration.negative && v[15].duration.months == 2 && v[15].duration.milliseconds == 7);

    LONG numbers[4] = {0};
    ULONG count = 0;
    EXPECT(E_INVALIDARG,
        WsReadArray(r, X("i"), &none, WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 2, 3, &count, g_error));
    OK(WsReadArray(r, X("i"), &none, WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 1, 2, &count, g_error));
    CHECK(count == 2 && numbers[0] == 0 && numbers[1] == 1 && numbers[2] == 2);
    OK(WsReadArray(r, X("i"), &none, WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 0, 4, &count, g_error));
    CHECK(count == 1 && numbers[0] == 3);
    OK(WsReadArray(r, X("i"), &none, WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 0, 4, &count, g_error));
    CHECK(count == 0);
    OK(WsReadEndElement(r, g_error));

    /* What is no value is an error with a place, and the reader is done for. */
    OK(WsResetError(g_error));
    read_text("<a>\n 12x</a>");
    OK(WsReadToStartElement(r, NULL, NULL, NULL, g_error));
    OK(WsReadStartElement(r, g_error));
    LONG number = 5;
    EXPECT(WS_E_INVALID_FORMAT, WsReadValue(r, WS_INT32_VALUE_TYPE, &number, sizeof number, g_error));
    CHECK(number == 5);
    CHECK(error_says(g_error, "12x") && error_says(g_error, "line "));
    EXPECT(WS_E_INVALID_FORMAT, WsReadNode(r, g_error));
    const WS_XML_NODE* dead = NULL;
    EXPECT(WS_E_INVALID_FORMAT, WsGetReaderNode(r, &dead, g_error));
}

static void content(void)
{
    static const char bytes[] = "aGVsbG8g d29ybGQ=";
    char text[200];
    snprintf(text, sizeof text, "<a><t>ab<!-- - -->\xC3\xA9<![CDATA[\xF0\x9F\x98\x80]]></t><t>x\xC3\xA9</t><b>%s</b></a>", bytes);
    read_text(text);
    OK(WsReadToStartElement(r, X("a"), &none, NULL, g_error));
    OK(WsReadStartElement(r, g_error));
    OK(WsReadStartElement(r, g_error));
    WCHAR units[8];
    ULONG count = 0, got = 0;
    do {
        OK(WsReadChars(r, units + got, 2, &count, g_error));
        got += count;
    } while (count != 0);
    CHECK(got == 5 && units[0] == 'a' && units[2] == 0xE9 && units[3] == 0xD83D && units[4] == 0xDE00);
    OK(WsReadEndElement(r, g_error));
    OK(WsReadStartElement(r, g_error));
    BYTE utf8[8];
    OK(WsReadCharsUtf8(r, utf8, 1, &count, g_error));
    CHECK(count == 1 && utf8[0] == 'x');
    OK(WsReadCharsUtf8(r, utf8, sizeof utf8, &count, g_error));
    CHECK(count == 2 && utf8[0] == 0xC3);
    OK(WsReadCharsUtf8(r, utf8, sizeof utf8, &count, g_error));
    CHECK(count == 0);
    OK(WsReadEndElement(r, g_error));
    OK(WsReadStartElement(r, g_error));
    char hello[16] = {0};
    for (got = 0;; got += count) {
        OK(WsReadBytes(r, hello + got, 4, &count, g_error));
        if (count == 0)
            break;
    }
    CHECK(got == 11 && strcmp(hello, "hello world") == 0);
    OK(WsReadEndElement(r, g_error));
    OK(WsReadEndElement(r, g_error));

    /* found */
    read_text(" <a><b/></a>");
    BOOL found = FALSE;
    OK(WsReadToStartElement(r, X("x"), NULL, &found, g_error));
    CHECK(!found);
    OK(WsReadToStartElement(r, X("a"), X("urn:no"), &found, g_error));
    CHECK(!found);
    OK(WsReadToStartElement(r, X("a"), NULL, &found, g_error));
    CHECK(found);
    OK(WsSkipNode(r, g_error));
    node(WS_XML_NODE_TYPE_EOF);
    const WS_XML_STRING* wrong[][2] = {{X("x"), NULL}, {NULL, X("urn:no")}, {X("x"), X("urn:no")}};
    for (int i = 0; i < 3; i++) {
        read_text("<a/>");
        EXPECT(WS_E_INVALID_FORMAT, WsReadToStartElement(r, wrong[i][0], wrong[i][1], NULL, g_error));
        EXPECT(WS_E_INVALID_FORMAT, WsReadNode(r, g_error)); /* dead until it gets another input */
    }
    read_text("text");
    EXPECT(WS_E_INVALID_FORMAT, WsReadToStartElement(r, X("a"), NULL, NULL, g_error));
}

/* ---- streams ---- */

typedef struct {
    const char* bytes;
    size_t length, at, piece;
    int calls, later, reads_within;
    HRESULT result;
    pthread_t thread;
} STREAM;

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

static HRESULT CALLBACK give(void* state, void* bytes, ULONG max, ULONG* actual, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    STREAM* s = state;
    size_t n = s->length - s->at < s->piece ? s->length - s->at : s->piece;
    (void)error;
    if (n > max)
        n = max;
    memcpy(bytes, s->bytes + s->at, n);
    s->at += n;
    *actual = (ULONG)n;
    if (s->reads_within) {
        BOOL inside = TRUE;
        OK(WsGetReaderProperty(r, WS_XML_READER_PROPERTY_IN_ATTRIBUTE, &inside, sizeof inside, g_error));
        EXPECT(WS_E_INVALID_OPERATION, WsFillReader(r, 1000, NULL, NULL));
    }
    if (s->later) {
        if (s->calls++ > 0)
            CHECK(pthread_detach(s->thread) == 0);
        LATER* later = malloc(sizeof *later);
        later->context = *context;
        later->result = s->result;
        CHECK(pthread_create(&s->thread, NULL, complete_later, later) == 0);
        return WS_S_ASYNC;
    }
    s->calls++;
    return s->result;
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

static HRESULT fill_later(ULONG size)
{
    WS_ASYNC_CONTEXT context = {completed, NULL};
    int before = completions;
    HRESULT hr = WsFillReader(r, size, &context, g_error);
    if (hr != WS_S_ASYNC) {
        CHECK(completions == before);
        return hr;
    }
    pthread_mutex_lock(&lock);
    while (completions == before)
        pthread_cond_wait(&done, &lock);
    pthread_mutex_unlock(&lock);
    return completed_with;
}

static void stream_from(STREAM* s, const char* text, size_t piece)
{
    WS_XML_READER_TEXT_ENCODING encoding = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_AUTO};
    WS_XML_READER_STREAM_INPUT input = {{WS_XML_READER_INPUT_TYPE_STREAM}, give, s};
    memset(s, 0, sizeof *s);
    s->bytes = text;
    s->length = strlen(text);
    s->piece = piece;
    OK(WsSetInput(r, &encoding.encoding, &input.input, NULL, 0, g_error));
}

static void streams(void)
{
    STREAM s;
    static const char document[] = "<a b='1'><c>text</c><d/></a>";
    for (int later = 0; later < 2; later++) {
        stream_from(&s, document, 3);
        s.later = later;
        s.reads_within = !later;
        CHECK(s.calls == 0);
        EXPECT(WS_E_QUOTA_EXCEEDED, WsReadNode(r, g_error)); /* nothing is filled yet */
        CHECK(s.calls == 0);
        OK(later ? fill_later(9) : WsFillReader(r, 9, NULL, g_error));
        CHECK(s.calls == 3);
        OK(WsFillReader(r, 9, NULL, g_error)); /* they are there */
        CHECK(s.calls == 3);
        const WS_XML_ELEMENT_NODE* a = (const WS_XML_ELEMENT_NODE*)next(WS_XML_NODE_TYPE_ELEMENT);
        OK(later ? fill_later(1000) : WsFillReader(r, 1000, NULL, g_error)); /* to the end */
        CHECK(is(a->localName, "a") && a->attributeCount == 1); /* the node is still there */
        CHECK(s.at == s.length);
        int calls = s.calls;
        OK(WsFillReader(r, 1000, NULL, g_error));
        CHECK(s.calls == calls); /* the end is known */
        next(WS_XML_NODE_TYPE_ELEMENT);
        const WS_XML_TEXT_NODE* text = (const WS_XML_TEXT_NODE*)next(WS_XML_NODE_TYPE_TEXT);
        CHECK(is(&((const WS_XML_UTF8_TEXT*)text->text)->value, "text"));
        next(WS_XML_NODE_TYPE_END_ELEMENT);
        next(WS_XML_NODE_TYPE_ELEMENT);
        OK(WsSkipNode(r, g_error));
        next(WS_XML_NODE_TYPE_EOF);
        if (later)
            CHECK(pthread_join(s.thread, NULL) == 0);
    }
    /* A loop that fills by need sees the same nodes. */
    stream_from(&s, document, 1);
    int nodes = 0;
    for (;;) {
        HRESULT hr = WsReadNode(r, NULL);
        if (hr == WS_E_QUOTA_EXCEEDED) {
            OK(WsFillReader(r, (ULONG)s.calls + 1, NULL, g_error));
            continue;
        }
        OK(hr);
        const WS_XML_NODE* present = NULL;
        OK(WsGetReaderNode(r, &present, g_error));
        if (present->nodeType == WS_XML_NODE_TYPE_EOF)
            break;
        nodes++;
    }
    CHECK(nodes == 7);

    stream_from(&s, document, 5);
    s.result = E_ABORT;
    EXPECT(E_ABORT, WsFillReader(r, 9, NULL, g_error));
    stream_from(&s, document, 5);
    s.result = E_ABORT;
    s.later = 1;
    EXPECT(E_ABORT, fill_later(9));
    CHECK(pthread_join(s.thread, NULL) == 0);
}

/* ---- canonical form ---- */

static HRESULT CALLBACK append(void* state, const WS_BYTES* buffers, ULONG count, const WS_ASYNC_CONTEXT* context,
    WS_ERROR* error)
{
    (void)error;
    CHECK(context == NULL); /* always synchronous */
    for (ULONG i = 0; i < count; i++)
        block_append(state, buffers[i].bytes, buffers[i].length);
    return S_OK;
}

static void canonical(void)
{
    BLOCK block = {0};
    read_text("<s:a xmlns:s='urn:s' xmlns:t='urn:t'><s:b t:z = '1' a='2'><sig>x</sig><c/></s:b><!-- --></s:a>");
    OK(WsReadToStartElement(r, X("a"), NULL, NULL, g_error));
    OK(WsReadStartElement(r, g_error));
    WS_XML_QNAME omitted = {WS_XML_STRING_VALUE("sig"), WS_XML_STRING_NULL};
    ULONG size = 8;
    WS_XML_CANONICALIZATION_PROPERTY properties[] = {
        {WS_XML_CANONICALIZATION_PROPERTY_OMITTED_ELEMENT, &omitted, sizeof omitted},
        {WS_XML_CANONICALIZATION_PROPERTY_OUTPUT_BUFFER_SIZE, &size, sizeof size},
    };
    EXPECT(E_INVALIDARG, WsStartReaderCanonicalization(r, NULL, NULL, NULL, 0, g_error));
    OK(WsStartReaderCanonicalization(r, append, &block, properties, 2, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsStartReaderCanonicalization(r, append, &block, NULL, 0, g_error));
    OK(WsSkipNode(r, g_error));
    CHECK(block.length > 0); /* in pieces, while it is read */
    OK(WsEndReaderCanonicalization(r, g_error));
    CHECK(block_is(&block, "<s:b xmlns:s=\"urn:s\" xmlns:t=\"urn:t\" a=\"2\" t:z=\"1\"><c></c></s:b>"));
    EXPECT(WS_E_INVALID_OPERATION, WsEndReaderCanonicalization(r, g_error));
    OK(WsReadNode(r, g_error));
    block_free(&block);

    WS_XML_CANONICALIZATION_ALGORITHM odd = (WS_XML_CANONICALIZATION_ALGORITHM)4;
    WS_XML_CANONICALIZATION_PROPERTY bad[] = {
        {WS_XML_CANONICALIZATION_PROPERTY_ALGORITHM, &odd, sizeof odd},
        {WS_XML_CANONICALIZATION_PROPERTY_ALGORITHM, &odd, 1},
        {(WS_XML_CANONICALIZATION_PROPERTY_ID)4, &odd, sizeof odd},
    };
    for (int i = 0; i < 3; i++)
        EXPECT(E_INVALIDARG, WsStartReaderCanonicalization(r, append, &block, &bad[i], 1, g_error));
}

static void properties(void)
{
    static const ULONG defaults[] = {32, FALSE, 128, TRUE, 0, 0, 0, 4096, 4096, 0, 65536, 256, 4096, FALSE, 32};
    static const int read_only[] = {0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0};
    WS_XML_READER* other = NULL;
    OK(WsCreateReader(NULL, 0, &other, g_error));
    for (int id = 0; id < 16; id++) {
        ULONG value = 1;
        WS_XML_READER_PROPERTY property = {(WS_XML_READER_PROPERTY_ID)id, &value, sizeof value};
        WS_XML_READER* set = NULL;
        if (id == 15 || read_only[id]) {
            EXPECT(E_INVALIDARG, WsCreateReader(&property, 1, &set, g_error));
            continue;
        }
        OK(WsGetReaderProperty(other, property.id, &value, sizeof value, g_error));
        CHECK(value == defaults[id]);
        EXPECT(E_INVALIDARG, WsGetReaderProperty(other, property.id, &value, 8, g_error));
        value = 1;
        OK(WsCreateReader(&property, 1, &set, g_error));
        value = 77;
        OK(WsGetReaderProperty(set, property.id, &value, sizeof value, g_error));
        CHECK(value == 1);
        WsFreeReader(set);
        property.valueSize = 3;
        EXPECT(E_INVALIDARG, WsCreateReader(&property, 1, &set, g_error));
        property.valueSize = sizeof value;
        property.value = NULL;
        EXPECT(E_INVALIDARG, WsCreateReader(&property, 1, &set, g_error));
    }
    WsFreeReader(other);
    WsFreeReader(NULL);

    /* A property of WsSetInput holds for that document. */
    WS_XML_READER_TEXT_ENCODING encoding = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_AUTO};
    WS_XML_READER_BUFFER_INPUT input = {{WS_XML_READER_INPUT_TYPE_BUFFER}, "<a><b/></a>", 11};
    ULONG one = 1;
    WS_XML_READER_PROPERTY depth = {WS_XML_READER_PROPERTY_MAX_DEPTH, &one, sizeof one};
    OK(WsSetInput(r, &encoding.encoding, &input.input, &depth, 1, g_error));
    next(WS_XML_NODE_TYPE_ELEMENT);
    EXPECT(WS_E_QUOTA_EXCEEDED, WsReadNode(r, g_error));
    OK(WsSetInput(r, &encoding.encoding, &input.input, NULL, 0, g_error));
    next(WS_XML_NODE_TYPE_ELEMENT);
    next(WS_XML_NODE_TYPE_ELEMENT);
    WS_CHARSET charset = WS_CHARSET_AUTO;
    OK(WsGetReaderProperty(r, WS_XML_READER_PROPERTY_CHARSET, &charset, sizeof charset, g_error));
    CHECK(charset == WS_CHARSET_UTF8);
    static const WCHAR wide[] = {0xFEFF, '<', 'a', '/', '>'};
    OK(try_text(wide, sizeof wide, WS_CHARSET_AUTO)); /* known before anything is read */
    OK(WsGetReaderProperty(r, WS_XML_READER_PROPERTY_CHARSET, &charset, sizeof charset, g_error));
    CHECK(charset == WS_CHARSET_UTF16LE);
}

static void bad_arguments(void)
{
    WS_XML_READER_TEXT_ENCODING encoding = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_AUTO};
    WS_XML_READER_BUFFER_INPUT input = {{WS_XML_READER_INPUT_TYPE_BUFFER}, NULL, 1};
    WS_XML_READER_STREAM_INPUT stream = {{WS_XML_READER_INPUT_TYPE_STREAM}, NULL, NULL};
    EXPECT(E_INVALIDARG, WsSetInput(NULL, NULL, NULL, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetInput((WS_XML_READER*)heap, NULL, NULL, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetInput(r, &encoding.encoding, NULL, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetInput(r, NULL, &input.input, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetInput(r, &encoding.encoding, &input.input, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetInput(r, &encoding.encoding, &stream.input, NULL, 0, g_error));
    stream.input.inputType = (WS_XML_READER_INPUT_TYPE)0;
    EXPECT(E_INVALIDARG, WsSetInput(r, &encoding.encoding, &stream.input, NULL, 0, g_error));
    encoding.charSet = (WS_CHARSET)4;
    EXPECT(E_INVALIDARG, try_text("<a/>", 4, (WS_CHARSET)4));
    encoding.encoding.encodingType = (WS_XML_READER_ENCODING_TYPE)5;
    input.encodedData = "<a/>";
    EXPECT(E_INVALIDARG, WsSetInput(r, &encoding.encoding, &input.input, NULL, 0, g_error));
    read_text("<a>1</a>");
    OK(WsReadStartElement(r, g_error));
    ULONG count = 0;
    EXPECT(E_INVALIDARG, WsReadChars(r, NULL, 1, &count, g_error));
    EXPECT(E_INVALIDARG, WsReadBytes(r, NULL, 1, &count, g_error));
    EXPECT(E_INVALIDARG, WsReadCharsUtf8(r, (BYTE*)&count, 1, NULL, g_error));
    EXPECT(E_INVALIDARG, WsReadValue(r, (WS_VALUE_TYPE)16, &count, 4, g_error));
    EXPECT(E_INVALIDARG, WsGetReaderNode(r, NULL, g_error));
    EXPECT(E_INVALIDARG, WsReadToStartElement(r, &(const WS_XML_STRING){2, NULL, NULL, 0}, NULL, NULL, g_error));
    OK(WsReadValue(r, WS_UINT32_VALUE_TYPE, &count, 4, g_error));
    CHECK(count == 1);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(100000, 0, NULL, 0, &heap, g_error));
    OK(WsCreateReader(NULL, 0, &r, g_error));
    nodes();
    attributes();
    values();
    content();
    streams();
    canonical();
    properties();
    bad_arguments();
    WsFreeReader(r);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
