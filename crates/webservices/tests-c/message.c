/* Messages of every kind and version: states, initialization, standard headers, properties. */
#include "messages.h"

static int done_calls;

static void CALLBACK done(void* state)
{
    CHECK(state == &done_calls);
    done_calls++;
}

static void set_text(WS_MESSAGE* message, WS_HEADER_TYPE type, WS_STRING text)
{
    OK(WsSetHeader(message, type, WS_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, &text, sizeof text, g_error));
}

static WS_STRING get_text(WS_MESSAGE* message, WS_HEADER_TYPE type)
{
    WS_STRING text;
    OK(WsGetHeader(message, type, WS_STRING_TYPE, WS_READ_REQUIRED_VALUE, NULL, &text, sizeof text, g_error));
    return text;
}

static const char request_text[] =
    "<s:Envelope xmlns:s=\"" SOAP12 "\" xmlns:a=\"" WSA10 "\"><s:Header>"
    "<a:Action s:mustUnderstand=\"1\">urn:a</a:Action><a:MessageID>urn:mine</a:MessageID>"
    "<a:ReplyTo><a:Address>http://me/</a:Address><a:ReferenceParameters><c:k xmlns:c=\"urn:c\">9</c:k>"
    "</a:ReferenceParameters></a:ReplyTo></s:Header><s:Body><go xmlns=\"urn:b\">7</go></s:Body></s:Envelope>";

static void states(void)
{
    WS_MESSAGE* message = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_TRANSPORT);
    int number = 7;
    CHECK(state(message) == WS_MESSAGE_STATE_EMPTY);
    BOOL b;
    EXPECT(WS_E_INVALID_OPERATION,
        WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_IS_FAULT, &b, sizeof b, NULL));
    EXPECT(WS_E_INVALID_OPERATION, WsWriteEnvelopeStart(message, w, NULL, NULL, NULL));
    EXPECT(WS_E_INVALID_OPERATION, WsAddressMessage(message, NULL, NULL));
    EXPECT(E_INVALIDARG, WsInitializeMessage(message, WS_REPLY_MESSAGE, NULL, NULL));
    EXPECT(E_INVALIDARG, WsInitializeMessage(message, 9, NULL, NULL));
    EXPECT(E_INVALIDARG, WsInitializeMessage(NULL, WS_BLANK_MESSAGE, NULL, NULL));

    OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
    CHECK(state(message) == WS_MESSAGE_STATE_INITIALIZED && !flag(message, WS_MESSAGE_PROPERTY_IS_ADDRESSED));
    EXPECT(WS_E_INVALID_OPERATION, WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, NULL));
    OK(WsAddressMessage(message, NULL, g_error));
    CHECK(flag(message, WS_MESSAGE_PROPERTY_IS_ADDRESSED));
    EXPECT(WS_E_INVALID_OPERATION, WsAddressMessage(message, NULL, NULL));
    EXPECT(WS_E_INVALID_OPERATION,
        WsWriteBody(message, &go, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, NULL));
    EXPECT(WS_E_INVALID_OPERATION, WsFillBody(message, 1, NULL, NULL));

    output();
    OK(WsWriteEnvelopeStart(message, w, done, &done_calls, g_error));
    CHECK(state(message) == WS_MESSAGE_STATE_WRITING && done_calls == 0);
    WS_XML_WRITER* body = NULL;
    WS_XML_READER* none = NULL;
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_BODY_WRITER, &body, sizeof body, g_error));
    CHECK(body == w);
    EXPECT(WS_E_INVALID_OPERATION,
        WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_BODY_READER, &none, sizeof none, NULL));
    OK(WsWriteBody(message, &go, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, g_error));
    OK(WsFlushBody(message, 0, NULL, g_error));
    OK(WsWriteEnvelopeEnd(message, g_error));
    CHECK(state(message) == WS_MESSAGE_STATE_DONE && done_calls == 0);
    WROTE("<s:Envelope xmlns:s=\"" SOAP12 "\"><s:Body><go xmlns=\"urn:b\">7</go></s:Body></s:Envelope>");
    OK(WsResetMessage(message, g_error));
    CHECK(state(message) == WS_MESSAGE_STATE_EMPTY && done_calls == 1);
    OK(WsResetMessage(message, g_error));
    CHECK(done_calls == 1);

    /* A start that fails lets the message be, and is never done. */
    input("<a/>");
    EXPECT(WS_E_INVALID_FORMAT, WsReadEnvelopeStart(message, r, done, &done_calls, NULL));
    CHECK(state(message) == WS_MESSAGE_STATE_EMPTY);
    WsFreeMessage(message);
    CHECK(done_calls == 1);
    WsFreeMessage(NULL);
}

