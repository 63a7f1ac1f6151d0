//! MC-NMF as a whole: recorded connections in both roles, any split, both roles against each other, bad input.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

mod bad_input;
mod drive;
mod pair;
mod replay;
mod splits;
