//! A reader of a buffer: positions, moves, removed nodes, canonicalization rules.

use wws_core::{
    ErrorCode, Result,
    xml::{
        NodeType, Reader, ReaderOptions, Text,
        buffer::{
            BufferNode, MoveTo, NewAttribute, NewElement, NodePosition, OwnedText, SharedBuffer, XmlBuffer,
        },
        canonical::{Algorithm, Canonicalization},
    },
};

/// `<p:a xmlns:p="urn:p" xml:lang="en" n="-3"><b/>text<!--c--><![CDATA[d]]><p:e>7</p:e></p:a>`; the
/// positions of a, b, the text, e.
fn sample() -> Result<(XmlBuffer, [NodePosition; 4])> {
    let mut buffer = XmlBuffer::new();
    let attributes = [
        NewAttribute::xmlns("p", "urn:p"),
        NewAttribute { prefix: "xml".into(), ..NewAttribute::new("lang", Text::Utf8("en")) },
        NewAttribute::new("n", Text::Int32(-3)),
    ];
    let named = |local| NewElement { prefix: "p".into(), ..NewElement::new(local, "urn:p") };
    let a = buffer.insert_element(buffer.eof(), &NewElement { attributes: &attributes, ..named("a") })?;
    let end = buffer.end_of(a)?.unwrap_or(a);
    let b = buffer.insert_element(end, &NewElement { is_empty: true, ..NewElement::new("b", "") })?;
    let text = buffer.insert_text(end, Text::Utf8("text"))?;
    buffer.insert_comment(end, "c")?;
    let section = buffer.insert_cdata(end)?;
    let inside = buffer.end_of(section)?.unwrap_or(section);
    buffer.insert_text(inside, Text::Utf8("d"))?;
    let e = buffer.insert_element(end, &named("e"))?;
    let inside = buffer.end_of(e)?.unwrap_or(e);
    buffer.insert_text(inside, Text::Int32(7))?;
    Ok((buffer, [a, b, text, e]))
}

#[test]
fn nodes_come_in_document_order_with_their_types() {
    let (buffer, _) = sample().unwrap();
    let mut reader = Reader::buffer(&buffer);
    let mut kinds = vec![reader.node_type()];
    while reader.read_node().unwrap() != NodeType::Eof {
        kinds.push(reader.node_type());
        if let Some(e) = reader.element().filter(|e| e.is("a", "urn:p")) {
            assert_eq!(e.attribute("n", ""), Some(Text::Int32(-3)));
            assert_eq!(e.attributes().len(), 3);
            assert!(!e.is_empty());
        }
        if let Some(Text::Int32(n)) = reader.node().text() {
            assert_eq!(n, 7);
        }
        assert_eq!(reader.xml_attribute("lang"), (reader.depth() > 0).then_some("en"));
    }
    type T = NodeType;
    let inside = [T::Element, T::EndElement, T::Text, T::Comment, T::CData, T::Text, T::EndCData];
    let expected = [T::Bof, T::Element].into_iter().chain(inside);
    let expected: Vec<T> = expected.chain([T::Element, T::Text, T::EndElement, T::EndElement]).collect();
    assert_eq!(kinds, expected);
    assert_eq!(reader.read_node().unwrap(), NodeType::Eof);
}

#[test]
fn values_are_read_over_all_pieces() {
    let (buffer, _) = sample().unwrap();
    let mut reader = Reader::buffer(&buffer);
    reader.read_to_start_element("a", "urn:p").unwrap();
    assert_eq!(reader.attribute_value::<i64>("n", "").unwrap(), Some(-3));
    reader.read_start_element().unwrap();
    reader.skip_node().unwrap();
    assert_eq!(reader.read_value::<String>().unwrap(), "textd");
    assert_eq!(reader.read_element_value::<u8>("e", "urn:p").unwrap(), 7);
    reader.read_end_element().unwrap();
    assert_eq!(reader.node_type(), NodeType::Eof);
}

