//! What a transport says about a message before its first byte: content type and action.

use super::EnvelopeVersion;
use crate::{
    Error, Result,
    xml::{
        Charset, ReaderEncoding, WriterEncoding,
        binary::BinaryEncoding,
        mtom::{
            MtomInput, MtomOutput,
            mime::{ContentType, Related},
        },
    },
};

/// The encoding of messages: `WS_ENCODING`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// .NET binary XML; each message stands alone.
    Binary,
    /// .NET binary XML; messages of a session share a dictionary.
    BinarySession,
    /// MTOM, with the document in this character set.
    Mtom(Charset),
    /// XML text.
    Text(Charset),
    /// The body as plain bytes.
    Raw,
}

impl Encoding {
    /// All of them, in the order of the numbers of `WS_ENCODING`.
    pub const ALL: [Encoding; 9] = [
        Encoding::Binary,
        Encoding::BinarySession,
        Encoding::Mtom(Charset::Utf8),
        Encoding::Mtom(Charset::Utf16Be),
        Encoding::Mtom(Charset::Utf16Le),
        Encoding::Text(Charset::Utf8),
        Encoding::Text(Charset::Utf16Be),
        Encoding::Text(Charset::Utf16Le),
        Encoding::Raw,
    ];

    /// The encoding with a number of `WS_ENCODING`.
    pub fn from_number(number: i32) -> Option<Self> {
        usize::try_from(number).ok().and_then(|i| Self::ALL.get(i)).copied()
    }

    /// The content type of messages with this envelope. An action that the transport is to carry becomes a parameter
    /// where there is a place for it (SOAP 1.2 Part 2, appendix A); with SOAP 1.1 it belongs into the HTTP header
    /// [`SOAPAction`](soap_action). `frame` is that of an MTOM message; other encodings need none.
    ///
    /// ```
    /// use wws_core::{soap::{Encoding, EnvelopeVersion}, xml::Charset};
    /// let text = Encoding::Text(Charset::Utf8);
    /// assert_eq!(text.content_type(EnvelopeVersion::Soap11, Some("urn:a"), None)?, "text/xml; charset=utf-8");
    /// assert_eq!(
    ///     text.content_type(EnvelopeVersion::Soap12, Some("urn:a"), None)?,
    ///     r#"application/soap+xml; charset=utf-8; action="urn:a""#,
    /// );
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the encoding does not go with the envelope, an MTOM
    /// message has no frame, or the action has control characters.
    pub fn content_type(
        self,
        envelope: EnvelopeVersion,
        action: Option<&str>,
        frame: Option<&Related>,
    ) -> Result<String> {
        self.check(envelope)?;
        let mut text = match self {
            Encoding::Binary => "application/soap+msbin1".to_owned(),
            Encoding::BinarySession => "application/soap+msbinsession1".to_owned(),
            Encoding::Raw => "application/octet-stream".to_owned(),
            Encoding::Text(charset) => {
                // Without a byte order mark, which our writer does not write, the label has to say which one (RFC 2781
                // 3.3).
                let label = match charset {
                    Charset::Utf8 => "utf-8",
                    Charset::Utf16Le => "utf-16LE",
                    Charset::Utf16Be => "utf-16BE",
                };
                format!("{}; charset={label}", self.media_type(envelope))
            }
            Encoding::Mtom(_) => frame
                .ok_or_else(|| Error::argument("the content type of an MTOM message needs its frame"))?
                .content_type(),
        };
        if let Some(action) = action.filter(|_| envelope == EnvelopeVersion::Soap12) {
            text.push_str("; action=");
            push_quoted(&mut text, action)?;
        }
        Ok(text)
    }

    /// The media type of the envelope itself: what an MTOM message says in `start-info`.
    pub fn media_type(self, envelope: EnvelopeVersion) -> &'static str {
        match (self, envelope) {
            (Encoding::Binary, _) => "application/soap+msbin1",
            (Encoding::BinarySession, _) => "application/soap+msbinsession1",
            (Encoding::Raw, _) => "application/octet-stream",
            (_, EnvelopeVersion::Soap12) => "application/soap+xml",
            (_, EnvelopeVersion::Soap11) => "text/xml",
            (_, EnvelopeVersion::None) => "text/xml",
        }
    }

    /// The frame of an MTOM message with this envelope. The boundary has to be unlikely in what is sent: a GUID.
    ///
    /// # Errors
    /// Those of [`Related::new`].
    pub fn frame(self, envelope: EnvelopeVersion, boundary: &str) -> Result<Related> {
        // The id that WCF gives its first part.
        Related::new(boundary, "http://tempuri.org/0", self.media_type(envelope))
    }

    /// What a [`Writer`](crate::xml::Writer) is told: an MTOM message goes without its header, which the transport
    /// carries as its [content type](Self::content_type).
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): an MTOM message has no frame.
    pub fn writer_encoding(self, frame: Option<&Related>) -> Result<WriterEncoding> {
        Ok(match self {
            Encoding::Binary => BinaryEncoding::soap().into(),
            Encoding::BinarySession => BinaryEncoding::soap_session().into(),
            Encoding::Text(charset) => charset.into(),
            Encoding::Raw => WriterEncoding::Raw,
            Encoding::Mtom(charset) => {
                let frame = frame.ok_or_else(|| Error::argument("an MTOM message needs a frame"))?;
                MtomOutput::new(frame.clone()).charset(charset).without_header().into()
            }
        })
    }

    /// Fails if messages with this envelope cannot have this encoding (WWSAPI H).
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument).
    pub fn check(self, envelope: EnvelopeVersion) -> Result<()> {
        match self {
            Encoding::Binary | Encoding::BinarySession if envelope != EnvelopeVersion::Soap12 => Err(
                Error::argument(format!("the binary encoding goes with SOAP 1.2 only, not with {envelope}")),
            ),
            Encoding::Raw if envelope != EnvelopeVersion::None => Err(Error::argument(format!(
                "the raw encoding goes with messages without an envelope, not with {envelope}"
            ))),
            _ => Ok(()),
        }
    }

    /// Whether messages in the two encodings look alike to a receiver, but for the character set.
    pub fn is_same_family(self, other: Encoding) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// The value of the HTTP header `SOAPAction` of SOAP 1.1 (6.1.1): the action in quotes.
