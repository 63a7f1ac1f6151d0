//! Elements: start and end tags.

use super::{
    Element, Encoder, Name, State, Writer,
    scope::{BindingId, UNBOUND},
};
use crate::{
    Error, Result,
    xml::{XmlStr, name::is_ncname},
};

impl Writer {
    /// Starts an element with a prefix that the writer chooses: `WsWriteStartElement` without prefix.
    ///
    /// Attributes may follow, until content, a child or the end of the element comes.
    ///
    /// # Errors
    /// `InvalidFormat` if the name is no NCName; `QuotaExceeded` beyond
    /// [`max_depth`](super::WriterOptions::max_depth) and `max_namespaces`; `InvalidOperation` in an
    /// attribute or a CDATA section, and for a second element at the root unless
    /// [`allow_fragment`](super::WriterOptions::allow_fragment) is set (WWSAPI F.2).
    #[inline]
    pub fn start_element<'n>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<()> {
        self.start(&Name { prefix: None, local: local.into(), ns: ns.into() })
    }

    /// Starts an element with this prefix: `WsWriteStartElement`. The empty prefix stands for the default
    /// namespace.
    ///
    /// # Errors
    /// As [`start_element`](Writer::start_element); `InvalidFormat` for a prefix without a namespace.
    #[inline]
    pub fn start_element_with_prefix<'n>(
        &mut self,
        prefix: &str,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<()> {
        self.start(&Name { prefix: Some(prefix), local: local.into(), ns: ns.into() })
    }

    /// Ends the start tag, so that the element becomes `<a></a>` even without content:
    /// `WsWriteEndStartElement`.
    ///
    /// # Errors
    /// `InvalidOperation` if no start tag is being written.
    pub fn end_start_element(&mut self) -> Result<()> {
        if self.state != State::Tag {
            return Err(self.not_now("the end of a start tag"));
        }
        let result = self.commit();
        self.settle(result)
    }

    /// Ends the innermost open element: `WsWriteEndElement`.
    ///
    /// # Errors
    /// `InvalidFormat` if no element is open (WWSAPI F.2); `InvalidOperation` in an attribute or a CDATA section.
    pub fn end_element(&mut self) -> Result<()> {
        let result = self.try_end_element();
        self.settle(result)
    }

    fn start(&mut self, name: &Name<'_>) -> Result<()> {
        let result = self.try_start_element(name);
        self.settle(result)
    }

    #[inline]
    pub(super) fn try_start_element(&mut self, name: &Name<'_>) -> Result<()> {
        self.begin_content("an element")?;
        let parent = match self.elements.last_mut() {
            Some(parent) => {
                parent.has_children = true;
                parent.binding
            }
            None => self.begin_root()?,
        };
        let first_binding = self.scopes.len() as u32;
        let binding = self.bind_element(name, parent)?;
        if self.options.indent != 0 {
            self.break_line(self.elements.len());
        }
        self.tag_start = self.out.buffer.len();
        let prefix = self.scopes.prefix(binding);
        let tag = self.encoder.start_element(&mut self.out, prefix, name.local, name.ns)?;
        self.elements.push(Element { tag, binding, first_binding, has_text: false, has_children: false });
        self.has_root = true;
        self.attributes.clear();
        self.state = State::Tag;
        Ok(())
    }

    /// Checks name and depth, and finds the binding of the name.
    #[inline(always)]
    pub(super) fn bind_element(&mut self, name: &Name<'_>, parent: BindingId) -> Result<BindingId> {
        if self.elements.len() >= self.options.max_depth as usize {
            return Err(self.too_deep());
        }
        if !is_ncname(name.local.as_str()) {
            return Err(bad_name(name.local.as_str(), "element"));
        }
        self.scopes.bind_element(name.prefix, name.ns, parent)
    }

    #[inline]
    pub(super) fn try_end_element(&mut self) -> Result<()> {
        match self.state {
            State::Content => {}
            State::Tag => return self.end_empty_element(),
            _ => self.begin_content("the end of an element")?,
        }
        if self.elements.len() <= self.canonical.floor {
            return Err(self.nothing_to_end());
        }
        let Some(element) = self.elements.pop() else { return Err(self.nothing_to_end()) };
        if self.options.indent != 0 && element.has_children && !element.has_text {
            self.break_line(self.elements.len());
        }
        self.encoder.end_element(&mut self.out, element.tag, false)?;
        self.scopes.truncate(element.first_binding as usize);
        Ok(())
    }

    fn end_empty_element(&mut self) -> Result<()> {
        self.write_declarations()?;
        let Some(element) = self.elements.pop() else { return Err(self.not_now("the end of an element")) };
        let is_empty = !self.options.emit_uncompressed_empty_elements;
        if !is_empty {
            self.encoder.end_start_element(&mut self.out)?;
        }
        self.encoder.end_element(&mut self.out, element.tag, is_empty)?;
        self.scopes.truncate(element.first_binding as usize);
        self.state = State::Content;
        Ok(())
    }

    /// Gets ready for a node: ends the start tag or the byte content before it.
    #[inline]
    pub(super) fn begin_content(&mut self, node: &str) -> Result<()> {
        match self.state {
            State::Content => Ok(()),
            State::Tag => self.commit(),
            _ => self.begin_content_slowly(node),
        }
    }

    #[cold]
    fn begin_content_slowly(&mut self, node: &str) -> Result<()> {
        if self.state != State::Pending {
            return Err(self.not_now(node));
        }
        self.check_surrogate()?;
        self.encoder.end_bytes(&mut self.out)?;
        self.state = State::Content;
        Ok(())
    }

    /// Ends the start tag.
    #[inline]
    pub(super) fn commit(&mut self) -> Result<()> {
        self.write_declarations()?;
        self.encoder.end_start_element(&mut self.out)?;
        self.state = State::Content;
        Ok(())
    }

    #[inline]
    fn write_declarations(&mut self) -> Result<()> {
        let first = self.elements.last().map_or(0, |element| element.first_binding as usize);
        for id in first..self.scopes.len() {
            let d = self.scopes.declaration(id);
            self.encoder.xmlns(&mut self.out, d.prefix, d.ns, d.single_quote)?;
        }
        Ok(())
    }

    /// A new line and the spaces of a level, unless text stands beside it.
    pub(super) fn break_line(&mut self, depth: usize) {
        if self.elements.last().is_some_and(|parent| parent.has_text) {
            return;
        }
        if self.encoder.is_formatted() && (!self.out.buffer.is_empty() || depth > 0 || self.has_root) {
            self.encoder.break_line(&mut self.out, depth * self.options.indent as usize);
        }
    }

    #[cold]
    fn begin_root(&self) -> Result<BindingId> {
        if self.has_root && !self.options.allow_fragment {
            return Err(Error::operation("a document has one root element: set allow_fragment for more"));
        }
        Ok(UNBOUND)
    }

    #[cold]
    fn nothing_to_end(&self) -> Error {
        match self.elements.len() {
            0 => Error::format("no element is open that could end"),
            _ => Error::operation(
                "the element was open when canonicalization started; end canonicalization before the element",
            ),
        }
    }

    #[cold]
    fn too_deep(&self) -> Error {
        let max = self.options.max_depth;
        match self.encoder {
            Encoder::Raw(_) => Error::operation("the raw encoding has no elements: write bytes"),
            _ => Error::quota(format!("more than {max} elements inside each other: raise max_depth")),
        }
    }
}

#[cold]
pub(super) fn bad_name(name: &str, what: &str) -> Error {
    Error::format(format!(
        "\"{name}\" cannot be the name of an {what}: a name of XML 1.0 without a colon expected"
    ))
}
