//! Writing MTOM messages: what becomes a part, what waits, what is never copied.

use std::io::IoSlice;

use crate::drive::{Message, Seen, start};
use bytes::Bytes;
use proptest::prelude::*;
use wws_core::{
    ErrorCode, Result,
    xml::{
        Charset, Writer, WriterOptions,
        mtom::{MtomInput, MtomOutput, PartStore, SharedStore, XOP_NAMESPACE, mime::Related},
        output::{Destination, Source, Want},
    },
};

fn output() -> MtomOutput {
    MtomOutput::new(Related::new("b", "http://tempuri.org/0", "text/xml").unwrap()).max_inline_byte_count(4)
}

fn memory(output: MtomOutput) -> Writer {
    Writer::new(output, WriterOptions::default())
}

fn stream(output: MtomOutput) -> Writer {
    Writer::new(output, WriterOptions::stream())
}

/// What a reader sees in a message, without the ids of parts.
fn seen(message: &[u8]) -> Vec<Seen> {
    Message::new(message).whole().unwrap_or_else(|e| panic!("{e}: {}", message.escape_ascii()))
}

fn count(message: &[u8], needle: &str) -> usize {
    message.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
}

#[test]
fn content_becomes_a_part_when_it_is_long_and_alone() {
    let mut w = memory(output());
    w.start_element("r", "").unwrap();
    for (name, pieces, after) in [
        ("short", &[&b"1234"[..]][..], ""),
        ("long", &[b"12345"], ""),
        ("long_in_two", &[b"123", b"45"], ""),
        ("then_text", &[b"123456"], "x"),
        ("empty", &[b""], ""),
    ] {
        w.start_element(name, "").unwrap();
        pieces.iter().for_each(|piece| w.bytes(piece).unwrap());
        w.chars(after).unwrap();
        w.end_element().unwrap();
    }
    w.start_element("after_text", "").unwrap();
    w.chars("x").unwrap();
    w.bytes(b"123456").unwrap();
    w.end_element().unwrap();
    w.start_element("after_child", "").unwrap();
    w.start_element("c", "").unwrap();
    w.end_element().unwrap();
    w.bytes(b"123456").unwrap();
    w.comment("c").unwrap();
    w.shared_bytes(Bytes::from(vec![0; 2000])).unwrap();
    w.end_element().unwrap();
    w.end_element().unwrap();
    let message = w.into_bytes().unwrap();
    let five = || Seen::Bytes(b"12345".to_vec());
    let text = |text: &str| Seen::Text(text.to_owned());
    let expected = [
        start("r"),
        start("short"),
        text("MTIzNA=="),
        Seen::End,
        start("long"),
        five(),
        Seen::End,
        start("long_in_two"),
        five(),
        Seen::End,
        start("then_text"),
        text("MTIzNDU2x"),
        Seen::End,
        start("empty"),
        Seen::End,
        start("after_text"),
        text("xMTIzNDU2"),
        Seen::End,
        start("after_child"),
        start("c"),
        Seen::End,
        text("MTIzNDU2"),
        Seen::Comment("c".into()),
        text(&("A".repeat(2664) + "AAA=")),
        Seen::End,
        Seen::End,
    ];
    assert_eq!(seen(&message), expected);
    assert_eq!(count(&message, "xop:Include"), 2);
}

/// Takes addresses, not bytes.
#[derive(Default)]
struct Addresses {
    writes: Vec<Vec<(usize, usize)>>,
    total: u64,
}

impl Destination for Addresses {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        self.total += buffers.iter().map(|b| b.len() as u64).sum::<u64>();
        self.writes.push(buffers.iter().map(|b| (b.as_ptr() as usize, b.len())).collect());
        Ok(())
    }
}

