//! Listeners of the program: `WS_CUSTOM_LISTENER_CALLBACKS` (WWSAPI N.3). The states are kept here (WWSAPI L).

use crate::{
    abi::*,
    callback,
    channel::custom as channel,
    failure::WS_ERROR,
    lock::hold,
    property::{self, Property},
    ptr::{Ptr, Void},
    runtime,
};
use std::sync::Mutex;
use wws::{
    Error, ErrorCode, Result,
    channel::{ChannelType, ListenerState},
};

/// An instance of a listener of the program.
#[derive(Debug)]
pub struct Custom {
    callbacks: WS_CUSTOM_LISTENER_CALLBACKS,
    /// What its create callback made, and every other one gets.
    instance: Void,
    state: Mutex<ListenerState>,
}

impl Custom {
    /// Creates a listener with the callbacks that the list has.
    ///
    /// # Errors
    /// `E_INVALIDARG` if there are none in the list; what they returned.
    pub fn new(
        kind: ChannelType,
        properties: Ptr<WS_LISTENER_PROPERTY>,
        count: u32,
        error: Ptr<WS_ERROR>,
    ) -> Result<Self> {
        let (mut callbacks, mut parameters, mut others) = (None, (Void::NULL, 0), Vec::new());
        for p in property::list(properties, count)? {
            match WS_LISTENER_PROPERTY_ID(p.id) {
                WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS => callbacks = Some(p.read()?),
                WS_LISTENER_PROPERTY_CUSTOM_LISTENER_PARAMETERS => parameters = (p.value, p.size),
                _ => others.push(p),
            }
        }
        let callbacks: WS_CUSTOM_LISTENER_CALLBACKS = callbacks.ok_or_else(|| {
            Error::argument("a custom listener needs WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS")
        })?;
        let mut instance = Void::NULL;
        let (create, kind) = (callbacks.createListenerCallback, WS_CHANNEL_TYPE(kind.0 as i32));
        let place = Ptr::new(&raw mut instance);
        callback::create_instance(create, kind, parameters.0, parameters.1, place, error)?;
        // From here on the instance is freed, whatever happens.
        let listener = Custom { callbacks, instance, state: Mutex::new(ListenerState::Created) };
        for p in others {
            listener.set(p, error)?;
        }
        Ok(listener)
    }

    /// The state.
    pub fn state(&self) -> ListenerState {
        *hold(&self.state)
    }

    /// `CUSTOM_LISTENER_INSTANCE`.
    pub fn instance(&self) -> Void {
        self.instance
    }

    /// `ASYNC_CALLBACK_MODEL`, if the implementation has it.
    pub fn model(&self) -> WS_CALLBACK_MODEL {
        let mut model = WS_LONG_CALLBACK;
        let p = Property {
            id: WS_LISTENER_PROPERTY_ASYNC_CALLBACK_MODEL.0,
            value: Ptr::new(&raw mut model).cast(),
            size: size_of::<WS_CALLBACK_MODEL>() as u32,
        };
        match self.get(p, Ptr::NULL) {
            Ok(()) => model,
            Err(_) => WS_LONG_CALLBACK,
        }
    }

    /// Stores a property of the implementation.
    ///
    /// # Errors
    /// What the callback returned: `E_INVALIDARG` for properties that it does not have.
    pub fn get(&self, p: Property, error: Ptr<WS_ERROR>) -> Result<()> {
        let callback = self.callbacks.getListenerPropertyCallback;
        callback::instance_property(callback, self.instance, p.id, p.value, p.size, error).map(drop)
    }

