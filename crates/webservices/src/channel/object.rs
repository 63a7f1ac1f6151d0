//! The object behind `WS_CHANNEL`.

use super::settings::Settings;
use crate::{
    abi::WS_ASYNC_CONTEXT,
    failure::WS_ERROR,
    handle::{Handle, Tag},
    heap::WS_HEAP,
    hresult::Status,
    message::object::{Body, Link, WS_MESSAGE, reader_settings},
    ptr::Ptr,
    reader::object::WS_XML_READER,
    runtime,
    writer::object::WS_XML_WRITER,
};
use std::{
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use wws::{
    Error, ErrorCode, Result,
    channel::{Channel, ChannelState, ChannelType},
    transport::Abort,
    xml::{Reader, Writer},
};

/// A channel of the Rust interface, and the messages that are on their way over it.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_CHANNEL {
    tag: Tag,
    /// The type of the channel.
    pub kind: ChannelType,
    /// The listener that the channel is for; null for a client.
    pub listener: Ptr<()>,
    settings: Mutex<Settings>,
    core: Mutex<Arc<Channel>>,
    /// While the channel is being opened or accepted: which of them, and what ends it.
    beginning: Mutex<Option<(ChannelState, Abort)>>,
    /// The reader of the body that arrives.
    reader: WS_XML_READER,
    /// The writer of the body that leaves.
    writer: WS_XML_WRITER,
    /// The message that leaves, and the one that arrives.
    current: Mutex<[Ptr<WS_MESSAGE>; 2]>,
    /// Results that C holds: an address.
    pub results: WS_HEAP,
}

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Out.
    Send,
    /// In.
    Receive,
}

impl Handle for WS_CHANNEL {
    const TAG: u32 = 0x5743_4801;
    const NAME: &str = "WS_CHANNEL";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

/// Nothing panics while it holds one of our locks.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl WS_CHANNEL {
    /// A channel that is not open yet.
    ///
    /// # Errors
    /// `E_INVALIDARG` if the settings contradict each other.
    pub fn new(kind: ChannelType, settings: Settings, listener: Ptr<()>) -> Result<Self> {
        let core = make(kind, &settings)?;
        Ok(WS_CHANNEL {
            tag: Tag::of::<WS_CHANNEL>(),
            kind,
            listener,
            core: Mutex::new(core),
            beginning: Mutex::default(),
            reader: WS_XML_READER::new(reader_settings()),
            writer: WS_XML_WRITER::new(settings.binding.writer.clone()),
            settings: Mutex::new(settings),
            current: Mutex::new([Ptr::NULL; 2]),
            results: WS_HEAP::new(usize::MAX, 4096),
        })
    }

    /// The channel of the Rust interface.
    pub fn core(&self) -> Arc<Channel> {
        hold(&self.core).clone()
    }

