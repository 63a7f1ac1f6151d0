//! Messages: what envelope and addressing cost besides the body.
//!
//! The peer writes the same bytes with our own writer as a program would by hand, without a message; the absolute
//! cost, which is what has a target, is printed by `cargo xtask bench message` as the difference to the body alone.

use crate::harness::Case;
use std::hint::black_box;
use wws_core::{
    soap::{EndpointAddress, Message, MessageState, Version},
    value::Guid,
    xml::{Charset, Dictionary, Writer, WriterEncoding, WriterOptions, XmlStr, binary::BinaryEncoding},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("message/text/build", || Charset::Utf8.into()),
        case("message/binary/build", || BinaryEncoding::soap().into()),
        overhead("message/text/overhead", || Charset::Utf8.into()),
        overhead("message/binary/overhead", || BinaryEncoding::soap().into()),
        read(),
    ]
}

const ACTION: &str = "http://interop.test/IEcho/EchoString";
const TO: &str = "http://127.0.0.1:23001/soap12_wsa10";
const ID: Guid = Guid::from_u128(0x00112233_4455_6677_8899_aabbccddeeff);

fn body(writer: &mut Writer) {
    writer.start_element("EchoString", "http://interop.test/").expect("an element");
    writer.element("s", "http://interop.test/", "hello").expect("an element");
    writer.end_element().expect("its end");
}

/// Builds and encodes one request in memory that is used again, and gives the size.
fn ours(
    message: &mut Message,
    writer: &mut Writer,
    encoding: WriterEncoding,
    anonymous: &EndpointAddress,
) -> usize {
    message.reset();
    message.initialize(wws_core::soap::Initialization::Request(ID)).expect("empty");
    message.set_action(ACTION).expect("a header");
    message.set_reply_to(anonymous).expect("a header");
    message.set_to(TO).expect("a header");
    writer.set_output(encoding, WriterOptions::default());
    message.write_start(writer).expect("the start");
    body(writer);
    message.write_end(writer).expect("the end");
    assert_eq!(message.state(), MessageState::Done);
    writer.output_bytes().expect("the message").len()
}

/// The same by hand.
fn by_hand(writer: &mut Writer, encoding: WriterEncoding) -> usize {
    fn nbfs(id: u32) -> XmlStr<'static> {
        Dictionary::nbfs().get(id).expect("a string of the dictionary")
    }
    let (s, a) = (nbfs(2), nbfs(3));
    let [must, envelope, header, action, to, body_name] = [0, 1, 4, 5, 6, 7].map(nbfs);
    let [id, address, reply_to] = [13, 21, 22].map(nbfs);
    writer.set_output(encoding, WriterOptions::default());
    let mut write = || {
        writer.start_element_with_prefix("s", envelope, s)?;
        writer.xmlns_attribute("a", a, false)?;
        writer.start_element_with_prefix("s", header, s)?;
        writer.element_with_prefix("a", id, a, wws_core::xml::Text::UniqueId(ID))?;
        writer.start_element_with_prefix("a", action, a)?;
        writer.attribute_with_prefix("s", must, s, "1")?;
        writer.chars(ACTION)?;
        writer.end_element()?;
        writer.start_element_with_prefix("a", reply_to, a)?;
        writer.element(address, a, "http://www.w3.org/2005/08/addressing/anonymous")?;
        writer.end_element()?;
        writer.start_element_with_prefix("a", to, a)?;
        writer.attribute_with_prefix("s", must, s, "1")?;
        writer.chars(TO)?;
        writer.end_element()?;
        writer.end_element()?;
        writer.start_element_with_prefix("s", body_name, s)
    };
    write().expect("the start");
    body(writer);
    writer.end_element().expect("the end");
    writer.end_element().expect("the end");
    writer.output_bytes().expect("the message").len()
}

fn case(name: &'static str, encoding: fn() -> WriterEncoding) -> Case {
    let anonymous = EndpointAddress::new("");
    let mut message = Message::new(Version::SOAP12_ADDRESSING10);
    let mut writer = Writer::new(encoding(), WriterOptions::default());
    let mut other = Writer::new(encoding(), WriterOptions::default());
    let bytes = ours(&mut message, &mut writer, encoding(), &anonymous);
    assert_eq!(bytes, by_hand(&mut other, encoding()), "the same message");
    Case {
        name,
        peer_name: "our writer by hand",
        target: 0.7,
        bytes,
        items: 1,
        ours: Box::new(move || {
            black_box(ours(&mut message, &mut writer, encoding(), &anonymous));
        }),
        peer: Box::new(move || {
            black_box(by_hand(&mut other, encoding()));
        }),
    }
}

/// The message against its body alone: the difference of the times is the overhead.
fn overhead(name: &'static str, encoding: fn() -> WriterEncoding) -> Case {
    let anonymous = EndpointAddress::new("");
    let mut message = Message::new(Version::SOAP12_ADDRESSING10);
    let mut writer = Writer::new(encoding(), WriterOptions::default());
    let mut other = Writer::new(encoding(), WriterOptions::default());
    let bytes = ours(&mut message, &mut writer, encoding(), &anonymous);
    Case {
        name,
        peer_name: "the body alone",
        target: 0.0,
        bytes,
        items: 1,
        ours: Box::new(move || {
            black_box(ours(&mut message, &mut writer, encoding(), &anonymous));
        }),
        peer: Box::new(move || {
            other.set_output(encoding(), WriterOptions::default());
            body(&mut other);
            black_box(other.output_bytes().expect("the body").len());
        }),
    }
}

/// Reading a message with its headers, against reading the same nodes with our own reader.
fn read() -> Case {
    let anonymous = EndpointAddress::new("");
    let mut message = Message::new(Version::SOAP12_ADDRESSING10);
    let mut writer = Writer::new(Charset::Utf8, WriterOptions::default());
    let bytes = ours(&mut message, &mut writer, Charset::Utf8.into(), &anonymous);
    let document = writer.into_bytes().expect("the message");
    let copy = document.clone();
    Case {
        name: "message/text/read",
        peer_name: "our reader, node by node",
        target: 0.0,
        bytes,
        items: 1,
        ours: Box::new(move || {
            let mut message = Message::new(Version::SOAP12_ADDRESSING10);
            let mut reader = wws_core::xml::Reader::text(&document);
            message.read_start(&mut reader).expect("the start");
            assert_eq!(message.action().expect("an action").as_deref(), Some(ACTION));
            reader.skip_node().expect("the body");
            message.read_end(&mut reader).expect("the end");
        }),
        peer: Box::new(move || {
            let mut reader = wws_core::xml::Reader::text(&copy);
            while reader.read_node().expect("a node") != wws_core::xml::NodeType::Eof {}
        }),
    }
}
