//! A writer into a buffer: what it inserts, where, and what it refuses; canonicalization rules of writers.

use bytes::Bytes;
use wws_core::{
    ErrorCode, Result,
    value::{DateTime, DateTimeFormat},
    xml::{
        Charset, Dictionary, Reader, Text, Writer, WriterEncoding, WriterOptions,
        binary::BinaryEncoding,
        buffer::{BufferNode, MoveTo, OwnedText, SharedBuffer, XmlBuffer},
        canonical::{Algorithm, Canonicalization},
        output::{Destination, FromRead, PushSource},
    },
};

fn text(buffer: &SharedBuffer) -> String {
    buffer.lock().to_text().expect("a document")
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.expect_err("an error").code()
}

fn fragments() -> WriterOptions {
    WriterOptions { allow_fragment: true, ..WriterOptions::default() }
}

#[test]
fn a_document_is_written_with_types_kept() {
    let buffer = SharedBuffer::default();
    let mut w = Writer::new(buffer.clone(), WriterOptions::default());
    w.comment("first").unwrap();
    w.start_element_with_prefix("p", "a", "urn:p").unwrap();
    w.attribute("n", "", Text::Int32(-3)).unwrap();
    w.start_attribute("s", "", true).unwrap();
    w.chars("x").unwrap();
    w.chars("\"").unwrap();
    w.end_attribute().unwrap();
    w.start_attribute("b", "", false).unwrap();
    w.bytes(b"a").unwrap();
    w.bytes(b"bc").unwrap();
    w.end_attribute().unwrap();
    w.value(Text::Bool(true)).unwrap();
    w.start_element("empty", "").unwrap();
    w.end_element().unwrap();
    w.start_element("full", "").unwrap();
    w.end_start_element().unwrap();
    w.end_element().unwrap();
    w.start_cdata().unwrap();
    w.chars("<c>").unwrap();
    w.end_cdata().unwrap();
    w.end_element().unwrap();
    let expected = "<!--first--><p:a n=\"-3\" s='x\"' b=\"YWJj\" xmlns:p=\"urn:p\">true<empty/><full></full>\
                    <![CDATA[<c>]]></p:a>";
    assert_eq!(text(&buffer), expected);
    assert_eq!(w.bytes_written(), 0);

    let locked = buffer.lock();
    let root = locked.move_to(locked.bof(), MoveTo::RootElement).unwrap().unwrap();
    let BufferNode::Element(e) = locked.node(root).unwrap() else { panic!("no element") };
    let values: Vec<_> = e.attributes().map(|a| a.value().clone()).collect();
    assert_eq!(values[0], OwnedText::Int32(-3));
    assert_eq!(values[2], OwnedText::Bytes(Bytes::from_static(b"abc")));
    let first = locked.node(locked.next(root).unwrap().unwrap()).unwrap();
    assert!(matches!(first, BufferNode::Text(OwnedText::Bool(true))));
}

#[test]
fn runs_of_bytes_become_one_node_and_shared_ones_stay_shared() {
    let buffer = SharedBuffer::default();
    let mut w = Writer::new(buffer.clone(), fragments());
    w.bytes(b"a").unwrap();
    w.bytes(b"bcd").unwrap();
    w.start_element("e", "").unwrap();
    let payload = Bytes::from(vec![7; 5000]);
    w.shared_bytes(payload.clone()).unwrap();
    w.end_element().unwrap();
    let locked = buffer.lock();
    let first = locked.next(locked.bof()).unwrap().unwrap();
    assert!(matches!(locked.node(first).unwrap(), BufferNode::Text(OwnedText::Bytes(b)) if &**b == b"abcd"));
    let element = locked.next(first).unwrap().unwrap();
    let BufferNode::Text(OwnedText::Bytes(kept)) =
        locked.node(locked.next(element).unwrap().unwrap()).unwrap()
    else {
        panic!("no bytes")
    };
    assert_eq!(kept.as_ptr(), payload.as_ptr());
}

#[test]
fn what_is_written_is_there_at_once() {
    let buffer = SharedBuffer::default();
    let mut w = Writer::new(buffer.clone(), fragments());
    w.chars("a").unwrap();
    assert_eq!(text(&buffer), "a");
    w.bytes(b"bcd").unwrap();
    assert_eq!(text(&buffer), "aYmNk");
    w.start_element("e", "").unwrap();
    assert_eq!(text(&buffer), "aYmNk"); // but a start tag that may get attributes
    w.end_start_element().unwrap();
    assert_eq!(text(&buffer), "aYmNk<e></e>");
}

