//! A payload goes from the caller to the destination without being copied: proved by its address.

#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use std::{
    io::IoSlice,
    sync::{Arc, Mutex},
};
use wws_core::{
    Error, ErrorCode, Result,
    xml::{
        Charset, Writer, WriterEncoding, WriterOptions,
        binary::BinaryEncoding,
        output::{Destination, FromRead, Source, ToWrite, Want},
    },
};

/// Notes each write: the address and length of each buffer, and all bytes.
#[derive(Default)]
struct Recorder {
    writes: Vec<Vec<(usize, usize)>>,
    bytes: Vec<u8>,
}

impl Destination for Recorder {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        self.writes.push(buffers.iter().map(|b| (b.as_ptr() as usize, b.len())).collect());
        self.bytes.write_all(buffers)
    }
}

impl Recorder {
    fn saw(&self, payload: &[u8], length: usize) -> bool {
        self.writes.iter().flatten().any(|&seen| seen == (payload.as_ptr() as usize, length))
    }
}

fn payload(length: usize) -> Bytes {
    (0..length).map(|i| (i * 7 + 1) as u8).collect::<Vec<_>>().into()
}

/// A source that pushes the payload in pieces.
fn source(payload: &Bytes, piece: usize) -> impl FnMut(&mut dyn Destination) -> Result<()> + Send + use<> {
    let payload = payload.clone();
    move |to| payload.chunks(piece).try_for_each(|piece| to.write_all(&[IoSlice::new(piece)]))
}

fn stream(encoding: impl Into<WriterEncoding>) -> Writer {
    let mut w = Writer::new(encoding, WriterOptions::stream());
    w.start_element("r", "").unwrap();
    w
}

#[test]
fn shared_bytes_in_binary() {
    let payload = payload(300_000);
    let (mut w, mut out) = (stream(BinaryEncoding::soap()), Recorder::default());
    w.shared_bytes(payload.clone()).unwrap();
    w.end_element().unwrap();
    w.flush_to(&mut out).unwrap();
    assert!(out.saw(&payload, payload.len()));
    assert_eq!(out.writes.len(), 1, "one vectored write");
    // ShortElement "r", Bytes32 with its length, the payload, EndElement.
    let expected = [&[0x40, 1, b'r', 0xA2, 0xE0, 0x93, 0x04, 0x00], &payload[..], &[0x01]].concat();
    assert_eq!(out.bytes, expected);
}

#[test]
fn a_pushed_source_in_binary() {
    let payload = payload(100_000);
    let (mut w, mut out) = (stream(BinaryEncoding::soap()), Recorder::default());
    assert!(w.defers_bytes());
    w.push_bytes(source(&payload, 30_000)).unwrap();
    w.end_element().unwrap();
    assert!(w.bytes_written() < 10, "nothing was taken in");
    w.flush_to(&mut out).unwrap();
    for piece in payload.chunks(30_000) {
        assert!(out.saw(piece, piece.len() / 3 * 3));
    }
    let record = |bytes: &[u8]| [&[0xA0][..], &(bytes.len() as u16).to_le_bytes(), bytes].concat();
    let mut expected = vec![0x40, 1, b'r'];
    payload[..99_999].chunks(30_000).for_each(|piece| expected.extend(record(piece)));
    expected.extend([0x9E, 1, payload[99_999], 0x01]); // one byte is left; the end stands by itself
    assert_eq!(out.bytes, expected);
}

#[test]
fn raw_bytes_have_no_frame() {
    let payload = payload(5000);
    let (mut w, mut out) = (Writer::new(WriterEncoding::Raw, WriterOptions::stream()), Recorder::default());
    w.push_bytes(source(&payload, 5000)).unwrap();
    w.shared_bytes(payload.clone()).unwrap();
    w.chars("AQID").unwrap();
    w.flush_to(&mut out).unwrap();
    assert_eq!(out.bytes, [&payload[..], &payload[..], &[1, 2, 3]].concat());
    assert_eq!(
        out.writes.iter().flatten().filter(|seen| **seen == (payload.as_ptr() as usize, 5000)).count(),
        2
    );
    assert_eq!(w.start_element("r", "").unwrap_err().code(), ErrorCode::InvalidOperation);
}

#[test]
fn text_asks_a_source_at_once() {
    let mut w = stream(Charset::Utf8);
    assert!(!w.defers_bytes());
    w.push_bytes(|to: &mut dyn Destination| to.write_all(&[IoSlice::new(b"h"), IoSlice::new(b"ello")]))
        .unwrap();
    w.pull_bytes(FromRead(&b" world"[..])).unwrap();
    w.end_element().unwrap();
    let mut out = Vec::new();
    w.flush_to(&mut ToWrite(&mut out)).unwrap();
    assert_eq!(out, b"<r>aGVsbG8gd29ybGQ=</r>");
}

