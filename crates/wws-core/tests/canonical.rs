//! The canonicalizer against a word-by-word reading of the recommendations, on random documents.

mod support;

use proptest::prelude::*;
use support::{
    document::{Document, document},
    reference,
};
use wws_core::xml::{
    Charset, NodeType, Reader, ReaderEncoding, ReaderOptions, Writer, WriterEncoding, WriterOptions,
    binary::BinaryEncoding,
    buffer::{BufferNode, SharedBuffer, XmlBuffer},
    canonical::{Algorithm, Canonicalization, OmittedElement},
    mtom::{MtomInput, MtomOutput, mime::Related},
};

fn settings() -> impl Strategy<Value = Canonicalization> {
    let algorithm = prop::sample::select(vec![
        Algorithm::Exclusive,
        Algorithm::ExclusiveWithComments,
        Algorithm::Inclusive,
        Algorithm::InclusiveWithComments,
    ]);
    let prefixes =
        prop::collection::vec(prop::sample::select(vec!["", "#default", "a", "b", "ä", "unused"]), 0..3);
    let omitted = prop::option::of((prop::sample::select(vec!["a", "Signature"]), Just("urn:a")));
    (algorithm, prefixes, omitted).prop_map(|(algorithm, prefixes, omitted)| Canonicalization {
        inclusive_prefixes: prefixes.into_iter().map(Into::into).collect(),
        omitted_element: omitted.map(|(l, n)| OmittedElement { local_name: l.into(), namespace: n.into() }),
        ..Canonicalization::new(algorithm)
    })
}

/// What passes a reader to the end, fed from `source` as it asks for more.
fn through(reader: Reader<'_>, mut source: &[u8], step: usize, settings: &Canonicalization) -> String {
    let options = ReaderOptions { max_namespaces: 1000, stream_buffer_size: 4, ..ReaderOptions::default() };
    let mut reader = reader.with_options(options);
    reader.start_canonicalization(settings).expect("at BOF");
    let mut canonical = Vec::new();
    loop {
        match reader.read_node() {
            Ok(NodeType::Eof) => break,
            Ok(_) => canonical.extend(reader.take_canonical_output().unwrap_or_default()),
            Err(e) if e.needs_input() && source.is_empty() => reader.end_of_input(),
            Err(e) if e.needs_input() => {
                let (now, later) = source.split_at(step.min(source.len()));
                reader.feed(now);
                source = later;
            }
            Err(e) => panic!("{e}"),
        }
    }
    reader.end_canonicalization().expect("at depth 0");
    canonical.extend(reader.take_canonical_output().unwrap_or_default());
    assert_eq!(reader.take_canonical_output(), None);
    String::from_utf8(canonical).expect("UTF-8")
}

fn canonical_of(buffer: &XmlBuffer, settings: &Canonicalization) -> String {
    let canonical = buffer.canonicalize(buffer.bof(), settings).expect("a document");
    String::from_utf8(canonical).expect("UTF-8")
}

/// Where a document is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    Text(Charset),
    Binary,
    Mtom(Charset),
    Buffer,
}

impl Form {
    fn encodings(self) -> (WriterEncoding, ReaderEncoding) {
        match self {
            Form::Text(charset) => (charset.into(), ReaderEncoding::Text(Some(charset))),
            Form::Binary => (WriterEncoding::Binary(BinaryEncoding::soap()), ReaderEncoding::binary()),
            Form::Mtom(charset) => {
                let frame = Related::new("b", "http://tempuri.org/0", "text/xml").expect("a frame");
                let mtom = MtomOutput::new(frame).charset(charset).max_inline_byte_count(4);
                (mtom.into(), ReaderEncoding::Mtom(MtomInput::with_header()))
            }
            Form::Buffer => (SharedBuffer::default().into(), ReaderEncoding::text()),
        }
    }
}

/// Every form that has bytes.
const ENCODINGS: [Form; 6] = [
    Form::Text(Charset::Utf8),
    Form::Text(Charset::Utf16Le),
    Form::Text(Charset::Utf16Be),
    Form::Binary,
    Form::Mtom(Charset::Utf8),
    Form::Mtom(Charset::Utf16Be),
];

fn output() -> impl Strategy<Value = Form> {
    prop::sample::select([&ENCODINGS[..], &[Form::Buffer]].concat())
}

/// What was written, to be read again.
enum Written {
    Bytes(ReaderEncoding, Vec<u8>),
    Buffer(SharedBuffer),
}

/// Writes a document: its canonical form, and what was written.
fn written(document: &Document, form: Form, indent: u32, settings: &Canonicalization) -> (String, Written) {
    written_buffer(&document.to_buffer(), form, indent, settings)
}

