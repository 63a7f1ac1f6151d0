//! What was wrong with bytes that do not decode: which structure, which field, and why.

use std::fmt;

/// A field that could not be decoded. Carries no bytes of the input, so that it is cheap and says nothing private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The structure, such as `DeviceServices`.
    pub structure: &'static str,
    /// The field of the structure.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Why a field does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The input ends before the field: so many bytes are needed, so many are left.
    Truncated {
        /// Bytes that the field needs.
        need: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// An offset/length pair points outside the buffer.
    Outside {
        /// The offset, in bytes from the start of the buffer.
        offset: u32,
        /// The length, in bytes.
        length: u32,
        /// The size of the buffer.
        size: usize,
    },
    /// The pairs of a buffer refer to more bytes than the buffer has: they overlap.
    Overlap,
    /// A length field disagrees with the bytes that are there.
    Length {
        /// What the field says.
        said: u32,
        /// What is there.
        found: usize,
    },
    /// A count is larger than the buffer could hold.
    Count {
        /// The count.
        count: u32,
        /// The largest count that fits.
        fits: usize,
    },
    /// Text in UTF-16 with an odd number of bytes.
    OddText,
    /// A value that is not allowed here.
    Value(u32),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { structure, field, problem } = self;
        write!(f, "{structure}.{field}: ")?;
        match *problem {
            Problem::Truncated { need, left } => write!(f, "needs {need} bytes, but {left} are left"),
            Problem::Outside { offset, length, size } => {
                write!(f, "{length} bytes at offset {offset} are outside the buffer of {size} bytes")
            }
            Problem::Overlap => f.write_str("the parts of the buffer overlap"),
            Problem::Length { said, found } => write!(f, "says {said} bytes, but there are {found}"),
            Problem::Count { count, fits } => write!(f, "says {count} elements, but at most {fits} fit"),
            Problem::OddText => f.write_str("UTF-16 text with an odd number of bytes"),
            Problem::Value(value) => write!(f, "0x{value:X} is not allowed here"),
        }
    }
}

impl std::error::Error for Malformed {}
