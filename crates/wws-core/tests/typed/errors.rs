//! What an error says: element, expected, found, place.

use crate::fails;
use wws_core::{
    ErrorCode, FromXml, ToXml, typed,
    xml::{Reader, ReaderEncoding},
};

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = "urn:e")]
struct Outer {
    #[xml(attribute)]
    id: i32,
    inner: Inner,
    #[xml(min = 1, max = 2)]
    list: Vec<i8>,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = "urn:e")]
struct Inner {
    count: i32,
    array: Option<[u8; 2]>,
}

const GOOD: &str = "<Outer xmlns='urn:e' id='1'><inner><count>1</count></inner><list>1</list></Outer>";

#[track_caller]
fn fails_with(from: &str, to: &str, error: &str) {
    assert!(GOOD.contains(from));
    fails::<Outer>(&GOOD.replace(from, to), error);
}

#[test]
fn what_is_wrong_and_where() {
    typed::from_str::<Outer>(GOOD).unwrap();
    fails_with(
        "<count>1</count>",
        "<count>x</count>",
        "in <Outer>: in <inner>: in <count>: \"x\" is not an Int32: a digit expected at character 1, at line 1, \
         column 43 (byte 42)",
    );
    fails_with(
        "<count>1</count>",
        "",
        "in <Outer>: in <inner>: expected the element <count> of the namespace 'urn:e'; found </inner>, at line 1, \
         column 36 (byte 35)",
    );
    fails_with(
        "<count>1</count>",
        "<count>1</count><more/>",
        "in <Outer>: in <inner>: expected the end of the element; found <more> of the namespace 'urn:e', at line 1, \
         column 52 (byte 51)",
    );
    fails_with(
        "<count>1</count>",
        "text<count>1</count>",
        "in <Outer>: in <inner>: expected the element <count> of the namespace 'urn:e'; found text, at line 1, column \
         36 (byte 35)",
    );
    fails_with(
        "<count>",
        "<count unit='m'>",
        "in <Outer>: in <inner>: in <count>: the attribute 'unit' is not expected here, at line 1, column 36 (byte 35)",
    );
    fails_with(
        "<count>",
        "<count xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='true'>",
        "in <Outer>: in <inner>: in <count>: the element is nil (xsi:nil), where a value is expected, at line 1, \
         column 36 (byte 35)",
    );
    fails_with(" id='1'", "", "in <Outer>: the attribute 'id' is missing, at line 1, column 1 (byte 0)");
    fails_with(
        " id='1'",
        " id=''",
        "in <Outer>: in the attribute 'id': \"\" is not an Int32: it ends where a digit is expected, at line 1, column \
         1 (byte 0)",
    );
    fails_with(
        " id='1'",
        " id='1' xmlns:p='urn:p' p:id='1'",
        "in <Outer>: the attribute 'id' of the namespace 'urn:p' is not expected here, at line 1, column 1 (byte 0)",
    );
    fails_with(
        "</count>",
        "</count><array>AAAA</array>",
        "in <Outer>: in <inner>: in <array>: 2 bytes expected; found 3, at line 1, column 63 (byte 62)",
    );
    fails_with(
        "<list>1</list>",
        "",
        "in <Outer>: at least 1 elements <list> of the namespace 'urn:e' expected; found 0, at line 1, column 60 \
         (byte 59)",
    );
}

#[test]
fn another_element() {
    fails::<Outer>(
        "<x/>",
        "expected the element <Outer> of the namespace 'urn:e'; found <x>, at line 1, column 1 (byte 0)",
    );
    fails::<Inner>(
        "<Inner xmlns='urn:e'><count>1</count></Inner><x/>",
        "in <Inner>: a document has one top-level element; this is a second one, at line 1, column 47 (byte 46)",
    );
}

#[test]
fn the_quota_of_a_list() {
    let text = GOOD.replace("<list>1</list>", &"<list>1</list>".repeat(3));
    let error = typed::from_str::<Outer>(&text).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    assert_eq!(
        error.to_string(),
        "in <Outer>: more than 2 elements <list> of the namespace 'urn:e': raise max of the field, at line 1, column \
         88 (byte 87)"
    );
}

/// A failure is final: the reader gives the same error again.
#[test]
fn a_failed_reader_stays_failed() {
    let mut reader = Reader::text(b"<Inner xmlns='urn:e'><count>x</count></Inner>");
    let first = reader.read::<Inner>().unwrap_err();
    let second = reader.read::<Inner>().unwrap_err();
    assert!(first.to_string().ends_with(&second.to_string()), "{first} / {second}");
}

#[test]
fn a_stream_must_be_filled_first() {
    let text = b"  <Inner xmlns='urn:e'><count>1</count></Inner>";
    let mut reader = Reader::stream(ReaderEncoding::text());
    reader.feed(&text[..2]);
    assert!(reader.read::<Inner>().unwrap_err().needs_input()); // nothing is lost before the element
    reader.feed(&text[2..]);
    reader.end_of_input();
    assert_eq!(reader.read::<Inner>().unwrap(), Inner { count: 1, array: None });

    let mut reader = Reader::stream(ReaderEncoding::text());
    reader.feed(&text[..30]);
    let error = reader.read::<Inner>().unwrap_err();
    assert!(!error.needs_input());
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    reader.feed(&text[30..]);
    assert!(reader.read::<Inner>().is_err());
}

#[derive(Debug, FromXml)]
struct Strict<'a> {
    #[allow(dead_code)]
    name: &'a str,
}

#[test]
fn text_that_cannot_be_borrowed() {
    fails::<Strict<'_>>(
        "<Strict><name>R&amp;D</name></Strict>",
        "in <Strict>: in <name>: \"R&D\" does not stand in the input as it is, so it cannot be borrowed: use String or \
         Cow<str> instead of &str, at line 1, column 22 (byte 21)",
    );
}

#[derive(Debug, PartialEq, FromXml)]
#[xml(any_order)]
struct Once {
    a: i32,
    b: Option<i32>,
}

#[test]
fn an_element_that_stands_twice() {
    fails::<Once>(
        "<Once><b>1</b><a>1</a><b>2</b></Once>",
        "in <Once>: the element <b> stands here a second time, at line 1, column 23 (byte 22)",
    );
    fails::<Once>(
        "<Once><b>1</b></Once>",
        "in <Once>: expected the element <a>; found </Once>, at line 1, column 15 (byte 14)",
    );
    fails::<Once>(
        "<Once><a>1</a><c/></Once>",
        "in <Once>: expected the end of the element; found <c>, at line 1, column 15 (byte 14)",
    );
}
