//! The store service: a sink for bulk data from the host, a source of bulk data to it, and digests to compare.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use sha2::{Digest as _, Sha256};

use super::service::{Answer, Effect, STORE, Service, answer, refuse, request};
use crate::wire::{
    Command, Empty, Status,
    cid::{DeviceService, DssPayload},
};

information_buffer! {
    /// CID 1: asks for the [`Digest`] of what was transferred since [`Clear`].
    pub struct DigestQuery {
        /// 0 for what the modem received, 1 for what it sent.
        direction: u32,
    }
}

information_buffer! {
    /// How much was transferred, and its digest.
    pub struct Digest {
        /// Bytes.
        length: u64,
        /// Datagrams.
        datagrams: u64,
        /// The SHA-256 of the bytes.
        sha256: [u8; 32],
    }
}

information_buffer! {
    /// CID 2: forgets what was transferred.
    pub struct Clear {}
}

information_buffer! {
    /// CID 3: sends bulk data over the data session: the first `length` bytes of the [`pattern`].
    pub struct Send {
        /// Bytes.
        length: u64,
    }
}

requests! {
    DigestQuery: query STORE, 1 -> Digest;
    Clear: set STORE, 2 -> Empty;
    Send: set STORE, 3 -> Empty;
}

/// The bytes from `offset` on that [`Send`] sends: no 256 bytes of it repeat nearby, so that a lost or moved piece is seen.
pub fn pattern(offset: u64, length: usize) -> Bytes {
    let mut bytes = BytesMut::with_capacity(length + 8);
    let mut at = offset / 8;
    let skip = (offset % 8) as usize;
    while bytes.len() < length + skip {
        bytes.extend_from_slice(&at.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23).to_le_bytes());
        at += 1;
    }
    bytes.freeze().slice(skip..skip + length)
}

/// The digest of the first `length` bytes of the [`pattern`].
pub fn digest_of_pattern(length: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut at = 0;
    while at < length {
        let piece = (length - at).min(64 << 10);
        hash.update(pattern(at, piece as usize));
        at += piece;
    }
    hash.finalize().into()
}

/// The service.
pub(super) struct Store {
    max_dss_instances: u32,
    file: Box<dyn Write + std::marker::Send>,
    session: Option<u8>,
    received: Count,
    sent: Count,
    to_send: u64,
}

#[derive(Clone, Default)]
struct Count {
    length: u64,
    datagrams: u64,
    hash: Sha256,
}

impl Count {
    fn add(&mut self, data: &[u8]) {
        self.length += data.len() as u64;
        self.datagrams += 1;
        self.hash.update(data);
    }

    fn digest(&self) -> Digest {
        Digest { length: self.length, datagrams: self.datagrams, sha256: self.hash.clone().finalize().into() }
    }
}

impl Store {
    /// A store that keeps digests and drops the bytes.
    pub(super) fn new(max_dss_instances: u32) -> Self {
        Self {
            max_dss_instances,
            file: Box::new(io::sink()),
            session: None,
            received: Count::default(),
            sent: Count::default(),
            to_send: 0,
        }
    }

    /// The same store, writing what it receives to `file`.
    pub(super) fn into_file(self, file: Box<dyn Write + std::marker::Send>) -> Self {
        Self { file, ..self }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({} bytes received, {} sent)", self.received.length, self.sent.length)
    }
}

impl Service for Store {
    fn describe(&self) -> DeviceService {
        DeviceService {
            service: STORE,
            dss_payload: DssPayload::HOST_TO_DEVICE | DssPayload::DEVICE_TO_HOST,
            max_dss_instances: self.max_dss_instances,
            cids: vec![1, 2, 3],
        }
    }

    fn command(&mut self, command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        if let Some(query) = request::<DigestQuery>(command) {
            return answer(&if query.direction == 0 { self.received.digest() } else { self.sent.digest() });
        }
        if request::<Clear>(command).is_some() {
            (self.received, self.sent, self.to_send) = (Count::default(), Count::default(), 0);
            return answer(&Empty {});
        }
        match request::<Send>(command) {
            Some(_) if self.session.is_none() => refuse(Status::INVALID_DEVICE_SERVICE_OPERATION),
            Some(send) => {
                self.to_send = self.to_send.saturating_add(send.length);
                answer(&Empty {})
            }
            None => refuse(Status::NO_DEVICE_SUPPORT),
        }
    }

    fn opened(&mut self, session: u8) {
        self.session = Some(session);
    }

    fn closed(&mut self, _session: u8) {
        (self.session, self.to_send) = (None, 0);
    }

    fn data(&mut self, _session: u8, data: Bytes, _effects: &mut Vec<Effect>) {
        self.received.add(&data);
        if let Err(error) = self.file.write_all(&data) {
            // The digest goes on; a full disk must not look like a lost datagram.
            eprintln!("simulated modem: cannot write what was received: {error}");
            self.file = Box::new(io::sink());
        }
    }

    fn poll_data(&mut self, limit: usize) -> Option<(u8, Bytes)> {
        let session = self.session.filter(|_| self.to_send > 0)?;
        let length = self.to_send.min(limit as u64);
        let data = pattern(self.sent.length, length as usize);
        self.sent.add(&data);
        self.to_send -= length;
        Some((session, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_request_is_too_large() {
        let mut store = Store::new(1);
        store.opened(1);
        for _ in 0..2 {
            let send = Command::from(&Send { length: u64::MAX });
            assert_eq!(store.command(&send, &mut Vec::new()).0, Status::SUCCESS);
        }
        assert_eq!(store.poll_data(100).unwrap().1.len(), 100);
    }

    #[test]
    fn the_pattern_is_the_same_in_any_pieces() {
        let whole = pattern(0, 1000);
        for (offset, length) in [(0, 1), (7, 3), (8, 16), (123, 456)] {
            assert_eq!(pattern(offset, length), whole.slice(offset as usize..offset as usize + length));
        }
        assert_eq!(digest_of_pattern(1000), <[u8; 32]>::from(Sha256::digest(&whole)));
    }
}
