//! Types with parameters, and types that contain themselves.

use crate::there_and_back;
use std::borrow::Cow;
use wws_core::{FromXml, ToXml, typed};

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Page<T> {
    number: u32,
    #[xml(name = "item")]
    items: Vec<T>,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Tree {
    #[xml(attribute)]
    id: u32,
    #[xml(name = "child")]
    children: Vec<Tree>,
    parent: Option<Box<Tree>>,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
enum Both<'a, 'b: 'a, T: Clone>
where
    T: PartialEq,
{
    A(Cow<'a, str>),
    B(&'b str),
    C { value: T },
}

#[test]
fn type_parameters() {
    let page = Page { number: 1, items: vec![Page { number: 2, items: vec![true] }] };
    there_and_back(&page, "<Page><number>1</number><item><number>2</number><item>true</item></item></Page>");
}

#[test]
fn lifetimes() {
    let text = String::from("<B>b</B>");
    assert_eq!(typed::from_str::<Both<'_, '_, i32>>(&text).unwrap(), Both::B("b"));
    let c = Both::C { value: 5 };
    assert_eq!(typed::to_string(&c).unwrap(), "<C><value>5</value></C>");
    assert_eq!(typed::from_str::<Both<'_, '_, i32>>("<C><value>5</value></C>").unwrap(), c);
}

/// The depth of what a type reads is the depth that the reader allows.
#[test]
fn recursion_is_bounded_by_the_reader() {
    let leaf = |id| Tree { id, children: vec![], parent: None };
    let tree = Tree { id: 1, children: vec![leaf(2), leaf(3)], parent: Some(Box::new(leaf(0))) };
    there_and_back(&tree, "<Tree id=\"1\"><child id=\"2\"/><child id=\"3\"/><parent id=\"0\"/></Tree>");
    let deep = format!("<Tree id='0'>{}{}</Tree>", "<child id='1'>".repeat(40), "</child>".repeat(40));
    let error = typed::from_str::<Tree>(&deep).unwrap_err();
    assert!(error.to_string().contains("max_depth = 32"), "{error}");
}
