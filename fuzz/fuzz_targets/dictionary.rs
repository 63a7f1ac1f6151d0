//! Any string is found in a dictionary exactly when it stands there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::xml::Dictionary;

fuzz_target!(|text: &str| {
    let d = Dictionary::nbfs();
    if let Some(id) = d.find(text) {
        assert_eq!(d.get(id).map(|s| s.as_str()), Some(text));
    }
});
