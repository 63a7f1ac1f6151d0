/* Metadata of services, and policy. */
#ifndef WS_METADATA_H_INCLUDED
#define WS_METADATA_H_INCLUDED

/* ---- Policy -------------------------------------------------------------------------------------------- */

typedef enum {
    WS_POLICY_STATE_CREATED = 1,
    WS_POLICY_STATE_FAULTED = 2
} WS_POLICY_STATE;

typedef enum {
    WS_POLICY_PROPERTY_STATE = 1,                          /* WS_POLICY_STATE, read only */
    WS_POLICY_PROPERTY_MAX_ALTERNATIVES = 2,               /* ULONG, default 32 */
    WS_POLICY_PROPERTY_MAX_DEPTH = 3,                      /* ULONG, default 32 */
    WS_POLICY_PROPERTY_MAX_EXTENSIONS = 4                  /* ULONG, default 8 */
} WS_POLICY_PROPERTY_ID;

typedef struct _WS_POLICY_PROPERTY {
    WS_POLICY_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_POLICY_PROPERTY;

typedef struct _WS_POLICY_PROPERTIES {
    WS_POLICY_PROPERTY* properties;
    ULONG propertyCount;
} WS_POLICY_PROPERTIES;

typedef enum {
    WS_ENDPOINT_POLICY_EXTENSION_TYPE = 1
} WS_POLICY_EXTENSION_TYPE;

typedef struct _WS_POLICY_EXTENSION {
    WS_POLICY_EXTENSION_TYPE type;
} WS_POLICY_EXTENSION;

/* `out` is filled by WsMatchPolicyAlternative. */
typedef struct _WS_ENDPOINT_POLICY_EXTENSION {
    WS_POLICY_EXTENSION policyExtension;
    WS_XML_STRING* assertionName;
    WS_XML_STRING* assertionNs;
    struct {
        WS_XML_BUFFER* assertionValue;
    } out;
} WS_ENDPOINT_POLICY_EXTENSION;

/* ---- Constraints on a policy --------------------------------------------------------------------------- */
/* `out` is filled where an alternative matches. */

typedef struct _WS_CHANNEL_PROPERTY_CONSTRAINT {
    WS_CHANNEL_PROPERTY_ID id;
    void* allowedValues;
    ULONG allowedValuesSize;
    struct {
        WS_CHANNEL_PROPERTY channelProperty;
    } out;
} WS_CHANNEL_PROPERTY_CONSTRAINT;

typedef struct _WS_SECURITY_PROPERTY_CONSTRAINT {
    WS_SECURITY_PROPERTY_ID id;
    void* allowedValues;
    ULONG allowedValuesSize;
    struct {
        WS_SECURITY_PROPERTY securityProperty;
    } out;
} WS_SECURITY_PROPERTY_CONSTRAINT;

typedef struct _WS_SECURITY_BINDING_PROPERTY_CONSTRAINT {
    WS_SECURITY_BINDING_PROPERTY_ID id;
    void* allowedValues;
    ULONG allowedValuesSize;
    struct {
        WS_SECURITY_BINDING_PROPERTY securityBindingProperty;
    } out;
} WS_SECURITY_BINDING_PROPERTY_CONSTRAINT;

typedef enum {
    WS_SSL_TRANSPORT_SECURITY_BINDING_CONSTRAINT_TYPE = 1,
    WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING_CONSTRAINT_TYPE = 2,
    WS_HTTP_HEADER_AUTH_SECURITY_BINDING_CONSTRAINT_TYPE = 3,
    WS_USERNAME_MESSAGE_SECURITY_BINDING_CONSTRAINT_TYPE = 4,
    WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING_CONSTRAINT_TYPE = 5,
    WS_ISSUED_TOKEN_MESSAGE_SECURITY_BINDING_CONSTRAINT_TYPE = 6,
    WS_CERT_MESSAGE_SECURITY_BINDING_CONSTRAINT_TYPE = 7,
    WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING_CONSTRAINT_TYPE = 8
} WS_SECURITY_BINDING_CONSTRAINT_TYPE;

typedef struct _WS_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT_TYPE type;
    WS_SECURITY_BINDING_PROPERTY_CONSTRAINT* propertyConstraints;
    ULONG propertyConstraintCount;
} WS_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_SSL_TRANSPORT_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
    struct {
        BOOL clientCertCredentialRequired;
    } out;
} WS_SSL_TRANSPORT_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
} WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_HTTP_HEADER_AUTH_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
} WS_HTTP_HEADER_AUTH_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_USERNAME_MESSAGE_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
    WS_MESSAGE_SECURITY_USAGE bindingUsage;
} WS_USERNAME_MESSAGE_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
    WS_MESSAGE_SECURITY_USAGE bindingUsage;
} WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_CERT_MESSAGE_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
    WS_MESSAGE_SECURITY_USAGE bindingUsage;
} WS_CERT_MESSAGE_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_REQUEST_SECURITY_TOKEN_PROPERTY_CONSTRAINT {
    WS_REQUEST_SECURITY_TOKEN_PROPERTY_ID id;
    void* allowedValues;
    ULONG allowedValuesSize;
    struct {
        WS_REQUEST_SECURITY_TOKEN_PROPERTY requestSecurityTokenProperty;
    } out;
} WS_REQUEST_SECURITY_TOKEN_PROPERTY_CONSTRAINT;

