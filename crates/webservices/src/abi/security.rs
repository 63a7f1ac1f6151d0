//! Security of channels (`webservices/security.h`) and what this library adds to it (`wws.h`).

use super::base::WS_STRING;
use crate::{
    failure::WS_ERROR,
    hresult::HRESULT,
    ptr::{Ptr, Void},
};

/// The certificate of a server has another name.
pub const WS_CERT_FAILURE_CN_MISMATCH: u32 = 0x1;
/// It has expired or is not valid yet.
pub const WS_CERT_FAILURE_INVALID_DATE: u32 = 0x2;
/// Its issuer is not trusted.
pub const WS_CERT_FAILURE_UNTRUSTED_ROOT: u32 = 0x4;
/// It is not for servers.
pub const WS_CERT_FAILURE_WRONG_USAGE: u32 = 0x8;
/// It cannot be found out whether it was revoked.
pub const WS_CERT_FAILURE_REVOCATION_OFFLINE: u32 = 0x10;
/// TLS 1.2.
pub const WS_SECURE_PROTOCOL_TLS1_2: u32 = 16;
/// A store of the user.
pub const CERT_SYSTEM_STORE_CURRENT_USER: u32 = 0x1_0000;
/// A store of the machine.
pub const CERT_SYSTEM_STORE_LOCAL_MACHINE: u32 = 0x2_0000;
/// A certificate in DER.
pub const X509_ASN_ENCODING: u32 = 1;
/// A certificate with its chain and its private key in PEM: an extension.
pub const WWS_CERT_PEM_ENCODING: u32 = 0x5757_0001;

/// Says whether a certificate is good: certificate, state.
pub type WS_CERTIFICATE_VALIDATION_CALLBACK =
    Option<unsafe extern "C" fn(Ptr<CERT_CONTEXT>, Void) -> HRESULT>;
/// Gives a certificate: state, address, URL, the certificate, error.
pub type WS_GET_CERT_CALLBACK = Option<
    unsafe extern "C" fn(Void, Void, Ptr<WS_STRING>, Ptr<Ptr<CERT_CONTEXT>>, Ptr<WS_ERROR>) -> HRESULT,
>;

/// The certificates to trust, an extension: `WS_BYTES`, PEM.
pub const WWS_SECURITY_BINDING_PROPERTY_TRUSTED_CERTS: WS_SECURITY_BINDING_PROPERTY_ID =
    WS_SECURITY_BINDING_PROPERTY_ID(0x5757_0001);

/// A certificate as Windows has it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs)]
pub struct CERT_CONTEXT {
    pub dwCertEncodingType: u32,
    pub pbCertEncoded: Ptr<u8>,
    pub cbCertEncoded: u32,
    pub pCertInfo: Void,
    pub hCertStore: Void,
}

c_structs! {
    /// How the messages of a channel are secured.
    struct WS_SECURITY_DESCRIPTION { securityBindings: Ptr<Ptr<WS_SECURITY_BINDING>>, securityBindingCount: u32, properties: Ptr<WS_SECURITY_PROPERTY>, propertyCount: u32, }
    /// A property of a security description.
    struct WS_SECURITY_PROPERTY { id: WS_SECURITY_PROPERTY_ID, value: Void, valueSize: u32, }
    /// One way to secure.
    struct WS_SECURITY_BINDING { bindingType: WS_SECURITY_BINDING_TYPE, properties: Ptr<WS_SECURITY_BINDING_PROPERTY>, propertyCount: u32, }
    /// A property of a security binding.
    struct WS_SECURITY_BINDING_PROPERTY { id: WS_SECURITY_BINDING_PROPERTY_ID, value: Void, valueSize: u32, }
    /// TLS.
    struct WS_SSL_TRANSPORT_SECURITY_BINDING { binding: WS_SECURITY_BINDING, localCertCredential: Ptr<WS_CERT_CREDENTIAL>, }
    /// Who asks the program about the certificate of a server.
    struct WS_CERTIFICATE_VALIDATION_CALLBACK_CONTEXT { callback: WS_CERTIFICATE_VALIDATION_CALLBACK, state: Void, }
    /// What each kind of credential begins with.
    struct WS_CERT_CREDENTIAL { credentialType: WS_CERT_CREDENTIAL_TYPE, }
    /// A certificate of a store, by a part of its subject.
    struct WS_SUBJECT_NAME_CERT_CREDENTIAL { credential: WS_CERT_CREDENTIAL, storeLocation: u32, storeName: WS_STRING, subjectName: WS_STRING, }
    /// A certificate of a store, by its SHA-1.
    struct WS_THUMBPRINT_CERT_CREDENTIAL { credential: WS_CERT_CREDENTIAL, storeLocation: u32, storeName: WS_STRING, thumbprint: WS_STRING, }
    /// A certificate that the program gives.
    struct WS_CUSTOM_CERT_CREDENTIAL { credential: WS_CERT_CREDENTIAL, getCertCallback: WS_GET_CERT_CALLBACK, getCertCallbackState: Void, certIssuerListNotificationCallback: Void, certIssuerListNotificationCallbackState: Void, }
}