static void versions(void)
{
    static const struct {
        WS_ENVELOPE_VERSION envelope;
        WS_ADDRESSING_VERSION addressing;
        const char* expected;
    } all[] = {
        {WS_ENVELOPE_VERSION_SOAP_1_1, WS_ADDRESSING_VERSION_TRANSPORT,
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><go xmlns=\"urn:b\">1</go>"
            "</s:Body></s:Envelope>"},
        {WS_ENVELOPE_VERSION_NONE, WS_ADDRESSING_VERSION_TRANSPORT, "<go xmlns=\"urn:b\">1</go>"},
        {WS_ENVELOPE_VERSION_SOAP_1_1, WS_ADDRESSING_VERSION_0_9,
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
            "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header>"
            "<a:Action s:mustUnderstand=\"1\">urn:a</a:Action><a:To s:mustUnderstand=\"1\">http://x/</a:To></s:Header>"
            "<s:Body><go xmlns=\"urn:b\">1</go></s:Body></s:Envelope>"},
        {WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0,
            "<s:Envelope xmlns:s=\"" SOAP12 "\" xmlns:a=\"" WSA10 "\"><s:Header>"
            "<a:Action s:mustUnderstand=\"1\">urn:a</a:Action><a:To s:mustUnderstand=\"1\">http://x/</a:To></s:Header>"
            "<s:Body><go xmlns=\"urn:b\">1</go></s:Body></s:Envelope>"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        WS_MESSAGE* message = create(all[i].envelope, all[i].addressing);
        OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
        set_text(message, WS_ACTION_HEADER, S(u"urn:wrong"));
        set_text(message, WS_ACTION_HEADER, S(u"urn:a"));
        set_text(message, WS_TO_HEADER, S(u"http://x/"));
        CHECK(same_text(get_text(message, WS_ACTION_HEADER), "urn:a"));
        write_message(message, 1);
        WROTE(all[i].expected);
        WS_ENVELOPE_VERSION envelope = 0;
        WS_ADDRESSING_VERSION addressing = 0;
        OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_ENVELOPE_VERSION, &envelope, sizeof envelope, g_error));
        OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_ADDRESSING_VERSION, &addressing, sizeof addressing,
            g_error));
        CHECK(envelope == all[i].envelope && addressing == all[i].addressing);
        WsFreeMessage(message);
    }
    WS_MESSAGE* message = NULL;
    EXPECT(E_INVALIDARG, WsCreateMessage(4, WS_ADDRESSING_VERSION_1_0, NULL, 0, &message, NULL));
    EXPECT(E_INVALIDARG, WsCreateMessage(WS_ENVELOPE_VERSION_NONE, 0, NULL, 0, &message, NULL));
    CHECK(message == NULL);
}

