//! The text encoder: markup in UTF-8. UTF-16 is made of it when the output leaves.

use super::escape::{self, Context};
use crate::{
    Result,
    value::base64,
    xml::{Charset, Text, XmlStr, encode::Tag, output::Output},
};

/// Writes nodes as XML 1.0 text.
pub(crate) struct TextEncoder {
    pub(crate) charset: Charset,
    allow_invalid: bool,
    local_offset: Option<i16>,
    /// How the attribute being written is quoted.
    quote: Context,
    /// Names of open elements whose start tags have left the buffer.
    saved: Vec<u8>,
    base64: base64::Encoder,
    /// How many `]` end what was written of a CDATA section: 0, 1, or 2 for more.
    brackets: usize,
}

impl TextEncoder {
    pub(crate) fn new(charset: Charset, allow_invalid: bool, local_offset: Option<i16>) -> Self {
        TextEncoder {
            charset,
            allow_invalid,
            local_offset,
            quote: Context::DoubleQuoted,
            saved: Vec::new(),
            base64: base64::Encoder::new(),
            brackets: 0,
        }
    }

    pub(crate) fn declaration(&mut self, out: &mut Output) {
        out.buffer.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"");
        out.buffer.extend_from_slice(self.charset.name().as_bytes());
        out.buffer.extend_from_slice(b"\"?>");
    }

    #[inline]
    pub(crate) fn start_element(&mut self, out: &mut Output, prefix: &str, local: XmlStr<'_>) -> Tag {
        let out = &mut out.buffer;
        out.push(b'<');
        let at = out.len();
        append_name(out, prefix, local);
        Tag { at, length: (out.len() - at) as u32, saved: false }
    }

    #[inline]
    pub(crate) fn start_attribute(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        single_quote: bool,
    ) {
        self.quote = if single_quote { Context::SingleQuoted } else { Context::DoubleQuoted };
        let out = &mut out.buffer;
        out.push(b' ');
        append_name(out, prefix, local);
        out.extend_from_slice(if single_quote { b"='" } else { b"=\"" });
    }

    #[inline]
    pub(crate) fn end_attribute(&mut self, out: &mut Output) {
        out.buffer.push(if self.quote == Context::SingleQuoted { b'\'' } else { b'"' });
    }

    pub(crate) fn xmlns(
        &mut self,
        out: &mut Output,
        prefix: &str,
        ns: XmlStr<'_>,
        single_quote: bool,
    ) -> Result<()> {
        if prefix.is_empty() {
            self.start_attribute(out, "", XmlStr::plain("xmlns"), single_quote);
        } else {
            self.start_attribute(out, "xmlns", XmlStr::plain(prefix), single_quote);
        }
        escape::append(&mut out.buffer, ns.as_str(), self.quote, self.allow_invalid)?;
        self.end_attribute(out);
        Ok(())
    }

    #[inline]
    pub(crate) fn end_start_element(&mut self, out: &mut Output) {
        out.buffer.push(b'>');
    }

    /// The end tag of an element with content, or the end of the start tag of one without.
    #[inline]
    pub(crate) fn end_element(&mut self, out: &mut Output, tag: Tag, is_empty: bool) {
        let out = &mut out.buffer;
        if is_empty {
            out.extend_from_slice(b"/>");
            return;
        }
        out.extend_from_slice(b"</");
        let name = tag.at..tag.at + tag.length as usize;
        if tag.saved {
            out.extend_from_slice(&self.saved[name]);
            self.saved.truncate(tag.at);
        } else {
            out.extend_from_within(name);
        }
        out.push(b'>');
    }

    /// The end tag of an element that had nothing but text. Its name is not taken from the start tag: bytes that were
    /// written a moment ago are slow to read.
    #[inline]
    pub(crate) fn end_leaf(&mut self, out: &mut Output, prefix: &str, local: XmlStr<'_>) {
        out.buffer.extend_from_slice(b"</");
        append_name(&mut out.buffer, prefix, local);
        out.buffer.push(b'>');
    }

    #[inline]
    pub(crate) fn chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        escape::append(&mut out.buffer, text, Context::Content, self.allow_invalid)
    }

    #[inline]
    pub(crate) fn attribute_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        escape::append(&mut out.buffer, text, self.quote, self.allow_invalid)
    }

    /// A value: none of its forms needs escaping but characters and names.
    #[inline]
    pub(crate) fn value(&mut self, out: &mut Output, value: &Text<'_>, context: Context) -> Result<()> {
        match value {
            Text::Utf8(text) => escape::append(&mut out.buffer, text, context, self.allow_invalid),
            Text::DateTime(value) => {
                value.append_with_offset(self.local_offset, &mut out.buffer);
                Ok(())
            }
            Text::List(items) => items.iter().enumerate().try_for_each(|(i, item)| {
                if i > 0 {
                    out.buffer.push(b' ');
                }
                self.value(out, item, context)
            }),
            value => {
                value.append_to(&mut out.buffer);
                Ok(())
            }
        }
    }

    /// The context of the value of the attribute being written.
    pub(crate) fn quote(&self) -> Context {
        self.quote
    }

    /// Appends all whole groups of three bytes; the rest waits for more or for [`end_bytes`](Self::end_bytes).
    #[inline]
    pub(crate) fn bytes(&mut self, out: &mut Output, bytes: &[u8]) {
        self.base64.encode(bytes, &mut out.buffer);
    }

    pub(crate) fn end_bytes(&mut self, out: &mut Output) {
        self.base64.finish(&mut out.buffer);
    }

    pub(crate) fn comment(&mut self, out: &mut Output, text: &str) -> Result<()> {
        out.buffer.extend_from_slice(b"<!--");
        escape::append(&mut out.buffer, text, Context::Verbatim, false)?;
        out.buffer.extend_from_slice(b"-->");
        Ok(())
    }

    pub(crate) fn start_cdata(&mut self, out: &mut Output) {
        self.brackets = 0;
        out.buffer.extend_from_slice(START_CDATA);
    }

    pub(crate) fn end_cdata(&mut self, out: &mut Output) {
        out.buffer.extend_from_slice(END_CDATA);
    }

    /// Characters of a CDATA section. What cannot stand in one makes two of it: `]]>`, and the carriage return,
    /// which a reader would take for a line feed (XML 1.0 2.11).
    pub(crate) fn cdata_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        for piece in text.split_inclusive(['>', '\r']) {
            let (body, last) = match piece.as_bytes().last() {
                Some(last @ (b'>' | b'\r')) => (&piece[..piece.len() - 1], Some(*last)),
                _ => (piece, None),
            };
            escape::append(&mut out.buffer, body, Context::Verbatim, false)?;
            let brackets = body.bytes().rev().take_while(|&b| b == b']').count();
            self.brackets = if brackets == body.len() { self.brackets + brackets } else { brackets };
            match last {
                Some(b'\r') => {
                    out.buffer.extend_from_slice(END_CDATA);
                    out.buffer.extend_from_slice(b"&#xD;");
                    out.buffer.extend_from_slice(START_CDATA);
                    self.brackets = 0;
                }
                Some(greater) => {
                    if self.brackets >= 2 {
                        out.buffer.extend_from_slice(END_CDATA);
                        out.buffer.extend_from_slice(START_CDATA);
                    }
                    out.buffer.push(greater);
                    self.brackets = 0;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Keeps the name of an open element whose start tag is about to leave the buffer.
    pub(crate) fn save(&mut self, out: &Output, tag: &mut Tag) {
        if !tag.saved {
            let at = self.saved.len();
            self.saved.extend_from_slice(&out.buffer[tag.at..tag.at + tag.length as usize]);
            *tag = Tag { at, saved: true, ..*tag };
        }
    }

    /// The most bytes that the end of an element takes: `</name>`, in the character set of the document.
    pub(crate) fn bytes_to_close(&self, tag: Tag) -> u64 {
        let bytes = u64::from(tag.length) + 3;
        if self.charset == Charset::Utf8 { bytes } else { 2 * bytes }
    }
}

const START_CDATA: &[u8] = b"<![CDATA[";
const END_CDATA: &[u8] = b"]]>";

#[inline(always)]
fn append_name(out: &mut Vec<u8>, prefix: &str, local: XmlStr<'_>) {
    if !prefix.is_empty() {
        out.extend_from_slice(prefix.as_bytes());
        out.push(b':');
    }
    out.extend_from_slice(local.as_str().as_bytes());
}
