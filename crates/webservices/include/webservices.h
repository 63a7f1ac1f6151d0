/* webservices.h: the Windows Web Services interface, for every system.
 *
 * Link with libwebservices. On Windows the types come from <windows.h>; elsewhere from compat/, which is
 * used only there. Text is UTF-16 everywhere: WCHAR is wchar_t where that has 16 bits (gcc and clang:
 * -fshort-wchar, then L"text" works), else char16_t (then write u"text").
 *
 * Rules that hold for all functions:
 *  - The result is an HRESULT. S_FALSE, WS_S_ASYNC and WS_S_END are successes.
 *  - `error` may be NULL. If not, a failing call adds strings to it that say what went wrong.
 *  - Results are set only on success, unless the function says otherwise.
 *  - `asyncContext` NULL: the call blocks. See base.h for the other case.
 *  - Sizes are ULONG: 32 bits on every system.
 */
#ifndef WEBSERVICES_H_INCLUDED
#define WEBSERVICES_H_INCLUDED

#include <stddef.h>

#if defined(_WIN32)
#include <windows.h>
#include <wincrypt.h>
#else
#include "compat/windows.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What all parts use. */
#include "webservices/base.h"
#include "webservices/heap.h"

/* XML. */
#include "webservices/xml.h"
#include "webservices/reader.h"
#include "webservices/writer.h"
#include "webservices/xmlbuffer.h"

/* Types, addresses, errors. */
#include "webservices/types.h"
#include "webservices/address.h"
#include "webservices/error.h"

/* Messages and their transports. */
#include "webservices/message.h"
#include "webservices/channel.h"
#include "webservices/listener.h"
#include "webservices/security.h"

/* Services. */
#include "webservices/service.h"
#include "webservices/templates.h"
#include "webservices/metadata.h"

/* Diagnosis. */
#include "webservices/trace.h"

#ifdef __cplusplus
}
#endif

#endif
