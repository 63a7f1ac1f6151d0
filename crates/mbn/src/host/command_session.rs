//! Command sessions: a service's commands and events.
//!
//! MBIM has no message for them. Opening one means that the service's events are subscribed to; the commands need nothing. So the state
//! here follows what the modem was told with DEVICE_SERVICE_SUBSCRIBE_LIST, whose each SET replaces the whole list: the native services,
//! which the operating system needs, and every service with an open session, each with all its commands, as Windows builds it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use bytes::Bytes;
use uuid::Uuid;

use super::{Answer, Host, Operation, RequestId, services::Purpose};
use crate::{
    Code, Error, Result,
    wire::{
        Command, CommandDone, CommandType, Status,
        cid::{SubscribeEntry, SubscribeList},
        service,
    },
};

/// The command sessions of a modem.
#[derive(Debug, Default)]
pub(super) struct CommandSessions {
    sessions: BTreeMap<Uuid, State>,
    /// The services of the update that the modem has not answered yet.
    updating: Option<BTreeSet<Uuid>>,
}

#[derive(Debug)]
enum State {
    Opening(Vec<RequestId>),
    Open,
    Closing(Vec<RequestId>),
}

impl CommandSessions {
    fn is_open(&self, service: Uuid) -> bool {
        matches!(self.sessions.get(&service), Some(State::Open))
    }

    /// The services whose events are wanted.
    fn wanted(&self) -> BTreeSet<Uuid> {
        self.sessions
            .iter()
            .filter(|(_, state)| !matches!(state, State::Closing(_)))
            .map(|(service, _)| *service)
            .collect()
    }

    fn is_waiting(&self) -> bool {
        self.sessions.values().any(|state| !matches!(state, State::Open))
    }
}

impl Host {
    /// `IsCommandSessionOpen`: shared by everyone who uses the service.
    pub fn is_command_session_open(&self, service: Uuid) -> bool {
        self.command_sessions.is_open(service)
    }

    /// `OpenCommandSession`. A session that is open already is simply there: it is shared.
    ///
    /// # Errors
    /// `ERROR_NOT_FOUND`, `E_PENDING`; `E_INVALIDARG` for a native service, which Windows refuses too; `ERROR_BUSY` while it is closing.
    pub fn open_command_session(&mut self, service: Uuid, now: Instant) -> Result<RequestId> {
        self.service(service)?;
        refuse_native(service)?;
        if matches!(self.command_sessions.sessions.get(&service), Some(State::Closing(_))) {
            return Err(Error::new(Code::Busy, "the command session is being closed"));
        }
        let request = self.accept(service, Operation::OpenCommandSession)?;
        match self.command_sessions.sessions.entry(service).or_insert_with(|| State::Opening(Vec::new())) {
            State::Opening(waiters) => {
                waiters.push(request);
                self.update_subscriptions(now);
            }
            _ => self.complete(request, Ok(Answer::Done)),
        }
        Ok(request)
    }

    /// `CloseCommandSession`. It closes for everyone who uses the service.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if it is not open.
    pub fn close_command_session(&mut self, service: Uuid, now: Instant) -> Result<RequestId> {
        if !self.command_sessions.is_open(service) {
            return Err(Error::new(Code::OpenFailed, "the command session is not open"));
        }
        let request = self.accept(service, Operation::CloseCommandSession)?;
        self.command_sessions.sessions.insert(service, State::Closing(vec![request]));
        self.update_subscriptions(now);
        Ok(request)
    }

    /// `QueryCommand`.
    ///
    /// # Errors
    /// `ERROR_OPEN_FAILED` if the command session is not open; `ERROR_BUFFER_OVERFLOW` beyond `MaxCommandSize`.
    pub fn query_command(&mut self, service: Uuid, cid: u32, data: Bytes, now: Instant) -> Result<RequestId> {
        self.session_command(Operation::QueryCommand(cid), CommandType::QUERY, service, cid, data, now)
    }

    /// `SetCommand`.
    ///
    /// # Errors
    /// As [`query_command`](Self::query_command).
    pub fn set_command(&mut self, service: Uuid, cid: u32, data: Bytes, now: Instant) -> Result<RequestId> {
        self.session_command(Operation::SetCommand(cid), CommandType::SET, service, cid, data, now)
    }

    fn session_command(
        &mut self,
        operation: Operation,
        kind: CommandType,
        service: Uuid,
        cid: u32,
        buffer: Bytes,
        now: Instant,
    ) -> Result<RequestId> {
        if !self.command_sessions.is_open(service) {
            return Err(Error::new(Code::OpenFailed, "the command session is not open"));
        }
        if buffer.len() > self.config.max_command_size {
            let text =
                format!("{} bytes, but a command takes {}", buffer.len(), self.config.max_command_size);
            return Err(Error::new(Code::BufferOverflow, text));
        }
        let request = self.accept(service, operation)?;
        let command = Command { service, cid, kind, buffer };
        self.submit_for(request, command, self.config.command_timeout, now)
    }

    /// Tells the modem the list that is wanted, unless an update is under way: then its answer brings us back here.
    fn update_subscriptions(&mut self, now: Instant) {
        if self.command_sessions.updating.is_some() || !self.command_sessions.is_waiting() {
            return;
        }
        let wanted = self.command_sessions.wanted();
        let listed = self.services.services.iter();
        let entries =
            listed.filter(|listed| service::is_native(listed.service) || wanted.contains(&listed.service));
        let entries = entries
            .map(|listed| SubscribeEntry { service: listed.service, cids: listed.cids.clone() })
            .collect();
        let command = Command::from(&SubscribeList { entries });
        self.command_sessions.updating = Some(wanted);
        let timeout = self.config.command_timeout;
        if let Err(error) = self.submit(Purpose::Subscribe, command, timeout, now) {
            self.subscribed(Err(error), now);
        }
    }

    /// The modem answered an update: what it had in it is settled, and what came meanwhile causes another.
    pub(super) fn subscribed(&mut self, result: Result<CommandDone>, now: Instant) {
        let Some(sent) = self.command_sessions.updating.take() else { return };
        let result = result.and_then(|done| match done.status {
            // A modem without subscriptions sends every event.
            Status::NO_DEVICE_SUPPORT => Ok(()),
            status => status.into_result(),
        });
        let mut settled = Vec::new();
        for (service, state) in &mut self.command_sessions.sessions {
            let waiters = match state {
                State::Opening(waiters) if sent.contains(service) => waiters,
                State::Closing(waiters) if !sent.contains(service) => waiters,
                _ => continue,
            };
            settled.push((*service, std::mem::take(waiters)));
        }
        for (service, waiters) in settled {
            if sent.contains(&service) && result.is_ok() {
                self.command_sessions.sessions.insert(service, State::Open);
            } else {
                self.command_sessions.sessions.remove(&service); // closed even if the modem did not like to hear it
            }
            for request in waiters {
                self.complete(request, result.clone().map(|()| Answer::Done));
            }
        }
        self.update_subscriptions(now);
    }
}

/// Native services have no sessions for programs.
pub(super) fn refuse_native(service: Uuid) -> Result<()> {
    if service::is_native(service) {
        let text =
            format!("{} is used by the operating system itself and has no sessions", service::Name(service));
        return Err(Error::new(Code::InvalidArgument, text));
    }
    Ok(())
}