#[test]
fn shared_bytes_leave_from_where_they_lie() {
    let payload = Bytes::from(vec![7; 1 << 20]);
    let mut w = stream(output());
    w.start_element("r", "").unwrap();
    w.shared_bytes(payload.clone()).unwrap();
    w.shared_bytes(payload.slice(5000..)).unwrap();
    w.end_element().unwrap();
    let mut sink = Addresses::default();
    w.flush_to(&mut sink).unwrap();
    // Headers, document, both chunks and the end: one vectored write.
    let [write] = &sink.writes[..] else { panic!("{} writes", sink.writes.len()) };
    let large: Vec<_> = write.iter().filter(|(_, len)| *len > 5000).copied().collect();
    let at = payload.as_ptr() as usize;
    assert_eq!(large, [(at, 1 << 20), (at + 5000, (1 << 20) - 5000)]);
    // In memory, too.
    let mut w = memory(output());
    w.start_element("r", "").unwrap();
    w.shared_bytes(payload.clone()).unwrap();
    w.end_element().unwrap();
    assert!(w.output_buffers().unwrap().iter().any(|b| b.as_ptr() as usize == at && b.len() == 1 << 20));
}

#[test]
fn a_gibibyte_is_pushed_without_being_touched() {
    const PIECE: usize = 1 << 20;
    let payload = Bytes::from(vec![7; PIECE]);
    let at = payload.as_ptr() as usize;
    let mut w = stream(output());
    w.start_element("r", "").unwrap();
    w.push_bytes(move |to: &mut dyn Destination| {
        (0..1024).try_for_each(|_| to.write_all(&[IoSlice::new(&payload)]))
    })
    .unwrap();
    w.end_element().unwrap();
    let mut sink = Addresses::default();
    w.flush_to(&mut sink).unwrap();
    assert_eq!(sink.writes.len(), 1 + 1024 + 1);
    assert!(sink.writes[1..1025].iter().all(|write| *write == [(at, PIECE)]));
    assert!((1 << 30..(1 << 30) + 2000).contains(&sink.total));
}

#[test]
fn a_driver_is_asked_for_its_own_sources_in_their_place() {
    let mut w = stream(output());
    w.start_element("r", "").unwrap();
    for token in [1, 2] {
        w.start_element("a", "").unwrap();
        assert!(w.defers_bytes());
        w.push_source(Source::Token(token)).unwrap();
        w.end_element().unwrap();
    }
    w.end_element().unwrap();
    let mut flush = w.flush(0).unwrap();
    let (mut message, mut tokens) = (Vec::new(), Vec::new());
    loop {
        match flush.want() {
            Want::Send(slices) => slices.for_each(|slice| message.extend_from_slice(slice)),
            Want::Supply(supply) => {
                let Source::Token(token) = supply.source else { panic!("{supply:?}") };
                tokens.push(token);
                message.extend_from_slice(format!("source {token}").as_bytes());
            }
            Want::Done => break,
        }
        flush.advance();
    }
    w.flushed(flush).unwrap();
    assert_eq!(tokens, [1, 2]);
    let part = |n: u8| [start("a"), Seen::Bytes(format!("source {n}").into_bytes()), Seen::End];
    assert_eq!(seen(&message), [vec![start("r")], part(1).into(), part(2).into(), vec![Seen::End]].concat());
}

#[test]
fn pushed_bytes_are_a_part_however_short() {
    for (mut w, is_stream) in [(stream(output()), true), (memory(output()), false)] {
        w.start_element("r", "").unwrap();
        for content in [&b"x"[..], b""] {
            w.start_element("a", "").unwrap();
            w.push_bytes(move |to: &mut dyn Destination| to.write_all(&[IoSlice::new(content)])).unwrap();
            w.end_element().unwrap();
        }
        w.start_element("a", "").unwrap();
        w.bytes(b"1").unwrap();
        w.push_bytes(|to: &mut dyn Destination| to.write_all(&[IoSlice::new(b"2")])).unwrap();
        w.shared_bytes(Bytes::from(vec![b'3'; 2000])).unwrap();
        w.bytes(b"4").unwrap();
        w.end_element().unwrap();
        w.end_element().unwrap();
        let mut message = Vec::new();
        if is_stream {
            w.flush_to(&mut message).unwrap();
        } else {
            message = w.into_bytes().unwrap();
        }
        let bytes = |bytes: &[u8]| Seen::Bytes(bytes.to_vec());
        assert_eq!(
            seen(&message),
            [
                start("r"),
                start("a"),
                bytes(b"x"),
                Seen::End,
                start("a"),
                Seen::End,
                start("a"),
                bytes(&[b"12", &[b'3'; 2000][..], b"4"].concat()),
                Seen::End,
                Seen::End
            ]
        );
        assert_eq!(count(&message, "octet-stream"), 3);
    }
}

