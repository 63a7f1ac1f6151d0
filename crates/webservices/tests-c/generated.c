/* A program in the manner of wsutil's output: everything about a schema is one constant that refers to itself.
 * generated.cpp compiles the same text as C++. */
#include "check.h"

/* Generated code leaves out what is 0 at the end of a description. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- orders.xsd.h ---- */

typedef enum _Colour {
    Colour_red = 0,
    Colour_green = 1,
} Colour;

typedef struct _LineType {
    int quantity;
    WCHAR* productName;
    WS_BYTES picture;
} LineType;

typedef enum _PaymentChoice {
    PaymentChoice_none = 0,
    PaymentChoice_cash = 1,
    PaymentChoice_card = 2,
} PaymentChoice;

typedef struct _Payment {
    PaymentChoice choice;
    union {
        DECIMAL cash;
        WCHAR* card;
    } value;
} Payment;

typedef struct _AddressType {
    const WS_STRUCT_DESCRIPTION* _type;
    WCHAR* city;
} AddressType;

typedef struct _ForeignAddressType {
    AddressType _base;
    WCHAR* country;
} ForeignAddressType;

typedef struct _PurchaseOrderType {
    WCHAR* number;
    Colour colour;
    WS_DATETIME* date;
    ULONG lineCount;
    LineType* line;
    Payment payment;
    AddressType* address;
} PurchaseOrderType;

typedef struct _orders_xsd {
    struct {
        WS_STRUCT_DESCRIPTION PurchaseOrderType;
        WS_STRUCT_DESCRIPTION LineType;
        WS_STRUCT_DESCRIPTION AddressType;
        WS_STRUCT_DESCRIPTION ForeignAddressType;
    } globalTypes;
    struct {
        WS_ELEMENT_DESCRIPTION purchaseOrder;
    } globalElements;
} _orders_xsd;

extern const _orders_xsd orders_xsd;

/* ---- orders.xsd.c ---- */

typedef struct _orders_xsdLocalDefinitions {
    struct {
        struct {
            WS_FIELD_DESCRIPTION number;
            WS_FIELD_DESCRIPTION colour;
            WS_FIELD_DESCRIPTION date;
            WS_FIELD_DESCRIPTION line;
            WS_FIELD_DESCRIPTION payment;
            WS_FIELD_DESCRIPTION address;
            WS_FIELD_DESCRIPTION* fields[6];
        } PurchaseOrderType;
        struct {
            WS_FIELD_DESCRIPTION quantity;
            WS_FIELD_DESCRIPTION productName;
            WS_FIELD_DESCRIPTION picture;
            WS_FIELD_DESCRIPTION* fields[3];
            WS_INT32_DESCRIPTION quantityRange;
        } LineType;
        struct {
            WS_FIELD_DESCRIPTION _type;
            WS_FIELD_DESCRIPTION city;
            WS_FIELD_DESCRIPTION* fields[2];
            WS_STRUCT_DESCRIPTION* subTypes[1];
        } AddressType;
        struct {
            WS_FIELD_DESCRIPTION country;
            WS_FIELD_DESCRIPTION* fields[3];
        } ForeignAddressType;
        struct {
            WS_UNION_FIELD_DESCRIPTION cash;
            WS_UNION_FIELD_DESCRIPTION card;
            WS_UNION_FIELD_DESCRIPTION* fields[2];
            ULONG valueIndices[2];
            WS_UNION_DESCRIPTION description;
        } Payment;
        struct {
            WS_ENUM_VALUE values[2];
            ULONG nameIndices[2];
            WS_ENUM_DESCRIPTION description;
        } Colour;
    } types;
    struct {
        struct {
            WS_XML_STRING number;
            WS_XML_STRING colour;
            WS_XML_STRING date;
            WS_XML_STRING lines;
            WS_XML_STRING line;
            WS_XML_STRING cash;
            WS_XML_STRING card;
            WS_XML_STRING address;
            WS_XML_STRING quantity;
            WS_XML_STRING productName;
            WS_XML_STRING picture;
            WS_XML_STRING city;
            WS_XML_STRING country;
            WS_XML_STRING AddressType;
            WS_XML_STRING ForeignAddressType;
            WS_XML_STRING purchaseOrder;
            WS_XML_STRING ns;
            WS_XML_STRING empty;
            WS_XML_STRING red;
            WS_XML_STRING green;
        } xmlStrings;
        WS_XML_DICTIONARY dict;
    } dictionary;
} _orders_xsdLocalDefinitions;

