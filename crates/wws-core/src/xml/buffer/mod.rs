//! [`XmlBuffer`]: a document in memory that can be walked, read, written into and edited.
//!
//! Nodes stand in one list in document order, in an arena; an element and its end element are two nodes, the
//! end being the last child of the start (WWSAPI G). Before all stands BOF, after all EOF, which is the last
//! child of BOF. Every operation is a loop over that list: nothing recurses, however deep the document is.
//!
//! A [`NodePosition`] names a node of one buffer for as long as the node is there. A position of a node that
//! was removed, or of another buffer, gives an error, never another node.

mod arena;
pub(crate) mod decode;
mod edit;
pub(crate) mod encode;
mod moves;
mod names;
mod node;
mod shared;
mod text;

use std::sync::atomic::{AtomicU32, Ordering};

pub use arena::NodePosition;
use arena::{BOF, EOF, NONE, Slot};
pub use decode::BufferSource;
pub use moves::MoveTo;
use names::Names;
use node::Node;
pub use node::{AttributeRef, BufferNode, ElementRef, NewAttribute, NewElement};
pub use shared::SharedBuffer;
pub use text::{OwnedList, OwnedQName, OwnedText};

use crate::Result;

/// A document or fragment in memory: `WS_XML_BUFFER`.
///
/// ```
/// use wws_core::xml::{Text, buffer::{BufferNode, MoveTo, NewElement, XmlBuffer}};
/// let mut buffer = XmlBuffer::new();
/// let order = buffer.insert_element(buffer.eof(), &NewElement::new("order", "urn:shop"))?;
/// let end = buffer.move_to(order, MoveTo::EndElement)?.unwrap();
/// buffer.insert_text(end, Text::Int32(42))?;
///
/// let BufferNode::Element(root) = buffer.node(order)? else { panic!() };
/// assert_eq!(root.local_name().as_str(), "order");
///
/// buffer.remove(order)?;
/// assert!(buffer.node(order).is_err()); // the position does not name another node now
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Debug)]
pub struct XmlBuffer {
    /// Tells this buffer from every other of the process.
    key: u32,
    slots: Vec<Slot>,
    /// The first free slot, or `NONE`.
    free: u32,
    names: Names,
    /// Bytes in use.
    size: usize,
    /// Bytes ever asked for.
    requested: u64,
    max_size: usize,
}

impl XmlBuffer {
    /// An empty buffer: BOF and EOF.
    pub fn new() -> Self {
        Self::with_max_size(usize::MAX)
    }

    /// An empty buffer that holds at most `max_size` bytes: nodes, names and content, each counted by its
    /// size in memory. Content that is shared counts too.
    pub fn with_max_size(max_size: usize) -> Self {
        XmlBuffer {
            key: unique_key(),
            slots: vec![
                Slot { generation: 0, prev: NONE, next: EOF, parent: NONE, node: Node::Bof { end: EOF } },
                Slot { generation: 0, prev: BOF, next: NONE, parent: BOF, node: Node::Eof },
            ],
            free: NONE,
            names: Names::new(),
            size: 0,
            requested: 0,
            max_size,
        }
    }

    /// Makes room for so many nodes, and half as many names.
    pub(crate) fn reserve(&mut self, nodes: usize) {
        self.slots.reserve(nodes);
        self.names.reserve(nodes / 2);
    }

    /// Another buffer, an empty one, in the memory of this one.
    pub(crate) fn renewed(mut self, max_size: usize) -> Self {
        self.slots.truncate(2);
        self.names.clear();
        let (key, free) = (unique_key(), NONE);
        let mut new = XmlBuffer { key, free, size: 0, requested: 0, max_size, ..self };
        new.slot_mut(BOF).next = EOF;
        new.slot_mut(EOF).prev = BOF;
        new
    }

