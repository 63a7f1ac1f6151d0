//! What a reader makes of an MTOM message that is as it should be.

use crate::drive::{Message, Seen, include, message, start};
use wws_core::xml::{Charset, NodeType, Reader, ReaderEncoding, Text, mtom::MtomInput, reader::Node};

#[test]
fn included_bytes_stand_in_place_of_the_include() {
    let root = format!("<r><a>{}</a><b>AQI=</b><c> {} </c></r>", include("cid:1"), include("CID:%32"));
    let bytes = message(&root, &[("1", b"one\0\r\n"), ("2", b"")]);
    let expected = vec![
        start("r"),
        start("a"),
        Seen::Bytes(b"one\0\r\n".to_vec()),
        Seen::End,
        start("b"),
        Seen::Text("AQI=".into()),
        Seen::End,
        start("c"),
        Seen::Text("  ".into()),
        Seen::End,
        Seen::End,
    ];
    assert_eq!(Message::new(&bytes).anyhow().unwrap(), expected);
}

#[test]
fn bytes_stay_where_they_are_while_more_comes() {
    let bytes = message(&format!("<r>{}</r>", include("cid:1")), &[("1", &[7; 3000])]);
    let mut reader = Reader::stream(ReaderEncoding::Mtom(MtomInput::with_header()));
    let (now, later) = bytes.split_at(bytes.len() - 2000);
    reader.feed(now);
    let seen = |reader: &Reader<'_>| match reader.node() {
        Node::Text(Text::Bytes(piece)) if !piece.is_empty() => {
            Some((piece.as_ptr() as usize, piece.to_vec()))
        }
        _ => None,
    };
    while seen(&reader).is_none() {
        reader.read_node().unwrap();
    }
    let before = seen(&reader);
    let mut size = before.as_ref().map_or(0, |(_, piece)| piece.len());
    for next in later.chunks(500) {
        reader.feed(next);
        assert_eq!(seen(&reader), before);
    }
    reader.end_of_input();
    while reader.read_node().unwrap() == NodeType::Text {
        size += seen(&reader).map_or(0, |(_, piece)| piece.iter().filter(|byte| **byte == 7).count());
    }
    assert_eq!(size, 3000);
}

#[test]
fn a_transport_may_have_read_the_header() {
    let bytes = message("<r/>", &[]);
    let content_type = r#"Multipart/Related; boundary="b"; type="application/xop+xml"; start="<root>""#;
    // What the body begins with is then a preamble: WCF repeats the header there.
    let input = MtomInput::with_content_type(content_type).unwrap();
    let expected = vec![start("r"), Seen::End];
    assert_eq!(Message::with_input(&bytes, input.clone()).anyhow().unwrap(), expected);
    let bare = bytes.split_at(bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4).1;
    assert_eq!(Message::with_input(bare, input).anyhow().unwrap(), expected);
}

#[test]
fn without_a_start_parameter_the_first_part_is_the_root() {
    let bytes = b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: application/xop+xml\n\n<r/>\n--b--";
    assert_eq!(Message::new(bytes).anyhow().unwrap(), [start("r"), Seen::End]);
}

#[test]
fn transfer_encodings_are_undone() {
    let root = format!("<r=\r\n>{}</r>", include("cid:1")).replace('=', "=3D").replace("=3D\r\n", "=\r\n");
    let bytes = format!(
        "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: application/xop+xml\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n{root}\r\n--b\r\nContent-ID: <1>\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nAQID\r\nBAU=\r\n--b--"
    );
    let expected = [start("r"), Seen::Bytes(vec![1, 2, 3, 4, 5]), Seen::End];
    assert_eq!(Message::new(bytes.as_bytes()).anyhow().unwrap(), expected);
}

#[test]
fn the_charset_of_the_root_part_counts() {
    let utf16 =
        |order: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let text = format!("<é>{}</é>", include("cid:1"));
    for (label, charset, root) in [
        ("utf-16LE", Charset::Utf16Le, utf16(u16::to_le_bytes, &text)),
        ("UTF-16be", Charset::Utf16Be, utf16(u16::to_be_bytes, &text)),
        ("utf-16", Charset::Utf16Le, utf16(u16::to_le_bytes, &text)),
        ("utf-16", Charset::Utf16Be, utf16(u16::to_be_bytes, &format!("\u{feff}{text}"))),
        ("\"UTF-8\"", Charset::Utf8, text.clone().into_bytes()),
    ] {
        let mut bytes = format!(
            "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: application/xop+xml; charset={label}\r\n\r\n"
        )
        .into_bytes();
        bytes.extend(root);
        bytes.extend_from_slice(b"\r\n--b\r\nContent-ID: <1>\r\n\r\n1\r\n--b--");
        let expected = [start("é"), Seen::Bytes(b"1".to_vec()), Seen::End];
        let found = Message::new(&bytes).anyhow();
        assert_eq!(found.unwrap_or_else(|e| panic!("{label}: {e}")), expected, "{label}");
        let asked = Message::with_input(&bytes, MtomInput::with_header().charset(charset));
        assert_eq!(asked.anyhow().unwrap(), expected, "{label}");
        let mut reader =
            Reader::with_input(ReaderEncoding::Mtom(MtomInput::with_header()), (&bytes[..]).into());
        reader.read_node().unwrap();
        assert_eq!(reader.charset(), Some(charset));
    }
}

