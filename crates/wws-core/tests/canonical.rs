//! The canonicalizer against a word-by-word reading of the recommendations, on random documents.

mod support;

use proptest::prelude::*;
use support::{document::document, reference};
use wws_core::xml::canonical::{Algorithm, Canonicalization, OmittedElement};

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

proptest! {
    #[test]
    fn a_buffer_is_canonicalized_by_the_book(document in document(), settings in settings()) {
        let buffer = document.to_buffer();
        let canonical = buffer.canonicalize(buffer.bof(), &settings).expect("a document");
        let canonical = String::from_utf8(canonical).expect("UTF-8");
        prop_assert_eq!(canonical, reference::canonical(&document, &settings));
    }
}
