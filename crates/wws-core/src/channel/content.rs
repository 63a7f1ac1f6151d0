//! What a message is, as its transport says: a content type and a content coding.

/// The content type of a message and the codings laid over it.
///
/// HTTP carries the two as `Content-Type` and `Content-Encoding`; net.tcp and net.pipe carry only the type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The media type with its parameters, such as `application/soap+xml; charset=utf-8`.
    pub content_type: String,
    /// The codings in the order in which they were applied, separated by commas (RFC 9110 8.4); `None` for none.
    pub content_encoding: Option<String>,
}

impl Content {
    /// A content type without a coding.
    pub fn new(content_type: impl Into<String>) -> Self {
        Content { content_type: content_type.into(), content_encoding: None }
    }

    /// The same with another coding on top.
    ///
    /// ```
    /// use wws_core::channel::Content;
    /// let content = Content::new("text/xml").coded("a").coded("gzip");
    /// assert_eq!(content.content_encoding.as_deref(), Some("a, gzip"));
    /// assert_eq!(content.outer_coding(), Some("gzip"));
    /// assert_eq!(content.without_outer_coding().content_encoding.as_deref(), Some("a"));
    /// ```
    pub fn coded(mut self, coding: &str) -> Self {
        self.content_encoding = Some(match self.content_encoding {
            Some(inner) => format!("{inner}, {coding}"),
            None => coding.to_owned(),
        });
        self
    }

    /// The coding that was applied last and has to be undone first; `identity` counts as none.
    pub fn outer_coding(&self) -> Option<&str> {
        let codings = self.content_encoding.as_deref()?;
        codings.rsplit(',').map(str::trim).find(|c| !c.is_empty() && !c.eq_ignore_ascii_case("identity"))
    }

    /// The same without the coding that was applied last.
    pub fn without_outer_coding(&self) -> Self {
        let rest = self.outer_coding().and_then(|outer| {
            let codings = self.content_encoding.as_deref()?;
            let rest = codings.get(..codings.rfind(outer)?)?.trim_end().trim_end_matches(',').trim_end();
            (!rest.is_empty()).then(|| rest.to_owned())
        });
        Content { content_type: self.content_type.clone(), content_encoding: rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outer(codings: &str) -> (Option<String>, Option<String>) {
        let content = Content { content_type: String::new(), content_encoding: Some(codings.to_owned()) };
        (content.outer_coding().map(str::to_owned), content.without_outer_coding().content_encoding)
    }

    #[test]
    fn codings_come_off_from_the_outside() {
        let some = |s: &str| Some(s.to_owned());
        assert_eq!(outer("gzip"), (some("gzip"), None));
        assert_eq!(outer("a, b ,gzip"), (some("gzip"), some("a, b")));
        assert_eq!(outer("gzip, identity"), (some("gzip"), None));
        assert_eq!(outer("identity"), (None, None));
        assert_eq!(outer(" , "), (None, None));
    }
}
