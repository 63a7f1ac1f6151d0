//! The object behind `WS_XML_READER`.

use super::present::{Present, Strings};
use crate::{
    abi::{WS_READ_CALLBACK, WS_XML_NODE, WS_XML_STRING},
    dictionary::Known,
    handle::{Handle, Tag},
    heap::WS_HEAP,
    link::Link,
    ptr::{Ptr, Void},
    sink::Sink,
    text,
};
use std::{
    cell::{RefCell, RefMut},
    rc::Rc,
};
use wws::{
    Error, Result,
    xml::{Reader, ReaderOptions, XmlStr},
};

/// A reader of the core, and what it is connected with.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_XML_READER {
    tag: Tag,
    state: RefCell<State>,
}

/// Where the document comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// Memory of the program, or nowhere: then the reader stands at the end.
    Memory,
    /// A read callback, asked by `WsFillReader`.
    Stream(Stream),
    /// An XML buffer: its handle, as `WsGetReaderPosition` gives it back.
    Buffer(Void),
    /// A channel: the body of a message, filled by `WsFillBody`.
    Channel,
}

impl Source {
    /// Whether what was read moves in memory when more comes.
    pub fn moves(&self) -> bool {
        matches!(self, Source::Stream(_) | Source::Channel)
    }
}

/// A read callback of the program.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    /// The function.
    pub callback: WS_READ_CALLBACK,
    /// What it is passed.
    pub state: Void,
    /// It said that there is no more.
    pub ended: bool,
    /// It is being asked.
    pub filling: bool,
}

/// What the reader works with.
#[derive(Debug)]
pub struct State {
    /// The reader of the core. What it borrows is memory of the program, which has to stay (WWSAPI E.1).
    pub core: Reader<'static>,
    /// Its own one, while that of a channel is lent to it.
    own: Option<Box<Reader<'static>>>,
    /// The properties of `WsCreateReader`, which each input starts with.
    pub defaults: Settings,
    /// Those of the present input.
    pub settings: Settings,
    /// Where the document comes from.
    pub source: Source,
    /// The channel, if that is it.
    pub link: Option<Rc<dyn Link>>,
    /// What C holds of the present node, but for what is allocated.
    pub present: Box<Present>,
    /// The rest of it: strings of streams, lists.
    pub nodes: WS_HEAP,
    /// The present node as C sees it, once it was asked for.
    pub node: Ptr<WS_XML_NODE>,
    /// The reader has moved since something was stored in `nodes`.
    pub stale: bool,
    /// The dictionaries of the input.
    pub dictionaries: Vec<Known>,
    /// Who gets the canonical form.
    pub canonical: Option<Sink>,
}

/// The properties of a reader.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Those that the core knows.
    pub core: ReaderOptions,
    /// `UTF8_TRIM_SIZE`; the core keeps no such buffer.
    pub utf8_trim_size: u32,
}

impl Handle for WS_XML_READER {
    const TAG: u32 = 0x5758_5201;
    const NAME: &str = "WS_XML_READER";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

impl WS_XML_READER {
    /// A reader without input.
    pub fn new(defaults: Settings) -> Self {
        let state = State {
            core: Reader::new(defaults.core.clone()),
            own: None,
            link: None,
            settings: defaults.clone(),
            defaults,
            source: Source::Memory,
            present: Box::default(),
            nodes: WS_HEAP::new(usize::MAX, 4096),
            node: Ptr::NULL,
            stale: false,
            dictionaries: Vec::new(),
            canonical: None,
        };
        WS_XML_READER { tag: Tag::of::<WS_XML_READER>(), state: RefCell::new(state) }
    }

    /// The state, for one step; callbacks must not run meanwhile.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the reader, on another thread perhaps.
    #[inline]
    pub fn lock(&self) -> Result<RefMut<'_, State>> {
        self.state.try_borrow_mut().map_err(|_| in_use())
    }

    /// Makes a step of the core's reader, which may move it.
    ///
    /// # Errors
    /// Those of the step, and of the callback that gets the canonical form.
    #[inline]
    pub fn with<T>(&self, step: impl FnOnce(&mut Reader<'static>) -> Result<T>) -> Result<T> {
        let mut state = self.lock()?;
        state.moved();
        let result = step(&mut state.core);
        if state.canonical.is_some() {
            drop(state);
            self.settle()?;
        }
        result
    }

    /// Hands out the canonical form, if there is one, after a step.
    ///
    /// # Errors
    /// What the callback returned.
    pub fn settle(&self) -> Result<()> {
        let sink = self.lock()?.canonical;
        sink.map_or(Ok(()), |sink| self.hand_out(sink))
    }

    /// Hands out the canonical form as far as it is due.
    ///
    /// # Errors
    /// What the callback returned.
    pub fn hand_out(&self, sink: Sink) -> Result<()> {
        loop {
            // The lock is gone when the callback runs.
            let piece = self.lock()?.core.take_canonical_output();
            match piece {
                Some(piece) => sink.write(&piece)?,
                None => return Ok(()),
            }
        }
    }

    /// A name that C passed, as the core takes it.
    ///
    /// # Errors
    /// `E_INVALIDARG` or `WS_E_INVALID_FORMAT` if it has no bytes, or they are not UTF-8.
    #[inline(always)]
    pub fn name<'a>(&self, string: &'a WS_XML_STRING, what: &str) -> Result<XmlStr<'a>> {
        let text = text::xml(string, what)?;
        if string.dictionary.is_null() { Ok(XmlStr::plain(text)) } else { self.dictionary_name(string, text) }
    }

    #[inline(never)]
    fn dictionary_name<'a>(&self, string: &WS_XML_STRING, text: &'a str) -> Result<XmlStr<'a>> {
        let state = self.lock()?;
        let known = state.dictionaries.iter().find(|k| k.pointer == string.dictionary);
        Ok(known.map_or(XmlStr::plain(text), |k| XmlStr::in_dictionary(text, k.core.key(), string.id)))
    }
}

impl State {
    /// Reads the body of a message of a channel, until [`give_back`](Self::give_back).
    pub fn lend(&mut self, mut core: Box<Reader<'static>>) {
        std::mem::swap(&mut self.core, &mut *core);
        self.own = Some(core);
        self.source = Source::Channel;
        self.dictionaries.clear();
        self.canonical = None;
        self.moved();
    }

    /// Gives the reader back to its channel; nothing is left to read.
    pub fn give_back(&mut self) -> Box<Reader<'static>> {
        self.source = Source::Memory;
        self.moved();
        let own = self.own.take();
        let mut core = own.unwrap_or_else(|| Box::new(Reader::new(self.defaults.core.clone())));
        std::mem::swap(&mut self.core, &mut *core);
        core
    }

    /// Says that what C holds of the present node is no longer valid.
    #[inline]
    pub fn moved(&mut self) {
        self.stale = true;
        self.node = Ptr::NULL;
    }

    /// Room for what C may hold until the reader moves.
    pub fn fresh(&mut self) -> &WS_HEAP {
        if self.stale {
            self.nodes.reset();
            self.stale = false;
        }
        &self.nodes
    }

    /// How strings are shown to C.
    pub fn strings(&self) -> Strings<'_> {
        Strings::new(self.source.moves(), &self.nodes, &self.dictionaries)
    }
}

#[cold]
fn in_use() -> Error {
    Error::operation("the reader is in use by another call")
}
