/* Types with code of the program, which calls back into the same reader and writer; names of dictionaries. */
#include "typed.h"

typedef struct {
    int x, y;
} POINT;

typedef struct {
    POINT a;
    POINT b;
    POINT* p;
    POINT text;
} SHAPE;

static int calls;

/* <e>1,2</e>, or e="1,2", or 1,2: what the mapping says. */
static HRESULT CALLBACK read_point(WS_XML_READER* reader, WS_TYPE_MAPPING mapping, const void* data, WS_HEAP* h, void* value, ULONG size, WS_ERROR* error)
{
    WCHAR chars[20];
    ULONG count = 1, length = 0;
    POINT* point = value;
    HRESULT hr;
    calls++;
    CHECK(data == &calls && h == heap && size == sizeof(POINT) && error == g_error);
    if (mapping == WS_ELEMENT_TYPE_MAPPING || mapping == WS_ANY_ELEMENT_TYPE_MAPPING)
        OK(WsReadStartElement(reader, error));
    while (count != 0) {
        hr = WsReadChars(reader, chars + length, 20 - length, &count, error);
        if (FAILED(hr))
            return hr;
        length += count;
    }
    if (length != 3 || chars[1] != ',')
        return WS_E_INVALID_FORMAT;
    point->x = chars[0] - '0';
    point->y = chars[2] - '0';
    if (mapping == WS_ELEMENT_TYPE_MAPPING || mapping == WS_ANY_ELEMENT_TYPE_MAPPING)
        return WsReadEndElement(reader, error);
    return S_OK;
}

static HRESULT CALLBACK write_point(WS_XML_WRITER* writer, WS_TYPE_MAPPING mapping, const void* data, const void* value, ULONG size, WS_ERROR* error)
{
    const POINT* point = value;
    WCHAR chars[3] = {(WCHAR)('0' + point->x), ',', (WCHAR)('0' + point->y)};
    HRESULT hr;
    calls++;
    CHECK(data == &calls && size == sizeof(POINT));
    if (point->x == 9)
        return WS_E_OBJECT_FAULTED;
    if (point->x == 8)
        return 0x80990001;
    if (mapping == WS_ANY_ELEMENT_TYPE_MAPPING)
        OK(WsWriteStartElement(writer, NULL, X("any"), &none, error));
    hr = WsWriteChars(writer, chars, 3, error);
    if (mapping == WS_ANY_ELEMENT_TYPE_MAPPING)
        OK(WsWriteEndElement(writer, error));
    return hr;
}

static HRESULT CALLBACK is_origin(const void* data, const void* value, const void* by_default, ULONG size, BOOL* result, WS_ERROR* error)
{
    const POINT* point = value;
    (void)data, (void)by_default, (void)size, (void)error;
    calls++;
    *result = point->x == 0 && point->y == 0;
    return S_OK;
}

