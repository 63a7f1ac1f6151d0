/* The writer: everything that can be written as text, to memory; and what cannot. */
#include "check.h"

static WS_XML_WRITER* w;

#define X(text) (&(const WS_XML_STRING)WS_XML_STRING_VALUE(text))
static const WS_XML_STRING none = WS_XML_STRING_NULL;

static void begin(WS_XML_WRITER_PROPERTY* properties, ULONG count)
{
    WS_XML_WRITER_TEXT_ENCODING encoding = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
    WS_XML_WRITER_BUFFER_OUTPUT output = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    OK(WsSetOutput(w, &encoding.encoding, &output.output, properties, count, g_error));
}

static void is(const char* text)
{
    WS_BYTES bytes;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
    if (bytes.length != strlen(text) || memcmp(bytes.bytes, text, bytes.length) != 0) {
        fprintf(stderr, "wrote    %.*s\nexpected %s\n", (int)bytes.length, (const char*)bytes.bytes, text);
        exit(1);
    }
    WS_BUFFERS buffers;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BUFFERS, &buffers, sizeof buffers, g_error));
    size_t at = 0;
    for (ULONG i = 0; i < buffers.bufferCount; i++) {
        CHECK(memcmp(buffers.buffers[i].bytes, text + at, buffers.buffers[i].length) == 0);
        at += buffers.buffers[i].length;
    }
    CHECK(at == strlen(text));
}

