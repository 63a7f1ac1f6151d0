//! Channels over the transports of this library: a channel of the Rust interface.

use super::settings::Settings;
use crate::{
    hresult::Status,
    link::Link,
    lock::hold,
    message::object::{Body, WS_MESSAGE, reader_settings},
    ptr::Ptr,
    reader::object::WS_XML_READER,
    runtime,
    writer::object::WS_XML_WRITER,
};
use std::{
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard},
};
use wws::{
    Error, ErrorCode, Result,
    channel::{Channel, ChannelState, ChannelType, Way},
    soap::EndpointAddress,
    transport::Abort,
    xml::Writer,
};

/// A channel of the Rust interface, with the reader and the writer of the messages that are on their way.
#[derive(Debug)]
pub struct BuiltIn {
    kind: ChannelType,
    settings: Mutex<Settings>,
    core: Mutex<Arc<Channel>>,
    /// While the channel is being opened or accepted: which of them, and what ends it.
    beginning: Mutex<Option<(ChannelState, Abort)>>,
    /// The reader of the body that arrives.
    reader: WS_XML_READER,
    /// The writer of the body that leaves.
    writer: WS_XML_WRITER,
}

impl BuiltIn {
    /// A channel that is not open yet.
    ///
    /// # Errors
    /// `E_INVALIDARG` if the settings contradict each other.
    pub fn new(kind: ChannelType, settings: Settings) -> Result<Self> {
        Ok(BuiltIn {
            kind,
            core: Mutex::new(make(kind, &settings)?),
            beginning: Mutex::default(),
            reader: WS_XML_READER::new(reader_settings()),
            writer: WS_XML_WRITER::new(settings.binding.writer.clone()),
            settings: Mutex::new(settings),
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

    /// Changes properties that can be set in any state.
    ///
    /// # Errors
    /// `E_INVALIDARG` if the properties contradict each other; those of a network interface.
    pub fn change(&self, settings: Settings) -> Result<()> {
        let interface = settings.binding.udp.multicast_interface;
        match self.state() {
            ChannelState::Created => *hold(&self.core) = make(self.kind, &settings)?,
            ChannelState::Open if interface != self.settings().binding.udp.multicast_interface => {
                self.core().set_multicast_interface(interface)?;
            }
            // They count when the channel is opened again.
            _ => {}
        }
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

    /// Opens the channel that `begin` was called for.
    ///
    /// # Errors
    /// Those of the transport.
    pub fn open(&self, address: &EndpointAddress, abort: &Abort) -> Result<()> {
        let core = self.core();
        let opened = self.check_scheme(&address.url);
        let opened = opened.and_then(|()| runtime::wait(abort.run(core.open(address))));
        self.begun(None);
        if abort.is_aborted() {
            core.abort(); // it came when the channel was open already
        }
        opened
    }

    /// What is to be protected does not go to a URL without protection.
    fn check_scheme(&self, url: &str) -> Result<()> {
        let is_plain = url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
        if self.settings().is_secured && is_plain {
            let text = "the channel is secured with TLS, so the URL has to begin with https://";
            return Err(Error::new(ErrorCode::InvalidEndpointUrl, text));
        }
        Ok(())
    }

    /// `WsAbortChannel`.
    pub fn abort(&self) {
        let beginning = hold(&self.beginning).as_ref().map(|(_, abort)| abort.clone());
        match beginning {
            Some(abort) => abort.abort(),
            None => self.core().abort(),
        }
    }

    /// A closed channel becomes as it was created.
    ///
    /// # Errors
    /// Those of the settings, which were good before.
    pub fn reset(&self) -> Result<()> {
        let core = make(self.kind, &self.settings())?;
        *hold(&self.core) = core;
        Ok(())
    }

    /// Starts to send; `link` is how the message finds this channel.
    ///
    /// # Errors
    /// Those of the channel; `WS_E_INVALID_OPERATION` if another call works on the message or the writer.
    pub fn write_start(&self, message: &WS_MESSAGE, link: Rc<dyn Link>) -> Result<()> {
        let writer = {
            let (core, mut state) = (self.core(), message.lock()?);
            runtime::wait(core.write_message_start(&mut state.core))?
        };
        {
            let mut state = self.writer.lock()?;
            state.lend(writer);
            state.link = Some(link.clone());
        }
        start(message, Body::Writer(Ptr::to(&self.writer)), link)
    }

    /// Sends the rest.
    ///
    /// # Errors
    /// As [`write_start`](Self::write_start).
    pub fn write_end(&self, message: &WS_MESSAGE) -> Result<()> {
        let writer = self.take_writer()?;
        unlink(message)?;
        let (core, mut state) = (self.core(), message.lock()?);
        runtime::wait(core.write_message_end(&mut state.core, writer))
    }

    /// Waits for a message. `WS_S_END` if no more come.
    ///
    /// # Errors
    /// As [`write_start`](Self::write_start); the code of a fault if faults are errors.
    pub fn read_start(
        &self,
        message: &WS_MESSAGE,
        faults_as_errors: bool,
        link: Rc<dyn Link>,
    ) -> Result<Status> {
        let reader = {
            let (core, mut state) = (self.core(), message.lock()?);
            let Some(reader) = runtime::wait(core.read_message_start(&mut state.core))? else {
                return Ok(Status::End);
            };
            if faults_as_errors && state.core.is_fault() {
                return Err(runtime::wait(core.fault_error(&mut state.core, reader))?); // WWSAPI B.5
            }
            reader
        };
        {
            // WWSAPI P.7 #15, #21
            let certificate = self.core().info().peer_certificates.first().map(|der| der[..].into());
            let sender = &mut message.lock()?.sender;
            (sender.certificate, sender.protection) = (certificate, self.settings().protection());
        }
        {
            let mut state = self.reader.lock()?;
            state.lend(reader);
            state.link = Some(link.clone());
        }
        start(message, Body::Reader(Ptr::to(&self.reader)), link)?;
        Ok(Status::Done)
    }

    /// Reads the rest.
    ///
    /// # Errors
    /// As [`write_start`](Self::write_start).
    pub fn read_end(&self, message: &WS_MESSAGE) -> Result<()> {
        let reader = self.reader.lock()?.give_back();
        unlink(message)?;
        let (core, mut state) = (self.core(), message.lock()?);
        runtime::wait(core.read_message_end(&mut state.core, reader))
    }

    /// `WsAbandonMessage` for the message that goes this way.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on the message, the reader or the writer.
    pub fn abandon(&self, way: Way, message: &WS_MESSAGE) -> Result<()> {
        let _inside = runtime::handle()?.enter();
        let core = self.core();
        if way == Way::Send {
            let writer = self.writer.lock()?.give_back();
            unlink(message)?;
            return core.abandon_sending(Some(writer));
        }
        let reader = self.reader.lock()?.give_back();
        unlink(message)?;
        core.abandon_receiving(Some(reader))
    }

    /// Takes reader or writer back that was lent for a message half way when the channel was closed.
    ///
    /// # Errors
    /// `WS_E_INVALID_OPERATION` if another call works on it.
    pub fn forget(&self, way: Way) -> Result<()> {
        match way {
            Way::Send => drop(self.writer.lock()?.give_back()),
            Way::Receive => drop(self.reader.lock()?.give_back()),
        }
        Ok(())
    }

    /// The writer back, to send what was written.
    fn take_writer(&self) -> Result<Box<Writer>> {
        let mut state = self.writer.lock()?;
        state.call.note();
        Ok(state.give_back())
    }

    /// `WsFillBody`.
    ///
    /// # Errors
    /// Those of the channel.
    pub fn fill(&self, min_size: u32) -> Result<()> {
        let mut core = self.reader.lock()?.give_back();
        let filled = runtime::wait(self.core().fill_body(&mut core, min_size as usize));
        self.reader.lock()?.lend(core);
        filled
    }

    /// `WsFlushBody`.
    ///
    /// # Errors
    /// Those of the channel.
    pub fn flush(&self, min_size: u32) -> Result<()> {
        let mut core = self.take_writer()?;
        let flushed = runtime::wait(self.core().flush_body(&mut core, min_size.into()));
        self.writer.lock()?.lend(core);
        flushed
    }
}

fn make(kind: ChannelType, settings: &Settings) -> Result<Arc<Channel>> {
    let _inside = runtime::handle()?.enter();
    Channel::new(kind, &settings.binding).map(Arc::new)
}

fn start(message: &WS_MESSAGE, body: Body, link: Rc<dyn Link>) -> Result<()> {
    let mut state = message.lock()?;
    state.start(body, None, Ptr::NULL);
    state.link = Some(link);
    Ok(())
}

fn unlink(message: &WS_MESSAGE) -> Result<()> {
    let mut state = message.lock()?;
    state.body = Body::None;
    state.link = None;
    Ok(())
}
