/* What the programs about typed data share: a value to text, text to a value, short descriptions. */
#ifndef TYPED_H_INCLUDED
#define TYPED_H_INCLUDED

#include <stddef.h>
#include "check.h"

static WS_HEAP* heap;
static WS_XML_READER* r;
static WS_XML_WRITER* w;

#define X(text) (&(WS_XML_STRING)WS_XML_STRING_VALUE(text))
static WS_XML_STRING none = WS_XML_STRING_NULL;

static inline void typed_start(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 20, 1 << 16, NULL, 0, &heap, g_error));
    OK(WsCreateReader(NULL, 0, &r, g_error));
    OK(WsCreateWriter(NULL, 0, &w, g_error));
}

static inline void typed_end(void)
{
    WsFreeWriter(w);
    WsFreeReader(r);
    WsFreeHeap(heap);
    WsFreeError(g_error);
}

/* The reader stands before this document. */
static inline void input(const char* text)
{
    static const WS_XML_READER_TEXT_ENCODING utf8 = {{WS_XML_READER_ENCODING_TYPE_TEXT}, WS_CHARSET_AUTO};
    WS_XML_READER_BUFFER_INPUT in = {{WS_XML_READER_INPUT_TYPE_BUFFER}, (void*)text, (ULONG)strlen(text)};
    OK(WsSetInput(r, &utf8.encoding, &in.input, NULL, 0, g_error));
}

/* The writer writes into memory. */
static inline void output(void)
{
    static const WS_XML_WRITER_TEXT_ENCODING utf8 = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
    WS_XML_WRITER_BUFFER_OUTPUT out = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    OK(WsSetOutput(w, &utf8.encoding, &out.output, NULL, 0, g_error));
}

/* What was written is this text. */
static inline void wrote(const char* file, int line, const char* text)
{
    WS_BYTES bytes;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
    if (bytes.length != strlen(text) || memcmp(bytes.bytes, text, bytes.length) != 0) {
        fprintf(stderr, "%s:%d:\n  wrote    %.*s\n  expected %s\n", file, line, (int)bytes.length, bytes.bytes, text);
        exit(1);
    }
}
#define WROTE(text) wrote(__FILE__, __LINE__, text)

/* Reads and writes <t> of this type. */
static inline HRESULT read_t(WS_TYPE type, const void* description, WS_READ_OPTION option, void* value, ULONG size)
{
    WS_ELEMENT_DESCRIPTION t = {X("t"), &none, type, (void*)description};
    return WsReadElement(r, &t, option, heap, value, size, g_error);
}

static inline HRESULT write_t(WS_TYPE type, const void* description, WS_WRITE_OPTION option, const void* value, ULONG size)
{
    WS_ELEMENT_DESCRIPTION t = {X("t"), &none, type, (void*)description};
    return WsWriteElement(w, &t, option, value, size, g_error);
}

/* Reads a document with one value. */
static inline HRESULT from_text(const char* text, WS_TYPE type, const void* description, WS_READ_OPTION option, void* value, ULONG size)
{
    input(text);
    return read_t(type, description, option, value, size);
}

/* Reads a struct by its description, writes it again: the document is the same. */
static inline void again(const char* file, int line, const char* text, WS_STRUCT_DESCRIPTION* description)
{
    void* value = NULL;
    input(text);
    expect(file, line, text, S_OK, read_t(WS_STRUCT_TYPE, description, WS_READ_REQUIRED_POINTER, &value, sizeof value), g_error);
    output();
    expect(file, line, text, S_OK, write_t(WS_STRUCT_TYPE, description, WS_WRITE_REQUIRED_POINTER, &value, sizeof value), g_error);
    wrote(file, line, text);
}
#define AGAIN(text, description) again(__FILE__, __LINE__, text, description)

/* A field with all that is not named set to 0. */
#define FIELD(struct_type, member, mapping_, type_, ...) \
    {.mapping = mapping_, .type = type_, .offset = offsetof(struct_type, member), __VA_ARGS__}
#define ELEMENT(struct_type, member, type_, ...) \
    FIELD(struct_type, member, WS_ELEMENT_FIELD_MAPPING, type_, .localName = X(#member), .ns = &none, __VA_ARGS__)

/* The description of a struct from an array of pointers to fields. */
#define STRUCT(struct_type, field_pointers) \
    {.size = sizeof(struct_type), .alignment = 8, .fields = field_pointers, .fieldCount = sizeof field_pointers / sizeof *field_pointers}

#endif
