//! The names of a buffer, each stored once.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use crate::{
    Error, Result,
    xml::{DictionaryKey, XmlStr, name::are_same},
};

/// The number of a name in [`Names`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NameId(u32);

impl NameId {
    /// The empty string of no dictionary, which no table holds.
    pub(super) const EMPTY: NameId = NameId(NONE);
}

/// A table of strings, each with the dictionary it came from.
#[derive(Debug)]
pub(super) struct Names {
    /// The characters of all of them, one name behind the other.
    text: String,
    entries: Vec<Entry>,
    /// Made when there are more names than are quickly looked through.
    index: Option<Box<Index>>,
    /// Names that were asked for lately, each at a place that its length and two of its characters make up: few
    /// names make up most of a document. `NONE` where no name of the table has its place.
    recent: Box<[u32; 64]>,
}

#[derive(Debug)]
struct Entry {
    start: usize,
    end: usize,
    dictionary: DictionaryKey,
    id: u32,
    /// The next entry with the same hash, or `NONE`.
    next: u32,
}

/// No entry.
const NONE: u32 = u32::MAX;

/// The newest entry of each hash.
#[derive(Debug, Default)]
struct Index {
    hasher: RandomState,
    newest: HashMap<u64, u32>,
}

impl Index {
    /// A peer chooses dictionary and number too: all three keep names apart.
    fn hash(&self, name: XmlStr<'_>) -> u64 {
        self.hasher.hash_one((name.as_str(), name.dictionary(), name.id()))
    }

    /// Adds an entry, and gives the one before it of the same hash.
    fn add(&mut self, name: XmlStr<'_>, number: u32) -> u32 {
        self.newest.insert(self.hash(name), number).unwrap_or(NONE)
    }
}

fn recent_place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    (bytes.len() ^ usize::from(first) ^ usize::from(last) << 2) % 64
}

impl Names {
    /// So many names are looked through one by one: most buffers have fewer, and need no index.
    const FEW: usize = 32;

    pub(super) fn new() -> Self {
        Names { text: String::new(), entries: Vec::new(), index: None, recent: Box::new([NONE; 64]) }
    }

