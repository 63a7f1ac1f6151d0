/* Small helpers: string comparison, blanks, dates, the static dictionary, chains of steps. */
#include "check.h"
#include <pthread.h>

static void strings(void)
{
    WS_XML_STRING a = WS_XML_STRING_VALUE("text"), b = WS_XML_STRING_VALUE("text"), c = WS_XML_STRING_VALUE("Text");
    WS_XML_STRING empty = WS_XML_STRING_NULL, broken = {4, NULL, NULL, 0};
    OK(WsXmlStringEquals(&a, &b, g_error));
    EXPECT(S_FALSE, WsXmlStringEquals(&a, &c, g_error));
    EXPECT(S_FALSE, WsXmlStringEquals(&a, &empty, g_error));
    OK(WsXmlStringEquals(&empty, &empty, g_error));
    EXPECT(E_INVALIDARG, WsXmlStringEquals(&a, NULL, g_error));
    EXPECT(E_INVALIDARG, WsXmlStringEquals(&a, &broken, g_error));

    /* The dictionary is a short cut only: other numbers may stand for the same text. */
    WS_XML_DICTIONARY dictionary = {{1, 2, 3, {4}}, &a, 1, TRUE};
    WS_XML_STRING d = WS_XML_STRING_DICTIONARY_VALUE("text", &dictionary, 0);
    WS_XML_STRING e = WS_XML_STRING_DICTIONARY_VALUE("text", &dictionary, 1);
    OK(WsXmlStringEquals(&d, &e, g_error));
    OK(WsXmlStringEquals(&a, &d, g_error));

    const WCHAR* text = L" \t\r\n a b\n ";
    WCHAR* trimmed = NULL;
    ULONG length = 0;
    OK(WsTrimXmlWhitespace((WCHAR*)text, 10, &trimmed, &length, g_error));
    CHECK(trimmed == text + 5 && length == 3);
    OK(WsTrimXmlWhitespace((WCHAR*)text, 5, &trimmed, &length, g_error));
    CHECK(trimmed == text + 5 && length == 0);
    OK(WsTrimXmlWhitespace(NULL, 0, &trimmed, &length, g_error));
    CHECK(length == 0);
    EXPECT(E_INVALIDARG, WsTrimXmlWhitespace(NULL, 1, &trimmed, &length, g_error));
}

