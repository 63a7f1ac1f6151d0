//! [`Reader`]: one reader over all encodings, from memory or from a stream that is fed to it.

mod attribute;
mod borrowed;
mod buffer;
mod canonical;
mod content;
mod copy;
mod decoder;
mod element;
mod encoding;
mod names;
mod node;
mod stream;
mod value;

pub use crate::xml::{
    binary::{BinaryDictionaries, Dynamic},
    decode::ReaderOptions,
    dictionary::DictionaryRef,
};
pub(crate) use copy::Copy;
pub use encoding::{ReaderEncoding, ReaderInput};
pub use names::QName;
pub use node::{Attribute, Attributes, Element, Node};
pub use value::ReadValue;

use crate::{
    Error, Place, Result,
    xml::{
        Charset, NodeType,
        decode::{Bad, Core, Leave, Stop},
    },
};
use content::Partial;
use decoder::Decoder;
use node::View;

/// Reads a document node by node, or value by value: `WS_XML_READER`.
///
/// A reader stands on a node, at first on [`NodeType::Bof`]. [`read_node`](Self::read_node) moves it to the
/// next one; the calls of level 2, such as [`read_to_start_element`](Self::read_to_start_element) and
/// [`read_value`](Self::read_value), skip white space and comments and check what they find.
///
/// ```
/// use wws_core::xml::{NodeType, Reader};
/// let mut reader = Reader::text(b"<order xmlns='urn:shop'><id>7</id><note>soon</note></order>");
/// reader.read_to_start_element("order", "urn:shop")?;
/// reader.read_start_element()?;
/// let id: u32 = reader.read_element_value("id", "urn:shop")?;
/// let note: String = reader.read_element_value("note", "urn:shop")?;
/// reader.read_end_element()?;
/// assert_eq!((id, &*note, reader.node_type()), (7, "soon", NodeType::Eof));
/// # Ok::<(), wws_core::Error>(())
/// ```
///
/// # Input that is not there yet
///
/// A reader does no I/O. When a call needs bytes of a [stream](Self::stream) that were not fed, it returns an
/// error for which [`Error::needs_input`] is true, and nothing is lost: feed more and make the same call again.
///
/// # Failure
///
/// After malformed input a reader keeps failing with the same error, until [`set_input`](Self::set_input).
/// A call that is wrong for the present node ([`InvalidOperation`](crate::ErrorCode::InvalidOperation)) changes
/// nothing.
#[derive(Debug)]
pub struct Reader<'a> {
    decoder: Decoder<'a>,
    core: Core,
    failure: Option<Error>,
    /// The attribute whose value is being read.
    attribute: Option<usize>,
    /// Bytes of the present text that were read.
    consumed: usize,
    partial: Partial,
    canonical: Option<Box<canonical::Tee>>,
}

impl<'a> Reader<'a> {
    /// A reader without input: it stands on EOF.
    pub fn new(options: ReaderOptions) -> Self {
        Reader {
            decoder: Decoder::Empty,
            core: Core::new(options),
            failure: None,
            attribute: None,
            consumed: 0,
            partial: Partial::default(),
            canonical: None,
        }
    }

    /// Reads text from memory; the charset is found from byte order mark and declaration.
    pub fn text(bytes: &'a [u8]) -> Self {
        Self::with_input(ReaderEncoding::text(), bytes.into())
    }

    /// Reads binary from memory, with the dictionary of SOAP and WCF.
    pub fn binary(bytes: &'a [u8]) -> Self {
        Self::with_input(ReaderEncoding::binary(), bytes.into())
    }

    /// Reads what will be fed with [`spare`](Self::spare) and [`commit`](Self::commit), or
    /// [`feed`](Self::feed).
    pub fn stream(encoding: ReaderEncoding) -> Self {
        Self::with_input(encoding, ReaderInput::Stream)
    }

    /// Reads a document in any encoding from anywhere.
    pub fn with_input(encoding: ReaderEncoding, input: ReaderInput<'a>) -> Self {
        let mut reader = Self::new(ReaderOptions::default());
        reader.set_input(encoding, input);
        reader
    }

    /// The same with other options. To be called before the first read.
    pub fn with_options(mut self, options: ReaderOptions) -> Self {
        self.core.options = options;
        self
    }

    /// Starts with another document; keeps options, and memory for the next tags. `WsSetInput`.
    pub fn set_input(&mut self, encoding: ReaderEncoding, input: ReaderInput<'a>) {
        self.forget();
        let session = std::mem::replace(&mut self.decoder, Decoder::Empty).into_session(&encoding);
        self.decoder = Decoder::new(encoding, input, session);
    }

    /// Forgets the strings of a binary session: the next document starts another one.
    pub fn end_session(&mut self) {
        self.forget();
        self.decoder = Decoder::Empty;
    }

