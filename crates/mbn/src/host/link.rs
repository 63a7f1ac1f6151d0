//! One MBIM link to a device: open, close, commands with their answers, events. No I/O and no clock.
//!
//! The driver gives it bytes and the time, and takes pieces to send and events. Whatever the device does — wrong lengths, fragments
//! without end, answers to nobody, an answer twice, silence — every accepted command gets exactly one [`LinkEvent::Done`], an error
//! belongs to the one command that it is about, and memory stays within the limits of [`LinkConfig`].

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use bytes::Bytes;

use crate::{
    Code, Error, Result,
    id_map::IdMap,
    wire::{
        Command, CommandDone, Frame, Header, IndicateStatus, Malformed, Message, MessageType, Open,
        ProtocolErrorCode,
        fragment::{self, Limits, Reassembler},
        framing::Framer,
    },
};

/// What a [`Link`] assumes about the device and how much it holds.
#[derive(Clone, Debug)]
pub struct LinkConfig {
    /// The largest message that the device takes, in bytes: `wMaxControlMessage` of its descriptor. Larger ones are fragmented.
    pub max_control_transfer: usize,
    /// Send every message in one piece, whatever its size. mbim-proxy wants that: it mixes up the fragments of two clients.
    pub whole_messages: bool,
    /// How many commands the device may have at once; more wait here.
    pub max_outstanding: usize,
    /// How many commands may wait, those at the device included.
    pub max_commands: usize,
    /// How long one attempt to open or close may take.
    pub open_timeout: Duration,
    /// How often to try to open. Between two attempts the device is closed: that recovers one that a dead program left open.
    pub open_attempts: u32,
    /// The limits on fragmented answers and events.
    pub limits: Limits,
}

impl Default for LinkConfig {
    fn default() -> Self {
        Self {
            max_control_transfer: 4096,
            whole_messages: false,
            max_outstanding: 32,
            max_commands: 1024,
            open_timeout: Duration::from_secs(10),
            open_attempts: 3,
            limits: Limits::default(),
        }
    }
}

/// What happened on a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// The device is open.
    Opened,
    /// The device did not open.
    OpenFailed(Error),
    /// The device is closed, as was asked.
    Closed,
    /// The device says that it is not open: it was reset, or another program closed it. Everything it knew of us is gone.
    Reset,
    /// The link is lost for good.
    Lost(Error),
    /// A command is done. An answer with a status other than success is an answer: `Ok`.
    Done {
        /// What the command was submitted with.
        token: u64,
        /// The answer, or why there is none.
        result: Result<CommandDone>,
    },
    /// The device reports an event.
    Indication(IndicateStatus),
}

/// What was wrong with what the device sent, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Messages and fragments that answer nothing: too late, twice, or never asked.
    pub strays: u64,
    /// Pieces that do not decode.
    pub malformed: u64,
    /// Fragmented messages that were given up.
    pub fragments: u64,
}

/// One MBIM link to a device.
#[derive(Debug)]
pub struct Link {
    config: LinkConfig,
    state: State,
    framer: Framer,
    reassembler: Reassembler,
    /// Commands that were accepted and not sent.
    waiting: VecDeque<u64>,
    /// Every accepted command.
    commands: IdMap<u64, Pending>,
    /// The commands that the device has, by transaction id.
    flying: IdMap<u32, u64>,
    deadlines: BTreeSet<(Instant, u64)>,
    outgoing: VecDeque<Bytes>,
    events: VecDeque<LinkEvent>,
    last_transaction: u32,
    oddities: Oddities,
}

#[derive(Debug)]
enum State {
    Closed,
    Opening {
        transaction: u32,
        attempt: u32,
        deadline: Instant,
    },
    /// Closing a device that did not open, to open it again.
    Recovering {
        transaction: u32,
        attempt: u32,
        deadline: Instant,
    },
    Open,
    Closing {
        transaction: u32,
        deadline: Instant,
    },
    Lost(Error),
}

#[derive(Debug)]
struct Pending {
    deadline: Instant,
    place: Place,
    service: uuid::Uuid,
    cid: u32,
}

#[derive(Debug)]
enum Place {
    Waiting(Command),
    Flying(u32),
}

impl Link {
    /// A link to a device that is not open.
    pub fn new(config: LinkConfig) -> Self {
        let largest = config.max_control_transfer.max(config.limits.message + Command::HEAD_LEN);
        Self {
            state: State::Closed,
            framer: Framer::new(largest),
            reassembler: Reassembler::new(config.limits),
            waiting: VecDeque::new(),
            commands: IdMap::default(),
            flying: IdMap::default(),
            deadlines: BTreeSet::new(),
            outgoing: VecDeque::new(),
            events: VecDeque::new(),
            last_transaction: 0,
            oddities: Oddities::default(),
            config,
        }
    }

