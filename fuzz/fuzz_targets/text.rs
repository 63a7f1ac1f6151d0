//! XML text: any bytes give nodes or an error; any split gives the same; what was read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::xml::ReaderEncoding;
use wws_fuzz::{pieces, whole};

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let first = whole(ReaderEncoding::text(), bytes);
    let split = pieces(ReaderEncoding::text(), bytes, usize::from(size));
    assert_eq!(first, split);
});
