//! Writing: typed records as text against quick-xml, as binary against our own text; bytes as base64.

use crate::harness::Case;
use quick_xml::{
    Writer as QuickWriter,
    events::{BytesEnd, BytesStart, BytesText, Event},
};
use std::{hint::black_box, sync::Arc};
use wws_core::{
    Result,
    xml::{Charset, Dictionary, Writer, WriterEncoding, WriterOptions, XmlStr, binary::BinaryEncoding},
};

pub(crate) fn cases() -> Vec<Case> {
    let mut all = vec![text_records(), base64()];
    all.extend(binary_records());
    all
}

/// What an order consists of: two attributes and seven elements of five types.
struct Record {
    number: i32,
    customer: String,
    name: String,
    comment: String,
    price: f64,
    weight: f64,
    quantity: u16,
    paid: bool,
}

const NS: &str = "http://example.com/orders/2024";
/// The namespace and all names, as a dictionary that both sides have.
const NAMES: [&str; 11] =
    [NS, "orders", "order", "number", "customer", "name", "comment", "price", "weight", "quantity", "paid"];
const COUNT: usize = 1000;

fn records() -> Vec<Record> {
    (0..COUNT as i32)
        .map(|i| Record {
            number: i * 7919 + 100_000,
            customer: format!("C-{:05}", i * 31 % 99_991),
            name: format!("Müller & Söhne, Werk {i}"),
            comment: "Deliver to the back entrance before noon, please; ring twice and wait for an answer."
                .into(),
            price: f64::from(i) * 1.25 + 0.125,
            weight: f64::from(i % 97) / 4.0 + 0.125,
            quantity: (i % 500) as u16 + 1,
            paid: i % 3 == 0,
        })
        .collect()
}

