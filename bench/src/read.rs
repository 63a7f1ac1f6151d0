//! Reading: text against quick-xml's `NsReader`, binary against our own text.

use crate::harness::Case;
use quick_xml::{events::Event, name::ResolveResult, reader::NsReader};
use std::{fmt::Write as _, hint::black_box};
use wws_core::{
    Result,
    value::{DateTime, Lexical},
    xml::{
        Dictionary, NodeType, Reader, ReaderEncoding, Text, Writer, WriterOptions, XmlStr,
        binary::{BinaryDictionaries, BinaryEncoding, Dynamic},
        reader::Node,
    },
};

const RECORDS: usize = 2000;
const NS: &str = "urn:example:orders";

pub(crate) fn cases() -> Vec<Case> {
    let binary = binary_records().unwrap_or_else(|e| panic!("the records cannot be written: {e}"));
    vec![
        nodes("read/text/records", records(), RECORDS),
        nodes("read/text/soap", soap(), RECORDS),
        nodes("read/text/prose", prose(), 0),
        values(records(), binary),
    ]
}

/// Every node and attribute, names resolved, of the same document.
fn nodes(name: &'static str, document: String, items: usize) -> Case {
    let (ours, peers) = (document.clone(), document.clone());
    Case {
        name,
        peer_name: "quick-xml NsReader",
        target: 1.2,
        bytes: document.len(),
        items,
        ours: Box::new(move || {
            black_box(our_nodes(ours.as_bytes()).unwrap_or_else(|e| panic!("{e}")));
        }),
        peer: Box::new(move || {
            black_box(peer_nodes(peers.as_bytes()).unwrap_or_else(|e| panic!("{e}")));
        }),
    }
}

/// Bytes of names, namespaces and values: so that nothing can be left out.
fn our_nodes(document: &[u8]) -> Result<usize> {
    let mut reader = Reader::text(document);
    let mut sum = 0;
    loop {
        reader.read_node()?;
        match reader.node() {
            Node::Element(e) => {
                sum += e.local_name().as_str().len() + e.namespace().as_str().len();
                for a in e.attributes() {
                    sum += a.local_name().as_str().len() + a.namespace().as_str().len();
                    if let Text::Utf8(text) = a.value() {
                        sum += text.len();
                    }
                }
            }
            Node::Text(Text::Utf8(text)) => sum += text.len(),
            Node::Eof => return Ok(sum),
            _ => {}
        }
    }
}

fn peer_nodes(document: &[u8]) -> quick_xml::Result<usize> {
    let mut reader = NsReader::from_reader(document);
    let mut sum = 0;
    let ns = |r: ResolveResult<'_>| match r {
        ResolveResult::Bound(ns) => ns.0.len(),
        _ => 0,
    };
    loop {
        match reader.read_resolved_event()? {
            (found, Event::Start(e) | Event::Empty(e)) => {
                sum += e.local_name().as_ref().len() + ns(found);
                for a in e.attributes() {
                    let a = a?;
                    let (found, local) = reader.resolver().resolve_attribute(a.key);
                    sum += local.as_ref().len() + ns(found) + a.value.len();
                }
            }
            (_, Event::Text(text)) => sum += text.len(),
            (_, Event::Eof) => return Ok(sum),
            _ => {}
        }
    }
}

/// Records as typed values: from binary and from text.
fn values(text: String, binary: (Vec<u8>, Dictionary)) -> Case {
    let (binary, dictionary) = binary;
    let bytes = binary.len();
    let dictionaries =
        BinaryDictionaries { fixed: Some(std::sync::Arc::new(dictionary).into()), dynamic: Dynamic::None };
    let encoding = ReaderEncoding::Binary(dictionaries);
    Case {
        name: "read/binary/records",
        peer_name: "our own text",
        target: 2.0,
        bytes,
        items: RECORDS,
        ours: Box::new(move || {
            let reader = Reader::with_input(encoding.clone(), binary[..].into());
            black_box(typed_records(reader).unwrap_or_else(|e| panic!("{e}")));
        }),
        peer: Box::new(move || {
            black_box(typed_records(Reader::text(text.as_bytes())).unwrap_or_else(|e| panic!("{e}")));
        }),
    }
}

