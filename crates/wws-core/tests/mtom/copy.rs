//! MTOM and the other encodings: a document copied from one into another stays what it is.

use crate::drive::{Message, include, message};
use proptest::prelude::*;
use wws_core::xml::{
    Charset, NodeType, Reader, ReaderEncoding, Writer, WriterEncoding, WriterOptions,
    binary::BinaryEncoding,
    canonical::Canonicalization,
    mtom::{MtomInput, MtomOutput, mime::Related},
};

const ROOT: &str = "<r xmlns='urn:r'><a>A</a><b>\n {}</b><c><d/>AQI=</c></r>";
const BYTES: &[u8] = b"any bytes\0\r\n--bb and more of them";

fn mtom() -> MtomOutput {
    let frame = Related::new("uuid:1", "http://tempuri.org/0", "text/xml").unwrap();
    MtomOutput::new(frame).max_inline_byte_count(4)
}

fn document() -> Vec<u8> {
    message(&ROOT.replace("{}", &include("cid:1")), &[("1", BYTES)])
}

/// The same document as text.
fn text() -> String {
    let mut base64 = Vec::new();
    wws_core::value::base64::encode(BYTES, &mut base64);
    ROOT.replace('\'', "\"").replace("{}", std::str::from_utf8(&base64).unwrap())
}

fn copied(reader: &mut Reader<'_>, to: impl Into<WriterEncoding>) -> Vec<u8> {
    // Binary has no empty elements.
    let mut w = Writer::new(to, WriterOptions { compress_empty_elements: true, ..WriterOptions::default() });
    w.copy_node(reader).unwrap();
    w.into_bytes().unwrap()
}

fn reader(bytes: &[u8]) -> Reader<'_> {
    Reader::with_input(ReaderEncoding::Mtom(MtomInput::with_header()), bytes.into())
}

#[test]
fn text_and_mtom_and_binary_are_one_document() {
    let document = document();
    let as_text = copied(&mut reader(&document), Charset::Utf8);
    assert_eq!(std::str::from_utf8(&as_text).unwrap(), text());
    let as_binary = copied(&mut reader(&document), BinaryEncoding::soap());
    // The bytes travel as bytes.
    assert!(as_binary.windows(BYTES.len()).any(|window| window == BYTES));
    assert_eq!(copied(&mut Reader::binary(&as_binary), Charset::Utf8), as_text);
    // White space stands beside them, so they are inline; without it they are a part again.
    let as_mtom = copied(&mut Reader::binary(&as_binary), mtom());
    assert!(!as_mtom.windows(BYTES.len()).any(|window| window == BYTES));
    assert_eq!(copied(&mut reader(&as_mtom), Charset::Utf8), as_text);
    let alone = message(&ROOT.replace("\n {}", &include("cid:1")), &[("1", BYTES)]);
    let as_mtom = copied(&mut reader(&alone), mtom());
    assert!(as_mtom.windows(BYTES.len()).any(|window| window == BYTES));
    assert_eq!(Message::new(&as_mtom).anyhow().unwrap(), Message::new(&alone).anyhow().unwrap());
}

proptest! {
    #[test]
    fn a_copy_from_a_stream_goes_on_when_there_is_more(cuts in prop::collection::vec(1usize..40, 0..60)) {
        let document = document();
        let mut rest = &document[..];
        let mut cuts = cuts.into_iter();
        let mut feed = |reader: &mut Reader<'_>| {
            let (now, later) = rest.split_at(cuts.next().unwrap_or(rest.len()).min(rest.len()));
            if now.is_empty() {
                reader.end_of_input();
            }
            reader.feed(now);
            rest = later;
        };
        let mut reader = Reader::stream(ReaderEncoding::Mtom(MtomInput::with_header()));
        let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
        loop {
            match w.copy_node(&mut reader) {
                Err(e) if e.needs_input() => feed(&mut reader),
                done => break done.unwrap(),
            }
        }
        prop_assert_eq!(String::from_utf8(w.into_bytes().unwrap()).unwrap(), text());
    }

    #[test]
    fn the_canonical_form_of_a_stream_is_that_of_its_text(cuts in prop::collection::vec(1usize..40, 0..60)) {
        let canonical = |reader: &mut Reader<'_>, mut feed: Box<dyn FnMut(&mut Reader<'_>) + '_>| {
            reader.start_canonicalization(&Canonicalization::default()).unwrap();
            loop {
                match reader.read_node() {
                    Err(e) if e.needs_input() => feed(reader),
                    Ok(NodeType::Eof) => break,
                    other => drop(other.unwrap()),
                }
            }
            reader.end_canonicalization().unwrap();
            std::iter::from_fn(|| reader.take_canonical_output()).flatten().collect::<Vec<u8>>()
        };
        let text = text();
        let expected = canonical(&mut Reader::text(text.as_bytes()), Box::new(|_| unreachable!()));
        let document = document();
        let mut rest = &document[..];
        let mut cuts = cuts.into_iter();
        let found = canonical(
            &mut Reader::stream(ReaderEncoding::Mtom(MtomInput::with_header())),
            Box::new(move |reader| {
                let (now, later) = rest.split_at(cuts.next().unwrap_or(rest.len()).min(rest.len()));
                if now.is_empty() {
                    reader.end_of_input();
                }
                reader.feed(now);
                rest = later;
            }),
        );
        prop_assert_eq!(String::from_utf8(found).unwrap(), String::from_utf8(expected).unwrap());
    }
}
