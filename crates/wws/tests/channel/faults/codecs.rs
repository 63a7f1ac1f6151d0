//! Encoders and decoders of the user, and sources that push, that fail in each of their steps, or abort the channel they
//! work for.

use super::{Case, Counting, cases};
use crate::echo::{ECHO, Echo};
use std::{
    collections::BTreeSet,
    io::IoSlice,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use wws::{
    Error, ErrorCode, Result,
    channel::{Channel, ChannelState},
    encoder::{Codecs, Content, Decoded, Decoder, Encoder, Input, Output},
    soap::Encoding,
    xml::{Charset, output::Destination},
};

/// Less than any time limit of ours.
const PATIENCE: Duration = Duration::from_secs(25);

/// What a callback does in its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Fail,
    Abort,
}

/// Which step of a callback does something else than it should, once it is armed.
#[derive(Clone)]
pub(super) struct Plan {
    step: &'static str,
    act: Act,
    is_armed: Arc<AtomicBool>,
    /// It came to that step.
    has_acted: Arc<AtomicBool>,
    channel: Arc<OnceLock<Weak<Channel>>>,
    /// Encoders and decoders that live.
    alive: Arc<AtomicUsize>,
}

impl Plan {
    pub(super) fn new(step: &'static str, act: Act) -> Self {
        Plan {
            step,
            act,
            is_armed: Arc::default(),
            has_acted: Arc::default(),
            channel: Arc::default(),
            alive: Arc::default(),
        }
    }

    /// The channel that is aborted.
    pub(super) fn aim(&self, channel: &Arc<Channel>) {
        self.channel.set(Arc::downgrade(channel)).unwrap();
    }

    pub(super) fn arm(&self) {
        self.is_armed.store(true, Ordering::SeqCst);
    }

    pub(super) fn disarm(&self) {
        self.is_armed.store(false, Ordering::SeqCst);
    }

    pub(super) fn has_acted(&self) -> bool {
        self.has_acted.load(Ordering::SeqCst)
    }

    /// Called in each step.
    pub(super) fn at(&self, step: &str) -> Result<()> {
        if step != self.step || !self.is_armed.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.has_acted.store(true, Ordering::SeqCst);
        match self.act {
            Act::Fail => Err(Error::format("told to fail")),
            Act::Abort => {
                self.channel.get().and_then(Weak::upgrade).unwrap().abort();
                Ok(())
            }
        }
    }

    /// What a call has to come to in whose midst the callback acted.
    pub(super) fn check(&self, what: &str, channel: &Channel, error: &Error) {
        match self.act {
            Act::Fail => assert!(error.to_string().contains("told to fail"), "{what}: {error}"),
            Act::Abort => {
                assert!(
                    matches!(error.code(), ErrorCode::OperationAborted | ErrorCode::ObjectFaulted),
                    "{what}: {error}"
                );
                assert_eq!(channel.state(), ChannelState::Faulted, "{what}");
            }
        }
    }
}

/// Changes nothing.
struct Plain(Plan);

