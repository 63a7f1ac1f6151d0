//! Handles: an object of ours that C holds by a pointer.

use crate::ptr::Ptr;
use wws::{Error, Result};

/// What a pointer argument may point to: a struct of the header, or an object behind a handle.
pub trait Target: Sized {
    /// Checks what was pointed to; `name` is what the error calls it.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is no such object.
    #[inline]
    fn check(&self, _name: &str) -> Result<()> {
        Ok(())
    }
}

/// The first word of every object, which tells its kind, so that a pointer to something else is found out.
#[derive(Debug)]
pub struct Tag(std::cell::Cell<u32>);

impl Tag {
    /// The tag of a new object of kind `T`.
    pub fn of<T: Handle>() -> Self {
        Tag(std::cell::Cell::new(T::TAG))
    }
}

impl Drop for Tag {
    fn drop(&mut self) {
        // Helps to find uses after a free; it promises nothing.
        self.0.set(0);
    }
}

/// A kind of object that C holds.
pub trait Handle: Sized {
    /// A number that no other kind has.
    const TAG: u32;
    /// The name of its type in C.
    const NAME: &str;

    /// The tag of this object.
    fn tag(&self) -> &Tag;

    /// The object behind a handle; `name` is what the error calls it.
    ///
    /// # Errors
    /// `E_INVALIDARG` if the handle is null or stands for something else.
    #[inline]
    fn find<'a>(pointer: Ptr<Self>, name: &str) -> Result<&'a Self> {
        let object = pointer.need(name)?;
        object.check(name)?;
        Ok(object)
    }

    /// Takes an object back from C to drop it. What is no such object is left alone.
    fn free(pointer: Ptr<Self>) {
        if Self::find(pointer, "").is_ok() {
            drop(pointer.reclaim());
        }
    }
}

impl<T: Handle> Target for T {
    #[inline]
    fn check(&self, name: &str) -> Result<()> {
        if self.tag().0.get() == T::TAG { Ok(()) } else { Err(wrong::<T>(name)) }
    }
}

#[cold]
fn wrong<T: Handle>(name: &str) -> Error {
    Error::argument(format!("`{name}` is no {}, or one that was freed", T::NAME))
}