    /// Sets a property of the implementation.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn set(&self, p: Property, error: Ptr<WS_ERROR>) -> Result<()> {
        let callback = self.callbacks.setListenerPropertyCallback;
        callback::instance_property(callback, self.instance, p.id, p.value, p.size, error).map(drop)
    }

    /// `WsOpenListener`.
    ///
    /// # Errors
    /// What the callback returned; the listener is as it was created then.
    pub fn open(&self, url: &str) -> Result<()> {
        self.step(&[ListenerState::Created], ListenerState::Opening, "open it")?;
        let units: Vec<u16> = url.encode_utf16().collect();
        let url = WS_STRING { length: units.len() as u32, chars: Ptr::first(&units) };
        let opened = runtime::let_run("open", |context, error| {
            let callback = self.callbacks.openListenerCallback;
            callback::open_listener(callback, self.instance, Ptr::to(&url), context, error)
        });
        *hold(&self.state) = if opened.is_ok() { ListenerState::Open } else { ListenerState::Created };
        opened.map(drop)
    }

    /// A channel for the listener.
    ///
    /// # Errors
    /// What the callbacks returned.
    pub fn channel(
        &self,
        kind: ChannelType,
        settings: channel::Settings,
        error: Ptr<WS_ERROR>,
    ) -> Result<channel::Custom> {
        settings.create_for(kind, self.instance, self.callbacks.createChannelForListenerCallback, error)
    }

    /// `WsAcceptChannel`, for a channel that has begun to be accepted.
    ///
    /// # Errors
    /// What the callback returned; `WS_E_OBJECT_FAULTED`, `WS_E_INVALID_OPERATION`.
    pub fn accept(&self, channel: &channel::Custom) -> Result<()> {
        channel.work(|| {
            match self.state() {
                ListenerState::Open => {}
                ListenerState::Faulted => {
                    let text = "the listener was aborted and can only be closed";
                    return Err(Error::new(ErrorCode::ObjectFaulted, text));
                }
                state => {
                    let text = format!("the listener is in the state {state:?}: nothing to accept");
                    return Err(Error::operation(text));
                }
            }
            runtime::let_run("accept channel", |context, error| {
                let callback = self.callbacks.acceptChannelCallback;
                callback::accept_channel(callback, self.instance, channel.instance(), context, error)
            })
        })
    }

    /// `WsCloseListener`.
    ///
    /// # Errors
    /// What the callback returned; the listener is closed all the same.
    pub fn close(&self) -> Result<()> {
        if matches!(self.state(), ListenerState::Created | ListenerState::Closed) {
            *hold(&self.state) = ListenerState::Closed;
            return Ok(());
        }
        self.step(&[ListenerState::Open, ListenerState::Faulted], ListenerState::Closing, "close it")?;
        let closed = runtime::let_run("close", |context, error| {
            callback::instance_step(self.callbacks.closeListenerCallback, self.instance, context, error)
        });
        *hold(&self.state) = ListenerState::Closed;
        closed.map(drop)
    }

    /// `WsAbortListener`, from any thread.
    ///
    /// # Errors
    /// What the callback returned; the listener is faulted all the same.
    pub fn abort(&self, error: Ptr<WS_ERROR>) -> Result<()> {
        {
            let mut state = hold(&self.state);
            if *state != ListenerState::Open {
                return Ok(());
            }
            *state = ListenerState::Faulted;
        }
        callback::instance(self.callbacks.abortListenerCallback, self.instance, error).map(drop)
    }

    /// `WsResetListener`.
    ///
    /// # Errors
    /// What the callback returned; then the listener stays closed.
    pub fn reset(&self, error: Ptr<WS_ERROR>) -> Result<()> {
        match self.state() {
            ListenerState::Created => return Ok(()),
            ListenerState::Closed => {}
            state => {
                let text = format!("the listener is in the state {state:?}: one cannot reset it");
                return Err(Error::operation(text));
            }
        }
        callback::instance(self.callbacks.resetListenerCallback, self.instance, error)?;
        *hold(&self.state) = ListenerState::Created;
        Ok(())
    }

    fn step(&self, from: &[ListenerState], to: ListenerState, what: &str) -> Result<()> {
        let mut state = hold(&self.state);
        if !from.contains(&state) {
            let text = format!("the listener is in the state {:?}: one cannot {what}", *state);
            return Err(Error::operation(text));
        }
        *state = to;
        Ok(())
    }
}

impl Drop for Custom {
    fn drop(&mut self) {
        callback::free(self.callbacks.freeListenerCallback, self.instance);
    }
}
