//! Reading the content of an element or attribute: values, characters, bytes.

use super::{ReadValue, Reader, copy::Copy};
use crate::{
    Error, Result,
    value::base64,
    xml::{
        NodeType, Text,
        decode::{Chars, Value},
    },
};

/// What a call began and could not end, because input was missing.
#[derive(Debug, Default)]
pub(super) enum Partial {
    #[default]
    None,
    /// A subtree is being skipped: the depth of its element.
    Skip(usize),
    /// Text of a value.
    Text(String),
    /// Bytes of a value.
    Bytes(Vec<u8>, Box<Base64>),
    /// Base64 that [`Reader::read_bytes`] reads.
    Base64(Box<Base64>),
    /// The document or an element is being canonicalized.
    Canonical,
    /// The content of an element whose start tag was read: how far it came.
    Element(Box<Partial>),
    /// A value was given out before the step past its end tag could be made.
    Owed,
    /// Nodes copied into a buffer.
    Copy(Box<Copy>),
}

#[derive(Debug, Default)]
pub(super) struct Base64 {
    decoder: base64::Decoder,
    /// Bytes decoded and not yet given out, from `given` on.
    decoded: Vec<u8>,
    given: usize,
}

impl Partial {
    pub(super) fn is_any(&self) -> bool {
        !matches!(self, Partial::None)
    }

    pub(super) fn clear(&mut self) {
        *self = Partial::None;
    }

    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

impl Reader<'_> {
    /// Reads the text up to the next start or end tag as one value, without comments; the reader then stands on
    /// that tag. In an attribute: reads its value. `WsReadValue`.
    ///
    /// ```
    /// # use wws_core::xml::Reader;
    /// let mut reader = Reader::text(b"<n> 1<!-- and -->2 </n>");
    /// reader.read_to_any_start_element()?;
    /// reader.read_start_element()?;
    /// assert_eq!(reader.read_value::<i32>()?, 12);
    /// reader.read_end_element()?;
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the text is not a value of the type; only strings
    /// and bytes can be empty.
    pub fn read_value<T: ReadValue>(&mut self) -> Result<T> {
        let partial = self.resume()?;
        if self.attribute.is_some() {
            let value = T::from_text(self.text_rest()).map_err(|e| self.fail(e));
            self.consumed = usize::MAX;
            return value;
        }
        match partial {
            Partial::None => self.read_content(),
            partial => self.joined(partial),
        }
    }

    /// Reads the content of an element as one value.
    #[inline]
    pub(super) fn read_content<T: ReadValue>(&mut self) -> Result<T> {
        // Most content is one text node with a tag behind it.
        if self.core.kind == NodeType::Text && self.consumed == 0 && self.decoder.tag_follows() {
            return match T::from_text(self.decoder.view(&self.core, self.core.value)) {
                Ok(value) => self.advance().map(|()| value),
                Err(e) => Err(self.fail(e)),
            };
        }
        self.joined(Partial::None)
    }

    pub(super) fn joined<T: ReadValue>(&mut self, partial: Partial) -> Result<T> {
        if T::IS_BYTES { self.joined_bytes(partial) } else { self.joined_text(partial) }
    }

    /// A value whose text comes in pieces.
    fn joined_text<T: ReadValue>(&mut self, partial: Partial) -> Result<T> {
        let mut joined = match partial {
            Partial::Text(text) => text,
            _ => String::new(),
        };
        loop {
            match self.content() {
                Ok(true) => {
                    joined.push_str(&self.text_rest().to_text());
                    self.consumed = usize::MAX;
                }
                Ok(false) => return T::from_text(Text::Utf8(&joined)).map_err(|e| self.fail(e)),
                Err(e) => {
                    self.partial = Partial::Text(joined);
                    return Err(e);
                }
            }
        }
    }

    fn joined_bytes<T: ReadValue>(&mut self, partial: Partial) -> Result<T> {
        let (mut joined, mut state) = match partial {
            Partial::Bytes(bytes, state) => (bytes, state),
            _ => Default::default(),
        };
        loop {
            let len = joined.len();
            joined.resize(len + len.clamp(4096, 65536), 0);
            let result = self.read_bytes_with(&mut state, &mut joined[len..]);
            joined.truncate(len + *result.as_ref().unwrap_or(&0));
            match result {
                Ok(0) => return T::from_text(Text::Bytes(&joined)).map_err(|e| self.fail(e)),
                Ok(_) => {}
                Err(e) => {
                    self.partial = Partial::Bytes(joined, state);
                    return Err(e);
                }
            }
        }
    }

    /// Reads characters of the content as UTF-8: as many whole characters as fit and are at hand, 0 at the
    /// end of the content. Comments are skipped, CDATA sections are joined. `WsReadCharsUtf8`.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): `out` is too short for the next character, which
    /// has up to 4 bytes.
    pub fn read_chars(&mut self, out: &mut [u8]) -> Result<usize> {
        self.resume()?;
        if !self.char_content()? || out.is_empty() {
            return Ok(0);
        }
        let Text::Utf8(text) = self.text_rest() else { return Ok(0) };
        let mut n = text.len().min(out.len());
        while !text.is_char_boundary(n) {
            n -= 1;
        }
        out[..n].copy_from_slice(&text.as_bytes()[..n]);
        self.give(n)
    }

