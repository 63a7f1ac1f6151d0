/* What the programs about asynchronous calls share: waiting for a call that completes later. */
#ifndef WAIT_H_INCLUDED
#define WAIT_H_INCLUDED

#include "check.h"

#include <pthread.h>

/* A call that completes later. */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t thread; /* the one that called back */
    HRESULT result;
    int calls;
} WAIT;

#define WAIT_INIT {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER}

static inline void CALLBACK completed(HRESULT result, WS_CALLBACK_MODEL model, void* state)
{
    WAIT* wait = state;
    CHECK(model == WS_LONG_CALLBACK);
    pthread_mutex_lock(&wait->mutex);
    wait->result = result;
    wait->thread = pthread_self();
    wait->calls++;
    pthread_cond_signal(&wait->changed);
    pthread_mutex_unlock(&wait->mutex);
}

static inline HRESULT await(WAIT* wait)
{
    pthread_mutex_lock(&wait->mutex);
    while (wait->calls == 0)
        pthread_cond_wait(&wait->changed, &wait->mutex);
    CHECK(wait->calls == 1);
    wait->calls = 0;
    HRESULT result = wait->result;
    CHECK(!pthread_equal(wait->thread, pthread_self()));
    pthread_mutex_unlock(&wait->mutex);
    return result;
}

#define ASYNC(call) \
    do { \
        EXPECT(WS_S_ASYNC, call); \
        expect(__FILE__, __LINE__, #call, S_OK, await(&wait), g_error); \
    } while (0)

#endif
