/* Endpoint addresses and faults as fields and as whole values by description. */
#include "messages.h"

typedef struct {
    WS_ENDPOINT_ADDRESS where;
    WS_FAULT* why;
} REPORT;

static WS_ENDPOINT_ADDRESS_DESCRIPTION addressing = {WS_ADDRESSING_VERSION_1_0};
static WS_FAULT_DESCRIPTION envelope = {WS_ENVELOPE_VERSION_SOAP_1_1};
static WS_FIELD_DESCRIPTION where = {WS_ELEMENT_FIELD_MAPPING, X("where"), X("urn:r"), WS_ENDPOINT_ADDRESS_TYPE, &addressing,
    offsetof(REPORT, where), 0, NULL, 0, NULL, NULL, NULL};
static WS_FIELD_DESCRIPTION why = {WS_ELEMENT_FIELD_MAPPING, X("why"), X("urn:r"), WS_FAULT_TYPE, &envelope,
    offsetof(REPORT, why), WS_FIELD_POINTER | WS_FIELD_OPTIONAL, NULL, 0, NULL, NULL, NULL};
static WS_FIELD_DESCRIPTION* fields[] = {&where, &why};
static WS_STRUCT_DESCRIPTION type = {sizeof(REPORT), _Alignof(REPORT), fields, 2, X("report"), X("urn:r"), NULL, NULL, 0, 0};
static WS_ELEMENT_DESCRIPTION report = {X("report"), X("urn:r"), WS_STRUCT_TYPE, &type};

int main(void)
{
    messages_start();
    WS_FAULT_CODE code = {{WS_XML_STRING_VALUE("Receiver"), WS_XML_STRING_NULL}, NULL};
    WS_FAULT_REASON reason = {WS_STRING_VALUE(u"busy"), WS_STRING_VALUE(u"")};
    WS_FAULT fault = {&code, &reason, 1, S(u""), S(u""), NULL};
    REPORT value = {{S(u"http://x/"), NULL, NULL, NULL}, &fault}, *back = NULL;
    output();
    OK(WsWriteElement(w, &report, WS_WRITE_REQUIRED_VALUE, &value, sizeof value, g_error));
    static const char text[] =
        "<report xmlns=\"urn:r\"><where><Address xmlns=\"" WSA10 "\">http://x/</Address></where><why>"
        "<faultcode xmlns=\"\" xmlns:d3p1=\"http://schemas.xmlsoap.org/soap/envelope/\">d3p1:Server</faultcode>"
        "<faultstring xmlns=\"\">busy</faultstring></why></report>";
    WROTE(text);
    input(text);
    OK(WsReadElement(r, &report, WS_READ_REQUIRED_POINTER, heap, &back, sizeof back, g_error));
    CHECK(same_text(back->where.url, "http://x/") && same_text(back->why->reasons[0].text, "busy"));
    input("<report xmlns=\"urn:r\"><where><Address xmlns=\"" WSA10 "\">http://y/</Address></where></report>");
    OK(WsReadElement(r, &report, WS_READ_REQUIRED_POINTER, heap, &back, sizeof back, g_error));
    CHECK(same_text(back->where.url, "http://y/") && back->why == NULL);
    input("<report xmlns=\"urn:r\"><where/></report>");
    EXPECT(WS_E_INVALID_FORMAT, WsReadElement(r, &report, WS_READ_REQUIRED_POINTER, heap, &back, sizeof back, NULL));

    /* A whole value has a name of its own. */
    output();
    OK(WsWriteType(w, WS_ANY_ELEMENT_TYPE_MAPPING, WS_ENDPOINT_ADDRESS_TYPE, &addressing, WS_WRITE_REQUIRED_VALUE,
        &value.where, sizeof value.where, g_error));
    WROTE("<EndpointReference xmlns=\"" WSA10 "\"><Address>http://x/</Address></EndpointReference>");
    output();
    EXPECT(E_INVALIDARG, WsWriteType(w, WS_ANY_ELEMENT_TYPE_MAPPING, WS_ENDPOINT_ADDRESS_TYPE, NULL,
        WS_WRITE_REQUIRED_VALUE, &value.where, sizeof value.where, NULL));
    addressing.addressingVersion = 9;
    EXPECT(E_INVALIDARG, WsWriteType(w, WS_ANY_ELEMENT_TYPE_MAPPING, WS_ENDPOINT_ADDRESS_TYPE, &addressing,
        WS_WRITE_REQUIRED_VALUE, &value.where, sizeof value.where, NULL));
    messages_end();
    return 0;
}
