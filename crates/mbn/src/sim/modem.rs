//! The modem itself: control channel, subscriptions, data sessions. No I/O and no clock.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet, VecDeque},
    io::Write,
    time::{Duration, Instant},
};

use bytes::Bytes;
use uuid::Uuid;

use super::{
    Fault, Profile,
    at::At,
    basic_connect::{BasicConnect, Dss, Listed},
    control::Control,
    echo::Echo,
    fault::Dice,
    log::{Firmware, LogConfig, LogTransfer},
    service::{Answer, Effect, Service, answer, refuse, request},
    store::Store,
};
use crate::wire::{
    CloseDone, Command, CommandDone, Empty, Frame, Header, IndicateStatus, Malformed, Message, MessageType,
    OpenDone, ProtocolErrorCode, Status,
    cid::{DeviceServices, DeviceServicesQuery, DssConnect, DssLinkState, DssPayload, SubscribeList},
    fragment::{self, Limits, Reassembler},
    framing::Framer,
    service,
};

/// How many datagrams may wait for the host before more are dropped, as a modem whose buffers are full drops them.
const MAX_WAITING_DATA: usize = 1024;

/// A simulated modem; what it can do stands in the documentation of [`sim`](crate::sim).
#[derive(Debug)]
pub struct Modem {
    profile: Profile,
    services: Vec<Box<dyn Service>>,
    open: Option<Open>,
    stale: bool,
    framer: Framer,
    reassembler: Reassembler,
    dice: Dice,
    faults: VecDeque<Fault>,
    /// Transactions that came and are not answered.
    transactions: HashSet<u32>,
    /// Answers that wait for their time, in the order in which they were made.
    late: BTreeMap<(Instant, u64), Late>,
    made: u64,
    control: VecDeque<Bytes>,
    data: VecDeque<(u8, Bytes)>,
    unplugged: bool,
}

#[derive(Debug)]
struct Late {
    transaction: Option<u32>,
    pieces: Vec<Bytes>,
}

/// What OPEN made and CLOSE forgets.
#[derive(Debug)]
struct Open {
    max_control_transfer: usize,
    /// `None` until the host sends a list: then every event of the standard services.
    subscribed: Option<SubscribeList>,
    sessions: BTreeMap<u8, Uuid>,
}

impl Modem {
    /// A modem that was just plugged in.
    pub fn new(profile: Profile) -> Self {
        let instances = profile.max_dss_instances;
        let mut services: Vec<Box<dyn Service>> = vec![
            Box::new(BasicConnect::new(&profile)),
            Box::new(Dss),
            Box::new(LogConfig::default()),
            Box::new(Firmware(Uuid::from_u128(0x5749_4d55_4c41_5445_4420_4649_524d_5741))),
            Box::new(Echo { max_dss_instances: instances }),
            Box::new(Store::new(instances)),
            Box::new(LogTransfer::default()),
            Box::new(At { imei: profile.device_id.clone(), firmware: profile.firmware_info.clone() }),
            Box::new(Control),
        ];
        services.extend(
            profile.extra_services.iter().map(|&service| Box::new(Listed(service)) as Box<dyn Service>),
        );
        Self {
            services,
            open: None,
            stale: profile.stale,
            framer: Framer::new(profile.max_control_message.max(1 << 17)),
            reassembler: Reassembler::new(Limits { message: 1 << 17, ..Limits::default() }),
            dice: Dice::new(profile.faults),
            faults: VecDeque::new(),
            transactions: HashSet::new(),
            late: BTreeMap::new(),
            made: 0,
            control: VecDeque::new(),
            data: VecDeque::new(),
            unplugged: false,
            profile,
        }
    }

    /// Adds a service, or replaces the one with the same id.
    pub fn add_service(&mut self, service: Box<dyn Service>) {
        let id = service.describe().service;
        self.services.retain(|existing| existing.describe().service != id);
        self.services.push(service);
    }

    /// Makes the store service write what it receives to `file`.
    pub fn store_into(&mut self, file: Box<dyn Write + Send>) {
        self.add_service(Box::new(Store::new(self.profile.max_dss_instances).into_file(file)));
    }