///
/// # Errors
/// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the action has control characters.
pub fn soap_action(action: &str) -> Result<String> {
    let mut text = String::with_capacity(action.len() + 2);
    push_quoted(&mut text, action)?;
    Ok(text)
}

/// The action in the value of a header `SOAPAction`: with or without quotes; the empty one says nothing.
pub fn parse_soap_action(value: &str) -> Option<&str> {
    let value = value.trim();
    let action = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
    (!action.is_empty()).then_some(action)
}

/// A quoted string (RFC 9110 5.6.4). A line break would let an action add headers.
fn push_quoted(out: &mut String, text: &str) -> Result<()> {
    if text.chars().any(char::is_control) {
        return Err(Error::argument("an action in a header of the transport cannot have control characters"));
    }
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    Ok(())
}

/// What the content type of a received message says.
///
/// ```
/// use wws_core::{soap::{Encoding, EnvelopeVersion, MessageContent}, xml::Charset};
/// let content = MessageContent::parse("application/soap+xml;charset=UTF-8;action=\"urn:a\"")?;
/// assert_eq!(content.encoding, Encoding::Text(Charset::Utf8));
/// assert_eq!(content.envelope, Some(EnvelopeVersion::Soap12));
/// assert_eq!(content.action.as_deref(), Some("urn:a"));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MessageContent {
    /// The encoding. Without a charset parameter, or with `utf-16`, the document says what the character set is; what
    /// stands here is then UTF-8 or low byte first.
    pub encoding: Encoding,
    /// The version of the envelope that goes with the media type; `None` if there can be another or none.
    pub envelope: Option<EnvelopeVersion>,
    /// The action parameter.
    pub action: Option<String>,
    /// The frame of an MTOM message.
    frame: Option<Related>,
    /// The charset that is certain.
    charset: Option<Charset>,
}

impl MessageContent {
    /// Reads a content type.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): it is malformed, or an MTOM message without a boundary.
    /// A media type that is not XML counts as [`Encoding::Raw`].
    pub fn parse(value: &str) -> Result<Self> {
        let parsed = ContentType::parse(value)?;
        let mut content = MessageContent {
            encoding: Encoding::Raw,
            envelope: None,
            action: parsed.parameter("action").filter(|action| !action.is_empty()).map(str::to_owned),
            frame: None,
            charset: None,
        };
        match parsed.media_type() {
            "application/soap+msbin1" => content.encoding = Encoding::Binary,
            "application/soap+msbinsession1" => content.encoding = Encoding::BinarySession,
            "multipart/related" => {
                let frame = Related::from_content_type(&parsed)?;
                content.mtom(&frame);
                content.frame = Some(frame);
            }
            "text/xml" => content.text(&parsed, Some(EnvelopeVersion::Soap11))?,
            "application/soap+xml" => content.text(&parsed, Some(EnvelopeVersion::Soap12))?,
            kind if kind == "application/xml" || kind.ends_with("+xml") => content.text(&parsed, None)?,
            _ => content.envelope = Some(EnvelopeVersion::None),
        }
        if matches!(content.encoding, Encoding::Binary | Encoding::BinarySession) {
            content.envelope = Some(EnvelopeVersion::Soap12);
        }
        Ok(content)
    }

    /// The character set is in the headers of the root part, which the reader reads.
    fn mtom(&mut self, frame: &Related) {
        self.encoding = Encoding::Mtom(Charset::Utf8);
        // SOAP 1.2 MTOM 4.2: start-info is the content type of the envelope, perhaps with its action.
        if let Ok(info) = ContentType::parse(frame.start_info()) {
            self.envelope = match info.media_type() {
                "text/xml" => Some(EnvelopeVersion::Soap11),
                "application/soap+xml" => Some(EnvelopeVersion::Soap12),
                _ => None,
            };
            if self.action.is_none() {
                self.action = info.parameter("action").filter(|action| !action.is_empty()).map(str::to_owned);
            }
        }
    }

