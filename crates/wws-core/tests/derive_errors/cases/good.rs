//! Nothing is wrong here.

use wws_core::{FromXml, ToXml};

#[derive(ToXml, FromXml)]
pub struct Order {
    #[xml(attribute)]
    pub id: u32,
    pub lines: Vec<String>,
}
