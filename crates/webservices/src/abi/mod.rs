//! The structs and enumerations of webservices.h that this crate uses. A test compares each with the reference.

/// Declares structs of the header, and `LAYOUTS`, the table of them.
macro_rules! c_structs {
    ($($(#[$doc:meta])* struct $name:ident { $($field:ident : $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            #[repr(C)]
            #[allow(missing_docs)]
            pub struct $name { $(pub $field: $kind,)* }
            impl crate::handle::Target for $name {}
        )*
        /// The structs of this module.
        pub(super) const LAYOUTS: &[super::Layout] = &[$(super::Layout {
            name: stringify!($name),
            size: size_of::<$name>(),
            align: align_of::<$name>(),
            fields: &[$((stringify!($field), std::mem::offset_of!($name, $field)),)*],
        },)*];
    };
}

/// Declares enumerations of the header: types for numbers, since C may pass any, and constants by their C names.
macro_rules! c_enums {
    ($($(#[$doc:meta])* enum $name:ident { $($member:ident = $value:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
            #[repr(transparent)]
            pub struct $name(pub i32);
            $(#[allow(missing_docs)] pub const $member: $name = $name($value);)*
            impl crate::handle::Target for $name {}
            impl crate::param::Param for $name {
                type C = $name;
                const KIND: crate::param::Kind = crate::param::Kind::U32;
                fn receive(argument: $name, _: &'static str) -> wws::Result<Self> { Ok(argument) }
            }
        )*
        /// The members of the enumerations of this module, with the numbers they have in C.
        pub(super) const MEMBERS: &[(&str, i32)] = &[$($((stringify!($member), $value),)*)*];
    };
}

pub mod address;
pub mod base;
pub mod channel;
pub mod message;
pub mod reader;
pub mod security;
pub mod types;
pub mod writer;
pub mod xml;

pub use address::*;
pub use base::*;
pub use channel::*;
pub use message::*;
pub use reader::*;
pub use security::*;
pub use types::*;
pub use writer::*;
pub use xml::*;

/// Every struct, by module.
pub const LAYOUTS: &[&[Layout]] = &[
    address::LAYOUTS,
    base::LAYOUTS,
    channel::LAYOUTS,
    message::LAYOUTS,
    reader::LAYOUTS,
    security::LAYOUTS,
    types::LAYOUTS,
    writer::LAYOUTS,
    xml::LAYOUTS,
];
/// Every constant, by module.
pub const MEMBERS: &[&[(&str, i32)]] = &[
    address::MEMBERS,
    base::MEMBERS,
    channel::MEMBERS,
    message::MEMBERS,
    reader::MEMBERS,
    security::MEMBERS,
    types::MEMBERS,
    writer::MEMBERS,
    xml::MEMBERS,
];

/// Size, alignment and field offsets of a struct, for the test.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Its name in C.
    pub name: &'static str,
    /// Bytes.
    pub size: usize,
    /// Bytes.
    pub align: usize,
    /// Name and offset in bytes of each field.
    pub fields: &'static [(&'static str, usize)],
}
