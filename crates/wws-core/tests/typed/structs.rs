//! Structs: attributes, elements, text, lists, namespaces, order.

use crate::{reads, there_and_back};
use wws_core::{FromXml, ToXml, value::Decimal};

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "order", ns = "urn:shop", rename_all = "camelCase")]
struct Order {
    #[xml(attribute)]
    id: u32,
    #[xml(attribute)]
    channel: Option<String>,
    customer_name: String,
    note: Option<String>,
    #[xml(name = "line")]
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = "urn:shop")]
struct Line {
    #[xml(attribute)]
    currency: String,
    #[xml(text)]
    price: Decimal,
}

#[test]
fn a_struct_there_and_back() {
    let order = Order {
        id: 7,
        channel: None,
        customer_name: "R&D".into(),
        note: Some(String::new()),
        lines: vec![
            Line { currency: "EUR".into(), price: Decimal::new(950, 2) },
            Line { currency: "USD".into(), price: Decimal::new(1, 0) },
        ],
    };
    there_and_back(
        &order,
        "<order id=\"7\" xmlns=\"urn:shop\"><customerName>R&amp;D</customerName><note/>\
         <line currency=\"EUR\">9.50</line><line currency=\"USD\">1</line></order>",
    );
}

/// Prefixes, white space, comments, CDATA and attributes of XML Schema make no difference.
#[test]
fn what_does_not_count() {
    let text = "\u{FEFF}<?xml version='1.0'?><!-- x --><s:order xmlns:s='urn:shop' id=' 7 '
        xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='a b'>
        <s:customerName xsi:type='s:string'>a<!-- -->b<![CDATA[<c>]]></s:customerName> <!-- y -->
        <line xmlns='urn:shop' currency='EUR'> 9.50
        </line> </s:order> ";
    let order = Order {
        id: 7,
        channel: None,
        customer_name: "ab<c>".into(),
        note: None,
        lines: vec![Line { currency: "EUR".into(), price: Decimal::new(950, 2) }],
    };
    reads(text, &order);
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "mixed", ns = A, xmlns(b = "urn:b"))]
struct Namespaces {
    #[xml(attribute, ns = "urn:b")]
    qualified: bool,
    #[xml(attribute, name = "xml:lang")]
    language: String,
    in_a: i8,
    #[xml(ns = "urn:b")]
    in_b: i8,
    #[xml(ns = "")]
    in_none: i8,
}

const A: &str = "urn:a";

#[test]
fn namespaces_of_fields() {
    let value = Namespaces { qualified: true, language: "de".into(), in_a: 1, in_b: 2, in_none: 3 };
    there_and_back(
        &value,
        "<mixed b:qualified=\"true\" xml:lang=\"de\" xmlns=\"urn:a\" xmlns:b=\"urn:b\"><in_a>1</in_a>\
         <b:in_b>2</b:in_b><in_none xmlns=\"\">3</in_none></mixed>",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(any_order)]
struct Unordered {
    a: i32,
    b: Option<i32>,
    #[xml(name = "item")]
    c: Vec<i32>,
    #[xml(default)]
    d: i32,
    #[xml(nillable)]
    e: Option<i32>,
    #[xml(wrapper = "fs", name = "f")]
    f: Vec<i32>,
}

#[test]
fn any_order() {
    let value = Unordered { a: 1, b: Some(2), c: vec![3, 4], d: 5, e: None, f: vec![6] };
    reads(
        "<Unordered><item>3</item><fs><f>6</f></fs><d>5</d><item>4</item><b>2</b><a>1</a></Unordered>",
        &value,
    );
    let least = Unordered { a: 1, b: None, c: vec![], d: 0, e: None, f: vec![] };
    reads("<Unordered><a>1</a></Unordered>", &least);
    there_and_back(
        &value,
        "<Unordered><a>1</a><b>2</b><item>3</item><item>4</item><d>5</d><e xsi:nil=\"true\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/><fs><f>6</f></fs></Unordered>",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(ignore_unknown)]
struct Tolerant {
    #[xml(attribute)]
    id: i32,
    first: String,
    last: Option<String>,
}

#[test]
fn unknown_things_are_skipped_when_asked_for() {
    let value = Tolerant { id: 1, first: "a".into(), last: Some("b".into()) };
    reads(
        "<Tolerant x='1' id='1' y:z='' xmlns:y='urn:y'><zero/><first>a</first><middle><first/></middle>\
         <last>b</last><more/>text</Tolerant>",
        &value,
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Base {
    #[xml(attribute)]
    id: i32,
    name: String,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Extended {
    #[xml(attribute)]
    before: Option<i32>,
    #[xml(flatten)]
    base: Base,
    extra: String,
}

#[test]
fn flattened_structs() {
    let base = Base { id: 1, name: "n".into() };
    let value = Extended { before: Some(0), base, extra: "x".into() };
    there_and_back(&value, "<Extended before=\"0\" id=\"1\"><name>n</name><extra>x</extra></Extended>");
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Empty {}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Unit;

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Pair(#[xml(name = "x")] i32, #[xml(attribute, name = "y")] i32);

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Orders(#[xml(name = "order")] Vec<i32>);

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "m", ns = "urn:m")]
struct Meters(f64);

#[test]
fn small_structs() {
    there_and_back(&Empty {}, "<Empty/>");
    there_and_back(&Unit, "<Unit/>");
    there_and_back(&Pair(1, 2), "<Pair y=\"2\"><x>1</x></Pair>");
    there_and_back(&Orders(vec![1, 2]), "<Orders><order>1</order><order>2</order></Orders>");
    there_and_back(&Meters(1.5), "<m xmlns=\"urn:m\">1.5</m>");
}
