//! Canonical XML as a tee: the nodes that pass a reader or writer, in the one form that is signed.
//!
//! [`Canonicalizer`] takes nodes one at a time and keeps only what is open: the tags and the namespaces
//! rendered in them. Its output comes in pieces. It implements Canonical XML 1.0 (C14N) and Exclusive XML
//! Canonicalization 1.0, with and without comments, of the nodes that webservices.h has: a document without
//! document type and processing instructions.
//!
//! What C14N 2.4 says about `xml:` attributes of ancestors that are not in the output never applies: the
//! inclusive form is only for whole documents, and an omitted element is left out with all that is in it.

mod bindings;
mod escape;
mod of_buffer;
mod options;
mod tag;

use bindings::{Bindings, Span, Strings};
pub use options::{Algorithm, Canonicalization, OmittedElement};
use tag::Tag;

use crate::{
    Error, Result,
    value::{base64, is_space},
    xml::Text,
};

/// However large pieces of output are asked for, memory for more than this grows as they come.
const MAX_PREPARED: usize = 0x1_0000;

/// Writes the nodes given to it in canonical form.
///
/// ```
/// use wws_core::xml::{Text, canonical::{Algorithm, Canonicalization, Canonicalizer}};
/// let mut c = Canonicalizer::of_document(&Canonicalization::new(Algorithm::Exclusive));
/// c.start_element("s", "Body", "urn:soap");
/// c.declaration("s", "urn:soap");
/// c.declaration("unused", "urn:u");
/// c.attribute("", "z", "", &Text::Int32(1));
/// c.attribute("", "a", "", &Text::Utf8("\""));
/// c.end_start_element();
/// c.text(&Text::Utf8("1 > 0"));
/// c.end_element()?;
/// c.finish()?;
/// assert_eq!(c.take_output().unwrap(), br#"<s:Body xmlns:s="urn:soap" a="&quot;" z="1">1 &gt; 0</s:Body>"#);
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Canonicalizer {
    algorithm: Algorithm,
    inclusive_prefixes: Vec<Box<str>>,
    omitted_element: Option<OmittedElement>,
    output_buffer_size: usize,
    /// Nodes before and after the document element are those of a document.
    whole_document: bool,
    output: Vec<u8>,
    finished: bool,
    tag: Tag,
    /// The names of open elements, innermost last.
    names: Strings,
    open: Vec<Open>,
    /// The namespaces rendered in open elements.
    rendered: Bindings,
    /// The namespaces of the inclusive prefixes, rendered or not.
    in_scope: Bindings,
    /// How many elements are open from the omitted one on; 0 outside of it.
    omitted: u64,
    top: Top,
    base64: base64::Encoder,
    scratch: Vec<u8>,
}

/// What has passed at the top level of a document.
#[derive(Debug, Default)]
struct Top {
    element_seen: bool,
    /// Text other than white space has come since the last tag or comment.
    in_text: bool,
}

/// An open element, and what was there before it.
#[derive(Debug)]
struct Open {
    name: Span,
    rendered: usize,
    in_scope: usize,
}

impl Canonicalizer {
    /// Canonicalizes a whole document, from BOF on.
    pub fn of_document(settings: &Canonicalization) -> Self {
        Self::new(settings, true)
    }

    /// Canonicalizes what begins in the middle of a document. `scope` has the bindings that hold there,
    /// outer ones first: prefix (empty: the default namespace) and namespace.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation) for an inclusive algorithm, which is only
    /// for whole documents (WWSAPI H).
    pub fn of_content<'a>(
        settings: &Canonicalization,
        scope: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self> {
        if settings.algorithm.is_inclusive() {
            return Err(Error::operation(
                "inclusive canonicalization is only for whole documents: start it at BOF, or use the exclusive algorithm",
            ));
        }
        let mut this = Self::new(settings, false);
        for (prefix, ns) in scope {
            this.note_in_scope(prefix.as_bytes(), ns.as_bytes());
        }
        Ok(this)
    }

    fn new(settings: &Canonicalization, whole_document: bool) -> Self {
        let prefixes = match settings.algorithm.is_inclusive() {
            true => Vec::new(),
            false => settings.inclusive_prefixes().map(Into::into).collect(),
        };
        Canonicalizer {
            algorithm: settings.algorithm,
            inclusive_prefixes: prefixes,
            omitted_element: settings.omitted_element.clone(),
            output_buffer_size: settings.output_buffer_size,
            whole_document,
            output: Vec::new(),
            finished: false,
            tag: Tag::default(),
            names: Strings::default(),
            open: Vec::new(),
            rendered: Bindings::default(),
            in_scope: Bindings::default(),
            omitted: 0,
            top: Top::default(),
            base64: base64::Encoder::new(),
            scratch: Vec::new(),
        }
    }