#[test]
fn positions_bring_their_scope_along() {
    let (buffer, [a, b, text, e]) = sample().unwrap();
    let mut reader = Reader::buffer(&buffer);
    reader.set_position(e).unwrap();
    assert_eq!((reader.depth(), reader.namespace_from_prefix("p").unwrap().as_str()), (2, "urn:p"));
    assert_eq!(reader.xml_attribute("lang"), Some("en"));
    assert_eq!(reader.position().unwrap(), e);
    reader.read_start_element().unwrap();
    assert_eq!(reader.read_value::<i32>().unwrap(), 7);

    reader.set_position(b).unwrap();
    assert!(reader.element().unwrap().is_empty());
    assert_eq!(reader.read_node().unwrap(), NodeType::EndElement);
    let end = reader.position().unwrap();
    assert_eq!(buffer.node_type(end).unwrap(), NodeType::EndElement);
    assert_eq!(buffer.start_of(end).unwrap(), Some(b));
    reader.set_position(a).unwrap();
    reader.set_position(end).unwrap();
    assert_eq!((reader.node_type(), reader.depth()), (NodeType::EndElement, 2));
    reader.read_node().unwrap();
    assert_eq!((reader.position().unwrap(), reader.depth()), (text, 1));
}

#[test]
fn moves_find_or_stay() {
    let (buffer, [a, b, text, e]) = sample().unwrap();
    let mut reader = Reader::buffer(&buffer);
    for (to, found, at) in [
        (MoveTo::EndElement, false, buffer.bof()),
        (MoveTo::RootElement, true, a),
        (MoveTo::ChildElement, true, b),
        (MoveTo::PreviousElement, false, b),
        (MoveTo::NextNode, true, text),
        (MoveTo::NextElement, true, e),
        (MoveTo::NextElement, false, e),
        (MoveTo::ParentElement, true, a),
        (MoveTo::ParentElement, true, buffer.bof()),
        (MoveTo::Eof, true, buffer.eof()),
        (MoveTo::FirstNode, true, a),
    ] {
        assert_eq!(reader.move_to(to).unwrap(), found, "{to:?}");
        assert_eq!(reader.position().unwrap(), at, "{to:?}");
    }
}

#[test]
fn a_reader_whose_node_was_removed_needs_a_new_position() {
    let (buffer, [a, _, text, e]) = sample().unwrap();
    let shared = SharedBuffer::new(buffer);
    let mut reader = Reader::buffer(shared.clone());
    reader.set_position(e).unwrap();
    reader.read_node().unwrap(); // in the element that goes away
    shared.lock().remove(e).unwrap();
    let code = |r: Result<()>| r.unwrap_err().code();
    assert_eq!(code(reader.read_node().map(drop)), ErrorCode::InvalidOperation);
    assert_eq!(code(reader.move_to(MoveTo::NextNode).map(drop)), ErrorCode::InvalidOperation);
    assert_eq!(code(reader.position().map(drop)), ErrorCode::InvalidOperation);
    assert_eq!(code(reader.set_position(e)), ErrorCode::InvalidOperation);
    reader.set_position(text).unwrap();
    assert_eq!(reader.node().text(), Some(Text::Utf8("text")));
    // What a writer adds behind the reader is read.
    let mut buffer = shared.lock();
    let end = buffer.end_of(a).unwrap().unwrap();
    buffer.insert_owned_text(end, OwnedText::Bool(true)).unwrap();
    drop(buffer);
    reader.skip_node().unwrap();
    assert_eq!(reader.read_value::<String>().unwrap(), "dtrue");
}

