/* XML buffers: made, written into at positions, read with all moves, cut, copied into themselves. */
#include "check.h"

#define X(text) (&(const WS_XML_STRING)WS_XML_STRING_VALUE(text))
static const WS_XML_STRING none = WS_XML_STRING_NULL;
static WS_HEAP* heap;
static WS_XML_READER* r;
static WS_XML_WRITER *w, *to_bytes;

static WS_XML_BUFFER* from_text(const char* text)
{
    WS_XML_BUFFER* buffer = NULL;
    OK(WsReadXmlBufferFromBytes(r, NULL, NULL, 0, text, (ULONG)strlen(text), heap, &buffer, g_error));
    return buffer;
}

static void is(WS_XML_BUFFER* buffer, const char* text)
{
    void* bytes = NULL;
    ULONG length = 0;
    BOOL yes = TRUE;
    WS_XML_WRITER_PROPERTY fragment = {WS_XML_WRITER_PROPERTY_ALLOW_FRAGMENT, &yes, sizeof yes};
    OK(WsWriteXmlBufferToBytes(to_bytes, buffer, NULL, &fragment, 1, heap, &bytes, &length, g_error));
    if (length != strlen(text) || memcmp(bytes, text, length) != 0) {
        fprintf(stderr, "buffer   %.*s\nexpected %s\n", (int)length, (char*)bytes, text);
        exit(1);
    }
}

static WS_XML_NODE_TYPE type(void)
{
    const WS_XML_NODE* node = NULL;
    OK(WsGetReaderNode(r, &node, g_error));
    return node->nodeType;
}

static char name(void)
{
    const WS_XML_NODE* node = NULL;
    OK(WsGetReaderNode(r, &node, g_error));
    return node->nodeType == WS_XML_NODE_TYPE_ELEMENT ? (char)((const WS_XML_ELEMENT_NODE*)node)->localName->bytes[0] : 0;
}

