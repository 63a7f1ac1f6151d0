//! Characters, CDATA sections and comments.

use super::{State, Writer};
use crate::{
    Error, Result,
    value::is_space,
    xml::{DictionaryKey, XmlStr},
};

impl Writer {
    /// Writes characters: `WsWriteCharsUtf8`. Markup is escaped. No characters are no content.
    ///
    /// # Errors
    /// `InvalidFormat` for a character that XML 1.0 forbids; `InvalidOperation` for anything but white space
    /// at the root, unless [`allow_fragment`](super::WriterOptions::allow_fragment) is set.
    #[inline]
    pub fn chars(&mut self, text: &str) -> Result<()> {
        let result = self.try_chars(text);
        self.settle(result)
    }

    /// Writes characters that are said to be UTF-8.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars); `InvalidFormat` if they are not UTF-8.
    pub fn chars_utf8(&mut self, text: &[u8]) -> Result<()> {
        match simdutf8::basic::from_utf8(text) {
            Ok(text) => self.chars(text),
            Err(_) => {
                let error = match std::str::from_utf8(text) {
                    Err(e) => Error::format(format!("the characters are not UTF-8: {e}")).caused_by(e),
                    Ok(_) => Error::format("the characters are not UTF-8"),
                };
                self.settle(Err(error))
            }
        }
    }

