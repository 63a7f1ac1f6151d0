//! The object behind `WS_CHANNEL`.

use super::{built_in::BuiltIn, custom::Custom};
use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_CALLBACK_MODEL},
    failure::WS_ERROR,
    handle::{Handle, Tag},
    heap::WS_HEAP,
    hresult::Status,
    link::Link,
    lock::hold,
    message::object::WS_MESSAGE,
    ptr::Ptr,
    runtime,
};
use std::{rc::Rc, sync::Mutex};
use wws::{
    Error, ErrorCode, Result,
    channel::{ChannelState, ChannelType, Way},
};

/// A channel, and the messages that are on their way over it.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_CHANNEL {
    tag: Tag,
    /// The type of the channel.
    pub kind: ChannelType,
    /// The listener that the channel is for; null for a client.
    pub listener: Ptr<()>,
    /// What carries the messages.
    pub driver: Driver,
    /// The message that leaves, and the one that arrives.
    current: Mutex<[Ptr<WS_MESSAGE>; 2]>,
    /// Results that C holds: an address.
    pub results: WS_HEAP,
}

/// What carries the messages of a channel.
#[derive(Debug)]
pub enum Driver {
    /// A transport of this library.
    BuiltIn(Box<BuiltIn>),
    /// Callbacks of the program.
    Custom(Box<Custom>),
}

impl Handle for WS_CHANNEL {
    const TAG: u32 = 0x5743_4801;
    const NAME: &str = "WS_CHANNEL";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

impl WS_CHANNEL {
    /// A channel that is not open yet.
    pub fn new(kind: ChannelType, driver: Driver, listener: Ptr<()>) -> Self {
        WS_CHANNEL {
            tag: Tag::of::<WS_CHANNEL>(),
            kind,
            listener,
            driver,
            current: Mutex::new([Ptr::NULL; 2]),
            results: WS_HEAP::new(usize::MAX, 4096),
        }
    }

    /// The state.
    pub fn state(&self) -> ChannelState {
        match &self.driver {
            Driver::BuiltIn(channel) => channel.state(),
            Driver::Custom(channel) => channel.state(),
        }
    }

    /// `ASYNC_CALLBACK_MODEL`.
    pub fn model(&self) -> WS_CALLBACK_MODEL {
        match &self.driver {
            Driver::BuiltIn(channel) => channel.settings().model,
            Driver::Custom(channel) => channel.model(),
        }
    }

    /// Whether `WsReadMessageStart` gives a fault as an error (WWSAPI B.5).
    pub fn faults_as_errors(&self) -> bool {
        self.listener.is_null()
            && match &self.driver {
                Driver::BuiltIn(channel) => channel.settings().faults_as_errors,
                Driver::Custom(channel) => channel.faults_as_errors(),
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
        let was_open = self.state() == ChannelState::Open;
        runtime::run(name, context, self.model(), error, move || {
            work().map_err(|error| if was_open { as_aborted(error) } else { error })
        })
    }

    /// Makes a closed channel as it was created.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` unless it is closed or was just created; what a custom channel returned.
    pub fn reset(&self, error: Ptr<WS_ERROR>) -> Result<()> {
        match self.state() {
            ChannelState::Created => Ok(()),
            ChannelState::Closed => {
                match &self.driver {
                    Driver::BuiltIn(channel) => channel.reset()?,
                    Driver::Custom(channel) => channel.reset(error)?,
                }
                self.results.reset();
                Ok(())
            }
            state => Err(Error::operation(format!("the channel is in the state {state:?}: close it first"))),
        }
    }

    /// Whether this is the message that goes this way.
    pub fn is_current(&self, way: Way, message: &WS_MESSAGE) -> bool {
        let [send, receive] = *hold(&self.current);
        Ptr::to(message) == if way == Way::Send { send } else { receive }
    }

    /// Notes the message that goes this way; null when it is done.
    pub fn set_current(&self, way: Way, message: Ptr<WS_MESSAGE>) {
        let [send, receive] = &mut *hold(&self.current);
        *(if way == Way::Send { send } else { receive }) = message;
    }

    /// Forgets messages that were half way when the channel was closed.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the reader or writer.
    pub fn forget_messages(&self) -> Result<()> {
        let [send, receive] = std::mem::take(&mut *hold(&self.current));
        let Driver::BuiltIn(channel) = &self.driver else { return Ok(()) };
        if !send.is_null() {
            channel.forget(Way::Send)?;
        }
        if !receive.is_null() {
            channel.forget(Way::Receive)?;
        }
        Ok(())
    }

    /// How a message finds this channel.
    pub fn link(&self) -> Rc<dyn Link> {
        Rc::new(Linked(Ptr::to(self)))
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

/// What a message knows of its channel.
#[derive(Debug)]
struct Linked(Ptr<WS_CHANNEL>);

impl Linked {
    fn channel<'a>(&self) -> Result<&'a BuiltIn> {
        match &WS_CHANNEL::find(self.0, "the channel of the message")?.driver {
            Driver::BuiltIn(channel) => Ok(channel),
            // The callbacks of a custom channel connect the message with something of their own.
            Driver::Custom(_) => Err(Error::operation("the message is not that of this channel")),
        }
    }
}

impl Link for Linked {
    fn fill(&self, min_size: u32) -> Result<()> {
        self.channel()?.fill(min_size)
    }

    fn flush(&self, min_size: u32) -> Result<()> {
        self.channel()?.flush(min_size)
    }
}
