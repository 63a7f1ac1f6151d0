//! Which proxy a request goes through (WWSAPI P.5 #40, #41).

use crate::{
    Error, Result,
    url::{Scheme, Url},
};
use std::fmt;

/// Which proxy a client uses: `WS_CHANNEL_PROPERTY_HTTP_PROXY_SETTING_MODE`.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// The one the environment names: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` (also in capitals, but
    /// not `HTTP_PROXY`, which a web server could set from a request header).
    #[default]
    Auto,
    /// None.
    None,
    /// This one: `WS_CUSTOM_HTTP_PROXY`.
    Custom(CustomProxy),
}

/// A proxy with exceptions.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CustomProxy {
    /// `http://host:port`, or `host:port`; with `user:password@` in front of the host if the proxy asks for Basic
    /// authentication.
    pub server: String,
    /// Hosts that are reached directly: `example.org` with everything below it, `*.example.org`, `*` for all,
    /// `<local>` for names without a dot, each with a port if wanted.
    pub bypass: Vec<String>,
}

/// The proxies of a client, read once.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies {
    http: Option<Server>,
    https: Option<Server>,
    bypass: Vec<String>,
}

/// Where a proxy listens.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    /// The value of Proxy-Authorization, if the proxy is to get one.
    pub(super) authorization: Option<String>,
}

impl Proxies {
    /// # Errors
    /// `InvalidArgument` for a proxy that is no URL.
    pub(super) fn new(proxy: &Proxy) -> Result<Self> {
        match proxy {
            Proxy::None => Ok(Self::default()),
            Proxy::Custom(CustomProxy { server, bypass }) => {
                let server = Some(Server::parse(server)?);
                Ok(Proxies { http: server.clone(), https: server, bypass: bypass.clone() })
            }
            Proxy::Auto => {
                Self::from_variables(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            }
        }
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let either = |name: &str| variable(name).or_else(|| variable(&name.to_uppercase()));
        let server = |value: Option<String>| {
            value.or_else(|| either("all_proxy")).map(|v| Server::parse(&v)).transpose()
        };
        let bypass = either("no_proxy").unwrap_or_default();
        Ok(Proxies {
            http: server(variable("http_proxy"))?,
            https: server(either("https_proxy"))?,
            bypass: bypass
                .split(',')
                .map(|host| host.trim().to_owned())
                .filter(|host| !host.is_empty())
                .collect(),
        })
    }

    /// The proxy for a URL, if one is to be used.
    pub(super) fn for_url(&self, url: &Url) -> Option<&Server> {
        let server = if url.scheme == Scheme::Https { &self.https } else { &self.http };
        server.as_ref().filter(|_| !self.bypass.iter().any(|pattern| bypasses(pattern, url)))
    }
}

impl Server {
    fn parse(text: &str) -> Result<Self> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (user, server) = split_user(rest);
        // Errors name only what stands behind a password.
        let url: Url = format!("{scheme}://{server}").parse().map_err(|e: Error| {
            Error::argument(format!("{server:?} is no proxy; http://host:port is expected: {e}"))
        })?;
        if url.scheme != Scheme::Http {
            return Err(Error::argument(format!("{server:?} is no proxy that is spoken to by plain HTTP")));
        }
        // RFC 7617 2
        let basic = |user: &str| format!("Basic {}", base64_simd::STANDARD.encode_to_string(unescape(user)));
        let authorization = user.map(basic);
        Ok(Server { host: url.host_name().to_owned(), port: url.port.unwrap_or(80), authorization })
    }
}

/// `user:password` and `host:port` of `user:password@host:port`.
fn split_user(authority: &str) -> (Option<&str>, &str) {
    authority.rsplit_once('@').map_or((None, authority), |(user, server)| (Some(user), server))
}

/// Undoes `%XX`; what is none stays.
fn unescape(text: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped =
            digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        octets.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    octets
}

impl fmt::Debug for CustomProxy {
    /// Never shows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = split_user(&self.server).1;
        f.debug_struct("CustomProxy").field("server", &server).field("bypass", &self.bypass).finish()
    }
}

impl fmt::Debug for Server {
    /// Never shows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn bypasses(pattern: &str, url: &Url) -> bool {
    let host = url.host_name().to_ascii_lowercase();
    if pattern == "<local>" {
        return !host.contains('.') && !host.contains(':');
    }
    let mut pattern = pattern.to_ascii_lowercase();
    // A port counts only behind a name or IPv4 address, or behind brackets.
    if let Some((name, port)) = pattern.rsplit_once(':')
        && (!name.contains(':') || name.ends_with(']'))
    {
        if port.parse().ok() != url.port {
            return false;
        }
        pattern = name.to_owned();
    }
    let pattern = pattern.trim_start_matches('[').trim_end_matches(']');
    let name = pattern.trim_start_matches('*').trim_start_matches('.');
    if name.is_empty() {
        return pattern == "*";
    }
    host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn exceptions() {
        for (pattern, target, expected) in [
            ("example.org", "http://example.org/", true),
            ("example.org", "http://www.Example.org/", true),
            ("example.org", "http://badexample.org/", false),
            (".example.org", "http://www.example.org/", true),
            ("*.example.org", "http://www.example.org/", true),
            ("example.org:8080", "http://example.org:8080/", true),
            ("example.org:8080", "http://example.org/", false),
            ("*", "http://anything/", true),
            ("<local>", "http://intranet/", true),
            ("<local>", "http://a.b/", false),
            ("::1", "http://[::1]/", true),
            ("127.0.0.1", "http://127.0.0.1:80/", true),
        ] {
            assert_eq!(bypasses(pattern, &url(target)), expected, "{pattern} {target}");
        }
    }

    #[test]
    fn the_environment() {
        let proxies = Proxies::from_variables(|name| match name {
            "http_proxy" => Some("me:p%40ss@proxy:3128".into()),
            "ALL_PROXY" => Some("http://all".into()),
            "NO_PROXY" => Some("a, b ,".into()),
            "HTTP_PROXY" => Some("evil".into()),
            _ => None,
        })
        .unwrap();
        let server = |host: &str, port, authorization: Option<&str>| {
            Some(Server { host: host.into(), port, authorization: authorization.map(str::to_owned) })
        };
        let found = |text: &str| proxies.for_url(&url(text)).cloned();
        assert_eq!(found("http://x/"), server("proxy", 3128, Some("Basic bWU6cEBzcw==")));
        assert!(!format!("{proxies:?}").contains("bWU6"));
        assert_eq!(found("https://x/"), server("all", 80, None));
        assert_eq!(found("http://b/"), None);
        assert!(Proxies::from_variables(|_| Some("ftp://x".into())).is_err());
    }
}
