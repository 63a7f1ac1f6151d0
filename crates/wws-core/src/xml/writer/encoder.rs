//! The encodings as one strategy: the same methods for each, chosen by a `match`.

use super::{Tag, WriterEncoding, WriterOptions};
use crate::{
    Error, Result,
    xml::{
        Charset, Text, XmlStr,
        output::{Framing, Output},
        raw::RawEncoder,
        text::encode::TextEncoder,
    },
};
use bytes::Bytes;

/// What turns nodes into bytes. The writer has checked names, order and quotas before.
pub(super) enum Encoder {
    Text(TextEncoder),
    Raw(RawEncoder),
}

impl Encoder {
    pub(super) fn new(encoding: WriterEncoding, options: &WriterOptions) -> Self {
        match encoding {
            WriterEncoding::Text(charset) => Encoder::Text(TextEncoder::new(
                charset,
                options.allow_invalid_character_references,
                options.local_offset,
            )),
            WriterEncoding::Raw => Encoder::Raw(RawEncoder::default()),
        }
    }

    pub(super) fn declaration(&mut self, out: &mut Output) {
        match self {
            Encoder::Text(text) => text.declaration(out),
            Encoder::Raw(_) => {}
        }
    }

    /// Whether anything but bytes can be written, and text only inside elements.
    pub(super) fn is_raw(&self) -> bool {
        matches!(self, Encoder::Raw(_))
    }

    /// The character set, if the document is text.
    pub(super) fn charset(&self) -> Option<Charset> {
        match self {
            Encoder::Text(text) => Some(text.charset),
            Encoder::Raw(_) => None,
        }
    }

    /// The buffer into which line breaks for the eye may go.
    pub(super) fn formatted<'o>(&self, out: &'o mut Output) -> Option<&'o mut Vec<u8>> {
        match self {
            Encoder::Text(_) => Some(&mut out.buffer),
            Encoder::Raw(_) => None,
        }
    }

    #[inline]
    pub(super) fn start_element(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        _ns: &str,
    ) -> Result<Tag> {
        match self {
            Encoder::Text(text) => Ok(text.start_element(out, prefix, local)),
            Encoder::Raw(_) => Err(only_bytes()),
        }
    }

    #[inline]
    pub(super) fn start_attribute(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        _ns: &str,
        single_quote: bool,
    ) {
        match self {
            Encoder::Text(text) => text.start_attribute(out, prefix, local, single_quote),
            Encoder::Raw(_) => {}
        }
    }

    #[inline]
    pub(super) fn attribute_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.attribute_chars(out, text),
            Encoder::Raw(_) => Ok(()),
        }
    }

    #[inline]
    pub(super) fn attribute_value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        match self {
            Encoder::Text(text) => text.value(out, value, text.quote()),
            Encoder::Raw(_) => Ok(()),
        }
    }

    /// Bytes of an attribute; [`end_attribute`](Self::end_attribute) ends their run.
    pub(super) fn attribute_bytes(&mut self, out: &mut Output, bytes: &[u8]) -> Result<()> {
        match self {
            Encoder::Text(text) => text.bytes(out, bytes),
            Encoder::Raw(_) => {}
        }
        Ok(())
    }

    #[inline]
    pub(super) fn end_attribute(&mut self, out: &mut Output, after_bytes: bool) {
        match self {
            Encoder::Text(text) => {
                if after_bytes {
                    text.end_bytes(out);
                }
                text.end_attribute(out);
            }
            Encoder::Raw(_) => {}
        }
    }

    pub(super) fn xmlns(
        &mut self,
        out: &mut Output,
        prefix: &str,
        ns: XmlStr<'_>,
        single_quote: bool,
    ) -> Result<()> {
        match self {
            Encoder::Text(text) => text.xmlns(out, prefix, ns, single_quote),
            Encoder::Raw(_) => Ok(()),
        }
    }

    #[inline]
    pub(super) fn end_start_element(&mut self, out: &mut Output) {
        match self {
            Encoder::Text(text) => text.end_start_element(out),
            Encoder::Raw(_) => {}
        }
    }

    #[inline]
    pub(super) fn end_element(&mut self, out: &mut Output, tag: Tag, is_empty: bool) {
        match self {
            Encoder::Text(text) => text.end_element(out, tag, is_empty),
            Encoder::Raw(_) => {}
        }
    }

    #[inline]
    pub(super) fn chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.chars(out, text),
            Encoder::Raw(raw) => raw.chars(out, text),
        }
    }

    #[inline]
    pub(super) fn value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        match self {
            Encoder::Text(text) => text.value(out, value, crate::xml::text::escape::Context::Content),
            Encoder::Raw(raw) => raw.value(out, value),
        }
    }

    /// A piece of a run of bytes.
    pub(super) fn bytes(&mut self, out: &mut Output, bytes: &[u8]) -> Result<()> {
        match self {
            Encoder::Text(text) => text.bytes(out, bytes),
            Encoder::Raw(raw) => {
                raw.end_chars()?;
                out.buffer.extend_from_slice(bytes);
            }
        }
        Ok(())
    }

    /// A piece of a run of bytes that need not be copied.
    pub(super) fn shared_bytes(&mut self, out: &mut Output, bytes: Bytes) -> Result<()> {
        match self {
            Encoder::Text(text) => text.bytes(out, &bytes),
            Encoder::Raw(raw) => {
                raw.end_chars()?;
                out.push_shared(bytes);
            }
        }
        Ok(())
    }

    /// How the bytes of a source appear if they are asked for later, or `None` if they have to come now.
    pub(super) fn framing(&self) -> Option<Framing> {
        match self {
            Encoder::Text(_) => None,
            Encoder::Raw(_) => Some(Framing::plain()),
        }
    }

    /// Ends a run of bytes.
    pub(super) fn end_bytes(&mut self, out: &mut Output) -> Result<()> {
        match self {
            Encoder::Text(text) => text.end_bytes(out),
            Encoder::Raw(raw) => raw.end_chars()?,
        }
        Ok(())
    }

    pub(super) fn comment(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.comment(out, text),
            Encoder::Raw(_) => Err(only_bytes()),
        }
    }

    pub(super) fn start_cdata(&mut self, out: &mut Output) {
        match self {
            Encoder::Text(text) => text.start_cdata(out),
            Encoder::Raw(_) => {}
        }
    }

    pub(super) fn cdata_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.cdata_chars(out, text),
            Encoder::Raw(_) => Ok(()),
        }
    }

    pub(super) fn end_cdata(&mut self, out: &mut Output) {
        match self {
            Encoder::Text(text) => text.end_cdata(out),
            Encoder::Raw(_) => {}
        }
    }

    /// Says that the start tag is about to leave the buffer.
    pub(super) fn save(&mut self, out: &Output, tag: &mut Tag) {
        match self {
            Encoder::Text(text) => text.save(out, tag),
            Encoder::Raw(_) => {}
        }
    }

    /// The most bytes that the end of the element takes.
    pub(super) fn bytes_to_close(&self, tag: Tag) -> u64 {
        match self {
            Encoder::Text(text) => text.bytes_to_close(tag),
            Encoder::Raw(_) => 0,
        }
    }
}

#[cold]
fn only_bytes() -> Error {
    Error::operation("the raw encoding has no XML: write bytes, or base64 characters")
}
