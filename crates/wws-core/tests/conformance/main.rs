//! XML 1.0 and Namespaces in XML 1.0: cases of our own by section, and the W3C conformance suite.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a test reads files and may panic

mod own;
mod w3c;

use wws_core::{
    Error,
    xml::{NodeType, Reader, ReaderOptions},
};

/// Reads a document to its end.
fn read(document: &[u8]) -> Result<(), Error> {
    let options = ReaderOptions {
        max_depth: 1000,
        max_attributes: 1000,
        max_namespaces: 1000,
        ..ReaderOptions::default()
    };
    let mut reader = Reader::text(document).with_options(options);
    while reader.read_node()? != NodeType::Eof {
        // What can be seen of a node can be looked at.
        let _ = format!("{:?}", reader.node());
    }
    Ok(())
}
