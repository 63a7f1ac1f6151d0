//! What the headers of a message and of its parts mean to XOP, and what is wrong with them.

use std::borrow::Cow;

use crate::{
    Error, Result,
    xml::{
        Charset,
        mtom::{
            SharedStore,
            mime::{self, Headers, Related, TransferEncoding, content_id_key},
        },
    },
};

/// How an MTOM message is to be read: `WS_XML_READER_MTOM_ENCODING`.
///
/// ```
/// use wws_core::xml::mtom::MtomInput;
/// let with_header = MtomInput::with_header();
/// let from_http = MtomInput::with_content_type("multipart/related; type=\"application/xop+xml\"; boundary=b")?;
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MtomInput {
    pub(super) framed: Framed,
    pub(super) charset: Option<Charset>,
    pub(super) store: Option<SharedStore>,
}

impl MtomInput {
    /// The input starts with the header of the message, `MIME-Version` and `Content-Type` (`readMimeHeader`).
    pub fn with_header() -> Self {
        Self::new(Framed::Header)
    }

    /// The transport has read the header; this is the value of its `Content-Type`.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): it is not the type of an MTOM message.
    pub fn with_content_type(value: &str) -> Result<Self> {
        Ok(Self::with_frame(Related::parse(value)?))
    }

    /// The transport has read the header, and these were its parameters.
    pub fn with_frame(frame: Related) -> Self {
        Self::new(Framed::Given(frame))
    }

    fn new(framed: Framed) -> Self {
        MtomInput { framed, charset: None, store: None }
    }

    /// The charset that the document must have. Without it the header of the root part says which one it is, and without
    /// a charset there, the document itself.
    pub fn charset(mut self, charset: Charset) -> Self {
        self.charset = Some(charset);
        self
    }

    /// Where parts of a stream wait that come before they are due, beyond the quota in memory
    /// ([`max_waiting_mime_parts_size`](crate::xml::ReaderOptions::max_waiting_mime_parts_size)).
    pub fn spill_to(mut self, store: SharedStore) -> Self {
        self.store = Some(store);
        self
    }

    /// The charset of the document, given the label in the header of the root part; `None` is to find it.
    pub(super) fn charset_of(&self, label: Option<&str>) -> Result<Option<Charset>> {
        let label = label.map(str::to_ascii_lowercase);
        let named = match label.as_deref() {
            None | Some("utf-16") => return Ok(self.charset),
            Some("utf-8" | "us-ascii") => Charset::Utf8,
            Some("utf-16le") => Charset::Utf16Le,
            Some("utf-16be") => Charset::Utf16Be,
            Some(other) => {
                let text = format!(
                    "the charset of an MTOM document must be utf-8, utf-16le or utf-16be, not {other}"
                );
                return Err(Error::format(text));
            }
        };
        if self.charset.is_some_and(|asked| asked != named) {
            let text =
                format!("the document has the charset {named:?}, but {:?} was asked for", self.charset);
            return Err(Error::format(text));
        }
        Ok(Some(named))
    }
}

/// Where the parameters of the message come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Framed {
    /// From a header at the start of the input (`readMimeHeader`).
    Header,
    /// From the transport.
    Given(Related),
}

/// What the headers of any part say.
#[derive(Debug)]
pub(super) struct Part<'h> {
    /// Its content id, as [`content_id_key`] makes it comparable.
    pub(super) id: Option<Cow<'h, str>>,
    pub(super) encoding: TransferEncoding,
}

impl<'h> Part<'h> {
    pub(super) fn read(headers: &'h Headers) -> Result<Self> {
        Ok(Part { id: headers.content_id()?.map(content_id_key), encoding: headers.transfer_encoding()? })
    }

    /// RFC 2387 3.2: the root part is the one with the id of the start parameter, without it the first.
    pub(super) fn is_root(&self, start: &str) -> bool {
        start.is_empty() || self.id == Some(content_id_key(start))
    }
}

/// What the headers of the root part say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// The charset parameter, as it stands there.
    pub(super) charset: Option<String>,
    /// Where its bytes start in the message.
    pub(super) offset: u64,
}

impl Root {
    /// XOP 1.0 4.1: the root part must be `application/xop+xml`.
    pub(super) fn read(headers: &Headers, offset: u64) -> Result<Self> {
        match headers.content_type()? {
            Some(t) if t.is("application/xop+xml") => {
                Ok(Root { charset: t.parameter("charset").map(str::to_owned), offset })
            }
            Some(t) => Err(Error::format(format!(
                "the root part of an MTOM message must be application/xop+xml, not {}",
                t.media_type()
            ))),
            None => Err(Error::format(
                "the root part of an MTOM message must have a Content-Type of application/xop+xml",
            )),
        }
    }
}

/// Reads the header of a message.
pub(super) fn read_message_header(block: &[u8]) -> Result<Related> {
    let headers = Headers::parse(block, 0)?;
    read_frame(&headers).map_err(|e| e.at(mime::at(0)))
}

fn read_frame(headers: &Headers) -> Result<Related> {
    // RFC 2045 4; some peers leave it out.
    if let Some(version) = headers.field("MIME-Version").filter(|v| !v.trim_start().starts_with("1.0")) {
        return Err(Error::format(format!("the MIME-Version of an MTOM message must be 1.0, not {version}")));
    }
    let content_type = headers.content_type()?;
    Related::from_content_type(&content_type.ok_or_else(|| {
        Error::format("the header of an MTOM message has no Content-Type; if a transport read it, give its value instead")
    })?)
}

pub(super) fn missing_root(start: &str) -> Error {
    Error::format(format!("an MTOM message has no part with the content id <{start}> of its start parameter"))
}

pub(super) fn missing_part(id: &str) -> Error {
    Error::format(format!("an xop:Include refers to the part <{id}>, which the message does not have"))
}

/// RFC 2045 7: ids must be unique; two readers could choose differently.
pub(super) fn second_part(id: &str) -> Error {
    Error::format(format!("two MIME parts have the content id <{id}>"))
}

/// XOP 1.0 3.1 makes a part for each piece of content. A second reference would make a small message a large document.
pub(super) fn second_include(id: &str) -> Error {
    Error::format(format!("two xop:Include elements refer to the part <{id}>; each must have its own"))
}

pub(super) fn root_included(id: &str) -> Error {
    Error::format(format!("an xop:Include refers to <{id}>, which is the root part that contains it"))
}