typedef struct _WS_ISSUED_TOKEN_MESSAGE_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
    WS_MESSAGE_SECURITY_USAGE bindingUsage;
    WS_XML_STRING* claimConstraints;
    ULONG claimConstraintCount;
    WS_REQUEST_SECURITY_TOKEN_PROPERTY_CONSTRAINT* requestSecurityTokenPropertyConstraints;
    ULONG requestSecurityTokenPropertyConstraintCount;
    struct {
        WS_ENDPOINT_ADDRESS* issuerAddress;
        WS_XML_BUFFER* requestSecurityTokenTemplate;
    } out;
} WS_ISSUED_TOKEN_MESSAGE_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_SECURITY_CONSTRAINTS {
    WS_SECURITY_PROPERTY_CONSTRAINT* securityPropertyConstraints;
    ULONG securityPropertyConstraintCount;
    WS_SECURITY_BINDING_CONSTRAINT** securityBindingConstraints;
    ULONG securityBindingConstraintCount;
} WS_SECURITY_CONSTRAINTS;

typedef struct _WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING_CONSTRAINT {
    WS_SECURITY_BINDING_CONSTRAINT bindingConstraint;
    WS_MESSAGE_SECURITY_USAGE bindingUsage;
    WS_SECURITY_CONSTRAINTS* bootstrapSecurityConstraint;
} WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING_CONSTRAINT;

typedef struct _WS_POLICY_CONSTRAINTS {
    WS_CHANNEL_BINDING channelBinding;
    WS_CHANNEL_PROPERTY_CONSTRAINT* channelPropertyConstraints;
    ULONG channelPropertyConstraintCount;
    WS_SECURITY_CONSTRAINTS* securityConstraints;
    WS_POLICY_EXTENSION** policyExtensions;
    ULONG policyExtensionCount;
} WS_POLICY_CONSTRAINTS;

HRESULT WINAPI WsGetPolicyAlternativeCount(
    _In_ WS_POLICY* policy,
    _Out_ ULONG* count,
    _In_opt_ WS_ERROR* error);

