//! XML: names, dictionaries, nodes, and one reader and one writer over four encodings.

pub mod buffer;
pub mod canonical;
mod charset;
pub(crate) mod decode;
pub mod dictionary;
pub mod mtom;
pub mod name;
pub mod node;
pub mod reader;
pub(crate) mod text;

pub use charset::Charset;
pub use dictionary::{Dictionary, DictionaryKey, XmlStr};
pub use node::{NodeType, Text};
pub use reader::{Reader, ReaderEncoding, ReaderInput, ReaderOptions};
