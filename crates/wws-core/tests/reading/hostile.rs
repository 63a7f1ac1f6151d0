//! Quotas, and input that is made to cost much (WWSAPI P.1, DESIGN 3 invariant 7).

use wws_core::{
    Error, ErrorCode,
    xml::{NodeType, Reader, ReaderEncoding, ReaderOptions},
};

fn read(mut reader: Reader<'_>) -> Result<usize, Error> {
    let mut nodes = 0;
    while reader.read_node()? != NodeType::Eof {
        nodes += 1;
    }
    Ok(nodes)
}

fn with(document: &str, options: ReaderOptions) -> Result<usize, Error> {
    read(Reader::text(document.as_bytes()).with_options(options))
}

/// A quota is the last value that is allowed, and its error names it.
fn quota(name: &str, limit: u32, document: impl Fn(usize) -> String, options: impl Fn(u32) -> ReaderOptions) {
    let limit_len = limit as usize;
    with(&document(limit_len), options(limit)).unwrap_or_else(|e| panic!("{name} {limit}: {e}"));
    let error = with(&document(limit_len + 1), options(limit)).expect_err(name);
    assert_eq!(error.code(), ErrorCode::QuotaExceeded, "{error}");
    assert!(error.to_string().contains(&format!("{name} = {limit}")), "{error}");
    assert!(!error.needs_input() && error.place().is_some());
}

#[test]
fn quotas() {
    let nested = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
    for limit in [1, 32, 1000] {
        quota("max_depth", limit, nested, |max_depth| ReaderOptions {
            max_depth,
            ..ReaderOptions::default()
        });
    }
    let attributes = |n: usize| format!("<a {}/>", (0..n).map(|i| format!("b{i}='' ")).collect::<String>());
    for limit in [0, 1, 128, 5000] {
        quota("max_attributes", limit, attributes, |max_attributes| ReaderOptions {
            max_attributes,
            ..ReaderOptions::default()
        });
    }
    let namespaces = |n: usize| {
        let half = n / 2;
        let declare = |r: std::ops::Range<usize>| r.map(|i| format!("xmlns:p{i}='u' ")).collect::<String>();
        format!("<a {}><b {}/></a>", declare(0..half), declare(half..n))
    };
    for limit in [0, 1, 32, 100] {
        quota("max_namespaces", limit, namespaces, |max_namespaces| ReaderOptions {
            max_namespaces,
            ..ReaderOptions::default()
        });
    }
    assert_eq!(
        with("<a/>", ReaderOptions { max_depth: 0, ..ReaderOptions::default() }).unwrap_err().code(),
        ErrorCode::QuotaExceeded
    );
    // Defaults are Microsoft's, WWSAPI P.1.
    let defaults = ReaderOptions::default();
    assert_eq!((defaults.max_depth, defaults.max_attributes, defaults.max_namespaces), (32, 128, 32));
    assert_eq!(
        (defaults.stream_buffer_size, defaults.utf8_trim_size, defaults.max_mime_parts),
        (4096, 4096, 4096)
    );
}

#[test]
fn switches() {
    let fragment = ReaderOptions { allow_fragment: true, ..ReaderOptions::default() };
    for document in ["", "text", "<a/><b/>", "x<a/>&amp;<![CDATA[y]]><!-- c -->", "<a/>\n<b/>"] {
        with(document, fragment.clone()).unwrap_or_else(|e| panic!("{document}: {e}"));
        assert!(document == "<a/>\n<b/>" || with(document, ReaderOptions::default()).is_err());
    }
    assert!(with("<a>", fragment).is_err());
    let bare = ReaderOptions { read_declaration: false, ..ReaderOptions::default() };
    assert_eq!(with("<?xml version='1.0'?><a/>", bare.clone()).unwrap_err().code(), ErrorCode::InvalidFormat);
    with("<?xml-stylesheet?><a/>", bare).unwrap();
    let lax = ReaderOptions { allow_invalid_character_references: true, ..ReaderOptions::default() };
    let mut reader = Reader::text(b"<a b='&#1;'>&#0;&#xFFFF;</a>").with_options(lax.clone());
    assert_eq!(reader.read_node().unwrap(), NodeType::Element);
    assert_eq!(reader.element().unwrap().attribute("b", "").unwrap().to_text(), "\u{1}");
    reader.read_node().unwrap();
    assert_eq!(reader.node().text().unwrap().to_text(), "\0\u{FFFF}");
    assert!(with("<a>&#xD800;</a>", lax.clone()).is_err(), "half a surrogate pair is no character at all");
    assert!(with("<a>\u{1}</a>", lax).is_err(), "only references are let through");
}

