//! The derive macros by way of this crate.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

use wws::{FromXml, ToXml, typed};

#[derive(Debug, PartialEq, ToXml, FromXml)]
struct Point {
    #[xml(attribute)]
    x: i32,
    y: Option<i32>,
}

#[test]
fn traits_and_macros_have_one_name() {
    fn text(value: &impl ToXml) -> String {
        typed::to_string_as(value, typed::Name::new("p", "")).unwrap()
    }
    let point = Point { x: 1, y: Some(2) };
    assert_eq!(text(&point), "<p x=\"1\"><y>2</y></p>");
    assert_eq!(typed::from_str::<Point>("<Point x='1'><y>2</y></Point>").unwrap(), point);
}
