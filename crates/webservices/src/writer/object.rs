//! The object behind `WS_XML_WRITER`.

use crate::{
    abi::{
        BOOL, WS_ASYNC_CONTEXT, WS_DYNAMIC_STRING_CALLBACK, WS_PUSH_BYTES_CALLBACK, WS_WRITE_CALLBACK,
        WS_XML_DICTIONARY, WS_XML_STRING,
    },
    callback,
    failure::WS_ERROR,
    handle::{Handle, Tag},
    heap::WS_HEAP,
    hresult::Status,
    link::Link,
    ptr::{Ptr, Void},
    runtime::SharedCall,
    sink::Sink,
    text,
};
use std::{
    cell::{RefCell, RefMut},
    collections::HashMap,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
};
use wws::{
    Error, Result,
    xml::{DictionaryKey, Writer, WriterEncoding, WriterOptions, XmlStr},
};

/// A writer of the core, and what it is connected with.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_XML_WRITER {
    tag: Tag,
    state: RefCell<State>,
}

/// Where the document goes.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Nowhere: the writer has no output, and every write fails.
    Nothing,
    /// It is collected (`WS_XML_WRITER_BUFFER_OUTPUT`).
    Memory,
    /// To a callback (`WS_XML_WRITER_STREAM_OUTPUT`).
    Stream(Sink),
    /// Into an XML buffer: its handle, as `WsGetWriterPosition` gives it back.
    Buffer(Void),
    /// To a channel: the body of a message, sent by `WsFlushBody` and the end of the message.
    Channel,
}

/// A push callback of the program.
#[derive(Clone, Copy, Debug)]
pub struct PushCallback {
    /// The function.
    pub callback: WS_PUSH_BYTES_CALLBACK,
    /// What it is passed.
    pub state: Void,
}

impl PushCallback {
    /// Lets the program push to `write`.
    ///
    /// # Errors
    /// What the callback returned.
    pub fn push(
        self,
        write: WS_WRITE_CALLBACK,
        write_state: Void,
        context: Ptr<WS_ASYNC_CONTEXT>,
        error: Ptr<WS_ERROR>,
    ) -> Result<Status> {
        callback::push(self.callback, self.state, write, write_state, context, error)
    }
}

/// What a dynamic string callback said, by dictionary and number there.
pub type Answers = Arc<Mutex<HashMap<(DictionaryKey, u32), Option<u32>>>>;

/// The dynamic string callback of the program, and what it said.
///
/// It is asked before the core's writer comes to the string, so that nothing is borrowed while it runs.
#[derive(Clone, Debug)]
pub struct DynamicStrings {
    /// The function.
    pub callback: WS_DYNAMIC_STRING_CALLBACK,
    /// What it is passed.
    pub state: Void,
    /// Its answers; the core looks here.
    pub answers: Answers,
}

impl DynamicStrings {
    /// Asks once for each string.
    fn ask(&self, key: DictionaryKey, string: &WS_XML_STRING) -> Result<()> {
        let known =
            self.answers.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&(key, string.id));
        if known {
            return Ok(());
        }
        let (mut found, mut id): (BOOL, u32) = (0, 0);
        let (found_place, id_place) = (Ptr::new(&raw mut found), Ptr::new(&raw mut id));
        callback::dynamic_string(
            self.callback,
            self.state,
            Ptr::to(string),
            found_place,
            id_place,
            Ptr::NULL,
        )?;
        let answer = (found != 0).then_some(id);
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert((key, string.id), answer);
        Ok(())
    }
}

/// What the writer works with.
#[derive(Debug)]
pub struct State {
    /// The writer of the core. Without an output it is a spare one.
    pub core: Writer,
    /// Its own one, while that of a channel is lent to it.
    own: Option<Box<Writer>>,
    /// The properties of `WsCreateWriter`, which each output starts with.
    pub defaults: WriterOptions,
    /// Where the document goes.
    pub target: Target,
    /// The channel, if that is it.
    pub link: Option<Rc<dyn Link>>,
    /// Push callbacks that are called at a flush, by their number.
    pub sources: HashMap<u64, PushCallback>,
    /// The number of the next one.
    pub next_source: u64,
    /// The dictionaries whose strings were written, with the keys that the core knows them by.
    pub dictionaries: Vec<(Ptr<WS_XML_DICTIONARY>, DictionaryKey)>,
    /// The key of the static dictionary.
    pub fixed: Option<DictionaryKey>,
    /// Who knows the numbers of strings that are not in the static dictionary.
    pub dynamic: Option<DynamicStrings>,
    /// Who gets the canonical form.
    pub canonical: Option<Sink>,
    /// Results that C holds: a prefix, a list of buffers.
    pub results: WS_HEAP,
    /// Of the writer of a channel: the call that sends at the moment.
    pub call: SharedCall,
}

