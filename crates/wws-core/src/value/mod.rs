//! Typed values and all their lexical forms: the only place where text becomes a value or a value text.
//!
//! Every type implements [`Lexical`]: the grammar on reading is that of `WsReadValue` (WWSAPI E.3), the form on
//! writing its inverse (WWSAPI F.2). Bytes have [`base64`]. One file per type.
//!
//! ```
//! use wws_core::value::{Lexical, TimeSpan, trim};
//! let mut out = Vec::new();
//! 1e18_f64.append_to(&mut out);
//! assert_eq!(out, b"1E+18");
//! assert_eq!(u16::parse(trim(b" 808\r\n"))?, 808);
//! assert_eq!(TimeSpan::parse(b"1.02:00:00")?, TimeSpan::from_hours(26));
//! # Ok::<(), wws_core::Error>(())
//! ```

pub mod base64;
mod boolean;
mod datetime;
mod decimal;
mod duration;
mod float;
mod guid;
mod int;
mod lexical;
mod timespan;
mod unique_id;

pub use datetime::{Civil, DateTime, DateTimeFormat};
pub use duration::Duration;
pub use guid::Guid;
pub(crate) use lexical::quote;
pub use lexical::{Lexical, is_space, trim};
pub use rust_decimal::Decimal;
pub use timespan::TimeSpan;
pub use unique_id::UniqueId;
