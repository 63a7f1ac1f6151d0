//! What the writer allows, refuses and writes, in text.

use super::*;
use crate::xml::{Charset, Text, WriterOptions};

fn writer() -> Writer {
    Writer::new(Charset::Utf8, WriterOptions::default())
}

fn with(options: WriterOptions) -> Writer {
    Writer::new(Charset::Utf8, options)
}

/// The document that the calls write.
fn text(write: impl FnOnce(&mut Writer) -> Result<()>) -> String {
    let mut w = writer();
    write(&mut w).unwrap();
    String::from_utf8(w.into_bytes().unwrap()).unwrap()
}

/// The error of the calls, and whether the writer has failed.
fn error(write: impl FnOnce(&mut Writer) -> Result<()>) -> (ErrorCode, bool) {
    let mut w = writer();
    let error = write(&mut w).unwrap_err();
    (error.code(), w.state == State::Failed)
}

const MISUSE: (ErrorCode, bool) = (ErrorCode::InvalidOperation, false);
const BAD: (ErrorCode, bool) = (ErrorCode::InvalidFormat, true);
const QUOTA: (ErrorCode, bool) = (ErrorCode::QuotaExceeded, true);

#[test]
fn prefixes_are_chosen() {
    let document = text(|w| {
        w.start_element("r", "urn:a")?; // nothing in scope: the default namespace
        w.attribute("x", "urn:a", 1)?; // an attribute needs a prefix
        w.attribute("y", "urn:b", 2)?;
        w.attribute("z", "urn:b", 3)?;
        w.start_element("c", "urn:b")?; // in scope
        w.start_element("d", "")?; // no namespace, no default namespace in scope
        w.start_element("e", "")?;
        w.end_element()?;
        w.end_element()?;
        w.end_element()?;
        w.end_element()
    });
    assert_eq!(
        document,
        r#"<r d1p1:x="1" d1p2:y="2" d1p2:z="3" xmlns="urn:a" xmlns:d1p1="urn:a" xmlns:d1p2="urn:b"><d1p2:c><d xmlns=""><e/></d></d1p2:c></r>"#
    );
}

#[test]
fn hidden_prefixes_are_not_used() {
    let document = text(|w| {
        w.start_element_with_prefix("p", "r", "urn:a")?;
        w.start_element_with_prefix("p", "c", "urn:b")?;
        w.start_element("d", "urn:a")?;
        w.end_element()?;
        w.end_element()?;
        w.start_element("e", "urn:a")?;
        w.end_element()?;
        w.end_element()
    });
    let expected = r#"<p:r xmlns:p="urn:a"><p:c xmlns:p="urn:b"><d xmlns="urn:a"/></p:c><p:e/></p:r>"#;
    assert_eq!(document, expected);
}

#[test]
fn declarations() {
    let document = text(|w| {
        w.start_element_with_prefix("p", "r", "urn:a")?;
        w.xmlns_attribute("p", "urn:a", false)?; // redundant
        w.xmlns_attribute("q", "urn:a", true)?;
        w.xmlns_attribute("", "", false)?; // redundant
        w.xmlns_attribute_without_prefix("urn:a", false)?; // redundant
        w.xmlns_attribute_without_prefix("urn:b", false)?;
        w.start_element_with_prefix("p", "c", "urn:a")?;
        w.xmlns_attribute("", "urn:c", false)?;
        w.end_element()?;
        w.end_element()
    });
    assert_eq!(
        document,
        r#"<p:r xmlns:p="urn:a" xmlns:q='urn:a' xmlns:d1p1="urn:b"><p:c xmlns="urn:c"/></p:r>"#
    );
}

#[test]
fn a_prefix_is_bound_once_in_a_start_tag() {
    for prefix in ["p", "d1p1"] {
        assert_eq!(
            error(|w| {
                w.start_element_with_prefix("p", "r", "urn:a")?;
                w.attribute("x", "urn:x", 1)?;
                w.xmlns_attribute(prefix, "urn:b", false)
            }),
            BAD
        );
    }
    // Nor may the prefix of an outer element that this one uses change.
    let outer = |w: &mut Writer| {
        w.start_element_with_prefix("p", "r", "urn:a")?;
        w.xmlns_attribute("q", "urn:q", false)?;
        w.start_element("c", "urn:a")
    };
    assert_eq!(error(|w| outer(w).and_then(|()| w.xmlns_attribute("p", "urn:b", false))), BAD);
    assert_eq!(
        error(|w| {
            outer(w)?;
            w.attribute("y", "urn:q", 1)?;
            w.xmlns_attribute("q", "urn:b", false)
        }),
        BAD
    );
    // Namespaces in XML 1.0 6.2: the declaration would move the element into the namespace.
    assert_eq!(error(|w| w.start_element("r", "").and_then(|()| w.xmlns_attribute("", "urn:a", false))), BAD);
}

