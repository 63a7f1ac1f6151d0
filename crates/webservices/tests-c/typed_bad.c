/* Descriptions that contradict themselves: E_INVALIDARG, with words, and never a crash. */
#include "typed.h"

typedef struct {
    int a;
    int b;
    void* p;
    ULONG count;
} S;

/* A good description, of which each case spoils something. */
static WS_FIELD_DESCRIPTION field, other;
static WS_FIELD_DESCRIPTION* fields[2];
static WS_STRUCT_DESCRIPTION description;
static WS_UNION_DESCRIPTION choice;
static WS_UNION_FIELD_DESCRIPTION choice_a, choice_b;
static WS_UNION_FIELD_DESCRIPTION* choices[2];

static void good(void)
{
    static WS_XML_STRING name_a = WS_XML_STRING_VALUE("a"), name_b = WS_XML_STRING_VALUE("b");
    static const WS_FIELD_DESCRIPTION a = {.mapping = WS_ELEMENT_FIELD_MAPPING, .type = WS_INT32_TYPE, .offset = offsetof(S, a)};
    field = other = a;
    field.localName = &name_a, other.localName = &name_b;
    field.ns = other.ns = &none;
    other.offset = offsetof(S, b);
    fields[0] = &field, fields[1] = &other;
    memset(&description, 0, sizeof description);
    description.size = sizeof(S), description.alignment = 8;
    description.fields = fields, description.fieldCount = 2;
    choice_a.value = 1, choice_a.field = field, choice_b.value = 2, choice_b.field = other;
    choice_a.field.offset = choice_b.field.offset = 4;
    choices[0] = &choice_a, choices[1] = &choice_b;
    memset(&choice, 0, sizeof choice);
    choice.size = 8, choice.alignment = 4, choice.fields = choices, choice.fieldCount = 2;
}

/* Reads and writes a value of the description: both are refused, and the reader goes on. */
static void refused(int line, WS_TYPE type, void* what)
{
    void* value = NULL;
    S s;
    memset(&s, 0, sizeof s);
    input("<t><a>1</a><b>2</b></t>");
    expect(__FILE__, line, "read", E_INVALIDARG, read_t(type, what, WS_READ_REQUIRED_POINTER, &value, sizeof value), g_error);
    CHECK(error_says(g_error, "WsReadElement failed: an argument is not valid (E_INVALIDARG)"));
    OK(WsResetError(g_error));
    OK(WsReadStartElement(r, g_error));
    value = &s;
    output();
    expect(__FILE__, line, "write", E_INVALIDARG, write_t(type, what, WS_WRITE_REQUIRED_POINTER, &value, sizeof value), g_error);
    OK(WsWriteStartElement(w, NULL, X("t"), &none, g_error));
    good();
}
#define REFUSED(spoil) \
    do { \
        good(); \
        spoil; \
        refused(__LINE__, WS_STRUCT_TYPE, &description); \
    } while (0)
#define REFUSED_UNION(spoil) \
    do { \
        good(); \
        spoil; \
        refused(__LINE__, WS_UNION_TYPE, &choice); \
    } while (0)