/// What a stream must buffer as a whole is limited; its text is not.
#[test]
fn long_tokens_of_streams() {
    let options = ReaderOptions { max_token_size: 10_000, ..ReaderOptions::default() };
    let feed = |start: &str, filler: &str, end: &str| {
        let mut reader = Reader::stream(ReaderEncoding::text()).with_options(options.clone());
        reader.feed(start.as_bytes());
        let mut fed = 0;
        loop {
            match reader.read_node() {
                Ok(NodeType::Eof) => return Ok(fed),
                Ok(_) => {}
                Err(e) if e.needs_input() => {
                    assert!(reader.buffered() < 40_000, "the reader gathers input");
                    match fed {
                        100_000.. => {
                            reader.feed(end.as_bytes());
                            reader.end_of_input();
                        }
                        _ => reader.feed(filler.repeat(1000 / filler.len()).as_bytes()),
                    }
                    fed += 1000;
                }
                Err(e) => return Err(e),
            }
        }
    };
    for (start, filler) in
        [("<a b='", "x"), ("<a", " "), ("<!--", "c"), ("<?p ", "d"), ("<a>&#x", "0"), ("<", "a")]
    {
        let error = feed(start, filler, "").unwrap_err();
        let is_reference = start.ends_with("&#x");
        assert!(is_reference || error.code() == ErrorCode::QuotaExceeded, "{start}: {error}");
        assert!(is_reference || error.to_string().contains("max_token_size"), "{start}: {error}");
    }
    for (start, filler, end) in [
        ("<a>", "text ", "</a>"),
        ("<a>", "&amp;", "</a>"),
        ("<a>", "\r\n", "</a>"),
        ("<a>", "]] ", "</a>"),
        ("<a><![CDATA[", "text ", "]]></a>"),
        ("<a><![CDATA[", "]", "]]></a>"),
        ("<a>", "é", "</a>"),
    ] {
        feed(start, filler, end).unwrap_or_else(|e| panic!("{start}{filler}: {e}"));
    }
    // A record of a gigabyte comes in pieces, too.
    let mut reader = Reader::stream(ReaderEncoding::binary());
    reader.feed(&[0x40, 0x01, b'a', 0xA2, 0x00, 0x00, 0x00, 0x40]); // Bytes32Text of 0x40000000 bytes
    assert_eq!(reader.read_node().unwrap(), NodeType::Element);
    assert!(reader.read_start_element().unwrap_err().needs_input());
    reader.feed(&[0x9F; 5000]);
    reader.read_start_element().unwrap();
    let mut out = vec![0; 1 << 16];
    let mut sum = 0;
    while sum < 1 << 20 {
        match reader.read_bytes(&mut out) {
            Ok(0) => panic!("the content ends early"),
            Ok(n) => sum += n,
            Err(e) if e.needs_input() => reader.feed(&[0x9F; 5000]),
            Err(e) => panic!("{e}"),
        }
        assert!(reader.buffered() < 40_000);
    }
}

