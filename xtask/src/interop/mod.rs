//! `cargo xtask interop`: our side and programs of other stacks read what the other wrote.

mod judge;
pub(crate) mod messages;
mod report;
