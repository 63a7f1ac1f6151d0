//! The checked cursor over an information buffer, and its counterpart that writes one.
//!
//! A buffer is a run of fixed fields, some of which are pairs {offset, length} that point into the rest of the same buffer. The
//! [`Decoder`] checks each pair, and that all pairs together refer to no more bytes than the buffer has. Without the second check a
//! buffer of 64 KiB could name its own largest part thousands of times and cost hundreds of megabytes once decoded.

use bytes::{BufMut, Bytes, BytesMut};
use uuid::Uuid;

use super::{Malformed, Problem};

/// Reads the fixed fields of a buffer in order and follows their pairs.
#[derive(Debug)]
pub struct Decoder {
    structure: &'static str,
    buffer: Bytes,
    at: usize,
    /// Bytes that pairs may still refer to.
    spare: usize,
    /// The count that an earlier field gave for a later list.
    count: Option<usize>,
}

impl Decoder {
    /// A cursor at the start of `buffer`, which holds a `structure`.
    pub fn new(structure: &'static str, buffer: Bytes) -> Self {
        let spare = buffer.len();
        Self { structure, buffer, at: 0, spare, count: None }
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Malformed> {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let Some(array) = rest.first_chunk::<N>() else {
            return Err(self.malformed(field, Problem::Truncated { need: N, left: rest.len() }));
        };
        self.at += N;
        Ok(*array)
    }

    /// The next 16-bit number.
    pub fn u16(&mut self, field: &'static str) -> Result<u16, Malformed> {
        self.array(field).map(u16::from_le_bytes)
    }

    /// The next 32-bit number.
    pub fn u32(&mut self, field: &'static str) -> Result<u32, Malformed> {
        self.array(field).map(u32::from_le_bytes)
    }

    /// The next 64-bit number.
    pub fn u64(&mut self, field: &'static str) -> Result<u64, Malformed> {
        self.array(field).map(u64::from_le_bytes)
    }

    /// The next UUID: sixteen bytes in the order in which they are written as text.
    pub fn uuid(&mut self, field: &'static str) -> Result<Uuid, Malformed> {
        self.array(field).map(Uuid::from_bytes)
    }

    /// The bytes that the next pair {offset, length} refers to. Shares the memory of the buffer.
    pub fn pair(&mut self, field: &'static str) -> Result<Bytes, Malformed> {
        let (offset, length) = (self.u32(field)?, self.u32(field)?);
        self.referred(field, offset, length)
    }

    /// The bytes that the next pair {length, offset} refers to: the order that the UICC commands use.
    pub fn reversed_pair(&mut self, field: &'static str) -> Result<Bytes, Malformed> {
        let (length, offset) = (self.u32(field)?, self.u32(field)?);
        self.referred(field, offset, length)
    }

    /// The text that the next pair refers to: UTF-16, without a terminator. Unpaired surrogates become U+FFFD, since a bad
    /// operator name must not make a whole answer unreadable; terminators that some modems send are dropped.
    pub fn text(&mut self, field: &'static str) -> Result<String, Malformed> {
        let bytes = self.pair(field)?;
        let (units, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(self.malformed(field, Problem::OddText));
        }
        let mut text = String::with_capacity(units.len());
        for unit in char::decode_utf16(units.iter().map(|&unit| u16::from_le_bytes(unit))) {
            text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        text.truncate(text.trim_end_matches('\0').len());
        Ok(text)
    }

    /// Everything after the fixed fields read so far.
    pub fn rest(&mut self) -> Bytes {
        let rest = self.buffer.slice(self.at.min(self.buffer.len())..);
        self.at = self.buffer.len();
        rest
    }

    /// A count of elements of at least `size` bytes each, checked against what is left.
    pub fn count(&mut self, field: &'static str, size: usize) -> Result<usize, Malformed> {
        let count = self.u32(field)?;
        let fits = self.buffer.len().saturating_sub(self.at) / size.max(1);
        match usize::try_from(count) {
            Ok(number) if number <= fits => Ok(number),
            _ => Err(self.malformed(field, Problem::Count { count, fits })),
        }
    }

    /// Keeps a count for a list that comes later in the structure.
    pub fn set_count(&mut self, count: usize) {
        self.count = Some(count);
    }

    /// The count kept by [`set_count`](Self::set_count), or the next number if there is none.
    pub fn take_count(&mut self, field: &'static str, size: usize) -> Result<usize, Malformed> {
        match self.count.take() {
            Some(count) => Ok(count),
            None => self.count(field, size),
        }
    }

    /// Decodes the part that the next pair refers to as a buffer of its own. The part was charged to this buffer, and its own pairs
    /// are charged to the part, so that each level of nesting decodes to at most the bytes that were received.
    pub fn element<T>(
        &mut self,
        field: &'static str,
        structure: &'static str,
        decode: impl FnOnce(&mut Decoder) -> Result<T, Malformed>,
    ) -> Result<T, Malformed> {
        let buffer = self.pair(field)?;
        decode(&mut Decoder::new(structure, buffer))
    }

    /// An error about `field` of the structure that is being decoded.
    pub fn malformed(&self, field: &'static str, problem: Problem) -> Malformed {
        Malformed { structure: self.structure, field, problem }
    }

    fn referred(&mut self, field: &'static str, offset: u32, length: u32) -> Result<Bytes, Malformed> {
        if length == 0 {
            return Ok(Bytes::new()); // the offset of an absent part means nothing; modems send 0 or anything
        }
        let size = self.buffer.len();
        let (from, long) = (offset as usize, length as usize);
        let Some(to) = from.checked_add(long).filter(|&to| to <= size) else {
            return Err(self.malformed(field, Problem::Outside { offset, length, size }));
        };
        let Some(spare) = self.spare.checked_sub(long) else {
            return Err(self.malformed(field, Problem::Overlap));
        };
        self.spare = spare;
        Ok(self.buffer.slice(from..to))
    }
}

/// Writes the fixed fields of a buffer in order and puts what their pairs refer to behind them, each part at a multiple of 4.
#[derive(Debug, Default)]
pub struct Encoder {
    fixed: BytesMut,
    data: BytesMut,
    /// Where in `fixed` an offset into `data` stands.
    offsets: Vec<(usize, usize)>,
    /// The count of a later list was written already.
    counted: bool,
}

impl Encoder {
    /// An empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.fixed.put_slice(bytes);
    }

    /// Appends a 16-bit number.
    pub fn u16(&mut self, value: u16) {
        self.fixed.put_u16_le(value);
    }

    /// Appends a 32-bit number.
    pub fn u32(&mut self, value: u32) {
        self.fixed.put_u32_le(value);
    }

    /// Appends a 64-bit number.
    pub fn u64(&mut self, value: u64) {
        self.fixed.put_u64_le(value);
    }

    /// Appends a UUID.
    pub fn uuid(&mut self, value: Uuid) {
        self.fixed.put_slice(value.as_bytes());
    }

    /// Appends a length or count. One that does not fit is written as the largest number, which no receiver accepts.
    pub fn length(&mut self, length: usize) {
        self.u32(u32::try_from(length).unwrap_or(u32::MAX));
    }

    /// Appends the count of a list that comes later in the structure.
    pub fn set_count(&mut self, count: usize) {
        self.length(count);
        self.counted = true;
    }

    /// True if the count of the list was written earlier.
    pub fn take_count(&mut self) -> bool {
        std::mem::take(&mut self.counted)
    }

    /// Appends a pair {offset, length} that refers to `bytes`.
    pub fn pair(&mut self, bytes: &[u8]) {
        let start = self.data.len();
        self.data.put_slice(bytes);
        self.offset(start);
        self.length(bytes.len());
    }

    /// Appends a pair {length, offset} that refers to `bytes`.
    pub fn reversed_pair(&mut self, bytes: &[u8]) {
        let start = self.data.len();
        self.data.put_slice(bytes);
        self.length(bytes.len());
        self.offset(start);
    }

    /// Appends a pair that refers to `text` in UTF-16.
    pub fn text(&mut self, text: &str) {
        let start = self.data.len();
        self.data.reserve(2 * text.len() + 4);
        for unit in text.encode_utf16() {
            self.data.put_u16_le(unit);
        }
        let length = self.data.len() - start;
        self.offset(start);
        self.length(length);
    }

    /// The finished buffer.
    pub fn finish(mut self) -> Bytes {
        let start =
            if self.data.is_empty() { self.fixed.len() } else { self.fixed.len().next_multiple_of(4) };
        self.fixed.put_bytes(0, start - self.fixed.len());
        for (at, offset) in self.offsets {
            let offset = u32::try_from(start + offset).unwrap_or(u32::MAX);
            if let Some(place) = self.fixed.get_mut(at..at + 4) {
                place.copy_from_slice(&offset.to_le_bytes());
            }
        }
        self.fixed.unsplit(self.data);
        self.fixed.freeze()
    }

    /// The offset of the part that begins at `start` of the data and ends where the data ends; none if it is empty.
    fn offset(&mut self, start: usize) {
        let length = self.data.len() - start;
        if length > 0 {
            self.offsets.push((self.fixed.len(), start));
            self.data.put_bytes(0, length.next_multiple_of(4) - length);
        }
        self.u32(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoder(bytes: &[u8]) -> Decoder {
        Decoder::new("Test", Bytes::copy_from_slice(bytes))
    }

    #[test]
    fn a_pair_outside_the_buffer_is_refused() {
        for (offset, length) in [(8, 1), (0, 9), (9, 1), (u32::MAX, 1), (1, u32::MAX), (4, 5)] {
            let mut bytes = offset.to_le_bytes().to_vec();
            bytes.extend(length.to_le_bytes());
            let error = decoder(&bytes).pair("Part").unwrap_err();
            assert_eq!(
                error.problem,
                Problem::Outside { offset, length, size: 8 },
                "offset {offset}, length {length}"
            );
        }
    }

    #[test]
    fn an_empty_pair_may_have_any_offset() {
        assert!(decoder(&[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]).pair("Part").unwrap().is_empty());
    }

    #[test]
    fn pairs_that_overlap_do_not_multiply_memory() {
        let mut bytes = Vec::new();
        for _ in 0..8 {
            bytes.extend(0u32.to_le_bytes());
            bytes.extend(64u32.to_le_bytes()); // each of the eight pairs names the whole buffer
        }
        let mut decoder = decoder(&bytes);
        assert_eq!(decoder.pair("First").unwrap().len(), 64);
        assert_eq!(decoder.pair("Second").unwrap_err().problem, Problem::Overlap);
    }

    #[test]
    fn a_count_larger_than_the_buffer_is_refused_before_anything_is_allocated() {
        let error = decoder(&[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]).count("Count", 4).unwrap_err();
        assert_eq!(error.problem, Problem::Count { count: u32::MAX, fits: 1 });
    }

    #[test]
    fn text_with_an_odd_number_of_bytes_is_refused_and_terminators_are_dropped() {
        let odd = [8, 0, 0, 0, 3, 0, 0, 0, b'a', 0, b'b', 0];
        assert_eq!(decoder(&odd).text("Name").unwrap_err().problem, Problem::OddText);
        let terminated = [8, 0, 0, 0, 4, 0, 0, 0, b'a', 0, 0, 0];
        assert_eq!(decoder(&terminated).text("Name").unwrap(), "a");
        let surrogate = [8, 0, 0, 0, 2, 0, 0, 0, 0x00, 0xD8, 0, 0];
        assert_eq!(decoder(&surrogate).text("Name").unwrap(), "\u{FFFD}");
    }

    #[test]
    fn parts_stand_behind_the_fixed_fields_at_multiples_of_four() {
        let mut encoder = Encoder::new();
        encoder.text("a");
        encoder.reversed_pair(&[9]);
        encoder.pair(&[]);
        assert_eq!(
            encoder.finish().as_ref(),
            [
                24, 0, 0, 0, 2, 0, 0, 0, // "a": 2 bytes at 24
                1, 0, 0, 0, 28, 0, 0, 0, // 1 byte at 28
                0, 0, 0, 0, 0, 0, 0, 0, // absent
                b'a', 0, 0, 0, 9, 0, 0, 0, // the parts, padded
            ]
        );
    }
}