/// Lengths that are claimed cost nothing; only bytes that came do.
#[test]
fn claimed_lengths() {
    for claim in
        [[0x9C, 0xFF, 0xFF, 0xFF, 0x7F], [0xA2, 0xFF, 0xFF, 0xFF, 0x7F], [0xBA, 0xFE, 0xFF, 0xFF, 0x7F]]
    {
        let document = [&[0x40, 0x01, b'a'][..], &claim, b"xy"].concat();
        let error = read(Reader::binary(&document)).unwrap_err();
        assert!(error.to_string().contains("the document ends inside"), "{error}");
    }
    // An array of 2^31 - 1 elements with none there.
    let document = [0x40, 0x01, b'a', 0x03, 0x40, 0x01, b'i', 0x01, 0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
    assert!(read(Reader::binary(&document)).is_err());
    // Strings of a session.
    let mut reader = Reader::with_input(ReaderEncoding::binary_session(), [0xFF, 0xFF, 0x7F][..].into());
    assert_eq!(reader.read_node().unwrap_err().code(), ErrorCode::QuotaExceeded);
}

/// Thousands of attributes, all alike but for the last letter: compared by sorting, not pair by pair.
#[test]
fn many_attributes() {
    let options = ReaderOptions { max_attributes: 100_000, ..ReaderOptions::default() };
    let names: String = (0..50_000).map(|i| format!(" aaaaaaaaaaaaaaaa{i}=''")).collect();
    with(&format!("<a{names}/>"), options.clone()).unwrap();
    let error = with(&format!("<a{names} aaaaaaaaaaaaaaaa7=''/>"), options).unwrap_err();
    assert!(error.to_string().contains("aaaaaaaaaaaaaaaa7' stands twice"), "{error}");
}

/// Deep nesting costs no stack.
#[test]
fn deep_nesting() {
    let options = ReaderOptions { max_depth: u32::MAX, ..ReaderOptions::default() };
    let n = 200_000;
    assert_eq!(with(&("<a>".repeat(n) + &"</a>".repeat(n)), options.clone()).unwrap(), 2 * n);
    let document = [b"\x40\x01a".repeat(n), vec![0x01; n]].concat();
    assert_eq!(read(Reader::binary(&document).with_options(options)).unwrap(), 2 * n);
    let lists = [&b"\x40\x01a"[..], &[0xA4; 1000]].concat();
    assert!(read(Reader::binary(&lists)).is_err());
}

/// A tag of a megabyte that comes byte by byte is not read again from its start for each byte.
#[test]
fn one_long_tag_byte_by_byte() {
    let document = format!("<a b='{}' c=\"{}\"/>", "x> \"".repeat(250_000), "<".repeat(0));
    let mut reader = Reader::stream(ReaderEncoding::text());
    let mut asked = 0u32;
    for byte in document.bytes() {
        reader.feed(&[byte]);
        asked += u32::from(reader.read_node().is_err_and(|e| e.needs_input()));
    }
    assert!(asked > 1_000_000);
    assert_eq!(reader.element().unwrap().attributes().len(), 2);
}

/// Who feeds a reader until it has enough must come to an end, also where the last character is cut.
#[test]
fn a_stream_that_has_ended_is_not_asked_for_more() {
    use wws_core::xml::{Charset, NodeType, Reader, ReaderEncoding};
    for charset in [None, Some(Charset::Utf8), Some(Charset::Utf16Le)] {
        for bytes in
            [&b""[..], b"\n\xEF", b"\n\xEF\xBB", b"<\0a", b"\n", b"<a/>\n\xEF", b"<a>\xE2\x82", b"<a>\xD8"]
        {
            for cut in [1, 2, 100] {
                let mut reader = Reader::stream(ReaderEncoding::Text(charset));
                let (mut pieces, mut has_ended) = (bytes.chunks(cut), false);
                loop {
                    match reader.read_node() {
                        Ok(NodeType::Eof) => break,
                        Ok(_) => {}
                        Err(error) if error.needs_input() => match pieces.next() {
                            Some(piece) => reader.feed(piece),
                            None => {
                                assert!(!has_ended, "{charset:?} {bytes:?} in pieces of {cut} asks for more");
                                has_ended = true;
                                reader.end_of_input();
                            }
                        },
                        Err(_) => break,
                    }
                }
            }
        }
    }
}
