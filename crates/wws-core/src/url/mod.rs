//! URLs of the five schemes of webservices.h: `WsDecodeUrl`, `WsEncodeUrl`, `WsCombineUrl` (WWSAPI Q).
//!
//! The grammar is that of RFC 3986, narrowed: a scheme we know, a host that is not empty, no user information.
//!
//! ```
//! use wws_core::url::{Flags, Scheme, Url, combine};
//! let url: Url = "net.tcp://server/orders%20of/../2024?all".parse()?;
//! assert_eq!((url.scheme, url.host.as_str(), url.port), (Scheme::NetTcp, "server", Some(808)));
//! assert_eq!((url.path.as_str(), url.query.as_str()), ("/2024", "all"));
//!
//! let mut url = Url::new(Scheme::Http, "example.org");
//! url.path = "/déjà vu".into();
//! assert_eq!(url.encode()?, "http://example.org/d%C3%A9j%C3%A0%20vu");
//!
//! assert_eq!(combine("http://example.org/a/b", "../c", Flags::default())?, "http://example.org/c");
//! # Ok::<(), wws_core::Error>(())
//! ```

mod combine;
mod matching;
mod percent;
mod split;

use crate::value::Lexical;
use crate::{Error, Result};
pub use combine::combine;
pub use matching::{Matching, ThisHost};
use percent::Component;
use split::{Authority, Split, invalid};
use std::fmt;

/// The scheme of a [`Url`], with the numbers of `WS_URL_SCHEME_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Scheme {
    /// `http`, default port 80.
    Http = 0,
    /// `https`, default port 443.
    Https = 1,
    /// `net.tcp`, default port 808.
    NetTcp = 2,
    /// `soap.udp`, without a default port.
    SoapUdp = 3,
    /// `net.pipe`, without a default port.
    NetPipe = 4,
}

impl Scheme {
    /// All schemes, in the order of their numbers.
    pub const ALL: [Scheme; 5] =
        [Scheme::Http, Scheme::Https, Scheme::NetTcp, Scheme::SoapUdp, Scheme::NetPipe];

    /// The scheme as it stands in a URL, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::NetTcp => "net.tcp",
            Scheme::SoapUdp => "soap.udp",
            Scheme::NetPipe => "net.pipe",
        }
    }

    /// The port of a URL that names none, if the scheme has one.
    pub const fn default_port(self) -> Option<u16> {
        match self {
            Scheme::Http => Some(80),
            Scheme::Https => Some(443),
            Scheme::NetTcp => Some(808),
            Scheme::SoapUdp | Scheme::NetPipe => None,
        }
    }

    /// The scheme of a name in any case (RFC 3986 3.1), or `None` if it is not one of the five.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What [`Url::decode`] and [`combine()`] allow: `WS_URL_FLAGS`. (`WS_URL_FLAGS_ZERO_TERMINATE` concerns only C.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `WS_URL_FLAGS_ALLOW_HOST_WILDCARDS`: the host may be `*` or `+`, as for a listener.
    pub allow_host_wildcards: bool,
    /// `WS_URL_FLAGS_NO_PATH_COLLAPSE`: the path segments `.` and `..` stay as they are.
    pub no_path_collapse: bool,
}

/// The parts of a URL, unescaped: `WS_HTTP_URL` and its four siblings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url {
    /// The scheme.
    pub scheme: Scheme,
    /// The host name or address, never empty and without delimiters; an IP literal has its brackets (`[::1]`).
    pub host: String,
    /// The port: the scheme's own if the URL names none; `None` (0xFFFFFFFF in C) if the scheme has none either.
    pub port: Option<u16>,
    /// The port as the URL had it; empty if it named none.
    pub port_text: String,
    /// The path with its leading `/`, or nothing.
    pub path: String,
    /// What follows `?`.
    pub query: String,
    /// What follows `#`.
    pub fragment: String,
}

impl Url {
    /// A URL with the scheme's own port and nothing behind the host.
    pub fn new(scheme: Scheme, host: impl Into<String>) -> Self {
        Url {
            scheme,
            host: host.into(),
            port: scheme.default_port(),
            port_text: String::new(),
            path: String::new(),
            query: String::new(),
            fragment: String::new(),
        }
    }