fn written_buffer(
    buffer: &XmlBuffer,
    form: Form,
    indent: u32,
    settings: &Canonicalization,
) -> (String, Written) {
    let options = WriterOptions { max_namespaces: 1000, indent, ..WriterOptions::default() };
    let (encoding, decoding) = form.encodings();
    let shared = match &encoding {
        WriterEncoding::Buffer(buffer) => Some(buffer.clone()),
        _ => None,
    };
    let mut w = Writer::new(encoding, options);
    w.start_canonicalization(settings).expect("at the start");
    w.write_buffer(buffer).expect("a document");
    w.end_canonicalization().expect("at depth 0");
    let mut canonical = Vec::new();
    while let Some(piece) = w.take_canonical_output() {
        canonical.extend(piece);
    }
    let written = match shared {
        Some(buffer) => Written::Buffer(buffer),
        None => Written::Bytes(decoding, w.into_bytes().expect("a document")),
    };
    (String::from_utf8(canonical).expect("UTF-8"), written)
}

fn read_back(written: Written, settings: &Canonicalization) -> String {
    match written {
        Written::Bytes(encoding, bytes) => {
            through(Reader::with_input(encoding, bytes.as_slice().into()), b"", 0, settings)
        }
        Written::Buffer(buffer) => through(Reader::buffer(buffer), b"", 0, settings),
    }
}

/// Every node in words, for comparing.
fn nodes(buffer: &XmlBuffer) -> Vec<String> {
    let mut nodes = Vec::new();
    let mut at = Some(buffer.bof());
    while let Some(position) = at {
        nodes.push(match buffer.node(position).expect("there") {
            BufferNode::Element(e) => {
                let attributes = e.attributes().map(|a| {
                    let (prefix, local, ns) = (a.prefix(), a.local_name(), a.namespace());
                    (prefix.as_str(), local.as_str(), ns.as_str(), a.value(), a.is_xmlns(), a.single_quote())
                });
                let name = (e.prefix().as_str(), e.local_name().as_str(), e.namespace().as_str());
                format!("{name:?} {} {:?}", e.is_empty(), attributes.collect::<Vec<_>>())
            }
            other => format!("{other:?}"),
        });
        at = buffer.next(position).expect("there");
    }
    nodes
}

proptest! {
    #[test]
    fn text_is_canonicalized_by_the_book(document in document(), settings in settings(), step in 1..100usize) {
        let text = document.to_text();
        let expected = reference::canonical(&document, &settings);
        prop_assert_eq!(&through(Reader::text(text.as_bytes()), b"", 0, &settings), &expected);
        let stream = Reader::stream(ReaderEncoding::text());
        prop_assert_eq!(&through(stream, text.as_bytes(), step, &settings), &expected);
    }

    #[test]
    fn a_stream_is_canonicalized_while_it_comes(document in document(), settings in settings(), step in 1..100usize) {
        let text = document.to_text();
        let options = ReaderOptions { max_namespaces: 1000, stream_buffer_size: 4, ..ReaderOptions::default() };
        let mut reader = Reader::stream(ReaderEncoding::text()).with_options(options);
        let (mut canonical, mut pieces) = (Vec::new(), text.as_bytes().chunks(step));
        while let Err(e) = reader.canonicalize_to(&settings, &mut canonical) {
            prop_assert!(e.needs_input(), "{}", e);
            match pieces.next() {
                Some(piece) => reader.feed(piece),
                None => reader.end_of_input(),
            }
        }
        prop_assert_eq!(String::from_utf8(canonical).expect("UTF-8"), reference::canonical(&document, &settings));
    }

    #[test]
    fn canonical_form_is_stable(document in document(), algorithm in 0..4) {
        let settings = Canonicalization::new(Algorithm::from_number(algorithm).expect("one of four"));
        let once = through(Reader::text(document.to_text().as_bytes()), b"", 0, &settings);
        prop_assert_eq!(&through(Reader::text(once.as_bytes()), b"", 0, &settings), &once);
    }

    #[test]
    fn a_document_read_into_a_buffer_is_the_same(document in document(), settings in settings(), step in 1..100usize) {
        let text = document.to_text();
        let options = ReaderOptions { max_namespaces: 1000, stream_buffer_size: 16, ..ReaderOptions::default() };
        let whole = XmlBuffer::from_bytes(text.as_bytes(), ReaderEncoding::text(), options.clone(), usize::MAX);
        let whole = whole.expect("well formed");
        prop_assert_eq!(canonical_of(&whole, &settings), reference::canonical(&document, &settings));

        let mut reader = Reader::stream(ReaderEncoding::text()).with_options(options);
        let mut pieces = text.as_bytes().chunks(step);
        let mut ended = false;
        let in_pieces = loop {
            match reader.read_buffer(usize::MAX) {
                Ok(buffer) => break buffer,
                Err(e) if e.needs_input() => match pieces.next() {
                    Some(piece) => reader.feed(piece),
                    None => {
                        assert!(!ended, "the end was told before");
                        ended = true;
                        reader.end_of_input();
                    }
                },
                Err(e) => panic!("{e}"),
            }
        };
        prop_assert_eq!(nodes(&in_pieces), nodes(&whole));
    }

    #[test]
    fn a_writer_is_canonicalized_by_the_book(document in document(), settings in settings(), output in output()) {
        let (canonical, written) = written(&document, output, 0, &settings);
        prop_assert_eq!(&canonical, &reference::canonical(&document, &settings));
        // Who reads what was written signs the same.
        prop_assert_eq!(read_back(written, &settings), canonical);
    }

    #[test]
    fn line_breaks_for_the_eye_are_signed_too(document in document(), settings in settings(), indent in 1..4u32) {
        let (canonical, text) = written(&document, Form::Text(Charset::Utf8), indent, &settings);
        prop_assert_eq!(read_back(text, &settings), canonical);
    }

    #[test]
    fn a_buffer_goes_through_every_encoding(document in document()) {
        let first = document.to_buffer();
        let settings = Canonicalization::new(Algorithm::InclusiveWithComments);
        let expected = canonical_of(&first, &settings);
        for form in ENCODINGS {
            let (to, from) = form.encodings();
            let options = WriterOptions { max_namespaces: 1000, ..WriterOptions::default() };
            let bytes = first.to_bytes(to, options).expect("a document");
            let limits = ReaderOptions { max_namespaces: 1000, ..ReaderOptions::default() };
            let back = XmlBuffer::from_bytes(&bytes, from, limits, usize::MAX).expect("well formed");
            prop_assert_eq!(canonical_of(&back, &settings), expected.clone());
            if matches!(form, Form::Text(_)) {
                // Text keeps CDATA sections, comments and the form of empty elements as well.
                prop_assert_eq!(back.to_text().expect("a document"), first.to_text().expect("a document"));
            }
        }
    }

    #[test]
    fn a_reader_of_a_buffer_sees_the_same(document in document(), settings in settings()) {
        let buffer = document.to_buffer();
        let expected = reference::canonical(&document, &settings);
        prop_assert_eq!(through(Reader::buffer(&buffer), b"", 0, &settings), expected);
    }

    #[test]
    fn a_buffer_is_canonicalized_by_the_book(document in document(), settings in settings()) {
        let canonical = canonical_of(&document.to_buffer(), &settings);
        prop_assert_eq!(canonical, reference::canonical(&document, &settings));
    }
}

