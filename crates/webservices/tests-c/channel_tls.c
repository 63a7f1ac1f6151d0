/* TLS over HTTP, net.tcp and net.pipe: credentials of each kind, certificates of clients, certificates that are not good,
 * descriptions that cannot be. The certificates are in the folder of WWS_TEST_CERTS. */
#define _DEFAULT_SOURCE
#include "channels.h"
#include "wait.h"

#include <wws.h>

static WS_HEAP* heap;
static const char* folder;

/* ---- Files and strings ---------------------------------------------------------------------------------- */

static BLOCK file(const char* name)
{
    char path[512];
    BLOCK block = {NULL, 0};
    unsigned char bytes[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE* f = fopen(path, "rb");
    CHECK(f != NULL);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        block_append(&block, bytes, n);
    fclose(f);
    return block;
}

/* Strings that live as long as the program. */
static WS_STRING string(const char* text)
{
    static WCHAR pool[16384];
    static ULONG used;
    WS_STRING result = {(ULONG)strlen(text), pool + used};
    CHECK(used + result.length < sizeof pool / sizeof *pool);
    for (ULONG i = 0; i < result.length; i++)
        pool[used++] = (WCHAR)(unsigned char)text[i];
    return result;
}

/* ---- Descriptions ---------------------------------------------------------------------------------------- */

/* One binding, TLS, with up to four properties. */
typedef struct {
    WS_SECURITY_BINDING_PROPERTY properties[4];
    WS_SSL_TRANSPORT_SECURITY_BINDING ssl;
    WS_SECURITY_BINDING* bindings[1];
    WS_SECURITY_DESCRIPTION description;
} TLS;

static void tls_init(TLS* tls, const void* credential)
{
    memset(tls, 0, sizeof *tls);
    tls->ssl.binding.bindingType = WS_SSL_TRANSPORT_SECURITY_BINDING_TYPE;
    tls->ssl.binding.properties = tls->properties;
    tls->ssl.localCertCredential = (WS_CERT_CREDENTIAL*)credential;
    tls->bindings[0] = &tls->ssl.binding;
    tls->description.securityBindings = tls->bindings;
    tls->description.securityBindingCount = 1;
}

static void tls_add(TLS* tls, WS_SECURITY_BINDING_PROPERTY_ID id, void* value, ULONG size)
{
    CHECK(tls->ssl.binding.propertyCount < 4);
    tls->properties[tls->ssl.binding.propertyCount++] = (WS_SECURITY_BINDING_PROPERTY){id, value, size};
}

static WS_BYTES roots;

static void trust(TLS* tls)
{
    tls_add(tls, WWS_SECURITY_BINDING_PROPERTY_TRUSTED_CERTS, &roots, sizeof roots);
}

static WS_SUBJECT_NAME_CERT_CREDENTIAL by_subject(const char* subject)
{
    WS_SUBJECT_NAME_CERT_CREDENTIAL credential = {{WS_SUBJECT_NAME_CERT_CREDENTIAL_TYPE},
        CERT_SYSTEM_STORE_CURRENT_USER, string(folder), string(subject)};
    return credential;
}

static BLOCK client_pem;

static HRESULT CALLBACK give_client(void* state, const WS_ENDPOINT_ADDRESS* address, const WS_STRING* url,
    const CERT_CONTEXT** certificate, WS_ERROR* error)
{
    static CERT_CONTEXT context;
    (void)address, (void)url, (void)error;
    CHECK(state == &client_pem);
    context.dwCertEncodingType = WWS_CERT_PEM_ENCODING;
    context.pbCertEncoded = client_pem.bytes;
    context.cbCertEncoded = (DWORD)client_pem.length;
    *certificate = &context;
    return S_OK;
}

static HRESULT CALLBACK give_none(void* state, const WS_ENDPOINT_ADDRESS* address, const WS_STRING* url,
    const CERT_CONTEXT** certificate, WS_ERROR* error)
{
    (void)state, (void)address, (void)url, (void)certificate, (void)error;
    return E_FAIL;
}

static int validated;

static HRESULT CALLBACK accept_all(const CERT_CONTEXT* certificate, void* state)
{
    CHECK(certificate->dwCertEncodingType == X509_ASN_ENCODING);
    /* DER: a SEQUENCE of more than 127 bytes. */
    CHECK(certificate->cbCertEncoded > 128 && certificate->pbCertEncoded[0] == 0x30);
    CHECK(state == &validated);
    validated++;
    return S_OK;
}

static HRESULT CALLBACK accept_none(const CERT_CONTEXT* certificate, void* state)
{
    (void)certificate, (void)state;
    return (HRESULT)0x80070005;
}

/* ---- Exchanges ------------------------------------------------------------------------------------------- */

static WS_PROTECTION_LEVEL protection(WS_CHANNEL* channel)
{
    WS_PROTECTION_LEVEL level = 99;
    OK(WsGetChannelProperty(channel, WS_CHANNEL_PROPERTY_PROTECTION_LEVEL, &level, sizeof level, g_error));
    return level;
}

static void exchange(LINK link)
{
    link_start(&link);
    WS_CHANNEL* channel = link_connect(&link);
    CHECK(protection(channel) == WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT);
    CHECK(protection(link.server_channel) == WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT);
    for (int i = 0; i < 2; i++) {
        int answer = 0;
        OK(request(channel, heap, i, &answer));
        CHECK(answer == i + 1);
    }
    int note = 3;
    send_one_way(channel, &note_description, &note);
    if (link.client_type == WS_CHANNEL_TYPE_REQUEST)
        expect_end(channel);
    channel_end(channel);
    link_stop(&link);
    CHECK(link.notes == 3);
}

/* Asks once, and gives what comes of it. The server goes on. */
static HRESULT ask(LINK* link, const WS_SECURITY_DESCRIPTION* security)
{
    WS_CHANNEL* channel = NULL;
    WS_ENDPOINT_ADDRESS address = {.url = link->url.string};
    int answer = 0;
    OK(WsResetError(g_error));
    OK(WsCreateChannel(link->client_type, link->binding, NULL, 0, security, &channel, g_error));
    HRESULT hr = WsOpenChannel(channel, &address, NULL, g_error);
    if (hr == S_OK)
        hr = request(channel, heap, 1, &answer);
    CHECK(hr != S_OK || answer == 2);
    WsAbortChannel(channel, NULL);
    WsCloseChannel(channel, NULL, NULL);
    WsFreeChannel(channel);
    return hr;
}

/* One request by a client that shows a certificate: the server sees which. */
static void* see_certificate(void* state)
{
    LINK* link = state;
    WS_ERROR* error = NULL;
    WS_MESSAGE *in = NULL, *out = NULL;
    WS_BYTES certificate = {0, NULL};
    WS_PROTECTION_LEVEL level = 0;
    int number = 0;
    const WS_MESSAGE_DESCRIPTION* descriptions[] = {&add_description};
    WS_HEAP* own = NULL;
    CHECK(WsCreateError(NULL, 0, &error) == S_OK);
    OK_BY(error, WsCreateHeap(1 << 16, 0, NULL, 0, &own, error));
    OK_BY(error, WsAcceptChannel(link->listener, link->server_channel, NULL, error));
    OK_BY(error, WsCreateMessageForChannel(link->server_channel, NULL, 0, &in, error));
    OK_BY(error, WsCreateMessageForChannel(link->server_channel, NULL, 0, &out, error));
    OK_BY(error, WsReceiveMessage(link->server_channel, in, descriptions, 1, WS_RECEIVE_REQUIRED_MESSAGE,
        WS_READ_REQUIRED_VALUE, own, &number, sizeof number, NULL, NULL, error));
    OK_BY(error, WsGetMessageProperty(in, WS_MESSAGE_PROPERTY_ENCODED_CERT, &certificate, sizeof certificate, error));
    CHECK(certificate.length > 128 && certificate.bytes[0] == 0x30);
    OK_BY(error, WsGetMessageProperty(in, WS_MESSAGE_PROPERTY_PROTECTION_LEVEL, &level, sizeof level, error));
    CHECK(level == WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT);
    number++;
    OK_BY(error, WsSendReplyMessage(link->server_channel, out, &added_description, WS_WRITE_REQUIRED_VALUE, &number,
        sizeof number, in, NULL, error));
    WsFreeMessage(in);
    WsFreeMessage(out);
    /* The client has broken off, perhaps. */
    WsCloseChannel(link->server_channel, NULL, NULL);
    WsFreeHeap(own);
    WsFreeError(error);
    return NULL;
}

static void client_certificates(LINK link)
{
    TLS server, with, without;
    BOOL yes = TRUE;
    WS_SUBJECT_NAME_CERT_CREDENTIAL own = by_subject("WWS Server");
    WS_CUSTOM_CERT_CREDENTIAL custom = {{WS_CUSTOM_CERT_CREDENTIAL_TYPE}, give_client, &client_pem, NULL, NULL};
    tls_init(&server, &own);
    trust(&server);
    tls_add(&server, WS_SECURITY_BINDING_PROPERTY_REQUIRE_SSL_CLIENT_CERT, &yes, sizeof yes);
    tls_init(&with, &custom);
    trust(&with);
    tls_init(&without, NULL);
    trust(&without);
    link.server_security = &server.description;
    link_listen(&link);
    CHECK(pthread_create(&link.thread, NULL, see_certificate, &link) == 0);
    /* Which code it is depends on how far the client comes before the server refuses. */
    CHECK(FAILED(ask(&link, &without.description)));
    EXPECT(S_OK, ask(&link, &with.description));
    CHECK(pthread_join(link.thread, NULL) == 0);
    link_close(&link);
}

/* Certificates that are not good, and what may be overlooked. */
static void bad_certificates(LINK link, const char* subject, HRESULT expected, ULONG failure)
{
    TLS server, strict, lenient;
    WS_SUBJECT_NAME_CERT_CREDENTIAL own = by_subject(subject);
    tls_init(&server, &own);
    tls_init(&strict, NULL);
    tls_init(&lenient, NULL);
    if (failure != WS_CERT_FAILURE_UNTRUSTED_ROOT) {
        trust(&strict);
        trust(&lenient);
    }
    tls_add(&lenient, WS_SECURITY_BINDING_PROPERTY_CERT_FAILURES_TO_IGNORE, &failure, sizeof failure);
    link.server_security = &server.description;
    link.client_security = &lenient.description;
    link.is_rough = 1;
    link_start(&link);
    EXPECT(expected, ask(&link, &strict.description));
    CHECK(error_says(g_error, "certificate"));
    EXPECT(S_OK, ask(&link, &lenient.description));
    link_stop(&link);
}

static void validation(LINK link)
{
    TLS server, good, bad;
    WS_SUBJECT_NAME_CERT_CREDENTIAL own = by_subject("wws server");
    WS_CERTIFICATE_VALIDATION_CALLBACK_CONTEXT all = {accept_all, &validated}, none = {accept_none, NULL};
    tls_init(&server, &own);
    tls_init(&good, NULL);
    trust(&good);
    tls_add(&good, WS_SECURITY_BINDING_PROPERTY_CERTIFICATE_VALIDATION_CALLBACK_CONTEXT, &all, sizeof all);
    tls_init(&bad, NULL);
    trust(&bad);
    tls_add(&bad, WS_SECURITY_BINDING_PROPERTY_CERTIFICATE_VALIDATION_CALLBACK_CONTEXT, &none, sizeof none);
    link.server_security = &server.description;
    link.client_security = &good.description;
    link.is_rough = 1;
    link_start(&link);
    EXPECT((HRESULT)0x80070005, ask(&link, &bad.description));
    EXPECT(S_OK, ask(&link, &good.description));
    CHECK(validated > 0);
    link_stop(&link);
}

/* ---- Descriptions that cannot be -------------------------------------------------------------------------- */

static HRESULT create(WS_CHANNEL_BINDING binding, WS_CHANNEL_TYPE type, const WS_SECURITY_DESCRIPTION* security)
{
    WS_CHANNEL* channel = NULL;
    HRESULT hr = WsCreateChannel(type, binding, NULL, 0, security, &channel, NULL);
    CHECK((hr == S_OK) == (channel != NULL));
    WsFreeChannel(channel);
    return hr;
}

static HRESULT create_http(const WS_SECURITY_DESCRIPTION* security)
{
    return create(WS_HTTP_CHANNEL_BINDING, WS_CHANNEL_TYPE_REQUEST, security);
}

static void descriptions(void)
{
    TLS tls;
    tls_init(&tls, NULL);
    EXPECT(S_OK, create_http(&tls.description));
    EXPECT(E_INVALIDARG, create(WS_UDP_CHANNEL_BINDING, WS_CHANNEL_TYPE_DUPLEX, &tls.description));
    /* Two, and others. */
    WS_SECURITY_BINDING* two[] = {&tls.ssl.binding, &tls.ssl.binding};
    WS_SECURITY_DESCRIPTION twice = {two, 2, NULL, 0};
    EXPECT(E_INVALIDARG, create_http(&twice));
    WS_SECURITY_DESCRIPTION none = {NULL, 0, NULL, 0};
    EXPECT(S_OK, create_http(&none));
    tls.ssl.binding.bindingType = WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING_TYPE;
    EXPECT(WS_E_NOT_SUPPORTED, create(WS_TCP_CHANNEL_BINDING, WS_CHANNEL_TYPE_DUPLEX_SESSION, &tls.description));
    tls.ssl.binding.bindingType = WS_USERNAME_MESSAGE_SECURITY_BINDING_TYPE;
    EXPECT(E_NOTIMPL, create_http(&tls.description));
    tls.ssl.binding.bindingType = 77;
    EXPECT(E_INVALIDARG, create_http(&tls.description));
    /* Properties. */
    WS_PROTECTION_LEVEL level = WS_PROTECTION_LEVEL_SIGN;
    WS_SECURITY_PROPERTY low[] = {{WS_SECURITY_PROPERTY_TRANSPORT_PROTECTION_LEVEL, &level, sizeof level}};
    tls_init(&tls, NULL);
    tls.description.properties = low;
    tls.description.propertyCount = 1;
    EXPECT(E_INVALIDARG, create_http(&tls.description));
    level = WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT;
    EXPECT(S_OK, create_http(&tls.description));
    BOOL yes = TRUE;
    ULONG flags = 0x100;
    tls_init(&tls, NULL);
    tls_add(&tls, WS_SECURITY_BINDING_PROPERTY_REQUIRE_SSL_CLIENT_CERT, &yes, sizeof yes);
    EXPECT(E_INVALIDARG, create_http(&tls.description));
    tls_init(&tls, NULL);
    tls_add(&tls, WS_SECURITY_BINDING_PROPERTY_CERT_FAILURES_TO_IGNORE, &flags, sizeof flags);
    EXPECT(E_INVALIDARG, create_http(&tls.description));
    flags = WS_CERT_FAILURE_REVOCATION_OFFLINE;
    EXPECT(S_OK, create_http(&tls.description));
    /* Credentials. */
    WS_SUBJECT_NAME_CERT_CREDENTIAL nobody = by_subject("nobody");
    tls_init(&tls, &nobody);
    EXPECT(E_INVALIDARG, create_http(&tls.description));
    WS_SUBJECT_NAME_CERT_CREDENTIAL nowhere = by_subject("WWS Server");
    nowhere.storeName = string("My");
    tls_init(&tls, &nowhere);
    EXPECT(E_INVALIDARG, create_http(&tls.description));
    nowhere.storeName = string("../My");
    EXPECT(E_INVALIDARG, create_http(&tls.description));
    WS_CUSTOM_CERT_CREDENTIAL failing = {{WS_CUSTOM_CERT_CREDENTIAL_TYPE}, give_none, NULL, NULL, NULL};
    tls_init(&tls, &failing);
    EXPECT(E_FAIL, create_http(&tls.description));
    /* What is to be protected does not go to a URL without protection. */
    URL url;
    make_url(&url, "http", free_port());
    WS_ENDPOINT_ADDRESS address = {.url = url.string};
    WS_CHANNEL* channel = NULL;
    tls_init(&tls, NULL);
    OK(WsCreateChannel(WS_CHANNEL_TYPE_REQUEST, WS_HTTP_CHANNEL_BINDING, NULL, 0, &tls.description, &channel, g_error));
    EXPECT(WS_E_INVALID_ENDPOINT_URL, WsOpenChannel(channel, &address, NULL, NULL));
    WsFreeChannel(channel);
    /* A listener without a certificate. */
    WS_LISTENER* listener = NULL;
    int port = free_port();
    make_url(&url, "https", port);
    OK(WsCreateListener(WS_CHANNEL_TYPE_REPLY, WS_HTTP_CHANNEL_BINDING, NULL, 0, &tls.description, &listener, g_error));
    EXPECT(E_INVALIDARG, WsOpenListener(listener, &url.string, NULL, NULL));
    char name[64], path[512];
    snprintf(name, sizeof name, "WWS_SSL_CERT_%d", port);
    snprintf(path, sizeof path, "%s/server.pem", folder);
    setenv(name, path, 1);
    OK(WsOpenListener(listener, &url.string, NULL, g_error));
    OK(WsCloseListener(listener, NULL, g_error));
    WsFreeListener(listener);
}

int main(void)
{
    folder = getenv("WWS_TEST_CERTS");
    CHECK(folder != NULL);
    /* Stores of the user and roots of the machine that runs this do not matter. */
    char path[512];
    snprintf(path, sizeof path, "%s/system.crt", folder);
    setenv("WWS_CERT_STORE", "/nowhere", 1);
    setenv("SSL_CERT_FILE", path, 1);
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 16, 0, NULL, 0, &heap, g_error));
    BLOCK ca = file("root.crt");
    client_pem = file("client.pem");
    roots = (WS_BYTES){(ULONG)ca.length, ca.bytes};
    descriptions();

    TLS server, client;
    WS_SUBJECT_NAME_CERT_CREDENTIAL own = by_subject("wws server");
    tls_init(&server, &own);
    tls_init(&client, NULL);
    trust(&client);
    LINK http = {.binding = WS_HTTP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_REQUEST,
        .server_type = WS_CHANNEL_TYPE_REPLY, .scheme = "https", .client_security = &client.description,
        .server_security = &server.description};
    LINK tcp = {.binding = WS_TCP_CHANNEL_BINDING, .client_type = WS_CHANNEL_TYPE_DUPLEX_SESSION,
        .server_type = WS_CHANNEL_TYPE_DUPLEX_SESSION, .scheme = "net.tcp", .client_security = &client.description,
        .server_security = &server.description};
    exchange(http);
    exchange(tcp);
    /* The same certificate by its thumbprint, over a pipe; TLS 1.3 only. */
    const char* sha1 = getenv("WWS_TEST_THUMBPRINT");
    CHECK(sha1 != NULL);
    WS_THUMBPRINT_CERT_CREDENTIAL thumbprint = {{WS_THUMBPRINT_CERT_CREDENTIAL_TYPE}, CERT_SYSTEM_STORE_LOCAL_MACHINE,
        string(folder), string(sha1)};
    ULONG disallowed = WS_SECURE_PROTOCOL_TLS1_2;
    tls_init(&server, &thumbprint);
    tls_add(&client, WS_SECURITY_BINDING_PROPERTY_DISALLOWED_SECURE_PROTOCOLS, &disallowed, sizeof disallowed);
    LINK pipe = tcp;
    pipe.binding = WS_NAMEDPIPE_CHANNEL_BINDING;
    pipe.scheme = "net.pipe";
    exchange(pipe);

    client_certificates(http);
    client_certificates(tcp);
    bad_certificates(http, "WWS Expired", CERT_E_EXPIRED, WS_CERT_FAILURE_INVALID_DATE);
    bad_certificates(tcp, "WWS Expired", CERT_E_EXPIRED, WS_CERT_FAILURE_INVALID_DATE);
    bad_certificates(http, "WWS Elsewhere", CERT_E_CN_NO_MATCH, WS_CERT_FAILURE_CN_MISMATCH);
    bad_certificates(tcp, "WWS Server", CERT_E_UNTRUSTEDROOT, WS_CERT_FAILURE_UNTRUSTED_ROOT);
    validation(http);
    validation(tcp);
    block_free(&ca);
    block_free(&client_pem);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
