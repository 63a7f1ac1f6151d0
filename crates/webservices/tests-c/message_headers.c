/* Headers of one's own, mapped ones, and the header buffer read and written by hand. */
#include "messages.h"

typedef struct {
    int level;
    WS_STRING who;
} PRIORITY;

static WS_FIELD_DESCRIPTION level = {WS_ATTRIBUTE_FIELD_MAPPING, X("level"), X(""), WS_INT32_TYPE, NULL,
    offsetof(PRIORITY, level), 0, NULL, 0, NULL, NULL, NULL};
static WS_FIELD_DESCRIPTION who = {WS_ELEMENT_FIELD_MAPPING, X("who"), X("urn:h"), WS_STRING_TYPE, NULL,
    offsetof(PRIORITY, who), 0, NULL, 0, NULL, NULL, NULL};
static WS_FIELD_DESCRIPTION* fields[] = {&level, &who};
static WS_STRUCT_DESCRIPTION priority_type = {sizeof(PRIORITY), _Alignof(PRIORITY), fields, 2, X("priority"), X("urn:h"),
    NULL, NULL, 0, 0};
static WS_ELEMENT_DESCRIPTION priority = {X("priority"), X("urn:h"), WS_STRUCT_TYPE, &priority_type};
static WS_ELEMENT_DESCRIPTION count = {X("count"), X("urn:h"), WS_INT32_TYPE, NULL};

static void add_count(WS_MESSAGE* message, int number, ULONG attributes)
{
    OK(WsAddCustomHeader(message, &count, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, attributes, g_error));
}

static void custom(void)
{
    WS_MESSAGE* message = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0);
    PRIORITY urgent = {5, WS_STRING_VALUE(u"me")}, *back = NULL;
    EXPECT(WS_E_INVALID_OPERATION,
        WsAddCustomHeader(message, &priority, WS_WRITE_REQUIRED_VALUE, &urgent, sizeof urgent, 0, NULL));
    OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
    OK(WsAddCustomHeader(message, &priority, WS_WRITE_REQUIRED_VALUE, &urgent, sizeof urgent,
        WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE | WS_RELAY_HEADER_ATTRIBUTE, g_error));
    add_count(message, 1, 0);
    add_count(message, 2, WS_RELAY_HEADER_ATTRIBUTE);
    EXPECT(E_INVALIDARG,
        WsAddCustomHeader(message, &priority, WS_WRITE_REQUIRED_VALUE, &urgent, sizeof urgent, 4, NULL));
    EXPECT(E_INVALIDARG, WsAddCustomHeader(message, &priority, WS_WRITE_REQUIRED_VALUE, &urgent, 3, 0, NULL));
    write_message(message, 1);
    static const char text[] =
        "<s:Envelope xmlns:s=\"" SOAP12 "\" xmlns:a=\"" WSA10 "\"><s:Header>"
        "<priority s:mustUnderstand=\"1\" s:relay=\"1\" level=\"5\" xmlns=\"urn:h\"><who>me</who></priority>"
        "<count xmlns=\"urn:h\">1</count><count s:relay=\"1\" xmlns=\"urn:h\">2</count></s:Header>"
        "<s:Body><go xmlns=\"urn:b\">1</go></s:Body></s:Envelope>";
    WROTE(text);
    OK(WsResetMessage(message, g_error));

    read_message(message, text);
    EXPECT(WS_E_INVALID_FORMAT, WsCheckMustUnderstandHeaders(message, NULL));
    ULONG attributes = 77;
    int number = 0, *pointer = &number;
    OK(WsGetCustomHeader(message, &priority, WS_SINGLETON_HEADER, 0, WS_READ_REQUIRED_POINTER, heap, &back, sizeof back,
        &attributes, g_error));
    CHECK(back->level == 5 && same_text(back->who, "me"));
    CHECK(attributes == (WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE | WS_RELAY_HEADER_ATTRIBUTE));
    OK(WsCheckMustUnderstandHeaders(message, g_error));
    for (ULONG i = 0; i < 2; i++) {
        OK(WsGetCustomHeader(message, &count, WS_REPEATING_HEADER, i, WS_READ_REQUIRED_VALUE, NULL, &number, sizeof number,
            &attributes, g_error));
        CHECK(number == (int)i + 1 && attributes == (i == 1 ? WS_RELAY_HEADER_ATTRIBUTE : 0));
    }
    EXPECT(WS_E_INVALID_FORMAT, WsGetCustomHeader(message, &count, WS_REPEATING_HEADER, 2, WS_READ_REQUIRED_VALUE, NULL,
        &number, sizeof number, NULL, NULL));
    OK(WsGetCustomHeader(message, &count, WS_REPEATING_HEADER, 2, WS_READ_OPTIONAL_POINTER, heap, &pointer,
        sizeof pointer, NULL, g_error));
    CHECK(pointer == NULL);
    EXPECT(WS_E_INVALID_FORMAT, WsGetCustomHeader(message, &count, WS_SINGLETON_HEADER, 0, WS_READ_REQUIRED_VALUE, NULL,
        &number, sizeof number, NULL, NULL));
    EXPECT(E_INVALIDARG, WsGetCustomHeader(message, &count, WS_SINGLETON_HEADER, 1, WS_READ_REQUIRED_VALUE, NULL, &number,
        sizeof number, NULL, NULL));
    EXPECT(E_INVALIDARG, WsGetCustomHeader(message, &count, 3, 0, WS_READ_REQUIRED_VALUE, NULL, &number, sizeof number,
        NULL, NULL));
    OK(WsRemoveCustomHeader(message, X("count"), X("urn:h"), g_error));
    OK(WsGetCustomHeader(message, &count, WS_REPEATING_HEADER, 0, WS_READ_OPTIONAL_POINTER, heap, &pointer,
        sizeof pointer, NULL, g_error));
    CHECK(pointer == NULL);
    WsFreeMessage(message);
}

