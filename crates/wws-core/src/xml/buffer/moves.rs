//! The twelve moves of `WS_MOVE_TO` (WWSAPI G).

use super::{
    XmlBuffer,
    arena::{BOF, EOF, NONE, NodePosition},
    node::Node,
};
use crate::Result;

/// A way through a document, with the numbers of `WS_MOVE_TO`.
///
/// The end of an element counts as its last child, also when it is the only one; EOF is the last child of
/// BOF, and a CDATA section is a container with an end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum MoveTo {
    /// The topmost element of the document.
    RootElement = 0,
    /// The next element with the same parent.
    NextElement = 1,
    /// The previous element with the same parent.
    PreviousElement = 2,
    /// The first element among the children.
    ChildElement = 3,
    /// From an element to its end element.
    EndElement = 4,
    /// The element around the node; BOF around the root element.
    ParentElement = 5,
    /// The next node with the same parent. Nothing follows the end of an element.
    NextNode = 6,
    /// The previous node with the same parent.
    PreviousNode = 7,
    /// The first child of the parent.
    FirstNode = 8,
    /// Before the first node.
    Bof = 9,
    /// After the last node.
    Eof = 10,
    /// The first child.
    ChildNode = 11,
}

impl MoveTo {
    /// All twelve, in the order of their numbers.
    pub const ALL: [MoveTo; 12] = [
        MoveTo::RootElement,
        MoveTo::NextElement,
        MoveTo::PreviousElement,
        MoveTo::ChildElement,
        MoveTo::EndElement,
        MoveTo::ParentElement,
        MoveTo::NextNode,
        MoveTo::PreviousNode,
        MoveTo::FirstNode,
        MoveTo::Bof,
        MoveTo::Eof,
        MoveTo::ChildNode,
    ];

    /// The move with a number of `WS_MOVE_TO`.
    pub fn from_number(number: i32) -> Option<Self> {
        usize::try_from(number).ok().and_then(|i| Self::ALL.get(i)).copied()
    }
}

impl XmlBuffer {
    /// Where a move leads from a position, or `None` if there is no such node.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn move_to(&self, from: NodePosition, to: MoveTo) -> Result<Option<NodePosition>> {
        let from = self.resolve(from)?;
        let found = match to {
            MoveTo::RootElement => self.child_element(BOF),
            MoveTo::NextElement => self.element_from(self.next_sibling(from), Self::next_sibling),
            MoveTo::PreviousElement => self.element_from(self.previous_sibling(from), Self::previous_sibling),
            MoveTo::ChildElement => self.child_element(from),
            MoveTo::EndElement => match self.slot(from).node {
                Node::Element { end, .. } => Some(end),
                _ => None,
            },
            MoveTo::ParentElement => self.parent_element(from),
            MoveTo::NextNode => self.next_sibling(from),
            MoveTo::PreviousNode => self.previous_sibling(from),
            MoveTo::FirstNode => self.parent(from).map(|parent| self.next_of(parent)),
            MoveTo::Bof => Some(BOF),
            MoveTo::Eof => Some(EOF),
            MoveTo::ChildNode => self.first_child(from),
        };
        Ok(found.map(|slot| self.position(slot)))
    }

    fn parent(&self, from: u32) -> Option<u32> {
        let parent = self.slot(from).parent;
        (parent != NONE).then_some(parent)
    }

    /// The parent, which for what stands in a CDATA section is the element around the section.
    fn parent_element(&self, from: u32) -> Option<u32> {
        let parent = self.parent(from)?;
        match self.slot(parent).node {
            Node::CData { .. } => self.parent(parent),
            _ => Some(parent),
        }
    }

    fn first_child(&self, from: u32) -> Option<u32> {
        let slot = self.slot(from);
        slot.node.end().map(|_| slot.next)
    }

    fn child_element(&self, from: u32) -> Option<u32> {
        self.element_from(self.first_child(from), Self::next_sibling)
    }

    fn next_sibling(&self, from: u32) -> Option<u32> {
        let slot = self.slot(from);
        match slot.node {
            Node::Bof { .. } | Node::Eof | Node::EndElement | Node::EndCData => None,
            Node::Element { end, .. } | Node::CData { end } => Some(self.next_of(end)),
            _ => Some(slot.next),
        }
    }

    fn previous_sibling(&self, from: u32) -> Option<u32> {
        let slot = self.slot(from);
        if slot.prev == slot.parent {
            return None; // the first child, or BOF, which has neither
        }
        let previous = self.slot(slot.prev);
        match previous.node {
            Node::EndElement | Node::EndCData => Some(previous.parent),
            _ => Some(slot.prev),
        }
    }

    /// The first element from `at` on, that included.
    fn element_from(&self, at: Option<u32>, step: fn(&Self, u32) -> Option<u32>) -> Option<u32> {
        let is_element = |&i: &u32| matches!(self.slot(i).node, Node::Element { .. });
        std::iter::successors(at, |&i| step(self, i)).find(is_element)
    }
}
