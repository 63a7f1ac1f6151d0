//! What holds for every document that the writer can write: it reads back as it was, and leaves as the same bytes
//! however it is flushed.

#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use wws_core::{
    Result,
    value::{DateTime, DateTimeFormat, Decimal, Guid, TimeSpan},
    xml::{Charset, NodeType, Reader, Text, Writer, WriterOptions, binary::BinaryEncoding, reader::Node},
};

#[derive(Clone, Debug)]
enum Tree {
    Element {
        prefix: Option<&'static str>,
        local: &'static str,
        ns: &'static str,
        attributes: Vec<Attribute>,
        children: Vec<Tree>,
    },
    Chars(String),
    Value(Value),
    Bytes(Vec<Vec<u8>>),
    CData(Vec<String>),
    Comment(String),
    Array(Vec<i32>),
    Flush,
}

#[derive(Clone, Debug)]
struct Attribute {
    ns: &'static str,
    text: String,
    single_quote: bool,
}

#[derive(Clone, Debug)]
enum Value {
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f32),
    Double(f64),
    Decimal(i64, u32),
    DateTime(u64, u8),
    TimeSpan(i64),
    Guid(u128),
}

impl Value {
    fn text(&self) -> Text<'static> {
        match *self {
            Value::Bool(v) => v.into(),
            Value::Int(v) => v.into(),
            Value::UInt(v) => v.into(),
            Value::Float(v) => v.into(),
            Value::Double(v) => v.into(),
            Value::Decimal(v, scale) => Decimal::new(v, scale).into(),
            Value::DateTime(ticks, kind) => {
                let format =
                    [DateTimeFormat::Utc, DateTimeFormat::Local, DateTimeFormat::None][usize::from(kind)];
                DateTime { ticks, format }.into()
            }
            Value::TimeSpan(v) => TimeSpan(v).into(),
            Value::Guid(v) => Guid::from_u128(v).into(),
        }
    }
}

/// Any characters that XML allows.
fn chars() -> impl Strategy<Value = String> {
    let special =
        prop::sample::select(vec!['<', '>', '&', '"', '\'', '\r', '\n', '\t', ']', '\u{FFFD}', '\u{FEFF}']);
    let any = any::<char>().prop_filter("XML 1.0 2.2", |&c| wws_core::xml::name::is_xml_char(c));
    vec(prop_oneof![special, any], 0..40).prop_map(String::from_iter)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-300..300i64).prop_map(Value::Int),
        any::<u64>().prop_map(Value::UInt),
        any::<f32>().prop_map(Value::Float),
        any::<f64>().prop_map(Value::Double),
        (-300..300i32).prop_map(|v| Value::Double(f64::from(v) / 4.0)),
        (any::<i64>(), 0..28u32).prop_map(|(v, scale)| Value::Decimal(v, scale)),
        (0..DateTime::MAX_TICKS, 0..3u8).prop_map(|(ticks, kind)| Value::DateTime(ticks, kind)),
        any::<i64>().prop_map(Value::TimeSpan),
        any::<u128>().prop_map(Value::Guid),
    ]
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "größe", "long-element_name.1", "x"])
}

fn namespace() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "urn:a", "urn:b", "http://example.com/c?d=1&e=2"])
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        chars().prop_map(Tree::Chars),
        value().prop_map(Tree::Value),
        vec(vec(any::<u8>(), 0..9), 1..4).prop_map(Tree::Bytes),
        vec(chars(), 0..3).prop_map(Tree::CData),
        "[a-z <&>é]{0,9}".prop_map(Tree::Comment),
        vec(any::<i32>(), 0..4).prop_map(Tree::Array),
        Just(Tree::Flush),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| element(vec(inner, 0..8)))
}

fn element(children: impl Strategy<Value = Vec<Tree>>) -> impl Strategy<Value = Tree> {
    let prefix = prop::option::of(prop::sample::select(vec!["", "p", "q", "long"]));
    let attribute = (namespace(), chars(), any::<bool>()).prop_map(|(ns, text, single_quote)| Attribute {
        ns,
        text,
        single_quote,
    });
    (prefix, name(), namespace(), vec(attribute, 0..4), children).prop_map(
        |(prefix, local, ns, attributes, children)| {
            let prefix = prefix.filter(|prefix| prefix.is_empty() || !ns.is_empty());
            Tree::Element { prefix, local, ns, attributes, children }
        },
    )
}

