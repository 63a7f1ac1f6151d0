//! Messages that are not MTOM: each fails with a code, words and a place, however it comes.

use crate::drive::{Message, in_order, include, message};
use wws_core::{ErrorCode, xml::mtom::MtomInput};

#[track_caller]
fn refused(bytes: &[u8], words: &str) {
    let error = Message::new(bytes).anyhow().unwrap_err();
    let shown = bytes.escape_ascii();
    assert_eq!(error.code(), ErrorCode::InvalidFormat, "{shown}: {error}");
    assert!(error.to_string().contains(words), "{shown}: {error}");
    assert!(error.place().is_some(), "{shown}: {error}");
}

#[test]
fn includes_that_xop_does_not_allow() {
    const NS: &str = "xmlns:x='http://www.w3.org/2004/08/xop/include'";
    let one = include("cid:1");
    for (root, words) in [
        (one.clone(), "cannot be the root element"),
        (format!("<r>text{one}</r>"), "only child"),
        (format!("<r>{one}text</r>"), "only child"),
        (format!("<r><a/>{one}</r>"), "only child"),
        (format!("<r><a>b</a>{one}</r>"), "only child"),
        (format!("<r>{one}<a/></r>"), "only child"),
        (format!("<r>{one}{}</r>", include("cid:2")), "only child"),
        (format!("<r><![CDATA[]]>{one}</r>"), "only child"),
        (format!("<r><x:Include {NS}/></r>"), "needs an attribute href"),
        (format!("<r><x:Include {NS} xmlns:y='urn:y' y:href='cid:1'/></r>"), "needs an attribute href"),
        (format!("<r><x:Include {NS} href='cid:1' other=''/></r>"), "attribute `other`"),
        (format!("<r><x:Include {NS} href='http://1'/></r>"), "must be `cid:`"),
        (format!("<r><x:Include {NS} href='cid:%2'/></r>"), "hexadecimal"),
        (format!("<r><x:Include {NS} href='cid:1'>text</x:Include></r>"), "cannot contain text"),
        (format!("<r><x:Include {NS} href='cid:1'><![CDATA[]]></x:Include></r>"), "cannot contain text"),
        (format!("<r><x:Include {NS} href='cid:1'>{one}</x:Include></r>"), "cannot contain another"),
        (format!("<r>{}</r>", include("cid:3")), "<3>, which the message does not have"),
        (format!("<r>{}</r>", include("cid:root")), "the root part that contains it"),
        (format!("<r><a>{one}</a><b>{one}</b></r>"), "two xop:Include"),
        (format!("<r>{}", one.replace("/>", ">")), "ends"),
        ("<r>".to_owned(), "<r>"),
    ] {
        refused(&message(&root, &[("1", b"one"), ("2", b"two")]), words);
    }
}

#[test]
fn an_error_of_the_document_has_a_place_in_the_message() {
    let bytes = message("<r>\n <a>&b;</a></r>", &[]);
    let error = Message::new(&bytes).anyhow().unwrap_err();
    let place = error.place().unwrap();
    let at = bytes.windows(3).position(|w| w == b"&b;").unwrap() as u64;
    assert_eq!((place.row, place.column), (1, 4));
    assert!((at..at + 3).contains(&place.offset), "{at}: {place:?}");
}

