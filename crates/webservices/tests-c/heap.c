/* Heaps: alignment, quota, reset, properties. */
#include "check.h"

int main(void)
{
    WS_HEAP* heap = NULL;
    OK(WsCreateError(NULL, 0, &g_error));

    EXPECT(E_INVALIDARG, WsCreateHeap(100, 0, NULL, 0, NULL, g_error));
    EXPECT(E_INVALIDARG, WsCreateHeap(100, 0, NULL, 1, &heap, g_error));
    OK(WsCreateHeap(4096, 512, NULL, 0, &heap, g_error));

    /* Aligned, apart, and never NULL. */
    unsigned char* pieces[8];
    for (unsigned i = 0; i < 8; i++) {
        void* memory = NULL;
        OK(WsAlloc(heap, i * 5, &memory, g_error));
        CHECK(memory != NULL);
        CHECK((ULONG_PTR)memory % 8 == 0);
        pieces[i] = memory;
        memset(memory, (int)i, i * 5);
    }
    for (unsigned i = 0; i < 8; i++)
        for (unsigned k = 0; k < i * 5; k++)
            CHECK(pieces[i][k] == i);

    /* Properties: sizes must be exact. */
    SIZE_T value = 0;
    OK(WsGetHeapProperty(heap, WS_HEAP_PROPERTY_MAX_SIZE, &value, sizeof value, g_error));
    CHECK(value == 4096);
    OK(WsGetHeapProperty(heap, WS_HEAP_PROPERTY_TRIM_SIZE, &value, sizeof value, g_error));
    CHECK(value == 512);
    OK(WsGetHeapProperty(heap, WS_HEAP_PROPERTY_REQUESTED_SIZE, &value, sizeof value, g_error));
    CHECK(value == 5 * (0 + 1 + 2 + 3 + 4 + 5 + 6 + 7));
    OK(WsGetHeapProperty(heap, WS_HEAP_PROPERTY_ACTUAL_SIZE, &value, sizeof value, g_error));
    CHECK(value >= 140);
    EXPECT(E_INVALIDARG, WsGetHeapProperty(heap, WS_HEAP_PROPERTY_MAX_SIZE, &value, 4, g_error));
    EXPECT(E_INVALIDARG, WsGetHeapProperty(heap, WS_HEAP_PROPERTY_MAX_SIZE, NULL, sizeof value, g_error));
    EXPECT(E_INVALIDARG, WsGetHeapProperty(heap, (WS_HEAP_PROPERTY_ID)77, &value, sizeof value, g_error));

    /* The quota counts what was asked for, and out-parameters stay as they were. */
    void* memory = &value;
    OK(WsResetError(g_error));
    EXPECT(WS_E_QUOTA_EXCEEDED, WsAlloc(heap, 4096 - 139, &memory, g_error));
    CHECK(memory == &value);
    CHECK(error_says(g_error, "4096 bytes, of which 140 are in use"));
    OK(WsAlloc(heap, 4096 - 140, &memory, g_error));
    EXPECT(WS_E_QUOTA_EXCEEDED, WsAlloc(heap, 1, &memory, g_error));
    OK(WsResetHeap(heap, g_error));
    OK(WsAlloc(heap, 4096, &memory, g_error));
    memset(memory, 0xAA, 4096);

    /* A property cannot be set; a heap is no error; NULL is no heap. */
    WS_HEAP_PROPERTY property = {WS_HEAP_PROPERTY_MAX_SIZE, &value, sizeof value};
    WS_HEAP* other = NULL;
    EXPECT(E_INVALIDARG, WsCreateHeap(1, 1, &property, 1, &other, g_error));
    CHECK(other == NULL);
    EXPECT(E_INVALIDARG, WsResetError((WS_ERROR*)heap));
    EXPECT(E_INVALIDARG, WsAlloc(NULL, 1, &memory, g_error));

    WsFreeHeap(heap);
    WsFreeHeap(NULL);
    WsFreeError(g_error);
    return 0;
}
