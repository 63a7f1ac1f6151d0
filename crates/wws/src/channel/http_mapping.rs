//! Headers of HTTP that are headers of the message, too: mapped headers, with lists and quotes (WWSAPI M.2).

use super::http_head::{header_name, header_value};
use crate::{
    Result,
    soap::{HeaderPick, Message},
    transport::http::HeaderMap,
};

/// Which HTTP headers are mapped headers of the message: `WS_HTTP_MESSAGE_MAPPING` (WWSAPI M.2).
#[derive(Clone, Debug, Default)]
pub struct HttpMapping {
    /// Headers of requests.
    pub request_headers: Vec<HeaderMapping>,
    /// Headers of responses.
    pub response_headers: Vec<HeaderMapping>,
    /// The verb of a request is the mapped header `Verb`; only with [`Encoding::Raw`](crate::soap::Encoding::Raw).
    pub verb: bool,
    /// The status of a response is the mapped header `StatusCode`; only with
    /// [`Encoding::Raw`](crate::soap::Encoding::Raw).
    pub status_code: bool,
    /// The text behind the status is the mapped header `StatusText`; only with
    /// [`Encoding::Raw`](crate::soap::Encoding::Raw).
    pub status_text: bool,
}

/// How one HTTP header is mapped: `WS_HTTP_HEADER_MAPPING`. From a name, with neither lists nor quotes.
///
/// ```
/// use wws::channel::{Binding, HeaderMapping, Separator};
/// let mut binding = Binding::http();
/// binding.http.mapping.request_headers =
///     vec!["X-Request".into(), HeaderMapping::new("X-Tags").separated(Separator::Comma)];
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderMapping {
    /// The name in HTTP, which is the local name of the mapped header.
    pub name: String,
    /// One HTTP header holds all mapped headers of the name. `None`: each has an HTTP header of its own.
    pub separator: Option<Separator>,
    /// Values are in quotes in HTTP (RFC 9110 5.6.4), and without them in the message.
    pub is_quoted: bool,
}

/// What stands between the values in one HTTP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `WS_HTTP_HEADER_MAPPING_COMMA_SEPARATOR`.
    Comma,
    /// `WS_HTTP_HEADER_MAPPING_SEMICOLON_SEPARATOR`.
    Semicolon,
}

impl Separator {
    fn octet(self) -> char {
        match self {
            Separator::Comma => ',',
            Separator::Semicolon => ';',
        }
    }
}

impl<N: Into<String>> From<N> for HeaderMapping {
    fn from(name: N) -> Self {
        Self::new(name)
    }
}

impl HeaderMapping {
    /// A header of this name as it is.
    pub fn new(name: impl Into<String>) -> Self {
        HeaderMapping { name: name.into(), separator: None, is_quoted: false }
    }

    /// With all values in one HTTP header.
    pub fn separated(self, separator: Separator) -> Self {
        HeaderMapping { separator: Some(separator), ..self }
    }

    /// With values in quotes: `WS_HTTP_HEADER_MAPPING_QUOTED_VALUE`.
    pub fn quoted(self) -> Self {
        HeaderMapping { is_quoted: true, ..self }
    }

    /// Adds the mapped headers of the message to those of HTTP.
    pub(super) fn map_out(&self, message: &Message, headers: &mut HeaderMap) -> Result<()> {
        let mut values = Vec::new();
        while let Some(value) = message.mapped_header(&self.name, HeaderPick::Repeated(values.len()))? {
            values.push(if self.is_quoted { quote(&value) } else { value });
        }
        if let (Some(separator), [_, ..]) = (self.separator, &*values) {
            values = vec![values.join(&format!("{} ", separator.octet()))];
        }
        for value in values {
            headers.append(header_name(&self.name)?, header_value(&value)?);
        }
        Ok(())
    }

    /// Adds headers of HTTP to the mapped headers of the message.
    pub(super) fn map_in(&self, headers: &HeaderMap, message: &mut Message) -> Result<()> {
        for text in headers.get_all(&self.name).iter().filter_map(|value| value.to_str().ok()) {
            for value in self.values(text) {
                message.add_mapped_header(&self.name, &value)?;
            }
        }
        Ok(())
    }

