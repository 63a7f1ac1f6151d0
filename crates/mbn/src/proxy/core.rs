//! The proxy without I/O: many clients, one link.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    task::Context,
    time::{Duration, Instant},
};

use bytes::Bytes;
use uuid::Uuid;

use super::{
    client::Client,
    subscriptions::{merge, wants},
};
use crate::{
    Error, Result,
    error::Said,
    host::{DataAction, HostConfig, Link, LinkEvent, RequestId},
    id_map::IdMap,
    sim::is_data_plane_query,
    transport::Core,
    wire::{
        Command, CommandDone, CommandType, Frame, Header, IndicateStatus, InformationBuffer, Message,
        MessageType, OpenDone, ProtocolErrorCode, Request, Status,
        cid::{DssConnect, DssLinkState, SubscribeList},
        data_message::{DataMessage, DataPlane},
        service::PROXY_CONTROL,
    },
};

/// How long a client's command may take: as long as with mbim-proxy. Clients have time-outs of their own.
const TIMEOUT: Duration = Duration::from_secs(300);
/// How long our own commands may take.
const OWN_TIMEOUT: Duration = Duration::from_secs(30);

/// The number of a client.
pub(super) type ClientId = u64;

/// The proxy of one modem.
#[derive(Debug)]
pub(super) struct ProxyCore {
    link: Link,
    config: HostConfig,
    clients: BTreeMap<ClientId, Client>,
    /// Why each command was submitted.
    asked: IdMap<u64, Asked>,
    /// Clients that sent OPEN before the modem was open, with their transaction ids.
    opening: Vec<(ClientId, u32)>,
    /// The list that the modem has; `None` is its own default.
    subscribed: Option<SubscribeList>,
    /// The list that the modem is being given.
    subscribing: Option<SubscribeList>,
    /// Clients whose lists are not settled.
    waiting: Vec<(ClientId, u32, SubscribeList)>,
    sessions: BTreeMap<u8, Session>,
    writes: IdMap<RequestId, (ClientId, u32, usize)>,
    actions: VecDeque<DataAction>,
    last: u64,
    last_write: u32,
    lost: Option<Error>,
}

#[derive(Debug)]
enum Asked {
    Forwarded { client: ClientId, transaction: u32 },
    Connect { client: ClientId, transaction: u32, session: u8 },
    Disconnect { client: ClientId, transaction: u32, session: u8 },
    Subscribe,
    Ignored,
}

#[derive(Debug)]
struct Session {
    client: ClientId,
    service: Uuid,
    /// The command that opens it waits for the data plane.
    attaching: Option<(u32, Command)>,
}

impl ProxyCore {
    pub(super) fn new(config: HostConfig, now: Instant) -> Self {
        let mut link = Link::new(config.link.clone());
        link.open(now);
        Self {
            link,
            config,
            clients: BTreeMap::new(),
            asked: IdMap::default(),
            opening: Vec::new(),
            subscribed: None,
            subscribing: None,
            waiting: Vec::new(),
            sessions: BTreeMap::new(),
            writes: IdMap::default(),
            actions: VecDeque::new(),
            last: 0,
            last_write: 0,
            lost: None,
        }
    }

    pub(super) fn add_client(&mut self) -> ClientId {
        self.last += 1;
        self.clients.insert(self.last, Client::new(self.config.link.limits));
        self.last
    }

    /// A client is gone: everything of its goes too.
    pub(super) fn remove_client(&mut self, id: ClientId, now: Instant) {
        let Some(client) = self.clients.remove(&id) else { return };
        for token in client.commands.into_values() {
            self.link.cancel(token);
        }
        self.opening.retain(|(client, _)| *client != id);
        self.waiting.retain(|(client, _, _)| *client != id);
        self.close_sessions(id, now);
        self.update_subscriptions(now);
        self.drain(now);
    }

    pub(super) fn clients(&self) -> usize {
        self.clients.len()
    }

    pub(super) fn client_may_send(&self, id: ClientId) -> bool {
        self.clients.get(&id).is_some_and(Client::may_send)
    }

