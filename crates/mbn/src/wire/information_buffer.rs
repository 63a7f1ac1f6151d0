//! Information buffers: the payload of a command, an answer or an event, declared field by field.
//!
//! `information_buffer!` makes the struct, the decoder and the encoder from one declaration. A field is written `name: Type`, read by
//! [`Field`], or `name: Type as kind` where the wire wants another shape than the type suggests:
//!
//! | kind | type | on the wire |
//! |---|---|---|
//! | (none) | number, `Uuid`, `[u8; N]` | the bytes |
//! | (none) | `String`, `Bytes` | a pair {offset, length} |
//! | `reversed` | `Bytes` | a pair {length, offset} |
//! | `rest` | `Bytes` | everything after the fixed fields |
//! | `counted` | `Vec<number>` | a count, then the numbers |
//! | `elements` | `Vec<buffer>` | a count, then a pair per element; each element is a buffer of its own |
//! | `texts` | `Vec<String>` | a count, then a pair per text |
//! | `after_count(list)` | number | the count of `list`, then the number: the count does not stand next to the list |

use bytes::Bytes;
use uuid::Uuid;

use super::{CommandType, Decoder, Encoder, Malformed};

/// A structure that is carried as the information buffer of a message, or as an element of one.
pub trait InformationBuffer: Sized {
    /// The name of the structure, for errors.
    const NAME: &'static str;

    /// Reads the fields in order.
    fn decode_fields(decoder: &mut Decoder) -> Result<Self, Malformed>;

    /// Writes the fields in order.
    fn encode_fields(&self, encoder: &mut Encoder);