    /// True if commands go to the device.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// The configuration.
    pub fn config(&self) -> &LinkConfig {
        &self.config
    }

    /// How many commands are not done.
    pub fn pending(&self) -> usize {
        self.commands.len()
    }

    /// What was wrong with what the device sent.
    pub fn oddities(&self) -> Oddities {
        self.oddities
    }

    /// Begins to open the device. Ends with [`LinkEvent::Opened`] or [`LinkEvent::OpenFailed`].
    pub fn open(&mut self, now: Instant) {
        if matches!(self.state, State::Closed) {
            self.send_open(1, now);
        }
    }

    /// Begins to close the device. Every command that is not done is given up. Ends with [`LinkEvent::Closed`].
    pub fn close(&mut self, now: Instant) {
        self.give_up_all(&Error::new(Code::OperationAborted, "the device is being closed"));
        match self.state {
            State::Closed => self.events.push_back(LinkEvent::Closed),
            State::Closing { .. } | State::Lost(_) => {}
            _ => {
                let transaction = self.next_transaction();
                self.send_now(&Message::Close, transaction);
                self.state = State::Closing { transaction, deadline: after(now, self.config.open_timeout) };
            }
        }
    }

    /// Accepts a command. It is sent once the device is open and takes more, and its [`LinkEvent::Done`] carries `token`, which must not
    /// be in use. The time-out runs from now.
    ///
    /// # Errors
    /// The device is not open or opening, or too many commands wait; then there is no event.
    pub fn submit(&mut self, token: u64, command: Command, timeout: Duration, now: Instant) -> Result<()> {
        match &self.state {
            State::Open | State::Opening { .. } | State::Recovering { .. } => {}
            State::Lost(error) => return Err(error.clone()),
            State::Closed | State::Closing { .. } => {
                return Err(Error::new(Code::NotReady, "the device is not open"));
            }
        }
        if self.commands.len() >= self.config.max_commands || self.commands.contains_key(&token) {
            return Err(Error::new(Code::Busy, format!("{} commands wait already", self.commands.len())));
        }
        let deadline = after(now, timeout);
        let (service, cid) = (command.service, command.cid);
        self.commands.insert(token, Pending { deadline, place: Place::Waiting(command), service, cid });
        self.deadlines.insert((deadline, token));
        self.waiting.push_back(token);
        Ok(())
    }

    /// Sends a command at once whose answer does not matter, if the device is open.
    pub fn tell(&mut self, command: Command) {
        if self.is_open() {
            let transaction = self.next_transaction();
            self.send_command(command, transaction);
        }
    }

    /// Gives a command up. The device is told if it has it.
    pub fn cancel(&mut self, token: u64) {
        if let Some(Pending { place: Place::Flying(transaction), .. }) = self.commands.get(&token) {
            let transaction = *transaction;
            self.send_now(&Message::HostError(ProtocolErrorCode::CANCEL), transaction);
        }
        self.done(token, Err(Error::new(Code::OperationAborted, "the request was cancelled")));
    }

    /// Takes bytes that came from the device, cut anywhere.
    ///
    /// # Errors
    /// A length that cannot be. On a stream nothing after it can be understood: call [`lost`](Self::lost). On a character device the
    /// next read begins a new message: go on.
    pub fn handle_bytes(&mut self, bytes: &[u8], now: Instant) -> Result<(), Malformed> {
        self.framer.feed(bytes);
        loop {
            match self.framer.next_piece() {
                Ok(Some(piece)) => self.handle_piece(&piece, now),
                Ok(None) => return Ok(()),
                Err(malformed) => {
                    self.framer.reset();
                    self.oddities.malformed += 1;
                    return Err(malformed);
                }
            }
        }
    }

    /// Takes one piece that came from the device: a message or a fragment.
    pub fn handle_piece(&mut self, piece: &Bytes, now: Instant) {
        let frame = match Frame::decode(piece) {
            Ok(frame) => frame,
            Err(malformed) => return self.refuse_malformed(Header::decode(piece).ok(), malformed),
        };
        let header = frame.header;
        if header.message_type == MessageType::COMMAND_DONE
            && !self.flying.contains_key(&header.transaction_id)
        {
            self.oddities.strays += 1; // nobody asked: holding its fragments would let a device fill our memory
            return;
        }
        if !matches!(header.message_type.0, 0x8000_0000..) {
            return self.refuse_malformed(Some(header), unexpected(header.message_type));
        }
        match self.reassembler.push(frame, now) {
            Ok(None) => {}
            Ok(Some(whole)) => match Message::decode_body(whole.message_type, whole.body) {
                Ok(message) => self.handle_message(header.transaction_id, message, now),
                Err(malformed) => self.refuse_malformed(Some(header), malformed),
            },
            Err(fault) => self.fault(fault),
        }
    }

