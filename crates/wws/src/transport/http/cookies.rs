//! The cookies of a client (RFC 6265, as far as services use them).

use crate::url::{Scheme, Url};
use http::{HeaderMap, HeaderValue, header};
use std::time::{Duration, SystemTime};

/// The most cookies that a client keeps, and octets of each.
const MOST: usize = 300;
const LONGEST: usize = 4096;

/// Cookies that servers have set.
#[derive(Debug, Default)]
pub(super) struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    /// Only the domain itself, not what is below it.
    host_only: bool,
    path: String,
    secure: bool,
    expires: Option<SystemTime>,
}

impl Jar {
    /// Takes the cookies of a response from `url`.
    pub(super) fn take(&mut self, url: &Url, headers: &HeaderMap, now: SystemTime) {
        for value in headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()) {
            let Some(cookie) = Cookie::parse(value, url, now) else { continue };
            let same =
                |c: &Cookie| c.name == cookie.name && c.domain == cookie.domain && c.path == cookie.path;
            self.cookies.retain(|c| !same(c) && !c.is_expired(now));
            if !cookie.is_expired(now) && self.cookies.len() < MOST {
                self.cookies.push(cookie);
            }
        }
    }

    /// The Cookie header of a request to `url`; longer paths first (RFC 6265 5.4).
    pub(super) fn header(&self, url: &Url, now: SystemTime) -> Option<HeaderValue> {
        let mut fitting: Vec<&Cookie> =
            self.cookies.iter().filter(|c| !c.is_expired(now) && c.fits(url)).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|c| format!("{}={}", c.name, c.value)).collect();
        if pairs.is_empty() { None } else { HeaderValue::from_str(&pairs.join("; ")).ok() }
    }
}

impl Cookie {
    /// RFC 6265 5.2 and 5.3.
    fn parse(text: &str, url: &Url, now: SystemTime) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut parts = text.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let host = url.host_name().to_ascii_lowercase();
        let mut cookie = Cookie {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            domain: host.clone(),
            host_only: true,
            path: default_path(&url.path),
            secure: false,
            expires: None,
        };
        let mut max_age = None;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match &*key.trim().to_ascii_lowercase() {
                "domain" if !value.trim_start_matches('.').is_empty() => {
                    cookie.domain = value.trim_start_matches('.').to_ascii_lowercase();
                    cookie.host_only = false;
                }
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "secure" => cookie.secure = true,
                "max-age" => max_age = value.parse::<i64>().ok(),
                "expires" => cookie.expires = date(value),
                _ => {}
            }
        }
        if let Some(seconds) = max_age {
            let seconds = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            cookie.expires = Some(now.checked_add(seconds).unwrap_or(now));
        }
        // A server sets cookies for itself and the domains above it, but not for a whole top-level domain.
        let own = domain_matches(&host, &cookie.domain) && (cookie.host_only || cookie.domain.contains('.'));
        (!cookie.name.is_empty() && own).then_some(cookie)
    }

    fn is_expired(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    fn fits(&self, url: &Url) -> bool {
        let host = url.host_name().to_ascii_lowercase();
        let host_fits =
            if self.host_only { host == self.domain } else { domain_matches(&host, &self.domain) };
        let path = if url.path.is_empty() { "/" } else { &url.path };
        // RFC 6265 5.1.4
        let path_fits = path
            .strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'));
        host_fits && path_fits && (!self.secure || url.scheme == Scheme::Https)
    }
}

/// RFC 6265 5.1.3; an address matches only itself.
fn domain_matches(host: &str, domain: &str) -> bool {
    let below = host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'));
    host == domain || (below && host.parse::<std::net::IpAddr>().is_err())
}

/// RFC 6265 5.1.4
fn default_path(path: &str) -> String {
    match path.rfind('/') {
        Some(end) if end > 0 => path.get(..end).unwrap_or("/").to_owned(),
        _ => "/".to_owned(),
    }
}