/* S_FALSE if it does not match and need not. */
HRESULT WINAPI WsMatchPolicyAlternative(
    _In_ WS_POLICY* policy,
    _In_ ULONG alternativeIndex,
    _In_ WS_POLICY_CONSTRAINTS* policyConstraints,
    _In_ BOOL matchRequired,
    _In_ WS_HEAP* heap,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetPolicyProperty(
    _In_ WS_POLICY* policy,
    _In_ WS_POLICY_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

/* ---- Metadata ------------------------------------------------------------------------------------------ */

typedef enum {
    WS_METADATA_STATE_CREATED = 1,
    WS_METADATA_STATE_RESOLVED = 2,
    WS_METADATA_STATE_FAULTED = 3
} WS_METADATA_STATE;

typedef struct _WS_HOST_NAMES {
    WS_STRING* hostNames;
    ULONG hostNameCount;
} WS_HOST_NAMES;

typedef enum {
    WS_METADATA_PROPERTY_STATE = 1,                        /* WS_METADATA_STATE, read only */
    WS_METADATA_PROPERTY_HEAP_PROPERTIES = 2,              /* WS_HEAP_PROPERTIES */
    WS_METADATA_PROPERTY_POLICY_PROPERTIES = 3,            /* WS_POLICY_PROPERTIES */
    WS_METADATA_PROPERTY_HEAP_REQUESTED_SIZE = 4,          /* SIZE_T, read only */
    WS_METADATA_PROPERTY_MAX_DOCUMENTS = 5,                /* ULONG, default 32 */
    WS_METADATA_PROPERTY_HOST_NAMES = 6,                   /* WS_HOST_NAMES */
    WS_METADATA_PROPERTY_VERIFY_HOST_NAMES = 7             /* BOOL, default TRUE */
} WS_METADATA_PROPERTY_ID;

typedef struct _WS_METADATA_PROPERTY {
    WS_METADATA_PROPERTY_ID id;
    void* value;
    ULONG valueSize;
} WS_METADATA_PROPERTY;

typedef struct _WS_METADATA_ENDPOINT {
    WS_ENDPOINT_ADDRESS endpointAddress;
    WS_POLICY* endpointPolicy;
    WS_XML_STRING* portName;
    WS_XML_STRING* serviceName;
    WS_XML_STRING* serviceNs;
    WS_XML_STRING* bindingName;
    WS_XML_STRING* bindingNs;
    WS_XML_STRING* portTypeName;
    WS_XML_STRING* portTypeNs;
} WS_METADATA_ENDPOINT;

typedef struct _WS_METADATA_ENDPOINTS {
    WS_METADATA_ENDPOINT* endpoints;
    ULONG endpointCount;
} WS_METADATA_ENDPOINTS;

HRESULT WINAPI WsCreateMetadata(
    _In_reads_opt_(propertyCount) const WS_METADATA_PROPERTY* properties,
    _In_ ULONG propertyCount,
    _Outptr_ WS_METADATA** metadata,
    _In_opt_ WS_ERROR* error);

/* S_FALSE if the element is none that describes a service. */
HRESULT WINAPI WsReadMetadata(
    _In_ WS_METADATA* metadata,
    _In_ WS_XML_READER* reader,
    _In_ const WS_STRING* url,
    _In_opt_ WS_ERROR* error);

/* NULL once all documents were read. */
HRESULT WINAPI WsGetMissingMetadataDocumentAddress(
    _In_ WS_METADATA* metadata,
    _Outptr_ WS_ENDPOINT_ADDRESS** address,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetMetadataEndpoints(
    _In_ WS_METADATA* metadata,
    _Out_ WS_METADATA_ENDPOINTS* endpoints,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsGetMetadataProperty(
    _In_ WS_METADATA* metadata,
    _In_ WS_METADATA_PROPERTY_ID id,
    _Out_writes_bytes_(valueSize) void* value,
    _In_ ULONG valueSize,
    _In_opt_ WS_ERROR* error);

HRESULT WINAPI WsResetMetadata(_In_ WS_METADATA* metadata, _In_opt_ WS_ERROR* error);

void WINAPI WsFreeMetadata(_In_ WS_METADATA* metadata);

#endif