static void read_and_answer(void)
{
    WS_MESSAGE* request = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0);
    read_message(request, request_text);
    CHECK(state(request) == WS_MESSAGE_STATE_READING && flag(request, WS_MESSAGE_PROPERTY_IS_ADDRESSED));
    CHECK(same_text(get_text(request, WS_ACTION_HEADER), "urn:a"));

    /* Strings in every shape, required and optional. */
    WS_XML_STRING xml;
    WCHAR* wsz = NULL;
    WS_UNIQUE_ID id;
    WS_STRING* pointer = NULL;
    OK(WsGetHeader(request, WS_ACTION_HEADER, WS_XML_STRING_TYPE, WS_READ_REQUIRED_VALUE, heap, &xml, sizeof xml, g_error));
    CHECK(xml.length == 5 && memcmp(xml.bytes, "urn:a", 5) == 0);
    OK(WsGetHeader(request, WS_ACTION_HEADER, WS_WSZ_TYPE, WS_READ_REQUIRED_POINTER, heap, &wsz, sizeof wsz, g_error));
    CHECK(wsz[4] == 'a' && wsz[5] == 0);
    OK(WsGetHeader(request, WS_MESSAGE_ID_HEADER, WS_UNIQUE_ID_TYPE, WS_READ_REQUIRED_VALUE, heap, &id, sizeof id, g_error));
    CHECK(same_text(id.uri, "urn:mine"));
    OK(WsGetHeader(request, WS_TO_HEADER, WS_STRING_TYPE, WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer, g_error));
    CHECK(pointer == NULL);
    EXPECT(WS_E_INVALID_FORMAT,
        WsGetHeader(request, WS_TO_HEADER, WS_STRING_TYPE, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, NULL));
    EXPECT(E_INVALIDARG,
        WsGetHeader(request, WS_TO_HEADER, WS_STRING_TYPE, WS_READ_NILLABLE_POINTER, heap, &pointer, sizeof pointer, NULL));
    EXPECT(E_INVALIDARG, WsGetHeader(request, WS_TO_HEADER, WS_UNIQUE_ID_TYPE, WS_READ_REQUIRED_VALUE, heap, &id, sizeof id, NULL));
    EXPECT(E_INVALIDARG, WsGetHeader(request, WS_TO_HEADER, WS_STRING_TYPE, WS_READ_REQUIRED_VALUE, heap, &xml, 3, NULL));
    EXPECT(E_INVALIDARG, WsGetHeader(request, 8, WS_STRING_TYPE, WS_READ_REQUIRED_VALUE, heap, &xml, sizeof xml, NULL));
    WS_ENDPOINT_ADDRESS* reply_to = NULL;
    OK(WsGetHeader(request, WS_REPLY_TO_HEADER, WS_ENDPOINT_ADDRESS_TYPE, WS_READ_REQUIRED_POINTER, heap, &reply_to,
        sizeof reply_to, g_error));
    CHECK(same_text(reply_to->url, "http://me/") && reply_to->headers != NULL && reply_to->identity == NULL);

    int number = 0;
    OK(WsReadBody(request, &go, WS_READ_REQUIRED_VALUE, NULL, &number, sizeof number, g_error));
    CHECK(number == 7);
    OK(WsReadEnvelopeEnd(request, g_error));
    CHECK(state(request) == WS_MESSAGE_STATE_DONE);

    /* A reply goes where the request says, with the parameters of the address. */
    WS_MESSAGE* reply = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0);
    OK(WsInitializeMessage(reply, WS_REPLY_MESSAGE, request, g_error));
    CHECK(flag(reply, WS_MESSAGE_PROPERTY_IS_ADDRESSED) && !flag(reply, WS_MESSAGE_PROPERTY_IS_FAULT));
    write_message(reply, 8);
    WROTE("<s:Envelope xmlns:s=\"" SOAP12 "\" xmlns:a=\"" WSA10 "\"><s:Header>"
          "<a:To s:mustUnderstand=\"1\">http://me/</a:To><c:k a:IsReferenceParameter=\"true\" xmlns:c=\"urn:c\">9</c:k>"
          "<a:RelatesTo>urn:mine</a:RelatesTo></s:Header><s:Body><go xmlns=\"urn:b\">8</go></s:Body></s:Envelope>");
    OK(WsResetMessage(reply, g_error));
    OK(WsInitializeMessage(reply, WS_FAULT_MESSAGE, request, g_error));
    CHECK(flag(reply, WS_MESSAGE_PROPERTY_IS_FAULT));
    CHECK(same_text(get_text(reply, WS_TO_HEADER), "http://me/"));
    OK(WsResetMessage(reply, g_error));

    /* A duplicate is the same, to the letter. */
    OK(WsInitializeMessage(reply, WS_DUPLICATE_MESSAGE, request, g_error));
    write_message(reply, 7);
    WROTE(request_text);
    OK(WsResetMessage(reply, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsInitializeMessage(request, WS_REPLY_MESSAGE, reply, NULL));
    EXPECT(E_INVALIDARG, WsInitializeMessage(reply, WS_DUPLICATE_MESSAGE, reply, NULL));

    /* Each request has an id of its own. */
    WS_UNIQUE_ID first, second;
    OK(WsInitializeMessage(reply, WS_REQUEST_MESSAGE, NULL, g_error));
    OK(WsGetHeader(reply, WS_MESSAGE_ID_HEADER, WS_UNIQUE_ID_TYPE, WS_READ_REQUIRED_VALUE, heap, &first, sizeof first, g_error));
    OK(WsResetMessage(reply, g_error));
    OK(WsInitializeMessage(reply, WS_REQUEST_MESSAGE, NULL, g_error));
    OK(WsGetHeader(reply, WS_MESSAGE_ID_HEADER, WS_UNIQUE_ID_TYPE, WS_READ_REQUIRED_VALUE, heap, &second, sizeof second, g_error));
    CHECK(first.uri.length == 0 && second.uri.length == 0);
    CHECK(memcmp(&first.guid, &second.guid, sizeof first.guid) != 0);
    /* An id goes back as it came. */
    OK(WsSetHeader(reply, WS_RELATES_TO_HEADER, WS_UNIQUE_ID_TYPE, WS_WRITE_REQUIRED_VALUE, &first, sizeof first, g_error));
    OK(WsGetHeader(reply, WS_RELATES_TO_HEADER, WS_UNIQUE_ID_TYPE, WS_READ_REQUIRED_VALUE, heap, &second, sizeof second, g_error));
    CHECK(memcmp(&first.guid, &second.guid, sizeof first.guid) == 0);
    OK(WsRemoveHeader(reply, WS_RELATES_TO_HEADER, g_error));
    OK(WsGetHeader(reply, WS_RELATES_TO_HEADER, WS_STRING_TYPE, WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer, g_error));
    CHECK(pointer == NULL);
    WsFreeMessage(reply);
    WsFreeMessage(request);
}