static void elements(void)
{
    begin(NULL, 0);
    OK(WsWriteStartElement(w, X("p"), X("a"), X("urn:a"), g_error));
    OK(WsWriteXmlnsAttribute(w, X("q"), X("urn:q"), FALSE, g_error));
    OK(WsWriteStartAttribute(w, NULL, X("one"), &none, TRUE, g_error));
    BOOL in_attribute = FALSE;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_IN_ATTRIBUTE, &in_attribute, sizeof in_attribute, g_error));
    CHECK(in_attribute);
    OK(WsWriteCharsUtf8(w, (const BYTE*)"'<&", 3, g_error));
    OK(WsWriteChars(w, L"\"é", 2, g_error));
    OK(WsWriteEndAttribute(w, g_error));
    OK(WsWriteStartAttribute(w, X("q"), X("two"), X("urn:q"), FALSE, g_error));
    OK(WsWriteEndAttribute(w, g_error));
    OK(WsWriteEndStartElement(w, g_error));
    const WS_XML_STRING* prefix = NULL;
    OK(WsGetPrefixFromNamespace(w, X("urn:q"), TRUE, &prefix, g_error));
    CHECK(prefix->length == 1 && prefix->bytes[0] == 'q');
    EXPECT(S_FALSE, WsGetPrefixFromNamespace(w, X("urn:none"), FALSE, &prefix, g_error));
    CHECK(prefix == NULL);
    EXPECT(WS_E_INVALID_FORMAT, WsGetPrefixFromNamespace(w, X("urn:none"), TRUE, &prefix, g_error));
    OK(WsWriteStartElement(w, NULL, X("b"), X("urn:a"), g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteStartElement(w, NULL, X("c"), &none, g_error));
    OK(WsWriteStartCData(w, g_error));
    OK(WsWriteCharsUtf8(w, (const BYTE*)"<&", 2, g_error));
    OK(WsWriteEndCData(w, g_error));
    OK(WsWriteBytes(w, "hello", 5, g_error));
    OK(WsWriteQualifiedName(w, X("q"), X("name"), X("urn:q"), g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteEndElement(w, g_error));
    is("<p:a one='&apos;&lt;&amp;\"\xC3\xA9' q:two=\"\" xmlns:p=\"urn:a\" xmlns:q=\"urn:q\">"
       "<p:b/><c><![CDATA[<&]]>aGVsbG8=q:name</c></p:a>");
    EXPECT(WS_E_INVALID_FORMAT, WsWriteEndElement(w, g_error));
}

static void values(void)
{
    begin(NULL, 0);
    OK(WsWriteStartElement(w, NULL, X("v"), &none, g_error));
    BOOL yes = TRUE;
    signed char i8 = -8;
    SHORT i16 = -16;
    LONG i32 = -32;
    LONGLONG i64 = -64;
    BYTE u8 = 8;
    USHORT u16 = 16;
    ULONG u32 = 32;
    ULONGLONG u64 = 18446744073709551615ull;
    float f = 0.5f;
    double d = -1e300;
    DECIMAL decimal = {0};
    decimal.scale = 2;
    decimal.sign = DECIMAL_NEG;
    decimal.Lo64 = 12345;
    WS_DATETIME date = {633000000000000000ull, WS_DATETIME_FORMAT_UTC};
    WS_TIMESPAN span = {-15000000};
    GUID guid = {0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}};
    WS_DURATION duration = {TRUE, 1, 2, 3, 4, 5, 6, 7, 0};
    struct {
        WS_VALUE_TYPE type;
        const void* value;
        ULONG size;
        const char* name;
    } all[] = {
        {WS_BOOL_VALUE_TYPE, &yes, sizeof yes, "bool"},
        {WS_INT8_VALUE_TYPE, &i8, sizeof i8, "i8"},
        {WS_INT16_VALUE_TYPE, &i16, sizeof i16, "i16"},
        {WS_INT32_VALUE_TYPE, &i32, sizeof i32, "i32"},
        {WS_INT64_VALUE_TYPE, &i64, sizeof i64, "i64"},
        {WS_UINT8_VALUE_TYPE, &u8, sizeof u8, "u8"},
        {WS_UINT16_VALUE_TYPE, &u16, sizeof u16, "u16"},
        {WS_UINT32_VALUE_TYPE, &u32, sizeof u32, "u32"},
        {WS_UINT64_VALUE_TYPE, &u64, sizeof u64, "u64"},
        {WS_FLOAT_VALUE_TYPE, &f, sizeof f, "f"},
        {WS_DOUBLE_VALUE_TYPE, &d, sizeof d, "d"},
        {WS_DECIMAL_VALUE_TYPE, &decimal, sizeof decimal, "decimal"},
        {WS_DATETIME_VALUE_TYPE, &date, sizeof date, "date"},
        {WS_TIMESPAN_VALUE_TYPE, &span, sizeof span, "span"},
        {WS_GUID_VALUE_TYPE, &guid, sizeof guid, "guid"},
        {WS_DURATION_VALUE_TYPE, &duration, sizeof duration, "duration"},
    };
    for (ULONG i = 0; i < WsCountOf(all); i++) {
        WS_XML_STRING name = {(ULONG)strlen(all[i].name), (BYTE*)all[i].name, NULL, 0};
        OK(WsWriteStartElement(w, NULL, &name, &none, g_error));
        EXPECT(E_INVALIDARG, WsWriteValue(w, all[i].type, all[i].value, all[i].size + 1, g_error));
        EXPECT(E_INVALIDARG, WsWriteValue(w, all[i].type, NULL, all[i].size, g_error));
        OK(WsWriteValue(w, all[i].type, all[i].value, all[i].size, g_error));
        OK(WsWriteEndElement(w, g_error));
    }
    EXPECT(E_INVALIDARG, WsWriteValue(w, (WS_VALUE_TYPE)16, &yes, sizeof yes, g_error));
    LONG numbers[] = {1, 2, 3, 4};
    OK(WsWriteArray(w, X("n"), &none, WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 1, 3, g_error));
    EXPECT(E_INVALIDARG, WsWriteArray(w, X("n"), &none, WS_INT32_VALUE_TYPE, numbers, sizeof numbers, 2, 3, g_error));
    OK(WsWriteEndElement(w, g_error));
    is("<v><bool>true</bool><i8>-8</i8><i16>-16</i16><i32>-32</i32><i64>-64</i64><u8>8</u8><u16>16</u16><u32>32</u32>"
       "<u64>18446744073709551615</u64><f>0.5</f><d>-1E+300</d><decimal>-123.45</decimal>"
       "<date>2006-11-24T21:20:00Z</date><span>-00:00:01.5</span><guid>00112233-4455-6677-8899-aabbccddeeff</guid>"
       "<duration>-P1Y2M3DT4H5M6.007S</duration><n>2</n><n>3</n><n>4</n></v>");
}

