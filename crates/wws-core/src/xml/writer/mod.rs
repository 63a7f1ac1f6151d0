//! The writer: nodes go in, a document in any encoding comes out.
//!
//! Everything that is the same in all encodings stands here, once: which call is allowed when, the stack of
//! open elements, namespaces and prefixes, quotas, failure. What differs stands in one encoder per encoding.
//!
//! # Prefixes
//! A name gets the prefix that is asked for. Without one ([`start_element`](Writer::start_element),
//! [`attribute`](Writer::attribute)) it gets one that is in scope for its namespace: that of the parent
//! element if it will do, else the innermost. If there is none, an element declares its namespace as the
//! default one; an attribute, which has to have a prefix, gets `d2p1`: depth 2, first number that is free.
//! Declarations come at the end of the start tag, in the order in which they were needed or asked for; one
//! that is in scope already is left out.
//!
//! # Errors
//! A call that is not allowed at this point fails with `InvalidOperation` and changes nothing. Any other
//! error — a character that XML forbids, a prefix bound twice, a quota — leaves a document that cannot be
//! completed: the writer has failed, and each later call returns the same error until it gets a new output.

mod array;
mod attribute;
mod buffer;
mod bytes;
mod canonical;
mod content;
mod copy;
mod element;
mod encoder;
mod flush;
mod options;
mod qualified_name;
mod scope;
#[cfg(test)]
mod tests;
mod value;

pub use options::{WriterEncoding, WriterOptions};

use super::{Charset, XmlStr, encode::Tag, output::Output};
use crate::{Error, ErrorCode, Result};
use encoder::Encoder;
use scope::{BindingId, Scopes, TagScope, UNBOUND, XMLNS_NAMESPACE};

/// Writes a document, `WS_XML_WRITER`.
///
/// ```
/// use wws_core::xml::{Charset, Writer, WriterOptions};
/// let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
/// w.start_element("photo", "urn:album")?;
/// w.attribute("id", "", 7)?;
/// w.start_element("title", "urn:album")?;
/// w.chars("Fish & Chips")?;
/// w.end_element()?;
/// w.end_element()?;
/// assert_eq!(w.into_bytes()?, br#"<photo id="7" xmlns="urn:album"><title>Fish &amp; Chips</title></photo>"#);
/// # Ok::<(), wws_core::Error>(())
/// ```
pub struct Writer {
    state: State,
    encoder: Encoder,
    out: Output,
    /// The open elements, outermost first.
    elements: Vec<Element>,
    scopes: Scopes,
    attributes: attribute::Attributes,
    /// Where the start tag that is not committed begins in the buffer.
    tag_start: usize,
    /// There was an element at the root.
    has_root: bool,
    /// The first half of a character, from a call that ended between its halves.
    surrogate: Option<u16>,
    options: WriterOptions,
    failure: Option<Error>,
    /// A flush is on its way.
    flushing: bool,
    /// A copy that waits for input.
    copy: Option<copy::Copy>,
    canonical: canonical::Canonical,
    /// Where the document begins in its output, behind MIME headers and declaration.
    document_start: u64,
    /// The document in one piece, made when it was asked for.
    joined: Option<Vec<u8>>,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between nodes, at the root or in an element.
    Content,
    /// In a start tag.
    Tag,
    /// In the value of an attribute of that start tag.
    Attribute,
    /// In content whose last bytes, or half a character, wait for company.
    Pending,
    CData,
    /// The document is complete, with its MIME parts or its table of strings.
    Closed,
    Failed,
}

/// The name of an element, with its prefix if that is given.
struct Name<'a> {
    prefix: Option<&'a str>,
    local: XmlStr<'a>,
    ns: XmlStr<'a>,
}

/// An open element.
#[derive(Clone, Copy)]
struct Element {
    tag: Tag,
    binding: BindingId,
    /// Its first declaration.
    first_binding: u32,
    /// It has text, so that line breaks would change it.
    has_text: bool,
    has_children: bool,
}

impl Writer {
    /// A writer in an encoding: `WsCreateWriter` and `WsSetOutput` in one.
    pub fn new(encoding: impl Into<WriterEncoding>, options: WriterOptions) -> Self {
        Writer::with_buffer(encoding, options, Vec::new())
    }

    /// A writer that uses this memory first (`WS_XML_WRITER_PROPERTY_INITIAL_BUFFER`).
    pub fn with_buffer(encoding: impl Into<WriterEncoding>, options: WriterOptions, buffer: Vec<u8>) -> Self {
        let mut writer = Writer {
            state: State::Content,
            encoder: Encoder::new(encoding.into(), &options, None),
            out: Output::with_buffer(buffer),
            elements: Vec::new(),
            scopes: Scopes::new(options.max_namespaces),
            attributes: attribute::Attributes::default(),
            tag_start: 0,
            has_root: false,
            surrogate: None,
            options,
            failure: None,
            flushing: false,
            copy: None,
            canonical: canonical::Canonical::default(),
            document_start: 0,
            joined: None,
        };
        writer.start_document();
        writer
    }

