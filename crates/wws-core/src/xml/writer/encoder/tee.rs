//! An encoder that canonicalizes what it passes on.

use bytes::Bytes;

use super::Encoder;
use crate::{
    Result,
    value::DateTimeFormat,
    xml::{
        Text, XmlStr,
        canonical::Canonicalizer,
        encode::{AttributeContent, Tag},
        output::Output,
    },
};

/// Stands between a writer and its encoder while the writer is canonicalized.
pub(in crate::xml::writer) struct Tee {
    pub(in crate::xml::writer) encoder: Encoder,
    pub(in crate::xml::writer) canonicalizer: Canonicalizer,
    /// For a text document, where local time is written with its offset: minutes.
    local_offset: Option<i16>,
    /// Nothing has been written yet.
    at_start: bool,
}

impl Tee {
    pub(in crate::xml::writer) fn new(
        encoder: Encoder,
        canonicalizer: Canonicalizer,
        local_offset: Option<i16>,
    ) -> Self {
        let local_offset = local_offset.filter(|_| encoder.charset().is_some());
        Tee { encoder, canonicalizer, local_offset, at_start: true }
    }

    /// A line break for the eye is a part of the document too, but for one in front of it all: who reads it
    /// begins at the node.
    pub(super) fn break_line(&mut self, out: &mut Output, spaces: usize) {
        let start = out.buffer.len();
        self.encoder.break_line(out, spaces);
        if !self.at_start
            && let Some(Ok(line)) = out.buffer.get(start..).map(std::str::from_utf8)
        {
            self.canonicalizer.text(&Text::Utf8(line));
        }
    }

    pub(super) fn start_element(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: XmlStr<'_>,
    ) -> Result<Tag> {
        self.at_start = false;
        self.canonicalizer.start_element(prefix, local.as_str(), ns.as_str());
        self.encoder.start_element(out, prefix, local, ns)
    }

    pub(super) fn start_attribute(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: XmlStr<'_>,
        single_quote: bool,
    ) -> Result<()> {
        self.canonicalizer.start_attribute(prefix, local.as_str(), ns.as_str());
        self.encoder.start_attribute(out, prefix, local, ns, single_quote)
    }

    pub(super) fn attribute_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.canonicalizer.attribute_text(&Text::Utf8(text));
        self.encoder.attribute_chars(out, text)
    }

    pub(super) fn attribute_value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        let canonicalizer = &mut self.canonicalizer;
        each(value, self.local_offset, &mut |text| canonicalizer.attribute_text(text));
        self.encoder.attribute_value(out, value)
    }

    pub(super) fn attribute_string(&mut self, out: &mut Output, text: XmlStr<'_>) -> Result<()> {
        self.canonicalizer.attribute_text(&Text::Utf8(text.as_str()));
        self.encoder.attribute_string(out, text)
    }

    pub(super) fn attribute_qualified_name(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: &str,
    ) -> Result<()> {
        self.canonicalizer.attribute_text(&Text::QName { prefix, local: local.as_str(), ns });
        self.encoder.attribute_qualified_name(out, prefix, local, ns)
    }

    pub(super) fn attribute_bytes(&mut self, out: &mut Output, bytes: &[u8]) -> Result<()> {
        self.canonicalizer.attribute_bytes(bytes);
        self.encoder.attribute_bytes(out, bytes)
    }

    pub(super) fn end_attribute(&mut self, out: &mut Output, content: AttributeContent) -> Result<()> {
        self.canonicalizer.end_attribute();
        self.encoder.end_attribute(out, content)
    }

    pub(super) fn xmlns(
        &mut self,
        out: &mut Output,
        prefix: &str,
        ns: XmlStr<'_>,
        single_quote: bool,
    ) -> Result<()> {
        self.canonicalizer.declaration(prefix, ns.as_str());
        self.encoder.xmlns(out, prefix, ns, single_quote)
    }

    pub(super) fn end_start_element(&mut self, out: &mut Output) -> Result<()> {
        self.canonicalizer.end_start_element();
        self.encoder.end_start_element(out)
    }

    pub(super) fn end_element(&mut self, out: &mut Output, tag: Tag, is_empty: bool) -> Result<()> {
        if is_empty {
            self.canonicalizer.end_start_element();
        }
        self.canonicalizer.end_element()?;
        self.encoder.end_element(out, tag, is_empty)
    }

    pub(super) fn chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.text(&Text::Utf8(text));
        self.encoder.chars(out, text)
    }

    pub(super) fn chars_utf16(&mut self, out: &mut Output, units: &[u16], text: &str) -> Result<()> {
        self.text(&Text::Utf8(text));
        self.encoder.chars_utf16(out, units, text)
    }

    pub(super) fn string(&mut self, out: &mut Output, text: XmlStr<'_>) -> Result<()> {
        self.text(&Text::Utf8(text.as_str()));
        self.encoder.string(out, text)
    }

    pub(super) fn qualified_name(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: &str,
    ) -> Result<()> {
        self.text(&Text::QName { prefix, local: local.as_str(), ns });
        self.encoder.qualified_name(out, prefix, local, ns)
    }

    pub(super) fn value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        self.text(value);
        self.encoder.value(out, value)
    }

    pub(super) fn bytes(&mut self, out: &mut Output, bytes: &[u8]) -> Result<()> {
        self.at_start = false;
        self.canonicalizer.bytes(bytes);
        self.encoder.bytes(out, bytes)
    }

    pub(super) fn shared_bytes(&mut self, out: &mut Output, bytes: Bytes) -> Result<()> {
        self.at_start = false;
        self.canonicalizer.bytes(&bytes);
        self.encoder.shared_bytes(out, bytes)
    }

    pub(super) fn end_bytes(&mut self, out: &mut Output) -> Result<()> {
        self.canonicalizer.end_bytes();
        self.encoder.end_bytes(out)
    }

    pub(super) fn comment(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.at_start = false;
        if self.encoder.charset().is_some() && text.contains('\r') {
            // Who reads a text document finds line feeds (XML 1.0 2.11), and signs those.
            self.canonicalizer.comment(&text.replace("\r\n", "\n").replace('\r', "\n"));
        } else {
            self.canonicalizer.comment(text);
        }
        self.encoder.comment(out, text)
    }

    pub(super) fn start_cdata(&mut self, out: &mut Output) -> Result<()> {
        self.at_start = false;
        self.encoder.start_cdata(out)
    }

    pub(super) fn cdata_chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.text(&Text::Utf8(text));
        self.encoder.cdata_chars(out, text)
    }

    fn text(&mut self, text: &Text<'_>) {
        self.at_start = false;
        let canonicalizer = &mut self.canonicalizer;
        each(text, self.local_offset, &mut |text| canonicalizer.text(text));
    }
}

/// Gives the text in pieces whose text forms, one after another, are what a text document has.
fn each(text: &Text<'_>, local_offset: Option<i16>, give: &mut dyn FnMut(&Text<'_>)) {
    match text {
        Text::DateTime(v) if v.format == DateTimeFormat::Local && local_offset.is_some() => {
            let mut form = Vec::new();
            v.append_with_offset(local_offset, &mut form);
            give(&Text::Utf8(&String::from_utf8_lossy(&form)));
        }
        Text::List(items) if local_offset.is_some() => {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    give(&Text::Utf8(" "));
                }
                // The writer has refused a list within a list.
                each(item, local_offset, give);
            }
        }
        other => give(other),
    }
}