    pub(super) fn take_output(
        &mut self,
        id: ClientId,
        queue: &mut VecDeque<Bytes>,
        cx: &mut Context<'_>,
    ) -> bool {
        self.clients.get_mut(&id).is_some_and(|client| client.take_output(queue, cx))
    }

    /// Closes the modem, and ends.
    pub(super) fn close(&mut self, now: Instant) {
        self.link.close(now);
        self.drain(now);
    }

    /// One piece from a client.
    pub(super) fn handle_client(&mut self, id: ClientId, piece: &Bytes, now: Instant) {
        match DataMessage::decode(piece) {
            Some(Ok(message)) => self.client_data(id, message),
            Some(Err(_)) => {}
            None => self.client_piece(id, piece, now),
        }
        self.drain(now);
    }

    fn client_piece(&mut self, id: ClientId, piece: &Bytes, now: Instant) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        while client.reassembler.expire(now).is_some() {}
        let Ok(header) = Header::decode(piece) else { return };
        let transaction = header.transaction_id;
        let Ok(frame) = Frame::decode(piece) else {
            return client.refuse(transaction, ProtocolErrorCode::LENGTH_MISMATCH);
        };
        if header.message_type == MessageType::COMMAND && client.commands.contains_key(&transaction) {
            return client.refuse(transaction, ProtocolErrorCode::DUPLICATED_TID);
        }
        let whole = match client.reassembler.push(frame, now) {
            Ok(Some(whole)) => whole,
            Ok(None) => return,
            Err(fault) => return client.refuse(transaction, fault.error),
        };
        match Message::decode_body(whole.message_type, whole.body) {
            Ok(Message::Command(command)) => self.command(id, transaction, command, now),
            Ok(Message::Open(_)) if self.link.is_open() => {
                client.open = true;
                client.send(transaction, &opened());
            }
            Ok(Message::Open(_)) => self.opening.push((id, transaction)),
            Ok(Message::Close) => {
                // The modem stays open for the others.
                client.open = false;
                client.list = None;
                let closed = Message::CloseDone(crate::wire::CloseDone { status: Status::SUCCESS });
                client.send(transaction, &closed);
                self.close_sessions(id, now);
                self.update_subscriptions(now);
            }
            Ok(Message::HostError(_)) => {
                if let Some(&token) = client.commands.get(&transaction) {
                    self.link.cancel(token);
                }
            }
            Ok(_) => client.refuse(transaction, ProtocolErrorCode::UNKNOWN),
            Err(_) => client.refuse(transaction, ProtocolErrorCode::LENGTH_MISMATCH),
        }
    }

    fn command(&mut self, id: ClientId, transaction: u32, command: Command, now: Instant) {
        if is_data_plane_query(&command) {
            let answer = self
                .config
                .max_data_size
                .map(|size| DataPlane { version: 1, max_data_size: size as u32 }.encode());
            let status = if answer.is_some() { Status::SUCCESS } else { Status::NO_DEVICE_SUPPORT };
            return self.answer(id, transaction, &command, status, answer.unwrap_or_default());
        }
        if command.service == PROXY_CONTROL {
            // The server handled the one that chooses the device.
            return self.answer(id, transaction, &command, Status::OPERATION_NOT_ALLOWED, Bytes::new());
        }
        let is = |service, cid, kind| (command.service, command.cid, command.kind) == (service, cid, kind);
        if is(SubscribeList::SERVICE, SubscribeList::CID, CommandType::SET) {
            match SubscribeList::decode(&command.buffer) {
                Ok(list) => {
                    if let Some(client) = self.clients.get_mut(&id) {
                        client.list = Some(list.clone());
                    }
                    self.waiting.push((id, transaction, list));
                    self.update_subscriptions(now);
                }
                Err(_) => self.answer(id, transaction, &command, Status::INVALID_PARAMETERS, Bytes::new()),
            }
            return;
        }
        if is(DssConnect::SERVICE, DssConnect::CID, CommandType::SET) {
            return match DssConnect::decode(&command.buffer) {
                Ok(connect) => self.connect(id, transaction, command, &connect, now),
                Err(_) => self.answer(id, transaction, &command, Status::INVALID_PARAMETERS, Bytes::new()),
            };
        }
        self.forward(command, TIMEOUT, Asked::Forwarded { client: id, transaction }, now);
    }

    /// DSS_CONNECT: a session belongs to the client that opened it.
    fn connect(
        &mut self,
        id: ClientId,
        transaction: u32,
        command: Command,
        connect: &DssConnect,
        now: Instant,
    ) {
        let refuse = |core: &mut Self, status| core.answer(id, transaction, &command, status, Bytes::new());
        let Ok(session) = u8::try_from(connect.session_id) else {
            return refuse(self, Status::INVALID_PARAMETERS);
        };
        let owner = self.sessions.get(&session).map(|session| session.client);
        match (connect.link_state, owner) {
            (DssLinkState::ACTIVATE, Some(_)) => refuse(self, Status::FAILURE),
            (DssLinkState::ACTIVATE, None) => {
                let service = connect.service;
                self.sessions.insert(
                    session,
                    Session { client: id, service, attaching: Some((transaction, command)) },
                );
                if self.config.max_data_size.is_some() {
                    self.actions.push_back(DataAction::Attach(session));
                } else {
                    self.handle_attached(session, Ok(()), now);
                }
            }
            (DssLinkState::DEACTIVATE, Some(owner)) if owner == id => {
                self.forward(command, TIMEOUT, Asked::Disconnect { client: id, transaction, session }, now);
            }
            (DssLinkState::DEACTIVATE, _) => refuse(self, Status::INVALID_DEVICE_SERVICE_OPERATION),
            _ => refuse(self, Status::INVALID_PARAMETERS),
        }
    }

    fn client_data(&mut self, id: ClientId, message: DataMessage) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        match message {
            DataMessage::Credit { session, datagrams } => {
                let credit = client.credit.entry(session).or_default();
                *credit = credit.saturating_add(datagrams);
            }
            DataMessage::Write { number, session, data } => {
                let is_open = self
                    .sessions
                    .get(&session)
                    .is_some_and(|session| session.client == id && session.attaching.is_none());
                let status = match self.config.max_data_size {
                    Some(limit) if is_open && data.len() > limit => Status::PARAMETER_TOO_LONG,
                    Some(_) if is_open => Status::SUCCESS,
                    _ => Status::INVALID_DEVICE_SERVICE_OPERATION,
                };
                if !status.is_success() {
                    return client.send_data(&DataMessage::Done { number, status });
                }
                client.write_bytes += data.len();
                loop {
                    self.last_write = self.last_write.wrapping_add(1);
                    let request = RequestId(self.last_write);
                    if request.0 != 0 && !self.writes.contains_key(&request) {
                        self.writes.insert(request, (id, number, data.len()));
                        self.actions.push_back(DataAction::Write { request, session, data });
                        return;
                    }
                }
            }
            DataMessage::Read { .. } | DataMessage::Done { .. } => {}
        }
    }

    fn forward(&mut self, command: Command, timeout: Duration, asked: Asked, now: Instant) {
        self.last += 1;
        let token = self.last;
        match self.link.submit(token, command, timeout, now) {
            Ok(()) => {
                if let Asked::Forwarded { client, transaction }
                | Asked::Connect { client, transaction, .. }
                | Asked::Disconnect { client, transaction, .. } = &asked
                    && let Some(client) = self.clients.get_mut(client)
                {
                    client.commands.insert(*transaction, token);
                }
                self.asked.insert(token, asked);
            }
            Err(error) => self.done(asked, Err(error), now),
        }
    }

    fn drain(&mut self, now: Instant) {
        while let Some(event) = self.link.poll_event() {
            match event {
                LinkEvent::Opened => {
                    for (id, transaction) in std::mem::take(&mut self.opening) {
                        if let Some(client) = self.clients.get_mut(&id) {
                            client.open = true;
                            client.send(transaction, &opened());
                        }
                    }
                    self.update_subscriptions(now);
                }
                LinkEvent::Reset => {
                    // Sessions and subscriptions are gone; the clients are told, and the modem is opened again.
                    self.sessions
                        .keys()
                        .for_each(|session| self.actions.push_back(DataAction::Detach(*session)));
                    self.sessions.clear();
                    (self.subscribed, self.subscribing) = (None, None);
                    self.clients
                        .values_mut()
                        .for_each(|client| client.refuse(0, ProtocolErrorCode::NOT_OPENED));
                    self.link.open(now);
                }
                LinkEvent::OpenFailed(error) | LinkEvent::Lost(error) => self.end(error),
                LinkEvent::Closed => self.end(Error::new(crate::Code::OperationAborted, "the proxy ends")),
                LinkEvent::Done { token, result } => {
                    if let Some(asked) = self.asked.remove(&token) {
                        self.done(asked, result, now);
                    }
                }
                LinkEvent::Indication(event) => self.tell(&event),
            }
        }
    }

    fn done(&mut self, asked: Asked, result: Result<CommandDone>, now: Instant) {
        let success = result.as_ref().is_ok_and(|done| done.status.is_success());
        match asked {
            Asked::Forwarded { client, transaction } => self.pass_on(client, transaction, result),
            Asked::Connect { client, transaction, session } => {
                if !success {
                    self.end_session(session);
                } else if !self.clients.contains_key(&client) {
                    self.close_session(session, now); // its client died meanwhile
                }
                self.pass_on(client, transaction, result);
            }
            Asked::Disconnect { client, transaction, session } => {
                if success {
                    self.end_session(session);
                }
                self.pass_on(client, transaction, result);
            }
            Asked::Subscribe => self.subscribed_now(result, now),
            Asked::Ignored => {}
        }
    }

    fn pass_on(&mut self, id: ClientId, transaction: u32, result: Result<CommandDone>) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        client.commands.remove(&transaction);
        match result {
            Ok(done) => client.send(transaction, &Message::CommandDone(done)),
            Err(error) => match error.said() {
                Some(Said::Protocol(code)) => client.refuse(transaction, code),
                _ if error.code() == crate::Code::DeviceRemoved => {} // the connection ends at once
                _ if error.code() == crate::Code::OperationAborted => {
                    client.refuse(transaction, ProtocolErrorCode::CANCEL)
                }
                _ => client.refuse(transaction, ProtocolErrorCode::UNKNOWN),
            },
        }
        client.wake();
    }

    fn answer(&mut self, id: ClientId, transaction: u32, command: &Command, status: Status, buffer: Bytes) {
        if let Some(client) = self.clients.get_mut(&id) {
            client.answer(transaction, command, status, buffer);
        }
    }

    fn tell(&mut self, event: &IndicateStatus) {
        for client in self.clients.values_mut().filter(|client| client.open) {
            if wants(client.list.as_ref(), event.service, event.cid) {
                client.send(0, &Message::IndicateStatus(event.clone()));
            }
        }
    }

    /// Gives the modem the merged list if it has another one, and answers those who wait once it has it.
    fn update_subscriptions(&mut self, now: Instant) {
        if self.subscribing.is_some() || !self.link.is_open() {
            return;
        }
        let merged = merge(self.clients.values().map(|client| client.list.as_ref()));
        let is_default = self.clients.values().all(|client| client.list.is_none());
        if self.subscribed.as_ref() == Some(&merged) || (self.subscribed.is_none() && is_default) {
            return self.settle_subscriptions(Status::SUCCESS);
        }
        self.subscribing = Some(merged.clone());
        self.forward(Command::from(&merged), OWN_TIMEOUT, Asked::Subscribe, now);
    }

    fn subscribed_now(&mut self, result: Result<CommandDone>, now: Instant) {
        let Some(sent) = self.subscribing.take() else { return };
        let status = result.map_or(Status::FAILURE, |done| done.status);
        // Even if the modem refused: asking for the same again would not help.
        self.subscribed = Some(sent);
        if !status.is_success() {
            return self.settle_subscriptions(status);
        }
        self.update_subscriptions(now);
    }

    fn settle_subscriptions(&mut self, status: Status) {
        for (id, transaction, list) in std::mem::take(&mut self.waiting) {
            let command = Command::from(&list);
            self.answer(id, transaction, &command, status, command.buffer.clone());
        }
    }

    fn close_sessions(&mut self, id: ClientId, now: Instant) {
        let theirs: BTreeSet<u8> =
            self.sessions.iter().filter(|(_, s)| s.client == id).map(|(session, _)| *session).collect();
        theirs.into_iter().for_each(|session| self.close_session(session, now));
    }

    fn close_session(&mut self, session: u8, now: Instant) {
        if let Some(Session { service, attaching: None, .. }) = self.sessions.get(&session) {
            let connect = DssConnect {
                service: *service,
                session_id: session.into(),
                link_state: DssLinkState::DEACTIVATE,
            };
            self.forward(Command::from(&connect), OWN_TIMEOUT, Asked::Ignored, now);
        }
        self.end_session(session);
    }

    fn end_session(&mut self, session: u8) {
        if let Some(ended) = self.sessions.remove(&session) {
            self.actions.push_back(DataAction::Detach(session));
            if let Some(client) = self.clients.get_mut(&ended.client) {
                client.credit.remove(&session); // the next session with this id begins without
            }
        }
    }

    fn end(&mut self, error: Error) {
        self.clients.values_mut().for_each(Client::drop_it);
        self.lost = Some(error);
    }
}

