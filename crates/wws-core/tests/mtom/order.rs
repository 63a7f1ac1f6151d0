//! Parts in any order, parts that wait, parts that nobody wants.

use crate::drive::{Message, Seen, in_order, include, message, start};
use proptest::prelude::*;
use wws_core::{
    ErrorCode,
    xml::mtom::{MtomInput, SharedStore},
};

fn document(ids: &[usize]) -> String {
    let elements: String = ids.iter().map(|id| format!("<a>{}</a>", include(&format!("cid:{id}")))).collect();
    format!("<r>{elements}</r>")
}

fn expected(bodies: &[&[u8]]) -> Vec<Seen> {
    let mut seen = vec![start("r")];
    for body in bodies {
        seen.extend([start("a"), Seen::Bytes(body.to_vec()), Seen::End]);
    }
    seen.push(Seen::End);
    seen
}

#[test]
fn parts_may_wait() {
    let root = document(&[1, 2, 3]);
    let (one, two, three): (&[u8], &[u8], &[u8]) = (&[1; 500], &[2; 700], &[3; 300]);
    let root = ("root", root.as_bytes());
    for order in [
        [root, ("1", one), ("2", two), ("3", three)],
        [root, ("3", three), ("2", two), ("1", one)],
        [("2", two), root, ("3", three), ("1", one)],
        [("3", three), ("1", one), ("2", two), root],
    ] {
        let bytes = in_order(&order);
        assert_eq!(Message::new(&bytes).anyhow().unwrap(), expected(&[one, two, three]));
    }
}

#[test]
fn in_order_nothing_waits() {
    let bytes = message(&document(&[1, 2]), &[("1", &[1; 5000]), ("2", &[2; 5000])]);
    let mut message = Message::new(&bytes);
    message.options.max_waiting_mime_parts_size = 0;
    assert_eq!(message.anyhow().unwrap(), expected(&[&[1; 5000], &[2; 5000]]));
}

#[test]
fn parts_that_wait_have_a_quota_and_may_spill() {
    let bytes = message(&document(&[1, 2]), &[("2", &[2; 5000]), ("1", &[1; 5000])]);
    let mut message = Message::new(&bytes);
    message.options.max_waiting_mime_parts_size = 4999;
    assert!(message.whole().is_ok());
    let error = message.streamed(&[100; 100]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    assert!(error.to_string().contains("max_waiting_mime_parts_size = 4999"), "{error}");

    let store = SharedStore::new(Vec::new());
    message.input = MtomInput::with_header().spill_to(store.clone());
    assert_eq!(message.streamed(&[100; 100]).unwrap(), expected(&[&[1; 5000], &[2; 5000]]));
    message.input = MtomInput::with_header().spill_to(SharedStore::new(Vec::new()));
    message.options.max_waiting_mime_parts_size = 0;
    assert_eq!(message.streamed(&[]).unwrap(), expected(&[&[1; 5000], &[2; 5000]]));
}

#[test]
fn the_rest_of_the_root_part_has_a_quota_and_may_spill() {
    let tail = "<x>".to_owned() + &"y".repeat(3000) + "</x>";
    let root = document(&[1]).replace("</r>", &format!("{tail}{}</r>", "<z/>".repeat(500)));
    let bytes = message(&root, &[("1", &[1; 100])]);
    let mut message = Message::new(&bytes);
    message.options.stream_max_root_mime_part_size = 4000;
    let whole = message.whole().unwrap();
    let error = message.streamed(&[500; 20]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    assert!(error.to_string().contains("stream_max_root_mime_part_size = 4000"), "{error}");
    // All of it is decoded before the message goes on, if nothing is included.
    let plain = root.replace(&include("cid:1"), "");
    let plain = crate::drive::message(&plain, &[]);
    let mut without = Message::new(&plain);
    without.options.stream_max_root_mime_part_size = 10;
    assert!(without.streamed(&[500; 20]).is_ok());

    for quota in [0, 3000] {
        message.options.stream_max_root_mime_part_size = quota;
        message.input = MtomInput::with_header().spill_to(SharedStore::new(Vec::new()));
        assert_eq!(message.streamed(&[500; 20]).unwrap(), whole);
    }
}

#[test]
fn parts_that_nobody_includes_are_dropped() {
    let bytes = message("<r/>", &[("1", b"one"), ("2", &[2; 5000])]);
    let mut message = Message::new(&bytes);
    message.options.max_waiting_mime_parts_size = 0;
    assert_eq!(message.anyhow().unwrap(), [start("r"), Seen::End]);
    // A part without an id can never be included.
    let text =
        String::from_utf8(crate::drive::message(&document(&[1]), &[("0", b"zero"), ("1", b"one")])).unwrap();
    let text = text.replace("Content-ID: <0>\r\n", "");
    let mut message = Message::new(text.as_bytes());
    message.options.max_waiting_mime_parts_size = 0;
    assert_eq!(message.anyhow().unwrap(), expected(&[b"one"]));
}

/// Bytes that look like boundaries now and then, and are none.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'-'), Just(b'b'), any::<u8>()];
    prop::collection::vec(byte, 1..40).prop_filter("a boundary", |body| !body.windows(3).any(|w| w == b"--b"))
}

proptest! {
    #[test]
    fn any_order_in_any_pieces_is_the_same_document(
        bodies in prop::collection::vec(body(), 1..5),
        order in Just((0..5usize).collect::<Vec<_>>()).prop_shuffle(),
        places in Just((0..6usize).collect::<Vec<_>>()).prop_shuffle(),
        cuts in prop::collection::vec(1usize..60, 0..60),
        quota in 0u32..100,
    ) {
        let order: Vec<usize> = order.into_iter().filter(|&i| i < bodies.len()).collect();
        let root = document(&order);
        let names: Vec<String> = (0..bodies.len()).map(|i| i.to_string()).collect();
        let parts: Vec<(&str, &[u8])> = places
            .into_iter()
            .filter(|&i| i <= bodies.len())
            .map(|i| if i == bodies.len() { ("root", root.as_bytes()) } else { (&*names[i], &bodies[i][..]) })
            .collect();
        let bytes = in_order(&parts);
        let expected = expected(&order.iter().map(|&i| &bodies[i][..]).collect::<Vec<_>>());
        let mut message = Message::new(&bytes);
        prop_assert_eq!(&message.whole().unwrap(), &expected);
        prop_assert_eq!(&message.streamed(&cuts).unwrap(), &expected);
        message.options.max_waiting_mime_parts_size = quota;
        message.options.stream_max_root_mime_part_size = quota;
        message.input = MtomInput::with_header().spill_to(SharedStore::new(Vec::new()));
        prop_assert_eq!(&message.streamed(&cuts).unwrap(), &expected);
    }
}