    /// Writes characters that may stand in a dictionary: `WsWriteText` with a `WS_XML_STRING`. The binary
    /// encoding then writes their number. In an attribute they are the whole value.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars).
    pub fn string<'s>(&mut self, text: impl Into<XmlStr<'s>>) -> Result<()> {
        let result = self.try_string(text.into());
        self.settle(result)
    }

    /// Writes characters given in UTF-16: `WsWriteChars`. A surrogate pair may be split between two calls.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars); `InvalidFormat` for half a surrogate pair, which shows when what follows
    /// it is written.
    pub fn chars_utf16(&mut self, text: &[u16]) -> Result<()> {
        let result = self.try_chars_utf16(text);
        self.settle(result)
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// `InvalidFormat` if the text has `--` or ends with `-` (XML 1.0 2.5) or has a character that XML forbids.
    pub fn comment(&mut self, text: &str) -> Result<()> {
        let result = self.try_comment(text);
        self.settle(result)
    }

    /// Starts a CDATA section: `WsWriteStartCData`. Characters follow. Encodings without CDATA write them as
    /// text.
    ///
    /// # Errors
    /// `InvalidOperation` at the root, in an attribute and in a CDATA section.
    pub fn start_cdata(&mut self) -> Result<()> {
        let result = self.try_start_cdata();
        self.settle(result)
    }

    /// Ends the CDATA section: `WsWriteEndCData`.
    ///
    /// # Errors
    /// `InvalidOperation` if none is being written.
    pub fn end_cdata(&mut self) -> Result<()> {
        if self.state != State::CData {
            return Err(self.not_now("the end of a CDATA section"));
        }
        let result = self.check_surrogate().and_then(|()| self.encoder.end_cdata(&mut self.out));
        self.state = State::Content;
        self.settle(result)
    }

    #[inline]
    pub(super) fn try_chars(&mut self, text: &str) -> Result<()> {
        match self.state {
            State::Content | State::Tag | State::Pending => {
                if text.is_empty() {
                    return Ok(());
                }
                self.begin_text(|| text.bytes().all(is_space))?;
                self.encoder.chars(&mut self.out, text)
            }
            State::Attribute => {
                self.attribute_gets_chars()?;
                self.check_surrogate()?;
                self.encoder.attribute_chars(&mut self.out, text)
            }
            State::CData => {
                self.check_surrogate()?;
                self.encoder.cdata_chars(&mut self.out, text)
            }
            _ => Err(self.not_now("text")),
        }
    }

    fn try_string(&mut self, text: XmlStr<'_>) -> Result<()> {
        match self.state {
            _ if text.dictionary() == DictionaryKey::NONE => self.try_chars(text.as_str()),
            State::Attribute => {
                self.attribute_gets_value()?;
                self.encoder.attribute_string(&mut self.out, text)
            }
            State::CData => self.try_chars(text.as_str()),
            _ if text.as_str().is_empty() => Ok(()),
            _ => {
                self.begin_text(|| text.as_str().bytes().all(is_space))?;
                self.encoder.string(&mut self.out, text)
            }
        }
    }

    fn try_chars_utf16(&mut self, text: &[u16]) -> Result<()> {
        let pending = self.surrogate.take();
        let mut utf8 = String::with_capacity(text.len());
        let mut units = char::decode_utf16(pending.into_iter().chain(text.iter().copied()));
        let mut rest = None;
        while let Some(unit) = units.next() {
            match unit {
                Ok(c) => utf8.push(c),
                Err(e) => match (units.next(), e.unpaired_surrogate()) {
                    (None, high @ 0xD800..=0xDBFF) => {
                        rest = Some(high);
                        break;
                    }
                    (_, unit) => return Err(half_pair(unit)),
                },
            }
        }
        if matches!(self.state, State::Attribute | State::CData) || utf8.is_empty() {
            self.try_chars(&utf8)?;
        } else {
            self.begin_text(|| utf8.bytes().all(is_space))?;
            let whole = text.len() - usize::from(rest.is_some());
            match pending {
                None => self.encoder.chars_utf16(&mut self.out, &text[..whole], &utf8)?,
                Some(_) => self.encoder.chars(&mut self.out, &utf8)?,
            }
        }
        if rest.is_some() {
            if !matches!(self.state, State::Attribute | State::CData) {
                self.begin_text(|| false)?;
                self.state = State::Pending;
            }
            self.surrogate = rest;
        }
        Ok(())
    }

    /// Fails if half a character waits for its other half.
    #[inline]
    pub(super) fn check_surrogate(&mut self) -> Result<()> {
        self.surrogate.take().map_or(Ok(()), |unit| Err(half_pair(unit)))
    }

    /// Gets ready for text that is not in an attribute; at the root it has to be blank.
    #[inline]
    pub(super) fn begin_text(&mut self, is_blank: impl FnOnce() -> bool) -> Result<()> {
        self.begin_content("text")?;
        match self.elements.last_mut() {
            Some(element) => element.has_text = true,
            None => self.check_root_text(is_blank)?,
        }
        Ok(())
    }

    #[cold]
    fn check_root_text(&self, is_blank: impl FnOnce() -> bool) -> Result<()> {
        if self.options.allow_fragment || self.encoder.is_raw() || is_blank() {
            return Ok(());
        }
        Err(Error::operation(
            "only white space may stand outside the root element: set allow_fragment for more",
        ))
    }

    fn try_comment(&mut self, text: &str) -> Result<()> {
        self.begin_content("a comment")?;
        if text.contains("--") || text.ends_with('-') {
            return Err(Error::format("a comment cannot have \"--\" in it or end with \"-\" (XML 1.0 2.5)"));
        }
        if self.options.indent != 0 {
            self.break_line(self.elements.len());
        }
        if let Some(element) = self.elements.last_mut() {
            element.has_children = true;
        }
        self.encoder.comment(&mut self.out, text)
    }

    fn try_start_cdata(&mut self) -> Result<()> {
        if self.elements.is_empty() && self.state == State::Content {
            return Err(Error::operation("a CDATA section cannot stand outside the root element"));
        }
        self.begin_text(|| false)?;
        self.encoder.start_cdata(&mut self.out)?;
        self.state = State::CData;
        Ok(())
    }
}

#[cold]
fn half_pair(unit: u16) -> Error {
    Error::format(format!("0x{unit:04X} is half of a surrogate pair without its other half"))
}
