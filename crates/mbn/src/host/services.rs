//! The device services of one modem, with the semantics of `IMbnDeviceServicesContext` and `IMbnDeviceService`.
//!
//! Every method returns at once. A request that is accepted gets a [`RequestId`] and later exactly one [`Completion`]; one that is refused
//! gets an error and nothing more.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use bytes::Bytes;
use uuid::Uuid;

use super::{
    Answer, Completion, DataAction, Event, Link, LinkConfig, LinkEvent, Oddities, Operation, RequestId,
    command_session::CommandSessions, data_session::DataSessions,
};
use crate::{
    Code, Error, Result,
    id_map::IdMap,
    wire::{
        Command, CommandDone, Malformed, Status,
        cid::{DeviceService, DeviceServices, DeviceServicesQuery},
        service,
    },
};

/// What a [`Host`] assumes and how much it holds.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// The link.
    pub link: LinkConfig,
    /// `MaxCommandSize`: the most bytes of a query or set. Windows gives the size of a control fragment; larger ones would be fragmented.
    pub max_command_size: usize,
    /// `MaxDataSize`: the most bytes of a datagram, or `None` if the transport has no data sessions.
    pub max_data_size: Option<usize>,
    /// How long a command may take.
    pub command_timeout: Duration,
    /// How long a write may take.
    pub write_timeout: Duration,
    /// How many requests may be incomplete.
    pub max_requests: usize,
    /// How many bytes of writes may be incomplete.
    pub max_write_bytes: usize,
    /// The first data session id to try.
    pub first_session: u8,
    /// Other programs open data sessions on the same modem: if an id is refused, try others.
    pub shared: bool,
}

impl Default for HostConfig {
    fn default() -> Self {
        Self {
            link: LinkConfig::default(),
            max_command_size: 4096,
            max_data_size: None,
            command_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            max_requests: 4096,
            max_write_bytes: 4 << 20,
            first_session: 1,
            shared: false,
        }
    }
}

/// Where a [`Host`] is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostState {
    /// Not opened yet.
    Closed,
    /// Being opened, or its services are being asked for: `E_PENDING`.
    Pending,
    /// Open, and its services are known.
    Ready,
    /// Open, but its services cannot be listed. Commands outside sessions work.
    NoServices(Error),
    /// At its end.
    Gone(Error),
}

/// The device services of one modem.
#[derive(Debug)]
pub struct Host {
    pub(super) config: HostConfig,
    pub(super) link: Link,
    pub(super) state: HostState,
    pub(super) services: DeviceServices,
    pub(super) command_sessions: CommandSessions,
    pub(super) data_sessions: DataSessions,
    requests: IdMap<RequestId, (Uuid, Operation)>,
    purposes: IdMap<u64, Purpose>,
    events: VecDeque<Event>,
    pub(super) actions: VecDeque<DataAction>,
    last_token: u64,
    last_request: u32,
}

/// Why a command was submitted to the link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// To learn the services.
    Probe,
    /// For a request: `QueryCommand`, `SetCommand`, `Command`.
    Request(RequestId),
    /// To change the subscriptions.
    Subscribe,
    /// To open the data session of a service.
    Connect(Uuid),
    /// To close the data session of a service.
    Disconnect(Uuid),
    /// To tidy up: the outcome does not matter.
    Ignored,
}

impl Host {
    /// A host for a modem that is not open.
    pub fn new(config: HostConfig) -> Self {
        Self {
            link: Link::new(config.link.clone()),
            state: HostState::Closed,
            services: DeviceServices::default(),
            command_sessions: CommandSessions::default(),
            data_sessions: DataSessions::default(),
            requests: IdMap::default(),
            purposes: IdMap::default(),
            events: VecDeque::new(),
            actions: VecDeque::new(),
            last_token: 0,
            last_request: 0,
            config,
        }
    }

    /// Begins to open the modem. Ends with [`Event::Arrival`] or [`Event::Removal`].
    pub fn open(&mut self, now: Instant) {
        if self.state == HostState::Closed {
            self.state = HostState::Pending;
            self.link.open(now);
        }
    }

    /// Begins to close the modem. What is not complete completes with `ERROR_OPERATION_ABORTED`. Ends with [`Event::Removal`].
    pub fn close(&mut self, now: Instant) {
        if self.config.shared {
            self.disconnect_all(); // a proxy keeps CLOSE to itself, and the modem would keep our sessions
        }
        self.give_up(&Error::new(Code::OperationAborted, "the device is being closed"));
        self.link.close(now);
        self.drain_link(now);
    }

    /// Where the host is in its life.
    pub fn state(&self) -> &HostState {
        &self.state
    }

