//! The states of a channel and what is legal in each (WWSAPI K.1), without any I/O.

use super::ChannelType;
use crate::{Error, ErrorCode, Result};

/// The state of a channel: `WS_CHANNEL_STATE`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum ChannelState {
    /// Ready to be opened.
    Created = 0,
    /// On the way to its endpoint.
    Opening = 1,
    /// Waits for a client.
    Accepting = 2,
    /// Messages can be sent and received.
    Open = 3,
    /// It was aborted, or failed; it can only be closed.
    Faulted = 4,
    /// Saying good-bye.
    Closing = 5,
    /// Done; it can be reset.
    Closed = 6,
}

/// The state of a channel with its two halves, sending and receiving, each of which has at most one message at a time.
///
/// [`Channel`](super::Channel) keeps one around its driver; it is public for those who keep the states of channels of
/// their own kind, such as the C interface for its custom channels. It does nothing by itself.
#[derive(Debug)]
pub struct ChannelMachine {
    kind: ChannelType,
    state: ChannelState,
    /// Why it is faulted.
    failure: Option<Error>,
    halves: [Half; 2],
    /// No message may be sent any more.
    is_shut_down: bool,
}

/// One of the two halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Out.
    Send,
    /// In.
    Receive,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Half {
    #[default]
    Idle,
    /// A call is under way that starts a message, goes on with it, or ends it.
    Busy { started: bool },
    /// A message is started; its next call may come.
    Started,
}

/// What a call does to a half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Starts a message.
    Start,
    /// Goes on with it.
    Body,
    /// Ends it.
    End,
}

impl ChannelMachine {
    /// A channel of this type that was just created.
    pub fn new(kind: ChannelType) -> Self {
        ChannelMachine {
            kind,
            state: ChannelState::Created,
            failure: None,
            halves: [Half::Idle; 2],
            is_shut_down: false,
        }
    }

    /// The state.
    pub fn state(&self) -> ChannelState {
        self.state
    }

    /// Opening or accepting begins.
    ///
    /// # Errors
    /// `InvalidOperation` unless the channel was just created or reset.
    pub fn begin(&mut self, to: ChannelState) -> Result<()> {
        if self.state != ChannelState::Created {
            return Err(self.illegal("open it"));
        }
        self.state = to;
        Ok(())
    }

    /// Opening or accepting is over; a failure leaves the channel as it was created.
    ///
    /// # Errors
    /// `OperationAborted` if it was aborted meanwhile.
    pub fn opened(&mut self, is_open: bool) -> Result<()> {
        let expected = matches!(self.state, ChannelState::Opening | ChannelState::Accepting);
        // What was aborted meanwhile may be closed by now.
        if expected {
            self.state = if is_open { ChannelState::Open } else { ChannelState::Created };
        }
        if is_open && !expected {
            return Err(Error::new(
                ErrorCode::OperationAborted,
                "the channel was aborted while it was opened",
            ));
        }
        Ok(())
    }

    /// A call on a half begins.
    ///
    /// # Errors
    /// `InvalidOperation` if it is not its turn, `ObjectFaulted`.
    pub fn enter(&mut self, way: Way, step: Step) -> Result<()> {
        match self.state {
            ChannelState::Open => {}
            ChannelState::Faulted => return Err(self.faulted()),
            _ => return Err(self.illegal("send or receive")),
        }
        let (able, verb) = match way {
            Way::Send => (self.kind.sends(), "send"),
            Way::Receive => (self.kind.receives(), "receive"),
        };
        if !able {
            let text = format!("a channel of type {} does not {verb} messages", self.kind);
            return Err(Error::operation(text));
        }
        if way == Way::Send && self.is_shut_down && step == Step::Start {
            return Err(Error::operation("the session was shut down; nothing can be sent any more"));
        }
        let half = &mut self.halves[way as usize];
        *half = match (*half, step) {
            (Half::Idle, Step::Start) => Half::Busy { started: false },
            (Half::Started, Step::Body | Step::End) => Half::Busy { started: true },
            (Half::Busy { .. }, _) => {
                return Err(Error::operation(format!(
                    "the channel has a call that {verb}s under way already"
                )));
            }
            (Half::Started, Step::Start) => {
                return Err(Error::operation(format!(
                    "a message is half way; end or abandon it before the channel can {verb} the next"
                )));
            }
            (Half::Idle, _) => {
                return Err(Error::operation(format!("no message is started that the channel could {verb}")));
            }
        };
        Ok(())
    }

