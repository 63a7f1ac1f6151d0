//! What a type reads it writes in a form that reads as the same; base64 comes out the same however it is cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::value::base64::{self, Decoder, Encoder};
use wws_core::value::{DateTime, Decimal, Duration, Guid, Lexical, TimeSpan, UniqueId, trim};

fuzz_target!(|input: (&[u8], u16)| {
    let (bytes, cut) = input;
    let text = trim(bytes);
    round_trip::<bool>(text);
    round_trip::<i8>(text);
    round_trip::<i64>(text);
    round_trip::<u16>(text);
    round_trip::<u64>(text);
    round_trip::<f32>(text);
    round_trip::<f64>(text);
    round_trip::<Decimal>(text);
    round_trip::<DateTime>(text);
    round_trip::<TimeSpan>(text);
    round_trip::<Duration>(text);
    round_trip::<Guid>(text);
    round_trip::<UniqueId>(text);

    let (a, b) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let (mut whole, mut pieces) = (Vec::new(), Vec::new());
    base64::encode(bytes, &mut whole);
    let mut encoder = Encoder::new();
    encoder.encode(a, &mut pieces);
    encoder.encode(b, &mut pieces);
    encoder.finish(&mut pieces);
    assert_eq!(whole, pieces);

    let (mut whole, mut pieces) = (Vec::new(), Vec::new());
    let mut decoder = Decoder::new();
    let in_pieces = decoder.decode(a, &mut pieces).and_then(|()| decoder.decode(b, &mut pieces));
    let in_pieces = in_pieces.and_then(|()| decoder.finish());
    match (base64::decode(bytes, &mut whole), in_pieces) {
        (Ok(()), Ok(())) => assert_eq!(whole, pieces),
        (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
        (a, b) => panic!("{a:?} {b:?}"),
    }
});

/// Compares texts: NaN is not equal to itself, and the offset of a local time is not kept.
fn round_trip<T: Lexical>(text: &[u8]) {
    if let Ok(value) = T::parse(text) {
        let written = value.to_text();
        let again = T::parse(written.as_bytes()).expect("a form of our own");
        assert_eq!(again.to_text(), written);
    }
}
