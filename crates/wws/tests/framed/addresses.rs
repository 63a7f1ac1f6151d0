//! A payload reaches the socket uncopied: the address that the caller has is the address that is written.

use crate::link::{Recording, Write, target, unlimited};
use bytes::Bytes;
use std::sync::{Arc, Mutex};
use wws::transport::{
    Abort, Chunk,
    framed::{Connection, Mode, Session, initiate},
};

async fn recording(mode: Mode) -> (Session, Arc<Mutex<Vec<Write>>>) {
    let writes = Arc::new(Mutex::new(Vec::new()));
    let stream = Recording { inner: &b"\x0B"[..], writes: writes.clone() };
    let session = initiate(Connection::new(stream), target(mode), &unlimited(), &Abort::new()).await.unwrap();
    writes.lock().unwrap().clear();
    (session, writes)
}

fn place(octets: &[u8]) -> (usize, usize) {
    (octets.as_ptr() as usize, octets.len())
}

#[tokio::test]
async fn a_whole_message_is_one_vectored_write() {
    for mode in [Mode::DUPLEX, Mode::SINGLETON_UNSIZED] {
        let (mut session, writes) = recording(mode).await;
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
    let (mut session, writes) = recording(Mode::SINGLETON_UNSIZED).await;
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
