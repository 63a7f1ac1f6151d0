//! The object behind `WS_LISTENER`.

use super::{built_in::BuiltIn, custom::Custom};
use crate::{
    abi::{WS_CALLBACK_MODEL, WS_CHANNEL_BINDING},
    failure::WS_ERROR,
    handle::{Handle, Tag},
    ptr::Ptr,
    runtime,
};
use wws::{
    Result,
    channel::{ChannelType, ListenerState},
};

/// Accepts channels.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_LISTENER {
    tag: Tag,
    /// The type of the channels.
    pub kind: ChannelType,
    /// What carries the messages.
    pub binding: WS_CHANNEL_BINDING,
    /// Who listens.
    pub driver: Driver,
}

/// Who listens.
#[derive(Debug)]
pub enum Driver {
    /// A transport of this library.
    BuiltIn(Box<BuiltIn>),
    /// Callbacks of the program.
    Custom(Custom),
}

impl Handle for WS_LISTENER {
    const TAG: u32 = 0x574C_4901;
    const NAME: &str = "WS_LISTENER";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

impl WS_LISTENER {
    /// A listener that is not open yet.
    pub fn new(kind: ChannelType, binding: WS_CHANNEL_BINDING, driver: Driver) -> Self {
        WS_LISTENER { tag: Tag::of::<WS_LISTENER>(), kind, binding, driver }
    }

    /// The state.
    pub fn state(&self) -> ListenerState {
        match &self.driver {
            Driver::BuiltIn(listener) => listener.core().state(),
            Driver::Custom(listener) => listener.state(),
        }
    }

    /// `ASYNC_CALLBACK_MODEL`.
    pub fn model(&self) -> WS_CALLBACK_MODEL {
        match &self.driver {
            Driver::BuiltIn(listener) => listener.lock().model,
            Driver::Custom(listener) => listener.model(),
        }
    }

    /// Makes a closed listener as it was created.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` unless it is closed or was just created; what a custom listener returned.
    pub fn reset(&self, error: Ptr<WS_ERROR>) -> Result<()> {
        match &self.driver {
            Driver::BuiltIn(listener) => {
                let _inside = runtime::handle()?.enter();
                listener.core().reset()
            }
            Driver::Custom(listener) => listener.reset(error),
        }
    }
}