fn ours(w: &mut Writer, names: &[XmlStr<'_>; NAMES.len()], records: &[Record]) -> Result<()> {
    let [ns, orders, order, number, customer, name, comment, price, weight, quantity, paid] = *names;
    w.start_element(orders, ns)?;
    for r in records {
        w.start_element(order, ns)?;
        w.attribute(number, "", r.number)?;
        w.attribute(customer, "", &r.customer)?;
        w.element(name, ns, &r.name)?;
        w.element(comment, ns, &r.comment)?;
        w.element(price, ns, r.price)?;
        w.element(weight, ns, r.weight)?;
        w.element(quantity, ns, r.quantity)?;
        w.element(paid, ns, r.paid)?;
        w.end_element()?;
    }
    w.end_element()
}

fn theirs(w: &mut QuickWriter<&mut Vec<u8>>, records: &[Record]) -> std::io::Result<()> {
    let (mut int, mut float) = (itoa::Buffer::new(), zmij::Buffer::new());
    let mut orders = BytesStart::new("orders");
    orders.push_attribute(("xmlns", NS));
    w.write_event(Event::Start(orders))?;
    for r in records {
        let mut order = BytesStart::new("order");
        order.push_attribute(("number", int.format(r.number)));
        order.push_attribute(("customer", r.customer.as_str()));
        w.write_event(Event::Start(order))?;
        element(w, "name", BytesText::new(&r.name))?;
        element(w, "comment", BytesText::new(&r.comment))?;
        // Numbers need no escaping; quick-xml is spared the search.
        element(w, "price", BytesText::from_escaped(float.format_finite(r.price)))?;
        element(w, "weight", BytesText::from_escaped(float.format_finite(r.weight)))?;
        element(w, "quantity", BytesText::from_escaped(int.format(r.quantity)))?;
        element(w, "paid", BytesText::from_escaped(if r.paid { "true" } else { "false" }))?;
        w.write_event(Event::End(BytesEnd::new("order")))?;
    }
    w.write_event(Event::End(BytesEnd::new("orders")))
}

#[inline]
fn element(w: &mut QuickWriter<&mut Vec<u8>>, name: &str, text: BytesText<'_>) -> std::io::Result<()> {
    w.write_event(Event::Start(BytesStart::new(name)))?;
    w.write_event(Event::Text(text))?;
    w.write_event(Event::End(BytesEnd::new(name)))
}

fn keeping_memory() -> WriterOptions {
    WriterOptions { buffer_trim_size: u32::MAX, ..WriterOptions::default() }
}

/// The names as strings of a dictionary, or as plain ones.
fn names(dictionary: Option<&Dictionary>) -> [XmlStr<'_>; NAMES.len()] {
    std::array::from_fn(|i| dictionary.and_then(|d| d.get(i as u32)).unwrap_or(XmlStr::plain(NAMES[i])))
}

/// Writes the records again and again with one writer; returns also how many bytes they are.
fn record_writer(
    dictionary: Option<Arc<Dictionary>>,
    encoding: impl Fn() -> WriterEncoding + 'static,
) -> (Box<dyn FnMut()>, usize) {
    let records = records();
    let mut writer = Writer::new(encoding(), keeping_memory());
    let mut work = move || {
        writer.set_output(encoding(), keeping_memory());
        ours(&mut writer, &names(dictionary.as_deref()), &records).expect("the records can be written");
        black_box(writer.output_bytes().expect("the output is a buffer")).len()
    };
    let bytes = work();
    let again = move || {
        work();
    };
    (Box::new(again), bytes)
}

fn text_records() -> Case {
    let records = records();
    let mut out = Vec::new();
    theirs(&mut QuickWriter::new(&mut out), &records).expect("memory takes everything");
    let mut writer = Writer::new(Charset::Utf8, keeping_memory());
    ours(&mut writer, &names(None), &records).expect("the records can be written");
    assert!(writer.output_bytes().is_ok_and(|bytes| bytes == out), "both write the same bytes");
    let peer = move || {
        out.clear();
        theirs(&mut QuickWriter::new(&mut out), &records).expect("memory takes everything");
        black_box(&out);
    };
    let (ours, bytes) = record_writer(None, || Charset::Utf8.into());
    Case {
        name: "write/text/records",
        peer_name: "quick-xml",
        target: 1.5,
        bytes,
        items: COUNT,
        ours,
        peer: Box::new(peer),
    }
}

/// The names come from a dictionary that both sides have, as they do in WCF: without one the encoding is no better
/// than text, which the second case shows.
fn binary_records() -> [Case; 2] {
    let dictionary = Arc::new(Dictionary::new(NAMES));
    let fixed = Arc::clone(&dictionary);
    let with_names = move || {
        let fixed = Some(Arc::clone(&fixed).into());
        BinaryEncoding { fixed, ..BinaryEncoding::default() }.into()
    };
    let case = |name, target, (ours, bytes)| {
        let (peer, _) = record_writer(None, || Charset::Utf8.into());
        Case { name, peer_name: "our text", target, bytes, items: COUNT, ours, peer }
    };
    [
        case("write/binary/records", 2.0, record_writer(Some(dictionary), with_names)),
        case("write/binary/records in full", 0.0, record_writer(None, || BinaryEncoding::default().into())),
    ]
}

fn base64() -> Case {
    let payload: Vec<u8> = (0..1 << 20).map(|i: u32| (i * 7 + 1) as u8).collect();
    let mut writer = Writer::new(Charset::Utf8, keeping_memory());
    let bytes = payload.clone();
    let ours = move || {
        writer.set_output(Charset::Utf8, keeping_memory());
        let result = writer.start_element("r", "").and_then(|()| writer.bytes(&bytes));
        result.and_then(|()| writer.end_element()).expect("bytes can be written");
        black_box(writer.output_bytes().expect("the output is a buffer"));
    };
    let mut out = vec![0; payload.len().div_ceil(3) * 4];
    let size = payload.len();
    let peer = move || {
        use base64_simd::{AsOut, STANDARD};
        black_box(STANDARD.encode(&payload, out.as_mut_slice().as_out()));
    };
    Case {
        name: "write/text/base64",
        peer_name: "base64-simd alone",
        target: 0.7,
        bytes: size,
        items: 0,
        ours: Box::new(ours),
        peer: Box::new(peer),
    }
}