static void mapped(void)
{
    WS_MESSAGE* message = create(WS_ENVELOPE_VERSION_SOAP_1_1, WS_ADDRESSING_VERSION_TRANSPORT);
    OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
    WS_STRING text = S(u"PUT"), *optional = &text;
    WCHAR* wsz = (WCHAR*)u"second";
    OK(WsAddMappedHeader(message, X("Verb"), WS_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, &text, sizeof text, g_error));
    OK(WsAddMappedHeader(message, X("Verb"), WS_WSZ_TYPE, WS_WRITE_REQUIRED_POINTER, &wsz, sizeof wsz, g_error));
    EXPECT(E_INVALIDARG,
        WsAddMappedHeader(message, X("Verb"), WS_INT32_TYPE, WS_WRITE_REQUIRED_VALUE, &text, sizeof text, NULL));
    OK(WsGetMappedHeader(message, X("Verb"), WS_REPEATING_HEADER, 1, WS_STRING_TYPE, WS_READ_REQUIRED_VALUE, heap, &text,
        sizeof text, g_error));
    CHECK(same_text(text, "second"));
    EXPECT(WS_E_INVALID_FORMAT, WsGetMappedHeader(message, X("Verb"), WS_SINGLETON_HEADER, 0, WS_STRING_TYPE,
        WS_READ_REQUIRED_VALUE, heap, &text, sizeof text, NULL));
    OK(WsRemoveMappedHeader(message, X("Verb"), g_error));
    OK(WsGetMappedHeader(message, X("Verb"), WS_SINGLETON_HEADER, 0, WS_STRING_TYPE, WS_READ_OPTIONAL_POINTER, heap,
        &optional, sizeof optional, g_error));
    CHECK(optional == NULL);
    WsFreeMessage(message);
}

