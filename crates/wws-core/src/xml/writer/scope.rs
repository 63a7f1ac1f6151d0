//! Which prefixes are bound to which namespaces, and which prefix a name gets.

use crate::{
    Error, Result,
    xml::{
        DictionaryKey, XmlStr,
        name::{is_ncname, is_same},
    },
};

/// The namespace of `xml:lang` and `xml:space`, Namespaces in XML 1.0 section 3.
pub(crate) const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of declarations themselves, which nobody may declare.
pub(crate) const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// The number of a binding.
pub(super) type BindingId = u32;
/// No prefix, no namespace.
pub(super) const UNBOUND: BindingId = 0;
/// The bindings that are always there: none, and `xml`.
const PREDECLARED: usize = 2;

/// The namespace declarations in scope, innermost last.
pub(super) struct Scopes {
    /// Those in scope come first; the others keep their memory for the next.
    bindings: Vec<Binding>,
    live: usize,
    /// Bindings that the attributes of the start tag being written refer to.
    used: Vec<BindingId>,
    max: usize,
}

#[derive(Default)]
struct Binding {
    prefix: String,
    ns: String,
    dictionary: DictionaryKey,
    id: u32,
    single_quote: bool,
}

/// A prefix and what it is bound to.
pub(super) struct Declaration<'a> {
    pub(super) prefix: &'a str,
    pub(super) ns: XmlStr<'a>,
    pub(super) single_quote: bool,
}

/// The start tag being written: the binding of its element, its first declaration, its depth from 1.
#[derive(Clone, Copy)]
pub(super) struct TagScope {
    pub(super) element: BindingId,
    pub(super) first: usize,
    pub(super) depth: usize,
}

impl Scopes {
    pub(super) fn new(max: u32) -> Self {
        let mut scopes = Scopes { bindings: Vec::new(), live: 0, used: Vec::new(), max: usize::MAX };
        scopes.push("", XmlStr::plain(""), false);
        scopes.push("xml", XmlStr::plain(XML_NAMESPACE), false);
        scopes.max = max as usize + PREDECLARED;
        scopes
    }

    pub(super) fn reset(&mut self, max: u32) {
        self.truncate(PREDECLARED);
        self.used.clear();
        self.max = max as usize + PREDECLARED;
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.live
    }

    #[inline]
    pub(super) fn prefix(&self, id: BindingId) -> &str {
        &self.bindings[id as usize].prefix
    }

    #[inline]
    pub(super) fn ns(&self, id: BindingId) -> &str {
        &self.bindings[id as usize].ns
    }

