//! Level 2: elements found, entered, left and skipped; white space and comments do not count (WWSAPI E.3).

use super::{Node, ReadValue, Reader, content::Partial};
use crate::{
    Error, Result,
    xml::{NodeType, Text, XmlStr, decode::Leave, text::names::is_blank},
};

impl Reader<'_> {
    /// Moves over white space and comments; true if a start tag comes then. The reader stands on it, or on what
    /// came instead.
    pub fn read_to_any_start_element(&mut self) -> Result<bool> {
        self.ready()?;
        self.skip_blank()?;
        Ok(self.core.kind == NodeType::Element)
    }

    /// Moves over white space and comments; true if the start tag of this element comes then. The reader stands
    /// on it, or on what came instead. `WsReadToStartElement` with `found`.
    ///
    /// ```
    /// # use wws_core::xml::Reader;
    /// let mut reader = Reader::text(b"<list> <item/> <item/> </list>");
    /// reader.read_to_start_element("list", "")?;
    /// reader.read_start_element()?;
    /// let mut items = 0;
    /// while reader.find_start_element("item", "")? {
    ///     reader.skip_node()?;
    ///     items += 1;
    /// }
    /// reader.read_end_element()?;
    /// assert_eq!(items, 2);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    pub fn find_start_element<'n>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<bool> {
        self.ready()?;
        self.find(local.into(), ns.into())
    }

    /// Moves over white space and comments to the start tag of this element. `WsReadToStartElement` without
    /// `found`.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): something else comes.
    pub fn read_to_start_element<'n>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<()> {
        self.ready()?;
        self.expect(local.into(), ns.into())
    }

    #[inline]
    fn find(&mut self, local: XmlStr<'_>, ns: XmlStr<'_>) -> Result<bool> {
        self.skip_blank()?;
        Ok(self.element().is_some_and(|e| e.is(local, ns)))
    }

    #[inline]
    fn expect(&mut self, local: XmlStr<'_>, ns: XmlStr<'_>) -> Result<()> {
        if self.find(local, ns)? { Ok(()) } else { Err(self.not_found(local, ns)) }
    }

    #[cold]
    fn not_found(&mut self, local: XmlStr<'_>, ns: XmlStr<'_>) -> Error {
        let expected = match ns.as_str() {
            "" => format!("the element <{}>", local.as_str()),
            ns => format!("the element <{}> of the namespace '{ns}'", local.as_str()),
        };
        self.expected(&expected)
    }

    /// Moves over white space and comments to a start tag, and past it. `WsReadStartElement`.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): something else comes.
    pub fn read_start_element(&mut self) -> Result<()> {
        self.ready()?;
        if self.core.kind != NodeType::Element {
            self.skip_blank()?;
            if self.core.kind != NodeType::Element {
                return Err(self.expected("a start tag"));
            }
        }
        self.advance()
    }

    /// Moves over white space and comments to an end tag, and past it. `WsReadEndElement`.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): something else comes.
    pub fn read_end_element(&mut self) -> Result<()> {
        self.ready()?;
        self.leave_element()
    }

    #[inline]
    fn leave_element(&mut self) -> Result<()> {
        if self.core.kind != NodeType::EndElement {
            self.skip_blank()?;
            if self.core.kind != NodeType::EndElement {
                return Err(self.expected("an end tag"));
            }
        }
        self.advance()
    }

    /// Moves past an element with everything in it, or past any other node. `WsSkipNode`.
    pub fn skip_node(&mut self) -> Result<()> {
        let depth = match self.resume()? {
            Partial::Skip(depth) => depth,
            _ => {
                self.ready()?;
                if self.core.kind != NodeType::Element {
                    return self.advance();
                }
                self.core.scope.depth()
            }
        };
        loop {
            let at_end = self.core.kind == NodeType::EndElement && self.core.scope.depth() == depth;
            match self.advance() {
                Ok(_) if at_end => return Ok(()),
                Ok(_) => {}
                Err(e) => {
                    self.partial = Partial::Skip(depth);
                    return Err(e);
                }
            }
        }
    }

    /// Reads one element that holds one value: its start tag, the value, its end tag.
    ///
    /// ```
    /// # use wws_core::xml::Reader;
    /// let mut reader = Reader::text(b"<price xmlns='urn:shop'>9.50</price>");
    /// assert_eq!(reader.read_element_value::<f64>("price", "urn:shop")?, 9.5);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`read_to_start_element`](Self::read_to_start_element), [`read_value`](Self::read_value) and
    /// [`read_end_element`](Self::read_end_element).
    pub fn read_element_value<'n, T: ReadValue>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<T> {
        if matches!(self.partial, Partial::Element(_))
            && let Partial::Element(content) = self.resume()?
        {
            return self.element_content(*content);
        }
        self.ready()?;
        self.expect(local.into(), ns.into())?;
        if let Some(value) = self.simple_value() {
            return self.leave_with(value);
        }
        self.advance()?;
        self.element_content(Partial::None)
    }

    /// Reads the element whose start tag the reader stands on, past its end tag, if it is plain text with the end tag
    /// behind it. `None`: nothing has changed.
    #[inline]
    pub(crate) fn plain_element_value<T: ReadValue>(&mut self) -> Option<Result<T>> {
        if self.core.kind != NodeType::Element || self.ready().is_err() {
            return None;
        }
        let value = self.simple_value()?;
        Some(self.leave_with(value))
    }

    /// The value of the element the reader stands on, if it is plain text with the end tag behind it: then the
    /// reader stands on that.
    #[inline]
    fn simple_value<T: ReadValue>(&mut self) -> Option<T> {
        if self.core.leave != Leave::Nothing || self.is_canonicalizing() {
            return None;
        }
        let (text, end) = self.decoder.simple_content(&self.core)?;
        // If it is no value, the long way finds out where it stands.
        let value = T::from_text(text).ok()?;
        self.decoder.skip_to(end);
        self.core.commit_end();
        Some(value)
    }

    fn element_content<T: ReadValue>(&mut self, partial: Partial) -> Result<T> {
        let value = match partial {
            Partial::None => self.read_content(),
            partial => self.joined(partial),
        };
        match value {
            Ok(value) => self.leave_with(value),
            Err(e) if e.needs_input() => {
                self.partial = Partial::Element(Box::new(self.partial.take()));
                Err(e)
            }
            Err(e) => Err(e),
        }
    }

    /// Moves past the end tag behind a value. The value is not lost when only the next node lacks input.
    #[inline]
    fn leave_with<T>(&mut self, value: T) -> Result<T> {
        match self.leave_element() {
            Ok(()) => Ok(value),
            Err(e) if e.needs_input() => {
                self.partial = Partial::Owed;
                Ok(value)
            }
            Err(e) => Err(e),
        }
    }

    /// Moves over white space, comments and the beginning of the document.
    #[inline]
    fn skip_blank(&mut self) -> Result<()> {
        match self.core.kind {
            NodeType::Element | NodeType::EndElement => Ok(()),
            _ => self.skip_blank_nodes(),
        }
    }

    fn skip_blank_nodes(&mut self) -> Result<()> {
        loop {
            let skip = match self.core.kind {
                NodeType::Bof | NodeType::Comment => true,
                NodeType::Text => matches!(self.text_rest(), Text::Utf8(text) if is_blank(text)),
                _ => false,
            };
            if !skip {
                return Ok(());
            }
            self.advance()?;
        }
    }

    /// Makes the reader [fail](Self::fail) because it stands on another node than the caller can use: the error
    /// says what was expected and what was found.
    #[cold]
    pub fn expected(&mut self, what: &str) -> Error {
        let found = match self.node() {
            Node::Element(e) if e.namespace().as_str().is_empty() => format!("<{}>", e.local_name().as_str()),
            Node::Element(e) => {
                format!("<{}> of the namespace '{}'", e.local_name().as_str(), e.namespace().as_str())
            }
            Node::EndElement => {
                let dictionaries = self.decoder.strings(&self.core).dictionaries;
                let name = self.core.name_of(self.depth(), dictionaries);
                name.map_or("an end tag".into(), |name| format!("</{name}>"))
            }
            Node::Text(_) => "text".into(),
            Node::CData | Node::EndCData => "a CDATA section".into(),
            Node::Comment(_) => "a comment".into(),
            Node::Bof => "the start of the document".into(),
            Node::Eof => "the end of the document".into(),
        };
        self.fail(Error::format(format!("expected {what}; found {found}")))
    }
}
