//! Data sessions: bulk data from and to a service, outside the control channel.
//!
//! The driver owns the data plane. It carries out [`DataAction`]s and reports what came of them: a session is attached first, so that no
//! datagram is missed, then the modem is told with DSS_CONNECT; a write is complete when the data plane has taken the datagram, as on
//! Windows, where the completion is that of the USB transfer and not an answer of the modem.

use std::{
    collections::{BTreeSet, HashMap},
    time::Instant,
};

use bytes::Bytes;
use uuid::Uuid;

use super::{
    Answer, Event, Host, Operation, RequestId, command_session::refuse_native, link::after, services::Purpose,
};
use crate::{
    Code, Error, Result,
    id_map::IdMap,
    wire::{
        Command, CommandDone, Status,
        cid::{DssConnect, DssLinkState, DssPayload},
    },
};

/// How many ids are tried if other programs use the same modem.
const TRIES: u32 = 8;

/// What the driver is to do with the data plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataAction {
    /// Get ready to send and receive for a session, then call [`Host::handle_attached`].
    Attach(u8),
    /// The session is over.
    Detach(u8),
    /// Send a datagram, then call [`Host::handle_written`].
    Write {
        /// The request that it belongs to.
        request: RequestId,
        /// The session.
        session: u8,
        /// The datagram, at most `MaxDataSize` bytes. Shares the memory of the caller of `WriteData`.
        data: Bytes,
    },
}

/// The data sessions of a modem.
#[derive(Debug, Default)]
pub(super) struct DataSessions {
    sessions: HashMap<Uuid, Session>,
    writes: IdMap<RequestId, Write>,
    deadlines: BTreeSet<(Instant, RequestId)>,
    held: usize,
}

#[derive(Debug)]
struct Session {
    id: u8,
    state: State,
    tries: u32,
    waiters: Vec<RequestId>,
}

#[derive(Debug, PartialEq)]
enum State {
    Attaching,
    Connecting,
    Open,
    Closing,
}

#[derive(Debug)]
struct Write {
    service: Uuid,
    size: usize,
    deadline: Instant,
}

impl DataSessions {
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    fn is_open(&self, service: Uuid) -> bool {
        self.sessions.get(&service).is_some_and(|session| session.state == State::Open)
    }

    fn free_id(&self, first: u8) -> Option<u8> {
        let taken = |id: &u8| self.sessions.values().any(|session| session.id == *id);
        (0..=u8::MAX).map(|step| first.wrapping_add(step)).find(|id| !taken(id))
    }
}

impl Host {
    /// `IsDataSessionOpen`: shared by everyone who uses the service.
    pub fn is_data_session_open(&self, service: Uuid) -> bool {
        self.data_sessions.is_open(service)
    }

    /// How many bytes of writes are not complete.
    pub fn write_bytes_pending(&self) -> usize {
        self.data_sessions.held
    }

    /// `OpenDataSession`. A session that is open already is simply there: it is shared.
    ///
    /// # Errors
    /// `ERROR_NOT_FOUND`, `E_PENDING`; `E_INVALIDARG` for a native service; `ERROR_NOT_SUPPORTED` if service or transport has no data
    /// sessions; `ERROR_TOO_MANY_SESS` beyond the modem's limit; `ERROR_BUSY` while it is closing.
    pub fn open_data_session(&mut self, service: Uuid) -> Result<RequestId> {
        let payload = self.service(service)?.dss_payload;
        refuse_native(service)?;
        if payload == DssPayload(0) {
            return Err(Error::new(Code::NotSupported, "the service has no data sessions"));
        }
        if self.config.max_data_size.is_none() {
            return Err(Error::new(Code::NotSupported, "this way to the device has no data sessions"));
        }
        match self.data_sessions.sessions.get(&service).map(|session| &session.state) {
            Some(State::Closing) => return Err(Error::new(Code::Busy, "the data session is being closed")),
            Some(State::Open) => {
                let request = self.accept(service, Operation::OpenDataSession)?;
                self.complete(request, Ok(Answer::Done));
                return Ok(request);
            }
            Some(_) => {}
            None => {
                let (open, limit) = (self.data_sessions.sessions.len(), self.services.max_dss_sessions);
                if open >= limit as usize {
                    return Err(Error::new(
                        Code::TooManySessions,
                        format!("{open} data sessions are open, and the device has {limit}"),
                    ));
                }
            }
        }
        let request = self.accept(service, Operation::OpenDataSession)?;
        if let Some(session) = self.data_sessions.sessions.get_mut(&service) {
            session.waiters.push(request);
            return Ok(request);
        }
        match self.data_sessions.free_id(self.config.first_session) {
            Some(id) => {
                let session = Session { id, state: State::Attaching, tries: 1, waiters: vec![request] };
                self.data_sessions.sessions.insert(service, session);
                self.actions.push_back(DataAction::Attach(id));
            }
            None => {
                self.complete(request, Err(Error::new(Code::TooManySessions, "every session id is taken")))
            }
        }
        Ok(request)
    }

