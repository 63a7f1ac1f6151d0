//! Runs the encoders of a channel one behind the other and keeps the order that their contract promises.

use super::{Content, Encoder, Output};
use crate::{Error, Result};
use bytes::Bytes;
use std::{
    collections::VecDeque,
    task::{Context, Poll, ready},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Typed,
    Started,
    Ended,
    Failed,
}

enum Step {
    Start,
    Encode(Vec<Bytes>),
    End,
}

/// The encoders of one channel. The first one gets the message, the last one feeds the transport. Without any, octets
/// pass through as they are, uncopied.
///
/// [`start`](Self::start), [`encode`](Self::encode) and [`end`](Self::end) note what is to be done;
/// [`poll`](Self::poll) does it, and [`take_output`](Self::take_output) has what came of it. No encoder runs but in
/// `content_type` and `poll`.
///
/// ```
/// use std::task::{Context, Poll, Waker};
/// use wws_core::channel::EncoderChain;
/// # fn main() -> wws_core::Result<()> {
/// let mut chain = EncoderChain::new(vec![]);
/// assert_eq!(chain.content_type("text/xml")?.content_type, "text/xml");
/// chain.start()?;
/// chain.encode(vec!["<a/>".into()])?;
/// chain.end()?;
/// assert!(chain.poll(&mut Context::from_waker(Waker::noop()))?.is_ready());
/// assert_eq!(chain.take_output(), ["<a/>"]);
/// # Ok(()) }
/// ```
pub struct EncoderChain {
    stages: Vec<Box<dyn Encoder>>,
    state: State,
    /// What is still to be done, with the stage that does it.
    steps: VecDeque<(usize, Step)>,
    /// The stage whose step is under way, and what it has put out.
    running: Option<(usize, Output)>,
    output: Vec<Bytes>,
}

impl EncoderChain {
    /// A chain of encoders that are just created.
    pub fn new(stages: Vec<Box<dyn Encoder>>) -> Self {
        EncoderChain { stages, state: State::Idle, steps: VecDeque::new(), running: None, output: Vec::new() }
    }

    /// Whether there is no encoder, so that a transport can leave the chain out.
    pub fn is_identity(&self) -> bool {
        self.stages.is_empty()
    }

    /// Begins a message and says what it will be on the wire.
    ///
    /// # Errors
    /// `InvalidOperation` while another message is under way, and whatever an encoder reports.
    pub fn content_type(&mut self, content_type: &str) -> Result<Content> {
        if !matches!(self.state, State::Idle | State::Ended) {
            return Err(Error::operation(
                "an encoder takes one message at a time; end or abandon the one before",
            ));
        }
        self.abandon();
        let mut content = Content::new(content_type);
        for stage in &mut self.stages {
            let Content { content_type, content_encoding } = stage.content_type(&content.content_type)?;
            content.content_type = content_type;
            if let Some(coding) = content_encoding {
                content = content.coded(&coding);
            }
        }
        self.state = State::Typed;
        Ok(content)
    }

    /// Starts the message.
    pub fn start(&mut self) -> Result<()> {
        self.advance(State::Typed, State::Started)?;
        // From the last to the first, so that what a stage puts out at its start meets a started one.
        self.steps.extend((0..self.stages.len()).rev().map(|i| (i, Step::Start)));
        Ok(())
    }

    /// Sends octets of the message through.
    pub fn encode(&mut self, buffers: Vec<Bytes>) -> Result<()> {
        self.advance(State::Started, State::Started)?;
        if self.stages.is_empty() {
            self.output.extend(buffers);
        } else {
            self.steps.push_back((0, Step::Encode(buffers)));
        }
        Ok(())
    }

    /// Ends the message.
    pub fn end(&mut self) -> Result<()> {
        self.advance(State::Started, State::Ended)?;
        self.steps.extend((0..self.stages.len()).map(|i| (i, Step::End)));
        Ok(())
    }

    /// Does what is to be done. Pending while an encoder works elsewhere.
    ///
    /// # Errors
    /// Whatever an encoder reports. The message is lost then; [`abandon`](Self::abandon) it.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match ready!(self.poll_steps(cx)) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(error) => {
                self.state = State::Failed;
                self.steps.clear();
                self.running = None;
                Poll::Ready(Err(error.context("in the message encoder")))
            }
        }
    }

    /// What is ready for the transport.
    pub fn take_output(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.output)
    }

    /// Gives the message up, wherever it stands; the next one may begin.
    pub fn abandon(&mut self) {
        self.state = State::Idle;
        self.steps.clear();
        self.running = None;
        self.output.clear();
    }

    fn advance(&mut self, from: State, to: State) -> Result<()> {
        if self.state != from {
            return Err(Error::operation(match self.state {
                State::Failed => "the encoder has failed; abandon the message",
                State::Idle | State::Ended => "no message is under way; ask for the content type first",
                State::Typed => "the message is not started",
                State::Started => "the message is started already",
            }));
        }
        self.state = to;
        Ok(())
    }

    fn poll_steps(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            if let Some((i, output)) = &mut self.running {
                let i = *i;
                if let Some(stage) = self.stages.get_mut(i) {
                    ready!(stage.poll_step(cx, output))?;
                }
                let made = output.take();
                self.running = None;
                if i + 1 == self.stages.len() {
                    self.output.extend(made);
                } else if !made.is_empty() {
                    self.steps.push_front((i + 1, Step::Encode(made)));
                }
            }
            let Some((i, step)) = self.steps.pop_front() else { return Poll::Ready(Ok(())) };
            let Some(stage) = self.stages.get_mut(i) else { continue };
            let mut output = Output::default();
            match step {
                Step::Start => stage.start(&mut output)?,
                Step::Encode(buffers) => stage.encode(&buffers, &mut output)?,
                Step::End => stage.end(&mut output)?,
            }
            self.running = Some((i, output));
        }
    }
}

impl std::fmt::Debug for EncoderChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncoderChain")
            .field("stages", &self.stages.len())
            .field("state", &self.state)
            .finish()
    }
}
