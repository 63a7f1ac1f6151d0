//! Tests of the buffer as a whole: moves, edits, positions, limits.

use super::*;
use crate::{
    ErrorCode,
    xml::{NodeType, Text},
};

/// `<r>t<a/><!--c--><b><![CDATA[x]]></b></r>`; the positions of r, t, a, c, b, the CDATA section and x.
fn sample() -> (XmlBuffer, [NodePosition; 7]) {
    let mut buffer = XmlBuffer::new();
    let r = element(&mut buffer, None, "r");
    let t = buffer.insert_text(end(&buffer, r), Text::Utf8("t")).unwrap();
    let a = element(&mut buffer, Some(r), "a");
    let c = buffer.insert_comment(end(&buffer, r), "c").unwrap();
    let b = element(&mut buffer, Some(r), "b");
    let d = buffer.insert_cdata(end(&buffer, b)).unwrap();
    let x = buffer.insert_text(buffer.next(d).unwrap().unwrap(), Text::Utf8("x")).unwrap();
    (buffer, [r, t, a, c, b, d, x])
}

fn element(buffer: &mut XmlBuffer, parent: Option<NodePosition>, name: &str) -> NodePosition {
    let before = parent.map_or(buffer.eof(), |p| end(buffer, p));
    buffer.insert_element(before, &NewElement::new(name, "")).unwrap()
}

fn end(buffer: &XmlBuffer, element: NodePosition) -> NodePosition {
    buffer.move_to(element, MoveTo::EndElement).unwrap().unwrap()
}

/// The document as a line of text, for comparing.
fn outline(buffer: &XmlBuffer) -> String {
    let mut out = String::new();
    let mut at = Some(buffer.bof());
    while let Some(position) = at {
        match buffer.node(position).unwrap() {
            BufferNode::Bof => out.push('^'),
            BufferNode::Eof => out.push('$'),
            BufferNode::Element(e) => {
                out.push_str(&format!("{}{}(", e.local_name().as_str(), if e.is_empty() { "/" } else { "" }));
            }
            BufferNode::EndElement => out.push(')'),
            BufferNode::Text(t) => out.push_str(&format!("'{}'", t.as_utf8().unwrap())),
            BufferNode::Comment(t) => out.push_str(&format!("#{t}#")),
            BufferNode::CData => out.push('['),
            BufferNode::EndCData => out.push(']'),
        }
        at = buffer.next(position).unwrap();
    }
    out
}

#[test]
fn a_document_reads_in_order() {
    assert_eq!(outline(&XmlBuffer::new()), "^$");
    assert_eq!(outline(&sample().0), "^r('t'a()#c#b(['x']))$");
}

#[test]
fn every_move_from_every_kind_of_node() {
    let (buffer, [r, t, a, c, b, d, x]) = sample();
    let (bof, eof, end_r, end_a, end_b) =
        (buffer.bof(), buffer.eof(), end(&buffer, r), end(&buffer, a), end(&buffer, b));
    let end_d = buffer.next(x).unwrap().unwrap();
    assert_eq!(buffer.node_type(end_d).unwrap(), NodeType::EndCData);
    // Columns: next element, previous element, child element, end element, parent element, next node,
    // previous node, first node, child node. WWSAPI G.
    let none = None;
    #[rustfmt::skip]
    let table = [
        (bof,   [none,    none,    Some(r), none,        none,      none,        none,    none,    Some(r)]),
        (r,     [none,    none,    Some(a), Some(end_r), Some(bof), Some(eof),   none,    Some(r), Some(t)]),
        (t,     [Some(a), none,    none,    none,        Some(r),   Some(a),     none,    Some(t), none]),
        (a,     [Some(b), none,    none,    Some(end_a), Some(r),   Some(c),     Some(t), Some(t), Some(end_a)]),
        (end_a, [none,    none,    none,    none,        Some(a),   none,        none,    Some(end_a), none]),
        (c,     [Some(b), Some(a), none,    none,        Some(r),   Some(b),     Some(a), Some(t), none]),
        (b,     [none,    Some(a), none,    Some(end_b), Some(r),   Some(end_r), Some(c), Some(t), Some(d)]),
        (d,     [none,    none,    none,    none,        Some(b),   Some(end_b), none,    Some(d), Some(x)]),
        (x,     [none,    none,    none,    none,        Some(b),   Some(end_d), none,    Some(x), none]),
        (end_d, [none,    none,    none,    none,        Some(b),   none,        Some(x), Some(x), none]),
        (end_b, [none,    none,    none,    none,        Some(b),   none,        Some(d), Some(d), none]),
        (end_r, [none,    Some(b), none,    none,        Some(r),   none,        Some(b), Some(t), none]),
        (eof,   [none,    Some(r), none,    none,        Some(bof), none,        Some(r), Some(r), none]),
    ];
    let columns = [
        MoveTo::NextElement,
        MoveTo::PreviousElement,
        MoveTo::ChildElement,
        MoveTo::EndElement,
        MoveTo::ParentElement,
        MoveTo::NextNode,
        MoveTo::PreviousNode,
        MoveTo::FirstNode,
        MoveTo::ChildNode,
    ];
    for (from, row) in table {
        for (to, expected) in columns.into_iter().zip(row) {
            let kind = buffer.node_type(from).unwrap();
            assert_eq!(buffer.move_to(from, to).unwrap(), expected, "{to:?} from {kind:?} {from:?}");
        }
        assert_eq!(buffer.move_to(from, MoveTo::RootElement).unwrap(), Some(r));
        assert_eq!(buffer.move_to(from, MoveTo::Bof).unwrap(), Some(bof));
        assert_eq!(buffer.move_to(from, MoveTo::Eof).unwrap(), Some(eof));
    }
}

