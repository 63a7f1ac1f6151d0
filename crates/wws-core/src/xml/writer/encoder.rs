//! The encodings as one strategy: the same methods for each, chosen by a `match`.

mod tee;

use super::{WriterEncoding, WriterOptions};
use crate::{
    Error, Result,
    xml::{
        Array, Charset, Text, XmlStr,
        binary::{encode::BinaryEncoder, strings::Session},
        buffer::encode::BufferEncoder,
        encode::{AttributeContent, Tag},
        mtom::encode::MtomEncoder,
        output::{Framing, Output, Source},
        raw::RawEncoder,
        text::{encode::TextEncoder, escape::Context},
    },
};
use bytes::Bytes;
pub(super) use tee::Tee;

/// What turns nodes into bytes. The writer has checked names, order and quotas before.
#[repr(u8)] // the tag has a place of its own: it is looked at in every call
pub(super) enum Encoder {
    Text(TextEncoder),
    Binary(Box<BinaryEncoder>),
    Mtom(Box<MtomEncoder>),
    Raw(RawEncoder),
    Buffer(Box<BufferEncoder>),
    /// Any other one, with a canonicalizer in front of it.
    Tee(Box<Tee>),
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder::Raw(RawEncoder::default())
    }
}

impl Encoder {
    /// The encoder of an encoding. A binary session goes on.
    pub(super) fn new(encoding: WriterEncoding, options: &WriterOptions, session: Option<Session>) -> Self {
        let allow_invalid = options.allow_invalid_character_references;
        match encoding {
            WriterEncoding::Text(charset) => {
                Encoder::Text(TextEncoder::new(charset, allow_invalid, options.local_offset))
            }
            WriterEncoding::Binary(binary) => {
                Encoder::Binary(Box::new(BinaryEncoder::new(binary, session, allow_invalid)))
            }
            WriterEncoding::Mtom(mtom) => Encoder::Mtom(Box::new(MtomEncoder::new(mtom, options))),
            WriterEncoding::Raw => Encoder::Raw(RawEncoder::default()),
            WriterEncoding::Buffer(buffer) => {
                Encoder::Buffer(Box::new(BufferEncoder::new(buffer, allow_invalid)))
            }
        }
    }

    /// Writes what stands before the document.
    pub(super) fn begin(&mut self, out: &mut Output) {
        if let Encoder::Mtom(mtom) = self {
            mtom.begin(out);
        }
    }

    pub(super) fn declaration(&mut self, out: &mut Output) {
        match self {
            Encoder::Mtom(mtom) => mtom.text.declaration(out),
            Encoder::Text(text) => text.declaration(out),
            Encoder::Binary(_) | Encoder::Raw(_) | Encoder::Buffer(_) | Encoder::Tee(_) => {}
        }
    }

    /// Whether there is an element at the root before anything is written.
    pub(super) fn has_root(&self) -> bool {
        match self {
            Encoder::Buffer(encoder) => encoder.has_root(),
            _ => false,
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
            Encoder::Mtom(mtom) => Some(mtom.text.charset),
            Encoder::Tee(tee) => tee.encoder.charset(),
            Encoder::Binary(_) | Encoder::Raw(_) | Encoder::Buffer(_) => None,
        }
    }

    /// The character set that the buffer has to be converted to when it leaves.
    pub(super) fn charset_to_make(&self) -> Option<Charset> {
        let charset = match self {
            Encoder::Mtom(mtom) => mtom.charset_to_make(),
            Encoder::Tee(tee) => tee.encoder.charset_to_make(),
            _ => self.charset(),
        };
        charset.filter(|&charset| charset != Charset::Utf8)
    }

    /// Whether line breaks for the eye may go in.
    pub(super) fn is_formatted(&self) -> bool {
        self.charset().is_some()
    }

    /// A line break for the eye.
    pub(super) fn break_line(&mut self, out: &mut Output, spaces: usize) {
        match self {
            Encoder::Text(_) | Encoder::Mtom(_) => {
                out.buffer.push(b'\n');
                out.buffer.resize(out.buffer.len() + spaces, b' ');
            }
            Encoder::Tee(tee) => tee.break_line(out, spaces),
            Encoder::Binary(_) | Encoder::Raw(_) | Encoder::Buffer(_) => {}
        }
    }

