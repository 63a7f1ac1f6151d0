/* Every type that is text: read and written as an element, an attribute and content, with ranges. */
#include "typed.h"

#define STR(text) {(ULONG)(sizeof text - 1), (WCHAR*)text}

/* Reads <t>text</t> into `value` and writes it again as <t>out</t>. */
static void value(int line, WS_TYPE type, const void* description, const char* text, const char* out, void* value, ULONG size)
{
    char document[300];
    snprintf(document, sizeof document, "<t>%s</t>", text);
    memset(value, 0xcc, size);
    expect(__FILE__, line, text, S_OK, from_text(document, type, description, WS_READ_REQUIRED_VALUE, value, size), g_error);
    output();
    expect(__FILE__, line, text, S_OK, write_t(type, description, WS_WRITE_REQUIRED_VALUE, value, size), g_error);
    snprintf(document, sizeof document, "<t>%s</t>", out);
    wrote(__FILE__, line, document);

    /* The same behind a pointer. */
    void* pointer = NULL;
    input(document);
    expect(__FILE__, line, text, S_OK, read_t(type, description, WS_READ_REQUIRED_POINTER, &pointer, sizeof pointer), g_error);
    output();
    expect(__FILE__, line, text, S_OK, write_t(type, description, WS_WRITE_REQUIRED_POINTER, &pointer, sizeof pointer), g_error);
    wrote(__FILE__, line, document);

    /* The same as an attribute. */
    WS_ATTRIBUTE_DESCRIPTION a = {X("a"), &none, type, (void*)description};
    snprintf(document, sizeof document, "<t a=\"%s\"/>", out);
    input(document);
    expect(__FILE__, line, text, S_OK, WsReadAttribute(r, &a, WS_READ_REQUIRED_VALUE, heap, value, size, g_error), g_error);
    output();
    OK(WsWriteStartElement(w, NULL, X("t"), &none, g_error));
    expect(__FILE__, line, text, S_OK, WsWriteAttribute(w, &a, WS_WRITE_REQUIRED_VALUE, value, size, g_error), g_error);
    OK(WsWriteEndElement(w, g_error));
    wrote(__FILE__, line, document);

    /* The size must be right. */
    EXPECT(E_INVALIDARG, from_text("<t>1</t>", type, description, WS_READ_REQUIRED_VALUE, value, size + 1));
    EXPECT(E_INVALIDARG, write_t(type, description, WS_WRITE_REQUIRED_VALUE, value, size - 1));
}
#define VALUE(type, description, text, out, place) value(__LINE__, type, description, text, out, &(place), sizeof(place))

/* <t>text</t> is no value of the type. */
#define BAD(type, description, text, place) \
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t>" text "</t>", type, description, WS_READ_REQUIRED_VALUE, &(place), sizeof(place)))