#[test]
fn an_empty_buffer_has_no_root_element() {
    let buffer = XmlBuffer::new();
    assert_eq!(buffer.move_to(buffer.bof(), MoveTo::RootElement).unwrap(), None);
    assert_eq!(buffer.move_to(buffer.bof(), MoveTo::ChildNode).unwrap(), Some(buffer.eof()));
}

#[test]
fn moves_have_their_numbers() {
    for (number, to) in MoveTo::ALL.into_iter().enumerate() {
        assert_eq!(to as usize, number);
        assert_eq!(MoveTo::from_number(number as i32), Some(to));
    }
    assert_eq!(MoveTo::from_number(12), None);
    assert_eq!(MoveTo::from_number(-1), None);
}

#[test]
fn removing_takes_the_subtree() {
    let (mut buffer, [_, t, a, _, b, ..]) = sample();
    buffer.remove(b).unwrap();
    buffer.remove(t).unwrap();
    assert_eq!(outline(&buffer), "^r(a()#c#)$");
    buffer.remove(a).unwrap();
    assert_eq!(outline(&buffer), "^r(#c#)$");
    buffer.clear();
    assert_eq!(outline(&buffer), "^$");
    assert!(buffer.is_empty());
}

#[test]
fn ends_cannot_be_removed() {
    let (mut buffer, [r, .., x]) = sample();
    let ends = [buffer.bof(), buffer.eof(), end(&buffer, r), buffer.next(x).unwrap().unwrap()];
    for position in ends {
        assert_eq!(buffer.remove(position).unwrap_err().code(), ErrorCode::InvalidOperation);
    }
    assert_eq!(outline(&buffer), "^r('t'a()#c#b(['x']))$");
}

#[test]
fn a_stale_position_never_names_another_node() {
    let (mut buffer, [r, t, a, ..]) = sample();
    let end_a = end(&buffer, a);
    buffer.remove(a).unwrap();
    let again = element(&mut buffer, Some(r), "again"); // takes the slots of `a`
    for stale in [a, end_a] {
        assert_eq!(buffer.node(stale).unwrap_err().code(), ErrorCode::InvalidOperation);
        assert_eq!(buffer.move_to(stale, MoveTo::Bof).unwrap_err().code(), ErrorCode::InvalidOperation);
        assert!(buffer.insert_comment(stale, "x").is_err());
        assert!(buffer.position_from_bits(stale.to_bits()).is_err());
    }
    assert_eq!(buffer.position_from_bits(again.to_bits()).unwrap(), again);
    assert!(buffer.position_from_bits(u64::MAX).is_err());
    assert!(buffer.node(t).is_ok());
}

#[test]
fn positions_of_other_buffers_are_refused() {
    let (one, [r, ..]) = sample();
    let (two, _) = sample();
    assert!(one.node(r).is_ok());
    assert_eq!(two.node(r).unwrap_err().code(), ErrorCode::InvalidArgument);
}