/// Reads the records and adds them up.
fn typed_records(mut reader: Reader<'_>) -> Result<f64> {
    let mut sum = 0.0;
    reader.read_to_start_element("orders", NS)?;
    reader.read_start_element()?;
    while reader.find_start_element("order", NS)? {
        sum += f64::from(reader.attribute_value::<u32>("id", "")?.unwrap_or_default());
        reader.read_start_element()?;
        sum += reader.read_element_value::<String>("customer", NS)?.len() as f64;
        sum += reader.read_element_value::<f64>("price", NS)?;
        sum += f64::from(reader.read_element_value::<i32>("count", NS)?);
        sum += reader.read_element_value::<DateTime>("placed", NS)?.ticks as f64;
        sum += f64::from(u8::from(reader.read_element_value::<bool>("open", NS)?));
        reader.read_end_element()?;
    }
    reader.read_end_element()?;
    assert_eq!(reader.node_type(), NodeType::Eof);
    Ok(sum)
}

fn placed(i: usize) -> DateTime {
    DateTime { ticks: 638_000_000_000_000_000 + i as u64 * 12_345_670_000, ..DateTime::default() }
}

fn customer(i: usize) -> String {
    format!("Customer {} & Söhne {i}", ["Ann", "Bertil", "Chloé", "Dmitri"][i % 4]).replace('&', "und")
}

fn records() -> String {
    let mut out = format!("<orders xmlns=\"{NS}\" xmlns:x=\"urn:example:ext\">\n");
    for i in 0..RECORDS {
        let _ = writeln!(
            out,
            "  <order id=\"{i}\" x:kind=\"retail\"><customer>{}</customer><price>{}</price><count>{}</count><placed>{}</placed><open>{}</open></order>",
            customer(i),
            i as f64 * 1.25 + 0.1,
            i % 17,
            placed(i).to_text(),
            i % 2 == 0
        );
    }
    out + "</orders>"
}

/// The same, typed; names come from a dictionary, as both sides of a binary channel have one.
fn binary_records() -> Result<(Vec<u8>, Dictionary)> {
    let names = [
        "orders",
        NS,
        "order",
        "id",
        "kind",
        "customer",
        "price",
        "count",
        "placed",
        "open",
        "urn:example:ext",
    ];
    let dictionary = Dictionary::new(names);
    let shared = std::sync::Arc::new(Dictionary::new(names));
    let name = |text: &'static str| match shared.find(text).and_then(|id| shared.get(id)) {
        Some(found) => found,
        None => XmlStr::plain(text),
    };
    let encoding = BinaryEncoding { fixed: Some(shared.clone().into()), ..BinaryEncoding::default() };
    let mut w = Writer::new(encoding, WriterOptions::default());
    w.start_element_with_prefix("", name("orders"), name(NS))?;
    w.xmlns_attribute("x", name("urn:example:ext"), false)?;
    for i in 0..RECORDS {
        w.start_element(name("order"), name(NS))?;
        w.attribute(name("id"), "", i as i32)?;
        w.attribute_with_prefix("x", name("kind"), name("urn:example:ext"), "retail")?;
        w.start_element(name("customer"), name(NS))?;
        w.chars(&customer(i))?;
        w.end_element()?;
        w.start_element(name("price"), name(NS))?;
        w.value(i as f64 * 1.25 + 0.1)?;
        w.end_element()?;
        w.start_element(name("count"), name(NS))?;
        w.value((i % 17) as i32)?;
        w.end_element()?;
        w.start_element(name("placed"), name(NS))?;
        w.value(placed(i))?;
        w.end_element()?;
        w.start_element(name("open"), name(NS))?;
        w.value(i % 2 == 0)?;
        w.end_element()?;
        w.end_element()?;
    }
    w.end_element()?;
    Ok((w.into_bytes()?, dictionary))
}

/// Messages as a peer sends them: prefixes, several namespaces, few bytes of text for each tag.
fn soap() -> String {
    let mut out = String::from("<log>");
    for i in 0..RECORDS {
        let _ = write!(
            out,
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\">\
             <s:Header><a:Action s:mustUnderstand=\"1\">urn:example:orders/IOrders/Place</a:Action>\
             <a:MessageID>urn:uuid:6f3c2a10-0000-4000-8000-{i:012x}</a:MessageID>\
             <a:To s:mustUnderstand=\"1\">http://example.test/orders</a:To></s:Header>\
             <s:Body><Place xmlns=\"{NS}\"><customer>{}</customer><lines xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <line i:type=\"item\">{i}</line><line i:nil=\"true\"/></lines></Place></s:Body></s:Envelope>",
            customer(i)
        );
    }
    out + "</log>"
}

/// Long text with few tags, as base64 content and documents have it.
fn prose() -> String {
    let mut out = String::from("<book>");
    for i in 0..200 {
        let _ = write!(
            out,
            "<chapter n=\"{i}\">{}</chapter>",
            "Det regnade i Göteborg, as it often does. ".repeat(100)
        );
    }
    out + "</book>"
}
