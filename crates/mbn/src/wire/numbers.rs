//! Protocol numbers as open newtypes with known names, made by one macro: an unknown number is kept, never an error.

/// Declares a newtype over `u32` or `u16` with named values; `flags` prints a set of bits.
macro_rules! numbers {
    ($(#[$meta:meta])* pub struct $Name:ident($int:ty); $($(#[$vmeta:meta])* $VALUE:ident = $value:literal,)*) => {
        numbers!(@type $(#[$meta])* $Name $int; $($(#[$vmeta])* $VALUE = $value,)*);

        impl $Name {
            /// The name of the number in the specification, or `None` if it is not known.
            pub fn name(self) -> Option<&'static str> {
                match self { $(Self::$VALUE => Some(stringify!($VALUE)),)* _ => None }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "0x{:X}", self.0),
                }
            }
        }

        impl std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
    ($(#[$meta:meta])* pub flags $Name:ident($int:ty); $($(#[$vmeta:meta])* $VALUE:ident = $value:literal,)*) => {
        numbers!(@type $(#[$meta])* $Name $int; $($(#[$vmeta])* $VALUE = $value,)*);

        impl $Name {
            /// True if every bit of `other` is set.
            pub const fn contains(self, other: Self) -> bool { self.0 & other.0 == other.0 }
        }

        impl std::ops::BitOr for $Name {
            type Output = Self;
            fn bitor(self, other: Self) -> Self { Self(self.0 | other.0) }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut rest = self.0;
                let mut between = "";
                $(if self.0 & $value != 0 {
                    write!(f, "{between}{}", stringify!($VALUE))?;
                    between = "|";
                    rest &= !$value;
                })*
                match (rest, between) {
                    (0, "") => f.write_str("NONE"),
                    (0, _) => Ok(()),
                    _ => write!(f, "{between}0x{rest:X}"),
                }
            }
        }

        impl std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
    (@type $(#[$meta:meta])* $Name:ident $int:ty; $($(#[$vmeta:meta])* $VALUE:ident = $value:literal,)*) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(
            /// The number on the wire.
            pub $int,
        );

        impl $Name {
            $($(#[$vmeta])* pub const $VALUE: Self = Self($value);)*
        }

        impl $crate::wire::information_buffer::Field for $Name {
            fn decode(decoder: &mut $crate::wire::Decoder, name: &'static str) -> Result<Self, $crate::wire::Malformed> {
                <$int as $crate::wire::information_buffer::Field>::decode(decoder, name).map(Self)
            }

            fn encode(&self, encoder: &mut $crate::wire::Encoder) {
                $crate::wire::information_buffer::Field::encode(&self.0, encoder);
            }
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests {
    numbers! {
        /// A number for the test.
        pub struct Colour(u32);
        /// Red.
        RED = 1,
        /// Green.
        GREEN = 2,
    }

    numbers! {
        /// Flags for the test.
        pub flags Shape(u32);
        /// Round.
        ROUND = 0x1,
        /// Large.
        LARGE = 0x4,
    }

    #[test]
    fn a_known_number_prints_its_name_and_an_unknown_one_is_kept() {
        assert_eq!(Colour::GREEN.to_string(), "GREEN");
        assert_eq!(Colour(0x80).to_string(), "0x80");
        assert_eq!(Colour(1), Colour::RED);
    }

    #[test]
    fn flags_print_every_bit() {
        assert_eq!(Shape(0).to_string(), "NONE");
        assert_eq!((Shape::ROUND | Shape::LARGE).to_string(), "ROUND|LARGE");
        assert_eq!(Shape(0x9).to_string(), "ROUND|0x8");
        assert_eq!(Shape(0x8).to_string(), "0x8");
        assert!(Shape(5).contains(Shape::LARGE));
    }
}