    /// Bytes of memory that nodes and names take, with what is kept for others.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.names.capacity()
    }

    /// The position before the first node.
    pub fn bof(&self) -> NodePosition {
        self.position(BOF)
    }

    /// The position after the last node: where a writer starts.
    pub fn eof(&self) -> NodePosition {
        self.position(EOF)
    }

    /// Whether there is no node between BOF and EOF.
    pub fn is_empty(&self) -> bool {
        self.next_of(BOF) == EOF
    }

    /// The node at a position.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the position belongs to another buffer.
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the node was removed.
    pub fn node(&self, at: NodePosition) -> Result<BufferNode<'_>> {
        let slot = self.slot(self.resolve(at)?);
        Ok(match &slot.node {
            // `resolve` gives no free slot.
            Node::Bof { .. } | Node::Free => BufferNode::Bof,
            Node::Eof => BufferNode::Eof,
            Node::Element { end, element } => BufferNode::Element(ElementRef {
                names: &self.names,
                element,
                is_empty: element.is_empty && slot.next == *end,
            }),
            Node::EndElement => BufferNode::EndElement,
            Node::Text(text) => BufferNode::Text(text),
            Node::Comment(text) => BufferNode::Comment(text),
            Node::CData { .. } => BufferNode::CData,
            Node::EndCData => BufferNode::EndCData,
        })
    }

    /// The next node in document order: children before siblings. `None` after EOF.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn next(&self, at: NodePosition) -> Result<Option<NodePosition>> {
        let next = self.next_of(self.resolve(at)?);
        Ok((next != NONE).then(|| self.position(next)))
    }

    /// The start of the element that an end element ends; `None` for any other node.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn start_of(&self, end: NodePosition) -> Result<Option<NodePosition>> {
        let slot = self.slot(self.resolve(end)?);
        Ok(matches!(slot.node, Node::EndElement).then(|| self.position(slot.parent)))
    }

    /// The end of an element or of a CDATA section; EOF for BOF. `None` for a node that has no content.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn end_of(&self, start: NodePosition) -> Result<Option<NodePosition>> {
        let end = self.slot(self.resolve(start)?).node.end();
        Ok(end.map(|slot| self.position(slot)))
    }

    /// The end of the CDATA section around a position.
    pub(crate) fn end_of_cdata(&self, at: NodePosition) -> Result<Option<NodePosition>> {
        let parent = self.slot(self.resolve(at)?).parent;
        match self.slots.get(parent as usize).map(|slot| &slot.node) {
            Some(&Node::CData { end }) => Ok(Some(self.position(end))),
            _ => Ok(None),
        }
    }

    /// How many elements enclose a position. An end element stands inside its element.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn depth(&self, at: NodePosition) -> Result<usize> {
        Ok(self.ancestors(at)?.count())
    }

    /// The elements that enclose a position, innermost first. An end element stands inside its element.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn ancestors(&self, at: NodePosition) -> Result<impl Iterator<Item = NodePosition> + '_> {
        let enclosing = |i: u32| Some(self.slot(i).parent).filter(|&parent| parent != BOF && parent != NONE);
        Ok(std::iter::successors(enclosing(self.resolve(at)?), move |&i| enclosing(i))
            .filter(|&i| matches!(self.slot(i).node, Node::Element { .. }))
            .map(|i| self.position(i)))
    }

    /// Bytes in use: nodes, names and content.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The most bytes that may be in use.
    pub fn max_size(&self) -> usize {
        self.max_size
    }

    /// Changes the most bytes that may be in use. What is there stays there.
    pub fn set_max_size(&mut self, max_size: usize) {
        self.max_size = max_size;
    }

    /// Bytes ever asked for; unlike [`size`](Self::size), removing a node does not lower it. A heap of
    /// webservices.h, which takes nothing back, counts so (WWSAPI C).
    pub fn requested_size(&self) -> u64 {
        self.requested
    }

    /// Fails if there is no room for `bytes` more.
    pub(crate) fn check_room(&self, bytes: usize) -> Result<()> {
        if bytes > self.max_size.saturating_sub(self.size) { Err(self.too_large(bytes)) } else { Ok(()) }
    }

    /// Counts `bytes` more in use.
    fn charge(&mut self, bytes: usize) -> Result<()> {
        self.check_room(bytes)?;
        self.size = self.size.saturating_add(bytes);
        self.requested = self.requested.saturating_add(bytes as u64);
        Ok(())
    }

    #[cold]
    fn too_large(&self, bytes: usize) -> crate::Error {
        crate::Error::quota(format!(
            "the XML buffer holds {} of at most {} bytes and has no room for {bytes} more; raise the size limit of \
             the buffer, or of the heap it lives in",
            self.size, self.max_size
        ))
    }
}

/// What tells a buffer from every other.
fn unique_key() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Default for XmlBuffer {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