    /// The values that one HTTP header holds.
    fn values(&self, text: &str) -> Vec<String> {
        let plain = |value: &str| match self.is_quoted {
            true => unquote(value.trim()),
            false => value.trim().to_owned(),
        };
        match self.separator {
            None => vec![plain(text)],
            // RFC 9110 5.6.1.2: a list may have empty elements, which mean nothing.
            Some(separator) => split(text, separator.octet())
                .into_iter()
                .filter(|v| !v.trim().is_empty())
                .map(plain)
                .collect(),
        }
    }
}

/// The parts of a list; what stands in quotes separates nothing.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut in_quotes, mut is_escaped) = (false, false);
    let mut parts = text.split(|c: char| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match c {
            '\\' if in_quotes && !was_escaped => is_escaped = true,
            '"' if !was_escaped => in_quotes = !in_quotes,
            _ => {}
        }
        c == separator && !in_quotes
    });
    parts.by_ref().collect()
}

/// RFC 9110 5.6.4.
fn quote(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// A value without its quotes, if it has them.
fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soap::Version;

    /// What a message has after values went through HTTP, and the HTTP headers.
    fn through(mapping: &HeaderMapping, values: &[&str]) -> (Vec<String>, Vec<String>) {
        let mut message = Message::blank(Version::SOAP12);
        values.iter().for_each(|value| message.add_mapped_header("X", value).unwrap());
        let mut headers = HeaderMap::new();
        mapping.map_out(&message, &mut headers).unwrap();
        let on_wire = headers.get_all("x").iter().map(|value| value.to_str().unwrap().to_owned()).collect();
        (on_wire, mapping.values_of(&headers))
    }

    impl HeaderMapping {
        fn values_of(&self, headers: &HeaderMap) -> Vec<String> {
            let mut message = Message::blank(Version::SOAP12);
            self.map_in(headers, &mut message).unwrap();
            (0..).map_while(|i| message.mapped_header(&self.name, HeaderPick::Repeated(i)).unwrap()).collect()
        }
    }

    #[test]
    fn values_come_back_from_lists_and_quotes() {
        let plain = HeaderMapping::new("X");
        let values = ["a", "b;c", "d, \"e\" \\ f", ""];
        assert_eq!(through(&plain, &values[..2]).0, ["a", "b;c"]);
        for separator in [None, Some(Separator::Comma), Some(Separator::Semicolon)] {
            let mapping = HeaderMapping { separator, ..plain.clone().quoted() };
            let (on_wire, found) = through(&mapping, &values);
            assert_eq!(found, values, "{separator:?}");
            assert_eq!(on_wire.len(), if separator.is_some() { 1 } else { 4 });
        }
        let (on_wire, found) = through(&plain.clone().separated(Separator::Comma), &["a", "b;c"]);
        assert_eq!((on_wire, found), (vec!["a, b;c".to_owned()], vec!["a".to_owned(), "b;c".to_owned()]));
        assert_eq!(through(&plain.separated(Separator::Comma), &[]).0, [""; 0]);
    }

    #[test]
    fn lists_of_others() {
        let commas = HeaderMapping::new("X").separated(Separator::Comma);
        for (text, values) in [
            ("a,b", vec!["a", "b"]),
            (" , a ,, b\t,", vec!["a", "b"]),
            ("\"a,b\",c", vec!["\"a,b\"", "c"]),
            (r#""a\",b",c"#, vec![r#""a\",b""#, "c"]),
            // Quotes that do not end.
            ("a,\"b,c", vec!["a", "\"b,c"]),
        ] {
            assert_eq!(commas.values(text), values, "{text}");
        }
        let quoted = commas.quoted();
        assert_eq!(quoted.values(r#""a\",b", c ,"#), ["a\",b", "c"]);
        assert_eq!(quoted.values(r#""\""#), ["\\"]);
        assert_eq!(quoted.values("\""), ["\""]);
    }
}
