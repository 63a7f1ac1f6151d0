//! Attributes and namespace declarations.

use super::{Encoder, Name, State, Writer, element::bad_name, scope::BindingId, value::by_kind};
use crate::{
    Error, Result,
    xml::{
        Text, XmlStr, binary::scalar::Scalar, encode::AttributeContent as Content, name::is_ncname,
        output::Output,
    },
};

/// The attributes of the start tag being written.
#[derive(Default)]
pub(super) struct Attributes {
    /// Each with its namespace and the end of its name in `names`.
    list: Vec<(BindingId, usize)>,
    names: String,
    /// Attributes and explicit declarations, for the quota.
    count: u32,
    /// What the value of the attribute being written consists of so far.
    content: Content,
}

impl Attributes {
    #[inline]
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.names.clear();
        self.count = 0;
    }

    /// Adds an attribute; `false` if there is one of that name (XML 1.0 3.1, Namespaces in XML 1.0 section
    /// 6.3).
    #[inline]
    fn add(&mut self, binding: BindingId, local: &str, same: impl Fn(BindingId, BindingId) -> bool) -> bool {
        let mut start = 0;
        for &(other, end) in &self.list {
            if self.names.get(start..end) == Some(local) && same(other, binding) {
                return false;
            }
            start = end;
        }
        self.names.push_str(local);
        self.list.push((binding, self.names.len()));
        true
    }
}

