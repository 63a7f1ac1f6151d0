//! Canonicalization of what a writer writes (WWSAPI H).

use super::{
    Writer,
    encoder::{Encoder, Tee},
};
use crate::{
    Error, Result,
    xml::canonical::{Canonicalization, Canonicalizer},
};

/// What a writer knows of its canonicalization besides the tee in front of its encoder.
#[derive(Default)]
pub(super) struct Canonical {
    /// How many elements were open when it started; they stay open. 0 when it is off.
    pub(super) floor: usize,
    /// The last of the output, after its end.
    rest: Option<Vec<u8>>,
    /// A part of the document has left already.
    pub(super) has_left: bool,
}

impl Writer {
    /// From here on everything that is written, by whatever call, is canonicalized too.
    /// `WsStartWriterCanonicalization`. A start tag that is being written is ended first, and not a part of it.
    ///
    /// The output is taken with [`take_canonical_output`](Self::take_canonical_output), between calls.
    ///
    /// ```
    /// use wws_core::xml::{Charset, Writer, WriterOptions, canonical::Canonicalization};
    /// let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    /// w.start_element("a", "")?;
    /// w.start_canonicalization(&Canonicalization::default())?;
    /// w.start_element("b", "")?;
    /// w.attribute("z", "", 1)?;
    /// w.attribute("a", "", "<")?;
    /// w.end_element()?;
    /// w.end_canonicalization()?;
    /// w.end_element()?;
    /// assert_eq!(w.take_canonical_output().unwrap(), br#"<b a="&lt;" z="1"></b>"#);
    /// assert_eq!(w.into_bytes()?, br#"<a><b z="1" a="&lt;"/></a>"#);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): canonicalization is on already; an
    /// attribute or a CDATA section is being written; the encoding has no XML; or the algorithm is
    /// inclusive, which is only for whole documents, and something was written before.
    pub fn start_canonicalization(&mut self, settings: &Canonicalization) -> Result<()> {
        if self.is_canonicalizing() {
            return Err(Error::operation(
                "canonicalization is on already; end it before it is started again",
            ));
        }
        if self.encoder.is_raw() {
            return Err(Error::operation("the raw encoding has no XML that could be canonicalized"));
        }
        let at_start = self.at_start();
        let begun = self.begin_content("canonicalization");
        self.settle(begun)?;
        let canonicalizer = if at_start {
            Canonicalizer::of_document(settings)
        } else {
            let scope = (0..self.scopes.len()).map(|id| self.scopes.declaration(id));
            Canonicalizer::of_content(settings, scope.map(|d| (d.prefix, d.ns.as_str())))?
        };
        let encoder = std::mem::take(&mut self.encoder);
        let tee = Tee::new(encoder, canonicalizer, self.options.local_offset);
        self.encoder = Encoder::Tee(Box::new(tee));
        self.canonical.floor = self.elements.len();
        self.canonical.rest = None;
        Ok(())
    }

    /// Ends canonicalization. `WsEndWriterCanonicalization`. The rest of the output waits for
    /// [`take_canonical_output`](Self::take_canonical_output).
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): canonicalization is not on, or was started at
    /// another depth.
    pub fn end_canonicalization(&mut self) -> Result<()> {
        if !self.is_canonicalizing() {
            return Err(Error::operation("canonicalization is not on; there is nothing to end"));
        }
        if self.elements.len() != self.canonical.floor {
            return Err(Error::operation(format!(
                "canonicalization ends at the depth where it started, with {} open elements; {} are open",
                self.canonical.floor,
                self.elements.len()
            )));
        }
        let begun = self.begin_content("the end of canonicalization");
        self.settle(begun)?;
        if let Encoder::Tee(mut tee) = std::mem::take(&mut self.encoder) {
            let finished = tee.canonicalizer.finish();
            self.canonical.rest = tee.canonicalizer.take_output();
            self.encoder = tee.encoder;
            self.canonical.floor = 0;
            finished?;
        }
        Ok(())
    }

    /// A piece of canonical output that is due: at least
    /// [`output_buffer_size`](Canonicalization::output_buffer_size) bytes, or the last ones.
    pub fn take_canonical_output(&mut self) -> Option<Vec<u8>> {
        match &mut self.encoder {
            Encoder::Tee(tee) => tee.canonicalizer.take_output(),
            _ => self.canonical.rest.take(),
        }
    }

    /// Whether canonicalization was started and not yet ended.
    pub fn is_canonicalizing(&self) -> bool {
        matches!(self.encoder, Encoder::Tee(_))
    }

    /// Whether nothing was written yet, but for a declaration.
    fn at_start(&self) -> bool {
        let empty = match &self.encoder {
            Encoder::Buffer(encoder) => encoder.buffer().lock().is_empty(),
            _ => self.out.len() == self.document_start && !self.canonical.has_left,
        };
        empty && !self.has_root && self.elements.is_empty() && !self.out.has_sources()
    }
}