    /// Forgets the document.
    fn forget(&mut self) {
        self.core.reset();
        self.failure = None;
        self.attribute = None;
        self.consumed = 0;
        self.partial.clear();
        self.canonical = None;
    }

    /// The options, which take effect on the next read.
    pub fn options_mut(&mut self) -> &mut ReaderOptions {
        &mut self.core.options
    }

    /// The options.
    pub fn options(&self) -> &ReaderOptions {
        &self.core.options
    }

    /// Moves to the next node. On EOF it stays there. `WsReadNode`.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat), with a place: the document is malformed.
    /// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): a limit of [`ReaderOptions`], or
    /// [more input is needed](Error::needs_input).
    #[inline]
    pub fn read_node(&mut self) -> Result<NodeType> {
        self.ready()?;
        self.advance()?;
        Ok(self.core.kind)
    }

    /// Fails if the reader failed, or stands in an attribute. Forgets what another call left unfinished.
    #[inline]
    fn ready(&mut self) -> Result<()> {
        if self.failure.is_some() || self.attribute.is_some() || self.partial.is_any() {
            return self.not_ready();
        }
        Ok(())
    }

    #[cold]
    fn not_ready(&mut self) -> Result<()> {
        let owed = matches!(self.partial, Partial::Owed);
        self.partial.clear();
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if self.attribute.is_some() {
            return Err(Error::operation("the reader stands in an attribute; call read_end_attribute first"));
        }
        if owed { self.pay() } else { Ok(()) }
    }

    /// Moves to the next node; the caller has seen that the reader may.
    #[inline]
    fn advance(&mut self) -> Result<()> {
        if self.canonical.is_some() { self.advance_canonical() } else { self.step() }
    }

    #[inline]
    fn step(&mut self) -> Result<()> {
        if self.core.leave == Leave::EmptyElement {
            self.core.commit_end();
        } else if let Err(stop) = self.decoder.next(&mut self.core) {
            self.step_after(stop)?;
        }
        self.consumed = 0;
        Ok(())
    }

    /// Gets more input, if there is some, and tries again.
    #[cold]
    fn step_after(&mut self, mut stop: Stop) -> Result<()> {
        loop {
            self.stopped(stop)?;
            match self.decoder.next(&mut self.core) {
                Ok(()) => return Ok(()),
                Err(again) => stop = again,
            }
        }
    }

    /// What to do when there is no next node: `Ok` is to try again.
    #[cold]
    fn stopped(&mut self, stop: Stop) -> Result<()> {
        let bad = match stop.into_bad() {
            // A node that is not there any more is no fault of the document.
            Some(bad) if bad.error.is_misuse() => return Err(bad.error),
            Some(bad) => bad,
            None => match self.decoder.more(&self.core) {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(Error::more_input()),
                Err(bad) => bad,
            },
        };
        Err(self.bad(bad))
    }

    /// Fails for good because of the input.
    #[cold]
    fn bad(&mut self, bad: Bad) -> Error {
        let place = self.decoder.place_of(bad.at);
        self.fail(bad.error.at(place))
    }

    /// Makes the reader fail for good, because what it read is not what the caller can use: it returns this error
    /// until [`set_input`](Self::set_input). The error gets the place of the present node, unless it has one.
    #[cold]
    pub fn fail(&mut self, error: Error) -> Error {
        if error.needs_input() {
            return error;
        }
        let error = error.at(self.place());
        self.core.kind = NodeType::Eof;
        self.core.leave = Leave::Nothing;
        self.failure = Some(error.clone());
        error
    }

    /// The kind of the present node.
    #[inline]
    pub fn node_type(&self) -> NodeType {
        self.core.kind
    }

    /// The present node. `WsGetReaderNode`.
    #[inline]
    pub fn node(&self) -> Node<'_> {
        self.view().node()
    }

    /// The element the reader stands on, if it stands on one.
    #[inline]
    pub fn element(&self) -> Option<Element<'_>> {
        (self.core.kind == NodeType::Element).then(|| Element::of(self.view()))
    }

    #[inline]
    fn view(&self) -> View<'_> {
        View { core: &self.core, decoder: &self.decoder }
    }

    /// How many elements are open around the present node; a start or end tag counts its own.
    pub fn depth(&self) -> usize {
        self.core.scope.depth()
    }

    /// Where the present node starts: rows and columns of text from 0, and bytes from the start of the input.
    pub fn place(&self) -> Place {
        self.decoder.place()
    }

    /// The charset of a text document, as soon as enough bytes are there to tell.
    pub fn charset(&self) -> Option<Charset> {
        self.decoder.charset()
    }

    /// The error after which the reader reads no more.
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }
}
