//! Fragments: a message larger than the agreed maximum travels in pieces. MBIM 9.5.
//!
//! Every piece has the message header with the same type and transaction id, then the fragment header; the pieces' bodies, put
//! together, are the body of the message. [`split`] makes them, [`Reassembler`] undoes it, with a limit on everything a peer can
//! make grow.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use bytes::{BufMut, Bytes, BytesMut};

use super::{FRAGMENT_HEADER_LEN, FragmentHeader, Frame, HEADER_LEN, Header, MessageType, ProtocolErrorCode};

/// How long the next fragment may take, by MBIM 9.5.1.
pub const FRAGMENT_TIMEOUT: Duration = Duration::from_millis(1250);

/// Bytes of the two headers of a fragment.
pub const HEADERS_LEN: usize = HEADER_LEN + FRAGMENT_HEADER_LEN;

/// The pieces of `message`, which was encoded in one piece, none larger than `max_control_transfer` bytes.
///
/// A message that fits, or of a type that has no fragments, is its own only piece. A maximum too small for any payload is taken as
/// the smallest that works.
pub fn split(message: &Bytes, max_control_transfer: usize) -> impl Iterator<Item = Bytes> + use<> {
    let room = max_control_transfer.max(HEADERS_LEN + 4) - HEADERS_LEN;
    let header = Header::decode(message).ok().filter(|header| header.message_type.is_fragmented());
    let body = match header {
        Some(_) if message.len() > room + HEADERS_LEN => message.slice(HEADERS_LEN..),
        _ => Bytes::new(),
    };
    let total = body.len().div_ceil(room);
    let whole = (total == 0).then(|| message.clone());
    let pieces = (0..total).map(move |current| {
        let part = body.slice(current * room..body.len().min((current + 1) * room));
        let mut piece = BytesMut::with_capacity(HEADERS_LEN + part.len());
        // All three fit: the message was encoded with a 32-bit length.
        let header = Header { length: (HEADERS_LEN + part.len()) as u32, ..header.unwrap_or(NO_HEADER) };
        piece.put_slice(&header.encode());
        piece.put_slice(&FragmentHeader { total: total as u32, current: current as u32 }.encode());
        piece.put_slice(&part);
        piece.freeze()
    });
    whole.into_iter().chain(pieces)
}

const NO_HEADER: Header = Header { message_type: MessageType(0), length: 0, transaction_id: 0 };

/// The limits of a [`Reassembler`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest body of a message, in bytes. Windows takes 64 KiB.
    pub message: usize,
    /// How many messages may be incomplete at once.
    pub incomplete: usize,
    /// How many bytes all incomplete messages together may hold.
    pub total: usize,
    /// How long the next fragment may take.
    pub timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message: 64 << 10, incomplete: 64, total: 1 << 20, timeout: FRAGMENT_TIMEOUT }
    }
}

/// A message that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The type.
    pub message_type: MessageType,
    /// The transaction id.
    pub transaction_id: u32,
    /// The bodies of all its fragments.
    pub body: Bytes,
}

/// A message that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The type of the message.
    pub message_type: MessageType,
    /// The transaction that it belongs to.
    pub transaction_id: u32,
    /// What to tell the peer.
    pub error: ProtocolErrorCode,
}

/// Puts fragments together again, for any number of transactions at once.
///
/// ```
/// use std::time::Instant;
/// use bytes::Bytes;
/// use wws_mbn::wire::{Command, Frame, Message, fragment::{Reassembler, split}, service};
///
/// let command = Message::Command(Command::set(service::QDU, 3, vec![7; 5000]));
/// let mut reassembler = Reassembler::default();
/// let mut whole = None;
/// for piece in split(&command.encode(1), 4096) {
///     assert!(piece.len() <= 4096);
///     whole = reassembler.push(Frame::decode(&piece)?, Instant::now()).unwrap();
/// }
/// let whole = whole.unwrap();
/// assert_eq!(Message::decode_body(whole.message_type, whole.body)?, command);
/// # Ok::<(), wws_mbn::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Reassembler {
    limits: Limits,
    incomplete: HashMap<(MessageType, u32), Incomplete>,
    held: usize,
}

#[derive(Debug)]
struct Incomplete {
    total: u32,
    next: u32,
    body: BytesMut,
    deadline: Instant,
}