#[test]
fn reserved_names() {
    assert_eq!(error(|w| w.start_element_with_prefix("xml", "r", "urn:a")), BAD);
    assert_eq!(error(|w| w.start_element_with_prefix("xmlns", "r", "urn:a")), BAD);
    assert_eq!(error(|w| w.start_element_with_prefix("p", "r", XMLNS_NAMESPACE)), BAD);
    assert_eq!(error(|w| w.start_element_with_prefix("p", "r", "")), BAD);
    assert_eq!(error(|w| w.start_element_with_prefix("p q", "r", "urn:a")), BAD);
    for name in ["", "a b", "a:b", "1"] {
        assert_eq!(error(|w| w.start_element(name, "")), BAD, "{name:?}");
        assert_eq!(
            error(|w| w.start_element("r", "").and_then(|()| w.attribute(name, "", 1))),
            BAD,
            "{name:?}"
        );
    }
    let lang = text(|w| {
        w.start_element("r", "")?;
        w.attribute_with_prefix("xml", "lang", scope::XML_NAMESPACE, "en")?;
        w.attribute("space", scope::XML_NAMESPACE, "preserve")?;
        w.end_element()
    });
    assert_eq!(lang, r#"<r xml:lang="en" xml:space="preserve"/>"#);
}

#[test]
fn the_same_attribute_twice() {
    let twice = |ns: &'static str, prefix: &'static str| {
        error(move |w| {
            w.start_element_with_prefix("p", "r", "urn:a")?;
            w.xmlns_attribute("q", "urn:a", false)?;
            w.attribute("x", ns, 1)?;
            w.attribute("y", ns, 1)?;
            w.attribute_with_prefix(prefix, "x", ns, 2)
        })
    };
    assert_eq!(twice("", ""), BAD);
    assert_eq!(twice("urn:a", "q"), BAD); // another prefix, the same name
    text(|w| {
        w.start_element("r", "")?;
        w.attribute("x", "", 1)?;
        w.attribute("x", "urn:a", 1)?;
        w.attribute("xx", "", 1)?;
        w.end_element()
    });
}

#[test]
fn calls_out_of_order() {
    assert_eq!(error(|w| w.end_element()), BAD);
    assert_eq!(error(|w| w.end_start_element()), MISUSE);
    assert_eq!(error(|w| w.attribute("a", "", 1)), MISUSE);
    assert_eq!(error(|w| w.end_attribute()), MISUSE);
    assert_eq!(error(|w| w.chars("x")), MISUSE);
    assert_eq!(error(|w| w.value(1)), MISUSE);
    assert_eq!(error(|w| w.bytes(b"x")), MISUSE);
    assert_eq!(error(|w| w.start_cdata()), MISUSE);
    assert_eq!(error(|w| w.end_cdata()), MISUSE);
    let open = |w: &mut Writer| w.start_element("r", "").and_then(|()| w.start_attribute("a", "", false));
    assert_eq!(error(|w| open(w).and_then(|()| w.end_element())), MISUSE);
    assert_eq!(error(|w| open(w).and_then(|()| w.comment(""))), MISUSE);
    assert_eq!(error(|w| open(w).and_then(|()| w.start_element("c", ""))), MISUSE);
    assert_eq!(error(|w| open(w).and_then(|()| w.chars("x")).and_then(|()| w.value(1))), MISUSE);
    assert_eq!(error(|w| open(w).and_then(|()| w.value(1)).and_then(|()| w.value(1))), MISUSE);
    assert_eq!(error(|w| open(w).and_then(|()| w.bytes(b"x")).and_then(|()| w.chars("x"))), MISUSE);
    let root = |w: &mut Writer| w.start_element("r", "").and_then(|()| w.end_element());
    assert_eq!(error(|w| root(w).and_then(|()| w.start_element("r", ""))), MISUSE);
    assert_eq!(text(|w| root(w).and_then(|()| w.chars("\n"))), "<r/>\n");
    let mut w = with(WriterOptions { allow_fragment: true, ..Default::default() });
    w.chars("x").and_then(|()| root(&mut w)).and_then(|()| root(&mut w)).unwrap();
    assert_eq!(w.into_bytes().unwrap(), b"x<r/><r/>");
}

#[test]
fn quotas() {
    let deep = |w: &mut Writer, depth| (0..depth).try_for_each(|_| w.start_element("e", ""));
    assert_eq!(error(|w| deep(w, 33)), QUOTA);
    text(|w| deep(w, 32).and_then(|()| (0..32).try_for_each(|_| w.end_element())));
    let many = |w: &mut Writer, count| {
        w.start_element("e", "")?;
        (0..count).try_for_each(|i| w.attribute(&*format!("a{i}"), "", i))
    };
    assert_eq!(error(|w| many(w, 129)), QUOTA);
    text(|w| many(w, 128).and_then(|()| w.end_element()));
    let namespaces = |w: &mut Writer, count| {
        w.start_element("e", "")?;
        (0..count).try_for_each(|i| w.xmlns_attribute(&format!("p{i}"), &*format!("urn:{i}"), false))
    };
    assert_eq!(error(|w| namespaces(w, 33)), QUOTA);
    text(|w| namespaces(w, 32).and_then(|()| w.end_element()));
    let mut w = with(WriterOptions { max_depth: 0, ..Default::default() });
    assert_eq!(w.start_element("e", "").unwrap_err().code(), ErrorCode::QuotaExceeded);
    let mut w = with(WriterOptions { buffer_max_size: 10, ..Default::default() });
    w.start_element("e", "").unwrap();
    assert_eq!(w.chars("0123456789").unwrap_err().code(), ErrorCode::QuotaExceeded);
}

#[test]
fn a_failed_writer_keeps_failing() {
    let mut w = writer();
    w.start_element("r", "").unwrap();
    let first = w.chars("\u{1}").unwrap_err().to_string();
    assert_eq!(w.chars("x").unwrap_err().to_string(), first);
    assert_eq!(w.start_element("c", "").unwrap_err().to_string(), first);
    assert_eq!(w.end_element().unwrap_err().to_string(), first);
    assert_eq!(w.output_bytes().unwrap_err().to_string(), first);
    w.set_output(Charset::Utf8, WriterOptions::default());
    w.start_element("r", "").and_then(|()| w.end_element()).unwrap();
    assert_eq!(w.output_bytes().unwrap(), b"<r/>");
}

#[test]
fn empty_elements() {
    let write = |w: &mut Writer| {
        w.start_element("r", "")?;
        w.start_element("a", "")?;
        w.end_element()?;
        w.start_element("b", "urn:b")?;
        w.end_start_element()?;
        w.end_element()?;
        w.start_element("c", "")?;
        w.chars("")?;
        w.end_element()?;
        w.end_element()
    };
    assert_eq!(text(write), r#"<r><a/><b xmlns="urn:b"></b><c/></r>"#);
    let mut w = with(WriterOptions { emit_uncompressed_empty_elements: true, ..Default::default() });
    write(&mut w).unwrap();
    assert_eq!(w.into_bytes().unwrap(), br#"<r><a></a><b xmlns="urn:b"></b><c></c></r>"#);
}

#[test]
fn bytes_in_a_row_are_one_sequence() {
    let document = text(|w| {
        w.start_element("r", "")?;
        w.start_attribute("a", "", true)?;
        w.bytes(&[1])?;
        w.bytes(&[2])?;
        w.end_attribute()?;
        w.bytes(&[1])?;
        w.bytes(&[2, 3])?;
        w.value(&[4, 5][..])?;
        w.chars("-")?;
        w.bytes(&[1])?;
        w.end_element()
    });
    assert_eq!(document, "<r a='AQI='>AQIDBAU=-AQ==</r>");
}

#[test]
fn cdata_sections() {
    let document = text(|w| {
        w.start_element("r", "")?;
        w.start_cdata()?;
        w.chars("a<b]]")?;
        w.chars(">c\r]]]>")?;
        w.end_cdata()?;
        w.end_element()
    });
    assert_eq!(document, "<r><![CDATA[a<b]]]]><![CDATA[>c]]>&#xD;<![CDATA[]]]]]><![CDATA[>]]></r>");
}

#[test]
fn characters_in_utf16() {
    let document = text(|w| {
        w.start_element("r", "")?;
        w.chars_utf16(&[0x61, 0xD83D])?;
        w.chars_utf16(&[])?;
        w.chars_utf16(&[0xDE00, 0x62])?;
        w.end_element()
    });
    assert_eq!(document, "<r>a\u{1F600}b</r>");
    for units in [&[0xDE00][..], &[0xD83D, 0x61], &[0xD83D, 0xD83D]] {
        assert_eq!(error(|w| w.start_element("r", "").and_then(|()| w.chars_utf16(units))), BAD);
    }
    for follow in
        [|w: &mut Writer| w.end_element(), |w: &mut Writer| w.chars("x"), |w: &mut Writer| w.comment("")]
    {
        assert_eq!(
            error(|w| w
                .start_element("r", "")
                .and_then(|()| w.chars_utf16(&[0xD83D]))
                .and_then(|()| follow(w))),
            BAD
        );
    }
}

#[test]
fn qualified_names() {
    let document = text(|w| {
        w.start_element_with_prefix("p", "r", "urn:a")?;
        w.start_attribute("t", "", false)?;
        w.qualified_name("n", "urn:b")?;
        w.end_attribute()?;
        w.qualified_name("m", "urn:a")?;
        w.start_element("c", "")?;
        w.qualified_name_with_prefix("any", "n", None)?;
        w.value(Text::QName { prefix: "p", local: "n", ns: "urn:a" })?;
        w.qualified_name("n", "")?;
        w.end_element()?;
        w.end_element()
    });
    let expected = r#"<p:r t="d1p1:n" xmlns:p="urn:a" xmlns:d1p1="urn:b">p:m<c>any:np:nn</c></p:r>"#;
    assert_eq!(document, expected);
    assert_eq!(
        error(|w| w
            .start_element("r", "")
            .and_then(|()| w.chars("x"))
            .and_then(|()| w.qualified_name("n", "urn:b"))),
        BAD
    );
    assert_eq!(
        error(|w| {
            w.start_element("r", "")?;
            w.qualified_name_with_prefix("p", "n", Some("urn:b".into()))
        }),
        BAD
    );
}

#[test]
fn indentation() {
    let mut w = with(WriterOptions { indent: 2, write_declaration: true, ..Default::default() });
    w.start_element("r", "").unwrap();
    w.start_element("a", "").and_then(|()| w.chars("x")).and_then(|()| w.end_element()).unwrap();
    w.comment("c").unwrap();
    w.start_element("b", "").and_then(|()| w.end_element()).unwrap();
    w.start_element("m", "").and_then(|()| w.chars("x")).and_then(|()| w.start_element("i", "")).unwrap();
    w.end_element().and_then(|()| w.end_element()).and_then(|()| w.end_element()).unwrap();
    assert_eq!(
        String::from_utf8(w.into_bytes().unwrap()).unwrap(),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<r>\n  <a>x</a>\n  <!--c-->\n  <b/>\n  <m>x<i/></m>\n</r>"
    );
}

#[test]
fn prefix_from_namespace_sees_what_is_committed() {
    let mut w = writer();
    w.start_element_with_prefix("p", "r", "urn:a").unwrap();
    assert_eq!(w.prefix_from_namespace("urn:a"), None);
    w.end_start_element().unwrap();
    assert_eq!(w.prefix_from_namespace("urn:a"), Some("p"));
    assert_eq!(w.prefix_from_namespace(""), Some(""));
    assert_eq!(w.prefix_from_namespace(scope::XML_NAMESPACE), Some("xml"));
    assert_eq!(w.prefix_from_namespace(XMLNS_NAMESPACE), Some("xmlns"));
}

#[test]
fn a_start_tag_is_not_flushed() {
    let mut w = with(WriterOptions::stream());
    let mut out = Vec::new();
    w.start_element("root", "urn:a").unwrap();
    w.flush_to(&mut out).unwrap();
    assert_eq!((out.as_slice(), w.bytes_written()), (&b""[..], 0));
    w.start_element("child", "urn:a").unwrap();
    assert_eq!(w.bytes_written(), 20);
    w.flush_to(&mut out).unwrap();
    assert_eq!(out, br#"<root xmlns="urn:a">"#);
    assert_eq!(w.bytes_to_close(), 15); // </root></child>
    w.attribute("a", "", true).unwrap();
    w.chars("x").unwrap();
    w.flush_to(&mut out).unwrap();
    w.end_element().and_then(|()| w.end_element()).unwrap();
    assert!(matches!(w.flush(100).unwrap().want(), super::super::output::Want::Done)); // too little
    w.flush_to(&mut out).unwrap();
    assert_eq!(out, br#"<root xmlns="urn:a"><child a="true">x</child></root>"#);
    assert_eq!(w.output_bytes().unwrap_err().code(), ErrorCode::InvalidOperation);
}

/// `xmlns=""` is declared for a name in no namespace, unless the element itself needs the default namespace.
#[test]
fn a_qualified_name_in_no_namespace() {
    let written = text(|w| {
        w.start_element("a", "urn:a")?;
        w.start_element_with_prefix("p", "b", "urn:b")?;
        w.qualified_name("name", "")?;
        w.end_element()?;
        w.end_element()
    });
    assert_eq!(written, "<a xmlns=\"urn:a\"><p:b xmlns:p=\"urn:b\" xmlns=\"\">name</p:b></a>");
    let mut w = writer();
    w.start_element("a", "urn:a").unwrap();
    let error = w.qualified_name("name", "").unwrap_err();
    assert!(error.to_string().contains("start the element with a prefix"), "{error}");
}