#[test]
fn positions_are_only_for_buffers_and_within_limits() {
    let (buffer, [.., e]) = sample().unwrap();
    let (other, _) = sample().unwrap();
    let mut text = Reader::text(b"<a/>");
    assert_eq!(text.position().unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(text.set_position(e).unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(text.move_to(MoveTo::Bof).unwrap_err().code(), ErrorCode::InvalidOperation);
    let mut reader = Reader::buffer(&other);
    assert_eq!(reader.set_position(e).unwrap_err().code(), ErrorCode::InvalidArgument);
    let shallow = ReaderOptions { max_depth: 1, ..ReaderOptions::default() };
    let mut reader = Reader::buffer(&buffer).with_options(shallow);
    assert_eq!(reader.set_position(e).unwrap_err().code(), ErrorCode::QuotaExceeded);
    assert_eq!(reader.read_node().unwrap_err().code(), ErrorCode::QuotaExceeded);
}

#[test]
fn a_copied_element_keeps_types_and_namespaces() {
    let (buffer, [.., e]) = sample().unwrap();
    let mut reader = Reader::buffer(&buffer);
    reader.set_position(e).unwrap();
    let copy = reader.read_buffer(usize::MAX).unwrap();
    assert_eq!(reader.node_type(), NodeType::EndElement); // behind it
    let BufferNode::Element(root) = copy.node(copy.next(copy.bof()).unwrap().unwrap()).unwrap() else {
        panic!("no element")
    };
    let declarations: Vec<_> =
        root.attributes().map(|a| (a.prefix().as_str(), a.namespace().as_str())).collect();
    assert_eq!(declarations, [("p", "urn:p")]);
    let text = copy.move_to(copy.bof(), MoveTo::RootElement).unwrap().unwrap();
    let BufferNode::Text(text) = copy.node(copy.next(text).unwrap().unwrap()).unwrap() else {
        panic!("no text")
    };
    assert_eq!(*text, OwnedText::Int32(7));

    assert_eq!(reader.read_buffer(usize::MAX).unwrap_err().code(), ErrorCode::InvalidOperation);
    reader.move_to(MoveTo::Bof).unwrap();
    assert_eq!(reader.read_buffer(100).unwrap_err().code(), ErrorCode::QuotaExceeded);
    assert_eq!(reader.read_node().unwrap_err().code(), ErrorCode::QuotaExceeded);
}

#[test]
fn names_in_text_keep_their_namespace() {
    let mut buffer = XmlBuffer::new();
    let name = Text::QName { prefix: "p", local: "l", ns: "urn:p" };
    let attributes = [NewAttribute::xmlns("p", "urn:p"), NewAttribute::new("n", name)];
    let new = NewElement { attributes: &attributes, ..NewElement::new("a", "") };
    let a = buffer.insert_element(buffer.eof(), &new).unwrap();
    buffer.insert_text(buffer.end_of(a).unwrap().unwrap(), name).unwrap();
    let mut reader = Reader::buffer(&buffer);
    reader.read_to_start_element("a", "").unwrap();
    assert_eq!(reader.element().unwrap().attribute("n", ""), Some(name));
    reader.read_start_element().unwrap();
    assert_eq!(reader.node().text(), Some(name));
    assert_eq!(reader.read_qualified_name().unwrap().ns, "urn:p");
}

#[test]
fn canonicalization_has_its_rules() {
    let (buffer, [a, _, text, e]) = sample().unwrap();
    let code = |r: Result<()>| r.unwrap_err().code();
    let mut reader = Reader::buffer(&buffer);
    assert_eq!(code(reader.end_canonicalization()), ErrorCode::InvalidOperation);
    reader.set_position(text).unwrap();
    let inclusive = Canonicalization::new(Algorithm::Inclusive);
    assert_eq!(code(reader.start_canonicalization(&inclusive)), ErrorCode::InvalidOperation);
    let exclusive = Canonicalization::default();
    reader.start_canonicalization(&exclusive).unwrap();
    assert!(reader.is_canonicalizing());
    assert_eq!(code(reader.start_canonicalization(&exclusive)), ErrorCode::InvalidOperation);
    assert_eq!(code(reader.set_position(a)), ErrorCode::InvalidOperation);
    assert_eq!(code(reader.move_to(MoveTo::Bof).map(drop)), ErrorCode::InvalidOperation);
    while reader.position().unwrap() != e {
        reader.read_node().unwrap();
    }
    reader.read_node().unwrap();
    assert_eq!(code(reader.end_canonicalization()), ErrorCode::InvalidOperation); // within e
    reader.read_node().unwrap();
    reader.read_node().unwrap();
    // The end of `a`, which was open when it began, cannot be passed.
    assert_eq!(reader.node_type(), NodeType::EndElement);
    assert_eq!(code(reader.read_node().map(drop)), ErrorCode::InvalidOperation);
    reader.end_canonicalization().unwrap();
    assert_eq!(reader.read_node().unwrap(), NodeType::Eof);
    let canonical = String::from_utf8(reader.take_canonical_output().unwrap()).unwrap();
    assert_eq!(canonical, "textd<p:e xmlns:p=\"urn:p\">7</p:e>");
    assert!(!reader.is_canonicalizing());
}
