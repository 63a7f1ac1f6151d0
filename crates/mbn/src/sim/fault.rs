//! How a broken or hostile modem misbehaves.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::wire::{
    FragmentHeader, HEADER_LEN, Header, Message, ProtocolErrorCode, Status,
    fragment::{self, HEADERS_LEN},
};

/// One misbehaviour, applied to the answer to one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No answer.
    Silence,
    /// The answer twice.
    Duplicate,
    /// The answer under a transaction id that nobody used, and no right one.
    WrongTransaction,
    /// The answer to another command, under the right transaction id.
    WrongCommand,
    /// The length of the information buffer is not true.
    WrongLength,
    /// The answer ends early, and its length says so.
    Truncated,
    /// The answer in fragments, the second of which is missing.
    SkipFragment,
    /// The answer in fragments, the second of which comes twice.
    RepeatFragment,
    /// The answer in fragments that do not end.
    EndlessFragments,
    /// The answer's first fragment and then nothing.
    LostFragments,
    /// A protocol error.
    FunctionError(ProtocolErrorCode),
    /// A status.
    Status(Status),
    /// The answer, but so much later.
    Delay(Duration),
    /// The modem resets itself: it knows nothing any more and says NOT_OPENED.
    Reset,
    /// The modem vanishes.
    Unplug,
}

/// How a modem misbehaves by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultPlan {
    /// Not at all.
    None,
    /// At random.
    Random {
        /// Where the random numbers begin: the same seed gives the same faults.
        seed: u64,
        /// How many of a thousand answers are faulty.
        per_thousand: u32,
    },
}

impl Fault {
    /// The faults that random misbehaviour chooses from; those that end a connection come from outside only.
    const RANDOM: [Fault; 12] = [
        Fault::Silence,
        Fault::Duplicate,
        Fault::WrongTransaction,
        Fault::WrongCommand,
        Fault::WrongLength,
        Fault::Truncated,
        Fault::SkipFragment,
        Fault::RepeatFragment,
        Fault::EndlessFragments,
        Fault::LostFragments,
        Fault::FunctionError(ProtocolErrorCode::UNKNOWN),
        Fault::Status(Status::FAILURE),
    ];

    /// A fault by its number in simulator commands, with a parameter: a status, a protocol error, or milliseconds.
    pub fn from_number(number: u32, parameter: u32) -> Option<Self> {
        Some(match number {
            0..=9 => *Self::RANDOM.get(number as usize)?,
            10 => Fault::FunctionError(ProtocolErrorCode(parameter)),
            11 => Fault::Status(Status(parameter)),
            12 => Fault::Delay(Duration::from_millis(parameter.into())),
            13 => Fault::Reset,
            14 => Fault::Unplug,
            _ => return None,
        })
    }

    /// The pieces that go out instead of `answer`, whose fragments would be at most `max` bytes.
    pub(super) fn distort(self, answer: &Message, transaction_id: u32, max: usize) -> Vec<Bytes> {
        let whole = answer.encode(transaction_id);
        let right = || fragment::split(&whole, max).collect::<Vec<_>>();
        let in_three =
            || fragment::split(&padded(&whole), HEADERS_LEN + whole.len().div_ceil(3)).collect::<Vec<_>>();
        match self {
            Fault::Silence => Vec::new(),
            Fault::Duplicate => [right(), right()].concat(),
            Fault::WrongTransaction => {
                fragment::split(&answer.encode(transaction_id ^ 0x4000_0000), max).collect()
            }
            Fault::WrongCommand => vec![changed(&whole, HEADERS_LEN + 16, 0xEE)],
            Fault::WrongLength => vec![changed(&whole, HEADERS_LEN + 24, 0xEE)],
            Fault::Truncated => vec![shortened(&whole)],
            Fault::SkipFragment => {
                let mut pieces = in_three();
                pieces.truncate(3);
                pieces.remove(1);
                pieces
            }
            Fault::RepeatFragment => {
                let mut pieces = in_three();
                pieces.insert(1, pieces.get(1).cloned().unwrap_or_default());
                pieces
            }
            Fault::EndlessFragments => {
                (0..64).map(|current| endless(&whole, transaction_id, current)).collect()
            }
            Fault::LostFragments => in_three().into_iter().take(1).collect(),
            Fault::FunctionError(error) => vec![Message::FunctionError(error).encode(transaction_id)],
            Fault::Status(_) | Fault::Delay(_) | Fault::Reset | Fault::Unplug => right(),
        }
    }
}

