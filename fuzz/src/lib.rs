//! What the targets share: a document as a list of events, from memory or in pieces.

use wws_core::xml::{
    NodeType, Reader, ReaderEncoding, ReaderInput, Text,
    reader::{Node, ReaderOptions},
};

/// The events of a document, adjacent text joined, and at its end how it ended.
pub fn events(reader: &mut Reader<'_>, mut feed: impl FnMut(&mut Reader<'_>)) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut in_text = false;
    loop {
        match reader.read_node() {
            Ok(NodeType::Eof) => break,
            Ok(_) => {}
            Err(e) if e.needs_input() => {
                feed(reader);
                continue;
            }
            Err(e) => {
                // A failed reader keeps failing, with the same error.
                let again = reader.read_node().expect_err("a failed reader went on");
                assert_eq!((e.code(), e.to_string()), (again.code(), again.to_string()));
                // Pieces of text and bytes may come before an error that stands behind them, or not.
                while all.pop_if(|last| last.starts_with("text ") || last.starts_with("bytes ")).is_some() {}
                all.push(format!("error {:?}", e.code()));
                return all;
            }
        }
        let event = match reader.node() {
            Node::Element(e) => {
                format!("{e:?}")
            }
            // Text and bytes of a stream come in pieces, some of them empty.
            Node::Text(Text::Utf8("") | Text::Bytes([])) => continue,
            Node::Text(text @ (Text::Utf8(_) | Text::Bytes(_))) => {
                let (kind, piece) = match text {
                    Text::Bytes(bytes) => ("bytes ", bytes.escape_ascii().to_string()),
                    Text::Utf8(text) => ("text ", text.to_owned()),
                    _ => unreachable!("matched above"),
                };
                match all.last_mut() {
                    Some(last) if in_text && last.starts_with(kind) => last.push_str(&piece),
                    _ => all.push(format!("{kind}{piece}")),
                }
                in_text = true;
                continue;
            }
            node => format!("{node:?}"),
        };
        in_text = false;
        all.push(event);
    }
    all
}

/// Options that let a fuzzer reach depth and quotas alike.
pub fn options() -> ReaderOptions {
    ReaderOptions { max_depth: 64, max_token_size: 1 << 16, ..ReaderOptions::default() }
}

/// The events of a document that is all in memory.
pub fn whole(encoding: ReaderEncoding, bytes: &[u8]) -> Vec<String> {
    let mut reader = Reader::with_input(encoding, ReaderInput::Bytes(bytes)).with_options(options());
    events(&mut reader, |_| panic!("memory asked for more"))
}

/// The events of a document that comes in pieces of `size` bytes, then of other sizes that follow from `size`.
pub fn pieces(encoding: ReaderEncoding, bytes: &[u8], size: usize) -> Vec<String> {
    let mut reader = Reader::stream(encoding).with_options(options());
    let (mut at, mut size) = (0, size.max(1));
    events(&mut reader, |reader| {
        let end = bytes.len().min(at + size);
        if at == end {
            reader.end_of_input();
        } else {
            reader.feed(&bytes[at..end]);
        }
        at = end;
        size = size % 7 + 1;
    })
}

/// Bytes in pieces of `cut` and then of other sizes that follow from it.
pub fn cuts(bytes: &[u8], cut: u8) -> impl Iterator<Item = &[u8]> {
    let (mut rest, mut size) = (bytes, usize::from(cut) + 1);
    std::iter::from_fn(move || {
        let (piece, behind) = rest.split_at_checked(size).unwrap_or((rest, &[]));
        rest = behind;
        size = size % 13 + 1;
        (!piece.is_empty()).then_some(piece)
    })
}
