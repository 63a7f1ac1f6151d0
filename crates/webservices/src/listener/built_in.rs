//! Listeners of the transports of this library: a listener of the Rust interface.

use crate::{
    abi::{WS_CALLBACK_MODEL, WS_CHANNEL_PROPERTY},
    channel::settings::Settings,
    lock::hold,
    property,
    ptr::Ptr,
    runtime,
    security::description::Secured,
};
use std::sync::{Arc, Mutex, MutexGuard};
use wws::{
    Error, Result,
    channel::{Binding, ChannelType, Listener, ListenerState},
};

/// A listener of the Rust interface.
///
/// Its channels are made with properties of their own after it was opened. Until the first one is there, who connects
/// waits; its properties are those of the listener from then on.
#[derive(Debug)]
pub struct BuiltIn {
    kind: ChannelType,
    state: Mutex<State>,
}

/// Properties as C passed them: number and bytes, in order.
type RawProperties = Vec<(i32, Vec<u8>)>;

/// What the listener works with.
#[derive(Debug)]
pub struct State {
    core: Arc<Listener>,
    /// The defaults with the properties of the listener.
    pub binding: Binding,
    /// `ASYNC_CALLBACK_MODEL`.
    pub model: WS_CALLBACK_MODEL,
    /// TLS, if the listener has it. Its certificate may depend on the URL.
    secured: Option<Secured>,
    /// The properties of its channels, once there is one.
    channels: Option<(RawProperties, Settings)>,
}

impl BuiltIn {
    /// A listener that is not open yet.
    ///
    /// # Errors
    /// `E_INVALIDARG` if there are no channels of this type.
    pub fn new(
        kind: ChannelType,
        binding: Binding,
        model: WS_CALLBACK_MODEL,
        secured: Option<Secured>,
    ) -> Result<Self> {
        let core = make(kind, &binding)?;
        let state = State { core, binding, model, secured, channels: None };
        Ok(BuiltIn { kind, state: Mutex::new(state) })
    }

    /// The state; not to be held while something waits.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        hold(&self.state)
    }

    /// The listener of the Rust interface.
    pub fn core(&self) -> Arc<Listener> {
        self.lock().core.clone()
    }

    /// Opens the listener, on this thread.
    ///
    /// # Errors
    /// Those of the transport.
    pub fn open(&self, url: &str) -> Result<()> {
        self.secure(url)?;
        let core = self.core();
        runtime::wait(core.listen_at(url))
    }

    /// Gives a listener that is not open yet its certificate.
    fn secure(&self, url: &str) -> Result<()> {
        let state = &mut *self.lock();
        let Some(secured) = &state.secured else { return Ok(()) };
        if state.core.state() != ListenerState::Created || state.binding.server_tls.is_some() {
            return Ok(());
        }
        let mut binding = state.binding.clone();
        binding.server_tls = Some(secured.tls(url)?);
        let core = make(self.kind, &binding)?;
        if let Some((_, settings)) = &state.channels {
            let _inside = runtime::handle()?.enter();
            core.configure(&settings.binding)?;
        }
        (state.core, state.binding) = (core, binding);
        Ok(())
    }

    /// The settings of a channel for the listener.
    ///
    /// # Errors
    /// `E_INVALIDARG` for properties that cannot be, or that differ from those of the channels before.
    pub fn channel(&self, properties: Ptr<WS_CHANNEL_PROPERTY>, count: u32) -> Result<Settings> {
        let mut raw = RawProperties::new();
        for p in property::list(properties, count)? {
            raw.push((p.id, p.value.cast::<u8>().slice(p.size as usize, "value")?.to_vec()));
        }
        raw.sort_unstable();
        let _inside = runtime::handle()?.enter();
        let mut state = self.lock();
        if let Some((before, settings)) = &state.channels {
            return match *before == raw {
                true => Ok(settings.clone()),
                false => Err(Error::argument(
                    "in this library the channels of a listener have the same properties: those of the first one",
                )),
            };
        }
        let mut settings = Settings::new(state.binding.clone(), properties, count)?;
        settings.model = state.model; // WWSAPI P.5 #9
        settings.is_secured = state.secured.is_some();
        state.core.configure(&settings.binding)?;
        state.channels = Some((raw, settings.clone()));
        Ok(settings)
    }

    /// Listens to its group on these interfaces, now or when it is opened.
    ///
    /// # Errors
    /// Those of the interfaces; `WS_E_INVALID_OPERATION` unless it is open or was just created.
    pub fn set_interfaces(&self, interfaces: Vec<u32>) -> Result<()> {
        if self.core().state() != ListenerState::Open {
            return self.change(|binding, _| {
                binding.udp.multicast_interfaces = interfaces;
                Ok(())
            });
        }
        let _inside = runtime::handle()?.enter();
        self.core().join_group(&interfaces)?;
        // For the next time that it is opened, which another core does not need: this one stays.
        self.lock().binding.udp.multicast_interfaces = interfaces;
        Ok(())
    }

    /// Changes properties before the listener is opened.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if it was opened; those of the change.
    pub fn change(
        &self,
        change: impl FnOnce(&mut Binding, &mut WS_CALLBACK_MODEL) -> Result<()>,
    ) -> Result<()> {
        let state = &mut *self.lock();
        if state.core.state() != ListenerState::Created || state.channels.is_some() {
            return Err(Error::operation(
                "the property can be set before the listener is opened and has channels only",
            ));
        }
        let mut binding = state.binding.clone();
        change(&mut binding, &mut state.model)?;
        state.core = make(self.kind, &binding)?;
        state.binding = binding;
        Ok(())
    }
}

fn make(kind: ChannelType, binding: &Binding) -> Result<Arc<Listener>> {
    let _inside = runtime::handle()?.enter();
    Listener::new(kind, binding).map(Arc::new)
}
