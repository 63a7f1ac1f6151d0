//! Rules of the two recommendations, node by node. Whole documents are in `tests/canonical.rs`.

use super::*;
use crate::ErrorCode;

fn document(algorithm: Algorithm) -> Canonicalizer {
    Canonicalizer::of_document(&Canonicalization::new(algorithm))
}

/// A start tag from a line such as `p:name @p=urn:p q:attr=value`; a name `{ns}p:local` has a namespace.
fn start(c: &mut Canonicalizer, name: &str, rest: &[(&str, &str)]) {
    let (prefix, local, ns) = split(name);
    c.start_element(prefix, local, ns);
    for &(name, value) in rest {
        match name.strip_prefix('@') {
            Some(prefix) => c.declaration(prefix, value),
            None => {
                let (prefix, local, ns) = split(name);
                c.attribute(prefix, local, ns, &Text::Utf8(value));
            }
        }
    }
    c.end_start_element();
}

fn split(name: &str) -> (&str, &str, &str) {
    let (ns, name) = name.strip_prefix('{').and_then(|n| n.split_once('}')).unwrap_or(("", name));
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    (prefix, local, ns)
}

fn end(mut c: Canonicalizer, elements: usize) -> String {
    for _ in 0..elements {
        c.end_element().unwrap();
    }
    c.finish().unwrap();
    String::from_utf8(c.take_output().unwrap_or_default()).unwrap()
}

#[test]
fn attributes_stand_by_namespace_and_name() {
    // C14N 1.0 2.2: no namespace first, then by the namespace's name, not by the prefix.
    let mut c = document(Algorithm::Inclusive);
    let rest = [
        ("{http://www.ietf.org}b:attr", "sorted"),
        ("attr2", "all"),
        ("attr", "I'm"),
        ("@b", "http://www.ietf.org"),
        ("{http://www.w3.org}a:attr", "out"),
        ("@a", "http://www.w3.org"),
        ("@", "http://example.org"),
        ("xml:lang", "en"),
    ];
    start(&mut c, "{http://example.org}e5", &rest);
    assert_eq!(
        end(c, 1),
        r#"<e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out" xml:lang="en"></e5>"#
    );
}

#[test]
fn characters_are_replaced_as_the_tables_say() {
    let mut c = document(Algorithm::Inclusive);
    start(&mut c, "e", &[("a", "\t\n\r<>&\"' é")]);
    c.text(&Text::Utf8("\t\n\r<>&\"' é"));
    assert_eq!(end(c, 1), "<e a=\"&#x9;&#xA;&#xD;&lt;>&amp;&quot;' é\">\t\n&#xD;&lt;&gt;&amp;\"' é</e>");
}

#[test]
fn the_inclusive_form_renders_where_it_is_declared() {
    let mut c = document(Algorithm::Inclusive);
    start(&mut c, "a", &[("@p", "urn:p"), ("@", "")]);
    start(&mut c, "{urn:p}p:b", &[("@p", "urn:p")]);
    start(&mut c, "{urn:d}c", &[("@", "urn:d")]);
    start(&mut c, "d", &[("@", "")]);
    start(&mut c, "{urn:q}p:e", &[("@p", "urn:q")]);
    assert_eq!(
        end(c, 5),
        r#"<a xmlns:p="urn:p"><p:b><c xmlns="urn:d"><d xmlns=""><p:e xmlns:p="urn:q"></p:e></d></c></p:b></a>"#
    );
}

#[test]
fn the_exclusive_form_renders_where_it_is_used() {
    let mut c = document(Algorithm::Exclusive);
    start(&mut c, "a", &[("@p", "urn:p"), ("@q", "urn:q"), ("@xml", tag::XML_NAMESPACE)]);
    start(&mut c, "{urn:p}p:b", &[("{urn:q}q:x", "1"), ("xml:space", "preserve")]);
    start(&mut c, "{urn:p}p:c", &[]);
    c.end_element().unwrap();
    c.end_element().unwrap();
    start(&mut c, "{urn:p}p:b", &[]);
    assert_eq!(
        end(c, 2),
        concat!(
            r#"<a><p:b xmlns:p="urn:p" xmlns:q="urn:q" xml:space="preserve" q:x="1"><p:c></p:c></p:b>"#,
            r#"<p:b xmlns:p="urn:p"></p:b></a>"#
        )
    );
}

#[test]
fn listed_prefixes_are_rendered_at_the_apex() {
    let settings = Canonicalization {
        inclusive_prefixes: vec!["p".into(), "#default".into(), "none".into()],
        ..Canonicalization::default()
    };
    let scope = [("p", "urn:outer"), ("q", "urn:q"), ("", "urn:d"), ("p", "urn:p")];
    let mut c = Canonicalizer::of_content(&settings, scope).unwrap();
    start(&mut c, "{urn:q}q:a", &[]);
    start(&mut c, "b", &[("@", ""), ("@p", "urn:p")]);
    start(&mut c, "c", &[("@p", "urn:inner")]);
    assert_eq!(
        end(c, 3),
        concat!(
            r#"<q:a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><b xmlns="">"#,
            r#"<c xmlns:p="urn:inner"></c></b></q:a>"#
        )
    );
}