    /// `WsDecodeUrl`: splits a URL, resolves `.` and `..` in its path and unescapes the parts.
    ///
    /// The path is collapsed after it is unescaped, so one without
    /// [`no_path_collapse`](Flags::no_path_collapse) never has such a segment, whatever the escapes were.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): an unknown scheme, no host, user information, a port
    /// beyond 65535, a character that needs escaping, escapes that are not UTF-8.
    pub fn decode(text: &str, flags: Flags) -> Result<Self> {
        let split = Split::new(text)?;
        let (Some(scheme), Some(authority)) = (split.scheme, split.authority) else {
            return Err(invalid(text, "a scheme, :// and a host expected"));
        };
        let authority = Authority::new(text, authority, flags)?;
        let unescape = |part: &str| percent::decode(part).map_err(|why| invalid(text, &why));
        let mut path = unescape(split.path)?;
        if !flags.no_path_collapse {
            path = combine::collapse(&path, combine::Dots::of_text);
        }
        Ok(Url {
            scheme,
            host: authority.host,
            port: authority.port.or(scheme.default_port()),
            port_text: authority.port_text.to_owned(),
            path,
            query: unescape(split.query.unwrap_or_default())?,
            fragment: unescape(split.fragment.unwrap_or_default())?,
        })
    }

    /// `WsEncodeUrl`: the URL with everything escaped that its part may not contain (RFC 3986 appendix A), as UTF-8.
    ///
    /// The port is written as [`port_text`](Url::port_text) or, if that is empty, as [`port`](Url::port) unless
    /// that is the scheme's own or 0.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): an empty host or one with a delimiter, an IP literal
    /// that is none, a path without its leading `/`, a port that is not one.
    pub fn encode(&self) -> Result<String> {
        let mut out = format!("{}://", self.scheme);
        self.encode_host(&mut out)?;
        if !self.port_text.is_empty() {
            u16::parse(self.port_text.as_bytes())
                .map_err(|e| e.context("the port of a URL is a number up to 65535"))?;
            out.push(':');
            out.push_str(&self.port_text);
        } else if let Some(port) =
            self.port.filter(|port| *port != 0 && self.port != self.scheme.default_port())
        {
            out.push(':');
            out.push_str(&port.to_text());
        }
        if !self.path.is_empty() && !self.path.starts_with('/') {
            return Err(Error::format(format!("the path {:?} of a URL must begin with /", self.path)));
        }
        percent::encode(&self.path, Component::Path, &mut out);
        for (before, part) in [('?', &self.query), ('#', &self.fragment)] {
            if !part.is_empty() {
                out.push(before);
                percent::encode(part, Component::Query, &mut out);
            }
        }
        Ok(out)
    }

    /// The host without the brackets of an IP literal: what a resolver takes.
    pub fn host_name(&self) -> &str {
        split::literal(&self.host).unwrap_or(&self.host)
    }

    fn encode_host(&self, out: &mut String) -> Result<()> {
        if self.host.parse::<std::net::Ipv6Addr>().is_ok() {
            return Err(Error::format(format!(
                "an IPv6 address in a URL has brackets: write [{}]",
                self.host
            )));
        }
        let is_literal = self.host.starts_with('[');
        let checked = if is_literal {
            split::check_literal(&self.host)
        } else {
            split::check_name(self.host.clone()).map(drop)
        };
        checked
            .map_err(|why| Error::format(format!("the host {:?} cannot stand in a URL: {why}", self.host)))?;
        if is_literal {
            out.push_str(&self.host);
        } else {
            percent::encode(&self.host, Component::Host, out);
        }
        Ok(())
    }
}

impl std::str::FromStr for Url {
    type Err = Error;

    /// [`Url::decode`] without flags.
    fn from_str(text: &str) -> Result<Self> {
        Url::decode(text, Flags::default())
    }
}

#[cfg(test)]
mod tests;