    /// Whether it began at the start of a document.
    pub(crate) fn is_whole_document(&self) -> bool {
        self.whole_document
    }

    /// How many elements are open.
    pub fn depth(&self) -> u64 {
        self.open.len() as u64 + self.omitted
    }

    /// Takes the output that is to be handed out: at least as many bytes as the settings say, or the rest after
    /// [`finish`](Self::finish); `None` if there is nothing yet.
    pub fn take_output(&mut self) -> Option<Vec<u8>> {
        let ready = self.output.len() >= self.output_buffer_size || self.finished;
        // Something over the limit comes before it is noticed.
        let next = if self.finished { 0 } else { self.output_buffer_size.min(MAX_PREPARED) + 0x100 };
        (ready && !self.output.is_empty())
            .then(|| std::mem::replace(&mut self.output, Vec::with_capacity(next)))
    }

    /// Begins a start tag. Its attributes and declarations follow, in any order, then
    /// [`end_start_element`](Self::end_start_element).
    pub fn start_element(&mut self, prefix: &str, local_name: &str, namespace: &str) {
        self.end_bytes();
        self.top = Top { element_seen: true, in_text: false };
        let omit = |o: &OmittedElement| *o.local_name == *local_name && *o.namespace == *namespace;
        if self.omitted > 0 || self.omitted_element.as_ref().is_some_and(omit) {
            self.omitted += 1;
        } else {
            self.tag.start(prefix, local_name, namespace);
        }
    }

    /// A namespace declaration of the start tag; an empty prefix is the default namespace.
    pub fn declaration(&mut self, prefix: &str, namespace: &str) {
        if self.omitted == 0 {
            self.tag.add_declaration(prefix, namespace);
        }
    }

    /// An attribute of the start tag, all at once.
    pub fn attribute(&mut self, prefix: &str, local_name: &str, namespace: &str, value: &Text<'_>) {
        self.start_attribute(prefix, local_name, namespace);
        self.attribute_text(value);
        self.end_attribute();
    }

    /// Begins an attribute of the start tag whose value comes in pieces.
    pub fn start_attribute(&mut self, prefix: &str, local_name: &str, namespace: &str) {
        if self.omitted == 0 {
            self.tag.start_attribute(prefix, local_name, namespace);
        }
    }

    /// A piece of the value of the attribute.
    pub fn attribute_text(&mut self, text: &Text<'_>) {
        if self.omitted == 0 {
            self.base64.finish(self.tag.value());
            self.tag.add_value(text);
        }
    }

    /// A piece of the value of the attribute, written as base64. Pieces that follow each other are written
    /// as one.
    pub fn attribute_bytes(&mut self, bytes: &[u8]) {
        if self.omitted == 0 {
            self.base64.encode(bytes, self.tag.value());
        }
    }

    /// Ends the attribute.
    pub fn end_attribute(&mut self) {
        if self.omitted == 0 {
            self.base64.finish(self.tag.value());
            self.tag.end_attribute();
        }
    }