#[test]
fn comments_outside_have_lines_of_their_own() {
    for (algorithm, expected) in [
        (Algorithm::InclusiveWithComments, "<!--1-->\n<!--2-->\n<e><!--3--></e>\n<!--4-->"),
        (Algorithm::ExclusiveWithComments, "<!--1-->\n<!--2-->\n<e><!--3--></e>\n<!--4-->"),
        (Algorithm::Inclusive, "<e></e>"),
    ] {
        let mut c = document(algorithm);
        c.comment("1");
        c.text(&Text::Utf8("\n\n"));
        c.comment("2");
        start(&mut c, "e", &[]);
        c.comment("3");
        c.end_element().unwrap();
        c.text(&Text::Utf8("\n"));
        c.comment("4");
        assert_eq!(end(c, 0), expected);
    }
}

#[test]
fn omitted_elements_leave_nothing() {
    let settings = Canonicalization {
        omitted_element: Some(OmittedElement {
            local_name: "Signature".into(),
            namespace: "urn:dsig".into(),
        }),
        ..Canonicalization::new(Algorithm::ExclusiveWithComments)
    };
    let mut c = Canonicalizer::of_document(&settings);
    start(&mut c, "a", &[]);
    for _ in 0..2 {
        start(&mut c, "{urn:dsig}Signature", &[("@", "urn:dsig"), ("Id", "x")]);
        start(&mut c, "{urn:dsig}Signature", &[]);
        c.text(&Text::Int32(1));
        c.bytes(b"x");
        c.comment("no");
        assert!(c.finish().is_err());
        c.end_element().unwrap();
        c.end_element().unwrap();
        c.text(&Text::Int32(2));
    }
    start(&mut c, "Signature", &[]); // another namespace
    assert_eq!(end(c, 2), "<a>22<Signature></Signature></a>");
}

#[test]
fn values_are_written_in_their_text_form() {
    let mut c = document(Algorithm::Exclusive);
    c.start_element("", "e", "");
    c.attribute("", "n", "", &Text::QName { prefix: "p", local: "l", ns: "urn:p" });
    c.end_start_element();
    c.text(&Text::List(&[Text::Bool(false), Text::UInt64(u64::MAX)]));
    assert_eq!(end(c, 1), r#"<e n="p:l">false 18446744073709551615</e>"#);
}

#[test]
fn attributes_come_in_pieces() {
    let mut c = document(Algorithm::Exclusive);
    c.start_element("", "e", "");
    c.start_attribute("", "b", "");
    c.attribute_bytes(b"a");
    c.attribute_bytes(b"bc");
    c.end_attribute();
    c.start_attribute("", "a", "");
    c.attribute_text(&Text::Utf8("<"));
    c.attribute_text(&Text::Utf8("x"));
    c.end_attribute();
    c.end_start_element();
    assert_eq!(end(c, 1), r#"<e a="&lt;x" b="YWJj"></e>"#);
}

#[test]
fn pieces_of_bytes_are_one_text() {
    let mut c = document(Algorithm::Exclusive);
    start(&mut c, "e", &[]);
    c.bytes(b"a");
    c.bytes(b"bc");
    c.bytes(b"d");
    c.end_bytes();
    c.bytes(b"a");
    assert_eq!(end(c, 1), "<e>YWJjZA==YQ==</e>");
}

#[test]
fn no_characters_do_not_part_bytes() {
    let mut c = document(Algorithm::Exclusive);
    start(&mut c, "e", &[]);
    c.bytes(b"a");
    c.text(&Text::Utf8(""));
    c.bytes(b"bc");
    c.text(&Text::Utf8(" "));
    c.bytes(b"a");
    assert_eq!(end(c, 1), "<e>YWJj YQ==</e>");
}

#[test]
fn output_comes_in_pieces() {
    let settings = Canonicalization { output_buffer_size: 8, ..Canonicalization::default() };
    let mut c = Canonicalizer::of_document(&settings);
    let mut out = Vec::new();
    start(&mut c, "e", &[]);
    assert_eq!(c.take_output(), None);
    for _ in 0..10 {
        c.text(&Text::Utf8("xyz"));
        if let Some(piece) = c.take_output() {
            assert!(piece.len() >= 8);
            out.extend(piece);
        }
    }
    c.end_element().unwrap();
    c.finish().unwrap();
    out.extend(c.take_output().unwrap());
    assert_eq!(c.take_output(), None);
    assert_eq!(out, format!("<e>{}</e>", "xyz".repeat(10)).as_bytes());
}

#[test]
fn it_stays_in_the_element_where_it_began() {
    let mut c = Canonicalizer::of_content(&Canonicalization::default(), []).unwrap();
    c.text(&Text::Utf8(" x "));
    start(&mut c, "e", &[]);
    assert_eq!(c.finish().unwrap_err().code(), ErrorCode::InvalidOperation);
    c.end_element().unwrap();
    assert_eq!(c.end_element().unwrap_err().code(), ErrorCode::InvalidOperation);
    c.finish().unwrap();
    assert_eq!(c.take_output().unwrap(), b" x <e></e>");
    let inclusive = Canonicalization::new(Algorithm::Inclusive);
    assert_eq!(Canonicalizer::of_content(&inclusive, []).unwrap_err().code(), ErrorCode::InvalidOperation);
}
