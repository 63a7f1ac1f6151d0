//! Moves a document from a reader to a writer node by node, so that its size does not matter.

use wws::{
    Result,
    value::base64,
    xml::{NodeType, Text, Writer, reader::Node},
};

use crate::input::Input;

/// What a copy changes.
#[derive(Default)]
pub(crate) struct Changes {
    /// Leaves out white space between elements.
    pub(crate) drop_blank: bool,
    /// Local names of elements whose text is base64, to be written as bytes.
    pub(crate) base64: Vec<String>,
    /// Cuts text that is longer than so many characters, and says how much is missing.
    pub(crate) shorten: Option<usize>,
}

/// Copies one document.
pub(crate) struct Copy<'c> {
    changes: &'c Changes,
    /// In an element whose text is base64: its depth, and what is decoded so far.
    decoding: Option<(usize, base64::Decoder)>,
    bytes: Vec<u8>,
}

impl<'c> Copy<'c> {
    pub(crate) fn new(changes: &'c Changes) -> Self {
        Copy { changes, decoding: None, bytes: Vec::new() }
    }

    /// Copies the next node. False at the end of the document.
    pub(crate) fn step(&mut self, input: &mut Input, writer: &mut Writer) -> Result<bool> {
        let kind = input.next()?;
        self.present(input, writer)?;
        Ok(kind != NodeType::Eof)
    }

    /// Copies the node on which the reader stands.
    pub(crate) fn present(&mut self, input: &Input, writer: &mut Writer) -> Result<()> {
        let depth = input.reader.depth();
        match input.reader.node() {
            Node::Element(element) => {
                let (prefix, local, ns) = (element.prefix(), element.local_name(), element.namespace());
                writer.start_element_with_prefix(prefix.as_str(), local, ns)?;
                for attribute in element.attributes() {
                    let (prefix, ns) = (attribute.prefix(), attribute.namespace());
                    if attribute.is_xmlns() {
                        writer.xmlns_attribute(prefix.as_str(), ns, attribute.is_single_quoted())?;
                    } else {
                        writer.attribute_with_prefix(
                            prefix.as_str(),
                            attribute.local_name(),
                            ns,
                            attribute.value(),
                        )?;
                    }
                }
                if self.changes.base64.iter().any(|name| name == local.as_str()) {
                    self.decoding = Some((depth, base64::Decoder::new()));
                }
            }
            Node::EndElement => {
                if let Some((_, mut decoder)) = self.decoding.take_if(|(at, _)| *at == depth) {
                    decoder.finish().map_err(|e| e.at(input.reader.place()))?;
                }
                writer.end_element()?;
            }
            Node::Text(text) => self.text(text, depth, input, writer)?,
            Node::Comment(text) => writer.comment(text)?,
            // The binary encodings have no CDATA sections: their text is text like any other.
            Node::CData if writer.charset().is_ok() => writer.start_cdata()?,
            Node::EndCData if writer.charset().is_ok() => writer.end_cdata()?,
            Node::Bof | Node::Eof | Node::CData | Node::EndCData => {}
        }
        Ok(())
    }

    fn text(&mut self, text: Text<'_>, depth: usize, input: &Input, writer: &mut Writer) -> Result<()> {
        if let Some(most) = self.changes.shorten
            && let Some(short) = shortened(&text, most)
        {
            return writer.chars(&short);
        }
        match (text, &mut self.decoding) {
            (Text::Utf8(text), Some((_, decoder))) => {
                self.bytes.clear();
                decoder.decode(text.as_bytes(), &mut self.bytes).map_err(|e| e.at(input.reader.place()))?;
                writer.bytes(&self.bytes)
            }
            (Text::Utf8(text), None) if is_blank(text) && (depth == 0 || self.changes.drop_blank) => Ok(()),
            (Text::Utf8(text), None) => writer.chars(text),
            (text, _) => writer.value(text),
        }
    }
}

/// The start of a long text, with the size of what is left out.
fn shortened(text: &Text<'_>, most: usize) -> Option<String> {
    match text {
        Text::Utf8(text) if text.len() > most => {
            let (end, _) = text.char_indices().nth(most)?;
            Some(format!("{}… ({} bytes)", text.get(..end)?, text.len()))
        }
        Text::Bytes(bytes) if bytes.len() > most / 2 => {
            let start: String = bytes.iter().take(16).map(|b| format!("{b:02x}")).collect();
            Some(format!("[{} bytes: {start}…]", bytes.len()))
        }
        _ => None,
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
}
