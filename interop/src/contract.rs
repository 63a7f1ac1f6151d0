//! The contract: every type that .NET's DataContractSerializer has a form for, as Rust types. `interop/mono/Contract.cs`
//! has the same.

use crate::dump::{Dump, Lines, dump_fields};
use bytes::Bytes;
use wws::{
    FromXml, Result, ToXml,
    value::{DateTime, Decimal, Duration, Guid},
    xml::reader::QName,
};

pub(crate) const CONTRACT: &str = "urn:interop:contract";
const ROUND: &str = "urn:interop:round";
/// The namespace of the items of lists that are no data contracts.
const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
/// The namespace of the items of lists of `Nullable<T>`.
const SYSTEM: &str = "http://schemas.datacontract.org/2004/07/System";

#[derive(Debug, ToXml, FromXml)]
pub(crate) enum Color {
    Red,
    #[xml(name = "dark blue")]
    DarkBlue,
}

#[derive(Debug, ToXml, FromXml)]
#[xml(ns = CONTRACT, rename_all = "PascalCase")]
pub(crate) struct Item {
    #[xml(nillable)]
    pub(crate) title: Option<String>,
    pub(crate) count: i32,
}

#[derive(Debug, ToXml, FromXml)]
#[xml(xsi_type, ns = CONTRACT)]
pub(crate) enum Shape {
    #[xml(base, name = "Shape")]
    Plain(Label),
    #[xml(ns = ROUND)]
    Round(Round),
}

#[derive(Debug, ToXml, FromXml)]
#[xml(ns = CONTRACT, rename_all = "PascalCase")]
pub(crate) struct Label {
    label: String,
}

#[derive(Debug, ToXml, FromXml)]
#[xml(ns = ROUND, rename_all = "PascalCase")]
pub(crate) struct Round {
    #[xml(flatten)]
    base: Label,
    radius: f64,
}

#[derive(Debug, ToXml, FromXml)]
#[xml(ns = ARRAYS, rename_all = "PascalCase")]
pub(crate) struct Entry {
    key: String,
    value: i32,
}

#[derive(Debug, ToXml, FromXml)]
#[xml(ns = CONTRACT, rename_all = "PascalCase")]
pub(crate) struct Everything {
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
    guid: Guid,
    letter: u16,
    text: String,
    #[xml(nillable)]
    missing: Option<String>,
    link: String,
    name: QName,
    bytes: Vec<u8>,
    blob: Bytes,
    #[xml(nillable)]
    nobytes: Option<Bytes>,
    #[xml(nillable)]
    maybe: Option<i32>,
    #[xml(nillable)]
    nothing: Option<DateTime>,
    color: Color,
    item: Item,
    #[xml(nillable)]
    noitem: Option<Item>,
    #[xml(wrapper = "Words", name = "string", ns = ARRAYS)]
    words: Vec<Option<String>>,
    #[xml(wrapper = "Numbers", name = "int", ns = ARRAYS)]
    numbers: Vec<i32>,
    #[xml(wrapper = "Doubles", name = "double", ns = ARRAYS)]
    doubles: Vec<f64>,
    #[xml(wrapper = "Guids", name = "guid", ns = ARRAYS)]
    guids: Vec<Guid>,
    #[xml(wrapper = "Items", name = "Item")]
    items: Vec<Item>,
    #[xml(wrapper = "Nonumbers", name = "int", ns = ARRAYS, nillable)]
    nonumbers: Option<Vec<i32>>,
    #[xml(wrapper = "Holes", name = "int", ns = SYSTEM)]
    holes: Vec<Option<i32>>,
    #[xml(wrapper = "Map", name = "KeyValueOfstringint", ns = ARRAYS)]
    map: Vec<Entry>,
    shape: Shape,
    #[xml(wrapper = "Shapes", name = "Shape")]
    shapes: Vec<Shape>,
}

dump_fields! { Item: title count }
dump_fields! { Entry: key value }
dump_fields! {
    Everything: flag tiny small number large utiny usmall unumber ularge single double decimal time span guid letter text
    missing link name bytes blob nobytes maybe nothing color item noitem words numbers doubles guids items nonumbers holes
    map shape shapes
}