c_enums! {
    /// `WS_CERT_CREDENTIAL_TYPE`.
    enum WS_CERT_CREDENTIAL_TYPE {
        WS_SUBJECT_NAME_CERT_CREDENTIAL_TYPE = 1,
        WS_THUMBPRINT_CERT_CREDENTIAL_TYPE = 2,
        WS_CUSTOM_CERT_CREDENTIAL_TYPE = 3,
    }
    /// `WS_SECURITY_BINDING_TYPE`.
    enum WS_SECURITY_BINDING_TYPE {
        WS_SSL_TRANSPORT_SECURITY_BINDING_TYPE = 1,
        WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING_TYPE = 2,
        WS_HTTP_HEADER_AUTH_SECURITY_BINDING_TYPE = 3,
        WS_USERNAME_MESSAGE_SECURITY_BINDING_TYPE = 4,
        WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING_TYPE = 5,
        WS_XML_TOKEN_MESSAGE_SECURITY_BINDING_TYPE = 6,
        WS_SAML_MESSAGE_SECURITY_BINDING_TYPE = 7,
        WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING_TYPE = 8,
        WS_NAMEDPIPE_SSPI_TRANSPORT_SECURITY_BINDING_TYPE = 9,
    }
    /// `WS_SECURITY_PROPERTY_ID`.
    enum WS_SECURITY_PROPERTY_ID {
        WS_SECURITY_PROPERTY_TRANSPORT_PROTECTION_LEVEL = 1,
        WS_SECURITY_PROPERTY_ALGORITHM_SUITE = 2,
        WS_SECURITY_PROPERTY_ALGORITHM_SUITE_NAME = 3,
        WS_SECURITY_PROPERTY_MAX_ALLOWED_LATENCY = 4,
        WS_SECURITY_PROPERTY_TIMESTAMP_VALIDITY_DURATION = 5,
        WS_SECURITY_PROPERTY_MAX_ALLOWED_CLOCK_SKEW = 6,
        WS_SECURITY_PROPERTY_TIMESTAMP_USAGE = 7,
        WS_SECURITY_PROPERTY_SECURITY_HEADER_LAYOUT = 8,
        WS_SECURITY_PROPERTY_SECURITY_HEADER_VERSION = 9,
        WS_SECURITY_PROPERTY_EXTENDED_PROTECTION_POLICY = 10,
        WS_SECURITY_PROPERTY_EXTENDED_PROTECTION_SCENARIO = 11,
        WS_SECURITY_PROPERTY_SERVICE_IDENTITIES = 12,
    }
    /// `WS_SECURITY_BINDING_PROPERTY_ID`, those of TLS.
    enum WS_SECURITY_BINDING_PROPERTY_ID {
        WS_SECURITY_BINDING_PROPERTY_REQUIRE_SSL_CLIENT_CERT = 1,
        WS_SECURITY_BINDING_PROPERTY_CERT_FAILURES_TO_IGNORE = 20,
        WS_SECURITY_BINDING_PROPERTY_DISABLE_CERT_REVOCATION_CHECK = 21,
        WS_SECURITY_BINDING_PROPERTY_DISALLOWED_SECURE_PROTOCOLS = 22,
        WS_SECURITY_BINDING_PROPERTY_CERTIFICATE_VALIDATION_CALLBACK_CONTEXT = 23,
    }
}
