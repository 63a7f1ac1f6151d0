//! A document as a list of events that does not depend on how it came.

use proptest::prelude::*;
use wws_core::{
    Error,
    xml::{
        Dictionary, NodeType, Reader, ReaderEncoding, ReaderOptions, Text,
        binary::{BinaryDictionaries, Dynamic},
        reader::Node,
    },
};

/// What was seen, and the error if it did not end well.
#[derive(Debug, PartialEq)]
pub(crate) struct Events {
    pub(crate) nodes: Vec<String>,
    /// The error with its place.
    pub(crate) error: Option<String>,
}

/// Reads to the end; `feed` is called when more input is needed.
pub(crate) fn events(reader: &mut Reader<'_>, mut feed: impl FnMut(&mut Reader<'_>)) -> Events {
    let mut nodes: Vec<String> = Vec::new();
    loop {
        // The place before the first node is behind the byte order mark, as soon as there is one.
        let look = |reader: &Reader<'_>| {
            let place = (reader.node_type() != NodeType::Bof).then(|| reader.place());
            format!("{:?} {place:?}", reader.node())
        };
        let before = look(reader);
        match reader.read_node() {
            Ok(NodeType::Eof) => return Events { nodes, error: None },
            Ok(_) => {}
            Err(e) if e.needs_input() => {
                assert_eq!(before, look(reader), "the reader moved");
                feed(reader);
                assert_eq!(before, look(reader), "feeding changed the node");
                continue;
            }
            Err(e) => {
                // Text that comes in pieces is seen before an error behind it; whole text is not.
                while nodes.pop_if(|n| n.starts_with("text") || n.starts_with("bytes")).is_some() {}
                return Events { nodes, error: Some(e.to_string()) };
            }
        }
        let (kind, piece) = match reader.node() {
            Node::Text(Text::Bytes(bytes)) => ("bytes ", bytes.escape_ascii().to_string()),
            Node::Text(Text::Utf8(text)) => ("text ", text.escape_debug().to_string()),
            node => {
                nodes.push(format!("{}: {node:?}", reader.depth()));
                continue;
            }
        };
        match nodes.last_mut() {
            Some(last) if last.starts_with(kind) => last.push_str(&piece),
            _ => nodes.push(format!("{kind}{piece}")),
        }
    }
}

pub(crate) fn whole(encoding: &ReaderEncoding, document: &[u8]) -> Events {
    let mut reader = Reader::with_input(encoding.clone(), document.into());
    events(&mut reader, |_| panic!("memory needs no input"))
}

/// The document in pieces that end at `cuts`, which are in order.
pub(crate) fn split(encoding: &ReaderEncoding, document: &[u8], cuts: &[usize], piece: u32) -> Events {
    let options = ReaderOptions { stream_buffer_size: piece, ..ReaderOptions::default() };
    let mut reader = Reader::stream(encoding.clone()).with_options(options);
    let mut from = 0;
    let mut ends = cuts.iter().copied().chain([document.len()]);
    events(&mut reader, |reader| match ends.next() {
        Some(end) => {
            reader.feed(&document[from..end]);
            from = end;
        }
        None => reader.end_of_input(),
    })
}

pub(crate) fn binary() -> ReaderEncoding {
    let table = Dictionary::new(["root", "urn:r", "item", "value"]);
    ReaderEncoding::Binary(BinaryDictionaries {
        fixed: Some(Dictionary::nbfs().into()),
        dynamic: Dynamic::Table(std::sync::Arc::new(table).into()),
    })
}

/// Every way to know that a call was stopped only for want of input.
pub(crate) fn needs_input<T: std::fmt::Debug>(result: Result<T, Error>) -> bool {
    result.is_err_and(|e| e.needs_input() && e.code() == wws_core::ErrorCode::QuotaExceeded)
}

/// Text that is nearly XML.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "<a>", "</a>", "<a/>", "<b x='1'>", "</b>", "<p:c xmlns:p='urn:p' p:y=\"é&lt;\">", "</p:c>",
            "<d xmlns='urn:d'\r\n z = 'a\tb'/>", "<!-- c -->", "<!--\r\n-->", "<?p data?>", "<![CDATA[x]]>",
            "<![CDATA[]]]>]]>", "&amp;", "&#x20AC;", "&#13;", "\r\n", "\r", "\n ", "]]", "]", "é中😀", "text", "\u{FFFD}",
        ]),
        1 => prop::sample::select(vec!["<", "&", "]]>", "&nope;", "<!DOCTYPE a>", "\u{1}", "<a b='1' b='2'>", "</", "\u{FFFE}"]),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| format!("<a>{}</a>", pieces.concat()))
}

/// Bytes that are nearly binary XML.
pub(crate) fn records() -> impl Strategy<Value = Vec<u8>> {
    let piece: Vec<&[u8]> = vec![
        b"\x40\x01a",
        b"\x41\x01p\x01b\x09\x01p\x01u",
        b"\x42\x02",
        b"\x44\x02\x0b\x01a\x04",
        b"\x42\x01\x0a\x03",
        b"\x01",
        b"\x04\x01x\x98\x01v",
        b"\x06\x00\x83",
        b"\x98\x03abc",
        b"\x99\x05d\xc3\xa9\xe4\xb8",
        b"\x9a\x04\x00wxyz",
        b"\x9c\x02\x00\x00\x00\xc3\xa9",
        b"\x9f\x03\x01\x02\x03",
        b"\xa0\x02\x00\x04\x05",
        b"\xb6\x04\x3d\xd8\x00\xde",
        b"\x89\xfe",
        b"\x8d\x01\x02\x03\x04",
        b"\x8f\x01\x02\x03\x04\x05\x06\x07\x08",
        b"\x93\0\0\0\0\0\0\xf0\x3f",
        b"\xad\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
        b"\xa4\x88\x05\x98\x01x\xa6",
        b"\xab\x01",
        b"\xbc\x00\x0a",
        b"\x02\x02hi",
        b"\x03\x40\x01i\x01\x8d\x02\x01\0\0\0\x02\0\0\0",
        b"\x03\x40\x01i\x04\x01k\x83\x01\xb5\x01\x01",
        b"\xa9",
        b"\x80",
        b"\x86",
        b"\xff",
        b"\x7f",
        b"\x9c\xff\xff\xff\xff",
    ];
    prop::collection::vec(prop::sample::select(piece), 0..25)
        .prop_map(|p| [&b"\x40\x01r"[..], &p.concat(), b"\x01"].concat())
}
