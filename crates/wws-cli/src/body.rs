//! The body of a message on its way from any reader to a channel, node by node, so that its size does not matter.

use crate::input::Input;
use wws::{
    Result,
    channel::Channel,
    soap::{AddressingVersion, EnvelopeVersion, Fault, Message},
    xml::{NodeType, Reader, Text, Writer, reader::Node},
};

/// Octets that may wait in the writer before they are sent.
pub(crate) const FLUSH_AT: u64 = 1 << 16;
/// Memory that a fault may take where it has to be translated.
const MAX_FAULT: usize = 16 << 20;

/// A reader, and whoever feeds it.
pub(crate) trait Nodes {
    /// The reader.
    fn reader(&mut self) -> &mut Reader<'static>;
    /// Feeds it.
    async fn fill(&mut self) -> Result<()>;
}

impl Nodes for Input {
    fn reader(&mut self) -> &mut Reader<'static> {
        &mut self.reader
    }

    async fn fill(&mut self) -> Result<()> {
        Input::fill(self)
    }
}

/// A message that is being received.
pub(crate) struct Incoming<'c> {
    pub(crate) channel: &'c Channel,
    pub(crate) reader: Box<Reader<'static>>,
}

impl Nodes for Incoming<'_> {
    fn reader(&mut self) -> &mut Reader<'static> {
        &mut self.reader
    }

    async fn fill(&mut self) -> Result<()> {
        self.channel.fill_body(&mut self.reader, 0).await
    }
}

async fn next(nodes: &mut impl Nodes) -> Result<NodeType> {
    loop {
        match nodes.reader().read_node() {
            Err(error) if error.needs_input() => nodes.fill().await?,
            done => return done,
        }
    }
}

/// Copies a whole document into a body.
pub(crate) async fn copy_document(nodes: &mut impl Nodes, to: &Channel, writer: &mut Writer) -> Result<()> {
    while next(nodes).await? != NodeType::Eof {
        let depth = nodes.reader().depth();
        match nodes.reader().node() {
            Node::Text(Text::Utf8(text)) if depth == 0 && text.trim().is_empty() => {}
            Node::Comment(_) if depth == 0 => {}
            node => write(writer, node)?,
        }
        to.flush_body(writer, FLUSH_AT).await?;
    }
    Ok(())
}

/// What has to be known of a message to copy its body.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    envelope: EnvelopeVersion,
    is_fault: bool,
}

impl Origin {
    /// Of a message whose headers were read.
    pub(crate) fn of(message: &Message) -> Self {
        Origin { envelope: message.version().envelope, is_fault: message.is_fault() }
    }
}

/// Copies what is in the body of a message; the reader stands on its end then.
///
/// Where the envelope is another one, names in text may need what the old one declared, and a fault looks different.
pub(crate) async fn copy_body(
    nodes: &mut impl Nodes,
    origin: Origin,
    to: &Channel,
    writer: &mut Writer,
) -> Result<()> {
    let (from, into) = (origin.envelope, to.binding().version.envelope);
    if origin.is_fault && from != into {
        return copy_fault(nodes, from, into, writer).await;
    }
    loop {
        let reader = nodes.reader();
        let depth = reader.depth();
        match reader.node() {
            Node::Eof => return Ok(()),
            Node::EndElement if from != EnvelopeVersion::None && depth == 2 => return Ok(()),
            Node::Element(_) if from != into && depth == 3 => write_rooted(writer, reader, from)?,
            node => write(writer, node)?,
        }
        to.flush_body(writer, FLUSH_AT).await?;
        next(nodes).await?;
    }
}

fn write(writer: &mut Writer, node: Node<'_>) -> Result<()> {
    match node {
        // The binary encodings have no CDATA sections: their text is text like any other.
        Node::CData | Node::EndCData if writer.charset().is_err() => Ok(()),
        node => writer.write_node(node),
    }
}

/// Writes a start tag with all that is declared around it.
fn write_rooted(writer: &mut Writer, reader: &Reader<'static>, from: EnvelopeVersion) -> Result<()> {
    let Some(element) = reader.element() else { return Ok(()) };
    let own = element.prefix().as_str();
    writer.start_element_with_prefix(own, element.local_name(), element.namespace())?;
    // The innermost declaration counts.
    let mut declarations: Vec<_> = reader.namespaces_in_scope().collect();
    while let Some((prefix, ns)) = declarations.pop() {
        declarations.retain(|(outer, _)| *outer != prefix);
        let is_ours = ns == from.namespace() || AddressingVersion::from_namespace(ns.as_str()).is_some();
        let is_needed = prefix != "xml" && prefix != own && !is_ours;
        if is_needed && (!prefix.is_empty() || !ns.as_str().is_empty()) {
            writer.xmlns_attribute(prefix, ns, false)?;
        }
    }
    for a in element.attributes().filter(|a| !a.is_xmlns()) {
        writer.attribute_with_prefix(a.prefix().as_str(), a.local_name(), a.namespace(), a.value())?;
    }
    Ok(())
}

async fn copy_fault(
    nodes: &mut impl Nodes,
    from: EnvelopeVersion,
    into: EnvelopeVersion,
    writer: &mut Writer,
) -> Result<()> {
    // A fault is read in one go, so all of it must be there.
    let body = loop {
        match nodes.reader().read_buffer(MAX_FAULT) {
            Err(error) if error.needs_input() => nodes.fill().await?,
            done => break done?,
        }
    };
    Fault::read(&mut Reader::buffer(&body), from)?.write(writer, into)?;
    while nodes.reader().node_type() != NodeType::EndElement {
        next(nodes).await?;
    }
    Ok(())
}