impl Core for ProxyCore {
    fn handle_piece(&mut self, piece: &Bytes, now: Instant) {
        self.link.handle_piece(piece, now);
        self.drain(now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.link.handle_timeout(now);
        self.drain(now);
    }

    fn next_timeout(&self) -> Option<Instant> {
        self.link.next_timeout()
    }

    fn poll_transmit(&mut self) -> Option<Bytes> {
        self.link.poll_transmit()
    }

    fn poll_data_action(&mut self) -> Option<DataAction> {
        self.actions.pop_front()
    }

    fn handle_attached(&mut self, session: u8, result: Result<()>, now: Instant) {
        let Some(entry) = self.sessions.get_mut(&session) else { return };
        let Some((transaction, command)) = entry.attaching.take() else { return };
        let client = entry.client;
        match result {
            Ok(()) => self.forward(command, TIMEOUT, Asked::Connect { client, transaction, session }, now),
            Err(_) => {
                self.end_session(session);
                self.answer(client, transaction, &command, Status::FAILURE, Bytes::new());
            }
        }
        self.drain(now);
    }

    fn handle_written(&mut self, request: RequestId, result: Result<()>) {
        let Some((id, number, size)) = self.writes.remove(&request) else { return };
        let Some(client) = self.clients.get_mut(&id) else { return };
        client.write_bytes -= size;
        let status = match result {
            Ok(()) => Status::SUCCESS,
            Err(error) => error.status().unwrap_or(Status::WRITE_FAILURE),
        };
        client.send_data(&DataMessage::Done { number, status });
    }

    fn handle_data(&mut self, session: u8, data: Bytes) {
        let owner = self.sessions.get(&session).map(|session| session.client);
        let Some(client) = owner.and_then(|owner| self.clients.get_mut(&owner)) else { return };
        if let Some(credit) = client.credit.get_mut(&session)
            && *credit > 0
        {
            *credit -= 1;
            client.send_data(&DataMessage::Read { session, data });
        }
    }

    fn data_room(&self, session: u8) -> u32 {
        let owner = self.sessions.get(&session).and_then(|session| self.clients.get(&session.client));
        owner.and_then(|client| client.credit.get(&session)).copied().unwrap_or(0)
    }

    fn lost(&mut self, error: Error, now: Instant) {
        self.link.lost(error);
        self.drain(now);
    }

    fn settle(&mut self) {}

    fn is_finished(&self) -> bool {
        self.lost.is_some()
    }
}

fn opened() -> Message {
    Message::OpenDone(OpenDone { status: Status::SUCCESS })
}
