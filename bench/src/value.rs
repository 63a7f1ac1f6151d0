//! Lexical conversions against the crates below them: what our layout, grammar and streaming cost.

use crate::harness::Case;
use std::hint::black_box;
use wws_core::value::{Lexical, base64};

const BYTES: usize = 1 << 20;

pub(crate) fn cases() -> Vec<Case> {
    let mut all = base64_cases();
    all.extend(number_cases());
    all
}

fn base64_cases() -> Vec<Case> {
    let bytes: Vec<u8> = (0..BYTES).map(|i| (i * 7 + 1) as u8).collect();
    let text = base64_simd::STANDARD.encode_to_string(&bytes).into_bytes();
    let lines = text.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]);
    let case = |name, target, ours, peer| Case {
        name,
        peer_name: "base64-simd, one call",
        target,
        bytes: BYTES,
        items: 0,
        ours,
        peer,
    };
    vec![
        case("base64/encode", 0.9, into(&bytes, encode), raw_encode(&bytes)),
        case("base64/encode in pieces of 1,000", 0.0, into(&bytes, encode_pieces), raw_encode(&bytes)),
        case("base64/decode", 0.9, into(&text, decode), raw_decode(&text)),
        case("base64/decode in pieces of 1,000", 0.0, into(&text, decode_pieces), raw_decode(&text)),
        case("base64/decode lines of 76", 0.0, into(&lines, decode), raw_decode(&text)),
    ]
}

fn raw_encode(bytes: &[u8]) -> Box<dyn FnMut()> {
    into(bytes, |bytes, out| {
        out.resize(base64::encoded_len(bytes.len()), 0);
        black_box(base64_simd::STANDARD.encode(bytes, base64_simd::AsOut::as_out(&mut out[..])));
    })
}

fn raw_decode(text: &[u8]) -> Box<dyn FnMut()> {
    into(text, |text, out| {
        out.resize(base64::max_decoded_len(text.len()), 0);
        black_box(base64_simd::STANDARD.decode(text, base64_simd::AsOut::as_out(&mut out[..]))).ok();
    })
}

fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    out.clear();
    base64::encode(bytes, out);
}

fn decode(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    base64::decode(text, out).expect("our own text");
}

fn encode_pieces(bytes: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut encoder = base64::Encoder::new();
    bytes.chunks(1000).for_each(|piece| encoder.encode(piece, out));
    encoder.finish(out);
}

fn decode_pieces(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut decoder = base64::Decoder::new();
    text.chunks(1000).for_each(|piece| decoder.decode(piece, out).expect("our own text"));
    decoder.finish().expect("our own text");
}

/// Work that fills the same output again and again; ours appends, so it clears the output first.
fn into(input: &[u8], work: impl Fn(&[u8], &mut Vec<u8>) + 'static) -> Box<dyn FnMut()> {
    let input = input.to_vec();
    let mut out = Vec::with_capacity(2 * input.len());
    Box::new(move || {
        work(&input, &mut out);
        black_box(&mut out);
    })
}

fn number_cases() -> Vec<Case> {
    let ints: Vec<i32> = (0..10_000i32).map(|i| i.wrapping_mul(0x9E37_79B9_u32 as i32) >> (i % 31)).collect();
    let doubles: Vec<f64> =
        ints.iter().enumerate().map(|(i, n)| f64::from(*n) / (1 + i % 1000) as f64).collect();
    let int_texts: Vec<String> = ints.iter().map(i32::to_string).collect();
    let double_texts: Vec<String> = doubles.iter().map(|d| d.to_text()).collect();
    let size = |texts: &[String]| texts.iter().map(String::len).sum();
    let case = |name, peer_name, bytes, ours, peer| Case {
        name,
        peer_name,
        target: 0.0,
        bytes,
        items: ints.len(),
        ours,
        peer,
    };
    vec![
        case(
            "int/write",
            "itoa",
            size(&int_texts),
            each(&ints, |n, out| n.append_to(out)),
            each(&ints, |n, out| out.extend_from_slice(itoa::Buffer::new().format(*n).as_bytes())),
        ),
        case(
            "double/write",
            "zmij, its own layout",
            size(&double_texts),
            each(&doubles, |n, out| n.append_to(out)),
            each(&doubles, |n, out| out.extend_from_slice(zmij::Buffer::new().format(*n).as_bytes())),
        ),
        case(
            "int/read",
            "std",
            size(&int_texts),
            each(&int_texts, |t, _| drop(black_box(i32::parse(t.as_bytes())))),
            each(&int_texts, |t, _| drop(black_box(t.parse::<i32>()))),
        ),
        case(
            "double/read",
            "std",
            size(&double_texts),
            each(&double_texts, |t, _| drop(black_box(f64::parse(t.as_bytes())))),
            each(&double_texts, |t, _| drop(black_box(t.parse::<f64>()))),
        ),
    ]
}

fn each<T: Clone + 'static>(items: &[T], work: impl Fn(&T, &mut Vec<u8>) + 'static) -> Box<dyn FnMut()> {
    let items = items.to_vec();
    let mut out = Vec::new();
    Box::new(move || {
        out.clear();
        items.iter().for_each(|item| work(item, &mut out));
        black_box(&mut out);
    })
}
