//! Whether a message was meant for a listener: `WS_URL_MATCHING_OPTIONS` (WWSAPI L).

use super::{Flags, Url};
use crate::{Error, ErrorCode, Result};
use std::{fmt, net::IpAddr};

/// Which parts of a URL must be those of the listener: `WS_URL_MATCHING_OPTIONS`, as its bits.
///
/// A part that no bit names may be anything. If the URL of the listener has a host, any bit of a host asks for that host; the
/// bits of hosts say what may stand for the wildcards `+` and `*`.
///
/// ```
/// use wws_core::url::{Flags, Matching, ThisHost, Url};
/// let this = ThisHost { dns_name: Some("atlas".into()), ..ThisHost::default() };
/// let flags = Flags { allow_host_wildcards: true, ..Flags::default() };
/// let (options, shop) = (Matching::DEFAULT, Url::decode("http://+:80/shop", flags)?);
/// assert!(options.check(&shop, "http://localhost/shop", &this).is_ok());
/// assert!(options.check(&shop, "http://atlas/shop", &this).is_ok());
/// let error = options.check(&shop, "http://evil.example/shop", &this).unwrap_err();
/// assert!(error.to_string().contains("evil.example"));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Matching(u32);

impl Matching {
    /// Every URL matches.
    pub const ANY: Matching = Matching(0);
    /// The name of this computer without its domain.
    pub const DNS_HOST: Matching = Matching(1);
    /// The name of this computer with its domain.
    pub const DNS_FULLY_QUALIFIED_HOST: Matching = Matching(2);
    /// The NetBIOS name of this computer.
    pub const NETBIOS_HOST: Matching = Matching(4);
    /// `localhost`.
    pub const LOCAL_HOST: Matching = Matching(8);
    /// An address of this computer.
    pub const HOST_ADDRESSES: Matching = Matching(16);
    /// All of the above.
    pub const THIS_HOST: Matching = Matching(31);
    /// The port.
    pub const PORT: Matching = Matching(32);
    /// The path.
    pub const EXACT_PATH: Matching = Matching(64);
    /// The path, or one that begins with it.
    pub const PREFIX_PATH: Matching = Matching(128);
    /// No query.
    pub const NO_QUERY: Matching = Matching(256);
    /// What webservices.h compares unless it is told otherwise (WWSAPI P.6 #11, #12).
    pub const DEFAULT: Matching = Matching(31 | 32 | 64 | 256);

    /// Options by their bits.
    ///
    /// # Errors
    /// `InvalidArgument` for a bit that is none, and for both kinds of paths at once.
    pub fn from_bits(bits: u32) -> Result<Self> {
        let unknown = bits & !(Self::DEFAULT.0 | Self::PREFIX_PATH.0);
        if unknown != 0 {
            return Err(Error::argument(format!("{unknown:#x} is no WS_MATCH_URL flag")));
        }
        let options = Matching(bits);
        if options.has(Self::EXACT_PATH) && options.has(Self::PREFIX_PATH) {
            return Err(Error::argument(
                "WS_MATCH_URL_EXACT_PATH and WS_MATCH_URL_PREFIX_PATH exclude each other",
            ));
        }
        Ok(options)
    }

    /// The bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// These options and others.
    #[must_use]
    pub const fn with(self, other: Matching) -> Self {
        Matching(self.0 | other.0)
    }

    const fn has(self, option: Matching) -> bool {
        self.0 & option.0 != 0
    }

    /// Compares the URL of a message, `received`, with the one that was listened at. Names and paths are compared without
    /// case, as Windows does where it routes requests.
    ///
    /// # Errors
    /// `EndpointNotFound`, which says what differs; also if `received` is no URL.
    pub fn check(self, listened: &Url, received: &str, this: &ThisHost) -> Result<()> {
        if self == Self::ANY {
            return Ok(());
        }
        let differs = |what: &dyn fmt::Display| {
            let (host, path) = (&listened.host, &listened.path);
            let port = listened.port.map_or(String::new(), |port| format!(":{port}"));
            let text = format!(
                "the message is for {received:?}, and {}://{host}{port}{path} is listened at: {what}",
                listened.scheme
            );
            Err(Error::new(ErrorCode::EndpointNotFound, text))
        };
        let Ok(url) = Url::decode(received, Flags::default()) else {
            return differs(&"that is not the URL of a service");
        };
        if self.has(Self::THIS_HOST) && !self.is_host(&listened.host, &url, this) {
            return differs(&format_args!("the host {} is another one", url.host));
        }
        if self.has(Self::PORT) && url.port != listened.port {
            return differs(&"the port is another one");
        }
        let (path, of_listener) = (path(&url), path(listened));
        if self.has(Self::EXACT_PATH) && path != of_listener {
            return differs(&"the path is another one");
        }
        if self.has(Self::PREFIX_PATH) && !path.starts_with(&of_listener) {
            return differs(&"the path does not begin with that of the listener");
        }
        if self.has(Self::NO_QUERY) && !url.query.is_empty() {
            return differs(&"it has a query");
        }
        Ok(())
    }