static void addresses(void)
{
    WS_MESSAGE* message = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0);
    OK(WsInitializeMessage(message, WS_BLANK_MESSAGE, NULL, g_error));
    WS_SPN_ENDPOINT_IDENTITY spn = {{WS_SPN_ENDPOINT_IDENTITY_TYPE}, WS_STRING_VALUE(u"host/x")};
    WS_ENDPOINT_ADDRESS address = {S(u"http://x/"), NULL, NULL, &spn.identity};
    WS_ENDPOINT_ADDRESS* pointer = &address;
    OK(WsSetHeader(message, WS_FROM_HEADER, WS_ENDPOINT_ADDRESS_TYPE, WS_WRITE_REQUIRED_VALUE, &address, sizeof address, g_error));
    OK(WsSetHeader(message, WS_FAULT_TO_HEADER, WS_ENDPOINT_ADDRESS_TYPE, WS_WRITE_REQUIRED_POINTER, &pointer, sizeof pointer, g_error));
    pointer = NULL;
    EXPECT(E_INVALIDARG,
        WsSetHeader(message, WS_FAULT_TO_HEADER, WS_ENDPOINT_ADDRESS_TYPE, WS_WRITE_REQUIRED_POINTER, &pointer, sizeof pointer, NULL));
    EXPECT(E_INVALIDARG,
        WsSetHeader(message, WS_FROM_HEADER, WS_STRING_TYPE, WS_WRITE_REQUIRED_VALUE, &address.url, sizeof address.url, NULL));
    OK(WsGetHeader(message, WS_FROM_HEADER, WS_ENDPOINT_ADDRESS_TYPE, WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer, g_error));
    CHECK(pointer->identity->identityType == WS_SPN_ENDPOINT_IDENTITY_TYPE);
    CHECK(same_text(((WS_SPN_ENDPOINT_IDENTITY*)pointer->identity)->spn, "host/x"));
    /* An empty URL is the anonymous endpoint. */
    address = (WS_ENDPOINT_ADDRESS){S(u""), NULL, NULL, NULL};
    OK(WsAddressMessage(message, &address, g_error));
    CHECK(same_text(get_text(message, WS_TO_HEADER), WSA10 "/anonymous"));
    WsFreeMessage(message);

    /* Where the metadata of an endpoint is. */
    static const char metadata[] =
        "<a:Metadata xmlns:a=\"" WSA10 "\"><m:Metadata xmlns:m=\"http://schemas.xmlsoap.org/ws/2004/09/mex\">"
        "<m:MetadataSection><m:MetadataReference><a:Address>http://x/mex</a:Address></m:MetadataReference>"
        "</m:MetadataSection></m:Metadata></a:Metadata>";
    OK(WsReadXmlBufferFromBytes(r, NULL, NULL, 0, metadata, sizeof metadata - 1, heap, &address.extensions, g_error));
    OK(WsReadEndpointAddressExtension(r, &address, WS_ENDPOINT_ADDRESS_EXTENSION_METADATA_ADDRESS,
        WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, g_error));
    CHECK(same_text(pointer->url, "http://x/mex"));
    address.extensions = NULL;
    OK(WsReadEndpointAddressExtension(r, &address, WS_ENDPOINT_ADDRESS_EXTENSION_METADATA_ADDRESS,
        WS_READ_OPTIONAL_POINTER, heap, &pointer, sizeof pointer, g_error));
    CHECK(pointer == NULL);
    EXPECT(WS_E_INVALID_FORMAT, WsReadEndpointAddressExtension(r, &address,
        WS_ENDPOINT_ADDRESS_EXTENSION_METADATA_ADDRESS, WS_READ_REQUIRED_POINTER, heap, &pointer, sizeof pointer, NULL));
    EXPECT(E_INVALIDARG, WsReadEndpointAddressExtension(r, &address, 2, WS_READ_REQUIRED_POINTER, heap, &pointer,
        sizeof pointer, NULL));
}

