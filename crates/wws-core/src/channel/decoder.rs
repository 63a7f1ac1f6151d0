//! The contract of a message decoder (WWSAPI N.1, `WS_CHANNEL_DECODER`).

use super::Content;
use crate::Result;
use bytes::{Buf, Bytes};
use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

/// Undoes on the receiving side what an [`Encoder`](super::Encoder) did.
///
/// The calls come in this order, one message at a time, and may stop after any of them (WWSAPI N.1). A decoder starts
/// *before* it learns the content type; dropping is `free`:
///
/// ```text
/// ( start [ content_type [ decode* [ end ] ] ] )*
/// ```
///
/// A decoder pulls: it takes from its [`Input`] what it needs and answers [`Decoded::NeedInput`] when that is not
/// enough.
pub trait Decoder: Send {
    /// A message comes. Also the place to forget what an earlier message left behind.
    fn start(&mut self) -> Result<()> {
        Ok(())
    }

    /// What the transport says of the message: what was it before it was encoded? The answer has the codings that are
    /// left for decoders behind this one.
    fn content_type(&mut self, content: &Content) -> Result<Content>;

    /// The next octets of the message, at most `max` of them, `max` ≥ 1.
    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded>;

    /// The message is complete.
    fn end(&mut self) -> Result<()> {
        Ok(())
    }

    /// Whether the last step is done, or waits for something outside. Ready by default.
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let _ = cx;
        Poll::Ready(Ok(()))
    }
}

/// What a call of [`Decoder::decode`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// Octets of the message, not empty.
    Data(Bytes),
    /// The input is used up, or too short, and is not [finished](Input::is_finished).
    NeedInput,
    /// Nothing yet; ask again once [`Decoder::poll_step`] is ready.
    Later,
    /// The message is complete.
    End,
}

/// What a decoder has not taken yet.
#[derive(Debug, Default)]
pub struct Input {
    chunks: VecDeque<Bytes>,
    finished: bool,
}

impl Input {
    /// Appends octets.
    pub fn push(&mut self, octets: Bytes) {
        if !octets.is_empty() {
            self.chunks.push_back(octets);
        }
    }

    /// Says that no more octets come.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// Whether no more octets come; some may still be here.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether no octets are here.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The first octets that are here; empty if there are none.
    pub fn chunk(&self) -> &[u8] {
        self.chunks.front().map_or(&[], |c| c)
    }

    /// Takes `n` octets of the first [`chunk`](Self::chunk) away, all of it if it has no more.
    pub fn advance(&mut self, n: usize) {
        if let Some(first) = self.chunks.front_mut() {
            first.advance(n.min(first.len()));
            if first.is_empty() {
                self.chunks.pop_front();
            }
        }
    }

    /// Takes up to `max` octets out, without copying them.
    pub fn take(&mut self, max: usize) -> Option<Bytes> {
        let first = self.chunks.front_mut()?;
        if first.len() > max {
            return Some(first.split_to(max));
        }
        self.chunks.pop_front()
    }
}