static void custom(void)
{
    WS_CUSTOM_TYPE_DESCRIPTION point = {sizeof(POINT), 4, read_point, write_point, &calls, is_origin};
    WS_FIELD_DESCRIPTION a = FIELD(SHAPE, a, WS_ATTRIBUTE_FIELD_MAPPING, WS_CUSTOM_TYPE, .typeDescription = &point, .localName = X("a"), .ns = &none,
        .options = WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION b = ELEMENT(SHAPE, b, WS_CUSTOM_TYPE, .typeDescription = &point);
    WS_FIELD_DESCRIPTION p = ELEMENT(SHAPE, p, WS_CUSTOM_TYPE, .typeDescription = &point, .options = WS_FIELD_POINTER | WS_FIELD_NILLABLE);
    WS_FIELD_DESCRIPTION any = FIELD(SHAPE, text, WS_ANY_ELEMENT_FIELD_MAPPING, WS_CUSTOM_TYPE, .typeDescription = &point);
    WS_FIELD_DESCRIPTION* fields[] = {&a, &b, &p, &any};
    WS_STRUCT_DESCRIPTION shape = STRUCT(SHAPE, fields);
    AGAIN("<t a=\"1,2\"><b>3,4</b><p>5,6</p><any>7,7</any></t>", &shape);
    CHECK(calls == 9);
    AGAIN("<t><b>3,4</b><p xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/><any>7,7</any></t>", &shape);
    void* value;
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t><b>x</b><p/><any/></t>", WS_STRUCT_TYPE, &shape, WS_READ_REQUIRED_POINTER, &value, sizeof value));
    EXPECT(WS_E_INVALID_FORMAT, WsReadNode(r, g_error));
    WS_FIELD_DESCRIPTION text = FIELD(SHAPE, text, WS_TEXT_FIELD_MAPPING, WS_CUSTOM_TYPE, .typeDescription = &point);
    WS_FIELD_DESCRIPTION* with_text[] = {&a, &text};
    WS_STRUCT_DESCRIPTION texts = STRUCT(SHAPE, with_text);

    AGAIN("<t a=\"1,2\">3,4</t>", &texts);

    /* What a callback returns comes out, whatever it is. */
    POINT bad = {9, 9};
    output();
    EXPECT(WS_E_OBJECT_FAULTED, write_t(WS_CUSTOM_TYPE, &point, WS_WRITE_REQUIRED_VALUE, &bad, sizeof bad));
    bad.x = 8;
    output();
    EXPECT((HRESULT)0x80990001, write_t(WS_CUSTOM_TYPE, &point, WS_WRITE_REQUIRED_VALUE, &bad, sizeof bad));
    point.writeCallback = NULL;
    output();
    EXPECT(E_INVALIDARG, write_t(WS_CUSTOM_TYPE, &point, WS_WRITE_REQUIRED_VALUE, &bad, sizeof bad));
    EXPECT(E_INVALIDARG, write_t(WS_CUSTOM_TYPE, NULL, WS_WRITE_REQUIRED_VALUE, &bad, sizeof bad));
    point.alignment = 3;
    EXPECT(E_INVALIDARG, write_t(WS_CUSTOM_TYPE, &point, WS_WRITE_REQUIRED_VALUE, &bad, sizeof bad));
}

/* ---- dictionaries ---- */

typedef struct {
    int number;
    int colour;
} SHORT_NAMES;

static int asked;

static HRESULT CALLBACK dynamic_string(void* state, const WS_XML_STRING* string, BOOL* found, ULONG* id, WS_ERROR* error)
{
    (void)error;
    /* The writer is free: it can be asked for something. */
    ULONG depth = 0;
    OK(WsGetWriterProperty(*(WS_XML_WRITER**)state, WS_XML_WRITER_PROPERTY_MAX_DEPTH, &depth, sizeof depth, g_error));
    asked++;
    *found = TRUE;
    *id = string->id;
    return S_OK;
}

static void dictionaries(void)
{
    static WS_XML_DICTIONARY dictionary;
    static WS_XML_STRING strings[] = {
        {1, (BYTE*)"t", &dictionary, 0}, {6, (BYTE*)"number", &dictionary, 1}, {6, (BYTE*)"colour", &dictionary, 2},
        {3, (BYTE*)"red", &dictionary, 3}, {5, (BYTE*)"urn:d", &dictionary, 4}};
    dictionary.strings = strings;
    dictionary.stringCount = 5;
    dictionary.isConst = TRUE;
    WS_ENUM_VALUE values[] = {{1, &strings[3]}};
    WS_ENUM_DESCRIPTION colours = {values, 1, 3, NULL};
    WS_FIELD_DESCRIPTION number = FIELD(SHORT_NAMES, number, WS_ELEMENT_FIELD_MAPPING, WS_INT32_TYPE, .localName = &strings[1], .ns = &strings[4]);
    WS_FIELD_DESCRIPTION colour = FIELD(SHORT_NAMES, colour, WS_ELEMENT_FIELD_MAPPING, WS_ENUM_TYPE, .localName = &strings[2], .ns = &strings[4],
        .typeDescription = &colours);
    WS_FIELD_DESCRIPTION* fields[] = {&number, &colour};
    WS_STRUCT_DESCRIPTION description = STRUCT(SHORT_NAMES, fields);
    WS_ELEMENT_DESCRIPTION element = {&strings[0], &strings[4], WS_STRUCT_TYPE, &description};
    SHORT_NAMES value = {7, 1};
    WS_XML_WRITER_BUFFER_OUTPUT out = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    WS_BYTES shared, own, plain;
    unsigned char first[100];

    /* In the static dictionary of the writer: without being asked. */
    WS_XML_WRITER_BINARY_ENCODING with_static = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, &dictionary, NULL, NULL};
    OK(WsSetOutput(w, &with_static.encoding, &out.output, NULL, 0, g_error));
    OK(WsWriteElement(w, &element, WS_WRITE_REQUIRED_VALUE, &value, sizeof value, g_error));
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &shared, sizeof shared, g_error));
    CHECK(shared.length < 30 && shared.length <= sizeof first);
    memcpy(first, shared.bytes, shared.length);
    ULONG length = shared.length;
    WS_XML_READER_BINARY_ENCODING read_static = {{WS_XML_READER_ENCODING_TYPE_BINARY}, &dictionary, NULL};
    WS_XML_READER_BUFFER_INPUT in = {{WS_XML_READER_INPUT_TYPE_BUFFER}, first, length};
    OK(WsSetInput(r, &read_static.encoding, &in.input, NULL, 0, g_error));
    SHORT_NAMES back = {0, 0};
    OK(WsReadElement(r, &element, WS_READ_REQUIRED_VALUE, heap, &back, sizeof back, g_error));
    CHECK(back.number == 7 && back.colour == 1);

    /* In a dictionary that only a callback knows. */
    WS_XML_WRITER_BINARY_ENCODING with_callback = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, NULL, dynamic_string, &w};
    OK(WsSetOutput(w, &with_callback.encoding, &out.output, NULL, 0, g_error));
    OK(WsWriteElement(w, &element, WS_WRITE_REQUIRED_VALUE, &value, sizeof value, g_error));
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &own, sizeof own, g_error));
    CHECK(asked > 0 && own.length <= length + 8);
    WS_XML_READER_BINARY_ENCODING read_dynamic = {{WS_XML_READER_ENCODING_TYPE_BINARY}, NULL, &dictionary};
    memcpy(first, own.bytes, own.length);
    in.encodedDataSize = own.length;
    OK(WsSetInput(r, &read_dynamic.encoding, &in.input, NULL, 0, g_error));
    OK(WsReadElement(r, &element, WS_READ_REQUIRED_VALUE, heap, &back, sizeof back, g_error));
    CHECK(back.number == 7 && back.colour == 1);

    /* In none that the writer has. */
    WS_XML_WRITER_BINARY_ENCODING without = {{WS_XML_WRITER_ENCODING_TYPE_BINARY}, NULL, NULL, NULL};
    OK(WsSetOutput(w, &without.encoding, &out.output, NULL, 0, g_error));
    OK(WsWriteElement(w, &element, WS_WRITE_REQUIRED_VALUE, &value, sizeof value, g_error));
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &plain, sizeof plain, g_error));
    CHECK(plain.length > own.length);
}