/* Whole nodes and typed texts. */
static void nodes(void)
{
    begin(NULL, 0);
    WS_XML_INT32_TEXT number = {{WS_XML_TEXT_TYPE_INT32}, 42};
    WS_XML_UTF8_TEXT text = {{WS_XML_TEXT_TYPE_UTF8}, WS_XML_STRING_VALUE("a<b")};
    WCHAR units[] = {'x', 0xD83D, 0xDE00};
    WS_XML_UTF16_TEXT wide = {{WS_XML_TEXT_TYPE_UTF16}, (BYTE*)units, sizeof units};
    WS_XML_BASE64_TEXT bytes = {{WS_XML_TEXT_TYPE_BASE64}, (BYTE*)"abc", 3};
    WS_XML_TEXT* items[] = {&number.text, &wide.text, &bytes.text};
    WS_XML_LIST_TEXT list = {{WS_XML_TEXT_TYPE_LIST}, 3, items};
    WS_XML_STRING name = WS_XML_STRING_VALUE("e"), id = WS_XML_STRING_VALUE("id"), empty = WS_XML_STRING_NULL;
    WS_XML_STRING ns = WS_XML_STRING_VALUE("urn:n"), p = WS_XML_STRING_VALUE("p");
    WS_XML_ATTRIBUTE one = {FALSE, FALSE, &empty, &id, &empty, &number.text};
    WS_XML_ATTRIBUTE two = {TRUE, TRUE, &p, NULL, &ns, NULL};
    WS_XML_ATTRIBUTE* attributes[] = {&one, &two};
    WS_XML_ELEMENT_NODE element = {{WS_XML_NODE_TYPE_ELEMENT}, &empty, &name, &empty, 2, attributes, FALSE};
    WS_XML_TEXT_NODE text_node = {{WS_XML_NODE_TYPE_TEXT}, &text.text};
    WS_XML_TEXT_NODE list_node = {{WS_XML_NODE_TYPE_TEXT}, &list.text};
    WS_XML_COMMENT_NODE comment = {{WS_XML_NODE_TYPE_COMMENT}, WS_XML_STRING_VALUE(" c ")};
    WS_XML_NODE end = {WS_XML_NODE_TYPE_END_ELEMENT}, cdata = {WS_XML_NODE_TYPE_CDATA};
    WS_XML_NODE end_cdata = {WS_XML_NODE_TYPE_END_CDATA}, odd = {(WS_XML_NODE_TYPE)5};
    const WS_XML_NODE* all[] = {&element.node, &text_node.node, &comment.node, &cdata, &text_node.node, &end_cdata,
        &element.node, &list_node.node, &end, &end};
    for (ULONG i = 0; i < WsCountOf(all); i++)
        OK(WsWriteNode(w, all[i], g_error));
    EXPECT(E_INVALIDARG, WsWriteNode(w, &odd, g_error));
    is("<e id=\"42\" xmlns:p='urn:n'>a&lt;b<!-- c --><![CDATA[a<b]]><e id=\"42\">42 x\xF0\x9F\x98\x80 YWJj</e></e>");

    /* Nothing of this exists. */
    begin(NULL, 0);
    OK(WsWriteStartElement(w, NULL, &name, &none, g_error));
    WS_XML_TEXT unknown = {(WS_XML_TEXT_TYPE)17};
    WS_XML_TEXT* nested[] = {&list.text};
    WS_XML_LIST_TEXT twice = {{WS_XML_TEXT_TYPE_LIST}, 1, nested};
    WS_XML_LIST_TEXT missing = {{WS_XML_TEXT_TYPE_LIST}, 1, NULL};
    wide.byteCount = 3;
    EXPECT(E_INVALIDARG, WsWriteText(w, &unknown, g_error));
    EXPECT(E_INVALIDARG, WsWriteText(w, &twice.text, g_error));
    EXPECT(E_INVALIDARG, WsWriteText(w, &missing.text, g_error));
    EXPECT(E_INVALIDARG, WsWriteText(w, &wide.text, g_error));
    EXPECT(E_INVALIDARG, WsWriteText(w, NULL, g_error));
    element.attributes = NULL;
    EXPECT(E_INVALIDARG, WsWriteNode(w, &element.node, g_error));
}

