/* The few types, macros and codes of Windows that webservices.h needs, for systems without <windows.h>.
 *
 * On Windows, and where another header has defined them (_WINDEF_ is set), this one steps aside.
 * Put this folder on the include path and #include <windows.h> finds it too.
 */
#ifndef WS_COMPAT_WINDOWS_H_INCLUDED
#define WS_COMPAT_WINDOWS_H_INCLUDED

#if defined(_WIN32)
#include_next <windows.h>
#elif !defined(_WINDEF_)
#define _WINDEF_

#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <float.h>

#include "sal.h"

/* ---- Calls ----------------------------------------------------------------------------------------- */

#define WINAPI
#define CALLBACK
#define APIENTRY
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif
#ifndef CONST
#define CONST const
#endif
#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define C_ASSERT(condition) typedef char ws_c_assert_[(condition) ? 1 : -1]
#if !defined(_MSC_VER) && !defined(__alignof)
#define __alignof __alignof__
#endif
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif
#define ARRAYSIZE(array) _countof(array)

/* ---- Integers: LONG and ULONG have 32 bits, as on Windows ------------------------------------------- */

#ifndef __int64
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#endif
typedef int BOOL;
typedef uint8_t BYTE, UCHAR, BOOLEAN;
typedef uint16_t WORD, USHORT, LANGID;
typedef uint32_t DWORD, ULONG, UINT;
typedef char CHAR;
typedef int16_t SHORT;
typedef int32_t LONG, INT, HRESULT;
typedef long long LONGLONG, INT64;
typedef unsigned long long ULONGLONG, UINT64;
typedef size_t SIZE_T;
typedef uintptr_t ULONG_PTR, UINT_PTR, DWORD_PTR;
typedef intptr_t LONG_PTR, INT_PTR;
typedef float FLOAT;
typedef double DOUBLE;
typedef void VOID;
typedef void *PVOID, *LPVOID, *HANDLE;
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#define INFINITE 0xFFFFFFFFu
#define MAXULONG 0xFFFFFFFFu

/* ---- Text: 16-bit units ------------------------------------------------------------------------------ */

#if defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#elif defined(__cplusplus)
typedef char16_t WCHAR;
#else
typedef uint_least16_t WCHAR; /* the type of char16_t */
#endif
typedef WCHAR *PWSTR, *LPWSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR;
typedef char *PSTR, *LPSTR;
typedef const char *PCSTR, *LPCSTR;

#define LANG_NEUTRAL 0x00
#define LANG_ENGLISH 0x09
#define SUBLANG_DEFAULT 0x01
#define SUBLANG_ENGLISH_US 0x01
#define MAKELANGID(primary, sub) ((LANGID)(((LANGID)(sub) << 10) | (LANGID)(primary)))

/* ---- Structs ------------------------------------------------------------------------------------------ */

typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID;

/* The OLE decimal: Hi32:Lo64 divided by 10^scale; sign is 0 or DECIMAL_NEG. */
typedef struct tagDEC {
    USHORT wReserved;
    __extension__ union {
        __extension__ struct {
            BYTE scale;
            BYTE sign;
        };
        USHORT signscale;
    };
    ULONG Hi32;
    __extension__ union {
        __extension__ struct {
            ULONG Lo32;
            ULONG Mid32;
        };
        ULONGLONG Lo64;
    };
} DECIMAL;
#define DECIMAL_NEG ((BYTE)0x80)

/* 100-nanosecond ticks since 1601-01-01. */
typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME;

/* A certificate: X509_ASN_ENCODING, or what wws.h adds. There is nothing to free. */
typedef struct _CERT_CONTEXT {
    DWORD dwCertEncodingType;
    BYTE* pbCertEncoded;
    DWORD cbCertEncoded;
    void* pCertInfo;
    void* hCertStore;
} CERT_CONTEXT;
typedef const CERT_CONTEXT* PCCERT_CONTEXT;
#define X509_ASN_ENCODING 0x00000001
#define CertFreeCertificateContext(certificate) ((void)(certificate), 1)
#define CERT_SYSTEM_STORE_CURRENT_USER 0x00010000
#define CERT_SYSTEM_STORE_LOCAL_MACHINE 0x00020000

/* Declared only: what is Windows' alone. */
typedef struct _SecPkgContext_IssuerListInfoEx SecPkgContext_IssuerListInfoEx;
typedef ULONG_PTR HCRYPTPROV;
typedef ULONG_PTR NCRYPT_KEY_HANDLE;

/* WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS is the system's own struct. */
#include <sys/socket.h>
typedef struct sockaddr_storage SOCKADDR_STORAGE;

/* ---- HRESULT ------------------------------------------------------------------------------------------ */

#define SUCCEEDED(hr) (((HRESULT)(hr)) >= 0)
#define FAILED(hr) (((HRESULT)(hr)) < 0)
#define HRESULT_FROM_WIN32(code) \
    ((HRESULT)(code) <= 0 ? (HRESULT)(code) : (HRESULT)(((code) & 0x0000FFFFu) | 0x80070000u))

#include "winerror.h"

/* ---- What many programs use beside webservices.h ------------------------------------------------------- */

#include <string.h>

#define ZeroMemory(memory, size) memset((memory), 0, (size))
#define FillMemory(memory, size, value) memset((memory), (value), (size))
#define CopyMemory(to, from, size) memcpy((to), (from), (size))
#define MoveMemory(to, from, size) memmove((to), (from), (size))
#define DebugBreak() __builtin_trap()

#if defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2
#include "wide.h"
#endif

#endif
#endif
