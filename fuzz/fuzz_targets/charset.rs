//! The charset of a text: whatever is found, the document reads the same in one piece and byte by byte, and the same
//! as when the charset is said.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::xml::{Charset, Reader, ReaderEncoding};
use wws_fuzz::{pieces, whole};

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let units = || text.encode_utf16();
    let mark = choice & 4 != 0;
    let (mut bytes, charset): (Vec<u8>, Charset) = match choice & 3 {
        0 => (units().flat_map(u16::to_le_bytes).collect(), Charset::Utf16Le),
        1 => (units().flat_map(u16::to_be_bytes).collect(), Charset::Utf16Be),
        _ => (text.as_bytes().to_vec(), Charset::Utf8),
    };
    if mark {
        let mark: &[u8] = match charset {
            Charset::Utf16Le => b"\xff\xfe",
            Charset::Utf16Be => b"\xfe\xff",
            Charset::Utf8 => b"\xef\xbb\xbf",
        };
        bytes.splice(0..0, mark.iter().copied());
    }
    if choice & 0x80 != 0 {
        bytes.pop();
    }
    let found = whole(ReaderEncoding::text(), &bytes);
    assert_eq!(found, pieces(ReaderEncoding::text(), &bytes, usize::from(choice >> 3)));
    let mut reader = Reader::text(&bytes);
    if reader.read_node().is_ok() && reader.charset() == Some(charset) {
        assert_eq!(found, whole(ReaderEncoding::Text(Some(charset)), &bytes));
    }
});
