//! The object behind `WS_LISTENER`.

use crate::{
    abi::{WS_CALLBACK_MODEL, WS_CHANNEL_BINDING, WS_CHANNEL_PROPERTY},
    channel::settings::Settings,
    handle::{Handle, Tag},
    property,
    ptr::Ptr,
    runtime,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wws::{
    Error, Result,
    channel::{Binding, ChannelType, Listener, ListenerState},
    url::{Flags, Url},
};

/// A listener of the Rust interface.
///
/// There the channels of a listener have the properties of the listener; in webservices.h each is made with its own,
/// after the listener was opened. So the first channel decides: if its properties are not the defaults, the listener
/// is opened anew with them, at the same port.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_LISTENER {
    tag: Tag,
    /// The type of the channels.
    pub kind: ChannelType,
    /// What carries the messages.
    pub binding: WS_CHANNEL_BINDING,
    state: Mutex<State>,
}

/// Properties as C passed them: number and bytes, in order.
type RawProperties = Vec<(i32, Vec<u8>)>;

/// What the listener works with.
#[derive(Debug)]
pub struct State {
    /// The listener of the Rust interface.
    pub core: Arc<Listener>,
    /// The defaults with the properties of the listener.
    pub binding: Binding,
    /// `ASYNC_CALLBACK_MODEL`.
    pub model: WS_CALLBACK_MODEL,
    /// Where it was opened.
    url: String,
    /// The properties of its channels, once there is one.
    channels: Option<(RawProperties, Settings)>,
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
    ///
    /// # Errors
    /// `E_INVALIDARG` if there are no channels of this type.
    pub fn new(
        kind: ChannelType,
        of: WS_CHANNEL_BINDING,
        binding: Binding,
        model: WS_CALLBACK_MODEL,
    ) -> Result<Self> {
        let core = make(kind, &binding)?;
        let state = State { core, binding, model, url: String::new(), channels: None };
        Ok(WS_LISTENER { tag: Tag::of::<WS_LISTENER>(), kind, binding: of, state: Mutex::new(state) })
    }

    /// The state; not to be held while something waits.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let core = {
            let mut state = self.lock();
            if state.core.state() == ListenerState::Created {
                state.core = make(self.kind, &state.effective())?;
            }
            state.core.clone()
        };
        runtime::wait(core.open_at(url))?;
        self.lock().url = url.to_owned();
        Ok(())
    }

    /// The settings of a channel for the listener.
    ///
    /// # Errors
    /// `E_INVALIDARG` for properties that cannot be, or that differ from those of the channels before; those of the
    /// transport if the listener has to be opened anew.
    pub fn channel(&self, properties: Ptr<WS_CHANNEL_PROPERTY>, count: u32) -> Result<Settings> {
        let mut raw = RawProperties::new();
        for p in property::list(properties, count)? {
            raw.push((p.id, p.value.cast::<u8>().slice(p.size as usize, "value")?.to_vec()));
        }
        raw.sort_unstable();
        let (settings, core, url) = {
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
            let is_default = raw.is_empty();
            state.channels = Some((raw, settings.clone()));
            if is_default || state.core.state() != ListenerState::Open {
                return Ok(settings);
            }
            (settings, state.core.clone(), state.url.clone())
        };
        let url = with_port(&url, &core.url());
        runtime::wait(core.close())?;
        let anew = make(self.kind, &settings.binding)?;
        runtime::wait(anew.open_at(&url))?;
        self.lock().core = anew;
        Ok(settings)
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
        if state.core.state() != ListenerState::Created {
            return Err(Error::operation("the property can be set before the listener is opened only"));
        }
        let mut binding = state.binding.clone();
        change(&mut binding, &mut state.model)?;
        state.core = make(self.kind, &binding)?;
        state.binding = binding;
        Ok(())
    }

    /// Makes a closed listener as it was created.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` unless it is closed or was just created.
    pub fn reset(&self) -> Result<()> {
        let _inside = runtime::handle()?.enter();
        self.core().reset()
    }
}

impl State {
    /// The binding that channels are accepted with.
    fn effective(&self) -> Binding {
        self.channels.as_ref().map_or_else(|| self.binding.clone(), |(_, settings)| settings.binding.clone())
    }
}

fn make(kind: ChannelType, binding: &Binding) -> Result<Arc<Listener>> {
    let _inside = runtime::handle()?.enter();
    Listener::new(kind, binding).map(Arc::new)
}

/// The URL with the port that was found, if it asked for any.
fn with_port(url: &str, found: &str) -> String {
    let flags = Flags { allow_host_wildcards: true, ..Flags::default() };
    let port = |url: &str| Url::decode(url, flags).ok().and_then(|url| url.port);
    match (port(url), port(found)) {
        (Some(0), Some(found)) => url.replacen(":0", &format!(":{found}"), 1),
        _ => url.to_owned(),
    }
}
