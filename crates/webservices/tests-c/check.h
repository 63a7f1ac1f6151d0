/* What the test programs share: checks that print where they failed, and text as literals. */
#ifndef CHECK_H_INCLUDED
#define CHECK_H_INCLUDED

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <webservices.h>

/* Fails the program unless the condition holds. */
#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

/* Fails the program unless the call gives this HRESULT. */
#define EXPECT(expected, call) expect(__FILE__, __LINE__, #call, (expected), (call), g_error)
#define OK(call) EXPECT(S_OK, call)

/* Programs set this to see why a call failed. */
static WS_ERROR* g_error = NULL;

static inline void print_error(WS_ERROR* error)
{
    ULONG count = 0;
    if (error == NULL || FAILED(WsGetErrorProperty(error, WS_ERROR_PROPERTY_STRING_COUNT, &count, sizeof count)))
        return;
    for (ULONG i = 0; i < count && i < 4; i++) {
        WS_STRING string;
        if (FAILED(WsGetErrorString(error, i, &string)))
            return;
        fputs("  ", stderr);
        for (ULONG k = 0; k < string.length; k++)
            fputc(string.chars[k] < 0x80 ? (int)string.chars[k] : '?', stderr);
        fputc('\n', stderr);
    }
}

static inline void expect(const char* file, int line, const char* call, HRESULT expected, HRESULT got, WS_ERROR* error)
{
    if (got == expected)
        return;
    fprintf(stderr, "%s:%d: %s\n  returned 0x%08x, not 0x%08x\n", file, line, call, (unsigned)got, (unsigned)expected);
    print_error(error);
    exit(1);
}

/* A UTF-16 string equal to ASCII text? */
static inline int same_text(WS_STRING string, const char* text)
{
    if (string.length != strlen(text))
        return 0;
    for (ULONG i = 0; i < string.length; i++)
        if (string.chars[i] != (WCHAR)(unsigned char)text[i])
            return 0;
    return 1;
}

/* Does a string of the error contain the ASCII text? */
static inline int error_says(WS_ERROR* error, const char* text)
{
    ULONG count = 0;
    size_t length = strlen(text);
    if (FAILED(WsGetErrorProperty(error, WS_ERROR_PROPERTY_STRING_COUNT, &count, sizeof count)))
        return 0;
    for (ULONG i = 0; i < count; i++) {
        WS_STRING string;
        if (FAILED(WsGetErrorString(error, i, &string)))
            return 0;
        for (ULONG at = 0; at + length <= string.length; at++) {
            WS_STRING part = {(ULONG)length, string.chars + at};
            if (same_text(part, text))
                return 1;
        }
    }
    return 0;
}

/* A growing block of bytes. */
typedef struct {
    unsigned char* bytes;
    size_t length;
} BLOCK;

static inline void block_append(BLOCK* block, const void* bytes, size_t length)
{
    if (length == 0)
        return;
    block->bytes = (unsigned char*)realloc(block->bytes, block->length + length);
    CHECK(block->bytes != NULL);
    memcpy(block->bytes + block->length, bytes, length);
    block->length += length;
}

static inline void block_free(BLOCK* block)
{
    free(block->bytes);
    block->bytes = NULL;
    block->length = 0;
}

static inline int block_is(const BLOCK* block, const char* text)
{
    return block->length == strlen(text) && memcmp(block->bytes, text, block->length) == 0;
}

#endif
