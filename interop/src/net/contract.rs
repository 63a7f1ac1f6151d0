//! The contract of `interop/net/interop.wsdl` as Rust types, and the values that are sent.

use crate::dump::{Dump, Lines, dump_fields};
use bytes::Bytes;
use wws::{
    FromXml, Result, ToXml,
    value::{DateTime, Decimal, Duration},
};

pub(crate) const NS: &str = "urn:wws:interop";

/// The action of an operation, and of its reply.
pub(crate) fn action(operation: &str) -> String {
    format!("{NS}/{operation}")
}

pub(crate) fn reply_action(operation: &str) -> String {
    format!("{NS}/{operation}Response")
}

/// Requests and replies: elements with the name of the operation.
macro_rules! operations {
    ($($(#[$doc:meta])* $request:ident = $name:literal { $($(#[$of_field:meta])* $field:ident: $type:ty),* }
       $(=> $reply:ident = $reply_name:literal { $($(#[$of_result:meta])* $result:ident: $result_type:ty),* })?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, ToXml, FromXml)]
        #[xml(name = $name, ns = NS)]
        pub(crate) struct $request {
            $($(#[$of_field])* pub(crate) $field: $type),*
        }

        $(#[derive(Debug, ToXml, FromXml)]
        #[xml(name = $reply_name, ns = NS)]
        pub(crate) struct $reply {
            $($(#[$of_result])* pub(crate) $result: $result_type),*
        })?
    )*};
}

operations! {
    EchoString = "echoString" { #[xml(nillable)] text: Option<String> }
        => EchoStringReply = "echoStringResponse" { #[xml(nillable)] result: Option<String> };
    Add = "add" { a: i32, b: i32 } => AddReply = "addResponse" { result: i32 };
    EchoBytes = "echoBytes" { data: Bytes } => EchoBytesReply = "echoBytesResponse" { result: Bytes };
    EchoRecord = "echoRecord" { value: Record } => EchoRecordReply = "echoRecordResponse" { result: Record };
    /// Is answered with a fault: `typed`, `untyped` or `coded`.
    Fail = "fail" { kind: String } => FailReply = "failResponse" {};
    /// One-way.
    Notify = "notify" { text: String };
    /// Gives what was notified, and waits for it if it is still on its way.
    TakeNotice = "takeNotice" {} => TakeNoticeReply = "takeNoticeResponse" { #[xml(nillable)] result: Option<String> };
}

/// Bytes that are streamed; by hand in `stream`.
pub(crate) const ECHO_STREAM: &str = "echoStream";

/// The detail of a typed fault.
#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "problem", ns = NS)]
pub(crate) struct Problem {
    pub(crate) number: i32,
    pub(crate) text: String,
}

impl Problem {
    pub(crate) fn of_test() -> Self {
        Problem { number: 17, text: "why & how".to_owned() }
    }
}

/// The reason of every fault, and the subcode of `coded` ones.
pub(crate) const REASON: &str = "It broke.";
pub(crate) const SUBCODE: &str = "Overloaded";

#[derive(Clone, Copy, Debug, ToXml, FromXml)]
pub(crate) enum Color {
    #[xml(name = "red")]
    Red,
    #[xml(name = "dark blue")]
    DarkBlue,
}

#[derive(Clone, Debug, ToXml, FromXml)]
#[xml(ns = NS)]
pub(crate) struct Item {
    title: String,
    count: i32,
}

/// A field of every type that stacks have in common.
#[derive(Clone, Debug, ToXml, FromXml)]
#[xml(ns = NS)]
pub(crate) struct Record {
    flag: bool,
    tiny: i8,
    small: i16,
    number: i32,
    large: i64,
    utiny: u8,
    usmall: u16,
    unumber: u32,
    ularge: u64,
    single: f32,
    double: f64,
    decimal: Decimal,
    time: DateTime,
    span: Duration,
    text: String,
    #[xml(nillable)]
    missing: Option<String>,
    #[xml(nillable)]
    maybe: Option<i32>,
    blob: Bytes,
    color: Color,
    item: Item,
    #[xml(wrapper = "words", name = "item")]
    words: Vec<String>,
    #[xml(wrapper = "numbers", name = "item")]
    numbers: Vec<i32>,
    #[xml(wrapper = "items", name = "item")]
    items: Vec<Item>,
}

dump_fields! { Item: title count }
dump_fields! {
    Record: flag tiny small number large utiny usmall unumber ularge single double decimal time span text missing maybe
    blob color item words numbers items
}

impl Dump for Color {
    fn dump(&self, path: &str, lines: &mut Lines) {
        lines.add(path, if matches!(self, Color::Red) { "red" } else { "dark blue" });
    }
}

impl Record {
    pub(crate) fn of_test() -> Result<Self> {
        let item = |title: &str, count| Item { title: title.to_owned(), count };
        Ok(Record {
            flag: true,
            tiny: i8::MIN,
            small: i16::MIN,
            number: i32::MIN,
            large: i64::MIN,
            utiny: u8::MAX,
            usmall: u16::MAX,
            unumber: u32::MAX,
            ularge: u64::MAX,
            single: 1.1,
            double: std::f64::consts::PI,
            decimal: Decimal::from_i128_with_scale(123_456_789_012_345_678, 7),
            time: "2024-02-29T23:59:58.125Z".parse()?,
            span: "P1DT2H3M4.5S".parse()?,
            text: " <Fish> & \"Chips\"\t\n\u{e9}\u{1d11e} ]]> ".to_owned(),
            missing: None,
            maybe: Some(-5),
            blob: Bytes::from(bytes(3000)),
            color: Color::DarkBlue,
            item: item("one", 1),
            words: vec!["a".to_owned(), String::new(), "R&D".to_owned()],
            numbers: vec![1, -1, 128, 70_000, i32::MAX],
            items: vec![item("two", 2), item("", 0)],
        })
    }

    /// Fields that are not as they should be: `path: expected … but found …`.
    pub(crate) fn differences(&self, found: &Self) -> Vec<String> {
        let lines = |record: &Self| {
            let mut lines = Lines::default();
            record.dump("record", &mut lines);
            lines.text().lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let (expected, found) = (lines(self), lines(found));
        let mut differences: Vec<String> = Vec::new();
        for line in &expected {
            let Some((path, value)) = line.split_once('=') else { continue };
            let other = found.iter().find_map(|line| line.strip_prefix(path)?.strip_prefix('='));
            if other != Some(value) {
                let path = path.trim_start_matches("record.");
                differences
                    .push(format!("{path}: expected {value} but found {}", other.unwrap_or("nothing")));
            }
        }
        differences
    }
}

/// Bytes as every program makes them.
pub(crate) fn bytes(length: u64) -> Vec<u8> {
    (0..length).map(byte).collect()
}

/// The byte at a place: 251 is a prime, so that no buffer's size is a multiple of the period.
pub(crate) fn byte(at: u64) -> u8 {
    (at % 251) as u8
}

/// The strings that are echoed, by the names of their cases.
pub(crate) fn strings() -> [(&'static str, Option<String>); 5] {
    [
        ("string-empty", Some(String::new())),
        ("string-null", None),
        ("string-20000", Some("0123456789".repeat(2000))),
        ("string-unicode", Some("h\u{e9}llo \u{4e2d}\u{6587} \u{1d11e} \u{5d0}\u{202e}".to_owned())),
        ("string-markup", Some("<a b=\"c\">&amp;</a> ]]> <!-- 'x' --> \t\n.".to_owned())),
    ]
}
