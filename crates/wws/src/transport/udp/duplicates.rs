//! Datagrams that came before.

use std::{
    collections::{HashSet, VecDeque, hash_map::RandomState},
    hash::BuildHasher,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

/// Says of each datagram that arrives whether it is new. To be called for each one once, in order.
pub trait Duplicates: Send + Sync {
    /// Whether the datagram is to be delivered.
    fn is_new(&self, octets: &[u8], peer: SocketAddr) -> bool;
}

/// Remembers the last datagrams, by a keyed hash of their octets: a message has an id of its own, so equal octets are
/// the same message, by whichever way it came.
#[derive(Debug)]
pub struct Recent {
    hashes: RandomState,
    most: usize,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    set: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Recent {
    /// Remembers the last `most` datagrams, 8 octets of each (and as much again to find them).
    pub fn new(most: usize) -> Self {
        Recent { hashes: RandomState::new(), most: most.max(1), seen: Mutex::default() }
    }
}

impl Default for Recent {
    fn default() -> Self {
        Self::new(1024)
    }
}

impl Duplicates for Recent {
    fn is_new(&self, octets: &[u8], _: SocketAddr) -> bool {
        let hash = self.hashes.hash_one(octets);
        // Nothing panics while it holds the lock.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.set.insert(hash) {
            return false;
        }
        seen.order.push_back(hash);
        if seen.order.len() > self.most
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.set.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_are_remembered() {
        let recent = Recent::new(2);
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let new: Vec<bool> =
            [b"a", b"a", b"b", b"a", b"c", b"a"].iter().map(|o| recent.is_new(&o[..], peer)).collect();
        assert_eq!(new, [true, false, true, false, true, true]);
        assert_eq!(recent.seen.lock().unwrap().set.len(), 2);
    }
}
