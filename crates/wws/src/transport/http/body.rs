//! Bodies that we send: whole ones, and streams with back-pressure.

use crate::{
    Error, ErrorCode, Result,
    encoder::EncoderChain,
    transport::{Abort, Chunk, Timeouts, timeouts::Step},
};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::{Notify, mpsc, oneshot};

/// Chunks that wait between a sender and the connection.
const WAITING: usize = 2;

/// Octets that are handed over at once where every step is watched: over HTTP/2, where a peer may open no window.
pub(super) const PIECE: usize = 65_536;

/// A body on its way into a connection.
pub(super) enum Outgoing {
    /// `taken` closes once the connection has taken the last chunk; `progress` makes it take pieces, and is told of each.
    Whole {
        chunks: VecDeque<Bytes>,
        left: u64,
        taken: Option<oneshot::Sender<()>>,
        progress: Option<Arc<Notify>>,
    },
    /// `begun` is told once the connection asks for the first piece.
    Streamed {
        pieces: mpsc::Receiver<Piece>,
        left: Option<u64>,
        ended: bool,
        begun: Option<oneshot::Sender<()>>,
    },
}

/// What a stream is made of. One that stops without its end is cut, and the connection with it.
pub(super) enum Piece {
    Data(Bytes),
    End,
}

impl Outgoing {
    pub(super) fn empty() -> Self {
        Self::whole([])
    }

    pub(super) fn whole(chunks: impl IntoIterator<Item = Bytes>) -> Self {
        let chunks: VecDeque<Bytes> = chunks.into_iter().filter(|chunk| !chunk.is_empty()).collect();
        let left = chunks.iter().map(|chunk| chunk.len() as u64).sum();
        Outgoing::Whole { chunks, left, taken: None, progress: None }
    }

    /// A whole body, and what closes once the connection has taken it, or has given it up.
    pub(super) fn watched(chunks: impl IntoIterator<Item = Bytes>) -> (oneshot::Receiver<()>, Self) {
        let (sender, receiver) = oneshot::channel();
        let mut body = Self::whole(chunks);
        if let Outgoing::Whole { chunks, taken, .. } = &mut body {
            *taken = Some(sender).filter(|_| !chunks.is_empty());
        }
        (receiver, body)
    }

    /// The same body taken in pieces, each of which is told.
    pub(super) fn telling(mut self, told: &Arc<Notify>) -> Self {
        if let Outgoing::Whole { progress, .. } = &mut self {
            *progress = Some(told.clone());
        }
        self
    }

    /// A stream and the end that feeds it. With a size it has a Content-Length, without it is sent in chunks.
    pub(super) fn streamed(size: Option<u64>) -> (mpsc::Sender<Piece>, Self) {
        let (sender, pieces) = mpsc::channel(WAITING);
        (sender, Outgoing::Streamed { pieces, left: size, ended: false, begun: None })
    }

