//! The canonicalizer against libxml2's, by way of the program `xmllint`, on random documents.
//!
//! `cargo xtask check-all` installs xmllint and runs this; `cargo test` only says that it did not.

mod support;

use std::{
    io::Write,
    process::{Command, Stdio},
};

use proptest::{prelude::*, test_runner::TestRunner};
use support::document::{Document, NAMESPACES, document_with};
use wws_core::xml::canonical::{Algorithm, Canonicalization, OmittedElement};

/// What `xmllint` makes of a document. Both of its forms keep comments.
fn xmllint(option: &str, document: &Document) -> String {
    let mut child = Command::new("xmllint")
        .args([option, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect(
            "xmllint runs; it is in the Debian package libxml2-utils, which `cargo xtask check-all` installs",
        );
    let text = document.to_text();
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("xmllint reads");
    let out = child.wait_with_output().expect("xmllint ends");
    assert!(out.status.success(), "{text}\n{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

fn ours(document: &Document, settings: &Canonicalization) -> String {
    let buffer = document.to_buffer();
    String::from_utf8(buffer.canonicalize(buffer.bof(), settings).expect("a document")).expect("UTF-8")
}

#[test]
#[ignore = "needs xmllint: run `cargo xtask check-all`"]
fn libxml2_agrees() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() });
    // libxml2 does not escape the ampersand in the name of a namespace (its output is not XML then).
    let namespaces = &NAMESPACES[..4];
    assert!(namespaces.iter().all(|ns| !ns.contains('&')));
    let agrees = runner.run(&document_with(namespaces), |document| {
        let bare = document.without_comments();
        for (option, plain, with_comments) in [
            ("--c14n", Algorithm::Inclusive, Algorithm::InclusiveWithComments),
            ("--exc-c14n", Algorithm::Exclusive, Algorithm::ExclusiveWithComments),
        ] {
            let theirs = xmllint(option, &document);
            prop_assert_eq!(ours(&document, &Canonicalization::new(with_comments)), theirs);
            prop_assert_eq!(ours(&document, &Canonicalization::new(plain)), xmllint(option, &bare));
            if let Some(rest) = document.without("Signature", "urn:a") {
                let settings = Canonicalization {
                    omitted_element: Some(OmittedElement {
                        local_name: "Signature".into(),
                        namespace: "urn:a".into(),
                    }),
                    ..Canonicalization::new(with_comments)
                };
                prop_assert_eq!(ours(&document, &settings), xmllint(option, &rest));
            }
        }
        Ok(())
    });
    agrees.expect("the same canonical form");
}
