//! XML: names, dictionaries, nodes, and one reader and one writer over four encodings.

pub mod buffer;
pub mod canonical;
pub mod dictionary;
pub mod mtom;
pub mod node;

pub use dictionary::{Dictionary, DictionaryKey, XmlStr};
pub use node::{NodeType, Text};