    /// Every service of the modem, the native ones too.
    ///
    /// # Errors
    /// `E_PENDING` while the modem is being probed; `ERROR_NOT_SUPPORTED` if it has no device services; why it is gone.
    pub fn services(&self) -> Result<&DeviceServices> {
        match &self.state {
            HostState::Ready => Ok(&self.services),
            HostState::Pending => Err(Code::Pending.into()),
            HostState::Closed => Err(Error::new(Code::NotReady, "the device was not opened")),
            HostState::NoServices(error) | HostState::Gone(error) => Err(error.clone()),
        }
    }

    /// One service of the modem.
    ///
    /// # Errors
    /// As [`services`](Self::services), and `ERROR_NOT_FOUND` if the modem does not list it.
    pub fn service(&self, service: Uuid) -> Result<&DeviceService> {
        let found = self.services()?.services.iter().find(|listed| listed.service == service);
        found.ok_or_else(|| {
            Error::new(
                Code::NotFound,
                format!("the device does not list the service {}", service::Name(service)),
            )
        })
    }

    /// `MaxCommandSize`, in bytes.
    pub fn max_command_size(&self) -> usize {
        self.config.max_command_size
    }

    /// How long a command may take, unless its sender says otherwise.
    pub fn command_timeout(&self) -> Duration {
        self.config.command_timeout
    }

    /// `MaxDataSize`, in bytes; 0 if there are no data sessions.
    pub fn max_data_size(&self) -> usize {
        self.config.max_data_size.unwrap_or(0)
    }

    /// Changes `MaxDataSize`: the limit of the network interface may change while the modem is open.
    pub fn set_max_data_size(&mut self, size: Option<usize>) {
        self.config.max_data_size = size;
    }

    /// What was wrong with what the modem sent.
    pub fn oddities(&self) -> Oddities {
        self.link.oddities()
    }

    /// How many requests are not complete.
    pub fn pending(&self) -> usize {
        self.requests.len()
    }

    /// `QuerySupportedCommands`. Nothing is sent: the answer comes from the list that the modem gave when it was opened, as on Windows.
    pub fn query_supported_commands(&mut self, service: Uuid) -> Result<RequestId> {
        let cids = self.service(service)?.cids.clone();
        let request = self.accept(service, Operation::QuerySupportedCommands)?;
        self.complete(request, Ok(Answer::Commands(cids)));
        Ok(request)
    }

    /// Sends a command outside any session. Its completion has the whole answer, whatever the status.
    pub fn command(&mut self, command: Command, timeout: Duration, now: Instant) -> Result<RequestId> {
        let request = self.accept(command.service, Operation::Command(command.cid))?;
        self.submit_for(request, command, timeout, now)
    }

    /// Gives a request up if it is a command that is not answered. It completes with `ERROR_OPERATION_ABORTED`.
    pub fn cancel(&mut self, request: RequestId, now: Instant) {
        let token = self
            .purposes
            .iter()
            .find(|(_, purpose)| matches!(purpose, Purpose::Request(id) if *id == request));
        if let Some((&token, _)) = token {
            self.link.cancel(token);
            self.drain_link(now);
        }
    }

    /// Takes bytes of the control channel; see [`Link::handle_bytes`].
    ///
    /// # Errors
    /// As [`Link::handle_bytes`].
    pub fn handle_bytes(&mut self, bytes: &[u8], now: Instant) -> Result<(), Malformed> {
        let result = self.link.handle_bytes(bytes, now);
        self.drain_link(now);
        result
    }

    /// Takes one piece of the control channel; see [`Link::handle_piece`].
    pub fn handle_piece(&mut self, piece: &Bytes, now: Instant) {
        self.link.handle_piece(piece, now);
        self.drain_link(now);
    }

    /// Says that the transport is gone.
    pub fn lost(&mut self, error: Error, now: Instant) {
        self.link.lost(error);
        self.drain_link(now);
    }

    /// Tells the time.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.link.handle_timeout(now);
        self.drain_link(now);
        self.expire_writes(now);
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn next_timeout(&self) -> Option<Instant> {
        [self.link.next_timeout(), self.data_sessions.next_timeout()].into_iter().flatten().min()
    }