/// Text of a stream that ends, so far, in a bracket may be cut in front of it.
#[test]
fn a_bracket_at_the_end_of_what_was_fed_does_not_stop_the_reader() {
    for text in ["<a>0123456789abcdef]] ]</a>", "<a>0123456789&amp;abcdef]] ]</a>"] {
        let settings = Canonicalization::new(Algorithm::Inclusive);
        assert_eq!(through(Reader::stream(ReaderEncoding::text()), text.as_bytes(), 1, &settings), text);
    }
}

/// Base64 goes on across what has no characters, and ends at what has some or is a CDATA section.
#[test]
fn bytes_on_both_sides_of_nothing_are_one_sequence() {
    // `a` with the bytes "x", an empty text, the bytes "abc" and the end (MC-NBFX 2.2.3).
    let binary = b"\x40\x01a\x9e\x01x\xa8\x9f\x03abc";
    let settings = Canonicalization::default();
    let expected = "<a>eGFiYw==</a>";
    let reader = || Reader::with_input(ReaderEncoding::binary(), binary.as_slice().into());
    assert_eq!(through(reader(), b"", 0, &settings), expected);
    let mut buffer = reader().read_buffer(usize::MAX).expect("a document");
    assert_eq!(canonical_of(&buffer, &settings), expected);
    assert_eq!(through(Reader::buffer(&buffer), b"", 0, &settings), expected);
    for form in ENCODINGS {
        assert_eq!(written_buffer(&buffer, form, 0, &settings).0, expected, "{form:?}");
    }
    assert_eq!(buffer.to_text().expect("a document"), expected);

    // A CDATA section in front of "abc".
    let mut abc = buffer.bof();
    for _ in 0..4 {
        abc = buffer.next(abc).expect("there").expect("a node");
    }
    buffer.insert_cdata(abc).expect("room");
    let expected = "<a>eA==YWJj</a>";
    assert_eq!(canonical_of(&buffer, &settings), expected);
    assert_eq!(through(Reader::buffer(&buffer), b"", 0, &settings), expected);
    for form in ENCODINGS {
        assert_eq!(written_buffer(&buffer, form, 0, &settings).0, expected, "{form:?}");
    }
    assert_eq!(buffer.to_text().expect("a document"), "<a>eA==<![CDATA[]]>YWJj</a>");
}
