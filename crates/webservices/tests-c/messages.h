/* What the programs about messages share: a message to text and back, short descriptions. */
#ifndef MESSAGES_H_INCLUDED
#define MESSAGES_H_INCLUDED

#include "check.h"

#define X(text) (&(WS_XML_STRING)WS_XML_STRING_VALUE(text))
#define S(text) ((WS_STRING)WS_STRING_VALUE(text))
#define SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define WSA10 "http://www.w3.org/2005/08/addressing"

static WS_HEAP* heap;
static WS_XML_READER* r;
static WS_XML_WRITER* w;

/* The body of most messages: <go xmlns="urn:b">number</go>. */
static WS_ELEMENT_DESCRIPTION go = {X("go"), X("urn:b"), WS_INT32_TYPE, NULL};

static inline void messages_start(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1 << 20, 1 << 16, NULL, 0, &heap, g_error));
    OK(WsCreateReader(NULL, 0, &r, g_error));
    OK(WsCreateWriter(NULL, 0, &w, g_error));
}

static inline void messages_end(void)
{
    WsFreeWriter(w);
    WsFreeReader(r);
    WsFreeHeap(heap);
    WsFreeError(g_error);
}

static inline WS_MESSAGE* create(WS_ENVELOPE_VERSION envelope, WS_ADDRESSING_VERSION addressing)
{
    WS_MESSAGE* message = NULL;
    OK(WsCreateMessage(envelope, addressing, NULL, 0, &message, g_error));
    return message;
}

static inline WS_MESSAGE_STATE state(WS_MESSAGE* message)
{
    WS_MESSAGE_STATE state = 0;
    OK(WsGetMessageProperty(message, WS_MESSAGE_PROPERTY_STATE, &state, sizeof state, g_error));
    return state;
}

static inline BOOL flag(WS_MESSAGE* message, WS_MESSAGE_PROPERTY_ID id)
{
    BOOL value = 7;
    OK(WsGetMessageProperty(message, id, &value, sizeof value, g_error));
    CHECK(value == TRUE || value == FALSE);
    return value;
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

/* Writes the message with its usual body. */
static inline void write_message(WS_MESSAGE* message, int number)
{
    output();
    OK(WsWriteEnvelopeStart(message, w, NULL, NULL, g_error));
    OK(WsWriteBody(message, &go, WS_WRITE_REQUIRED_VALUE, &number, sizeof number, g_error));
    OK(WsWriteEnvelopeEnd(message, g_error));
}

/* Reads the start of a message. */
static inline void read_message(WS_MESSAGE* message, const char* text)
{
    input(text);
    OK(WsReadEnvelopeStart(message, r, NULL, NULL, g_error));
}

#endif
