//! Records: a stream of bytes over the datagrams of a data session, in which a loss is an error and never a gap.
//!
//! Data sessions have no acknowledgement, no order and no checksum of their own. Each datagram carries one record:
//!
//! ```text
//!  0            4            8        10       12
//!  | CRC-32     | number     | length | flags  | octets
//! ```
//!
//! All numbers are little-endian. The CRC is that of ISO 3309 over everything after it, up to the end of the octets; what stands behind them
//! is padding of a network interface. The number is 0 for the first record and wraps. Flag 1 says that the stream ends here.

use bytes::{BufMut, Bytes, BytesMut};

use super::{Malformed, Problem};

/// Bytes before the octets of a record.
pub const RECORD_HEAD_LEN: usize = 12;
/// The flag of the last record.
const END: u16 = 1;

/// The content of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place in the stream.
    pub number: u32,
    /// The stream ends with it.
    pub is_last: bool,
    /// The octets, at most 65,535.
    pub octets: Bytes,
}

impl Record {
    /// The datagram. Octets beyond 65,535 are cut off, which the caller must not let happen.
    pub fn encode(&self) -> Bytes {
        let length = u16::try_from(self.octets.len()).unwrap_or(u16::MAX);
        let mut datagram = BytesMut::with_capacity(RECORD_HEAD_LEN + self.octets.len());
        datagram.put_u32_le(0); // the checksum, known at the end
        datagram.put_u32_le(self.number);
        datagram.put_u16_le(length);
        datagram.put_u16_le(if self.is_last { END } else { 0 });
        datagram.put_slice(self.octets.get(..length.into()).unwrap_or_default());
        let crc = crc32(datagram.get(4..).unwrap_or_default()).to_le_bytes();
        if let Some(place) = datagram.first_chunk_mut::<4>() {
            *place = crc;
        }
        datagram.freeze()
    }

    /// Reads a datagram, without a copy.
    ///
    /// # Errors
    /// It is too short for its length, its checksum is wrong, or it has an unknown flag.
    pub fn decode(datagram: &Bytes) -> Result<Self, Malformed> {
        let malformed = |field, problem| Malformed { structure: "Record", field, problem };
        let Some(&[c0, c1, c2, c3, n0, n1, n2, n3, l0, l1, f0, f1]) =
            datagram.first_chunk::<RECORD_HEAD_LEN>()
        else {
            return Err(malformed(
                "head",
                Problem::Truncated { need: RECORD_HEAD_LEN, left: datagram.len() },
            ));
        };
        let end = RECORD_HEAD_LEN + usize::from(u16::from_le_bytes([l0, l1]));
        let Some(checked) = datagram.get(4..end) else {
            return Err(malformed("length", Problem::Length { said: end as u32, found: datagram.len() }));
        };
        let crc = u32::from_le_bytes([c0, c1, c2, c3]);
        if crc32(checked) != crc {
            return Err(malformed("CRC-32", Problem::Value(crc)));
        }
        let flags = u16::from_le_bytes([f0, f1]);
        if flags & !END != 0 {
            return Err(malformed("flags", Problem::Value(flags.into())));
        }
        let octets = datagram.slice(RECORD_HEAD_LEN..end);
        Ok(Self { number: u32::from_le_bytes([n0, n1, n2, n3]), is_last: flags & END != 0, octets })
    }
}

/// The CRC-32 of ISO 3309, a byte at a time: a data session is slower than that.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        let index = (crc as u8 ^ byte) as usize;
        crc >> 8 ^ TABLE.get(index).copied().unwrap_or(0)
    })
}

#[allow(clippy::indexing_slicing)] // the index is below the length, and `get_mut` is not const
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let (mut value, mut bit) = (index as u32, 0);
        while bit < 8 {
            value = value >> 1 ^ if value & 1 == 1 { 0xEDB8_8320 } else { 0 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_checksum_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_record_in_bytes() {
        let record = Record { number: 7, is_last: true, octets: Bytes::from_static(b"hi") };
        let datagram = record.encode();
        assert_eq!(datagram[4..], [7, 0, 0, 0, 2, 0, 1, 0, b'h', b'i']);
        let padded = Bytes::from([&datagram[..], &[0; 40]].concat());
        assert_eq!(Record::decode(&padded), Ok(record));
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_and_any_change_is_found(number: u32, is_last: bool, octets in prop::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, change in 1u8..) {
            let record = Record { number, is_last, octets: Bytes::from(octets) };
            let datagram = record.encode();
            prop_assert_eq!(Record::decode(&datagram), Ok(record));
            let mut changed = datagram.to_vec();
            changed[at.index(datagram.len())] ^= change;
            prop_assert!(Record::decode(&Bytes::from(changed)).is_err());
            prop_assert!(Record::decode(&datagram.slice(..at.index(datagram.len()))).is_err());
        }
    }
}
