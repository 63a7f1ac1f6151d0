//! Heaps: memory that is allocated piece by piece and freed all at once (WWSAPI C, P.3).

use crate::{
    abi::{
        WS_HEAP_PROPERTY, WS_HEAP_PROPERTY_ACTUAL_SIZE, WS_HEAP_PROPERTY_ID, WS_HEAP_PROPERTY_MAX_SIZE,
        WS_HEAP_PROPERTY_REQUESTED_SIZE, WS_HEAP_PROPERTY_TRIM_SIZE, WS_STRING,
    },
    handle::{Handle, Tag},
    param::Out,
    property::{self, Property},
    ptr::{Ptr, Void},
};
use std::{any::Any, cell::RefCell, mem::MaybeUninit};
use wws::{Error, ErrorCode, Result};

exports! {
    fn WsCreateHeap(maxSize: usize, trimSize: usize, properties: Ptr<WS_HEAP_PROPERTY>, propertyCount: u32,
        heap: Out<Ptr<WS_HEAP>>; error) => create;
    fn WsAlloc(heap: &WS_HEAP, size: usize, ptr: Out<Void>; error) => alloc;
    fn WsGetHeapProperty(heap: &WS_HEAP, id: WS_HEAP_PROPERTY_ID, value: Void, valueSize: u32; error) => property;
    fn WsResetHeap(heap: &WS_HEAP; error) => reset;
    void WsFreeHeap(heap: Ptr<WS_HEAP>) => Handle::free;
}

/// A unit of memory. Its alignment is what the interface promises, and more: 16 suits every C type.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
struct Unit([MaybeUninit<u8>; UNIT]);

const UNIT: usize = 16;
/// Units of an ordinary block: 4 KiB.
const BLOCK: usize = 256;

/// An arena with a quota. Nothing is allocated before the first request.
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_HEAP {
    tag: Tag,
    state: RefCell<State>,
}

impl std::fmt::Debug for WS_HEAP {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state.borrow();
        f.debug_struct("WS_HEAP").field("max", &state.max).field("requested", &state.requested).finish()
    }
}

struct State {
    max: usize,
    trim: usize,
    /// The sum of the sizes asked for since creation or reset.
    requested: usize,
    /// Memory given out; only the last block has room left, from unit `used` on.
    blocks: Vec<Box<[Unit]>>,
    used: usize,
    /// Objects that live as long as the memory does, such as XML buffers.
    objects: Vec<Box<dyn Any>>,
}

impl Handle for WS_HEAP {
    const TAG: u32 = 0x5748_5001;
    const NAME: &str = "WS_HEAP";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

fn create(
    max: usize,
    trim: usize,
    properties: Ptr<WS_HEAP_PROPERTY>,
    count: u32,
    heap: Out<Ptr<WS_HEAP>>,
) -> Result<()> {
    if let Some(p) = property::list(properties, count)?.next() {
        return Err(p.refuse("no property of a heap can be set"));
    }
    heap.set(Ptr::give(Box::new(WS_HEAP::new(max, trim))));
    Ok(())
}

fn alloc(heap: &WS_HEAP, size: usize, ptr: Out<Void>) -> Result<()> {
    ptr.set(heap.alloc(size)?.cast());
    Ok(())
}

fn property(heap: &WS_HEAP, id: WS_HEAP_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let state = heap.state.borrow();
    let property = Property { id: id.0, value, size };
    property.store::<usize>(match id {
        WS_HEAP_PROPERTY_MAX_SIZE => state.max,
        WS_HEAP_PROPERTY_TRIM_SIZE => state.trim,
        WS_HEAP_PROPERTY_REQUESTED_SIZE => state.requested,
        WS_HEAP_PROPERTY_ACTUAL_SIZE => state.actual(),
        _ => return Err(property.unknown()),
    })
}

fn reset(heap: &WS_HEAP) -> Result<()> {
    heap.reset();
    Ok(())
}

impl WS_HEAP {
    /// An empty heap: `max` bytes may be asked for, about `trim` are kept at a reset.
    pub fn new(max: usize, trim: usize) -> Self {
        let state = State { max, trim, requested: 0, blocks: Vec::new(), used: 0, objects: Vec::new() };
        WS_HEAP { tag: Tag::of::<WS_HEAP>(), state: RefCell::new(state) }
    }

    /// `size` bytes that are not set, aligned to 16; a pointer even for 0 bytes.
    ///
    /// # Errors
    /// `WS_E_QUOTA_EXCEEDED` over the maximum, `E_OUTOFMEMORY` if the system has no more.
    pub fn alloc(&self, size: usize) -> Result<Ptr<u8>> {
        self.state.borrow_mut().alloc(size)
    }

    /// A copy of bytes.
    ///
    /// # Errors
    /// As [`alloc`](Self::alloc).
    pub fn copy(&self, bytes: &[u8]) -> Result<Ptr<u8>> {
        let place = self.alloc(bytes.len())?;
        place.fill(bytes);
        Ok(place)
    }

    /// A copy of a value.
    ///
    /// # Errors
    /// As [`alloc`](Self::alloc).
    pub fn store<T: Copy>(&self, value: T) -> Result<Ptr<T>> {
        let place = self.alloc(size_of::<T>())?.cast();
        place.set(value);
        Ok(place)
    }

    /// A text in UTF-16; with `zero`, a zero that is not counted follows it.
    ///
    /// # Errors
    /// As [`alloc`](Self::alloc).
    pub fn text(&self, text: &str, zero: bool) -> Result<WS_STRING> {
        let length = text.encode_utf16().count();
        let room = length + usize::from(zero);
        let chars: Ptr<u16> = self.alloc(room * 2)?.cast();
        for (slot, unit) in chars.slice_mut(room, "chars")?.iter_mut().zip(text.encode_utf16().chain([0])) {
            *slot = unit;
        }
        let length =
            u32::try_from(length).map_err(|_| Error::quota("a text has more than 4294967295 units"))?;
        Ok(WS_STRING { length, chars })
    }

