//! The names of a buffer, each stored once.

use std::{collections::HashMap, sync::Arc};

use crate::{
    Error, Result,
    xml::{DictionaryKey, XmlStr},
};

/// The number of a name in [`Names`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NameId(u32);

/// A table of strings, each with the dictionary it came from.
#[derive(Debug)]
pub(super) struct Names {
    entries: Vec<Entry>,
    /// The first entry with these characters.
    index: HashMap<Arc<str>, u32>,
    /// Names that were asked for lately, each at a place that its length and two of its characters make up: few
    /// names make up most of a document.
    recent: [u32; 64],
}

#[derive(Debug)]
struct Entry {
    text: Arc<str>,
    dictionary: DictionaryKey,
    id: u32,
    /// The next entry with the same characters from another dictionary.
    same: Option<u32>,
}

impl Entry {
    fn is(&self, name: XmlStr<'_>) -> bool {
        *self.text == *name.as_str() && self.dictionary == name.dictionary() && self.id == name.id()
    }
}

fn recent_place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    (bytes.len() ^ usize::from(first) ^ usize::from(last) << 2) % 64
}

impl Names {
    pub(super) fn new() -> Self {
        Names { entries: Vec::new(), index: HashMap::new(), recent: [0; 64] }
    }

    /// The string with a number given out by this table.
    pub(super) fn get(&self, name: NameId) -> XmlStr<'_> {
        match self.entries.get(name.0 as usize) {
            Some(e) => XmlStr::in_dictionary(&e.text, e.dictionary, e.id),
            None => XmlStr::plain(""),
        }
    }

    /// The number of a string that is in the table.
    #[inline]
    pub(super) fn find(&mut self, name: XmlStr<'_>) -> Option<NameId> {
        let place = recent_place(name.as_str());
        let recent = self.recent[place];
        if self.entries.get(recent as usize).is_some_and(|e| e.is(name)) {
            return Some(NameId(recent));
        }
        let found = self.find_slowly(name)?;
        self.recent[place] = found.0;
        Some(found)
    }

    fn find_slowly(&self, name: XmlStr<'_>) -> Option<NameId> {
        let mut at = self.index.get(name.as_str()).copied();
        while let Some(i) = at {
            let e = self.entries.get(i as usize)?;
            if e.is(name) {
                return Some(NameId(i));
            }
            at = e.same;
        }
        None
    }

    /// What [`Names::intern`] would add to the size of the table, in bytes.
    pub(super) fn cost(&self, name: XmlStr<'_>) -> usize {
        match self.find_slowly(name) {
            Some(_) => 0,
            // The characters and their two counts, one entry, one place in the index.
            None => {
                name.as_str().len()
                    + 2 * size_of::<usize>()
                    + size_of::<Entry>()
                    + size_of::<(Arc<str>, u32)>()
            }
        }
    }

    /// The number of the string, which is added if it is new.
    pub(super) fn intern(&mut self, name: XmlStr<'_>) -> Result<NameId> {
        if let Some(known) = self.find(name) {
            return Ok(known);
        }
        let number = u32::try_from(self.entries.len())
            .map_err(|_| Error::quota("an XML buffer holds at most 2^32 different names"))?;
        Ok(self.push(name, number))
    }

    fn push(&mut self, name: XmlStr<'_>, number: u32) -> NameId {
        let (text, same) = match self.index.get_key_value(name.as_str()) {
            Some((text, &first)) => (text.clone(), Some(first)),
            None => (Arc::from(name.as_str()), None),
        };
        // The newest goes first: the chain needs no walk to grow.
        self.index.insert(text.clone(), number);
        self.entries.push(Entry { text, dictionary: name.dictionary(), id: name.id(), same });
        NameId(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Dictionary;

    #[test]
    fn a_name_is_stored_once_for_each_dictionary() {
        let mut names = Names::new();
        let plain = names.intern("Envelope".into()).unwrap();
        let nbfs = names.intern(Dictionary::nbfs().get(1).unwrap()).unwrap();
        assert_ne!(plain, nbfs);
        assert_eq!(names.intern("Envelope".into()).unwrap(), plain);
        assert_eq!(names.find(Dictionary::nbfs().get(1).unwrap()), Some(nbfs));
        assert_eq!(names.get(plain).dictionary(), DictionaryKey::NONE);
        assert_eq!(names.get(nbfs).dictionary(), DictionaryKey::NBFS);
        assert_eq!(names.get(nbfs).as_str(), "Envelope");
    }
}