    /// `CloseDataSession`. It closes for everyone who uses the service. Writes that are not complete are given up with
    /// `ERROR_OPERATION_ABORTED`: await their completions first if the data matters.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if it is not open.
    pub fn close_data_session(&mut self, service: Uuid, now: Instant) -> Result<RequestId> {
        if !self.data_sessions.is_open(service) {
            return Err(Error::new(Code::OpenFailed, "the data session is not open"));
        }
        let request = self.accept(service, Operation::CloseDataSession)?;
        self.abort_writes(service, &Error::new(Code::OperationAborted, "the data session was closed"));
        let Some(session) = self.data_sessions.sessions.get_mut(&service) else { return Ok(request) };
        session.state = State::Closing;
        session.waiters.push(request);
        let id = session.id;
        if let Err(error) =
            self.connect(service, id, DssLinkState::DEACTIVATE, Purpose::Disconnect(service), now)
        {
            self.disconnected(service, Err(error));
        }
        Ok(request)
    }

    /// `WriteData`: one datagram.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if the data session is not open; `ERROR_BUFFER_OVERFLOW` beyond `MaxDataSize`; `E_INVALIDARG` for nothing, which
    /// Windows refuses too; `ERROR_NOT_SUPPORTED` if the service only reads; `ERROR_BUSY` if too much waits already.
    pub fn write_data(&mut self, service: Uuid, data: Bytes, now: Instant) -> Result<RequestId> {
        let Some(session) =
            self.data_sessions.sessions.get(&service).filter(|session| session.state == State::Open)
        else {
            return Err(Error::new(Code::OpenFailed, "the data session is not open"));
        };
        let (id, size) = (session.id, data.len());
        self.check_write(service, size)?;
        let request = self.accept(service, Operation::WriteData)?;
        self.data_sessions.held += size;
        let deadline = after(now, self.config.write_timeout);
        self.data_sessions.writes.insert(request, Write { service, size, deadline });
        self.data_sessions.deadlines.insert((deadline, request));
        self.actions.push_back(DataAction::Write { request, session: id, data });
        Ok(request)
    }

    fn check_write(&self, service: Uuid, size: usize) -> Result<()> {
        let limit = self.max_data_size();
        if size == 0 {
            return Err(Error::new(Code::InvalidArgument, "a datagram without data cannot be written"));
        }
        if size > limit {
            return Err(Error::new(
                Code::BufferOverflow,
                format!("{size} bytes, but a datagram takes {limit}"),
            ));
        }
        if !self.service(service)?.dss_payload.contains(DssPayload::HOST_TO_DEVICE) {
            return Err(Error::new(Code::NotSupported, "the service sends data and takes none"));
        }
        if self.data_sessions.held + size > self.config.max_write_bytes {
            return Err(Error::new(
                Code::Busy,
                format!("{} bytes wait to be written", self.data_sessions.held),
            ));
        }
        Ok(())
    }

    /// The next thing to do with the data plane.
    pub fn poll_data_action(&mut self) -> Option<DataAction> {
        while let Some(action) = self.actions.pop_front() {
            let given_up = matches!(&action, DataAction::Write { request, .. } if !self.data_sessions.writes.contains_key(request));
            if !given_up {
                return Some(action);
            }
        }
        None
    }

    /// The data plane is ready for a session, or not.
    pub fn handle_attached(&mut self, session: u8, result: Result<()>, now: Instant) {
        let attaching =
            |found: &(&Uuid, &Session)| found.1.id == session && found.1.state == State::Attaching;
        let Some(service) = self.data_sessions.sessions.iter().find(attaching).map(|(service, _)| *service)
        else {
            return;
        };
        let result = result.and_then(|()| {
            if let Some(session) = self.data_sessions.sessions.get_mut(&service) {
                session.state = State::Connecting;
            }
            self.connect(service, session, DssLinkState::ACTIVATE, Purpose::Connect(service), now)
        });
        if let Err(error) = result {
            self.end_session(service, Err(error));
        }
    }

    /// A write was taken by the data plane, or not.
    pub fn handle_written(&mut self, request: RequestId, result: Result<()>) {
        if let Some(write) = self.data_sessions.writes.remove(&request) {
            self.data_sessions.held -= write.size;
            self.data_sessions.deadlines.remove(&(write.deadline, request));
            self.complete(request, result.map(|()| Answer::Done));
        }
    }