    /// The call is over. `has_message` says whether a message is under way behind it.
    pub fn leave(&mut self, way: Way, has_message: bool) {
        if let Half::Busy { .. } = self.halves[way as usize] {
            self.halves[way as usize] = if has_message { Half::Started } else { Half::Idle };
        }
    }

    /// Whether the call that is under way had a message before.
    pub fn had_message(&self, way: Way) -> bool {
        self.halves[way as usize] == Half::Busy { started: true }
    }

    /// Whether a message is under way.
    pub fn has_message(&self, way: Way) -> bool {
        self.halves[way as usize] == Half::Started
    }

    /// The message under way is given up; false if there is none.
    pub fn abandon(&mut self, way: Way) -> bool {
        let half = &mut self.halves[way as usize];
        let had = *half == Half::Started;
        if had {
            *half = Half::Idle;
        }
        had
    }

    /// The peer is told that nothing more is sent.
    ///
    /// # Errors
    /// `InvalidOperation` for a channel without a session to send in, in the middle of a message, or a second time;
    /// `ObjectFaulted`.
    pub fn shut_down(&mut self) -> Result<()> {
        match self.state {
            ChannelState::Open => {}
            ChannelState::Faulted => return Err(self.faulted()),
            _ => return Err(self.illegal("shut its session down")),
        }
        if !self.kind.has(ChannelType::OUTPUT_SESSION) {
            let text = format!("a channel of type {} has no session to shut down", self.kind);
            return Err(Error::operation(text));
        }
        if self.halves[Way::Send as usize] != Half::Idle {
            return Err(Error::operation("a message is half way; end or abandon it first"));
        }
        if self.is_shut_down {
            return Err(Error::operation("the session is shut down already"));
        }
        self.is_shut_down = true;
        Ok(())
    }

    /// Whether that was said.
    pub fn is_shut_down(&self) -> bool {
        self.is_shut_down
    }

    /// The channel fails for good, or is aborted. Says whether it was open.
    pub fn fault(&mut self, error: Error) -> bool {
        match self.state {
            ChannelState::Open => {
                self.state = ChannelState::Faulted;
                self.failure = Some(error);
                true
            }
            // The call that opens finds out by itself.
            ChannelState::Opening | ChannelState::Accepting => {
                self.state = ChannelState::Created;
                true
            }
            _ => false,
        }
    }

    /// Closing begins. `None` if there is nothing to do, else whether good-bye can be said: no message is half way.
    ///
    /// # Errors
    /// `InvalidOperation` while it is opened or closed.
    pub fn close(&mut self) -> Result<Option<bool>> {
        let graceful = self.state == ChannelState::Open && self.halves == [Half::Idle; 2];
        match self.state {
            // Diagram and samples close what was never opened, and twice (WWSAPI K.1).
            ChannelState::Created | ChannelState::Closed => {
                self.state = ChannelState::Closed;
                Ok(None)
            }
            ChannelState::Open | ChannelState::Faulted => {
                self.state = ChannelState::Closing;
                Ok(Some(graceful))
            }
            _ => Err(self.illegal("close it")),
        }
    }

    /// Closing is over.
    pub fn closed(&mut self) {
        self.state = ChannelState::Closed;
        self.halves = [Half::Idle; 2];
    }

