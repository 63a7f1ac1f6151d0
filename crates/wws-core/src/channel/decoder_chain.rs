//! Runs the decoders of a channel one behind the other and keeps the order that their contract promises.

use super::{Content, Decoded, Decoder, Input};
use crate::{Error, Result};
use bytes::Bytes;
use std::task::{Context, Poll, ready};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Decoding,
    Ended,
    Failed,
}

struct Stage {
    decoder: Box<dyn Decoder>,
    input: Input,
    /// The decoder has seen the end of the message; the input has perhaps not ended yet.
    is_done: bool,
}

/// The decoders of one channel, in the order of the [encoders](super::EncoderChain) whose work they undo: the last one
/// meets the transport, the first one gives the message. Without any, octets pass through as they are, uncopied.
///
/// ```
/// use std::task::{Context, Poll, Waker};
/// use wws_core::channel::{Content, Decoded, DecoderChain};
/// # fn main() -> wws_core::Result<()> {
/// let cx = &mut Context::from_waker(Waker::noop());
/// let mut chain = DecoderChain::new(vec![], 65_536);
/// assert_eq!(chain.begin(&Content::new("text/xml"))?, "text/xml");
/// assert_eq!(chain.poll_decode(cx)?, Poll::Ready(Decoded::NeedInput));
/// chain.push("<a/>".into())?;
/// chain.finish()?;
/// assert_eq!(chain.poll_decode(cx)?, Poll::Ready(Decoded::Data("<a/>".into())));
/// assert_eq!(chain.poll_decode(cx)?, Poll::Ready(Decoded::End));
/// # Ok(()) }
/// ```
pub struct DecoderChain {
    /// In the order in which octets pass them.
    stages: Vec<Stage>,
    /// The input of the first stage, or of nobody if there is none.
    passed: Input,
    state: State,
    /// The stage that works elsewhere.
    waiting: Option<usize>,
    max_size: u64,
    size: u64,
}

/// The most that a decoder is asked for at once.
const PIECE: usize = 64 * 1024;

impl DecoderChain {
    /// A chain of decoders that are just created. A message may have at most `max_size` octets once it is decoded, so
    /// that a small message cannot become an endless one.
    pub fn new(decoders: Vec<Box<dyn Decoder>>, max_size: u64) -> Self {
        let stages = decoders.into_iter().rev().map(Stage::new).collect();
        DecoderChain {
            stages,
            passed: Input::default(),
            state: State::Idle,
            waiting: None,
            max_size,
            size: 0,
        }
    }

    /// Whether there is no decoder.
    pub fn is_identity(&self) -> bool {
        self.stages.is_empty()
    }

    /// Begins a message of which the transport says `content`; returns its content type once it is decoded.
    ///
    /// # Errors
    /// `InvalidOperation` while another message is under way; `InvalidFormat` if a coding is left that no decoder
    /// undoes; whatever a decoder reports.
    pub fn begin(&mut self, content: &Content) -> Result<String> {
        if self.state == State::Decoding {
            return Err(Error::operation(
                "a decoder takes one message at a time; end or abandon the one before",
            ));
        }
        self.abandon();
        self.state = State::Failed;
        let mut content = content.clone();
        for stage in &mut self.stages {
            // WWSAPI N.1: a decoder starts before it learns the content type.
            stage.decoder.start()?;
            content = stage.decoder.content_type(&content)?;
        }
        if let Some(coding) = content.outer_coding() {
            let text = format!(
                "the message has the content coding \"{coding}\", which no decoder of this channel undoes"
            );
            return Err(Error::format(text));
        }
        self.state = State::Decoding;
        Ok(content.content_type)
    }

    /// Adds octets from the transport.
    pub fn push(&mut self, octets: Bytes) -> Result<()> {
        self.raw()?.push(octets);
        Ok(())
    }

    /// Says that the transport has no more octets for this message.
    pub fn finish(&mut self) -> Result<()> {
        self.raw()?.finish();
        Ok(())
    }

