//! Canonicalization of what a reader moves over (WWSAPI H).

use super::{Attribute, Node, Reader, content::Partial};
use crate::{
    Error, Result,
    xml::{
        NodeType, Text,
        canonical::{Canonicalization, Canonicalizer},
        output::Destination,
    },
};
use std::io::IoSlice;

/// A canonicalizer that is given every node the reader leaves.
#[derive(Debug)]
pub(super) struct Tee {
    canonicalizer: Canonicalizer,
    /// The present node was given already, by a call that then had no input to move on.
    given: bool,
    ended: bool,
}

impl Tee {
    /// Whether an element was given to its end, in the middle of a document.
    fn is_whole_element(&self) -> bool {
        !self.canonicalizer.is_whole_document() && self.canonicalizer.depth() == 0
    }
}

impl Reader<'_> {
    /// From here on every node that the reader moves over, by whatever call, is canonicalized too.
    /// `WsStartReaderCanonicalization`.
    ///
    /// The output is taken with [`take_canonical_output`](Self::take_canonical_output), between calls.
    ///
    /// ```
    /// use wws_core::xml::{Reader, canonical::Canonicalization};
    /// let mut reader = Reader::text(b"<a b = '1'  a='2' ><c/></a><!-- -->");
    /// reader.read_to_start_element("a", "")?;
    /// reader.start_canonicalization(&Canonicalization::default())?;
    /// reader.skip_node()?;
    /// reader.end_canonicalization()?;
    /// assert_eq!(reader.take_canonical_output().unwrap(), br#"<a a="2" b="1"><c></c></a>"#);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): canonicalization is on already; the reader
    /// stands in an attribute or in text that was partly read; or the algorithm is inclusive, which is only
    /// for whole documents, and the reader does not stand on BOF.
    pub fn start_canonicalization(&mut self, settings: &Canonicalization) -> Result<()> {
        self.ready()?;
        if self.is_canonicalizing() {
            return Err(Error::operation(
                "canonicalization is on already; end it before it is started again",
            ));
        }
        if self.core.kind == NodeType::Text && self.consumed > 0 {
            return Err(Error::operation("canonicalization starts at a node, not within its text"));
        }
        let canonicalizer = if self.core.kind == NodeType::Bof {
            Canonicalizer::of_document(settings)
        } else {
            let prefixes = settings.inclusive_prefixes();
            let scope = prefixes.filter_map(|prefix| Some((prefix, self.outer_namespace(prefix)?)));
            let scope: Vec<_> = scope.collect();
            Canonicalizer::of_content(settings, scope.iter().map(|(prefix, ns)| (*prefix, ns.as_str())))?
        };
        self.canonical = Some(Box::new(Tee { canonicalizer, given: false, ended: false }));
        Ok(())
    }

    /// Ends canonicalization in front of the present node. `WsEndReaderCanonicalization`. The rest of the
    /// output waits for [`take_canonical_output`](Self::take_canonical_output).
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): canonicalization is not on, or was started at
    /// another depth.
    pub fn end_canonicalization(&mut self) -> Result<()> {
        match &mut self.canonical {
            Some(tee) if !tee.ended => {
                tee.canonicalizer.finish()?;
                tee.ended = true;
                Ok(())
            }
            _ => Err(Error::operation("canonicalization is not on; there is nothing to end")),
        }
    }

    /// Canonicalizes the document, or the element the reader stands on, in memory that does not grow with
    /// it: the output goes to `destination` in pieces while the reader moves on. The reader then stands
    /// behind it.
    ///
    /// ```
    /// use wws_core::xml::{Reader, canonical::{Algorithm, Canonicalization}};
    /// let mut reader = Reader::text(b"<a  b='1'/>");
    /// let mut out = Vec::new(); // or what makes a digest
    /// reader.canonicalize_to(&Canonicalization::new(Algorithm::Inclusive), &mut out)?;
    /// assert_eq!(out, br#"<a b="1"></a>"#);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`start_canonicalization`](Self::start_canonicalization), and
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation) if the reader stands neither on BOF nor on an
    /// element. Those of the reader: if it [needs input](Error::needs_input), feed it and make the call
    /// again. Those of the destination, after which the reader has failed.
    pub fn canonicalize_to(
        &mut self,
        settings: &Canonicalization,
        destination: &mut dyn Destination,
    ) -> Result<()> {
        let goes_on = self.is_canonicalizing() && matches!(self.resume()?, Partial::Canonical);
        if !goes_on {
            if !matches!(self.core.kind, NodeType::Bof | NodeType::Element) {
                return Err(Error::operation(
                    "only a document or an element can be canonicalized as a whole",
                ));
            }
            self.start_canonicalization(settings)?;
        }
        loop {
            if self.core.kind == NodeType::Eof {
                break;
            }
            if let Err(error) = self.advance() {
                self.partial = Partial::Canonical;
                return Err(error);
            }
            if let Some(output) = self.take_canonical_output() {
                destination.write_all(&[IoSlice::new(&output)]).map_err(|e| self.fail(e))?;
            }
            if self.canonical.as_ref().is_some_and(|tee| tee.is_whole_element()) {
                break;
            }
        }
        self.end_canonicalization()?;
        match self.take_canonical_output() {
            Some(output) => destination.write_all(&[IoSlice::new(&output)]).map_err(|e| self.fail(e)),
            None => Ok(()),
        }
    }

    /// A piece of canonical output that is due: at least
    /// [`output_buffer_size`](Canonicalization::output_buffer_size) bytes, or the last ones.
    pub fn take_canonical_output(&mut self) -> Option<Vec<u8>> {
        self.canonical.as_mut()?.canonicalizer.take_output()
    }

    /// Whether canonicalization was started and not yet ended.
    pub fn is_canonicalizing(&self) -> bool {
        self.canonical.as_ref().is_some_and(|tee| !tee.ended)
    }

    /// Fails if the reader may not be moved but by reading.
    pub(super) fn may_move(&self) -> Result<()> {
        match self.is_canonicalizing() {
            true => Err(Error::operation(
                "the reader cannot be moved while it is canonicalized; it can only read on",
            )),
            false => Ok(()),
        }
    }

    /// Gives the present node, which the reader is about to leave, to the canonicalizer.
    fn tee(&mut self) -> Result<()> {
        let Some(mut tee) = self.canonical.take() else { return Ok(()) };
        let given = match tee.ended || tee.given {
            true => Ok(()),
            false => give(&mut tee.canonicalizer, self.node()),
        };
        tee.given = given.is_ok();
        self.canonical = Some(tee);
        given
    }

    /// Moves to the next node and canonicalizes the one that is left.
    #[inline(never)]
    pub(super) fn advance_canonical(&mut self) -> Result<()> {
        self.tee()?;
        self.step()?;
        if let Some(tee) = &mut self.canonical {
            tee.given = false;
        }
        Ok(())
    }
}