    /// Shows each field, with its name, in order.
    fn visit(&self, see: &mut dyn FnMut(&'static str, &dyn std::fmt::Debug));

    /// Decodes a whole buffer. Bytes behind the last field are ignored: newer revisions append fields.
    fn decode(buffer: &Bytes) -> Result<Self, Malformed> {
        Self::decode_fields(&mut Decoder::new(Self::NAME, buffer.clone()))
    }

    /// Encodes a whole buffer.
    fn encode(&self) -> Bytes {
        let mut encoder = Encoder::new();
        self.encode_fields(&mut encoder);
        encoder.finish()
    }
}

/// A typed command: an information buffer that belongs to one command of one service.
pub trait Request: InformationBuffer {
    /// The device service.
    const SERVICE: Uuid;
    /// The command of the service.
    const CID: u32;
    /// Query or set.
    const KIND: CommandType;
    /// The buffer of the answer.
    type Response: InformationBuffer;
}

/// A value that stands in the fixed part of a buffer.
pub trait Field: Sized {
    /// Reads the field called `name`.
    fn decode(decoder: &mut Decoder, name: &'static str) -> Result<Self, Malformed>;

    /// Writes the field.
    fn encode(&self, encoder: &mut Encoder);
}

macro_rules! fields {
    ($($type:ty: $read:ident, $write:expr;)*) => {$(
        impl Field for $type {
            fn decode(decoder: &mut Decoder, name: &'static str) -> Result<Self, Malformed> { decoder.$read(name) }
            fn encode(&self, encoder: &mut Encoder) { $write(encoder, self) }
        }
    )*};
}

fields! {
    u16: u16, |encoder: &mut Encoder, value: &u16| encoder.u16(*value);
    u32: u32, |encoder: &mut Encoder, value: &u32| encoder.u32(*value);
    u64: u64, |encoder: &mut Encoder, value: &u64| encoder.u64(*value);
    Uuid: uuid, |encoder: &mut Encoder, value: &Uuid| encoder.uuid(*value);
    String: text, |encoder: &mut Encoder, value: &String| encoder.text(value);
    Bytes: pair, |encoder: &mut Encoder, value: &Bytes| encoder.pair(value);
}

impl<const N: usize> Field for [u8; N] {
    fn decode(decoder: &mut Decoder, name: &'static str) -> Result<Self, Malformed> {
        decoder.array(name)
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.bytes(self);
    }
}

/// Declares an information buffer. See the [module](self) for the kinds of fields.
macro_rules! information_buffer {
    ($(#[$meta:meta])* pub struct $Name:ident {
        $($(#[$fmeta:meta])* $field:ident: $type:ty $(as $kind:ident $(($list:ident))?)?),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $Name {
            $($(#[$fmeta])* pub $field: $type,)*
        }

        impl $crate::wire::InformationBuffer for $Name {
            const NAME: &'static str = stringify!($Name);

            #[allow(unused_variables)]
            fn decode_fields(decoder: &mut $crate::wire::Decoder) -> Result<Self, $crate::wire::Malformed> {
                Ok(Self { $($field: information_buffer!(@decode decoder, stringify!($field), $type $(, $kind)?),)* })
            }

            #[allow(unused_variables)]
            fn visit(&self, see: &mut dyn FnMut(&'static str, &dyn std::fmt::Debug)) {
                $(see(stringify!($field), &self.$field);)*
            }

            #[allow(unused_variables)]
            fn encode_fields(&self, encoder: &mut $crate::wire::Encoder) {
                $(information_buffer!(@encode encoder, self, self.$field $(, $kind $($list)?)?);)*
            }
        }
    };

    (@decode $decoder:ident, $name:expr, $type:ty) => {
        <$type as $crate::wire::information_buffer::Field>::decode($decoder, $name)?
    };
    (@decode $decoder:ident, $name:expr, $type:ty, reversed) => { $decoder.reversed_pair($name)? };
    (@decode $decoder:ident, $name:expr, $type:ty, rest) => { $decoder.rest() };
    (@decode $decoder:ident, $name:expr, $type:ty, counted) => {
        $crate::wire::information_buffer::counted($decoder, $name)?
    };
    (@decode $decoder:ident, $name:expr, $type:ty, elements) => {
        $crate::wire::information_buffer::elements($decoder, $name)?
    };
    (@decode $decoder:ident, $name:expr, $type:ty, texts) => {
        $crate::wire::information_buffer::texts($decoder, $name)?
    };
    (@decode $decoder:ident, $name:expr, $type:ty, after_count) => {{
        let count = $decoder.count($name, 8)?;
        $decoder.set_count(count);
        <$type as $crate::wire::information_buffer::Field>::decode($decoder, $name)?
    }};

    (@encode $encoder:ident, $self:ident, $value:expr) => {
        $crate::wire::information_buffer::Field::encode(&$value, $encoder)
    };
    (@encode $encoder:ident, $self:ident, $value:expr, reversed) => { $encoder.reversed_pair(&$value) };
    (@encode $encoder:ident, $self:ident, $value:expr, rest) => { $encoder.bytes(&$value) };
    (@encode $encoder:ident, $self:ident, $value:expr, counted) => {{
        $encoder.length($value.len());
        $value.iter().for_each(|value| $crate::wire::information_buffer::Field::encode(value, $encoder));
    }};
    (@encode $encoder:ident, $self:ident, $value:expr, elements) => {
        $crate::wire::information_buffer::put_elements($encoder, &$value)
    };
    (@encode $encoder:ident, $self:ident, $value:expr, texts) => {{
        $encoder.length($value.len());
        $value.iter().for_each(|text| $encoder.text(text));
    }};
    (@encode $encoder:ident, $self:ident, $value:expr, after_count $list:ident) => {{
        $encoder.set_count($self.$list.len());
        $crate::wire::information_buffer::Field::encode(&$value, $encoder);
    }};
}

/// Declares typed commands: `Buffer: query SERVICE CID -> Answer;`
macro_rules! requests {
    ($($Name:ty: $kind:ident $service:path, $cid:literal -> $Response:ty;)*) => {$(
        impl $crate::wire::Request for $Name {
            const SERVICE: uuid::Uuid = $service;
            const CID: u32 = $cid;
            const KIND: $crate::wire::CommandType = requests!(@kind $kind);
            type Response = $Response;
        }
    )*};
    (@kind query) => { $crate::wire::CommandType::QUERY };
    (@kind set) => { $crate::wire::CommandType::SET };
}

/// A count, then the numbers themselves.
pub(crate) fn counted<T: Field>(decoder: &mut Decoder, name: &'static str) -> Result<Vec<T>, Malformed> {
    let count = decoder.take_count(name, 4)?;
    (0..count).map(|_| T::decode(decoder, name)).collect()
}

/// A count, then one pair per element.
pub(crate) fn elements<T: InformationBuffer>(
    decoder: &mut Decoder,
    name: &'static str,
) -> Result<Vec<T>, Malformed> {
    let count = decoder.take_count(name, 8)?;
    (0..count).map(|_| decoder.element(name, T::NAME, T::decode_fields)).collect()
}

/// A count, then one pair per text.
pub(crate) fn texts(decoder: &mut Decoder, name: &'static str) -> Result<Vec<String>, Malformed> {
    let count = decoder.take_count(name, 8)?;
    (0..count).map(|_| decoder.text(name)).collect()
}

/// Writes the count, unless it stands elsewhere, and one pair per element.
pub(crate) fn put_elements<T: InformationBuffer>(encoder: &mut Encoder, elements: &[T]) {
    if !encoder.take_count() {
        encoder.length(elements.len());
    }
    for element in elements {
        encoder.pair(&element.encode());
    }
}

information_buffer! {
    /// A buffer without fields.
    pub struct Empty {}
}

information_buffer! {
    /// A buffer whose content is the service's own: raw bytes.
    pub struct Raw {
        /// The bytes.
        bytes: Bytes as rest,
    }
}

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests {
    use super::*;
    use crate::wire::Problem;

    information_buffer! {
        /// Every kind of field at once.
        pub struct Everything {
            /// A number.
            number: u32,
            /// Before the count's list.
            maximum: u32 as after_count(inner),
            /// A name.
            name: String,
            /// Elements.
            inner: Vec<Inner> as elements,
            /// Numbers.
            numbers: Vec<u32> as counted,
        }
    }

    information_buffer! {
        /// An element.
        pub struct Inner {
            /// A part.
            part: Bytes as reversed,
            /// Texts.
            texts: Vec<String> as texts,
        }
    }

    fn everything() -> Everything {
        let inner = |part: &'static [u8], text: &str| Inner {
            part: Bytes::from_static(part),
            texts: vec![text.into()],
        };
        Everything {
            number: 7,
            maximum: 3,
            name: "modem".into(),
            inner: vec![inner(b"one", "eins"), inner(b"", "")],
            numbers: vec![1, 2, 3],
        }
    }

    #[test]
    fn a_buffer_comes_back_as_it_was() {
        let buffer = everything().encode();
        assert_eq!(Everything::decode(&buffer).unwrap(), everything());
    }

    #[test]
    fn a_buffer_cut_anywhere_in_its_fixed_part_is_an_error_and_never_a_panic() {
        let buffer = everything().encode();
        for end in 0..buffer.len() {
            let cut = Everything::decode(&buffer.slice(..end));
            assert!(cut.is_err() || end > 48, "{end}: {cut:?}");
        }
    }

    #[test]
    fn elements_that_name_the_same_part_are_refused() {
        let mut bytes = vec![0; 88];
        bytes[4] = 3; // three elements
        for pair in [20, 28, 36] {
            bytes[pair] = 48; // each 40 bytes at 48, in a buffer of 88
            bytes[pair + 4] = 40;
        }
        let error = Everything::decode(&Bytes::from(bytes)).unwrap_err();
        assert_eq!((error.structure, error.field, error.problem), ("Everything", "inner", Problem::Overlap));
    }
}