    /// Bytes that may still be asked for.
    pub fn room(&self) -> usize {
        let state = self.state.borrow();
        state.max - state.requested
    }

    /// Keeps an object until the heap is reset or freed. `size` bytes of the quota are for it.
    ///
    /// # Errors
    /// As [`alloc`](Self::alloc).
    pub fn keep<T: 'static>(&self, object: Box<T>, size: usize) -> Result<Ptr<T>> {
        let mut state = self.state.borrow_mut();
        state.charge(size)?;
        let address = Ptr::to(&*object);
        state.objects.push(object);
        Ok(address)
    }

    /// Frees everything; about as much as was agreed stays for later.
    #[inline]
    pub fn reset(&self) {
        if !self.state.borrow().is_fresh() {
            self.clear();
        }
    }

    fn clear(&self) {
        // Objects go first, and outside of the borrow: they may use the heap while they are dropped.
        let objects = std::mem::take(&mut self.state.borrow_mut().objects);
        drop(objects);
        let state = &mut *self.state.borrow_mut();
        state.requested = 0;
        state.used = 0;
        let trim = state.trim;
        // One block stays at most: a second one could not be filled in order.
        state.blocks.retain({
            let mut kept = false;
            move |block| {
                let keep = !kept && size_of_val::<[Unit]>(block) <= trim;
                kept |= keep;
                keep
            }
        });
    }
}

impl State {
    /// Whether nothing was asked for since the last reset.
    fn is_fresh(&self) -> bool {
        self.used == 0 && self.requested == 0 && self.blocks.len() <= 1 && self.objects.is_empty()
    }

    fn actual(&self) -> usize {
        self.blocks.iter().map(|b| size_of_val::<[Unit]>(b)).sum()
    }

    /// Counts `size` bytes against the quota.
    fn charge(&mut self, size: usize) -> Result<()> {
        match self.requested.checked_add(size) {
            Some(sum) if sum <= self.max => self.requested = sum,
            _ => {
                return Err(Error::quota(format!(
                    "{size} more bytes would exceed the maximum size of the heap, {} bytes, of which {} are in use: \
                     create it with a larger maxSize, or reset it in time",
                    self.max, self.requested
                )));
            }
        }
        Ok(())
    }

    fn alloc(&mut self, size: usize) -> Result<Ptr<u8>> {
        self.charge(size)?;
        let units = size.div_ceil(UNIT).max(1);
        let room = self.blocks.last().map_or(0, |b| b.len() - self.used);
        if units > room {
            self.add_block(units).inspect_err(|_| self.requested -= size)?;
        }
        let from = self.used;
        self.used += units;
        let block = self.blocks.last().map(|b| b.get(from..)).unwrap_or_default().unwrap_or_default();
        Ok(Ptr::first(block).cast())
    }

    /// Adds a block with room for `units`. Blocks grow with the heap, so that their number stays small.
    fn add_block(&mut self, units: usize) -> Result<()> {
        let size = units.max(BLOCK << self.blocks.len().min(8));
        let mut block: Vec<Unit> = Vec::new();
        if block.try_reserve_exact(size).is_err() {
            block.try_reserve_exact(units).map_err(|_| {
                Error::new(
                    ErrorCode::OutOfMemory,
                    format!("the system has no {} bytes", units.saturating_mul(UNIT)),
                )
            })?;
        }
        let capacity = block.capacity();
        block.resize(capacity, Unit([MaybeUninit::uninit(); UNIT]));
        self.blocks.push(block.into_boxed_slice());
        self.used = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_apart_aligned_and_never_null() {
        let heap = WS_HEAP::new(1 << 20, 0);
        let mut seen = Vec::new();
        for size in [0, 1, 8, 4096, 3, 100_000, 0, 16] {
            let address = heap.alloc(size).unwrap().address();
            assert_eq!((address != 0, address % 8), (true, 0), "{size}");
            for &(other, length) in &seen {
                assert!(address >= other + length || address + size <= other, "{size}");
            }
            seen.push((address, size));
        }
    }

    #[test]
    fn the_quota_counts_what_is_asked_for() {
        let heap = WS_HEAP::new(100, 0);
        heap.alloc(60).unwrap();
        assert_eq!(heap.alloc(41).unwrap_err().code(), ErrorCode::QuotaExceeded);
        heap.alloc(40).unwrap();
        assert_eq!(heap.alloc(1).unwrap_err().code(), ErrorCode::QuotaExceeded);
        heap.alloc(0).unwrap();
        heap.reset();
        heap.alloc(100).unwrap();
        assert_eq!(
            WS_HEAP::new(usize::MAX, 0).alloc(isize::MAX as usize).unwrap_err().code(),
            ErrorCode::OutOfMemory
        );
    }

    #[test]
    fn reset_keeps_up_to_the_trim_size() {
        for (trim, kept) in [(0, 0), (4096, 4096)] {
            let heap = WS_HEAP::new(1 << 20, trim);
            for _ in 0..20 {
                heap.alloc(1000).unwrap();
            }
            heap.reset();
            assert_eq!(heap.state.borrow().actual(), kept);
            heap.alloc(1).unwrap();
        }
    }

    #[test]
    fn objects_live_until_the_reset() {
        let heap = WS_HEAP::new(100, 0);
        let life = std::rc::Rc::new(());
        let weak = std::rc::Rc::downgrade(&life);
        heap.keep(Box::new(life), 10).unwrap();
        assert!(weak.upgrade().is_some());
        heap.reset();
        assert!(weak.upgrade().is_none());
    }
}
