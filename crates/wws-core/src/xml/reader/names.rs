//! Names in scope: prefixes, namespaces, qualified names, `xml:lang` and `xml:space` (WWSAPI E.3).

use super::Reader;
use crate::{
    Error, Result,
    value::trim,
    xml::{NodeType, XmlStr, name::is_ncname},
};

/// A qualified name that was read from content, with the namespace of its prefix.
///
/// Two are equal when local name and namespace are (Namespaces in XML 1.0 2.1); the prefix does not count.
#[derive(Clone, Debug, Default)]
pub struct QName {
    /// Empty without one.
    pub prefix: String,
    /// The name without its prefix.
    pub local: String,
    /// The namespace of the prefix, or of the default namespace without one.
    pub ns: String,
}

impl QName {
    /// A name without a prefix.
    pub fn new(local: impl Into<String>, ns: impl Into<String>) -> Self {
        QName { prefix: String::new(), local: local.into(), ns: ns.into() }
    }
}

impl PartialEq for QName {
    fn eq(&self, other: &Self) -> bool {
        self.local == other.local && self.ns == other.ns
    }
}

impl Eq for QName {}

impl Reader<'_> {
    /// The namespace that a prefix has here, the empty prefix being the default namespace; `None` if it is not
    /// declared. `WsGetNamespaceFromPrefix`.
    pub fn namespace_from_prefix(&self, prefix: &str) -> Option<XmlStr<'_>> {
        let number = self.core.scope.find(prefix)?;
        Some(self.view().namespace(number))
    }

    /// The prefixes declared here, outer ones first, with their namespaces; the empty one is the default
    /// namespace.
    pub fn namespaces_in_scope(&self) -> impl Iterator<Item = (&str, XmlStr<'_>)> {
        let strings = self.decoder.strings(&self.core);
        self.core.scope.visible().map(move |(prefix, uri)| (prefix, strings.get(uri)))
    }

    /// A prefix that has this namespace here; `None` if there is none.
    pub fn prefix_from_namespace(&self, ns: &str) -> Option<&str> {
        self.core.scope.find_prefix(ns, &self.decoder.strings(&self.core))
    }

    /// Reads the content, or the attribute entered, as a qualified name. `WsReadQualifiedName`.
    ///
    /// ```
    /// # use wws_core::xml::Reader;
    /// let mut reader = Reader::text(b"<type xmlns:x='urn:x'> x:shape </type>");
    /// reader.read_to_start_element("type", "")?;
    /// reader.read_start_element()?;
    /// let name = reader.read_qualified_name()?;
    /// assert_eq!((&*name.local, &*name.ns), ("shape", "urn:x"));
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): it is no qualified name, or its prefix is not
    /// declared.
    pub fn read_qualified_name(&mut self) -> Result<QName> {
        // The text may come in pieces, and the scope is that of the element around it.
        let text: String = self.read_value()?;
        let text = trim(text.as_bytes());
        let text = std::str::from_utf8(text).unwrap_or_default();
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        if !is_ncname(local) || (text.contains(':') && !is_ncname(prefix)) {
            let text = format!("'{}' is not a qualified name", text.escape_debug());
            return Err(self.fail(Error::format(text)));
        }
        match self.outer_namespace(prefix) {
            Some(ns) => Ok(QName { prefix: prefix.to_owned(), local: local.to_owned(), ns }),
            None => Err(self.fail(Error::format(format!("the prefix '{prefix}' is not declared")))),
        }
    }

    /// The namespace of a prefix outside of the start tag that may have followed the text.
    pub(super) fn outer_namespace(&self, prefix: &str) -> Option<String> {
        let hidden = usize::from(self.core.kind == NodeType::Element && self.attribute.is_none());
        let number = self.core.scope.find_outside(prefix, hidden)?;
        Some(self.view().namespace(number).as_str().to_owned())
    }

    /// The value of `xml:lang` or `xml:space` that holds here: of the nearest element around that has one.
    /// `WsGetXmlAttribute`.
    pub fn xml_attribute(&self, local: &str) -> Option<&str> {
        let strings = self.decoder.strings(&self.core);
        self.core.scope.inherited(local, &strings).map(|value| strings.text(value))
    }
}
