//! An open modem and its device services, asynchronous: what programs use.
//!
//! | mbnapi.h | here |
//! |---|---|
//! | `IMbnDeviceServicesManager` | [`Manager`](crate::Manager) |
//! | `IMbnDeviceServicesContext` | [`Modem`] |
//! | `IMbnDeviceService` | [`DeviceService`] |
//! | `IMbnDeviceServicesEvents` | [`Events`] |
//! | request id | [`Request`], which can also be awaited |

mod core;
mod data_session;
mod device_service;
mod events;
mod hub;
mod record_stream;
mod request;

use std::{sync::Arc, time::Duration};

use tokio::{sync::Notify, task::JoinHandle};
use uuid::Uuid;

use self::{core::ModemCore, hub::Filter};
pub use self::{
    data_session::DataSession, device_service::DeviceService, events::Events, record_stream::RecordStream,
    request::Request,
};
use crate::{
    Code, Error, Result,
    host::{Answer, HostState, Oddities},
    transport::{self, Shared, Transport},
    wire::{
        Command, CommandDone, InformationBuffer,
        cid::{self, DeviceServices},
        service,
    },
};

/// An open modem: `IMbnDeviceServicesContext`.
///
/// Cheap to clone; the modem is closed when the last clone, service and session of it is dropped.
#[derive(Clone, Debug)]
pub struct Modem {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    shared: Arc<Shared<ModemCore>>,
    changed: Arc<Notify>,
    driver: JoinHandle<()>,
    description: String,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Modem({})", self.description)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The driver sends CLOSE and ends; without it the device would stay open, with its sessions, for the next program.
        self.shared.with(|core| core.host.close(transport::now()));
    }
}

/// One device service of a modem: `MBN_DEVICE_SERVICE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceServiceInfo {
    /// The service: `deviceServiceID`.
    pub id: Uuid,
    /// Data can be written to it: `dataWriteSupported`.
    pub data_write_supported: bool,
    /// Data can be read from it: `dataReadSupported`.
    pub data_read_supported: bool,
}

impl Modem {
    /// Opens the modem behind a device node or a socket; see [`Transport::open`].
    ///
    /// # Errors
    /// Those of [`Transport::open`] and [`connect`](Self::connect).
    #[cfg(target_os = "linux")]
    pub async fn open(path: impl AsRef<std::path::Path>) -> Result<Self> {
        Self::connect(Transport::open(path, &transport::linux::OpenOptions::default()).await?).await
    }

    /// Opens the modem at the other end of a transport, and asks it for its services.
    ///
    /// # Errors
    /// The modem does not open: what it said, or `ERROR_TIMEOUT`. A modem that was left open by a dead program is closed and opened again
    /// first.
    pub async fn connect(transport: Transport) -> Result<Self> {
        let changed = Arc::new(Notify::new());
        let core = ModemCore::new(transport.config.clone(), changed.clone());
        let description = transport.description.clone();
        let notify = changed.clone();
        let (shared, driver) = transport::spawn(core, transport);
        let modem = Self { inner: Arc::new(Inner { shared, changed, driver, description }) };
        modem.with(|core| core.host.open(transport::now()));
        loop {
            let changed = notify.notified();
            match modem.inner.shared.look(|core| core.host.state().clone()) {
                HostState::Closed | HostState::Pending => changed.await,
                HostState::Ready | HostState::NoServices(_) => return Ok(modem),
                HostState::Gone(error) => return Err(error),
            }
        }
    }

    /// How the modem is reached, in words.
    pub fn description(&self) -> &str {
        &self.inner.description
    }

    /// `EnumerateDeviceServices`: the services for programs. Native ones, which the operating system uses itself, are left out, as
    /// on Windows; [`all_services`](Self::all_services) has them.
    ///
    /// # Errors
    /// `ERROR_NOT_SUPPORTED` if the modem has no device services; `E_PENDING` while it is being opened again after a reset.
    pub fn enumerate_device_services(&self) -> Result<Vec<DeviceServiceInfo>> {
        let services = self.all_services()?.services;
        let for_programs = services.into_iter().filter(|listed| !service::is_native(listed.service));
        Ok(for_programs
            .map(|listed| DeviceServiceInfo {
                id: listed.service,
                data_write_supported: listed.dss_payload.contains(cid::DssPayload::HOST_TO_DEVICE),
                data_read_supported: listed.dss_payload.contains(cid::DssPayload::DEVICE_TO_HOST),
            })
            .collect())
    }