    /// What kind of modem it is.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// True once the modem vanished; whoever serves it then drops the connection.
    pub fn is_unplugged(&self) -> bool {
        self.unplugged
    }

    /// True between OPEN and CLOSE.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The open data sessions.
    pub fn sessions(&self) -> impl Iterator<Item = (u8, Uuid)> {
        self.open.iter().flat_map(|open| open.sessions.iter().map(|(id, service)| (*id, *service)))
    }

    /// Vanishes.
    pub fn unplug(&mut self) {
        self.reset();
        self.unplugged = true;
    }

    /// Behaves badly with the next command.
    pub fn inject(&mut self, fault: Fault) {
        self.faults.push_back(fault);
    }

    /// Reports an event, if the host subscribed to it.
    pub fn indicate(&mut self, service: Uuid, cid: u32, data: Bytes, now: Instant) {
        let Some(open) = &self.open else { return };
        let wanted = match &open.subscribed {
            Some(list) => list.contains(service, cid),
            None => service::is_native(service),
        };
        if wanted {
            let message = Message::IndicateStatus(IndicateStatus { service, cid, buffer: data });
            let pieces = fragment::split(&message.encode(0), open.max_control_transfer).collect();
            self.send_later(None, pieces, now, Duration::ZERO);
        }
    }

    /// Takes bytes of the control channel, cut anywhere.
    ///
    /// # Errors
    /// A length that cannot be; a real modem stalls then.
    pub fn handle_control(&mut self, bytes: &[u8], now: Instant) -> Result<(), Malformed> {
        self.framer.feed(bytes);
        loop {
            match self.framer.next_piece() {
                Ok(Some(piece)) => self.handle_piece(&piece, now),
                Ok(None) => return Ok(()),
                Err(malformed) => {
                    self.framer.reset();
                    return Err(malformed);
                }
            }
        }
    }

    /// Takes a datagram of a data session. One for a session that is not open is dropped without a word, as real modems do.
    pub fn handle_data(&mut self, session: u8, data: Bytes, now: Instant) {
        let Some(&id) = self.open.as_ref().and_then(|open| open.sessions.get(&session)) else { return };
        let mut effects = Vec::new();
        if let Some(service) = find(&mut self.services, id)
            && service.describe().dss_payload.contains(DssPayload::HOST_TO_DEVICE)
        {
            service.data(session, data, &mut effects);
        }
        self.carry_out(effects, now);
    }

