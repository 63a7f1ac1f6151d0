//! XML buffers (WWSAPI G).

pub mod bytes;
pub mod object;
pub mod position;
pub mod tree;
