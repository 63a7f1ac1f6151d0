//! A data session as a stream of bytes.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{DataSession, Request};
use crate::{
    Code, Error, Result,
    wire::record::{RECORD_HEAD_LEN, Record},
};

/// How many records may be under way: enough to keep the session busy, and little memory.
const WINDOW: usize = 64;

/// A data session as a stream of bytes both ways, in [records](crate::wire::record): a datagram that is lost, doubled, cut or out of place
/// is an error of the reader, and never a gap.
///
/// There is no acknowledgement: a writer whose records are lost learns of it only from what its peer says, or does not say.
/// Shutting down sends the last record; dropping the stream closes the session.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use wws_mbn::{RecordStream, sim};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let modem = sim::open(sim::Profile::default()).await?;
/// let session = modem.device_service(sim::service::ECHO)?.data_session().await?;
/// let mut stream = RecordStream::new(session);
/// stream.write_all(b"hello").await?;
/// let mut heard = [0; 5];
/// stream.read_exact(&mut heard).await?;
/// assert_eq!(&heard, b"hello");
/// stream.shutdown().await?;
/// # Ok::<(), wws_mbn::Error>(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct RecordStream {
    session: DataSession,
    under_way: VecDeque<Request>,
    next_to_write: u32,
    next_to_read: u32,
    /// What came and was not read.
    unread: Bytes,
    /// How reading ended.
    ended: Option<Result<()>>,
    shutdown: Shutdown,
}

#[derive(Debug)]
enum Shutdown {
    No,
    LastSent,
    Done,
}

impl RecordStream {
    /// A stream over a session that nobody else writes to or reads from.
    pub fn new(session: DataSession) -> Self {
        Self {
            session,
            under_way: VecDeque::with_capacity(WINDOW),
            next_to_write: 0,
            next_to_read: 0,
            unread: Bytes::new(),
            ended: None,
            shutdown: Shutdown::No,
        }
    }

    /// The session.
    pub fn session(&self) -> &DataSession {
        &self.session
    }

    /// Takes the next record out of what came.
    fn poll_record(&mut self, cx: &mut Context<'_>) -> Poll<Result<Record>> {
        let Some(datagram) = ready!(self.session.poll_read_data(cx))? else {
            return Poll::Ready(Err(Error::new(
                Code::DeviceRemoved,
                "the data session ended in the middle of a stream",
            )));
        };
        let record = Record::decode(&datagram).map_err(|malformed| {
            Error::from(malformed).context("a datagram of the data session was damaged")
        })?;
        if record.number != self.next_to_read {
            let text = format!(
                "datagram {} of the data session came where {} was expected: one was lost, doubled or overtaken",
                record.number, self.next_to_read
            );
            return Poll::Ready(Err(Error::new(Code::InvalidData, text)));
        }
        self.next_to_read = self.next_to_read.wrapping_add(1);
        Poll::Ready(Ok(record))
    }

    /// Waits until fewer than `limit` records are under way.
    fn poll_room(&mut self, cx: &mut Context<'_>, limit: usize) -> Poll<Result<()>> {
        while self.under_way.len() >= limit {
            let Some(first) = self.under_way.front_mut() else { break };
            let result = ready!(Pin::new(first).poll(cx));
            self.under_way.pop_front();
            result?;
        }
        Poll::Ready(Ok(()))
    }

    /// Sends a record, or waits for room.
    fn poll_send(&mut self, cx: &mut Context<'_>, octets: &[u8], is_last: bool) -> Poll<Result<()>> {
        ready!(self.poll_room(cx, WINDOW))?;
        let octets = Bytes::copy_from_slice(octets);
        let datagram = Record { number: self.next_to_write, is_last, octets }.encode();
        loop {
            match self.session.service().write_data(datagram.clone()) {
                Ok(request) => {
                    self.under_way.push_back(request);
                    self.next_to_write = self.next_to_write.wrapping_add(1);
                    return Poll::Ready(Ok(()));
                }
                // Too many bytes of this modem are under way: some of ours first.
                Err(error) if error.code() == Code::Busy && !self.under_way.is_empty() => {
                    let fewer = self.under_way.len();
                    ready!(self.poll_room(cx, fewer))?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Drop for RecordStream {
    fn drop(&mut self) {
        // Whoever wants to know how that ends closes the session otherwise.
        let _goes_on = self.session.service().close_data_session();
    }
}

impl AsyncRead for RecordStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if !self.unread.is_empty() {
                let count = self.unread.len().min(buffer.remaining());
                buffer.put_slice(self.unread.get(..count).unwrap_or_default());
                self.unread.advance(count);
                return Poll::Ready(Ok(()));
            }
            if let Some(ended) = &self.ended {
                return Poll::Ready(ended.clone().map_err(Into::into));
            }
            match ready!(self.poll_record(cx)) {
                Ok(record) => {
                    self.unread = record.octets;
                    self.ended = record.is_last.then_some(Ok(()));
                }
                Err(error) => self.ended = Some(Err(error)),
            }
        }
    }
}

impl AsyncWrite for RecordStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        if !matches!(self.shutdown, Shutdown::No) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if data.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let most = self.session.max_data_size().min(usize::from(u16::MAX)).saturating_sub(RECORD_HEAD_LEN);
        if most == 0 {
            let text = "the datagrams of the data session are too small for records";
            return Poll::Ready(Err(Error::new(Code::NotSupported, text).into()));
        }
        let octets = data.get(..data.len().min(most)).unwrap_or_default();
        ready!(self.poll_send(cx, octets, false)).map_err(io::Error::from)?;
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_room(cx, 1).map_err(io::Error::from)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.shutdown {
                Shutdown::No => {
                    ready!(self.poll_send(cx, &[], true)).map_err(io::Error::from)?;
                    self.shutdown = Shutdown::LastSent;
                }
                Shutdown::LastSent => {
                    ready!(self.poll_room(cx, 1)).map_err(io::Error::from)?;
                    self.shutdown = Shutdown::Done;
                }
                Shutdown::Done => return Poll::Ready(Ok(())),
            }
        }
    }
}
