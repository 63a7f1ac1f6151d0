//! Channels of the program: `WS_CUSTOM_CHANNEL_CALLBACKS` (WWSAPI N.3).
//!
//! The states are kept here, so that a callback is called only where it is legal. A callback gets the message itself, not
//! borrowed: it connects it with a reader or writer of its own, or hands it to the channel below, if it is a layer.

use crate::{
    abi::*,
    address, callback,
    failure::WS_ERROR,
    heap::WS_HEAP,
    hresult::Status,
    lock::hold,
    message::object::WS_MESSAGE,
    property::{self, Property},
    ptr::{Ptr, Void},
    runtime,
};
use std::sync::Mutex;
use wws::{
    Error, ErrorCode, Result,
    channel::{ChannelMachine, ChannelState, ChannelType, Step, Way},
    soap::{EndpointAddress, EnvelopeVersion, MessageState, Version},
};

/// An instance of a channel of the program.
#[derive(Debug)]
pub struct Custom {
    callbacks: WS_CUSTOM_CHANNEL_CALLBACKS,
    /// What its create callback made, and every other one gets.
    instance: Void,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    machine: ChannelMachine,
    /// A call opens or accepts the channel, perhaps after it was aborted.
    is_beginning: bool,
    /// Where the channel was opened to.
    address: Option<EndpointAddress>,
}

/// What the property list of a custom channel says.
#[derive(Debug)]
pub struct Settings {
    callbacks: WS_CUSTOM_CHANNEL_CALLBACKS,
    parameters: Void,
    parameters_size: u32,
    /// What the library does not know is the implementation's.
    others: Vec<Property>,
}

impl Settings {
    /// # Errors
    /// `E_INVALIDARG` if there are no callbacks in the list.
    pub fn new(properties: Ptr<WS_CHANNEL_PROPERTY>, count: u32) -> Result<Self> {
        let (mut callbacks, mut parameters, mut others) = (None, (Void::NULL, 0), Vec::new());
        for p in property::list(properties, count)? {
            match WS_CHANNEL_PROPERTY_ID(p.id) {
                WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS => callbacks = Some(p.read()?),
                WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS => parameters = (p.value, p.size),
                _ => others.push(p),
            }
        }
        let callbacks = callbacks.ok_or_else(|| {
            Error::argument("a custom channel needs WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS")
        })?;
        Ok(Settings { callbacks, parameters: parameters.0, parameters_size: parameters.1, others })
    }

    /// Creates the channel of a client.
    ///
    /// # Errors
    /// What the callbacks returned.
    pub fn create(self, kind: ChannelType, error: Ptr<WS_ERROR>) -> Result<Custom> {
        let (create, c_kind) = (self.callbacks.createChannelCallback, WS_CHANNEL_TYPE(kind.0 as i32));
        let (parameters, size) = (self.parameters, self.parameters_size);
        self.instance(kind, error, |instance| {
            callback::create_instance(create, c_kind, parameters, size, instance, error)
        })
    }

    /// Creates the channel of a custom listener.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn create_for(
        self,
        kind: ChannelType,
        listener: Void,
        create: WS_CREATE_CHANNEL_FOR_LISTENER_CALLBACK,
        error: Ptr<WS_ERROR>,
    ) -> Result<Custom> {
        let (parameters, size) = (self.parameters, self.parameters_size);
        self.instance(kind, error, |instance| {
            callback::create_for_listener(create, listener, parameters, size, instance, error)
        })
    }

    fn instance(
        self,
        kind: ChannelType,
        error: Ptr<WS_ERROR>,
        create: impl FnOnce(Ptr<Void>) -> Result<Status>,
    ) -> Result<Custom> {
        let mut instance = Void::NULL;
        create(Ptr::new(&raw mut instance))?;
        let state = State { machine: ChannelMachine::new(kind), is_beginning: false, address: None };
        // From here on the instance is freed, whatever happens.
        let channel = Custom { callbacks: self.callbacks, instance, state: Mutex::new(state) };
        for p in self.others {
            channel.set(p, error)?;
        }
        Ok(channel)
    }
}

impl Custom {
    /// The state.
    pub fn state(&self) -> ChannelState {
        hold(&self.state).machine.state()
    }

    /// `CUSTOM_CHANNEL_INSTANCE`.
    pub fn instance(&self) -> Void {
        self.instance
    }

    /// `ASYNC_CALLBACK_MODEL`, if the implementation has it.
    pub fn model(&self) -> WS_CALLBACK_MODEL {
        self.ask(WS_CHANNEL_PROPERTY_ASYNC_CALLBACK_MODEL).map_or(WS_LONG_CALLBACK, WS_CALLBACK_MODEL)
    }

    /// `FAULTS_AS_ERRORS`, if the implementation has it.
    pub fn faults_as_errors(&self) -> bool {
        self.ask(WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS) != Some(0)
    }

