/* Errors in words, and the faults of SOAP. */
#ifndef WS_ERROR_H_INCLUDED
#define WS_ERROR_H_INCLUDED

/* ---- Error --------------------------------------------------------------------------------------------- */

typedef enum {
    WS_ERROR_PROPERTY_STRING_COUNT = 0,                    /* ULONG, read only */
    WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE = 1,             /* HRESULT, before it was mapped */
    WS_ERROR_PROPERTY_LANGID = 2                           /* LANGID, settable while there are no strings */
} WS_ERROR_PROPERTY_ID;

typedef struct _WS_ERROR_PROPERTY {
    WS_ERROR_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_ERROR_PROPERTY;

HRESULT WINAPI WsCreateError(
    _In_reads_opt_(propertyCount) const WS_ERROR_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_ERROR** error);

void WINAPI WsFreeError(_In_ WS_ERROR* error);

/* Drops all strings, codes and the fault. */
HRESULT WINAPI WsResetError(_In_ WS_ERROR* error);

/* Becomes string 0; copied. */
HRESULT WINAPI WsAddErrorString(_In_ WS_ERROR* error, _In_ const WS_STRING* string);

/* String 0 is the newest; valid until the error is reset or freed. */
HRESULT WINAPI WsGetErrorString(_In_ WS_ERROR* error, _In_ ULONG index, _Out_ WS_STRING* string);

/* `destination` is replaced. */
HRESULT WINAPI WsCopyError(_In_ WS_ERROR* source, _In_ WS_ERROR* destination);

HRESULT WINAPI WsGetErrorProperty(
    _In_ WS_ERROR* error,
    _In_ WS_ERROR_PROPERTY_ID id,
    _Out_writes_bytes_(bufferSize) void* buffer,
    _In_ ULONG bufferSize);

HRESULT WINAPI WsSetErrorProperty(
    _In_ WS_ERROR* error,
    _In_ WS_ERROR_PROPERTY_ID id,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize);

/* ---- Fault --------------------------------------------------------------------------------------------- */

/* How much of an error a fault tells the peer. */
typedef enum {
    WS_MINIMAL_FAULT_DISCLOSURE = 0,
    WS_FULL_FAULT_DISCLOSURE = 1
} WS_FAULT_DISCLOSURE;

typedef enum {
    WS_FAULT_ERROR_PROPERTY_FAULT = 0,                     /* WS_FAULT*, NULL if none */
    WS_FAULT_ERROR_PROPERTY_ACTION = 1,                    /* WS_XML_STRING, empty if none */
    WS_FAULT_ERROR_PROPERTY_HEADER = 2                     /* WS_XML_BUFFER* */
} WS_FAULT_ERROR_PROPERTY_ID;

typedef struct _WS_FAULT_REASON {
    WS_STRING text;
    WS_STRING lang;
} WS_FAULT_REASON;

/* The first is SOAP's own code. */
typedef struct _WS_FAULT_CODE {
    WS_XML_QNAME value;
    struct _WS_FAULT_CODE* subCode;
} WS_FAULT_CODE;

typedef struct _WS_FAULT {
    WS_FAULT_CODE* code;
    WS_FAULT_REASON* reasons;
    ULONG reasonCount;
    WS_STRING actor;
    WS_STRING node;
    WS_XML_BUFFER* detail;
} WS_FAULT;

typedef struct _WS_FAULT_DETAIL_DESCRIPTION {
    WS_XML_STRING* action;
    WS_ELEMENT_DESCRIPTION* detailElementDescription;
} WS_FAULT_DETAIL_DESCRIPTION;

HRESULT WINAPI WsGetFaultErrorProperty(
    _In_ WS_ERROR* error,
    _In_ WS_FAULT_ERROR_PROPERTY_ID id,
    _Out_writes_bytes_(bufferSize) void* buffer,
    _In_ ULONG bufferSize);

HRESULT WINAPI WsSetFaultErrorProperty(
    _In_ WS_ERROR* error,
    _In_ WS_FAULT_ERROR_PROPERTY_ID id,
    _In_reads_bytes_(valueSize) const void* value,
    _In_ ULONG valueSize);

HRESULT WINAPI WsGetFaultErrorDetail(
    _In_ WS_ERROR* error,
    _In_ const WS_FAULT_DETAIL_DESCRIPTION* faultDetailDescription,
    _In_ WS_READ_OPTION readOption,
    _In_opt_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize);

HRESULT WINAPI WsSetFaultErrorDetail(
    _In_ WS_ERROR* error,
    _In_ const WS_FAULT_DETAIL_DESCRIPTION* faultDetailDescription,
    _In_ WS_WRITE_OPTION writeOption,
    _In_reads_bytes_opt_(valueSize) const void* value,
    _In_ ULONG valueSize);

HRESULT WINAPI WsCreateFaultFromError(
    _In_ WS_ERROR* error,
    _In_ HRESULT faultErrorCode,
    _In_ WS_FAULT_DISCLOSURE faultDisclosure,
    _In_ WS_HEAP* heap,
    _Out_ WS_FAULT* fault);

#endif