/* Each property has its default, its size and its effect. */
static void properties(void)
{
    struct {
        WS_XML_WRITER_PROPERTY_ID id;
        ULONG value;
    } defaults[] = {
        {WS_XML_WRITER_PROPERTY_MAX_DEPTH, 32}, {WS_XML_WRITER_PROPERTY_ALLOW_FRAGMENT, FALSE},
        {WS_XML_WRITER_PROPERTY_MAX_ATTRIBUTES, 128}, {WS_XML_WRITER_PROPERTY_WRITE_DECLARATION, FALSE},
        {WS_XML_WRITER_PROPERTY_INDENT, 0}, {WS_XML_WRITER_PROPERTY_BUFFER_TRIM_SIZE, 4096},
        {WS_XML_WRITER_PROPERTY_MAX_MIME_PARTS_BUFFER_SIZE, 65536},
        {WS_XML_WRITER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES, FALSE},
        {WS_XML_WRITER_PROPERTY_MAX_NAMESPACES, 32}, {WS_XML_WRITER_PROPERTY_COMPRESS_EMPTY_ELEMENTS, FALSE},
        {WS_XML_WRITER_PROPERTY_EMIT_UNCOMPRESSED_EMPTY_ELEMENTS, FALSE},
    };
    WS_XML_WRITER* other = NULL;
    OK(WsCreateWriter(NULL, 0, &other, g_error));
    for (ULONG i = 0; i < WsCountOf(defaults); i++) {
        ULONG value = 77;
        OK(WsGetWriterProperty(other, defaults[i].id, &value, sizeof value, g_error));
        CHECK(value == defaults[i].value);
        EXPECT(E_INVALIDARG, WsGetWriterProperty(other, defaults[i].id, &value, 8, g_error));
        EXPECT(E_INVALIDARG, WsGetWriterProperty(other, defaults[i].id, NULL, 4, g_error));
        WS_XML_WRITER_PROPERTY bad = {defaults[i].id, &value, 2};
        WS_XML_WRITER* never = NULL;
        EXPECT(E_INVALIDARG, WsCreateWriter(&bad, 1, &never, g_error));
        CHECK(never == NULL);
    }
    /* Without an output every write fails. */
    EXPECT(WS_E_INVALID_OPERATION, WsWriteStartElement(other, NULL, X("a"), &none, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsFlushWriter(other, 0, NULL, g_error));
    WsFreeWriter(other);

    ULONG read_only[] = {WS_XML_WRITER_PROPERTY_CHARSET, WS_XML_WRITER_PROPERTY_BUFFERS, WS_XML_WRITER_PROPERTY_BYTES,
        WS_XML_WRITER_PROPERTY_IN_ATTRIBUTE, WS_XML_WRITER_PROPERTY_BYTES_WRITTEN,
        WS_XML_WRITER_PROPERTY_BYTES_TO_CLOSE, 19, 0xFFFFFFFF};
    for (ULONG i = 0; i < WsCountOf(read_only); i++) {
        ULONG value = 1;
        WS_XML_WRITER_PROPERTY bad = {(WS_XML_WRITER_PROPERTY_ID)read_only[i], &value, sizeof value};
        EXPECT(E_INVALIDARG, WsCreateWriter(&bad, 1, &other, g_error));
    }

    BOOL yes = TRUE;
    ULONG two = 2;
    WS_XML_WRITER_PROPERTY set[] = {
        {WS_XML_WRITER_PROPERTY_WRITE_DECLARATION, &yes, sizeof yes},
        {WS_XML_WRITER_PROPERTY_INDENT, &two, sizeof two},
        {WS_XML_WRITER_PROPERTY_MAX_DEPTH, &two, sizeof two},
        {WS_XML_WRITER_PROPERTY_EMIT_UNCOMPRESSED_EMPTY_ELEMENTS, &yes, sizeof yes},
        {WS_XML_WRITER_PROPERTY_ALLOW_FRAGMENT, &yes, sizeof yes},
    };
    begin(set, WsCountOf(set));
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    OK(WsWriteStartElement(w, NULL, X("b"), &none, g_error));
    ULONG written = 0, to_close = 0;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES_WRITTEN, &written, sizeof written, g_error));
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES_TO_CLOSE, &to_close, sizeof to_close, g_error));
    CHECK(written > 3 && to_close >= 8);
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteEndElement(w, g_error));
    is("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a>\n  <b></b>\n</a>");
    WS_CHARSET charset = WS_CHARSET_AUTO;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_CHARSET, &charset, sizeof charset, g_error));
    CHECK(charset == WS_CHARSET_UTF8);
    OK(WsWriteStartElement(w, NULL, X("again"), &none, g_error));
    OK(WsWriteStartElement(w, NULL, X("b"), &none, g_error));
    EXPECT(WS_E_QUOTA_EXCEEDED, WsWriteStartElement(w, NULL, X("c"), &none, g_error));
    /* A failed writer keeps failing with the same error, until it gets a new output. */
    EXPECT(WS_E_QUOTA_EXCEEDED, WsWriteEndElement(w, g_error));
    begin(NULL, 0);
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsWriteEndAttribute(w, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsWriteEndCData(w, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsWriteStartElement(w, NULL, X("1"), &none, g_error));
    begin(NULL, 0);
    EXPECT(WS_E_INVALID_FORMAT, WsWriteStartElement(w, NULL, &none, &none, g_error));
    begin(NULL, 0);
    EXPECT(WS_E_INVALID_FORMAT, WsWriteStartElement(w, X("p"), X("a"), &none, g_error));
}

