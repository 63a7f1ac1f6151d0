//! Messages: any bytes give a message or an error; what was read can be looked at, forwarded and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::{
    ErrorCode,
    soap::{AddressingVersion, EnvelopeVersion, HeaderType, Initialization, Message, Version},
    xml::{Charset, NodeType, Reader, ReaderEncoding, Writer, WriterOptions},
};
use wws_fuzz::options;

const VERSIONS: [Version; 5] = [
    Version::SOAP11,
    Version::SOAP12,
    Version::SOAP12_ADDRESSING10,
    Version::new(EnvelopeVersion::Soap11, AddressingVersion::Addressing09),
    Version::NONE,
];

/// All that a program can ask of the headers; whether it fails or not, it must come to an end.
fn look(message: &mut Message) -> Vec<String> {
    let mut seen = Vec::new();
    for kind in HeaderType::ALL {
        seen.push(match kind.is_endpoint() {
            true => {
                format!("{:?}", message.endpoint_header(kind).map(|a| a.map(|a| a.url)).map_err(|e| e.code()))
            }
            false => format!("{:?}", message.text_header(kind).map_err(|e| e.code())),
        });
    }
    let mut at = message.next_header(None).expect("headers are there");
    while let Some(header) = at {
        seen.push(format!("{:?}", message.header_attributes(header).map_err(|e| e.code())));
        let mut reader = message.header_reader(header).expect("a header can be read");
        seen.push(reader.element().map_or(String::new(), |e| e.local_name().as_str().to_owned()));
        reader.skip_node().expect("a header is whole");
        at = message.next_header(Some(header)).expect("headers are there");
    }
    if message.state() == wws_core::soap::MessageState::Reading {
        seen.push(format!("{:?}", message.not_understood().map_err(|e| e.code())));
    }
    seen
}

/// Reads a message whose body is copied to a writer; gives what was seen in the headers.
fn read(
    version: Version,
    reader: &mut Reader<'_>,
    pieces: &mut dyn FnMut(&mut Reader<'_>),
) -> Option<(Vec<String>, Vec<u8>)> {
    let mut message = Message::new(version);
    while let Err(error) = message.read_start(reader) {
        if !error.needs_input() {
            return None;
        }
        pieces(reader);
    }
    let seen = look(&mut message);
    for initialization in [Initialization::Reply(&message), Initialization::Fault(&message)] {
        let _ = Message::new(version).initialize(initialization);
    }
    let mut copy = Message::new(version);
    copy.initialize(Initialization::Duplicate(&message)).expect("what was read can be copied");
    let fragment = version.envelope == EnvelopeVersion::None;
    let limits = WriterOptions {
        allow_fragment: fragment,
        max_depth: 1000,
        max_attributes: 1000,
        max_namespaces: 1000,
        ..WriterOptions::default()
    };
    let mut writer = Writer::new(Charset::Utf8, limits);
    if let Err(error) = copy.write_start(&mut writer) {
        // Binary carries characters that text forbids.
        assert_eq!(error.code(), ErrorCode::InvalidFormat);
        return None;
    }
    while !matches!(reader.node_type(), NodeType::EndElement | NodeType::Eof) {
        while let Err(error) = writer.copy_node(reader) {
            if !error.needs_input() {
                return None;
            }
            pieces(reader);
        }
    }
    copy.write_end(&mut writer).expect("the body is whole");
    while let Err(error) = message.read_end(reader) {
        if !error.needs_input() {
            return None;
        }
        pieces(reader);
    }
    Some((seen, writer.into_bytes().expect("a document")))
}

fuzz_target!(|input: (u8, u8, u8, &[u8])| {
    let (version, encoding, size, bytes) = input;
    let version = VERSIONS[usize::from(version) % VERSIONS.len()];
    let encoding = || match encoding % 2 {
        0 => ReaderEncoding::text(),
        _ => ReaderEncoding::binary(),
    };
    let mut reader = Reader::with_input(encoding(), bytes.into()).with_options(options());
    let whole = read(version, &mut reader, &mut |_| panic!("memory asked for more"));

    let mut rest = bytes;
    let mut reader = Reader::stream(encoding()).with_options(options());
    let pieces = read(version, &mut reader, &mut |reader| {
        let (now, later) = rest.split_at(rest.len().min(usize::from(size).max(1)));
        match now.is_empty() {
            true => reader.end_of_input(),
            false => reader.feed(now),
        }
        rest = later;
    });
    assert_eq!(whole.is_some(), pieces.is_some());

    if let (Some((seen, text)), Some((seen_in_pieces, _))) = (&whole, &pieces) {
        assert_eq!(seen, seen_in_pieces);
        // What was forwarded says the same.
        let options = wws_core::xml::ReaderOptions {
            max_depth: 1000,
            max_attributes: 1000,
            max_namespaces: 1000,
            ..options()
        };
        let mut reader = Reader::text(text).with_options(options);
        if version.envelope != EnvelopeVersion::None {
            let (again, _) = read(version, &mut reader, &mut |_| panic!("memory asked for more"))
                .expect("our own message");
            assert_eq!(seen, &again);
        }
    }
});
