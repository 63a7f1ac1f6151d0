//! The XML reader (WWSAPI E, P.1).

pub mod attribute;
pub mod canonical;
pub mod content;
pub mod element;
pub mod fill;
pub mod input;
pub mod names;
pub mod node;
pub mod object;
pub mod options;
pub mod present;