    /// Starts another document and forgets this one and any failure: `WsSetOutput`. Memory is kept up to
    /// [`buffer_trim_size`](WriterOptions::buffer_trim_size). A binary session goes on if the encoding is
    /// one again.
    pub fn set_output(&mut self, encoding: impl Into<WriterEncoding>, options: WriterOptions) {
        let session = std::mem::take(&mut self.encoder).into_session();
        self.encoder = Encoder::new(encoding.into(), &options, session);
        self.out.clear(self.options.buffer_trim_size as usize);
        self.elements.clear();
        self.scopes.reset(options.max_namespaces);
        self.options = options;
        (self.state, self.failure, self.flushing) = (State::Content, None, false);
        (self.surrogate, self.copy, self.joined) = (None, None, None);
        self.canonical = canonical::Canonical::default();
        self.start_document();
    }

    /// The properties that the writer was given.
    pub fn options(&self) -> &WriterOptions {
        &self.options
    }

    /// The character set of a text document (`WS_XML_WRITER_PROPERTY_CHARSET`).
    ///
    /// # Errors
    /// `InvalidOperation` in an encoding that has none.
    pub fn charset(&self) -> Result<Charset> {
        self.encoder.charset().ok_or_else(|| Error::operation("only text documents have a character set"))
    }

    /// Whether the value of an attribute is being written (`WS_XML_WRITER_PROPERTY_IN_ATTRIBUTE`).
    pub fn in_attribute(&self) -> bool {
        self.state == State::Attribute
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.elements.len()
    }

    /// A prefix in scope that is bound to the namespace: `WsGetPrefixFromNamespace`.
    ///
    /// Declarations of a start tag that is still being written do not count (WWSAPI F.2). `None` if there is
    /// none.
    pub fn prefix_from_namespace(&self, ns: &str) -> Option<&str> {
        if ns == XMLNS_NAMESPACE {
            return Some("xmlns");
        }
        let visible = match self.elements.last() {
            Some(element) if matches!(self.state, State::Tag | State::Attribute) => {
                element.first_binding as usize
            }
            _ => self.scopes.len(),
        };
        self.scopes.find_namespace(ns, visible, true).map(|id| self.scopes.prefix(id))
    }

    /// Makes the writer fail, because what it wrote did not arrive or a callback failed.
    pub fn fail(&mut self, error: Error) {
        self.state = State::Failed;
        self.failure = Some(error);
    }

    fn start_document(&mut self) {
        if self.options.allow_fragment && self.encoder.has_parts() {
            // WWSAPI P.2 #1.
            self.fail(Error::argument(
                "allow_fragment cannot be set with MTOM: its document has one root element",
            ));
            return;
        }
        self.encoder.begin(&mut self.out);
        if self.options.write_declaration {
            self.encoder.declaration(&mut self.out);
        }
        self.document_start = self.out.len();
        self.has_root = self.encoder.has_root();
    }

    /// The start tag being written.
    fn tag_scope(&self) -> TagScope {
        let (element, first) =
            self.elements.last().map_or((UNBOUND, 0), |e| (e.binding, e.first_binding as usize));
        TagScope { element, first, depth: self.elements.len() }
    }

    /// Passes a result on; an error that is more than misuse makes the writer fail.
    #[inline]
    fn settle<T>(&mut self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) if self.out.len() <= self.options.buffer_max_size => Ok(value),
            Ok(_) => Err(self.too_large()),
            Err(error) => Err(self.note(error)),
        }
    }

    #[cold]
    fn too_large(&mut self) -> Error {
        let max = self.options.buffer_max_size;
        let error = Error::quota(format!(
            "more than {max} bytes wait in the writer: flush it in time, or raise buffer_max_size"
        ));
        self.note(error)
    }

    #[cold]
    fn note(&mut self, error: Error) -> Error {
        if !matches!(error.code(), ErrorCode::InvalidOperation | ErrorCode::InvalidArgument) {
            self.fail(error.clone());
        }
        error
    }

    /// Why a call is not allowed in the present state.
    #[cold]
    fn not_now(&self, call: &str) -> Error {
        let why = match self.state {
            State::Failed => {
                return self.failure.clone().unwrap_or_else(|| Error::operation("the writer failed"));
            }
            State::Closed => "the document is complete: give the writer a new output",
            State::Attribute => "an attribute is being written: end it first",
            State::CData => "a CDATA section is being written: end it first",
            State::Tag => "a start tag is being written: end it first",
            State::Content | State::Pending => "no start tag is being written",
        };
        Error::operation(format!("{call} is not allowed here: {why}"))
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("state", &self.state)
            .field("depth", &self.elements.len())
            .field("waiting", &self.out.len())
            .finish_non_exhaustive()
    }
}
