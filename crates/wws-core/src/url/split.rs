//! The five parts of a URL or relative reference and the three of its authority (RFC 3986 3 and 4.2).

use super::percent::{Component, check, decode};
use super::{Flags, Scheme};
use crate::value::{Lexical, quote};
use crate::{Error, Result};

/// A URL or a relative reference in its five parts, still escaped. All characters are checked but those of the
/// authority, which [`Authority`] takes apart.
pub(super) struct Split<'a> {
    pub(super) scheme: Option<Scheme>,
    pub(super) authority: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) fragment: Option<&'a str>,
}

impl<'a> Split<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self> {
        // RFC 3986 appendix B.
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        let (scheme, rest) = match rest.split_once(':') {
            // A colon behind a slash belongs to the path.
            Some((name, rest)) if !name.contains('/') => (Some(known_scheme(text, name)?), rest),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        let parts = [
            (path, Component::Path),
            (query.unwrap_or_default(), Component::Query),
            (fragment.unwrap_or_default(), Component::Query),
        ];
        for (part, component) in parts {
            check(part, component).map_err(|why| invalid(text, &why))?;
        }
        Ok(Split { scheme, authority, path, query, fragment })
    }
}

/// Host, unescaped, and port.
pub(super) struct Authority<'a> {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) port_text: &'a str,
}

impl<'a> Authority<'a> {
    /// Takes apart the `authority` of the URL `text`.
    pub(super) fn new(text: &str, authority: &'a str, flags: Flags) -> Result<Self> {
        if authority.contains('@') {
            return Err(invalid(text, "user information before the host (user@host) is not supported"));
        }
        // The colons of an IP literal stand before its bracket.
        let host_end = authority.find(']').map_or(0, |at| at + 1);
        let (host, port_text) = match authority.get(host_end..).and_then(|rest| rest.find(':')) {
            Some(at) => {
                let (host, port) = authority.split_at(host_end + at);
                (host, port.strip_prefix(':').unwrap_or_default())
            }
            None => (authority, ""),
        };
        if port_text.contains(':') && !host.starts_with('[') {
            return Err(invalid(
                text,
                "two colons behind the host; an IPv6 address has brackets, such as [::1]",
            ));
        }
        let host = if host.starts_with('[') {
            check_literal(host).map(|()| host.to_owned())
        } else {
            check(host, Component::Host).and_then(|()| decode(host)).and_then(check_name)
        };
        let host = host.map_err(|why| invalid(text, &why))?;
        if matches!(host.as_str(), "*" | "+") && !flags.allow_host_wildcards {
            return Err(invalid(text, "the host is a wildcard, which only a listener's URL may have"));
        }
        let port = match port_text {
            // RFC 3986 3.2.3: the digits may be missing.
            "" => None,
            _ => Some(u16::parse(port_text.as_bytes()).map_err(|_| {
                invalid(
                    text,
                    &format!("the port {} is not a number up to 65535", quote(port_text.as_bytes())),
                )
            })?),
        };
        Ok(Authority { host, port, port_text })
    }
}

/// Checks an IP literal with its brackets. Whether it is an address is not checked (`WsDecodeUrl`), but its
/// characters are, and it is not empty.
pub(super) fn check_literal(host: &str) -> Result<(), String> {
    match literal(host) {
        None => Err("an IP literal is an address in brackets, such as [::1]".into()),
        Some("") => Err("the IP literal is empty".into()),
        Some(address) => check(address, Component::Literal),
    }
}

/// Checks an unescaped host that is not an IP literal. A delimiter could be escaped by the grammar, but no name has
/// one, and a program that puts the host into another URL would be misled.
pub(super) fn check_name(host: String) -> Result<String, String> {
    if host.is_empty() {
        return Err("a host expected after //".into());
    }
    match host.chars().find(|c| ":/?#[]@".contains(*c)) {
        Some(c) => Err(format!("the host name contains {c:?}, even if escaped")),
        None => Ok(host),
    }
}

/// What stands in the brackets of an IP literal.
pub(super) fn literal(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

/// `"…" is not a URL: why`.
#[cold]
pub(super) fn invalid(text: &str, why: &str) -> Error {
    Error::format(format!("{} is not a URL that can be used here: {why}", quote(text.as_bytes())))
}

fn cut(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn known_scheme(text: &str, name: &str) -> Result<Scheme> {
    Scheme::from_name(name).ok_or_else(|| {
        let known = Scheme::ALL.map(Scheme::name).join(", ");
        invalid(text, &format!("the scheme {} is not one of {known}", quote(name.as_bytes())))
    })
}