    /// The same stream, and what tells that the connection has begun to send it.
    pub(super) fn beginning(mut self) -> (oneshot::Receiver<()>, Self) {
        let (sender, receiver) = oneshot::channel();
        if let Outgoing::Streamed { begun, .. } = &mut self {
            *begun = Some(sender);
        }
        (receiver, self)
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        match &mut *self {
            Outgoing::Whole { chunks, left, taken, progress } => {
                let chunk = match (&*progress, chunks.front_mut()) {
                    (Some(_), Some(chunk)) if chunk.len() > PIECE => Some(chunk.split_to(PIECE)),
                    _ => chunks.pop_front(),
                };
                if let Some(progress) = progress {
                    progress.notify_one();
                }
                if chunks.is_empty() {
                    *taken = None;
                }
                *left -= chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
                Poll::Ready(chunk.map(|chunk| Ok(Frame::data(chunk))))
            }
            Outgoing::Streamed { ended: true, .. } => Poll::Ready(None),
            Outgoing::Streamed { pieces, left, ended, begun } => {
                if let Some(begun) = begun.take() {
                    // Whoever began it may have given it up.
                    let _ = begun.send(());
                }
                Poll::Ready(match std::task::ready!(pieces.poll_recv(cx)) {
                    Some(Piece::Data(chunk)) => {
                        *left = left.map(|left| left.saturating_sub(chunk.len() as u64));
                        Some(Ok(Frame::data(chunk)))
                    }
                    Some(Piece::End) => {
                        *ended = true;
                        None
                    }
                    None => Some(Err(Error::new(
                        ErrorCode::OperationAborted,
                        "the message was given up half way",
                    ))),
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Outgoing::Whole { chunks, .. } => chunks.is_empty(),
            Outgoing::Streamed { ended, .. } => *ended,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Outgoing::Whole { left, .. } | Outgoing::Streamed { left: Some(left), .. } => {
                SizeHint::with_exact(*left)
            }
            Outgoing::Streamed { left: None, .. } => SizeHint::default(),
        }
    }
}

/// Feeds a body piece by piece, and waits while the connection takes no more.
///
/// Dropping it before [`finish`](Self::finish) cuts the message: the peer sees a broken connection, not an end; over
/// HTTP/2 a stream that was reset.
///
/// # Cancelling
/// If the future of [`write`](Self::write) is dropped, part of its chunks may be lost: drop the sender too.
pub struct BodySender {
    pieces: mpsc::Sender<Piece>,
    encoders: EncoderChain,
    timeouts: Timeouts,
    abort: Abort,
    /// Octets that the announced size still asks for.
    left: Option<u64>,
    ended: bool,
}

impl BodySender {
    /// Starts the encoders, whose content type is known already.
    pub(super) fn new(
        pieces: mpsc::Sender<Piece>,
        encoders: EncoderChain,
        size: Option<u64>,
        timeouts: Timeouts,
        abort: Abort,
    ) -> Result<Self> {
        let mut sender = BodySender { pieces, encoders, timeouts, abort, left: size, ended: false };
        if !sender.encoders.is_identity() {
            sender.encoders.start()?;
        }
        Ok(sender)
    }

    /// Sends the next octets. Shared chunks reach the socket uncopied if there is no encoder.
    ///
    /// # Errors
    /// `EndpointDisconnected` if the connection is gone, `OperationTimedOut` (`SEND_TIMEOUT`), `OperationAborted`,
    /// those of the encoders; `InvalidArgument` for more than the announced size.
    pub async fn write(&mut self, chunks: &[Chunk<'_>]) -> Result<()> {
        if self.ended {
            return Err(Error::operation("the message is finished"));
        }
        self.count(Chunk::total(chunks))?;
        if self.encoders.is_identity() {
            for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
                self.put(Piece::Data(chunk.clone().into_bytes())).await?;
            }
            return Ok(());
        }
        self.encoders.encode(chunks.iter().map(|chunk| chunk.clone().into_bytes()).collect())?;
        self.put_encoded().await
    }

    /// Ends the message.
    pub async fn finish(&mut self) -> Result<()> {
        if self.ended {
            return Err(Error::operation("the message is finished already"));
        }
        if let Some(left) = self.left.filter(|left| *left > 0) {
            return Err(Error::operation(format!("the message ends {left} octets before its size")));
        }
        if !self.encoders.is_identity() {
            self.encoders.end()?;
            self.put_encoded().await?;
        }
        self.ended = true;
        self.put(Piece::End).await
    }

    /// Whether [`finish`](Self::finish) was called.
    pub fn is_finished(&self) -> bool {
        self.ended
    }

    fn count(&mut self, octets: u64) -> Result<()> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(octets).ok_or_else(|| {
                Error::argument(format!("{octets} octets of a message that has only {left} left to send"))
            })?;
        }
        Ok(())
    }

    async fn put_encoded(&mut self) -> Result<()> {
        let encoders = &mut self.encoders;
        self.timeouts.limit(Step::Send).run(&self.abort, poll_fn(|cx| encoders.poll(cx))).await?;
        for chunk in self.encoders.take_output() {
            self.put(Piece::Data(chunk)).await?;
        }
        Ok(())
    }

    async fn put(&mut self, piece: Piece) -> Result<()> {
        let put = async {
            let gone = |_| {
                Error::new(ErrorCode::EndpointDisconnected, "the connection takes no more of the message")
            };
            self.pieces.send(piece).await.map_err(gone)
        };
        self.timeouts.limit(Step::Send).run(&self.abort, put).await
    }
}

/// The whole body as the encoders make it.
pub(super) async fn encode(encoders: &mut EncoderChain, chunks: &[Chunk<'_>]) -> Result<Vec<Bytes>> {
    let chunks = chunks.iter().map(|chunk| chunk.clone().into_bytes()).collect();
    if encoders.is_identity() {
        return Ok(chunks);
    }
    encoders.start()?;
    encoders.encode(chunks)?;
    encoders.end()?;
    poll_fn(|cx| encoders.poll(cx)).await?;
    Ok(encoders.take_output())
}

impl fmt::Debug for BodySender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodySender")
            .field("left", &self.left)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    fn frame(body: &mut Outgoing) -> Poll<Option<Result<Bytes>>> {
        let cx = &mut Context::from_waker(Waker::noop());
        Pin::new(body).poll_frame(cx).map_ok(|frame| frame.into_data().unwrap_or_default())
    }

    #[test]
    fn a_watched_body_tells_when_its_last_chunk_is_taken() {
        let (mut taken, mut body) = Outgoing::watched([Bytes::from_static(b"a"), Bytes::from_static(b"b")]);
        assert_eq!(body.size_hint().exact(), Some(2));
        assert!(frame(&mut body).is_ready() && taken.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        assert!(frame(&mut body).is_ready() && taken.try_recv() == Err(oneshot::error::TryRecvError::Closed));
        assert!(body.is_end_stream());
        let (mut taken, _body) = Outgoing::watched([]);
        assert_eq!(taken.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }

    #[test]
    fn a_stream_without_its_end_is_an_error() {
        let (sender, mut body) = Outgoing::streamed(None);
        assert!(frame(&mut body).is_pending());
        assert!(sender.try_send(Piece::Data(Bytes::from_static(b"a"))).is_ok());
        assert!(matches!(frame(&mut body), Poll::Ready(Some(Ok(_)))));
        drop(sender);
        assert!(matches!(frame(&mut body), Poll::Ready(Some(Err(_)))));
        let (sender, mut body) = Outgoing::streamed(Some(0));
        assert!(sender.try_send(Piece::End).is_ok());
        assert!(matches!(frame(&mut body), Poll::Ready(None)) && body.is_end_stream());
    }
}