#[test]
fn positions_and_moves() {
    let buffer = SharedBuffer::default();
    let mut w = Writer::new(buffer.clone(), WriterOptions::default());
    w.start_element_with_prefix("p", "a", "urn:p").unwrap();
    assert_eq!(code(w.position()), ErrorCode::InvalidOperation); // a start tag is being written
    w.start_element("b", "urn:p").unwrap();
    w.end_element().unwrap();
    let end_of_a = w.position().unwrap();
    assert!(w.move_to(MoveTo::PreviousElement).unwrap());
    w.chars("before ").unwrap();
    assert!(w.move_to(MoveTo::EndElement).unwrap());
    assert_eq!(w.depth(), 2);
    w.start_element("c", "urn:p").unwrap(); // the prefix is in scope here
    w.end_element().unwrap();
    w.end_element().unwrap(); // goes behind b
    assert_eq!(w.depth(), 1);
    w.chars(" behind").unwrap();
    assert_eq!(w.position().unwrap(), end_of_a);
    assert_eq!(text(&buffer), "<p:a xmlns:p=\"urn:p\">before <p:b><p:c/></p:b> behind</p:a>");
    assert!(!w.move_to(MoveTo::NextNode).unwrap());
    assert_eq!(w.position().unwrap(), end_of_a);

    w.move_to(MoveTo::Eof).unwrap();
    assert_eq!(code(w.start_element("second", "")), ErrorCode::InvalidOperation);
    w.comment("end").unwrap();
    w.move_to(MoveTo::Bof).unwrap();
    assert_eq!(code(w.comment("no")), ErrorCode::InvalidOperation);
    w.move_to(MoveTo::ChildNode).unwrap();
    w.comment("start").unwrap();
    assert!(text(&buffer).starts_with("<!--start--><p:a") && text(&buffer).ends_with("</p:a><!--end-->"));

    // A reader and a writer of one buffer understand each other's positions.
    let mut reader = Reader::buffer(buffer.clone());
    reader.set_position(end_of_a).unwrap();
    reader.move_to(MoveTo::ParentElement).unwrap();
    w.set_position(reader.position().unwrap()).unwrap();
    assert_eq!(w.position().unwrap(), reader.position().unwrap());
}

#[test]
fn text_goes_into_cdata_sections_too() {
    let buffer = SharedBuffer::default();
    let mut w = Writer::new(buffer.clone(), WriterOptions::default());
    w.start_element("a", "").unwrap();
    w.start_cdata().unwrap();
    w.chars("2").unwrap();
    w.end_cdata().unwrap();
    w.move_to(MoveTo::PreviousNode).unwrap();
    w.move_to(MoveTo::ChildNode).unwrap();
    w.chars("1").unwrap();
    assert_eq!(code(w.comment("no")), ErrorCode::InvalidOperation);
    w.end_cdata().unwrap(); // behind the section
    w.chars("3").unwrap();
    assert_eq!(text(&buffer), "<a><![CDATA[12]]>3</a>");
}

#[test]
fn a_writer_whose_place_was_removed_needs_a_new_one() {
    let buffer = SharedBuffer::default();
    let mut w = Writer::new(buffer.clone(), WriterOptions::default());
    w.start_element("a", "").unwrap();
    w.start_element("b", "").unwrap();
    w.end_start_element().unwrap();
    let end_of_b = w.position().unwrap();
    let b = buffer.lock().start_of(end_of_b).unwrap().unwrap();
    buffer.lock().remove(b).unwrap();
    assert_eq!(code(w.chars("x")), ErrorCode::InvalidOperation);
    assert_eq!(code(w.start_element("c", "")), ErrorCode::InvalidOperation);
    assert_eq!(code(w.end_element()), ErrorCode::InvalidOperation);
    assert_eq!(code(w.move_to(MoveTo::Eof)), ErrorCode::InvalidOperation);
    assert_eq!(code(w.set_position(end_of_b)), ErrorCode::InvalidOperation);
    let eof = buffer.lock().eof();
    w.set_position(eof).unwrap();
    w.move_to(MoveTo::RootElement).unwrap();
    w.move_to(MoveTo::EndElement).unwrap();
    w.chars("x").unwrap();
    assert_eq!(text(&buffer), "<a>x</a>");
}

