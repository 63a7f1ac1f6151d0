//! The dictionaries that binary input needs, and where they come from.

use crate::xml::dictionary::DictionaryRef;

/// The dictionaries of binary input. Both sides must agree on them.
#[derive(Clone, Debug, Default)]
pub struct BinaryDictionaries {
    /// Of the even ids. `None`: no even id is known.
    pub fixed: Option<DictionaryRef>,
    /// Of the odd ids.
    pub dynamic: Dynamic,
}

/// Where the strings with odd ids come from.
#[derive(Clone, Debug, Default)]
pub enum Dynamic {
    /// There are none.
    #[default]
    None,
    /// A table that the caller brings.
    Table(DictionaryRef),
    /// Each document begins with the strings it adds, MC-NBFSE 2.1; the reader keeps them from one
    /// [`set_input`](crate::xml::Reader::set_input) to the next, until
    /// [`end_session`](crate::xml::Reader::end_session).
    Session,
}