    /// The modem's whole list of services, with their commands and limits.
    ///
    /// # Errors
    /// As [`enumerate_device_services`](Self::enumerate_device_services).
    pub fn all_services(&self) -> Result<DeviceServices> {
        self.inner.shared.look(|core| core.host.services().cloned())
    }

    /// `GetDeviceService`. Its sessions may be open already: they are shared by everyone who uses the service.
    ///
    /// # Errors
    /// `ERROR_NOT_FOUND` if the modem does not list the service; as [`enumerate_device_services`](Self::enumerate_device_services).
    pub fn device_service(&self, id: Uuid) -> Result<DeviceService> {
        self.inner.shared.look(|core| core.host.service(id).map(|_| ()))?;
        Ok(DeviceService::new(self.clone(), id))
    }

    /// `MaxCommandSize`, in bytes.
    pub fn max_command_size(&self) -> usize {
        self.inner.shared.look(|core| core.host.max_command_size())
    }

    /// `MaxDataSize`, in bytes; 0 if there are no data sessions.
    pub fn max_data_size(&self) -> usize {
        self.inner.shared.look(|core| core.host.max_data_size())
    }

    /// What happens from now on, with all services.
    pub fn events(&self) -> Events {
        self.subscribe(Filter::All)
    }

    /// Sends a typed command outside any session, and awaits its answer.
    ///
    /// # Errors
    /// The status that the modem answered, as an error; `ERROR_TIMEOUT` and the like.
    ///
    /// ```
    /// use wws_mbn::{sim::Profile, wire::cid::DeviceCapsQuery};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let modem = wws_mbn::sim::open(Profile::default()).await?;
    /// let caps = modem.request(&DeviceCapsQuery {}).await?;
    /// assert_eq!(caps.device_id, "353490012345678");
    /// # Ok::<(), wws_mbn::Error>(()) }).unwrap();
    /// ```
    pub async fn request<R: crate::wire::Request>(&self, request: &R) -> Result<R::Response> {
        let done = self.command(Command::from(request), None)?.await?;
        match done {
            Answer::Whole(done) => done.parse::<R::Response>(),
            _ => Ok(R::Response::decode(&bytes::Bytes::new())?),
        }
    }

    /// Sends a command outside any session. Completes with [`Answer::Whole`], whatever the status. Without a time-out the usual one
    /// of 30 seconds holds.
    ///
    /// # Errors
    /// `ERROR_BUSY` if too many requests are not complete.
    pub fn command(&self, command: Command, timeout: Option<Duration>) -> Result<Request> {
        self.start(|core| {
            let timeout = timeout.unwrap_or(core.host.command_timeout());
            core.host.command(command, timeout, transport::now())
        })
    }

    /// As [`command`](Self::command), and awaits the answer.
    ///
    /// # Errors
    /// As [`command`](Self::command); `ERROR_TIMEOUT` and the like. A status other than success is no error here.
    pub async fn whole_answer(&self, command: Command) -> Result<CommandDone> {
        match self.command(command, None)?.await? {
            Answer::Whole(done) => Ok(done),
            other => Err(Error::new(Code::InvalidData, format!("a command was answered with {other:?}"))),
        }
    }

    /// What was wrong with what the modem sent, in numbers.
    pub fn oddities(&self) -> Oddities {
        self.inner.shared.look(|core| core.host.oddities())
    }

    /// Closes the modem for everyone, and awaits its end.
    pub async fn close(&self) {
        self.with(|core| core.host.close(transport::now()));
        loop {
            let changed = self.inner.changed.notified();
            if self.inner.driver.is_finished()
                || self.inner.shared.look(|core| matches!(core.host.state(), HostState::Gone(_)))
            {
                return;
            }
            changed.await;
        }
    }

    pub(crate) fn subscribe(&self, filter: Filter) -> Events {
        let queue = self.inner.shared.with(|core| core.hub.subscribe(filter));
        Events::new(queue, self.inner.shared.clone())
    }

    /// Starts a request whose completion can be awaited.
    pub(crate) fn start(
        &self,
        start: impl FnOnce(&mut ModemCore) -> Result<crate::host::RequestId>,
    ) -> Result<Request> {
        let id = self.inner.shared.with(|core| core.start(start))?;
        Ok(Request::new(id, self.inner.clone()))
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut ModemCore) -> T) -> T {
        self.inner.shared.with(work)
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&ModemCore) -> T) -> T {
        self.inner.shared.look(look)
    }

    pub(crate) fn changed(&self) -> &Notify {
        &self.inner.changed
    }
}
