//! Encoder chains: what is encoded in any pieces decodes to the same in any pieces; any bytes decode to a message of at most the
//! allowed size or to an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::task::{Context, Poll, Waker};
use wws::{
    Result,
    encoder::{Codecs, Content, Decoded, DecoderChain, Gzip, Zstd},
};
use wws_fuzz::cuts;

/// Decodes all of it; gives the message, or how it failed.
fn decode(chain: &mut DecoderChain, content: &Content, bytes: &[u8], cut: u8) -> Result<Vec<u8>> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut message = Vec::new();
    chain.begin(content)?;
    let mut input = cuts(bytes, cut);
    loop {
        match chain.poll_decode(&mut cx) {
            Poll::Ready(Ok(Decoded::Data(octets))) => message.extend_from_slice(&octets),
            Poll::Ready(Ok(Decoded::End)) => return Ok(message),
            Poll::Ready(Ok(_)) => match input.next() {
                Some(piece) => chain.push(piece.to_vec().into())?,
                None => chain.finish()?,
            },
            Poll::Ready(Err(error)) => return Err(error),
            Poll::Pending => panic!("nothing works elsewhere"),
        }
    }
}

fuzz_target!(|input: (u8, u8, u8, u16, &[u8])| {
    let (which, cut, recut, max_size, bytes) = input;
    let mut codecs = Codecs::default();
    if which & 1 != 0 {
        codecs = codecs.with_encoder(Gzip::default()).with_decoder(Gzip::default());
    }
    if which & 2 != 0 {
        codecs = codecs.with_encoder(Zstd::default()).with_decoder(Zstd::default());
    }
    let max_size = u64::from(max_size);
    let mut encoders = codecs.encoders().expect("the built-in ones");
    let content = encoders.content_type("text/xml; charset=utf-8").expect("any content type");

    // As it came: hostile. The same in other pieces, and a second time with the same decoders.
    let mut decoders = codecs.decoders(max_size).expect("the built-in ones");
    let first = decode(&mut decoders, &content, bytes, cut);
    decoders.abandon();
    let second = decode(&mut decoders, &content, bytes, recut);
    decoders.abandon();
    match (&first, &second) {
        (Ok(first), Ok(second)) => assert_eq!(first, second),
        // One piece may bring the end of a member and what must not follow it, another not yet; both are errors.
        (Err(_), Err(_)) => {}
        _ => panic!("the pieces decide: {first:?}, {second:?}"),
    }
    if let Ok(message) = first {
        assert!(message.len() as u64 <= max_size, "{} octets of at most {max_size}", message.len());
    }

    // Encoded and back.
    encoders.start().expect("idle");
    for piece in cuts(bytes, cut) {
        encoders.encode(vec![piece.to_vec().into()]).expect("started");
        let _ = encoders.poll(&mut Context::from_waker(Waker::noop()));
    }
    encoders.end().expect("started");
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(())) = encoders.poll(&mut cx) else { panic!("the built-in ones finish at once") };
    let encoded: Vec<u8> = encoders.take_output().concat();
    let back = decode(&mut decoders, &content, &encoded, recut);
    match bytes.len() as u64 <= max_size {
        true => assert_eq!(back.expect("what was encoded"), bytes),
        false => assert_eq!(back.expect_err("larger than allowed").code(), wws::ErrorCode::QuotaExceeded),
    }
});