impl Reassembler {
    /// A reassembler with `limits`.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes the next piece. Returns the message if it is complete.
    ///
    /// # Errors
    /// The message is given up, and what was held of it is freed, if the piece is out of sequence, has no payload, counts wrongly, or
    /// exceeds a limit. A first fragment where another was expected gives up the earlier message and begins the new one.
    pub fn push(&mut self, frame: Frame, now: Instant) -> Result<Option<Whole>, Fault> {
        let Header { message_type, transaction_id, .. } = frame.header;
        let key = (message_type, transaction_id);
        let fault = |error| Err(Fault { message_type, transaction_id, error });
        let whole = |body| Ok(Some(Whole { message_type, transaction_id, body }));
        let Some(FragmentHeader { total, current }) = frame.fragment else { return whole(frame.body) };

        let interrupted = current == 0 && self.remove(key).is_some();
        if total == 0 || current >= total {
            self.remove(key);
            return fault(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE);
        }
        if frame.body.len() > self.limits.message {
            self.remove(key);
            return fault(ProtocolErrorCode::MAX_TRANSFER);
        }
        if total == 1 {
            return whole(frame.body);
        }
        if frame.body.is_empty() {
            self.remove(key); // else a peer could send fragments for ever
            return fault(ProtocolErrorCode::LENGTH_MISMATCH);
        }
        if current == 0 {
            if self.incomplete.len() >= self.limits.incomplete
                || self.held + frame.body.len() > self.limits.total
            {
                return fault(ProtocolErrorCode::MAX_TRANSFER);
            }
            self.held += frame.body.len();
            let deadline = now + self.limits.timeout;
            self.incomplete
                .insert(key, Incomplete { total, next: 1, body: BytesMut::from(&frame.body[..]), deadline });
            return if interrupted { fault(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE) } else { Ok(None) };
        }

        let Some(incomplete) = self.incomplete.get_mut(&key) else {
            return fault(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE);
        };
        if incomplete.next != current || incomplete.total != total {
            self.remove(key);
            return fault(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE);
        }
        if incomplete.body.len() + frame.body.len() > self.limits.message
            || self.held + frame.body.len() > self.limits.total
        {
            self.remove(key);
            return fault(ProtocolErrorCode::MAX_TRANSFER);
        }
        incomplete.body.put_slice(&frame.body);
        incomplete.next += 1;
        incomplete.deadline = now + self.limits.timeout;
        self.held += frame.body.len();
        if current + 1 < total {
            return Ok(None);
        }
        whole(self.remove(key).map(BytesMut::freeze).unwrap_or_default())
    }

    /// Forgets what is held of a transaction, because it was answered otherwise or given up.
    pub fn forget(&mut self, message_type: MessageType, transaction_id: u32) {
        self.remove((message_type, transaction_id));
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.incomplete.clear();
        self.held = 0;
    }