static void bad_arguments(void)
{
    WS_XML_WRITER_TEXT_ENCODING encoding = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
    WS_XML_WRITER_BUFFER_OUTPUT output = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    WS_XML_WRITER_STREAM_OUTPUT stream = {{WS_XML_WRITER_OUTPUT_TYPE_STREAM}, NULL, NULL};
    EXPECT(E_INVALIDARG, WsSetOutput(NULL, &encoding.encoding, &output.output, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetOutput(w, &encoding.encoding, NULL, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetOutput(w, NULL, &output.output, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetOutput(w, &encoding.encoding, &stream.output, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetOutput(w, &encoding.encoding, &output.output, NULL, 3, g_error));
    encoding.charSet = WS_CHARSET_AUTO;
    EXPECT(E_INVALIDARG, WsSetOutput(w, &encoding.encoding, &output.output, NULL, 0, g_error));
    encoding.charSet = (WS_CHARSET)9;
    EXPECT(E_INVALIDARG, WsSetOutput(w, &encoding.encoding, &output.output, NULL, 0, g_error));
    encoding.encoding.encodingType = (WS_XML_WRITER_ENCODING_TYPE)0;
    EXPECT(E_INVALIDARG, WsSetOutput(w, &encoding.encoding, &output.output, NULL, 0, g_error));
    output.output.outputType = (WS_XML_WRITER_OUTPUT_TYPE)3;
    EXPECT(E_INVALIDARG, WsSetOutput(w, &encoding.encoding, &output.output, NULL, 0, g_error));
    begin(NULL, 0);
    EXPECT(E_INVALIDARG, WsWriteStartElement(w, NULL, NULL, &none, g_error));
    EXPECT(E_INVALIDARG, WsWriteStartElement((WS_XML_WRITER*)g_error, NULL, X("a"), &none, g_error));
    WS_XML_STRING broken = {3, NULL, NULL, 0}, latin = {1, (BYTE*)"\xE9", NULL, 0};
    EXPECT(E_INVALIDARG, WsWriteStartElement(w, NULL, &broken, &none, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsWriteStartElement(w, NULL, &latin, &none, g_error));
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    EXPECT(E_INVALIDARG, WsWriteChars(w, NULL, 1, g_error));
    OK(WsWriteChars(w, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsWriteCharsUtf8(w, NULL, 1, g_error));
    EXPECT(E_INVALIDARG, WsWriteBytes(w, NULL, 1, g_error));
    EXPECT(E_INVALIDARG, WsPushBytes(w, NULL, NULL, g_error));
    EXPECT(E_INVALIDARG, WsPullBytes(w, NULL, NULL, g_error));
    EXPECT(E_INVALIDARG, WsWriteQualifiedName(w, NULL, X("a"), NULL, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsWriteCharsUtf8(w, (const BYTE*)"\xFF", 1, g_error));
    OK(WsSetOutput(w, NULL, NULL, NULL, 0, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    WsFreeWriter(NULL);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateWriter(NULL, 0, &w, g_error));
    elements();
    values();
    nodes();
    properties();
    bad_arguments();
    WsFreeWriter(w);
    WsFreeError(g_error);
    return 0;
}