    #[inline]
    pub(super) fn start_element(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: XmlStr<'_>,
    ) -> Result<Tag> {
        match self {
            Encoder::Mtom(mtom) => mtom.start_element(out, prefix, local, ns.as_str()),
            Encoder::Text(text) => Ok(text.start_element(out, prefix, local)),
            Encoder::Binary(binary) => binary.start_element(out, prefix, local).map(|()| Tag::default()),
            Encoder::Raw(_) => Err(only_bytes()),
            Encoder::Buffer(buffer) => buffer.start_element(prefix, local, ns).map(|()| Tag::default()),
            Encoder::Tee(tee) => tee.start_element(out, prefix, local, ns),
        }
    }

    #[inline]
    pub(super) fn start_attribute(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: XmlStr<'_>,
        single_quote: bool,
    ) -> Result<()> {
        match self {
            Encoder::Text(text) => text.start_attribute(out, prefix, local, single_quote),
            Encoder::Mtom(mtom) => mtom.text.start_attribute(out, prefix, local, single_quote),
            Encoder::Binary(binary) => return binary.start_attribute(out, prefix, local),
            Encoder::Raw(_) => {}
            Encoder::Buffer(buffer) => return buffer.start_attribute(prefix, local, ns, single_quote),
            Encoder::Tee(tee) => return tee.start_attribute(out, prefix, local, ns, single_quote),
        }
        Ok(())
    }

