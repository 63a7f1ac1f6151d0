//! What stands around the pieces of deferred byte content, so that the pieces themselves need no copy.

use super::Destination;
use crate::{Result, xml::binary::record};
use std::{io::IoSlice, ops::Deref};

/// How the pieces of a source appear in the document.
#[derive(Debug)]
pub struct Framing(Kind);

#[derive(Debug)]
enum Kind {
    /// As they are: a MIME part, the raw encoding.
    Plain,
    /// Each piece is a record of the binary encoding. Up to two bytes wait for the next piece, so that a record
    /// holds a multiple of three bytes and its base64 text has no padding; Microsoft's writer does the same.
    Records(Carry),
}

/// Bytes that wait for company; at most two.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Carry {
    bytes: [u8; 2],
    count: u8,
}

impl Carry {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.count)]
    }

    /// Keeps one more byte. A third is lost: callers keep the rest of a division by three.
    pub(crate) fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(usize::from(self.count)) {
            *place = byte;
            self.count += 1;
        }
    }
}

/// What goes before a piece: the head of a record and bytes kept from the piece before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Head {
    bytes: [u8; 8],
    count: u8,
}

impl Head {
    /// A record of bytes with these in front; `more` others follow.
    fn record(first: &[u8], more: usize) -> Self {
        let mut head = Head::default();
        let mut out = Vec::new();
        record::bytes_head(&mut out, first.len() + more);
        out.extend_from_slice(first);
        if let Some(place) = head.bytes.get_mut(..out.len()) {
            place.copy_from_slice(&out);
            head.count = out.len() as u8;
        }
        head
    }

    /// The bytes to send; none if the encoding has no frames.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.count)]
    }
}

impl Framing {
    /// The pieces as they are.
    pub(crate) const fn plain() -> Self {
        Framing(Kind::Plain)
    }

    /// Each piece as a record of bytes, MC-NBFX 2.2.3.14 to 2.2.3.16.
    pub(crate) fn records() -> Self {
        Framing(Kind::Records(Carry::default()))
    }

    /// What to send for a piece that stands in `buffers` (below 2 GiB): first the head, then as many bytes of the
    /// buffers as it says. The others, at most two, are kept and come with the next head or with
    /// [`finish`](Framing::finish).
    pub fn frame<B: Deref<Target = [u8]>>(&mut self, buffers: &[B]) -> (Head, usize) {
        let given: usize = buffers.iter().map(|buffer| buffer.len()).sum();
        let Kind::Records(carry) = &mut self.0 else { return (Head::default(), given) };
        let total = carry.as_slice().len() + given;
        let mut head = Head::default();
        if total >= 3 {
            let first = std::mem::take(carry);
            head = Head::record(first.as_slice(), total / 3 * 3 - first.as_slice().len());
        }
        let used = if total >= 3 { given - total % 3 } else { 0 };
        let mut skip = used;
        for buffer in buffers {
            buffer.get(skip..).unwrap_or_default().iter().for_each(|&byte| carry.push(byte));
            skip = skip.saturating_sub(buffer.len());
        }
        (head, used)
    }

    /// What to send after the last piece.
    pub fn finish(&mut self) -> Head {
        match &mut self.0 {
            Kind::Records(carry) if !carry.as_slice().is_empty() => {
                Head::record(std::mem::take(carry).as_slice(), 0)
            }
            _ => Head::default(),
        }
    }
}

/// A destination that frames what it takes and hands it on, uncopied.
pub struct Framed<'a> {
    framing: &'a mut Framing,
    to: &'a mut dyn Destination,
}

impl<'a> Framed<'a> {
    /// Frames pieces for `to`.
    pub fn new(framing: &'a mut Framing, to: &'a mut dyn Destination) -> Self {
        Framed { framing, to }
    }

    /// Sends what stands after the last piece.
    ///
    /// # Errors
    /// Those of the destination.
    pub fn finish(self) -> Result<()> {
        let head = self.framing.finish();
        if head.as_slice().is_empty() { Ok(()) } else { self.to.write_all(&[IoSlice::new(head.as_slice())]) }
    }
}

/// The most bytes of one piece: with two that wait, less than 2^31 (MC-NBFX 2.1.2).
const MAX_PIECE: usize = 0x7FFF_FFF0;

impl Destination for Framed<'_> {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        if matches!(self.framing.0, Kind::Plain) {
            return self.to.write_all(buffers);
        }
        if buffers.iter().map(|buffer| buffer.len()).sum::<usize>() > MAX_PIECE {
            for piece in buffers.iter().flat_map(|buffer| buffer.chunks(MAX_PIECE)) {
                self.write_all(&[IoSlice::new(piece)])?;
            }
            return Ok(());
        }
        let (head, mut left) = self.framing.frame(buffers);
        if head.as_slice().is_empty() {
            return Ok(());
        }
        let mut framed = Vec::with_capacity(buffers.len() + 1);
        framed.push(IoSlice::new(head.as_slice()));
        for buffer in buffers {
            let taken = buffer.get(..left).unwrap_or(buffer);
            left -= taken.len();
            if !taken.is_empty() {
                framed.push(IoSlice::new(taken));
            }
        }
        self.to.write_all(&framed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(pieces: &[&[&[u8]]]) -> Vec<u8> {
        let (mut out, mut framing) = (Vec::new(), Framing::records());
        let mut to = Framed::new(&mut framing, &mut out);
        for piece in pieces {
            let slices: Vec<_> = piece.iter().map(|buffer| IoSlice::new(buffer)).collect();
            to.write_all(&slices).unwrap();
        }
        to.finish().unwrap();
        out
    }

    #[test]
    fn records_hold_multiples_of_three() {
        assert_eq!(framed(&[&[&[1]], &[&[2, 3]], &[&[4, 5, 6]]]), [0x9E, 3, 1, 2, 3, 0x9E, 3, 4, 5, 6]);
        assert_eq!(framed(&[&[&[1, 2, 3, 4]]]), [0x9E, 3, 1, 2, 3, 0x9E, 1, 4]);
        assert_eq!(framed(&[&[&[1], &[], &[2], &[3], &[4], &[5]]]), [0x9E, 3, 1, 2, 3, 0x9E, 2, 4, 5]);
        assert_eq!(framed(&[&[&[1]], &[], &[&[2]]]), [0x9E, 2, 1, 2]);
        assert_eq!(framed(&[]), []);
        let out = framed(&[&[&vec![7; 0x1_0001]]]); // 65537 = 65535 + 2
        assert_eq!((&out[..3], &out[3 + 65535..]), (&[0xA0, 0xFF, 0xFF][..], &[0x9E, 2, 7, 7][..]));
    }

    #[test]
    fn a_piece_goes_on_uncopied() {
        struct Addresses(Vec<(*const u8, usize)>);
        impl Destination for Addresses {
            fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
                self.0.extend(buffers.iter().map(|buffer| (buffer.as_ptr(), buffer.len())));
                Ok(())
            }
        }
        let payload = vec![1; 3000];
        let (mut to, mut framing) = (Addresses(Vec::new()), Framing::records());
        Framed::new(&mut framing, &mut to).write_all(&[IoSlice::new(&payload)]).unwrap();
        assert_eq!(to.0[1], (payload.as_ptr(), payload.len()));
    }
}
