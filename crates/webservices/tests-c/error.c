/* Errors: strings, properties, reset, copy. */
#include "check.h"

static ULONG count(WS_ERROR* error)
{
    ULONG n = 99;
    CHECK(WsGetErrorProperty(error, WS_ERROR_PROPERTY_STRING_COUNT, &n, sizeof n) == S_OK);
    return n;
}

int main(void)
{
    WS_ERROR* error = NULL;
    WS_ERROR* copy = NULL;
    WS_HEAP* heap = NULL;
    WS_STRING string;

    EXPECT(E_INVALIDARG, WsCreateError(NULL, 0, NULL));
    LANGID german = 0x0407, zero = 0, lang = 0;
    WS_ERROR_PROPERTY property = {WS_ERROR_PROPERTY_LANGID, &german, sizeof german};
    OK(WsCreateError(&property, 1, &error));
    OK(WsGetErrorProperty(error, WS_ERROR_PROPERTY_LANGID, &lang, sizeof lang));
    CHECK(lang == german);
    WS_ERROR_PROPERTY bad[] = {
        {WS_ERROR_PROPERTY_LANGID, &zero, sizeof zero},
        {WS_ERROR_PROPERTY_LANGID, &german, 4},
        {WS_ERROR_PROPERTY_LANGID, NULL, sizeof german},
        {WS_ERROR_PROPERTY_STRING_COUNT, &german, sizeof german},
        {(WS_ERROR_PROPERTY_ID)-1, &german, sizeof german},
    };
    for (ULONG i = 0; i < WsCountOf(bad); i++)
        EXPECT(E_INVALIDARG, WsCreateError(&bad[i], 1, &copy));
    CHECK(copy == NULL);
    OK(WsCreateError(NULL, 0, &copy));

    /* Newest first, copied, with zeros inside. */
    WCHAR text[] = {'o', 'n', 'e'};
    WS_STRING one = {3, text}, two = WS_STRING_VALUE(L"two"), none = WS_STRING_EMPTY;
    OK(WsAddErrorString(error, &one));
    text[0] = 'X';
    OK(WsAddErrorString(error, &two));
    OK(WsAddErrorString(error, &none));
    CHECK(count(error) == 3);
    OK(WsGetErrorString(error, 0, &string));
    CHECK(string.length == 0);
    OK(WsGetErrorString(error, 1, &string));
    CHECK(same_text(string, "two"));
    OK(WsGetErrorString(error, 2, &string));
    CHECK(same_text(string, "one"));
    EXPECT(E_INVALIDARG, WsGetErrorString(error, 3, &string));
    EXPECT(E_INVALIDARG, WsGetErrorString(error, 0xFFFFFFFF, &string));
    EXPECT(E_INVALIDARG, WsGetErrorString(error, 0, NULL));
    EXPECT(E_INVALIDARG, WsAddErrorString(error, NULL));
    WS_STRING broken = {3, NULL};
    EXPECT(E_INVALIDARG, WsAddErrorString(error, &broken));

    /* The original code counts as a string, the last one. */
    HRESULT original = E_OUTOFMEMORY, got = 1;
    OK(WsGetErrorProperty(error, WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE, &got, sizeof got));
    CHECK(got == NOERROR);
    OK(WsSetErrorProperty(error, WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE, &original, sizeof original));
    CHECK(count(error) == 4);
    OK(WsGetErrorString(error, 3, &string));
    CHECK(string.length > 10);
    EXPECT(E_INVALIDARG, WsGetErrorString(error, 4, &string));

    /* The language only while there are no strings; the number of strings never. */
    EXPECT(WS_E_INVALID_OPERATION, WsSetErrorProperty(error, WS_ERROR_PROPERTY_LANGID, &german, sizeof german));
    ULONG n = 0;
    EXPECT(E_INVALIDARG, WsSetErrorProperty(error, WS_ERROR_PROPERTY_STRING_COUNT, &n, sizeof n));
    EXPECT(E_INVALIDARG, WsSetErrorProperty(error, WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE, &original, 2));
    EXPECT(E_INVALIDARG, WsGetErrorProperty(error, (WS_ERROR_PROPERTY_ID)3, &n, sizeof n));

    /* A copy is a copy. */
    OK(WsCopyError(error, copy));
    OK(WsCopyError(copy, copy));
    CHECK(count(copy) == 4);
    OK(WsResetError(error));
    CHECK(count(error) == 0);
    OK(WsGetErrorString(copy, 2, &string));
    CHECK(same_text(string, "one"));
    EXPECT(E_INVALIDARG, WsCopyError(error, NULL));
    LANGID french = 0x040C;
    OK(WsSetErrorProperty(error, WS_ERROR_PROPERTY_LANGID, &french, sizeof french));
    OK(WsResetError(error));
    OK(WsGetErrorProperty(error, WS_ERROR_PROPERTY_LANGID, &lang, sizeof lang));
    CHECK(lang == german);

    /* A failing call appends words; a successful one does not touch the error. */
    OK(WsCreateHeap(8, 0, NULL, 0, &heap, error));
    CHECK(count(error) == 0);
    void* memory;
    EXPECT(WS_E_QUOTA_EXCEEDED, WsAlloc(heap, 9, &memory, error));
    ULONG first = count(error);
    CHECK(first >= 2);
    CHECK(error_says(error, "WsAlloc failed"));
    CHECK(error_says(error, "maximum size of the heap, 8 bytes"));
    EXPECT(WS_E_QUOTA_EXCEEDED, WsAlloc(heap, 10, &memory, error));
    CHECK(count(error) == 2 * first);
    EXPECT(WS_E_QUOTA_EXCEEDED, WsAlloc(heap, 11, &memory, NULL));

    WsFreeHeap(heap);
    WsFreeError(copy);
    WsFreeError(error);
    WsFreeError(NULL);
    return 0;
}
