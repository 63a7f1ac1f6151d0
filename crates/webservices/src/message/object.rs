//! The object behind `WS_MESSAGE`.

use crate::{
    abi::{WS_MESSAGE_DONE_CALLBACK, WS_PROTECTION_LEVEL, WS_PROTECTION_LEVEL_NONE},
    buffer::object::WS_XML_BUFFER,
    callback,
    handle::{Handle, Tag},
    heap::WS_HEAP,
    link::Link,
    ptr::{Ptr, Void},
    reader::object::{Settings, WS_XML_READER},
    writer::object::WS_XML_WRITER,
};
use std::{
    cell::{RefCell, RefMut},
    rc::Rc,
};
use wws::{
    Error, Result,
    soap::{Message, MessageState},
    xml::{ReaderOptions, WriterOptions},
};

/// A message of the core, and what it is connected with.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_MESSAGE {
    tag: Tag,
    /// What C holds of the message until it is reset.
    pub heap: WS_HEAP,
    state: RefCell<State>,
}

/// What the message works with.
#[derive(Debug)]
pub struct State {
    /// The message of the core.
    pub core: Message,
    /// The reader or writer of the body, from the start to the end.
    pub body: Body,
    /// The channel that the body goes over, if one does.
    pub link: Option<Rc<dyn Link>>,
    /// Who is told when that is let go.
    done: Option<(WS_MESSAGE_DONE_CALLBACK, Void)>,
    /// The header buffer, once C has asked for it.
    pub buffer: Ptr<WS_XML_BUFFER>,
    /// Properties for readers of the body that others make.
    pub reader: Settings,
    /// Properties for writers of the body that others make.
    pub writer: WriterOptions,
    /// What is known about the sender.
    pub sender: Sender,
}

/// Where the body is read from or written to.
#[derive(Clone, Copy, Debug, Default)]
pub enum Body {
    /// Nowhere.
    #[default]
    None,
    /// This reader.
    Reader(Ptr<WS_XML_READER>),
    /// This writer.
    Writer(Ptr<WS_XML_WRITER>),
}

/// What a channel found out about the sender (WWSAPI P.7 #14 to #21).
#[derive(Clone, Debug)]
pub struct Sender {
    /// `USERNAME`, in UTF-16.
    pub username: Option<Box<[u16]>>,
    /// `ENCODED_CERT`.
    pub certificate: Option<Box<[u8]>>,
    /// The three tokens of Windows: handles that only the program knows the meaning of.
    pub tokens: [Void; 3],
    /// `SAML_ASSERTION`.
    pub saml: Ptr<WS_XML_BUFFER>,
    /// `SECURITY_CONTEXT`.
    pub context: Void,
    /// `PROTECTION_LEVEL`.
    pub protection: WS_PROTECTION_LEVEL,
}

impl Default for Sender {
    fn default() -> Self {
        Sender {
            username: None,
            certificate: None,
            tokens: [Void::NULL; 3],
            saml: Ptr::NULL,
            context: Void::NULL,
            protection: WS_PROTECTION_LEVEL_NONE,
        }
    }
}

impl Handle for WS_MESSAGE {
    const TAG: u32 = 0x574D_5301;
    const NAME: &str = "WS_MESSAGE";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

impl WS_MESSAGE {
    /// An empty message.
    pub fn new(core: Message, heap: WS_HEAP, reader: Settings, writer: WriterOptions) -> Self {
        let state = State {
            core,
            body: Body::None,
            link: None,
            done: None,
            buffer: Ptr::NULL,
            reader,
            writer,
            sender: Sender::default(),
        };
        WS_MESSAGE { tag: Tag::of::<WS_MESSAGE>(), heap, state: RefCell::new(state) }
    }

    /// The state, for one step; callbacks must not run meanwhile.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the message, on another thread perhaps.
    pub fn lock(&self) -> Result<RefMut<'_, State>> {
        self.state.try_borrow_mut().map_err(|_| Error::operation("the message is in use by another call"))
    }

    /// Makes a step of the core's message, and brings the header buffer that C holds up to date.
    ///
    /// # Errors
    /// Those of the step.
    pub fn with<T>(&self, step: impl FnOnce(&mut Message) -> Result<T>) -> Result<T> {
        let mut state = self.lock()?;
        let result = step(&mut state.core)?;
        if !state.buffer.is_null() {
            state.core.header_buffer()?;
        }
        Ok(result)
    }

    /// The reader of the body.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if the message is not being read.
    pub fn reader<'a>(&self) -> Result<&'a WS_XML_READER> {
        let state = self.lock()?;
        match (state.core.state(), state.body) {
            (MessageState::Reading, Body::Reader(reader)) => {
                WS_XML_READER::find(reader, "the reader of the body")
            }
            _ => Err(Error::operation("the message is not being read: it has no body reader")),
        }
    }

    /// The writer of the body.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if the message is not being written.
    pub fn writer<'a>(&self) -> Result<&'a WS_XML_WRITER> {
        let state = self.lock()?;
        match (state.core.state(), state.body) {
            (MessageState::Writing, Body::Writer(writer)) => {
                WS_XML_WRITER::find(writer, "the writer of the body")
            }
            _ => Err(Error::operation("the message is not being written: it has no body writer")),
        }
    }

    /// The heap for a value: the one given, or that of the message.
    pub fn heap_or<'a>(&'a self, heap: Option<&'a WS_HEAP>) -> &'a WS_HEAP {
        heap.unwrap_or(&self.heap)
    }

    /// Makes the message empty and tells the program that its reader or writer is free.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the message.
    pub fn reset(&self) -> Result<()> {
        let done = {
            let mut state = self.lock()?;
            state.core.reset();
            state.body = Body::None;
            state.link = None;
            state.buffer = Ptr::NULL;
            state.sender = Sender::default();
            state.done.take()
        };
        self.heap.reset();
        if let Some((callback, state)) = done {
            callback::message_done(callback, state);
        }
        Ok(())
    }
}

impl State {
    /// Notes where the body is, and who is told when that is over.
    pub fn start(&mut self, body: Body, callback: WS_MESSAGE_DONE_CALLBACK, state: Void) {
        self.body = body;
        self.link = None;
        self.done = callback.is_some().then_some((callback, state));
    }
}

/// The properties that readers start with.
pub fn reader_settings() -> Settings {
    Settings { core: ReaderOptions::default(), utf8_trim_size: 4096 }
}