static void properties(void)
{
    ULONG max_headers = 2, depth = 5;
    SIZE_T max_size = 100000, trim = 50;
    WS_HEAP_PROPERTY heap_properties[] = {{WS_HEAP_PROPERTY_MAX_SIZE, &max_size, sizeof max_size},
        {WS_HEAP_PROPERTY_TRIM_SIZE, &trim, sizeof trim}};
    WS_HEAP_PROPERTIES of_heap = {heap_properties, 2};
    WS_XML_READER_PROPERTY reader_property = {WS_XML_READER_PROPERTY_MAX_DEPTH, &depth, sizeof depth};
    WS_XML_READER_PROPERTIES of_reader = {&reader_property, 1};
    WS_XML_WRITER_PROPERTY writer_property = {WS_XML_WRITER_PROPERTY_MAX_DEPTH, &depth, sizeof depth};
    WS_XML_WRITER_PROPERTIES of_writer = {&writer_property, 1};
    WS_MESSAGE_PROPERTY list[] = {
        {WS_MESSAGE_PROPERTY_HEAP_PROPERTIES, &of_heap, sizeof of_heap},
        {WS_MESSAGE_PROPERTY_XML_READER_PROPERTIES, &of_reader, sizeof of_reader},
        {WS_MESSAGE_PROPERTY_XML_WRITER_PROPERTIES, &of_writer, sizeof of_writer},
        {WS_MESSAGE_PROPERTY_MAX_PROCESSED_HEADERS, &max_headers, sizeof max_headers},
    };
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessage(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0, list, 4, &message, g_error));
    read_message(message, "<s:Envelope xmlns:s='" SOAP12 "'><s:Header><a/><b/><c/></s:Header><s:Body/></s:Envelope>");
    WS_STRING text;
    EXPECT(WS_E_QUOTA_EXCEEDED,
        WsGetHeader(message, WS_TO_HEADER, WS_STRING_TYPE, WS_READ_REQUIRED_VALUE, NULL, &text, sizeof text, NULL));
    WS_HEAP* own = NULL;
    SIZE_T found = 0;
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_HEAP, &own, sizeof own, g_error));
    OK(WsGetHeapProperty(own, WS_HEAP_PROPERTY_MAX_SIZE, &found, sizeof found, g_error));
    CHECK(found == max_size);

    /* What a channel knows about the sender. */
    WS_BYTES cert = {3, (BYTE*)"abc"};
    HANDLE token = &token;
    WS_PROTECTION_LEVEL level = 0;
    WS_XML_BUFFER* saml = NULL;
    WS_SECURITY_CONTEXT* context = (void*)1;
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_USERNAME, &text, sizeof text, g_error));
    CHECK(text.length == 0);
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_PROTECTION_LEVEL, &level, sizeof level, g_error));
    CHECK(level == WS_PROTECTION_LEVEL_NONE);
    text = S(u"me");
    level = WS_PROTECTION_LEVEL_SIGN;
    OK(WsSetMessageProperty(message, WS_MESSAGE_PROPERTY_USERNAME, &text, sizeof text, g_error));
    OK(WsSetMessageProperty(message, WS_MESSAGE_PROPERTY_ENCODED_CERT, &cert, sizeof cert, g_error));
    OK(WsSetMessageProperty(message, WS_MESSAGE_PROPERTY_PROTECTION_LEVEL, &level, sizeof level, g_error));
    for (int id = WS_MESSAGE_PROPERTY_TRANSPORT_SECURITY_WINDOWS_TOKEN;
         id <= WS_MESSAGE_PROPERTY_MESSAGE_SECURITY_WINDOWS_TOKEN; id++) {
        HANDLE back = NULL;
        OK(WsSetMessageProperty(message, id, &token, sizeof token, g_error));
        OK(WsGetMessageProperty(message, id, &back, sizeof back, g_error));
        CHECK(back == token);
    }
    OK(WsReadXmlBufferFromBytes(r, NULL, NULL, 0, "<saml/>", 7, heap, &saml, g_error));
    OK(WsSetMessageProperty(message, WS_MESSAGE_PROPERTY_SAML_ASSERTION, &saml, sizeof saml, g_error));
    WS_XML_BUFFER* copy = NULL;
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_SAML_ASSERTION, &copy, sizeof copy, g_error));
    CHECK(copy != NULL && copy != saml);
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_SECURITY_CONTEXT, &context, sizeof context, g_error));
    CHECK(context == NULL);
    level = 4;
    EXPECT(E_INVALIDARG, WsSetMessageProperty(message, WS_MESSAGE_PROPERTY_PROTECTION_LEVEL, &level, sizeof level, NULL));
    EXPECT(E_INVALIDARG, WsSetMessageProperty(message, WS_MESSAGE_PROPERTY_STATE, &level, sizeof level, NULL));
    EXPECT(E_INVALIDARG, WsSetMessageProperty(message, 22, &level, sizeof level, NULL));
    EXPECT(E_INVALIDARG, WsGetMessageProperty(message, 22, &level, sizeof level, NULL));
    EXPECT(E_INVALIDARG, WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_MAX_PROCESSED_HEADERS, &level, sizeof level, NULL));
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_USERNAME, &text, sizeof text, g_error));
    CHECK(same_text(text, "me"));
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_ENCODED_CERT, &cert, sizeof cert, g_error));
    CHECK(cert.length == 3 && memcmp(cert.bytes, "abc", 3) == 0);
    WsFreeMessage(message);

    /* The quota of the heap counts for headers. */
    max_size = 1500;
    OK(WsCreateMessage(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0, list, 1, &message, g_error));
    input("<s:Envelope xmlns:s='" SOAP12 "'><s:Header><a/><b/><c/><d/><e/><f/></s:Header><s:Body/></s:Envelope>");
    EXPECT(WS_E_QUOTA_EXCEEDED, WsReadEnvelopeStart(message, r, NULL, NULL, NULL));
    WsFreeMessage(message);
    EXPECT(E_INVALIDARG, WsCreateMessage(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0, NULL, 1, &message, NULL));
    list[0].id = WS_MESSAGE_PROPERTY_STATE;
    EXPECT(E_INVALIDARG, WsCreateMessage(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0, list, 1, &message, NULL));
}