    /// The namespace with its place in a dictionary.
    pub(super) fn ns_string(&self, id: BindingId) -> XmlStr<'_> {
        let binding = &self.bindings[id as usize];
        XmlStr::in_dictionary(&binding.ns, binding.dictionary, binding.id)
    }

    pub(super) fn declaration(&self, id: usize) -> Declaration<'_> {
        let id = id as BindingId;
        let single_quote = self.bindings[id as usize].single_quote;
        Declaration { prefix: self.prefix(id), ns: self.ns_string(id), single_quote }
    }

    /// Declares what an element declares that is open already, and gives the binding of its name.
    pub(super) fn reopen<'a>(
        &mut self,
        declarations: impl Iterator<Item = (&'a str, XmlStr<'a>, bool)>,
        prefix: &str,
        ns: XmlStr<'_>,
    ) -> Result<BindingId> {
        for (prefix, ns, single_quote) in declarations {
            self.declare(prefix, ns, single_quote)?;
        }
        self.bind_element(Some(prefix), ns, UNBOUND)
    }

    /// Forgets the declarations from `first` on: their element has ended.
    #[inline]
    pub(super) fn truncate(&mut self, first: usize) {
        self.live = self.live.min(first);
    }

    /// The binding for the name of an element, which starts here; `parent` is that of the element around it.
    #[inline(always)]
    pub(super) fn bind_element(
        &mut self,
        prefix: Option<&str>,
        ns: XmlStr<'_>,
        parent: BindingId,
    ) -> Result<BindingId> {
        // Most elements are in the namespace of their parent, whose prefix nothing in between can have rebound.
        if !self.used.is_empty() {
            self.used.clear();
        }
        let binding = &self.bindings[parent as usize];
        let is_same = ns.is_same_entry(binding.dictionary, binding.id) || is_same(&binding.ns, ns.as_str());
        if is_same && prefix.is_none_or(|prefix| prefix == binding.prefix) {
            return Ok(parent);
        }
        self.bind_element_slow(prefix, ns)
    }

    fn bind_element_slow(&mut self, prefix: Option<&str>, ns: XmlStr<'_>) -> Result<BindingId> {
        let prefix = match prefix {
            Some(prefix) => prefix,
            None if ns.as_str().is_empty() => "",
            None => match self.find_namespace(ns.as_str(), self.len(), true) {
                Some(id) => return Ok(id),
                // Nobody has named a prefix: the element declares its namespace as the default one.
                None => "",
            },
        };
        match self.find_prefix(prefix) {
            Some(id) if self.ns(id) == ns.as_str() => Ok(id),
            _ => self.declare(prefix, ns, false),
        }
    }

    /// The binding for the name of an attribute, or for a qualified name (`for_value`), of the start tag.
    #[inline]
    pub(super) fn bind_name(
        &mut self,
        prefix: Option<&str>,
        ns: XmlStr<'_>,
        tag: TagScope,
        for_value: bool,
    ) -> Result<BindingId> {
        if ns.as_str().is_empty() && !for_value && prefix.is_none_or(str::is_empty) {
            return Ok(UNBOUND);
        }
        self.bind_name_slowly(prefix, ns, tag, for_value)
    }

    fn bind_name_slowly(
        &mut self,
        prefix: Option<&str>,
        ns: XmlStr<'_>,
        tag: TagScope,
        for_value: bool,
    ) -> Result<BindingId> {
        if let Some(prefix) = prefix
            && ns.as_str().is_empty()
            && !for_value
        {
            return Err(without_namespace(prefix));
        }
        // An attribute without a prefix has no namespace: one that has, needs a prefix.
        let prefix = prefix.filter(|prefix| for_value || !prefix.is_empty());
        let id = match prefix {
            Some(prefix) => match self.find_prefix(prefix) {
                Some(id) if self.ns(id) == ns.as_str() => id,
                _ => self.declare_here(prefix, ns, false, tag)?,
            },
            None => match self.find_namespace(ns.as_str(), self.len(), for_value) {
                Some(id) => id,
                // Only without a prefix a name is in no namespace (Namespaces in XML 1.0 6.2).
                None if ns.as_str().is_empty() => {
                    self.declare_here("", ns, false, tag).map_err(|_| default_in_the_way())?
                }
                None => self.declare_generated(ns, false, tag)?,
            },
        };
        self.used.push(id);
        Ok(id)
    }

    /// Declares a prefix on the start tag, unless it is bound to the namespace already.
    pub(super) fn declare_explicitly(
        &mut self,
        prefix: Option<&str>,
        ns: XmlStr<'_>,
        single_quote: bool,
        tag: TagScope,
    ) -> Result<()> {
        let bound = match prefix {
            Some(prefix) => self.find_prefix(prefix).filter(|&id| self.ns(id) == ns.as_str()),
            None => self.find_namespace(ns.as_str(), self.len(), true),
        };
        if bound.is_none() {
            match prefix {
                Some(prefix) => self.declare_here(prefix, ns, single_quote, tag)?,
                None => self.declare_generated(ns, single_quote, tag)?,
            };
        }
        Ok(())
    }

    /// The innermost binding of a prefix.
    pub(super) fn find_prefix(&self, prefix: &str) -> Option<BindingId> {
        (0..self.len() as BindingId).rev().find(|&id| self.prefix(id) == prefix)
    }

    /// A binding to a namespace, among the first `visible`, that no inner one hides.
    pub(super) fn find_namespace(&self, ns: &str, visible: usize, with_default: bool) -> Option<BindingId> {
        (0..visible as BindingId).rev().find(|&id| {
            self.ns(id) == ns
                && (with_default || !self.prefix(id).is_empty())
                && (id + 1..visible as BindingId).all(|inner| self.prefix(inner) != self.prefix(id))
        })
    }

    fn declare_here(
        &mut self,
        prefix: &str,
        ns: XmlStr<'_>,
        single_quote: bool,
        tag: TagScope,
    ) -> Result<BindingId> {
        let declared = tag.first as BindingId..self.len() as BindingId;
        let taken = declared.chain([tag.element]).chain(self.used.iter().copied());
        if let Some(id) = taken.into_iter().find(|&id| self.prefix(id) == prefix) {
            return Err(rebound(prefix, self.ns(id), ns.as_str()));
        }
        self.declare(prefix, ns, single_quote)
    }

    /// Declares a prefix that nobody is likely to choose: `d`, the depth, `p`, a number, as Microsoft's
    /// writers do.
    fn declare_generated(&mut self, ns: XmlStr<'_>, single_quote: bool, tag: TagScope) -> Result<BindingId> {
        let mut number = 1;
        loop {
            let prefix = format!("d{}p{number}", tag.depth);
            if self.find_prefix(&prefix).is_none() {
                return self.declare(&prefix, ns, single_quote);
            }
            number += 1;
        }
    }

    fn declare(&mut self, prefix: &str, ns: XmlStr<'_>, single_quote: bool) -> Result<BindingId> {
        // Namespaces in XML 1.0 section 3.
        if prefix == "xmlns"
            || (prefix == "xml") != (ns.as_str() == XML_NAMESPACE)
            || ns.as_str() == XMLNS_NAMESPACE
        {
            let text = format!(
                "the prefix \"{prefix}\" cannot be bound to the namespace \"{}\": XML reserves it",
                ns.as_str()
            );
            return Err(Error::format(text));
        }
        if !prefix.is_empty() {
            if ns.as_str().is_empty() {
                return Err(without_namespace(prefix));
            }
            if !is_ncname(prefix) {
                return Err(Error::format(format!(
                    "\"{prefix}\" is not a prefix: a name without a colon expected"
                )));
            }
        }
        if self.len() >= self.max {
            let max = self.max - PREDECLARED;
            return Err(Error::quota(format!("more than {max} namespaces in scope: raise max_namespaces")));
        }
        Ok(self.push(prefix, ns, single_quote))
    }

    fn push(&mut self, prefix: &str, ns: XmlStr<'_>, single_quote: bool) -> BindingId {
        let id = self.live;
        if id == self.bindings.len() {
            self.bindings.push(Binding::default());
        }
        let binding = &mut self.bindings[id];
        binding.prefix.clear();
        binding.prefix.push_str(prefix);
        binding.ns.clear();
        binding.ns.push_str(ns.as_str());
        (binding.dictionary, binding.id, binding.single_quote) = (ns.dictionary(), ns.id(), single_quote);
        self.live += 1;
        id as BindingId
    }
}

#[cold]
fn without_namespace(prefix: &str) -> Error {
    Error::format(format!("the prefix \"{prefix}\" needs a namespace: give one, or an empty prefix"))
}

#[cold]
fn default_in_the_way() -> Error {
    Error::format(
        "a qualified name in no namespace cannot stand here, because the start tag needs a default namespace: start \
         the element with a prefix, or give the name a namespace",
    )
}

#[cold]
fn rebound(prefix: &str, old: &str, new: &str) -> Error {
    Error::format(format!(
        "the start tag binds the prefix \"{prefix}\" to the namespace \"{old}\" already; it cannot be \"{new}\" too"
    ))
}
