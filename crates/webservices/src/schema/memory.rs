//! The memory of the program and of a heap, as the walks of the core see it.

use super::host::CHost;
use crate::ptr::Ptr;
use wws::{Error, Result, schema::Memory};

impl Memory for CHost<'_> {
    type Address = Ptr<u8>;

    #[inline]
    fn offset(&self, at: Ptr<u8>, bytes: usize) -> Ptr<u8> {
        at.byte_add(bytes)
    }

    #[inline]
    fn load<const N: usize>(&self, at: Ptr<u8>) -> Result<[u8; N]> {
        at.cast().read().ok_or_else(null)
    }

    #[inline]
    fn store<const N: usize>(&mut self, at: Ptr<u8>, bytes: [u8; N]) -> Result<()> {
        at.cast().set(bytes);
        Ok(())
    }

    #[inline]
    fn load_pointer(&self, at: Ptr<u8>) -> Result<Option<Ptr<u8>>> {
        let pointer: Ptr<u8> = at.cast().read().ok_or_else(null)?;
        Ok((!pointer.is_null()).then_some(pointer))
    }

    #[inline]
    fn store_pointer(&mut self, at: Ptr<u8>, to: Option<Ptr<u8>>) -> Result<()> {
        at.cast().set(to.unwrap_or(Ptr::NULL));
        Ok(())
    }

    #[inline]
    fn bytes(&self, at: Ptr<u8>, count: usize) -> Result<&[u8]> {
        at.slice(count, "value")
    }

    #[inline]
    fn store_bytes(&mut self, at: Ptr<u8>, bytes: &[u8]) -> Result<()> {
        at.fill(bytes);
        Ok(())
    }

    #[inline]
    fn clear(&mut self, at: Ptr<u8>, count: usize) -> Result<()> {
        at.slice_mut(count, "value")?.fill(0);
        Ok(())
    }

    fn copy(&mut self, from: Ptr<u8>, to: Ptr<u8>, count: usize) -> Result<()> {
        to.fill(from.slice(count, "value")?);
        Ok(())
    }

    #[inline]
    fn allocate(&mut self, size: usize) -> Result<Ptr<u8>> {
        self.heap()?.alloc(size)
    }

    fn room(&self) -> usize {
        self.heap.map_or(0, |heap| heap.room())
    }

    fn scratch(&mut self, size: usize) -> Result<Ptr<u8>> {
        let mut piece = vec![0u64; size.div_ceil(size_of::<u64>()).max(1)].into_boxed_slice();
        let place = Ptr::new(piece.as_mut_ptr()).cast();
        self.scratch.push(piece);
        Ok(place)
    }

    fn mark(&self) -> usize {
        self.scratch.len()
    }

    fn release(&mut self, mark: usize) {
        self.scratch.truncate(mark);
    }

    fn units_before_zero(&self, at: Ptr<u8>) -> Result<usize> {
        at.cast::<u16>().until_zero("string").map(<[u16]>::len)
    }
}

#[cold]
fn null() -> Error {
    Error::argument("a value is needed, but its pointer is NULL")
}