    #[inline]
    pub(super) fn attribute_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.attribute_chars(out, text),
            Encoder::Mtom(mtom) => mtom.text.attribute_chars(out, text),
            Encoder::Binary(binary) => binary.attribute_chars(text),
            Encoder::Raw(_) => Ok(()),
            Encoder::Buffer(buffer) => buffer.attribute_chars(text),
            Encoder::Tee(tee) => tee.attribute_chars(out, text),
        }
    }

    #[inline]
    pub(super) fn attribute_value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        match self {
            Encoder::Text(text) => text.value(out, value, text.quote()),
            Encoder::Mtom(mtom) => mtom.text.value(out, value, mtom.text.quote()),
            Encoder::Binary(binary) => binary.attribute_value(out, value),
            Encoder::Raw(_) => Ok(()),
            Encoder::Buffer(buffer) => buffer.attribute_value(value),
            Encoder::Tee(tee) => tee.attribute_value(out, value),
        }
    }

    /// The value of an attribute, characters that may stand in a dictionary.
    pub(super) fn attribute_string(&mut self, out: &mut Output, text: XmlStr<'_>) -> Result<()> {
        match self {
            Encoder::Binary(binary) => binary.attribute_string(out, text),
            Encoder::Tee(tee) => tee.attribute_string(out, text),
            _ => self.attribute_chars(out, text.as_str()),
        }
    }

    /// The value of an attribute, a name whose prefix is bound.
    pub(super) fn attribute_qualified_name(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: &str,
    ) -> Result<()> {
        match self {
            Encoder::Binary(binary) => binary.attribute_qualified_name(out, prefix, local),
            Encoder::Tee(tee) => tee.attribute_qualified_name(out, prefix, local, ns),
            _ => self.attribute_value(out, &Text::QName { prefix, local: local.as_str(), ns }),
        }
    }

    /// Bytes of an attribute; [`end_attribute`](Self::end_attribute) ends their run.
    pub(super) fn attribute_bytes(&mut self, out: &mut Output, bytes: &[u8]) -> Result<()> {
        match self {
            Encoder::Text(text) => text.bytes(out, bytes),
            Encoder::Mtom(mtom) => mtom.text.bytes(out, bytes),
            Encoder::Binary(binary) => binary.attribute_bytes(bytes),
            Encoder::Raw(_) => {}
            Encoder::Buffer(buffer) => buffer.attribute_bytes(bytes),
            Encoder::Tee(tee) => return tee.attribute_bytes(out, bytes),
        }
        Ok(())
    }

    #[inline]
    pub(super) fn end_attribute(&mut self, out: &mut Output, content: AttributeContent) -> Result<()> {
        let text = match self {
            Encoder::Text(text) => text,
            Encoder::Mtom(mtom) => &mut mtom.text,
            Encoder::Binary(binary) => return binary.end_attribute(out, content),
            Encoder::Raw(_) => return Ok(()),
            Encoder::Buffer(buffer) => {
                buffer.end_attribute(content);
                return Ok(());
            }
            Encoder::Tee(tee) => return tee.end_attribute(out, content),
        };
        if content == AttributeContent::Bytes {
            text.end_bytes(out);
        }
        text.end_attribute(out);
        Ok(())
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
            Encoder::Mtom(mtom) => mtom.text.xmlns(out, prefix, ns, single_quote),
            Encoder::Binary(binary) => binary.xmlns(out, prefix, ns),
            Encoder::Raw(_) => Ok(()),
            Encoder::Buffer(buffer) => buffer.xmlns(prefix, ns, single_quote),
            Encoder::Tee(tee) => tee.xmlns(out, prefix, ns, single_quote),
        }
    }

    #[inline]
    pub(super) fn end_start_element(&mut self, out: &mut Output) -> Result<()> {
        match self {
            Encoder::Text(text) => text.end_start_element(out),
            Encoder::Mtom(mtom) => mtom.text.end_start_element(out),
            Encoder::Binary(_) | Encoder::Raw(_) => {}
            Encoder::Buffer(buffer) => return buffer.end_start_element(),
            Encoder::Tee(tee) => return tee.end_start_element(out),
        }
        Ok(())
    }

    #[inline]
    pub(super) fn end_element(&mut self, out: &mut Output, tag: Tag, is_empty: bool) -> Result<()> {
        match self {
            Encoder::Text(text) => text.end_element(out, tag, is_empty),
            Encoder::Mtom(mtom) => return mtom.end_element(out, tag, is_empty),
            Encoder::Binary(binary) => binary.end_element(out),
            Encoder::Raw(_) => {}
            Encoder::Buffer(buffer) => return buffer.end_element(is_empty),
            Encoder::Tee(tee) => return tee.end_element(out, tag, is_empty),
        }
        Ok(())
    }

    #[inline]
    pub(super) fn chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.chars(out, text),
            Encoder::Mtom(mtom) => {
                mtom.other_content(out)?;
                mtom.text.chars(out, text)
            }
            Encoder::Binary(binary) => binary.chars(out, text),
            Encoder::Raw(raw) => raw.chars(out, text),
            Encoder::Buffer(buffer) => buffer.chars(text),
            Encoder::Tee(tee) => tee.chars(out, text),
        }
    }

    /// Characters given in UTF-16; `text` has the same in UTF-8.
    pub(super) fn chars_utf16(&mut self, out: &mut Output, units: &[u16], text: &str) -> Result<()> {
        match self {
            Encoder::Binary(binary) => binary.chars_utf16(out, units, text),
            Encoder::Tee(tee) => tee.chars_utf16(out, units, text),
            _ => self.chars(out, text),
        }
    }

    /// Characters that may stand in a dictionary.
    pub(super) fn string(&mut self, out: &mut Output, text: XmlStr<'_>) -> Result<()> {
        match self {
            Encoder::Binary(binary) => binary.string(out, text),
            Encoder::Tee(tee) => tee.string(out, text),
            _ => self.chars(out, text.as_str()),
        }
    }

    /// A name whose prefix is bound.
    pub(super) fn qualified_name(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: &str,
    ) -> Result<()> {
        match self {
            Encoder::Binary(binary) => binary.qualified_name(out, prefix, local),
            Encoder::Tee(tee) => tee.qualified_name(out, prefix, local, ns),
            _ => self.value(out, &Text::QName { prefix, local: local.as_str(), ns }),
        }
    }

    #[inline]
    pub(super) fn value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        match self {
            Encoder::Text(text) => text.value(out, value, Context::Content),
            Encoder::Mtom(mtom) => {
                mtom.other_content(out)?;
                mtom.text.value(out, value, Context::Content)
            }
            Encoder::Binary(binary) => binary.value(out, value),
            Encoder::Raw(raw) => raw.value(out, value),
            Encoder::Buffer(buffer) => buffer.value(value),
            Encoder::Tee(tee) => tee.value(out, value),
        }
    }

    /// A piece of a run of bytes.
    pub(super) fn bytes(&mut self, out: &mut Output, bytes: &[u8]) -> Result<()> {
        match self {
            Encoder::Text(text) => text.bytes(out, bytes),
            Encoder::Mtom(mtom) => return mtom.bytes(out, bytes),
            Encoder::Binary(binary) => binary.bytes(out, bytes),
            Encoder::Raw(raw) => {
                raw.end_chars()?;
                out.buffer.extend_from_slice(bytes);
            }
            Encoder::Buffer(buffer) => return buffer.bytes(Bytes::copy_from_slice(bytes)),
            Encoder::Tee(tee) => return tee.bytes(out, bytes),
        }
        Ok(())
    }

    /// A piece of a run of bytes that need not be copied.
    pub(super) fn shared_bytes(&mut self, out: &mut Output, bytes: Bytes) -> Result<()> {
        match self {
            Encoder::Text(text) => text.bytes(out, &bytes),
            Encoder::Mtom(mtom) => return mtom.shared_bytes(out, bytes),
            Encoder::Binary(binary) => binary.shared_bytes(out, bytes),
            Encoder::Raw(raw) => {
                raw.end_chars()?;
                out.push_shared(bytes);
            }
            Encoder::Buffer(buffer) => return buffer.bytes(bytes),
            Encoder::Tee(tee) => return tee.shared_bytes(out, bytes),
        }
        Ok(())
    }

    /// How the bytes of a source appear if they are asked for later, or `None` if they have to come now.
    pub(super) fn framing(&self) -> Option<Framing> {
        match self {
            // A canonicalizer needs to see the bytes.
            Encoder::Text(_) | Encoder::Buffer(_) | Encoder::Tee(_) => None,
            Encoder::Mtom(mtom) => mtom.can_be_part().then(Framing::plain),
            Encoder::Binary(_) => Some(Framing::records()),
            Encoder::Raw(_) => Some(Framing::plain()),
        }
    }

    /// Ends a run of bytes.
    pub(super) fn end_bytes(&mut self, out: &mut Output) -> Result<()> {
        match self {
            Encoder::Text(text) => text.end_bytes(out),
            Encoder::Mtom(mtom) => mtom.end_bytes(out),
            Encoder::Binary(binary) => binary.end_bytes(out),
            Encoder::Raw(raw) => raw.end_chars()?,
            Encoder::Buffer(buffer) => return buffer.end_bytes(),
            Encoder::Tee(tee) => return tee.end_bytes(out),
        }
        Ok(())
    }

    pub(super) fn comment(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.comment(out, text),
            Encoder::Mtom(mtom) => {
                mtom.other_content(out)?;
                mtom.text.comment(out, text)
            }
            Encoder::Binary(binary) => binary.comment(out, text),
            Encoder::Raw(_) => Err(only_bytes()),
            Encoder::Buffer(buffer) => buffer.comment(text),
            Encoder::Tee(tee) => tee.comment(out, text),
        }
    }

    pub(super) fn start_cdata(&mut self, out: &mut Output) -> Result<()> {
        match self {
            Encoder::Mtom(mtom) => {
                mtom.other_content(out)?;
                mtom.text.start_cdata(out);
            }
            Encoder::Text(text) => text.start_cdata(out),
            // There is no such record: a CDATA section becomes text.
            Encoder::Binary(_) | Encoder::Raw(_) => {}
            Encoder::Buffer(buffer) => return buffer.start_cdata(),
            Encoder::Tee(tee) => return tee.start_cdata(out),
        }
        Ok(())
    }

    pub(super) fn cdata_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        match self {
            Encoder::Text(encoder) => encoder.cdata_chars(out, text),
            Encoder::Mtom(mtom) => mtom.text.cdata_chars(out, text),
            Encoder::Binary(_) if text.is_empty() => Ok(()),
            Encoder::Binary(binary) => binary.chars(out, text),
            Encoder::Raw(_) => Ok(()),
            Encoder::Buffer(buffer) => buffer.cdata_chars(text),
            Encoder::Tee(tee) => tee.cdata_chars(out, text),
        }
    }

    pub(super) fn end_cdata(&mut self, out: &mut Output) -> Result<()> {
        match self {
            Encoder::Text(text) => text.end_cdata(out),
            Encoder::Mtom(mtom) => mtom.text.end_cdata(out),
            Encoder::Binary(_) | Encoder::Raw(_) => {}
            Encoder::Buffer(buffer) => return buffer.end_cdata(),
            Encoder::Tee(tee) => return tee.encoder.end_cdata(out),
        }
        Ok(())
    }

    /// Whether there is one record for all these values.
    pub(super) fn has_array(&self, items: &Array<'_>) -> bool {
        matches!(self, Encoder::Binary(_)) && BinaryEncoder::has_array(items)
    }

    /// Starts an array; the start tag of its element follows.
    pub(super) fn start_array(&mut self, out: &mut Output) {
        if let Encoder::Binary(binary) = self {
            binary.start_array(out);
        }
    }

    /// Ends the element, and adds the values.
    pub(super) fn end_array(&mut self, out: &mut Output, items: &Array<'_>) -> Result<()> {
        match self {
            Encoder::Binary(binary) => binary.end_array(out, items),
            _ => Ok(()),
        }
    }

    /// Says that the buffer is about to leave, with the start tags of these open elements.
    pub(super) fn save<'t>(&mut self, out: &Output, tags: impl Iterator<Item = &'t mut Tag>) {
        match self {
            Encoder::Text(text) => tags.for_each(|tag| text.save(out, tag)),
            Encoder::Mtom(mtom) => tags.for_each(|tag| mtom.text.save(out, tag)),
            Encoder::Binary(binary) => binary.forget_text(),
            Encoder::Raw(_) | Encoder::Buffer(_) => {}
            Encoder::Tee(tee) => tee.encoder.save(out, tags),
        }
    }

    /// Whether nothing may leave before the document is complete.
    pub(super) fn leaves_complete(&self) -> bool {
        match self {
            Encoder::Binary(binary) => binary.is_session(),
            Encoder::Tee(tee) => tee.encoder.leaves_complete(),
            _ => false,
        }
    }

    /// Adds what only a complete document has; says whether there is such a thing, which ends the document.
    pub(super) fn complete(&mut self, out: &mut Output) -> Result<bool> {
        match self {
            Encoder::Text(_) | Encoder::Raw(_) | Encoder::Buffer(_) => Ok(false),
            Encoder::Tee(tee) => tee.encoder.complete(out),
            Encoder::Binary(binary) => {
                let table = binary.take_table();
                let is_session = table.is_some();
                if let Some(table) = table {
                    out.put_in_front(table.into());
                }
                Ok(is_session)
            }
            Encoder::Mtom(mtom) => mtom.complete(out).map(|()| true),
        }
    }

    /// Whether byte content may become MIME parts behind the document.
    pub(super) fn has_parts(&self) -> bool {
        match self {
            Encoder::Mtom(_) => true,
            Encoder::Tee(tee) => tee.encoder.has_parts(),
            _ => false,
        }
    }

    /// Makes the byte content that was begun a MIME part.
    pub(super) fn begin_part(&mut self) {
        match self {
            Encoder::Mtom(mtom) => mtom.begin_part(),
            Encoder::Tee(tee) => tee.encoder.begin_part(),
            _ => {}
        }
    }

    /// Takes over a source, to be asked when the writer is flushed. The writer has begun byte content.
    pub(super) fn push_source(&mut self, out: &mut Output, source: Source) -> Result<()> {
        let Some(framing) = self.framing() else { return Ok(()) };
        if let Encoder::Mtom(mtom) = self {
            return mtom.push_source(source);
        }
        self.end_bytes(out)?;
        out.push_source(source, framing);
        Ok(())
    }

    /// The session that the next document goes on with.
    pub(super) fn into_session(self) -> Option<Session> {
        match self {
            Encoder::Binary(binary) => binary.into_session(),
            Encoder::Tee(tee) => tee.encoder.into_session(),
            _ => None,
        }
    }

    /// The most bytes that the end of the element takes.
    pub(super) fn bytes_to_close(&self, tag: Tag) -> u64 {
        match self {
            Encoder::Text(text) => text.bytes_to_close(tag),
            Encoder::Mtom(mtom) => mtom.text.bytes_to_close(tag),
            Encoder::Binary(_) => 1,
            Encoder::Tee(tee) => tee.encoder.bytes_to_close(tag),
            Encoder::Raw(_) | Encoder::Buffer(_) => 0,
        }
    }
}

#[cold]
fn only_bytes() -> Error {
    Error::operation("the raw encoding has no XML: write bytes, or base64 characters")
}
