//! Dictionaries of the binary encoding, and strings that remember which dictionary they come from.

use super::name::is_ncname;
use std::{
    collections::HashMap,
    ops::Deref,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

pub mod nbfs;

/// Names a dictionary within this process; `WS_XML_DICTIONARY.guid` plays this part in C. Never on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DictionaryKey(u32);

impl DictionaryKey {
    /// No dictionary: a plain string.
    pub const NONE: DictionaryKey = DictionaryKey(0);
    /// The static dictionary of MC-NBFS.
    pub const NBFS: DictionaryKey = DictionaryKey(1);

    /// A key that no other dictionary of this process has.
    pub fn unique() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(2);
        DictionaryKey(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A table of strings that both sides know, so that a string travels as its number.
///
/// ```
/// use wws_core::xml::Dictionary;
/// let d = Dictionary::new(["shape", "circle"]);
/// assert_eq!(d.find("circle"), Some(1));
/// assert_eq!(d.get(0).unwrap().as_str(), "shape");
/// ```
#[derive(Debug)]
pub struct Dictionary {
    key: DictionaryKey,
    entries: Vec<Entry>,
    index: OnceLock<HashMap<Box<str>, u32>>,
}

#[derive(Debug)]
struct Entry {
    text: Box<str>,
    name_length: u32,
}

/// The length of a name, 0 of what is no name.
fn name_length(text: &str) -> u32 {
    if is_ncname(text) { text.len() as u32 } else { 0 }
}

impl Entry {
    fn new(text: Box<str>) -> Self {
        Entry { name_length: name_length(&text), text }
    }
}

impl Dictionary {
    /// The static dictionary of MC-NBFS, which SOAP and WCF share.
    pub fn nbfs() -> &'static Dictionary {
        static NBFS: OnceLock<Dictionary> = OnceLock::new();
        NBFS.get_or_init(|| Dictionary::with_key(DictionaryKey::NBFS, nbfs::STRINGS.iter().copied()))
    }

    /// A dictionary of one's own; a string's number is its place.
    pub fn new<S: Into<Box<str>>>(strings: impl IntoIterator<Item = S>) -> Self {
        Self::with_key(DictionaryKey::unique(), strings)
    }

    fn with_key<S: Into<Box<str>>>(key: DictionaryKey, strings: impl IntoIterator<Item = S>) -> Self {
        let entries = strings.into_iter().map(|s| Entry::new(s.into())).collect();
        Dictionary { key, entries, index: OnceLock::new() }
    }

    /// Adds a string at the end.
    pub(crate) fn push(&mut self, text: &str) {
        self.entries.push(Entry::new(text.into()));
        self.index = OnceLock::new();
    }

    /// What tells this dictionary from every other in the process.
    pub fn key(&self) -> DictionaryKey {
        self.key
    }

    /// How many strings it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no string.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The string with number `id`.
    pub fn get(&self, id: u32) -> Option<XmlStr<'_>> {
        Some(XmlStr { text: self.text(id)?, dictionary: self.key, id })
    }

    /// The characters of the string with number `id`.
    #[inline]
    pub(crate) fn text(&self, id: u32) -> Option<&str> {
        self.entries.get(id as usize).map(|e| &*e.text)
    }

    /// The length of the string with number `id`, if it can name an element or attribute.
    #[inline]
    pub(crate) fn name_length(&self, id: u32) -> Option<u32> {
        self.entries.get(id as usize).map(|e| e.name_length).filter(|&length| length > 0)
    }

    /// The number of a string. The first call builds an index.
    pub fn find(&self, text: &str) -> Option<u32> {
        let index = self.index.get_or_init(|| {
            let mut map = HashMap::with_capacity(self.len());
            for id in 0..self.len() as u32 {
                if let Some(s) = self.get(id) {
                    map.entry(s.text.into()).or_insert(id);
                }
            }
            map
        });
        index.get(text).copied()
    }
}

/// A dictionary that is static or shared.
#[derive(Clone, Debug)]
pub enum DictionaryRef {
    /// One that lives as long as the program.
    Static(&'static Dictionary),
    /// One that is shared by counting.
    Shared(Arc<Dictionary>),
}

impl Deref for DictionaryRef {
    type Target = Dictionary;

    fn deref(&self) -> &Dictionary {
        match self {
            DictionaryRef::Static(dictionary) => dictionary,
            DictionaryRef::Shared(dictionary) => dictionary,
        }
    }
}

impl From<&'static Dictionary> for DictionaryRef {
    fn from(dictionary: &'static Dictionary) -> Self {
        DictionaryRef::Static(dictionary)
    }
}

impl From<Arc<Dictionary>> for DictionaryRef {
    fn from(dictionary: Arc<Dictionary>) -> Self {
        DictionaryRef::Shared(dictionary)
    }
}

/// A string that may know its place in a dictionary: `WS_XML_STRING`.
///
/// Anything that takes an `impl Into<XmlStr>` takes a plain `&str` too. Two are equal when their characters are.
#[derive(Clone, Copy, Debug)]
pub struct XmlStr<'a> {
    text: &'a str,
    dictionary: DictionaryKey,
    id: u32,
}

impl<'a> XmlStr<'a> {
    /// A string that stands in dictionary `dictionary` under the number `id`.
    pub const fn in_dictionary(text: &'a str, dictionary: DictionaryKey, id: u32) -> Self {
        XmlStr { text, dictionary, id }
    }

    /// A string in no dictionary.
    pub const fn plain(text: &'a str) -> Self {
        XmlStr { text, dictionary: DictionaryKey::NONE, id: 0 }
    }

    /// The characters.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The dictionary it stands in, or [`DictionaryKey::NONE`].
    pub const fn dictionary(&self) -> DictionaryKey {
        self.dictionary
    }

    /// Its number in the dictionary; 0 without one.
    pub const fn id(&self) -> u32 {
        self.id
    }
}

impl XmlStr<'_> {
    /// Whether it is the string with number `id` of the dictionary: the short cut to a comparison of characters.
    #[inline]
    pub(crate) fn is_same_entry(&self, dictionary: DictionaryKey, id: u32) -> bool {
        self.dictionary != DictionaryKey::NONE && self.dictionary == dictionary && self.id == id
    }
}

impl<'a> From<&'a str> for XmlStr<'a> {
    fn from(text: &'a str) -> Self {
        XmlStr::plain(text)
    }
}

impl<'a> From<&'a String> for XmlStr<'a> {
    fn from(text: &'a String) -> Self {
        XmlStr::plain(text)
    }
}

impl PartialEq for XmlStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        // The pair (dictionary, id) is only a short cut: one string may stand in two dictionaries.
        self.is_same_entry(other.dictionary, other.id) || self.text == other.text
    }
}

impl Eq for XmlStr<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nbfs_has_the_published_numbers() {
        let d = Dictionary::nbfs();
        assert_eq!(d.get(1).unwrap().as_str(), "Envelope"); // MC-NBFS 2.2: id 2 on the wire
        assert_eq!(d.find("http://www.w3.org/2003/05/soap-envelope"), Some(2));
        assert_eq!(d.get(d.len() as u32), None);
    }

    #[test]
    fn strings_are_equal_by_their_characters() {
        let (a, b) = (Dictionary::new(["x"]), Dictionary::new(["y", "x"]));
        assert_ne!(a.key(), b.key());
        assert_eq!(a.get(0).unwrap(), b.get(1).unwrap());
        assert_eq!(a.get(0).unwrap(), XmlStr::from("x"));
        assert_ne!(a.get(0).unwrap(), b.get(0).unwrap());
    }
}
