//! What the compiler finds: types of fields that have no form in XML, or another one.

use std::collections::HashMap;
use wws_core::{FromXml, ToXml};

pub struct Foreign;

#[derive(ToXml)]
pub struct Written {
    pub good: u32,
    pub bad: Foreign, //~ `Foreign` cannot be written as elements of a field (Plain)
}

#[derive(FromXml)]
pub struct Read {
    pub good: u32,
    pub bad: Foreign, //~ `Foreign` cannot be read from elements of a field (Plain)
}

#[derive(ToXml)]
pub struct Map {
    pub map: HashMap<String, String>, //~ cannot be written as elements of a field (Plain)
}

#[derive(ToXml)]
pub struct Attribute {
    #[xml(attribute)]
    pub list: Vec<u32>, //~ `Vec<u32>` cannot be an attribute, or the text of an element
}

#[derive(FromXml)] //~ `Vec<u32>` is not text: it cannot be read from an attribute
pub struct FromAttribute {
    #[xml(attribute)]
    pub list: Vec<u32>, //~ cannot be read from an attribute
}

#[derive(ToXml)]
pub struct Nil {
    #[xml(nillable)]
    pub number: u32, //~ `u32` cannot be written as elements of a field (Nillable)
}

#[derive(ToXml)]
pub struct Wrapped {
    #[xml(wrapper = "all")]
    pub number: u32, //~ `u32` cannot be written as elements of a field (wws_core::typed::Wrapped)
}

#[derive(ToXml)]
pub struct Flat {
    #[xml(flatten)]
    pub number: u32, //~ `u32` cannot be flattened: it is not a group of attributes and elements
}

#[derive(ToXml)]
pub enum Choice {
    Good(u32),
    Bad(Foreign), //~ `Foreign` cannot be written as the content of an element
}

#[derive(FromXml)]
pub struct Skipped {
    #[xml(skip)]
    pub foreign: Foreign, //~ the trait bound `Foreign: Default` is not satisfied
}
