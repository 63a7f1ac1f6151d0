//! Descriptions as the program has them, read once and remembered, so that a change is seen.

use crate::{abi::WS_XML_STRING, ptr::Ptr, text};
use wws::{Error, Result};

/// Reads what a description consists of, and keeps a copy of each byte it read.
#[derive(Debug, Default)]
pub struct Source {
    /// Where was read, and how much of `copy` it is, in the order of reading.
    places: Vec<(Ptr<u8>, usize)>,
    copy: Vec<u8>,
}

impl Source {
    /// What a pointer of a description points to.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is null or not aligned.
    pub fn need<'a, T>(&mut self, pointer: Ptr<T>, name: &str) -> Result<&'a T> {
        let target = pointer.need(name)?;
        self.remember(pointer.cast(), size_of::<T>())?;
        Ok(target)
    }

    /// What a pointer of a description points to, if it is not null.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is not aligned.
    pub fn optional<'a, T>(&mut self, pointer: Ptr<T>, name: &str) -> Result<Option<&'a T>> {
        if pointer.is_null() { Ok(None) } else { self.need(pointer, name).map(Some) }
    }

    /// An array of a description.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is null and not empty, or not aligned.
    pub fn slice<'a, T>(&mut self, pointer: Ptr<T>, count: u32, name: &str) -> Result<&'a [T]> {
        let items = pointer.slice(count as usize, name)?;
        self.remember(pointer.cast(), size_of_val(items))?;
        Ok(items)
    }

    /// A string of a description.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is no string in UTF-8.
    pub fn string<'a>(
        &mut self,
        pointer: Ptr<WS_XML_STRING>,
        name: &str,
    ) -> Result<(&'a WS_XML_STRING, &'a str)> {
        let string = self.need(pointer, name)?;
        let text = text::xml(string, name).map_err(|e| Error::argument(e.to_string()))?;
        self.remember(string.bytes, text.len())?;
        Ok((string, text))
    }

    fn remember(&mut self, place: Ptr<u8>, length: usize) -> Result<()> {
        if length > 0 {
            self.copy.extend_from_slice(place.slice(length, "description")?);
            self.places.push((place, length));
        }
        Ok(())
    }

    /// Whether everything still stands where it stood.
    ///
    /// The places are looked at in the order in which they were found. The first one is given by the caller; each
    /// other one was found by a pointer in an earlier one, which is the same as then, so the program promises now
    /// what it promised then: that something is there.
    pub fn is_unchanged(&self) -> bool {
        let mut copy = self.copy.as_slice();
        self.places.iter().all(|(place, length)| {
            let Some((own, rest)) = copy.split_at_checked(*length) else { return false };
            copy = rest;
            place.slice(*length, "description").is_ok_and(|there| there == own)
        })
    }
}