    /// True if the datagrams of a session are wanted. Before the modem's answer to DSS_CONNECT they are not: it comes another way, and the
    /// first datagrams may overtake it, so let them wait.
    pub fn takes_data(&self, session: u8) -> bool {
        self.data_sessions.sessions.values().any(|found| found.id == session && found.state == State::Open)
    }

    /// A datagram came. One for a session that is not open is dropped.
    pub fn handle_data(&mut self, session: u8, data: Bytes) {
        let open = |found: &(&Uuid, &Session)| found.1.id == session && found.1.state == State::Open;
        if let Some(service) = self.data_sessions.sessions.iter().find(open).map(|(service, _)| *service) {
            self.tell(Event::ReadData { service, data });
        }
    }

    pub(super) fn expire_writes(&mut self, now: Instant) {
        while let Some(&(deadline, request)) = self.data_sessions.deadlines.first()
            && deadline <= now
        {
            self.handle_written(
                request,
                Err(Error::new(Code::Timeout, "the datagram could not be sent in time")),
            );
        }
    }

    /// The modem answered the opening DSS_CONNECT.
    pub(super) fn connected(&mut self, service: Uuid, result: Result<CommandDone>, now: Instant) {
        let Some(session) = self.data_sessions.sessions.get_mut(&service) else { return };
        let result = result.and_then(|done| done.status.into_result());
        match result {
            Ok(()) => {
                session.state = State::Open;
                for request in std::mem::take(&mut session.waiters) {
                    self.complete(request, Ok(Answer::Done));
                }
            }
            Err(error) if self.config.shared && session.tries < TRIES && may_be_taken(&error) => {
                let (tries, waiters, old) =
                    (session.tries + 1, std::mem::take(&mut session.waiters), session.id);
                match self.data_sessions.free_id(old.wrapping_add(1)) {
                    Some(id) => {
                        self.data_sessions
                            .sessions
                            .insert(service, Session { id, state: State::Attaching, tries, waiters });
                        self.actions.extend([DataAction::Detach(old), DataAction::Attach(id)]);
                    }
                    None => self.end_session(service, Err(error)),
                }
            }
            Err(error) => {
                let id = session.id;
                if error.status().is_none() {
                    // No answer: the modem may have opened it all the same.
                    let _best_effort =
                        self.connect(service, id, DssLinkState::DEACTIVATE, Purpose::Ignored, now);
                }
                self.end_session(service, Err(error));
            }
        }
    }

    /// The modem answered the closing DSS_CONNECT. The session is closed whatever it said.
    pub(super) fn disconnected(&mut self, service: Uuid, result: Result<CommandDone>) {
        self.end_session(service, result.and_then(|done| done.status.into_result()));
    }

    /// Tells the modem to end every session that it knows of or may know of, without waiting for what it says.
    pub(super) fn disconnect_all(&mut self) {
        for (&service, session) in &self.data_sessions.sessions {
            if session.state != State::Attaching {
                let (session_id, link_state) = (u32::from(session.id), DssLinkState::DEACTIVATE);
                self.link.tell(Command::from(&DssConnect { service, session_id, link_state }));
            }
        }
    }

    /// Forgets every session and write; their requests are completed by the caller.
    pub(super) fn detach_all(&mut self) {
        let sessions = std::mem::take(&mut self.data_sessions);
        self.actions.clear();
        self.actions.extend(sessions.sessions.values().map(|session| DataAction::Detach(session.id)));
    }

    fn connect(
        &mut self,
        service: Uuid,
        id: u8,
        link_state: DssLinkState,
        purpose: Purpose,
        now: Instant,
    ) -> Result<()> {
        let command = Command::from(&DssConnect { service, session_id: u32::from(id), link_state });
        let timeout = self.config.command_timeout;
        self.submit(purpose, command, timeout, now)
    }

    fn end_session(&mut self, service: Uuid, result: Result<()>) {
        if let Some(session) = self.data_sessions.sessions.remove(&service) {
            self.actions.push_back(DataAction::Detach(session.id));
            for request in session.waiters {
                self.complete(request, result.clone().map(|()| Answer::Done));
            }
        }
    }

    fn abort_writes(&mut self, service: Uuid, error: &Error) {
        let writes = self.data_sessions.writes.iter();
        let mut requests: Vec<RequestId> =
            writes.filter(|(_, write)| write.service == service).map(|(request, _)| *request).collect();
        requests.sort_unstable();
        for request in requests {
            self.handle_written(request, Err(error.clone()));
        }
    }
}

/// True if another id might do: the modem refused, and not for lack of sessions or support.
fn may_be_taken(error: &Error) -> bool {
    error
        .status()
        .is_some_and(|status| !matches!(status, Status::DSS_INSTANCE_LIMIT | Status::NO_DEVICE_SUPPORT))
}
