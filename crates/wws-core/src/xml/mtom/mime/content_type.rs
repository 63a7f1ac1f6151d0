//! `Content-Type` (RFC 2045 5.1): a media type with parameters.

use super::lex::{Lexer, push_quoted};
use crate::{Error, Result};

/// A media type and its parameters.
///
/// ```
/// use wws_core::xml::mtom::mime::ContentType;
/// let t = ContentType::parse(r#"Multipart/Related; Boundary="a;b" (as sent); type=text/xml"#)?;
/// assert!(t.is("multipart/related"));
/// assert_eq!(t.parameter("boundary"), Some("a;b"));
/// assert_eq!(t.parameter("TYPE"), Some("text/xml"));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType {
    media_type: String,
    parameters: Vec<(String, String)>,
}

impl ContentType {
    /// Reads a field value that is already unfolded.
    ///
    /// Accepts what real peers send beyond the grammar: parameter values without their quotes, white space around `=`,
    /// empty parameters (`;;`). Fails with `InvalidFormat` on anything else, and on a parameter that stands twice,
    /// because two readers could choose differently.
    pub fn parse(value: &str) -> Result<Self> {
        let mut lexer = Lexer::new(value);
        let bad = || {
            Error::format(format!(
                "a content type must be `type/subtype; name=value …`, not `{}`",
                clip(value)
            ))
        };
        let kind = lexer.token()?;
        let slash = lexer.take('/')?;
        let subtype = lexer.token()?;
        if kind.is_empty() || !slash || subtype.is_empty() {
            return Err(bad());
        }
        let media_type = format!("{kind}/{subtype}").to_ascii_lowercase();
        let mut parameters: Vec<(String, String)> = Vec::new();
        while !lexer.is_done()? {
            if !lexer.take(';')? {
                return Err(bad());
            }
            let name = lexer.token()?;
            if name.is_empty() {
                continue;
            }
            if !lexer.take('=')? {
                return Err(bad());
            }
            let name = name.to_ascii_lowercase();
            if parameters.iter().any(|(n, _)| *n == name) {
                return Err(Error::format(format!("a content type has the parameter `{name}` twice")));
            }
            parameters.push((name, lexer.value()?));
        }
        Ok(ContentType { media_type, parameters })
    }

    /// Type and subtype in lower case, such as `application/xop+xml`.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Whether this is that media type, whatever its parameters and case.
    pub fn is(&self, media_type: &str) -> bool {
        self.media_type.eq_ignore_ascii_case(media_type)
    }

    /// The value of a parameter, without its quotes. Names have no case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// All parameters in their order, names in lower case.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

impl std::fmt::Display for ContentType {
    /// The field value, every parameter quoted: what [`ContentType::parse`] reads back.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = self.media_type.clone();
        for (name, value) in &self.parameters {
            text.push(';');
            text.push_str(name);
            text.push('=');
            push_quoted(&mut text, value);
        }
        f.write_str(&text)
    }
}

/// At most 80 characters, for an error text.
pub(super) fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_real_peers_send_is_read() {
        // WCF, gSOAP and JAX-WS each in their own spelling; RFC 2045 5.1 has the comment.
        for (value, boundary, start) in [
            (
                r#"multipart/related;type="application/xop+xml";boundary="uuid:1+id=1";start="<http://tempuri.org/0>""#,
                "uuid:1+id=1",
                Some("<http://tempuri.org/0>"),
            ),
            (
                r#"multipart/related; boundary="==a==" ; type="application/xop+xml"; start="<SOAP-ENV:Envelope>";"#,
                "==a==",
                Some("<SOAP-ENV:Envelope>"),
            ),
            ("multipart/related; boundary=uuid:3; start=<rootpart*3@x>", "uuid:3", Some("<rootpart*3@x>")),
            ("multipart / related (a (nested \\) one)) ;; boundary = x", "x", None),
        ] {
            let t = ContentType::parse(value).unwrap();
            assert_eq!(t.media_type(), "multipart/related", "{value}");
            assert_eq!((t.parameter("boundary"), t.parameter("start")), (Some(boundary), start), "{value}");
        }
    }

    #[test]
    fn malformed_types_are_refused() {
        for value in [
            "",
            "text",
            "text/",
            "/xml",
            "text/xml charset=a",
            "text/xml; charset",
            "text/xml; a=1; A=2",
            "text/xml; a=\"b",
            "text/xml (",
            "text/xml; =b",
        ] {
            assert_eq!(
                ContentType::parse(value).unwrap_err().code(),
                crate::ErrorCode::InvalidFormat,
                "{value}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_parameter_value_round_trips(values in proptest::collection::vec("[ -~\u{e9}]{0,20}", 0..4)) {
            let parameters = values.into_iter().enumerate().map(|(i, v)| (format!("p{i}"), v)).collect();
            let t = ContentType { media_type: "a/b".into(), parameters };
            prop_assert_eq!(ContentType::parse(&t.to_string()).unwrap(), t);
        }

        #[test]
        fn no_value_panics(value in "\\PC{0,40}") {
            let _ = ContentType::parse(&value);
        }
    }
}
