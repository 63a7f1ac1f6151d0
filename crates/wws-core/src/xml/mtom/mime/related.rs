//! The frame of a `multipart/related` message with XOP: its parameters, and the header bytes of message and parts.

use super::{ContentType, content_id::content_id_of_header, lex::push_quoted};
use crate::{Error, Result};

/// The parameters of `multipart/related; type="application/xop+xml"` (RFC 2387 3, XOP 1.0 section 4.1).
///
/// The bytes are those of Microsoft's writer, down to the order of the fields.
///
/// ```
/// use wws_core::xml::mtom::mime::Related;
/// let frame = Related::new("uuid:1", "http://tempuri.org/0", "text/xml")?;
/// let text = frame.content_type();
/// assert_eq!(text, r#"multipart/related;type="application/xop+xml";boundary="uuid:1";start="<http://tempuri.org/0>";start-info="text/xml""#);
/// assert_eq!(Related::parse(&text)?, frame);
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    boundary: String,
    start: String,
    start_info: String,
}

impl Related {
    /// For a message to write: the line between its parts (1 to 70 characters), the content id of the root part without
    /// angle brackets, and the media type the root part would have without XOP.
    ///
    /// Fails with `InvalidArgument` if a value cannot stand in a header: a boundary outside RFC 2046 5.1.1, an id
    /// with white space or angle brackets, control characters.
    pub fn new(
        boundary: impl Into<String>,
        start: impl Into<String>,
        start_info: impl Into<String>,
    ) -> Result<Self> {
        let frame = Related { boundary: boundary.into(), start: start.into(), start_info: start_info.into() };
        // RFC 2046 5.1.1: 0*69<bchars> bcharsnospace
        let is_bchar = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c);
        if !(1..=70).contains(&frame.boundary.len())
            || frame.boundary.ends_with(' ')
            || !frame.boundary.chars().all(is_bchar)
        {
            return Err(Error::argument(
                "a MIME boundary must be 1 to 70 letters, digits or '()+_,-./:=? and not end with a space",
            ));
        }
        check_id(&frame.start).map_err(|e| e.context("the start URI"))?;
        if frame.start_info.chars().any(char::is_control) {
            return Err(Error::argument(
                "the start-info of an MTOM message must not have control characters",
            ));
        }
        Ok(frame)
    }

    /// Reads the content type of a received message.
    ///
    /// `start` and `start-info` may be missing and are then empty: the first part is the root (RFC 2387 3.2). Fails with
    /// `InvalidFormat` when the type is not `multipart/related`, when a `type` parameter says something else than
    /// XOP, or without a usable boundary.
    pub fn parse(content_type: &str) -> Result<Self> {
        Self::from_content_type(&ContentType::parse(content_type)?)
    }

    /// As [`Related::parse`], for a content type that is read already.
    pub fn from_content_type(t: &ContentType) -> Result<Self> {
        if !t.is("multipart/related") {
            return Err(Error::format(format!(
                "an MTOM message must be multipart/related, not {}",
                t.media_type()
            )));
        }
        // XOP 1.0 4.1: the type parameter must be application/xop+xml. RFC 2387 wants it present; some peers leave it out.
        if let Some(kind) =
            t.parameter("type").filter(|kind| !kind.eq_ignore_ascii_case("application/xop+xml"))
        {
            return Err(Error::format(format!(
                "the type of an MTOM message must be application/xop+xml, not {kind}"
            )));
        }
        let boundary = t.parameter("boundary").unwrap_or_default().to_owned();
        check_received_boundary(&boundary)?;
        let start =
            t.parameter("start").map(content_id_of_header).transpose()?.unwrap_or_default().to_owned();
        let start_info = t.parameter("start-info").unwrap_or_default().to_owned();
        Ok(Related { boundary, start, start_info })
    }

    /// The line between parts, without its leading hyphens.
    pub fn boundary(&self) -> &str {
        &self.boundary
    }

    /// The content id of the root part without angle brackets; empty when the first part is the root.
    pub fn start(&self) -> &str {
        &self.start
    }

    /// The media type of the root part without XOP, such as `text/xml` or `application/soap+xml`; may be empty.
    pub fn start_info(&self) -> &str {
        &self.start_info
    }

    /// The value of `Content-Type`, for a transport that writes the header itself.
    pub fn content_type(&self) -> String {
        let mut text = String::from("multipart/related;type=\"application/xop+xml\";boundary=");
        push_quoted(&mut text, &self.boundary);
        text.push_str(";start=");
        push_quoted(&mut text, &format!("<{}>", self.start));
        text.push_str(";start-info=");
        push_quoted(&mut text, &self.start_info);
        text
    }

    /// Appends the header of the message and its empty line (`writeMimeHeader`).
    pub fn write_message_header(&self, out: &mut Vec<u8>) {
        write_fields(out, &[("MIME-Version", "1.0"), ("Content-Type", &self.content_type())]);
    }

    /// Appends the first boundary and the headers of the root part. `charset` is the label of its text encoding,
    /// such as `utf-8` or `utf-16LE`.
    pub fn write_root_header(&self, charset: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(b"--");
        out.extend_from_slice(self.boundary.as_bytes());
        out.extend_from_slice(b"\r\n");
        // RFC 2045 2.8: UTF-16 has NUL bytes and no lines, so only `binary` is true of it.
        let transfer = if charset.eq_ignore_ascii_case("utf-8") { "8bit" } else { "binary" };
        let mut kind = format!("application/xop+xml;charset={charset};type=");
        push_quoted(&mut kind, &self.start_info);
        let id = format!("<{}>", self.start);
        write_fields(
            out,
            &[("Content-ID", &id), ("Content-Transfer-Encoding", transfer), ("Content-Type", &kind)],
        );
    }

    /// Appends the boundary after the previous part and the headers of a part with bytes. `id` has no angle brackets.
    pub fn write_part_header(&self, id: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n--");
        out.extend_from_slice(self.boundary.as_bytes());
        out.extend_from_slice(b"\r\n");
        let id = format!("<{id}>");
        write_fields(
            out,
            &[
                ("Content-ID", &id),
                ("Content-Transfer-Encoding", "binary"),
                ("Content-Type", "application/octet-stream"),
            ],
        );
    }

    /// Appends the boundary that ends the message.
    pub fn write_end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n--");
        out.extend_from_slice(self.boundary.as_bytes());
        out.extend_from_slice(b"--\r\n");
    }
}

