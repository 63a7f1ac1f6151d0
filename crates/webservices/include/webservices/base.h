/* Names that everything else uses: handles, counted strings, values, dictionaries, asynchronous calls. */
#ifndef WS_BASE_H_INCLUDED
#define WS_BASE_H_INCLUDED

/* ---- Handles ------------------------------------------------------------------------------------------- */
/* Every object is an opaque handle. A handle takes part in one operation at a time, on any thread. */

typedef struct _WS_ERROR WS_ERROR;                         /* Collects what went wrong, in words (error.h). */
typedef struct _WS_HEAP WS_HEAP;                           /* Memory that is freed all at once (heap.h). */
typedef struct _WS_XML_READER WS_XML_READER;               /* Reads XML in any encoding (reader.h). */
typedef struct _WS_XML_WRITER WS_XML_WRITER;               /* Writes XML in any encoding (writer.h). */
typedef struct _WS_XML_BUFFER WS_XML_BUFFER;               /* An XML tree in memory (xmlbuffer.h). */
typedef struct _WS_MESSAGE WS_MESSAGE;                     /* One SOAP message (message.h). */
typedef struct _WS_CHANNEL WS_CHANNEL;                     /* Carries messages over a transport (channel.h). */
typedef struct _WS_LISTENER WS_LISTENER;                   /* Accepts channels (listener.h). */
typedef struct _WS_OPERATION_CONTEXT WS_OPERATION_CONTEXT; /* What a running service operation may ask for (service.h). */
typedef struct _WS_SERVICE_PROXY WS_SERVICE_PROXY;         /* The client's side of a service (service.h). */
typedef struct _WS_SERVICE_HOST WS_SERVICE_HOST;           /* Runs the endpoints of a service (service.h). */
typedef struct _WS_SECURITY_TOKEN WS_SECURITY_TOKEN;       /* An issued token (security.h). */
typedef struct _WS_SECURITY_CONTEXT WS_SECURITY_CONTEXT;   /* A security conversation (security.h). */
typedef struct _WS_POLICY WS_POLICY;                       /* The policy of an endpoint (metadata.h). */
typedef struct _WS_METADATA WS_METADATA;                   /* Documents that describe a service (metadata.h). */

/* ---- Strings and bytes --------------------------------------------------------------------------------- */
/* Counted, never zero terminated. A length of 0 allows any pointer. */

/* Bytes in one block; `length` in bytes. */
typedef struct _WS_BYTES {
    ULONG length;
    BYTE* bytes;
} WS_BYTES;

/* Bytes in several blocks. */
typedef struct _WS_BUFFERS {
    ULONG bufferCount;
    WS_BYTES* buffers;
} WS_BUFFERS;

/* UTF-16; `length` in code units. */
typedef struct _WS_STRING {
    ULONG length;
    WCHAR* chars;
} WS_STRING;

typedef struct _WS_XML_STRING WS_XML_STRING;
/* Strings that may be written as numbers. `guid` names the dictionary in this process; it never travels. */
typedef struct _WS_XML_DICTIONARY {
    GUID guid;
    WS_XML_STRING* strings;
    ULONG stringCount;
    BOOL isConst;
} WS_XML_DICTIONARY;

/* UTF-8; `length` in bytes. `dictionary` and `id` are optional and only speed things up. */
typedef struct _WS_XML_STRING {
    ULONG length;
    BYTE* bytes;
    WS_XML_DICTIONARY* dictionary;
    ULONG id;
} WS_XML_STRING;

/* A name in a namespace. */
typedef struct _WS_XML_QNAME {
    WS_XML_STRING localName;
    WS_XML_STRING ns;
} WS_XML_QNAME;

/* ---- Values -------------------------------------------------------------------------------------------- */

/* How the zone of a WS_DATETIME is written. */
typedef enum {
    WS_DATETIME_FORMAT_UTC = 0,
    WS_DATETIME_FORMAT_LOCAL = 1,
    WS_DATETIME_FORMAT_NONE = 2
} WS_DATETIME_FORMAT;

/* 100-nanosecond ticks since 0001-01-01T00:00:00. */
typedef struct _WS_DATETIME {
    ULONGLONG ticks;
    WS_DATETIME_FORMAT format;
} WS_DATETIME;