static void by_hand(void)
{
    WS_MESSAGE* message = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_TRANSPORT);
    OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
    WS_XML_BUFFER* buffer = NULL;
    WS_XML_NODE_POSITION position;
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_HEADER_BUFFER, &buffer, sizeof buffer, g_error));
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_HEADER_POSITION, &position, sizeof position, g_error));
    CHECK(position.buffer == buffer);
    OK(WsSetOutputToBuffer(w, buffer, NULL, 0, g_error));
    OK(WsSetWriterPosition(w, &position, g_error));
    OK(WsMoveWriter(w, WS_MOVE_TO_END_ELEMENT, NULL, g_error));
    OK(WsWriteStartElement(w, NULL, X("mine"), X("urn:m"), g_error));
    OK(WsWriteStartAttribute(w, NULL, X("mustUnderstand"), X(SOAP12), FALSE, g_error));
    OK(WsWriteChars(w, u"true", 4, g_error));
    OK(WsWriteEndAttribute(w, g_error));
    OK(WsWriteEndElement(w, g_error));
    /* A message cannot be written into itself. */
    EXPECT(E_INVALIDARG, WsWriteEnvelopeStart(message, w, NULL, NULL, NULL));
    /* What the library sets later is in the same buffer. */
    add_count(message, 3, 0);
    write_message(message, 1);
    static const char text[] = "<s:Envelope xmlns:s=\"" SOAP12 "\"><s:Header>"
                               "<mine s:mustUnderstand=\"true\" xmlns=\"urn:m\"/><count xmlns=\"urn:h\">3</count></s:Header>"
                               "<s:Body><go xmlns=\"urn:b\">1</go></s:Body></s:Envelope>";
    WROTE(text);
    OK(WsResetMessage(message, g_error));

    read_message(message, text);
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_HEADER_BUFFER, &buffer, sizeof buffer, g_error));
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_HEADER_POSITION, &position, sizeof position, g_error));
    WS_XML_READER* own = NULL;
    OK(WsCreateReader(NULL, 0, &own, g_error));
    OK(WsSetInputToBuffer(own, buffer, NULL, 0, g_error));
    OK(WsSetReaderPosition(own, &position, g_error));
    OK(WsMoveReader(own, WS_MOVE_TO_CHILD_ELEMENT, NULL, g_error));
    ULONG attributes = 0;
    OK(WsGetHeaderAttributes(message, own, &attributes, g_error));
    CHECK(attributes == WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE);
    OK(WsResetError(g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsCheckMustUnderstandHeaders(message, g_error));
    /* The error has the fault that says so. */
    WS_FAULT* fault = NULL;
    OK(WsGetFaultErrorProperty(g_error, WS_FAULT_ERROR_PROPERTY_FAULT, &fault, sizeof fault));
    CHECK(fault != NULL && fault->code->value.localName.length == 14);
    CHECK(memcmp(fault->code->value.localName.bytes, "MustUnderstand", 14) == 0);
    WS_XML_BUFFER* not_understood = NULL;
    OK(WsGetFaultErrorProperty(g_error, WS_FAULT_ERROR_PROPERTY_HEADER, &not_understood, sizeof not_understood));
    CHECK(not_understood != NULL);
    OK(WsResetError(g_error));
    OK(WsGetFaultErrorProperty(g_error, WS_FAULT_ERROR_PROPERTY_FAULT, &fault, sizeof fault));
    CHECK(fault == NULL);
    OK(WsGetReaderPosition(own, &position, g_error));
    OK(WsMarkHeaderAsUnderstood(message, &position, g_error));
    OK(WsCheckMustUnderstandHeaders(message, g_error));
    WS_XML_BUFFER* other = NULL;
    OK(WsReadXmlBufferFromBytes(own, NULL, NULL, 0, "<a/>", 4, heap, &other, g_error));
    OK(WsSetInputToBuffer(own, other, NULL, 0, g_error));
    OK(WsGetReaderPosition(own, &position, g_error));
    EXPECT(E_INVALIDARG, WsMarkHeaderAsUnderstood(message, &position, NULL));
    WsFreeReader(own);
    WsFreeMessage(message);
}

int main(void)
{
    messages_start();
    custom();
    mapped();
    by_hand();
    messages_end();
    return 0;
}