static void structs(void)
{
    S s;
    good();
    OK(from_text("<t><a>1</a><b>2</b></t>", WS_STRUCT_TYPE, &description, WS_READ_REQUIRED_VALUE, &s, sizeof s));
    CHECK(s.a == 1 && s.b == 2);
    refused(__LINE__, WS_STRUCT_TYPE, NULL);
    refused(__LINE__, WS_STRUCT_TYPE, (char*)&description + 1);
    REFUSED(description.alignment = 0);
    REFUSED(description.alignment = 16);
    REFUSED(description.alignment = 3);
    REFUSED(description.size = 7);
    REFUSED(description.size = 0);
    REFUSED(description.fields = NULL);
    REFUSED(fields[1] = NULL);
    REFUSED(description.structOptions = 8);
    REFUSED(description.subTypeCount = 1);
    REFUSED(description.typeLocalName = &none);
    REFUSED(field.mapping = 13);
    REFUSED(field.mapping = -1);
    REFUSED(field.type = 35);
    REFUSED(field.type = -1);
    REFUSED(field.localName = NULL);
    REFUSED(field.ns = NULL);
    REFUSED(field.localName = &none);
    REFUSED(field.localName = X("a b"));
    REFUSED(field.localName = X("p:a"));
    REFUSED(field.localName = X("\xff"));
    REFUSED(field.localName = &(WS_XML_STRING){.length = 1});
    REFUSED(field.offset = sizeof(S));
    REFUSED(field.offset = 0xffffffff);
    REFUSED(field.offset = offsetof(S, b));
    REFUSED(field.offset = 2);
    REFUSED(field.options = 32);
    REFUSED(field.options = WS_FIELD_NILLABLE);
    REFUSED(field.options = WS_FIELD_NILLABLE_ITEM | WS_FIELD_POINTER);
    REFUSED(field.options = WS_FIELD_OTHER_NAMESPACE);
    REFUSED(field.type = WS_WSZ_TYPE; field.offset = offsetof(S, p); field.options = WS_FIELD_POINTER);
    REFUSED(field.type = WS_XML_BUFFER_TYPE; field.offset = offsetof(S, p); field.options = WS_FIELD_POINTER);
    REFUSED(field.type = WS_CHAR_ARRAY_TYPE; field.offset = offsetof(S, p); field.countOffset = 0xffffffff);
    REFUSED(field.type = WS_CHAR_ARRAY_TYPE; field.offset = offsetof(S, p); field.countOffset = offsetof(S, p) + 4);
    REFUSED(field.type = WS_STRUCT_TYPE);
    REFUSED(field.type = WS_STRUCT_TYPE; field.typeDescription = &description; fields[1] = &field; description.fieldCount = 1);
    REFUSED(field.type = WS_STRUCT_TYPE; field.typeDescription = &description; field.options = WS_FIELD_OPTIONAL; description.fieldCount = 1);
    REFUSED(field.type = WS_UNION_TYPE; field.typeDescription = &choice);
    REFUSED(field.type = WS_DESCRIPTION_TYPE; field.offset = offsetof(S, p));
    REFUSED(field.type = WS_ANY_ATTRIBUTES_TYPE; field.offset = offsetof(S, p));
    REFUSED(field.type = WS_ENUM_TYPE);
    REFUSED(field.type = WS_CUSTOM_TYPE);
    REFUSED(field.typeDescription = &((WS_INT32_DESCRIPTION){2, 1}));
    REFUSED(field.mapping = WS_TYPE_ATTRIBUTE_FIELD_MAPPING);
    REFUSED(other.mapping = WS_TYPE_ATTRIBUTE_FIELD_MAPPING; other.type = WS_DESCRIPTION_TYPE; other.offset = offsetof(S, p));
    REFUSED(other.mapping = WS_ATTRIBUTE_FIELD_MAPPING);
    REFUSED(other.mapping = WS_TEXT_FIELD_MAPPING);
    REFUSED(field.mapping = WS_TEXT_FIELD_MAPPING);
    REFUSED(field.mapping = other.mapping = WS_TEXT_FIELD_MAPPING);
    REFUSED(field.mapping = WS_TEXT_FIELD_MAPPING; field.options = WS_FIELD_OPTIONAL; description.fieldCount = 1);
    REFUSED(field.mapping = other.mapping = WS_ATTRIBUTE_FIELD_MAPPING; other.localName = field.localName);
    REFUSED(field.mapping = WS_ATTRIBUTE_FIELD_MAPPING; field.options = WS_FIELD_POINTER);
    REFUSED(field.mapping = WS_ATTRIBUTE_FIELD_MAPPING; field.options = WS_FIELD_NILLABLE);
    REFUSED(field.mapping = WS_XML_ATTRIBUTE_FIELD_MAPPING; field.localName = NULL);
    REFUSED(field.mapping = WS_ELEMENT_CHOICE_FIELD_MAPPING);
    REFUSED(field.mapping = WS_ELEMENT_CHOICE_FIELD_MAPPING; field.type = WS_UNION_TYPE; field.typeDescription = &choice; field.offset = 16);
    REFUSED(field.mapping = WS_REPEATING_ELEMENT_CHOICE_FIELD_MAPPING; field.offset = offsetof(S, p); field.countOffset = offsetof(S, count));
    REFUSED(field.mapping = WS_ANY_ELEMENT_FIELD_MAPPING);
    REFUSED(field.mapping = WS_ANY_CONTENT_FIELD_MAPPING; field.type = WS_XML_BUFFER_TYPE; field.offset = offsetof(S, p); field.localName = field.ns = NULL);
    REFUSED(field.mapping = WS_ANY_ATTRIBUTES_FIELD_MAPPING; field.type = WS_VOID_TYPE);
    REFUSED(field.mapping = WS_NO_FIELD_MAPPING; field.options = WS_FIELD_OPTIONAL);
    /* Defaults. */
    static int one = 1;
    static WS_DEFAULT_VALUE whole = {&one, 4}, half = {&one, 2}, null = {NULL, 4};
    REFUSED(field.defaultValue = &half);
    REFUSED(field.defaultValue = &null);
    REFUSED(field.defaultValue = &whole; field.options = WS_FIELD_POINTER; field.offset = offsetof(S, p));
    REFUSED(field.defaultValue = &whole; field.mapping = WS_TEXT_FIELD_MAPPING; description.fieldCount = 1);
}

