//! The reader as a whole: any split of the input, any call cut short, quotas, places, hostile input.

#![allow(clippy::unwrap_used)] // a test may panic

mod calls;
mod events;
mod hostile;
mod places;
mod splits;
