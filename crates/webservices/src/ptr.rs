//! Pointers that came from C become references here, and nowhere else.
//!
//! A [`Ptr`] enters as an argument of an exported function or as a field of a struct one points to. The contract
//! of the interface is the caller's promise for it: null, or valid for the call and for as long as the function's
//! documentation says. That promise is what the `unsafe` blocks of this file rest on; everything that can be
//! checked (null, alignment, length) is.
#![allow(unsafe_code)]

use std::{fmt, marker::PhantomData, ptr};
use wws::{Error, Result};

/// A pointer as C has it: perhaps null.
#[repr(transparent)]
pub struct Ptr<T> {
    raw: *mut T,
    _kind: PhantomData<*mut T>,
}

impl<T> Clone for Ptr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ptr<T> {}

impl<T> PartialEq for Ptr<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T> Eq for Ptr<T> {}

impl<T> Default for Ptr<T> {
    fn default() -> Self {
        Self::NULL
    }
}

impl<T> fmt::Debug for Ptr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}

impl<T> Ptr<T> {
    /// The null pointer.
    pub const NULL: Self = Ptr { raw: ptr::null_mut(), _kind: PhantomData };

    /// Wraps what a callback of the program wants to see.
    pub const fn new(raw: *mut T) -> Self {
        Ptr { raw, _kind: PhantomData }
    }

    /// The address of something of ours, to hand out. C may write through it only where the interface says so.
    pub const fn to(value: &T) -> Self {
        Ptr::new(ptr::from_ref(value).cast_mut())
    }

    /// The address of the first item, to hand out; never null.
    pub const fn first(items: &[T]) -> Self {
        Ptr::new(items.as_ptr().cast_mut())
    }

    /// Gives an object away to C, which gives it back by [`reclaim`](Self::reclaim).
    pub fn give(value: Box<T>) -> Self {
        Ptr::new(Box::into_raw(value))
    }

    /// Whether it is null.
    pub const fn is_null(self) -> bool {
        self.raw.is_null()
    }

    /// The address as a number; 0 for null.
    pub fn address(self) -> usize {
        self.raw.addr()
    }

    /// The raw pointer, for C.
    pub const fn raw(self) -> *mut T {
        self.raw
    }

    /// The same address as a pointer to something else.
    pub const fn cast<U>(self) -> Ptr<U> {
        Ptr::new(self.raw.cast())
    }

    /// The address `bytes` further on.
    pub const fn byte_add(self, bytes: usize) -> Self {
        Ptr::new(self.raw.wrapping_byte_add(bytes))
    }

    /// What it points to, unless it is null or not aligned.
    #[inline]
    pub fn get<'a>(self) -> Option<&'a T> {
        // SAFETY: not null and aligned by the check, valid by the contract of the interface.
        (!self.raw.is_null() && self.raw.is_aligned()).then(|| unsafe { &*self.raw })
    }

    /// What it points to; `name` is what the error calls it.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is null or not aligned.
    #[inline]
    pub fn need<'a>(self, name: &str) -> Result<&'a T> {
        self.get().ok_or_else(|| self.bad(name))
    }

    /// What it points to, `None` if it is null.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is not aligned.
    pub fn optional<'a>(self, name: &str) -> Result<Option<&'a T>> {
        if self.is_null() { Ok(None) } else { self.need(name).map(Some) }
    }

    /// `count` items. With `count` 0 any pointer will do.
    ///
    /// # Errors
    /// `E_INVALIDARG` if it is null or not aligned, or the items would go past the end of the address space.
    #[inline]
    pub fn slice<'a>(self, count: usize, name: &str) -> Result<&'a [T]> {
        if count == 0 {
            return Ok(&[]);
        }
        let fits = count.checked_mul(size_of::<T>()).is_some_and(|bytes| bytes <= isize::MAX as usize);
        if self.raw.is_null() || !self.raw.is_aligned() || !fits {
            return Err(self.bad(name));
        }
        // SAFETY: not null, aligned and of a possible size by the check, valid by the contract of the interface.
        Ok(unsafe { std::slice::from_raw_parts(self.raw, count) })
    }

    /// As [`slice`](Self::slice), to write to. The caller handed over a buffer for that, and only for this call.
    ///
    /// # Errors
    /// As [`slice`](Self::slice).
    #[inline]
    pub fn slice_mut<'a>(self, count: usize, name: &str) -> Result<&'a mut [T]> {
        if count == 0 {
            return Ok(&mut []);
        }
        let fits = count.checked_mul(size_of::<T>()).is_some_and(|bytes| bytes <= isize::MAX as usize);
        if self.raw.is_null() || !self.raw.is_aligned() || !fits {
            return Err(self.bad(name));
        }
        // SAFETY: as in `slice`; the buffer of an out-parameter is the caller's alone during the call.
        Ok(unsafe { std::slice::from_raw_parts_mut(self.raw, count) })
    }

    /// The units before the first zero.
    ///
    /// # Errors
    /// `E_INVALIDARG` if the pointer is null or not aligned.
    pub fn until_zero<'a>(self, name: &str) -> Result<&'a [T]>
    where
        T: Default + PartialEq,
    {
        let zero = T::default();
        let mut count = 0;
        while *Ptr::new(self.raw.wrapping_add(count)).need(name)? != zero {
            count += 1;
        }
        self.slice(count, name)
    }

    /// Stores a result. Nothing is dropped there: what was there before is the program's, or not set at all.
    #[inline]
    pub fn set(self, value: T) {
        if !self.raw.is_null() {
            // SAFETY: not null by the check, valid for a write by the contract of the interface.
            unsafe { self.raw.write_unaligned(value) }
        }
    }

