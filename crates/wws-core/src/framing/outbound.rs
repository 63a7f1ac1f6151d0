//! The sending direction of a session after its preamble: which octets go in front of and behind each payload.

use super::{
    fault::Fault,
    record::{Mode, RecordType, encode_text},
    role::{Role, envelopes_allowed},
    size::{Header, MAX_SIZE},
};
use crate::{Error, Result};
use bytes::Bytes;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    Idle,
    /// Octets that a sized envelope still owes.
    Sized(u32),
    /// Octets sent of an unsized envelope.
    Unsized(u64),
    /// An envelope that ends with the connection.
    Rest,
    Ended,
    Faulted,
}

/// The sending direction of a session: says which octets go in front of and behind each payload.
///
/// The payload itself never passes through here, so it is never copied.
///
/// ```
/// # use wws_core::framing::*;
/// # fn main() -> wws_core::Result<()> {
/// let preamble = Preamble::new(Mode::DUPLEX, "net.tcp://host/path", "application/soap+msbin1");
/// let (mut initiator, _hello) = Initiator::new(preamble, None, Limits::default())?;
/// let mut ack = bytes::Bytes::from_static(&[0x0B]);
/// assert_eq!(initiator.receive(&mut ack)?, Some(InitiatorEvent::Established));
/// let (mut outbound, _inbound) = initiator.into_session()?;
/// assert_eq!(outbound.sized(300)?.as_ref(), [0x06, 0xAC, 0x02]);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Outbound {
    mode: Mode,
    role: Role,
    envelopes: u64,
    state: Sending,
}

impl Outbound {
    pub(super) fn new(mode: Mode, role: Role) -> Self {
        Outbound { mode, role, envelopes: 0, state: Sending::Idle }
    }

    /// The mode of the session.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether envelopes go out with their size in front, so that it must be known before the first octet.
    pub fn is_sized(&self) -> bool {
        matches!(self.mode, Mode::DUPLEX | Mode::SIMPLEX)
    }

    /// Starts an envelope of `size` octets, all of which must follow: Sized Envelope (MC-NMF 2.2.4.1).
    pub fn sized(&mut self, size: u32) -> Result<Header> {
        if size == 0 || size > MAX_SIZE {
            return Err(Error::argument(format!(
                "an envelope of {size} octets; a sized one has 1 to {MAX_SIZE}"
            )));
        }
        self.begin(true, Sending::Sized(size))?;
        Ok(Header::sized(RecordType::SIZED_ENVELOPE.0, size))
    }

    /// Starts an envelope of unknown size: Unsized Envelope (MC-NMF 2.2.4.3). Chunks follow.
    pub fn begin_unsized(&mut self) -> Result<Header> {
        self.begin(false, Sending::Unsized(0))?;
        Ok(Header::octet(RecordType::UNSIZED_ENVELOPE.0))
    }

    /// Starts the one envelope of a Singleton Sized session, which has no frame at all (MC-NMF 1.5).
    pub fn begin_rest(&mut self) -> Result<()> {
        self.begin(true, Sending::Rest)
    }

    /// What goes in front of `len` octets of payload: a chunk size in an unsized envelope (MC-NMF 2.2.4.2), nothing
    /// in a sized one.
    ///
    /// # Errors
    /// `InvalidOperation` outside an envelope, `InvalidArgument` for nothing or for more than was announced.
    pub fn payload(&mut self, len: usize) -> Result<Option<Header>> {
        let size = u32::try_from(len).ok().filter(|size| (1..=MAX_SIZE).contains(size));
        let size = size.ok_or_else(|| {
            Error::argument(format!("a payload of {len} octets; 1 to {MAX_SIZE} go out at once"))
        })?;
        match &mut self.state {
            Sending::Sized(left) => {
                *left = left.checked_sub(size).ok_or_else(|| {
                    Error::argument(format!("{size} octets of an envelope that has only {left} left to send"))
                })?;
                Ok(None)
            }
            Sending::Unsized(sent) => {
                *sent += u64::from(size);
                Ok(Some(Header::size(size)))
            }
            Sending::Rest => Ok(None),
            _ => Err(Error::operation("a payload outside an envelope; start one first")),
        }
    }

    /// Ends the envelope; the octets that say so, if any do.
    ///
    /// # Errors
    /// `InvalidOperation` outside an envelope or before everything announced was sent.
    pub fn end_envelope(&mut self) -> Result<Option<Header>> {
        match self.state {
            Sending::Sized(0) => {
                self.state = Sending::Idle;
                Ok(None)
            }
            Sending::Sized(left) => {
                Err(Error::operation(format!("the envelope ends {left} octets before its size")))
            }
            Sending::Unsized(0) => Err(Error::operation("an envelope without a payload")),
            Sending::Unsized(_) => {
                self.state = Sending::Idle;
                Ok(Some(Header::octet(0x00)))
            }
            Sending::Rest => {
                self.state = Sending::Ended;
                Ok(None)
            }
            _ => Err(Error::operation("the end of an envelope that was not started")),
        }
    }

    /// Takes back an envelope that was started, if not one octet of it has gone out, its frame included.
    pub fn take_back(&mut self) {
        if self.is_in_envelope() {
            self.envelopes -= 1;
            self.state = Sending::Idle;
        }
    }

    /// No more envelopes from this side: End (MC-NMF 2.2.3.9).
    pub fn end(&mut self) -> Result<Header> {
        match self.state {
            Sending::Idle => {
                self.state = Sending::Ended;
                Ok(Header::octet(RecordType::END.0))
            }
            Sending::Ended => Err(Error::operation("the session is ended already")),
            _ => Err(Error::operation("the session ends in the middle of an envelope; finish or abort it")),
        }
    }

    /// Breaks the session off: Fault (MC-NMF 2.2.5). `None` where no fault can be sent: in the one-way modes, inside
    /// an envelope, and after End.
    pub fn fault(&mut self, fault: Fault) -> Option<Bytes> {
        let may = self.mode.is_two_way() && self.state == Sending::Idle;
        self.state = Sending::Faulted;
        may.then(|| fault_record(fault))
    }

    /// Whether this side has ended.
    pub fn is_ended(&self) -> bool {
        self.state == Sending::Ended
    }

    /// Whether an envelope has started and not ended.
    pub fn is_in_envelope(&self) -> bool {
        matches!(self.state, Sending::Sized(_) | Sending::Unsized(_) | Sending::Rest)
    }

    fn begin(&mut self, sized: bool, next: Sending) -> Result<()> {
        match self.state {
            Sending::Idle => {}
            Sending::Ended | Sending::Faulted => {
                return Err(Error::operation("an envelope after the end of the session"));
            }
            _ => return Err(Error::operation("an envelope inside an envelope; end the first one")),
        }
        let form = match next {
            Sending::Rest => self.mode == Mode::SINGLETON_SIZED,
            _ => sized == self.is_sized() && self.mode != Mode::SINGLETON_SIZED,
        };
        if !form || envelopes_allowed(self.mode, self.role).is_some_and(|allowed| self.envelopes >= allowed) {
            return Err(Error::operation(format!(
                "mode {} does not allow this envelope from this side",
                self.mode
            )));
        }
        self.envelopes += 1;
        self.state = next;
        Ok(())
    }
}

/// A Fault record (MC-NMF 2.2.5).
pub(super) fn fault_record(fault: Fault) -> Bytes {
    let mut out = Vec::new();
    // A fault URI is far below 2 GiB, the only thing that can fail here.
    let _ = encode_text(RecordType::FAULT, &fault.uri(), &mut out);
    out.into()
}
