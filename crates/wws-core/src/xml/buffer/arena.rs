//! Slots, and positions that know whether their node is still there.

use super::{Node, XmlBuffer};
use crate::{Error, Result, xml::NodeType};

/// No slot.
pub(super) const NONE: u32 = u32::MAX;
/// The slot of BOF, in every buffer.
pub(super) const BOF: u32 = 0;
/// The slot of EOF, in every buffer.
pub(super) const EOF: u32 = 1;

/// A place for a node, in three lists: document order, and up to the parent.
#[derive(Debug)]
pub(super) struct Slot {
    /// How many nodes stood here before.
    pub(super) generation: u32,
    pub(super) prev: u32,
    pub(super) next: u32,
    /// The container around the node; of an end node, its start.
    pub(super) parent: u32,
    pub(super) node: Node,
}

/// The position of a node in an [`XmlBuffer`]: `WS_XML_NODE_POSITION`.
///
/// It stays valid while nodes around it come and go, until the node itself is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodePosition {
    buffer: u32,
    slot: u32,
    generation: u32,
}

impl NodePosition {
    /// The position as one number, which [`XmlBuffer::position_from_bits`] turns back.
    pub fn to_bits(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.slot)
    }
}

impl XmlBuffer {
    /// The position that [`NodePosition::to_bits`] made a number of.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): no node of this buffer has the position.
    pub fn position_from_bits(&self, bits: u64) -> Result<NodePosition> {
        let position = NodePosition { buffer: self.key, slot: bits as u32, generation: (bits >> 32) as u32 };
        self.resolve(position)?;
        Ok(position)
    }

    /// The kind of the node at a position.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn node_type(&self, at: NodePosition) -> Result<NodeType> {
        let slot = self.resolve(at)?;
        self.slot(slot).node.node_type().ok_or_else(removed)
    }

    /// The slot of a node that is there.
    pub(super) fn resolve(&self, at: NodePosition) -> Result<u32> {
        if at.buffer != self.key {
            return Err(Error::argument("the node position belongs to another XML buffer"));
        }
        match self.slots.get(at.slot as usize) {
            Some(s) if s.generation == at.generation && !matches!(s.node, Node::Free) => Ok(at.slot),
            _ => Err(removed()),
        }
    }

    pub(super) fn position(&self, slot: u32) -> NodePosition {
        NodePosition { buffer: self.key, slot, generation: self.slot(slot).generation }
    }

    /// A slot by a number that came out of the lists, which hold only numbers of slots.
    pub(super) fn slot(&self, slot: u32) -> &Slot {
        &self.slots[slot as usize]
    }

    pub(super) fn slot_mut(&mut self, slot: u32) -> &mut Slot {
        &mut self.slots[slot as usize]
    }

    pub(super) fn next_of(&self, slot: u32) -> u32 {
        self.slot(slot).next
    }

    /// Puts a node into a free slot, in front of `before` and with the parent of `before`.
    pub(super) fn link(&mut self, before: u32, node: Node) -> Result<u32> {
        self.charge(size_of::<Slot>() + node.heap_size())?;
        let Slot { prev, parent, .. } = *self.slot(before);
        let slot = if self.free != NONE {
            let slot = self.free;
            let place = self.slot_mut(slot);
            let next_free = place.next;
            *place = Slot { generation: place.generation, prev, next: before, parent, node };
            self.free = next_free;
            slot
        } else {
            let slot = u32::try_from(self.slots.len()).ok().filter(|&n| n != NONE);
            let slot = slot.ok_or_else(|| Error::quota("an XML buffer holds at most 2^32 - 1 nodes"))?;
            self.slots.push(Slot { generation: 0, prev, next: before, parent, node });
            slot
        };
        self.slot_mut(prev).next = slot;
        self.slot_mut(before).prev = slot;
        Ok(slot)
    }

    /// Takes the nodes from `first` to `last`, which stand in one piece, out of the document.
    pub(super) fn unlink(&mut self, first: u32, last: u32) {
        let (before, after) = (self.slot(first).prev, self.slot(last).next);
        self.slot_mut(before).next = after;
        self.slot_mut(after).prev = before;
        let mut at = first;
        loop {
            let next = self.next_of(at);
            self.release(at);
            if at == last {
                return;
            }
            at = next;
        }
    }

    fn release(&mut self, slot: u32) {
        let free = self.free;
        let place = self.slot_mut(slot);
        let freed = size_of::<Slot>() + place.node.heap_size();
        place.node = Node::Free;
        place.next = free;
        // A slot whose generations are used up is never used again, so that no stale position comes to life.
        if let Some(generation) = place.generation.checked_add(1) {
            place.generation = generation;
            self.free = slot;
        }
        self.size = self.size.saturating_sub(freed);
    }
}

#[cold]
fn removed() -> Error {
    Error::operation("the node at this position was removed from the XML buffer; set a new position first")
}
