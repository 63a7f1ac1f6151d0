//! XML: names, dictionaries, nodes, and one reader and one writer over four encodings.

mod array;
pub mod binary;
pub mod buffer;
pub mod canonical;
mod charset;
pub(crate) mod decode;
pub mod dictionary;
pub(crate) mod encode;
pub mod mtom;
pub mod name;
pub mod node;
pub mod output;
mod raw;
pub mod reader;
pub(crate) mod text;
pub mod writer;

pub use array::Array;
pub use charset::Charset;
pub use dictionary::{Dictionary, DictionaryKey, XmlStr};
pub use node::{NodeType, Text};
pub use reader::{Reader, ReaderEncoding, ReaderInput, ReaderOptions};
pub use writer::{Writer, WriterEncoding, WriterOptions};