impl Dump for Color {
    fn dump(&self, path: &str, lines: &mut Lines) {
        lines.add(
            path,
            match self {
                Color::Red => "Red",
                Color::DarkBlue => "dark blue",
            },
        );
    }
}

impl Dump for Shape {
    fn dump(&self, path: &str, lines: &mut Lines) {
        let (kind, label) = match self {
            Shape::Plain(plain) => ("Shape", plain),
            Shape::Round(round) => ("Round", &round.base),
        };
        lines.add(&format!("{path}.type"), kind);
        label.label.dump(&format!("{path}.label"), lines);
        if let Shape::Round(round) = self {
            round.radius.dump(&format!("{path}.radius"), lines);
        }
    }
}

/// Bytes as the other side makes them, too.
fn blob(length: u32) -> Vec<u8> {
    (0..length).map(|i| (i * 7 + 1) as u8).collect()
}

impl Everything {
    /// Something in every field.
    pub(crate) fn full() -> Result<Self> {
        let item = |title: &str, count| Item { title: Some(title.to_owned()), count };
        let label = |label: &str| Label { label: label.to_owned() };
        Ok(Everything {
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
            decimal: Decimal::from_i128_with_scale(123_456_789_012_345_678_901_234_567, 17),
            time: "2024-02-29T23:59:58.1234567Z".parse()?,
            span: "P108DT13H6M52.3456789S".parse()?,
            guid: Guid::from_u128(0x6f70_e5ab_1c4d_4d0b_9a52_3d2b_8a9c_0c11),
            letter: 'é' as u16,
            text: " <Fish> & \"Chips\"\t\n\u{e9}\u{1d11e} ]]> ".into(),
            missing: None,
            link: "http://example.org/a?b=c&d=%20".into(),
            name: QName::new("local", "urn:interop:qname"),
            bytes: vec![0, 1, 2, 253, 254, 255],
            blob: blob(3000).into(),
            nobytes: None,
            maybe: Some(-5),
            nothing: None,
            color: Color::DarkBlue,
            item: item("one", 1),
            noitem: None,
            words: vec![Some("a".into()), Some(String::new()), None, Some("R&D".into())],
            numbers: vec![1, -1, 128, 70_000, i32::MAX],
            doubles: vec![0.0, 0.5, -1e300, f64::INFINITY],
            guids: vec![Guid::nil(), Guid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)],
            items: vec![item("two", 2), Item { title: None, count: 3 }],
            nonumbers: None,
            holes: vec![Some(1), None, Some(3)],
            map: vec![Entry { key: "x".into(), value: 1 }, Entry { key: "y".into(), value: 2 }],
            shape: Shape::Round(Round { base: label("wheel"), radius: 0.25 }),
            shapes: vec![
                Shape::Plain(label("plain")),
                Shape::Round(Round { base: label("hoop"), radius: f64::from_bits(1) }),
            ],
        })
    }

    /// As little as possible in every field.
    pub(crate) fn least() -> Result<Self> {
        Ok(Everything {
            flag: false,
            tiny: i8::MAX,
            small: 0,
            number: 0,
            large: 0,
            utiny: 0,
            usmall: 0,
            unumber: 0,
            ularge: 0,
            single: f32::NAN,
            double: f64::NEG_INFINITY,
            decimal: Decimal::new(-50, 2),
            time: "0001-01-01T00:00:00".parse()?,
            span: "-P1DT12H".parse()?,
            guid: Guid::nil(),
            letter: ' ' as u16,
            text: String::new(),
            missing: None,
            link: "urn:x".into(),
            name: QName::new("Everything", CONTRACT),
            bytes: vec![],
            blob: blob(1).into(),
            nobytes: None,
            maybe: None,
            nothing: None,
            color: Color::Red,
            item: Item { title: Some("0".into()), count: 0 },
            noitem: None,
            words: vec![],
            numbers: vec![],
            doubles: vec![],
            guids: vec![],
            items: vec![],
            nonumbers: None,
            holes: vec![],
            map: vec![],
            shape: Shape::Plain(Label { label: "1".into() }),
            shapes: vec![],
        })
    }
}
