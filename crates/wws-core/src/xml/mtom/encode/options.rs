//! How an MTOM message is to be written.

use crate::xml::{
    Charset,
    mtom::{SharedStore, mime::Related},
};

/// How an MTOM message is to be written: `WS_XML_WRITER_MTOM_ENCODING`.
///
/// ```
/// use wws_core::xml::{Writer, WriterOptions, mtom::{MtomOutput, mime::Related}};
/// let frame = Related::new("uuid:1", "http://tempuri.org/0", "text/xml")?;
/// let mut w = Writer::new(MtomOutput::new(frame).max_inline_byte_count(0), WriterOptions::default());
/// w.start_element("photo", "")?;
/// w.bytes(b"not a photo")?;
/// w.end_element()?;
/// let message = String::from_utf8(w.into_bytes()?).unwrap();
/// assert!(message.starts_with("MIME-Version: 1.0\r\nContent-Type: multipart/related;"));
/// assert!(message.contains("<photo><xop:Include href=\"cid:http://tempuri.org/1/"));
/// assert!(message.ends_with("\r\n\r\nnot a photo\r\n--uuid:1--\r\n"));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MtomOutput {
    pub(super) frame: Related,
    pub(super) charset: Charset,
    pub(super) writes_header: bool,
    pub(super) max_inline: u64,
    pub(super) store: Option<SharedStore>,
}

impl MtomOutput {
    /// In UTF-8, with the header of the message, and with content of up to 767 bytes inline, as WCF has it.
    pub fn new(frame: Related) -> Self {
        MtomOutput { frame, charset: Charset::Utf8, writes_header: true, max_inline: 767, store: None }
    }

    /// The charset of the document.
    pub fn charset(mut self, charset: Charset) -> Self {
        self.charset = charset;
        self
    }

    /// Leaves out the header of the message, because a transport writes it
    /// ([`Related::content_type`]): `writeMimeHeader` FALSE.
    pub fn without_header(mut self) -> Self {
        self.writes_header = false;
        self
    }

    /// How many bytes of content stand inline, as base64; more become a part: `maxInlineByteCount`.
    ///
    /// So many bytes are held for each content until it is known how long it is.
    pub fn max_inline_byte_count(mut self, count: u32) -> Self {
        self.max_inline = count.into();
        self
    }

    /// Where bytes of parts wait for the end of the document, beyond the quota in memory
    /// ([`max_mime_parts_buffer_size`](crate::xml::WriterOptions::max_mime_parts_buffer_size)).
    pub fn spill_to(mut self, store: SharedStore) -> Self {
        self.store = Some(store);
        self
    }

    /// The parameters of the message.
    pub fn frame(&self) -> &Related {
        &self.frame
    }
}
