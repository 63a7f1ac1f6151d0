//! Watches the octets of our own connections, and our own datagrams.

use super::{Contents, Conversation, Direction, Event, Message, Printer, printer::At};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Instant,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wws::{
    channel::{Binding, Transport},
    transport::{
        BoxStream,
        tcp::StreamLayer,
        udp::{DatagramObserver, Passing},
    },
};

/// Characters of a text that are shown.
const SHORTEN: usize = 160;

/// Prints what passes on the connections of bindings.
#[derive(Clone)]
pub(crate) struct Observer(Arc<Shared>);

/// Which end of a connection we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// We connected.
    Client,
    /// We accepted.
    Server,
}

impl End {
    fn direction(self, is_written: bool) -> Direction {
        if is_written == (self == End::Client) { Direction::Request } else { Direction::Reply }
    }
}

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

    /// The binding, watched. `end` is the end that we are at, `url` the one that is connected to or listened at.
    pub(crate) fn watch(&self, mut binding: Binding, end: End, url: &str) -> Binding {
        let transport = match binding.transport {
            Transport::Udp => "udp",
            _ if url.starts_with("net.pipe") => "pipe",
            _ if url.starts_with("mbn") => "modem",
            _ => "tcp",
        };
        if transport == "udp" {
            binding.udp.observer = Some(self.datagrams(end, url));
            return binding;
        }
        binding.with_layer(self.layer(end, transport, url))
    }

    /// Says something beside what passes.
    pub(crate) fn note(&self, text: &str) {
        self.0.lock().printers.iter_mut().for_each(|p| p.note(text));
    }

    fn layer(&self, end: End, transport: &'static str, url: &str) -> StreamLayer {
        let (shared, url) = (self.0.clone(), url.to_owned());
        StreamLayer::new(move |inner| {
            let number = shared.connection(end, transport, &url);
            let conversation = Conversation::new(Some(SHORTEN));
            Box::new(Observed { inner, end, number, conversation, shared: shared.clone() })
        })
    }

    fn datagrams(&self, end: End, url: &str) -> DatagramObserver {
        let (shared, url) = (self.0.clone(), url.to_owned());
        let number = std::sync::OnceLock::new();
        DatagramObserver::new(move |passing, peer, octets| {
            let number = *number.get_or_init(|| shared.connection(end, "udp", &url));
            let (is_written, name) = match passing {
                Passing::Sent => (true, "Datagram"),
                Passing::SentAgain => (true, "Datagram, once more"),
                Passing::Received => (false, "Datagram"),
                Passing::Duplicate => (false, "Datagram, once more: dropped"),
            };
            let way = if is_written { "to" } else { "from" };
            let text = format!("{} octets {way} {peer}", octets.len());
            let mut events = vec![Event::Record { name, text }];
            if matches!(passing, Passing::Sent | Passing::Received) {
                // SOAP-over-UDP 1.1 3: nothing but the document says what it is.
                events.push(Event::Message(Message {
                    content_type: "application/soap+xml".to_owned(),
                    content_encoding: None,
                    size: octets.len() as u64,
                    envelope: Contents::new(Some(SHORTEN)).decode("", None, octets),
                }));
            }
            shared.show(number, end.direction(is_written), &events);
        })
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces a connection and gives its number.
    fn connection(&self, end: End, transport: &str, url: &str) -> u64 {
        let mut state = self.lock();
        state.connections += 1;
        let number = state.connections;
        let (from, to) = match end {
            End::Client => ("here", url),
            End::Server => ("a client", "here"),
        };
        state.printers.iter_mut().for_each(|p| p.connection(number, transport, from, to));
        number
    }

    fn show(&self, connection: u64, direction: Direction, events: &[Event]) {
        let seconds = self.start.elapsed().as_secs_f64();
        let at = At { connection, seconds, direction };
        self.lock().printers.iter_mut().for_each(|p| p.events(at, events));
    }
}

struct Observed {
    inner: BoxStream,
    end: End,
    number: u64,
    conversation: Conversation,
    shared: Arc<Shared>,
}

impl Observed {
    fn show(&mut self, is_written: bool, octets: &[u8]) {
        let direction = self.end.direction(is_written);
        let events = match octets {
            [] => self.conversation.end(direction),
            octets => self.conversation.feed(direction, octets),
        };
        self.shared.show(self.number, direction, &events);
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
            self.show(false, octets);
        }
        done
    }
}

impl AsyncWrite for Observed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write(cx, buf);
        if let Poll::Ready(Ok(count @ 1..)) = done {
            self.show(true, buf.get(..count).unwrap_or(buf));
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
                    self.show(true, taken);
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
