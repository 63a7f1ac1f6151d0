//! Inserting, removing and copying nodes.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    XmlBuffer,
    arena::{BOF, EOF, NodePosition},
    names::{NameId, Names},
    node::{Attribute, Element, NewAttribute, NewElement, Node},
    text::OwnedText,
};
use crate::{
    Error, Result,
    xml::{DictionaryKey, Text, XmlStr},
};

impl XmlBuffer {
    /// Inserts an element and its end element, with nothing between them, in front of a node. Gives the
    /// position of the element.
    ///
    /// Names and values are stored as they are; a [`Writer`](crate::xml) checks what it writes.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): `before` is BOF or stands in a CDATA
    /// section, or its node was removed. [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): the buffer
    /// would grow over its limit.
    pub fn insert_element(&mut self, before: NodePosition, new: &NewElement<'_>) -> Result<NodePosition> {
        self.insert_element_with(before, new, new.attributes.iter().copied())
    }

    /// Inserts an element with other attributes than those listed in `new`.
    pub(crate) fn insert_element_with<'a>(
        &mut self,
        before: NodePosition,
        new: &NewElement<'_>,
        attributes: impl ExactSizeIterator<Item = NewAttribute<'a>>,
    ) -> Result<NodePosition> {
        let before = self.place_for_markup(before)?;
        let element = self.new_element(new, attributes)?;
        let start = self.link_container(before, |end| Node::Element { end, element }, Node::EndElement)?;
        Ok(self.position(start))
    }

    /// Inserts an element whose names are in the table.
    pub(super) fn insert_new_element(
        &mut self,
        before: NodePosition,
        element: Element,
    ) -> Result<NodePosition> {
        let before = self.place_for_markup(before)?;
        let start = self.link_container(before, |end| Node::Element { end, element }, Node::EndElement)?;
        Ok(self.position(start))
    }

    /// Inserts a text node in front of a node.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): `before` is BOF or its node was removed.
    /// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): the buffer would grow over its limit.
    pub fn insert_text(&mut self, before: NodePosition, text: Text<'_>) -> Result<NodePosition> {
        self.insert_owned_text(before, text.try_into()?)
    }

    /// Inserts a text node that shares its bytes with whoever else holds them.
    ///
    /// # Errors
    /// As [`insert_text`](Self::insert_text).
    pub fn insert_bytes(&mut self, before: NodePosition, bytes: Bytes) -> Result<NodePosition> {
        self.insert_owned_text(before, bytes.into())
    }

    /// Inserts a text node without copying the text.
    ///
    /// # Errors
    /// As [`insert_text`](Self::insert_text).
    pub fn insert_owned_text(&mut self, before: NodePosition, text: OwnedText) -> Result<NodePosition> {
        let before = self.place(before)?;
        let slot = self.link(before, Node::Text(text))?;
        Ok(self.position(slot))
    }

    /// Inserts a comment in front of a node.
    ///
    /// # Errors
    /// As [`insert_element`](Self::insert_element).
    pub fn insert_comment(&mut self, before: NodePosition, text: &str) -> Result<NodePosition> {
        let before = self.place_for_markup(before)?;
        let slot = self.link(before, Node::Comment(Arc::from(text)))?;
        Ok(self.position(slot))
    }

    /// Inserts an empty CDATA section in front of a node. Gives the position of its start; text goes in
    /// front of its end, which is the next node.
    ///
    /// # Errors
    /// As [`insert_element`](Self::insert_element).
    pub fn insert_cdata(&mut self, before: NodePosition) -> Result<NodePosition> {
        let before = self.place_for_markup(before)?;
        let start = self.link_container(before, |end| Node::CData { end }, Node::EndCData)?;
        Ok(self.position(start))
    }

    /// Says whether an element is to be written as an empty-element tag, as long as it has no content.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the node is no element, or was removed.
    pub fn set_empty_form(&mut self, at: NodePosition, is_empty: bool) -> Result<()> {
        let slot = self.resolve(at)?;
        match &mut self.slot_mut(slot).node {
            Node::Element { element, .. } => {
                element.is_empty = is_empty;
                Ok(())
            }
            _ => Err(Error::operation("only an element can be written as an empty-element tag")),
        }
    }

    /// Removes a node, an element or a CDATA section with all that is in it: `WsRemoveNode`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the node is the end of an element or of a
    /// CDATA section, BOF or EOF, or was removed.
    pub fn remove(&mut self, at: NodePosition) -> Result<()> {
        let slot = self.resolve(at)?;
        let last = match &self.slot(slot).node {
            Node::Bof { .. } | Node::Eof => {
                return Err(Error::operation("BOF and EOF cannot be removed; remove the nodes between them"));
            }
            Node::EndElement | Node::EndCData => {
                return Err(Error::operation("an end cannot be removed alone; remove its start"));
            }
            node => node.end().unwrap_or(slot),
        };
        self.unlink(slot, last);
        Ok(())
    }

    /// Removes everything between BOF and EOF. Names are kept.
    pub fn clear(&mut self) {
        let (first, last) = (self.next_of(BOF), self.slot(EOF).prev);
        if first != EOF {
            self.unlink(first, last);
        }
    }

    /// Copies a node of another buffer in front of a node of this one: an element or CDATA section with all
    /// that is in it; with BOF, the whole document. Content is shared, not copied.
    ///
    /// If that fails, nothing was inserted.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): `node` is an end or EOF, `before` is BOF or
    /// stands in a CDATA section, or a node was removed. [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded):
    /// the buffer would grow over its limit.
    pub fn copy_from(&mut self, before: NodePosition, source: &XmlBuffer, node: NodePosition) -> Result<()> {
        let (first, last) = source.range(node)?;
        let before = self.place_for_copy(before, &source.slot(first).node)?;
        let nodes = std::iter::successors(Some(first), |&i| (i != last).then(|| source.next_of(i)));
        self.undo_on_error(before, |this| {
            let mut place = before;
            for i in nodes.filter(|&i| i != BOF && i != EOF) {
                let copy = this.import(source, i)?;
                place = this.link_copy(place, copy)?;
            }
            Ok(())
        })
    }

    /// Copies a node within this buffer, as [`copy_from`](Self::copy_from) does between two. The copy may
    /// stand in the original.
    ///
    /// # Errors
    /// As [`copy_from`](Self::copy_from).
    pub fn copy_within(&mut self, before: NodePosition, node: NodePosition) -> Result<()> {
        let (first, last) = self.range(node)?;
        let before = self.place_for_copy(before, &self.slot(first).node)?;
        let nodes = std::iter::successors(Some(first), |&i| (i != last).then(|| self.next_of(i)));
        // Listed first: the copy grows among them if it stands in the original.
        let nodes: Vec<u32> = nodes.filter(|&i| i != BOF && i != EOF).collect();
        self.undo_on_error(before, |this| {
            let mut place = before;
            for i in nodes {
                let copy = Copy::of(&this.slot(i).node);
                place = this.link_copy(place, copy)?;
            }
            Ok(())
        })
    }

    /// The nodes that belong to a node.
    fn range(&self, node: NodePosition) -> Result<(u32, u32)> {
        let slot = self.resolve(node)?;
        match &self.slot(slot).node {
            Node::Eof | Node::EndElement | Node::EndCData => {
                Err(Error::operation("an end cannot be copied alone; copy its start"))
            }
            node => Ok((slot, node.end().unwrap_or(slot))),
        }
    }

    /// Runs an insertion in front of `before`; if it fails, takes out what it inserted.
    fn undo_on_error(&mut self, before: u32, insert: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let previous = self.slot(before).prev;
        let result = insert(self);
        if result.is_err() {
            let first = self.next_of(previous);
            if first != before {
                self.unlink(first, self.slot(before).prev);
            }
        }
        result
    }

    /// The slot in front of which something can be inserted.
    fn place(&self, before: NodePosition) -> Result<u32> {
        match self.resolve(before)? {
            BOF => Err(Error::operation(
                "nothing can be inserted in front of BOF; insert in front of its next node",
            )),
            slot => Ok(slot),
        }
    }

    pub(super) fn place_for_markup(&self, before: NodePosition) -> Result<u32> {
        let slot = self.place(before)?;
        match self.slot(self.slot(slot).parent).node {
            Node::CData { .. } => Err(Error::operation("a CDATA section holds only text")),
            _ => Ok(slot),
        }
    }

    fn place_for_copy(&self, before: NodePosition, node: &Node) -> Result<u32> {
        match node {
            Node::Text(_) => self.place(before),
            _ => self.place_for_markup(before),
        }
    }

    /// Inserts a start and its end.
    fn link_container(&mut self, before: u32, start: impl FnOnce(u32) -> Node, end: Node) -> Result<u32> {
        let end = self.link(before, end)?;
        let start = match self.link(end, start(end)) {
            Ok(start) => start,
            Err(error) => {
                self.unlink(end, end);
                return Err(error);
            }
        };
        self.slot_mut(end).parent = start;
        Ok(start)
    }

    /// Inserts a copied node and gives the place for the node that follows it in document order.
    fn link_copy(&mut self, before: u32, copy: Copy) -> Result<u32> {
        match copy {
            Copy::Single(node) => {
                self.link(before, node)?;
                Ok(before)
            }
            Copy::Element(element) => {
                let start =
                    self.link_container(before, |end| Node::Element { end, element }, Node::EndElement)?;
                Ok(self.next_of(start))
            }
            Copy::CData => {
                let start = self.link_container(before, |end| Node::CData { end }, Node::EndCData)?;
                Ok(self.next_of(start))
            }
            // The end was inserted with its start: go on behind it.
            Copy::End => Ok(self.next_of(before)),
        }
    }

    /// A node of another buffer, with names of this one.
    fn import(&mut self, source: &XmlBuffer, slot: u32) -> Result<Copy> {
        let mut copy = Copy::of(&source.slot(slot).node);
        if let Copy::Element(element) = &mut copy {
            let names = [&mut element.prefix, &mut element.local, &mut element.ns];
            let of_attributes =
                element.attributes.iter_mut().flat_map(|a| [&mut a.prefix, &mut a.local, &mut a.ns]);
            for name in names.into_iter().chain(of_attributes) {
                *name = self.name(source.names.get(*name))?;
            }
        }
        Ok(copy)
    }

    /// An element with its names in the table; of `new` all but the attributes.
    fn new_element<'a>(
        &mut self,
        new: &NewElement<'_>,
        attributes: impl ExactSizeIterator<Item = NewAttribute<'a>>,
    ) -> Result<Element> {
        let (prefix, local) = (self.name(new.prefix)?, self.name(new.local_name)?);
        let ns = self.name(new.namespace)?;
        let mut list = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            list.push(self.new_attribute(&attribute)?);
        }
        Ok(Element { prefix, local, ns, attributes: list.into_boxed_slice(), is_empty: new.is_empty })
    }

    fn new_attribute(&mut self, new: &NewAttribute<'_>) -> Result<Attribute> {
        Ok(Attribute {
            prefix: self.name(new.prefix)?,
            local: self.name(new.local_name)?,
            ns: self.name(new.namespace)?,
            value: new.value.try_into()?,
            single_quote: new.single_quote,
            is_xmlns: new.is_xmlns,
        })
    }

    pub(super) fn name(&mut self, name: XmlStr<'_>) -> Result<NameId> {
        if name.as_str().is_empty() && name.dictionary() == DictionaryKey::NONE {
            return Ok(NameId::EMPTY);
        }
        if let Some(known) = self.names.find(name) {
            return Ok(known);
        }
        self.charge(Names::cost(name))?;
        self.names.add(name)
    }
}

/// What a node contributes to a copy.
enum Copy {
    Single(Node),
    Element(Element),
    CData,
    End,
}

impl Copy {
    fn of(node: &Node) -> Self {
        match node {
            Node::Text(text) => Copy::Single(Node::Text(text.clone())),
            Node::Comment(text) => Copy::Single(Node::Comment(text.clone())),
            Node::Element { element, .. } => Copy::Element(element.clone()),
            Node::CData { .. } => Copy::CData,
            // BOF, EOF and free slots never get here.
            _ => Copy::End,
        }
    }
}
