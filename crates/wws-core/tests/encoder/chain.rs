//! What a chain of encoders made, the chain of their decoders undoes, however it is cut.

use crate::codecs::{Framed, Slow, Unframed, decode, encode};
use bytes::Bytes;
use proptest::prelude::*;
use wws_core::channel::{Decoder, DecoderChain, Encoder, EncoderChain};

fn chains(kinds: &[u8]) -> (EncoderChain, DecoderChain) {
    let encoders = kinds.iter().map(|&k| match k {
        b's' => Box::new(Slow::default()) as Box<dyn Encoder>,
        letter => Box::new(Framed(letter)),
    });
    let decoders = kinds.iter().map(|&k| match k {
        b's' => Box::new(Slow::default()) as Box<dyn Decoder>,
        letter => Box::new(Unframed::new(letter)),
    });
    (EncoderChain::new(encoders.collect()), DecoderChain::new(decoders.collect(), 1 << 20))
}

#[test]
fn a_chain_applies_its_encoders_in_order() {
    let (mut encoders, mut decoders) = chains(b"ab");
    let content = encoders.content_type("t").unwrap();
    assert_eq!(content.content_type, "b(a(t))");
    assert_eq!(content.content_encoding.as_deref(), Some("x-a, x-b"));
    let wire = encode(&mut encoders, &[vec!["12".into(), "3".into()]]).unwrap();
    // b's frame, a's frame changed by b, the octets changed twice, and back out.
    assert_eq!(wire.concat(), [b'b', b'a' ^ 0x55, b'1', b'2', b'3', b'a' ^ 0x55, b'b']);
    assert_eq!(decoders.begin(&content).unwrap(), "t");
    assert_eq!(decode(&mut decoders, wire).unwrap(), b"123");
}

#[test]
fn without_an_encoder_nothing_is_copied() {
    let (mut encoders, mut decoders) = chains(b"");
    assert!(encoders.is_identity() && decoders.is_identity());
    let message = Bytes::from(vec![7; 100]);
    let content = encoders.content_type("t").unwrap();
    let wire = encode(&mut encoders, &[vec![message.clone()]]).unwrap();
    assert_eq!(wire[0].as_ptr(), message.as_ptr());
    decoders.begin(&content).unwrap();
    let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
    decoders.push(wire[0].clone()).unwrap();
    let std::task::Poll::Ready(Ok(wws_core::channel::Decoded::Data(out))) = decoders.poll_decode(cx) else {
        panic!()
    };
    assert_eq!(out.as_ptr(), message.as_ptr());
}

proptest! {
    #[test]
    fn any_chain_gives_the_message_back(
        kinds in prop::collection::vec(prop::sample::select(b"abcs".to_vec()), 0..5),
        calls in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..4), 0..5),
        cut in 1_usize..20,
    ) {
        let (mut encoders, mut decoders) = chains(&kinds);
        let calls: Vec<Vec<Bytes>> =
            calls.into_iter().map(|buffers| buffers.into_iter().map(Bytes::from).collect()).collect();
        let message = calls.iter().flatten().flatten().copied().collect::<Vec<u8>>();
        // Twice, because an instance serves message after message.
        for _ in 0..2 {
            let content = encoders.content_type("t").unwrap();
            let wire = encode(&mut encoders, &calls).unwrap().concat();
            prop_assert_eq!(decoders.begin(&content).unwrap(), "t");
            let chunks = wire.chunks(cut).map(Bytes::copy_from_slice);
            prop_assert_eq!(&decode(&mut decoders, chunks).unwrap(), &message);
        }
    }
}
