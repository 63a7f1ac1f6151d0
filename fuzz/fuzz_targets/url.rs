//! A URL that was decoded encodes to one that decodes to the same; combining is idempotent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::url::{Flags, Url, combine};

fuzz_target!(|input: (&str, bool, bool)| {
    let (text, allow_host_wildcards, no_path_collapse) = input;
    let flags = Flags { allow_host_wildcards, no_path_collapse };
    if let Ok(url) = Url::decode(text, flags) {
        let encoded = url.encode().expect("the parts of a URL");
        assert_eq!(Url::decode(&encoded, flags).expect("our own URL"), url);
    }
    if let Ok(combined) = combine("http://a/b/c?d", text, flags) {
        Url::decode(&combined, flags).map(drop).unwrap_or_else(|e| assert!(e.to_string().contains("UTF-8")));
        assert_eq!(combine("net.tcp://x", &combined, flags).expect("absolute"), combined);
    }
});
