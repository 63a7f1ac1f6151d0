//! Canonical form: the same from a reader, a buffer, a reader of the buffer and a writer; read again, it stays.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::xml::{
    Charset, NodeType, Reader, ReaderEncoding, Writer, WriterEncoding, WriterOptions,
    binary::BinaryEncoding,
    buffer::XmlBuffer,
    canonical::{Algorithm, Canonicalization, OmittedElement},
};

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let settings = settings(choice);
    let encoding = if choice & 0x10 == 0 { ReaderEncoding::text() } else { ReaderEncoding::binary() };
    let reader = || Reader::with_input(encoding.clone(), bytes.into());
    let Some(canonical) = read(reader(), &settings) else { return };

    let buffer = reader().read_buffer(usize::MAX).expect("read before");
    assert_eq!(buffer.canonicalize(buffer.bof(), &settings).expect("a document"), canonical);
    assert_eq!(read(Reader::buffer(&buffer), &settings).as_ref(), Some(&canonical));
    let encoding = match choice & 0x10 {
        0 => Charset::Utf8.into(),
        _ => WriterEncoding::Binary(BinaryEncoding::soap()),
    };
    match write(encoding, &buffer, &settings) {
        Some(written) => assert_eq!(written, canonical),
        // A reader of binary takes characters that a writer refuses.
        None => assert_ne!(choice & 0x10, 0),
    }
    if choice & 0x18 == 0 {
        assert_eq!(read(Reader::text(&canonical), &settings), Some(canonical));
    }
});

fn settings(choice: u8) -> Canonicalization {
    let mut settings =
        Canonicalization::new(Algorithm::from_number(i32::from(choice & 3)).expect("one of four"));
    if choice & 4 != 0 {
        settings.inclusive_prefixes = vec!["a".into(), "#default".into()];
    }
    if choice & 8 != 0 {
        settings.omitted_element = Some(OmittedElement { local_name: "a".into(), namespace: "".into() });
    }
    settings.output_buffer_size = usize::from(choice >> 5);
    settings
}

/// The canonical form of a whole document; nothing if it is malformed.
fn read(mut reader: Reader<'_>, settings: &Canonicalization) -> Option<Vec<u8>> {
    reader.start_canonicalization(settings).expect("at BOF");
    let mut canonical = Vec::new();
    while reader.read_node().ok()? != NodeType::Eof {
        canonical.extend(reader.take_canonical_output().unwrap_or_default());
    }
    reader.end_canonicalization().expect("at depth 0");
    canonical.extend(reader.take_canonical_output().unwrap_or_default());
    Some(canonical)
}

fn write(encoding: WriterEncoding, buffer: &XmlBuffer, settings: &Canonicalization) -> Option<Vec<u8>> {
    let mut w = Writer::new(encoding, WriterOptions::default());
    w.start_canonicalization(settings).expect("at the start");
    w.write_buffer(buffer).ok()?;
    w.end_canonicalization().expect("at depth 0");
    let mut canonical = Vec::new();
    while let Some(piece) = w.take_canonical_output() {
        canonical.extend(piece);
    }
    Some(canonical)
}