    fn text(&mut self, parsed: &ContentType, envelope: Option<EnvelopeVersion>) -> Result<()> {
        self.envelope = envelope;
        let charset = match parsed.parameter("charset").map(str::to_ascii_lowercase).as_deref() {
            None => None,
            Some("utf-8" | "utf8" | "us-ascii") => Some(Charset::Utf8),
            Some("utf-16le") => Some(Charset::Utf16Le),
            Some("utf-16be" | "unicodefffe") => Some(Charset::Utf16Be),
            // RFC 2781 3.3: a byte order mark says which.
            Some("utf-16") => {
                self.encoding = Encoding::Text(Charset::Utf16Le);
                return Ok(());
            }
            Some(other) => {
                return Err(Error::format(format!(
                    "the charset '{}' of the message is not known; send utf-8 or utf-16",
                    other.escape_debug()
                )));
            }
        };
        self.charset = charset;
        self.encoding = Encoding::Text(charset.unwrap_or_default());
        Ok(())
    }

    /// What a [`Reader`](crate::xml::Reader) is told.
    pub fn reader_encoding(&self) -> ReaderEncoding {
        match (&self.encoding, &self.frame) {
            (Encoding::Binary, _) => ReaderEncoding::binary(),
            (Encoding::BinarySession, _) => ReaderEncoding::binary_session(),
            (Encoding::Mtom(_), Some(frame)) => ReaderEncoding::Mtom(MtomInput::with_frame(frame.clone())),
            (Encoding::Mtom(_), None) => ReaderEncoding::Mtom(MtomInput::with_header()),
            (Encoding::Text(_), _) => ReaderEncoding::Text(self.charset),
            (Encoding::Raw, _) => ReaderEncoding::Raw,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EnvelopeVersion::{None as NoEnvelope, Soap11, Soap12};

    #[test]
    fn what_we_say_is_understood() {
        for encoding in Encoding::ALL {
            for envelope in [Soap11, Soap12, NoEnvelope] {
                let frame = encoding.frame(envelope, "uuid:1+id=1").unwrap();
                let frame = matches!(encoding, Encoding::Mtom(_)).then_some(&frame);
                let text = encoding.content_type(envelope, Some("urn:a\"b\\c"), frame);
                if encoding.check(envelope).is_err() {
                    assert!(text.is_err(), "{encoding:?} {envelope}");
                    continue;
                }
                let content = MessageContent::parse(&text.unwrap()).unwrap();
                assert!(content.encoding.is_same_family(encoding), "{encoding:?} {envelope}");
                if envelope != NoEnvelope {
                    assert_eq!(content.envelope, Some(envelope), "{encoding:?}");
                }
                let action = (envelope == Soap12).then_some("urn:a\"b\\c");
                assert_eq!(content.action.as_deref(), action, "{encoding:?} {envelope}");
                encoding.writer_encoding(frame).unwrap();
            }
        }
    }

    #[test]
    fn what_wcf_says_is_understood() {
        let mtom = r#"multipart/related; type="application/xop+xml"; start="<http://tempuri.org/0>"; boundary="uuid:1+id=1"; start-info="text/xml""#;
        let content = MessageContent::parse(mtom).unwrap();
        assert_eq!((content.encoding, content.envelope), (Encoding::Mtom(Charset::Utf8), Some(Soap11)));
        let content = MessageContent::parse("application/soap+msbin1").unwrap();
        assert_eq!((content.encoding, content.envelope), (Encoding::Binary, Some(Soap12)));
        // Axis2 and CXF put the action into start-info.
        let mtom = "multipart/related; boundary=b; type=\"application/xop+xml\"; start-info=\"application/soap+xml; action=\\\"urn:a\\\"\"";
        let content = MessageContent::parse(mtom).unwrap();
        assert_eq!((content.envelope, content.action.as_deref()), (Some(Soap12), Some("urn:a")));
    }

    #[test]
    fn charsets() {
        let charset = |text: &str| match MessageContent::parse(text).unwrap().reader_encoding() {
            ReaderEncoding::Text(charset) => charset,
            other => panic!("{other:?}"),
        };
        assert_eq!(charset("text/xml"), None);
        assert_eq!(charset("text/xml; charset=\"UTF-8\""), Some(Charset::Utf8));
        assert_eq!(charset("text/xml; charset=utf-16"), None);
        assert_eq!(charset("application/soap+xml; charset=utf-16BE"), Some(Charset::Utf16Be));
        let error = MessageContent::parse("text/xml; charset=koi8-r").unwrap_err();
        assert!(error.to_string().contains("koi8-r"));
    }

    #[test]
    fn an_action_cannot_add_a_header() {
        assert_eq!(soap_action("urn:a\"b").unwrap(), r#""urn:a\"b""#);
        assert!(soap_action("urn:a\r\nEvil: 1").is_err());
        assert_eq!(parse_soap_action(" \"urn:a\" "), Some("urn:a"));
        assert_eq!(parse_soap_action("urn:a"), Some("urn:a"));
        assert_eq!(parse_soap_action("\"\""), None);
    }
}
