//! The area channel (WWSAPI K).

pub mod built_in;
pub mod codec;
pub mod custom;
pub mod life;
pub mod object;
pub mod parts;
pub mod properties;
pub mod settings;
pub mod whole;