static const _orders_xsdLocalDefinitions orders_xsdLocalDefinitions = {
    {
        {
            {
                WS_ATTRIBUTE_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.number,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.empty,
                WS_WSZ_TYPE,
                0,
                WsOffsetOf(PurchaseOrderType, number),
                0,
                0,
                0xffffffff
            },
            {
                WS_ATTRIBUTE_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.colour,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.empty,
                WS_ENUM_TYPE,
                (void*)&orders_xsdLocalDefinitions.types.Colour.description,
                WsOffsetOf(PurchaseOrderType, colour),
                WS_FIELD_OPTIONAL,
                0,
                0xffffffff
            },
            {
                WS_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.date,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_DATETIME_TYPE,
                0,
                WsOffsetOf(PurchaseOrderType, date),
                WS_FIELD_POINTER | WS_FIELD_NILLABLE,
                0,
                0xffffffff
            },
            {
                WS_REPEATING_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.lines,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_STRUCT_TYPE,
                (void*)&orders_xsd.globalTypes.LineType,
                WsOffsetOf(PurchaseOrderType, line),
                0,
                0,
                WsOffsetOf(PurchaseOrderType, lineCount),
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.line,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                0
            },
            {
                WS_ELEMENT_CHOICE_FIELD_MAPPING,
                0,
                0,
                WS_UNION_TYPE,
                (void*)&orders_xsdLocalDefinitions.types.Payment.description,
                WsOffsetOf(PurchaseOrderType, payment),
                WS_FIELD_OPTIONAL,
                0,
                0xffffffff
            },
            {
                WS_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.address,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_STRUCT_TYPE,
                (void*)&orders_xsd.globalTypes.AddressType,
                WsOffsetOf(PurchaseOrderType, address),
                WS_FIELD_POINTER | WS_FIELD_OPTIONAL,
                0,
                0xffffffff
            },
            {
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.PurchaseOrderType.number,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.PurchaseOrderType.colour,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.PurchaseOrderType.date,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.PurchaseOrderType.line,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.PurchaseOrderType.payment,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.PurchaseOrderType.address,
            },
        },
        {
            {
                WS_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.quantity,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_INT32_TYPE,
                (void*)&orders_xsdLocalDefinitions.types.LineType.quantityRange,
                WsOffsetOf(LineType, quantity),
                0,
                0,
                0xffffffff
            },
            {
                WS_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.productName,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_WSZ_TYPE,
                0,
                WsOffsetOf(LineType, productName),
                0,
                0,
                0xffffffff
            },
            {
                WS_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.picture,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_BYTES_TYPE,
                0,
                WsOffsetOf(LineType, picture),
                WS_FIELD_OPTIONAL,
                0,
                0xffffffff
            },
            {
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.LineType.quantity,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.LineType.productName,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.LineType.picture,
            },
            { 1, 999 },
        },
        {
            {
                WS_TYPE_ATTRIBUTE_FIELD_MAPPING,
                0,
                0,
                WS_DESCRIPTION_TYPE,
                0,
                WsOffsetOf(AddressType, _type),
                0,
                0,
                0xffffffff
            },
            {
                WS_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.city,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_WSZ_TYPE,
                0,
                WsOffsetOf(AddressType, city),
                0,
                0,
                0xffffffff
            },
            {
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.AddressType._type,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.AddressType.city,
            },
            {
                (WS_STRUCT_DESCRIPTION*)&orders_xsd.globalTypes.ForeignAddressType,
            },
        },
        {
            {
                WS_ELEMENT_FIELD_MAPPING,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.country,
                (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                WS_WSZ_TYPE,
                0,
                WsOffsetOf(ForeignAddressType, country),
                0,
                0,
                0xffffffff
            },
            {
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.AddressType._type,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.AddressType.city,
                (WS_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.ForeignAddressType.country,
            },
        },
        {
            {
                PaymentChoice_cash,
                {
                    WS_ELEMENT_FIELD_MAPPING,
                    (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.cash,
                    (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                    WS_DECIMAL_TYPE,
                    0,
                    WsOffsetOf(Payment, value.cash),
                    0,
                    0,
                    0xffffffff
                },
            },
            {
                PaymentChoice_card,
                {
                    WS_ELEMENT_FIELD_MAPPING,
                    (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.card,
                    (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
                    WS_WSZ_TYPE,
                    0,
                    WsOffsetOf(Payment, value.card),
                    0,
                    0,
                    0xffffffff
                },
            },
            {
                (WS_UNION_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.Payment.card,
                (WS_UNION_FIELD_DESCRIPTION*)&orders_xsdLocalDefinitions.types.Payment.cash,
            },
            { 1, 0 },
            {
                sizeof(Payment),
                __alignof__(Payment),
                (WS_UNION_FIELD_DESCRIPTION**)&orders_xsdLocalDefinitions.types.Payment.fields,
                2,
                WsOffsetOf(Payment, choice),
                PaymentChoice_none,
                (ULONG*)&orders_xsdLocalDefinitions.types.Payment.valueIndices,
            },
        },
        {
            {
                { Colour_red, (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.red },
                { Colour_green, (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.green },
            },
            { 1, 0 },
            {
                (WS_ENUM_VALUE*)&orders_xsdLocalDefinitions.types.Colour.values,
                2,
                5,
                (ULONG*)&orders_xsdLocalDefinitions.types.Colour.nameIndices,
            },
        },
    },
    {
        {
            WS_XML_STRING_DICTIONARY_VALUE("number", &orders_xsdLocalDefinitions.dictionary.dict, 0),
            WS_XML_STRING_DICTIONARY_VALUE("colour", &orders_xsdLocalDefinitions.dictionary.dict, 1),
            WS_XML_STRING_DICTIONARY_VALUE("date", &orders_xsdLocalDefinitions.dictionary.dict, 2),
            WS_XML_STRING_DICTIONARY_VALUE("lines", &orders_xsdLocalDefinitions.dictionary.dict, 3),
            WS_XML_STRING_DICTIONARY_VALUE("line", &orders_xsdLocalDefinitions.dictionary.dict, 4),
            WS_XML_STRING_DICTIONARY_VALUE("cash", &orders_xsdLocalDefinitions.dictionary.dict, 5),
            WS_XML_STRING_DICTIONARY_VALUE("card", &orders_xsdLocalDefinitions.dictionary.dict, 6),
            WS_XML_STRING_DICTIONARY_VALUE("address", &orders_xsdLocalDefinitions.dictionary.dict, 7),
            WS_XML_STRING_DICTIONARY_VALUE("quantity", &orders_xsdLocalDefinitions.dictionary.dict, 8),
            WS_XML_STRING_DICTIONARY_VALUE("productName", &orders_xsdLocalDefinitions.dictionary.dict, 9),
            WS_XML_STRING_DICTIONARY_VALUE("picture", &orders_xsdLocalDefinitions.dictionary.dict, 10),
            WS_XML_STRING_DICTIONARY_VALUE("city", &orders_xsdLocalDefinitions.dictionary.dict, 11),
            WS_XML_STRING_DICTIONARY_VALUE("country", &orders_xsdLocalDefinitions.dictionary.dict, 12),
            WS_XML_STRING_DICTIONARY_VALUE("AddressType", &orders_xsdLocalDefinitions.dictionary.dict, 13),
            WS_XML_STRING_DICTIONARY_VALUE("ForeignAddressType", &orders_xsdLocalDefinitions.dictionary.dict, 14),
            WS_XML_STRING_DICTIONARY_VALUE("purchaseOrder", &orders_xsdLocalDefinitions.dictionary.dict, 15),
            WS_XML_STRING_DICTIONARY_VALUE("http://example.com/orders", &orders_xsdLocalDefinitions.dictionary.dict, 16),
            WS_XML_STRING_DICTIONARY_VALUE("", &orders_xsdLocalDefinitions.dictionary.dict, 17),
            WS_XML_STRING_DICTIONARY_VALUE("red", &orders_xsdLocalDefinitions.dictionary.dict, 18),
            WS_XML_STRING_DICTIONARY_VALUE("green", &orders_xsdLocalDefinitions.dictionary.dict, 19),
        },
        {
            { 0x6a1a9ea7, 0x2d1e, 0x4a5f, { 0x8f, 0x9a, 0x0b, 0x4c, 0x5d, 0x6e, 0x7f, 0x80 } },
            (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings,
            20,
            TRUE,
        },
    },
};

const _orders_xsd orders_xsd = {
    {
        {
            sizeof(PurchaseOrderType),
            __alignof__(PurchaseOrderType),
            (WS_FIELD_DESCRIPTION**)&orders_xsdLocalDefinitions.types.PurchaseOrderType.fields,
            WsCountOf(orders_xsdLocalDefinitions.types.PurchaseOrderType.fields),
            0,
            0,
            0,
            0,
            0,
            0,
        },
        {
            sizeof(LineType),
            __alignof__(LineType),
            (WS_FIELD_DESCRIPTION**)&orders_xsdLocalDefinitions.types.LineType.fields,
            WsCountOf(orders_xsdLocalDefinitions.types.LineType.fields),
        },
        {
            sizeof(AddressType),
            __alignof__(AddressType),
            (WS_FIELD_DESCRIPTION**)&orders_xsdLocalDefinitions.types.AddressType.fields,
            WsCountOf(orders_xsdLocalDefinitions.types.AddressType.fields),
            (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.AddressType,
            (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
            0,
            (WS_STRUCT_DESCRIPTION**)&orders_xsdLocalDefinitions.types.AddressType.subTypes,
            WsCountOf(orders_xsdLocalDefinitions.types.AddressType.subTypes),
        },
        {
            sizeof(ForeignAddressType),
            __alignof__(ForeignAddressType),
            (WS_FIELD_DESCRIPTION**)&orders_xsdLocalDefinitions.types.ForeignAddressType.fields,
            WsCountOf(orders_xsdLocalDefinitions.types.ForeignAddressType.fields),
            (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ForeignAddressType,
            (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
            (WS_STRUCT_DESCRIPTION*)&orders_xsd.globalTypes.AddressType,
        },
    },
    {
        {
            (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.purchaseOrder,
            (WS_XML_STRING*)&orders_xsdLocalDefinitions.dictionary.xmlStrings.ns,
            WS_STRUCT_TYPE,
            (void*)&orders_xsd.globalTypes.PurchaseOrderType,
        },
    },
};

#ifdef __cplusplus
}
#endif

/* ---- a program that uses it ---- */

static const char* order =
    "<purchaseOrder number=\"7\" colour=\"green\" xmlns=\"http://example.com/orders\"><date>2024-05-06T07:08:09Z</date>"
    "<lines><line><quantity>2</quantity><productName>Socks</productName><picture>AAEC</picture></line>"
    "<line><quantity>1</quantity><productName>Shoes</productName></line></lines><cash>12.50</cash>"
    "<address d2p1:type=\"ForeignAddressType\" xmlns:d2p1=\"http://www.w3.org/2001/XMLSchema-instance\">"
    "<city>Bern</city><country>CH</country></address></purchaseOrder>";

static void read_order(WS_XML_READER* reader, const WS_XML_READER_ENCODING* encoding, const void* bytes, ULONG length, WS_HEAP* heap, PurchaseOrderType** value)
{
    WS_XML_READER_BUFFER_INPUT in = { { WS_XML_READER_INPUT_TYPE_BUFFER }, (void*)bytes, length };
    OK(WsSetInput(reader, encoding, &in.input, NULL, 0, g_error));
    OK(WsReadElement(reader, &orders_xsd.globalElements.purchaseOrder, WS_READ_REQUIRED_POINTER, heap, value, sizeof *value, g_error));
    CHECK((*value)->number[0] == '7' && (*value)->colour == Colour_green && (*value)->date != NULL);
    CHECK((*value)->lineCount == 2 && (*value)->line[0].picture.length == 3 && (*value)->line[1].picture.bytes == NULL);
    CHECK((*value)->payment.choice == PaymentChoice_cash && (*value)->payment.value.cash.Lo64 == 1250);
    CHECK((*value)->address->_type == &orders_xsd.globalTypes.ForeignAddressType);
    CHECK(((ForeignAddressType*)(*value)->address)->country[0] == 'C');
}

int main(void)
{
    WS_HEAP* heap = NULL;
    WS_XML_READER* reader = NULL;
    WS_XML_WRITER* writer = NULL;
    WS_XML_WRITER_TEXT_ENCODING text = { { WS_XML_WRITER_ENCODING_TYPE_TEXT }, WS_CHARSET_UTF8 };
    WS_XML_WRITER_BINARY_ENCODING binary = { { WS_XML_WRITER_ENCODING_TYPE_BINARY }, (WS_XML_DICTIONARY*)&orders_xsdLocalDefinitions.dictionary.dict, NULL, NULL };
    WS_XML_READER_TEXT_ENCODING read_text = { { WS_XML_READER_ENCODING_TYPE_TEXT }, WS_CHARSET_AUTO };
    WS_XML_READER_BINARY_ENCODING read_binary = { { WS_XML_READER_ENCODING_TYPE_BINARY }, (WS_XML_DICTIONARY*)&orders_xsdLocalDefinitions.dictionary.dict, NULL };
    WS_XML_WRITER_BUFFER_OUTPUT out = { { WS_XML_WRITER_OUTPUT_TYPE_BUFFER } };
    WS_BYTES bytes;
    PurchaseOrderType* value = NULL;
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    OK(WsCreateReader(NULL, 0, &reader, g_error));
    OK(WsCreateWriter(NULL, 0, &writer, g_error));

    read_order(reader, &read_text.encoding, order, (ULONG)strlen(order), heap, &value);
    OK(WsSetOutput(writer, &binary.encoding, &out.output, NULL, 0, g_error));
    OK(WsWriteElement(writer, &orders_xsd.globalElements.purchaseOrder, WS_WRITE_REQUIRED_POINTER, &value, sizeof value, g_error));
    OK(WsGetWriterProperty(writer, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
    CHECK(bytes.length < strlen(order) / 2);
    read_order(reader, &read_binary.encoding, bytes.bytes, bytes.length, heap, &value);
    OK(WsSetOutput(writer, &text.encoding, &out.output, NULL, 0, g_error));
    OK(WsWriteElement(writer, &orders_xsd.globalElements.purchaseOrder, WS_WRITE_REQUIRED_POINTER, &value, sizeof value, g_error));
    OK(WsGetWriterProperty(writer, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
    read_order(reader, &read_text.encoding, bytes.bytes, bytes.length, heap, &value);
    CHECK(bytes.length > strlen(order) - 40 && memcmp(bytes.bytes, order, 200) == 0);

    WsFreeWriter(writer);
    WsFreeReader(reader);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