/* A description that is changed, or replaced at the same address, is seen. */
static void changes(void)
{
    typedef struct {
        int a;
    } ONE;
    WS_XML_STRING name = {1, (BYTE*)"a", NULL, 0};
    WS_INT32_DESCRIPTION range = {0, 5};
    WS_FIELD_DESCRIPTION a = FIELD(ONE, a, WS_ELEMENT_FIELD_MAPPING, WS_INT32_TYPE, .localName = &name, .ns = &none, .typeDescription = &range);
    WS_FIELD_DESCRIPTION* fields[] = {&a};
    WS_STRUCT_DESCRIPTION description = STRUCT(ONE, fields);
    ONE value;
    description.alignment = 4;
    OK(from_text("<t><a>5</a></t>", WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_VALUE, &value, sizeof value));
    OK(from_text("<t><a>5</a></t>", WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_VALUE, &value, sizeof value));
    range.maxValue = 4;
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t><a>5</a></t>", WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_VALUE, &value, sizeof value));
    char letters[] = "b";
    name.bytes = (BYTE*)letters;
    OK(from_text("<t><b>4</b></t>", WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_VALUE, &value, sizeof value));
    letters[0] = 'c';
    OK(from_text("<t><c>4</c></t>", WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_VALUE, &value, sizeof value));
    a.offset = 4;
    EXPECT(E_INVALIDARG, from_text("<t><c>4</c></t>", WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_VALUE, &value, sizeof value));
}

int main(void)
{
    typed_start();
    custom();
    dictionaries();
    changes();
    typed_end();
    return 0;
}