#[test]
fn bad_names_characters_and_sizes_are_refused() {
    let buffer = SharedBuffer::new(XmlBuffer::with_max_size(2000));
    let mut w = Writer::new(buffer.clone(), WriterOptions::default());
    w.start_element("a", "").unwrap();
    assert_eq!(code(w.chars("\u{1}")), ErrorCode::InvalidFormat);
    assert_eq!(code(w.chars("x")), ErrorCode::InvalidFormat); // it has failed
    w.set_output(buffer.clone(), fragments());
    w.start_element("b", "").unwrap();
    assert_eq!(code(w.chars(&"x".repeat(2000))), ErrorCode::QuotaExceeded);
    let mut text = Writer::new(Charset::Utf8, WriterOptions::default());
    assert_eq!(code(text.position()), ErrorCode::InvalidOperation);
    assert_eq!(code(text.move_to(MoveTo::Bof)), ErrorCode::InvalidOperation);
}

#[test]
fn canonicalization_has_its_rules() {
    let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    assert_eq!(code(w.end_canonicalization()), ErrorCode::InvalidOperation);
    w.start_element_with_prefix("p", "a", "urn:p").unwrap();
    let inclusive = Canonicalization::new(Algorithm::Inclusive);
    assert_eq!(code(w.start_canonicalization(&inclusive)), ErrorCode::InvalidOperation);
    let listed = Canonicalization { inclusive_prefixes: vec!["p".into()], ..Canonicalization::default() };
    w.start_canonicalization(&listed).unwrap();
    assert_eq!(code(w.start_canonicalization(&listed)), ErrorCode::InvalidOperation);
    w.start_element("b", "").unwrap();
    assert_eq!(code(w.end_canonicalization()), ErrorCode::InvalidOperation);
    w.end_element().unwrap();
    // The element that was open when it began cannot be ended.
    assert_eq!(code(w.end_element()), ErrorCode::InvalidOperation);
    w.chars("<").unwrap();
    w.end_canonicalization().unwrap();
    w.end_element().unwrap();
    assert_eq!(w.take_canonical_output().unwrap(), b"<b xmlns:p=\"urn:p\"></b>&lt;");
    assert_eq!(w.take_canonical_output(), None);
    assert_eq!(w.into_bytes().unwrap(), b"<p:a xmlns:p=\"urn:p\"><b/>&lt;</p:a>");

    let buffer = SharedBuffer::default();
    let mut w = Writer::new(buffer.clone(), WriterOptions::default());
    w.start_canonicalization(&inclusive).unwrap();
    let eof = buffer.lock().eof();
    assert_eq!(code(w.set_position(eof)), ErrorCode::InvalidOperation);
    assert_eq!(code(w.move_to(MoveTo::Eof)), ErrorCode::InvalidOperation);
    let mut raw = Writer::new(WriterEncoding::Raw, WriterOptions::default());
    assert_eq!(code(raw.start_canonicalization(&listed)), ErrorCode::InvalidOperation);
}

#[test]
fn inclusive_canonicalization_begins_where_nothing_was_written() {
    let inclusive = Canonicalization::new(Algorithm::Inclusive);
    let declared = WriterOptions { write_declaration: true, ..WriterOptions::stream() };
    let mut w = Writer::new(Charset::Utf8, declared.clone());
    w.start_canonicalization(&inclusive).unwrap();
    let mut w = Writer::new(Charset::Utf8, declared.clone());
    w.comment("c").unwrap();
    w.flush_to(&mut wws_core::xml::output::ToWrite(Vec::new())).unwrap();
    assert_eq!(code(w.start_canonicalization(&inclusive)), ErrorCode::InvalidOperation);
    w.set_output(Charset::Utf8, declared);
    w.start_canonicalization(&inclusive).unwrap();
}

