/* Heaps: memory that is allocated piece by piece and freed all at once. */
#ifndef WS_HEAP_H_INCLUDED
#define WS_HEAP_H_INCLUDED

/* ---- Heap ---------------------------------------------------------------------------------------------- */

/* All can be read only. */
typedef enum {
    WS_HEAP_PROPERTY_MAX_SIZE = 0,                         /* SIZE_T */
    WS_HEAP_PROPERTY_TRIM_SIZE = 1,                        /* SIZE_T */
    WS_HEAP_PROPERTY_REQUESTED_SIZE = 2,                   /* SIZE_T: sum of the sizes asked for */
    WS_HEAP_PROPERTY_ACTUAL_SIZE = 3                       /* SIZE_T: taken from the system */
} WS_HEAP_PROPERTY_ID;

typedef struct _WS_HEAP_PROPERTY {
    WS_HEAP_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_HEAP_PROPERTY;

typedef struct _WS_HEAP_PROPERTIES {
    WS_HEAP_PROPERTY* properties;
    ULONG propertyCount;
} WS_HEAP_PROPERTIES;

/* `maxSize` bounds the sum of all sizes asked for; `trimSize` bytes are kept when the heap is reset. */
HRESULT WINAPI WsCreateHeap(
    _In_ SIZE_T maxSize,
    _In_ SIZE_T trimSize,
    _In_opt_ const WS_HEAP_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_HEAP** heap,
    _In_opt_ WS_ERROR* error);

/* 8-byte aligned memory. Size 0 gives a pointer too. Over the quota: WS_E_QUOTA_EXCEEDED. */
HRESULT WINAPI WsAlloc(_In_ WS_HEAP* heap, _In_ SIZE_T size, _Outptr_ void** ptr, _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetHeapProperty(
    _In_ WS_HEAP* heap,
    _In_ WS_HEAP_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* Frees all that was allocated. */
HRESULT WINAPI WsResetHeap(_In_ WS_HEAP* heap, _In_opt_ WS_ERROR* error);

void WINAPI WsFreeHeap(_In_ WS_HEAP* heap);

#endif