static void moves(void)
{
    WS_XML_BUFFER* buffer = from_text("<a>text<b/><!--c--><d><e/></d></a>");
    WS_XML_NODE_POSITION start, other;
    BOOL found = FALSE;
    OK(WsSetInputToBuffer(r, buffer, NULL, 0, g_error));
    CHECK(type() == WS_XML_NODE_TYPE_BOF);
    OK(WsMoveReader(r, WS_MOVE_TO_ROOT_ELEMENT, NULL, g_error));
    CHECK(name() == 'a');
    OK(WsGetReaderPosition(r, &start, g_error));
    CHECK(start.buffer == buffer && start.node != NULL);
    OK(WsMoveReader(r, WS_MOVE_TO_CHILD_NODE, NULL, g_error));
    CHECK(type() == WS_XML_NODE_TYPE_TEXT);
    OK(WsMoveReader(r, WS_MOVE_TO_NEXT_ELEMENT, NULL, g_error));
    CHECK(name() == 'b');
    OK(WsMoveReader(r, WS_MOVE_TO_NEXT_ELEMENT, &found, g_error));
    CHECK(found && name() == 'd');
    OK(WsMoveReader(r, WS_MOVE_TO_NEXT_ELEMENT, &found, g_error));
    CHECK(!found && name() == 'd');
    EXPECT(WS_E_INVALID_FORMAT, WsMoveReader(r, WS_MOVE_TO_NEXT_ELEMENT, NULL, g_error));
    CHECK(name() == 'd');
    OK(WsMoveReader(r, WS_MOVE_TO_PREVIOUS_NODE, NULL, g_error));
    CHECK(type() == WS_XML_NODE_TYPE_COMMENT);
    OK(WsMoveReader(r, WS_MOVE_TO_PREVIOUS_ELEMENT, NULL, g_error));
    CHECK(name() == 'b');
    OK(WsMoveReader(r, WS_MOVE_TO_END_ELEMENT, NULL, g_error));
    CHECK(type() == WS_XML_NODE_TYPE_END_ELEMENT);
    OK(WsMoveReader(r, WS_MOVE_TO_NEXT_NODE, &found, g_error));
    CHECK(!found);
    OK(WsMoveReader(r, WS_MOVE_TO_PARENT_ELEMENT, NULL, g_error));
    CHECK(name() == 'b');
    OK(WsMoveReader(r, WS_MOVE_TO_NEXT_NODE, NULL, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_NEXT_NODE, NULL, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_CHILD_ELEMENT, NULL, g_error));
    CHECK(name() == 'e');
    OK(WsMoveReader(r, WS_MOVE_TO_FIRST_NODE, NULL, g_error));
    CHECK(name() == 'e');
    OK(WsMoveReader(r, WS_MOVE_TO_EOF, NULL, g_error));
    CHECK(type() == WS_XML_NODE_TYPE_EOF);
    OK(WsMoveReader(r, WS_MOVE_TO_BOF, NULL, g_error));
    CHECK(type() == WS_XML_NODE_TYPE_BOF);
    EXPECT(E_INVALIDARG, WsMoveReader(r, (WS_MOVE_TO)12, NULL, g_error));
    OK(WsSetReaderPosition(r, &start, g_error));
    CHECK(name() == 'a');

    /* A position belongs to its buffer. */
    WS_XML_BUFFER* second = from_text("<z/>");
    OK(WsSetInputToBuffer(r, second, NULL, 0, g_error));
    EXPECT(E_INVALIDARG, WsSetReaderPosition(r, &start, g_error));
    other = start;
    other.node = NULL;
    EXPECT(E_INVALIDARG, WsSetReaderPosition(r, &other, g_error));
    other.buffer = (WS_XML_BUFFER*)g_error;
    EXPECT(E_INVALIDARG, WsSetReaderPosition(r, &other, g_error));

    /* Positions are for buffers only. */
    OK(WsSetInput(r, NULL, NULL, NULL, 0, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsMoveReader(r, WS_MOVE_TO_BOF, NULL, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsGetReaderPosition(r, &other, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsSetReaderPosition(r, &start, g_error));
    WS_XML_WRITER_TEXT_ENCODING text = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
    WS_XML_WRITER_BUFFER_OUTPUT memory = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    OK(WsSetOutput(w, &text.encoding, &memory.output, NULL, 0, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsMoveWriter(w, WS_MOVE_TO_BOF, NULL, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsGetWriterPosition(w, &other, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsSetWriterPosition(w, &start, g_error));
}

static void writing(void)
{
    WS_XML_BUFFER* buffer = NULL;
    WS_XML_NODE_POSITION b, end, bof;
    LONG number = 42;
    OK(WsCreateXmlBuffer(heap, NULL, 0, &buffer, g_error));
    is(buffer, "");
    OK(WsSetOutputToBuffer(w, buffer, NULL, 0, g_error));
    OK(WsWriteStartElement(w, NULL, X("a"), X("urn:a"), g_error));
    OK(WsWriteStartElement(w, NULL, X("b"), X("urn:a"), g_error));
    OK(WsWriteStartAttribute(w, NULL, X("n"), &none, FALSE, g_error));
    OK(WsWriteValue(w, WS_INT32_VALUE_TYPE, &number, sizeof number, g_error));
    OK(WsWriteEndAttribute(w, g_error));
    OK(WsWriteEndStartElement(w, g_error));
    OK(WsWriteBytes(w, "hello", 5, g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsWriteEndElement(w, g_error));
    is(buffer, "<a xmlns=\"urn:a\"><b n=\"42\">aGVsbG8=</b></a>");
    OK(WsFlushWriter(w, 0, NULL, g_error)); /* nothing to do */
    WS_BYTES bytes;
    EXPECT(WS_E_INVALID_OPERATION, WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));

    /* Types are kept. */
    OK(WsSetInputToBuffer(r, buffer, NULL, 0, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_ROOT_ELEMENT, NULL, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_CHILD_ELEMENT, NULL, g_error));
    OK(WsGetReaderPosition(r, &b, g_error));
    const WS_XML_NODE* node = NULL;
    OK(WsGetReaderNode(r, &node, g_error));
    const WS_XML_ELEMENT_NODE* element = (const WS_XML_ELEMENT_NODE*)node;
    CHECK(element->attributeCount == 1 && element->attributes[0]->value->textType == WS_XML_TEXT_TYPE_INT32);
    OK(WsReadNode(r, g_error));
    OK(WsGetReaderNode(r, &node, g_error));
    CHECK(((const WS_XML_TEXT_NODE*)node)->text->textType == WS_XML_TEXT_TYPE_BASE64);

    /* In front of a node; in front of the end of an element. */
    OK(WsSetWriterPosition(w, &b, g_error));
    OK(WsWriteStartElement(w, NULL, X("first"), X("urn:a"), g_error));
    OK(WsWriteEndElement(w, g_error));
    OK(WsSetWriterPosition(w, &b, g_error));
    OK(WsMoveWriter(w, WS_MOVE_TO_END_ELEMENT, NULL, g_error));
    OK(WsGetWriterPosition(w, &end, g_error));
    OK(WsWriteCharsUtf8(w, (const BYTE*)"!", 1, g_error));
    is(buffer, "<a xmlns=\"urn:a\"><first/><b n=\"42\">aGVsbG8=!</b></a>");
    BOOL found = TRUE;
    OK(WsMoveWriter(w, WS_MOVE_TO_NEXT_NODE, &found, g_error));
    CHECK(!found);

    /* Removed: an element with all that is in it; not its end, not the root. */
    EXPECT(WS_E_INVALID_OPERATION, WsRemoveNode(&end, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_BOF, NULL, g_error));
    OK(WsGetReaderPosition(r, &bof, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsRemoveNode(&bof, g_error));
    OK(WsRemoveNode(&b, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsRemoveNode(&b, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsSetReaderPosition(r, &b, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsSetWriterPosition(w, &end, g_error));
    is(buffer, "<a xmlns=\"urn:a\"><first/></a>");

    /* Into itself. */
    WS_XML_NODE_POSITION root;
    OK(WsMoveReader(r, WS_MOVE_TO_ROOT_ELEMENT, NULL, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_END_ELEMENT, NULL, g_error));
    OK(WsGetReaderPosition(r, &root, g_error));
    OK(WsSetOutputToBuffer(w, buffer, NULL, 0, g_error));
    OK(WsSetWriterPosition(w, &root, g_error));
    OK(WsWriteXmlBuffer(w, buffer, g_error));
    is(buffer, "<a xmlns=\"urn:a\"><first/><a><first/></a></a>");
}

static void copies(void)
{
    WS_XML_BUFFER *buffer = from_text("<a><b c='1'>x</b><d/></a>"), *part = NULL, *odd = NULL;
    OK(WsSetInputToBuffer(r, buffer, NULL, 0, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_ROOT_ELEMENT, NULL, g_error));
    OK(WsMoveReader(r, WS_MOVE_TO_CHILD_ELEMENT, NULL, g_error));
    OK(WsReadXmlBuffer(r, heap, &part, g_error));
    CHECK(name() == 'd'); /* behind what was read */
    is(part, "<b c='1'>x</b>");
    OK(WsReadNode(r, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsReadXmlBuffer(r, heap, &odd, g_error));

    WS_XML_WRITER_TEXT_ENCODING text = {{WS_XML_WRITER_ENCODING_TYPE_TEXT}, WS_CHARSET_UTF8};
    WS_XML_WRITER_BUFFER_OUTPUT memory = {{WS_XML_WRITER_OUTPUT_TYPE_BUFFER}};
    OK(WsSetOutput(w, &text.encoding, &memory.output, NULL, 0, g_error));
    OK(WsWriteStartElement(w, NULL, X("out"), &none, g_error));
    OK(WsWriteXmlBuffer(w, part, g_error));
    OK(WsSetInputToBuffer(r, part, NULL, 0, g_error));
    OK(WsReadNode(r, g_error));
    OK(WsCopyNode(w, r, g_error));
    OK(WsWriteEndElement(w, g_error));
    WS_BYTES bytes;
    OK(WsGetWriterProperty(w, WS_XML_WRITER_PROPERTY_BYTES, &bytes, sizeof bytes, g_error));
    static const char expected[] = "<out><b c='1'>x</b><b c='1'>x</b></out>";
    CHECK(bytes.length == sizeof expected - 1 && memcmp(bytes.bytes, expected, bytes.length) == 0);
    OK(WsSetOutput(w, NULL, NULL, NULL, 0, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsCopyNode(w, r, g_error));
    EXPECT(WS_E_INVALID_OPERATION, WsWriteXmlBuffer(w, part, g_error));
}

static void limits(void)
{
    WS_HEAP* small = NULL;
    WS_XML_BUFFER* buffer = NULL;
    ULONG one = 1;
    WS_XML_BUFFER_PROPERTY property = {(WS_XML_BUFFER_PROPERTY_ID)0, &one, sizeof one};
    OK(WsCreateHeap(600, 0, NULL, 0, &small, g_error));
    EXPECT(E_INVALIDARG, WsCreateXmlBuffer(small, &property, 1, &buffer, g_error));
    EXPECT(E_INVALIDARG, WsCreateXmlBuffer(NULL, NULL, 0, &buffer, g_error));
    OK(WsCreateXmlBuffer(small, NULL, 0, &buffer, g_error));
    OK(WsSetOutputToBuffer(w, buffer, NULL, 0, g_error));
    OK(WsWriteStartElement(w, NULL, X("a"), &none, g_error));
    HRESULT hr = S_OK;
    for (int i = 0; i < 1000 && SUCCEEDED(hr); i++)
        hr = WsWriteCharsUtf8(w, (const BYTE*)"0123456789", 10, NULL);
    if (SUCCEEDED(hr))
        hr = WsWriteEndElement(w, NULL);
    CHECK(hr == WS_E_QUOTA_EXCEEDED);
    static const char text[] = "<a><b>0123456789</b><b>0123456789</b><b>0123456789</b><b>0123456789</b><b>0123456789</b>"
                               "<b>0123456789</b><b>0123456789</b><b>0123456789</b></a>";
    EXPECT(WS_E_QUOTA_EXCEEDED,
        WsReadXmlBufferFromBytes(r, NULL, NULL, 0, text, sizeof text - 1, small, &buffer, g_error));
    EXPECT(WS_E_INVALID_FORMAT, WsReadXmlBufferFromBytes(r, NULL, NULL, 0, "<a>", 3, heap, &buffer, g_error));
    EXPECT(E_INVALIDARG, WsReadXmlBufferFromBytes(r, NULL, NULL, 0, NULL, 3, heap, &buffer, g_error));

    /* A reader may outlive the heap of its buffer. */
    OK(WsReadXmlBufferFromBytes(r, NULL, NULL, 0, "<a>1</a>", 8, small, &buffer, g_error));
    OK(WsSetInputToBuffer(r, buffer, NULL, 0, g_error));
    WsFreeHeap(small);
    OK(WsReadStartElement(r, g_error));
    OK(WsReadValue(r, WS_UINT32_VALUE_TYPE, &one, sizeof one, g_error));
    CHECK(one == 1);
}

int main(void)
{
    OK(WsCreateError(NULL, 0, &g_error));
    OK(WsCreateHeap(1000000, 0, NULL, 0, &heap, g_error));
    OK(WsCreateReader(NULL, 0, &r, g_error));
    OK(WsCreateWriter(NULL, 0, &w, g_error));
    OK(WsCreateWriter(NULL, 0, &to_bytes, g_error));
    moves();
    writing();
    copies();
    limits();
    WsFreeWriter(to_bytes);
    WsFreeWriter(w);
    WsFreeReader(r);
    WsFreeHeap(heap);
    WsFreeError(g_error);
    return 0;
}