fn document() -> impl Strategy<Value = Tree> {
    element(vec(tree(), 0..6))
}

/// Writes the tree; `flush` is called where it says so.
fn write(w: &mut Writer, tree: &Tree, flush: &mut dyn FnMut(&mut Writer) -> Result<()>) -> Result<()> {
    match tree {
        Tree::Element { prefix, local, ns, attributes, children } => {
            match prefix {
                Some(prefix) => w.start_element_with_prefix(prefix, *local, *ns)?,
                None => w.start_element(*local, *ns)?,
            }
            for (i, attribute) in attributes.iter().enumerate() {
                w.start_attribute(&*format!("n{i}"), attribute.ns, attribute.single_quote)?;
                let half = attribute.text.char_indices().nth(3).map_or(0, |(at, _)| at);
                w.chars(&attribute.text[..half])?;
                w.chars(&attribute.text[half..])?;
                w.end_attribute()?;
            }
            children.iter().try_for_each(|child| write(w, child, flush))?;
            w.end_element()
        }
        Tree::Chars(text) => w.chars(text),
        Tree::Value(value) => w.value(value.text()),
        Tree::Bytes(pieces) => pieces.iter().try_for_each(|piece| w.bytes(piece)),
        Tree::CData(pieces) => {
            w.start_cdata()?;
            pieces.iter().try_for_each(|piece| w.chars(piece))?;
            w.end_cdata()
        }
        Tree::Comment(text) => w.comment(text),
        Tree::Array(items) => w.array("item", "", items.as_slice()),
        Tree::Flush => flush(w),
    }
}

fn written(tree: &Tree, charset: Charset) -> Vec<u8> {
    let mut w = Writer::new(charset, WriterOptions { write_declaration: true, ..WriterOptions::default() });
    write(&mut w, tree, &mut |_| Ok(())).unwrap();
    w.into_bytes().unwrap()
}

fn copied(document: &[u8], options: WriterOptions) -> Vec<u8> {
    let mut w = Writer::new(Charset::Utf8, options);
    w.copy_node(&mut Reader::text(document)).unwrap();
    w.into_bytes().unwrap()
}

/// What a reader should see: names, attributes, comments, and text joined between them.
fn expected(tree: &Tree, seen: &mut Vec<String>) {
    match tree {
        Tree::Element { local, ns, attributes, children, .. } => {
            seen.push(format!("<{{{ns}}}{local}"));
            for (i, attribute) in attributes.iter().enumerate() {
                seen.push(format!("@{{{}}}n{i}={}", attribute.ns, attribute.text));
            }
            // Bytes in a row are one sequence, of whatever they were pieces.
            let mut bytes = Vec::new();
            for child in children {
                match child {
                    Tree::Bytes(pieces) => bytes.extend(pieces.concat()),
                    Tree::Flush => {}
                    Tree::Chars(text) if text.is_empty() => {}
                    Tree::Array(items) if items.is_empty() => {}
                    _ => {
                        text(seen, &Text::Bytes(&std::mem::take(&mut bytes)).to_text());
                        expected(child, seen);
                    }
                }
            }
            text(seen, &Text::Bytes(&bytes).to_text());
            seen.push(">".into());
        }
        Tree::Chars(chars) => text(seen, chars),
        Tree::Value(value) => text(seen, &value.text().to_text()),
        Tree::CData(pieces) => text(seen, &pieces.concat()),
        Tree::Comment(comment) => seen.push(format!("!{comment}")),
        Tree::Array(items) => {
            items.iter().for_each(|item| seen.extend(["<{}item".into(), format!("={item}"), ">".into()]));
        }
        Tree::Bytes(_) | Tree::Flush => {}
    }
}

/// Adds text to what was seen.
fn text(seen: &mut Vec<String>, text: &str) {
    match seen.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.starts_with('=') => last.push_str(text),
        _ => seen.push(format!("={text}")),
    }
}