    /// Forgets all names, and keeps the memory for others.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
        self.index = None;
        self.recent.fill(NONE);
    }

    /// Makes room for so many names of the usual length.
    pub(super) fn reserve(&mut self, names: usize) {
        self.text.reserve(16 * names);
        self.entries.reserve(names);
    }

    /// Bytes of memory that are held.
    pub(super) fn capacity(&self) -> usize {
        self.text.capacity() + self.entries.capacity() * size_of::<Entry>()
    }

    /// The string with a number given out by this table.
    pub(super) fn get(&self, name: NameId) -> XmlStr<'_> {
        match self.entries.get(name.0 as usize) {
            Some(entry) => self.string(entry),
            None => XmlStr::plain(""),
        }
    }

    #[inline]
    fn string(&self, entry: &Entry) -> XmlStr<'_> {
        let text = self.text.get(entry.start..entry.end).unwrap_or_default();
        XmlStr::in_dictionary(text, entry.dictionary, entry.id)
    }

    #[inline]
    fn is(&self, entry: &Entry, name: XmlStr<'_>) -> bool {
        entry.end - entry.start == name.as_str().len()
            && entry.id == name.id()
            && entry.dictionary == name.dictionary()
            && are_same(
                self.text.as_bytes().get(entry.start..entry.end).unwrap_or_default(),
                name.as_str().as_bytes(),
            )
    }

    /// The number of a string that is in the table.
    #[inline]
    pub(super) fn find(&mut self, name: XmlStr<'_>) -> Option<NameId> {
        let place = recent_place(name.as_str());
        let recent = self.recent[place];
        if recent == NONE {
            return None;
        }
        if self.entries.get(recent as usize).is_some_and(|entry| self.is(entry, name)) {
            return Some(NameId(recent));
        }
        let found = self.find_slowly(name)?;
        self.recent[place] = found.0;
        Some(found)
    }

    fn find_slowly(&self, name: XmlStr<'_>) -> Option<NameId> {
        let Some(index) = &self.index else {
            return self.entries.iter().rposition(|entry| self.is(entry, name)).map(|at| NameId(at as u32));
        };
        let mut at = index.newest.get(&index.hash(name)).copied().unwrap_or(NONE);
        loop {
            let entry = self.entries.get(at as usize)?;
            if self.is(entry, name) {
                return Some(NameId(at));
            }
            at = entry.next;
        }
    }

    /// What [`add`](Self::add) adds to the size of the table, in bytes.
    pub(super) fn cost(name: XmlStr<'_>) -> usize {
        // The characters, one entry, one place in the index.
        name.as_str().len() + size_of::<Entry>() + size_of::<(u64, u32)>()
    }

    /// Adds a string that is not in the table.
    pub(super) fn add(&mut self, name: XmlStr<'_>) -> Result<NameId> {
        let number = u32::try_from(self.entries.len()).ok().filter(|number| *number != NONE);
        let number =
            number.ok_or_else(|| Error::quota("an XML buffer holds fewer than 2^32 - 1 different names"))?;
        let start = self.text.len();
        self.text.push_str(name.as_str());
        let next = match &mut self.index {
            Some(index) => index.add(name, number),
            None => NONE,
        };
        let (dictionary, id) = (name.dictionary(), name.id());
        self.entries.push(Entry { start, end: self.text.len(), dictionary, id, next });
        if self.index.is_none() && self.entries.len() > Self::FEW {
            self.make_index();
        }
        self.recent[recent_place(name.as_str())] = number;
        Ok(NameId(number))
    }

    #[cold]
    fn make_index(&mut self) {
        let mut index = Box::<Index>::default();
        for number in 0..self.entries.len() {
            let next = self.entries.get(number).map_or(NONE, |e| index.add(self.string(e), number as u32));
            if let Some(entry) = self.entries.get_mut(number) {
                entry.next = next;
            }
        }
        self.index = Some(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Dictionary;

    #[test]
    fn a_name_is_stored_once_for_each_dictionary() {
        let mut names = Names::new();
        let plain = names.add("Envelope".into()).unwrap();
        assert_eq!(names.find(Dictionary::nbfs().get(1).unwrap()), None);
        let nbfs = names.add(Dictionary::nbfs().get(1).unwrap()).unwrap();
        assert_ne!(plain, nbfs);
        assert_eq!(names.find("Envelope".into()), Some(plain));
        assert_eq!(names.find(Dictionary::nbfs().get(1).unwrap()), Some(nbfs));
        assert_eq!(names.get(plain).dictionary(), DictionaryKey::NONE);
        assert_eq!(names.get(nbfs).dictionary(), DictionaryKey::NBFS);
        assert_eq!(names.get(nbfs).as_str(), "Envelope");
    }

    #[test]
    fn few_and_many_names_are_found() {
        let (mut names, mut ids) = (Names::new(), Vec::new());
        let key = DictionaryKey::unique();
        for i in 0..3 * Names::FEW as u32 {
            let text = format!("n{}", i / 3);
            // Each text plain, and twice in a dictionary.
            let name = match i % 3 {
                0 => XmlStr::plain(&text),
                _ => XmlStr::in_dictionary(&text, key, i),
            };
            assert_eq!(names.find(name), None, "{i}");
            ids.push((text.clone(), name.dictionary(), name.id(), names.add(name).unwrap()));
            for (text, dictionary, number, id) in &ids {
                let name = XmlStr::in_dictionary(text, *dictionary, *number);
                assert_eq!(names.find(name), Some(*id));
                let found = names.get(*id);
                assert!(found.as_str() == text && found.id() == *number && found.dictionary() == *dictionary);
            }
        }
        assert!(names.index.is_some());
    }
}
