//! The XML writer (WWSAPI F, P.2).

pub mod canonical;
pub mod content;
pub mod element;
pub mod flush;
pub mod object;
pub mod options;
pub mod output;
pub mod push;
