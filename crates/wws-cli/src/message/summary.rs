//! What stands in a message before its body, whatever its version.

use crate::{
    input::Input,
    table::{self, FAINT, HEAD},
};
use serde_json::{Value, json};
use wws::{
    Result,
    soap::{AddressingVersion, EnvelopeVersion, HeaderAttributes, Message, Version},
    typed::MAX_ANY_SIZE,
    xml::{Charset, NodeType, Reader, Writer, WriterOptions, reader::Node},
};

/// Versions, headers and what the body begins with.
pub(crate) struct Summary {
    pub(crate) envelope: EnvelopeVersion,
    pub(crate) addressing: Option<AddressingVersion>,
    pub(crate) headers: Vec<Header>,
    /// Name and namespace of the first element of the body.
    pub(crate) body: Option<(String, String)>,
    pub(crate) is_fault: bool,
}

/// A header element.
pub(crate) struct Header {
    pub(crate) local: String,
    pub(crate) ns: String,
    pub(crate) attributes: HeaderAttributes,
    /// Its text, or the URL of an endpoint; if there are other elements in it, the whole header as XML.
    pub(crate) value: String,
    pub(crate) is_xml: bool,
}

/// Reads up to the first node of the body, which the reader then stands on. `None`: the document is no message, and
/// the reader stands on its first element.
pub(crate) fn read(input: &mut Input) -> Result<Option<Summary>> {
    while input.reader.node_type() != NodeType::Element {
        if input.next()? == NodeType::Eof {
            return Ok(None);
        }
    }
    let envelope = input.reader.element().filter(|e| e.local_name().as_str() == "Envelope");
    let envelope = envelope.and_then(|e| EnvelopeVersion::from_namespace(e.namespace().as_str()));
    let Some(envelope) = envelope else { return Ok(None) };
    // The addressing shows in the headers; until then they are headers like any others.
    let mut message = Message::new(Version::new(envelope, AddressingVersion::Transport));
    while let Err(error) = message.read_start(&mut input.reader) {
        if !error.needs_input() {
            return Err(error);
        }
        input.fill()?;
    }
    let mut headers = Vec::new();
    let mut at = message.next_header(None)?;
    while let Some(position) = at {
        let attributes = message.header_attributes(position)?;
        headers.push(header(message.header_reader(position)?, attributes)?);
        at = message.next_header(Some(position))?;
    }
    let addressing = headers.iter().find_map(|header| AddressingVersion::from_namespace(&header.ns));
    let body =
        input.reader.element().map(|e| (e.local_name().as_str().into(), e.namespace().as_str().into()));
    Ok(Some(Summary { envelope, addressing, headers, body, is_fault: message.is_fault() }))
}

/// The header on whose start tag the reader stands.
fn header(mut reader: Reader<'static>, attributes: HeaderAttributes) -> Result<Header> {
    let name =
        reader.element().map(|e| (e.local_name().as_str().to_owned(), e.namespace().as_str().to_owned()));
    let (local, ns) = name.unwrap_or_default();
    let whole = reader.read_buffer(MAX_ANY_SIZE)?;
    let mut nodes = Reader::buffer(&whole).with_options(crate::input::options());
    let (mut text, mut elements) = (String::new(), 0);
    while nodes.read_node()? != NodeType::Eof {
        match nodes.node() {
            Node::Element(_) => elements += 1,
            Node::Text(part) => text.push_str(&part.to_text()),
            _ => {}
        }
    }
    // An endpoint address that has nothing but the address is that.
    let most = if AddressingVersion::from_namespace(&ns).is_some() { 2 } else { 1 };
    let is_xml = elements > most;
    if is_xml {
        let mut writer =
            Writer::new(Charset::Utf8, WriterOptions { max_depth: 4096, ..WriterOptions::default() });
        writer.write_buffer(&whole)?;
        text = String::from_utf8_lossy(&writer.into_bytes()?).into_owned();
    }
    Ok(Header { local, ns, attributes, value: text, is_xml })
}

impl Summary {
    /// `SOAP 1.2, WS-Addressing 1.0`.
    pub(crate) fn versions(&self) -> String {
        match self.addressing {
            Some(AddressingVersion::Addressing10) => format!("{}, WS-Addressing 1.0", self.envelope),
            Some(AddressingVersion::Addressing09) => {
                format!("{}, WS-Addressing of August 2004", self.envelope)
            }
            _ => self.envelope.to_string(),
        }
    }

    /// For people: the versions, each header in a line, the name of the body. Values longer than `shorten` characters
    /// are cut.
    pub(crate) fn show(&self, shorten: Option<usize>) {
        anstream::println!("message: {HEAD}{}{HEAD:#}", self.versions());
        let width = self.headers.iter().map(|h| h.local.chars().count()).max().unwrap_or_default();
        for header in &self.headers {
            let value = match shorten {
                Some(most) if header.value.chars().count() > most => {
                    let start: String = header.value.chars().take(most).collect();
                    format!("{start}… ({})", table::size(header.value.len() as u64))
                }
                _ => header.value.clone(),
            };
            let pad = " ".repeat(width - header.local.chars().count());
            let mut notes = Vec::new();
            if AddressingVersion::from_namespace(&header.ns).is_none() && !header.ns.is_empty() {
                notes.push(header.ns.clone());
            }
            if header.attributes.must_understand {
                notes.push("must be understood".to_owned());
            }
            if header.attributes.relay {
                notes.push("relayed".to_owned());
            }
            if !header.attributes.role.is_empty() {
                notes.push(format!("for {}", header.attributes.role));
            }
            let notes = if notes.is_empty() { String::new() } else { format!("   {}", notes.join(", ")) };
            anstream::println!("  {HEAD}{}{HEAD:#}{pad}  {value}{FAINT}{notes}{FAINT:#}", header.local);
        }
        match &self.body {
            Some((local, ns)) => {
                let what = if self.is_fault { "fault" } else { "body" };
                anstream::println!("{what}: {HEAD}{local}{HEAD:#} {FAINT}{ns}{FAINT:#}");
            }
            None => anstream::println!("body: empty"),
        }
    }

    /// For programs: the message, each header, the body.
    pub(crate) fn to_json(&self) -> Vec<Value> {
        let mut lines = vec![json!({
            "kind": "message", "soap": self.envelope.to_string(),
            "addressing": self.addressing.map(|a| a.namespace().as_str()), "is_fault": self.is_fault,
        })];
        lines.extend(self.headers.iter().map(|header| {
            json!({
                "kind": "header", "local": header.local, "ns": header.ns, "value": header.value, "xml": header.is_xml,
                "must_understand": header.attributes.must_understand, "relay": header.attributes.relay,
                "role": header.attributes.role,
            })
        }));
        let (local, ns) = self.body.as_ref().map_or((None, None), |(local, ns)| (Some(local), Some(ns)));
        lines.push(json!({ "kind": "body", "local": local, "ns": ns }));
        lines
    }
}
