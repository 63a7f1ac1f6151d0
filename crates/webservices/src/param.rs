//! Parameters of exported functions: what a function gets from each argument, and the checks on the way.

use crate::{handle::Target, ptr::Ptr};
use wws::{Error, Result};

/// What a parameter is on the C side; a test compares it with the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A pointer to data, a handle, or a callback.
    Pointer,
    /// A 16-bit number.
    U16,
    /// A 32-bit number or enumeration.
    U32,
    /// A number as wide as a pointer.
    USize,
}

/// What an exported function gets from one argument.
pub trait Param: Sized {
    /// The type of the argument.
    type C;
    /// The class of that type.
    const KIND: Kind;
    /// Checks the argument.
    ///
    /// # Errors
    /// `E_INVALIDARG`, with `name` in the text.
    fn receive(argument: Self::C, name: &'static str) -> Result<Self>;
}

macro_rules! numbers {
    ($($number:ty = $kind:ident)*) => {$(
        impl Param for $number {
            type C = $number;
            const KIND: Kind = Kind::$kind;
            fn receive(argument: $number, _: &'static str) -> Result<Self> { Ok(argument) }
        }
    )*};
}
numbers!(u16 = U16 u32 = U32 i32 = U32 usize = USize);

impl<T> Param for Ptr<T> {
    type C = Ptr<T>;
    const KIND: Kind = Kind::Pointer;
    #[inline]
    fn receive(argument: Ptr<T>, _: &'static str) -> Result<Self> {
        Ok(argument)
    }
}

impl<T: Target> Param for &T {
    type C = Ptr<T>;
    const KIND: Kind = Kind::Pointer;
    #[inline]
    fn receive(argument: Ptr<T>, name: &'static str) -> Result<Self> {
        let target = argument.need(name)?;
        target.check(name)?;
        Ok(target)
    }
}

impl<T: Target> Param for Option<&T> {
    type C = Ptr<T>;
    const KIND: Kind = Kind::Pointer;
    #[inline]
    fn receive(argument: Ptr<T>, name: &'static str) -> Result<Self> {
        if argument.is_null() { Ok(None) } else { <&T>::receive(argument, name).map(Some) }
    }
}

/// The place of a result that must be given.
#[derive(Debug)]
pub struct Out<T>(Ptr<T>);

impl<T> Out<T> {
    /// Stores the result.
    #[inline]
    pub fn set(self, value: T) {
        self.0.set(value);
    }
}

impl<T> Param for Out<T> {
    type C = Ptr<T>;
    const KIND: Kind = Kind::Pointer;
    #[inline]
    fn receive(argument: Ptr<T>, name: &'static str) -> Result<Self> {
        if argument.is_null() {
            return Err(Error::argument(format!("`{name}` is NULL, but the result needs a place")));
        }
        Ok(Out(argument))
    }
}

impl<T> Param for Option<Out<T>> {
    type C = Ptr<T>;
    const KIND: Kind = Kind::Pointer;
    #[inline]
    fn receive(argument: Ptr<T>, _: &'static str) -> Result<Self> {
        Ok((!argument.is_null()).then_some(Out(argument)))
    }
}
