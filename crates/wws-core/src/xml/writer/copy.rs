//! Nodes of a reader written again: `WsCopyNode`, `WsWriteNode`.

use super::{State, Writer};
use crate::{
    Error, Result,
    xml::{
        NodeType, Reader, Text,
        reader::{Attribute, Element, Node},
    },
};

/// A copy that is not finished because its reader lacked input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Copy {
    /// Elements of the copy that are open.
    depth: usize,
    /// All is copied, to the end of the document.
    document: bool,
    /// The node that the reader stands on is written; the step to the next one lacked input.
    has_node: bool,
}

impl Writer {
    /// Copies a node from a reader: an element with all that is in it, at the start of a document all of it,
    /// otherwise the one node. The reader then stands behind it. `WsCopyNode`.
    ///
    /// Values keep their types, attributes their quotes. `<a></a>` stays what it is, unless
    /// [`compress_empty_elements`](super::WriterOptions::compress_empty_elements) is set. Namespaces that
    /// the copied names need are declared; for names in text, declare what they need around the copy.
    ///
    /// ```
    /// use wws_core::xml::{Charset, Reader, Writer, WriterOptions};
    /// let mut reader = Reader::text(b"<p:a xmlns:p='urn:a'><p:b c='1'/><d></d></p:a>");
    /// reader.read_to_start_element("a", "urn:a")?;
    /// reader.read_start_element()?;
    /// let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    /// w.copy_node(&mut reader)?;
    /// assert_eq!(w.into_bytes()?, br#"<p:b c='1' xmlns:p="urn:a"/>"#);
    /// assert!(reader.element().is_some_and(|element| element.is("d", "")));
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reader. If it [needs input](Error::needs_input), feed it and make the call again: the
    /// copy goes on. Those of the calls that write the nodes; `InvalidOperation` at the end of a document.
    pub fn copy_node(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let kind = reader.node_type();
        if kind == NodeType::Eof && self.copy.is_none() {
            return Err(Error::operation("the reader stands at the end: there is nothing to copy"));
        }
        let mut copy =
            self.copy.take().unwrap_or(Copy { depth: 0, document: kind == NodeType::Bof, has_node: false });
        loop {
            let node = reader.node();
            if !copy.has_node {
                self.copy_one(node, &mut copy)?;
            }
            if matches!(node, Node::Eof) {
                return Ok(());
            }
            if let Err(error) = reader.read_node() {
                if error.needs_input() {
                    self.copy = Some(Copy { has_node: true, ..copy });
                }
                return Err(error);
            }
            copy.has_node = false;
            if copy.depth == 0 && !copy.document {
                return Ok(());
            }
        }
    }

    /// Writes one node of a reader: `WsWriteNode`. An element stays open until its end is written.
    ///
    /// # Errors
    /// Those of the call that writes the node.
    pub fn write_node(&mut self, node: Node<'_>) -> Result<()> {
        match node {
            Node::Bof | Node::Eof => Ok(()),
            Node::Element(element) => self.write_element_node(element),
            Node::EndElement => self.end_element(),
            Node::Text(text) => self.write_text_node(text),
            Node::Comment(text) => self.comment(text),
            Node::CData => self.start_cdata(),
            Node::EndCData => self.end_cdata(),
        }
    }

    fn copy_one(&mut self, node: Node<'_>, copy: &mut Copy) -> Result<()> {
        self.write_node(node)?;
        match node {
            Node::Element(element) => {
                copy.depth += 1;
                if !element.is_empty() && !self.options.compress_empty_elements {
                    self.end_start_element()?;
                }
            }
            Node::EndElement => copy.depth = copy.depth.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn write_element_node(&mut self, element: Element<'_>) -> Result<()> {
        let prefix = element.prefix().as_str();
        self.start_element_with_prefix(prefix, element.local_name(), element.namespace())?;
        self.write_attribute_nodes(element, true)
    }

    /// Writes the attributes of an element, with or without a declaration of the default namespace.
    pub(crate) fn write_attribute_nodes(&mut self, element: Element<'_>, with_default: bool) -> Result<()> {
        // Declarations first: an attribute may use one that stands behind it.
        let is_wanted = |a: &Attribute<'_>| a.is_xmlns() && (with_default || !a.prefix().as_str().is_empty());
        for declaration in element.attributes().filter(is_wanted) {
            let prefix = declaration.prefix().as_str();
            self.xmlns_attribute(prefix, declaration.namespace(), declaration.is_single_quoted())?;
        }
        element
            .attributes()
            .filter(|attribute| !attribute.is_xmlns())
            .try_for_each(|a| self.write_attribute_node(a))
    }

    fn write_attribute_node(&mut self, attribute: Attribute<'_>) -> Result<()> {
        let (prefix, single_quote) = (attribute.prefix().as_str(), attribute.is_single_quoted());
        let (local, ns) = (attribute.local_name(), attribute.namespace());
        self.start_attribute_with_prefix(prefix, local, ns, single_quote)?;
        self.write_text_node(attribute.value())?;
        self.end_attribute()
    }

    pub(super) fn write_text_node(&mut self, text: Text<'_>) -> Result<()> {
        match text {
            Text::Utf8(text) => self.chars(text),
            // The prefix was bound to nothing where the name comes from: it is only characters.
            Text::QName { prefix, ns: "", .. } if !prefix.is_empty() => self.chars(&text.to_text()),
            // In another place the prefix may mean something else.
            Text::QName { prefix, local, ns } if self.prefix_means(prefix) != Some(ns) => {
                self.qualified_name(local, ns)
            }
            text if self.state == State::CData => self.chars(&text.to_text()),
            text => self.value(text),
        }
    }

    fn prefix_means(&self, prefix: &str) -> Option<&str> {
        self.scopes.find_prefix(prefix).map(|id| self.scopes.ns(id))
    }
}
