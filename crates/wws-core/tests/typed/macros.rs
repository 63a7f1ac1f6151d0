//! Types that a `macro_rules!` makes: the derive works as everywhere, whoever wrote the names.

use crate::there_and_back;
use wws_core::{
    FromXml, ToXml,
    typed::{self, AnyAttribute},
    xml::buffer::XmlBuffer,
};

/// Everything comes from the caller.
macro_rules! record {
    ($name:ident, $ns:expr, $id:ident: $id_type:ty, $($field:ident: $type:ty = $label:literal, $default:expr;)*) => {
        #[derive(Debug, PartialEq, ToXml, FromXml)]
        #[xml(ns = $ns)]
        struct $name {
            #[xml(attribute)]
            $id: $id_type,
            own: Option<u8>,
            $(#[xml(name = $label, omit_default, default = $default)] $field: $type,)*
        }
    };
}

const NS: &str = "urn:m";
record! { Given, NS, id: u32, count: i32 = "n", 7; name: String = "who", String::new(); }
record! { Literal, "urn:l", id: Option<bool>, }

/// Everything comes from the macro.
macro_rules! everything {
    () => {
        #[derive(Debug, PartialEq, ToXml, FromXml)]
        #[xml(any_order, ns = NS)]
        struct Loose {
            #[xml(attribute)]
            id: Option<u32>,
            #[xml(default)]
            a: i32,
            #[xml(nillable)]
            b: Option<i32>,
            #[xml(wrapper = "cs", name = "c")]
            c: Vec<String>,
            #[xml(skip)]
            d: i32,
        }

        #[derive(Debug, PartialEq, ToXml, FromXml)]
        #[xml(ns = NS)]
        struct Strict {
            #[xml(flatten)]
            choice: Choice,
            #[xml(flatten)]
            more: Vec<Choice>,
            kind: Kind,
            size: Size,
            text: Text,
            shape: Shape,
            #[xml(with = typed::Nillable)]
            with: Option<Loose>,
        }

        #[derive(Debug, PartialEq, ToXml, FromXml)]
        #[xml(ns = NS)]
        enum Choice {
            One(i32),
            Two {
                #[xml(attribute)]
                x: i32,
                y: Option<String>,
            },
            Three,
        }

        #[derive(Debug, PartialEq, ToXml, FromXml)]
        enum Kind {
            Known,
            #[xml(other)]
            Other(String),
        }

        #[derive(Debug, PartialEq, ToXml, FromXml)]
        #[xml(value)]
        struct Size(u16);

        #[derive(Debug, PartialEq, ToXml, FromXml)]
        struct Text {
            #[xml(text)]
            text: String,
        }

        #[derive(Debug, PartialEq, ToXml, FromXml)]
        #[xml(xsi_type, ns = NS)]
        enum Shape {
            #[xml(base)]
            Plain(Text),
            Round(Text),
        }

        #[derive(Debug, ToXml, FromXml)]
        struct Open<'a, T> {
            #[xml(attribute)]
            id: &'a str,
            #[xml(any_attributes)]
            others: Vec<AnyAttribute>,
            value: T,
            #[xml(flatten)]
            rest: Vec<XmlBuffer>,
        }
    };
}
everything! {}

#[test]
fn names_from_the_caller() {
    let text = "<Given id=\"1\" xmlns=\"urn:m\"><n>8</n></Given>";
    there_and_back(&Given { id: 1, own: None, count: 8, name: String::new() }, text);
    there_and_back(&Literal { id: None, own: Some(2) }, "<Literal xmlns=\"urn:l\"><own>2</own></Literal>");
}

#[test]
fn names_from_the_macro() {
    let value = Strict {
        choice: Choice::One(1),
        more: vec![Choice::Two { x: 2, y: None }, Choice::Three],
        kind: Kind::Other("new".into()),
        size: Size(3),
        text: Text { text: "t".into() },
        shape: Shape::Round(Text { text: "o".into() }),
        with: Some(Loose { id: None, a: 4, b: Some(5), c: vec!["6".into()], d: 0 }),
    };
    let text = "<Strict xmlns=\"urn:m\"><One>1</One><Two x=\"2\"/><Three/><kind>new</kind><size>3</size>\
                <text>t</text><shape xsi:type=\"Round\" \
                xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">o</shape>\
                <with><a>4</a><b>5</b><cs><c>6</c></cs></with></Strict>";
    let written = typed::to_string(&value).unwrap();
    assert_eq!(typed::from_str::<Strict>(&written).unwrap(), value, "{written}");
    assert_eq!(Kind::Known, typed::from_str_as("<k>Known</k>", typed::Name::new("k", "")).unwrap());
    let shape = written.find("<shape").unwrap();
    assert_eq!(written[..shape], text[..text.find("<shape").unwrap()]);
    let open: Open<'_, f64> = typed::from_str("<Open id='a' b='c'><value>1</value><d/><e/></Open>").unwrap();
    assert_eq!((open.id, open.others.len(), open.value, open.rest.len()), ("a", 1, 1.0, 2));
    assert_eq!(typed::to_string(&open).unwrap(), "<Open id=\"a\" b=\"c\"><value>1</value><d/><e/></Open>");
}
