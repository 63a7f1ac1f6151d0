//! The MTOM decoder: the text decoder over the root part, with the content of other parts in place of `xop:Include`.

mod include;
mod memory;
mod part;
mod stream;

pub use part::MtomInput;

use include::{Include, Sole};
use memory::Memory;
use part::missing_part;
use std::borrow::Cow;
use stream::{Progress, Stream};

use crate::{
    Error, Place, Result,
    xml::{
        Charset, NodeType,
        decode::{Bad, Core, Leave, ReaderOptions, Span, Stop, Strings, Value},
        text::{decode::TextDecoder, input::TextInput},
    },
};

/// Reads nodes from an MTOM message.
#[derive(Debug)]
pub(crate) struct MtomDecoder<'a> {
    text: TextDecoder<'a>,
    package: Package<'a>,
    input: MtomInput,
    state: State,
    /// What was seen in the innermost element.
    sole: Sole,
    /// Where the document starts in the message.
    root_offset: u64,
    /// The header of the root part names a charset.
    is_labelled: bool,
    shown: Shown,
}

/// Whether the present node is one that `next` returned.
///
/// While an Include is read it is not: the Include itself is no node. If the input ends there for now, an empty text is
/// returned in its place, so that a call that is made again finds the node it left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Yes,
    No,
    /// To be returned.
    Next,
}