/* Signed 100-nanosecond ticks. */
typedef struct _WS_TIMESPAN {
    LONGLONG ticks;
} WS_TIMESPAN;

/* An XML Schema duration, by component. `ticks` are the 100 ns ticks left below a millisecond. */
typedef struct _WS_DURATION {
    BOOL negative;
    ULONG years;
    ULONG months;
    ULONG days;
    ULONG hours;
    ULONG minutes;
    ULONG seconds;
    ULONG milliseconds;
    ULONG ticks;
} WS_DURATION;

/* A URI, or a GUID where the URI is empty. */
typedef struct _WS_UNIQUE_ID {
    WS_STRING uri;
    GUID guid;
} WS_UNIQUE_ID;

/* The types that WsReadValue, WsWriteValue and the array functions take. */
typedef enum {
    WS_BOOL_VALUE_TYPE = 0,
    WS_INT8_VALUE_TYPE = 1,
    WS_INT16_VALUE_TYPE = 2,
    WS_INT32_VALUE_TYPE = 3,
    WS_INT64_VALUE_TYPE = 4,
    WS_UINT8_VALUE_TYPE = 5,
    WS_UINT16_VALUE_TYPE = 6,
    WS_UINT32_VALUE_TYPE = 7,
    WS_UINT64_VALUE_TYPE = 8,
    WS_FLOAT_VALUE_TYPE = 9,
    WS_DOUBLE_VALUE_TYPE = 10,
    WS_DECIMAL_VALUE_TYPE = 11,
    WS_DATETIME_VALUE_TYPE = 12,
    WS_TIMESPAN_VALUE_TYPE = 13,
    WS_GUID_VALUE_TYPE = 14,
    WS_DURATION_VALUE_TYPE = 15
} WS_VALUE_TYPE;

/* The types that are read and written by description. */
typedef enum {
    WS_BOOL_TYPE = 0,
    WS_INT8_TYPE = 1,
    WS_INT16_TYPE = 2,
    WS_INT32_TYPE = 3,
    WS_INT64_TYPE = 4,
    WS_UINT8_TYPE = 5,
    WS_UINT16_TYPE = 6,
    WS_UINT32_TYPE = 7,
    WS_UINT64_TYPE = 8,
    WS_FLOAT_TYPE = 9,
    WS_DOUBLE_TYPE = 10,
    WS_DECIMAL_TYPE = 11,
    WS_DATETIME_TYPE = 12,
    WS_TIMESPAN_TYPE = 13,
    WS_GUID_TYPE = 14,
    WS_UNIQUE_ID_TYPE = 15,
    WS_STRING_TYPE = 16,
    WS_WSZ_TYPE = 17,
    WS_BYTES_TYPE = 18,
    WS_XML_STRING_TYPE = 19,
    WS_XML_QNAME_TYPE = 20,
    WS_XML_BUFFER_TYPE = 21,
    WS_CHAR_ARRAY_TYPE = 22,
    WS_UTF8_ARRAY_TYPE = 23,
    WS_BYTE_ARRAY_TYPE = 24,
    WS_DESCRIPTION_TYPE = 25,
    WS_STRUCT_TYPE = 26,
    WS_CUSTOM_TYPE = 27,
    WS_ENDPOINT_ADDRESS_TYPE = 28,
    WS_FAULT_TYPE = 29,
    WS_VOID_TYPE = 30,
    WS_ENUM_TYPE = 31,
    WS_DURATION_TYPE = 32,
    WS_UNION_TYPE = 33,
    WS_ANY_ATTRIBUTES_TYPE = 34
} WS_TYPE;

/* What of the XML a type stands for. */
typedef enum {
    WS_ELEMENT_TYPE_MAPPING = 1,
    WS_ATTRIBUTE_TYPE_MAPPING = 2,
    WS_ELEMENT_CONTENT_TYPE_MAPPING = 3,
    WS_ANY_ELEMENT_TYPE_MAPPING = 4
} WS_TYPE_MAPPING;

/* Character sets of text. Mind that LE precedes BE here, unlike in WS_ENCODING. */
typedef enum {
    WS_CHARSET_AUTO = 0,
    WS_CHARSET_UTF8 = 1,
    WS_CHARSET_UTF16LE = 2,
    WS_CHARSET_UTF16BE = 3
} WS_CHARSET;

