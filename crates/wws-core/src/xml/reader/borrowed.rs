//! Text that is taken from the input without a copy.

use super::{Reader, content::Partial};
use crate::{
    Result,
    xml::{
        Text,
        decode::{Store, Value},
    },
};
use std::borrow::Cow;

impl<'a> Reader<'a> {
    /// Reads the text up to the next start or end tag as [`read_value`](Self::read_value) does, or the value of
    /// the attribute entered, and borrows it from the input if it stands there as it is: in memory, in UTF-8, in
    /// one piece, without references and carriage returns.
    ///
    /// ```
    /// # use wws_core::xml::Reader;
    /// # use std::borrow::Cow;
    /// let mut reader = Reader::text(b"<a><b>plain</b><b>R&amp;D</b></a>");
    /// reader.read_to_start_element("a", "")?;
    /// reader.read_start_element()?;
    /// reader.read_start_element()?;
    /// assert!(matches!(reader.read_chars_borrowed()?, Cow::Borrowed("plain")));
    /// reader.read_end_element()?;
    /// reader.read_start_element()?;
    /// assert_eq!(reader.read_chars_borrowed()?, "R&D");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the input.
    pub fn read_chars_borrowed(&mut self) -> Result<Cow<'a, str>> {
        let mut text = match self.resume()? {
            Partial::Text(text) => Cow::Owned(text),
            _ => Cow::Borrowed(""),
        };
        loop {
            match self.content() {
                Ok(true) => {
                    let piece = self.chars_rest();
                    if text.is_empty() {
                        text = piece;
                    } else {
                        text.to_mut().push_str(&piece);
                    }
                    self.consumed = usize::MAX;
                    if self.attribute.is_some() {
                        return Ok(text);
                    }
                }
                Ok(false) => return Ok(text),
                Err(e) => {
                    self.partial = Partial::Text(text.into_owned());
                    return Err(e);
                }
            }
        }
    }

    /// The characters of the node or attribute that are not yet read.
    fn chars_rest(&self) -> Cow<'a, str> {
        let value = match self.attribute {
            Some(index) => self.core.attributes.get(index).map(|a| a.value),
            None => Some(self.core.value),
        };
        if let Some(Value::Chars(chars)) = value
            && chars.store() == Store::Window
            && let Some(text) = self.decoder.borrowed().and_then(|window| window.get(chars.range()))
        {
            return Cow::Borrowed(text.get(self.consumed..).unwrap_or_default());
        }
        match self.text_rest() {
            Text::Utf8(text) => Cow::Owned(text.to_owned()),
            typed => Cow::Owned(typed.to_text().into_owned()),
        }
    }
}