    /// Tells the time.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(fault) = self.reassembler.expire(now) {
            self.function_error(fault.transaction_id, fault.error);
        }
        while let Some(entry) = self.late.first_entry().filter(|entry| entry.key().0 <= now) {
            let late = entry.remove();
            if let Some(transaction) = late.transaction {
                self.transactions.remove(&transaction);
            }
            self.control.extend(late.pieces);
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn next_timeout(&self) -> Option<Instant> {
        let late = self.late.first_key_value().map(|(key, _)| key.0);
        [late, self.reassembler.next_timeout()].into_iter().flatten().min()
    }

    /// The next piece for the control channel.
    pub fn poll_control(&mut self) -> Option<Bytes> {
        self.control.pop_front()
    }

    /// The next datagram for the host, of a session for which `ready` says that the host takes one.
    pub fn poll_data(&mut self, ready: impl Fn(u8) -> bool) -> Option<(u8, Bytes)> {
        if let Some(index) = self.data.iter().position(|(session, _)| ready(*session)) {
            return self.data.remove(index);
        }
        let open = self.open.as_ref()?;
        let limit = self.profile.max_data_size;
        let waiting = open.sessions.iter().filter(|(session, _)| ready(**session));
        let services: BTreeSet<Uuid> = waiting.map(|(_, service)| *service).collect();
        services.into_iter().find_map(|id| find(&mut self.services, id)?.poll_data(limit))
    }

    /// Takes one piece of the control channel.
    pub fn handle_piece(&mut self, piece: &Bytes, now: Instant) {
        if self.unplugged {
            return;
        }
        let frame = match Frame::decode(piece) {
            Ok(frame) => frame,
            Err(_) => {
                if let Ok(header) = Header::decode(piece) {
                    self.function_error(header.transaction_id, ProtocolErrorCode::LENGTH_MISMATCH);
                }
                return;
            }
        };
        let Header { message_type, transaction_id, .. } = frame.header;
        if message_type == MessageType::COMMAND {
            let Some(open) = &self.open else {
                return self.function_error(transaction_id, ProtocolErrorCode::NOT_OPENED);
            };
            if piece.len() > open.max_control_transfer {
                return self.function_error(transaction_id, ProtocolErrorCode::MAX_TRANSFER);
            }
            if self.transactions.contains(&transaction_id) {
                return self.function_error(transaction_id, ProtocolErrorCode::DUPLICATED_TID);
            }
        }
        match self.reassembler.push(frame, now) {
            Ok(None) => {}
            Ok(Some(whole)) => match Message::decode_body(whole.message_type, whole.body) {
                Ok(message) => self.handle_message(transaction_id, message, now),
                Err(_) => self.function_error(transaction_id, ProtocolErrorCode::LENGTH_MISMATCH),
            },
            Err(fault) => self.function_error(transaction_id, fault.error),
        }
    }

    fn handle_message(&mut self, transaction: u32, message: Message, now: Instant) {
        match message {
            Message::Open(open) => {
                let status = if self.stale { Status::FAILURE } else { Status::SUCCESS };
                if status.is_success() {
                    self.reset();
                    let max_control_transfer =
                        (open.max_control_transfer as usize).clamp(64, self.profile.max_control_message);
                    self.open =
                        Some(Open { max_control_transfer, subscribed: None, sessions: BTreeMap::new() });
                }
                let done = Message::OpenDone(OpenDone { status }).encode(transaction);
                self.send_later(None, vec![done], now, self.profile.latency);
            }
            Message::Close => {
                self.reset();
                self.stale = false;
                let done = Message::CloseDone(CloseDone { status: Status::SUCCESS }).encode(transaction);
                self.send_later(None, vec![done], now, self.profile.latency);
            }
            Message::Command(command) => self.command(transaction, command, now),
            Message::HostError(_) => {
                // The host gives the transaction up.
                self.late.retain(|_, late| late.transaction != Some(transaction));
                self.transactions.remove(&transaction);
            }
            _ => self.function_error(transaction, ProtocolErrorCode::UNKNOWN),
        }
    }

    fn command(&mut self, transaction: u32, command: Command, now: Instant) {
        let fault = if command.service == super::service::CONTROL {
            None // else one could not reach the control of a modem that misbehaves
        } else {
            self.faults.pop_front().or_else(|| self.dice.roll())
        };
        match fault {
            Some(Fault::Unplug) => return self.unplug(),
            Some(Fault::Reset) => {
                self.reset();
                return self.function_error(transaction, ProtocolErrorCode::NOT_OPENED);
            }
            _ => {}
        }
        let mut effects = Vec::new();
        let (status, buffer) = match fault {
            Some(Fault::Status(status)) => refuse(status),
            _ => self.answer(&command, &mut effects),
        };
        let done = CommandDone { service: command.service, cid: command.cid, status, buffer };
        let message = Message::CommandDone(done);
        let max =
            self.open.as_ref().map_or(self.profile.max_control_message, |open| open.max_control_transfer);
        let (pieces, latency) = match fault {
            Some(Fault::Delay(more)) => {
                (fragment::split(&message.encode(transaction), max).collect(), self.profile.latency + more)
            }
            Some(fault) => (fault.distort(&message, transaction, max), self.profile.latency),
            None => (fragment::split(&message.encode(transaction), max).collect(), self.profile.latency),
        };
        self.transactions.insert(transaction);
        self.send_later(Some(transaction), pieces, now, latency);
        self.carry_out(effects, now);
    }

    fn answer(&mut self, command: &Command, effects: &mut Vec<Effect>) -> Answer {
        if request::<DeviceServicesQuery>(command).is_some() {
            let services = self.services.iter().map(|service| service.describe()).collect();
            return answer(&DeviceServices { max_dss_sessions: self.profile.max_dss_sessions, services });
        }
        if let Some(list) = request::<SubscribeList>(command) {
            let answered = answer(&list);
            if let Some(open) = &mut self.open {
                open.subscribed = Some(list);
            }
            return answered;
        }
        if let Some(connect) = request::<DssConnect>(command) {
            return self.connect(&connect);
        }
        match find(&mut self.services, command.service) {
            Some(service) => service.command(command, effects),
            None => refuse(Status::NO_DEVICE_SUPPORT),
        }
    }

    /// DSS_CONNECT: MBIM 10.5.38.
    fn connect(&mut self, connect: &DssConnect) -> Answer {
        let Some(open) = &mut self.open else { return refuse(Status::FAILURE) };
        let Ok(session) = u8::try_from(connect.session_id) else { return refuse(Status::INVALID_PARAMETERS) };
        let Some(service) = find(&mut self.services, connect.service) else {
            return refuse(Status::NO_DEVICE_SUPPORT);
        };
        let described = service.describe();
        match connect.link_state {
            DssLinkState::ACTIVATE => {
                let instances = open.sessions.values().filter(|id| **id == connect.service).count();
                if described.dss_payload == DssPayload(0) {
                    return refuse(Status::INVALID_DEVICE_SERVICE_OPERATION);
                }
                if open.sessions.contains_key(&session) {
                    return refuse(Status::FAILURE);
                }
                if open.sessions.len() >= self.profile.max_dss_sessions as usize
                    || instances >= described.max_dss_instances as usize
                {
                    return refuse(Status::DSS_INSTANCE_LIMIT);
                }
                open.sessions.insert(session, connect.service);
                service.opened(session);
                answer(&Empty {})
            }
            DssLinkState::DEACTIVATE if open.sessions.get(&session) == Some(&connect.service) => {
                open.sessions.remove(&session);
                self.data.retain(|(id, _)| *id != session);
                service.closed(session);
                answer(&Empty {})
            }
            DssLinkState::DEACTIVATE => refuse(Status::INVALID_DEVICE_SERVICE_OPERATION),
            _ => refuse(Status::INVALID_PARAMETERS),
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>, now: Instant) {
        for effect in effects {
            match effect {
                Effect::Event { service, cid, data } => self.indicate(service, cid, data, now),
                Effect::Data { session, data } if self.data.len() < MAX_WAITING_DATA => {
                    self.data.push_back((session, data))
                }
                Effect::Data { .. } => {}
                Effect::Fault(fault) => self.inject(fault),
                Effect::Latency(latency) => self.profile.latency = latency,
                Effect::Unplug => self.unplug(),
            }
        }
    }

    fn function_error(&mut self, transaction: u32, error: ProtocolErrorCode) {
        self.control.push_back(Message::FunctionError(error).encode(transaction));
    }

    fn send_later(&mut self, transaction: Option<u32>, pieces: Vec<Bytes>, now: Instant, latency: Duration) {
        if latency.is_zero() && self.late.is_empty() {
            if let Some(transaction) = transaction {
                self.transactions.remove(&transaction);
            }
            self.control.extend(pieces);
            return;
        }
        self.made += 1;
        self.late.insert((now + latency, self.made), Late { transaction, pieces });
    }

    /// MBIM 9.3.1: OPEN and CLOSE forget sessions, subscriptions and outstanding commands.
    fn reset(&mut self) {
        if let Some(open) = self.open.take() {
            for (session, id) in open.sessions {
                if let Some(service) = find(&mut self.services, id) {
                    service.closed(session);
                }
            }
        }
        self.late.clear();
        self.transactions.clear();
        self.control.clear();
        self.data.clear();
        self.reassembler.clear();
    }
}

fn find(services: &mut [Box<dyn Service>], id: Uuid) -> Option<&mut Box<dyn Service>> {
    services.iter_mut().find(|service| service.describe().service == id)
}

#[cfg(test)]
#[path = "modem_tests.rs"]
mod tests;