    /// The versions of its messages, which the implementation has to know.
    ///
    /// # Errors
    /// What the callback returned; `E_INVALIDARG` for versions that do not exist.
    pub fn version(&self, error: Ptr<WS_ERROR>) -> Result<Version> {
        let ask = |id| {
            let mut number = 0i32;
            self.get(property_of(id, &mut number), error)?;
            Ok::<_, Error>(number)
        };
        Ok(Version {
            envelope: crate::fault::version(WS_ENVELOPE_VERSION(ask(WS_CHANNEL_PROPERTY_ENVELOPE_VERSION)?))?,
            addressing: address::version(WS_ADDRESSING_VERSION(ask(
                WS_CHANNEL_PROPERTY_ADDRESSING_VERSION,
            )?))?,
        })
    }

    /// A number that the implementation need not know.
    fn ask(&self, id: WS_CHANNEL_PROPERTY_ID) -> Option<i32> {
        let mut number = 0;
        self.get(property_of(id, &mut number), Ptr::NULL).ok().map(|()| number)
    }

    /// Stores a property of the implementation.
    ///
    /// # Errors
    /// What the callback returned: `E_INVALIDARG` for properties that it does not have.
    pub fn get(&self, p: Property, error: Ptr<WS_ERROR>) -> Result<()> {
        let callback = self.callbacks.getChannelPropertyCallback;
        callback::instance_property(callback, self.instance, p.id, p.value, p.size, error).map(drop)
    }

