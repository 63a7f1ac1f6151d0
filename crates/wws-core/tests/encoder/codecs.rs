//! Codecs for tests: one that frames, one that is slow, one that notes its calls.

use bytes::Bytes;
use std::{
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};
use wws_core::{
    Error, Result,
    channel::{Content, Decoded, Decoder, DecoderChain, Encoder, EncoderChain, Input, Output},
};

/// Puts a letter in front of the message, before every buffer's octets a copy of none, and the letter behind it.
pub(crate) struct Framed(pub(crate) u8);

impl Encoder for Framed {
    fn content_type(&mut self, content_type: &str) -> Result<Content> {
        Ok(Content::new(format!("{}({content_type})", self.0 as char))
            .coded(&format!("x-{}", self.0 as char)))
    }
    fn start(&mut self, output: &mut Output) -> Result<()> {
        output.push_slice(&[self.0]);
        Ok(())
    }
    fn encode(&mut self, buffers: &[Bytes], output: &mut Output) -> Result<()> {
        for buffer in buffers {
            output.push(buffer.iter().map(|octet| octet ^ 0x55).collect::<Vec<u8>>());
        }
        Ok(())
    }
    fn end(&mut self, output: &mut Output) -> Result<()> {
        output.push_slice(&[self.0]);
        Ok(())
    }
}

/// Undoes [`Framed`]. The last octet is the frame's, so one octet is always held back.
pub(crate) struct Unframed {
    letter: u8,
    started: bool,
    held: Option<u8>,
}

impl Unframed {
    pub(crate) fn new(letter: u8) -> Self {
        Unframed { letter, started: false, held: None }
    }
}

impl Decoder for Unframed {
    fn start(&mut self) -> Result<()> {
        *self = Unframed::new(self.letter);
        Ok(())
    }
    fn content_type(&mut self, content: &Content) -> Result<Content> {
        let inner = content.content_type.strip_prefix(&format!("{}(", self.letter as char));
        let inner = inner.and_then(|c| c.strip_suffix(')')).ok_or_else(|| Error::format("not framed"))?;
        Ok(Content { content_type: inner.to_owned(), ..content.without_outer_coding() })
    }
    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded> {
        if !self.started {
            let Some(octet) = input.take(1) else { return Ok(Decoded::NeedInput) };
            if octet[0] != self.letter {
                return Err(Error::format("the frame does not start"));
            }
            self.started = true;
        }
        let mut out: Vec<u8> = Vec::new();
        while out.len() < max && !input.is_empty() {
            let octet = input.chunk()[0];
            input.advance(1);
            out.extend(self.held.replace(octet).map(|octet| octet ^ 0x55));
        }
        match (out.is_empty(), input.is_finished(), self.held) {
            (false, ..) => Ok(Decoded::Data(out.into())),
            (true, true, Some(last)) if last == self.letter => Ok(Decoded::End),
            (true, true, Some(_)) => Err(Error::format("the frame does not end")),
            _ => Ok(Decoded::NeedInput),
        }
    }
}

/// Hands everything on, but each step only when it is polled the second time.
#[derive(Default)]
pub(crate) struct Slow {
    kept: Vec<Bytes>,
    polled: bool,
}

impl Encoder for Slow {
    fn content_type(&mut self, content_type: &str) -> Result<Content> {
        Ok(Content::new(content_type))
    }
    fn encode(&mut self, buffers: &[Bytes], _: &mut Output) -> Result<()> {
        self.kept.extend_from_slice(buffers);
        Ok(())
    }
    fn poll_step(&mut self, cx: &mut Context<'_>, output: &mut Output) -> Poll<Result<()>> {
        self.polled = !self.polled;
        if self.polled {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.kept.drain(..).for_each(|chunk| output.push(chunk));
        Poll::Ready(Ok(()))
    }
}

impl Decoder for Slow {
    fn content_type(&mut self, content: &Content) -> Result<Content> {
        Ok(content.clone())
    }
    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded> {
        match input.take(max) {
            Some(octets) => self.kept.push(octets),
            None if !self.kept.is_empty() => return Ok(Decoded::Data(self.kept.remove(0))),
            None if input.is_finished() => return Ok(Decoded::End),
            None => return Ok(Decoded::NeedInput),
        }
        Ok(Decoded::Later)
    }
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.polled = !self.polled;
        if self.polled {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

pub(crate) type Log = Arc<Mutex<Vec<&'static str>>>;

/// Notes each call, and fails in the one it is told to.
pub(crate) struct Noting {
    pub(crate) log: Log,
    pub(crate) fail_in: &'static str,
}

impl Noting {
    fn note(&self, call: &'static str) -> Result<()> {
        self.log.lock().unwrap().push(call);
        if call == self.fail_in { Err(Error::format(format!("told to fail in {call}"))) } else { Ok(()) }
    }
}

impl Encoder for Noting {
    fn content_type(&mut self, content_type: &str) -> Result<Content> {
        self.note("content_type").map(|()| Content::new(content_type))
    }
    fn start(&mut self, _: &mut Output) -> Result<()> {
        self.note("start")
    }
    fn encode(&mut self, buffers: &[Bytes], output: &mut Output) -> Result<()> {
        buffers.iter().for_each(|b| output.push(b.clone()));
        self.note("encode")
    }
    fn end(&mut self, _: &mut Output) -> Result<()> {
        self.note("end")
    }
}

impl Decoder for Noting {
    fn start(&mut self) -> Result<()> {
        self.note("start")
    }
    fn content_type(&mut self, content: &Content) -> Result<Content> {
        self.note("content_type").map(|()| content.clone())
    }
    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded> {
        self.note("decode")?;
        Ok(match input.take(max) {
            Some(octets) => Decoded::Data(octets),
            None if input.is_finished() => Decoded::End,
            None => Decoded::NeedInput,
        })
    }
    fn end(&mut self) -> Result<()> {
        self.note("end")
    }
}

impl Drop for Noting {
    fn drop(&mut self) {
        self.log.lock().unwrap().push("free");
    }
}

/// Carries the noted steps out, however often that takes.
pub(crate) fn run(chain: &mut EncoderChain) -> Result<Vec<Bytes>> {
    let cx = &mut Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(done) = chain.poll(cx) {
            return done.map(|()| chain.take_output());
        }
    }
    panic!("the chain never gets ready");
}

/// Encodes a message given in several calls of several buffers.
pub(crate) fn encode(chain: &mut EncoderChain, calls: &[Vec<Bytes>]) -> Result<Vec<Bytes>> {
    chain.start()?;
    let mut out = run(chain)?;
    for buffers in calls {
        chain.encode(buffers.clone())?;
        out.extend(run(chain)?);
    }
    chain.end()?;
    out.extend(run(chain)?);
    Ok(out)
}

/// Decodes a message that arrives in these chunks.
pub(crate) fn decode(chain: &mut DecoderChain, chunks: impl IntoIterator<Item = Bytes>) -> Result<Vec<u8>> {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut chunks = chunks.into_iter();
    let mut out = Vec::new();
    for _ in 0..1_000_000 {
        match chain.poll_decode(cx) {
            Poll::Pending => {}
            Poll::Ready(Err(e)) => return Err(e),
            Poll::Ready(Ok(Decoded::Data(octets))) => out.extend_from_slice(&octets),
            Poll::Ready(Ok(Decoded::End)) => return Ok(out),
            Poll::Ready(Ok(_)) => match chunks.next() {
                Some(chunk) => chain.push(chunk)?,
                None => chain.finish()?,
            },
        }
    }
    panic!("the chain never ends");
}