static void hostile(void)
{
    static const char* const bad[] = {
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>",
        "<s:Envelope xmlns:s='" SOAP12 "'/>",
        "<s:Envelope xmlns:s='" SOAP12 "'><s:Header/></s:Envelope>",
        "<s:Envelope xmlns:s='" SOAP12 "'><s:Header>text</s:Header><s:Body/></s:Envelope>",
        "<s:Envelope xmlns:s='" SOAP12 "'><s:Body>",
    };
    WS_MESSAGE* message = create(WS_ENVELOPE_VERSION_SOAP_1_2, WS_ADDRESSING_VERSION_1_0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        input(bad[i]);
        HRESULT hr = WsReadEnvelopeStart(message, r, NULL, NULL, NULL);
        if (SUCCEEDED(hr))
            hr = WsReadEnvelopeEnd(message, NULL);
        EXPECT(WS_E_INVALID_FORMAT, hr);
        OK(WsResetMessage(message, g_error));
    }
    read_message(message, "<s:Envelope xmlns:s='" SOAP12 "'><s:Body><a/></s:Body><s:Header/></s:Envelope>");
    OK(WsSkipNode(r, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsReadEnvelopeEnd(message, NULL));
    CHECK(state(message) == WS_MESSAGE_STATE_DONE);
    OK(WsResetMessage(message, g_error));
    read_message(message,
        "<s:Envelope xmlns:s='" SOAP12 "' xmlns:a='" WSA10 "'><s:Header><a:To>1</a:To><a:To>2</a:To></s:Header><s:Body/></s:Envelope>");
    WS_STRING text;
    EXPECT(WS_E_INVALID_FORMAT,
        WsGetHeader(message, WS_TO_HEADER, WS_STRING_TYPE, WS_READ_REQUIRED_VALUE, NULL, &text, sizeof text, NULL));
    WsFreeMessage(message);
}

int main(void)
{
    messages_start();
    states();
    versions();
    read_and_answer();
    addresses();
    properties();
    hostile();
    messages_end();
    return 0;
}
