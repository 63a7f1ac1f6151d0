/* Every mapping of fields, with options and default values; unions and derived types. */
#include "typed.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define NIL " xsi:nil=\"true\" xmlns:xsi=\"" XSI "\"/>"

/* What the document cannot be read as. */
#define BAD(text, description) \
    do { \
        void* value_; \
        EXPECT(WS_E_INVALID_FORMAT, from_text(text, WS_STRUCT_TYPE, description, WS_READ_REQUIRED_POINTER, &value_, sizeof value_)); \
    } while (0)

static void* read_struct(const char* text, WS_STRUCT_DESCRIPTION* description)
{
    void* value = NULL;
    OK(from_text(text, WS_STRUCT_TYPE, description, WS_READ_REQUIRED_POINTER, &value, sizeof value));
    return value;
}

static HRESULT write_struct(WS_STRUCT_DESCRIPTION* description, const void* value)
{
    output();
    return write_t(WS_STRUCT_TYPE, description, WS_WRITE_REQUIRED_VALUE, value, description->size);
}

/* ---- attributes ---- */

typedef struct {
    int number;
    WS_STRING text;
    WS_STRING language;
    ULONG count;
    WCHAR* chars;
    WS_ANY_ATTRIBUTES others;
} ATTRIBUTES;

static void attributes(void)
{
    static int seven = 7;
    static WS_DEFAULT_VALUE by_default = {&seven, sizeof seven};
    WS_FIELD_DESCRIPTION number = FIELD(ATTRIBUTES, number, WS_ATTRIBUTE_FIELD_MAPPING, WS_INT32_TYPE, .localName = X("n"),
        .ns = &none, .options = WS_FIELD_OPTIONAL, .defaultValue = &by_default);
    WS_FIELD_DESCRIPTION text = FIELD(ATTRIBUTES, text, WS_ATTRIBUTE_FIELD_MAPPING, WS_STRING_TYPE, .localName = X("s"), .ns = X("urn:s"));
    WS_FIELD_DESCRIPTION language = FIELD(ATTRIBUTES, language, WS_XML_ATTRIBUTE_FIELD_MAPPING, WS_STRING_TYPE,
        .localName = X("lang"), .options = WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION chars = FIELD(ATTRIBUTES, chars, WS_ATTRIBUTE_FIELD_MAPPING, WS_CHAR_ARRAY_TYPE, .localName = X("c"),
        .ns = &none, .countOffset = offsetof(ATTRIBUTES, count), .options = WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION* fields[] = {&number, &text, &language, &chars};
    WS_STRUCT_DESCRIPTION description = STRUCT(ATTRIBUTES, fields);
    AGAIN("<t n=\"1\" d1p1:s=\"a\" xml:lang=\"de\" c=\"xy\" xmlns:d1p1=\"urn:s\"/>", &description);
    ATTRIBUTES* v = read_struct("<t p:s='' xmlns:p='urn:s'/>", &description);
    CHECK(v->number == 7 && v->text.length == 0 && v->text.chars != NULL && v->language.chars == NULL && v->chars == NULL && v->count == 0);
    OK(write_struct(&description, v));
    BAD("<t/>", &description);
    CHECK(error_says(g_error, "attribute 's'"));
    BAD("<t p:s='' xmlns:p='urn:s' q='1'/>", &description);
    BAD("<t p:s='' xmlns:p='urn:s' n='x'/>", &description);
    BAD("<t p:s='' xmlns:p='urn:s'>text</t>", &description);
    BAD("<t p:s='' xmlns:p='urn:s'><u/></t>", &description);

    /* Unknown attributes are skipped, thrown away or kept. */
    description.structOptions = WS_STRUCT_IGNORE_UNHANDLED_ATTRIBUTES;
    read_struct("<t p:s='' xmlns:p='urn:s' q='1'/>", &description);
    description.structOptions = 0;
    /* A namespace alone is no name of a type, and none is needed here. */
    description.typeNs = X("urn:t");
    read_struct("<t p:s='' xmlns:p='urn:s'/>", &description);
    description.typeNs = NULL;
    WS_FIELD_DESCRIPTION discarded = {.mapping = WS_ANY_ATTRIBUTES_FIELD_MAPPING, .type = WS_VOID_TYPE};
    WS_FIELD_DESCRIPTION* with_void[] = {&number, &text, &discarded};
    WS_STRUCT_DESCRIPTION voids = STRUCT(ATTRIBUTES, with_void);
    read_struct("<t p:s='' xmlns:p='urn:s' q='1'/>", &voids);
    WS_FIELD_DESCRIPTION others = FIELD(ATTRIBUTES, others, WS_ANY_ATTRIBUTES_FIELD_MAPPING, WS_ANY_ATTRIBUTES_TYPE, .ns = NULL);
    WS_FIELD_DESCRIPTION* with_any[] = {&number, &others};
    WS_STRUCT_DESCRIPTION any = STRUCT(ATTRIBUTES, with_any);
    v = read_struct("<t n='7' q='1' p:q='2' xmlns:p='urn:s'/>", &any);
    CHECK(v->number == 7 && v->others.attributeCount == 2);
    CHECK(v->others.attributes[1].ns.length == 5 && v->others.attributes[1].value->textType == WS_XML_TEXT_TYPE_UTF8);
    OK(write_struct(&any, v));
    WROTE("<t q=\"1\" d1p1:q=\"2\" xmlns:d1p1=\"urn:s\"/>");
    others.ns = X("urn:s");
    BAD("<t q='1'/>", &any);
    v = read_struct("<t p:q='2' xmlns:p='urn:s'/>", &any);
    CHECK(v->others.attributeCount == 1);
    others.options = WS_FIELD_OTHER_NAMESPACE;
    BAD("<t p:q='2' xmlns:p='urn:s'/>", &any);
    v = read_struct("<t q='2'/>", &any);
    CHECK(v->others.attributeCount == 1);
    v = read_struct("<t/>", &any);
    CHECK(v->others.attributeCount == 0 && v->others.attributes == NULL);

    /* An attribute that is thrown away. */
    WS_FIELD_DESCRIPTION gone = {.mapping = WS_ATTRIBUTE_FIELD_MAPPING, .localName = X("gone"), .ns = &none, .type = WS_VOID_TYPE, .options = WS_FIELD_OPTIONAL};
    WS_FIELD_DESCRIPTION* with_gone[] = {&gone, &number};
    WS_STRUCT_DESCRIPTION discard = STRUCT(ATTRIBUTES, with_gone);
    v = read_struct("<t gone='x' n='3'/>", &discard);
    CHECK(v->number == 3);
    read_struct("<t/>", &discard);
}

/* ---- elements ---- */

typedef struct {
    int a;
    int* pointer;
    WS_STRING text;
    WCHAR* wsz;
    BYTE* utf8;
    ULONG utf8_count;
    BYTE* bytes;
    ULONG byte_count;
    WS_XML_BUFFER* buffer;
    int last;
} ELEMENTS;

static void elements(void)
{
    WS_FIELD_DESCRIPTION a = ELEMENT(ELEMENTS, a, WS_INT32_TYPE, .options = 0);
    WS_FIELD_DESCRIPTION pointer = ELEMENT(ELEMENTS, pointer, WS_INT32_TYPE, .options = WS_FIELD_POINTER | WS_FIELD_NILLABLE | WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION text = ELEMENT(ELEMENTS, text, WS_STRING_TYPE, .options = WS_FIELD_NILLABLE);
    WS_FIELD_DESCRIPTION wsz = ELEMENT(ELEMENTS, wsz, WS_WSZ_TYPE, .options = WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION utf8 = ELEMENT(ELEMENTS, utf8, WS_UTF8_ARRAY_TYPE, .countOffset = offsetof(ELEMENTS, utf8_count), .options = WS_FIELD_OPTIONAL | WS_FIELD_NILLABLE);
    WS_FIELD_DESCRIPTION bytes = ELEMENT(ELEMENTS, bytes, WS_BYTE_ARRAY_TYPE, .countOffset = offsetof(ELEMENTS, byte_count));
    WS_FIELD_DESCRIPTION buffer = ELEMENT(ELEMENTS, buffer, WS_XML_BUFFER_TYPE, .options = WS_FIELD_OPTIONAL);
    static int minus = -1;
    static WS_DEFAULT_VALUE by_default = {&minus, sizeof minus};
    WS_FIELD_DESCRIPTION last = ELEMENT(ELEMENTS, last, WS_INT32_TYPE, .options = WS_FIELD_OPTIONAL, .defaultValue = &by_default);
    WS_FIELD_DESCRIPTION* fields[] = {&a, &pointer, &text, &wsz, &utf8, &bytes, &buffer, &last};
    WS_STRUCT_DESCRIPTION description = STRUCT(ELEMENTS, fields);
    AGAIN("<t><a>1</a><pointer>2</pointer><text>x</text><wsz>y</wsz><utf8>z</utf8><bytes>AAE=</bytes><buffer q=\"1\">c<d/></buffer><last>3</last></t>",
        &description);
    ELEMENTS* v = read_struct("<t> <a> 1 </a><!-- --> <text xmlns:xsi='" XSI "' xsi:nil='1'/><bytes/> </t>", &description);
    CHECK(v->a == 1 && v->pointer == NULL && v->text.chars == NULL && v->wsz == NULL && v->utf8 == NULL && v->bytes != NULL && v->byte_count == 0
        && v->buffer == NULL && v->last == -1);
    OK(write_struct(&description, v));
    WROTE("<t><a>1</a><text" NIL "<bytes/></t>");
    /* What has its default value is left out; what is optional and nil, too. */
    v->last = 0;
    OK(write_struct(&description, v));
    WROTE("<t><a>1</a><text" NIL "<bytes/><last>0</last></t>");
    v = read_struct("<t><a>1</a><pointer xmlns:xsi='" XSI "' xsi:nil='true'></pointer><text/><bytes/></t>", &description);
    CHECK(v->pointer == NULL && v->text.chars != NULL && v->text.length == 0);
    v->text.chars = NULL;
    v->text.length = 1;
    EXPECT(E_INVALIDARG, write_struct(&description, v));
    BAD("<t/>", &description);
    CHECK(error_says(g_error, "expected the element <a>; found </t>"));
    BAD("<t><text/><a>1</a><bytes/></t>", &description);
    BAD("<t><a>1</a><text/><bytes/><unknown/></t>", &description);
    BAD("<t><a>1</a><text/><bytes/>text</t>", &description);
    BAD("<t><a>1<b/></a><text/><bytes/></t>", &description);
    BAD("<t><a>x</a><text/><bytes/></t>", &description);
    BAD("<t><a xmlns:xsi='" XSI "' xsi:nil='true'/><text/><bytes/></t>", &description);
    BAD("<t><a>1</a><a>1</a><text/><bytes/></t>", &description);
    BAD("<t a='1'><a>1</a><text/><bytes/></t>", &description);
    BAD("<t><a xmlns='urn:other'>1</a><text/><bytes/></t>", &description);
    description.structOptions = WS_STRUCT_IGNORE_TRAILING_ELEMENT_CONTENT;
    v = read_struct("<t><a>1</a><text/><bytes/>text<unknown><a/></unknown></t>", &description);
    CHECK(v->last == -1);
    BAD("<t><unknown/><a>1</a><text/><bytes/></t>", &description);

    /* A pointer that is needed. */
    WS_FIELD_DESCRIPTION* one[] = {&pointer};
    WS_STRUCT_DESCRIPTION needed = STRUCT(ELEMENTS, one);
    pointer.options = WS_FIELD_POINTER;
    BAD("<t/>", &needed);
    v->pointer = NULL;
    EXPECT(E_INVALIDARG, write_struct(&needed, v));
    pointer.options = WS_FIELD_POINTER | WS_FIELD_NILLABLE;
    OK(write_struct(&needed, v));
    WROTE("<t><pointer" NIL "</t>");
    v = read_struct("<t><pointer>5</pointer></t>", &needed);
    CHECK(*v->pointer == 5);

    /* An element that is thrown away, and a value that is not in XML. */
    WS_FIELD_DESCRIPTION gone = {.mapping = WS_ELEMENT_FIELD_MAPPING, .localName = X("gone"), .ns = &none, .type = WS_VOID_TYPE};
    WS_FIELD_DESCRIPTION hidden = FIELD(ELEMENTS, last, WS_NO_FIELD_MAPPING, WS_INT32_TYPE, .defaultValue = &by_default);
    WS_VOID_DESCRIPTION eight = {8};
    WS_FIELD_DESCRIPTION zero = FIELD(ELEMENTS, buffer, WS_NO_FIELD_MAPPING, WS_VOID_TYPE, .typeDescription = &eight);
    WS_FIELD_DESCRIPTION* rest[] = {&gone, &a, &hidden, &zero};
    WS_STRUCT_DESCRIPTION partly = STRUCT(ELEMENTS, rest);
    v = read_struct("<t><gone b='1'><c/>d</gone><a>4</a></t>", &partly);
    CHECK(v->a == 4 && v->last == -1 && v->buffer == NULL);
    OK(write_struct(&partly, v));
    WROTE("<t><a>4</a></t>");
    BAD("<t><a>4</a></t>", &partly);
}

/* ---- text ---- */

typedef struct {
    int unit;
    double value;
} MEASURE;

static void text(void)
{
    WS_FIELD_DESCRIPTION unit = FIELD(MEASURE, unit, WS_ATTRIBUTE_FIELD_MAPPING, WS_INT32_TYPE, .localName = X("unit"), .ns = &none);
    WS_FIELD_DESCRIPTION value = FIELD(MEASURE, value, WS_TEXT_FIELD_MAPPING, WS_DOUBLE_TYPE, .ns = NULL);
    WS_FIELD_DESCRIPTION* fields[] = {&unit, &value};
    WS_STRUCT_DESCRIPTION description = STRUCT(MEASURE, fields);
    AGAIN("<t unit=\"3\">1.5</t>", &description);
    BAD("<t unit='3'/>", &description);
    BAD("<t unit='3'>1.5<a/></t>", &description);
    /* A struct that is only text can be an attribute, and the text of another struct. */
    WS_FIELD_DESCRIPTION* only[] = {&value};
    WS_STRUCT_DESCRIPTION plain = STRUCT(MEASURE, only);
    WS_ATTRIBUTE_DESCRIPTION attribute = {X("a"), &none, WS_STRUCT_TYPE, &plain};
    MEASURE m;
    input("<t a='2.5'/>");
    OK(WsReadAttribute(r, &attribute, WS_READ_REQUIRED_VALUE, heap, &m, sizeof m, g_error));
    CHECK(m.value == 2.5);
    output();
    OK(WsWriteStartElement(w, NULL, X("t"), &none, g_error));
    OK(WsWriteAttribute(w, &attribute, WS_WRITE_REQUIRED_VALUE, &m, sizeof m, g_error));
    OK(WsWriteEndElement(w, g_error));
    WROTE("<t a=\"2.5\"/>");
    attribute.typeDescription = &description;
    input("<t a='2.5'/>");
    EXPECT(E_INVALIDARG, WsReadAttribute(r, &attribute, WS_READ_REQUIRED_VALUE, heap, &m, sizeof m, g_error));
}

/* ---- arrays ---- */

typedef struct LINE {
    int sku;
    struct LINE* next;
} LINE;

typedef struct {
    ULONG number_count;
    int* numbers;
    ULONG line_count;
    LINE* lines;
    ULONG pointer_count;
    int** pointers;
    ULONG name_count;
    WS_STRING* names;
} ARRAYS;

static void arrays(void)
{
    WS_FIELD_DESCRIPTION sku = ELEMENT(LINE, sku, WS_INT32_TYPE, .options = 0);
    WS_FIELD_DESCRIPTION next = ELEMENT(LINE, next, WS_STRUCT_TYPE, .options = WS_FIELD_POINTER | WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION* line_fields[] = {&sku, &next};
    WS_STRUCT_DESCRIPTION line = STRUCT(LINE, line_fields);
    next.typeDescription = &line;
    WS_ITEM_RANGE up_to_3 = {0, 3};
    WS_FIELD_DESCRIPTION numbers = FIELD(ARRAYS, numbers, WS_REPEATING_ELEMENT_FIELD_MAPPING, WS_INT32_TYPE, .itemLocalName = X("n"),
        .itemNs = &none, .countOffset = offsetof(ARRAYS, number_count), .itemRange = &up_to_3);
    WS_FIELD_DESCRIPTION lines = FIELD(ARRAYS, lines, WS_REPEATING_ELEMENT_FIELD_MAPPING, WS_STRUCT_TYPE, .typeDescription = &line,
        .localName = X("lines"), .ns = &none, .itemLocalName = X("l"), .itemNs = &none, .countOffset = offsetof(ARRAYS, line_count));
    WS_FIELD_DESCRIPTION pointers = FIELD(ARRAYS, pointers, WS_REPEATING_ELEMENT_FIELD_MAPPING, WS_INT32_TYPE, .localName = X("ps"), .ns = &none,
        .itemLocalName = X("p"), .itemNs = &none, .countOffset = offsetof(ARRAYS, pointer_count),
        .options = WS_FIELD_POINTER | WS_FIELD_NILLABLE | WS_FIELD_NILLABLE_ITEM);
    WS_FIELD_DESCRIPTION names = FIELD(ARRAYS, names, WS_REPEATING_ELEMENT_FIELD_MAPPING, WS_STRING_TYPE, .localName = X("names"), .ns = &none,
        .itemLocalName = X("name"), .itemNs = &none, .countOffset = offsetof(ARRAYS, name_count), .options = WS_FIELD_OPTIONAL | WS_FIELD_NILLABLE_ITEM);
    WS_FIELD_DESCRIPTION* fields[] = {&numbers, &lines, &pointers, &names};
    WS_STRUCT_DESCRIPTION description = STRUCT(ARRAYS, fields);
    AGAIN("<t><n>1</n><n>2</n><n>3</n><lines><l><sku>1</sku></l><l><sku>2</sku><next><sku>3</sku><next><sku>4</sku></next></next></l></lines>"
          "<ps><p>5</p><p" NIL "<p>6</p></ps><names><name>a</name><name" NIL "<name/></names></t>", &description);
    AGAIN("<t><lines/><ps/><names/></t>", &description);
    AGAIN("<t><lines/><ps" NIL "</t>", &description);
    ARRAYS* v = read_struct("<t><ps xmlns:xsi='" XSI "' xsi:nil='true'/></t>", &description);
    CHECK(v->number_count == 0 && v->numbers == NULL && v->line_count == 0 && v->lines == NULL && v->pointers == NULL && v->names == NULL);
    v = read_struct("<t><lines> <l><sku>1</sku></l>\n<l><sku>2</sku></l> </lines></t>", &description);
    CHECK(v->line_count == 2 && v->lines[1].sku == 2 && v->lines[1].next == NULL);
    BAD("<t><n>1</n><n>2</n><n>3</n><n>4</n></t>", &description);
    CHECK(error_says(g_error, "0 to 3 items expected; found 4"));
    BAD("<t><lines><l><sku>1</sku></l><m/></lines></t>", &description);
    BAD("<t><lines a='1'/></t>", &description);
    BAD("<t><lines>x</lines></t>", &description);
    BAD("<t><lines xmlns:xsi='" XSI "' xsi:nil='true'/></t>", &description);
    BAD("<t><lines/><lines/></t>", &description);
    WS_ITEM_RANGE from_1 = {1, 0xffffffff};
    numbers.itemRange = &from_1;
    BAD("<t/>", &description);
    lines.itemRange = &from_1;
    BAD("<t><n>1</n></t>", &description);
    BAD("<t><n>1</n><lines/></t>", &description);
    read_struct("<t><n>1</n><lines><l><sku>1</sku></l></lines></t>", &description);
    memset(v, 0, sizeof *v);
    v->number_count = 1;
    EXPECT(E_INVALIDARG, write_struct(&description, v));

    /* As many as the heap allows, and values that go round in a circle. */
    WS_HEAP *large = heap, *small = NULL;
    OK(WsCreateHeap(600, 0, NULL, 0, &small, g_error));
    heap = small;
    char document[2000] = "<t>";
    numbers.itemRange = NULL;
    lines.itemRange = NULL;
    for (int i = 0; i < 130; i++)
        strcat(document, "<n>1</n>");
    strcat(document, "</t>");
    v = read_struct(document, &description);
    CHECK(v->number_count == 130 && v->numbers[129] == 1);
    OK(WsResetHeap(small, g_error));
    document[strlen(document) - 4] = 0;
    for (int i = 0; i < 20; i++)
        strcat(document, "<n>1</n>");
    strcat(document, "</t>");
    EXPECT(WS_E_QUOTA_EXCEEDED, from_text(document, WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_POINTER, &v, sizeof v));
    heap = large;
    WsFreeHeap(small);
    LINE circle = {1, &circle};
    ULONG depth = 100000;
    static const WS_XML_WRITER_TEXT_ENCODING utf8 = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
    WS_XML_WRITER_BUFFER_OUTPUT out = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    WS_XML_WRITER_PROPERTY deep = {WS_XML_WRITER_PROPERTY_MAX_DEPTH, &depth, sizeof depth};
    OK(WsSetOutput(w, &utf8.encoding, &out.output, &deep, 1, g_error));
    EXPECT(WS_E_QUOTA_EXCEEDED, write_t(WS_STRUCT_TYPE, &line, WS_WRITE_REQUIRED_VALUE, &circle, sizeof circle));
}

/* ---- unions ---- */

typedef struct {
    enum { NOTHING = 0, A = 20, B = 10, LIST = 5, ANY = 30 } choice;
    union {
        int a;
        WS_STRING b;
        struct {
            ULONG count;
            int* items;
        } list;
        WS_XML_BUFFER* any;
    } value;
} CHOICE;

typedef struct {
    CHOICE one;
    ULONG count;
    CHOICE* many;
} CHOICES;

static void unions(void)
{
    WS_UNION_FIELD_DESCRIPTION a = {A, ELEMENT(CHOICE, value.a, WS_INT32_TYPE, .options = 0)};
    a.field.localName = X("a");
    WS_UNION_FIELD_DESCRIPTION b = {B, FIELD(CHOICE, value.b, WS_ELEMENT_FIELD_MAPPING, WS_STRING_TYPE, .localName = X("b"), .ns = &none, .options = WS_FIELD_NILLABLE)};
    WS_UNION_FIELD_DESCRIPTION list = {LIST, FIELD(CHOICE, value.list.items, WS_REPEATING_ELEMENT_FIELD_MAPPING, WS_INT32_TYPE, .localName = X("list"),
        .ns = &none, .itemLocalName = X("i"), .itemNs = &none, .countOffset = offsetof(CHOICE, value.list.count))};
    WS_UNION_FIELD_DESCRIPTION any = {ANY, FIELD(CHOICE, value.any, WS_ANY_ELEMENT_FIELD_MAPPING, WS_XML_BUFFER_TYPE, .ns = NULL)};
    WS_UNION_FIELD_DESCRIPTION* choices[] = {&a, &b, &list, &any};
    ULONG by_value[] = {2, 1, 0, 3};
    WS_UNION_DESCRIPTION choice = {sizeof(CHOICE), 8, choices, 3, offsetof(CHOICE, choice), NOTHING, by_value};
    WS_FIELD_DESCRIPTION one = FIELD(CHOICES, one, WS_ELEMENT_CHOICE_FIELD_MAPPING, WS_UNION_TYPE, .typeDescription = &choice, .options = WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION many = FIELD(CHOICES, many, WS_REPEATING_ELEMENT_CHOICE_FIELD_MAPPING, WS_UNION_TYPE, .typeDescription = &choice,
        .localName = X("many"), .ns = &none, .countOffset = offsetof(CHOICES, count));
    WS_FIELD_DESCRIPTION* fields[] = {&one, &many};
    WS_STRUCT_DESCRIPTION description = STRUCT(CHOICES, fields);
    AGAIN("<t><a>1</a><many><b>x</b><a>2</a><list><i>1</i><i>2</i></list><b" NIL "<list/></many></t>", &description);
    AGAIN("<t><many/></t>", &description);
    CHOICES* v = read_struct("<t><b>x</b></t>", &description);
    CHECK(v->one.choice == B && same_text(v->one.value.b, "x") && v->count == 0 && v->many == NULL);
    v = read_struct("<t/>", &description);
    CHECK(v->one.choice == NOTHING);
    v->one.choice = (int)99;
    EXPECT(E_INVALIDARG, write_struct(&description, v));
    BAD("<t><c/></t>", &description);
    BAD("<t><a>1</a><a>2</a></t>", &description);
    BAD("<t><a>x</a></t>", &description);
    one.options = 0;
    BAD("<t/>", &description);
    CHECK(error_says(g_error, "one of <a>, <b>, <list>"));
    v->one.choice = NOTHING;
    EXPECT(E_INVALIDARG, write_struct(&description, v));
    /* With a choice for every other element. */
    choice.fieldCount = 4;
    AGAIN("<t><z q=\"1\"/><many><y/><a>1</a></many></t>", &description);
    /* A union is also a whole content. */
    CHOICE c;
    OK(from_text("<t><b>y</b></t>", WS_UNION_TYPE, &choice, WS_READ_REQUIRED_VALUE, &c, sizeof c));
    CHECK(c.choice == B && same_text(c.value.b, "y"));
    output();
    OK(write_t(WS_UNION_TYPE, &choice, WS_WRITE_REQUIRED_VALUE, &c, sizeof c));
    WROTE("<t><b>y</b></t>");
    EXPECT(WS_E_INVALID_FORMAT, from_text("<t/>", WS_UNION_TYPE, &choice, WS_READ_REQUIRED_VALUE, &c, sizeof c));
    /* Items without a wrapper. */
    many.localName = many.ns = NULL;
    choice.fieldCount = 3;
    AGAIN("<t><a>1</a><b>x</b><a>2</a></t>", &description);
}

/* ---- anything ---- */

typedef struct {
    int a;
    WS_XML_BUFFER* one;
    ULONG count;
    WS_XML_BUFFER** many;
} ANYTHING;

static void anything(void)
{
    WS_ITEM_RANGE up_to_2 = {0, 2};
    WS_FIELD_DESCRIPTION a = ELEMENT(ANYTHING, a, WS_INT32_TYPE, .options = WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION one = FIELD(ANYTHING, one, WS_ANY_ELEMENT_FIELD_MAPPING, WS_XML_BUFFER_TYPE, .ns = NULL);
    WS_FIELD_DESCRIPTION many = FIELD(ANYTHING, many, WS_REPEATING_ANY_ELEMENT_FIELD_MAPPING, WS_XML_BUFFER_TYPE, .countOffset = offsetof(ANYTHING, count), .itemRange = &up_to_2);
    WS_FIELD_DESCRIPTION* fields[] = {&a, &one, &many};
    WS_STRUCT_DESCRIPTION description = STRUCT(ANYTHING, fields);
    AGAIN("<t><a>1</a><b c=\"d\">e</b></t>", &description);
    AGAIN("<t><b/><c/><d/></t>", &description);
    BAD("<t/>", &description);
    BAD("<t><b/><c/><d/><e/></t>", &description);
    BAD("<t><b/>x</t>", &description);
    one.options = WS_FIELD_OPTIONAL;
    ANYTHING* v = read_struct("<t/>", &description);
    CHECK(v->one == NULL && v->count == 0 && v->many == NULL);
    WS_FIELD_DESCRIPTION content = FIELD(ANYTHING, one, WS_ANY_CONTENT_FIELD_MAPPING, WS_XML_BUFFER_TYPE, .ns = NULL);
    WS_FIELD_DESCRIPTION* with_content[] = {&a, &content};
    WS_STRUCT_DESCRIPTION mixed = STRUCT(ANYTHING, with_content);
    AGAIN("<t><a>1</a>text<b/>more<!--c--></t>", &mixed);
    AGAIN("<t/>", &mixed);
    WS_FIELD_DESCRIPTION gone = {.mapping = WS_ANY_CONTENT_FIELD_MAPPING, .type = WS_VOID_TYPE};
    WS_FIELD_DESCRIPTION* with_void[] = {&a, &gone};
    WS_STRUCT_DESCRIPTION skipped = STRUCT(ANYTHING, with_void);
    v = read_struct("<t><a>1</a>text<b/></t>", &skipped);
    CHECK(v->a == 1);
    WS_FIELD_DESCRIPTION any_gone = {.mapping = WS_REPEATING_ANY_ELEMENT_FIELD_MAPPING, .type = WS_VOID_TYPE, .itemRange = &up_to_2};
    with_void[1] = &any_gone;
    read_struct("<t><b/><c/></t>", &skipped);
    BAD("<t><b/><c/><d/></t>", &skipped);
}

/* ---- derived types ---- */

typedef struct {
    const WS_STRUCT_DESCRIPTION* type;
    int id;
} BASE;

typedef struct {
    BASE base;
    WS_STRING extra;
} DERIVED;

typedef struct {
    BASE* one;
    ULONG count;
    BASE** many;
} SHAPES;

static void derived(void)
{
    WS_FIELD_DESCRIPTION type = FIELD(BASE, type, WS_TYPE_ATTRIBUTE_FIELD_MAPPING, WS_DESCRIPTION_TYPE, .ns = NULL);
    WS_FIELD_DESCRIPTION id = ELEMENT(BASE, id, WS_INT32_TYPE, .options = 0);
    WS_FIELD_DESCRIPTION extra = ELEMENT(DERIVED, extra, WS_STRING_TYPE, .options = 0);
    WS_FIELD_DESCRIPTION* base_fields[] = {&type, &id};
    WS_FIELD_DESCRIPTION* derived_fields[] = {&type, &id, &extra};
    WS_STRUCT_DESCRIPTION base = STRUCT(BASE, base_fields), derived = STRUCT(DERIVED, derived_fields), further = STRUCT(DERIVED, derived_fields);
    WS_STRUCT_DESCRIPTION *subs[] = {&derived}, *further_subs[] = {&further};
    base.typeLocalName = X("Base"), derived.typeLocalName = X("Derived"), further.typeLocalName = X("Further");
    base.typeNs = derived.typeNs = further.typeNs = X("urn:types");
    base.subTypes = subs, base.subTypeCount = 1, derived.parentType = &base;
    derived.subTypes = further_subs, derived.subTypeCount = 1, further.parentType = &derived;
    WS_FIELD_DESCRIPTION one = ELEMENT(SHAPES, one, WS_STRUCT_TYPE, .typeDescription = &base, .options = WS_FIELD_POINTER);
    WS_FIELD_DESCRIPTION many = FIELD(SHAPES, many, WS_REPEATING_ELEMENT_FIELD_MAPPING, WS_STRUCT_TYPE, .typeDescription = &base, .itemLocalName = X("m"),
        .itemNs = &none, .countOffset = offsetof(SHAPES, count), .options = WS_FIELD_POINTER);
    WS_FIELD_DESCRIPTION* fields[] = {&one, &many};
    WS_STRUCT_DESCRIPTION description = STRUCT(SHAPES, fields);

    const char* text = "<t xmlns:i='" XSI "' xmlns:y='urn:types'><one i:type='y:Derived'><id>1</id><extra>x</extra></one>"
        "<m><id>2</id></m><m i:type='y:Base'><id>3</id></m><m i:type='y:Further'><id>4</id><extra>z</extra></m></t>";
    SHAPES* v = read_struct(text, &description);
    CHECK(v->one->type == &derived && v->one->id == 1 && same_text(((DERIVED*)v->one)->extra, "x"));
    CHECK(v->count == 3 && v->many[0]->type == &base && v->many[1]->type == &base && v->many[2]->type == &further);
    OK(write_struct(&description, v));
    WS_BYTES bytes;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
    char copy[1000] = {0};
    memcpy(copy, bytes.bytes, bytes.length);
    CHECK(strstr(copy, "type=\"") != NULL && strstr(copy, "Further") != NULL && strstr(copy, "Base") == NULL);
    v = read_struct(copy, &description);
    CHECK(v->one->type == &derived && v->many[1]->type == &base && v->many[2]->type == &further);
    BAD("<t xmlns:i='" XSI "'><one i:type='Derived'><id>1</id><extra/></one></t>", &description);
    CHECK(error_says(g_error, "neither 'Base' nor derived from it"));
    BAD("<t xmlns:i='" XSI "'><one i:type='q:Derived'><id>1</id><extra/></one></t>", &description);
    base.structOptions = WS_STRUCT_ABSTRACT;
    BAD("<t><one><id>1</id></one></t>", &description);
    EXPECT(E_INVALIDARG, write_struct(&description, v));
    base.structOptions = 0;

    /* At the top: the size is that of the type that the value has; a derived one needs a pointer. */
    DERIVED d = {{&derived, 5}, {0, NULL}};
    output();
    OK(write_t(WS_STRUCT_TYPE, &base, WS_WRITE_REQUIRED_VALUE, &d, sizeof d));
    EXPECT(E_INVALIDARG, write_t(WS_STRUCT_TYPE, &base, WS_WRITE_REQUIRED_VALUE, &d, sizeof(BASE)));
    BASE b;
    const char* top = "<t xmlns:i='" XSI "' xmlns:y='urn:types' i:type='y:Derived'><id>1</id><extra>x</extra></t>";
    EXPECT(WS_E_INVALID_FORMAT, from_text(top, WS_STRUCT_TYPE, &base, WS_READ_REQUIRED_VALUE, &b, sizeof b));
    OK(from_text("<t><id>1</id></t>", WS_STRUCT_TYPE, &base, WS_READ_REQUIRED_VALUE, &b, sizeof b));
    CHECK(b.type == &base);
    void* pointer;
    OK(from_text(top, WS_STRUCT_TYPE, &base, WS_READ_REQUIRED_POINTER, &pointer, sizeof pointer));
    CHECK(((DERIVED*)pointer)->base.type == &derived);
    b.type = &description;
    EXPECT(E_INVALIDARG, write_t(WS_STRUCT_TYPE, &base, WS_WRITE_REQUIRED_VALUE, &b, sizeof b));
    b.type = NULL;
    EXPECT(E_INVALIDARG, write_t(WS_STRUCT_TYPE, &base, WS_WRITE_REQUIRED_VALUE, &b, sizeof b));
    /* An empty struct. */
    WS_STRUCT_DESCRIPTION empty = {.size = 0, .alignment = 1};
    OK(from_text("<t/>", WS_STRUCT_TYPE, &empty, WS_READ_REQUIRED_POINTER, &pointer, sizeof pointer));
    CHECK(pointer != NULL);
    output();
    OK(write_t(WS_STRUCT_TYPE, &empty, WS_WRITE_REQUIRED_POINTER, &pointer, sizeof pointer));
    WROTE("<t/>");
}

int main(void)
{
    typed_start();
    attributes();
    elements();
    text();
    arrays();
    unions();
    anything();
    derived();
    typed_end();
    return 0;
}
