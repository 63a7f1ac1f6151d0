//! One direction of a TCP connection, put together from its segments.

use super::packets::Segment;
use std::collections::BTreeMap;

/// Octets that may wait for a segment that is missing.
const MAX_WAITING: usize = 16 << 20;

/// The octets of one direction in order, whatever order the segments came in.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The sequence number of the first octet.
    start: Option<u32>,
    /// Octets handed on so far.
    next: u64,
    waiting: BTreeMap<u64, Vec<u8>>,
    waiting_size: usize,
    /// How many octets there are, once the end was seen.
    end: Option<u64>,
    is_ended: bool,
    is_reset: bool,
}

/// What a segment brought.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Progress {
    /// The next octets in order.
    pub(super) octets: Vec<u8>,
    /// The direction has ended.
    pub(super) ended: bool,
    /// Octets that are missing for good were skipped; what follows has no beginning.
    pub(super) gap: Option<u64>,
}

impl Stream {
    /// Whether a segment that opens a connection belongs to another one than this.
    pub(super) fn is_other(&self, segment: &Segment) -> bool {
        segment.syn && self.start.is_some_and(|start| start != segment.sequence.wrapping_add(1))
    }

    /// Whether anything came.
    pub(super) fn is_untouched(&self) -> bool {
        self.next == 0 && self.waiting.is_empty()
    }

    /// Takes a segment.
    pub(super) fn segment(&mut self, segment: Segment) -> Progress {
        // RFC 9293 3.4: SYN takes a sequence number.
        let sequence = segment.sequence.wrapping_add(u32::from(segment.syn));
        let start = *self.start.get_or_insert(sequence);
        let offset = self.unwrap(sequence.wrapping_sub(start));
        if segment.fin {
            self.end = Some(offset + segment.octets.len() as u64);
        }
        self.is_reset |= segment.rst;
        self.put(offset, segment.octets);
        let mut progress = self.take();
        if self.waiting_size > MAX_WAITING {
            progress.gap = self.skip();
            progress.octets.append(&mut self.take().octets);
        }
        progress.ended = self.just_ended();
        progress
    }

    /// Nothing more comes: what waits behind a gap, if anything does.
    pub(super) fn finish(&mut self) -> Progress {
        let gap = self.skip();
        let mut progress = self.take();
        progress.gap = gap;
        progress.ended = !std::mem::replace(&mut self.is_ended, true);
        progress
    }

    /// A distance of 32 bits as an offset near the next octet that is expected.
    fn unwrap(&self, distance: u32) -> u64 {
        let delta = distance.wrapping_sub(self.next as u32).cast_signed();
        self.next.saturating_add_signed(i64::from(delta))
    }

    fn put(&mut self, offset: u64, mut octets: Vec<u8>) {
        let mut offset = offset;
        if offset < self.next {
            // Sent again.
            let known = usize::try_from(self.next - offset).unwrap_or(usize::MAX);
            if known >= octets.len() {
                return;
            }
            octets.drain(..known);
            offset = self.next;
        }
        if octets.is_empty() || self.waiting.get(&offset).is_some_and(|there| there.len() >= octets.len()) {
            return;
        }
        self.waiting_size += octets.len();
        if let Some(shorter) = self.waiting.insert(offset, octets) {
            self.waiting_size -= shorter.len();
        }
    }

    fn take(&mut self) -> Progress {
        let mut progress = Progress::default();
        while let Some(entry) = self.waiting.first_entry() {
            if *entry.key() > self.next {
                break;
            }
            let (offset, octets) = entry.remove_entry();
            self.waiting_size -= octets.len();
            let known = usize::try_from(self.next - offset).unwrap_or(usize::MAX);
            let new = octets.get(known..).unwrap_or_default();
            progress.octets.extend_from_slice(new);
            self.next += new.len() as u64;
        }
        progress
    }

    /// Goes on behind a gap; says how many octets are missing.
    fn skip(&mut self) -> Option<u64> {
        let first = *self.waiting.first_key_value()?.0;
        let missing = first.checked_sub(self.next).filter(|missing| *missing > 0)?;
        self.next = first;
        Some(missing)
    }

    fn just_ended(&mut self) -> bool {
        let ended = self.is_reset || self.end.is_some_and(|end| self.next >= end);
        ended && !std::mem::replace(&mut self.is_ended, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(sequence: u32, octets: &[u8]) -> Segment {
        Segment { sequence, octets: octets.to_vec(), ..Segment::default() }
    }

    fn syn(sequence: u32) -> Segment {
        Segment { sequence, syn: true, ..Segment::default() }
    }

    #[test]
    fn segments_are_put_in_order_across_the_end_of_the_numbers() {
        let mut stream = Stream::default();
        assert_eq!(stream.segment(syn(u32::MAX - 2)).octets, b"");
        assert_eq!(stream.segment(segment(u32::MAX - 1, b"ab")).octets, b"ab");
        assert_eq!(stream.segment(segment(2, b"ef")).octets, b"");
        assert_eq!(stream.segment(segment(u32::MAX - 1, b"abc")).octets, b"c");
        assert_eq!(stream.segment(segment(0, b"cd")).octets, b"def");
        let fin = Segment { fin: true, ..segment(4, b"g") };
        assert_eq!(stream.segment(fin), Progress { octets: b"g".to_vec(), ended: true, gap: None });
    }

    #[test]
    fn what_is_sent_again_counts_once() {
        let mut stream = Stream::default();
        assert_eq!(stream.segment(segment(100, b"hello")).octets, b"hello");
        assert_eq!(stream.segment(segment(100, b"hello")).octets, b"");
        assert_eq!(stream.segment(segment(102, b"llo you")).octets, b" you");
    }

    #[test]
    fn a_gap_is_told() {
        let mut stream = Stream::default();
        stream.segment(segment(0, b"a"));
        stream.segment(segment(5, b"b"));
        assert_eq!(stream.finish(), Progress { octets: b"b".to_vec(), ended: true, gap: Some(4) });
    }

    #[test]
    fn a_new_connection_on_the_same_ports_is_told() {
        let mut stream = Stream::default();
        stream.segment(syn(7));
        assert!(
            !stream.is_other(&syn(7)) && stream.is_other(&syn(8)) && !stream.is_other(&segment(99, b"x"))
        );
    }
}
