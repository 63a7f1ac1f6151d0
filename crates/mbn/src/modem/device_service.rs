//! One device service: `IMbnDeviceService`.

use bytes::Bytes;
use uuid::Uuid;

use super::{DataSession, Events, Modem, Request, hub::Filter};
use crate::{Result, host::Answer, transport::now};

/// One device service of an open modem: `IMbnDeviceService`.
///
/// Every method returns at once: with an error, if the request is refused, or with a [`Request`], which completes exactly once. Whether its
/// sessions are open is shared by everyone who uses the service.
#[derive(Clone, Debug)]
pub struct DeviceService {
    modem: Modem,
    id: Uuid,
}

impl DeviceService {
    pub(super) fn new(modem: Modem, id: Uuid) -> Self {
        Self { modem, id }
    }

    /// `DeviceServiceID`.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The modem.
    pub fn modem(&self) -> &Modem {
        &self.modem
    }

    /// `IsCommandSessionOpen`.
    pub fn is_command_session_open(&self) -> bool {
        self.modem.look(|core| core.host.is_command_session_open(self.id))
    }

    /// `IsDataSessionOpen`.
    pub fn is_data_session_open(&self) -> bool {
        self.modem.look(|core| core.host.is_data_session_open(self.id))
    }

    /// What happens with this service from now on.
    pub fn events(&self) -> Events {
        self.modem.subscribe(Filter::Service(self.id))
    }

    /// `QuerySupportedCommands`: completes with [`Answer::Commands`], without a word to the modem.
    ///
    /// # Errors
    /// `ERROR_BUSY` if too many requests are not complete, as with every method here.
    pub fn query_supported_commands(&self) -> Result<Request> {
        self.modem.start(|core| core.host.query_supported_commands(self.id))
    }

    /// `OpenCommandSession`: needed for commands; events come from then on.
    ///
    /// # Errors
    /// `E_INVALIDARG` for a service that the operating system uses itself; `ERROR_BUSY` while the session is closing.
    pub fn open_command_session(&self) -> Result<Request> {
        self.modem.start(|core| core.host.open_command_session(self.id, now()))
    }

    /// `CloseCommandSession`: closes it for everyone.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if it is not open.
    pub fn close_command_session(&self) -> Result<Request> {
        self.modem.start(|core| core.host.close_command_session(self.id, now()))
    }

    /// `QueryCommand`: completes with [`Answer::Response`], or with the modem's status as an error.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if the command session is not open; `ERROR_BUFFER_OVERFLOW` beyond
    /// [`max_command_size`](Modem::max_command_size).
    pub fn query_command(&self, command: u32, data: impl Into<Bytes>) -> Result<Request> {
        let data = data.into();
        self.modem.start(|core| core.host.query_command(self.id, command, data, now()))
    }

    /// `SetCommand`: completes with [`Answer::Response`], or with the modem's status as an error.
    ///
    /// # Errors
    /// As [`query_command`](Self::query_command).
    pub fn set_command(&self, command: u32, data: impl Into<Bytes>) -> Result<Request> {
        let data = data.into();
        self.modem.start(|core| core.host.set_command(self.id, command, data, now()))
    }

    /// `OpenDataSession`.
    ///
    /// # Errors
    /// `ERROR_TOO_MANY_SESS` beyond the modem's limit; `ERROR_NOT_SUPPORTED` if the service or the way to the modem has no data sessions;
    /// `E_INVALIDARG` for a service that the operating system uses itself; `ERROR_BUSY` while the session is closing.
    pub fn open_data_session(&self) -> Result<Request> {
        self.modem.start(|core| core.host.open_data_session(self.id))
    }

    /// `CloseDataSession`: closes it for everyone. Writes that are not complete complete with `ERROR_OPERATION_ABORTED`.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if it is not open.
    pub fn close_data_session(&self) -> Result<Request> {
        self.modem.start(|core| core.host.close_data_session(self.id, now()))
    }

    /// `WriteData`: one datagram, sent as it is and without a copy. Completes when the data plane has taken it.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if the data session is not open; `ERROR_BUFFER_OVERFLOW` beyond [`max_data_size`](Modem::max_data_size);
    /// `E_INVALIDARG` for no data; `ERROR_NOT_SUPPORTED` if the service takes none; `ERROR_BUSY` if too much waits already: a
    /// [`DataSession`] waits for room instead.
    pub fn write_data(&self, data: impl Into<Bytes>) -> Result<Request> {
        let data = data.into();
        self.modem.start(|core| core.host.write_data(self.id, data, now()))
    }

    /// Opens the data session, and gives it as an object with reading, and writing that waits for room.
    ///
    /// # Errors
    /// As [`open_data_session`](Self::open_data_session), and how it completed.
    pub async fn data_session(&self) -> Result<DataSession> {
        let events = self.modem.subscribe(Filter::Data(self.id));
        match self.open_data_session()?.await? {
            Answer::Done => Ok(DataSession::new(self.clone(), events)),
            other => {
                Err(crate::Error::new(crate::Code::InvalidData, format!("opening completed with {other:?}")))
            }
        }
    }
}