static void numbers(void)
{
    BOOL b;
    VALUE(WS_BOOL_TYPE, NULL, " 1 ", "true", b);
    CHECK(b == TRUE);
    WS_BOOL_DESCRIPTION only_false = {FALSE};
    VALUE(WS_BOOL_TYPE, &only_false, "0", "false", b);
    BAD(WS_BOOL_TYPE, &only_false, "true", b);
    BAD(WS_BOOL_TYPE, NULL, "yes", b);
    BAD(WS_BOOL_TYPE, NULL, "", b);

    CHAR i8;
    WS_INT8_DESCRIPTION r8 = {-5, 5};
    VALUE(WS_INT8_TYPE, NULL, "-128", "-128", i8);
    VALUE(WS_INT8_TYPE, &r8, "5", "5", i8);
    BAD(WS_INT8_TYPE, &r8, "6", i8);
    BAD(WS_INT8_TYPE, &r8, "-6", i8);
    BAD(WS_INT8_TYPE, NULL, "128", i8);
    SHORT i16;
    WS_INT16_DESCRIPTION r16 = {1, 1000};
    VALUE(WS_INT16_TYPE, &r16, "1000", "1000", i16);
    BAD(WS_INT16_TYPE, &r16, "0", i16);
    int i32;
    WS_INT32_DESCRIPTION r32 = {-1, 1};
    VALUE(WS_INT32_TYPE, &r32, "-1", "-1", i32);
    CHECK(i32 == -1);
    BAD(WS_INT32_TYPE, &r32, "2", i32);
    CHECK(error_says(g_error, "in <t>") && error_says(g_error, "-1 to 1"));
    WsResetError(g_error);
    LONGLONG i64;
    WS_INT64_DESCRIPTION r64 = {0, 5};
    VALUE(WS_INT64_TYPE, NULL, "-9223372036854775808", "-9223372036854775808", i64);
    BAD(WS_INT64_TYPE, &r64, "6", i64);
    BYTE u8;
    WS_UINT8_DESCRIPTION s8 = {1, 2};
    VALUE(WS_UINT8_TYPE, &s8, "2", "2", u8);
    BAD(WS_UINT8_TYPE, &s8, "3", u8);
    BAD(WS_UINT8_TYPE, NULL, "-1", u8);
    USHORT u16;
    WS_UINT16_DESCRIPTION s16 = {10, 20};
    VALUE(WS_UINT16_TYPE, NULL, "65535", "65535", u16);
    BAD(WS_UINT16_TYPE, &s16, "9", u16);
    ULONG u32;
    WS_UINT32_DESCRIPTION s32 = {10, 20};
    VALUE(WS_UINT32_TYPE, NULL, "4294967295", "4294967295", u32);
    BAD(WS_UINT32_TYPE, &s32, "21", u32);
    ULONGLONG u64;
    WS_UINT64_DESCRIPTION s64 = {10, 20};
    VALUE(WS_UINT64_TYPE, NULL, "18446744073709551615", "18446744073709551615", u64);
    BAD(WS_UINT64_TYPE, &s64, "1", u64);
    float f;
    WS_FLOAT_DESCRIPTION rf = {0.5f, 1.5f};
    VALUE(WS_FLOAT_TYPE, NULL, "-INF", "-INF", f);
    VALUE(WS_FLOAT_TYPE, &rf, "1.5", "1.5", f);
    BAD(WS_FLOAT_TYPE, &rf, "2", f);
    BAD(WS_FLOAT_TYPE, &rf, "NaN", f);
    double d;
    WS_DOUBLE_DESCRIPTION rd = {0, 1};
    VALUE(WS_DOUBLE_TYPE, NULL, "1.25", "1.25", d);
    CHECK(d == 1.25);
    BAD(WS_DOUBLE_TYPE, &rd, "-0.5", d);
}