#[test]
fn other_content_beside_deferred_bytes_is_refused() {
    let push =
        |w: &mut Writer| w.push_bytes(|to: &mut dyn Destination| to.write_all(&[IoSlice::new(b"deferred")]));
    let mut w = stream(output());
    w.start_element("r", "").unwrap();
    push(&mut w).unwrap();
    let error = w.chars("x").unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidFormat);
    assert!(error.to_string().contains("only content"), "{error}");
    // After other content they are not deferred, but inline.
    let mut w = stream(output());
    w.start_element("r", "").unwrap();
    w.chars("x").unwrap();
    assert!(!w.defers_bytes());
    push(&mut w).unwrap();
    w.end_element().unwrap();
    let mut message = Vec::new();
    w.flush_to(&mut message).unwrap();
    assert_eq!(seen(&message), [start("r"), Seen::Text("xZGVmZXJyZWQ=".into()), Seen::End]);
}

#[test]
fn bytes_that_wait_have_a_quota_and_may_spill() {
    let write = |output: MtomOutput, options: WriterOptions| {
        let mut w = Writer::new(output, WriterOptions { max_mime_parts_buffer_size: 1000, ..options });
        w.start_element("r", "")?;
        for (name, len) in [("a", 600), ("b", 300), ("c", 600), ("d", 4)] {
            w.start_element(name, "")?;
            // In two pieces, the first of them short.
            let bytes: Vec<u8> = (0..len).map(|i| i as u8).collect();
            w.bytes(&bytes[..3])?;
            w.bytes(&bytes[3..])?;
            w.end_element()?;
        }
        w.end_element()?;
        let mut message = Vec::new();
        match w.options().stream {
            true => w.flush_to(&mut message).map(|()| message),
            false => w.into_bytes(),
        }
    };
    for options in [WriterOptions::default(), WriterOptions::stream()] {
        let error = write(output(), options.clone()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded);
        assert!(error.to_string().contains("max_mime_parts_buffer_size = 1000"), "{error}");

        let store = SharedStore::new(Vec::new());
        let message = write(output().spill_to(store.clone()), options).unwrap();
        let mut rest = [0; 1000];
        assert_eq!(store.clone().read_at(0, &mut rest).unwrap(), 500, "what is beyond the quota");
        let bytes = |len: usize| Seen::Bytes((0..len).map(|i| i as u8).collect());
        assert_eq!(
            seen(&message),
            [
                start("r"),
                start("a"),
                bytes(600),
                Seen::End,
                start("b"),
                bytes(300),
                Seen::End,
                start("c"),
                bytes(600),
                Seen::End,
                start("d"),
                Seen::Text("AAECAw==".into()),
                Seen::End,
                Seen::End
            ]
        );
    }
}

#[test]
fn bytes_that_become_inline_give_their_room_back() {
    let mut w =
        Writer::new(output(), WriterOptions { max_mime_parts_buffer_size: 10, ..WriterOptions::default() });
    w.start_element("r", "").unwrap();
    for _ in 0..3 {
        w.start_element("a", "").unwrap();
        w.bytes(b"0123456789").unwrap();
        w.chars("x").unwrap();
        w.end_element().unwrap();
    }
    w.end_element().unwrap();
    assert_eq!(count(&w.into_bytes().unwrap(), "MDEyMzQ1Njc4OQ==x"), 3);
}

