//! MTOM: boundaries found at the speed of a substring search; a payload that costs the same whatever its size.

use crate::harness::Case;
use std::{hint::black_box, io::IoSlice};
use wws_core::{
    Result,
    xml::{
        NodeType, Reader, ReaderEncoding, ReaderOptions, Writer, WriterOptions,
        mtom::{
            MtomInput, MtomOutput,
            mime::{Event, Limits, Related, Splitter},
        },
        output::Destination,
    },
};

pub(crate) fn cases() -> Vec<Case> {
    vec![split(), push(), read()]
}

const BOUNDARY: &str = "uuid:00000000-1111-2222-3333-444444444444+id=1";
/// More than the caches hold, fed in windows that they do.
const BODY: usize = 8 << 20;
const WINDOW: usize = 64 << 10;

fn body() -> Vec<u8> {
    (0..BODY as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn frame() -> Related {
    Related::new(BOUNDARY, "http://tempuri.org/0", "text/xml").expect("a frame")
}

fn message(body: &[u8]) -> Vec<u8> {
    let mut w = Writer::new(
        MtomOutput::new(frame()),
        WriterOptions { max_mime_parts_buffer_size: u64::MAX, ..WriterOptions::default() },
    );
    let write = |w: &mut Writer| -> Result<()> {
        w.start_element("r", "")?;
        w.bytes(body)?;
        w.end_element()
    };
    write(&mut w).and_then(|()| w.into_bytes()).expect("a message")
}

/// Splitting a part of 8 MiB against looking for its boundary in the same windows.
fn split() -> Case {
    let message = message(&body());
    let for_peer = message.clone();
    Case {
        name: "mtom/split",
        peer_name: "memchr::memmem over the same windows",
        target: 0.8,
        bytes: BODY,
        items: 0,
        ours: Box::new(move || {
            let mut splitter = Splitter::new(BOUNDARY, Limits::default()).expect("a boundary");
            let (mut start, mut end, mut total) = (0, 0, 0);
            loop {
                let step = splitter.step(&message[start..end], end == message.len()).expect("a message");
                start += step.consumed;
                match step.event {
                    None => end = message.len().min(end + WINDOW),
                    Some(Event::Body(bytes)) => total += bytes.len(),
                    Some(Event::End) => break,
                    Some(_) => {}
                }
            }
            black_box(total);
        }),
        peer: Box::new(move || {
            let finder = memchr::memmem::Finder::new(BOUNDARY);
            let found = for_peer.chunks(WINDOW).filter(|window| finder.find(window).is_some()).count();
            black_box(found);
        }),
    }
}

/// Counts what it is given.
struct Sink(u64);

impl Destination for Sink {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        self.0 += buffers.iter().map(|b| b.len() as u64).sum::<u64>();
        Ok(())
    }
}

/// A message with 1 GiB pushed as its part against one with a kibibyte.
fn push() -> Case {
    let write = |size: usize| {
        let payload = bytes::Bytes::from(vec![0; size]);
        Box::new(move || {
            let mut w = Writer::new(MtomOutput::new(frame()), WriterOptions::stream());
            let payload = payload.clone();
            let mut sink = Sink(0);
            let write = || -> Result<()> {
                w.start_element("r", "")?;
                w.push_bytes(move |to: &mut dyn Destination| to.write_all(&[IoSlice::new(&payload)]))?;
                w.end_element()?;
                w.flush_to(&mut sink)
            };
            write().expect("a message");
            black_box(sink.0);
        })
    };
    Case {
        name: "mtom/push 1 GiB",
        peer_name: "push 1 KiB",
        target: 0.8,
        bytes: 1 << 30,
        items: 0,
        ours: write(1 << 30),
        peer: write(1 << 10),
    }
}

/// Reading a part of 8 MiB from a stream in pieces against copying the message.
fn read() -> Case {
    let message = message(&body());
    let from = message.clone();
    let mut to = vec![0; from.len()];
    Case {
        name: "mtom/read",
        peer_name: "a copy of the message",
        target: 0.0,
        bytes: BODY,
        items: 0,
        ours: Box::new(move || {
            let mut source = &message[..];
            let options = ReaderOptions { stream_buffer_size: WINDOW as u32, ..ReaderOptions::default() };
            let mut reader =
                Reader::stream(ReaderEncoding::Mtom(MtomInput::with_header())).with_options(options);
            let mut nodes = 0;
            loop {
                match reader.read_node() {
                    Ok(NodeType::Eof) => break,
                    Ok(_) => nodes += 1,
                    Err(e) if e.needs_input() => {
                        let wanted = reader.buffered() + 1;
                        reader.fill_from(&mut source, wanted).expect("memory");
                    }
                    Err(e) => panic!("{e}"),
                }
            }
            black_box(nodes);
        }),
        peer: Box::new(move || {
            to.copy_from_slice(&from);
            black_box(&mut to);
        }),
    }
}