    /// Back to the start.
    ///
    /// # Errors
    /// `InvalidOperation` unless it is closed or was just created.
    pub fn reset(&mut self) -> Result<()> {
        match self.state {
            ChannelState::Created => Ok(()),
            ChannelState::Closed => {
                *self = ChannelMachine::new(self.kind);
                Ok(())
            }
            _ => Err(self.illegal("reset it")),
        }
    }

    fn faulted(&self) -> Error {
        match &self.failure {
            Some(why) => {
                Error::new(ErrorCode::ObjectFaulted, "the channel failed earlier and can only be closed")
                    .caused_by(why.clone())
            }
            None => Error::new(ErrorCode::ObjectFaulted, "the channel failed earlier and can only be closed"),
        }
    }

    #[cold]
    fn illegal(&self, what: &str) -> Error {
        Error::operation(format!("the channel is in the state {:?}: one cannot {what}", self.state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(kind: ChannelType) -> ChannelMachine {
        let mut machine = ChannelMachine::new(kind);
        machine.begin(ChannelState::Opening).unwrap();
        machine.opened(true).unwrap();
        machine
    }

    #[test]
    fn messages_go_one_after_the_other_on_each_half() {
        let mut machine = open(ChannelType::DUPLEX_SESSION);
        machine.enter(Way::Send, Step::Start).unwrap();
        assert!(machine.enter(Way::Send, Step::Start).is_err(), "a call is under way");
        machine.enter(Way::Receive, Step::Start).unwrap();
        machine.leave(Way::Send, true);
        assert!(machine.enter(Way::Send, Step::Start).is_err(), "a message is under way");
        machine.enter(Way::Send, Step::End).unwrap();
        machine.leave(Way::Send, false);
        machine.enter(Way::Send, Step::Start).unwrap();
    }

    #[test]
    fn a_channel_that_only_receives() {
        let mut machine = open(ChannelType::INPUT);
        assert_eq!(machine.enter(Way::Send, Step::Start).unwrap_err().code(), ErrorCode::InvalidOperation);
        assert!(machine.shut_down().is_err());
    }

    #[test]
    fn faulted_channels_can_only_be_closed() {
        let mut machine = open(ChannelType::REQUEST);
        assert!(machine.fault(Error::operation("why")));
        let error = machine.enter(Way::Send, Step::Start).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ObjectFaulted);
        assert!(machine.reset().is_err());
        assert_eq!(machine.close().unwrap(), Some(false));
        machine.closed();
        assert_eq!(machine.close().unwrap(), None, "closing twice is harmless");
        machine.reset().unwrap();
        assert_eq!(machine.state(), ChannelState::Created);
    }

    #[test]
    fn an_abort_while_opening_is_seen_by_the_opener() {
        let mut machine = ChannelMachine::new(ChannelType::REQUEST);
        machine.begin(ChannelState::Opening).unwrap();
        assert!(machine.fault(Error::operation("abort")));
        assert_eq!(machine.opened(true).unwrap_err().code(), ErrorCode::OperationAborted);
        assert_eq!(machine.state(), ChannelState::Created);
        machine.begin(ChannelState::Opening).unwrap();
        assert!(machine.fault(Error::operation("abort")));
        assert_eq!(machine.close().unwrap(), None);
        machine.opened(false).unwrap();
        assert_eq!(machine.state(), ChannelState::Closed, "closing came last");
    }

    #[test]
    fn a_session_is_shut_down_once_and_between_messages() {
        let mut machine = open(ChannelType::DUPLEX_SESSION);
        machine.enter(Way::Send, Step::Start).unwrap();
        assert!(machine.shut_down().is_err());
        machine.leave(Way::Send, false);
        machine.shut_down().unwrap();
        assert!(machine.shut_down().is_err());
        assert!(machine.enter(Way::Send, Step::Start).is_err());
        machine.enter(Way::Receive, Step::Start).unwrap();
    }
}