#[test]
fn headers_and_parts_that_are_wrong() {
    let good = String::from_utf8(message("<r/>", &[("1", b"one")])).unwrap();
    assert!(Message::new(good.as_bytes()).anyhow().is_ok());
    for (from, to, words) in [
        ("MIME-Version: 1.0", "MIME-Version: 2.0", "must be 1.0"),
        ("multipart/related", "multipart/mixed", "must be multipart/related"),
        ("type=\"application/xop+xml\"; ", "type=\"text/xml\"; ", "must be application/xop+xml"),
        ("Content-Type: multipart", "Content-Kind: multipart", "has no Content-Type"),
        ("boundary=b; ", "", "needs a boundary"),
        ("boundary=b", "boundary=c", "before its first boundary"),
        ("start=\"<root>\"", "start=\"<other>\"", "no part with the content id <other>"),
        ("start=\"<root>\"", "start=\"<1>\"", "must be application/xop+xml, not image/png"),
        (
            "Content-Type: application/xop+xml; charset=utf-8; type=\"text/xml\"\r\n",
            "",
            "must have a Content-Type",
        ),
        ("charset=utf-8", "charset=latin1", "must be utf-8"),
        ("Content-ID: <1>", "Content-ID: <root>", "two MIME parts have the content id <root>"),
        ("Content-ID: <1>", "Content-ID: <>", "content id must be"),
        ("Content-ID: <1>", "Content-ID: <1>\r\nContent-ID: <2>", "stands twice"),
        ("Content-ID: <1>", "Content-ID <1>", "must be `Name: value`"),
        ("Content-ID: <1>", "Content-Transfer-Encoding: x-gzip", "must be binary, 8bit"),
        ("\r\n--b--\r\n", "", "before its closing boundary"),
        ("\r\n--b--\r\n", "\r\n--b\r\n", "within a group of MIME headers"),
        ("<r/>", "<r>", "<r>"),
        ("<r/>", "<r/><r/>", "one top-level element"),
        ("<r/>", "", "no element"),
    ] {
        assert!(good.contains(from), "{from}");
        refused(good.replacen(from, to, 1).as_bytes(), words);
    }
    refused(b"", "within a group of MIME headers");
}

#[test]
fn a_transfer_encoding_that_was_not_kept() {
    for order in [["root", "1", "2"], ["root", "2", "1"], ["1", "2", "root"]] {
        let root = format!("<r>{}</r>", include("cid:1"));
        let parts = order.map(|id| (id, if id == "root" { root.as_bytes() } else { b"one" }));
        let bytes = String::from_utf8(in_order(&parts)).unwrap();
        // Only of a part that is included does anyone care.
        for (id, words) in [("1", Some("ends 3 characters")), ("2", None)] {
            let id = format!("Content-ID: <{id}>");
            let bytes = bytes.replace(&id, &format!("{id}\r\nContent-Transfer-Encoding: base64"));
            match words {
                Some(words) => refused(bytes.as_bytes(), words),
                None => assert!(Message::new(bytes.as_bytes()).anyhow().is_ok()),
            }
        }
    }
}

#[test]
fn two_parts_with_one_id() {
    let root = format!("<r>{}</r>", include("cid:2"));
    refused(&in_order(&[("root", root.as_bytes()), ("1", b""), ("1", b""), ("2", b"")]), "two MIME parts");
}

#[test]
fn a_charset_that_was_not_asked_for() {
    let bytes = message("<r/>", &[]);
    let input = MtomInput::with_header().charset(wws_core::xml::Charset::Utf16Le);
    let error = Message::with_input(&bytes, input).anyhow().unwrap_err();
    assert!(error.to_string().contains("was asked for"), "{error}");
}

#[test]
fn quotas_are_kept() {
    let bytes = message("<r/>", &[("1", b"one")]);
    let mut message = Message::new(&bytes);
    message.options.max_mime_parts = 1;
    let error = message.anyhow().unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    assert!(error.to_string().contains("MAX_MIME_PARTS"), "{error}");

    // WWSAPI P.1 #11: only for streams.
    message.options.max_mime_parts = 2;
    message.options.stream_max_mime_headers_size = 100;
    assert!(message.whole().is_ok());
    let error = message.streamed(&[1; 500]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    assert!(error.to_string().contains("STREAM_MAX_MIME_HEADERS_SIZE"), "{error}");

    let huge = format!("X: {}\r\n", "y".repeat(70_000));
    let error = Message::new(huge.as_bytes()).whole().unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
}
