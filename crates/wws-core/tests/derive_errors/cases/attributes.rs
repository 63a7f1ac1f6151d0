//! What the macros find themselves.

use wws_core::ToXml;

#[derive(ToXml)]
struct Unknown {
    #[xml(atribute)] //~ field `id`: `atribute` is not known or makes no sense here; known: attribute, text
    id: u32,
}

#[derive(ToXml)]
#[xml(namespace = "urn:x")] //~ type `Misnamed`: `namespace` is not known or makes no sense here; known: name, ns
struct Misnamed {}

#[derive(ToXml)]
struct Two {
    #[xml(attribute, text)] //~ field `a`: it cannot be `text` and something else
    a: u32,
}

#[derive(ToXml)]
struct Twice {
    #[xml(name = "a")]
    #[xml(name = "b")] //~ field `a`: `name` stands twice
    a: u32,
}

#[derive(ToXml)]
struct Colon {
    #[xml(name = "x:a")] //~ field `a`: "x:a" is not a name of XML without a colon
    a: u32,
}

#[derive(ToXml)]
struct Number {
    #[xml(name = 5)] //~ field `a`: `name` is a string: `name = "…"`
    a: u32,
}

#[derive(ToXml)]
struct Mixed {
    a: u32, //~ field `a`: an element with `text` or `any_content` has no other content
    #[xml(text)]
    b: u32,
}

#[derive(ToXml)]
struct Same {
    #[xml(attribute)]
    a: u32,
    #[xml(attribute, name = "a")]
    b: u32, //~ field `b`: another field has the name "a"
}

#[derive(ToXml)]
struct NilAttribute {
    #[xml(attribute, nillable)] //~ field `a`: `nillable`, `wrapper`, `wrapper_ns` and `with` are for elements
    a: Option<u32>,
}

#[derive(ToXml)]
struct NoWrapper {
    #[xml(wrapper_ns = "urn:w")] //~ field `a`: `wrapper_ns` needs `wrapper`
    a: Vec<u32>,
}

#[derive(ToXml)]
struct OptionDefault {
    #[xml(default = None)] //~ field `a`: an Option is None and a Vec empty if it is missing
    a: Option<u32>,
}

#[derive(ToXml)]
struct Least {
    #[xml(attribute, min = 1)] //~ field `a`: `min` and `max` are for lists of elements
    a: u32,
}

#[derive(ToXml)]
struct Nameless(u32, u32); //~ field 0: it has no name: write `#[xml(name = "…")]`

#[derive(ToXml)]
#[xml(rename_all = "camel")] //~ type `Case`: "camel" is not one of lowercase, UPPERCASE
struct Case {
    a: u32,
}

#[derive(ToXml)]
#[xml(value)]
enum Data {
    A(u32), //~ variant `A`: a value has no data
}

#[derive(ToXml)]
enum Names {
    A,
    #[xml(name = "A")]
    B, //~ variant `B`: another variant has the name "A"
}

#[derive(ToXml)]
#[xml(xsi_type)]
enum Derived {
    A, //~ variant `A`: a derived type is a variant with one field
}

#[derive(ToXml)]
#[xml(choice, xsi_type)] //~ type `Both`: an enum is one of `value`, `choice` and `xsi_type`
enum Both {
    A(u32),
}

#[derive(ToXml)]
enum Pair {
    A(u32, u32), //~ variant `A`: a variant has one field, or fields with names
}

#[derive(ToXml)]
union Bits { //~ type `Bits`: a union has no form in XML
    a: u32,
    b: f32,
}