fn give(canonicalizer: &mut Canonicalizer, node: Node<'_>) -> Result<()> {
    match node {
        Node::Element(e) => {
            let (prefix, local, ns) = (e.prefix(), e.local_name(), e.namespace());
            canonicalizer.start_element(prefix.as_str(), local.as_str(), ns.as_str());
            e.attributes().for_each(|a| give_attribute(canonicalizer, a));
            canonicalizer.end_start_element();
        }
        Node::EndElement => canonicalizer.end_element()?,
        Node::Text(Text::Bytes(bytes)) => canonicalizer.bytes(bytes),
        Node::Text(text) => canonicalizer.text(&text),
        Node::Comment(text) => canonicalizer.comment(text),
        // C14N 1.0 2.1: a CDATA section is its characters. Bytes in front of it end all the same.
        Node::CData | Node::EndCData => canonicalizer.end_bytes(),
        Node::Bof | Node::Eof => {}
    }
    Ok(())
}

fn give_attribute(canonicalizer: &mut Canonicalizer, attribute: Attribute<'_>) {
    let (prefix, ns) = (attribute.prefix(), attribute.namespace());
    if attribute.is_xmlns() {
        canonicalizer.declaration(prefix.as_str(), ns.as_str());
    } else {
        let local = attribute.local_name();
        canonicalizer.attribute(prefix.as_str(), local.as_str(), ns.as_str(), &attribute.value());
    }
}
