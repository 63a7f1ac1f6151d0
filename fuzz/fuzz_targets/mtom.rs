//! MTOM: any bytes give nodes or an error; any split gives the same; a stream comes to what memory comes to.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::xml::{
    Reader, ReaderEncoding, ReaderOptions,
    mtom::{MtomInput, SharedStore},
};
use wws_fuzz::{events, options};

/// Quotas of streams that memory does not have are out of the way; parts wait in a store.
fn read(input: &MtomInput, bytes: &[u8], size: Option<usize>) -> Vec<String> {
    let options = ReaderOptions {
        stream_max_mime_headers_size: 0x1_0000,
        stream_max_root_mime_part_size: 16,
        max_waiting_mime_parts_size: 16,
        max_mime_parts: 8,
        ..options()
    };
    let input = input.clone().spill_to(SharedStore::new(Vec::new()));
    let Some(mut size) = size else {
        let mut reader = Reader::with_input(ReaderEncoding::Mtom(input), bytes.into()).with_options(options);
        return events(&mut reader, |_| panic!("memory asked for more"));
    };
    let mut reader = Reader::stream(ReaderEncoding::Mtom(input)).with_options(options);
    let mut rest = bytes;
    events(&mut reader, |reader| {
        let (now, later) = rest.split_at(rest.len().min(size.max(1)));
        if now.is_empty() {
            reader.end_of_input();
        }
        reader.feed(now);
        rest = later;
        size = size % 7 + 1;
    })
}

fuzz_target!(|input: (bool, u8, &[u8])| {
    let (has_header, size, bytes) = input;
    let input = if has_header {
        MtomInput::with_header()
    } else {
        MtomInput::with_content_type("multipart/related; boundary=b; start=\"<r>\"").expect("a content type")
    };
    let at_once = read(&input, bytes, Some(bytes.len()));
    assert_eq!(at_once, read(&input, bytes, Some(usize::from(size))));
    // Memory finds errors of the framing first, a stream those of the document.
    let whole = read(&input, bytes, None);
    let failed = |events: &[String]| events.last().is_some_and(|last| last.starts_with("error"));
    assert_eq!(failed(&whole), failed(&at_once), "{whole:?} {at_once:?}");
    assert!(failed(&whole) || whole == at_once);
});
