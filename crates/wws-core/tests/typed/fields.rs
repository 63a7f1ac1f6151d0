//! What a field can be: values of every type, lists, nil, defaults, bytes, borrowed text.

use crate::{reads, there_and_back};
use bytes::Bytes;
use std::{borrow::Cow, sync::Arc};
use wws_core::{
    FromXml, ToXml, typed,
    value::{DateTime, Decimal, Duration, Guid, TimeSpan, UniqueId},
    xml::reader::QName,
};

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Values {
    a: bool,
    b: i8,
    c: i16,
    d: i32,
    e: i64,
    f: u8,
    g: u16,
    h: u32,
    i: u64,
    j: f32,
    k: f64,
    l: Decimal,
    m: DateTime,
    n: Duration,
    o: TimeSpan,
    p: Guid,
    q: UniqueId,
    r: String,
    s: QName,
    t: (),
    u: Box<i32>,
    v: Arc<String>,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Attributes {
    #[xml(attribute)]
    a: bool,
    #[xml(attribute)]
    i: u64,
    #[xml(attribute)]
    k: Option<f64>,
    #[xml(attribute)]
    n: Duration,
    #[xml(attribute)]
    q: UniqueId,
    #[xml(attribute)]
    s: QName,
    #[xml(attribute)]
    bytes: Bytes,
    #[xml(text)]
    content: Option<i32>,
}

fn guid() -> Guid {
    Guid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)
}

#[test]
fn every_type_of_value() {
    let value = Values {
        a: true,
        b: i8::MIN,
        c: i16::MIN,
        d: i32::MIN,
        e: i64::MIN,
        f: u8::MAX,
        g: u16::MAX,
        h: u32::MAX,
        i: u64::MAX,
        j: 0.5,
        k: f64::NEG_INFINITY,
        l: Decimal::new(-15, 1),
        m: "2024-02-29T12:00:00Z".parse().unwrap(),
        n: "P1DT2H".parse().unwrap(),
        o: TimeSpan::from_hours(25),
        p: guid(),
        q: UniqueId::Guid(guid()),
        r: " a\r\n\t\"<&>".into(),
        s: QName::new("shape", "urn:s"),
        t: (),
        u: Box::new(3),
        v: Arc::new("shared".into()),
    };
    there_and_back(
        &value,
        "<Values><a>true</a><b>-128</b><c>-32768</c><d>-2147483648</d><e>-9223372036854775808</e><f>255</f>\
         <g>65535</g><h>4294967295</h><i>18446744073709551615</i><j>0.5</j><k>-INF</k><l>-1.5</l>\
         <m>2024-02-29T12:00:00Z</m><n>P1DT2H</n><o>1.01:00:00</o><p>00112233-4455-6677-8899-aabbccddeeff</p>\
         <q>urn:uuid:00112233-4455-6677-8899-aabbccddeeff</q><r> a&#xD;\n\t\"&lt;&amp;&gt;</r>\
         <s xmlns:d2p1=\"urn:s\">d2p1:shape</s><t/><u>3</u><v>shared</v></Values>",
    );
}