    /// Reads characters of the content as UTF-16, as [`read_chars`](Self::read_chars) does. `WsReadChars`.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): `out` is too short for the next character, which
    /// has up to 2 units.
    pub fn read_chars_utf16(&mut self, out: &mut [u16]) -> Result<usize> {
        self.resume()?;
        if !self.char_content()? || out.is_empty() {
            return Ok(0);
        }
        let Text::Utf8(text) = self.text_rest() else { return Ok(0) };
        let (mut units, mut bytes) = (0, 0);
        for c in text.chars() {
            let Some(slot) = out.get_mut(units..units + c.len_utf16()) else { break };
            c.encode_utf16(slot);
            units += c.len_utf16();
            bytes += c.len_utf8();
        }
        self.give(bytes)?;
        Ok(units)
    }

    fn give(&mut self, bytes: usize) -> Result<usize> {
        if bytes == 0 {
            return Err(Error::argument("the buffer is too short for the next character"));
        }
        self.consumed += bytes;
        Ok(bytes)
    }

    /// Reads bytes of the content, which is base64 or, in binary and MTOM, bytes as they are: as many as fit
    /// and are at hand, 0 at the end of the content. `WsReadBytes`.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the content is not base64.
    pub fn read_bytes(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut state = match self.resume()? {
            Partial::Base64(state) => state,
            _ => Box::default(),
        };
        let result = self.read_bytes_with(&mut state, out);
        if !matches!(result, Ok(0)) || out.is_empty() {
            self.partial = Partial::Base64(state);
        }
        result
    }

    fn read_bytes_with(&mut self, state: &mut Base64, out: &mut [u8]) -> Result<usize> {
        loop {
            let ready = &state.decoded[state.given..];
            if !ready.is_empty() || out.is_empty() {
                let n = ready.len().min(out.len());
                out[..n].copy_from_slice(&ready[..n]);
                state.given += n;
                return Ok(n);
            }
            state.decoded.clear();
            state.given = 0;
            if !self.content()? {
                return state.decoder.finish().map(|()| 0).map_err(|e| self.fail(e));
            }
            let taken = match self.text_rest() {
                Text::Bytes(bytes) => {
                    let n = bytes.len().min(out.len());
                    out[..n].copy_from_slice(&bytes[..n]);
                    self.consumed += n;
                    return Ok(n);
                }
                Text::Utf8(text) => {
                    // As many characters as make `out` full.
                    let n = text.len().min(out.len().div_ceil(3).saturating_mul(4).max(64));
                    state.decoder.decode(&text.as_bytes()[..n], &mut state.decoded).map(|()| n)
                }
                _ => self.char_content().map(|_| 0),
            };
            match taken {
                Ok(n) => self.consumed += n,
                Err(e) => return Err(self.fail(e)),
            }
        }
    }

    /// Moves to text that is not yet read; false if a tag or the end comes first.
    pub(super) fn content(&mut self) -> Result<bool> {
        if self.attribute.is_some() {
            return Ok(text_len(self.text_rest()) > 0);
        }
        loop {
            match self.core.kind {
                NodeType::Text if text_len(self.text_rest()) > 0 => return Ok(true),
                NodeType::Element | NodeType::EndElement | NodeType::Eof => return Ok(false),
                _ => self.advance()?,
            };
        }
    }

    /// The text of the node or attribute that is not yet read.
    pub(super) fn text_rest(&self) -> Text<'_> {
        let value = match self.attribute {
            Some(index) => self.core.attributes.get(index).map(|a| a.value),
            None => Some(self.core.value),
        };
        let Some(value) = value else { return Text::Utf8("") };
        let whole = self.view().value(value);
        match whole {
            _ if self.consumed == 0 => whole,
            Text::Utf8(text) => Text::Utf8(text.get(self.consumed..).unwrap_or_default()),
            Text::Bytes(bytes) => Text::Bytes(bytes.get(self.consumed..).unwrap_or_default()),
            _ => Text::Utf8(""),
        }
    }

    /// Moves to text that is not yet read, as characters.
    fn char_content(&mut self) -> Result<bool> {
        let found = self.content()?;
        if found && !matches!(self.text_rest(), Text::Utf8(_)) {
            let form = self.text_rest().to_text().into_owned();
            let scratch = &mut self.core.scratch;
            let start = scratch.len();
            scratch.push_str(&form);
            let value = Value::Chars(Chars::scratch(start, scratch.len()));
            match self.attribute {
                Some(index) => self.core.attributes[index].value = value,
                None => self.core.value = value,
            }
            self.consumed = 0;
        }
        Ok(found)
    }

    /// Makes the step that is owed.
    pub(super) fn pay(&mut self) -> Result<()> {
        self.partial.clear();
        self.advance().inspect_err(|e| {
            if e.needs_input() {
                self.partial = Partial::Owed;
            }
        })
    }

    /// Like `ready`, for calls that go on with what they began, and are legal in attributes.
    pub(super) fn resume(&mut self) -> Result<Partial> {
        match &self.failure {
            Some(failure) => Err(failure.clone()),
            None if matches!(self.partial, Partial::Owed) => self.pay().map(|()| Partial::None),
            None => Ok(self.partial.take()),
        }
    }
}

fn text_len(text: Text<'_>) -> usize {
    match text {
        Text::Utf8(text) => text.len(),
        Text::Bytes(bytes) => bytes.len(),
        _ => 1,
    }
}