/* Encodings of a message. */
typedef enum {
    WS_ENCODING_XML_BINARY_1 = 0,
    WS_ENCODING_XML_BINARY_SESSION_1 = 1,
    WS_ENCODING_XML_MTOM_UTF8 = 2,
    WS_ENCODING_XML_MTOM_UTF16BE = 3,
    WS_ENCODING_XML_MTOM_UTF16LE = 4,
    WS_ENCODING_XML_UTF8 = 5,
    WS_ENCODING_XML_UTF16BE = 6,
    WS_ENCODING_XML_UTF16LE = 7,
    WS_ENCODING_RAW = 8
} WS_ENCODING;

/* Versions of WS-Addressing. */
typedef enum {
    WS_ADDRESSING_VERSION_0_9 = 1,
    WS_ADDRESSING_VERSION_1_0 = 2,
    WS_ADDRESSING_VERSION_TRANSPORT = 3
} WS_ADDRESSING_VERSION;

/* Versions of SOAP. */
typedef enum {
    WS_ENVELOPE_VERSION_SOAP_1_1 = 1,
    WS_ENVELOPE_VERSION_SOAP_1_2 = 2,
    WS_ENVELOPE_VERSION_NONE = 3
} WS_ENVELOPE_VERSION;

/* ---- Asynchronous calls -------------------------------------------------------------------------------- */
/* A function given a WS_ASYNC_CONTEXT may return WS_S_ASYNC; then, and only then, the callback runs,
   once, after the function returned. */

/* How long a callback may run. */
typedef enum {
    WS_SHORT_CALLBACK = 0,
    WS_LONG_CALLBACK = 1
} WS_CALLBACK_MODEL;

/* Tells that an asynchronous call completed. */
typedef void (CALLBACK *WS_ASYNC_CALLBACK)(
    _In_ HRESULT errorCode,
    _In_ WS_CALLBACK_MODEL callbackModel,
    _In_opt_ void* callbackState);

/* Who is told of completion. May live on the stack: it is read during the call only. */
typedef struct _WS_ASYNC_CONTEXT {
    WS_ASYNC_CALLBACK callback;
    void* callbackState;
} WS_ASYNC_CONTEXT;

/* Memory for WsAsyncExecute. The caller owns it until completion and need not set it. */
typedef struct _WS_ASYNC_STATE {
    void* internal0;
    void* internal1;
    void* internal2;
    void* internal3;
    void* internal4;
} WS_ASYNC_STATE;

