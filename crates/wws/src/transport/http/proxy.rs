//! Which proxy a request goes through (WWSAPI P.5 #40, #41).

use crate::{
    Error, ErrorCode, Result,
    url::{Scheme, Url},
};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomProxy {
    /// `http://host:port`, or `host:port`.
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
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
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url: Url = with_scheme.parse().map_err(|e: Error| {
            Error::new(
                ErrorCode::InvalidArgument,
                format!("{text:?} is no proxy; http://host:port is expected: {e}"),
            )
        })?;
        if url.scheme != Scheme::Http {
            return Err(Error::argument(format!("{text:?} is no proxy that is spoken to by plain HTTP")));
        }
        Ok(Server { host: url.host_name().to_owned(), port: url.port.unwrap_or(80) })
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
            "http_proxy" => Some("proxy:3128".into()),
            "ALL_PROXY" => Some("http://all".into()),
            "NO_PROXY" => Some("a, b ,".into()),
            "HTTP_PROXY" => Some("evil".into()),
            _ => None,
        })
        .unwrap();
        assert_eq!(proxies.for_url(&url("http://x/")), Some(&Server { host: "proxy".into(), port: 3128 }));
        assert_eq!(proxies.for_url(&url("https://x/")), Some(&Server { host: "all".into(), port: 80 }));
        assert_eq!(proxies.for_url(&url("http://b/")), None);
        assert!(Proxies::from_variables(|_| Some("ftp://x".into())).is_err());
    }
}