    /// The properties; not to be held while something waits.
    pub fn settings(&self) -> MutexGuard<'_, Settings> {
        hold(&self.settings)
    }

    /// The state.
    pub fn state(&self) -> ChannelState {
        let beginning = hold(&self.beginning).as_ref().map(|(state, _)| *state);
        beginning.unwrap_or_else(|| self.core().state())
    }

    /// Changes properties before the channel is opened.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if it was opened; `E_INVALIDARG` if the properties contradict each other.
    pub fn change(&self, settings: Settings) -> Result<()> {
        if self.state() != ChannelState::Created {
            return Err(Error::operation("the property can be set before the channel is opened only"));
        }
        *hold(&self.core) = make(self.kind, &settings)?;
        *self.settings() = settings;
        Ok(())
    }

    /// Begins to open or to accept the channel. Done on the thread of the call, so that an abort right behind it counts.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` unless the channel was just created or reset.
    pub fn begin(&self, state: ChannelState) -> Result<Abort> {
        let mut beginning = hold(&self.beginning);
        if beginning.is_some() || self.core().state() != ChannelState::Created {
            return Err(Error::operation("the channel is in use: close and reset it first"));
        }
        let abort = Abort::new();
        *beginning = Some((state, abort.clone()));
        Ok(abort)
    }

    /// That is over. `core` is the channel that was accepted.
    pub fn begun(&self, core: Option<Channel>) {
        if let Some(core) = core {
            *hold(&self.core) = Arc::new(core);
        }
        *hold(&self.beginning) = None;
    }

    /// `WsAbortChannel`.
    pub fn abort(&self) {
        let beginning = hold(&self.beginning).as_ref().map(|(_, abort)| abort.clone());
        match beginning {
            Some(abort) => abort.abort(),
            None => self.core().abort(),
        }
    }

    /// Does the work of an exported function, at once or later. If the channel is aborted before the work has begun, it
    /// is aborted all the same (WWSAPI D.3).
    ///
    /// # Errors
    /// Those of the work, if it was done at once.
    pub fn run<S: Into<Status>>(
        &self,
        name: &'static str,
        context: Option<&WS_ASYNC_CONTEXT>,
        error: Ptr<WS_ERROR>,
        work: impl FnOnce() -> Result<S> + 'static,
    ) -> Result<Status> {
        let model = self.settings().model;
        let was_open = self.state() == ChannelState::Open;
        runtime::run(name, context, model, error, move || {
            work().map_err(|error| if was_open { as_aborted(error) } else { error })
        })
    }

    /// Makes a closed channel as it was created.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` unless it is closed or was just created.
    pub fn reset(&self) -> Result<()> {
        match self.state() {
            ChannelState::Created => Ok(()),
            ChannelState::Closed => {
                let core = make(self.kind, &self.settings())?;
                *hold(&self.core) = core;
                self.results.reset();
                Ok(())
            }
            state => Err(Error::operation(format!("the channel is in the state {state:?}: close it first"))),
        }
    }

    /// Starts to send the message with this writer.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the message or the writer.
    pub fn begin_writing(&self, message: &WS_MESSAGE, core: Writer) -> Result<()> {
        self.writer.lock()?.lend(core);
        let mut state = message.lock()?;
        state.start(Body::Writer(Ptr::to(&self.writer)), None, Ptr::NULL);
        state.link = Some(Rc::new(Linked(Ptr::to(self))));
        self.set_current(Way::Send, Ptr::to(message));
        Ok(())
    }

    /// Starts to receive the message with this reader.
    ///
    /// # Errors
    /// As [`begin_writing`](Self::begin_writing).
    pub fn begin_reading(&self, message: &WS_MESSAGE, core: Reader<'static>) -> Result<()> {
        self.reader.lock()?.lend(core);
        let mut state = message.lock()?;
        state.start(Body::Reader(Ptr::to(&self.reader)), None, Ptr::NULL);
        state.link = Some(Rc::new(Linked(Ptr::to(self))));
        self.set_current(Way::Receive, Ptr::to(message));
        Ok(())
    }

    /// The writer back, at the end of the message.
    ///
    /// # Errors
    /// As [`begin_writing`](Self::begin_writing).
    pub fn end_writing(&self, message: &WS_MESSAGE) -> Result<Writer> {
        let core = self.writer.lock()?.give_back();
        self.set_current(Way::Send, Ptr::NULL);
        unlink(message)?;
        Ok(core)
    }

    /// The reader back, at the end of the message.
    ///
    /// # Errors
    /// As [`begin_writing`](Self::begin_writing).
    pub fn end_reading(&self, message: &WS_MESSAGE) -> Result<Reader<'static>> {
        let core = self.reader.lock()?.give_back();
        self.set_current(Way::Receive, Ptr::NULL);
        unlink(message)?;
        Ok(core)
    }

    /// Whether this is the message that goes this way.
    pub fn is_current(&self, way: Way, message: &WS_MESSAGE) -> bool {
        let [send, receive] = *hold(&self.current);
        Ptr::to(message) == if way == Way::Send { send } else { receive }
    }

    fn set_current(&self, way: Way, message: Ptr<WS_MESSAGE>) {
        let [send, receive] = &mut *hold(&self.current);
        *(if way == Way::Send { send } else { receive }) = message;
    }

    /// Forgets messages that were half way when the channel was closed.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the reader or writer.
    pub fn forget_messages(&self) -> Result<()> {
        let [send, receive] = std::mem::take(&mut *hold(&self.current));
        if !send.is_null() {
            drop(self.writer.lock()?.give_back());
        }
        if !receive.is_null() {
            drop(self.reader.lock()?.give_back());
        }
        Ok(())
    }

    fn fill(&self, min_size: u32) -> Result<()> {
        let mut core = self.reader.lock()?.give_back();
        let filled = runtime::wait(self.core().fill_body(&mut core, min_size as usize));
        self.reader.lock()?.lend(core);
        filled
    }

    fn flush(&self, min_size: u32) -> Result<()> {
        let mut core = self.writer.lock()?.give_back();
        let flushed = runtime::wait(self.core().flush_body(&mut core, min_size.into()));
        self.writer.lock()?.lend(core);
        flushed
    }
}

/// Of a channel that was open when the call came: why it failed meanwhile, if that was an abort.
fn as_aborted(error: Error) -> Error {
    if error.code() != ErrorCode::ObjectFaulted {
        return error;
    }
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<Error>());
    let aborted = cause.filter(|cause| cause.code() == ErrorCode::OperationAborted).cloned();
    aborted.unwrap_or(error)
}

fn make(kind: ChannelType, settings: &Settings) -> Result<Arc<Channel>> {
    let _inside = runtime::handle()?.enter();
    Channel::new(kind, &settings.binding).map(Arc::new)
}

fn unlink(message: &WS_MESSAGE) -> Result<()> {
    let mut state = message.lock()?;
    state.body = Body::None;
    state.link = None;
    Ok(())
}

/// What a message knows of its channel.
#[derive(Debug)]
struct Linked(Ptr<WS_CHANNEL>);

impl Link for Linked {
    fn fill(&self, min_size: u32) -> Result<()> {
        WS_CHANNEL::find(self.0, "the channel of the message")?.fill(min_size)
    }

    fn flush(&self, min_size: u32) -> Result<()> {
        WS_CHANNEL::find(self.0, "the channel of the message")?.flush(min_size)
    }
}