    /// Says that the transport is gone: unplugged, closed by the peer, or beyond understanding.
    pub fn lost(&mut self, error: Error) {
        if !matches!(self.state, State::Lost(_)) {
            self.give_up_all(&error);
            self.outgoing.clear();
            self.framer.reset();
            self.state = State::Lost(error.clone());
            self.events.push_back(LinkEvent::Lost(error));
        }
    }

    /// Tells the time. Call it when [`next_timeout`](Self::next_timeout) is reached; calling it more often does no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(fault) = self.reassembler.expire(now) {
            self.fault(fault);
        }
        while let Some(&(deadline, token)) = self.deadlines.first().filter(|(deadline, _)| *deadline <= now) {
            let what = match self.commands.get(&token).map(|pending| &pending.place) {
                Some(Place::Waiting(_)) => "the command could not even be sent",
                _ => "the command was sent and not answered",
            };
            self.deadlines.remove(&(deadline, token));
            self.done(token, Err(Error::new(Code::Timeout, what)));
        }
        match &self.state {
            State::Opening { attempt, deadline, .. } if *deadline <= now => {
                let attempt = *attempt;
                self.recover(attempt, Error::new(Code::Timeout, "the device did not answer OPEN"), now);
            }
            State::Recovering { attempt, deadline, .. } if *deadline <= now => {
                let attempt = *attempt;
                self.send_open(attempt + 1, now);
            }
            State::Closing { deadline, .. } if *deadline <= now => self.closed(),
            _ => {}
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn next_timeout(&self) -> Option<Instant> {
        let state = match self.state {
            State::Opening { deadline, .. }
            | State::Recovering { deadline, .. }
            | State::Closing { deadline, .. } => Some(deadline),
            _ => None,
        };
        let command = self.deadlines.first().map(|(deadline, _)| *deadline);
        [state, command, self.reassembler.next_timeout()].into_iter().flatten().min()
    }

    /// The next piece to send, at most `max_control_transfer` bytes unless messages go whole. The fragments of a message come one after
    /// another, with nothing between.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        if self.outgoing.is_empty() && self.is_open() && self.flying.len() < self.config.max_outstanding {
            self.send_waiting();
        }
        self.outgoing.pop_front()
    }

    /// What happened since the last call.
    pub fn poll_event(&mut self) -> Option<LinkEvent> {
        self.events.pop_front()
    }

    fn send_waiting(&mut self) {
        while let Some(token) = self.waiting.pop_front() {
            let transaction = self.next_transaction();
            let Some(pending) = self.commands.get_mut(&token) else { continue }; // timed out or cancelled meanwhile
            if let Place::Waiting(command) = std::mem::replace(&mut pending.place, Place::Flying(transaction))
            {
                self.flying.insert(transaction, token);
                self.send_command(command, transaction);
                return;
            }
        }
    }

    fn send_command(&mut self, command: Command, transaction: u32) {
        let message = Message::Command(command).encode(transaction);
        if self.config.whole_messages {
            self.outgoing.push_back(message);
        } else {
            self.outgoing.extend(fragment::split(&message, self.config.max_control_transfer));
        }
    }

    fn handle_message(&mut self, transaction: u32, message: Message, now: Instant) {
        match message {
            Message::CommandDone(done) => self.answered(transaction, done),
            Message::IndicateStatus(event) => self.events.push_back(LinkEvent::Indication(event)),
            Message::OpenDone(done) => match self.state {
                State::Opening { transaction: expected, attempt, .. } if expected == transaction => {
                    match done.status.into_result() {
                        Ok(()) => {
                            self.state = State::Open;
                            self.events.push_back(LinkEvent::Opened);
                        }
                        Err(error) => self.recover(attempt, error.context("the device refused OPEN"), now),
                    }
                }
                _ => self.oddities.strays += 1,
            },
            Message::CloseDone(_) => match self.state {
                State::Closing { transaction: expected, .. } if expected == transaction => self.closed(),
                State::Recovering { transaction: expected, attempt, .. } if expected == transaction => {
                    self.send_open(attempt + 1, now);
                }
                _ => self.oddities.strays += 1,
            },
            Message::FunctionError(error) => self.function_error(transaction, error, now),
            // Their types were refused before: a device does not send them.
            Message::Open(_) | Message::Close | Message::Command(_) | Message::HostError(_) => {
                self.oddities.strays += 1
            }
        }
    }

    fn answered(&mut self, transaction: u32, done: CommandDone) {
        let Some(&token) = self.flying.get(&transaction) else {
            self.oddities.strays += 1;
            return;
        };
        let asked = self.commands.get(&token).map(|pending| (pending.service, pending.cid));
        if asked == Some((done.service, done.cid)) {
            self.done(token, Ok(done));
        } else {
            self.oddities.malformed += 1;
            self.done(
                token,
                Err(Error::new(
                    Code::InvalidData,
                    "the answer is to another command than the one that was sent",
                )),
            );
        }
    }

    fn function_error(&mut self, transaction: u32, error: ProtocolErrorCode, now: Instant) {
        match self.state {
            State::Opening { transaction: expected, attempt, .. } if expected == transaction => {
                self.recover(attempt, Error::from(error).context("the device refused OPEN"), now);
            }
            State::Closing { transaction: expected, .. } if expected == transaction => self.closed(),
            State::Recovering { transaction: expected, attempt, .. } if expected == transaction => {
                self.send_open(attempt + 1, now);
            }
            State::Open if error == ProtocolErrorCode::NOT_OPENED => {
                self.give_up_all(&Error::from(error));
                self.state = State::Closed;
                self.events.push_back(LinkEvent::Reset);
            }
            _ => match self.flying.get(&transaction).copied() {
                Some(token) => self.done(token, Err(Error::from(error))),
                None => self.oddities.strays += 1,
            },
        }
    }

    /// A fragmented message was given up: tell the device, and fail the command that it answered.
    fn fault(&mut self, fault: fragment::Fault) {
        self.oddities.fragments += 1;
        if let Some(&token) = self.flying.get(&fault.transaction_id)
            && fault.message_type == MessageType::COMMAND_DONE
        {
            self.send_now(&Message::HostError(fault.error), fault.transaction_id);
            self.done(token, Err(Error::from(fault.error).context("the answer came in fragments that do not fit together")));
        }
    }

    fn refuse_malformed(&mut self, header: Option<Header>, malformed: Malformed) {
        self.oddities.malformed += 1;
        let Some(header) = header else { return };
        if let Some(&token) = self.flying.get(&header.transaction_id)
            && header.message_type == MessageType::COMMAND_DONE
        {
            self.send_now(&Message::HostError(ProtocolErrorCode::LENGTH_MISMATCH), header.transaction_id);
            self.done(token, Err(Error::from(malformed).context("the answer cannot be read")));
        }
    }

    /// The one place where a command ends.
    fn done(&mut self, token: u64, result: Result<CommandDone>) {
        let Some(pending) = self.commands.remove(&token) else { return };
        self.deadlines.remove(&(pending.deadline, token));
        if let Place::Flying(transaction) = pending.place {
            self.flying.remove(&transaction);
            self.reassembler.forget(MessageType::COMMAND_DONE, transaction);
        }
        self.events.push_back(LinkEvent::Done { token, result });
    }

    fn give_up_all(&mut self, error: &Error) {
        let mut tokens: Vec<u64> = self.commands.keys().copied().collect();
        tokens.sort_unstable();
        for token in tokens {
            self.done(token, Err(error.clone()));
        }
        self.waiting.clear();
        self.reassembler.clear();
    }

    fn send_open(&mut self, attempt: u32, now: Instant) {
        let transaction = self.next_transaction();
        let max_control_transfer = u32::try_from(self.config.max_control_transfer).unwrap_or(u32::MAX);
        self.send_now(&Message::Open(Open { max_control_transfer }), transaction);
        self.state = State::Opening { transaction, attempt, deadline: after(now, self.config.open_timeout) };
    }

    fn recover(&mut self, attempt: u32, why: Error, now: Instant) {
        if attempt >= self.config.open_attempts {
            self.give_up_all(&why);
            self.state = State::Closed;
            self.events.push_back(LinkEvent::OpenFailed(why));
            return;
        }
        let transaction = self.next_transaction();
        self.send_now(&Message::Close, transaction);
        self.state =
            State::Recovering { transaction, attempt, deadline: after(now, self.config.open_timeout) };
    }

    fn closed(&mut self) {
        self.state = State::Closed;
        self.events.push_back(LinkEvent::Closed);
    }

    /// Queues a message that has no fragments; not between the fragments of another one, since those are queued at once.
    fn send_now(&mut self, message: &Message, transaction: u32) {
        self.outgoing.push_back(message.encode(transaction));
    }

    fn next_transaction(&mut self) -> u32 {
        loop {
            self.last_transaction = self.last_transaction.wrapping_add(1);
            if self.last_transaction != 0 && !self.flying.contains_key(&self.last_transaction) {
                return self.last_transaction;
            }
        }
    }
}

/// `now + duration`, or a day of days ahead for a duration that no clock can hold.
pub(super) fn after(now: Instant, duration: Duration) -> Instant {
    now.checked_add(duration).unwrap_or_else(|| now + Duration::from_secs(86_400 * 365))
}

fn unexpected(message_type: MessageType) -> Malformed {
    let problem = crate::wire::Problem::Value(message_type.0);
    Malformed { structure: "Message", field: "MessageType", problem }
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
