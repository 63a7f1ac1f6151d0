//! .NET binary XML: any bytes give nodes or an error, with and without a session; any split gives the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::xml::ReaderEncoding;
use wws_fuzz::{pieces, whole};

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let encoding = if choice & 1 == 0 { ReaderEncoding::binary() } else { ReaderEncoding::binary_session() };
    let first = whole(encoding.clone(), bytes);
    let split = pieces(encoding, bytes, usize::from(choice >> 1));
    assert_eq!(first, split);
});
