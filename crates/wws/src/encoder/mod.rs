//! Message encoders and decoders: what a channel creates them from, and the built-in ones.
//!
//! Built in are the content codings [`Gzip`] and [`Zstd`]. They implement the same traits as an encoder of the user's,
//! [`Encoder`] and [`Decoder`] (WWSAPI N.1).
//!
//! ```
//! use wws::encoder::{Codecs, Gzip};
//! // Sends gzip, and reads gzip as well as plain messages.
//! let codecs = Codecs::default().with_encoder(Gzip::default()).with_decoder(Gzip::default());
//! let content = codecs.encoders()?.content_type("text/xml")?;
//! assert_eq!(content.content_encoding.as_deref(), Some("gzip"));
//! # Ok::<(), wws::Error>(())
//! ```

mod coding;
mod gzip;
mod link;
mod pull;
mod zstd;

pub use gzip::Gzip;
pub use pull::{Pull, PullDecoder, ReadOctets};
pub use wws_core::channel::{Content, Decoded, Decoder, DecoderChain, Encoder, EncoderChain, Input, Output};
pub use zstd::Zstd;

use crate::Result;
use std::{fmt, sync::Arc};

/// What `link` locks and waits with.
mod sync {
    pub(super) use std::sync::{Condvar, Mutex, MutexGuard};
}

/// How a built-in coding makes itself known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// As a content coding: `Content-Encoding: gzip`. For HTTP.
    #[default]
    ContentCoding,
    /// As a suffix of the media type: `application/soap+msbin1+gzip`, as WCF's binary encoder does. For net.tcp and
    /// net.pipe, which carry no content coding.
    Suffix,
}

/// Creates an encoder for each channel (`WS_CREATE_ENCODER_CALLBACK`). Closures do.
pub trait CreateEncoder: Send + Sync {
    /// A new encoder.
    fn create_encoder(&self) -> Result<Box<dyn Encoder>>;
}

/// Creates a decoder for each channel (`WS_CREATE_DECODER_CALLBACK`). Closures do.
pub trait CreateDecoder: Send + Sync {
    /// A new decoder.
    fn create_decoder(&self) -> Result<Box<dyn Decoder>>;
}

impl<F: Fn() -> Result<Box<dyn Encoder>> + Send + Sync> CreateEncoder for F {
    fn create_encoder(&self) -> Result<Box<dyn Encoder>> {
        self()
    }
}

impl<F: Fn() -> Result<Box<dyn Decoder>> + Send + Sync> CreateDecoder for F {
    fn create_decoder(&self) -> Result<Box<dyn Decoder>> {
        self()
    }
}

/// The encoders and decoders of a channel or a listener: `WS_CHANNEL_PROPERTY_ENCODER` and `…_DECODER` (WWSAPI P.5
/// #36, #37), several of each if wanted. None by default, which costs nothing.
#[derive(Clone, Default)]
pub struct Codecs {
    encoders: Vec<Arc<dyn CreateEncoder>>,
    decoders: Vec<Arc<dyn CreateDecoder>>,
}

impl Codecs {
    /// Adds an encoder behind those that are there: nearer to the transport.
    pub fn with_encoder(mut self, encoder: impl CreateEncoder + 'static) -> Self {
        self.encoders.push(Arc::new(encoder));
        self
    }

    /// Adds a decoder. Give decoders in the order of the encoders whose work they undo.
    pub fn with_decoder(mut self, decoder: impl CreateDecoder + 'static) -> Self {
        self.decoders.push(Arc::new(decoder));
        self
    }

    /// Whether there are encoders.
    pub fn has_encoders(&self) -> bool {
        !self.encoders.is_empty()
    }

    /// Whether there are decoders, which may change what a content type means.
    pub fn has_decoders(&self) -> bool {
        !self.decoders.is_empty()
    }

    /// The encoders of a new channel.
    pub fn encoders(&self) -> Result<EncoderChain> {
        let stages: Result<Vec<_>> = self.encoders.iter().map(|create| create.create_encoder()).collect();
        stages.map(EncoderChain::new).map_err(|e| e.context("while a message encoder was created"))
    }

    /// The decoders of a new channel, whose messages have at most `max_size` octets once they are decoded.
    pub fn decoders(&self, max_size: u64) -> Result<DecoderChain> {
        let stages: Result<Vec<_>> = self.decoders.iter().map(|create| create.create_decoder()).collect();
        let chain = stages.map(|stages| DecoderChain::new(stages, max_size));
        chain.map_err(|e| e.context("while a message decoder was created"))
    }
}

impl fmt::Debug for Codecs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codecs({} encoders, {} decoders)", self.encoders.len(), self.decoders.len())
    }
}