    fn is_host(self, listened: &str, url: &Url, this: &ThisHost) -> bool {
        let host = url.host_name();
        let address: Option<IpAddr> = host.parse().ok();
        if !matches!(listened, "+" | "*") {
            let listened = listened.trim_matches(['[', ']']);
            return match (listened.parse::<IpAddr>(), address) {
                (Ok(listened), Some(address)) => listened == address,
                _ => listened.eq_ignore_ascii_case(host),
            };
        }
        let is = |name: &Option<String>| name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(host));
        self.has(Self::LOCAL_HOST) && host.eq_ignore_ascii_case("localhost")
            || self.has(Self::DNS_HOST) && is(&this.dns_name)
            || self.has(Self::DNS_FULLY_QUALIFIED_HOST) && is(&this.fully_qualified_name)
            || self.has(Self::NETBIOS_HOST) && is(&this.netbios_name)
            || self.has(Self::HOST_ADDRESSES)
                && address.is_some_and(|address| this.addresses.contains(&address))
    }
}

/// The path of a URL for comparing: a `/` at the end makes no difference.
fn path(url: &Url) -> String {
    url.path.trim_end_matches('/').to_lowercase()
}

/// What this computer is called. The core does no I/O: whoever has a socket finds out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThisHost {
    /// Its name without the domain.
    pub dns_name: Option<String>,
    /// Its name with the domain.
    pub fully_qualified_name: Option<String>,
    /// Its NetBIOS name.
    pub netbios_name: Option<String>,
    /// The addresses of its interfaces.
    pub addresses: Vec<IpAddr>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listened_at(url: &str) -> Url {
        Url::decode(url, Flags { allow_host_wildcards: true, ..Flags::default() }).unwrap()
    }

    fn this() -> ThisHost {
        ThisHost {
            dns_name: Some("atlas".into()),
            fully_qualified_name: Some("atlas.example.org".into()),
            netbios_name: Some("ATLAS".into()),
            addresses: ["192.0.2.7", "::1"].map(|address| address.parse().unwrap()).into(),
        }
    }

    /// WS_URL_MATCHING_OPTIONS: each bit alone, with a URL that it lets pass and one that it does not.
    #[test]
    fn every_option_compares_its_part() {
        for (options, listened, passes, differs) in [
            (Matching::DNS_HOST, "http://+/", "http://Atlas:9/x?q", "http://localhost/"),
            (Matching::DNS_FULLY_QUALIFIED_HOST, "http://*/", "http://atlas.example.org/", "http://atlas/"),
            (Matching::NETBIOS_HOST, "http://+/", "http://atlas/", "http://atlas.example.org/"),
            (Matching::LOCAL_HOST, "http://+/", "http://LOCALHOST/", "http://127.0.0.1/"),
            (Matching::HOST_ADDRESSES, "http://+/", "http://[::1]/", "http://192.0.2.8/"),
            (Matching::LOCAL_HOST, "http://shop/", "http://SHOP/", "http://localhost/"),
            (Matching::LOCAL_HOST, "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::2]/"),
            (Matching::PORT, "net.tcp://+:808/", "net.tcp://anything", "net.tcp://anything:809"),
            (Matching::EXACT_PATH, "http://+/a/", "http://h/A?q", "http://h/a/b"),
            (Matching::PREFIX_PATH, "http://+/a", "http://h/ab/c", "http://h/b"),
            (Matching::NO_QUERY, "http://+/", "http://h:1/x", "http://h/?q"),
        ] {
            let listened = &listened_at(listened);
            options.check(listened, passes, &this()).unwrap();
            let error = options.check(listened, differs, &this()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::EndpointNotFound, "{options:?}: {error}");
            Matching::ANY.check(listened, differs, &this()).unwrap();
        }
    }

    #[test]
    fn what_is_no_url_matches_nothing_but_everything() {
        let anonymous = "urn:schemas-xmlsoap-org:ws:2005:04:discovery";
        assert!(Matching::ANY.check(&listened_at("http://+/"), anonymous, &this()).is_ok());
        assert!(Matching::PORT.check(&listened_at("http://+/"), anonymous, &this()).is_err());
    }

    #[test]
    fn bits_that_contradict_each_other_are_refused() {
        assert_eq!(Matching::from_bits(31 | 32 | 64 | 256).unwrap(), Matching::DEFAULT);
        assert_eq!(Matching::DEFAULT.with(Matching::ANY).bits(), 383);
        for bits in [512, 64 | 128, u32::MAX] {
            assert_eq!(Matching::from_bits(bits).unwrap_err().code(), ErrorCode::InvalidArgument);
        }
    }
}
