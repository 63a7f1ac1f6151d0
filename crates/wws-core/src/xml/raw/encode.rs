//! The raw encoding: no XML, only the bytes that base64 characters at the root stand for.

use crate::{
    Result,
    value::base64,
    xml::{Text, output::Output},
};

/// Writes bytes as they are, and characters as the bytes that they stand for (`WS_XML_WRITER_RAW_ENCODING`).
#[derive(Default)]
pub(crate) struct RawEncoder {
    base64: base64::Decoder,
}

impl RawEncoder {
    pub(crate) fn chars(&mut self, out: &mut Output, text: &str) -> Result<()> {
        self.base64.decode(text.as_bytes(), &mut out.buffer)
    }

    /// A value: its text form is base64, whatever it means.
    pub(crate) fn value(&mut self, out: &mut Output, value: &Text<'_>) -> Result<()> {
        let mut text = Vec::new();
        value.append_to(&mut text);
        self.base64.decode(&text, &mut out.buffer)
    }

    /// Ends a run of characters: bytes may follow.
    pub(crate) fn end_chars(&mut self) -> Result<()> {
        self.base64.finish()
    }
}
