//! Values in memory to XML and back, by descriptions of their types: what `WS_TYPE`, `WS_STRUCT_DESCRIPTION` and
//! `WS_FIELD_DESCRIPTION` are for (WWSAPI I).
//!
//! A [`SchemaBuilder`] takes descriptions and refuses those that contradict themselves. With the [`Schema`] it makes,
//! a [`ValueReader`] and a [`ValueWriter`] walk over a value and a document at the same time. Where the value stands
//! they leave to a [`Memory`]: the C interface has one of raw structs. Rust programs have no use for any of this; they
//! take [`typed`](crate::typed).
//!
//! # Bad input
//! A document that does not fit the type gives [`InvalidFormat`](crate::ErrorCode::InvalidFormat) with the elements
//! around, what was expected and what was found; after that the reader has failed. Memory is asked for before it is
//! taken, so a quota of the [`Memory`] ([`room`](Memory::room)) stops a hostile document. Values nest
//! [`MAX_NESTING`] levels deep at most ([`QuotaExceeded`](crate::ErrorCode::QuotaExceeded)).

mod access;
mod build;
mod check;
mod description;
pub mod layout;
mod load;
mod memory;
mod read;
mod types;
mod utf16;
mod write;

pub use access::{ReadSteps, WriteSteps};
pub use build::SchemaBuilder;
pub use description::{
    DefaultValue, Field, FieldMapping, FieldOptions, QualifiedName, Schema, SchemaString, StructDescription,
    UnionDescription,
};
pub use memory::{Host, Memory, TypeMapping};
pub use read::{ReadOption, ValueReader};
pub use types::{
    ANY_LENGTH, CustomId, DurationRange, EnumId, Lengths, QNameLengths, Range, StructId, Type, UnionId,
};
pub use write::{ValueWriter, WriteOption};

/// How many structs and unions may be inside each other, so that no value and no document can use up the stack.
pub const MAX_NESTING: u32 = 200;
