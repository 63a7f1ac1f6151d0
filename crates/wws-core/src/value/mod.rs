//! Typed values and all their lexical forms: the only place where text becomes a value or a value text.

mod types;

pub use rust_decimal::Decimal;
pub use types::{DateTime, DateTimeFormat, Duration, Guid, TimeSpan, UniqueId};