impl Writer {
    /// Writes an attribute: [`start_attribute`](Writer::start_attribute), the value, the end.
    ///
    /// # Errors
    /// As [`start_attribute`](Writer::start_attribute) and [`value`](Writer::value).
    #[inline]
    pub fn attribute<'n, 'v>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        value: impl Into<Text<'v>>,
    ) -> Result<()> {
        let name = Name { prefix: None, local: local.into(), ns: ns.into() };
        by_kind!(value.into(), scalar => self.scalar_attribute(&name, scalar), chars => self.chars_attribute(&name, chars), other => self.any_attribute(&name, &other))
    }

    /// Writes an attribute with this prefix.
    ///
    /// # Errors
    /// As [`start_attribute_with_prefix`](Writer::start_attribute_with_prefix) and [`value`](Writer::value).
    #[inline]
    pub fn attribute_with_prefix<'n, 'v>(
        &mut self,
        prefix: &str,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        value: impl Into<Text<'v>>,
    ) -> Result<()> {
        let name = Name { prefix: Some(prefix), local: local.into(), ns: ns.into() };
        by_kind!(value.into(), scalar => self.scalar_attribute(&name, scalar), chars => self.chars_attribute(&name, chars), other => self.any_attribute(&name, &other))
    }

    /// Starts an attribute with a prefix that the writer chooses: `WsWriteStartAttribute` without prefix.
    ///
    /// The value follows: any number of [`chars`](Writer::chars), or any number of [`bytes`](Writer::bytes),
    /// or one [`value`](Writer::value). `single_quote` chooses the quotes where the encoding has any.
    ///
    /// # Errors
    /// `InvalidOperation` outside a start tag; `InvalidFormat` if the name is no NCName or the element has the
    /// attribute already; `QuotaExceeded` beyond [`max_attributes`](super::WriterOptions::max_attributes).
    pub fn start_attribute<'n>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        single_quote: bool,
    ) -> Result<()> {
        let name = Name { prefix: None, local: local.into(), ns: ns.into() };
        let result = self.try_start_attribute(&name, single_quote);
        self.settle(result)
    }

    /// Starts an attribute with this prefix: `WsWriteStartAttribute`.
    ///
    /// # Errors
    /// As [`start_attribute`](Writer::start_attribute); `InvalidFormat` for a prefix without a namespace,
    /// and for one that the start tag binds to another namespace.
    pub fn start_attribute_with_prefix<'n>(
        &mut self,
        prefix: &str,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        single_quote: bool,
    ) -> Result<()> {
        let name = Name { prefix: Some(prefix), local: local.into(), ns: ns.into() };
        let result = self.try_start_attribute(&name, single_quote);
        self.settle(result)
    }

    /// Ends the attribute: `WsWriteEndAttribute`.
    ///
    /// # Errors
    /// `InvalidOperation` if none is being written.
    pub fn end_attribute(&mut self) -> Result<()> {
        if self.state != State::Attribute {
            return Err(self.not_now("the end of an attribute"));
        }
        let result = self.check_surrogate().and_then(|()| {
            self.state = State::Tag;
            self.encoder.end_attribute(&mut self.out, self.attributes.content)
        });
        self.settle(result)
    }

    /// Declares a namespace on the start tag: `WsWriteXmlnsAttribute`. One that is in scope with the same
    /// prefix is left out. The empty prefix declares the default namespace.
    ///
    /// # Errors
    /// `InvalidOperation` outside a start tag; `InvalidFormat` if the start tag uses the prefix for another
    /// namespace or the namespace is empty and the prefix is not; `QuotaExceeded` beyond
    /// [`max_namespaces`](super::WriterOptions::max_namespaces) and `max_attributes`.
    pub fn xmlns_attribute<'n>(
        &mut self,
        prefix: &str,
        ns: impl Into<XmlStr<'n>>,
        single_quote: bool,
    ) -> Result<()> {
        let result = self.try_xmlns_attribute(Some(prefix), ns.into(), single_quote);
        self.settle(result)
    }

    /// Declares a namespace with a prefix that the writer chooses, unless one is in scope.
    ///
    /// # Errors
    /// As [`xmlns_attribute`](Writer::xmlns_attribute).
    pub fn xmlns_attribute_without_prefix<'n>(
        &mut self,
        ns: impl Into<XmlStr<'n>>,
        single_quote: bool,
    ) -> Result<()> {
        let result = self.try_xmlns_attribute(None, ns.into(), single_quote);
        self.settle(result)
    }

    fn scalar_attribute<T: Scalar>(&mut self, name: &Name<'_>, value: T) -> Result<()> {
        let result = self.try_attribute(name, |encoder, out| match encoder {
            Encoder::Text(_) => {
                value.append_to(&mut out.buffer);
                Ok(())
            }
            Encoder::Binary(_) => {
                value.append_record(&mut out.buffer);
                Ok(())
            }
            other => other.attribute_value(out, &value.into()),
        });
        self.settle(result)
    }

    fn chars_attribute(&mut self, name: &Name<'_>, chars: &str) -> Result<()> {
        let result = self.try_attribute(name, |encoder, out| match encoder {
            Encoder::Text(text) => text.attribute_chars(out, chars),
            Encoder::Binary(binary) => binary.attribute_text(out, chars),
            other => other.attribute_value(out, &Text::Utf8(chars)),
        });
        self.settle(result)
    }

    fn any_attribute(&mut self, name: &Name<'_>, value: &Text<'_>) -> Result<()> {
        let result = self
            .check_value(value)
            .and_then(|()| self.try_attribute(name, |encoder, out| encoder.attribute_value(out, value)));
        self.settle(result)
    }

    #[inline]
    fn try_attribute(
        &mut self,
        name: &Name<'_>,
        value: impl FnOnce(&mut Encoder, &mut Output) -> Result<()>,
    ) -> Result<()> {
        self.try_start_attribute(name, false)?;
        value(&mut self.encoder, &mut self.out)?;
        self.state = State::Tag;
        self.encoder.end_attribute(&mut self.out, Content::Value)
    }

    #[inline]
    fn try_start_attribute(&mut self, name: &Name<'_>, single_quote: bool) -> Result<()> {
        self.count_attribute("an attribute")?;
        let (local, ns) = (name.local.as_str(), name.ns.as_str());
        if !is_ncname(local) {
            return Err(bad_name(local, "attribute"));
        }
        let tag = self.tag_scope();
        let binding = self.scopes.bind_name(name.prefix, name.ns, tag, false)?;
        let scopes = &self.scopes;
        if !self.attributes.add(binding, local, |a, b| a == b || scopes.ns(a) == scopes.ns(b)) {
            return Err(duplicate(local, ns));
        }
        let prefix = self.scopes.prefix(binding);
        self.encoder.start_attribute(&mut self.out, prefix, name.local, name.ns, single_quote)?;
        self.attributes.content = Content::Nothing;
        self.state = State::Attribute;
        Ok(())
    }

    fn try_xmlns_attribute(
        &mut self,
        prefix: Option<&str>,
        ns: XmlStr<'_>,
        single_quote: bool,
    ) -> Result<()> {
        self.count_attribute("a namespace declaration")?;
        let tag = self.tag_scope();
        self.scopes.declare_explicitly(prefix, ns, single_quote, tag)
    }

    #[inline]
    fn count_attribute(&mut self, what: &str) -> Result<()> {
        if self.state != State::Tag {
            return Err(self.not_now(what));
        }
        self.attributes.count += 1;
        if self.attributes.count > self.options.max_attributes {
            let max = self.options.max_attributes;
            return Err(Error::quota(format!(
                "more than {max} attributes on an element: raise max_attributes"
            )));
        }
        Ok(())
    }

    /// Notes that the value being written gets characters.
    pub(super) fn attribute_gets_chars(&mut self) -> Result<()> {
        self.attribute_gets(Content::Chars)
    }

    /// Notes that the value being written gets bytes.
    pub(super) fn attribute_gets_bytes(&mut self) -> Result<()> {
        self.attribute_gets(Content::Bytes)
    }

    /// Notes that the value being written is a typed one.
    pub(super) fn attribute_gets_value(&mut self) -> Result<()> {
        self.attribute_gets(Content::Value)
    }

    fn attribute_gets(&mut self, content: Content) -> Result<()> {
        let before = std::mem::replace(&mut self.attributes.content, content);
        if before == Content::Nothing || (before == content && content != Content::Value) {
            return Ok(());
        }
        self.attributes.content = before;
        Err(Error::operation(
            "the value of an attribute is one typed value, or characters, or bytes: they do not mix",
        ))
    }
}

#[cold]
fn duplicate(local: &str, ns: &str) -> Error {
    let of = if ns.is_empty() { String::new() } else { format!(" of the namespace \"{ns}\"") };
    Error::format(format!("the element has an attribute \"{local}\"{of} already"))
}
