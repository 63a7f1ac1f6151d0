//! Maps whose keys are numbers that we gave out ourselves, one after another.
//!
//! Nobody else chooses the keys, so that the hash need not withstand anybody: one multiplication spreads them.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// A map by a number of our own.
pub(crate) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        // Knuth, The Art of Computer Programming 6.4: multiply by 2^64 divided by the golden ratio. The map looks at both ends of the hash.
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, hash::BuildHasher};

    use super::*;

    #[test]
    fn numbers_in_a_row_spread() {
        let build = BuildHasherDefault::<IdHasher>::default();
        let hashes: Vec<u64> = (0..4096_u32).map(|number| build.hash_one(number)).collect();
        for part in [|hash: &u64| hash & 0xFFF, |hash: &u64| hash >> 52] {
            let distinct: HashSet<u64> = hashes.iter().map(part).collect();
            // Chance leaves 63 % of the places with something in them.
            assert!(distinct.len() > 2400, "{} of 4096", distinct.len());
        }
    }
}