static void dates(void)
{
    DECIMAL decimal;
    WS_DECIMAL_DESCRIPTION rdec;
    memset(&rdec, 0, sizeof rdec);
    rdec.maxValue.Lo64 = 10;
    VALUE(WS_DECIMAL_TYPE, NULL, "-12.50", "-12.50", decimal);
    CHECK(decimal.scale == 2 && decimal.sign == 0x80 && decimal.Lo64 == 1250);
    VALUE(WS_DECIMAL_TYPE, &rdec, "10", "10", decimal);
    BAD(WS_DECIMAL_TYPE, &rdec, "10.1", decimal);
    WS_DATETIME date;
    VALUE(WS_DATETIME_TYPE, NULL, "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z", date);
    CHECK(date.format == WS_DATETIME_FORMAT_UTC);
    VALUE(WS_DATETIME_TYPE, NULL, "2024-02-29T12:00:00", "2024-02-29T12:00:00", date);
    CHECK(date.format == WS_DATETIME_FORMAT_NONE);
    WS_DATETIME_DESCRIPTION rdate = {{0, WS_DATETIME_FORMAT_UTC}, {date.ticks, WS_DATETIME_FORMAT_UTC}};
    VALUE(WS_DATETIME_TYPE, &rdate, "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z", date);
    BAD(WS_DATETIME_TYPE, &rdate, "2024-02-29T12:00:01Z", date);
    BAD(WS_DATETIME_TYPE, NULL, "2023-02-29T12:00:00Z", date);
    WS_TIMESPAN span;
    WS_TIMESPAN_DESCRIPTION rspan = {{0}, {10000000}};
    VALUE(WS_TIMESPAN_TYPE, NULL, "-1.02:03:04.5", "-1.02:03:04.5", span);
    VALUE(WS_TIMESPAN_TYPE, &rspan, "00:00:01", "00:00:01", span);
    BAD(WS_TIMESPAN_TYPE, &rspan, "00:00:02", span);
    GUID guid;
    VALUE(WS_GUID_TYPE, NULL, "00112233-4455-6677-8899-AABBCCDDEEFF", "00112233-4455-6677-8899-aabbccddeeff", guid);
    CHECK(guid.Data1 == 0x00112233 && guid.Data2 == 0x4455 && guid.Data3 == 0x6677 && guid.Data4[0] == 0x88);
    WS_GUID_DESCRIPTION only;
    only.value = guid;
    VALUE(WS_GUID_TYPE, &only, "00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff", guid);
    BAD(WS_GUID_TYPE, &only, "10112233-4455-6677-8899-aabbccddeeff", guid);
    WS_DURATION duration;
    VALUE(WS_DURATION_TYPE, NULL, "-P1Y2M3DT4H5M6.5S", "-P1Y2M3DT4H5M6.5S", duration);
    CHECK(duration.negative && duration.years == 1 && duration.milliseconds == 500);
    BAD(WS_DURATION_TYPE, NULL, "P", duration);
}

static HRESULT CALLBACK by_years(const WS_DURATION* a, const WS_DURATION* b, int* result, WS_ERROR* error)
{
    (void)error;
    if (a->years == 99)
        return WS_E_OBJECT_FAULTED;
    *result = (int)a->years - (int)b->years;
    return S_OK;
}

static void durations(void)
{
    WS_DURATION duration;
    WS_DURATION_DESCRIPTION range = {{.years = 1}, {.years = 3}, by_years};
    VALUE(WS_DURATION_TYPE, &range, "P3Y", "P3Y", duration);
    BAD(WS_DURATION_TYPE, &range, "P4Y", duration);
    BAD(WS_DURATION_TYPE, &range, "P0Y", duration);
    EXPECT(WS_E_OBJECT_FAULTED, from_text("<t>P99Y</t>", WS_DURATION_TYPE, &range, WS_READ_REQUIRED_VALUE, &duration, sizeof duration));
    range.comparer = NULL;
    EXPECT(E_INVALIDARG, from_text("<t>P1Y</t>", WS_DURATION_TYPE, &range, WS_READ_REQUIRED_VALUE, &duration, sizeof duration));
}

