//! What our reader sees in some bytes, in the words of the vectors.

use crate::vector::{Seen, Value, push_text};
use wws_core::{
    Error,
    xml::{NodeType, Reader, ReaderEncoding, Text, reader::Node},
};

const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Everything up to the end or the first error.
pub(crate) fn see(bytes: &[u8], encoding: ReaderEncoding) -> (Vec<Seen>, Option<Error>) {
    let mut reader = Reader::with_input(encoding, bytes.into());
    let mut seen = Vec::new();
    let mut cdata: Option<String> = None;
    loop {
        match reader.read_node() {
            Err(error) => return (seen, Some(error)),
            Ok(NodeType::Eof) => return (seen, None),
            Ok(_) => {}
        }
        let depth = reader.depth();
        match reader.node() {
            Node::Element(e) => {
                seen.push(Seen::Element {
                    depth: depth - 1,
                    prefix: e.prefix().as_str().into(),
                    local: e.local_name().as_str().into(),
                    ns: e.namespace().as_str().into(),
                });
                for a in e.attributes() {
                    let (prefix, local) = match (a.is_xmlns(), a.prefix().as_str()) {
                        (true, "") => ("", "xmlns"),
                        (true, prefix) => ("xmlns", prefix),
                        (false, prefix) => (prefix, a.local_name().as_str()),
                    };
                    seen.push(Seen::Attribute {
                        prefix: prefix.into(),
                        local: local.into(),
                        ns: if a.is_xmlns() { XMLNS.into() } else { a.namespace().as_str().into() },
                        value: value(a.value()),
                    });
                }
            }
            Node::EndElement => seen.push(Seen::EndElement { depth: depth - 1 }),
            Node::Text(text) => match &mut cdata {
                Some(cdata) => cdata.push_str(&text.to_text()),
                None => push_text(&mut seen, depth, value(text)),
            },
            Node::Comment(text) => seen.push(Seen::Comment { depth, text: text.into() }),
            Node::CData => cdata = Some(String::new()),
            Node::EndCData => seen.push(Seen::CData { depth, text: cdata.take().unwrap() }),
            Node::Bof | Node::Eof => unreachable!(),
        }
    }
}

fn value(text: Text<'_>) -> Value {
    let kind = match text {
        Text::Bytes(_) => "Byte[]",
        Text::Bool(_) => "Boolean",
        Text::Int32(_) => "Int32",
        Text::Int64(_) => "Int64",
        Text::UInt64(_) => "UInt64",
        Text::Float(_) => "Single",
        Text::Double(_) => "Double",
        Text::Decimal(_) => "Decimal",
        Text::Guid(_) => "Guid",
        Text::UniqueId(_) => "UniqueId",
        Text::DateTime(_) => "DateTime",
        Text::TimeSpan(_) => "TimeSpan",
        _ => "String",
    };
    Value { text: text.to_text().into_owned(), kind: kind.into() }
}
