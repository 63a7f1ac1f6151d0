//! The canonical form of a document in memory.

use super::{Canonicalization, Canonicalizer};
use crate::{
    Result,
    xml::{
        NodeType,
        buffer::{BufferNode, ElementRef, NodePosition, OwnedText, XmlBuffer},
    },
};

impl XmlBuffer {
    /// The canonical form of a node with all that is in it; at BOF, of the whole document.
    ///
    /// ```
    /// use wws_core::xml::{buffer::{NewElement, XmlBuffer}, canonical::Canonicalization};
    /// let mut buffer = XmlBuffer::new();
    /// buffer.insert_element(buffer.eof(), &NewElement::new("a", ""))?;
    /// assert_eq!(buffer.canonicalize(buffer.bof(), &Canonicalization::default())?, b"<a></a>");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the node is an end or was removed, or the
    /// algorithm is inclusive and the node is not BOF.
    pub fn canonicalize(&self, at: NodePosition, settings: &Canonicalization) -> Result<Vec<u8>> {
        let mut canonicalizer = if self.node_type(at)? == NodeType::Bof {
            Canonicalizer::of_document(settings)
        } else {
            let mut scope = Vec::new();
            for ancestor in self.ancestors(at)? {
                if let BufferNode::Element(element) = self.node(ancestor)? {
                    scope.extend(declarations(element));
                }
            }
            Canonicalizer::of_content(settings, scope.into_iter().rev())?
        };
        let end = self.end_of(at)?.or(Some(at));
        let mut next = Some(at);
        while let Some(at) = next {
            canonicalizer.buffer_node(self.node(at)?)?;
            next = if Some(at) == end { None } else { self.next(at)? };
        }
        canonicalizer.finish()?;
        Ok(canonicalizer.output)
    }
}

impl Canonicalizer {
    /// A node of a buffer; an element with its attributes.
    fn buffer_node(&mut self, node: BufferNode<'_>) -> Result<()> {
        match node {
            BufferNode::Element(element) => self.buffer_element(element),
            BufferNode::EndElement => self.end_element()?,
            BufferNode::Text(OwnedText::Bytes(bytes)) => self.bytes(bytes),
            BufferNode::Text(text) => text.with(|text| self.text(&text)),
            BufferNode::Comment(text) => self.comment(text),
            // C14N 1.0 2.1: a CDATA section is its characters. Bytes in front of it end all the same.
            BufferNode::CData | BufferNode::EndCData => self.end_bytes(),
            BufferNode::Bof | BufferNode::Eof => {}
        }
        Ok(())
    }

    fn buffer_element(&mut self, element: ElementRef<'_>) {
        self.start_element(
            element.prefix().as_str(),
            element.local_name().as_str(),
            element.namespace().as_str(),
        );
        for (prefix, ns) in declarations(element) {
            self.declaration(prefix, ns);
        }
        for a in element.attributes().filter(|a| !a.is_xmlns()) {
            let (prefix, local, ns) = (a.prefix(), a.local_name(), a.namespace());
            a.value().with(|value| self.attribute(prefix.as_str(), local.as_str(), ns.as_str(), &value));
        }
        self.end_start_element();
    }
}

fn declarations<'a>(element: ElementRef<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    element.attributes().filter(|a| a.is_xmlns()).map(|a| (a.prefix().as_str(), a.namespace().as_str()))
}
