//! Names of elements and attributes, and how often an element may stand.

use crate::xml::{Reader, XmlStr};
use std::fmt;

/// The name of an element or attribute with its namespace.
///
/// ```
/// use wws_core::typed::Name;
/// const ORDER: Name<'static> = Name::new("order", "urn:shop");
/// assert_eq!(ORDER.to_string(), "<order> of the namespace 'urn:shop'");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'n> {
    /// The name without a prefix.
    pub local: XmlStr<'n>,
    /// The namespace; empty for none.
    pub ns: XmlStr<'n>,
}

impl<'n> Name<'n> {
    /// A name in no dictionary.
    pub const fn new(local: &'n str, ns: &'n str) -> Self {
        Name { local: XmlStr::plain(local), ns: XmlStr::plain(ns) }
    }

    /// Whether the reader stands on the start tag of an element of this name.
    #[inline]
    pub fn is_at(&self, reader: &Reader<'_>) -> bool {
        reader.element().is_some_and(|e| e.is(self.local, self.ns))
    }
}

/// The element as an error text shows it.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ns.as_str() {
            "" => write!(f, "<{}>", self.local.as_str()),
            ns => write!(f, "<{}> of the namespace '{ns}'", self.local.as_str()),
        }
    }
}

/// How many items a list may have unless the field says `#[xml(max = …)]`: 1,048,576.
pub const MAX_ITEMS: usize = 1 << 20;

/// A field that elements stand for: their name, and how many there may be if it is a list.
#[derive(Clone, Copy, Debug)]
pub struct Field<'n> {
    /// The element; of a list with a wrapper, the wrapper.
    pub name: Name<'n>,
    /// The items of a list with a wrapper; otherwise the same as `name`.
    pub item: Name<'n>,
    /// The least number of items of a list; 0 by default.
    pub min: usize,
    /// The greatest number of items of a list; [`MAX_ITEMS`] by default.
    pub max: usize,
}

impl<'n> Field<'n> {
    /// A field for an element, or for any number of them.
    pub const fn new(name: Name<'n>) -> Self {
        Field { name, item: name, min: 0, max: MAX_ITEMS }
    }

    /// The field that the items in the wrapper are.
    pub const fn items(&self) -> Self {
        Field { name: self.item, ..*self }
    }
}
