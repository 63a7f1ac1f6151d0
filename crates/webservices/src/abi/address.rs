//! URLs (`webservices/address.h`).

use super::base::WS_STRING;

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
}
