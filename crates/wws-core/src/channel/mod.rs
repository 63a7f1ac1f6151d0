//! Channels without I/O. For now the part between a message and its transport: encoders and decoders, built in or
//! the user's (WWSAPI N.1).
//!
//! ```text
//! message ── Bytes ──► EncoderChain ── Bytes ──► transport ──► DecoderChain ── Bytes ──► message
//! ```

mod content;
mod decoder;
mod decoder_chain;
mod encoder;
mod encoder_chain;

pub use content::Content;
pub use decoder::{Decoded, Decoder, Input};
pub use decoder_chain::DecoderChain;
pub use encoder::{Encoder, Output};
pub use encoder_chain::EncoderChain;