    /// When [`expire`](Self::expire) has something to do.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.incomplete.values().map(|incomplete| incomplete.deadline).min()
    }

    /// Gives up one message whose next fragment is late. Call it until it returns `None`.
    pub fn expire(&mut self, now: Instant) -> Option<Fault> {
        let key =
            self.incomplete.iter().find(|(_, incomplete)| incomplete.deadline <= now).map(|(key, _)| *key)?;
        self.remove(key);
        Some(Fault { message_type: key.0, transaction_id: key.1, error: ProtocolErrorCode::TIMEOUT_FRAGMENT })
    }

    /// How many bytes of incomplete messages are held.
    pub fn held(&self) -> usize {
        self.held
    }

    fn remove(&mut self, key: (MessageType, u32)) -> Option<BytesMut> {
        let incomplete = self.incomplete.remove(&key)?;
        self.held -= incomplete.body.len();
        Some(incomplete.body)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Command, Message, service};

    fn piece(transaction_id: u32, total: u32, current: u32, body: &'static [u8]) -> Frame {
        let header = Header { message_type: MessageType::COMMAND_DONE, length: 0, transaction_id };
        Frame { header, fragment: Some(FragmentHeader { total, current }), body: Bytes::from_static(body) }
    }

    #[test]
    fn the_second_fragment_on_the_wire() {
        let message = Message::Command(Command::set(service::DSS, 1, &b"abcdefgh"[..])).encode(3);
        let pieces: Vec<Bytes> = split(&message, 52).collect();
        assert_eq!(pieces[0].len(), 52);
        assert_eq!(
            pieces[1],
            &[
                0x03, 0x00, 0x00, 0x00, // COMMAND
                0x18, 0x00, 0x00, 0x00, // 24 bytes: this fragment only
                0x03, 0x00, 0x00, 0x00, // transaction 3
                0x02, 0x00, 0x00, 0x00, // of 2
                0x01, 0x00, 0x00, 0x00, // the second: no service, no CID, the bytes go on
                b'e', b'f', b'g', b'h',
            ][..]
        );
    }

    #[test]
    fn faults() {
        use ProtocolErrorCode as E;
        type Case = (&'static str, &'static [(u32, u32, &'static [u8])], ProtocolErrorCode);
        let cases: &[Case] = &[
            ("continues nothing", &[(2, 1, b"b")], E::FRAGMENT_OUT_OF_SEQUENCE),
            ("skips one", &[(3, 0, b"a"), (3, 2, b"c")], E::FRAGMENT_OUT_OF_SEQUENCE),
            ("repeats one", &[(3, 0, b"a"), (3, 1, b"b"), (3, 1, b"b")], E::FRAGMENT_OUT_OF_SEQUENCE),
            ("starts again", &[(3, 0, b"a"), (3, 0, b"a")], E::FRAGMENT_OUT_OF_SEQUENCE),
            ("changes the total", &[(3, 0, b"a"), (2, 1, b"b")], E::FRAGMENT_OUT_OF_SEQUENCE),
            ("no fragments at all", &[(0, 0, b"a")], E::FRAGMENT_OUT_OF_SEQUENCE),
            ("beyond the total", &[(2, 2, b"a")], E::FRAGMENT_OUT_OF_SEQUENCE),
            ("without payload", &[(u32::MAX, 0, b"a"), (u32::MAX, 1, b"")], E::LENGTH_MISMATCH),
            ("too large", &[(3, 0, b"aaaa"), (3, 1, b"bbbb"), (3, 2, b"c")], E::MAX_TRANSFER),
            ("too large at once", &[(1, 0, b"aaaaaaaaa")], E::MAX_TRANSFER),
        ];
        for (what, pieces, error) in cases {
            let mut reassembler = Reassembler::new(Limits { message: 8, ..Limits::default() });
            let (last, first) = pieces.split_last().unwrap();
            let now = Instant::now();
            for &(total, current, body) in first {
                assert_eq!(reassembler.push(piece(1, total, current, body), now), Ok(None), "{what}");
            }
            let result = reassembler.push(piece(1, last.0, last.1, last.2), now);
            assert_eq!(result.unwrap_err().error, *error, "{what}");
        }
    }

    #[test]
    fn what_is_held_is_limited_over_all_transactions() {
        let mut reassembler = Reassembler::new(Limits { incomplete: 2, total: 10, ..Limits::default() });
        let now = Instant::now();
        assert_eq!(reassembler.push(piece(1, 9, 0, b"aaaa"), now), Ok(None));
        assert_eq!(reassembler.push(piece(2, 9, 0, b"aaaa"), now), Ok(None));
        assert!(reassembler.push(piece(3, 9, 0, b"a"), now).is_err(), "a third message");
        assert!(reassembler.push(piece(1, 9, 1, b"aaaa"), now).is_err(), "more than ten bytes");
        assert_eq!(reassembler.held(), 4);
        reassembler.forget(MessageType::COMMAND_DONE, 2);
        assert_eq!(reassembler.held(), 0);
    }

    #[test]
    fn a_late_fragment_gives_the_message_up() {
        let mut reassembler = Reassembler::default();
        let now = Instant::now();
        assert_eq!(reassembler.push(piece(5, 2, 0, b"a"), now), Ok(None));
        let late = reassembler.next_timeout().unwrap();
        assert_eq!(late - now, FRAGMENT_TIMEOUT);
        assert_eq!(reassembler.expire(now), None);
        let fault = reassembler.expire(late).unwrap();
        assert_eq!((fault.transaction_id, fault.error), (5, ProtocolErrorCode::TIMEOUT_FRAGMENT));
        assert_eq!(
            (reassembler.expire(late), reassembler.next_timeout(), reassembler.held()),
            (None, None, 0)
        );
    }

    proptest! {
        #[test]
        fn what_was_split_comes_together(size in 0usize..20_000, max in 0usize..6000) {
            let buffer: Vec<u8> = (0..size).map(|index| index as u8).collect();
            let command = Message::Command(Command::set(service::QDU, 3, buffer));
            let mut reassembler = Reassembler::default();
            let mut done = None;
            for piece in split(&command.encode(9), max) {
                prop_assert!(done.is_none(), "a piece after the last");
                prop_assert!(piece.len() <= max.max(HEADERS_LEN + 4));
                done = reassembler.push(Frame::decode(&piece).unwrap(), Instant::now()).unwrap();
            }
            let whole = done.unwrap();
            prop_assert_eq!(whole.transaction_id, 9);
            prop_assert_eq!(Message::decode_body(whole.message_type, whole.body).unwrap(), command);
            prop_assert_eq!(reassembler.held(), 0);
        }

        #[test]
        fn any_order_of_fragments_keeps_the_books(pieces in prop::collection::vec((0u32..3, 0u32..4, 0u32..4, 0usize..6), 0..60)) {
            let limits = Limits { message: 12, incomplete: 2, total: 16, ..Limits::default() };
            let mut reassembler = Reassembler::new(limits);
            let now = Instant::now();
            for (transaction_id, total, current, size) in pieces {
                if let Ok(Some(whole)) = reassembler.push(piece(transaction_id, total, current, &b"......"[..size]), now) {
                    prop_assert!(whole.body.len() <= limits.message);
                }
                prop_assert!(reassembler.held() <= limits.total);
                prop_assert_eq!(reassembler.held(), reassembler.incomplete.values().map(|i| i.body.len()).sum::<usize>());
            }
            reassembler.clear();
            prop_assert_eq!(reassembler.held(), 0);
        }
    }
}
