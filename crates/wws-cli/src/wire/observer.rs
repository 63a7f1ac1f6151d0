//! Watches the octets of our own connections.

use super::{Conversation, Direction, Printer, printer::At};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Instant,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wws::transport::{BoxStream, tcp::StreamLayer};

/// Characters of a text that are shown.
const SHORTEN: usize = 160;

/// Prints what passes on every connection that is made with its layer.
#[derive(Clone)]
pub(crate) struct Observer(Arc<Shared>);

struct Shared {
    start: Instant,
    state: Mutex<State>,
}

struct State {
    printers: Vec<Printer>,
    connections: u64,
}

impl Observer {
    /// Prints to all of these.
    pub(crate) fn new(printers: Vec<Printer>) -> Self {
        Observer(Arc::new(Shared {
            start: Instant::now(),
            state: Mutex::new(State { printers, connections: 0 }),
        }))
    }

    /// What the binding's TCP options are told.
    pub(crate) fn layer(&self, url: &str) -> StreamLayer {
        let (shared, url) = (self.0.clone(), url.to_owned());
        StreamLayer::new(move |inner| {
            let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.connections += 1;
            let number = state.connections;
            state.printers.iter_mut().for_each(|p| p.connection(number, "tcp", "here", &url));
            let conversation = Conversation::new(Some(SHORTEN));
            Box::new(Observed { inner, number, conversation, shared: shared.clone() })
        })
    }
}

struct Observed {
    inner: BoxStream,
    number: u64,
    conversation: Conversation,
    shared: Arc<Shared>,
}

impl Observed {
    fn show(&mut self, direction: Direction, octets: &[u8]) {
        let events = match octets {
            [] => self.conversation.end(direction),
            octets => self.conversation.feed(direction, octets),
        };
        let seconds = self.shared.start.elapsed().as_secs_f64();
        let at = At { connection: self.number, seconds, direction };
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.printers.iter_mut().for_each(|p| p.events(at, &events));
    }
}

impl AsyncRead for Observed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let room = buf.remaining();
        let done = Pin::new(&mut self.inner).poll_read(cx, buf);
        if let Poll::Ready(Ok(())) = done
            && room > 0
        {
            let octets = buf.filled().get(before..).unwrap_or_default();
            self.show(Direction::Reply, octets);
        }
        done
    }
}

impl AsyncWrite for Observed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write(cx, buf);
        if let Poll::Ready(Ok(count @ 1..)) = done {
            self.show(Direction::Request, buf.get(..count).unwrap_or(buf));
        }
        done
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        if let Poll::Ready(Ok(mut left)) = done {
            for slice in slices {
                let taken = slice.get(..left).unwrap_or(slice);
                if !taken.is_empty() {
                    self.show(Direction::Request, taken);
                }
                left -= taken.len();
            }
        }
        done
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
