//! Descriptions of types made of any bytes, and any document: an error or a value, which can be written again or not;
//! no panic, and no more memory than there is room for.
#![no_main]

#[path = "../../crates/wws-core/tests/schema/bytes.rs"]
mod bytes;
#[path = "../../crates/wws-core/tests/schema/memory.rs"]
mod memory;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bytes::Types, u8, &[u8])| {
    let (types, choice, document) = input;
    bytes::read(&types, choice, document);
});
