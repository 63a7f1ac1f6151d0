//! The two dictionaries of a document: where ids lead.

use super::{
    super::{BinaryDictionaries, Dynamic},
    session::Session,
};
use crate::xml::{
    decode::{Chars, Dictionaries, Lookup, Store, outside},
    dictionary::Dictionary,
};

/// The static dictionary (even ids) and the dynamic one (odd ids).
#[derive(Debug)]
pub(crate) struct Tables {
    given: BinaryDictionaries,
    pub(super) session: Session,
}

impl Tables {
    pub(super) fn new(given: BinaryDictionaries, session: Session) -> Self {
        Tables { given, session }
    }

    /// Whether the document starts with strings for the session that were not read yet.
    #[inline]
    pub(super) fn wait_for_strings(&self) -> bool {
        matches!(self.given.dynamic, Dynamic::Session) && !self.session.is_read()
    }

    /// The dictionary that [`Store::Static`] or [`Store::Dynamic`] means.
    #[inline]
    pub(super) fn dictionary(&self, store: Store) -> Option<&Dictionary> {
        match (store, &self.given.dynamic) {
            (Store::Static, _) => self.given.fixed.as_deref(),
            (_, Dynamic::Session) => Some(self.session.dictionary()),
            (_, Dynamic::Table(table)) => Some(table),
            (_, Dynamic::None) => None,
        }
    }

    /// The characters of a string whose id was found to be good.
    #[inline]
    pub(crate) fn text_of(&self, chars: Chars) -> &str {
        self.dictionary(chars.store()).and_then(|d| d.text(chars.start())).unwrap_or_default()
    }

    pub(crate) fn dictionaries(&self) -> Dictionaries<'_> {
        Dictionaries { fixed: self.dictionary(Store::Static), dynamic: self.dictionary(Store::Dynamic) }
    }
}

impl Lookup for Tables {
    #[inline]
    fn text<'s>(&'s self, scratch: &'s str, chars: Chars) -> &'s str {
        match chars.store() {
            Store::Static | Store::Dynamic => self.text_of(chars),
            _ => outside(scratch, chars),
        }
    }
}