    /// Ends the start tag.
    pub fn end_start_element(&mut self) {
        if self.omitted > 0 {
            return;
        }
        let (rendered, in_scope) = (self.rendered.len(), self.in_scope.len());
        self.render_namespaces();
        let name = self.names.add_with(|out| self.tag.append_name(out));
        self.open.push(Open { name, rendered, in_scope });
        // C14N 1.0 2.3, element nodes: name, namespace axis, attribute axis.
        self.output.push(b'<');
        self.output.extend_from_slice(self.names.get(name));
        for (prefix, ns) in self.rendered.sorted_from(rendered) {
            self.output.extend_from_slice(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" });
            self.output.extend_from_slice(prefix);
            self.output.extend_from_slice(b"=\"");
            escape::attribute(ns, &mut self.output);
            self.output.push(b'"');
        }
        self.tag.append_attributes(&mut self.output);
        self.output.push(b'>');
    }

    /// Ends the innermost open element.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the element was opened before
    /// canonicalization started.
    pub fn end_element(&mut self) -> Result<()> {
        self.end_bytes();
        self.top.in_text = false;
        if self.omitted > 0 {
            self.omitted -= 1;
            return Ok(());
        }
        let Some(open) = self.open.pop() else {
            return Err(Error::operation(
                "canonicalization cannot leave the element in which it was started; end canonicalization first",
            ));
        };
        self.output.extend_from_slice(b"</");
        self.output.extend_from_slice(self.names.get(open.name));
        self.output.push(b'>');
        self.names.drop_from(open.name);
        self.rendered.truncate(open.rendered);
        self.in_scope.truncate(open.in_scope);
        Ok(())
    }

    /// Text, or a piece of it. Values are written in their text form. No characters are no content, so bytes
    /// on both sides of them follow each other directly: a writer takes them so, too.
    pub fn text(&mut self, text: &Text<'_>) {
        if matches!(text, Text::Utf8("")) {
            return;
        }
        self.end_bytes();
        if self.omitted > 0 {
            return;
        }
        match text {
            Text::Utf8(text) => self.characters(text.as_bytes()),
            other => {
                let mut form = std::mem::take(&mut self.scratch);
                form.clear();
                other.append_to(&mut form);
                self.characters(&form);
                self.scratch = form;
            }
        }
    }

    /// A piece of bytes, written as base64. Pieces that follow each other directly are written as one.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.omitted == 0 {
            self.top.in_text = true;
            self.base64.encode(bytes, &mut self.output);
        }
    }

    /// Ends the bytes, so that more of them are written apart. Any other node does so by itself.
    #[inline]
    pub fn end_bytes(&mut self) {
        if self.base64.is_pending() {
            self.base64.finish(&mut self.output);
        }
    }

    /// A comment.
    pub fn comment(&mut self, text: &str) {
        self.end_bytes();
        self.top.in_text = false;
        if self.omitted > 0 || !self.algorithm.keeps_comments() {
            return;
        }
        // C14N 1.0 2.3, comment nodes: a line of its own outside of the document element.
        let outside = self.whole_document && self.open.is_empty();
        if outside && self.top.element_seen {
            self.output.push(b'\n');
        }
        self.output.extend_from_slice(b"<!--");
        self.output.extend_from_slice(text.as_bytes());
        self.output.extend_from_slice(b"-->");
        if outside && !self.top.element_seen {
            self.output.push(b'\n');
        }
    }

    /// Ends canonicalization; [`take_output`](Self::take_output) then gives the rest.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): an element is open; canonicalization ends
    /// at the depth where it started (WWSAPI H).
    pub fn finish(&mut self) -> Result<()> {
        if self.depth() > 0 {
            return Err(Error::operation(format!(
                "canonicalization ends at the depth where it started, but {} elements are open",
                self.depth()
            )));
        }
        self.end_bytes();
        self.finished = true;
        Ok(())
    }

    fn characters(&mut self, mut text: &[u8]) {
        if self.whole_document && self.open.is_empty() && !self.top.in_text {
            // White space outside of the document element is not in the data model (C14N 1.0 2.1). A
            // fragment may have other text there; it counts from its first character on.
            let start = text.iter().position(|&byte| !is_space(byte)).unwrap_or(text.len());
            text = &text[start..];
            self.top.in_text = !text.is_empty();
        }
        escape::text(text, &mut self.output);
    }

    /// Puts the namespaces that the start tag renders on top of `rendered`.
    fn render_namespaces(&mut self) {
        let Canonicalizer { tag, rendered, in_scope, inclusive_prefixes, .. } = self;
        // C14N 1.0 2.3, namespace nodes: rendered unless the nearest output ancestor has the same. No
        // namespace is the same as no declaration.
        let mut render = |prefix: &[u8], ns: &[u8]| {
            let known = rendered.find(prefix).unwrap_or_default();
            if known != ns && prefix != b"xml" {
                rendered.push(prefix, ns);
            }
        };
        if self.algorithm.is_inclusive() {
            tag.declarations().for_each(|(prefix, ns)| render(prefix, ns));
        }
        // Exclusive C14N 1.0 3: what the tag itself uses, and what is listed.
        tag.utilized().for_each(|(prefix, ns)| render(prefix, ns));
        for (prefix, ns) in tag.declarations() {
            if inclusive_prefixes.iter().any(|p| p.as_bytes() == prefix) {
                in_scope.push(prefix, ns);
            }
        }
        for prefix in inclusive_prefixes.iter().map(|p| p.as_bytes()) {
            if let Some(ns) = in_scope.find(prefix) {
                render(prefix, ns);
            }
        }
    }

    fn note_in_scope(&mut self, prefix: &[u8], ns: &[u8]) {
        if self.inclusive_prefixes.iter().any(|p| p.as_bytes() == prefix) {
            self.in_scope.push(prefix, ns);
        }
    }
}

#[cfg(test)]
mod tests;
