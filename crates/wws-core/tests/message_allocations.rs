//! A message and a writer that are used again need next to no new memory.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

use wws_core::{
    soap::{EndpointAddress, Initialization, Message, Version},
    value::Guid,
    xml::{Charset, Writer, WriterEncoding, WriterOptions, binary::BinaryEncoding},
};

/// Allocations of one message, after a few others.
fn allocations(encoding: fn() -> WriterEncoding) -> u64 {
    let anonymous = EndpointAddress::new("");
    let mut message = Message::new(Version::SOAP12_ADDRESSING10);
    let mut writer = Writer::new(encoding(), WriterOptions::default());
    let mut once = |number: u128| {
        message.reset();
        message.initialize(Initialization::Request(Guid::from_u128(number))).unwrap();
        message.set_action("http://interop.test/IEcho/EchoString").unwrap();
        message.set_reply_to(&anonymous).unwrap();
        message.set_to("http://127.0.0.1:23001/soap12_wsa10").unwrap();
        writer.set_output(encoding(), WriterOptions::default());
        message.write_start(&mut writer).unwrap();
        writer.start_element("EchoString", "http://interop.test/").unwrap();
        writer.element("s", "http://interop.test/", "hello").unwrap();
        writer.end_element().unwrap();
        message.write_end(&mut writer).unwrap();
        assert!(writer.output_bytes().unwrap().len() > 100);
    };
    (0..10).for_each(&mut once);
    allocation_counter::measure(|| once(10)).count_total
}

#[test]
fn a_message_in_text_needs_no_new_memory() {
    assert_eq!(allocations(|| Charset::Utf8.into()), 0);
}

#[test]
fn a_message_in_binary_needs_at_most_three_allocations() {
    let count = allocations(|| BinaryEncoding::soap().into());
    assert!(count <= 3, "{count}");
}
