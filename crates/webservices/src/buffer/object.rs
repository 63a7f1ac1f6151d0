//! The object behind `WS_XML_BUFFER`, and positions in it.

use crate::{
    abi::WS_XML_NODE_POSITION,
    handle::{Handle, Tag},
    heap::WS_HEAP,
    ptr::{Ptr, Void},
};
use wws::{
    Error, Result,
    xml::buffer::{NodePosition, SharedBuffer, XmlBuffer},
};

/// A buffer of the core. It lives in a heap; readers and writers that use it keep its content alive.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_XML_BUFFER {
    tag: Tag,
    /// The buffer.
    pub shared: SharedBuffer,
}

impl Handle for WS_XML_BUFFER {
    const TAG: u32 = 0x5758_4201;
    const NAME: &str = "WS_XML_BUFFER";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

impl WS_XML_BUFFER {
    /// Puts a buffer into a heap.
    ///
    /// # Errors
    /// `WS_E_QUOTA_EXCEEDED` if the heap has no room for what is in the buffer.
    pub fn keep(heap: &WS_HEAP, buffer: XmlBuffer) -> Result<Ptr<WS_XML_BUFFER>> {
        let size = buffer.size();
        let shared = SharedBuffer::new(buffer);
        heap.keep(Box::new(WS_XML_BUFFER { tag: Tag::of::<WS_XML_BUFFER>(), shared }), size)
    }

    /// Puts a handle to a buffer that others hold too into a heap; what is in the buffer counts elsewhere.
    ///
    /// # Errors
    /// `WS_E_QUOTA_EXCEEDED` if the heap has no room at all.
    pub fn keep_shared(heap: &WS_HEAP, shared: SharedBuffer) -> Result<Ptr<WS_XML_BUFFER>> {
        heap.keep(Box::new(WS_XML_BUFFER { tag: Tag::of::<WS_XML_BUFFER>(), shared }), 0)
    }

    /// A position as C has it. Its `node` is a number, never null.
    pub fn position_to_c(buffer: Ptr<WS_XML_BUFFER>, position: NodePosition) -> WS_XML_NODE_POSITION {
        let number = position.to_bits().wrapping_add(1) as usize;
        WS_XML_NODE_POSITION { buffer: buffer.cast(), node: Void::of_number(number) }
    }

    /// The buffer and the place in it that C means.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it names no buffer, `WS_E_INVALID_OPERATION` if its node was removed.
    pub fn position_of<'a>(position: &WS_XML_NODE_POSITION) -> Result<(&'a WS_XML_BUFFER, NodePosition)> {
        let buffer = WS_XML_BUFFER::find(position.buffer.cast(), "nodePosition->buffer")?;
        let number = position.node.address().checked_sub(1);
        let number =
            number.ok_or_else(|| Error::argument("`nodePosition->node` is NULL: it is no position"))?;
        let place = buffer.shared.lock().position_from_bits(number as u64)?;
        Ok((buffer, place))
    }
}

// A position has 64 bits, which a pointer must hold.
const _: () =
    assert!(size_of::<usize>() >= size_of::<u64>(), "only systems with 64-bit pointers are supported");
