//! What several tests share.
#![allow(dead_code)] // each test is a crate of its own and uses a part of it

pub(crate) mod document;
pub(crate) mod reference;