    /// Copies a value out, aligned or not; `None` if it is null.
    #[inline]
    pub fn read(self) -> Option<T>
    where
        T: Copy,
    {
        // SAFETY: not null by the check, valid by the contract of the interface.
        (!self.raw.is_null()).then(|| unsafe { self.raw.read_unaligned() })
    }

    /// The address of the field that stands `offset` bytes into what it points to.
    pub const fn field<U>(self, offset: usize) -> Ptr<U> {
        self.byte_add(offset).cast()
    }

    /// Takes back what [`give`](Self::give) gave away.
    pub fn reclaim(self) -> Option<Box<T>> {
        // SAFETY: only handles of ours come here, each was made by `give`, and the program frees it once.
        (!self.raw.is_null()).then(|| unsafe { Box::from_raw(self.raw) })
    }

    #[cold]
    fn bad(self, name: &str) -> Error {
        if self.is_null() {
            Error::argument(format!("`{name}` is NULL, but a value is needed"))
        } else {
            Error::argument(format!(
                "`{name}` is {:p}, which is not a multiple of {} or too near the end of memory",
                self.raw,
                align_of::<T>()
            ))
        }
    }
}

impl Ptr<u8> {
    /// Copies bytes to where it points, which has room for them.
    pub fn fill(self, bytes: &[u8]) {
        if !self.raw.is_null() && !bytes.is_empty() {
            // SAFETY: not null by the check; the room is there by the contract of the interface.
            unsafe { ptr::copy(bytes.as_ptr(), self.raw, bytes.len()) }
        }
    }
}

/// The text, if it is ASCII: names nearly always are, and checking that is faster than checking UTF-8.
#[inline(always)]
pub fn ascii(bytes: &[u8]) -> Option<&str> {
    // SAFETY: ASCII is UTF-8.
    is_ascii(bytes).then(|| unsafe { std::str::from_utf8_unchecked(bytes) })
}

/// Whether all bytes are ASCII: without a loop for those as short as names are. Chunks overlap.
#[inline(always)]
fn is_ascii(bytes: &[u8]) -> bool {
    const TOPS: u128 = u128::MAX / 0xFF * 0x80;
    let tops = match bytes.len() {
        0..4 => return bytes.iter().all(u8::is_ascii),
        4..8 => ends(bytes, |b| u32::from_ne_bytes(b).into()),
        8..16 => ends(bytes, |b| u64::from_ne_bytes(b).into()),
        16..=32 => ends(bytes, u128::from_ne_bytes),
        _ => return bytes.is_ascii(),
    };
    tops & TOPS == 0
}

/// The first and the last `N` bytes, one over the other.
#[inline(always)]
fn ends<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> u128) -> u128 {
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => number(*first) | number(*last),
        _ => u128::MAX,
    }
}

/// An address that any thread may use: what stands there is never changed or freed.
#[derive(Clone, Copy, Debug)]
pub struct Forever<T>(Ptr<T>);

// SAFETY: made from a leaked box only, which nobody writes to.
unsafe impl<T> Send for Forever<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Forever<T> {}

impl<T> Forever<T> {
    /// Leaks the value.
    pub fn leak(value: Box<T>) -> Self {
        Forever(Ptr::give(value))
    }

    /// The address.
    pub fn ptr(self) -> Ptr<T> {
        self.0
    }
}

/// Something of the program's that another thread of ours works with: pointers, callbacks and what they are passed.
///
/// The interface allows that (WWSAPI D.1, D.2): what is passed to an asynchronous call stays valid and is left alone until
/// the call completed, and callbacks may run on any thread.
#[derive(Clone, Copy, Debug)]
pub struct Across<T>(T);

// SAFETY: by the contract above, only one thread at a time works with what is inside.
unsafe impl<T> Send for Across<T> {}
// SAFETY: as above; what is shared is not changed.
unsafe impl<T> Sync for Across<T> {}

impl<T> Across<T> {
    /// Takes it along.
    pub fn new(value: T) -> Self {
        Across(value)
    }

    /// Unpacks it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> std::ops::Deref for Across<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Any memory: `void*`.
pub type Void = Ptr<std::ffi::c_void>;

impl Void {
    /// A number that C keeps in a pointer, and nobody follows.
    pub fn of_number(number: usize) -> Self {
        Ptr::new(ptr::without_provenance_mut(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_misaligned_pointers_are_arguments_errors() {
        let null = Ptr::<u32>::NULL;
        assert!(null.need("size").unwrap_err().to_string().contains("`size` is NULL"));
        assert_eq!(null.slice(0, "x").unwrap(), &[]);
        assert!(null.slice(1, "x").is_err());
        let words = [1u32, 2];
        let odd = Ptr::to(&words[0]).byte_add(1);
        assert!(odd.need("x").is_err() && odd.get().is_none() && odd.slice(1, "x").is_err());
        assert!(Ptr::to(&words[0]).slice(usize::MAX, "x").is_err());
        assert_eq!(Ptr::first(&words).slice(2, "x").unwrap(), words);
    }

    #[test]
    fn one_byte_that_is_not_ascii_is_found() {
        for len in 0..70 {
            let mut bytes = vec![0x7F; len];
            assert!(ascii(&bytes).is_some(), "{len}");
            for at in 0..len {
                bytes[at] = 0x80;
                assert!(ascii(&bytes).is_none(), "{at} of {len}");
                bytes[at] = b'a';
            }
        }
    }

    #[test]
    fn text_ends_before_its_zero() {
        assert_eq!(Ptr::first(&[7u16, 8, 0, 9]).until_zero("x").unwrap(), [7, 8]);
    }
}