static void strings(void)
{
    WS_STRING string;
    WS_STRING_DESCRIPTION lengths = {2, 3};
    VALUE(WS_STRING_TYPE, NULL, " a&amp;\xc3\xa9 ", " a&amp;\xc3\xa9 ", string);
    CHECK(string.length == 5 && string.chars[3] == 0xe9);
    VALUE(WS_STRING_TYPE, NULL, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", string);
    CHECK(string.length == 2);
    VALUE(WS_STRING_TYPE, &lengths, "abc", "abc", string);
    BAD(WS_STRING_TYPE, &lengths, "a", string);
    BAD(WS_STRING_TYPE, &lengths, "abcd", string);
    OK(from_text("<t></t>", WS_STRING_TYPE, NULL, WS_READ_REQUIRED_VALUE, &string, sizeof string));
    CHECK(string.length == 0 && string.chars != NULL);

    WCHAR* wsz = NULL;
    OK(from_text("<t>abc</t>", WS_WSZ_TYPE, NULL, WS_READ_REQUIRED_POINTER, &wsz, sizeof wsz));
    CHECK(wsz[0] == 'a' && wsz[2] == 'c' && wsz[3] == 0);
    EXPECT(E_INVALIDARG, from_text("<t>abc</t>", WS_WSZ_TYPE, NULL, WS_READ_REQUIRED_VALUE, &wsz, sizeof wsz));
    output();
    OK(write_t(WS_WSZ_TYPE, NULL, WS_WRITE_REQUIRED_POINTER, &wsz, sizeof wsz));
    WROTE("<t>abc</t>");
    EXPECT(E_INVALIDARG, write_t(WS_WSZ_TYPE, NULL, WS_WRITE_REQUIRED_VALUE, &wsz, sizeof wsz));
    wsz = NULL;
    EXPECT(E_INVALIDARG, write_t(WS_WSZ_TYPE, NULL, WS_WRITE_REQUIRED_POINTER, &wsz, sizeof wsz));
    WS_WSZ_DESCRIPTION wsz_lengths = {0, 2};
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t>abc</t>", WS_WSZ_TYPE, &wsz_lengths, WS_READ_REQUIRED_POINTER, &wsz, sizeof wsz));

    WS_BYTES bytes;
    WS_BYTES_DESCRIPTION byte_lengths = {1, 3};
    VALUE(WS_BYTES_TYPE, NULL, "AAEC\n AwQ=", "AAECAwQ=", bytes);
    CHECK(bytes.length == 5 && bytes.bytes[4] == 4);
    VALUE(WS_BYTES_TYPE, &byte_lengths, "AAEC", "AAEC", bytes);
    BAD(WS_BYTES_TYPE, &byte_lengths, "AAECAw==", bytes);
    BAD(WS_BYTES_TYPE, &byte_lengths, "", bytes);
    BAD(WS_BYTES_TYPE, NULL, "A", bytes);

    WS_XML_STRING xml;
    WS_XML_STRING_DESCRIPTION xml_lengths = {1, 2};
    VALUE(WS_XML_STRING_TYPE, NULL, "\xc3\xa9", "\xc3\xa9", xml);
    CHECK(xml.length == 2 && xml.dictionary == NULL);
    VALUE(WS_XML_STRING_TYPE, &xml_lengths, "ab", "ab", xml);
    BAD(WS_XML_STRING_TYPE, &xml_lengths, "abc", xml);

    WS_UNIQUE_ID id;
    WS_UNIQUE_ID_DESCRIPTION id_lengths = {0, 8};
    VALUE(WS_UNIQUE_ID_TYPE, NULL, "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", id);
    CHECK(id.uri.length == 0 && id.guid.Data1 == 0x00112233);
    VALUE(WS_UNIQUE_ID_TYPE, &id_lengths, "urn:a", "urn:a", id);
    CHECK(id.uri.length == 5);
    BAD(WS_UNIQUE_ID_TYPE, &id_lengths, "urn:uuid:x", id);
}

static void names(void)
{
    WS_XML_QNAME name;
    OK(from_text("<t xmlns:p='urn:p'> p:n </t>", WS_XML_QNAME_TYPE, NULL, WS_READ_REQUIRED_VALUE, &name, sizeof name));
    CHECK(name.localName.length == 1 && name.ns.length == 5 && memcmp(name.ns.bytes, "urn:p", 5) == 0);
    output();
    OK(write_t(WS_XML_QNAME_TYPE, NULL, WS_WRITE_REQUIRED_VALUE, &name, sizeof name));
    WS_XML_QNAME back;
    WS_BYTES bytes;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
    char document[200] = {0};
    memcpy(document, bytes.bytes, bytes.length);
    OK(from_text(document, WS_XML_QNAME_TYPE, NULL, WS_READ_REQUIRED_VALUE, &back, sizeof back));
    OK(WsXmlStringEquals(&name.ns, &back.ns, g_error));
    OK(WsXmlStringEquals(&name.localName, &back.localName, g_error));
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t>p:n</t>", WS_XML_QNAME_TYPE, NULL, WS_READ_REQUIRED_VALUE, &name, sizeof name));
    WS_XML_QNAME_DESCRIPTION lengths = {1, 3, 0, 2};
    OK(from_text("<t>abc</t>", WS_XML_QNAME_TYPE, &lengths, WS_READ_REQUIRED_VALUE, &name, sizeof name));
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t>abcd</t>", WS_XML_QNAME_TYPE, &lengths, WS_READ_REQUIRED_VALUE, &name, sizeof name));
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t xmlns='urn'>abc</t>", WS_XML_QNAME_TYPE, &lengths, WS_READ_REQUIRED_VALUE, &name, sizeof name));

    int colour;
    WS_ENUM_VALUE values[] = {{7, X("red")}, {-1, X("green")}, {0, X("")}};
    ULONG by_name[] = {2, 1, 0};
    WS_ENUM_DESCRIPTION colours = {values, 3, 5, by_name};
    VALUE(WS_ENUM_TYPE, &colours, " green ", "green", colour);
    CHECK(colour == -1);
    VALUE(WS_ENUM_TYPE, &colours, "red", "red", colour);
    BAD(WS_ENUM_TYPE, &colours, "blue", colour);
    OK(from_text("<t/>", WS_ENUM_TYPE, &colours, WS_READ_REQUIRED_VALUE, &colour, sizeof colour));
    CHECK(colour == 0);
    colour = 9;
    output();
    EXPECT(E_INVALIDARG, write_t(WS_ENUM_TYPE, &colours, WS_WRITE_REQUIRED_VALUE, &colour, sizeof colour));
    EXPECT(E_INVALIDARG, from_text("<t>red</t>", WS_ENUM_TYPE, NULL, WS_READ_REQUIRED_VALUE, &colour, sizeof colour));
    by_name[1] = 3;
    EXPECT(E_INVALIDARG, from_text("<t>red</t>", WS_ENUM_TYPE, &colours, WS_READ_REQUIRED_VALUE, &colour, sizeof colour));
}

/* WsReadType and WsWriteType with each mapping. */
static void mappings(void)
{
    int value = 0;
    output();
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    OK(WsWriteStartAttribute(w, NULL, X("b"), &none, FALSE, g_error));
    value = 1;
    OK(WsWriteType(w, WS_ATTRIBUTE_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_WRITE_REQUIRED_VALUE, &value, sizeof value, g_error));
    OK(WsWriteEndAttribute(w, g_error));
    value = 2;
    OK(WsWriteType(w, WS_ELEMENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_WRITE_REQUIRED_VALUE, &value, sizeof value, g_error));
    OK(WsWriteStartElement(w, NULL, X("c"), &none, g_error));
    value = 3;
    OK(WsWriteType(w, WS_ELEMENT_CONTENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_WRITE_REQUIRED_VALUE, &value, sizeof value, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteEndElement(w, g_error));
    WROTE("<a b=\"1\">2<c>3</c></a>");

    input("<a b='1'>2</a><!---->");
    ULONG index;
    OK(WsReadToStartElement(r, NULL, NULL, NULL, g_error));
    OK(WsFindAttribute(r, X("b"), &none, TRUE, &index, g_error));
    OK(WsReadStartAttribute(r, index, g_error));
    OK(WsReadType(r, WS_ATTRIBUTE_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, NULL, &value, sizeof value, g_error));
    OK(WsReadEndAttribute(r, g_error));
    CHECK(value == 1);
    OK(WsReadStartElement(r, g_error));
    OK(WsReadType(r, WS_ELEMENT_CONTENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, NULL, &value, sizeof value, g_error));
    CHECK(value == 2);
    OK(WsReadEndElement(r, g_error));

    /* An element is read tags and all; its attributes must be known. */
    input("<a><b>5</b><c d='1'>6</c></a>");
    OK(WsReadStartElement(r, g_error));
    OK(WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, NULL, &value, sizeof value, g_error));
    CHECK(value == 5);
    EXPECT(WS_E_INVALID_FORMAT, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, NULL, &value, sizeof value, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsReadNode(r, g_error));

    /* Only values that are required can be read so; some types need a heap, some cannot be read at all. */
    void* pointer;
    input("<a/>");
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, 9, heap, &value, sizeof value, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, 9, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, heap, &value, sizeof value, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, 35, NULL, WS_READ_REQUIRED_VALUE, heap, &value, sizeof value, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_CHAR_ARRAY_TYPE, NULL, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_VOID_TYPE, NULL, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_DESCRIPTION_TYPE, NULL, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ATTRIBUTE_TYPE_MAPPING, WS_XML_BUFFER_TYPE, NULL, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, g_error));
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, heap, NULL, sizeof value, g_error));
    EXPECT(E_INVALIDARG, WsReadType(NULL, WS_ELEMENT_TYPE_MAPPING, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, heap, &value, sizeof value, g_error));
    WS_STRING string;
    input("<a>b</a>");
    EXPECT(E_INVALIDARG, WsReadType(r, WS_ELEMENT_TYPE_MAPPING, WS_STRING_TYPE, NULL, WS_READ_REQUIRED_VALUE, NULL, &string, sizeof string, g_error));

    /* A whole element. */
    input("<x><y z='1'/>t</x>");
    OK(WsReadType(r, WS_ANY_ELEMENT_TYPE_MAPPING, WS_XML_BUFFER_TYPE, NULL, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, g_error));
    output();
    OK(WsWriteType(w, WS_ANY_ELEMENT_TYPE_MAPPING, WS_XML_BUFFER_TYPE, NULL, WS_WRITE_REQUIRED_POINTER, &pointer, sizeof pointer, g_error));
    WROTE("<x><y z='1'/>t</x>");
    output();
    OK(write_t(WS_XML_BUFFER_TYPE, NULL, WS_WRITE_REQUIRED_POINTER, &pointer, sizeof pointer));
    WROTE("<t><y z='1'/>t</t>");
}

