//! The area listener (WWSAPI L).

pub mod built_in;
pub mod custom;
pub mod life;
pub mod object;
pub mod properties;