/// Refuses an id that cannot stand between angle brackets.
fn check_id(id: &str) -> Result<()> {
    if id.is_empty() || id.chars().any(|c| c.is_control() || c.is_whitespace() || "<>".contains(c)) {
        return Err(Error::argument(
            "a content id must not be empty and must not have white space, control characters or angle brackets",
        ));
    }
    Ok(())
}

/// What a received boundary must be so that it can be searched: RFC 2046 allows 70 characters; longer ones are taken up to 256.
pub(super) fn check_received_boundary(boundary: &str) -> Result<()> {
    let visible = boundary.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if !(1..=256).contains(&boundary.len()) || !visible || boundary.ends_with(' ') {
        return Err(Error::format("an MTOM message needs a boundary of 1 to 70 visible characters"));
    }
    Ok(())
}

fn write_fields(out: &mut Vec<u8>, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        for piece in [name, ": ", value, "\r\n"] {
            out.extend_from_slice(piece.as_bytes());
        }
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn the_bytes_are_those_of_microsofts_writer() {
        let frame = Related::new("uuid:0+id=1", "http://tempuri.org/0", "text/xml").unwrap();
        let mut out = Vec::new();
        frame.write_message_header(&mut out);
        frame.write_root_header("utf-8", &mut out);
        out.extend_from_slice(b"<a/>");
        frame.write_part_header("http://tempuri.org/1/2", &mut out);
        out.extend_from_slice(b"\x01");
        frame.write_end(&mut out);
        let expected = "MIME-Version: 1.0\r\n\
            Content-Type: multipart/related;type=\"application/xop+xml\";boundary=\"uuid:0+id=1\";start=\"<http://tempuri.org/0>\";start-info=\"text/xml\"\r\n\r\n\
            --uuid:0+id=1\r\nContent-ID: <http://tempuri.org/0>\r\nContent-Transfer-Encoding: 8bit\r\n\
            Content-Type: application/xop+xml;charset=utf-8;type=\"text/xml\"\r\n\r\n<a/>\r\n\
            --uuid:0+id=1\r\nContent-ID: <http://tempuri.org/1/2>\r\nContent-Transfer-Encoding: binary\r\n\
            Content-Type: application/octet-stream\r\n\r\n\u{1}\r\n--uuid:0+id=1--\r\n";
        assert_eq!(out.escape_ascii().to_string(), expected.as_bytes().escape_ascii().to_string());
    }

    #[test]
    fn values_that_would_break_a_header_are_refused() {
        let long = "x".repeat(71);
        for (boundary, start, info) in [
            ("", "a", ""),
            (&*long, "a", ""),
            ("a\r\nb", "a", ""),
            ("a ", "a", ""),
            ("a\"b", "a", ""),
            ("b", "", ""),
            ("b", "a b", ""),
            ("b", "a>", ""),
            ("b", "a", "t\r\nX: y"),
        ] {
            assert_eq!(Related::new(boundary, start, info).unwrap_err().code(), ErrorCode::InvalidArgument);
        }
    }

    #[test]
    fn content_types_that_are_not_mtom_are_refused() {
        for value in [
            "text/xml",
            "multipart/mixed; boundary=b",
            "multipart/related; type=\"text/xml\"; boundary=b",
            "multipart/related; type=\"application/xop+xml\"",
            "multipart/related; boundary=\"\"",
            "multipart/related; boundary=\"a \"",
            "multipart/related; boundary=b; start=\"<>\"",
        ] {
            assert_eq!(Related::parse(value).unwrap_err().code(), ErrorCode::InvalidFormat, "{value}");
        }
        let bare = Related::parse("multipart/related; boundary=b").unwrap();
        assert_eq!((bare.boundary(), bare.start(), bare.start_info()), ("b", "", ""));
    }
}