#[test]
fn values_in_attributes() {
    let value = Attributes {
        a: false,
        i: 1,
        k: None,
        n: "PT0S".parse().unwrap(),
        q: "urn:x".parse().unwrap(),
        s: QName::new("shape", "urn:s"),
        bytes: Bytes::from_static(b"abcd"),
        content: None,
    };
    there_and_back(
        &value,
        "<Attributes a=\"false\" i=\"1\" n=\"PT0S\" q=\"urn:x\" s=\"d1p1:shape\" bytes=\"YWJjZA==\" \
         xmlns:d1p1=\"urn:s\"/>",
    );
    let value = Attributes { k: Some(2.0), content: Some(5), ..value };
    there_and_back(
        &value,
        "<Attributes a=\"false\" i=\"1\" k=\"2\" n=\"PT0S\" q=\"urn:x\" s=\"d1p1:shape\" bytes=\"YWJjZA==\" \
         xmlns:d1p1=\"urn:s\">5</Attributes>",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Binary {
    vec: Vec<u8>,
    bytes: Bytes,
    array: [u8; 3],
    none: Option<Vec<u8>>,
    some: Option<Vec<u8>>,
    several: Vec<Bytes>,
}

#[test]
fn bytes_are_base64() {
    let value = Binary {
        vec: vec![],
        bytes: Bytes::from_static(b"\0\xff"),
        array: *b"abc",
        none: None,
        some: Some(b"a".to_vec()),
        several: vec![Bytes::from_static(b"b"), Bytes::new()],
    };
    there_and_back(
        &value,
        "<Binary><vec></vec><bytes>AP8=</bytes><array>YWJj</array><some>YQ==</some><several>Yg==</several><several></several>\
         </Binary>",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Lists {
    plain: Vec<i32>,
    #[xml(wrapper = "wrapped", name = "item")]
    always: Vec<i32>,
    #[xml(wrapper = "maybe", wrapper_ns = "urn:w", name = "item", ns = "urn:i")]
    maybe: Option<Vec<String>>,
    #[xml(wrapper = "nil", name = "item", nillable)]
    nil: Option<Vec<i32>>,
    holes: Vec<Option<i32>>,
    #[xml(nillable)]
    nothing: Option<i32>,
}

#[test]
fn lists_wrappers_and_nil() {
    const XSI: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    let value = Lists {
        plain: vec![1, 2],
        always: vec![],
        maybe: None,
        nil: None,
        holes: vec![Some(3), None],
        nothing: None,
    };
    let text = format!(
        "<Lists><plain>1</plain><plain>2</plain><wrapped/><nil xsi:nil=\"true\"{XSI}/><holes>3</holes>\
         <holes xsi:nil=\"true\"{XSI}/><nothing xsi:nil=\"true\"{XSI}/></Lists>"
    );
    there_and_back(&value, &text);
    reads(&text.replace("<wrapped/>", ""), &value);
    reads(&text.replace("<wrapped/>", " <wrapped > <!-- --> </wrapped>"), &value);
    let value = Lists {
        plain: vec![],
        always: vec![1],
        maybe: Some(vec!["a".into()]),
        nil: Some(vec![]),
        holes: vec![],
        nothing: Some(4),
    };
    there_and_back(
        &value,
        "<Lists><wrapped><item>1</item></wrapped><maybe xmlns=\"urn:w\"><item xmlns=\"urn:i\">a</item></maybe>\
         <nil/><nothing>4</nothing></Lists>",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Defaults {
    #[xml(attribute, default)]
    a: i32,
    #[xml(attribute, default = 5)]
    b: i32,
    #[xml(default = "x".to_owned())]
    c: String,
    #[xml(omit_default)]
    d: bool,
    #[xml(omit_default, default = 7)]
    e: u64,
    #[xml(skip)]
    f: Vec<String>,
    #[xml(skip, default = 9)]
    g: i32,
}

#[test]
fn defaults() {
    let value = Defaults { a: 0, b: 5, c: "x".into(), d: false, e: 7, f: vec![], g: 9 };
    reads("<Defaults/>", &value);
    there_and_back(&value, "<Defaults a=\"0\" b=\"5\"><c>x</c></Defaults>");
    let value = Defaults { a: 1, b: 2, c: "".into(), d: true, e: 0, ..value };
    there_and_back(&value, "<Defaults a=\"1\" b=\"2\"><c/><d>true</d><e>0</e></Defaults>");
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Borrowed<'a> {
    #[xml(attribute)]
    id: &'a str,
    name: &'a str,
    title: Cow<'a, str>,
    other: Option<Cow<'a, str>>,
    #[xml(name = "word")]
    words: Vec<&'a str>,
}

#[test]
fn text_is_borrowed_from_the_input() {
    let text = "<Borrowed id='i'><name>n</name><title>R&amp;D</title><other>o</other><word/><word>w</word></Borrowed>";
    let value: Borrowed<'_> = typed::from_str(text).unwrap();
    assert_eq!(value.words, ["", "w"]);
    assert!(matches!((&value.title, &value.other), (Cow::Owned(_), Some(Cow::Borrowed("o")))));
    let input = text.as_bytes().as_ptr_range();
    for part in [value.id, value.name, value.words[1]] {
        assert!(input.contains(&part.as_ptr()));
    }
    let again = typed::to_string(&value).unwrap();
    assert_eq!(again.replace('"', "'"), text);
}

/// A text that crosses the windows in which the reader looks at its input is still borrowed.
#[test]
fn long_text_is_borrowed() {
    for len in (65_500..65_560).chain([200_000]) {
        let long = "x".repeat(len);
        let text = format!("<Borrowed id='i'><name>{long}</name><title></title></Borrowed>");
        let value: Borrowed<'_> = typed::from_str(&text).unwrap();
        assert_eq!(value.name.len(), len);
    }
}
