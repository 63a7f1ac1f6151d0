//! The canonicalizer against a word-by-word reading of the recommendations, on random documents.

mod support;

use proptest::prelude::*;
use support::{document::document, reference};
use wws_core::xml::{
    NodeType, Reader, ReaderEncoding, ReaderOptions,
    canonical::{Algorithm, Canonicalization, OmittedElement},
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
    let options = ReaderOptions { max_namespaces: 1000, ..ReaderOptions::default() };
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
    fn canonical_form_is_stable(document in document(), algorithm in 0..4) {
        let settings = Canonicalization::new(Algorithm::from_number(algorithm).expect("one of four"));
        let once = through(Reader::text(document.to_text().as_bytes()), b"", 0, &settings);
        prop_assert_eq!(&through(Reader::text(once.as_bytes()), b"", 0, &settings), &once);
    }

    #[test]
    fn a_reader_of_a_buffer_sees_the_same(document in document(), settings in settings()) {
        let buffer = document.to_buffer();
        let expected = reference::canonical(&document, &settings);
        prop_assert_eq!(through(Reader::buffer(&buffer), b"", 0, &settings), expected);
    }

    #[test]
    fn a_buffer_is_canonicalized_by_the_book(document in document(), settings in settings()) {
        let buffer = document.to_buffer();
        let canonical = buffer.canonicalize(buffer.bof(), &settings).expect("a document");
        let canonical = String::from_utf8(canonical).expect("UTF-8");
        prop_assert_eq!(canonical, reference::canonical(&document, &settings));
    }
}
