//! Derived types: to XML and back.

#![allow(clippy::unwrap_used)]

mod any;
mod enums;
mod errors;
mod fields;
mod generics;
mod macros;
mod properties;
mod structs;

use std::fmt::Debug;
use wws_core::typed::{self, FromElement, ToElement};

/// The value is written as this text, and read from it.
#[track_caller]
fn there_and_back<T>(value: &T, text: &str)
where
    T: ToElement + for<'a> FromElement<'a> + Debug + PartialEq,
{
    assert_eq!(typed::to_string(value).unwrap(), text);
    assert_eq!(&typed::from_str::<T>(text).unwrap(), value);
}

/// The text is read as this value.
#[track_caller]
fn reads<'a, T: FromElement<'a> + Debug + PartialEq>(text: &'a str, value: &T) {
    assert_eq!(&typed::from_str::<T>(text).unwrap(), value);
}

/// The text is not read; the error is this.
#[track_caller]
fn fails<'a, T: FromElement<'a> + Debug>(text: &'a str, error: &str) {
    assert_eq!(typed::from_str::<T>(text).unwrap_err().to_string(), error);
}
