/* Faults: written and read in both versions; errors that become faults; details tried one after the other. */
#include "messages.h"

static WS_ELEMENT_DESCRIPTION fault_body = {NULL, NULL, WS_FAULT_TYPE, NULL};
static WS_ELEMENT_DESCRIPTION number_detail = {X("number"), X("urn:d"), WS_INT32_TYPE, NULL};
static WS_ELEMENT_DESCRIPTION text_detail = {X("text"), X("urn:d"), WS_STRING_TYPE, NULL};

static int is_code(const WS_FAULT_CODE* code, const char* local, const char* ns)
{
    return code->value.localName.length == strlen(local) && memcmp(code->value.localName.bytes, local, strlen(local)) == 0
        && code->value.ns.length == strlen(ns) && memcmp(code->value.ns.bytes, ns, strlen(ns)) == 0;
}

static void written_and_read(void)
{
    static const struct {
        WS_ENVELOPE_VERSION version;
        const char* ns;
        const char* code;
        const char* fault;
    } all[] = {
        {WS_ENVELOPE_VERSION_SOAP_1_2, SOAP12, "Sender",
            "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:d6p1=\"urn:c\">d6p1:Late</s:Value></s:Subcode>"
            "</s:Code><s:Reason><s:Text xml:lang=\"en\">too late</s:Text></s:Reason><s:Role>urn:role</s:Role>"
            "<s:Detail><number xmlns=\"urn:d\">7</number></s:Detail>"},
        {WS_ENVELOPE_VERSION_SOAP_1_1, "http://schemas.xmlsoap.org/soap/envelope/", "Client",
            "<faultcode>s:Client</faultcode><faultstring xml:lang=\"en\">too late</faultstring>"
            "<faultactor>urn:role</faultactor><detail><number xmlns=\"urn:d\">7</number></detail>"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        WS_FAULT_CODE late = {{WS_XML_STRING_VALUE("Late"), WS_XML_STRING_VALUE("urn:c")}, NULL};
        WS_FAULT_CODE sender = {{WS_XML_STRING_VALUE("Sender"), WS_XML_STRING_NULL}, &late};
        WS_FAULT_REASON reason = {WS_STRING_VALUE(u"too late"), WS_STRING_VALUE(u"en")};
        WS_FAULT fault = {&sender, &reason, 1, S(u"urn:role"), S(u""), NULL}, *back = NULL;
        static const char detail[] = "<any><number xmlns='urn:d'>7</number></any>";
        OK(WsReadXmlBufferFromBytes(r, NULL, NULL, 0, detail, sizeof detail - 1, heap, &fault.detail, g_error));

        WS_MESSAGE* message = create(all[i].version, WS_ADDRESSING_VERSION_TRANSPORT);
        OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
        output();
        OK(WsWriteEnvelopeStart(message, w, NULL, NULL, g_error));
        OK(WsWriteBody(message, &fault_body, WS_WRITE_REQUIRED_VALUE, &fault, sizeof fault, g_error));
        OK(WsWriteEnvelopeEnd(message, g_error));
        char expected[2000];
        snprintf(expected, sizeof expected,
            "<s:Envelope xmlns:s=\"%s\"><s:Body><s:Fault>%s</s:Fault></s:Body></s:Envelope>", all[i].ns, all[i].fault);
        WROTE(expected);
        OK(WsResetMessage(message, g_error));

        read_message(message, expected);
        CHECK(flag(message, WS_MESSAGE_PROPERTY_IS_FAULT));
        OK(WsReadBody(message, &fault_body, WS_READ_REQUIRED_POINTER, heap, &back, sizeof back, g_error));
        OK(WsReadEnvelopeEnd(message, g_error));
        CHECK(is_code(back->code, all[i].code, all[i].ns));
        CHECK(back->reasonCount == 1 && same_text(back->reasons[0].text, "too late"));
        CHECK(same_text(back->actor, "urn:role") && back->detail != NULL);
        if (all[i].version == WS_ENVELOPE_VERSION_SOAP_1_2)
            CHECK(is_code(back->code->subCode, "Late", "urn:c") && back->code->subCode->subCode == NULL);
        WsFreeMessage(message);

        /* A list of codes that leads back to itself comes to an end. */
        late.subCode = &sender;
        message = create(all[i].version, WS_ADDRESSING_VERSION_TRANSPORT);
        OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
        output();
        OK(WsWriteEnvelopeStart(message, w, NULL, NULL, g_error));
        EXPECT(E_INVALIDARG, WsWriteBody(message, &fault_body, WS_WRITE_REQUIRED_VALUE, &fault, sizeof fault, NULL));
        EXPECT(E_INVALIDARG, WsWriteBody(message, &fault_body, WS_WRITE_REQUIRED_VALUE, &fault, 3, NULL));
        WsFreeMessage(message);
    }
}

static WS_STRING reason_of(WS_ERROR* error, HRESULT code, WS_FAULT_DISCLOSURE disclosure, WS_FAULT* fault)
{
    OK(WsCreateFaultFromError(error, code, disclosure, heap, fault));
    CHECK(fault->reasonCount == 1);
    return fault->reasons[0].text;
}

static void from_errors(void)
{
    WS_ERROR* error = NULL;
    WS_FAULT fault, *stored = &fault;
    WS_XML_STRING action = WS_XML_STRING_VALUE("urn:fault-action"), found;
    OK(WsCreateError(NULL, 0, &error));
    OK(WsGetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_FAULT, &stored, sizeof stored));
    CHECK(stored == NULL);
    OK(WsGetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_ACTION, &found, sizeof found));
    CHECK(found.length == 0);
    EXPECT(E_INVALIDARG, WsGetFaultErrorProperty(error, 3, &found, sizeof found));
    EXPECT(E_INVALIDARG, WsGetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_FAULT, &found, sizeof found));
    EXPECT(E_INVALIDARG, WsCreateFaultFromError(error, S_OK, WS_FULL_FAULT_DISCLOSURE, heap, &fault));
    EXPECT(E_INVALIDARG, WsCreateFaultFromError(error, E_FAIL, 2, heap, &fault));

    /* Nothing is told by default; everything in full disclosure. */
    CHECK(reason_of(error, WS_E_ENDPOINT_TOO_BUSY, WS_FULL_FAULT_DISCLOSURE, &fault).length > 0);
    CHECK(is_code(fault.code, "Receiver", ""));
    WS_STRING secret = S(u"secret");
    OK(WsAddErrorString(error, &secret));
    CHECK(same_text(reason_of(error, E_FAIL, WS_FULL_FAULT_DISCLOSURE, &fault), "secret"));
    CHECK(!same_text(reason_of(error, E_FAIL, WS_MINIMAL_FAULT_DISCLOSURE, &fault), "secret"));

    /* A detail makes a fault. */
    WS_FAULT_DETAIL_DESCRIPTION number = {&action, &number_detail}, text = {NULL, &text_detail};
    int seven = 7, *pointer = NULL;
    WS_STRING* string = NULL;
    OK(WsSetFaultErrorDetail(error, &number, WS_WRITE_REQUIRED_VALUE, &seven, sizeof seven));
    OK(WsGetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_FAULT, &stored, sizeof stored));
    CHECK(stored != NULL && stored->detail != NULL);
    OK(WsGetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_ACTION, &found, sizeof found));
    CHECK(found.length == action.length);

    /* Details can be tried one after the other. */
    OK(WsGetFaultErrorDetail(error, &text, WS_READ_OPTIONAL_POINTER, heap, &string, sizeof string));
    CHECK(string == NULL);
    EXPECT(WS_E_INVALID_FORMAT, WsGetFaultErrorDetail(error, &text, WS_READ_REQUIRED_POINTER, heap, &string, sizeof string));
    OK(WsGetFaultErrorDetail(error, &number, WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer));
    CHECK(pointer != NULL && *pointer == 7);
    WS_XML_STRING other = WS_XML_STRING_VALUE("urn:other");
    number.action = &other;
    OK(WsGetFaultErrorDetail(error, &number, WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer));
    CHECK(pointer == NULL);

    /* A fault of the program's own; its reason is also a string of the error. */
    ULONG before = 0, after = 0;
    WS_FAULT_CODE sender = {{WS_XML_STRING_VALUE("Sender"), WS_XML_STRING_NULL}, NULL};
    WS_FAULT_REASON reason = {WS_STRING_VALUE(u"yours"), WS_STRING_VALUE(u"en-US")};
    WS_FAULT own = {&sender, &reason, 1, S(u""), S(u""), NULL};
    OK(WsGetErrorProperty(error, WS_ERROR_PROPERTY_STRING_COUNT, &before, sizeof before));
    OK(WsSetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_FAULT, &own, sizeof own));
    OK(WsGetErrorProperty(error, WS_ERROR_PROPERTY_STRING_COUNT, &after, sizeof after));
    CHECK(after == before + 1);
    CHECK(same_text(reason_of(error, E_FAIL, WS_MINIMAL_FAULT_DISCLOSURE, &fault), "yours"));
    CHECK(is_code(fault.code, "Sender", ""));
    /* What was handed out before stays until the reset. */
    CHECK(stored->detail != NULL);
    OK(WsSetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_ACTION, &other, sizeof other));
    WS_XML_BUFFER *header = NULL, *copy = NULL;
    OK(WsReadXmlBufferFromBytes(r, NULL, NULL, 0, "<h/>", 4, heap, &header, g_error));
    OK(WsSetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_HEADER, &header, sizeof header));
    OK(WsGetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_HEADER, &copy, sizeof copy));
    CHECK(copy != NULL && copy != header);
    EXPECT(E_INVALIDARG, WsSetFaultErrorProperty(error, WS_FAULT_ERROR_PROPERTY_ACTION, &other, 3));

    /* A copy of an error has the fault, too. */
    OK(WsResetError(g_error));
    OK(WsCopyError(error, g_error));
    OK(WsGetFaultErrorProperty(g_error, WS_FAULT_ERROR_PROPERTY_FAULT, &stored, sizeof stored));
    CHECK(stored != NULL && same_text(stored->reasons[0].text, "yours"));
    WsFreeError(error);
    CHECK(same_text(stored->reasons[0].text, "yours"));
    OK(WsResetError(g_error));
}

int main(void)
{
    messages_start();
    written_and_read();
    from_errors();
    messages_end();
    return 0;
}
