//! Any bytes are a description or none, and any document is a value of it or none.

use crate::bytes;
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Documents with the names that such descriptions use.
fn documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![Just(String::new()), "[ab0-9. ]{0,4}", Just("2024-01-01T00:00:00Z".to_owned())];
    let element = (0usize..4, "( [a-d]='[01]')?").prop_map(|(n, a)| (["a", "b", "c", "d"][n], a));
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop::collection::vec((element.clone(), inner), 0..5).prop_map(|all| {
            all.iter().map(|((name, a), inner)| format!("<{name}{a}>{inner}</{name}>")).collect()
        })
    })
    .prop_map(|content| format!("<t>{content}</t>"))
}

/// Field descriptions that are more often possible than not.
fn fields() -> impl Strategy<Value = Vec<bytes::FieldBytes>> {
    let field = (
        0u8..13,
        any::<u8>(),
        0u8..8,
        prop_oneof![Just(0u8), Just(2), 0u8..32],
        0u8..5,
        0u8..8,
        0u8..5,
        Just(252u8),
    );
    prop::collection::vec(
        field.prop_map(|(m, t, offset, o, name, count, item, range)| {
            [m, t, offset * 16, o, name, count * 16 + 8, item, range]
        }),
        0..4,
    )
}

#[test]
fn descriptions_and_documents() {
    static VALUES: AtomicUsize = AtomicUsize::new(0);
    let structs = [(); 3].map(|()| (Just(128u8), fields()));
    let unions = [(); 2].map(|()| (Just(64u8), fields()));
    let strategy = (structs, unions, 0u8..8, documents());
    proptest!(ProptestConfig::with_cases(5_000), |((structs, unions, choice, document) in strategy)| {
        if bytes::read(&(structs, unions), choice & !1, document.as_bytes()) {
            VALUES.fetch_add(1, Ordering::Relaxed);
        }
    });
    // Otherwise the test would say nothing.
    assert!(VALUES.load(Ordering::Relaxed) > 100, "{VALUES:?} values were read");
}
