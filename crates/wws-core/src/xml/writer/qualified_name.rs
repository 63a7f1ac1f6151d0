//! Qualified names as text.

use super::{State, Writer};
use crate::{
    Error, Result,
    xml::{XmlStr, name::is_ncname},
};

impl Writer {
    /// Writes a qualified name as text, with a prefix that the writer chooses: `WsWriteQualifiedName` without prefix.
    ///
    /// A prefix that is not in scope is declared, which is possible only in a start tag: in an attribute, or as the
    /// first content of an element.
    ///
    /// # Errors
    /// `InvalidFormat` if the name is no NCName, or if no prefix is in scope and none can be declared.
    pub fn qualified_name<'n>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<()> {
        let result = self.try_qualified_name(None, local.into(), Some(ns.into()));
        self.settle(result)
    }

    /// Writes a qualified name with this prefix: `WsWriteQualifiedName`. With a namespace, the prefix has to be bound
    /// to it.
    ///
    /// # Errors
    /// As [`qualified_name`](Writer::qualified_name); `InvalidFormat` if the prefix is not bound to the namespace.
    pub fn qualified_name_with_prefix<'n>(
        &mut self,
        prefix: &str,
        local: impl Into<XmlStr<'n>>,
        ns: Option<XmlStr<'n>>,
    ) -> Result<()> {
        let result = self.try_qualified_name(Some(prefix), local.into(), ns);
        self.settle(result)
    }

    pub(super) fn check_qualified_name(&self, prefix: &str, local: &str, ns: Option<&str>) -> Result<()> {
        if !is_ncname(local) || !(prefix.is_empty() || is_ncname(prefix)) {
            return Err(Error::format(format!("\"{prefix}:{local}\" is not a qualified name")));
        }
        let Some(ns) = ns else { return Ok(()) };
        match self.scopes.find_prefix(prefix) {
            Some(id) if self.scopes.ns(id) == ns => Ok(()),
            _ => Err(Error::format(format!(
                "the prefix \"{prefix}\" is not bound to the namespace \"{ns}\" here"
            ))),
        }
    }

    fn try_qualified_name(
        &mut self,
        prefix: Option<&str>,
        local: XmlStr<'_>,
        ns: Option<XmlStr<'_>>,
    ) -> Result<()> {
        let binding = match (prefix, ns) {
            (Some(prefix), ns) => {
                self.check_qualified_name(prefix, local.as_str(), ns.map(|ns| ns.as_str()))?;
                return self.write_qualified_name(prefix, local, ns.map_or("", |ns| ns.as_str()));
            }
            (None, None) => return Err(Error::argument("a qualified name needs a prefix or a namespace")),
            (None, Some(ns)) => {
                if !is_ncname(local.as_str()) {
                    return Err(Error::format(format!("\"{}\" is not a name", local.as_str())));
                }
                if matches!(self.state, State::Tag | State::Attribute) {
                    let tag = self.tag_scope();
                    self.scopes.bind_name(None, ns, tag, true)?
                } else {
                    let found = self.scopes.find_namespace(ns.as_str(), self.scopes.len(), true);
                    found.ok_or_else(|| {
                        Error::format(format!(
                            "no prefix in scope is bound to the namespace \"{}\"",
                            ns.as_str()
                        ))
                    })?
                }
            }
        };
        let prefix = self.scopes.prefix(binding).to_owned();
        let ns = self.scopes.ns(binding).to_owned();
        self.write_qualified_name(&prefix, local, &ns)
    }

    fn write_qualified_name(&mut self, prefix: &str, local: XmlStr<'_>, ns: &str) -> Result<()> {
        if self.state == State::Attribute {
            self.attribute_gets_value()?;
            return self.encoder.attribute_qualified_name(&mut self.out, prefix, local, ns);
        }
        self.begin_text(|| false)?;
        self.encoder.qualified_name(&mut self.out, prefix, local, ns)
    }
}
