//! URLs of endpoints and listeners (WWSAPI L): what they may be, and which requests belong to them.

use crate::{
    Error, ErrorCode, Result,
    url::{Flags, Scheme, Url},
};
use std::net::SocketAddr;

/// The URL of an endpoint to connect to.
///
/// # Errors
/// `InvalidEndpointUrl` if it is no URL of one of `schemes`.
pub(crate) fn endpoint(text: &str, schemes: &[Scheme]) -> Result<Url> {
    decode(text, schemes, Flags::default())
}

fn decode(text: &str, schemes: &[Scheme], flags: Flags) -> Result<Url> {
    let invalid = |why: String| {
        Error::new(ErrorCode::InvalidEndpointUrl, format!("{text:?} is no URL for this: {why}"))
    };
    let url = Url::decode(text, flags).map_err(|e| invalid(e.to_string()))?;
    if !schemes.contains(&url.scheme) {
        let names: Vec<&str> = schemes.iter().map(|s| s.name()).collect();
        return Err(invalid(format!("its scheme is to be {}", names.join(" or "))));
    }
    Ok(url)
}

/// The URL of a listener as clients on this machine use it.
pub(crate) fn client_url(url: &str, address: SocketAddr) -> String {
    let flags = Flags { allow_host_wildcards: true, ..Flags::default() };
    let Ok(parsed) = Url::decode(url, flags) else { return url.to_owned() };
    let host = match &*parsed.host {
        "+" | "*" => "localhost".to_owned(),
        // Certificates are for names. A datagram goes to one address only, which may not be the one that listens.
        _ if address.ip().is_unspecified() || parsed.scheme != Scheme::SoapUdp => parsed.host.clone(),
        _ => match address {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        },
    };
    let authority_end = url.find("://").map_or(0, |at| at + 3);
    let rest =
        url.get(authority_end..).and_then(|rest| rest.find('/').and_then(|at| rest.get(at..))).unwrap_or("");
    format!("{}://{host}:{}{rest}", parsed.scheme.name(), address.port())
}

/// The URL of a listener: absolute, without query and fragment; the host may be `+` or `*`.
#[derive(Clone, Debug)]
pub(crate) struct ListenerUrl {
    pub(crate) url: Url,
}

impl ListenerUrl {
    /// # Errors
    /// `InvalidEndpointUrl`.
    pub(crate) fn parse(text: &str, schemes: &[Scheme]) -> Result<Self> {
        let url = decode(text, schemes, Flags { allow_host_wildcards: true, ..Flags::default() })?;
        if !url.query.is_empty() || !url.fragment.is_empty() {
            let text = format!("{text:?} is no URL to listen at: it has a query or a fragment");
            return Err(Error::new(ErrorCode::InvalidEndpointUrl, text));
        }
        Ok(ListenerUrl { url })
    }

    /// The part of the URL that says which requests belong to it.
    pub(crate) fn route(&self) -> Route {
        Route::new(&self.url.path)
    }
}

/// A path prefix, compared segment by segment and without case, as Windows does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Route {
    /// Without a `/` at its end, in lower case.
    prefix: String,
}

impl Route {
    pub(crate) fn new(path: &str) -> Self {
        Route { prefix: path.trim_end_matches('/').to_lowercase() }
    }

    /// Whether `path` is this path or below it.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        path.strip_prefix(&self.prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// How particular it is: the length of the prefix.
    pub(crate) fn len(&self) -> usize {
        self.prefix.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_whole_segments() {
        let route = Route::new("/Orders/");
        for (path, matches) in
            [("/orders", true), ("/ORDERS/7", true), ("/orders/", true), ("/orders2", false), ("/", false)]
        {
            assert_eq!(route.matches(path), matches, "{path}");
        }
        assert!(Route::new("").matches("/anything") && Route::new("/").matches(""));
    }

    #[test]
    fn clients_of_this_machine_get_a_host_and_the_port_that_was_found() {
        for (url, address, expected) in [
            ("http://+:0/a", "0.0.0.0:81", "http://localhost:81/a"),
            ("net.tcp://127.0.0.1:0/a/b", "127.0.0.1:82", "net.tcp://127.0.0.1:82/a/b"),
            ("http://[::1]:0", "[::1]:83", "http://[::1]:83"),
            ("http://example.org:84/", "[::]:84", "http://example.org:84/"),
            ("https://localhost:0/", "127.0.0.1:85", "https://localhost:85/"),
            ("soap.udp://localhost:0/", "127.0.0.1:86", "soap.udp://127.0.0.1:86/"),
        ] {
            assert_eq!(client_url(url, address.parse().unwrap()), expected);
        }
    }

    #[test]
    fn urls_that_are_no_endpoints() {
        for text in ["http://h", "net.tcp://", "h:80", "net.tcp://u@h"] {
            assert_eq!(
                endpoint(text, &[Scheme::NetTcp]).unwrap_err().code(),
                ErrorCode::InvalidEndpointUrl,
                "{text}"
            );
        }
        assert_eq!(
            endpoint("net.tcp://+/x", &[Scheme::NetTcp]).unwrap_err().code(),
            ErrorCode::InvalidEndpointUrl
        );
        assert!(ListenerUrl::parse("net.tcp://+:808/x", &[Scheme::NetTcp]).is_ok());
        assert!(ListenerUrl::parse("net.tcp://h/x?q", &[Scheme::NetTcp]).is_err());
    }
}
