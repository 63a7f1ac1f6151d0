//! A payload reaches the socket uncopied: the address that the caller has is the address that is written. Over framed
//! sessions and over HTTP, both ways.

use super::{
    Abort, Chunk,
    framed::{Connection, Mode, Options, Session, Target, initiate},
    http::for_tests,
};
use bytes::Bytes;
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};

/// The writes, each a list of slices by address and length.
type Writes = Arc<Mutex<Vec<Vec<(usize, usize)>>>>;

/// Remembers every write; reads what the test puts into the other end of `inner`.
struct Recording {
    inner: DuplexStream,
    writes: Writes,
}

fn recording() -> (Recording, DuplexStream, Writes) {
    let (inner, far) = tokio::io::duplex(1024);
    let writes = Writes::default();
    (Recording { inner, writes: writes.clone() }, far, writes)
}

impl AsyncRead for Recording {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Recording {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writes.lock().unwrap().push(slices.iter().map(|slice| place(slice)).collect());
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }
    fn is_write_vectored(&self) -> bool {
        true
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn place(octets: &[u8]) -> (usize, usize) {
    (octets.as_ptr() as usize, octets.len())
}

/// A session of framing whose writes are recorded, without those of the handshake.
async fn session(mode: Mode) -> (Session, Writes) {
    let (stream, mut far, writes) = recording();
    far.write_all(&[0x0B]).await.unwrap();
    let mut options = Options::default();
    options.limits.max_envelope_size = u64::MAX;
    let target = Target::new(mode, "net.tcp://localhost/", "application/soap+msbin1");
    let session = initiate(Connection::new(stream), target, &options, &Abort::new()).await.unwrap();
    writes.lock().unwrap().clear();
    (session, writes)
}

#[tokio::test]
async fn a_whole_framed_message_is_one_vectored_write() {
    for mode in [Mode::DUPLEX, Mode::SINGLETON_UNSIZED] {
        let (mut session, writes) = session(mode).await;
        let borrowed = vec![1; 100_000];
        let shared = Bytes::from(vec![2; 200_000]);
        session.sender.send(&[Chunk::Borrowed(&borrowed), Chunk::Shared(shared.clone())]).await.unwrap();
        let writes = writes.lock().unwrap();
        let [write] = &writes[..] else { panic!("{mode}: {} writes", writes.len()) };
        assert!(write.contains(&place(&borrowed)) && write.contains(&place(&shared)), "{mode}");
        let framing: usize = write.iter().map(|(_, len)| len).sum::<usize>() - 300_000;
        assert!(framing <= 8, "{mode}: {framing} octets of framing");
    }
}

#[tokio::test]
async fn each_streamed_piece_is_one_vectored_write() {
    let (mut session, writes) = session(Mode::SINGLETON_UNSIZED).await;
    let pieces = [Bytes::from(vec![1; 65_536]), Bytes::from(vec![2; 65_536])];
    session.sender.begin(None).await.unwrap();
    for piece in &pieces {
        session.sender.write(&[piece.clone().into()]).await.unwrap();
    }
    session.sender.finish().await.unwrap();
    let writes = writes.lock().unwrap();
    assert_eq!(writes.len(), 3, "two pieces and the terminator");
    assert!(writes[0].contains(&place(&pieces[0])) && writes[1].contains(&place(&pieces[1])));
}

#[tokio::test]
async fn a_streamed_message_and_its_session_end_in_one_write() {
    let (mut session, writes) = session(Mode::SINGLETON_UNSIZED).await;
    session.sender.begin(None).await.unwrap();
    session.sender.write(&["all".into()]).await.unwrap();
    session.sender.finish_session().await.unwrap();
    let writes = writes.lock().unwrap();
    // Record, size and octets; terminator and End.
    let sizes: Vec<Vec<usize>> = writes.iter().map(|w| w.iter().map(|(_, size)| *size).collect()).collect();
    assert_eq!((sizes.len(), &sizes[1]), (2, &vec![1, 1]), "{sizes:?}");
    assert!(session.sender.is_shut_down());
}

#[tokio::test]
async fn http_bodies_are_written_from_where_they_are() {
    for is_client in [true, false] {
        for whole in [true, false] {
            let (stream, far, writes) = recording();
            let pieces = [Bytes::from(vec![1; 100_000]), Bytes::from(vec![2; 200_000])];
            for_tests::send(Box::new(stream), far, is_client, whole, &pieces).await;
            let writes = writes.lock().unwrap();
            for piece in &pieces {
                let found = writes.iter().flatten().any(|slice| *slice == place(piece));
                assert!(found, "client: {is_client}, whole: {whole}: {writes:?}");
            }
        }
    }
}

/// HTTP/2 cuts a body into frames, and each is a slice of it, but for some octets that the library below puts next to the
/// head of the frame.
#[tokio::test]
async fn bodies_of_http2_are_written_from_where_they_are() {
    for is_client in [true, false] {
        let (stream, far, writes) = recording();
        let pieces = [Bytes::from(vec![1; 100_000]), Bytes::from(vec![2; 200_000])];
        for_tests::send_http2(Box::new(stream), far, is_client, &pieces).await;
        let writes = writes.lock().unwrap();
        for piece in &pieces {
            let (start, size) = place(piece);
            let is_within = |slice: &&(usize, usize)| (start..start + size).contains(&slice.0);
            let written: usize = writes.iter().flatten().filter(is_within).map(|slice| slice.1).sum();
            const FRAME: usize = 16_384;
            const COPIED: usize = 256;
            let most = (size / FRAME + 2) * COPIED;
            assert!(written <= size && written + most >= size, "client: {is_client}: {writes:?}");
        }
    }
}
