//! Raw XML in a type: elements, content and attributes of any name.

use crate::fails;
use wws_core::{
    FromXml, ToXml,
    typed::{self, AnyAttribute},
    xml::buffer::XmlBuffer,
};

#[derive(Debug, ToXml, FromXml)]
#[xml(ns = "urn:a")]
struct Open {
    #[xml(attribute)]
    id: i32,
    #[xml(any_attributes)]
    attributes: Vec<AnyAttribute>,
    known: i32,
    #[xml(flatten, max = 2)]
    others: Vec<XmlBuffer>,
}

#[test]
fn elements_and_attributes_of_any_name() {
    let text = "<Open id=\"1\" d1p1:x=\"y\" z=\"\" xmlns=\"urn:a\" xmlns:d1p1=\"urn:b\"><known>1</known>\
                <p:a xmlns:p=\"urn:p\" b=\"c\">&lt;<p:d/><!--e--></p:a><known>2</known></Open>";
    let value: Open = typed::from_str(text).unwrap();
    let attribute = AnyAttribute { local: "x".into(), ns: "urn:b".into(), value: "y".into() };
    assert_eq!(value.attributes, [attribute, AnyAttribute::new("z", "")]);
    assert_eq!(value.others.len(), 2);
    let again = typed::to_string(&value).unwrap();
    assert_eq!(canonical(&again), canonical(text));
    fails::<Open>(
        &text.replace("<known>2</known>", "<known>2</known><more/>"),
        "in <Open>: more than 2 elements <others> of the namespace 'urn:a': raise max of the field, at line 1, column \
         146 (byte 145)",
    );
}

/// Documents that mean the same have one form.
fn canonical(text: &str) -> String {
    use wws_core::xml::{Charset, Reader, Writer, WriterOptions};
    let mut reader = Reader::text(text.as_bytes());
    let mut writer = Writer::new(Charset::Utf8, WriterOptions::default());
    let mut depth = 0;
    loop {
        match reader.node() {
            wws_core::xml::reader::Node::Element(e) => {
                depth += 1;
                writer.start_element_with_prefix(&format!("p{depth}"), e.local_name(), "urn:all").unwrap();
                writer.comment(e.namespace().as_str()).unwrap();
                for a in e.attributes().filter(|a| !a.is_xmlns()) {
                    let (ns, value) = (a.namespace(), a.value().to_text());
                    writer.comment(&format!("{} {} {value}", a.local_name().as_str(), ns.as_str())).unwrap();
                }
            }
            wws_core::xml::reader::Node::Eof => {
                return String::from_utf8(writer.into_bytes().unwrap()).unwrap();
            }
            node => writer.write_node(node).unwrap(),
        }
        reader.read_node().unwrap();
    }
}

#[derive(Debug, ToXml, FromXml)]
struct Raw {
    #[xml(attribute)]
    id: i32,
    #[xml(any_content)]
    content: XmlBuffer,
}

#[test]
fn content_of_any_kind() {
    for content in ["", "text", "a<b c='1'>d</b> e<!--f--><![CDATA[<g>]]><h/><i></i>"] {
        let text = format!("<Raw id=\"1\">{content}</Raw>");
        let value: Raw = typed::from_str(&text).unwrap();
        let again = typed::to_string(&value).unwrap();
        assert_eq!(again, text.replace("<Raw id=\"1\"></Raw>", "<Raw id=\"1\"/>"));
    }
}

#[derive(Debug, ToXml, FromXml)]
struct Named {
    #[xml(ns = "urn:n")]
    payload: XmlBuffer,
    #[xml(name = "item")]
    items: Vec<XmlBuffer>,
}

/// A buffer in a field of a name is an element of that name, whatever it was called before.
#[test]
fn the_field_names_the_element() {
    let text = "<Named><payload xmlns=\"urn:n\" a=\"b\"><c>d</c></payload><item/><item>e</item></Named>";
    let value: Named = typed::from_str(text).unwrap();
    assert_eq!(canonical(&typed::to_string(&value).unwrap()), canonical(text));
    let other: XmlBuffer =
        typed::from_str("<x:other xmlns:x='urn:x' xmlns='urn:d' x:f='g'>h<i/></x:other>").unwrap();
    let named = Named { payload: other, items: vec![] };
    assert_eq!(
        typed::to_string(&named).unwrap(),
        "<Named><payload x:f='g' xmlns=\"urn:n\" xmlns:x='urn:x'>h<i xmlns=\"urn:d\"/></payload></Named>"
    );
    let named = Named { payload: XmlBuffer::new(), items: vec![] };
    let error = typed::to_string(&named).unwrap_err();
    assert_eq!(
        error.to_string(),
        "in <Named>: in <payload>: the XML buffer has no element: a field needs exactly one"
    );
}