#[test]
fn a_complete_message_takes_no_more() {
    let mut w = memory(output());
    assert_eq!(w.output_bytes().unwrap_err().code(), ErrorCode::InvalidOperation);
    w.start_element("r", "").unwrap();
    assert_eq!(w.output_buffers().unwrap_err().code(), ErrorCode::InvalidOperation);
    w.end_element().unwrap();
    let message = w.output_bytes().unwrap().to_vec();
    for error in
        [w.comment("x").unwrap_err(), w.chars(" ").unwrap_err(), w.start_element("a", "").unwrap_err()]
    {
        assert_eq!(error.code(), ErrorCode::InvalidOperation, "{error}");
    }
    assert_eq!(w.output_bytes().unwrap(), message);

    let mut w = stream(output());
    let mut message = Vec::new();
    w.flush_to(&mut message).unwrap();
    w.start_element("r", "").unwrap();
    w.flush_to(&mut message).unwrap();
    w.chars("text").unwrap();
    w.flush_to(&mut message).unwrap();
    w.bytes(b"123456").unwrap();
    w.flush_to(&mut message).unwrap();
    w.end_element().unwrap();
    w.comment("after").unwrap();
    w.flush_to(&mut message).unwrap();
    assert_eq!(w.comment("x").unwrap_err().code(), ErrorCode::InvalidOperation);
    w.flush_to(&mut message).unwrap();
    let expected = [start("r"), Seen::Text("textMTIzNDU2".into()), Seen::End, Seen::Comment("after".into())];
    assert_eq!(seen(&message), expected);
    // Another document.
    w.set_output(output(), WriterOptions::default());
    w.start_element("r", "").unwrap();
    w.end_element().unwrap();
    assert_eq!(seen(&w.into_bytes().unwrap()), [start("r"), Seen::End]);
}

#[test]
fn what_mtom_does_not_have_is_refused() {
    let mut w = memory(output());
    w.start_element("r", "").unwrap();
    let error = w.start_element("Include", XOP_NAMESPACE).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidFormat);
    let mut w = Writer::new(output(), WriterOptions { allow_fragment: true, ..WriterOptions::default() });
    assert_eq!(w.start_element("r", "").unwrap_err().code(), ErrorCode::InvalidArgument);
}

#[test]
fn every_charset_converts_the_document_only() {
    for charset in [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be] {
        for is_stream in [false, true] {
            let output = output().charset(charset);
            let mut w = if is_stream { stream(output) } else { memory(output) };
            let mut message = Vec::new();
            w.start_element("é", "").unwrap();
            w.start_element("a", "").unwrap();
            w.flush_to(&mut message).unwrap();
            w.bytes("öäü".as_bytes()).unwrap();
            w.end_element().unwrap();
            w.flush_to(&mut message).unwrap();
            w.chars("中").unwrap();
            w.end_element().unwrap();
            match is_stream {
                true => w.flush_to(&mut message).unwrap(),
                false => {
                    let joined = w.output_buffers().unwrap().concat();
                    assert_eq!(w.output_bytes().unwrap(), joined);
                    assert_eq!(w.bytes_written(), joined.len() as u64);
                    message = w.into_bytes().unwrap();
                }
            }
            let expected = [
                start("é"),
                start("a"),
                Seen::Bytes("öäü".into()),
                Seen::End,
                Seen::Text("中".into()),
                Seen::End,
            ];
            assert_eq!(seen(&message), expected);
            assert_eq!(
                Message::with_input(&message, MtomInput::with_header().charset(charset)).anyhow().unwrap(),
                expected
            );
        }
    }
}

#[test]
fn a_transport_may_write_the_header() {
    let output = output().without_header();
    let content_type = output.frame().content_type();
    let mut w = memory(output);
    w.start_element("r", "").unwrap();
    w.bytes(b"123456").unwrap();
    w.end_element().unwrap();
    let message = w.into_bytes().unwrap();
    assert!(
        message.starts_with(b"--b\r\nContent-ID: <http://tempuri.org/0>\r\n"),
        "{}",
        message.escape_ascii()
    );
    let input = MtomInput::with_content_type(&content_type).unwrap();
    let expected = [start("r"), Seen::Bytes(b"123456".to_vec()), Seen::End];
    assert_eq!(Message::with_input(&message, input).anyhow().unwrap(), expected);
}

#[test]
fn options_of_text_have_their_effect() {
    let frame = Related::new("b", "root@example", "text/xml").unwrap();
    let options = WriterOptions { write_declaration: true, indent: 2, ..WriterOptions::default() };
    let mut w = Writer::new(MtomOutput::new(frame).max_inline_byte_count(0), options);
    w.start_element("r", "").unwrap();
    w.start_element("a", "").unwrap();
    w.bytes(b"x").unwrap();
    w.end_element().unwrap();
    w.end_element().unwrap();
    let message = String::from_utf8(w.into_bytes().unwrap()).unwrap();
    let document = message.split("\r\n\r\n").nth(2).unwrap();
    let (before, id) = document.split_once("cid:").unwrap();
    assert_eq!(before, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<r>\n  <a><xop:Include href=\"");
    assert!(id.starts_with("1.") && id.contains(".root@example\" xmlns:xop="), "{id}");
    assert!(document.contains("/></a>\n</r>\r\n--b\r\n"), "{document}");
    assert_eq!(seen(message.as_bytes()).iter().filter(|s| matches!(s, Seen::Bytes(_))).count(), 1);
}

