//! The encoder contract (WWSAPI N.1): order of calls, chains, steps that take their time, errors at every step.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

mod chain;
mod codecs;
mod errors;
mod order;