/// The answer with enough bytes behind it to be cut into three.
fn padded(whole: &Bytes) -> Bytes {
    let mut bytes = BytesMut::from(&whole[..]);
    bytes.extend_from_slice(&[0; 6]);
    bytes.freeze()
}

fn changed(whole: &Bytes, at: usize, value: u8) -> Bytes {
    let mut bytes = BytesMut::from(&whole[..]);
    if let Some(byte) = bytes.get_mut(at) {
        *byte = value;
    }
    bytes.freeze()
}

fn shortened(whole: &Bytes) -> Bytes {
    let length = whole.len().min(HEADERS_LEN + 20);
    let mut bytes = BytesMut::from(whole.get(..length).unwrap_or_default());
    if let (Ok(header), Some(place)) = (Header::decode(whole), bytes.first_chunk_mut::<HEADER_LEN>()) {
        *place = Header { length: length as u32, ..header }.encode();
    }
    bytes.freeze()
}

fn endless(whole: &Bytes, transaction_id: u32, current: u32) -> Bytes {
    let length = HEADERS_LEN + 2000;
    let mut bytes = BytesMut::with_capacity(length);
    if let Ok(header) = Header::decode(whole) {
        bytes.extend_from_slice(&Header { length: length as u32, transaction_id, ..header }.encode());
    }
    bytes.extend_from_slice(&FragmentHeader { total: u32::MAX, current }.encode());
    bytes.resize(length, 0x55);
    bytes.freeze()
}

/// The state of a [`FaultPlan`].
#[derive(Debug)]
pub(super) struct Dice {
    plan: FaultPlan,
    state: u64,
}

impl Dice {
    pub(super) fn new(plan: FaultPlan) -> Self {
        let state = match plan {
            FaultPlan::None => 1,
            FaultPlan::Random { seed, .. } => seed | 1,
        };
        Self { plan, state }
    }

    /// The fault of the next answer, if it has one.
    pub(super) fn roll(&mut self) -> Option<Fault> {
        let FaultPlan::Random { per_thousand, .. } = self.plan else { return None };
        if self.next() % 1000 >= u64::from(per_thousand) {
            return None;
        }
        let number = self.next() % Fault::RANDOM.len() as u64;
        Fault::RANDOM.get(number as usize).copied()
    }

    /// Marsaglia's xorshift64: short, and the same everywhere.
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 11
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CommandDone, Frame, service};

    #[test]
    fn every_distorted_answer_is_still_made_of_pieces() {
        let done = CommandDone {
            service: service::DSS,
            cid: 1,
            status: Status::SUCCESS,
            buffer: Bytes::from_static(b"12345678"),
        };
        let answer = Message::CommandDone(done);
        for number in 0..15 {
            let fault = Fault::from_number(number, 2).unwrap();
            for piece in fault.distort(&answer, 5, 4096) {
                assert!(Frame::decode(&piece).is_ok(), "{fault:?}: the length in the header is true");
            }
        }
        assert_eq!(Fault::from_number(15, 0), None);
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let plan = FaultPlan::Random { seed: 7, per_thousand: 300 };
        let (mut one, mut two) = (Dice::new(plan), Dice::new(plan));
        let faults: Vec<_> = (0..1000).map(|_| one.roll()).collect();
        assert_eq!(faults, (0..1000).map(|_| two.roll()).collect::<Vec<_>>());
        let faulty = faults.iter().flatten().count();
        assert!((200..400).contains(&faulty), "{faulty} of 1,000");
    }
}