    /// The next octets of the message. [`Decoded::Later`] never comes out; it is pending here.
    ///
    /// # Errors
    /// `QuotaExceeded` over the size limit; `InvalidFormat` if the octets stop too early or too late; whatever a
    /// decoder reports. The message is lost then.
    pub fn poll_decode(&mut self, cx: &mut Context<'_>) -> Poll<Result<Decoded>> {
        if self.state != State::Decoding {
            return Poll::Ready(match self.state {
                State::Ended => Ok(Decoded::End),
                _ => Err(Error::operation("no message is being decoded")),
            });
        }
        let decoded = match ready!(self.poll_stages(cx)) {
            Ok(Decoded::Data(octets)) => self.count(octets),
            other => other,
        };
        match &decoded {
            Ok(Decoded::End) => self.state = State::Ended,
            Ok(_) => {}
            Err(_) => self.state = State::Failed,
        }
        Poll::Ready(decoded)
    }

    /// Gives the message up, wherever it stands; the next one may begin.
    pub fn abandon(&mut self) {
        self.state = State::Idle;
        self.waiting = None;
        self.size = 0;
        self.passed = Input::default();
        for stage in &mut self.stages {
            stage.reset();
        }
    }

    fn raw(&mut self) -> Result<&mut Input> {
        if self.state != State::Decoding {
            return Err(Error::operation("no message is being decoded"));
        }
        Ok(self.stages.first_mut().map_or(&mut self.passed, |stage| &mut stage.input))
    }

    fn count(&mut self, octets: Bytes) -> Result<Decoded> {
        self.size = self.size.saturating_add(octets.len() as u64);
        if self.size > self.max_size {
            let text = format!(
                "the message has more than {} octets once it is decoded; raise the maximum message size of the channel",
                self.max_size
            );
            return Err(Error::quota(text));
        }
        Ok(Decoded::Data(octets))
    }

    fn poll_stages(&mut self, cx: &mut Context<'_>) -> Poll<Result<Decoded>> {
        let Some(last) = self.stages.len().checked_sub(1) else {
            return Poll::Ready(Ok(pass(&mut self.passed)));
        };
        let mut i = self.waiting.take().unwrap_or(last);
        while let Some(stage) = self.stages.get_mut(i) {
            match stage.decode(cx).map_err(|e| e.context("in the message decoder"))? {
                Decoded::NeedInput if i == 0 => return Poll::Ready(Ok(Decoded::NeedInput)),
                Decoded::NeedInput => i -= 1,
                Decoded::Later => {
                    self.waiting = Some(i);
                    return Poll::Pending;
                }
                done if i == last => return Poll::Ready(Ok(done)),
                done => {
                    i += 1;
                    self.feed(i, done);
                }
            }
        }
        Poll::Ready(Ok(Decoded::End))
    }

    /// Hands what one stage made to the next.
    fn feed(&mut self, i: usize, made: Decoded) {
        let Some(stage) = self.stages.get_mut(i) else { return };
        match made {
            Decoded::Data(octets) => stage.input.push(octets),
            _ => stage.input.finish(),
        }
    }
}

impl Stage {
    fn new(decoder: Box<dyn Decoder>) -> Self {
        Stage { decoder, input: Input::default(), is_done: false }
    }

    fn reset(&mut self) {
        self.input = Input::default();
        self.is_done = false;
    }

    /// One step: `Later` while the decoder works elsewhere, `End` once, when the input has ended too.
    fn decode(&mut self, cx: &mut Context<'_>) -> Result<Decoded> {
        while !self.is_done {
            if self.decoder.poll_step(cx)?.is_pending() {
                return Ok(Decoded::Later);
            }
            match self.decoder.decode(&mut self.input, PIECE)? {
                Decoded::End => self.is_done = true,
                Decoded::Later => {}
                Decoded::NeedInput if self.input.is_finished() => {
                    return Err(Error::format("the encoded message stops before its end"));
                }
                decoded => return Ok(decoded),
            }
        }
        if !self.input.is_empty() {
            return Err(Error::format("octets follow the end of the encoded message"));
        }
        if !self.input.is_finished() {
            return Ok(Decoded::NeedInput);
        }
        self.decoder.end()?;
        Ok(Decoded::End)
    }
}

fn pass(input: &mut Input) -> Decoded {
    match input.take(usize::MAX) {
        Some(octets) => Decoded::Data(octets),
        None if input.is_finished() => Decoded::End,
        None => Decoded::NeedInput,
    }
}

impl std::fmt::Debug for DecoderChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecoderChain")
            .field("stages", &self.stages.len())
            .field("state", &self.state)
            .finish()
    }
}