    /// Sets a property of the implementation.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn set(&self, p: Property, error: Ptr<WS_ERROR>) -> Result<()> {
        let callback = self.callbacks.setChannelPropertyCallback;
        callback::instance_property(callback, self.instance, p.id, p.value, p.size, error).map(drop)
    }

    /// Begins to open or to accept, on the thread of the call.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` unless the channel was just created or reset.
    pub fn begin(&self, to: ChannelState) -> Result<()> {
        let mut state = hold(&self.state);
        if state.is_beginning {
            return Err(Error::operation("the channel is in use: close and reset it first"));
        }
        state.machine.begin(to)?;
        state.is_beginning = true;
        Ok(())
    }

    /// Nothing came of it: the call that was to do the work failed before.
    pub fn not_begun(&self) {
        let mut state = hold(&self.state);
        state.is_beginning = false;
        // It says nothing when the channel did not come to be open.
        let _ = state.machine.opened(false);
    }

    /// `WsOpenChannel`, after `begin`.
    ///
    /// # Errors
    /// What the callback returned; `WS_E_OPERATION_ABORTED`.
    pub fn open(&self, address: EndpointAddress) -> Result<()> {
        let opened = (|| {
            // What the callback gets lives until it is done.
            let heap = WS_HEAP::new(usize::MAX, 4096);
            let given = address::to_c(&address, &heap)?;
            let callback = self.callbacks.openChannelCallback;
            self.work(|| {
                runtime::let_run("open", |context, error| {
                    callback::open_channel(callback, self.instance, Ptr::to(&given), context, error)
                })
            })
        })();
        if opened.is_ok() {
            hold(&self.state).address = Some(address);
        }
        opened
    }

    /// The work of opening or accepting, after `begin`: the channel is open then, or as it was created.
    ///
    /// # Errors
    /// Those of the work; `WS_E_OPERATION_ABORTED`.
    pub fn work(&self, work: impl FnOnce() -> Result<Status>) -> Result<()> {
        let is_aborted = hold(&self.state).machine.state() == ChannelState::Created;
        let done = if is_aborted { Err(aborted()) } else { work().map(drop) };
        let opened = {
            let mut state = hold(&self.state);
            state.is_beginning = false;
            state.machine.opened(done.is_ok())
        };
        match (done, opened) {
            (Ok(()), Err(aborted)) => {
                // The instance is open, but the channel was aborted: it has to be as it was created.
                let close = self.callbacks.closeChannelCallback;
                let _ = runtime::let_run("close", |context, _| {
                    callback::instance_step(close, self.instance, context, Ptr::NULL)
                });
                let _ = callback::instance(self.callbacks.resetChannelCallback, self.instance, Ptr::NULL);
                Err(aborted)
            }
            (done, _) => done,
        }
    }

    /// `WsCloseChannel`.
    ///
    /// # Errors
    /// What the callback returned; the channel is closed all the same.
    pub fn close(&self) -> Result<()> {
        if hold(&self.state).machine.close()?.is_none() {
            return Ok(());
        }
        let callback = self.callbacks.closeChannelCallback;
        let closed = runtime::let_run("close", |context, error| {
            callback::instance_step(callback, self.instance, context, error)
        });
        hold(&self.state).machine.closed();
        closed.map(drop)
    }

    /// `WsShutdownSessionChannel`.
    ///
    /// # Errors
    /// What the callback returned; `WS_E_INVALID_OPERATION`.
    pub fn shut_down(&self) -> Result<()> {
        hold(&self.state).machine.shut_down()?;
        let callback = self.callbacks.shutdownSessionChannelCallback;
        self.note(runtime::let_run("shut down", |context, error| {
            callback::instance_step(callback, self.instance, context, error)
        }))
        .map(drop)
    }

    /// `WsAbortChannel`, from any thread.
    ///
    /// # Errors
    /// What the callback returned; the channel is faulted all the same.
    pub fn abort(&self, error: Ptr<WS_ERROR>) -> Result<()> {
        if !hold(&self.state).machine.fault(aborted()) {
            return Ok(());
        }
        callback::instance(self.callbacks.abortChannelCallback, self.instance, error).map(drop)
    }

    /// A closed channel becomes as it was created.
    ///
    /// # Errors
    /// What the callback returned; then the channel stays closed.
    pub fn reset(&self, error: Ptr<WS_ERROR>) -> Result<()> {
        callback::instance(self.callbacks.resetChannelCallback, self.instance, error)?;
        let mut state = hold(&self.state);
        state.address = None;
        state.machine.reset()
    }

    /// Starts to send. A message that was not addressed is addressed to where the channel was opened to.
    ///
    /// # Errors
    /// What the callback returned; `WS_E_INVALID_OPERATION`.
    pub fn write_start(&self, message: &WS_MESSAGE) -> Result<()> {
        let address = hold(&self.state).address.clone();
        {
            let mut state = message.lock()?;
            let has_envelope = state.core.version().envelope != EnvelopeVersion::None;
            if !state.core.is_addressed() && state.core.state() == MessageState::Initialized {
                state.core.address(address.as_ref().filter(|_| has_envelope))?;
            }
        }
        let callback = self.callbacks.writeMessageStartCallback;
        self.step("write message start", Way::Send, Step::Start, callback, message).map(drop)
    }

    /// Sends the rest.
    ///
    /// # Errors
    /// As [`write_start`](Self::write_start).
    pub fn write_end(&self, message: &WS_MESSAGE) -> Result<()> {
        let callback = self.callbacks.writeMessageEndCallback;
        self.step("write message end", Way::Send, Step::End, callback, message).map(drop)
    }

    /// Waits for a message. `WS_S_END` if no more come.
    ///
    /// # Errors
    /// As [`write_start`](Self::write_start).
    pub fn read_start(&self, message: &WS_MESSAGE) -> Result<Status> {
        let callback = self.callbacks.readMessageStartCallback;
        self.step("read message start", Way::Receive, Step::Start, callback, message)
    }

    /// Reads the rest.
    ///
    /// # Errors
    /// As [`write_start`](Self::write_start).
    pub fn read_end(&self, message: &WS_MESSAGE) -> Result<()> {
        let callback = self.callbacks.readMessageEndCallback;
        self.step("read message end", Way::Receive, Step::End, callback, message).map(drop)
    }

    /// `WsAbandonMessage`.
    ///
    /// # Errors
    /// What the callback returned.
    pub fn abandon(&self, way: Way, message: &WS_MESSAGE, error: Ptr<WS_ERROR>) -> Result<()> {
        hold(&self.state).machine.abandon(way);
        let callback = self.callbacks.abandonMessageCallback;
        let message = Ptr::to(message).cast();
        self.note(callback::abandon_message(callback, self.instance, message, error)).map(drop)
    }

    /// One call on one half of the channel.
    fn step(
        &self,
        what: &'static str,
        way: Way,
        step: Step,
        callback: WS_MESSAGE_STEP_CALLBACK,
        message: &WS_MESSAGE,
    ) -> Result<Status> {
        hold(&self.state).machine.enter(way, step)?;
        let message = Ptr::to(message).cast();
        let done = runtime::let_run(what, |context, error| {
            callback::message_step(callback, self.instance, message, context, error)
        });
        let has_message = step == Step::Start && matches!(done, Ok(status) if status != Status::End);
        hold(&self.state).machine.leave(way, has_message);
        self.note(done)
    }

    /// An error may be the end of the channel: the implementation knows, if it has the property STATE.
    fn note<T>(&self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done
            && self.ask(WS_CHANNEL_PROPERTY_STATE) == Some(ChannelState::Faulted as i32)
        {
            hold(&self.state).machine.fault(error.clone());
        }
        done
    }
}

impl Drop for Custom {
    fn drop(&mut self) {
        callback::free(self.callbacks.freeChannelCallback, self.instance);
    }
}

/// A property whose value is a number here.
fn property_of(id: WS_CHANNEL_PROPERTY_ID, number: &mut i32) -> Property {
    Property { id: id.0, value: Ptr::new(&raw mut *number).cast(), size: size_of::<i32>() as u32 }
}

fn aborted() -> Error {
    Error::new(ErrorCode::OperationAborted, "the channel was aborted")
}