impl Plain {
    fn new(plan: &Plan) -> Self {
        plan.alive.fetch_add(1, Ordering::SeqCst);
        Plain(plan.clone())
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Encoder for Plain {
    fn content_type(&mut self, content_type: &str) -> Result<Content> {
        self.0.at("encoder: content_type").map(|()| Content::new(content_type))
    }
    fn start(&mut self, _: &mut Output) -> Result<()> {
        self.0.at("encoder: start")
    }
    fn encode(&mut self, buffers: &[bytes::Bytes], output: &mut Output) -> Result<()> {
        buffers.iter().for_each(|buffer| output.push(buffer.clone()));
        self.0.at("encoder: encode")
    }
    fn end(&mut self, _: &mut Output) -> Result<()> {
        self.0.at("encoder: end")
    }
    fn poll_step(&mut self, _: &mut Context<'_>, _: &mut Output) -> Poll<Result<()>> {
        Poll::Ready(self.0.at("encoder: poll_step"))
    }
}

impl Decoder for Plain {
    fn start(&mut self) -> Result<()> {
        self.0.at("decoder: start")
    }
    fn content_type(&mut self, content: &Content) -> Result<Content> {
        self.0.at("decoder: content_type").map(|()| content.clone())
    }
    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded> {
        self.0.at("decoder: decode")?;
        Ok(match input.take(max) {
            Some(octets) => Decoded::Data(octets),
            None if input.is_finished() => Decoded::End,
            None => Decoded::NeedInput,
        })
    }
    fn end(&mut self) -> Result<()> {
        self.0.at("decoder: end")
    }
    fn poll_step(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(self.0.at("decoder: poll_step"))
    }
}

fn codecs(plan: &Plan) -> Codecs {
    let (encoding, decoding) = (plan.clone(), plan.clone());
    Codecs::default()
        .with_encoder(move || Ok(Box::new(Plain::new(&encoding)) as Box<dyn Encoder>))
        .with_decoder(move || Ok(Box::new(Plain::new(&decoding)) as Box<dyn Decoder>))
}

const STEPS: [&str; 10] = [
    "encoder: content_type",
    "encoder: start",
    "encoder: encode",
    "encoder: end",
    "encoder: poll_step",
    "decoder: start",
    "decoder: content_type",
    "decoder: decode",
    "decoder: end",
    "decoder: poll_step",
];

/// Until nobody holds an encoder or a decoder any more.
async fn nothing_is_left(what: &str, plan: &Plan) {
    let gone = async {
        while plan.alive.load(Ordering::SeqCst) > 0 {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, gone).await.is_ok(), "{what}: it leaks");
}

#[tokio::test]
async fn codecs_of_a_client_that_fail_or_abort_in_each_step() {
    let mut acted = BTreeSet::new();
    for case in cases() {
        let server = Counting::serve(&case.server, &case.url).await;
        for (step, act) in STEPS.into_iter().flat_map(|step| [(step, Act::Fail), (step, Act::Abort)]) {
            let what = format!("{}, {step}, {act:?}", case.name);
            let plan = Plan::new(step, act);
            let binding = case.client.clone().with_codecs(codecs(&plan));
            let channel = Arc::new(Channel::connect(&binding, &server.url).await.unwrap());
            plan.aim(&channel);
            channel.request::<Echo>(ECHO, &Echo::new("good")).await.unwrap_or_else(|e| panic!("{what}: {e}"));
            plan.arm();
            let echo = Echo::new("x");
            let request = channel.request::<Echo>(ECHO, &echo);
            let done = tokio::time::timeout(PATIENCE, request).await;
            match done.unwrap_or_else(|_| panic!("{what}: it hangs")) {
                Err(error) if plan.has_acted() => plan.check(&what, &channel, &error),
                // What was aborted in the last step of all may be done already.
                Ok(reply) => {
                    assert!(!plan.has_acted() || act == Act::Abort, "{what}: it did not fail");
                    assert_eq!(reply, echo);
                }
                Err(error) => panic!("{what}: {error}"),
            }
            if plan.has_acted() {
                acted.insert(step);
            }
            // It can be closed, whatever that comes to, and nothing is left.
            let _ = channel.close().await;
            assert_eq!(channel.state(), ChannelState::Closed, "{what}");
            drop(channel);
            nothing_is_left(&what, &plan).await;
        }
        let channel = Channel::connect(&case.client, &server.url).await.unwrap();
        channel.request::<Echo>(ECHO, &Echo::new("fine")).await.unwrap();
        server.close().await;
    }
    assert_eq!(acted, BTreeSet::from(STEPS), "each step happens somewhere");
}

#[tokio::test]
async fn codecs_of_a_server_that_fail_in_each_step() {
    for case in cases() {
        for step in STEPS {
            let what = format!("{}, {step}", case.name);
            let plan = Plan::new(step, Act::Fail);
            let binding = case.server.clone().with_codecs(codecs(&plan));
            let server = Counting::serve(&binding, &case.url).await;
            plan.arm();
            let exchange = async {
                let channel = Channel::connect(&case.client, &server.url).await?;
                channel.request::<Echo>(ECHO, &Echo::new("x")).await
            };
            let done = tokio::time::timeout(PATIENCE, exchange).await;
            let done = done.unwrap_or_else(|_| panic!("{what}: it hangs"));
            assert_eq!(done.is_err(), plan.has_acted(), "{what}: {done:?}");
            server.close().await;
            drop(server);
            nothing_is_left(&what, &plan).await;
        }
    }
}

/// A source that pushes some octets and then does what it is told.
fn push(plan: &Plan) -> impl FnMut(&mut dyn Destination) -> Result<()> + Send + 'static {
    let plan = plan.clone();
    move |to: &mut dyn Destination| {
        to.write_all(&[IoSlice::new(&[7; 3000])])?;
        plan.at("source")?;
        to.write_all(&[IoSlice::new(&[7; 3000])])
    }
}

async fn send_pushed(channel: &Channel, plan: &Plan) -> Result<()> {
    let mut message = channel.request_message(ECHO)?;
    let mut writer = channel.write_message_start(&mut message).await?;
    let written = (|| {
        writer.start_element("echo", "urn:test")?;
        writer.start_element("text", "urn:test")?;
        writer.end_element()?;
        writer.start_element("data", "urn:test")?;
        writer.push_bytes(push(plan))?;
        writer.end_element()?;
        writer.end_element()
    })();
    match written {
        Ok(()) => channel.write_message_end(&mut message, writer).await,
        Err(error) => {
            channel.abandon_sending(Some(writer))?;
            Err(error)
        }
    }
}

#[tokio::test]
async fn sources_that_fail_or_abort_in_the_middle() {
    for case in cases() {
        for encoding in [None, Some(Encoding::Mtom(Charset::Utf8))] {
            let bind = |binding: &wws::channel::Binding| match encoding {
                Some(encoding) => binding.clone().with_encoding(encoding),
                None => binding.clone(),
            };
            let case = Case { client: bind(&case.client), server: bind(&case.server), ..case.clone() };
            let server = Counting::serve(&case.server, &case.url).await;
            for act in [Act::Fail, Act::Abort] {
                let what = format!("{}, {encoding:?}, {act:?}", case.name);
                let plan = Plan::new("source", act);
                let channel = Arc::new(Channel::connect(&case.client, &server.url).await.unwrap());
                plan.aim(&channel);
                plan.arm();
                let sent = tokio::time::timeout(PATIENCE, send_pushed(&channel, &plan)).await;
                let error = sent.unwrap_or_else(|_| panic!("{what}: it hangs")).unwrap_err();
                assert!(plan.has_acted(), "{what}");
                plan.check(&what, &channel, &error);
                let _ = channel.close().await;
            }
            let channel = Channel::connect(&case.client, &server.url).await.unwrap();
            channel.request::<Echo>(ECHO, &Echo::new("fine")).await.unwrap();
            assert_eq!(server.received(), 1, "{}: a message that was given up looks complete", case.name);
            server.close().await;
        }
    }
}