#[derive(Debug)]
enum Package<'a> {
    /// Nothing was looked at yet.
    Unread(&'a [u8]),
    Memory(Box<Memory<'a>>),
    Stream(Box<Stream>),
}

/// What [`MtomDecoder::next`] is about.
#[derive(Debug)]
enum State {
    /// The headers of the root part.
    Start,
    Document,
    /// In an `xop:Include`.
    Include(Include),
    /// Its part is looked for.
    Find(Include),
    /// Its part is read.
    Content,
    /// The document has ended, the message has not.
    Drain,
    End,
}

impl<'a> MtomDecoder<'a> {
    pub(crate) fn memory(input: MtomInput, bytes: &'a [u8]) -> Self {
        Self::new(input, Package::Unread(bytes))
    }

    pub(crate) fn stream(input: MtomInput) -> Self {
        let stream = Stream::new(input.store.clone());
        Self::new(input, Package::Stream(Box::new(stream)))
    }

    fn new(input: MtomInput, package: Package<'a>) -> Self {
        let text = TextDecoder::new(TextInput::stream(None));
        MtomDecoder {
            text,
            package,
            input,
            state: State::Start,
            sole: Sole::default(),
            root_offset: 0,
            is_labelled: false,
            shown: Shown::Yes,
        }
    }

    /// Reads one node.
    pub(crate) fn next(&mut self, core: &mut Core) -> Result<NodeType, Stop> {
        let kind = if self.shown == Shown::Next { NodeType::Text } else { self.find_node(core)? };
        self.shown = Shown::Yes;
        Ok(kind)
    }

    fn find_node(&mut self, core: &mut Core) -> Result<NodeType, Stop> {
        loop {
            match &mut self.state {
                State::Start => {
                    if self.start(&core.options).map_err(|e| self.bad(e))? == Progress::More {
                        return Err(Stop::MORE);
                    }
                    self.state = State::Document;
                }
                State::Document => {
                    self.text.next(core)?;
                    let kind = core.kind;
                    if let Some(kind) = self.document_node(core, kind)? {
                        return Ok(kind);
                    }
                }
                State::Include(include) => {
                    self.text.next(core)?;
                    let mut kind = core.kind;
                    let at = self.text.input.token;
                    include.node(core, kind, &self.text.strings(core)).map_err(|error| Bad { at, error })?;
                    if core.leave == Leave::EmptyElement {
                        kind = core.commit_end();
                    }
                    if kind == NodeType::EndElement && core.scope.depth() == include.depth {
                        self.state = State::Find(std::mem::take(include));
                    }
                    hide(core, NO_BYTES);
                }
                State::Find(include) => {
                    let found = match &mut self.package {
                        Package::Memory(memory) => memory.include(&include.id).map(|()| Progress::Done),
                        Package::Stream(stream) => stream.include(&include.id, &mut self.text.input),
                        Package::Unread(_) => Err(missing_part(&include.id)),
                    };
                    match found.map_err(|e| e.at(include.place)) {
                        Ok(Progress::Done) => self.state = State::Content,
                        Ok(Progress::More) => return Err(Stop::MORE),
                        Err(e) => return Err(self.bad(e).into()),
                    }
                }
                State::Content => match self.next_piece().map_err(|e| self.bad(e))? {
                    (Progress::More, _) => return Err(Stop::MORE),
                    (Progress::Done, true) => {
                        let len = self.piece().len();
                        return Ok(core.commit(NodeType::Text, Value::Bytes(Span::new(0, len))));
                    }
                    (Progress::Done, false) => {
                        hide(core, NO_BYTES);
                        self.sole = Sole::Included;
                        self.state = State::Document;
                    }
                },
                State::Drain => {
                    if let Package::Stream(stream) = &mut self.package
                        && stream.drain().map_err(|e| self.bad(e))? == Progress::More
                    {
                        return Err(Stop::MORE);
                    }
                    self.state = State::End;
                }
                State::End => return Ok(core.commit(NodeType::Eof, Value::EMPTY)),
            }
        }
    }

    /// What to do when there is no next node for want of input: true is to try again.
    pub(crate) fn more(&mut self, core: &Core) -> Result<bool, Bad> {
        let has_more = matches!(self.state, State::Document | State::Include(_)) && self.more_text(core)?;
        if !has_more && self.shown == Shown::No {
            self.shown = Shown::Next;
            return Ok(true);
        }
        Ok(has_more)
    }

    fn more_text(&mut self, core: &Core) -> Result<bool, Bad> {
        if self.text.input.is_complete() {
            return Err(self.text.cut_short(core));
        }
        let is_extended = self.text.input.extend(&core.options)?;
        // XML 1.0 4.3.3: what the transport says needs no repetition in the document.
        self.text.input.needs_declaration &= !self.is_labelled;
        if is_extended {
            return Ok(true);
        }
        match &mut self.package {
            Package::Stream(stream) => match stream.feed_root(&mut self.text.input) {
                Ok(progress) => Ok(progress == Progress::Done),
                Err(error) => Err(Bad { at: self.text.input.pos, error }),
            },
            _ => Ok(false),
        }
    }

    /// Finds the root part and what its characters are.
    fn start(&mut self, options: &ReaderOptions) -> Result<Progress> {
        let (root, input) = match &mut self.package {
            Package::Stream(stream) => {
                stream.set_limits(options);
                let Some(root) = stream.find_root(&self.input.framed)? else { return Ok(Progress::More) };
                (root, None)
            }
            Package::Memory(memory) => (memory.root(), None),
            &mut Package::Unread(bytes) => {
                let memory = Memory::new(bytes, &self.input.framed, options.max_mime_parts)?;
                let input = memory.root_bytes()?;
                self.package = Package::Memory(Box::new(memory));
                let Package::Memory(memory) = &self.package else { return Ok(Progress::Done) };
                (memory.root(), Some(input))
            }
        };
        let charset = self.input.charset_of(root.charset.as_deref())?;
        let mut text = match input {
            Some(Cow::Borrowed(bytes)) => TextInput::memory(bytes, charset),
            _ => TextInput::stream(charset),
        };
        if let Some(Cow::Owned(bytes)) = input {
            feed(&mut text, &bytes);
            text.end();
        }
        self.root_offset = root.offset;
        self.is_labelled = root.charset.is_some();
        self.text = TextDecoder::new(text);
        Ok(Progress::Done)
    }

    /// Looks at a node of the document; `None` if it is none of the node model's.
    fn document_node(&mut self, core: &mut Core, kind: NodeType) -> Result<Option<NodeType>, Stop> {
        let at = self.text.input.token;
        if kind == NodeType::Eof {
            hide(core, Value::EMPTY);
            self.shown = Shown::No;
            self.state = State::Drain;
            return Ok(None);
        }
        let found = self.sole.node(core, kind, &self.text.strings(core));
        let Some(include) = found.map_err(|error| Bad { at, error })? else { return Ok(Some(kind)) };
        // To count lines takes a while, so it is done for an Include and not for each node.
        let include = Include { place: self.place(at), ..include };
        let is_empty = core.leave == Leave::EmptyElement;
        if is_empty {
            core.commit_end();
        }
        hide(core, NO_BYTES);
        self.shown = Shown::No;
        self.state = if is_empty { State::Find(include) } else { State::Include(include) };
        Ok(None)
    }

    fn next_piece(&mut self) -> Result<(Progress, bool)> {
        match &mut self.package {
            Package::Memory(memory) => Ok((Progress::Done, memory.next_piece()?)),
            Package::Stream(stream) => stream.next_piece(),
            Package::Unread(_) => Ok((Progress::Done, false)),
        }
    }

    fn piece(&self) -> &[u8] {
        match &self.package {
            Package::Memory(memory) => memory.piece(),
            Package::Stream(stream) => stream.piece(),
            Package::Unread(_) => &[],
        }
    }

    /// An error of the framing, which has its own place in the message.
    fn bad(&self, error: Error) -> Bad {
        Bad { at: self.text.input.token, error }
    }

    /// What the present node points into.
    pub(crate) fn strings<'s>(&'s self, core: &'s Core) -> Strings<'s> {
        let bytes = if matches!(self.state, State::Content) { self.piece() } else { &[] };
        Strings { bytes, ..self.text.strings(core) }
    }

    /// Whether a tag that is no `xop:Include` follows the present text.
    pub(crate) fn tag_follows(&self) -> bool {
        let input = &self.text.input;
        matches!(self.state, State::Document) && input.window().as_bytes()[input.pos..].starts_with(b"</")
    }

    /// The place of a byte of the window: rows and columns of the document, bytes of the message.
    pub(crate) fn place(&self, at: usize) -> Place {
        let place = self.text.input.place(at);
        Place { offset: self.root_offset + place.offset, ..place }
    }

    /// Where the present node starts in the window.
    pub(crate) fn token(&self) -> usize {
        self.text.input.token
    }

    pub(crate) fn charset(&self) -> Option<Charset> {
        self.text.input.charset()
    }

    /// Room for at least `min` bytes of a stream.
    pub(crate) fn spare(&mut self, min: usize) -> &mut [u8] {
        match &mut self.package {
            Package::Stream(stream) => stream.spare(min),
            _ => &mut [],
        }
    }

    /// `count` bytes of the spare room were filled.
    pub(crate) fn commit(&mut self, count: usize) {
        if let Package::Stream(stream) = &mut self.package {
            stream.commit(count);
        }
    }

    /// The stream has no more bytes.
    pub(crate) fn end(&mut self) {
        if let Package::Stream(stream) = &mut self.package {
            stream.end();
        }
    }

    /// Bytes that are there and not read.
    pub(crate) fn buffered(&self) -> usize {
        match &self.package {
            Package::Stream(stream) => stream.buffered() + self.text.input.buffered(),
            _ => self.text.input.buffered(),
        }
    }
}

const NO_BYTES: Value = Value::Bytes(Span { start: 0, len: 0 });

/// Puts an empty text in the place of a node that is none of the document's, or whose bytes are gone.
fn hide(core: &mut Core, value: Value) {
    core.kind = NodeType::Text;
    core.value = value;
}

fn feed(text: &mut TextInput<'_>, bytes: &[u8]) {
    text.spare(bytes.len())[..bytes.len()].copy_from_slice(bytes);
    text.commit(bytes.len());
}