typedef struct _WS_ASYNC_OPERATION WS_ASYNC_OPERATION;
/* A step of WsAsyncExecute. It may set `next->function` to go on. */
typedef HRESULT (CALLBACK *WS_ASYNC_FUNCTION)(
    _In_ HRESULT hr,
    _In_ WS_CALLBACK_MODEL callbackModel,
    _In_opt_ void* callbackState,
    _Inout_ WS_ASYNC_OPERATION* next,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* The next step of WsAsyncExecute. */
typedef struct _WS_ASYNC_OPERATION {
    WS_ASYNC_FUNCTION function;
} WS_ASYNC_OPERATION;

/* Runs a chain of steps, each possibly asynchronous. */
HRESULT WINAPI WsAsyncExecute(
    _In_ WS_ASYNC_STATE* asyncState,
    _In_ WS_ASYNC_FUNCTION operation,
    _In_ WS_CALLBACK_MODEL callbackModel,
    _In_opt_ void* callbackState,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* ---- Data in and out by callback ----------------------------------------------------------------------- */

/* Fills `bytes` with at most `maxSize` bytes; 0 bytes mean the end. */
typedef HRESULT (CALLBACK *WS_READ_CALLBACK)(
    _In_opt_ void* callbackState,
    _Out_writes_bytes_(maxSize) void* bytes,
    _In_ ULONG maxSize,
    _Out_ ULONG* actualSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Takes all of `buffers`, or fails. */
typedef HRESULT (CALLBACK *WS_WRITE_CALLBACK)(
    _In_opt_ void* callbackState,
    _In_reads_(count) const WS_BYTES* buffers,
    _In_ ULONG count,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Hands its bytes to `writeCallback`, in as many calls as it likes. */
typedef HRESULT (CALLBACK *WS_PUSH_BYTES_CALLBACK)(
    _In_opt_ void* callbackState,
    _In_ WS_WRITE_CALLBACK writeCallback,
    _In_opt_ void* writeCallbackState,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Fills `bytes` with at most `maxSize` bytes; 0 bytes mean the end. */
typedef HRESULT (CALLBACK *WS_PULL_BYTES_CALLBACK)(
    _In_opt_ void* callbackState,
    _Out_writes_bytes_(maxSize) void* bytes,
    _In_ ULONG maxSize,
    _Out_ ULONG* actualSize,
    _In_opt_ const WS_ASYNC_CONTEXT* asyncContext,
    _In_opt_ WS_ERROR* error);

/* Asks the session dictionary for the id of a string that is about to be written in binary. */
typedef HRESULT (CALLBACK *WS_DYNAMIC_STRING_CALLBACK)(
    _In_opt_ void* callbackState,
    _In_ const WS_XML_STRING* string,
    _Out_ BOOL* found,
    _Out_ ULONG* id,
    _In_opt_ WS_ERROR* error);

/* ---- Small helpers ------------------------------------------------------------------------------------- */

/* The static dictionary of an encoding (MC-NBFS for binary). */
HRESULT WINAPI WsGetDictionary(
    _In_ WS_ENCODING encoding,
    _Outptr_ WS_XML_DICTIONARY** dictionary,
    _In_opt_ WS_ERROR* error);

/* S_OK where both are the same text, S_FALSE where not. */
HRESULT WINAPI WsXmlStringEquals(
    _In_ const WS_XML_STRING* string1,
    _In_ const WS_XML_STRING* string2,
    _In_opt_ WS_ERROR* error);

/* Drops blanks, tabs and line ends at both sides; the result points into `chars`. */
HRESULT WINAPI WsTrimXmlWhitespace(
    _In_reads_(charCount) WCHAR* chars,
    _In_ ULONG charCount,
    _Outptr_ WCHAR** trimmedChars,
    _Out_ ULONG* trimmedCount,
    _In_opt_ WS_ERROR* error);

/* Fails with WS_E_INVALID_FORMAT if the text is no NCName. */
HRESULT WINAPI WsVerifyXmlNCName(
    _In_reads_(ncNameCharCount) const WCHAR* ncNameChars,
    _In_ ULONG ncNameCharCount,
    _In_opt_ WS_ERROR* error);

/* To 100 ns ticks since 1601-01-01. */
HRESULT WINAPI WsDateTimeToFileTime(
    _In_ const WS_DATETIME* dateTime,
    _Out_ FILETIME* fileTime,
    _In_opt_ WS_ERROR* error);

/* From 100 ns ticks since 1601-01-01; the result is UTC. */
HRESULT WINAPI WsFileTimeToDateTime(
    _In_ const FILETIME* fileTime,
    _Out_ WS_DATETIME* dateTime,
    _In_opt_ WS_ERROR* error);

/* Codes of the exceptions that Windows raises on misuse; here they end the process. */
typedef enum {
    WS_EXCEPTION_CODE_USAGE_FAILURE = (int)0xC03D0000,
    WS_EXCEPTION_CODE_INTERNAL_FAILURE = (int)0xC03D0001
} WS_EXCEPTION_CODE;

/* ---- Initializers and sizes ------------------------------------------------------------------------ */

/* The initializers take literals: WS_STRING_VALUE(L"text"), WS_XML_STRING_VALUE("text"). */
#define WsCountOf(array) (sizeof(array) / sizeof((array)[0]))
#define WsOffsetOf(type, member) offsetof(type, member)
#define WS_STRING_EMPTY {0, NULL}
#define WS_STRING_VALUE(text) {WsCountOf(text) - 1, (WCHAR*)(text)}
#define WS_XML_STRING_NULL {0, NULL, NULL, 0}
#define WS_XML_STRING_VALUE(text) {WsCountOf(text) - 1, (BYTE*)(text), NULL, 0}
#define WS_XML_STRING_DICTIONARY_VALUE(text, dictionary, id) \
    {WsCountOf(text) - 1, (BYTE*)(text), (WS_XML_DICTIONARY*)(dictionary), (id)}

#endif