    /// The next piece to send on the control channel.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.link.poll_transmit()
    }

    /// What happened since the last call.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Accepts a request, or says that there are too many.
    pub(super) fn accept(&mut self, service: Uuid, operation: Operation) -> Result<RequestId> {
        match &self.state {
            HostState::Gone(error) => return Err(error.clone()),
            HostState::Closed => return Err(Error::new(Code::NotReady, "the device was not opened")),
            _ => {}
        }
        if self.requests.len() >= self.config.max_requests {
            return Err(Error::new(Code::Busy, format!("{} requests are not complete", self.requests.len())));
        }
        loop {
            self.last_request = self.last_request.wrapping_add(1);
            let request = RequestId(self.last_request);
            if request.0 != 0 && !self.requests.contains_key(&request) {
                self.requests.insert(request, (service, operation));
                return Ok(request);
            }
        }
    }

    /// The one place where a request ends.
    pub(super) fn complete(&mut self, request: RequestId, result: Result<Answer>) {
        if let Some((service, operation)) = self.requests.remove(&request) {
            self.events.push_back(Event::Completed(Completion { request, service, operation, result }));
        }
    }

    /// Submits the command of a request that was accepted; if the link refuses, the request was never accepted.
    pub(super) fn submit_for(
        &mut self,
        request: RequestId,
        command: Command,
        timeout: Duration,
        now: Instant,
    ) -> Result<RequestId> {
        match self.submit(Purpose::Request(request), command, timeout, now) {
            Ok(()) => Ok(request),
            Err(error) => {
                self.requests.remove(&request);
                Err(error)
            }
        }
    }

    pub(super) fn submit(
        &mut self,
        purpose: Purpose,
        command: Command,
        timeout: Duration,
        now: Instant,
    ) -> Result<()> {
        self.last_token += 1;
        self.link.submit(self.last_token, command, timeout, now)?;
        self.purposes.insert(self.last_token, purpose);
        Ok(())
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    pub(super) fn drain_link(&mut self, now: Instant) {
        while let Some(event) = self.link.poll_event() {
            match event {
                LinkEvent::Opened => self.probe(now),
                LinkEvent::OpenFailed(error) | LinkEvent::Lost(error) => self.gone(error),
                LinkEvent::Closed => self.gone(Error::new(Code::OperationAborted, "the device was closed")),
                LinkEvent::Reset => {
                    self.give_up(&Error::new(Code::NotReady, "the device was reset"));
                    self.tell(Event::Reset);
                    self.state = HostState::Pending;
                    self.link.open(now);
                }
                LinkEvent::Done { token, result } => {
                    if let Some(purpose) = self.purposes.remove(&token) {
                        self.done(purpose, result, now);
                    }
                }
                // Windows drops what the modem says by itself about data sessions; so do we.
                LinkEvent::Indication(event) if event.service == service::DSS => {}
                LinkEvent::Indication(event) => {
                    self.tell(Event::Notification {
                        service: event.service,
                        id: event.cid,
                        data: event.buffer,
                    });
                }
            }
        }
    }

    fn done(&mut self, purpose: Purpose, result: Result<CommandDone>, now: Instant) {
        match purpose {
            Purpose::Probe => self.probed(result),
            Purpose::Request(request) => self.command_done(request, result),
            Purpose::Subscribe => self.subscribed(result, now),
            Purpose::Connect(service) => self.connected(service, result, now),
            Purpose::Disconnect(service) => self.disconnected(service, result),
            Purpose::Ignored => {}
        }
    }

    fn command_done(&mut self, request: RequestId, result: Result<CommandDone>) {
        let raw = matches!(self.requests.get(&request), Some((_, Operation::Command(_))));
        let answer = result.and_then(|done| {
            if raw {
                return Ok(Answer::Whole(done));
            }
            done.status.into_result()?;
            Ok(Answer::Response { id: done.cid, data: done.buffer })
        });
        self.complete(request, answer);
    }

    fn probe(&mut self, now: Instant) {
        let timeout = self.config.command_timeout;
        let query = Command::from(&DeviceServicesQuery {});
        if let Err(error) = self.submit(Purpose::Probe, query, timeout, now) {
            self.state = HostState::NoServices(error);
        }
    }

    fn probed(&mut self, result: Result<CommandDone>) {
        if self.state != HostState::Pending {
            return;
        }
        match result.and_then(|done| done.parse::<DeviceServices>()) {
            Ok(services) => {
                self.services = services;
                self.state = HostState::Ready;
            }
            Err(error) => {
                // IMbnDeviceServicesContext::EnumerateDeviceServices: a device without device services is ERROR_NOT_SUPPORTED.
                let error = match error.status() {
                    Some(Status::NO_DEVICE_SUPPORT | Status::INVALID_PARAMETERS) => {
                        Error::new(Code::NotSupported, "the device has no device services")
                    }
                    _ => error.context("the device does not list its services"),
                };
                self.state = HostState::NoServices(error);
            }
        }
        self.tell(Event::Arrival);
    }

    fn gone(&mut self, error: Error) {
        if !matches!(self.state, HostState::Gone(_)) {
            self.give_up(&error);
            self.state = HostState::Gone(error.clone());
            self.tell(Event::Removal(error));
        }
    }

    /// Completes everything with `error` and closes every session without a word to the modem.
    fn give_up(&mut self, error: &Error) {
        self.command_sessions = CommandSessions::default();
        self.detach_all();
        self.purposes.clear();
        let mut requests: Vec<RequestId> = self.requests.keys().copied().collect();
        requests.sort_unstable();
        for request in requests {
            self.complete(request, Err(error.clone()));
        }
    }
}

#[cfg(test)]
#[path = "services_tests.rs"]
mod tests;
