//! The area listener (WWSAPI L).

pub mod life;
pub mod object;
pub mod properties;