static void arrays(void)
{
    WS_ITEM_RANGE empty = {2, 1};
#define ARRAY(spoil) \
    REFUSED(field.mapping = WS_REPEATING_ELEMENT_FIELD_MAPPING; field.offset = offsetof(S, p); field.countOffset = offsetof(S, count); \
        field.localName = field.ns = NULL; field.itemLocalName = X("i"); field.itemNs = &none; spoil)
    ARRAY(field.itemLocalName = NULL);
    ARRAY(field.itemNs = NULL);
    ARRAY(field.itemLocalName = field.itemNs = NULL);
    ARRAY(field.localName = X("w"));
    ARRAY(field.ns = &none);
    ARRAY(field.itemLocalName = X("<"));
    ARRAY(field.countOffset = 0xffffffff);
    ARRAY(field.countOffset = offsetof(S, b));
    ARRAY(field.offset = offsetof(S, count));
    ARRAY(field.itemRange = &empty);
    ARRAY(field.options = WS_FIELD_NILLABLE);
    ARRAY(field.options = WS_FIELD_NILLABLE_ITEM);
    ARRAY(field.type = WS_BYTE_ARRAY_TYPE);
    ARRAY(field.type = WS_VOID_TYPE);
    ARRAY(field.defaultValue = &((WS_DEFAULT_VALUE){&empty, 8}));
}

static void unions(void)
{
    CHECK(choice.fieldCount == 2);
    int c[2];
    OK(from_text("<t><b>2</b></t>", WS_UNION_TYPE, &choice, WS_READ_REQUIRED_VALUE, c, sizeof c));
    CHECK(c[0] == 2 && c[1] == 2);
    REFUSED_UNION(choice.alignment = 5);
    REFUSED_UNION(choice.enumOffset = 8);
    REFUSED_UNION(choice.enumOffset = 0xfffffffe);
    REFUSED_UNION(choice.enumOffset = 4);
    REFUSED_UNION(choice.size = 7);
    REFUSED_UNION(choice.fields = NULL);
    REFUSED_UNION(choices[0] = NULL);
    REFUSED_UNION(choice_b.value = 1);
    REFUSED_UNION(choice_b.field.localName = X("a"));
    REFUSED_UNION(choice_b.field.options = WS_FIELD_OPTIONAL);
    REFUSED_UNION(choice_b.field.mapping = WS_ATTRIBUTE_FIELD_MAPPING);
    REFUSED_UNION(choice_b.field.mapping = WS_TEXT_FIELD_MAPPING);
    REFUSED_UNION(choice_a.field.mapping = WS_ANY_ELEMENT_FIELD_MAPPING; choice_a.field.type = WS_VOID_TYPE; choice_a.field.localName = choice_a.field.ns = NULL);
    static ULONG beyond[] = {0, 2};
    REFUSED_UNION(choice.valueIndices = beyond);
    choice_b.field.type = WS_UNION_TYPE;
}

/* Descriptions that contain each other are fine with pointers, and found out without. */
static void circles(void)
{
    typedef struct NODE {
        struct NODE* next;
        int value;
    } NODE;
    WS_FIELD_DESCRIPTION value = ELEMENT(NODE, value, WS_INT32_TYPE, .options = 0);
    WS_FIELD_DESCRIPTION next = ELEMENT(NODE, next, WS_STRUCT_TYPE, .options = WS_FIELD_POINTER | WS_FIELD_OPTIONAL);
    WS_FIELD_DESCRIPTION* both[] = {&value, &next};
    WS_STRUCT_DESCRIPTION node = STRUCT(NODE, both);
    next.typeDescription = &node;
    AGAIN("<t><value>1</value><next><value>2</value></next></t>", &node);
    /* Deeper than the reader allows, and deeper than values may nest. */
    char* deep = malloc(300 * 60);
    CHECK(deep != NULL);
    strcpy(deep, "<t><value>1</value>");
    for (int i = 0; i < 290; i++)
        strcat(deep, "<next><value>1</value>");
    for (int i = 0; i < 290; i++)
        strcat(deep, "</next>");
    strcat(deep, "</t>");
    void* p;
    EXPECT(WS_E_QUOTA_EXCEEDED, from_text(deep, WS_STRUCT_TYPE, &node, WS_READ_REQUIRED_POINTER, &p, sizeof p));
    ULONG depth = 1000;
    static const WS_XML_READER_TEXT_ENCODING utf8 = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_AUTO};
    WS_XML_READER_BUFFER_INPUT in = {{WS_XML_READER_INPUT_TYPE_BUFFER}, deep, (ULONG)strlen(deep)};
    WS_XML_READER_PROPERTY more = {WS_XML_READER_PROPERTY_MAX_DEPTH, &depth, sizeof depth};
    OK(WsSetInput(r, &utf8.encoding, &in.input, &more, 1, g_error));
    EXPECT(WS_E_QUOTA_EXCEEDED, read_t(WS_STRUCT_TYPE, &node, WS_READ_REQUIRED_POINTER, &p, sizeof p));
    CHECK(error_says(g_error, "nested more than 200 levels deep"));
    free(deep);
}

int main(void)
{
    typed_start();
    structs();
    arrays();
    unions();
    circles();
    typed_end();
    return 0;
}