#[test]
fn nothing_goes_in_front_of_bof_or_into_cdata_but_text() {
    let (mut buffer, [.., x]) = sample();
    let bof = buffer.bof();
    assert_eq!(buffer.insert_comment(bof, "").unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(buffer.insert_text(bof, Text::Utf8("")).unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(buffer.insert_comment(x, "").unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(buffer.insert_cdata(x).unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(
        buffer.insert_element(x, &NewElement::new("e", "")).unwrap_err().code(),
        ErrorCode::InvalidOperation
    );
    buffer.insert_text(x, Text::Utf8("w")).unwrap();
    assert_eq!(outline(&buffer), "^r('t'a()#c#b(['w''x']))$");
}

#[test]
fn attributes_keep_their_order_type_quote_and_dictionary() {
    let mut buffer = XmlBuffer::new();
    let nbfs = crate::xml::Dictionary::nbfs();
    let attributes = [
        NewAttribute::xmlns("s", nbfs.get(2).unwrap()),
        NewAttribute {
            prefix: "s".into(),
            namespace: nbfs.get(2).unwrap(),
            ..NewAttribute::new("n", Text::Int32(-3))
        },
        NewAttribute { single_quote: true, ..NewAttribute::new("q", Text::Utf8("\"")) },
    ];
    let new =
        NewElement { attributes: &attributes, is_empty: true, ..NewElement::new(nbfs.get(1).unwrap(), "") };
    let at = buffer.insert_element(buffer.eof(), &new).unwrap();
    let BufferNode::Element(e) = buffer.node(at).unwrap() else { panic!("no element") };
    assert_eq!(e.local_name().dictionary(), crate::xml::DictionaryKey::NBFS);
    assert!(e.is_empty());
    let [x, n, q] = e.attributes().collect::<Vec<_>>()[..] else { panic!("not three attributes") };
    assert!(x.is_xmlns() && x.prefix().as_str() == "s" && x.namespace().id() == 2);
    assert!(!n.is_xmlns() && *n.value() == OwnedText::Int32(-3) && n.namespace().id() == 2);
    assert!(q.single_quote() && q.value().as_utf8() == Some("\""));
    buffer.insert_text(buffer.next(at).unwrap().unwrap(), Text::Utf8("now it has content")).unwrap();
    let BufferNode::Element(e) = buffer.node(at).unwrap() else { panic!("no element") };
    assert!(!e.is_empty());
}

#[test]
fn copies_go_between_buffers_and_into_themselves() {
    let (source, [r, t, .., b, _, _]) = sample();
    let mut buffer = XmlBuffer::new();
    buffer.copy_from(buffer.eof(), &source, source.bof()).unwrap();
    assert_eq!(outline(&buffer), outline(&source));
    let root = buffer.move_to(buffer.bof(), MoveTo::RootElement).unwrap().unwrap();
    buffer.copy_from(root, &source, b).unwrap();
    buffer.copy_from(end(&buffer, root), &source, t).unwrap();
    assert_eq!(outline(&buffer), "^b(['x'])r('t'a()#c#b(['x'])'t')$");

    let (mut own, [_, _, a, ..]) = sample();
    own.copy_within(end(&own, a), r_of(&own)).unwrap(); // the copy stands in the original
    assert_eq!(outline(&own), "^r('t'a(r('t'a()#c#b(['x'])))#c#b(['x']))$");
    own.copy_within(own.eof(), own.bof()).unwrap();
    assert_eq!(outline(&own).matches("r('t'a(r(").count(), 2);
    assert!(own.copy_from(own.eof(), &source, end(&source, r)).is_err());
}

fn r_of(buffer: &XmlBuffer) -> NodePosition {
    buffer.move_to(buffer.bof(), MoveTo::RootElement).unwrap().unwrap()
}

#[test]
fn a_full_buffer_says_so_and_stays_as_it_was() {
    let (source, [r, ..]) = sample();
    let mut buffer = XmlBuffer::with_max_size(source.size() + source.size() / 2);
    buffer.copy_from(buffer.eof(), &source, r).unwrap();
    let (before, size) = (outline(&buffer), buffer.size());
    assert_eq!(buffer.copy_from(buffer.eof(), &source, r).unwrap_err().code(), ErrorCode::QuotaExceeded);
    assert_eq!((outline(&buffer), buffer.size()), (before, size));
    let huge = "x".repeat(source.size());
    assert_eq!(
        buffer.insert_text(buffer.eof(), Text::Utf8(&huge)).unwrap_err().code(),
        ErrorCode::QuotaExceeded
    );
    assert_eq!(
        buffer.insert_element(buffer.eof(), &NewElement::new(huge.as_str(), "")).unwrap_err().code(),
        ErrorCode::QuotaExceeded
    );
    assert_eq!(buffer.size(), size);
}

#[test]
fn removing_gives_room_back_but_not_to_a_heap() {
    let (mut buffer, [r, ..]) = sample();
    let (size, requested) = (buffer.size(), buffer.requested_size());
    assert_eq!(size as u64, requested);
    buffer.remove(r).unwrap();
    assert!(buffer.size() < size);
    assert_eq!(buffer.requested_size(), requested);
}

#[test]
fn depth_and_ancestors() {
    let (buffer, [r, t, _, _, b, _, x]) = sample();
    assert_eq!(buffer.ancestors(x).unwrap().collect::<Vec<_>>(), [b, r]);
    assert_eq!(buffer.depth(buffer.bof()).unwrap(), 0);
    assert_eq!(buffer.depth(r).unwrap(), 0);
    assert_eq!(buffer.depth(t).unwrap(), 1);
    assert_eq!(buffer.depth(end(&buffer, b)).unwrap(), 2);
    assert_eq!(buffer.start_of(end(&buffer, b)).unwrap(), Some(b));
    assert_eq!(buffer.start_of(b).unwrap(), None);
}

#[test]
fn depth_costs_no_stack() {
    let mut buffer = XmlBuffer::new();
    let mut parent = None;
    for _ in 0..200_000 {
        parent = Some(element(&mut buffer, parent, "e"));
    }
    let root = r_of(&buffer);
    let mut copy = XmlBuffer::new();
    copy.copy_from(copy.eof(), &buffer, root).unwrap();
    assert_eq!(copy.size(), buffer.size());
    buffer.remove(root).unwrap();
    assert!(buffer.is_empty());
}