static void names(void)
{
    WCHAR good[] = {'a', 0x00E9, '-', '1', '.', 0xD800, 0xDC00};
    OK(WsVerifyXmlNCName(good, 7, g_error));
    OK(WsVerifyXmlNCName(good, 1, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsVerifyXmlNCName(good, 0, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsVerifyXmlNCName(good + 2, 2, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsVerifyXmlNCName(good, 6, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsVerifyXmlNCName(L"a:b", 3, g_error));
    EXPECT(E_INVALIDARG, WsVerifyXmlNCName(NULL, 1, g_error));
}

static void dates(void)
{
    FILETIME file = {1, 0};
    WS_DATETIME date;
    OK(WsFileTimeToDateTime(&file, &date, g_error));
    CHECK(date.ticks == 504911232000000001ull && date.format == WS_DATETIME_FORMAT_UTC);
    date.ticks += 1ull << 32;
    OK(WsDateTimeToFileTime(&date, &file, g_error));
    CHECK(file.dwLowDateTime == 1 && file.dwHighDateTime == 1);
    date.ticks = 504911231999999999ull;
    EXPECT(WS_E_INVALID_FORMAT, WsDateTimeToFileTime(&date, &file, g_error));
    date.ticks = ~0ull;
    EXPECT(WS_E_INVALID_FORMAT, WsDateTimeToFileTime(&date, &file, g_error));
    FILETIME late = {0xFFFFFFFF, 0xFFFFFFFF};
    EXPECT(WS_E_INVALID_FORMAT, WsFileTimeToDateTime(&late, &date, g_error));
    EXPECT(E_INVALIDARG, WsFileTimeToDateTime(NULL, &date, g_error));
}

static void dictionary(void)
{
    WS_XML_DICTIONARY *first = NULL, *second = NULL;
    OK(WsGetDictionary(WS_ENCODING_XML_BINARY_1, &first, g_error));
    OK(WsGetDictionary(WS_ENCODING_XML_BINARY_SESSION_1, &second, g_error));
    CHECK(first == second && first->isConst && first->stringCount == 487);
    CHECK(first->strings[1].dictionary == first && first->strings[1].id == 1);
    CHECK(first->strings[1].length == 8 && memcmp(first->strings[1].bytes, "Envelope", 8) == 0);
    EXPECT(E_INVALIDARG, WsGetDictionary(WS_ENCODING_XML_UTF8, &first, g_error));
    EXPECT(E_INVALIDARG, WsGetDictionary((WS_ENCODING)9, &first, g_error));
}

/* A chain of three steps: one at once, one that completes on another thread, one that fails in the end. */
static HRESULT g_last, g_result;
static int g_steps, g_completions;
static pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_done = PTHREAD_COND_INITIALIZER;

static void* complete_later(void* context)
{
    WS_ASYNC_CONTEXT* later = context;
    later->callback(WS_E_OPERATION_TIMED_OUT, WS_LONG_CALLBACK, later->callbackState);
    free(later);
    return NULL;
}

static HRESULT CALLBACK third(HRESULT hr, WS_CALLBACK_MODEL model, void* state, WS_ASYNC_OPERATION* next,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)model, (void)next, (void)context, (void)error, (void)state;
    g_steps++;
    CHECK(hr == WS_E_OPERATION_TIMED_OUT);
    return g_last;
}

static HRESULT CALLBACK second(HRESULT hr, WS_CALLBACK_MODEL model, void* state, WS_ASYNC_OPERATION* next,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)model, (void)error;
    g_steps++;
    CHECK(hr == S_FALSE);
    next->function = third;
    if (context == NULL)
        return WS_E_OPERATION_TIMED_OUT;
    WS_ASYNC_CONTEXT* later = malloc(sizeof *later);
    *later = *context;
    CHECK(pthread_create(state, NULL, complete_later, later) == 0);
    return WS_S_ASYNC;
}

static HRESULT CALLBACK first(HRESULT hr, WS_CALLBACK_MODEL model, void* state, WS_ASYNC_OPERATION* next,
    const WS_ASYNC_CONTEXT* context, WS_ERROR* error)
{
    (void)context, (void)state;
    g_steps++;
    CHECK(hr == S_OK && model == WS_SHORT_CALLBACK && error == g_error && next->function == NULL);
    next->function = second;
    return S_FALSE;
}

static void CALLBACK completed(HRESULT hr, WS_CALLBACK_MODEL model, void* state)
{
    CHECK(model == WS_LONG_CALLBACK);
    CHECK(state == &g_result);
    pthread_mutex_lock(&g_lock);
    g_result = hr;
    g_completions++;
    pthread_cond_signal(&g_done);
    pthread_mutex_unlock(&g_lock);
}

static void chains(void)
{
    WS_ASYNC_STATE memory;
    pthread_t thread;
    g_last = E_ABORT;
    EXPECT(E_ABORT, WsAsyncExecute(&memory, first, WS_SHORT_CALLBACK, NULL, NULL, g_error));
    CHECK(g_steps == 3);
    OK(WsAsyncExecute(&memory, NULL, WS_SHORT_CALLBACK, NULL, NULL, g_error));
    EXPECT(E_INVALIDARG, WsAsyncExecute(NULL, first, WS_SHORT_CALLBACK, NULL, NULL, g_error));
    EXPECT(E_INVALIDARG, WsAsyncExecute(&memory, first, (WS_CALLBACK_MODEL)5, NULL, NULL, g_error));

    WS_ASYNC_CONTEXT context = {completed, &g_result};
    EXPECT(WS_S_ASYNC, WsAsyncExecute(&memory, first, WS_SHORT_CALLBACK, &thread, &context, g_error));
    pthread_mutex_lock(&g_lock);
    while (g_completions == 0)
        pthread_cond_wait(&g_done, &g_lock);
    pthread_mutex_unlock(&g_lock);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(g_steps == 6 && g_completions == 1 && g_result == E_ABORT);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    strings();
    names();
    dates();
    dictionary();
    chains();
    WsFreeError(g_error);
    return 0;
}