/* The five read options and the four write options. */
static void options(void)
{
    int value = 0;
    int* pointer = &value;
    OK(from_text("<u/>", WS_INT32_TYPE, NULL, WS_READ_OPTIONAL_POINTER, &pointer, sizeof pointer));
    CHECK(pointer == NULL);
    OK(WsReadToStartElement(r, X("u"), &none, NULL, g_error));
    OK(from_text("<t>1</t>", WS_INT32_TYPE, NULL, WS_READ_OPTIONAL_POINTER, &pointer, sizeof pointer));
    CHECK(*pointer == 1);
    EXPECT(WS_E_INVALID_FORMAT, from_text("<u/>", WS_INT32_TYPE, NULL, WS_READ_REQUIRED_POINTER, &pointer, sizeof pointer));
    EXPECT(WS_E_INVALID_FORMAT, from_text("<u/>", WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, &value, sizeof value));
    CHECK(error_says(g_error, "expected the element <t>; found <u>"));
    const char* nil = "<t xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/>";
    EXPECT(WS_E_INVALID_FORMAT, from_text(nil, WS_INT32_TYPE, NULL, WS_READ_REQUIRED_VALUE, &value, sizeof value));
    EXPECT(WS_E_INVALID_FORMAT, from_text(nil, WS_INT32_TYPE, NULL, WS_READ_OPTIONAL_POINTER, &pointer, sizeof pointer));
    pointer = &value;
    OK(from_text(nil, WS_INT32_TYPE, NULL, WS_READ_NILLABLE_POINTER, &pointer, sizeof pointer));
    CHECK(pointer == NULL);
    pointer = &value;
    OK(from_text("<u/>", WS_INT32_TYPE, NULL, WS_READ_NILLABLE_POINTER, &pointer, sizeof pointer));
    CHECK(pointer == NULL);
    EXPECT(E_INVALIDARG, from_text(nil, WS_INT32_TYPE, NULL, WS_READ_NILLABLE_VALUE, &value, sizeof value));
    WS_STRING string = {1, NULL};
    OK(from_text(nil, WS_STRING_TYPE, NULL, WS_READ_NILLABLE_VALUE, &string, sizeof string));
    CHECK(string.length == 0 && string.chars == NULL);
    OK(from_text("<t xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='0'>a</t>", WS_STRING_TYPE, NULL, WS_READ_NILLABLE_VALUE, &string, sizeof string));
    CHECK(same_text(string, "a"));
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'>a</t>", WS_STRING_TYPE, NULL, WS_READ_NILLABLE_VALUE, &string, sizeof string));

    output();
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    value = 4;
    pointer = &value;
    OK(write_t(WS_INT32_TYPE, NULL, WS_WRITE_NILLABLE_POINTER, &pointer, sizeof pointer));
    pointer = NULL;
    OK(write_t(WS_INT32_TYPE, NULL, WS_WRITE_NILLABLE_POINTER, &pointer, sizeof pointer));
    string.length = 0;
    string.chars = NULL;
    OK(write_t(WS_STRING_TYPE, NULL, WS_WRITE_NILLABLE_VALUE, &string, sizeof string));
    OK(write_t(WS_STRING_TYPE, NULL, WS_WRITE_REQUIRED_VALUE, &string, sizeof string));
    EXPECT(E_INVALIDARG, write_t(WS_INT32_TYPE, NULL, WS_WRITE_NILLABLE_VALUE, &value, sizeof value));
    EXPECT(E_INVALIDARG, write_t(WS_INT32_TYPE, NULL, WS_WRITE_REQUIRED_POINTER, &pointer, sizeof pointer));
    EXPECT(E_INVALIDARG, write_t(WS_INT32_TYPE, NULL, 0, &value, sizeof value));
    OK(WsWriteEndElement(w, g_error));
    WROTE("<a><t>4</t><t xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>"
          "<t xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/><t/></a>");

    WS_ATTRIBUTE_DESCRIPTION a = {X("a"), &none, WS_INT32_TYPE, NULL};
    input("<t b='1'/>");
    pointer = &value;
    OK(WsReadAttribute(r, &a, WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer, g_error));
    CHECK(pointer == NULL);
    EXPECT(E_INVALIDARG, WsReadAttribute(r, &a, WS_READ_NILLABLE_POINTER, heap, &pointer, sizeof pointer, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsReadAttribute(r, &a, WS_READ_REQUIRED_VALUE, heap, &value, sizeof value, g_error));
    input("<t a='6'/>");
    OK(WsReadAttribute(r, &a, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, g_error));
    CHECK(*pointer == 6);
}

/* A heap stops a document that wants more. */
static void quotas(void)
{
    WS_HEAP *large = heap, *small = NULL;
    WS_STRING string;
    WS_BYTES bytes;
    OK(WsCreateHeap(64, 0, NULL, 0, &small, g_error));
    heap = small;
    EXPECT(WS_E_QUOTA_EXCEEDED, from_text("<t>0123456789012345678901234567890123456789</t>", WS_STRING_TYPE, NULL, WS_READ_REQUIRED_VALUE, &string, sizeof string));
    OK(WsResetHeap(small, g_error));
    EXPECT(WS_E_QUOTA_EXCEEDED, from_text("<t>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA</t>", WS_BYTES_TYPE, NULL, WS_READ_REQUIRED_VALUE, &bytes, sizeof bytes));
    OK(WsResetHeap(small, g_error));
    WS_XML_BUFFER* buffer;
    EXPECT(WS_E_QUOTA_EXCEEDED, from_text("<t><a/><b/><c/><d/><e/></t>", WS_XML_BUFFER_TYPE, NULL, WS_READ_REQUIRED_POINTER, &buffer, sizeof buffer));
    OK(WsResetHeap(small, g_error));
    OK(from_text("<t>01234567890123456789</t>", WS_STRING_TYPE, NULL, WS_READ_REQUIRED_VALUE, &string, sizeof string));
    heap = large;
    WsFreeHeap(small);
}

/* WsReadValue and WsWriteValue keep the same rules. */
static void plain_values(void)
{
    static const struct {
        WS_VALUE_TYPE type;
        ULONG size;
        const char *text, *bad;
    } cases[] = {
        {WS_BOOL_VALUE_TYPE, 4, "true", "TRUE"}, {WS_INT8_VALUE_TYPE, 1, "-128", "-129"},
        {WS_INT16_VALUE_TYPE, 2, "32767", "32768"}, {WS_INT32_VALUE_TYPE, 4, "-1", "1.0"},
        {WS_INT64_VALUE_TYPE, 8, "1", "9223372036854775808"}, {WS_UINT8_VALUE_TYPE, 1, "255", "+5"},
        {WS_UINT16_VALUE_TYPE, 2, "0", "-0"}, {WS_UINT32_VALUE_TYPE, 4, "7", "4294967296"},
        {WS_UINT64_VALUE_TYPE, 8, "18446744073709551615", "0x1"}, {WS_FLOAT_VALUE_TYPE, 4, "NaN", "nan"},
        {WS_DOUBLE_VALUE_TYPE, 8, "-INF", ".5"}, {WS_DECIMAL_VALUE_TYPE, 16, "1.50", "1e3"},
        {WS_DATETIME_VALUE_TYPE, 16, "2024-01-01T00:00:00Z", "2024-01-01"}, {WS_TIMESPAN_VALUE_TYPE, 8, "1.00:00:00", "24:00:00"},
        {WS_GUID_VALUE_TYPE, 16, "00112233-4455-6677-8899-aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}"},
        {WS_DURATION_VALUE_TYPE, 36, "P1D", "P"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ULONGLONG place[8];
        char document[200];
        snprintf(document, sizeof document, "<t> %s <!-- --></t>", cases[i].text);
        input(document);
        OK(WsReadStartElement(r, g_error));
        EXPECT(E_INVALIDARG, WsReadValue(r, cases[i].type, place, cases[i].size + 1, g_error));
        OK(WsReadValue(r, cases[i].type, place, cases[i].size, g_error));
        OK(WsReadEndElement(r, g_error));
        output();
        OK(WsWriteStartElement(w, NULL, X("t"), &none, g_error));
        EXPECT(E_INVALIDARG, WsWriteValue(w, cases[i].type, place, cases[i].size - 1, g_error));
        OK(WsWriteValue(w, cases[i].type, place, cases[i].size, g_error));
        OK(WsWriteEndElement(w, g_error));
        snprintf(document, sizeof document, "<t>%s</t>", cases[i].text);
        WROTE(document);
        const char* wrong[] = {cases[i].bad, "", " ", "x", "1<a/>2"};
        for (size_t k = 0; k < 5; k++) {
            snprintf(document, sizeof document, "<t>%s</t>", wrong[k]);
            input(document);
            OK(WsReadStartElement(r, g_error));
            if (k == 4 && SUCCEEDED(WsReadValue(r, cases[i].type, place, cases[i].size, g_error))) {
                /* Up to the start tag. */
                EXPECT(WS_E_INVALID_FORMAT, WsReadEndElement(r, g_error));
                continue;
            }
            EXPECT(WS_E_INVALID_FORMAT, WsReadValue(r, cases[i].type, place, cases[i].size, g_error));
            EXPECT(WS_E_INVALID_FORMAT, WsReadNode(r, g_error));
        }
    }
    ULONG place;
    input("<t>1</t>");
    OK(WsReadStartElement(r, g_error));
    EXPECT(E_INVALIDARG, WsReadValue(r, 16, &place, 4, g_error));
    EXPECT(E_INVALIDARG, WsReadValue(r, WS_UINT32_VALUE_TYPE, NULL, 4, g_error));
}

int main(void)
{
    typed_start();
    numbers();
    dates();
    durations();
    strings();
    names();
    mappings();
    options();
    quotas();
    plain_values();
    typed_end();
    return 0;
}
