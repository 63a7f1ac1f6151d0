//! Reads whole messages, from memory or in pieces, into a list that does not depend on the pieces.

use wws_core::{
    Result,
    xml::{NodeType, Reader, ReaderEncoding, ReaderOptions, Text, mtom::MtomInput, reader::Node},
};

/// A node without its place; what follows each other as text, or as bytes, is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Start(String, Vec<(String, String)>),
    End,
    Text(String),
    Bytes(Vec<u8>),
    Comment(String),
}

/// A message to be read, and how.
#[derive(Clone)]
pub(crate) struct Message<'m> {
    pub(crate) bytes: &'m [u8],
    pub(crate) input: MtomInput,
    pub(crate) options: ReaderOptions,
}

impl<'m> Message<'m> {
    /// With its header.
    pub(crate) fn new(bytes: &'m [u8]) -> Self {
        Self::with_input(bytes, MtomInput::with_header())
    }

    pub(crate) fn with_input(bytes: &'m [u8], input: MtomInput) -> Self {
        Message { bytes, input, options: ReaderOptions::default() }
    }

    /// Reads it from memory.
    pub(crate) fn whole(&self) -> Result<Vec<Seen>> {
        let mut reader = Reader::with_input(ReaderEncoding::Mtom(self.input.clone()), self.bytes.into())
            .with_options(self.options.clone());
        read_all(&mut reader)
    }

    /// Reads it from a stream that brings pieces of these sizes, and then the rest.
    pub(crate) fn streamed(&self, cuts: &[usize]) -> Result<Vec<Seen>> {
        let mut reader =
            Reader::stream(ReaderEncoding::Mtom(self.input.clone())).with_options(self.options.clone());
        let mut rest = self.bytes;
        let mut cuts = cuts.iter().copied();
        let mut is_ended = false;
        let mut seen = Vec::new();
        loop {
            match reader.read_node() {
                Err(e) if e.needs_input() => {
                    assert!(!is_ended, "asks for more than there is: {e}");
                    let (now, later) = rest.split_at(cuts.next().unwrap_or(rest.len()).min(rest.len()));
                    is_ended = now.is_empty();
                    if is_ended {
                        reader.end_of_input();
                    } else {
                        reader.feed(now);
                    }
                    rest = later;
                }
                Ok(NodeType::Eof) => break,
                other => {
                    other?;
                    note(reader.node(), &mut seen);
                }
            }
        }
        assert_eq!(reader.read_node()?, NodeType::Eof);
        Ok(seen)
    }

    /// Reads it from memory and from streams, which must come to the same.
    pub(crate) fn anyhow(&self) -> Result<Vec<Seen>> {
        let whole = self.whole();
        let ones = vec![1; self.bytes.len()];
        for cuts in [&[][..], &ones, &[7; 100], &[usize::MAX]] {
            match (&whole, self.streamed(cuts)) {
                (Ok(whole), Ok(streamed)) => assert_eq!(*whole, streamed),
                (Err(whole), Err(streamed)) => {
                    assert_eq!((whole.code(), whole.to_string()), (streamed.code(), streamed.to_string()));
                }
                (whole, streamed) => panic!("from memory: {whole:?}; from a stream: {streamed:?}"),
            }
        }
        whole
    }
}

/// Reads from memory.
pub(crate) fn read_all(reader: &mut Reader<'_>) -> Result<Vec<Seen>> {
    let mut seen = Vec::new();
    while reader.read_node()? != NodeType::Eof {
        note(reader.node(), &mut seen);
    }
    assert_eq!(reader.read_node()?, NodeType::Eof);
    Ok(seen)
}

/// Appends a node to what was seen.
fn note(node: Node<'_>, seen: &mut Vec<Seen>) {
    match (node, seen.last_mut()) {
        (Node::Element(element), _) => {
            let name = |prefix: &str, local: &str| format!("{prefix}:{local}").trim_matches(':').to_owned();
            let attributes = element.attributes().map(|a| {
                let value = if a.is_xmlns() { a.namespace().as_str().to_owned() } else { text(a.value()) };
                (name(a.prefix().as_str(), a.local_name().as_str()), value)
            });
            seen.push(Seen::Start(
                name(element.prefix().as_str(), element.local_name().as_str()),
                attributes.collect(),
            ));
        }
        (Node::EndElement, _) => seen.push(Seen::End),
        // Text of a stream comes in pieces, some of them empty.
        (Node::Text(Text::Bytes([]) | Text::Utf8("")), _) => {}
        (Node::Text(Text::Bytes(bytes)), Some(Seen::Bytes(before))) => before.extend_from_slice(bytes),
        (Node::Text(Text::Bytes(bytes)), _) => seen.push(Seen::Bytes(bytes.to_vec())),
        (Node::Text(value), Some(Seen::Text(before))) => before.push_str(&text(value)),
        (Node::Text(value), _) => seen.push(Seen::Text(text(value))),
        (Node::CData | Node::EndCData, _) => {}
        (Node::Comment(comment), _) => seen.push(Seen::Comment(comment.to_owned())),
        (node, _) => panic!("{node:?}"),
    }
}

fn text(text: Text<'_>) -> String {
    let mut form = Vec::new();
    text.append_to(&mut form);
    String::from_utf8(form).unwrap()
}

/// A message with the boundary `b`, whose root part `<root>` comes first.
pub(crate) fn message(root: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all = vec![("root", root.as_bytes())];
    all.extend(parts);
    in_order(&all)
}

/// A message with its parts in this order; the one named `root` has the document.
pub(crate) fn in_order(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut message = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"application/xop+xml\"; \
        boundary=b; start=\"<root>\"; start-info=\"text/xml\"\r\n\r\n"
        .to_vec();
    for (id, body) in parts {
        let kind =
            if *id == "root" { "application/xop+xml; charset=utf-8; type=\"text/xml\"" } else { "image/png" };
        let header = format!("\r\n--b\r\nContent-ID: <{id}>\r\nContent-Type: {kind}\r\n\r\n");
        message.extend_from_slice(header.as_bytes());
        message.extend_from_slice(body);
    }
    message.extend_from_slice(b"\r\n--b--\r\n");
    message
}

/// An Include of the part with this URL.
pub(crate) fn include(href: &str) -> String {
    format!("<xop:Include xmlns:xop='http://www.w3.org/2004/08/xop/include' href='{href}'/>")
}

pub(crate) fn start(name: &str) -> Seen {
    Seen::Start(name.to_owned(), vec![])
}
