/* URLs: decode, encode, combine. */
#include "check.h"

static WS_HEAP* g_heap;

static WS_STRING decode_parts(WS_STRING text, ULONG flags, const WS_HTTP_URL** parts)
{
    WS_URL* url = NULL;
    WS_STRING again;
    OK(WsDecodeUrl(&text, flags, g_heap, &url, g_error));
    *parts = (const WS_HTTP_URL*)url;
    OK(WsEncodeUrl(url, 0, g_heap, &again, g_error));
    return again;
}

int main(void)
{
    const WS_HTTP_URL* url;
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(100000, 0, NULL, 0, &g_heap, g_error));

    WS_STRING text = WS_STRING_VALUE(L"HTTP://example.org:8080/a%20b/../c?q=1#end");
    WS_STRING again = decode_parts(text, WS_URL_FLAGS_ZERO_TERMINATE, &url);
    CHECK(url->url.scheme == WS_URL_HTTP_SCHEME_TYPE && url->port == 8080);
    CHECK(same_text(url->host, "example.org") && url->host.chars[url->host.length] == 0);
    CHECK(same_text(url->portAsString, "8080") && same_text(url->path, "/c"));
    CHECK(same_text(url->query, "q=1") && same_text(url->fragment, "end"));
    CHECK(same_text(again, "http://example.org:8080/c?q=1#end"));

    WS_STRING kept = WS_STRING_VALUE(L"https://[::1]/a%20b/../c");
    again = decode_parts(kept, WS_URL_FLAGS_NO_PATH_COLLAPSE, &url);
    CHECK(url->url.scheme == WS_URL_HTTPS_SCHEME_TYPE && url->port == 443 && url->portAsString.length == 0);
    CHECK(same_text(url->host, "[::1]") && same_text(url->path, "/a b/../c"));
    CHECK(same_text(again, "https://[::1]/a%20b/../c"));

    WS_STRING udp = WS_STRING_VALUE(L"soap.udp://host/");
    again = decode_parts(udp, 0, &url);
    CHECK(url->url.scheme == WS_URL_SOAPUDP_SCHEME_TYPE && url->port == 0xFFFF);
    CHECK(same_text(again, "soap.udp://host/"));

    WS_STRING wild = WS_STRING_VALUE(L"net.tcp://+:9/x");
    WS_URL* none = NULL;
    EXPECT(WS_E_INVALID_FORMAT, WsDecodeUrl(&wild, 0, g_heap, &none, g_error));
    OK(WsDecodeUrl(&wild, WS_URL_FLAGS_ALLOW_HOST_WILDCARDS, g_heap, &none, g_error));

    WS_STRING base = WS_STRING_VALUE(L"http://a/b/c/d;p?q"), reference = WS_STRING_VALUE(L"../g?y#s");
    OK(WsCombineUrl(&base, &reference, 0, g_heap, &again, g_error));
    CHECK(same_text(again, "http://a/b/g?y#s"));
    OK(WsCombineUrl(&base, &udp, 0, g_heap, &again, g_error));
    CHECK(same_text(again, "soap.udp://host/"));

    /* What is wrong is said. */
    WS_STRING bad[] = {
        WS_STRING_VALUE(L"ftp://host/"), WS_STRING_VALUE(L"http:///x"), WS_STRING_VALUE(L"http://user@host/"),
        WS_STRING_VALUE(L"http://host:70000/"), WS_STRING_VALUE(L"/relative"), WS_STRING_EMPTY,
    };
    for (ULONG i = 0; i < WsCountOf(bad); i++)
        EXPECT(WS_E_INVALID_FORMAT, WsDecodeUrl(&bad[i], 0, g_heap, &none, g_error));
    WCHAR half[] = {'h', 't', 't', 'p', ':', '/', '/', 0xD800, '/'};
    WS_STRING lone = {9, half}, missing = {3, NULL};
    EXPECT(WS_E_INVALID_FORMAT, WsDecodeUrl(&lone, 0, g_heap, &none, g_error));
    EXPECT(E_INVALIDARG, WsDecodeUrl(&missing, 0, g_heap, &none, g_error));
    EXPECT(E_INVALIDARG, WsDecodeUrl(&text, 8, g_heap, &none, g_error));
    EXPECT(E_INVALIDARG, WsDecodeUrl(&text, 0, NULL, &none, g_error));
    EXPECT(E_INVALIDARG, WsDecodeUrl(NULL, 0, g_heap, &none, g_error));
    WS_HTTP_URL odd = {{(WS_URL_SCHEME_TYPE)9}, WS_STRING_VALUE(L"h"), 0, WS_STRING_EMPTY, WS_STRING_EMPTY,
        WS_STRING_EMPTY, WS_STRING_EMPTY};
    EXPECT(E_INVALIDARG, WsEncodeUrl(&odd.url, 0, g_heap, &again, g_error));
    odd.url.scheme = WS_URL_HTTP_SCHEME_TYPE;
    OK(WsEncodeUrl(&odd.url, 0, g_heap, &again, g_error));
    CHECK(same_text(again, "http://h"));

    WsFreeHeap(g_heap);
    WsFreeError(g_error);
    return 0;
}