#[test]
fn a_buffer_for_output_takes_a_source_in() {
    let payload = payload(10_000);
    let mut w = Writer::new(BinaryEncoding::soap(), WriterOptions::default());
    w.start_element("r", "").unwrap();
    w.push_bytes(source(&payload, 3000)).unwrap();
    w.end_element().unwrap();
    assert!(w.output_bytes().unwrap().len() > 10_000);
}

#[test]
fn buffers_are_given_out_uncopied() {
    let payload = payload(3000);
    let mut w = Writer::new(BinaryEncoding::soap(), WriterOptions::default());
    w.start_element("r", "")
        .and_then(|()| w.shared_bytes(payload.clone()))
        .and_then(|()| w.end_element())
        .unwrap();
    let buffers = w.output_buffers().unwrap();
    assert_eq!(buffers.len(), 3);
    assert_eq!(buffers[1].as_ptr(), payload.as_ptr());
    let joined = buffers.concat();
    assert_eq!(w.output_bytes().unwrap(), joined);
    assert_eq!(w.bytes_written(), joined.len() as u64);
}

#[test]
fn a_driver_takes_one_step_after_the_other() {
    let mut w = stream(BinaryEncoding::soap());
    w.push_source(Source::Token(7)).unwrap();
    w.push_source(Source::Token(8)).unwrap();
    w.end_element().unwrap();
    let mut flush = w.flush(0).unwrap();
    assert_eq!(w.flush(0).unwrap_err().code(), ErrorCode::InvalidOperation);
    let mut steps = Vec::new();
    loop {
        match flush.want() {
            Want::Send(slices) => steps.push(format!("send {}", slices.byte_count())),
            Want::Supply(supply) => {
                let (head, used) = supply.framing.frame(&[&b"abcd"[..]]);
                let tail = supply.framing.finish();
                steps.push(format!("{:?} {:?} {used} {:?}", supply.source, head.as_slice(), tail.as_slice()));
            }
            Want::Done => break,
        }
        flush.advance();
    }
    w.flushed(flush).unwrap();
    assert_eq!(
        steps,
        ["send 3", "Token(7) [158, 3] 3 [158, 1, 100]", "Token(8) [158, 3] 3 [158, 1, 100]", "send 1"]
    );
}

#[test]
fn a_failed_destination_fails_the_writer() {
    struct Full;
    impl Destination for Full {
        fn write_all(&mut self, _: &[IoSlice<'_>]) -> Result<()> {
            Err(Error::new(ErrorCode::EndpointDisconnected, "gone"))
        }
    }
    let mut w = stream(Charset::Utf8);
    w.end_element().unwrap();
    assert_eq!(w.flush_to(&mut Full).unwrap_err().code(), ErrorCode::EndpointDisconnected);
    assert_eq!(w.comment("x").unwrap_err().code(), ErrorCode::EndpointDisconnected);
    // So does a flush that is not carried out to its end.
    let mut w = stream(Charset::Utf8);
    w.end_element().unwrap();
    let flush = w.flush(0).unwrap();
    assert_eq!(w.flushed(flush).unwrap_err().code(), ErrorCode::InvalidOperation);
    assert!(w.comment("x").is_err());
}

#[test]
fn a_failed_source_fails_the_writer() {
    let failing = |_: &mut dyn Destination| Err(Error::new(ErrorCode::OperationAborted, "no more"));
    for encoding in [WriterEncoding::Text(Charset::Utf8), BinaryEncoding::soap().into()] {
        let mut w = stream(encoding);
        let result = w.push_bytes(failing).and_then(|()| w.flush_to(&mut Vec::new()));
        assert_eq!(result.unwrap_err().code(), ErrorCode::OperationAborted);
        assert_eq!(w.end_element().unwrap_err().code(), ErrorCode::OperationAborted);
    }
}

/// While user code runs, the writer is not borrowed: a callback of a flush may write to it.
#[test]
fn a_callback_may_write_to_the_writer() {
    let writer = Arc::new(Mutex::new(stream(BinaryEncoding::soap())));
    let again = Arc::clone(&writer);
    writer
        .lock()
        .unwrap()
        .push_bytes(move |to: &mut dyn Destination| {
            again.lock().unwrap().comment("from the callback")?;
            to.write_all(&[IoSlice::new(b"abc")])
        })
        .unwrap();
    let mut flush = writer.lock().unwrap().flush(0).unwrap();
    let mut out = Vec::new();
    flush.run(&mut out).unwrap();
    writer.lock().unwrap().flushed(flush).unwrap();
    writer.lock().unwrap().end_element().unwrap();
    writer.lock().unwrap().flush_to(&mut out).unwrap();
    assert_eq!(
        out,
        [&[0x40, 1, b'r', 0x9E, 3], &b"abc"[..], &[0x02, 17], b"from the callback", &[0x01]].concat()
    );
}