/// What a reader does see.
fn seen(document: &[u8]) -> Vec<String> {
    let mut reader = Reader::text(document);
    let mut seen = Vec::new();
    while reader.read_node().unwrap() != NodeType::Eof {
        match reader.node() {
            Node::Element(e) => {
                seen.push(format!("<{{{}}}{}", e.namespace().as_str(), e.local_name().as_str()));
                for a in e.attributes().filter(|a| !a.is_xmlns()) {
                    let (ns, local, value) = (a.namespace(), a.local_name(), a.value());
                    seen.push(format!("@{{{}}}{}={}", ns.as_str(), local.as_str(), value.to_text()));
                }
            }
            Node::EndElement => seen.push(">".into()),
            Node::Text(t) => text(&mut seen, &t.to_text()),
            Node::Comment(comment) => seen.push(format!("!{comment}")),
            Node::CData | Node::EndCData | Node::Bof | Node::Eof => {}
        }
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// A reader sees what was written, in any character set.
    #[test]
    fn text_reads_back(tree in document(), charset in 0..3usize) {
        let charset = [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be][charset];
        let mut wanted = Vec::new();
        expected(&tree, &mut wanted);
        prop_assert_eq!(seen(&written(&tree, charset)), wanted);
    }

    /// So it does in a copy; and a copy of a copy is the same.
    #[test]
    fn copies_read_back(tree in document()) {
        let document = written(&tree, Charset::Utf8);
        let copy = copied(&document, WriterOptions::default());
        prop_assert_eq!(seen(&copy), seen(&document));
        prop_assert_eq!(copied(&copy, WriterOptions::default()), copy);
    }

    /// Flushed wherever the tree says so, or never: the same bytes.
    #[test]
    fn flushes_change_nothing(tree in document(), charset in 0..3usize) {
        let charset = [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be][charset];
        let options = WriterOptions { stream: true, write_declaration: true, ..WriterOptions::default() };
        let (mut w, mut out) = (Writer::new(charset, options), Vec::new());
        write(&mut w, &tree, &mut |w| w.flush_to(&mut out)).unwrap();
        w.flush_to(&mut out).unwrap();
        prop_assert_eq!(out, written(&tree, charset));
    }

    /// An element written in one go is the same as one written in three calls.
    #[test]
    fn elements_in_one_go(value in value(), text in chars(), name in name(), ns in namespace(), outer in namespace()) {
        let writers = || {
            let indented = WriterOptions { indent: 1, ..WriterOptions::default() };
            [
                Writer::new(Charset::Utf8, WriterOptions::default()),
                Writer::new(Charset::Utf8, indented),
                Writer::new(BinaryEncoding::soap(), WriterOptions::default()),
            ]
        };
        for (mut one, mut three) in writers().into_iter().zip(writers()) {
            for w in [&mut one, &mut three] {
                w.start_element("outer", outer).unwrap();
            }
            for value in [value.text(), Text::Utf8(&text), Text::Bytes(text.as_bytes())] {
                one.element(name, ns, value).unwrap();
                three.start_element(name, ns).and_then(|()| three.value(value)).and_then(|()| three.end_element()).unwrap();
            }
            for w in [&mut one, &mut three] {
                w.end_element().unwrap();
            }
            prop_assert_eq!(one.into_bytes().unwrap(), three.into_bytes().unwrap());
        }
    }

    /// Binary too; but a record that has left can no longer end its element, which then takes a byte more.
    #[test]
    fn binary_flushes_lose_nothing(tree in document()) {
        let mut whole = Writer::new(BinaryEncoding::soap(), WriterOptions::default());
        write(&mut whole, &tree, &mut |_| Ok(())).unwrap();
        let whole = whole.into_bytes().unwrap();
        let (mut w, mut out, mut flushes) = (Writer::new(BinaryEncoding::soap(), WriterOptions::stream()), Vec::new(), 0);
        write(&mut w, &tree, &mut |w| { flushes += 1; w.flush_to(&mut out) }).unwrap();
        w.flush_to(&mut out).unwrap();
        prop_assert!(out.len() >= whole.len() && out.len() <= whole.len() + flushes);
    }
}
