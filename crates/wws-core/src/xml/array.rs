//! Values of one type in a row.

use super::Text;
use crate::{
    Result,
    value::{DateTime, Decimal, Guid, TimeSpan},
};

macro_rules! arrays {
    ($($variant:ident $type:ty),* $(,)?) => {
        /// A slice of values of a `WS_VALUE_TYPE`, for [`Writer::array`](crate::xml::Writer::array).
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        #[allow(missing_docs)]
        pub enum Array<'a> { $($variant(&'a [$type]),)* }

        impl<'a> Array<'a> {
            /// How many values there are.
            pub fn len(&self) -> usize {
                match self { $(Array::$variant(items) => items.len(),)* }
            }

            /// Whether there is none.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Calls a function with each value, until one fails.
            pub(crate) fn try_for_each(&self, mut f: impl FnMut(Text<'a>) -> Result<()>) -> Result<()> {
                match self { $(Array::$variant(items) => items.iter().try_for_each(|&item| f(item.into())),)* }
            }
        }

        $(impl<'a> From<&'a [$type]> for Array<'a> {
            fn from(items: &'a [$type]) -> Self {
                Array::$variant(items)
            }
        }

        impl<'a, const N: usize> From<&'a [$type; N]> for Array<'a> {
            fn from(items: &'a [$type; N]) -> Self {
                Array::$variant(items)
            }
        })*
    };
}

arrays! {
    Bool bool, Int8 i8, Int16 i16, Int32 i32, Int64 i64, UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64, Float f32,
    Double f64, Decimal Decimal, DateTime DateTime, TimeSpan TimeSpan, Guid Guid,
}
