/* URLs and endpoint addresses. */
#ifndef WS_ADDRESS_H_INCLUDED
#define WS_ADDRESS_H_INCLUDED

/* ---- URLs ---------------------------------------------------------------------------------------------- */

/* Flags of the URL functions. */
#define WS_URL_FLAGS_ALLOW_HOST_WILDCARDS 0x1
#define WS_URL_FLAGS_NO_PATH_COLLAPSE 0x2
#define WS_URL_FLAGS_ZERO_TERMINATE 0x4
/* A decoded URL begins with WS_URL; `scheme` says which struct it is. All parts are unescaped. */

typedef enum {
    WS_URL_HTTP_SCHEME_TYPE = 0,
    WS_URL_HTTPS_SCHEME_TYPE = 1,
    WS_URL_NETTCP_SCHEME_TYPE = 2,
    WS_URL_SOAPUDP_SCHEME_TYPE = 3,
    WS_URL_NETPIPE_SCHEME_TYPE = 4
} WS_URL_SCHEME_TYPE;

typedef struct _WS_URL {
    WS_URL_SCHEME_TYPE scheme;
} WS_URL;

typedef struct _WS_HTTP_URL {
    WS_URL url;
    WS_STRING host;
    USHORT port;
    WS_STRING portAsString;
    WS_STRING path;
    WS_STRING query;
    WS_STRING fragment;
} WS_HTTP_URL;

typedef struct _WS_HTTPS_URL {
    WS_URL url;
    WS_STRING host;
    USHORT port;
    WS_STRING portAsString;
    WS_STRING path;
    WS_STRING query;
    WS_STRING fragment;
} WS_HTTPS_URL;

typedef struct _WS_NETTCP_URL {
    WS_URL url;
    WS_STRING host;
    USHORT port;
    WS_STRING portAsString;
    WS_STRING path;
    WS_STRING query;
    WS_STRING fragment;
} WS_NETTCP_URL;

typedef struct _WS_SOAPUDP_URL {
    WS_URL url;
    WS_STRING host;
    USHORT port;
    WS_STRING portAsString;
    WS_STRING path;
    WS_STRING query;
    WS_STRING fragment;
} WS_SOAPUDP_URL;

typedef struct _WS_NETPIPE_URL {
    WS_URL url;
    WS_STRING host;
    USHORT port;
    WS_STRING portAsString;
    WS_STRING path;
    WS_STRING query;
    WS_STRING fragment;
} WS_NETPIPE_URL;

/* Splits a URL into its parts. */
HRESULT WINAPI WsDecodeUrl(
    _In_ const WS_STRING* url,
    _In_ ULONG flags,
    _In_ WS_HEAP* heap,
    _Outptr_ WS_URL** outUrl,
    _In_opt_ WS_ERROR* error);

/* Joins the parts, escaped where needed. */
HRESULT WINAPI WsEncodeUrl(
    _In_ const WS_URL* url,
    _In_ ULONG flags,
    _In_ WS_HEAP* heap,
    _Out_ WS_STRING* outUrl,
    _In_opt_ WS_ERROR* error);

/* Resolves a reference against a base (RFC 3986). */
HRESULT WINAPI WsCombineUrl(
    _In_ const WS_STRING* baseUrl,
    _In_ const WS_STRING* referenceUrl,
    _In_ ULONG flags,
    _In_ WS_HEAP* heap,
    _Out_ WS_STRING* resultUrl,
    _In_opt_ WS_ERROR* error);

/* ---- Endpoint addresses -------------------------------------------------------------------------------- */

typedef enum {
    WS_DNS_ENDPOINT_IDENTITY_TYPE = 1,
    WS_UPN_ENDPOINT_IDENTITY_TYPE = 2,
    WS_SPN_ENDPOINT_IDENTITY_TYPE = 3,
    WS_RSA_ENDPOINT_IDENTITY_TYPE = 4,
    WS_CERT_ENDPOINT_IDENTITY_TYPE = 5,
    WS_UNKNOWN_ENDPOINT_IDENTITY_TYPE = 6
} WS_ENDPOINT_IDENTITY_TYPE;

typedef struct _WS_ENDPOINT_IDENTITY {
    WS_ENDPOINT_IDENTITY_TYPE identityType;
} WS_ENDPOINT_IDENTITY;

typedef struct _WS_DNS_ENDPOINT_IDENTITY {
    WS_ENDPOINT_IDENTITY identity;
    WS_STRING dns;
} WS_DNS_ENDPOINT_IDENTITY;

typedef struct _WS_UPN_ENDPOINT_IDENTITY {
    WS_ENDPOINT_IDENTITY identity;
    WS_STRING upn;
} WS_UPN_ENDPOINT_IDENTITY;

typedef struct _WS_SPN_ENDPOINT_IDENTITY {
    WS_ENDPOINT_IDENTITY identity;
    WS_STRING spn;
} WS_SPN_ENDPOINT_IDENTITY;

typedef struct _WS_RSA_ENDPOINT_IDENTITY {
    WS_ENDPOINT_IDENTITY identity;
    WS_BYTES modulus;
    WS_BYTES exponent;
} WS_RSA_ENDPOINT_IDENTITY;

typedef struct _WS_CERT_ENDPOINT_IDENTITY {
    WS_ENDPOINT_IDENTITY identity;
    WS_BYTES rawCertificateData;
} WS_CERT_ENDPOINT_IDENTITY;

typedef struct _WS_UNKNOWN_ENDPOINT_IDENTITY {
    WS_ENDPOINT_IDENTITY identity;
    WS_XML_BUFFER* element;
} WS_UNKNOWN_ENDPOINT_IDENTITY;

typedef struct _WS_ENDPOINT_ADDRESS {
    WS_STRING url;
    WS_XML_BUFFER* headers;
    WS_XML_BUFFER* extensions;
    WS_ENDPOINT_IDENTITY* identity;
} WS_ENDPOINT_ADDRESS;

typedef enum {
    WS_ENDPOINT_ADDRESS_EXTENSION_METADATA_ADDRESS = 1
} WS_ENDPOINT_ADDRESS_EXTENSION_TYPE;

HRESULT WINAPI WsReadEndpointAddressExtension(
    _In_ WS_XML_READER* reader,
    _In_ WS_ENDPOINT_ADDRESS* endpointAddress,
    _In_ WS_ENDPOINT_ADDRESS_EXTENSION_TYPE extensionType,
    _In_ WS_READ_OPTION readOption,
    _In_ WS_HEAP* heap,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

#endif