impl Handle for WS_XML_WRITER {
    const TAG: u32 = 0x5758_5701;
    const NAME: &str = "WS_XML_WRITER";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

impl WS_XML_WRITER {
    /// A writer without output.
    pub fn new(defaults: WriterOptions) -> Self {
        let state = State {
            core: Writer::new(wws::xml::Charset::Utf8, WriterOptions::default()),
            own: None,
            link: None,
            defaults,
            target: Target::Nothing,
            sources: HashMap::new(),
            next_source: 0,
            dictionaries: Vec::new(),
            fixed: None,
            dynamic: None,
            canonical: None,
            results: WS_HEAP::new(usize::MAX, 4096),
            call: SharedCall::default(),
        };
        WS_XML_WRITER { tag: Tag::of::<WS_XML_WRITER>(), state: RefCell::new(state) }
    }

    /// The state, for one step; callbacks must not run meanwhile.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the writer, on another thread perhaps.
    #[inline]
    pub fn lock(&self) -> Result<RefMut<'_, State>> {
        self.state.try_borrow_mut().map_err(|_| in_use())
    }

    /// Makes a step of the core's writer.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` without an output; those of the step.
    #[inline]
    pub fn with<T>(&self, step: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T> {
        let mut state = self.lock()?;
        state.check_output()?;
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

    /// Whether the writer writes into the object at this address.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the writer.
    pub fn writes_to<T>(&self, object: &T) -> Result<bool> {
        Ok(matches!(self.lock()?.target, Target::Buffer(handle) if handle == Ptr::to(object).cast()))
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
        let mut state = self.lock()?;
        let known = state.dictionaries.iter().find(|(dictionary, _)| *dictionary == string.dictionary);
        let key = match (known, &state.dynamic) {
            (Some((_, key)), _) => *key,
            // Only binary has numbers for strings.
            (None, None) => return Ok(XmlStr::plain(text)),
            (None, Some(_)) => {
                let key = DictionaryKey::unique();
                state.dictionaries.push((string.dictionary, key));
                key
            }
        };
        let is_static = state.fixed == Some(key);
        let dynamic = if is_static { None } else { state.dynamic.clone() };
        drop(state);
        if let Some(dynamic) = dynamic {
            dynamic.ask(key, string).inspect_err(|error| {
                if let Ok(mut state) = self.lock() {
                    state.core.fail(error.clone());
                }
            })?;
        }
        Ok(XmlStr::in_dictionary(text, key, string.id))
    }
}

impl State {
    /// Writes the body of a message of a channel, until [`give_back`](Self::give_back).
    pub fn lend(&mut self, mut core: Box<Writer>) {
        std::mem::swap(&mut self.core, &mut *core);
        self.own = Some(core);
        self.target = Target::Channel;
        self.sources.clear();
        self.dictionaries.clear();
        (self.fixed, self.dynamic, self.canonical) = (None, None, None);
    }

    /// Gives the writer back to its channel; this one has no output then.
    pub fn give_back(&mut self) -> Box<Writer> {
        self.target = Target::Nothing;
        let own = self.own.take();
        let mut core =
            own.unwrap_or_else(|| Box::new(Writer::new(wws::xml::Charset::Utf8, WriterOptions::default())));
        std::mem::swap(&mut self.core, &mut *core);
        core
    }

    /// Starts a document.
    pub fn begin(&mut self, encoding: WriterEncoding, options: WriterOptions, target: Target) {
        self.core.set_output(encoding, options);
        self.target = target;
        self.sources.clear();
        self.dictionaries.clear();
        (self.fixed, self.dynamic, self.canonical) = (None, None, None);
    }

    /// Fails if there is no output.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION`.
    #[inline]
    pub fn check_output(&self) -> Result<()> {
        match self.target {
            Target::Nothing => Err(no_output()),
            _ => Ok(()),
        }
    }
}

#[cold]
fn no_output() -> Error {
    Error::operation("the writer has no output: call WsSetOutput or WsSetOutputToBuffer first")
}

#[cold]
fn in_use() -> Error {
    Error::operation("the writer is in use by another call")
}
