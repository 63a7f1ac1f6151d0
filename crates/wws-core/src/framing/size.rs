//! Record sizes: seven bits in each octet, the lowest first, at most five octets (MC-NMF 2.2.2).

use crate::{Error, Result};

/// The largest size that a record can state: 31 bits, 2 GiB less one octet.
pub const MAX_SIZE: u32 = 0x7FFF_FFFF;

/// The few octets in front of a payload: a record type and a size, or one of both.
///
/// Lives on the stack, so that a vectored write can name it next to a payload it does not copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    octets: [u8; 6],
    len: u8,
}

impl Header {
    /// A record type alone, such as End (0x07).
    pub(super) const fn octet(octet: u8) -> Self {
        Header { octets: [octet, 0, 0, 0, 0, 0], len: 1 }
    }

    /// A size alone, at most [`MAX_SIZE`].
    pub(super) fn size(size: u32) -> Self {
        debug_assert!(size <= MAX_SIZE);
        let mut header = Header { octets: [0; 6], len: 0 };
        header.push_size(size);
        header
    }

    /// A record type and a size, at most [`MAX_SIZE`].
    pub(super) fn sized(octet: u8, size: u32) -> Self {
        let mut header = Self::octet(octet);
        header.push_size(size);
        header
    }

    fn push_size(&mut self, mut size: u32) {
        // MC-NMF 2.2.2: the high bit says that another octet follows.
        while size >= 0x80 {
            self.push((size & 0x7F) as u8 | 0x80);
            size >>= 7;
        }
        self.push(size as u8);
    }

    fn push(&mut self, octet: u8) {
        // 31 bits make at most five octets after the type.
        if let Some(place) = self.octets.get_mut(usize::from(self.len)) {
            *place = octet;
            self.len += 1;
        }
    }
}

impl AsRef<[u8]> for Header {
    fn as_ref(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// Reads one size, an octet at a time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SizeDecoder {
    value: u32,
    octets: u8,
}

impl SizeDecoder {
    /// Takes an octet; `Some` once the size is complete.
    ///
    /// Longer forms than needed (`80 00` for 0) are read, as .NET reads them.
    pub(super) fn push(&mut self, octet: u8) -> Result<Option<u32>> {
        // The fifth octet has room for the bits 28 to 30 only, and nothing may follow it.
        if self.octets == 4 && octet > 0x07 {
            return Err(Error::format("a record size has more than 31 bits; the peer does not speak MC-NMF"));
        }
        self.value |= u32::from(octet & 0x7F) << (7 * self.octets);
        self.octets += 1;
        Ok((octet & 0x80 == 0).then_some(self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(octets: &[u8]) -> Result<Option<u32>> {
        let mut decoder = SizeDecoder::default();
        for &octet in octets {
            if let Some(size) = decoder.push(octet)? {
                return Ok(Some(size));
            }
        }
        Ok(None)
    }

    #[test]
    fn sizes_at_the_edges_of_each_length() {
        for (size, octets) in [
            (0, &[0x00][..]),
            (0x7F, &[0x7F]),
            (0x80, &[0x80, 0x01]),
            (0x3FFF, &[0xFF, 0x7F]),
            (0x4000, &[0x80, 0x80, 0x01]),
            (0x001F_FFFF, &[0xFF, 0xFF, 0x7F]),
            (0x0020_0000, &[0x80, 0x80, 0x80, 0x01]),
            (0x1000_0000, &[0x80, 0x80, 0x80, 0x80, 0x01]),
            (MAX_SIZE, &[0xFF, 0xFF, 0xFF, 0xFF, 0x07]),
        ] {
            assert_eq!(Header::size(size).as_ref(), octets);
            assert_eq!(decode(octets).unwrap(), Some(size));
        }
    }

    #[test]
    fn more_than_31_bits_are_refused() {
        assert!(decode(&[0xFF, 0xFF, 0xFF, 0xFF, 0x08]).is_err());
        assert!(decode(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x00]).is_err());
    }

    #[test]
    fn a_long_form_is_read() {
        assert_eq!(decode(&[0x81, 0x80, 0x00]).unwrap(), Some(1));
    }

    proptest! {
        #[test]
        fn every_size_comes_back(size in 0..=MAX_SIZE) {
            let header = Header::sized(0x06, size);
            prop_assert_eq!(header.as_ref()[0], 0x06);
            prop_assert_eq!(decode(&header.as_ref()[1..]).unwrap(), Some(size));
        }
    }
}
