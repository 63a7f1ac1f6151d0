//! Decoders that pull: they call for octets in the middle of their work, as `WS_DECODER_DECODE_CALLBACK` does with its
//! `WS_READ_CALLBACK` (WWSAPI N.1, N.2), and may block there.

use super::{Content, CreateDecoder, Decoded, Decoder, Input, link::Link};
use crate::{Error, ErrorCode, Result};
use bytes::{Buf, Bytes};
use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{runtime::Handle, task::JoinHandle};

/// Gives a pulling decoder the octets from the transport: fills the buffer, 0 at the end of the message.
pub type ReadOctets<'a> = dyn FnMut(&mut [u8]) -> Result<usize> + 'a;

/// A decoder in the form of webservices.h. The calls come in the order of [`Decoder`]; `decode` runs on a thread that
/// may block.
pub trait PullDecoder: Send + 'static {
    /// A message comes.
    fn start(&mut self) -> Result<()> {
        Ok(())
    }

    /// As [`Decoder::content_type`].
    fn content_type(&mut self, content: &Content) -> Result<Content>;

    /// Fills `buffer` with the next octets of the message, pulling from `read` what it needs; 0 at the end.
    fn decode(&mut self, read: &mut ReadOctets<'_>, buffer: &mut [u8]) -> Result<usize>;

    /// The message is complete.
    fn end(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Makes a [`Decoder`] of each [`PullDecoder`] that the function creates. One whose message is abandoned while it works
/// is dropped, and the next message gets a new one.
///
/// ```
/// use wws::{Result, encoder::{Codecs, Content, Pull, PullDecoder, ReadOctets}};
/// struct Invert;
/// impl PullDecoder for Invert {
///     fn content_type(&mut self, content: &Content) -> Result<Content> {
///         Ok(content.clone())
///     }
///     fn decode(&mut self, read: &mut ReadOctets<'_>, buffer: &mut [u8]) -> Result<usize> {
///         let count = read(buffer)?;
///         buffer[..count].iter_mut().for_each(|octet| *octet = !*octet);
///         Ok(count)
///     }
/// }
/// let codecs = Codecs::default().with_decoder(Pull(|| Ok(Invert)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pull<F>(pub F);

impl<D, F> CreateDecoder for Pull<F>
where
    D: PullDecoder,
    F: Fn() -> Result<D> + Clone + Send + Sync + 'static,
{
    fn create_decoder(&self) -> Result<Box<dyn Decoder>> {
        let decoder = self.0()?;
        Ok(Box::new(Pulling { create: self.0.clone(), state: State::Idle(decoder, Bytes::new()) }))
    }
}

struct Pulling<D, F> {
    create: F,
    state: State<D>,
}

enum State<D> {
    /// Nothing runs; octets that were pulled and not used.
    Idle(D, Bytes),
    Running(JoinHandle<Done<D>>, Arc<Link>),
    Done(Done<D>),
    /// The decoder panicked.
    Lost,
}

/// What a call of `decode` leaves behind.
struct Done<D> {
    decoder: D,
    unused: Bytes,
    decoded: Result<Vec<u8>>,
}

impl<D: PullDecoder, F: Fn() -> Result<D> + Send> Decoder for Pulling<D, F> {
    fn start(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Idle(decoder, _) | State::Done(Done { decoder, .. }) => {
                self.state = State::Idle(decoder, Bytes::new());
            }
            State::Running(_, link) => {
                link.cancel();
                self.state = State::Idle((self.create)()?, Bytes::new());
            }
            State::Lost => self.state = State::Idle((self.create)()?, Bytes::new()),
        }
        self.decoder()?.start()
    }

    fn content_type(&mut self, content: &Content) -> Result<Content> {
        self.decoder()?.content_type(content)
    }

    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Idle(decoder, unused) => {
                let runtime = Handle::try_current().map_err(|_| {
                    Error::operation("a pulling decoder needs a tokio runtime for its thread")
                })?;
                let link = Arc::new(Link::default());
                let theirs = link.clone();
                let job = runtime.spawn_blocking(move || run(decoder, unused, &theirs, max));
                self.state = State::Running(job, link);
                Ok(Decoded::Later)
            }
            State::Running(job, link) => {
                let supplied = link.supply(input);
                self.state = State::Running(job, link);
                Ok(if supplied { Decoded::Later } else { Decoded::NeedInput })
            }
            State::Done(Done { decoder, unused, decoded }) => {
                self.state = State::Idle(decoder, unused);
                let octets = decoded?;
                Ok(if octets.is_empty() { Decoded::End } else { Decoded::Data(octets.into()) })
            }
            State::Lost => Err(lost()),
        }
    }

    fn end(&mut self) -> Result<()> {
        self.decoder()?.end()
    }

    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let State::Running(job, link) = &mut self.state else { return Poll::Ready(Ok(())) };
        if link.poll_waiting(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        match ready!(Pin::new(job).poll(cx)) {
            Ok(done) => {
                self.state = State::Done(done);
                Poll::Ready(Ok(()))
            }
            Err(_) => {
                self.state = State::Lost;
                Poll::Ready(Err(lost()))
            }
        }
    }
}

impl<D, F> Pulling<D, F> {
    fn decoder(&mut self) -> Result<&mut D> {
        match &mut self.state {
            State::Idle(decoder, _) => Ok(decoder),
            _ => Err(Error::operation("the decoder is at work")),
        }
    }
}

impl<D, F> Drop for Pulling<D, F> {
    fn drop(&mut self) {
        if let State::Running(_, link) = &self.state {
            link.cancel();
        }
    }
}

fn run<D: PullDecoder>(mut decoder: D, mut unused: Bytes, link: &Link, max: usize) -> Done<D> {
    let mut buffer = vec![0; max];
    let mut read = |buffer: &mut [u8]| {
        if unused.is_empty() {
            unused = link.wait()?;
        }
        let n = unused.len().min(buffer.len());
        if let Some(part) = buffer.get_mut(..n) {
            unused.copy_to_slice(part);
        }
        Ok(n)
    };
    let decoded = decoder.decode(&mut read, &mut buffer).map(|n| {
        buffer.truncate(n);
        buffer
    });
    Done { decoder, unused, decoded }
}

fn lost() -> Error {
    Error::new(ErrorCode::Other, "the message decoder panicked")
}
