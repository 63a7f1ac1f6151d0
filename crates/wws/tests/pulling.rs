//! Decoders that pull, in the middle of their work and on a thread of their own.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

use bytes::Bytes;
use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use wws::{
    Error, ErrorCode, Result,
    encoder::{Codecs, Content, Decoded, DecoderChain, Gzip, Pull, PullDecoder, ReadOctets},
};

/// Expects octets in records of a length and so many octets, and pulls exactly what it needs. Counts those that live.
struct Records(Arc<AtomicUsize>);

impl Records {
    fn new(alive: Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::SeqCst);
        Records(alive)
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn read_exact(read: &mut ReadOctets<'_>, mut buffer: &mut [u8]) -> Result<usize> {
    let mut total = 0;
    while !buffer.is_empty() {
        match read(buffer)? {
            0 => return Ok(total),
            n => {
                total += n;
                buffer = &mut buffer[n..];
            }
        }
    }
    Ok(total)
}

impl PullDecoder for Records {
    fn content_type(&mut self, content: &Content) -> Result<Content> {
        Ok(content.clone())
    }
    fn decode(&mut self, read: &mut ReadOctets<'_>, buffer: &mut [u8]) -> Result<usize> {
        let mut len = [0];
        if read_exact(read, &mut len)? == 0 {
            return Ok(0);
        }
        assert_ne!(len[0], 255, "this test lets the decoder panic");
        let want = usize::from(len[0]);
        if read_exact(read, &mut buffer[..want])? < want {
            return Err(Error::format("a record is cut"));
        }
        Ok(want)
    }
}

async fn decode(chain: &mut DecoderChain, wire: &[u8], cut: usize) -> Result<Vec<u8>> {
    let mut chunks = wire.chunks(cut).map(Bytes::copy_from_slice);
    let mut out = Vec::new();
    loop {
        match poll_fn(|cx| chain.poll_decode(cx)).await? {
            Decoded::Data(octets) => out.extend_from_slice(&octets),
            Decoded::End => return Ok(out),
            _ => match chunks.next() {
                Some(chunk) => chain.push(chunk)?,
                None => chain.finish()?,
            },
        }
    }
}

fn codecs() -> (Codecs, Arc<AtomicUsize>) {
    let alive = Arc::new(AtomicUsize::new(0));
    let counter = alive.clone();
    (Codecs::default().with_decoder(Pull(move || Ok(Records::new(counter.clone())))), alive)
}

#[tokio::test]
async fn messages_cut_anywhere() {
    let (codecs, alive) = codecs();
    let mut chain = codecs.decoders(1000).unwrap();
    for cut in 1..8 {
        chain.begin(&Content::new("t")).unwrap();
        assert_eq!(decode(&mut chain, b"\x03abc\x01d\x02ef", cut).await.unwrap(), b"abcdef");
    }
    assert_eq!(alive.load(Ordering::SeqCst), 1, "one decoder serves message after message");
    drop(chain);
    assert_eq!(alive.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn behind_another_decoder() {
    let (codecs, _) = codecs();
    let codecs = codecs.with_encoder(Gzip::default()).with_decoder(Gzip::default());
    let mut encoders = codecs.encoders().unwrap();
    let content = encoders.content_type("t").unwrap();
    encoders.start().unwrap();
    encoders.encode(vec![Bytes::from_static(b"\x03abc\x02de")]).unwrap();
    encoders.end().unwrap();
    poll_fn(|cx| encoders.poll(cx)).await.unwrap();
    let wire = encoders.take_output().concat();
    let mut chain = codecs.decoders(1000).unwrap();
    chain.begin(&content).unwrap();
    assert_eq!(decode(&mut chain, &wire, 3).await.unwrap(), b"abcde");
}

#[tokio::test]
async fn errors_and_panics() {
    let (codecs, _) = codecs();
    let mut chain = codecs.decoders(1000).unwrap();
    for (wire, code) in [(&b"\x03ab"[..], ErrorCode::InvalidFormat), (b"\xff", ErrorCode::Other)] {
        chain.abandon();
        chain.begin(&Content::new("t")).unwrap();
        assert_eq!(decode(&mut chain, wire, 1).await.unwrap_err().code(), code);
    }
    chain.abandon();
    chain.begin(&Content::new("t")).unwrap();
    assert_eq!(decode(&mut chain, b"\x01a", 1).await.unwrap(), b"a", "the next message gets a new decoder");
}

/// A message that is abandoned while the decoder waits for octets frees its thread and the decoder.
#[tokio::test]
async fn abandoned_in_the_middle() {
    let (codecs, alive) = codecs();
    let mut chain = codecs.decoders(1000).unwrap();
    chain.begin(&Content::new("t")).unwrap();
    chain.push(Bytes::from_static(b"\x05a")).unwrap();
    assert_eq!(poll_fn(|cx| chain.poll_decode(cx)).await.unwrap(), Decoded::NeedInput);
    chain.abandon();
    chain.begin(&Content::new("t")).unwrap();
    assert_eq!(decode(&mut chain, b"\x01b", 1).await.unwrap(), b"b");
    chain.begin(&Content::new("t")).unwrap();
    chain.push(Bytes::from_static(b"\x05a")).unwrap();
    assert_eq!(poll_fn(|cx| chain.poll_decode(cx)).await.unwrap(), Decoded::NeedInput);
    drop(chain);
    while alive.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
}