/// A date such as `Wed, 09 Jun 2021 10:18:14 GMT` or `Wed, 09-Jun-2021 10:18:14 GMT`.
fn date(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = text.to_ascii_lowercase();
    let mut parts = text.split([' ', '-', ',']).filter(|part| !part.is_empty()).skip(1);
    let day: u64 = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let month = MONTHS.iter().position(|month| *month == name)? as u64 + 1;
    let mut year: u64 = parts.next()?.parse().ok()?;
    if year < 100 {
        year += if year < 70 { 2000 } else { 1900 };
    }
    let mut time = parts.next()?.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    if !(1970..=9999).contains(&year) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days from the civil calendar; the year begins in March.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
    let seconds = days.checked_sub(719_468)? * 86_400 + hour * 3600 + minute * 60 + second;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn jar(url: &str, cookies: &[&str]) -> Jar {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::SET_COOKIE, cookie.parse().unwrap());
        }
        let mut jar = Jar::default();
        jar.take(&url.parse().unwrap(), &headers, at(1000));
        jar
    }

    fn sent(jar: &Jar, url: &str) -> Option<String> {
        jar.header(&url.parse().unwrap(), at(1000)).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn cookies_go_back_where_they_belong() {
        let jar = jar(
            "http://a.example.org/x/y",
            &["s=1", "d=2; Domain=.example.org; Path=/", "t=3; Secure; Path=/x"],
        );
        assert_eq!(sent(&jar, "http://a.example.org/x/z").as_deref(), Some("s=1; d=2"));
        assert_eq!(sent(&jar, "https://a.example.org/x").as_deref(), Some("s=1; t=3; d=2"));
        assert_eq!(sent(&jar, "http://a.example.org/xy").as_deref(), Some("d=2"));
        assert_eq!(sent(&jar, "http://b.example.org/x/z").as_deref(), Some("d=2"));
        assert_eq!(sent(&jar, "http://example.com/"), None);
    }

    #[test]
    fn cookies_of_others_are_refused() {
        for cookie in ["a=1; Domain=other.org", "a=1; Domain=org", "=1", "a", "a=1; Domain=b.a.example.org"] {
            assert_eq!(
                sent(&jar("http://a.example.org/", &[cookie]), "http://a.example.org/"),
                None,
                "{cookie}"
            );
        }
        assert_eq!(sent(&jar("http://10.0.0.1/", &["a=1; Domain=0.0.1"]), "http://10.0.0.1/"), None);
    }

    #[test]
    fn cookies_end() {
        for (cookie, lives) in [
            ("a=1; Max-Age=0", false),
            ("a=1; Max-Age=-5", false),
            ("a=1; Max-Age=5", true),
            ("a=1; Expires=Thu, 01 Jan 1970 00:00:01 GMT", false),
            ("a=1; Expires=Wed, 09-Jun-2100 10:18:14 GMT", true),
            ("a=1; Expires=Wed, 09-Jun-2100 10:18:14 GMT; Max-Age=0", false),
            ("a=1; Expires=nonsense", true),
        ] {
            assert_eq!(sent(&jar("http://h.x/", &[cookie]), "http://h.x/").is_some(), lives, "{cookie}");
        }
        let again = jar("http://h.x/", &["a=1", "a=2", "b=1", "b=; Max-Age=0"]);
        assert_eq!(sent(&again, "http://h.x/").as_deref(), Some("a=2"));
    }

    #[test]
    fn dates() {
        assert_eq!(date("Wed, 09 Jun 2021 10:18:14 GMT"), Some(at(1_623_233_894)));
        assert_eq!(date("Thu, 29 Feb 2024 00:00:00 GMT"), Some(at(1_709_164_800)));
        assert_eq!(date("Sun, 06-Nov-94 08:49:37 GMT"), Some(at(784_111_777)));
    }

    #[test]
    fn a_jar_has_a_bottom() {
        let many: Vec<String> = (0..400).map(|i| format!("c{i}=1")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(jar("http://h.x/", &many).cookies.len(), MOST);
        assert!(jar("http://h.x/", &[&format!("a={}", "x".repeat(5000))]).cookies.is_empty());
    }
}
