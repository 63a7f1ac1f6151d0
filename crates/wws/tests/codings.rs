//! The built-in content codings: against other implementations, cut anywhere, endless, broken.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

use bytes::Bytes;
use proptest::prelude::*;
use std::{
    io::Read,
    task::{Context, Poll, Waker},
};
use wws::{
    Error, ErrorCode, Result,
    encoder::{Codecs, Content, Decoded, DecoderChain, EncoderChain, Gzip, Zstd},
};

fn codecs(name: &str) -> Codecs {
    match name {
        "gzip" => Codecs::default().with_encoder(Gzip::default()).with_decoder(Gzip::default()),
        "zstd" => Codecs::default().with_encoder(Zstd::default()).with_decoder(Zstd::default()),
        _ => codecs("gzip").with_encoder(Zstd::with_level(1)).with_decoder(Zstd::default()),
    }
}

fn encode(chain: &mut EncoderChain, buffers: &[Bytes]) -> Vec<u8> {
    chain.start().unwrap();
    chain.encode(buffers.to_vec()).unwrap();
    chain.end().unwrap();
    assert!(chain.poll(&mut Context::from_waker(Waker::noop())).map(Result::unwrap).is_ready());
    chain.take_output().concat()
}

fn decode(chain: &mut DecoderChain, wire: &[u8], cut: usize) -> Result<Vec<u8>> {
    let mut chunks = wire.chunks(cut).map(Bytes::copy_from_slice);
    let mut out = Vec::new();
    loop {
        match chain.poll_decode(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => panic!("nothing here waits"),
            Poll::Ready(Err(e)) => return Err(e),
            Poll::Ready(Ok(Decoded::Data(octets))) => out.extend_from_slice(&octets),
            Poll::Ready(Ok(Decoded::End)) => return Ok(out),
            Poll::Ready(Ok(_)) => match chunks.next() {
                Some(chunk) => chain.push(chunk)?,
                None => chain.finish()?,
            },
        }
    }
}

fn message() -> Vec<u8> {
    (0..200_000_u32).map(|i| (i % 251) as u8 ^ (i / 1000) as u8).collect()
}

#[test]
fn other_implementations_read_what_we_write() {
    let message = message();
    let mut chain = codecs("gzip").encoders().unwrap();
    assert_eq!(chain.content_type("t").unwrap(), Content::new("t").coded("gzip"));
    let wire = encode(&mut chain, &[message.clone().into()]);
    assert!(wire.len() < message.len());
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(&wire[..]).read_to_end(&mut out).unwrap();
    assert!(out == message);

    let mut chain = codecs("zstd").encoders().unwrap();
    assert_eq!(chain.content_type("t").unwrap(), Content::new("t").coded("zstd"));
    let wire = encode(&mut chain, &[message.clone().into()]);
    assert!(zstd::decode_all(&wire[..]).unwrap() == message);
}

#[test]
fn several_frames_are_one_message() {
    for name in ["gzip", "zstd"] {
        let mut chain = codecs(name).encoders().unwrap();
        let mut wire = Vec::new();
        for part in ["one", "", "two"] {
            chain.content_type("t").unwrap();
            wire.extend(encode(&mut chain, &[part.into()]));
        }
        let mut decoders = codecs(name).decoders(100).unwrap();
        for cut in [1, 7, 1000] {
            decoders.begin(&Content::new("t").coded(name)).unwrap();
            assert_eq!(decode(&mut decoders, &wire, cut).unwrap(), b"onetwo", "{name}");
        }
    }
}

#[test]
fn plain_messages_pass() {
    let mut decoders = codecs("both").decoders(100).unwrap();
    assert_eq!(decoders.begin(&Content::new("text/xml")).unwrap(), "text/xml");
    assert_eq!(decode(&mut decoders, b"<a/>", 2).unwrap(), b"<a/>");
    assert!(decoders.begin(&Content::new("text/xml").coded("br")).is_err());
    decoders.begin(&Content::new("text/xml").coded("X-GZIP")).unwrap();
}

#[test]
fn suffixes_name_the_coding_where_no_header_can() {
    let codecs = Codecs::default().with_encoder(Gzip::default().as_suffix()).with_decoder(Gzip::default());
    let mut encoders = codecs.encoders().unwrap();
    let content = encoders.content_type("application/soap+msbinsession1").unwrap();
    assert_eq!(content, Content::new("application/soap+msbinsession1+gzip"));
    let wire = encode(&mut encoders, &["abc".into()]);
    let mut decoders = codecs.decoders(100).unwrap();
    assert_eq!(decoders.begin(&content).unwrap(), "application/soap+msbinsession1");
    assert_eq!(decode(&mut decoders, &wire, 5).unwrap(), b"abc");
}

/// A few kilobytes that want to become 100 MiB are stopped at the limit.
#[test]
fn a_bomb_is_stopped_at_the_limit() {
    for name in ["gzip", "zstd"] {
        let mut encoders = codecs(name).encoders().unwrap();
        encoders.content_type("t").unwrap();
        let mib = Bytes::from(vec![0; 1 << 20]);
        let wire = encode(&mut encoders, &vec![mib; 100]);
        assert!(wire.len() < 200_000, "{name}: {}", wire.len());
        let mut decoders = codecs(name).decoders(1 << 20).unwrap();
        decoders.begin(&Content::new("t").coded(name)).unwrap();
        let error = decode(&mut decoders, &wire, 1000).unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    }
}

#[test]
fn a_cut_or_changed_message_is_an_error() {
    let message = message();
    for name in ["gzip", "zstd"] {
        let mut encoders = codecs(name).encoders().unwrap();
        let content = encoders.content_type("t").unwrap();
        let wire = encode(&mut encoders, &[message[..5000].to_vec().into()]);
        let mut decoders = codecs(name).decoders(1 << 20).unwrap();
        for end in 0..wire.len() {
            decoders.abandon();
            decoders.begin(&content).unwrap();
            assert!(decode(&mut decoders, &wire[..end], 100).is_err(), "{name} cut at {end}");
        }
        for (at, what) in [(0, "the magic number"), (wire.len() - 1, "the checksum")] {
            let mut wire = wire.clone();
            wire[at] ^= 0x55;
            decoders.abandon();
            decoders.begin(&content).unwrap();
            let error: Error = decode(&mut decoders, &wire, 100).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidFormat, "{name}: {what}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn messages_come_back(
        name in prop::sample::select(vec!["gzip", "zstd", "both"]),
        messages in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3000), 0..4), 1..4),
        cut in 1_usize..4000,
    ) {
        let codecs = codecs(name);
        let (mut encoders, mut decoders) = (codecs.encoders().unwrap(), codecs.decoders(1 << 20).unwrap());
        for buffers in messages {
            let message = buffers.concat();
            let buffers: Vec<Bytes> = buffers.into_iter().map(Bytes::from).collect();
            let content = encoders.content_type("t").unwrap();
            let wire = encode(&mut encoders, &buffers);
            prop_assert_eq!(decoders.begin(&content).unwrap(), "t");
            prop_assert_eq!(decode(&mut decoders, &wire, cut).unwrap(), message);
        }
    }
}
