//! Enums: values, choices, derived types.

use crate::{fails, reads, there_and_back};
use wws_core::{FromXml, ToXml};

#[derive(Clone, Copy, Debug, PartialEq, ToXml, FromXml)]
#[xml(rename_all = "kebab-case")]
enum Color {
    Red,
    DarkBlue,
    #[xml(name = "none at all")]
    None,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
enum Open {
    Known,
    #[xml(other)]
    Other(String),
}

#[derive(Clone, Copy, Debug, PartialEq, ToXml, FromXml)]
#[xml(value)]
struct Id(u32);

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Painted {
    #[xml(attribute)]
    id: Id,
    #[xml(attribute)]
    color: Color,
    #[xml(attribute)]
    open: Open,
    colors: Vec<Color>,
    ids: Vec<Id>,
    opens: Vec<Open>,
}

#[test]
fn values() {
    let value = Painted {
        id: Id(5),
        color: Color::DarkBlue,
        open: Open::Other("&".into()),
        colors: vec![Color::Red, Color::None],
        ids: vec![Id(1)],
        opens: vec![Open::Known],
    };
    let text = "<Painted id=\"5\" color=\"dark-blue\" open=\"&amp;\"><colors>red</colors>\
                <colors>none at all</colors><ids>1</ids><opens>Known</opens></Painted>";
    there_and_back(&value, text);
    reads(&text.replace(">red<", ">\n<!-- -->red <"), &value);
    fails::<Painted>(
        &text.replace(">red<", ">green<"),
        "in <Painted>: in <colors>: \"green\" is not a known value: one of red, dark-blue, none at all expected, at \
         line 1, column 61 (byte 60)",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = "urn:s", rename_all = "lowercase")]
enum Shape {
    Circle(Circle),
    Nothing,
    Line {
        #[xml(attribute)]
        width: u8,
        from: i32,
        to: i32,
        #[xml(skip)]
        length: i32,
    },
    #[xml(ns = "urn:other", name = "free-form")]
    Free(String),
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = "urn:s")]
struct Circle {
    radius: f64,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = "urn:s")]
struct Drawing {
    wrapped: Shape,
    #[xml(flatten)]
    one: Shape,
    #[xml(flatten)]
    maybe: Option<Shape>,
    separator: (),
    #[xml(flatten)]
    all: Vec<Shape>,
}

#[test]
fn choices() {
    there_and_back(&Shape::Nothing, "<nothing xmlns=\"urn:s\"/>");
    there_and_back(&Shape::Free("x".into()), "<free-form xmlns=\"urn:other\">x</free-form>");
    let line = || Shape::Line { width: 2, from: 1, to: 9, length: 0 };
    let drawing = Drawing {
        wrapped: Shape::Circle(Circle { radius: 0.5 }),
        one: line(),
        maybe: None,
        separator: (),
        all: vec![Shape::Nothing, line(), Shape::Free("x".into())],
    };
    there_and_back(
        &drawing,
        "<Drawing xmlns=\"urn:s\"><wrapped><circle><radius>0.5</radius></circle></wrapped>\
         <line width=\"2\"><from>1</from><to>9</to></line><separator/><nothing/>\
         <line width=\"2\"><from>1</from><to>9</to></line><free-form xmlns=\"urn:other\">x</free-form></Drawing>",
    );
    fails::<Drawing>(
        "<Drawing xmlns='urn:s'><wrapped><square/></wrapped></Drawing>",
        "in <Drawing>: in <wrapped>: expected one of <circle> of the namespace 'urn:s', <nothing> of the namespace \
         'urn:s', <line> of the namespace 'urn:s', <free-form> of the namespace 'urn:other'; found <square> of the \
         namespace 'urn:s', at line 1, column 33 (byte 32)",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(choice)]
enum Units {
    A,
    B,
}

#[test]
fn a_choice_of_empty_elements() {
    there_and_back(&Units::A, "<A/>");
    fails::<Units>(
        "<B>1</B>",
        "in <B>: expected the end of the element; found text, at line 1, column 4 (byte 3)",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Animal {
    #[xml(attribute)]
    name: String,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Dog {
    #[xml(flatten)]
    animal: Animal,
    tricks: u32,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(xsi_type, ns = "urn:zoo")]
enum AnyAnimal {
    #[xml(base)]
    Animal(Animal),
    Dog(Dog),
    #[xml(name = "kitty", ns = "urn:cats")]
    Cat(Animal),
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "zoo", ns = "urn:zoo", xmlns(xsi = wws_core::typed::XSI))]
struct Zoo {
    animal: Vec<AnyAnimal>,
}

#[test]
fn derived_types() {
    let animal = |name: &str| Animal { name: name.into() };
    let zoo = Zoo {
        animal: vec![
            AnyAnimal::Animal(animal("x")),
            AnyAnimal::Dog(Dog { animal: animal("rex"), tricks: 3 }),
            AnyAnimal::Cat(animal("tom")),
        ],
    };
    let text = "<zoo xmlns=\"urn:zoo\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><animal name=\"x\"/>\
                <animal xsi:type=\"Dog\" name=\"rex\"><tricks xmlns=\"\">3</tricks></animal>\
                <animal xsi:type=\"d2p1:kitty\" name=\"tom\" xmlns:d2p1=\"urn:cats\"/></zoo>";
    there_and_back(&zoo, text);
    reads(&text.replace("<animal name=\"x\"/>", "<animal xsi:type=\" Animal \" name=\"x\"/>"), &zoo);
    fails::<Zoo>(
        &text.replace("\"Dog\"", "\"Cow\""),
        "in <zoo>: in <animal>: expected one of the types 'Dog' of the namespace 'urn:zoo', 'kitty' of the namespace \
         'urn:cats'; found 'Cow' of the namespace 'urn:zoo' (xsi:type), at line 1, column 94 (byte 93)",
    );
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(xsi_type)]
enum Pet {
    Dog(Dog),
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Owner {
    pet: Pet,
}

#[test]
fn an_abstract_base() {
    let dog = Dog { animal: Animal { name: "rex".into() }, tricks: 3 };
    there_and_back(
        &Owner { pet: Pet::Dog(dog) },
        "<Owner><pet xsi:type=\"Dog\" name=\"rex\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <tricks>3</tricks></pet></Owner>",
    );
    fails::<Owner>(
        "<Owner><pet name='rex'/></Owner>",
        "in <Owner>: in <pet>: expected one of the types 'Dog'; found none (no xsi:type), at line 1, column 8 (byte 7)",
    );
}