#[test]
fn local_time_is_canonicalized_as_it_is_written() {
    let options = WriterOptions { local_offset: Some(90), ..WriterOptions::default() };
    let mut w = Writer::new(Charset::Utf8, options);
    w.start_canonicalization(&Canonicalization::default()).unwrap();
    w.start_element("t", "").unwrap();
    let time = Text::DateTime(DateTime { ticks: 630_822_816_000_000_000, format: DateTimeFormat::Local });
    w.attribute("a", "", time).unwrap();
    w.value(Text::List(&[time, Text::Int32(1)])).unwrap();
    w.end_element().unwrap();
    w.end_canonicalization().unwrap();
    let canonical = w.take_canonical_output().unwrap();
    let form = "2000-01-01T01:30:00+01:30";
    assert_eq!(canonical, format!("<t a=\"{form}\">{form} 1</t>").as_bytes());
    assert_eq!(w.into_bytes().unwrap(), canonical);
}

#[test]
fn every_short_cut_is_canonicalized_too() {
    let buffer = SharedBuffer::default();
    let encodings: [WriterEncoding; 3] =
        [Charset::Utf16Le.into(), WriterEncoding::Binary(BinaryEncoding::soap()), buffer.clone().into()];
    for encoding in encodings {
        let mut w = Writer::new(encoding, WriterOptions::default());
        w.start_canonicalization(&Canonicalization::new(Algorithm::InclusiveWithComments)).unwrap();
        w.start_element("a", "").unwrap();
        w.attribute("b", "", 1u8).unwrap();
        w.element("c", "urn:c", true).unwrap();
        w.element("d", "", "<").unwrap();
        w.array("i", "", &[1i32, 2][..]).unwrap();
        w.chars_utf16(&[0x78, 0xD834, 0xDD1E]).unwrap();
        w.string(Dictionary::nbfs().get(1).unwrap()).unwrap();
        w.start_element_with_prefix("q", "e", "urn:q").unwrap();
        w.start_attribute("n", "", false).unwrap();
        w.qualified_name("l", "urn:q").unwrap();
        w.end_attribute().unwrap();
        w.qualified_name("m", "urn:q").unwrap();
        w.end_element().unwrap();
        w.push_bytes(PushedBytes).unwrap();
        w.pull_bytes(FromRead(&b"efg"[..])).unwrap();
        w.start_cdata().unwrap();
        w.chars("]]>").unwrap();
        w.end_cdata().unwrap();
        w.end_element().unwrap();
        w.end_canonicalization().unwrap();
        let canonical = String::from_utf8(w.take_canonical_output().unwrap()).unwrap();
        let expected = "<a b=\"1\"><c xmlns=\"urn:c\">true</c><d>&lt;</d><i>1</i><i>2</i>x\u{1D11E}Envelope\
                        <q:e xmlns:q=\"urn:q\" n=\"q:l\">q:m</q:e>YWJjZGVmZw==]]&gt;</a>";
        assert_eq!(canonical, expected);
    }
    let locked = buffer.lock();
    let again = locked.canonicalize(locked.bof(), &Canonicalization::new(Algorithm::Inclusive)).unwrap();
    assert!(again.starts_with(b"<a b=\"1\"><c xmlns=\"urn:c\">true</c><d>&lt;</d><i>1</i><i>2</i>x"));
    assert!(again.ends_with(b">q:m</q:e>YWJjZGVmZw==]]&gt;</a>"));
}

struct PushedBytes;

impl PushSource for PushedBytes {
    fn push(&mut self, destination: &mut dyn Destination) -> Result<()> {
        destination.write_all(&[std::io::IoSlice::new(b"a"), std::io::IoSlice::new(b"bcd")])
    }
}

#[test]
fn a_carriage_return_in_a_comment_is_signed_as_it_is_read() {
    let settings = Canonicalization::new(Algorithm::InclusiveWithComments);
    let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    w.start_canonicalization(&settings).unwrap();
    w.start_element("a", "").unwrap();
    w.comment("1\r\n2\r3").unwrap();
    w.end_element().unwrap();
    w.end_canonicalization().unwrap();
    let signed = w.take_canonical_output().unwrap();
    let mut verified = Vec::new();
    let text = w.into_bytes().unwrap();
    Reader::text(&text).canonicalize_to(&settings, &mut verified).unwrap();
    assert_eq!(signed, verified);
    assert_eq!(signed, b"<a><!--1\n2\n3--></a>");
}