/// What is written, and read again.
#[derive(Clone, Debug)]
enum Content {
    Chars(String),
    Bytes(Vec<u8>),
    Shared(Vec<u8>),
    Pushed(Vec<u8>),
    Element(Vec<Content>),
    Flush,
}

fn content() -> impl Strategy<Value = Content> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..30);
    let leaf = prop_oneof![
        "[a-z&<é中]{1,5}".prop_map(Content::Chars),
        bytes().prop_map(Content::Bytes),
        bytes().prop_map(|b| Content::Shared(b.repeat(60))),
        bytes().prop_map(Content::Pushed),
        Just(Content::Flush),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Content::Element))
}

fn write(w: &mut Writer, content: &Content, out: &mut Vec<u8>) -> Result<()> {
    match content {
        Content::Chars(text) => w.chars(text),
        Content::Bytes(bytes) => w.bytes(bytes),
        Content::Shared(bytes) => w.shared_bytes(Bytes::from(bytes.clone())),
        Content::Pushed(bytes) => {
            let bytes = bytes.clone();
            w.push_bytes(move |to: &mut dyn Destination| to.write_all(&[IoSlice::new(&bytes)]))
        }
        Content::Element(children) => {
            w.start_element("e", "")?;
            children.iter().try_for_each(|child| write(w, child, out))?;
            w.end_element()
        }
        Content::Flush => w.flush_to(out),
    }
}

fn written(mut w: Writer, content: &[Content]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write(&mut w, &Content::Element(content.to_vec()), &mut out)?;
    match w.options().stream {
        true => w.flush_to(&mut out).map(|()| out),
        false => w.into_bytes(),
    }
}

/// Byte content as the base64 that it stands for.
fn as_text(seen: Vec<Seen>) -> Vec<Seen> {
    let mut text: Vec<Seen> = Vec::new();
    for node in seen {
        let node = match node {
            Seen::Bytes(bytes) => {
                let mut base64 = Vec::new();
                wws_core::value::base64::encode(&bytes, &mut base64);
                Seen::Text(String::from_utf8(base64).unwrap())
            }
            node => node,
        };
        match (text.last_mut(), node) {
            (Some(Seen::Text(before)), Seen::Text(more)) => before.push_str(&more),
            (_, node) => text.push(node),
        }
    }
    text
}

proptest! {
    #[test]
    fn any_document_is_the_same_as_text_and_as_mtom(
        content in prop::collection::vec(content(), 0..6),
        max_inline in prop_oneof![Just(0), Just(1), Just(10), Just(10_000)],
        charset in prop::sample::select(vec![Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be]),
        quota in prop_oneof![Just(0u64), Just(40), Just(1 << 20)],
        cuts in prop::collection::vec(1usize..50, 0..40),
    ) {
        let text = written(Writer::new(Charset::Utf8, WriterOptions::default()), &content).unwrap();
        let mut reader = wws_core::xml::Reader::text(&text);
        let expected = crate::drive::read_all(&mut reader).unwrap();
        for options in [WriterOptions::default(), WriterOptions::stream()] {
            let output = output().charset(charset).max_inline_byte_count(max_inline).spill_to(SharedStore::new(Vec::new()));
            let options = WriterOptions { max_mime_parts_buffer_size: quota, ..options };
            let is_stream = options.stream;
            let message = match written(Writer::new(output, options), &content) {
                Err(e) if is_stream && e.to_string().contains("only content") => continue,
                message => message.unwrap(),
            };
            prop_assert_eq!(&as_text(seen(&message)), &expected);
            let mut streamed = Message::new(&message);
            streamed.options.max_waiting_mime_parts_size = 0;
            prop_assert_eq!(&as_text(streamed.streamed(&cuts).unwrap()), &expected);
        }
    }
}