#[test]
fn bytes_in_memory_are_not_copied() {
    let bytes = message(&format!("<r>{}</r>", include("cid:1")), &[("1", &[7; 100_000])]);
    let mut reader = Reader::with_input(ReaderEncoding::Mtom(MtomInput::with_header()), (&bytes[..]).into());
    reader.read_node().unwrap();
    assert_eq!(reader.read_node().unwrap(), NodeType::Text);
    let Node::Text(Text::Bytes(piece)) = reader.node() else { panic!("{:?}", reader.node()) };
    assert_eq!(piece.len(), 100_000);
    assert!(bytes.as_ptr_range().contains(&piece.as_ptr()));
    assert_eq!(reader.depth(), 1);
}

#[test]
fn values_and_pieces_are_read_from_any_input() {
    let root = format!("<r><a>\n{}\n</a><b>{}</b><c>7</c></r>", include("cid:1"), include("cid:2"));
    let bytes = message(&root, &[("1", b"one"), ("2", b"two")]);
    let mut source = &bytes[..];
    let mut reader = Reader::stream(ReaderEncoding::Mtom(MtomInput::with_header()));
    /// Makes the same call again when there is more input.
    macro_rules! retry {
        ($call:expr) => {
            loop {
                match $call {
                    Err(e) if e.needs_input() => {
                        let (now, later) = source.split_at(source.len().min(1));
                        if now.is_empty() {
                            reader.end_of_input();
                        }
                        reader.feed(now);
                        source = later;
                    }
                    other => break other.unwrap(),
                }
            }
        };
    }
    retry!(reader.read_to_start_element("r", ""));
    retry!(reader.read_start_element());
    retry!(reader.read_to_start_element("a", ""));
    retry!(reader.read_start_element());
    assert_eq!(retry!(reader.read_value::<Vec<u8>>()), b"one");
    retry!(reader.read_end_element());
    retry!(reader.read_to_start_element("b", ""));
    retry!(reader.read_start_element());
    let (mut all, mut buffer) = (Vec::new(), [0; 2]);
    loop {
        let count = retry!(reader.read_bytes(&mut buffer));
        if count == 0 {
            break;
        }
        all.extend_from_slice(&buffer[..count]);
    }
    assert_eq!(all, b"two");
    retry!(reader.read_end_element());
    assert_eq!(retry!(reader.read_element_value::<u8>("c", "")), 7);
    retry!(reader.read_end_element());
    while retry!(reader.read_node()) != NodeType::Eof {}
}

#[test]
fn an_include_may_have_extensions() {
    // The schema of XOP 1.0: attributes and children of other namespaces.
    let include = "<x:Include y:z='1' href='cid:1' xmlns:x='http://www.w3.org/2004/08/xop/include' xmlns:y='urn:y'>\
        \n<y:a><y:b>text</y:b></y:a><!-- c --> <y:c/></x:Include>";
    let bytes = message(&format!("<r><!-- before -->{include}<!-- after --></r>"), &[("1", b"one")]);
    let comment = |text: &str| Seen::Comment(text.to_owned());
    assert_eq!(
        Message::new(&bytes).anyhow().unwrap(),
        [start("r"), comment(" before "), Seen::Bytes(b"one".to_vec()), comment(" after "), Seen::End]
    );
}

#[test]
fn ids_are_found_however_they_are_encoded() {
    for (header, href) in [
        ("a@b", "cid:a%40b"),
        ("50%", "cid:50%25"),
        ("http://tempuri.org/1/2", "cid:http://tempuri.org/1/2"),
        // Apache CXF: encoded in the header, too.
        ("1@http%3A%2F%2Fcxf.apache.org%2F", "cid:1@http%3A%2F%2Fcxf.apache.org%2F"),
        ("a%25b", "cid:a%2525b"),
    ] {
        let bytes = message(&format!("<r>{}</r>", include(href)), &[(header, b"one")]);
        let found = Message::new(&bytes).anyhow();
        assert_eq!(found.unwrap(), [start("r"), Seen::Bytes(b"one".to_vec()), Seen::End], "{header} {href}");
    }
}
