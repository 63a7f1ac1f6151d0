//! `cargo xtask interop`: our side and programs of other stacks read what the other wrote.

mod judge;
pub(crate) mod messages;
pub(crate) mod net;
mod report;

use std::path::PathBuf;

/// Where things are built.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from)
}
