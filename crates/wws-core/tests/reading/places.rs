//! Rows, columns and bytes of nodes and errors (WWSAPI E.3: from zero; P.1 #5 and #6).

use wws_core::{
    Place,
    xml::{NodeType, Reader, ReaderEncoding},
};

/// Row, column and byte of every node.
fn places(mut reader: Reader<'_>) -> Vec<(NodeType, u64, u64, u64)> {
    let mut all = Vec::new();
    loop {
        let kind = reader.read_node().unwrap();
        let Place { row, column, offset, .. } = reader.place();
        all.push((kind, row, column, offset));
        if kind == NodeType::Eof {
            return all;
        }
    }
}

#[test]
fn nodes_of_text() {
    use NodeType::*;
    let document = "<?xml version='1.0'?>\n<a>\n  é<b/>\r\n</a>";
    let expected = [
        (Text, 0, 21, 21),
        (Element, 1, 0, 22),
        (Text, 1, 3, 25),
        (Element, 2, 3, 30),
        (EndElement, 2, 3, 30),
        (Text, 2, 7, 34),
        (EndElement, 3, 0, 36),
        (Eof, 3, 4, 40),
    ];
    assert_eq!(places(Reader::text(document.as_bytes())), expected);
    // A stream forgets what was read, but not how long it was.
    let mut stream = Reader::stream(ReaderEncoding::text());
    let mut all = Vec::new();
    let mut bytes = document.bytes();
    while all.len() < expected.len() {
        match stream.read_node() {
            Ok(kind) => all.push((kind, stream.place().row, stream.place().column, stream.place().offset)),
            Err(e) if e.needs_input() => match bytes.next() {
                Some(byte) => stream.feed(&[byte]),
                None => stream.end_of_input(),
            },
            Err(e) => panic!("{e}"),
        }
    }
    assert_eq!(all, expected);
}

/// Columns are characters, bytes are those of the input: in UTF-16 and behind a byte order mark, too.
#[test]
fn nodes_of_utf16() {
    let text: Vec<u8> = "\u{FEFF}<a>é😀<b/></a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let all = places(Reader::text(&text));
    assert_eq!(all[2], (NodeType::Element, 0, 5, 2 + 2 * 6));
    assert_eq!(places(Reader::text(b"\xEF\xBB\xBF<a/>"))[0], (NodeType::Element, 0, 0, 3));
}

/// Input that is longer than a window has the same places.
#[test]
fn nodes_far_away() {
    let lines = "<b>line é</b>\n".repeat(20_000);
    let document = format!("<a>\n{lines}</a>");
    let mut reader = Reader::text(document.as_bytes());
    reader.read_start_element().unwrap();
    for row in 0..20_000 {
        reader.read_to_start_element("b", "").unwrap();
        if row % 1000 == 0 {
            let place = reader.place();
            assert_eq!((place.row, place.column, place.offset), (row + 1, 0, 4 + row * 15));
        }
        reader.skip_node().unwrap();
    }
}

#[test]
fn records_have_bytes_only() {
    let document = [0x40, 0x01, b'a', 0x99, 0x01, b'x'];
    assert_eq!(
        places(Reader::binary(&document)),
        [
            (NodeType::Element, 0, 0, 0),
            (NodeType::Text, 0, 0, 3),
            (NodeType::EndElement, 0, 0, 3),
            (NodeType::Eof, 0, 0, 6)
        ]
    );
    let mut reader = Reader::binary(&[0x40, 0x01, b'a', 0xFF]);
    reader.read_node().unwrap();
    assert_eq!(reader.read_node().unwrap_err().to_string(), "0xFF is no record, at byte 3 (0x3)");
}

#[test]
fn errors_name_the_place_and_both_tags() {
    let error = |document: &str| {
        let mut reader = Reader::text(document.as_bytes());
        loop {
            match reader.read_node() {
                Ok(NodeType::Eof) => panic!("{document} is well-formed"),
                Ok(_) => {}
                Err(e) => return e.to_string(),
            }
        }
    };
    assert_eq!(
        error("<a>\n<b></c></a>"),
        "the end tag </c> does not match the start tag <b>, at line 2, column 6 (byte 9)"
    );
    assert_eq!(
        error("<a b='1' c='2' b='3'/>"),
        "the attribute 'b' stands twice in one start tag, at line 1, column 16 (byte 15)"
    );
    assert_eq!(
        error("<a>\r\n&nbsp;</a>"),
        "the entity '&nbsp;' is not declared: only lt, gt, amp, quot and apos are known, at line 2, column 1 (byte 5)"
    );
    assert_eq!(
        error("<a><b><c>"),
        "the document ends, but <c>, <b>, <a> are not closed, at line 1, column 10 (byte 9)"
    );
    assert_eq!(error("<p:a/>"), "the prefix 'p' is not declared, at line 1, column 2 (byte 1)");
}

/// A value that is none is reported where its text stands.
#[test]
fn errors_of_values() {
    let mut reader = Reader::text(b"<a>\n <n>12x</n></a>");
    reader.read_start_element().unwrap();
    let error = reader.read_element_value::<i32>("n", "").unwrap_err();
    let place = error.place().unwrap();
    assert_eq!((place.row, place.column, place.offset), (1, 4, 8));
}
