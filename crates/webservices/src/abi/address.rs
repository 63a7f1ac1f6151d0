//! URLs and endpoint addresses (`webservices/address.h`).

use super::base::{WS_BYTES, WS_STRING};
use crate::{buffer::object::WS_XML_BUFFER, ptr::Ptr};

/// The host may be `*` or `+`.
pub const WS_URL_FLAGS_ALLOW_HOST_WILDCARDS: u32 = 0x1;
/// `.` and `..` stay in the path.
pub const WS_URL_FLAGS_NO_PATH_COLLAPSE: u32 = 0x2;
/// Strings of the result end with a zero that is not counted.
pub const WS_URL_FLAGS_ZERO_TERMINATE: u32 = 0x4;

c_structs! {
    /// What every decoded URL begins with.
    struct WS_URL { scheme: WS_URL_SCHEME_TYPE, }
    /// `http:`
    struct WS_HTTP_URL { url: WS_URL, host: WS_STRING, port: u16, portAsString: WS_STRING, path: WS_STRING, query: WS_STRING, fragment: WS_STRING, }
    /// `https:`
    struct WS_HTTPS_URL { url: WS_URL, host: WS_STRING, port: u16, portAsString: WS_STRING, path: WS_STRING, query: WS_STRING, fragment: WS_STRING, }
    /// `net.tcp:`
    struct WS_NETTCP_URL { url: WS_URL, host: WS_STRING, port: u16, portAsString: WS_STRING, path: WS_STRING, query: WS_STRING, fragment: WS_STRING, }
    /// `soap.udp:`
    struct WS_SOAPUDP_URL { url: WS_URL, host: WS_STRING, port: u16, portAsString: WS_STRING, path: WS_STRING, query: WS_STRING, fragment: WS_STRING, }
    /// `net.pipe:`
    struct WS_NETPIPE_URL { url: WS_URL, host: WS_STRING, port: u16, portAsString: WS_STRING, path: WS_STRING, query: WS_STRING, fragment: WS_STRING, }
    /// What every identity begins with.
    struct WS_ENDPOINT_IDENTITY { identityType: WS_ENDPOINT_IDENTITY_TYPE, }
    /// The owner of a certificate for a name.
    struct WS_DNS_ENDPOINT_IDENTITY { identity: WS_ENDPOINT_IDENTITY, dns: WS_STRING, }
    /// A user.
    struct WS_UPN_ENDPOINT_IDENTITY { identity: WS_ENDPOINT_IDENTITY, upn: WS_STRING, }
    /// A service.
    struct WS_SPN_ENDPOINT_IDENTITY { identity: WS_ENDPOINT_IDENTITY, spn: WS_STRING, }
    /// The owner of an RSA key.
    struct WS_RSA_ENDPOINT_IDENTITY { identity: WS_ENDPOINT_IDENTITY, modulus: WS_BYTES, exponent: WS_BYTES, }
    /// The owner of a certificate.
    struct WS_CERT_ENDPOINT_IDENTITY { identity: WS_ENDPOINT_IDENTITY, rawCertificateData: WS_BYTES, }
    /// Another identity, as XML.
    struct WS_UNKNOWN_ENDPOINT_IDENTITY { identity: WS_ENDPOINT_IDENTITY, element: Ptr<WS_XML_BUFFER>, }
    /// An endpoint.
    struct WS_ENDPOINT_ADDRESS { url: WS_STRING, headers: Ptr<WS_XML_BUFFER>, extensions: Ptr<WS_XML_BUFFER>, identity: Ptr<WS_ENDPOINT_IDENTITY>, }
}

c_enums! {
    /// Which struct a decoded URL is.
    enum WS_URL_SCHEME_TYPE {
        WS_URL_HTTP_SCHEME_TYPE = 0,
        WS_URL_HTTPS_SCHEME_TYPE = 1,
        WS_URL_NETTCP_SCHEME_TYPE = 2,
        WS_URL_SOAPUDP_SCHEME_TYPE = 3,
        WS_URL_NETPIPE_SCHEME_TYPE = 4,
    }
    /// Which struct an identity is.
    enum WS_ENDPOINT_IDENTITY_TYPE {
        WS_DNS_ENDPOINT_IDENTITY_TYPE = 1,
        WS_UPN_ENDPOINT_IDENTITY_TYPE = 2,
        WS_SPN_ENDPOINT_IDENTITY_TYPE = 3,
        WS_RSA_ENDPOINT_IDENTITY_TYPE = 4,
        WS_CERT_ENDPOINT_IDENTITY_TYPE = 5,
        WS_UNKNOWN_ENDPOINT_IDENTITY_TYPE = 6,
    }
    /// What an endpoint address can be extended by.
    enum WS_ENDPOINT_ADDRESS_EXTENSION_TYPE {
        WS_ENDPOINT_ADDRESS_EXTENSION_METADATA_ADDRESS = 1,
    }
}
