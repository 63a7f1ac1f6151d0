//! Every read call on a stream that comes byte by byte: it asks for more, loses nothing, and in the end gives what
//! it gives from memory (WWSAPI E.1).

use super::events::{binary, needs_input};
use std::fmt::Debug;
use wws_core::{
    Result,
    value::{DateTime, Decimal, Guid, TimeSpan},
    xml::{NodeType, Reader, ReaderEncoding, Text, Writer, WriterOptions, binary::BinaryEncoding},
};

/// A reader of a stream and what is still to be fed.
struct Slow<'d> {
    reader: Reader<'static>,
    rest: &'d [u8],
    asked: usize,
}

impl<'d> Slow<'d> {
    fn new(encoding: ReaderEncoding, document: &'d [u8]) -> Self {
        Slow { reader: Reader::stream(encoding), rest: document, asked: 0 }
    }

    /// Makes a call until it does not need more input.
    fn call<T: Debug>(&mut self, mut call: impl FnMut(&mut Reader<'static>) -> Result<T>) -> Result<T> {
        loop {
            let result = call(&mut self.reader);
            match &result {
                Err(e) if e.needs_input() => {
                    self.asked += 1;
                    match self.rest.split_first() {
                        Some((&byte, rest)) => {
                            self.reader.feed(&[byte]);
                            self.rest = rest;
                        }
                        None => self.reader.end_of_input(),
                    }
                }
                _ => return result,
            }
        }
    }
}

/// The same calls on memory and on a slow stream; each gives a line.
macro_rules! both {
    ($encoding:expr, $document:expr, $call:ident => $body:block) => {{
        let (encoding, document) = ($encoding, $document);
        let memory: Vec<String> = {
            let mut reader = Reader::with_input(encoding.clone(), document[..].into());
            let mut lines = Vec::new();
            macro_rules! $call {
                ($f:expr) => {{
                    let f: &dyn Fn(&mut Reader<'_>) -> Result<String> = &$f;
                    let result = f(&mut reader);
                    lines.push(format!(
                        "{:?} then {:?} {:?}",
                        result.as_ref().ok(),
                        reader.node(),
                        reader.place()
                    ));
                    result
                }};
            }
            $body;
            lines
        };
        let mut slow = Slow::new(encoding.clone(), &document[..]);
        let mut lines: Vec<String> = Vec::new();
        macro_rules! $call {
            ($f:expr) => {{
                let f: &dyn Fn(&mut Reader<'_>) -> Result<String> = &$f;
                let result = slow.call(|reader| f(reader));
                lines.push(format!(
                    "{:?} then {:?} {:?}",
                    result.as_ref().ok(),
                    slow.reader.node(),
                    slow.reader.place()
                ));
                result
            }};
        }
        $body;
        assert!(slow.asked > 0);
        (memory, lines)
    }};
}

const DOCUMENT: &str = "<?xml version='1.0'?>\n<!-- hi --><r xmlns='urn:r' a='1' b='AQID'>\n <n> 4<!-- x -->2 </n>\
    <s>caf\u{e9} &amp; <![CDATA[<milk>]]>!</s><b>AQ ID\nBAU=</b><skip><x><y/>text</x></skip> <e/><q xmlns:p='urn:p'>p:name</q>\
    <i>1</i><i>2</i><i>3</i><chars>one &lt; two</chars></r><!-- bye -->";

#[test]
fn level_two_calls() {
    let (memory, slow) = both!(ReaderEncoding::text(), DOCUMENT.as_bytes(), call => {
        let _ = call!(|r| r.read_to_start_element("r", "urn:r").map(|()| String::new()));
        let _ = call!(|r| r.attribute_value::<u8>("a", "").map(|v| format!("{v:?}")));
        let _ = call!(|r| r.attribute_value::<Vec<u8>>("b", "").map(|v| format!("{v:?}")));
        let _ = call!(|r| r.read_start_element().map(|()| String::new()));
        let _ = call!(|r| r.find_start_element("n", "urn:r").map(|v| format!("{v:?}")));
        let _ = call!(|r| r.read_start_element().map(|()| String::new()));
        let _ = call!(|r| r.read_value::<i32>().map(|v| format!("{v:?}")));
        let _ = call!(|r| r.read_end_element().map(|()| String::new()));
        let _ = call!(|r| r.find_start_element("nope", "urn:r").map(|v| format!("{v:?}")));
        let _ = call!(|r| r.read_start_element().map(|()| String::new()));
        let _ = call!(|r| r.read_value::<String>());
        let _ = call!(|r| r.read_end_element().map(|()| String::new()));
        let _ = call!(|r| r.read_start_element().map(|()| String::new()));
        let _ = call!(|r| r.read_value::<Vec<u8>>().map(|v| format!("{v:?}")));
        let _ = call!(|r| r.read_end_element().map(|()| String::new()));
        let _ = call!(|r| r.skip_node().map(|()| String::new()));
        let _ = call!(|r| r.find_start_element("e", "urn:r").map(|v| format!("{v:?}")));
        let _ = call!(|r| r.skip_node().map(|()| String::new()));
        let _ = call!(|r| r.read_start_element().map(|()| String::new()));
        let _ = call!(|r| r.read_qualified_name().map(|v| format!("{v:?}")));
        let _ = call!(|r| r.read_end_element().map(|()| String::new()));
        while call!(|r| r.find_start_element("i", "urn:r").map(|v| format!("{v:?}"))).unwrap() == "true" {
            let _ = call!(|r| r.read_start_element().map(|()| String::new()));
            let _ = call!(|r| r.read_value::<u64>().map(|v| format!("{v:?}")));
            let _ = call!(|r| r.read_end_element().map(|()| String::new()));
        }
        let _ = call!(|r| r.skip_node().map(|()| String::new()));
        let _ = call!(|r| r.read_end_element().map(|()| String::new()));
        let _ = call!(|r| r.read_node().map(|k| format!("{k:?}")));
    });
    assert_eq!(memory, slow);
    assert!(memory.iter().any(|l| l.contains(r#"Some("café & <milk>!")"#)));
    assert!(memory.last().is_some_and(|l| l.contains("Eof")), "{memory:#?}");
}

/// The value is given as soon as its end tag is there, though the node behind it is not.
#[test]
fn values_of_elements() {
    let values = "<r><n>1</n> <n>2<!-- -->3</n><n><![CDATA[4]]></n><s></s><b>AQID</b></r>";
    let read = |slow: &mut Slow<'_>| -> Result<(Vec<i32>, String, Vec<u8>)> {
        slow.call(|r| r.read_to_start_element("r", ""))?;
        slow.call(|r| r.read_start_element())?;
        let mut numbers = Vec::new();
        while slow.call(|r| r.find_start_element("n", ""))? {
            numbers.push(slow.call(|r| r.read_element_value("n", ""))?);
        }
        let text = slow.call(|r| r.read_element_value("s", ""))?;
        let bytes = slow.call(|r| r.read_element_value("b", ""))?;
        slow.call(|r| r.read_end_element())?;
        Ok((numbers, text, bytes))
    };
    let mut slow = Slow::new(ReaderEncoding::text(), values.as_bytes());
    assert_eq!(read(&mut slow).unwrap(), (vec![1, 23, 4], String::new(), vec![1, 2, 3]));
    assert_eq!(slow.reader.node_type(), NodeType::Eof);

    let mut slow = Slow::new(ReaderEncoding::text(), b"<n>1</n>");
    assert_eq!(slow.call(|r| r.read_element_value::<i32>("n", "")).unwrap(), 1);
    assert!(slow.rest.is_empty());
    assert!(needs_input(slow.reader.read_node()), "the end of the document is not known yet");
    assert!(needs_input(slow.reader.read_value::<String>()));
    slow.reader.end_of_input();
    assert_eq!(slow.reader.read_node().unwrap(), NodeType::Eof);
}

#[test]
fn characters_and_bytes_in_pieces() {
    for size in [4, 5, 7, 100] {
        let chars = |slow: &mut Slow<'_>| {
            let mut all = String::new();
            let mut buffer = vec![0; size];
            loop {
                match slow.call(|r| r.read_chars(&mut buffer)).unwrap() {
                    0 => return all,
                    n => all.push_str(std::str::from_utf8(&buffer[..n]).unwrap()),
                }
            }
        };
        let mut slow =
            Slow::new(ReaderEncoding::text(), "<a>é&#x1F600;<!-- c --><![CDATA[<中>]]>\r\n</a>".as_bytes());
        slow.call(|r| r.read_start_element()).unwrap();
        assert_eq!(chars(&mut slow), "é😀<中>\n");
        assert_eq!(slow.reader.node_type(), NodeType::EndElement);

        let mut slow = Slow::new(ReaderEncoding::text(), "<a>é&#x1F600;<![CDATA[<中>]]></a>".as_bytes());
        slow.call(|r| r.read_start_element()).unwrap();
        let mut units = Vec::new();
        let mut buffer = vec![0u16; size];
        loop {
            match slow.call(|r| r.read_chars_utf16(&mut buffer)).unwrap() {
                0 => break,
                n => units.extend_from_slice(&buffer[..n]),
            }
        }
        assert_eq!(String::from_utf16(&units).unwrap(), "é😀<中>");

        let mut slow = Slow::new(ReaderEncoding::text(), b"<a>AQ<!-- c -->ID\n<![CDATA[BAUG]]> Bw==</a>");
        slow.call(|r| r.read_start_element()).unwrap();
        let mut bytes = Vec::new();
        let mut buffer = vec![0u8; size];
        loop {
            match slow.call(|r| r.read_bytes(&mut buffer)).unwrap() {
                0 => break,
                n => bytes.extend_from_slice(&buffer[..n]),
            }
        }
        assert_eq!(bytes, [1, 2, 3, 4, 5, 6, 7]);
    }
}

/// The same typed values from text and binary, whole and byte by byte.
#[test]
fn typed_values() {
    type Values = (bool, i8, u64, f64, Decimal, DateTime, TimeSpan, Guid, String, Vec<u8>);
    let values: Values = (
        true,
        -5,
        u64::MAX,
        0.1,
        Decimal::new(1234, 2),
        DateTime { ticks: 630_000_000_000_000_000, ..DateTime::default() },
        TimeSpan(12_345_678),
        Guid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        "text é".into(),
        vec![0, 1, 254, 255],
    );
    let write = |mut w: Writer| {
        w.start_element("r", "").unwrap();
        let mut put = |text: Text<'_>| {
            w.start_element("v", "").unwrap();
            w.value(text).unwrap();
            w.end_element().unwrap();
        };
        put(Text::Bool(values.0));
        put(Text::Int32(values.1.into()));
        put(Text::UInt64(values.2));
        put(Text::Double(values.3));
        put(Text::Decimal(values.4));
        put(Text::DateTime(values.5));
        put(Text::TimeSpan(values.6));
        put(Text::Guid(values.7));
        put(Text::Utf8(&values.8));
        put(Text::Bytes(&values.9));
        w.end_element().unwrap();
        w.into_bytes().unwrap()
    };
    let text = write(Writer::new(wws_core::xml::Charset::Utf8, WriterOptions::default()));
    let records = write(Writer::new(BinaryEncoding::soap(), WriterOptions::default()));
    for (encoding, document) in [(ReaderEncoding::text(), &text), (ReaderEncoding::binary(), &records)] {
        let read = |slow: &mut Slow<'_>| -> Result<Values> {
            slow.call(|r| r.read_start_element())?;
            let values = (
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
                slow.call(|r| r.read_element_value("v", ""))?,
            );
            slow.call(|r| r.read_end_element())?;
            Ok(values)
        };
        assert_eq!(read(&mut Slow::new(encoding.clone(), document)).unwrap(), values);
        let mut memory = Slow { reader: Reader::stream(encoding), rest: &[], asked: 0 };
        memory.reader.feed(document);
        memory.reader.end_of_input();
        assert_eq!(read(&mut memory).unwrap(), values);
    }
}

/// A call that is wrong changes nothing; one that fails ends it all.
#[test]
fn misuse_and_failure() {
    let mut reader = Reader::text(b"<a b='1'>text</a>");
    assert!(reader.find_attribute("b", "").is_err());
    assert!(reader.read_start_attribute(0).is_err());
    assert!(reader.read_end_attribute().is_err());
    reader.read_to_start_element("a", "").unwrap();
    assert!(reader.read_start_attribute(1).is_err());
    reader.read_start_attribute(0).unwrap();
    assert!(reader.in_attribute());
    assert!(reader.read_node().is_err());
    assert!(reader.skip_node().is_err());
    assert!(reader.read_start_element().is_err());
    assert_eq!(reader.read_value::<i32>().unwrap(), 1);
    assert!(!needs_input(reader.read_value::<i32>()), "the value is read already: that is no number");

    let mut reader = Reader::text(b"<a>text</a>");
    reader.read_start_element().unwrap();
    let first = reader.read_value::<i32>().unwrap_err();
    for again in [
        reader.read_node().unwrap_err(),
        reader.read_end_element().unwrap_err(),
        reader.read_chars(&mut [0; 9]).unwrap_err(),
        reader.find_attribute("x", "").unwrap_err(),
    ] {
        assert_eq!(again.to_string(), first.to_string());
    }
    reader.set_input(ReaderEncoding::text(), b"<b/>"[..].into());
    reader.read_to_start_element("b", "").unwrap();
}

/// Names in scope at each node, and attributes that are inherited.
#[test]
fn names_in_scope() {
    let mut reader = Reader::text(
        b"<a xmlns='d' xmlns:p='1' xml:lang='en'><p:b xmlns:p='2' xmlns='' xml:lang='de' xml:space='preserve'/></a>",
    );
    reader.read_to_start_element("a", "d").unwrap();
    assert_eq!(reader.namespace_from_prefix("p").unwrap().as_str(), "1");
    assert_eq!(reader.namespace_from_prefix("").unwrap().as_str(), "d");
    assert_eq!(reader.namespace_from_prefix("q").map(|n| n.as_str()), None);
    assert_eq!(reader.prefix_from_namespace("1"), Some("p"));
    assert_eq!((reader.xml_attribute("lang"), reader.xml_attribute("space")), (Some("en"), None));
    reader.read_node().unwrap();
    assert_eq!(reader.namespace_from_prefix("p").unwrap().as_str(), "2");
    assert_eq!(reader.namespace_from_prefix("").unwrap().as_str(), "");
    assert_eq!(reader.prefix_from_namespace("1"), None, "the prefix means something else here");
    assert_eq!(reader.prefix_from_namespace("d"), None);
    assert_eq!(reader.namespace_from_prefix("xml").unwrap().as_str(), "http://www.w3.org/XML/1998/namespace");
    assert_eq!((reader.xml_attribute("lang"), reader.xml_attribute("space")), (Some("de"), Some("preserve")));
    reader.read_node().unwrap(); // the end of b
    assert_eq!(reader.xml_attribute("lang"), Some("de"));
    reader.read_node().unwrap(); // the end of a
    assert_eq!(reader.namespace_from_prefix("p").unwrap().as_str(), "1");
    assert_eq!(reader.xml_attribute("lang"), Some("en"));
    reader.read_node().unwrap();
    assert_eq!(reader.xml_attribute("lang"), None);
}

/// Strings keep their place in a dictionary.
#[test]
fn dictionary_ids_survive() {
    // <root xmlns="urn:r" value="item"/>: ids 1, 3, 7 and 5 of the dynamic dictionary
    let document = [0x42, 0x01, 0x0A, 0x03, 0x06, 0x07, 0xAA, 0x05, 0x01];
    let mut reader = Reader::with_input(binary(), document[..].into());
    reader.read_node().unwrap();
    let element = reader.element().unwrap();
    assert_eq!((element.local_name().as_str(), element.local_name().id()), ("root", 0));
    assert_eq!((element.namespace().as_str(), element.namespace().id()), ("urn:r", 1));
    assert_ne!(element.local_name().dictionary(), wws_core::xml::DictionaryKey::NONE);
    let attribute = element.attributes().nth(1).unwrap();
    assert_eq!((attribute.local_name().as_str(), attribute.local_name().id()), ("value", 3));
    assert_eq!(attribute.value(), Text::Utf8("item"));
}
