/* Many programs for Windows include this header without a need for it. */
#ifndef WS_COMPAT_PROCESS_H_INCLUDED
#define WS_COMPAT_PROCESS_H_INCLUDED

#include <stdlib.h>

#endif
